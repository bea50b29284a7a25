//! A rehearsed night: what callers meet before and after a cut-over, through the node that would serve them.

mod command;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tongjie::dialplan::{Table, load_plan};
use tongjie::event::TrunkId;
use tongjie::media::Prompts;
use tongjie::sim::rehearsal::{Arrival, Day, Figures, Line, Rehearsal, Report, by_chance};

/// 2021-12-31T22:00+08:00.
const EVENING: i64 = 1_640_959_200_000;
const HOUR: i64 = 3_600_000;

fn wuxi() -> Arc<Table> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    Arc::new(load_plan(&dir).unwrap().table.for_rehearsal(Some(14)))
}

fn day(seed: u64, arrivals: Vec<Arrival>) -> Day {
    let (talk, patience) = (Duration::from_secs(60), Duration::from_secs(600));
    Day { from_ms: EVENING, hours: 4, arrivals, trunk: TrunkId::new("telecom"), talk, patience, seed }
}

fn rehearsed(seed: u64, an_hour: u32, numbers: &[(&str, u32)]) -> Report {
    let numbers: Vec<(String, u32)> = numbers.iter().map(|(n, weight)| ((*n).to_owned(), *weight)).collect();
    let arrivals = by_chance(seed, (EVENING, 4), an_hour, &numbers);
    Rehearsal::new(&wuxi(), Prompts::new(), day(seed, arrivals)).report().unwrap()
}

fn line<'a>(report: &'a Report, number: &str) -> &'a Line {
    report.lines.iter().find(|line| line.number.as_deref() == Some(number)).unwrap()
}

#[test]
fn at_midnight_merged_numbers_turn_into_intercepts_and_kept_ones_do_not_notice() {
    let report = rehearsed(7, 120, &[("12318", 1), ("12319", 1), ("12333", 1), ("12366", 1)]);
    for number in ["12318", "12319"] {
        let hours = &line(&report, number).hours;
        for hour in &hours[..2] {
            assert_eq!(hour.met, ["merged-into-12345, then queue general"], "{number} {}", hour.from);
            let f = hour.figures;
            assert!(f.calls > 10 && f.announced == f.calls && f.waited == f.calls, "{f:?}");
            assert_eq!((f.intercepted, f.refused), (0, 0));
        }
        for hour in &hours[2..] {
            assert_eq!(hour.met, ["intercept number-cancelled"], "{number} {}", hour.from);
            assert!(hour.figures.calls > 10 && hour.figures.intercepted == hour.figures.calls, "{hour:?}");
            assert_eq!((hour.figures.announced, hour.figures.waited), (0, 0));
        }
        let changed: Vec<bool> = hours.iter().map(|hour| hour.changed).collect();
        assert_eq!(changed, [false, false, true, false], "{number}");
        assert_eq!(line(&report, number).periods.len(), 2);
    }
    for (number, met) in [("12333", "queue hrss"), ("12366", "trunk tax")] {
        let line = line(&report, number);
        assert!(line.hours.iter().all(|hour| hour.met == [met] && !hour.changed), "{:#?}", line.hours);
        assert_eq!((line.total.announced, line.total.intercepted, line.periods.len()), (0, 0, 1));
    }
    // Somebody may lose patience after all.
    let (hrss, tax) = (line(&report, "12333").total, line(&report, "12366").total);
    assert_eq!((hrss.answered + hrss.abandoned, tax.to_trunk + tax.abandoned), (hrss.calls, tax.calls));
    assert!(hrss.abandoned + tax.abandoned < 10, "{hrss:?} {tax:?}");
    let changed: Vec<usize> = report.hours.iter().map(|hour| hour.changed.len()).collect();
    assert_eq!(changed, [0, 0, 32, 0], "every number that ends that night, called or not");
    assert!(["12318", "12319"].iter().all(|number| report.hours[2].changed.iter().any(|c| c == number)));
}

#[test]
fn a_cut_over_is_marked_at_its_hour_though_nobody_calls_then() {
    let call = |hour: i64| Arrival {
        at_ms: EVENING + hour * HOUR + 60_000,
        caller: "13800000000".to_owned(),
        dialled: "12318".to_owned(),
        trunk: None,
        talk: Some(Duration::from_secs(90)),
    };
    let report = Rehearsal::new(&wuxi(), Prompts::new(), day(1, vec![call(0), call(3)])).report().unwrap();
    let line = line(&report, "12318");
    let changed: Vec<bool> = line.hours.iter().map(|hour| hour.changed).collect();
    assert_eq!(changed, [false, false, true, false], "not when the first caller met it");
    let periods: Vec<_> = line.periods.iter().map(|p| (&*p.from, p.figures.calls, p.planned.len())).collect();
    assert_eq!(periods, [("2021-12-31T22:00:00+08:00", 1, 1), ("2022-01-01T00:00:00+08:00", 1, 1)]);
}

/// In the hour after a cut-over the queue opens: its mark was taken for the cut-over's.
#[test]
fn an_opening_soon_after_a_cut_over_is_marked_too() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/jiangyin/plan.toml"));
    assert!(text.unwrap().contains("mon-fri = [\"08:30-12:00\""), "the office opens at half past eight");
    let dir = tempfile::tempdir().unwrap();
    let jiangyin = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/jiangyin");
    for entry in std::fs::read_dir(&jiangyin).unwrap().map(Result::unwrap).filter(|e| e.path().is_file()) {
        std::fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
    }
    std::os::unix::fs::symlink(jiangyin.join("audio"), dir.path().join("audio")).unwrap();
    std::fs::remove_file(dir.path().join("tests.toml")).unwrap();
    // The trial of 12333 begins on a Monday, fifty minutes before its office opens.
    let hotlines = dir.path().join("hotlines.toml");
    let text = std::fs::read_to_string(&hotlines).unwrap();
    std::fs::write(&hotlines, text.replace("trial = 2021-10-18", "trial = 2021-10-18T07:40:00")).unwrap();
    let table = Arc::new(load_plan(dir.path()).unwrap().table.for_rehearsal(None));
    // 2021-10-18T06:00+08:00
    let from_ms = 1_634_508_000_000;
    let arrivals = by_chance(1, (from_ms, 4), 60, &[("12333".to_owned(), 1)]);
    let report = Rehearsal::new(&table, Prompts::new(), Day { from_ms, hours: 4, ..day(1, arrivals) })
        .report()
        .unwrap();
    let changed: Vec<bool> = line(&report, "12333").hours.iter().map(|hour| hour.changed).collect();
    assert_eq!(changed, [false, true, true, false]);
}

#[test]
fn an_hour_in_which_a_trunk_was_full_is_no_hour_in_which_the_plan_changed() {
    // The tax office's trunk carries 30 calls: the busy hour spills into the general queue.
    let stream = |hour: i64, hours, an_hour| {
        by_chance(5, (EVENING + hour * HOUR, hours), an_hour, &[("12366".to_owned(), 1)])
    };
    let arrivals = [stream(0, 1, 60), stream(1, 1, 2400), stream(2, 2, 60)].concat();
    let report = Rehearsal::new(&wuxi(), Prompts::new(), day(5, arrivals)).report().unwrap();
    let tax = line(&report, "12366");
    for hour in &tax.hours {
        assert_eq!(
            (hour.planned.clone(), hour.changed),
            (vec!["trunk tax".to_owned()], false),
            "{}",
            hour.from
        );
    }
    assert_eq!(tax.hours[0].met, ["trunk tax"]);
    assert_eq!(tax.hours[1].met, ["trunk tax", "queue general"], "what they met is told all the same");
    assert_eq!((tax.hours[3].met.clone(), tax.periods.len()), (vec!["trunk tax".to_owned()], 1));
    let changed = report.hours.iter().flat_map(|hour| &hour.changed);
    assert_eq!(changed.filter(|number| *number == "12366").count(), 0);
}

#[test]
fn a_change_within_an_hour_is_marked_in_that_hour_and_not_again_in_the_next() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/jiangyin");
    let table = Arc::new(load_plan(&dir).unwrap().table.for_rehearsal(None));
    // 2022-01-29T06:00+08:00, a moved working day; 12333 is open from 08:30 to 12:00 and from 13:30 to 17:30.
    let from_ms = 1_643_407_200_000;
    let arrivals = by_chance(1, (from_ms, 12), 60, &[("12333".to_owned(), 1)]);
    let day = Day { from_ms, hours: 12, ..day(1, arrivals) };
    let report = Rehearsal::new(&table, Prompts::new(), day).report().unwrap();
    let hours = &line(&report, "12333").hours;
    let changed: Vec<usize> = (0..12).filter(|hour| hours[*hour].changed).collect();
    assert_eq!(changed, [2, 6, 7, 11]);
    assert_eq!(hours[2].planned, ["queue general", "queue hrss"], "in order of time");
    assert_eq!(hours[11].planned, ["queue hrss", "queue general"]);
    assert_eq!(hours[3].planned, ["queue hrss"]);
}

#[test]
fn a_call_that_waits_at_midnight_is_still_served() {
    let arrivals = vec![Arrival {
        at_ms: EVENING + 2 * HOUR - 500,
        caller: "13800000000".to_owned(),
        dialled: "12318".to_owned(),
        trunk: None,
        talk: Some(Duration::from_secs(90)),
    }];
    let report = Rehearsal::new(&wuxi(), Prompts::new(), day(1, arrivals)).report().unwrap();
    let hours = &line(&report, "12318").hours;
    assert_eq!((hours[1].figures.answered, hours[1].figures.announced, hours[2].figures.calls), (1, 1, 0));
}

/// Callers who had no end within six hours were called a defect of the program.
#[test]
fn whoever_is_there_six_hours_after_the_day_hangs_up_and_is_counted() {
    let caller = |minutes: i64, talk: u64| Arrival {
        at_ms: EVENING + minutes * 60_000,
        caller: "13800000000".to_owned(),
        dialled: "12345".to_owned(),
        trunk: None,
        talk: Some(Duration::from_secs(talk)),
    };
    // One agent, and a call lasts two hours at most: three are through, the fourth talks, and the fifth still waits.
    let arrivals = (1..=5).map(|minutes| caller(minutes, 43_200)).collect();
    let table = Arc::new(wuxi().for_rehearsal(Some(1)));
    let patient = Day { hours: 1, patience: Duration::from_secs(10_000_000), ..day(1, arrivals) };
    let report = Rehearsal::new(&table, Prompts::new(), patient).report().unwrap();
    assert_eq!((report.total.calls, report.total.answered, report.total.abandoned), (5, 4, 1));
    assert_eq!(report.cut_off, 2);
}

#[test]
fn equal_seeds_give_equal_reports_and_unequal_ones_do_not() {
    let numbers = [("12345", 3), ("12319", 1), ("12333", 2), ("12366", 1)];
    let run = |seed| rehearsed(seed, 60, &numbers);
    assert_eq!(run(3), run(3));
    assert_ne!(run(3).lines, run(4).lines);
}

#[test]
fn every_caller_has_one_fate_and_all_sums_agree() {
    let numbers = [
        ("12345", 6),
        ("12318", 2),
        ("12331", 2),
        ("110", 2),
        ("12388", 1),
        ("95598", 1),
        ("19999", 1),
        ("12366", 2),
    ];
    // Few people and no patience: some give up, some wait until the last is through.
    let arrivals: Vec<Arrival> = {
        let numbers: Vec<(String, u32)> =
            numbers.iter().map(|(n, weight)| ((*n).to_owned(), *weight)).collect();
        by_chance(11, (EVENING, 4), 200, &numbers)
    };
    let count = u32::try_from(arrivals.len()).unwrap();
    let table = Arc::new(wuxi().for_rehearsal(Some(4)));
    let impatient = Day { patience: Duration::from_secs(30), ..day(11, arrivals) };
    let report = Rehearsal::new(&table, Prompts::new(), impatient).report().unwrap();
    assert_eq!(report.total.calls, count);
    let mut sum = Figures::default();
    for line in &report.lines {
        let mut hours = Figures::default();
        line.hours.iter().for_each(|hour| hours.add(&hour.figures));
        let mut periods = Figures::default();
        line.periods.iter().for_each(|period| periods.add(&period.figures));
        assert_eq!((hours, periods), (line.total, line.total), "{:?}", line.number);
        assert!(
            line.hours.iter().all(|hour| hour.figures.fates() == hour.figures.calls),
            "{:?}",
            line.number
        );
        sum.add(&line.total);
    }
    let mut city = Figures::default();
    report.hours.iter().for_each(|hour| city.add(&hour.figures));
    assert_eq!((sum, city), (report.total, report.total));
    assert!(report.total.abandoned > 10 && report.total.intercepted > 10, "{:?}", report.total);
    // An unknown number stands last, an alias under its own number, an emergency line goes to its trunk.
    assert_eq!(report.lines.last().unwrap().number, None);
    assert_eq!(line(&report, "12331").alias_of.as_deref(), Some("12315"));
    let police = line(&report, "110");
    let total = police.total;
    assert_eq!((total.to_trunk + total.abandoned, total.announced, total.waited), (total.calls, 0, 0));
    assert!(total.to_trunk > 10, "{total:?}");
    assert_eq!(line(&report, "12388").total.refused, line(&report, "12388").total.calls);
}

#[test]
fn copies_of_agents_serve_what_the_plans_agents_serve() {
    let table = wuxi();
    let ids: Vec<String> = table.agents().map(|agent| agent.id.to_string()).collect();
    assert_eq!(ids.len(), 14);
    assert!(ids.contains(&"1007-2".to_owned()), "{ids:?}");
    let of = |id: &str| table.agents().find(|agent| agent.id.as_str() == id).unwrap().queues.clone();
    assert_eq!(of("1002"), of("1002-2"));
    assert_eq!(table.for_rehearsal(Some(2)).agents().count(), 2);
}
