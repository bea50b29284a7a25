//! Hours and calendars, and what becomes of callers outside them.

use expect_test::expect;

use super::*;

#[test]
fn dp033_no_night_cover() {
    check_example(
        "dp033",
        expect![[r#"
        error[dp033]: 12318 is open while the queue `a` is closed and refuses: from 2021-09-26T00:00:00+08:00 to 2021-09-27T08:30:00+08:00
          --> more.toml:4:9
           |
         4 | hours = "office"
           |         ^^^^^^^^
        ...
        10 | [hotline.12318]
           |          ----- has no `hours`: it is open day and night
           |
           = note: 12318 is dialled at 2021-09-26T00:00:00+08:00 (phase formal), while it is closed
                     → refused
           = help: let the queue's `closed` go to a queue that is staffed then: closed = { to = "general" }; or give the hotline `hours`

        1 error, 0 warnings
    "#]],
    );
}

#[test]
fn dp037_never_open() {
    check_example(
        "dp037",
        expect![[r#"
            error[dp037]: 12318 is never open in its phase formal, from the beginning to the end: `early and late` is closed all the time
              --> more.toml:16:9
               |
             1 | [hours.early]
               |        ----- these are the hours
             2 | week = { mon = ["08:00-12:00"] }
             3 | [hours.late]
               |        ---- these are the hours
            ...
            16 | hours = "early"
               |         ^^^^^^^
               |
               = note: 12318 is dialled at any time (phase formal)
                         → queue general
               = help: see whether the week has days and spans; where two hours meet, whether they overlap

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp004_hours_and_days_that_are_none() {
    check_report(
        "[calendar.c]\nholidays = [\"2021-02-29\", \"1.10.\"]\nworking = [\"2021-10-07..2021-10-01\", \"2021-12-31..2202-01-02\"]\n\
         [hours.h]\ncalendar = \"c\"\nweek = { mo = [\"08:30-12:00\"], tue-fri = [\"8:30-12:00\", \"13:30-25:00\"], sat = [\"22:00-00:00\"] }\n",
        expect![[r#"
            error[dp004]: `2021-02-29` is not in the calendar
             --> more.toml:2:13
              |
            2 | holidays = ["2021-02-29", "1.10."]
              |             ^^^^^^^^^^^^
              |
              = help: write "2022-01-01" or "2021-10-01..2021-10-07"

            error[dp004]: `1.10.` is not a day or a stretch of days
             --> more.toml:2:27
              |
            2 | holidays = ["2021-02-29", "1.10."]
              |                           ^^^^^^^
              |
              = help: write "2022-01-01" or "2021-10-01..2021-10-07"

            error[dp004]: `2021-10-07..2021-10-01` ends before it begins
             --> more.toml:3:12
              |
            3 | working = ["2021-10-07..2021-10-01", "2021-12-31..2202-01-02"]
              |            ^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: turn the two days round

            error[dp004]: `2021-12-31..2202-01-02` is longer than a year
             --> more.toml:3:38
              |
            3 | working = ["2021-10-07..2021-10-01", "2021-12-31..2202-01-02"]
              |                                      ^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: see whether a year is mistyped; each holiday has a stretch of its own

            warning[dp050]: the year 2202 is hardly meant
             --> more.toml:3:38
              |
            3 | working = ["2021-10-07..2021-10-01", "2021-12-31..2202-01-02"]
              |                                      ^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: correct the year; what holds for ever needs no date

            error[dp004]: `mo` is not a weekday
             --> more.toml:6:10
              |
            6 | week = { mo = ["08:30-12:00"], tue-fri = ["8:30-12:00", "13:30-25:00"], sat = ["22:00-00:00"] }
              |          ^^
              |
              = help: write mon, tue … sun, or mon-fri

            error[dp004]: `8:30-12:00` is not a span of hours
             --> more.toml:6:43
              |
            6 | week = { mo = ["08:30-12:00"], tue-fri = ["8:30-12:00", "13:30-25:00"], sat = ["22:00-00:00"] }
              |                                           ^^^^^^^^^^^^
              |
              = help: write "08:30-12:00"; midnight at the end is 24:00, 22:00-06:00 ends the next day

            error[dp004]: `13:30-25:00` is not a span of hours
             --> more.toml:6:57
              |
            6 | week = { mo = ["08:30-12:00"], tue-fri = ["8:30-12:00", "13:30-25:00"], sat = ["22:00-00:00"] }
              |                                                         ^^^^^^^^^^^^^
              |
              = help: write "08:30-12:00"; midnight at the end is 24:00, 22:00-06:00 ends the next day

            error[dp004]: `22:00-00:00` is not a span of hours
             --> more.toml:6:80
              |
            6 | week = { mo = ["08:30-12:00"], tue-fri = ["8:30-12:00", "13:30-25:00"], sat = ["22:00-00:00"] }
              |                                                                                ^^^^^^^^^^^^^
              |
              = help: write "08:30-12:00"; midnight at the end is 24:00, 22:00-06:00 ends the next day

            8 errors, 1 warning
        "#]],
    );
}

#[test]
fn dp005_closed_and_nobody_says_what_then() {
    check_report(
        "[hours.h]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.q]\nhours = \"h\"\n\
         [hotline.12333]\nname = \"people\"\nmode = \"dual-number\"\nqueue = \"q\"\nhours = \"h\"\nclosed = {}\n",
        expect![[r#"
            error[dp005]: `closed` is missing
             --> more.toml:3:8
              |
            3 | [queue.q]
              |        ^
              |
              = help: closed = { to = "general" }, or { status = 480, announce = … } with a recording that says when it is open

            error[dp005]: `to` is missing
              --> more.toml:10:10
               |
            10 | closed = {}
               |          ^^
               |
               = help: closed = { to = "general" }, or { status = 480, announce = … } with a recording that says when it is open

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp017_hours_that_would_mean_nothing() {
    check_report(
        "[hours.h]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[trunk.dept]\naddress = \"127.0.0.1:5090\"\n\
         [hotline.12333]\nname = \"people\"\nmode = \"full-merge\"\nwave = \"one\"\nclosed = { to = \"general\", status = 480 }\n\
         [hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\ntrunk = \"dept\"\nhours = \"h\"\n\
         overflow = { to = \"general\", when = [\"closed\"] }\nclosed = { status = 480, keep-skill = true }\n\
         [hotline.12360]\nname = \"customs\"\nmode = \"sub-center\"\ntrunk = \"dept\"\noverflow = { to = \"general\", when = [\"closed\"] }\n",
        expect![[r#"
            error[dp017]: 12333 is open day and night, so `closed` would mean nothing
             --> more.toml:9:10
              |
            9 | closed = { to = "general", status = 480 }
              |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: give it `hours`, or take `closed` out

            error[dp017]: `closed` either goes `to` a queue or refuses with a `status`, not both
             --> more.toml:9:10
              |
            9 | closed = { to = "general", status = 480 }
              |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: keep one of the two

            error[dp017]: `keep-skill` means nothing where no queue takes the call
              --> more.toml:16:10
               |
            16 | closed = { status = 480, keep-skill = true }
               |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: name the queue with `to`, or take it out

            error[dp017]: both `overflow` and `closed` say what happens when 12366 is closed
              --> more.toml:16:10
               |
            16 | closed = { status = 480, keep-skill = true }
               |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: keep one of the two

            error[dp017]: 12360 is open day and night, so it never overflows when closed
              --> more.toml:21:37
               |
            21 | overflow = { to = "general", when = ["closed"] }
               |                                     ^^^^^^^^^^
               |
               = help: give it `hours`, or take "closed" out

            5 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp022_hours_at_odds_with_themselves() {
    check_report(
        "[calendar.c]\nholidays = [\"2021-10-01..2021-10-07\"]\nworking = [\"2021-10-07\"]\n\
         [hours.h]\ncalendar = \"c\"\nweek = { mon-fri = [\"08:30-12:00\", \"11:30-17:30\"], fri = [] }\n\
         [hours.i]\nweek = { mon = [] }\nworking-as = \"fri\"\n",
        expect![[r#"
            error[dp022]: the calendar `c` says twice what 2021-10-07 is
             --> more.toml:3:12
              |
            2 | holidays = ["2021-10-01..2021-10-07"]
              |             ------------------------ first here
            3 | working = ["2021-10-07"]
              |            ^^^^^^^^^^^^
              |
              = help: a day is a holiday or worked, and said once

            error[dp022]: `11:30-17:30` overlaps `08:30-12:00`
             --> more.toml:6:36
              |
            6 | week = { mon-fri = ["08:30-12:00", "11:30-17:30"], fri = [] }
              |                     -------------  ^^^^^^^^^^^^^
              |                     |
              |                     this one
              |
              = help: write them as one span, or let one end where the other begins

            error[dp022]: the hours `h` say twice what holds on fri
             --> more.toml:6:52
              |
            6 | week = { mon-fri = ["08:30-12:00", "11:30-17:30"], fri = [] }
              |          ------- first here                        ^^^
              |
              = help: name each weekday once: mon-thu and fri, not mon-fri and fri

            error[dp022]: the hours `i` have no calendar, so no day is moved
             --> more.toml:9:14
              |
            9 | working-as = "fri"
              |              ^^^^^
              |
              = help: give them a `calendar`, or take `working-as` out

            4 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp023_closed_callers_are_sent_to_what_may_be_closed() {
    check_report(
        "[hours.h]\nweek = { mon-fri = [\"08:30-17:30\"] }\n\
         [queue.night]\nhours = \"h\"\nclosed = { status = 480 }\n\
         [hotline.12333]\nname = \"people\"\nmode = \"full-merge\"\nwave = \"one\"\nhours = \"h\"\nclosed = { to = \"night\" }\n",
        expect![[r#"
            error[dp023]: callers who find 12333 closed are sent to `night`, which may be closed too
              --> more.toml:11:17
               |
             4 | hours = "h"
               |         --- it is open at these hours only
            ...
            11 | closed = { to = "night" }
               |                 ^^^^^^^
               |
               = help: send them to a queue without `hours`, or refuse with an announcement

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn names_of_hours_and_calendars_that_lead_nowhere_or_are_not_used() {
    check_report(
        "[hours.office]\ncalendar = \"chine\"\nweek = { mon = [] }\n[calendar.china]\n[queue.q]\nhours = \"offce\"\nclosed = { to = \"generl\" }\n",
        expect![[r#"
            error[dp007]: there is no calendar `chine`
             --> more.toml:2:12
              |
            2 | calendar = "chine"
              |            ^^^^^^^
              |
              = help: did you mean `china`?

            error[dp007]: there are no hours `offce`
             --> more.toml:6:9
              |
            6 | hours = "offce"
              |         ^^^^^^^
              |
              = help: did you mean `office`?

            error[dp007]: there is no queue `generl`
             --> more.toml:7:17
              |
            7 | closed = { to = "generl" }
              |                 ^^^^^^^^
              |
              = help: did you mean `general`?

            3 errors, 0 warnings
        "#]],
    );
    check_report(
        "[hours.office]\nweek = { mon = [] }\n[calendar.china]\nholidays = []\n",
        expect![[r#"
        warning[dp014]: nobody uses the hours `office`
         --> more.toml:1:8
          |
        1 | [hours.office]
          |        ^^^^^^
          |
          = help: give a hotline or a queue these `hours`, or take them out

        warning[dp014]: nobody uses the calendar `china`
         --> more.toml:3:11
          |
        3 | [calendar.china]
          |           ^^^^^
          |
          = help: give some hours this `calendar`, or take it out

        0 errors, 2 warnings
    "#]],
    );
}

#[test]
fn dp033_sent_on_to_a_queue_that_is_closed() {
    let more = format!(
        "{OFFICE}{}[queue.back]\nhours = \"office\"\nclosed = {{ status = 480 }}\n[agent.2]\npassword = \"y\"\nqueues = [\"back\"]\nskills = [\"*\"]\n{CARRIER}",
        TAX.replace("to = \"general\"", "to = \"back\"")
    );
    check_report(
        &more,
        expect![[r#"
            error[dp033]: calls of 12366 that fail at the trunk come back while the queue `back` is closed and refuses: from 2021-10-11T00:00:00+08:00 to 2021-10-11T08:30:00+08:00
              --> more.toml:12:9
               |
            10 | overflow = { to = "back" }
               |            --------------- its calls come back here when the trunk fails
            11 | [queue.back]
            12 | hours = "office"
               |         ^^^^^^^^
               |
               = note: 12366 is dialled at 2021-10-11T00:00:00+08:00 (phase trial)
                         → trunk `tax`
                         → the trunk is down, silent or refuses: to queue `back`, for an agent
                         → it is closed: refused, as `back` says
               = help: let the queue's `closed` go to a queue that is staffed then: closed = { to = "general" }; or let the hotline's `overflow` go there

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp040_calendar_ends() {
    check_example(
        "dp040",
        expect![[r#"
        warning[dp040]: the calendar `china` knows no holiday from 2021-01-01T00:00:00+08:00 to 2022-01-01T00:00:00+08:00: to callers of 12318 every day then is as its weekday says
          --> more.toml:2:13
           |
         2 | holidays = ["2020-10-01..2020-10-08"]
           |             ^^^^^^^^^^^^^^^^^^^^^^^^
        ...
        10 | hours = "office"
           |         -------- asks for `office`, which go by it
           |
          ::: base.toml:18:10
           |
        18 | cancel = 2022-01-01
           |          ---------- the plan goes on changing until 2022-01-01T00:00:00+08:00
           |
           = help: add the holidays and the days worked for them of 2021

        0 errors, 1 warning
    "#]],
    );
    let hotline = "[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\nhours = \"office\"\nclosed = { to = \"general\" }\n";
    let plan = |calendar: &str, more: &str| {
        report(
            GOOD,
            &format!(
                "[calendar.china]\nholidays = [{calendar}]\n[hours.office]\ncalendar = \"china\"\nweek = {{ mon-fri = [\"08:30-17:30\"] }}\n{more}"
            ),
            false,
        )
    };
    // The plan's last change is at the first instant of 2022: that year is not asked for.
    assert_eq!(plan("\"2021-10-01..2021-10-07\"", hotline), "0 errors, 0 warnings\n");
    // Its own hours or a queue's, and a year between two that are known.
    let queue = "[queue.q]\nhours = \"office\"\nclosed = { to = \"general\" }\n[agent.2]\npassword = \"y\"\nqueues = [\"q\"]\nskills = [\"*\"]\n\
                 [hotline.12333]\nname = \"a\"\nmode = \"dual-number\"\nqueue = \"q\"\n\
                 [hotline.12318]\nname = \"b\"\nmode = \"full-merge\"\ntrial = 2021-10-11\nformal = 2021-12-01\ncancel = 2025-07-01\n";
    let between = plan("\"2021-10-01\", \"2022-10-01\", \"2024-10-01\", \"2025-10-01\"", queue);
    assert!(between.contains("knows no holiday from 2023-01-01T00:00:00+08:00 to 2024-01-01T00:00:00+08:00: to callers of 12333 "), "{between}");
    // A hotline that is over by then asks for nothing more.
    let over = format!(
        "{hotline}[hotline.12333]\nname = \"b\"\nmode = \"full-merge\"\ntrial = 2021-10-11\nformal = 2021-12-01\ncancel = 2025-07-01\n"
    );
    assert_eq!(plan("\"2021-10-01..2021-10-07\"", &over), "0 errors, 0 warnings\n");
    // Without dates nothing says how long the plan is to hold.
    let none = "[hotline.12333]\nname = \"a\"\nmode = \"full-merge\"\nnumber = \"kept\"\nhours = \"office\"\nclosed = { to = \"general\" }\n";
    assert_eq!(plan("\"2022-10-01..2022-10-07\"", none), "0 errors, 0 warnings\n");
}

/// A trial run of one weekend, in an office's hours: nobody of its own is there in it, and every caller is served.
#[test]
fn dp037_closed_in_one_period_and_open_in_another() {
    let row = "[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\ntrial = 2021-11-06\nformal = 2021-11-08\ncancel = 2022-01-01\nhours = \"office\"\nclosed = { to = \"general\" }\n";
    check_report(
        &format!("{OFFICE}{row}"),
        expect![[r#"
        warning[dp037]: 12318 is never open in its phase trial, from 2021-11-06T00:00:00+08:00 to 2021-11-08T00:00:00+08:00: `office` is closed all the time
         --> more.toml:9:9
          |
        1 | [hours.office]
          |        ------ these are the hours
        ...
        9 | hours = "office"
          |         ^^^^^^^^
          |
          = note: 12318 is dialled at 2021-11-06T00:00:00+08:00 (phase trial)
                    → announce merged, then queue general
          = help: see whether the week has days and spans; where two hours meet, whether they overlap

        0 errors, 1 warning
    "#]],
    );
}

#[test]
fn dp022_holidays_that_no_calendar_has() {
    let more = format!("{}holiday = [\"10:00-12:00\"]\nworking-as = \"sun\"\n", OFFICE)
        + "[queue.q]\nhours = \"office\"\nclosed = { to = \"general\" }\n[agent.2]\npassword = \"x\"\nqueues = [\"q\"]\nskills = [\"*\"]\n\
           [hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"q\"\n";
    check_report(
        &more,
        expect![[r#"
        error[dp022]: the hours `office` have no calendar, so no day is a holiday
         --> more.toml:3:12
          |
        3 | holiday = ["10:00-12:00"]
          |            ^^^^^^^^^^^^^
          |
          = help: give them a `calendar`, or take `holiday` out

        error[dp022]: the hours `office` have no calendar, so no day is moved
         --> more.toml:4:14
          |
        4 | working-as = "sun"
          |              ^^^^^
          |
          = help: give them a `calendar`, or take `working-as` out

        2 errors, 0 warnings
    "#]],
    );
    let none = more.replace("\"10:00-12:00\"", "");
    assert!(report(GOOD, &none, false).contains("so no day is a holiday"));
    // Whoever mistyped the key meant to have one.
    let mistyped = more.replace("holiday =", "calender = \"china\"\nholiday =");
    assert!(!report(GOOD, &mistyped, false).contains("dp022"));
}
