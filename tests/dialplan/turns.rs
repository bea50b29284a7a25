//! Numbers that change owners: 12356 was family planning's until its merge ended, and years later is the line for
//! people who need to talk.

use tongjie::dialplan::fate::Kind;
use tongjie::dialplan::{Action, Facts, Ingress, Level, Report, Table};
use tongjie::event::{Number, Phase};

use super::fixture::Good;

/// Two owners, the second's seats elsewhere; `until` and `from` as given.
fn owners(until: &str, from: &str) -> String {
    format!(
        "[hotline.family-planning]\ndigits = \"12356\"\nname = \"计划生育\"\nmode = \"full-merge\"\nuntil = {until}\n\
         trial = 2021-10-11\nformal = 2021-12-01\ncancel = 2022-01-01\n\
         [hotline.psych-aid]\ndigits = \"0510-12356\"\nname = \"心理援助\"\nmode = \"sub-center\"\ntrunk = \"clinic\"\noverflow = {{ to = \"general\" }}\nfrom = {from}\n"
    )
}

fn city(more: &str) -> Good {
    Good::new()
        .with("[plan]", "intercept = \"gone\"\nunknown = { status = 404 }")
        .and("[trunk.carrier]\naddress = \"127.0.0.1:5080\"\ntrusted = true\n")
        .and("[trunk.clinic]\naddress = \"127.0.0.1:5090\"\n[announcement.gone]\nfile = \"g.wav\"\n")
        .and(more)
}

fn report(more: &str) -> (Option<Table>, Report) {
    city(more).check()
}

#[track_caller]
fn plan(more: &str) -> Table {
    city(more).table()
}

/// Whose call it is at an instant, and what is done, in a few words.
fn fate(table: &Table, trunk: Option<&str>, candidates: &[(Ingress, &str)], at_ms: i64) -> String {
    let candidates: Vec<_> = candidates.iter().map(|(i, n)| (*i, Number::new(*n))).collect();
    let trunk = trunk.map(tongjie::event::TrunkId::new);
    let facts = Facts { trunk: trunk.as_ref(), caller: &Number::new(""), candidates: &candidates };
    let decision = table.decide(&facts, at_ms);
    let hotline = decision.hotline.as_ref().map_or("nobody", |hotline| hotline.id.as_str());
    let phase = decision.phase.map_or("no phase", Phase::as_str);
    let action = match *decision.action {
        Action::Queue { .. } => "queue",
        Action::Trunk { .. } => "trunk",
        Action::Emergency { .. } => "emergency",
        Action::Intercept { .. } => "intercept",
        Action::Reject { .. } => "refused",
    };
    format!("{hotline}, {phase}, {action}")
}

#[test]
fn each_owner_has_the_number_up_to_the_next_ones_first_millisecond() {
    let table = plan(&owners("2025-01-01", "2025-01-01"));
    let at = |text: &str| table.calendar().parse(text).unwrap();
    let called = |ms| fate(&table, None, &[(Ingress::RequestUri, "12356")], ms);
    for (edge, before, after) in [
        ("2021-10-11", "family-planning, legacy, refused", "family-planning, trial, queue"),
        ("2021-12-01", "family-planning, trial, queue", "family-planning, formal, queue"),
        ("2022-01-01", "family-planning, formal, queue", "family-planning, cancelled, intercept"),
        ("2025-01-01", "family-planning, cancelled, intercept", "psych-aid, formal, trunk"),
    ] {
        assert_eq!(called(at(edge) - 1), before, "{edge}");
        assert_eq!(called(at(edge)), after, "{edge}");
        assert_eq!(called(at(edge) + 1), after, "{edge}");
    }
    assert_eq!(called(i64::MIN), "family-planning, legacy, refused");
    assert_eq!(called(i64::MAX), "psych-aid, formal, trunk");
}

#[test]
fn between_two_owners_the_number_is_unknown_and_a_warning_names_both_rows() {
    let (table, report) = report(&owners("2023-01-01", "2025-01-01"));
    let table = table.unwrap_or_else(|| panic!("{report}"));
    let said = report.to_string();
    assert_eq!(report.counts(), (0, 1), "{said}");
    assert!(
        said.contains(
            "warning[dp021]: 12356 is nobody's from 2023-01-01T00:00:00+08:00 to 2025-01-01T00:00:00+08:00"
        ),
        "{said}"
    );
    assert!(said.contains("from = 2025-01-01") && said.contains("until = 2023-01-01"), "{said}");
    let at = |text: &str| table.calendar().parse(text).unwrap();
    let called = |ms| fate(&table, None, &[(Ingress::RequestUri, "12356")], ms);
    assert_eq!(called(at("2023-01-01") - 1), "family-planning, cancelled, intercept");
    assert_eq!(called(at("2023-01-01")), "nobody, no phase, refused");
    assert_eq!(called(at("2025-01-01") - 1), "nobody, no phase, refused");
    assert_eq!(called(at("2025-01-01")), "psych-aid, formal, trunk");
}

#[test]
fn a_header_that_names_the_number_counts_as_its_owner_of_that_time() {
    let table = plan(&owners("2025-01-01", "2025-01-01"));
    let at = |text: &str| table.calendar().parse(text).unwrap();
    let forwarded = [(Ingress::RequestUri, "12345"), (Ingress::HistoryInfo, "12356")];
    // A merged hotline is forwarded to 12345; a sub-center's call diverted here was sent by its people.
    assert_eq!(fate(&table, Some("carrier"), &forwarded, at("2021-12-31")), "family-planning, formal, queue");
    assert_eq!(fate(&table, Some("carrier"), &forwarded, at("2025-06-01")), "12345, formal, queue");
    let kinds: Vec<Kind> = table.fate(&Number::new("12356")).unwrap().segments().map(|s| s.kind).collect();
    assert_eq!(kinds.first(), Some(&Kind::Merged));
    assert_eq!(kinds.last(), Some(&Kind::Elsewhere));
}

#[test]
fn a_number_that_is_somebodys_for_a_time_is_nobodys_before_and_after() {
    let more = "[hotline.expo]\ndigits = \"12399\"\nname = \"博览会\"\nmode = \"full-merge\"\nnumber = \"kept\"\n\
                from = 2022-05-01\nuntil = 2022-11-01\n";
    let table = plan(more);
    let at = |text: &str| table.calendar().parse(text).unwrap();
    let called = |ms| fate(&table, None, &[(Ingress::RequestUri, "12399")], ms);
    assert_eq!(called(at("2022-05-01") - 1), "nobody, no phase, refused");
    assert_eq!(called(at("2022-05-01")), "expo, formal, queue");
    assert_eq!(called(at("2022-11-01") - 1), "expo, formal, queue");
    assert_eq!(called(at("2022-11-01")), "nobody, no phase, refused");
}

#[test]
fn an_alias_follows_the_number_through_its_owners() {
    let table = plan(&format!("{}[alias]\n12357 = \"12356\"\n", owners("2025-01-01", "2025-01-01")));
    let at = |text: &str| table.calendar().parse(text).unwrap();
    let called = |ms| fate(&table, None, &[(Ingress::RequestUri, "12357")], ms);
    assert_eq!(called(at("2025-01-01") - 1), "family-planning, cancelled, intercept");
    assert_eq!(called(at("2025-01-01")), "psych-aid, formal, trunk");
}

#[test]
fn two_owners_at_once_and_phases_out_of_turn_are_refused() {
    for (more, message) in [
        (
            owners("2025-01-02", "2025-01-01"),
            "12356 belongs to `family-planning` and to `psych-aid` from 2025-01-01",
        ),
        (owners("2021-12-15", "2025-01-01"), "the cut-off of `family-planning` (2022-01-01"),
        (
            owners("2025-01-01", "2025-01-01")
                .replace("from = 2025-01-01", "from = 2025-01-01\nuntil = 2024-01-01"),
            "0510-12356 would be `psych-aid`'s from 2025-01-01T00:00:00+08:00 on, and only up to 2024-01-01",
        ),
        (
            owners("2025-01-01", "2025-01-01").replace("until = 2025-01-01\n", ""),
            "12356 belongs to `family-planning` and to `psych-aid` from 2025-01-01",
        ),
    ] {
        let (table, report) = report(&more);
        let said = report.to_string();
        assert!(
            table.is_none() && said.contains("error[dp021]") && said.contains(message),
            "{message}\n{said}"
        );
    }
    // Without any dates it is the same number written twice.
    let (_, report) = report(
        &owners("2025-01-01", "2025-01-01")
            .replace("until = 2025-01-01\n", "")
            .replace("from = 2025-01-01\n", ""),
    );
    assert!(report.to_string().contains("error[dp006]"), "{report}");
    assert!(report.diagnostics.iter().any(|d| d.level == Level::Error));
}
