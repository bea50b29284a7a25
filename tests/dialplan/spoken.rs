//! What callers hear: by phase, and in their language.

use tongjie::dialplan::{Action, Facts, Ingress, Report, Table};
use tongjie::event::Number;

use super::fixture::Good;

/// 12319 with these keys, and recordings of which one has no English variant.
fn city(keys: &str) -> Good {
    Good::new()
        .with("[plan]", "intercept = \"gone\"")
        .with("[hotline.12319]", keys)
        .instead("must-hear = \"3s\"", MERGED)
        .and("[announcement.soon]\nfile = \"s.wav\"\n")
        .and("[announcement.gone]\nfile = \"g.wav\"\nvariants = [{ language = \"en\", file = \"g-en.wav\" }]\n")
}

const MERGED: &str = "must-hear = \"2s\"\nvariants = [{ language = \"en\", file = \"m-en.wav\", text = \"This line is now 12345.\" }]";

fn plan(keys: &str) -> (Option<Table>, Report) {
    city(keys).check()
}

/// What callers of 12319 hear in trial run, formal operation and after the cut-off.
#[track_caller]
fn check_heard(keys: &str, expected: [&str; 3]) {
    check_heard_in(&city(keys), expected);
}

#[track_caller]
fn check_heard_in(city: &Good, expected: [&str; 3]) {
    let table = city.table();
    let heard = ["2021-10-20", "2021-12-20", "2022-06-01"].map(|at| {
        let candidates = [(Ingress::RequestUri, Number::new("12319"))];
        let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
        match table.decide(&facts, table.calendar().parse(at).unwrap()).action {
            Action::Queue { announce, .. } => {
                announce.as_ref().map_or("nothing".to_owned(), |a| a.prompt.to_string())
            }
            Action::Intercept { prompt, .. } => prompt.to_string(),
            other => panic!("{other:?}"),
        }
    });
    assert_eq!(heard, expected);
}

#[test]
fn what_a_closed_queue_and_an_alias_say_is_said_in_the_hotlines_language() {
    let rows = "[hours.morning]\nweek = { fri = [\"09:00-10:00\"] }\n[queue.q]\nhours = \"morning\"\n\
                closed = { to = \"general\", announce = \"gone\" }\n\
                [agent.2]\npassword = \"x\"\nqueues = [\"q\"]\nskills = [\"*\"]\n";
    check_heard_in(&city("queue = \"q\"").and(rows), ["gone", "gone", "gone"]);
    check_heard_in(&city("queue = \"q\"\nlanguage = \"en\"").and(rows), ["gone@en", "gone@en", "gone@en"]);
    let alias = city("announce = \"none\"\nlanguage = \"en\"")
        .instead("[hotline.12319]", "[hotline.12318]")
        .and("[alias]\n12319 = { to = \"12318\", announce = \"gone\" }\n");
    check_heard_in(&alias, ["gone@en", "gone@en", "gone@en"]);
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
    check_heard("language = \"EN\"", ["merged@en", "merged@en", "gone@en"]);
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
fn hotlines_of_one_language_that_hear_another_share_a_warning() {
    let other = |number: &str, language: &str| {
        format!(
            "[hotline.{number}]\nname = \"x\"\nmode = \"dual-number\"\nnumber = \"kept\"\nannounce = \"soon\"\nlanguage = \"{language}\"\n"
        )
    };
    let rows = [other("12320", "EN"), other("12321", "en"), other("12322", "bo")].concat();
    let said = city("language = \"en\"\nannounce = \"soon\"").and(&rows).check().1.to_string();
    assert_eq!(said.matches("warning[dp025]").count(), 2, "{said}");
    assert!(
        said.contains("callers of 12322 hear `soon`") && said.contains("callers of 12320 hear `soon`"),
        "{said}"
    );
    assert!(said.contains("2 times more: 12319 (line ") && said.contains(", 12321 (line "), "{said}");
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
        said.contains("`x` has two recordings in `en`") && said.contains("`language` is missing"),
        "{said}"
    );
}
