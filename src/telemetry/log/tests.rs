use std::sync::{Arc, Mutex};

use expect_test::{Expect, expect};

use super::*;
use crate::event::*;
use crate::stdx::Instant;

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

const NEW_YEAR: i64 = 1_640_966_399_123; // 2021-12-31T23:59:59.123+08:00

fn facts() -> Vec<(Option<CallId>, Fact)> {
    let call = Some(CallId::new(NEW_YEAR, 1));
    let a1 = || LegRole::Agent(AgentId::new("a1"));
    let tax = || LegRole::Trunk(TrunkId::new("tax"));
    let number = Number::new;
    vec![
        (None, Fact::PlanChanged { name: "无锡12345".to_owned(), edition: 2 }),
        (
            None,
            Fact::AgentRegistered {
                agent: AgentId::new("a1"),
                contact: "sip:13800001111@10.0.0.9:5060".to_owned(),
            },
        ),
        (None, Fact::AgentChanged { agent: AgentId::new("a1"), state: AgentState::Ready }),
        (
            call,
            Fact::CallArrived {
                caller: number("13800001234"),
                withheld: false,
                dialled: number("12319"),
                trunk: Some(TrunkId::new("telecom")),
            },
        ),
        (
            call,
            Fact::CallDecided {
                hotline: Some(Hotline::new("12319")),
                name: "城建服务热线".to_owned(),
                mode: Some(Mode::DualNumber),
                phase: Some(Phase::Formal),
                rule: "the Request-URI names 12319".to_owned(),
            },
        ),
        (call, Fact::AnnouncementStarted { prompt: PromptId::new("merged") }),
        (call, Fact::CallQueued { queue: QueueId::new("general"), skill: Some(Skill::new("city")) }),
        (call, Fact::LegInvited { leg: a1(), number: number("a1") }),
        (call, Fact::LegFailed { leg: a1(), status: 486 }),
        (call, Fact::LegInvited { leg: tax(), number: number("051088886666") }),
        (call, Fact::LegFailed { leg: tax(), status: 503 }),
        (call, Fact::CallConnected { to: a1() }),
        (call, Fact::DtmfPassed { leg: LegRole::Caller, digit: '7' }),
        (call, Fact::CallReleased { cause: EndCause::TrunkFailed, by: By::Node }),
        (
            None,
            Fact::RegistrationRefused {
                user: "\x1b[2Jadmin\r\n13800005678\u{202e}".to_owned(),
                source: "192.0.2.7:5060".to_owned(),
                more: 2,
            },
        ),
    ]
}

#[track_caller]
fn check(format: Format, level: Level, expected: Expect) {
    let paper = Paper::default();
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    let mut log = Log::new(format, level, zone, Box::new(paper.clone()));
    for (i, (call, fact)) in facts().into_iter().enumerate() {
        let wall_ms = NEW_YEAR + i64::try_from(i).unwrap() * 100;
        log.event(&Event { now: Instant::ZERO, wall_ms, call, fact });
    }
    log.line(Level::Warn, NEW_YEAR, "the wall clock was set for a rehearsal");
    log.flush();
    expected.assert_eq(&String::from_utf8(paper.0.lock().unwrap().clone()).unwrap());
}

#[test]
fn a_person_reads_the_path_of_a_call_and_finds_its_id_on_every_line() {
    check(
        Format::Text,
        Level::Info,
        expect![[r#"
        2021-12-31 23:59:59.123 info  -              plan 无锡12345 is in force (edition 2)
        2021-12-31 23:59:59.223 info  -              agent a1 has a phone at sip:138****1111@10.0.0.9:5060
        2021-12-31 23:59:59.323 info  -              agent a1 is ready
        2021-12-31 23:59:59.423 info  5z12e14jc0001  138****1234 calls 12319 on trunk telecom
        2021-12-31 23:59:59.523 info  5z12e14jc0001  is for 12319 城建服务热线, dual-number, formal: the Request-URI names 12319
        2021-12-31 23:59:59.623 info  5z12e14jc0001  hears announcement merged
        2021-12-31 23:59:59.723 info  5z12e14jc0001  waits in queue general for an agent who knows city
        2021-12-31 23:59:59.823 info  5z12e14jc0001  calls agent a1
        2021-12-31 23:59:59.923 info  5z12e14jc0001  agent a1 is busy
        2022-01-01 00:00:00.023 info  5z12e14jc0001  calls 051*****6666 on trunk tax
        2022-01-01 00:00:00.123 warn  5z12e14jc0001  trunk tax fails: 503
        2022-01-01 00:00:00.223 info  5z12e14jc0001  speaks with agent a1
        2022-01-01 00:00:00.423 error 5z12e14jc0001  is over, by us: the trunk failed and the plan names no way back (ec08); `tongjie trunks` shows its last answer; give the hotline an `overflow`
        2022-01-01 00:00:00.523 warn  -              registration refused: user \u{1b}[2Jadmin\u{d}\u{a}138****5678\u{202e} from 192.0.2.7:5060; 2 more were refused since the last that was told
        2021-12-31 23:59:59.123 warn  -              the wall clock was set for a rehearsal
    "#]],
    );
}

#[test]
fn a_collector_gets_one_object_a_line_with_the_values_apart() {
    check(
        Format::Json,
        Level::Warn,
        expect![[r#"
        {"time":"2022-01-01T00:00:00.123+08:00","level":"warn","call":"5z12e14jc0001","text":"trunk tax fails: 503","fact":"leg-failed","leg":"trunk","trunk":"tax","status":503}
        {"time":"2022-01-01T00:00:00.423+08:00","level":"error","call":"5z12e14jc0001","text":"is over, by us: the trunk failed and the plan names no way back (ec08); `tongjie trunks` shows its last answer; give the hotline an `overflow`","fact":"call-released","cause":"ec08","by":"node","status":503}
        {"time":"2022-01-01T00:00:00.523+08:00","level":"warn","text":"registration refused: user \\u{1b}[2Jadmin\\u{d}\\u{a}138****5678\\u{202e} from 192.0.2.7:5060; 2 more were refused since the last that was told","fact":"registration-refused","user":"\\u{1b}[2Jadmin\\u{d}\\u{a}138****5678\\u{202e}","source":"192.0.2.7:5060","more":2}
        {"time":"2021-12-31T23:59:59.123+08:00","level":"warn","text":"the wall clock was set for a rehearsal"}
    "#]],
    );
}
