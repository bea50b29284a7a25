//! What random plans (`super::super::brute`) had `check` say wrongly, or not say: each as a small plan.

use expect_test::expect;

use super::*;

#[test]
fn a_trunk_whose_calls_are_for_an_alias_of_12345_brings_calls_of_12345() {
    // The alias was taken for another hotline: an error for the sub-center, and a warning that no trunk brings 12345.
    let plan = "[alias]\n12340 = \"12345\"\n[trunk.carrier]\naddress = \"10.0.0.2\"\nhotline = \"12340\"\n";
    let tax = TAX.replace("[hotline.12366]", "hotline = \"12340\"\n[hotline.12366]");
    check_report(
        &format!("{plan}{tax}"),
        expect![[r#"
            warning[dp043]: callers of 12319 are forwarded to 12345, and on no trunk can they be told from 12345's own
              --> base.toml:22:8
               |
            22 | mode = "full-merge"
               |        ^^^^^^^^^^^^
               |
              ::: more.toml:3:8
               |
             3 | [trunk.carrier]
               |        ------- is not trusted: no header is read
               |
               = note: 12319 is dialled at 2021-10-11T00:00:00+08:00, and the carrier forwards it to 12345
                         → as any call of 12345: queue general
                         → and not: announce merged, then queue general
               = help: on the carrier's trunk: trusted = true, with its headers in `identify`, or `access` for the numbers it bound; if they come under their own number, ingress = "own-number" says so

            0 errors, 1 warning
        "#]],
    );
}

#[test]
fn each_run_of_years_that_a_calendar_does_not_know_is_told() {
    // Only the first was looked at: in 2023 nobody asks, and from 2025 on the next owner does.
    check_report(
        &(format!(
            "[calendar.china]\nholidays = [\"2022-10-01..2022-10-07\", \"2024-10-01..2024-10-07\"]\n{}",
            OFFICE.replace("week", "calendar = \"china\"\nweek")
        ) + "[hotline.aid]\ndigits = \"12356\"\nname = \"aid\"\nmode = \"dual-number\"\nfrom = 2025-01-01\nnumber = \"kept\"\nhours = \"office\"\nclosed = { to = \"general\" }\n[hotline.later]\ndigits = \"12357\"\nname = \"later\"\nmode = \"full-merge\"\nnumber = \"kept\"\nformal = 2026-03-01\n"),
        expect![[r#"
            warning[dp040]: the calendar `china` knows no holiday from 2025-01-01T00:00:00+08:00 to 2026-03-01T00:00:00+08:00: to callers of 12356 every day then is as its weekday says
              --> more.toml:2:39
               |
             2 | holidays = ["2022-10-01..2022-10-07", "2024-10-01..2024-10-07"]
               |                                       ^^^^^^^^^^^^^^^^^^^^^^^^
            ...
            12 | hours = "office"
               |         -------- asks for `office`, which go by it
            ...
            19 | formal = 2026-03-01
               |          ---------- the plan goes on changing until 2026-03-01T00:00:00+08:00
               |
               = help: add the holidays and the days worked for them of 2025, 2026

            0 errors, 1 warning
        "#]],
    );
}

#[test]
fn a_queue_that_opens_on_holidays_alone_asks_for_them() {
    // Nobody is ever moved to it in a year without holidays, so nobody was found to ask.
    check_report(
        "[calendar.china]\nholidays = [\"2021-10-01..2021-10-07\"]\n[hours.feast]\ncalendar = \"china\"\nweek = {}\nholiday = [\"09:00-17:00\"]\n[queue.feast]\nhours = \"feast\"\nclosed = { to = \"general\" }\n[agent.7]\npassword = \"x\"\nqueues = [\"feast\", \"a\"]\nskills = [\"*\"]\n[queue.a]\noverflow = [{ after = \"1m\", to = \"feast\" }]\n[hotline.12318]\nname = \"a\"\nmode = \"dual-number\"\nqueue = \"a\"\nfrom = 2022-01-01\n[hotline.12320]\nname = \"b\"\nmode = \"full-merge\"\nnumber = \"kept\"\nformal = 2022-06-01\n",
        expect![[r#"
            warning[dp040]: the calendar `china` knows no holiday from 2022-01-01T00:00:00+08:00 to 2022-06-01T00:00:00+08:00: to callers of 12318 every day then is as its weekday says
              --> more.toml:2:13
               |
             2 | holidays = ["2021-10-01..2021-10-07"]
               |             ^^^^^^^^^^^^^^^^^^^^^^^^
            ...
             8 | hours = "feast"
               |         ------- asks for `feast`, which go by it
            ...
            25 | formal = 2022-06-01
               |          ---------- the plan goes on changing until 2022-06-01T00:00:00+08:00
               |
               = help: add the holidays and the days worked for them of 2022

            warning[dp014]: the queue `feast` is named, but no call ever comes to it
             --> more.toml:7:8
              |
            7 | [queue.feast]
              |        ^^^^^
              |
              = help: send a hotline or an overflow to it, or take it out

            0 errors, 2 warnings
        "#]],
    );
}

#[test]
fn an_alias_of_a_number_that_is_nobodys_is_not_named_beside_it() {
    // Both were listed: once it was nobody's, nothing said whose the alias was.
    let base = GOOD.replace("[plan]", "[plan]\nunknown = { announce = \"old\" }");
    let more = "[announcement.old]\nfile = \"old.wav\"\nuntil = 2021-01-01\n[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nnumber = \"kept\"\nuntil = 2030-01-01\n[alias]\n12358 = \"12318\"\n";
    expect![[r#"
        error[dp018]: callers of 12318, 12319 and of numbers the plan does not have hear `old` at 2030-01-01T00:00:00+08:00, but it may be played from the beginning to 2021-01-01T00:00:00+08:00
         --> more.toml:3:9
          |
        3 | until = 2021-01-01
          |         ^^^^^^^^^^
          |
         ::: base.toml:4:24
          |
        4 | unknown = { announce = "old" }
          |                        ----- has it played
          |
          = note: 12318 is dialled at 2030-01-01T00:00:00+08:00
                    → hears `old`: refused
          = help: name another announcement there, or give this one more time

        warning[dp021]: 12318 is nobody's from 2030-01-01T00:00:00+08:00 on: its callers meet what any unknown number meets
          --> more.toml:8:9
           |
         4 | [hotline.12318]
           |          ----- its last owner
        ...
         8 | until = 2030-01-01
           |         ^^^^^^^^^^
         9 | [alias]
        10 | 12358 = "12318"
           | ----- callers of 12358 are still led there
           |
           = help: to end a number, give it `cancel`: then its callers hear why; or write the row of its next owner

        1 error, 1 warning
    "#]]
    .assert_eq(&report(&base, more, false));
}

#[test]
fn what_a_closing_queue_announces_is_as_long_as_in_the_callers_language() {
    // Counted was how long the recording is in the language of the plan: 3 s, and the wait of 10 s long enough.
    let more = "[queue.a]\nhours = \"office\"\nclosed = { to = \"b\", announce = \"moved\" }\n[queue.b]\nwait-max = \"10s\"\n[agent.7]\npassword = \"x\"\nqueues = [\"a\", \"b\"]\nskills = [\"*\"]\n[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\ntrunk = \"tax\"\noverflow = { to = \"a\" }\nlanguage = \"en\"\n[announcement.moved]\nfile = \"a.wav\"\nvariants = [{ language = \"en\", file = \"b.wav\", must-hear = \"15s\" }]\n";
    check_report(
        &format!("{OFFICE}{more}"),
        expect![[r#"
            error[dp012]: nobody may answer in the queue `b`: callers of 12366 must hear 15s first, and are let go after 10s
              --> more.toml:7:12
               |
             7 | wait-max = "10s"
               |            ^^^^^
            ...
            22 | variants = [{ language = "en", file = "b.wav", must-hear = "15s" }]
               |                                                            ----- they are not spared so much of this
               |
               = note: 12366 is dialled at 2021-09-27T08:30:00+08:00 (phase formal)
                         → trunk `tax`
                         → the trunk is down, silent or refuses: to queue `a`, for an agent
                         → it is closed by then: to queue `b`, for an agent
                         → there is room: waits in queue `b` for an agent
               = help: let them wait longer than that, or give the announcement a shorter `must-hear`

            warning[dp034]: calls of 12366 go out on the trunk `tax` under a number it brings to this plan: they come back and go out there again, and so on
              --> more.toml:17:9
               |
            12 | [trunk.tax]
               |        --- the city's calls come in here: there is no other trunk for them
            ...
            17 | trunk = "tax"
               |         ^^^^^
               |
               = note: 12366 is dialled at any time
                         → trunk `tax`, dialling 12366
                         → the carrier brings it back: a call for 12366
                         → trunk `tax`, dialling 12366, and so on until the trunk is full
               = help: let `dial` be the number its people have beside 12366, or give them a trunk of their own

            1 error, 1 warning
        "#]],
    );
}

#[test]
fn whose_a_trunks_calls_are_is_asked_while_12345_is_somebodys() {
    // It was asked at the end of time: then 12345 is nobody's, and decides before what the trunk bound it to.
    let base = GOOD.replace("mode = \"direct\"", "mode = \"direct\"\nuntil = 2030-01-01");
    let tax = TAX.replace(
        "[hotline.12366]",
        "access = { 12345 = \"12366\" }\nidentify = [\"request-uri\", \"access\"]\n[hotline.12366]",
    );
    expect![[r#"
        warning[dp021]: 12345 is nobody's from 2030-01-01T00:00:00+08:00 on: its callers meet what any unknown number meets
          --> base.toml:14:9
           |
        11 | [hotline.12345]
           |          ----- its last owner
        ...
        14 | until = 2030-01-01
           |         ^^^^^^^^^^
           |
           = help: to end a number, give it `cancel`: then its callers hear why; or write the row of its next owner

        error[dp041]: 12345 itself comes to no queue at 2030-01-01T00:00:00+08:00
          --> base.toml:14:9
           |
        14 | until = 2030-01-01
           |         ^^^^^^^^^^
           |
           = help: all others are merged into it: it is kept, has no end, and its people are here

        error[dp034]: a call that `tax` sends on to 12345 is sent back to it
         --> more.toml:3:12
          |
        3 | access = { 12345 = "12366" }
          |            ^^^^^
        ...
        9 | trunk = "tax"
          |         ----- 12366 goes to that trunk
          |
          = note: 12345 is dialled on the trunk `tax` at 2021-10-11T00:00:00+08:00
                    → the trunk's calls are for 12366
                    → trunk `tax`
          = help: take `hotline` (or the `access` of 12345) off the trunk: the number dialled says where to

        warning[dp034]: calls of 12366 go out on the trunk `tax` under a number it brings to this plan: they come back and go out there again, and so on
         --> more.toml:9:9
          |
        1 | [trunk.tax]
          |        --- the carrier bound numbers on it: it brings the city's calls
        ...
        9 | trunk = "tax"
          |         ^^^^^
          |
          = note: 12366 is dialled at 2021-10-11T00:00:00+08:00
                    → trunk `tax`, dialling 12366
                    → the carrier brings it back: a call for 12366
                    → trunk `tax`, dialling 12366, and so on until the trunk is full
          = help: let `dial` be the number its people have beside 12366, or give them a trunk of their own

        2 errors, 2 warnings
    "#]]
    .assert_eq(&report(&base, &tax, false));
}
