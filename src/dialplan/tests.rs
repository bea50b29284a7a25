//! What a small plan decides: attributes over presets, phases to the millisecond, rules of identification.

use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::{
    Action, Announce, AnswerWhen, Back, Decision, Facts, Ingress, Level, OnFull, Outcome, Report, Sources,
    Table, check, explain,
};
use crate::event::{AgentId, Mode, Number, Phase, PromptId, QueueId, Skill, TrunkId};

/// What every plan of these tests begins with.
const BASE: &str = r#"
[plan]
name = "city"
time-zone = "Asia/Shanghai"
area-code = "0510"
number = "12345"
general-queue = "general"
greeting = "hello, city"
announce = "merged"
intercept = "gone"
unknown = { announce = "what", status = 404 }

[hotline.12345]
name = "the city"
mode = "direct"

[wave.one]
trial = 2021-10-11
formal = 2021-12-01
cancel = 2022-01-01

[queue.general]
[queue.own]
overflow = [{ after = "1m", to = "general" }, { after = "30s", to = "general", keep-skill = true }]
full = { to = "general" }
answer = "on-agent"
[agent.1]
password = "x"
queues = ["general", "own"]
skills = ["*"]
[trunk.carrier]
address = "127.0.0.1:5080"
trusted = true
[trunk.dept]
address = ["127.0.0.1:5090", "[::1]:5090"]
ring = "12s"
[trunk.police]
address = "127.0.0.1:5110"
[announcement.merged]
file = "m.wav"
must-hear = "2s"
[announcement.gone]
file = "g.wav"
[announcement.what]
file = "w.wav"
[emergency]
110 = { trunks = ["police"] }
119 = { trunks = ["police"] }
120 = { trunks = ["police"] }
122 = { trunks = ["police"] }
"#;

#[track_caller]
fn plan(more: &str) -> Table {
    let sources = Sources::new([("base.toml", BASE), ("more.toml", more)]);
    let (table, diagnostics) = check(&sources, None);
    let errors = diagnostics.iter().filter(|d| d.level == Level::Error).count();
    assert_eq!(errors, 0, "{}", Report { sources, diagnostics });
    table.unwrap()
}

fn at(table: &Table, written: &str) -> i64 {
    table.calendar().parse(written).unwrap()
}

fn decide<'t>(table: &'t Table, dialled: &str, written: &str) -> Decision<'t> {
    let candidates = [(Ingress::RequestUri, table.numbering().normalise(dialled, None))];
    let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
    table.decide(&facts, at(table, written))
}

fn queue(queue: &str, skill: Option<&str>, announce: bool) -> Action {
    let heard = Announce { prompt: PromptId::new("merged"), must_hear: Duration::from_secs(2) };
    Action::Queue {
        queue: QueueId::new(queue),
        skill: skill.map(Skill::new),
        announce: announce.then_some(heard),
    }
}

fn intercept() -> Action {
    Action::Intercept { prompt: PromptId::new("gone"), status: 410 }
}

fn refused() -> Action {
    Action::Reject { status: 404, notice: Some(PromptId::new("what")) }
}

/// The action of one row of mode and keys, in its four phases.
#[track_caller]
fn check_row(keys: &str, expected: [Action; 4]) {
    let table = plan(&format!("[hotline.12319]\nname = \"h\"\nwave = \"one\"\nskill = \"s\"\n{keys}"));
    for (instant, expected) in
        ["2021-10-01", "2021-10-20", "2021-12-20", "2022-06-01"].into_iter().zip(expected)
    {
        assert_eq!(*decide(&table, "12319", instant).action, expected, "{keys}: {instant}");
    }
}

fn to_dept(back: Option<Back>) -> Action {
    let no_answer = Duration::from_secs(12);
    Action::Trunk { trunks: [TrunkId::new("dept")].into(), number: Number::new("12319"), no_answer, back }
}

#[test]
fn each_mode_does_in_each_phase_what_the_merge_plan_says() {
    let announced = || queue("general", Some("s"), true);
    check_row("mode = \"full-merge\"", [refused(), announced(), announced(), intercept()]);
    check_row("mode = \"dual-number\"", [refused(), announced(), announced(), intercept()]);
    let own = || queue("own", Some("s"), false);
    check_row("mode = \"dual-number\"\nqueue = \"own\"", [refused(), own(), own(), own()]);
    check_row(
        "mode = \"sub-center\"\ntrunk = \"dept\"",
        [refused(), to_dept(None), to_dept(None), to_dept(None)],
    );
    let direct = || queue("general", Some("s"), false);
    check_row("mode = \"direct\"", [direct(), direct(), direct(), direct()]);
}

#[test]
fn each_attribute_can_be_set_on_its_own() {
    let announced = || queue("general", Some("s"), true);
    let silent = || queue("general", Some("s"), false);
    let full = |keys: &str, expected| check_row(&format!("mode = \"full-merge\"\n{keys}"), expected);
    full("number = \"kept\"", [refused(), announced(), announced(), announced()]);
    full("announce = \"none\"", [refused(), silent(), silent(), intercept()]);
    full(
        "queue = \"own\"",
        [refused(), queue("own", Some("s"), true), queue("own", Some("s"), true), intercept()],
    );
    full("after-cancel = \"keep\"", [refused(), announced(), announced(), announced()]);
    let reject = Action::Reject { status: 410, notice: None };
    full("after-cancel = { reject = 410 }", [refused(), announced(), announced(), reject]);
    let what = Action::Intercept { prompt: PromptId::new("what"), status: 410 };
    full("after-cancel = { intercept = \"what\" }", [refused(), announced(), announced(), what]);
    let transfer = "ingress = \"transfer-only\"\nseats = \"department\"\ntrunk = \"dept\"";
    full(transfer, [refused(), refused(), refused(), refused()]);
    full("legacy = { trunk = \"dept\" }", [to_dept(None), announced(), announced(), intercept()]);
    // Fuyang's 12319: the number goes, the seats stay.
    let seats = "seats = \"department\"\ntrunk = \"dept\"";
    full(seats, [refused(), to_dept(None), to_dept(None), intercept()]);
    let dedicated = "mode = \"dual-number\"\nqueue = \"own\"\nnumber = \"cancelled\"";
    let own = || queue("own", Some("s"), false);
    check_row(dedicated, [refused(), own(), own(), intercept()]);
}

#[test]
fn a_sub_centers_calls_come_back_when_the_plan_says_so() {
    let back = |on_down, on_full, on_no_answer| {
        let (queue, skill) = (QueueId::new("general"), Some(Skill::new("s")));
        to_dept(Some(Back { queue, skill, on_down, on_full, on_no_answer }))
    };
    let sub = |keys: &str, back: Action| {
        let keys = format!("mode = \"sub-center\"\ntrunk = \"dept\"\n{keys}");
        check_row(&keys, [refused(), back.clone(), back.clone(), back]);
    };
    sub("overflow = { to = \"general\", when = [\"down\", \"full\"] }", back(true, true, false));
    sub("overflow = { to = \"general\", when = [\"no-answer\"] }", back(false, false, true));
    sub("overflow = { to = \"general\" }", back(true, true, false));
}

#[test]
fn a_phase_holds_from_its_first_millisecond_up_to_the_next() {
    let table = plan(
        "[hotline.12319]\nname = \"h\"\nwave = \"one\"\nmode = \"full-merge\"\ncancel = 2021-12-31T12:00:00Z",
    );
    for (instant, before, after) in [
        ("2021-10-11T00:00:00+08:00", Phase::Legacy, Phase::Trial),
        ("2021-12-01T00:00:00+08:00", Phase::Trial, Phase::Formal),
        // The row's own cut-off wins over its wave's.
        ("2021-12-31T20:00:00+08:00", Phase::Formal, Phase::Cancelled),
    ] {
        let edge = at(&table, instant);
        for (ms, expected) in [
            (edge - 1000, before),
            (edge - 1, before),
            (edge, after),
            (edge + 1, after),
            (edge + 1000, after),
        ] {
            let candidates = [(Ingress::RequestUri, Number::new("12319"))];
            let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
            assert_eq!(table.decide(&facts, ms).phase, Some(expected), "{instant} {ms}");
        }
    }
    for ms in [i64::MIN, i64::MAX] {
        let candidates = [(Ingress::RequestUri, Number::new("12319"))];
        let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
        assert!(table.decide(&facts, ms).phase.is_some());
    }
}

#[test]
fn an_alias_keeps_its_number_and_plays_one_announcement() {
    let table = plan(
        "[hotline.12315]\nname = \"market\"\nmode = \"dual-number\"\nqueue = \"own\"\n\
         [alias]\n12331 = \"12358\"\n12358 = { to = \"12315\", announce = \"merged\" }\n12365 = \"0510-12315\"",
    );
    let decision = decide(&table, "12331", "2022-01-01");
    assert_eq!(decision.dialled.as_str(), "12331");
    assert_eq!(decision.via.iter().map(Number::as_str).collect::<Vec<_>>(), ["12331", "12358"]);
    assert_eq!(decision.hotline.as_ref().map(|h| h.id.as_str()), Some("12315"));
    assert_eq!(*decision.action, queue("own", None, true));
    assert_eq!(*decide(&table, "12365", "2022-01-01").action, queue("own", None, false));
    assert_eq!(decide(&table, "12315", "2022-01-01").via.len(), 0);
}

/// Which hotline and rule a set of candidates finds.
#[track_caller]
fn check_found(table: &Table, trunk: Option<&str>, candidates: &[(Ingress, &str)], expected: &str) {
    let candidates: Vec<_> =
        candidates.iter().map(|(rule, n)| (*rule, table.numbering().normalise(n, None))).collect();
    let trunk = trunk.map(TrunkId::new);
    let facts = Facts { trunk: trunk.as_ref(), caller: &Number::new(""), candidates: &candidates };
    let decision = table.decide(&facts, at(table, "2021-12-20"));
    let hotline = decision.hotline.as_ref().map_or("none", |hotline| hotline.id.as_str());
    let found = format!("{hotline} by {}", decision.ingress.map_or("none", Ingress::as_str));
    assert_eq!(found, expected, "{candidates:?}");
}

#[test]
fn the_first_rule_that_names_a_hotline_wins() {
    use Ingress::{CalledPartyId, Diversion, HistoryInfo, RequestUri, To};
    let table = plan(
        "[hotline.12319]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\n\
         [hotline.12318]\nname = \"b\"\nmode = \"full-merge\"\nwave = \"one\"\n\
         [hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\ntrunk = \"dept\"\n\
         [trunk.bound]\naddress = \"127.0.0.1:5083\"\naccess = { \"0510-88880000\" = \"12319\" }\n\
         [trunk.line]\naddress = \"127.0.0.1:5081\"\nhotline = \"12318\"\n\
         [trunk.fallback]\naddress = \"127.0.0.1:5082\"\ndefault-hotline = \"12319\"",
    );
    let found =
        |trunk, candidates: &[(Ingress, &str)], expected| check_found(&table, trunk, candidates, expected);
    found(Some("carrier"), &[(RequestUri, "12319"), (HistoryInfo, "12318")], "12319 by Request-URI");
    found(Some("bound"), &[(RequestUri, "88880000")], "12319 by access number");
    found(Some("dept"), &[(RequestUri, "88880000")], "none by none");
    found(Some("line"), &[(RequestUri, "12345")], "12318 by access number");
    found(
        Some("carrier"),
        &[(RequestUri, "88889999"), (HistoryInfo, "12318"), (Diversion, "12319")],
        "12318 by History-Info",
    );
    found(
        Some("carrier"),
        &[(RequestUri, "88889999"), (HistoryInfo, "77"), (Diversion, "12319")],
        "12319 by Diversion",
    );
    found(
        Some("carrier"),
        &[(RequestUri, "88889999"), (CalledPartyId, "12319"), (To, "12318")],
        "12319 by P-Called-Party-ID",
    );
    found(Some("carrier"), &[(RequestUri, "88889999"), (To, "12318")], "12318 by To");
    found(Some("fallback"), &[(RequestUri, "88889999")], "12319 by the trunk's default");
    found(Some("fallback"), &[(RequestUri, "12318")], "12318 by Request-URI");
    found(Some("carrier"), &[(RequestUri, "88889999")], "none by none");
    found(None, &[], "none by none");
}

#[test]
fn a_call_forwarded_to_12345_is_the_hotline_that_was_dialled_and_is_never_sent_back() {
    use Ingress::{Diversion, HistoryInfo, RequestUri, To};
    let table = plan(
        "[hotline.12319]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\n\
         [hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\ntrunk = \"dept\"\n\
         [trunk.fallback]\naddress = \"127.0.0.1:5082\"\ndefault-hotline = \"12319\"",
    );
    let found =
        |candidates: &[(Ingress, &str)], expected| check_found(&table, Some("carrier"), candidates, expected);
    found(&[(RequestUri, "12345"), (HistoryInfo, "12319")], "12319 by History-Info");
    found(&[(RequestUri, "12345"), (To, "12319")], "12319 by To");
    found(&[(RequestUri, "12345"), (To, "12345")], "12345 by Request-URI");
    found(&[(RequestUri, "12345")], "12345 by Request-URI");
    found(&[(RequestUri, "12345"), (Diversion, "12366")], "12345 by Request-URI");
    found(&[(RequestUri, "12345"), (Diversion, "12366"), (To, "12319")], "12319 by To");
    found(&[(RequestUri, "12345"), (HistoryInfo, "110")], "12345 by Request-URI");
    found(&[(RequestUri, "110"), (HistoryInfo, "12319")], "110 by Request-URI");
    // Nothing else is known: an emergency call is not lost to a number the network made up.
    found(&[(RequestUri, "88889999"), (To, "110")], "110 by To");
    check_found(&table, Some("fallback"), &[(RequestUri, "12345")], "12345 by Request-URI");
}

#[test]
fn an_emergency_line_goes_straight_to_its_trunk_at_any_time() {
    let table = plan("");
    for instant in ["1990-01-01", "2021-12-31", "2090-01-01"] {
        let decision = decide(&table, "+86510110", instant);
        let (trunks, no_answer) = ([TrunkId::new("police")].into(), Duration::from_secs(20));
        assert_eq!(*decision.action, Action::Emergency { line: Number::new("110"), trunks, no_answer });
        assert_eq!(decision.hotline.map(|h| h.mode), Some(Mode::Emergency));
    }
}

#[test]
fn the_agent_greets_as_the_plan_says() {
    let table = plan(
        "[hotline.12319]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\n\
         [hotline.12333]\nname = \"people\"\nmode = \"dual-number\"\nqueue = \"own\"\n\
         [hotline.12315]\nname = \"market\"\nmode = \"dual-number\"\nqueue = \"own\"\ngreeting = \"hello, market\"",
    );
    let greeting = |n| decide(&table, n, "2021-12-20").hotline.map(|h| h.greeting.clone());
    assert_eq!(greeting("12319").as_deref(), Some("hello, city"));
    assert_eq!(greeting("12333").as_deref(), Some("people"));
    assert_eq!(greeting("12315").as_deref(), Some("hello, market"));
}

#[test]
fn the_table_says_everything_about_queues_agents_and_trunks() {
    let table = plan("[hotline.12319]\nname = \"a\"\nmode = \"dual-number\"\nqueue = \"own\"\n");
    let own = table.queue(&QueueId::new("own")).unwrap();
    assert_eq!((own.answer, &own.full), (AnswerWhen::OnAgent, &OnFull::Queue(QueueId::new("general"))));
    let steps: Vec<_> = own.overflow.iter().map(|step| (step.after.as_secs(), step.keep_skill)).collect();
    assert_eq!(steps, [(30, true), (60, false)], "sorted by time");
    assert_eq!((own.ring.as_secs(), own.misses_max, own.waiting_max), (20, 2, 100));
    let agent = table.agent(&AgentId::new("1")).unwrap();
    assert!(agent.may_take(own, Some(&Skill::new("anything"))));
    assert_eq!(format!("{:?}", agent.password), "***");
    let by = |ip: &str, port| table.trunk_of_source(ip.parse().unwrap(), port).map(|trunk| trunk.id.as_str());
    assert_eq!(by("127.0.0.1", 5080), Some("carrier"));
    assert_eq!(by("::ffff:127.0.0.1", 5090), Some("dept"));
    assert_eq!(by("::1", 5090), Some("dept"));
    assert_eq!(by("127.0.0.1", 5081), None);
}

#[test]
fn skills_and_their_levels_decide_who_may_take_a_call() {
    let table = plan(
        "[queue.deep]\nskills = { law = 2 }\n[hotline.12348]\nname = \"law\"\nmode = \"dual-number\"\nqueue = \"deep\"\n\
         [agent.2]\npassword = \"x\"\nqueues = [\"deep\"]\nskills = [\"law\", \"tax\"]\n\
         [agent.3]\npassword = \"x\"\nqueues = [\"deep\"]\nskills = [{ skill = \"law\", level = 2 }]",
    );
    let deep = table.queue(&QueueId::new("deep")).unwrap();
    let may = |id: &str, skill: Option<&str>| {
        table.agent(&AgentId::new(id)).unwrap().may_take(deep, skill.map(Skill::new).as_ref())
    };
    assert!(!may("1", None), "knows everything, does not serve the queue");
    assert!(!may("2", None), "not well enough");
    assert!(may("3", None));
    assert!(may("3", Some("law")));
    assert!(!may("3", Some("tax")));
}

#[test]
fn an_explanation_tells_what_decide_did() {
    let table = plan("[hotline.12319]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\nskill = \"s\"\n");
    let candidates = [
        (Ingress::RequestUri, Number::new("12345")),
        (Ingress::HistoryInfo, Number::new("110")),
        (Ingress::To, Number::new("12319")),
    ];
    let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
    let instant = at(&table, "2021-12-31T23:59:59");
    let explanation = explain(&table, &facts, &candidates, instant);
    assert_eq!(explanation.outcome, Outcome::of(&table.decide(&facts, instant)));
    let told: Vec<String> = explanation
        .rules
        .iter()
        .map(|rule| format!("{} {}: {}", if rule.decided { '*' } else { '-' }, rule.rule, rule.why))
        .collect();
    assert_eq!(
        told,
        [
            "- access number: the call comes in on no trunk",
            "- Request-URI: the general number; a header says which hotline was dialled",
            "- History-Info: an emergency line only counts as the number called",
            "- Diversion: the call has none",
            "- P-Called-Party-ID: the call has none",
            "* To: it decides: a",
            "- the trunk's default: the call comes in on no trunk",
        ]
    );
    let now: Vec<&str> = explanation.periods.iter().map(|period| period.why.as_str()).collect();
    let meant = ["ended 81 days before", "ended 30 days before", "now, for 30 days", "begins 1 s later"];
    assert_eq!(now, meant);
    assert_eq!(explanation.next.as_ref().map(|next| next.at.as_str()), Some("2022-01-01T00:00:00+08:00"));
    assert_eq!(explanation.meets.len(), 1);
    assert!(serde_json::to_string(&explanation).unwrap().contains("\"phase\":\"formal\""));
}

/// A decision for a number nobody dialled lately costs what it touches: what rows have in common is in one place.
#[test]
fn rows_that_do_the_same_share_what_they_do() {
    let rows = ["12356", "12357"].map(|number| {
        format!(
            "[hotline.{number}]\nname = \"h{number}\"\nmode = \"full-merge\"\nwave = \"one\"\nhours = \"office\"\n\
             closed = {{ to = \"general\" }}\n"
        )
    });
    let hours = "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n";
    let table = plan(&format!("{hours}{}", rows.concat()));
    let [one, other] = ["12356", "12357"].map(|number| table.fate(&Number::new(number)).unwrap());
    assert!(one.segments().any(|segment| segment.closed.is_some()));
    for (one, other) in one.segments().zip(other.segments()) {
        assert!(std::ptr::eq(one.action, other.action));
        assert_eq!(one.closed.map(std::ptr::from_ref), other.closed.map(std::ptr::from_ref));
        assert!(!Arc::ptr_eq(one.hotline.unwrap(), other.hotline.unwrap()));
    }
}
