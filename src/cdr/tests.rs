//! Records folded from the events of whole calls.

use jiff::tz::{Offset, TimeZone};
use proptest::prelude::*;

use super::*;
use crate::event::{
    AgentId, AgentState, By, CallId, EndCause, Event, Fact, Hotline, LegRole, Mode, Number, Phase, PromptId,
    QueueId, Skill, TrunkId,
};
use crate::stdx::Instant;

const ARRIVED: i64 = 1_640_966_399_000;
const CALL: CallId = CallId::new(ARRIVED, 7);

fn event(ms: u64, fact: Fact) -> Event {
    // The wall clock is set back by a day in the middle of each call; it must not matter.
    let wall_ms = ARRIVED + i64::try_from(ms).unwrap() - if ms > 0 { 86_400_000 } else { 0 };
    Event { now: Instant::from_millis(5_000 + ms), wall_ms, call: Some(CALL), fact }
}

fn arrived() -> Fact {
    Fact::CallArrived {
        caller: Number::new("13800001234"),
        withheld: false,
        dialled: Number::new("051012331"),
        trunk: Some(TrunkId::new("telecom")),
    }
}

fn decided() -> Fact {
    Fact::CallDecided {
        hotline: Some(Hotline::new("12315")),
        name: "市场监管".into(),
        mode: Some(Mode::FullMerge),
        phase: Some(Phase::Trial),
        rule: "alias 12331".into(),
    }
}

fn a(id: &str) -> LegRole {
    LegRole::Agent(AgentId::new(id))
}

fn released(cause: EndCause, by: By) -> Fact {
    Fact::CallReleased { cause, by }
}

fn fold(facts: Vec<(u64, Fact)>) -> Cdr {
    let mut fold = Fold::new("n1");
    let mut cdrs: Vec<Cdr> =
        facts.into_iter().filter_map(|(ms, fact)| fold.handle(&event(ms, fact))).collect();
    assert_eq!((cdrs.len(), fold.len(), fold.stray()), (1, 0, 0));
    cdrs.pop().unwrap()
}

fn served() -> Vec<(u64, Fact)> {
    let (merged, hrss, general) = (PromptId::new("merged"), QueueId::new("hrss"), QueueId::new("general"));
    vec![
        (0, arrived()),
        (1, decided()),
        (10, Fact::AnnouncementStarted { prompt: merged.clone() }),
        (10, Fact::CallQueued { queue: hrss.clone(), skill: Some(Skill::new("market")) }),
        (3_000, Fact::AnnouncementEnded { prompt: merged, whole: true }),
        (3_010, Fact::LegAnswered { leg: LegRole::Caller }),
        (30_010, Fact::CallOverflowed { from: hrss, to: general.clone() }),
        (30_010, Fact::CallQueued { queue: general, skill: Some(Skill::new("market")) }),
        (31_000, Fact::LegInvited { leg: a("a1"), number: Number::new("8001") }),
        (31_200, Fact::LegRang { leg: a("a1") }),
        (51_000, Fact::LegFailed { leg: a("a1"), status: 487 }),
        (51_000, Fact::AgentMissed { agent: AgentId::new("a1"), misses: 1 }),
        (51_000, Fact::AgentChanged { agent: AgentId::new("a1"), state: AgentState::Ready }),
        (51_010, Fact::LegInvited { leg: a("a2"), number: Number::new("8002") }),
        (51_200, Fact::LegRang { leg: a("a2") }),
        (53_456, Fact::LegAnswered { leg: a("a2") }),
        (53_460, Fact::CallConnected { to: a("a2") }),
        (60_000, Fact::LegHeld { leg: a("a2") }),
        (61_000, Fact::DtmfPassed { leg: LegRole::Caller, digit: '1' }),
        (65_000, Fact::LegResumed { leg: a("a2") }),
        (113_460, released(EndCause::NormalClearing, By::Agent)),
    ]
}

#[test]
fn a_call_that_was_served_has_every_instant_to_the_millisecond() {
    let cdr = fold(served());
    let at = |ms: i64| ARRIVED + ms;
    assert_eq!(cdr.arrived, at(0));
    assert_eq!(
        [cdr.announced, cdr.queued, cdr.answered, cdr.rang, cdr.connected],
        [Some(at(10)), Some(at(10)), Some(at(3_010)), Some(at(51_200)), Some(at(53_460))]
    );
    assert_eq!((cdr.released, cdr.wait_ms, cdr.talk_ms), (at(113_460), Some(53_450), 60_000));
    assert_eq!(
        (cdr.cause, cdr.by, cdr.disposition),
        (EndCause::NormalClearing, By::Agent, Disposition::Connected)
    );
}

#[test]
fn a_call_that_was_served_names_who_and_where_and_how() {
    let cdr = fold(served());
    assert_eq!((cdr.node.as_str(), cdr.call), ("n1", CALL));
    assert_eq!((cdr.dialled.as_str(), cdr.final_number.as_str()), ("051012331", "12315"));
    assert_eq!(
        (cdr.mode, cdr.phase, cdr.rule.as_str()),
        (Some(Mode::FullMerge), Some(Phase::Trial), "alias 12331")
    );
    assert_eq!(cdr.queues, [QueueId::new("hrss"), QueueId::new("general")]);
    assert_eq!((cdr.overflows, cdr.holds, cdr.digits), (1, 1, 1));
    assert_eq!((cdr.agent, cdr.missed), (Some(AgentId::new("a2")), vec![AgentId::new("a1")]));
    assert_eq!((cdr.trunk_in, cdr.trunk_out), (Some(TrunkId::new("telecom")), None));
    let legs: Vec<_> =
        cdr.legs.iter().map(|leg| (leg.role.clone(), leg.ended - ARRIVED, leg.status)).collect();
    assert_eq!(
        legs,
        [(LegRole::Caller, 113_460, None), (a("a1"), 51_000, Some(487)), (a("a2"), 113_460, None)]
    );
}

#[test]
fn a_sub_center_that_fails_sends_the_call_back_and_the_record_tells_both() {
    let tax = || LegRole::Trunk(TrunkId::new("tax"));
    let cdr = fold(vec![
        (0, arrived()),
        (1, decided()),
        (2, Fact::LegInvited { leg: tax(), number: Number::new("051088886666") }),
        (100, Fact::LegRang { leg: tax() }),
        (20_000, Fact::LegFailed { leg: tax(), status: 480 }),
        (20_001, Fact::CallQueued { queue: QueueId::new("general"), skill: None }),
        (25_000, released(EndCause::Abandoned, By::Caller)),
    ]);
    assert_eq!((cdr.trunk_out, cdr.connected, cdr.talk_ms), (Some(TrunkId::new("tax")), None, 0));
    assert_eq!((cdr.queued, cdr.rang, cdr.wait_ms), (Some(ARRIVED + 20_001), None, Some(4_999)));
    assert_eq!(cdr.legs[1].rang, Some(ARRIVED + 100));
    assert_eq!((cdr.disposition, cdr.final_number.as_str()), (Disposition::Abandoned, "12315"));
}

#[test]
fn a_call_connected_to_a_trunk_ends_at_the_trunks_number() {
    let tax = || LegRole::Trunk(TrunkId::new("tax"));
    let cdr = fold(vec![
        (0, arrived()),
        (1, decided()),
        (2, Fact::LegInvited { leg: tax(), number: Number::new("051088886666") }),
        (5_000, Fact::LegAnswered { leg: tax() }),
        (5_000, Fact::CallConnected { to: tax() }),
        (6_000, released(EndCause::NormalClearing, By::Trunk)),
    ]);
    assert_eq!((cdr.final_number.as_str(), cdr.wait_ms, cdr.talk_ms), ("051088886666", None, 1_000));
}

#[test]
fn every_cause_without_a_connection_has_its_disposition() {
    let check = |cause, expected| {
        assert_eq!(fold(vec![(0, arrived()), (9, released(cause, By::Node))]).disposition, expected)
    };
    check(EndCause::Abandoned, Disposition::Abandoned);
    check(EndCause::Intercepted, Disposition::Intercepted);
    check(EndCause::UnknownNumber, Disposition::Refused);
    check(EndCause::QueueTimeout, Disposition::Unserved);
    check(EndCause::TrunkFailed, Disposition::Unserved);
    check(EndCause::Internal, Disposition::Failed);
}

#[test]
fn a_record_is_yielded_once_and_facts_without_a_call_make_none() {
    let mut fold = Fold::new("n1");
    assert_eq!(fold.handle(&event(0, decided())), None);
    assert_eq!(fold.handle(&event(0, released(EndCause::Abandoned, By::Caller))), None);
    assert_eq!(fold.stray(), 2);
    assert_eq!(fold.handle(&event(0, arrived())), None);
    assert_eq!(fold.handle(&event(1, arrived())), None);
    assert_eq!((fold.len(), fold.stray()), (1, 3), "a call arrives once");
    assert!(fold.handle(&event(2, released(EndCause::Abandoned, By::Caller))).is_some());
    assert!(fold.handle(&event(3, released(EndCause::Abandoned, By::Caller))).is_none());
    assert!(fold.is_empty());
    let nobody = Event { call: None, ..event(4, Fact::DrainStarted) };
    assert_eq!((fold.handle(&nobody), fold.stray()), (None, 4), "facts of no call are no strays");
}

#[test]
fn a_call_with_very_many_legs_has_a_record_of_bounded_size_that_says_so() {
    let mut facts = vec![(0, arrived())];
    facts.extend((0..1_000).flat_map(|n| {
        let leg = a(&format!("a{n}"));
        let missed = Fact::AgentMissed { agent: AgentId::new("a"), misses: 1 };
        [
            (n, Fact::LegInvited { leg: leg.clone(), number: Number::new("8") }),
            (n, Fact::LegFailed { leg, status: 486 }),
            (n, missed),
        ]
    }));
    facts.push((2_000, released(EndCause::Abandoned, By::Caller)));
    let cdr = fold(facts);
    assert_eq!((cdr.legs.len(), cdr.legs_left_out, cdr.missed.len()), (64, 937, 64));
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let leg = || {
        prop_oneof![
            Just(LegRole::Caller),
            Just(a("a1")),
            Just(a("a2")),
            Just(LegRole::Trunk(TrunkId::new("t")))
        ]
    };
    let queue = || prop_oneof![Just(QueueId::new("a")), Just(QueueId::new("b"))];
    prop_oneof![
        Just(decided()),
        Just(Fact::AnnouncementStarted { prompt: PromptId::new("p") }),
        queue().prop_map(|queue| Fact::CallQueued { queue, skill: None }),
        (queue(), queue()).prop_map(|(from, to)| Fact::CallOverflowed { from, to }),
        leg().prop_map(|leg| Fact::LegInvited { leg, number: Number::new("8") }),
        leg().prop_map(|leg| Fact::LegRang { leg }),
        leg().prop_map(|leg| Fact::LegAnswered { leg }),
        leg().prop_map(|leg| Fact::LegFailed { leg, status: 486 }),
        leg().prop_map(|to| Fact::CallConnected { to }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_instants_of_a_record_only_grow(steps in prop::collection::vec((0..2_000_u64, any_fact()), 0..40)) {
        let mut now = 0;
        let mut facts = vec![(0, arrived())];
        facts.extend(steps.into_iter().map(|(passed, fact)| {
            now += passed;
            (now, fact)
        }));
        facts.push((now, released(EndCause::NormalClearing, By::Caller)));
        let cdr = fold(facts);
        let line = [Some(cdr.arrived), cdr.queued, cdr.rang, cdr.connected, Some(cdr.released)];
        let line: Vec<i64> = line.into_iter().flatten().collect();
        prop_assert!(line.is_sorted(), "{cdr:?}");
        prop_assert!([cdr.answered, cdr.announced].into_iter().flatten().all(|at| cdr.arrived <= at && at <= cdr.released));
        prop_assert_eq!(cdr.talk_ms, cdr.connected.map_or(0, |connected| cdr.released - connected));
        prop_assert_eq!(cdr.disposition == Disposition::Connected, cdr.connected.is_some());
        for leg in &cdr.legs {
            let line: Vec<i64> = [Some(leg.invited), leg.rang, Some(leg.ended)].into_iter().flatten().collect();
            prop_assert!(line.is_sorted());
            prop_assert!(leg.ended <= cdr.released && leg.answered.is_none_or(|at| leg.invited <= at && at <= leg.ended));
        }
    }
}

#[test]
fn a_row_shows_no_persons_number_unless_asked() {
    let mut cdr = fold(served());
    cdr.final_number = Number::new("13911112222");
    let full = Row::from(&cdr);
    assert_eq!(full.clone().seen(Reveal::Full), full);
    let row = full.clone().seen(Reveal::Masked);
    assert_eq!((row.caller.as_str(), row.final_number.as_str()), ("138****1234", "139****2222"));
    assert_eq!(row.dialled, "051012331", "a hotline's own number is nobody's");
    let json = serde_json::to_string(&row.json(&TimeZone::UTC)).unwrap();
    assert!(!json.contains("13800001234") && json.contains("138****1234"), "{json}");

    let unknown = Row { hotline: None, dialled: "13700003333".into(), ..full.clone() };
    assert_eq!(unknown.seen(Reveal::Masked).dialled, "137****3333");
    let withheld = Row { withheld: true, ..full }.seen(Reveal::Masked);
    assert_eq!((withheld.caller.as_str(), withheld.legs[0].number.as_str()), ("", ""));
}

#[test]
fn a_row_as_json_has_instants_in_the_plans_zone_and_null_for_what_did_not_happen() {
    let zone = TimeZone::fixed(Offset::from_seconds(8 * 3600).unwrap());
    let json = serde_json::to_value(Row::from(&fold(served())).json(&zone)).unwrap();
    assert_eq!(json["arrived"], "2021-12-31T23:59:59.000+08:00");
    assert_eq!(json["connected"], "2022-01-01T00:00:52.460+08:00");
    assert_eq!(json["trunk_out"], serde_json::Value::Null);
    assert_eq!(json["queues"], serde_json::json!(["hrss", "general"]));
    assert_eq!(
        (&json["cause"], &json["by"], &json["mode"]),
        (&"ec01".into(), &"agent".into(), &"full-merge".into())
    );
    assert_eq!(json["legs"][1]["name"], "a1");
    assert_eq!(json["legs"][1]["status"], 487);
}

#[test]
fn a_csv_file_has_a_line_of_names_and_nothing_a_spreadsheet_would_run() {
    let hostile = Row {
        caller: "+8613800001234".into(),
        hotline_name: "=HYPERLINK(\"http://x\",\"a\")".into(),
        rule: "a,b\r\n@SUM(1)".into(),
        missed: vec!["-2+3".into()],
        ..Row::from(&fold(served()))
    };
    let mut out = Vec::new();
    let mut csv = CsvWriter::new(&mut out, TimeZone::fixed(Offset::from_seconds(8 * 3600).unwrap())).unwrap();
    csv.write(&hostile).unwrap();
    csv.finish().unwrap();
    let text = String::from_utf8(out).unwrap();
    let body = text.strip_prefix('\u{feff}').expect("Excel needs the mark");
    assert_eq!(body.matches("\r\n").count(), 2);
    let mut reader = ::csv::Reader::from_reader(body.as_bytes());
    let names = reader.headers().unwrap().clone();
    let cells = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| &cells[names.iter().position(|known| known == name).unwrap()];
    assert_eq!(cell("caller"), "'+8613800001234");
    assert_eq!(cell("hotline_name"), "'=HYPERLINK(\"http://x\",\"a\")");
    assert_eq!(cell("rule"), "a,b\u{fffd}\u{fffd}@SUM(1)");
    assert_eq!(cell("missed"), "'-2+3");
    assert_eq!(cell("arrived"), "2021-12-31 23:59:59.000");
    assert_eq!((cell("talk_ms"), cell("trunk_out"), cell("queues")), ("60000", "", "hrss general"));
    assert!(cells.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
}
