//! The Wuxi plan against an independent reading of the list it was made from.

use std::path::Path;

use tongjie::dialplan::{Action, Facts, Ingress, Level, Report, Table, TargetKind, check, load_dir};
use tongjie::event::Number;

/// Loads a plan directory of the repository, recordings unchecked.
pub(super) fn plan(name: &str) -> (Option<Table>, Report) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan").join(name);
    let sources = load_dir(&dir);
    let (table, diagnostics) = check(&sources, None);
    (table, Report { sources, diagnostics })
}

#[test]
fn the_wuxi_plan_passes_every_check_and_every_test_of_its_own() {
    let (table, report) = plan("wuxi");
    assert!(report.diagnostics.iter().all(|d| d.level != Level::Error), "{report}");
    assert_eq!(report.counts(), (0, 0), "{report}");
    assert!(table.is_some());
}

/// A row of hotlines.csv, read by its own rules: nothing here knows the TOML.
struct Row {
    number: String,
    mode: String,
    dedicated: bool,
    skill: String,
    announce: String,
    trial: Option<i64>,
    formal: Option<i64>,
    /// First instant after the last day of service.
    cancelled: Option<i64>,
    last: String,
}

const DAY_MS: i64 = 86_400_000;

/// Midnight in Wuxi, worked out without a time zone database: China has had +08:00 all year since 1992.
fn midnight(date: &str) -> Option<i64> {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().unwrap());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let (y, m) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468;
    Some(days * DAY_MS - 8 * 3_600_000)
}

fn rows() -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi/hotlines.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(path).unwrap();
    let names = reader.headers().unwrap().clone();
    let field = |record: &csv::StringRecord, name: &str| {
        record.get(names.iter().position(|n| n == name).unwrap()).unwrap().to_owned()
    };
    let date = |text: String| if text.is_empty() { None } else { midnight(&text) };
    let row = |record: csv::StringRecord| Row {
        number: field(&record, "number"),
        mode: field(&record, "mode"),
        dedicated: field(&record, "dedicated_queue") == "yes",
        skill: field(&record, "skills").replace('_', "-"),
        announce: field(&record, "announce"),
        trial: date(field(&record, "trial_from")),
        formal: date(field(&record, "formal_from")),
        cancelled: date(field(&record, "cancel_after")).map(|last| last + DAY_MS),
        last: field(&record, "cancel_after"),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// What the merge plan says happens to this row at this instant, in a few words.
fn meant(row: &Row, at: i64) -> String {
    let began = row.trial.is_none_or(|trial| at >= trial);
    let ended = row.cancelled.is_some_and(|cancelled| at >= cancelled);
    match row.mode.as_str() {
        "anchor" => "queue general, skill -, announce -".to_owned(),
        "full" | "dual" | "subcenter" if !began => "refused 404".to_owned(),
        "full" | "dual" if ended => "intercept number-cancelled 410".to_owned(),
        "dual" if row.dedicated => format!("queue {0}, skill {0}, announce -", row.skill),
        "full" | "dual" => {
            assert_eq!(row.announce, "merged");
            format!("queue general, skill {}, announce merged-into-12345", row.skill)
        }
        "subcenter" => "trunk, back to general".to_owned(),
        "alias_of_12315" if at < midnight("2021-10-25").unwrap() => "refused 404".to_owned(),
        "alias_of_12315" => "queue market, skill market, announce merged-into-12315".to_owned(),
        "linked_emergency" => format!("emergency {}", row.number),
        "linked_utility" | "out_of_scope" => "refused 404".to_owned(),
        other => panic!("{other}"),
    }
}

fn decided(action: &Action) -> String {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    match action {
        Action::Queue { queue, skill, announce } => format!(
            "queue {queue}, skill {}, announce {}",
            or_none(skill.as_ref().map(ToString::to_string)),
            or_none(announce.as_ref().map(|a| a.prompt.to_string()))
        ),
        Action::Trunk { trunks, back, .. } => {
            assert!(!trunks.is_empty());
            format!("trunk, back to {}", or_none(back.as_ref().map(|back| back.queue.to_string())))
        }
        Action::Emergency { line, .. } => format!("emergency {line}"),
        Action::Intercept { prompt, status } => format!("intercept {prompt} {status}"),
        Action::Reject { status, .. } => format!("refused {status}"),
    }
}

#[test]
fn every_row_of_the_list_is_decided_as_an_independent_reading_says() {
    let table = plan("wuxi").0.unwrap();
    let mut compared = 0;
    for row in rows().iter().filter(|row| row.mode != "peer_platform") {
        let mut instants = vec![midnight("2021-09-30").unwrap(), midnight("2021-11-11").unwrap()];
        instants.extend([midnight("2021-12-15").unwrap(), midnight("2022-06-01").unwrap()]);
        for edge in [row.trial, row.formal, row.cancelled].into_iter().flatten() {
            instants.extend([edge - 1000, edge - 1, edge, edge + 1, edge + 1000]);
        }
        for at in instants {
            let candidates = [(Ingress::RequestUri, table.numbering().normalise(&row.number, None))];
            let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
            let decision = table.decide(&facts, at);
            assert_eq!(
                decided(decision.action),
                meant(row, at),
                "{} at {at} (last day {})",
                row.number,
                row.last
            );
            compared += 1;
        }
    }
    assert_eq!(rows().len(), 66, "no row of the list was passed over");
    assert!(compared > 700, "{compared}");
}

#[test]
fn every_row_of_the_list_keeps_its_name_mode_and_place() {
    let table = plan("wuxi").0.unwrap();
    let count = |kind| table.targets().iter().filter(|target| target.kind == kind).count();
    assert_eq!(count(TargetKind::Emergency), 4);
    assert_eq!(count(TargetKind::SubCenter), 6);
    assert_eq!(count(TargetKind::Utility), 6);
    assert_eq!(count(TargetKind::Peer), 2);
    assert_eq!(count(TargetKind::OutOfScope), 5);
    // Peers share 12345, so 66 rows are 64 numbers that can be dialled.
    assert_eq!(table.fates().len(), 64);
}
