//! The second worked plan: a county platform with hours, a calendar and a number that changes hands.

use tongjie::dialplan::{Action, Facts, Ingress, Table, TargetKind};
use tongjie::event::Number;

use super::wuxi::plan;

#[test]
fn the_jiangyin_plan_passes_every_check_and_every_test_of_its_own() {
    let (table, report) = plan("jiangyin");
    assert_eq!(report.counts(), (0, 0), "{report}");
    assert!(table.is_some());
}

fn where_to(table: &Table, number: &str, at: &str) -> String {
    let candidates = [(Ingress::RequestUri, table.numbering().normalise(number, None))];
    let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
    match table.decide(&facts, table.calendar().parse(at).unwrap()).action {
        Action::Queue { queue, .. } => queue.to_string(),
        Action::Trunk { trunks, .. } => trunks[0].to_string(),
        Action::Intercept { .. } => "intercept".to_owned(),
        Action::Emergency { line, .. } => line.to_string(),
        Action::Reject { status, .. } => status.to_string(),
    }
}

#[test]
fn holidays_and_moved_working_days_of_two_years_are_those_the_state_council_announced() {
    let table = plan("jiangyin").0.unwrap();
    // 2021-10-18 is the first day of the trial; before it nothing is open.
    let open =
        ["2021-11-05", "2021-12-31", "2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24", "2022-05-07"];
    let open = open.into_iter().chain(["2022-10-08", "2022-10-09", "2022-01-04", "2022-02-07", "2022-10-10"]);
    for day in open {
        assert_eq!(where_to(&table, "12333", &format!("{day}T10:00:00")), "hrss", "{day}");
        assert_eq!(where_to(&table, "12333", &format!("{day}T12:30:00")), "general", "{day}");
    }
    let closed =
        ["2022-01-03", "2022-01-31", "2022-02-04", "2022-04-04", "2022-04-05", "2022-05-02", "2022-05-04"];
    let closed =
        closed.into_iter().chain(["2022-06-03", "2022-09-12", "2022-10-03", "2022-10-07", "2021-11-06"]);
    for day in closed {
        assert_eq!(where_to(&table, "12333", &format!("{day}T10:00:00")), "general", "{day}");
    }
}

#[test]
fn a_number_that_changes_hands_is_never_without_an_owner_nor_with_two() {
    let table = plan("jiangyin").0.unwrap();
    assert_eq!(where_to(&table, "12356", "2021-12-31T23:59:59"), "general");
    assert_eq!(where_to(&table, "12356", "2022-01-01"), "intercept");
    assert_eq!(where_to(&table, "12356", "2024-12-31T23:59:59.999"), "intercept");
    assert_eq!(where_to(&table, "12356", "2025-01-01"), "psych-aid");
    let fate = table.fate(&Number::new("12356")).unwrap();
    let names: Vec<&str> = fate.segments().filter_map(|s| Some(s.hotline?.name.as_str())).collect();
    assert_eq!((names.first(), names.last()), (Some(&"计划生育"), Some(&"心理援助热线")));
}

#[test]
fn the_county_reaches_wuxi_as_another_platform_and_wuxi_reaches_it() {
    let table = plan("jiangyin").0.unwrap();
    let peers: Vec<&str> =
        table.targets().iter().filter(|t| t.kind == TargetKind::Peer).map(|t| t.name.as_str()).collect();
    assert_eq!(peers, ["无锡市12345"]);
    let wuxi = plan("wuxi").0.unwrap();
    assert!(wuxi.targets().iter().any(|t| t.kind == TargetKind::Peer && t.name.contains("江阴")));
}
