//! What callers hear: by phase, and in their language.

use tongjie::dialplan::{Action, Facts, Ingress, Report, Sources, Table, check};
use tongjie::event::Number;

const BASE: &str = r#"[plan]
name = "city"
time-zone = "Asia/Shanghai"
area-code = "0510"
number = "12345"
general-queue = "general"
announce = "merged"
intercept = "gone"
[hotline.12345]
name = "the city"
mode = "direct"
[wave.one]
trial = 2021-10-11
formal = 2021-12-01
cancel = 2022-01-01
[queue.general]
[agent.1]
password = "x"
queues = ["general"]
skills = ["*"]
[trunk.police]
address = "127.0.0.1:5110"
[announcement.soon]
file = "s.wav"
[announcement.merged]
file = "m.wav"
must-hear = "2s"
variants = [{ language = "en", file = "m-en.wav", text = "This line is now 12345." }]
[announcement.gone]
file = "g.wav"
variants = [{ language = "en", file = "g-en.wav" }]
[emergency]
110 = { trunks = ["police"] }
119 = { trunks = ["police"] }
120 = { trunks = ["police"] }
122 = { trunks = ["police"] }
[hotline.12319]
name = "streets"
mode = "full-merge"
wave = "one"
"#;

fn plan(keys: &str) -> (Option<Table>, Report) {
    let sources = Sources::new([("base.toml", format!("{BASE}{keys}"))]);
    let (table, diagnostics) = check(&sources, None);
    (table, Report { sources, diagnostics })
}

/// What callers of 12319 hear in trial run, formal operation and after the cut-off.
#[track_caller]
fn check_heard(keys: &str, expected: [&str; 3]) {
    let (table, report) = plan(keys);
    let table = table.unwrap_or_else(|| panic!("{report}"));
    let heard = ["2021-10-20", "2021-12-20", "2022-06-01"].map(|at| {
        let candidates = [(Ingress::RequestUri, Number::new("12319"))];
        let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
        match table.decide(&facts, table.calendar().parse(at).unwrap()).action {
            Action::Queue { announce, .. } => announce.map_or("nothing".to_owned(), |a| a.prompt.to_string()),
            Action::Intercept { prompt, .. } => prompt.to_string(),
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(heard, expected, "{keys}");
}

#[test]
fn an_announcement_may_change_from_phase_to_phase() {
    check_heard("", ["merged", "merged", "gone"]);
    check_heard("announce = { trial = \"soon\", formal = \"merged\" }", ["soon", "merged", "gone"]);
    check_heard("announce = { trial = \"soon\" }", ["soon", "merged", "gone"]);
    check_heard("announce = { trial = \"soon\", formal = \"none\" }", ["soon", "nothing", "gone"]);
    check_heard("announce = \"soon\"", ["soon", "soon", "gone"]);
    check_heard("announce = { formal = \"soon\" }\nafter-cancel = \"keep\"", ["merged", "soon", "soon"]);
}

#[test]
fn a_hotlines_language_chooses_the_variant_that_is_there() {
    check_heard("language = \"en\"", ["merged@en", "merged@en", "gone@en"]);
    check_heard("language = \"zh-CN\"", ["merged", "merged", "gone"]);
    let (table, report) = plan("language = \"en\"\nannounce = \"soon\"");
    let said = report.to_string();
    assert!(said.contains("warning[dp025]: callers of 12319 hear `soon` in another language"), "{said}");
    let table = table.unwrap_or_else(|| panic!("{said}"));
    let english = table.announcement(&tongjie::event::PromptId::new("merged@en")).unwrap();
    assert_eq!((english.file.as_str(), english.language.as_str()), ("m-en.wav", "en"));
    assert_eq!(english.must_hear.as_secs(), 2, "as the announcement says, unless the variant says otherwise");
}

#[test]
fn names_that_lead_nowhere_are_found_in_every_phase() {
    let (_, report) = plan("announce = { trial = \"son\", formal = \"merge\" }");
    let said = report.to_string();
    assert!(said.contains("did you mean `soon`?") && said.contains("did you mean `merged`?"), "{said}");
    let (_, report) = plan("announce = { trail = \"soon\" }");
    assert!(report.to_string().contains("did you mean `trial`?"), "{report}");
    let (_, report) = plan(
        "[announcement.x]\nfile = \"x.wav\"\nvariants = [{ language = \"en\", file = \"a\" }, { language = \"en\", file = \"b\" }, { text = \"c\" }]",
    );
    let said = report.to_string();
    assert!(
        said.contains("says twice what is said in `en`") && said.contains("`language` is missing"),
        "{said}"
    );
}
