//! Hours against the calendar on the wall: named days first, then random weeks minute by minute.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit};
use proptest::prelude::*;

use crate::dialplan::{Hours, Sources, compile};

const MINUTE: i64 = 60_000;

/// The hours `h` of a plan in this zone.
#[track_caller]
fn hours(zone: &str, text: &str) -> Hours {
    let plan = format!(
        "[plan]\nname = \"x\"\ntime-zone = \"{zone}\"\narea-code = \"0510\"\nnumber = \"12345\"\n\
         general-queue = \"q\"\n[queue.q]\n[hotline.12345]\nname = \"x\"\nmode = \"direct\"\n\
         [trunk.t]\naddress = \"10.0.0.1\"\n[emergency]\n110 = {{ trunks = [\"t\"] }}\n119 = {{ trunks = [\"t\"] }}\n120 = {{ trunks = [\"t\"] }}\n122 = {{ trunks = [\"t\"] }}\n{text}"
    );
    let (table, found) = compile(&Sources::new([("plan.toml", plan)]));
    let table = table.unwrap_or_else(|| panic!("{found:?}\n{text}"));
    Hours::clone(table.hours().find(|hours| hours.name() == "h").unwrap())
}

fn ms(zone: &str, civil: &str) -> i64 {
    let civil: jiff::civil::DateTime = civil.parse().unwrap();
    civil.to_zoned_datetime(TimeZone::get(zone).unwrap()).unwrap().timestamp().as_millisecond()
}

/// Open from the first to, not including, the second, at every pair of civil times; closed a millisecond
/// before and after.
#[track_caller]
fn check_open(zone: &str, hours: &Hours, spans: &[(&str, &str)]) {
    for (from, until) in spans {
        let (from_ms, until_ms) = (ms(zone, from), ms(zone, until));
        assert!(!hours.open(from_ms - 1), "closed before {from}");
        assert!(hours.open(from_ms), "open at {from}");
        assert!(hours.open(until_ms - 1), "open before {until}");
        assert!(!hours.open(until_ms), "closed at {until}");
        assert_eq!(hours.next_change(from_ms - 1), Some(from_ms), "{from}");
        assert_eq!(hours.next_change(from_ms), Some(until_ms), "{until}");
        assert_eq!(hours.first(false, from_ms, until_ms), None);
        assert_eq!(hours.first(false, from_ms, until_ms + 1), Some(until_ms));
        assert_eq!(hours.first(true, from_ms - 5, from_ms), None);
        assert_eq!(hours.first(true, from_ms - 5, from_ms + 1), Some(from_ms));
    }
}

const OFFICE: &str = "[calendar.china]\nholidays = [\"2021-10-01..2021-10-07\", \"2022-01-01..2022-01-03\"]\n\
    working = [\"2021-09-26\", \"2021-10-09\"]\n\
    [hours.h]\ncalendar = \"china\"\nweek = { mon-thu = [\"08:30-12:00\", \"13:30-17:30\"], fri = [\"08:30-12:00\", \"13:30-17:00\"] }\n";

#[test]
fn an_office_is_open_in_its_spans_and_never_else() {
    let zone = "Asia/Shanghai";
    let office = hours(zone, OFFICE);
    check_open(
        zone,
        &office,
        &[
            ("2021-11-08T08:30", "2021-11-08T12:00"),
            ("2021-11-08T13:30", "2021-11-08T17:30"),
            ("2021-11-12T13:30", "2021-11-12T17:00"),
        ],
    );
    // Over the weekend.
    let friday = ms(zone, "2021-11-12T17:00");
    assert_eq!(office.next_change(friday), Some(ms(zone, "2021-11-15T08:30")));
    // 2024 has a 29th of February: a Thursday.
    check_open(zone, &office, &[("2024-02-29T13:30", "2024-02-29T17:30")]);
    assert_eq!(office.next_change(ms(zone, "2024-02-29T17:30")), Some(ms(zone, "2024-03-01T08:30")));
}

#[test]
fn holidays_are_closed_and_moved_working_days_are_mondays() {
    let zone = "Asia/Shanghai";
    let office = hours(zone, OFFICE);
    // Golden week 2021: the last day before is a Thursday, the first one worked after it Friday the 8th.
    assert_eq!(office.next_change(ms(zone, "2021-09-30T17:30")), Some(ms(zone, "2021-10-08T08:30")));
    // Saturday the 9th and Sunday the 26th are worked, until 17:30 as on a Monday.
    check_open(
        zone,
        &office,
        &[("2021-10-09T13:30", "2021-10-09T17:30"), ("2021-09-26T08:30", "2021-09-26T12:00")],
    );
    assert_eq!(office.next_change(ms(zone, "2021-10-09T17:30")), Some(ms(zone, "2021-10-11T08:30")));
    let friday = hours(zone, &format!("{OFFICE}working-as = \"fri\"\nholiday = [\"09:00-11:00\"]\n"));
    check_open(
        zone,
        &friday,
        &[("2021-10-09T13:30", "2021-10-09T17:00"), ("2021-10-01T09:00", "2021-10-01T11:00")],
    );
}

#[test]
fn a_night_belongs_to_the_day_it_starts() {
    let zone = "Asia/Shanghai";
    let text = "[calendar.c]\nholidays = [\"2021-11-10\"]\n\
        [hours.h]\ncalendar = \"c\"\nweek = { mon-fri = [\"22:00-06:00\"], sat = [\"00:00-24:00\"], sun = [] }\n";
    let night = hours(zone, text);
    check_open(
        zone,
        &night,
        &[
            ("2021-11-08T22:00", "2021-11-09T06:00"),
            // The night that begins before the holiday is worked to its end; the next one begins after it.
            ("2021-11-09T22:00", "2021-11-10T06:00"),
            ("2021-11-11T22:00", "2021-11-12T06:00"),
            // Friday's night runs into Saturday without a gap.
            ("2021-11-12T22:00", "2021-11-14T00:00"),
        ],
    );
}

#[test]
fn day_and_night_never_changes_and_nothing_never_opens() {
    for zone in ["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"] {
        let always = hours(zone, "[hours.h]\nweek = { mon-sun = [\"00:00-24:00\"] }\n");
        let never = hours(zone, "[hours.h]\nweek = { mon = [] }\n");
        for at in [i64::MIN, -1, 0, 1_640_966_400_000, i64::MAX] {
            assert_eq!((always.open(at), always.next_change(at)), (true, None), "{zone} {at}");
            assert_eq!((never.open(at), never.next_change(at)), (false, None), "{zone} {at}");
            assert_eq!(always.first(false, at, i64::MAX), None);
            assert_eq!(never.first(true, at, i64::MAX), None);
        }
    }
    // Closed for one day in thousands of years.
    let zone = "Asia/Shanghai";
    let text = "[calendar.c]\nholidays = [\"2022-01-01\"]\n\
        [hours.h]\ncalendar = \"c\"\nweek = { mon-sun = [\"00:00-24:00\"] }\n";
    let but_one = hours(zone, text);
    let (from, until) = (ms(zone, "2022-01-01T00:00"), ms(zone, "2022-01-02T00:00"));
    assert_eq!(but_one.next_change(i64::MIN), Some(from));
    assert_eq!(but_one.next_change(from), Some(until));
    assert_eq!(but_one.next_change(until), None);
    assert_eq!(but_one.first(false, i64::MIN, i64::MAX), Some(from));
}

#[test]
fn summer_time_opens_and_closes_once() {
    let zone = "Europe/Berlin";
    // 2021-03-28: 02:00 becomes 03:00. 2021-10-31: 03:00 becomes 02:00.
    let text = |span: &str| format!("[hours.h]\nweek = {{ sun = [\"{span}\"] }}\n");
    let gap = ms(zone, "2021-03-28T03:00");
    let opens_in_gap = hours(zone, &text("02:30-05:00"));
    assert_eq!(opens_in_gap.next_change(gap - 86_400_000), Some(gap), "the clocks jump over 02:30 at 03:00");
    assert_eq!(opens_in_gap.next_change(gap), Some(ms(zone, "2021-03-28T05:00")));
    let in_gap = hours(zone, &text("02:10-02:50"));
    assert!(!in_gap.open(gap) && !in_gap.open(gap - 1));
    assert_eq!(in_gap.next_change(gap - 1), Some(ms(zone, "2021-04-04T02:10")));
    // 02:30 comes twice; the first counts, for opening and for closing.
    let first = ms(zone, "2021-10-31T02:00") + 30 * MINUTE;
    let fold = hours(zone, &text("02:30-05:00"));
    assert_eq!(fold.next_change(first - 1), Some(first));
    assert_eq!(fold.next_change(first), Some(ms(zone, "2021-10-31T05:00")));
    let closes = hours(zone, &text("01:00-02:30"));
    assert_eq!(closes.next_change(first - 1), Some(first));
    assert!(!closes.open(first + 60 * MINUTE));
    assert_eq!(closes.next_change(first), Some(ms(zone, "2021-11-07T01:00")));
}

#[test]
fn a_hotlines_and_its_queues_hours_hold_together() {
    let zone = "Asia/Shanghai";
    let plan = format!(
        "[plan]\nname = \"x\"\ntime-zone = \"{zone}\"\narea-code = \"0510\"\nnumber = \"12345\"\n\
         general-queue = \"q\"\n[queue.q]\n[hotline.12345]\nname = \"x\"\nmode = \"direct\"\n\
         [queue.own]\nhours = \"day\"\nclosed = {{ status = 480 }}\n\
         [hotline.12333]\nname = \"y\"\nmode = \"dual-number\"\nqueue = \"own\"\nhours = \"week\"\nclosed = {{ to = \"q\" }}\n\
         [hours.day]\nweek = {{ mon-sun = [\"08:00-17:00\"] }}\n[hours.week]\nweek = {{ mon-fri = [\"09:00-18:00\"] }}\n\
         [trunk.t]\naddress = \"10.0.0.1\"\n[emergency]\n110 = {{ trunks = [\"t\"] }}\n119 = {{ trunks = [\"t\"] }}\n\
         120 = {{ trunks = [\"t\"] }}\n122 = {{ trunks = [\"t\"] }}\n"
    );
    let (table, found) = compile(&Sources::new([("plan.toml", plan)]));
    let table = table.unwrap_or_else(|| panic!("{found:?}"));
    let fate = table.fate(&table.numbering().normalise("12333", None)).unwrap();
    let hours = &fate.segments().next().unwrap().closed.unwrap().hours;
    assert_eq!(hours.name(), "week and day");
    check_open(zone, hours, &[("2021-11-08T09:00", "2021-11-08T17:00")]);
    assert_eq!(hours.next_change(ms(zone, "2021-11-12T17:00")), Some(ms(zone, "2021-11-15T09:00")));
}

/// A random week, and the days that are not what they seem.
#[derive(Clone, Debug)]
struct Plan {
    /// Minutes of each weekday, Monday first; an end may be up to 24 h after the start.
    days: Vec<Vec<(i64, i64)>>,
    holiday: Vec<(i64, i64)>,
    working_as: usize,
    /// Day relative to the middle, and whether it is worked.
    exceptions: BTreeMap<i64, bool>,
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn spans() -> impl Strategy<Value = Vec<(i64, i64)>> {
    // Cut points of a day at the minute; the last span may run past midnight.
    let cuts = proptest::collection::btree_set(0_i64..1440, 0..5);
    (cuts, prop_oneof![3 => Just(0_i64), 1 => 1_i64..600]).prop_map(|(cuts, over)| {
        let cuts: Vec<i64> = cuts.into_iter().collect();
        let mut spans: Vec<(i64, i64)> =
            cuts.chunks(2).filter(|c| c.len() == 2).map(|c| (c[0], c[1])).collect();
        match cuts.len() {
            1 => spans.push((cuts[0], 1440 + over.min(cuts[0]))),
            3 => spans.push((cuts[2], 1440 + over.min(cuts[2]))),
            _ => {}
        }
        // A span of a whole day from some minute on cannot be written.
        spans.retain(|(start, end)| end - start < 1440 || *start == 0);
        spans
    })
}

fn plans() -> impl Strategy<Value = Plan> {
    let days = proptest::collection::vec(spans(), 7);
    let exceptions = proptest::collection::btree_map(-3_i64..4, any::<bool>(), 0..4);
    (days, spans(), 0_usize..7, exceptions).prop_map(|(days, holiday, working_as, exceptions)| Plan {
        days,
        holiday,
        working_as,
        exceptions,
    })
}

fn written(spans: &[(i64, i64)]) -> String {
    let clock = |minute: i64| match minute {
        1440 => "24:00".to_owned(),
        _ => format!("{:02}:{:02}", minute % 1440 / 60, minute % 60),
    };
    let each = spans.iter().map(|(start, end)| format!("\"{}-{}\"", clock(*start), clock(*end)));
    format!("[{}]", each.collect::<Vec<_>>().join(", "))
}

impl Plan {
    fn text(&self, middle: jiff::civil::Date) -> String {
        let day = |n: &i64| format!("\"{}\"", middle + n.days());
        let list = |worked: bool| {
            let days = self.exceptions.iter().filter(|(_, w)| **w == worked).map(|(n, _)| day(n));
            days.collect::<Vec<_>>().join(", ")
        };
        let week: Vec<String> = NAMES
            .iter()
            .zip(&self.days)
            .map(|(name, spans)| format!("{name} = {}", written(spans)))
            .collect();
        format!(
            "[calendar.c]\nholidays = [{}]\nworking = [{}]\n[hours.h]\ncalendar = \"c\"\nweek = {{ {} }}\nholiday = {}\nworking-as = \"{}\"\n",
            list(false),
            list(true),
            week.join(", "),
            written(&self.holiday),
            NAMES[self.working_as]
        )
    }

    /// Whether a clock that has come to this reading is in a span: nothing here is shared with the real one.
    fn open(&self, middle: jiff::civil::Date, reading: jiff::civil::DateTime) -> bool {
        let minute = i64::from(reading.hour()) * 60 + i64::from(reading.minute());
        let of = |date: jiff::civil::Date| {
            let relative = i64::from(middle.until((Unit::Day, date)).unwrap().get_days());
            match self.exceptions.get(&relative) {
                Some(true) => &self.days[self.working_as],
                Some(false) => &self.holiday,
                None => {
                    let weekday: Weekday = date.weekday();
                    &self.days[usize::try_from(weekday.to_monday_zero_offset()).unwrap()]
                }
            }
        };
        let today = reading.date();
        of(today).iter().any(|(start, end)| (*start..*end).contains(&minute))
            || of(today.yesterday().unwrap())
                .iter()
                .any(|(start, end)| (*start..*end).contains(&(minute + 1440)))
    }
}

/// Zones and a day near something odd that their clocks did.
const ODD: [(&str, &str); 12] = [
    ("Asia/Shanghai", "2021-10-05"),
    ("Asia/Shanghai", "1986-05-04"),
    ("Europe/Berlin", "2021-03-28"),
    ("Europe/Berlin", "2021-10-31"),
    ("America/New_York", "2024-02-29"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("Australia/Lord_Howe", "2021-04-04"),
    ("Australia/Lord_Howe", "2021-10-03"),
    ("Pacific/Apia", "2011-12-30"),
    ("America/St_Johns", "2006-10-29"),
    ("Europe/London", "2090-03-26"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_week_is_open_when_a_clock_on_the_wall_says_so(plan in plans(), odd in proptest::sample::select(ODD.to_vec())) {
        let (zone, middle) = (odd.0, odd.1.parse::<jiff::civil::Date>().unwrap());
        let hours = hours(zone, &plan.text(middle));
        let tz = TimeZone::get(zone).unwrap();
        let middle_ms = ms(zone, &format!("{middle}T12:00")) / MINUTE * MINUTE;
        let (from, until) = (middle_ms - 4 * 1440 * MINUTE, middle_ms + 4 * 1440 * MINUTE);
        // The clocks only ever go on: what they show again after being set back is not news.
        let mut reading = jiff::civil::DateTime::MIN;
        let mut before = None;
        let mut changes = vec![];
        for at in (from..until).step_by(60_000) {
            reading = reading.max(Timestamp::from_millisecond(at).unwrap().to_zoned_datetime(tz.clone()).datetime());
            let open = plan.open(middle, reading);
            prop_assert_eq!(hours.open(at), open, "{} {} ({})", zone, reading, at);
            if before.is_some_and(|before| before != open) {
                changes.push(at);
                // It changes at this very millisecond.
                prop_assert_eq!(hours.open(at - 1), !open);
            }
            before = Some(open);
        }
        let mut at = from;
        for change in &changes {
            prop_assert_eq!(hours.next_change(at), Some(*change));
            prop_assert_eq!(hours.next_change((at + change) / 2), Some(*change));
            prop_assert_eq!(hours.next_change(change - 1), Some(*change));
            let open = hours.open(*change);
            prop_assert_eq!(hours.first(open, at, *change), (hours.open(at) == open).then_some(at));
            prop_assert_eq!(hours.first(open, change - 1, change + 1), Some(*change));
            at = *change;
        }
        prop_assert!(hours.next_change(at).is_none_or(|next| next >= until));
    }
}
