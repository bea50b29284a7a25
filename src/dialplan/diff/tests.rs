//! Small plans compared: what is told, to the instant.

use expect_test::{Expect, expect};

use crate::dialplan::diff::{Naming, PastCalls, diff};
use crate::dialplan::{Level, Report, Sources, Table, check};
use crate::event::{Number, TrunkId};

/// The plan of the timeline's tests: every mode, hours, a number with two owners.
const PLAN: &str = include_str!("../timeline/small.toml");

#[track_caller]
fn table(text: &str) -> Table {
    let sources = Sources::new([("plan.toml", text)]);
    let (table, diagnostics) = check(&sources, None);
    let errors = diagnostics.iter().filter(|d| d.level == Level::Error).count();
    assert_eq!(errors, 0, "{}", Report { sources, diagnostics });
    table.unwrap()
}

/// The plan with some of its words replaced.
#[track_caller]
fn edited(edits: &[(&str, &str)]) -> Table {
    let mut text = PLAN.to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    table(&text)
}

#[track_caller]
fn check_diff(edits: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&diff(&table(PLAN), &edited(edits)).to_string());
}

#[test]
fn a_plan_compared_with_itself_is_the_same() {
    check_diff(
        &[],
        expect![[r#"
        Small city: nothing changes for any number at any instant
    "#]],
    );
}

#[test]
fn a_wave_that_ends_later_is_one_change_for_all_its_numbers() {
    check_diff(
        &[("cancel = 2022-01-01", "cancel = 2022-02-01")],
        expect![[r#"
            Small city: 3 changes for callers, 1 that only records and agents see

            the call
              treatment: intercept: announce gone, then 410 → announce merged, then queue general
              phase: cancelled → formal
              2022-01-01T00:00:00+01:00 … 2022-02-01T00:00:00+01:00
                  while office is open, first 2022-01-03T08:30:00+01:00 … 2022-01-03T12:00:00+01:00
                  12318 12319
              2022-01-01T00:00:00+01:00 … 2022-02-01T00:00:00+01:00
                  while office is open, first 2022-01-03T08:30:00+01:00 … 2022-01-03T12:00:00+01:00
                  051019990001 in on trunk carrier

            the call
              treatment: intercept: announce gone, then 410 → refuse: announce what, then 480
              phase: cancelled → formal
              2022-01-01T00:00:00+01:00 … 2022-02-01T00:00:00+01:00
                  while office is closed, first 2022-01-01T00:00:00+01:00 … 2022-01-03T08:30:00+01:00
                  12318 12319
              2022-01-01T00:00:00+01:00 … 2022-02-01T00:00:00+01:00
                  while office is closed, first 2022-01-01T00:00:00+01:00 … 2022-01-03T08:30:00+01:00
                  051019990001 in on trunk carrier

            the call
              treatment: refuse with 410 → announce merged, then queue general
              phase: cancelled → formal
              2022-01-01T00:00:00+01:00 … 2022-02-01T00:00:00+01:00   12301

            the record, callers notice nothing
              phase: cancelled → formal
              2022-01-01T00:00:00+01:00 … 2022-02-01T00:00:00+01:00   12399
        "#]],
    );
}

#[test]
fn a_queue_that_behaves_otherwise_concerns_whoever_can_come_there() {
    check_diff(
        &[("[queue.general]", "[queue.general]\nwaiting = 7\nmusic = \"what\"")],
        expect![[r#"
            Small city: 1 change for callers

            queue general
              most callers waiting: 100 → 7
              music: none → what
              until 2021-11-01T00:00:00+01:00   12356
              always   12345
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00   12301
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office is open, first 2021-10-11T08:30:00+02:00 … 2021-10-11T12:00:00+02:00
                  12318 12319
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office is open, first 2021-10-11T08:30:00+02:00 … 2021-10-11T12:00:00+02:00
                  051019990001 in on trunk carrier
              from 2021-10-11T00:00:00+02:00   12333 12366
              from 2021-11-08T00:00:00+01:00   12356
        "#]],
    );
}

#[test]
fn who_can_take_a_call_is_told_by_who_came_and_went() {
    check_diff(
        &[("[agent.1]", "[agent.2]")],
        expect![[r#"
            Small city: 2 changes for callers

            who can take calls of queue general
              no longer: 1
              from now on: 2
              until 2021-11-01T00:00:00+01:00   12356
              always   12345
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00   12301
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office is open, first 2021-10-11T08:30:00+02:00 … 2021-10-11T12:00:00+02:00
                  12318 12319
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office is open, first 2021-10-11T08:30:00+02:00 … 2021-10-11T12:00:00+02:00
                  051019990001 in on trunk carrier
              from 2021-10-11T00:00:00+02:00   12333 12366
              from 2021-11-08T00:00:00+01:00   12356

            who can take calls of queue own
              no longer: 1
              from now on: 2
              from 2021-10-11T00:00:00+02:00   12333
        "#]],
    );
}

#[test]
fn a_holiday_more_is_told_by_its_instants() {
    check_diff(
        &[("holidays = [", "holidays = [\"2021-11-16\", ")],
        expect![[r#"
        Small city: 1 change for callers

        the call
          treatment: announce merged, then queue general → refuse: announce what, then 480
          2021-11-16T08:30:00+01:00 … 2021-11-16T12:00:00+01:00   12318 12319
          2021-11-16T08:30:00+01:00 … 2021-11-16T12:00:00+01:00   051019990001 in on trunk carrier
          2021-11-16T13:30:00+01:00 … 2021-11-16T17:30:00+01:00   12318 12319
          2021-11-16T13:30:00+01:00 … 2021-11-16T17:30:00+01:00   051019990001 in on trunk carrier
    "#]],
    );
}

#[test]
fn longer_weekly_hours_are_told_as_a_condition_and_their_first_span() {
    check_diff(
        &[("\"13:30-17:30\"", "\"13:30-18:00\"")],
        expect![[r#"
            Small city: 1 change for callers

            the call
              treatment: refuse: announce what, then 480 → announce merged, then queue general
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office was closed and office is open, first 2021-10-11T17:30:00+02:00 …
                  2021-10-11T18:00:00+02:00
                  12318 12319
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office was closed and office is open, first 2021-10-11T17:30:00+02:00 …
                  2021-10-11T18:00:00+02:00
                  051019990001 in on trunk carrier
        "#]],
    );
}

#[test]
fn hours_where_there_were_none_concern_only_the_time_they_are_closed() {
    check_diff(
        &[("name = \"Labour\"", "name = \"Labour\"\nhours = \"office\"\nclosed = { to = \"general\" }")],
        expect![[r#"
            Small city: 1 change for callers

            the call
              queue: own → general
              from 2021-10-11T00:00:00+02:00
                  while office is closed, first 2021-10-11T00:00:00+02:00 … 2021-10-11T08:30:00+02:00   12333
        "#]],
    );
}

#[test]
fn a_bound_number_taken_away_concerns_calls_on_its_trunk() {
    check_diff(
        &[("access = { \"19990001\" = \"12319\" }", "default-hotline = \"12319\"")],
        expect![[r#"
            Small city: 4 changes for callers

            the call
              treatment: refuse: announce what, then 404 → trunk dept, dialling its own
              until 2021-10-11T00:00:00+02:00   any other number in on trunk carrier

            the call
              status: 404 → 480
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office is closed, first 2021-10-11T00:00:00+02:00 … 2021-10-11T08:30:00+02:00
                  any other number in on trunk carrier

            the call
              treatment: refuse: announce what, then 404 → announce merged, then queue general
              2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
                  while office is open, first 2021-10-11T08:30:00+02:00 … 2021-10-11T12:00:00+02:00
                  any other number in on trunk carrier

            the call
              treatment: refuse: announce what, then 404 → intercept: announce gone, then 410
              from 2022-01-01T00:00:00+01:00   any other number in on trunk carrier
        "#]],
    );
}

#[test]
fn a_hotline_that_is_only_renamed_changes_records_alone() {
    let diff = diff(&table(PLAN), &edited(&[("name = \"Tourism\"", "name = \"Visitors\"")]));
    assert!(diff.changes.iter().all(|change| !change.is_noticed()), "{diff}");
    assert_eq!(diff.changes.len(), 1, "{diff}");
}

#[test]
fn a_trunks_address_and_its_trust_are_told() {
    check_diff(
        &[("127.0.0.1:5090", "127.0.0.1:5099"), ("trusted = true", "trusted = false")],
        expect![[r#"
        Small city: 2 changes for callers

        trunk dept
          address: 127.0.0.1:5090 → 127.0.0.1:5099
          until 2021-10-11T00:00:00+02:00   12318 12319
          until 2021-10-11T00:00:00+02:00   051019990001 in on trunk carrier
          always   every call in on trunk dept
          from 2021-10-11T00:00:00+02:00   12366

        how calls in on trunk carrier are known
          headers that name a hotline: believed → not believed
          always   every call in on trunk carrier
    "#]],
    );
}

#[test]
fn a_period_cuts_off_what_is_past() {
    let new = edited(&[("cancel = 2022-01-01", "cancel = 2022-02-01")]);
    let at = |written| new.calendar().parse(written).unwrap();
    let diff = diff(&table(PLAN), &new);
    let cut = diff.clone().within(at("2022-01-15"), i64::MAX);
    assert_eq!(cut.changes[0].rows[0].from_ms, at("2022-01-15"));
    assert_eq!(cut.changes[0].rows[0].until_ms, at("2022-02-01"));
    assert!(diff.within(at("2022-02-01"), i64::MAX).is_empty());
}

fn dialled(number: &str) -> Naming {
    Naming::Dialled(Number::new(number))
}

/// Calls for the comparison of these plans: when they came, on which trunk, and what named their hotline.
fn past(old: &Table, new: &Table, calls: &[(&str, Option<&str>, Naming)]) -> PastCalls {
    let mut past = PastCalls::new(old, new);
    for (at, trunk, naming) in calls {
        past.add(new.calendar().parse(at).unwrap(), trunk.map(TrunkId::new), naming.clone());
    }
    past
}

/// Four weeks of one call each Monday at ten, recorded in November 2021.
fn mondays(old: &Table, new: &Table, number: &str, trunk: Option<&str>) -> PastCalls {
    let days = ["2021-11-01T10:00:00", "2021-11-08T10:00:00", "2021-11-15T10:00:00", "2021-11-22T10:00:00"];
    let mut calls: Vec<_> = days.into_iter().map(|day| (day, trunk, dialled(number))).collect();
    // Someone calls on a Sunday, so that the records end with a whole week.
    calls.push(("2021-11-28T10:00:00", None, dialled("99999")));
    past(old, new, &calls)
}

#[track_caller]
fn check_weight(edits: &[(&str, &str)], number: &str, trunk: Option<&str>, expected: &[&str]) {
    let (old, new) = (table(PLAN), edited(edits));
    let mut diff = diff(&old, &new);
    diff.weigh(&mondays(&old, &new, number, trunk));
    let rows = diff.changes.iter().flat_map(|change| &change.rows);
    let rows = rows.filter(|row| row.numbers.contains(&Number::new(number)));
    let weights: Vec<String> = rows.filter_map(|row| row.weight.map(|weight| weight.to_string())).collect();
    assert_eq!(weights, expected, "{diff}");
}

#[test]
fn calls_within_a_row_are_counted_and_those_ahead_are_moved_by_whole_weeks() {
    // January 2022 has five Mondays, the first of them behind the old end.
    check_weight(
        &[("cancel = 2022-01-01", "cancel = 2022-02-01")],
        "12301",
        None,
        &["about 5 calls expected"],
    );
    // Until the trial began nobody called; three of the four calls were before the new beginning.
    check_weight(
        &[("trial = 2021-10-11", "trial = 2021-11-16")],
        "12301",
        None,
        &["3 recorded calls, about 3 calls expected"],
    );
    // It never ends: a rate.
    check_weight(
        &[("[queue.own]", "[queue.own]\nwaiting = 7")],
        "12333",
        None,
        &["4 recorded calls, about 1 call a week"],
    );
}

#[test]
fn hours_and_trunks_of_a_row_are_heeded() {
    // Monday at ten is open: no call is touched by another closing time.
    check_weight(&[("\"13:30-17:30\"", "\"13:30-18:00\"")], "12319", None, &["no call"]);
    check_weight(
        &[("\"08:30-12:00\"", "\"11:00-12:00\"")],
        "12319",
        None,
        &["4 recorded calls, about 8 calls expected"],
    );
    let gone = [("access = { \"19990001\" = \"12319\" }", "")];
    check_weight(&gone, "051019990001", Some("dept"), &["no call"; 4]);
    let open = "4 recorded calls, about 8 calls expected";
    check_weight(
        &gone,
        "051019990001",
        Some("carrier"),
        &["about 1 call a week", "no call", open, "about 1 call a week"],
    );
}

/// A row's numbers, whether it is for others too, its trunk; its recorded calls. Only rows with any.
#[track_caller]
fn check_rows(new: &Table, calls: &[(&str, Option<&str>, Naming)], expected: &[(&str, u64)]) {
    check_rows_between(&table(PLAN), new, calls, expected);
}

#[track_caller]
fn check_rows_between(
    old: &Table,
    new: &Table,
    calls: &[(&str, Option<&str>, Naming)],
    expected: &[(&str, u64)],
) {
    let mut diff = diff(old, new);
    diff.weigh(&past(old, new, calls));
    let mut rows = vec![];
    for row in diff.changes.iter().flat_map(|change| &change.rows) {
        let numbers: Vec<&str> = row.numbers.iter().map(Number::as_str).collect();
        let trunk = row.trunk.as_ref().map_or(String::new(), |trunk| format!(" on {trunk}"));
        let recorded = row.weight.map_or(0, |weight| weight.recorded);
        rows.push((format!("{} {:?}{trunk}", numbers.join(" "), row.others), recorded));
    }
    rows.retain(|(_, recorded)| *recorded > 0);
    let rows: Vec<(&str, u64)> = rows.iter().map(|(who, recorded)| (who.as_str(), *recorded)).collect();
    assert_eq!(rows, expected, "{diff}");
}

#[test]
fn a_call_belongs_to_the_way_it_came_and_to_no_other() {
    let at = "2021-12-15T10:00:00";
    let carrier = Some("carrier");
    let named = |hotline| Naming::Hotline(Number::new(hotline));
    // Calls to 12319 are announced no more; they come dialled, forwarded to 12345, and by the carrier's own number.
    let mute = [(
        "mode = \"full-merge\"\nwave = \"one\"\nlegacy",
        "mode = \"full-merge\"\nannounce = \"none\"\nwave = \"one\"\nlegacy",
    )];
    check_rows(&edited(&mute), &[(at, carrier, named("12319"))], &[("12318 12319 Nobody", 1)]);
    check_rows(
        &edited(&mute),
        &[(at, None, dialled("12319")), (at, carrier, dialled("12318"))],
        &[("12318 12319 Nobody", 2)],
    );
    check_rows(
        &edited(&mute),
        &[(at, carrier, dialled("051019990001"))],
        &[("051019990001 Nobody on carrier", 1)],
    );
    // Forwarded, but not from there; and the carrier's number on another trunk is nobody's.
    let others = [(at, carrier, dialled("12345")), (at, Some("dept"), dialled("051019990001"))];
    check_rows(&edited(&mute), &others, &[]);
    // What is done with numbers nobody has is not done with one that a trunk knows.
    let unknown = [(
        "unknown = { announce = \"what\", status = 404 }",
        "unknown = { announce = \"what\", status = 503 }",
    )];
    let calls = [
        (at, carrier, dialled("051019990001")),
        (at, Some("dept"), dialled("051019990001")),
        (at, None, dialled("051066666666")),
        (at, None, dialled("")),
    ];
    check_rows(&edited(&unknown), &calls, &[("12388 12399 Unknown", 3)]);
    // A trunk of one hotline takes all it carries there, whatever is dialled.
    let only =
        ("[queue.own]", "[trunk.front]\naddress = \"127.0.0.1:5094\"\nhotline = \"12333\"\n[queue.own]");
    let calls = [(at, Some("front"), dialled("12301")), (at, None, dialled("12333"))];
    let (old, new) = (edited(&[only]), edited(&[only, ("[queue.own]", "[queue.own]\nwaiting = 7")]));
    check_rows_between(&old, &new, &calls, &[("12333 Nobody", 1), (" Everyone on front", 1)]);
}

#[test]
fn weekdays_without_records_are_taken_as_the_mean_of_the_others() {
    // 68 days ahead, known from one Wednesday.
    let (old, new) = (table(PLAN), edited(&[("cancel = 2022-01-01", "cancel = 2022-03-10")]));
    let calls = ["2021-12-15T09:30:00", "2021-12-15T15:10:00"].map(|at| (at, None, dialled("12301")));
    let mut one_day = diff(&old, &new);
    one_day.weigh(&past(&old, &new, &calls));
    let row = one_day.changes.iter().flat_map(|c| &c.rows).find(|row| row.numbers == [Number::new("12301")]);
    assert_eq!(row.unwrap().weight.unwrap().to_string(), "about 136 calls expected");
    let text = one_day.to_string();
    let basis: Vec<&str> = text.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    expect![[r#"
        weighed by 2 recorded calls, 2021-12-15T09:30:00+01:00 … 2021-12-15T15:10:00+01:00; expected are as
              many as in a usual week; no records of Mon, Tue, Thu, Fri, Sat, Sun: taken as the mean of the
              other days; no day is recorded whole: its other hours are taken as without calls"#]]
    .assert_eq(&basis.join("\n"));
}

#[test]
fn a_day_that_was_recorded_by_half_counts_by_half() {
    // A call each hour, from a Monday's noon to before noon of the Tuesday eight days later.
    let (old, new) = (table(PLAN), edited(&[("cancel = 2022-01-01", "cancel = 2022-01-08")]));
    let mut past = PastCalls::new(&old, &new);
    let noon = new.calendar().parse("2021-11-01T12:00:00").unwrap();
    for hour in 0..8 * 24 {
        past.add(noon + hour * 3_600_000, None, dialled("12301"));
    }
    let mut diff = diff(&old, &new);
    diff.weigh(&past);
    let row = diff.changes.iter().flat_map(|c| &c.rows).find(|row| row.numbers == [Number::new("12301")]);
    assert_eq!(row.unwrap().weight.unwrap().to_string(), "about 168 calls expected");
    assert!(diff.basis.unwrap().missing.is_empty());
}

#[test]
fn names_of_a_plan_neither_steer_the_terminal_nor_begin_a_line_of_their_own() {
    let edits = [("name = \"Tourism\"", "name = \"x\\u001b[31mred\\nfrom 1999   12345\"")];
    let text = diff(&table(PLAN), &edited(&edits)).to_string();
    assert!(text.contains("x\\u{1b}[31mred\\u{a}from 1999"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}

#[test]
fn a_language_that_only_notices_speak_is_told() {
    let in_english = [
        ("file = \"w.wav\"", "file = \"w.wav\"\nvariants = [{ language = \"en\", file = \"e.wav\" }]"),
        ("[queue.own]", "[queue.own]\nwaiting = 7"),
        ("full = { to = \"general\" }", "full = { announce = \"what\", status = 486 }"),
    ];
    let language = [("queue = \"own\"\n", "queue = \"own\"\nlanguage = \"en\"\n")];
    let new: Vec<_> = in_english.into_iter().chain(language).collect();
    expect![[r#"
        Small city: 2 changes for callers

        the call
          language: none → en
          from 2021-10-11T00:00:00+02:00   12333

        announcement what
          file: w.wav → e.wav
          language: zh-CN → en
          always   12333
    "#]]
    .assert_eq(&diff(&edited(&in_english), &edited(&new)).to_string());
}

#[test]
fn what_a_queue_says_when_it_closes_is_one_change_in_any_language() {
    let says = |what: &str| {
        edited(&[
            ("file = \"w.wav\"", "file = \"w.wav\"\nvariants = [{ language = \"en\", file = \"e.wav\" }]"),
            ("queue = \"own\"\n", "queue = \"own\"\nlanguage = \"en\"\n"),
            ("[queue.own]", &format!("[queue.own]\nhours = \"office\"\nclosed = {what}")),
        ])
    };
    let (old, new) =
        ("{ to = \"general\", announce = \"what\" }", "{ to = \"general\", announce = \"gone\" }");
    expect![[r#"
        Small city: 1 change for callers

        the call
          announcement: what@en (all hear 3s) → gone (all hear 3s)
          from 2021-10-11T00:00:00+02:00
              while office is closed, first 2021-10-11T00:00:00+02:00 … 2021-10-11T08:30:00+02:00   12333
    "#]]
    .assert_eq(&diff(&says(old), &says(new)).to_string());
}

#[test]
fn where_callers_who_wait_are_led_when_their_queue_closes_is_told_beside_what_their_hotline_says() {
    let led = |hotline: &str, closed: &str| {
        edited(&[
            ("queue = \"own\"\n", &format!("queue = \"own\"\n{hotline}\n")),
            ("[queue.own]", &format!("[queue.own]\nhours = \"office\"\nclosed = {closed}")),
        ])
    };
    let to_general = "{ to = \"general\" }";
    let refused = "{ announce = \"what\", status = 480 }";
    let of_its_own = "hours = \"office\"\nclosed = { announce = \"gone\", status = 480 }";
    expect![[r#"
        Small city: 1 change for callers

        when queue own is open for those from another or in it
          open
              before  office (mon-fri 08:30-12:00 13:30-17:30, holidays of de closed), else queue general
              after   office (mon-fri 08:30-12:00 13:30-17:30, holidays of de closed), else announce what, then 480
          from 2021-10-11T00:00:00+02:00
              while office is open, first 2021-10-11T08:30:00+02:00 … 2021-10-11T12:00:00+02:00   12333
    "#]].assert_eq(&diff(&led(of_its_own, to_general), &led(of_its_own, refused)).to_string());
    // What those meet who call then says it where it is the same.
    let told = diff(&led("", to_general), &led("", "{ to = \"general\", announce = \"what\" }")).to_string();
    assert!(told.contains("announcement: ") && !told.contains("when queue own"), "{told}");
}

#[test]
fn a_calendar_without_days_may_be_renamed() {
    let timed = |calendar: &str| {
        edited(&[
            ("queue = \"own\"\n", "queue = \"own\"\nhours = \"office\"\nclosed = { to = \"general\" }\n"),
            (
                "[queue.own]",
                "[queue.own]\nhours = \"office\"\nclosed = { announce = \"what\", status = 480 }",
            ),
            ("holidays = [\"2021-12-25..2021-12-26\"]", ""),
            ("[calendar.de]", &format!("[calendar.{calendar}]")),
            ("calendar = \"de\"", &format!("calendar = \"{calendar}\"")),
        ])
    };
    assert!(diff(&timed("de"), &timed("eu")).is_empty(), "{}", diff(&timed("de"), &timed("eu")));
}

/// What a queue says is spoken to each hotline's callers in their language: a change of another one is none to them.
#[test]
fn a_notice_is_compared_in_the_language_its_callers_hear() {
    let says = |base: &str, english: Option<&str>| {
        let english = english.map(|text| {
            format!("\nvariants = [{{ language = \"en\", file = \"e.wav\", text = \"{text}\" }}]")
        });
        edited(&[
            (
                "file = \"w.wav\"",
                &format!("file = \"w.wav\"\ntext = \"{base}\"{}", english.unwrap_or_default()),
            ),
            ("[queue.own]", "[queue.own]\nwaiting = 7"),
            ("full = { to = \"general\" }", "full = { announce = \"what\", status = 486 }"),
            ("queue = \"own\"\n", "queue = \"own\"\nlanguage = \"en\"\n"),
        ])
    };
    let before = says("a", Some("full"));
    let mut told = String::new();
    for after in [says("a", Some("busy")), says("a", None), says("b", Some("full"))] {
        told += &format!("{}---\n", diff(&before, &after));
    }
    expect![[r#"
        Small city: 1 change for callers

        announcement what@en
          text: full → busy
          always   12333
        ---
        Small city: 1 change for callers

        announcement what
          file: e.wav → w.wav
          text: full → a
          language: en → zh-CN
          always   12333
        ---
        Small city: 1 change for callers

        announcement what
          text: a → b
          until 2021-10-11T00:00:00+02:00   12301 12366
          always   12388 12399 and any other number
          2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
              while office is closed, first 2021-10-11T00:00:00+02:00 … 2021-10-11T08:30:00+02:00
              12318 12319
          2021-10-11T00:00:00+02:00 … 2022-01-01T00:00:00+01:00
              while office is closed, first 2021-10-11T00:00:00+02:00 … 2021-10-11T08:30:00+02:00
              051019990001 in on trunk carrier
          2021-11-01T00:00:00+01:00 … 2021-11-08T00:00:00+01:00   12356
        ---
    "#]]
    .assert_eq(&told);
}
