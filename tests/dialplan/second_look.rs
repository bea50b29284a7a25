//! Faults a plan can have that look well at first, and the innocent beside them. How they are shown is in the
//! transcripts.

use tongjie::dialplan::{Action, Facts, Ingress, Level, Sources, check};
use tongjie::event::Number;

use super::fixture::GOOD;

/// What is found in a plan: the first line of each diagnostic.
fn found(base: &str, more: &str) -> Vec<String> {
    let sources = Sources::new([("base.toml", base), ("more.toml", more)]);
    let line = |d: &tongjie::dialplan::Diagnostic| {
        let level = if d.level == Level::Error { "error" } else { "warning" };
        format!("{level} {}: {}", d.code, d.message)
    };
    check(&sources, None).1.iter().map(line).collect()
}

const NOTHING: [&str; 0] = [];

const HOURS: &str = r#"[hours.office]
week = { mon-fri = ["08:30-17:30"] }
[hours.long]
week = { mon-fri = ["08:30-20:00"] }
"#;

/// A hotline that is open in office hours; nobody serves its own queue, which overflows to one that is.
fn books(queue: &str) -> String {
    format!(
        "{HOURS}[queue.books]\n{queue}\noverflow = [{{ after = \"30s\", to = \"films\" }}]\n\
         [queue.films]\nhours = \"office\"\nclosed = {{ to = \"general\" }}\n\
         [agent.2]\npassword = \"x\"\nqueues = [\"films\"]\nskills = [\"*\"]\n\
         [hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"books\"\nhours = \"office\"\n\
         closed = {{ to = \"general\" }}\n"
    )
}

#[test]
fn an_overflow_that_closes_while_a_caller_waits_for_it_is_no_way_out() {
    let error = "error dp012: no agent serves the queue `books`; callers of 12318 wait for an overflow that is closed";
    // An overflow is no one to hand callers to, either.
    let seats = "error dp035: agents of 12345 cannot hand callers to 12318: nobody answers in the queue `books`, from 2021-09-27T08:30:00+08:00 to 2021-09-27T17:30:00+08:00";
    assert_eq!(found(GOOD, &books("")), [error, seats]);
    assert_eq!(found(GOOD, &books("hours = \"long\"\nclosed = { to = \"general\" }")), [error, seats]);
    // It closes with its overflow: who waits is led to the general queue.
    let both = books("hours = \"office\"\nclosed = { to = \"general\" }");
    let both = both.replace("[hours.long]\nweek = { mon-fri = [\"08:30-20:00\"] }\n", "");
    assert_eq!(
        found(GOOD, &both),
        [
            "warning dp012: no agent serves the queue `books`; callers of 12318 only wait for the overflow",
            seats
        ]
    );
}

#[test]
fn a_wait_that_is_over_before_the_announcement_is_not_for_want_of_agents() {
    let base = |longest: &str| {
        GOOD.replace("[queue.general]\n", &format!("[queue.general]\nwait-max = \"{longest}\"\n"))
            .replace("must-hear = \"3s\"", "must-hear = \"5s\"")
    };
    assert_eq!(
        found(&base("4s"), ""),
        [
            "error dp012: nobody may answer in the queue `general`: callers of 12319 must hear 5s first, and are let go after 4s"
        ]
    );
    assert_eq!(found(&base("5s"), ""), NOTHING);
}

#[test]
fn a_sub_centers_calls_come_back_to_a_queue_that_says_no_at_night() {
    let more = |closed: &str| {
        format!(
            "{HOURS}[queue.back]\nhours = \"office\"\nclosed = {closed}\n[queue.late]\nhours = \"long\"\n\
             closed = {{ to = \"general\" }}\n[agent.2]\npassword = \"x\"\nqueues = [\"back\", \"late\"]\n\
             skills = [\"*\"]\n[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\n\
             mode = \"sub-center\"\ntrunk = \"tax\"\noverflow = {{ to = \"back\" }}\n\
             [trunk.telecom]\naddress = \"10.0.0.9\"\ntrusted = true\n[hotline.12333]\nname = \"labour\"\n\
             mode = \"dual-number\"\nqueue = \"late\"\n"
        )
    };
    assert_eq!(
        found(GOOD, &more("{ status = 480 }")),
        [
            "error dp033: calls of 12366 that fail at the trunk come back while the queue `back` is closed and refuses: from 2021-09-26T00:00:00+08:00 to 2021-09-27T08:30:00+08:00"
        ]
    );
    assert_eq!(found(GOOD, &more("{ to = \"general\" }")), NOTHING);
}

#[test]
fn music_is_the_announcement_under_another_name_or_in_another_language() {
    let base = GOOD.replace("[queue.general]\n", "[queue.general]\nmusic = \"calm\"\n");
    assert_eq!(
        found(&base, "[announcement.calm]\nfile = \"./audio/merged.alaw\"\n"),
        [
            "error dp032: callers of 12319 hear `merged`, and then the same as `calm`, the music of the queue `general`"
        ]
    );
    let hotline = "[hotline.12318]\nname = \"books\"\nmode = \"full-merge\"\nwave = \"one\"\nlanguage = \"en\"\n\
        announce = \"calm\"\n[announcement.calm]\nfile = \"a.wav\"\n\
        variants = [{ language = \"en\", file = \"b.wav\" }]\n";
    assert_eq!(
        found(&base, hotline),
        [
            "error dp032: callers of 12318 hear `calm@en`, and then the same as `calm`, the music of the queue `general`"
        ]
    );
    assert_eq!(found(&base, "[announcement.calm]\nfile = \"calm.wav\"\n"), NOTHING);
}

/// Who waits in a queue that closes hears a second announcement; the first was forgotten.
#[test]
fn an_announcement_before_the_last_is_not_heard_again_either() {
    let plan = |b: &str, c: &str| {
        format!(
            "[hours.office]\nweek = {{ mon-fri = [\"08:30-17:30\"] }}\n[hours.late]\nweek = {{ mon-sun = [\"08:00-20:00\"] }}\n\
             [announcement.night]\nfile = \"night.wav\"\n[queue.a]\nhours = \"office\"\n\
             closed = {{ to = \"b\", announce = \"night\" }}\n[queue.b]\n{b}\n[queue.c]\n{c}\n\
             [agent.8]\npassword = \"x\"\nqueues = [\"a\", \"b\", \"c\"]\nskills = [\"*\"]\n\
             [hotline.12333]\nname = \"labour\"\nmode = \"dual-number\"\nqueue = \"a\"\nannounce = \"merged\"\n"
        )
    };
    let heard = |b: &str, c: &str| -> Vec<String> {
        found(GOOD, &plan(b, c)).into_iter().filter(|said| said.contains("dp032")).collect()
    };
    let onward = "overflow = [{ after = \"30s\", to = \"c\" }]";
    assert_eq!(
        heard(&format!("music = \"merged\"\n{onward}"), ""),
        ["error dp032: callers of 12333 hear `merged`, and again as the music of the queue `b`"]
    );
    assert_eq!(
        heard(onward, "hours = \"late\"\nclosed = { announce = \"merged\", status = 480 }"),
        ["error dp032: callers of 12333 hear `merged`, and again when the queue `c` has closed on them"]
    );
    assert_eq!(heard(onward, "music = \"calm\"\n[announcement.calm]\nfile = \"calm.wav\""), NOTHING);
}

/// Hours of two queues' names were taken for others of that name.
#[test]
fn hours_are_not_known_by_their_names() {
    let plan = |name: &str| {
        format!(
            "[hours.a]\nweek = {{ mon-fri = [\"09:00-17:00\"] }}\n[hours.b]\nweek = {{ mon-fri = [\"08:00-18:00\"] }}\n\
             [hours.\"{name}\"]\nweek = {{ mon-sun = [\"00:00-24:00\"] }}\n\
             [queue.q]\nhours = \"b\"\nclosed = {{ status = 480 }}\n\
             [agent.8]\npassword = \"x\"\nqueues = [\"q\"]\nskills = [\"*\"]\n[trunk.tax]\naddress = \"10.1.1.1\"\n\
             [hotline.12310]\nname = \"x\"\nmode = \"dual-number\"\nqueue = \"q\"\nwave = \"one\"\nhours = \"a\"\n\
             closed = {{ to = \"general\" }}\n\
             [hotline.12366]\nname = \"y\"\nmode = \"sub-center\"\ntrunk = \"tax\"\nwave = \"one\"\nhours = \"{name}\"\n\
             overflow = {{ to = \"q\" }}\nclosed = {{ to = \"general\" }}\n"
        )
    };
    let night = |name: &str| found(GOOD, &plan(name)).iter().any(|said| said.starts_with("error dp033"));
    assert!(night("ab") && night("a and b"), "{:#?}", found(GOOD, &plan("a and b")));
}

#[test]
fn a_number_ends_and_nobody_has_it_after_that() {
    let hotline = "[hotline.12333]\nname = \"labour\"\nmode = \"dual-number\"\nqueue = \"general\"\n";
    assert_eq!(
        found(GOOD, &format!("{hotline}until = 2022-03-01\n")),
        [
            "warning dp021: 12333 is nobody's from 2022-03-01T00:00:00+08:00 on: its callers meet what any unknown number meets"
        ]
    );
    assert_eq!(found(GOOD, &format!("{hotline}from = 2022-03-01\n")), NOTHING);
}

#[test]
fn a_year_out_of_all_reason_is_doubted() {
    let base = GOOD.replace("trial = 2021-10-11", "trial = 0221-10-11");
    let hours = "[calendar.china]\nholidays = [\"2201-10-01..2201-10-07\"]\n[hours.office]\ncalendar = \"china\"\n\
         week = { mon-fri = [\"08:30-17:30\"] }\n[hotline.12333]\nname = \"labour\"\nmode = \"dual-number\"\n\
         queue = \"general\"\nhours = \"office\"\nclosed = { to = \"general\" }\n";
    let doubts =
        ["warning dp050: the year 221 is hardly meant", "warning dp050: the year 2201 is hardly meant"];
    assert_eq!(found(&base, hours), doubts);
}

#[test]
fn a_date_far_from_all_others_is_doubted() {
    let far = |date: &str, years: u32| {
        format!(
            "warning dp050: {date} lies {years} years from the other dates of the plan, which go from 2021-10-11 to 2022-01-01"
        )
    };
    let row = |key: &str, date: &str| {
        format!("[hotline.12318]\nname = \"books\"\nmode = \"full-merge\"\nwave = \"one\"\n{key} = {date}\n")
    };
    assert_eq!(found(GOOD, &row("cancel", "2072-01-01")), [far("2072-01-01", 50)]);
    assert_eq!(found(GOOD, &row("from", "2002-12-01")), [far("2002-12-01", 19)]);
    // Ten years on the way from one date to the next are none too many, and a test may look ahead.
    assert_eq!(found(GOOD, &row("cancel", "2031-12-31")), NOTHING);
    let chain = |year| {
        let next = |i: i32| format!("[announcement.a{i}]\nfile = \"a.wav\"\nfrom = {}-01-01\n", year + i * 9);
        (0..5).map(next).collect::<String>()
    };
    let doubted: Vec<String> =
        found(GOOD, &chain(2023)).into_iter().filter(|line| line.contains("dp050")).collect();
    assert_eq!(doubted, NOTHING);
    let test =
        "[[test]]\nname = \"later\"\nat = 2072-01-01\ncall = { to = \"12319\" }\nexpect = { status = 410 }\n";
    assert_eq!(found(GOOD, test), NOTHING);
    // What is written the most often is what is meant.
    let base = GOOD.replace("2022-01-01", "2072-01-01");
    assert_eq!(
        found(&base, ""),
        [
            "warning dp050: 2072-01-01 lies 50 years from the other dates of the plan, which go from 2021-10-11 to 2021-12-01"
        ]
    );
}

#[test]
fn hours_from_one_morning_to_the_next_are_doubted() {
    let open = |span: &str| {
        format!(
            "[hours.office]\nweek = {{ mon-fri = [\"{span}\"] }}\n[hotline.12318]\nname = \"books\"\nmode = \"full-merge\"\n\
             wave = \"one\"\nhours = \"office\"\nclosed = {{ to = \"general\" }}\n"
        )
    };
    for (span, end) in [("08:30-05:30", "05:30"), ("09:00-05:00", "05:00"), ("11:59-04:00", "04:00")] {
        let doubt =
            format!("warning dp050: `{span}` is open through the night, up to {end} on the next morning");
        assert_eq!(found(GOOD, &open(span)), [doubt]);
    }
    // A night, a line that closes late, a Saturday's afternoon until Sunday morning.
    for span in ["17:30-08:30", "22:00-06:00", "06:00-02:00", "12:00-08:30", "00:00-24:00", "08:30-17:30"] {
        assert_eq!(found(GOOD, &open(span)), NOTHING, "{span}");
    }
}

#[test]
fn a_length_of_time_beyond_the_longest_is_told_so() {
    let base =
        |ring: &str| GOOD.replace("[queue.general]\n", &format!("[queue.general]\nwait-max = \"{ring}\"\n"));
    assert_eq!(
        found(&base("25h"), ""),
        ["error dp004: `25h` is longer than a day, which no length of time may be"]
    );
    assert_eq!(
        found(&base("25"), ""),
        [
            "error dp004: invalid value: string \"25\", expected a duration with its unit, like \"20s\", \"1m30s\" or \"500ms\""
        ]
    );
    assert_eq!(found(&base("24h"), ""), NOTHING);
}

#[test]
fn a_time_the_clocks_skip_or_show_twice_is_doubted_unless_its_offset_is_said() {
    let base = GOOD
        .replace("Asia/Shanghai", "Europe/Berlin")
        .replace("trial = 2021-10-11", "trial = 2021-03-28T02:30:00")
        .replace("formal = 2021-12-01", "formal = 2021-10-31T02:30:00");
    assert_eq!(
        found(&base, ""),
        [
            "warning dp050: 2021-03-28T02:30:00 never comes: the clocks skip it; it is read as 2021-03-28T03:30:00+02:00, and could be 2021-03-28T01:30:00+01:00",
            "warning dp050: 2021-10-31T02:30:00 comes twice: the clocks are set back; it is read as 2021-10-31T02:30:00+02:00, and could be 2021-10-31T02:30:00+01:00",
        ]
    );
    let said = base.replace("2021-03-28T02:30:00", "2021-03-28").replace("02:30:00", "02:30:00+01:00");
    assert_eq!(found(&said, ""), NOTHING);
}

#[test]
fn a_trunk_is_named_twice_in_one_list() {
    let base = GOOD.replace("110 = { trunks = [\"police\"] }", "110 = { trunks = [\"police\", \"police\"] }");
    assert_eq!(found(&base, ""), ["error dp019: 110 names the trunk `police` twice: it is tried once"]);
}

#[test]
fn no_call_goes_to_an_address_of_all_hosts_or_of_a_group() {
    for address in ["255.255.255.255:5060", "224.0.0.1", "[ff02::1]", "0.0.0.0"] {
        let base = GOOD.replace("127.0.0.1:5110", address);
        let error = format!("error dp004: `{address}` is not the address of a host");
        assert_eq!(found(&base, ""), [error]);
    }
}

#[test]
fn a_test_that_cannot_fail_is_none() {
    let tests = "[[test]]\nname = \"nothing\"\nat = 2021-12-01\ncall = { to = \"12319\" }\nexpect = {}\n\
         [[test]]\nname = \"no number\"\nat = 2021-12-01\ncall = { to = \"streets\" }\nexpect = { status = 404 }\n";
    assert_eq!(
        found(GOOD, tests),
        [
            "warning dp016: the test `nothing` expects nothing, and so cannot fail",
            "warning dp016: the test `no number` dials `streets`, which is no number",
        ]
    );
}

#[test]
fn a_zone_of_no_place_is_none() {
    let base = GOOD.replace("Asia/Shanghai", "Factory");
    assert_eq!(found(&base, ""), ["error dp015: `Factory` is no place's time zone"]);
}

#[test]
fn callers_of_an_alias_are_spoken_to_in_the_language_of_its_hotline() {
    let more = "[hotline.12318]\nname = \"books\"\nmode = \"full-merge\"\nwave = \"one\"\nlanguage = \"en\"\n\
        announce = \"none\"\n[announcement.hello]\nfile = \"a.wav\"\n\
        variants = [{ language = \"en\", file = \"b.wav\" }]\n\
        [alias]\n12350 = { to = \"12318\", announce = \"hello\" }\n";
    let (table, found) = check(&Sources::new([("base.toml", GOOD), ("more.toml", more)]), None);
    let table = table.unwrap_or_else(|| panic!("{found:?}"));
    let candidates = [(Ingress::RequestUri, Number::new("12350"))];
    let facts = Facts { trunk: None, caller: &Number::new(""), candidates: &candidates };
    let at = table.calendar().parse("2021-12-15").unwrap();
    let action = table.decide(&facts, at).action;
    let Action::Queue { announce: Some(announce), .. } = action else { panic!() };
    assert_eq!(announce.prompt.as_str(), "hello@en");
}

/// A carrier's trunk, with these keys, and 12366 with its people on it.
fn on_the_carriers(keys: &str, hotline: &str) -> String {
    format!(
        "[trunk.telecom]\naddress = \"10.0.0.9\"\n{keys}\n[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\n\
         overflow = {{ to = \"general\" }}\n{hotline}\n"
    )
}

#[test]
fn a_number_dialled_on_the_trunk_that_brings_its_calls_goes_round() {
    // Only 12345 was looked for there.
    let round = |who: &str| {
        format!(
            "warning dp034: calls of {who} go out on the trunk `telecom` under a number it brings to this plan: they come \
             back and go out there again, and so on"
        )
    };
    let own = "trunk = \"telecom\"";
    assert_eq!(found(GOOD, &on_the_carriers("trusted = true", own)), [round("12366")]);
    let bound = "access = { \"0510-19970001\" = \"12366\" }";
    assert_eq!(found(GOOD, &on_the_carriers(bound, own)), [round("12366")]);
    let by_bound = format!("{own}\ndial = \"0510-19970001\"");
    assert_eq!(found(GOOD, &on_the_carriers(bound, &by_bound)), [round("12366")]);
    // Under another name, or by way of another hotline; together they are told once.
    let alias = format!("{own}\ndial = \"12360\"\n[alias]\n12360 = \"12366\"");
    assert_eq!(found(GOOD, &on_the_carriers("trusted = true", &alias)), [round("12366")]);
    let other = |dial: &str| {
        format!(
            "{own}\ndial = \"12360\"\n[hotline.12360]\nname = \"customs\"\nmode = \"sub-center\"\ntrunk = \"telecom\"\n\
             dial = \"{dial}\"\noverflow = {{ to = \"general\" }}"
        )
    };
    assert_eq!(found(GOOD, &on_the_carriers("trusted = true", &other("12366"))), [round("12360, 12366")]);
    // Before the trial, too.
    let old = "[trunk.telecom]\naddress = \"10.0.0.9\"\ntrusted = true\n[hotline.12318]\nname = \"books\"\n\
        mode = \"full-merge\"\nwave = \"one\"\nlegacy = { trunk = \"telecom\" }\n";
    assert_eq!(found(GOOD, old), [round("12318")]);
    // Where there is no other way in, calls come in there, whatever is read of them.
    assert_eq!(found(GOOD, &on_the_carriers("", own)), [round("12366")]);
}

#[test]
fn a_number_that_does_not_come_back_is_dialled_on_any_trunk() {
    // One its people have beside it; and their own trunk, though its headers are believed.
    let direct = "trunk = \"telecom\"\ndial = \"0510-81234567\"";
    assert_eq!(found(GOOD, &on_the_carriers("trusted = true", direct)), NOTHING);
    let carrier = "[trunk.unicom]\naddress = \"10.0.0.8\"\ntrusted = true\n";
    let own = |keys: &str| on_the_carriers(keys, "trunk = \"telecom\"") + carrier;
    assert_eq!(found(GOOD, &own("")), NOTHING);
    assert_eq!(found(GOOD, &own("trusted = true\nidentify = [\"request-uri\", \"default\"]")), NOTHING);
    // Of two trunks of departments nobody knows which brings calls; where there is one alone, it may be a neighbour's.
    let two = on_the_carriers("", "trunk = \"telecom\"")
        + "[trunk.customs]\naddress = \"10.0.0.8\"\n[hotline.12360]\nname = \"customs\"\nmode = \"sub-center\"\n\
           trunk = \"customs\"\noverflow = { to = \"general\" }\n";
    assert_eq!(found(GOOD, &two), NOTHING);
    let neighbour = "[linked.wuxi]\nname = \"无锡12345\"\nkind = \"peer\"\nnumber = \"12345\"\ntrunk = \"wuxi\"\n\
        [trunk.wuxi]\naddress = \"10.0.0.9\"\n";
    assert_eq!(found(GOOD, neighbour), NOTHING);
    // Whom agents alone reach, callers do not; and a hotline that is not ours yet, the carrier brings elsewhere.
    let transfer = "trunk = \"telecom\"\ningress = \"transfer-only\"";
    assert_eq!(found(GOOD, &on_the_carriers("trusted = true", transfer)), NOTHING);
    let later = "[trunk.telecom]\naddress = \"10.0.0.9\"\ntrusted = true\n[hotline.12318]\nname = \"books\"\n\
        mode = \"full-merge\"\nwave = \"one\"\nlegacy = { trunk = \"telecom\", dial = \"12317\" }\n\
        [hotline.12317]\nname = \"films\"\nmode = \"full-merge\"\nnumber = \"kept\"\n";
    assert_eq!(found(GOOD, &format!("{later}wave = \"one\"\n")), NOTHING);
    let ours = "warning dp034: for `12318`, 12317 is dialled on the trunk `telecom`, and there 12317 is this plan's own";
    assert_eq!(found(GOOD, later), [ours]);
}

#[test]
fn forwarded_callers_whom_no_trunk_tells_from_12345s_own_are_told_of() {
    let carrier = |keys: &str| format!("[trunk.telecom]\naddress = \"10.0.0.9\"\n{keys}\n");
    let lost = |who: &str| {
        format!(
            "warning dp043: callers of {who} are forwarded to 12345, and on no trunk can they be told from 12345's own"
        )
    };
    for keys in ["trusted = false", "trusted = true\nidentify = [\"access\", \"request-uri\"]"] {
        assert_eq!(found(GOOD, &carrier(keys)), [lost("12319")], "{keys}");
    }
    for keys in ["trusted = true", "access = { \"0510-19970001\" = \"12319\" }"] {
        assert_eq!(found(GOOD, &carrier(keys)), NOTHING, "{keys}");
    }
    // Another trunk that tells them will do.
    let two =
        format!("{}[trunk.unicom]\naddress = \"10.0.0.8\"\ntrusted = true\n", carrier("trusted = false"));
    assert_eq!(found(GOOD, &two), NOTHING);
    // Under its own number it comes as what it is; and who is treated as 12345's own need not be told from them.
    let said = |keys: &str| GOOD.replace("wave = \"one\"\n\n", &format!("wave = \"one\"\n{keys}\n\n"));
    assert_eq!(found(&said("ingress = \"own-number\""), &carrier("trusted = false")), NOTHING);
    assert_eq!(
        found(
            &said("announce = \"none\"").replace("announce = \"merged\"\n", ""),
            &carrier("trusted = false")
        ),
        ["warning dp014: nobody uses the announcement `merged`"]
    );
    let skill = said("announce = \"none\"\nskill = \"streets\"");
    assert!(found(&skill, &carrier("trusted = false")).contains(&lost("12319")));
}
