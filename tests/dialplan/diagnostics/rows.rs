//! What a row may say: keys, values, names, dates and numbers.

use expect_test::expect;

use super::*;

#[test]
fn dp002_not_toml() {
    check_report(
        "[hotline.12318\nname = \"a\"\nname = \n",
        expect![[r#"
            error[dp002]: unclosed table, expected `]`
             --> more.toml:1:15
              |
            1 | [hotline.12318
              |               ^
              |
              = help: see https://toml.io for how TOML is written

            error[dp003]: unknown section `name`
             --> more.toml:3:1
              |
            3 | name = 
              | ^^^^
              |
              = help: known: agent, alias, announcement, calendar, emergency, hotline, hours, include, linked, out-of-scope and 5 more

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp003_unknown_key() {
    check_report(
        "[queue.second]\nmusik = \"a\"\nwarp-up = \"5s\"\n[hotlin.12319]\n",
        expect![[r#"
            error[dp003]: unknown key `musik`
             --> more.toml:2:1
              |
            2 | musik = "a"
              | ^^^^^
              |
              = help: did you mean `music`?

            error[dp003]: unknown key `warp-up`
             --> more.toml:3:1
              |
            3 | warp-up = "5s"
              | ^^^^^^^
              |
              = help: did you mean `wrap-up`?

            error[dp003]: unknown section `hotlin`
             --> more.toml:4:2
              |
            4 | [hotlin.12319]
              |  ^^^^^^
              |
              = help: did you mean `hotline`?

            3 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp004_bad_value() {
    check_report(
        "[hotline.12318]\nname = 7\nmode = \"merged\"\ntrial = \"soon\"\n[queue.q]\nring = 20\n",
        expect![[r#"
            error[dp004]: a text belongs here
             --> more.toml:2:8
              |
            2 | name = 7
              |        ^
              |
              = help: a text stands in quotes: "…"

            error[dp004]: `merged` is not one of the choices here
             --> more.toml:3:8
              |
            3 | mode = "merged"
              |        ^^^^^^^^
              |
              = help: write `full-merge`

            error[dp004]: this is not a date
             --> more.toml:4:9
              |
            4 | trial = "soon"
              |         ^^^^^^
              |
              = help: write dates without quotes: 2021-12-01, or 2021-12-01T08:30:00+08:00

            error[dp004]: invalid type: integer `20`, expected a duration with its unit, like "20s", "1m30s" or "500ms"
             --> more.toml:6:8
              |
            6 | ring = 20
              |        ^^

            4 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp005_missing() {
    check_report(
        "[hotline.12318]\n[emergency.1]\n",
        expect![[r#"
            error[dp005]: `mode` is missing
             --> more.toml:1:10
              |
            1 | [hotline.12318]
              |          ^^^^^
              |
              = help: one of direct, full-merge, dual-number, sub-center

            error[dp005]: `name` is missing
             --> more.toml:1:10
              |
            1 | [hotline.12318]
              |          ^^^^^
              |
              = help: agents and records show it

            error[dp005]: `trunks` is missing
             --> more.toml:2:12
              |
            2 | [emergency.1]
              |            ^
              |
              = help: trunks = ["police-a"]

            error[dp010]: 1 is not one of 110, 119, 120, 122
             --> more.toml:2:12
              |
            2 | [emergency.1]
              |            ^
              |
              = help: write the number of the line that is meant; another place that calls are handed to is [linked.NAME] with number = "1"

            4 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp007_leads_nowhere() {
    check_report(
        "[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"oen\"\nqueue = \"x\"\n",
        expect![[r#"
            error[dp007]: there is no wave `oen`
             --> more.toml:4:8
              |
            4 | wave = "oen"
              |        ^^^^^
              |
              = help: did you mean `one`?

            error[dp007]: there is no queue `x`
             --> more.toml:5:9
              |
            5 | queue = "x"
              |         ^^^
              |
              = help: known: general

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp009_phases_out_of_order() {
    let row = "[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\ncancel = 2021-12-01\n";
    check_report(
        row,
        expect![[r#"
            error[dp009]: 12318: the cut-off (2021-12-01T00:00:00+08:00) is not after the formal operation (2021-12-01T00:00:00+08:00)
              --> more.toml:5:10
               |
             1 | [hotline.12318]
               |          ----- this hotline
            ...
             5 | cancel = 2021-12-01
               |          ^^^^^^^^^^
               |
              ::: base.toml:17:10
               |
            17 | formal = 2021-12-01
               |          ---------- the formal operation
               |
               = help: correct one of the two dates: each phase ends where the next begins, in the order trial, formal, cancel

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp011_recording() {
    expect![[r#"
        error[dp011]: cannot read the recording `audio/merged.alaw`: entity not found
          --> base.toml:36:8
           |
        36 | file = "audio/merged.alaw"
           |        ^^^^^^^^^^^^^^^^^^^
           |
           = help: put it there, below the plan's directory; `tools/announcements PLAN` speaks what a plan lacks

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(GOOD, "", true));
    expect![[r#"
        error[dp011]: `short.alaw` lasts 1000 ms, less than its `must-hear`
          --> base.toml:36:8
           |
        36 | file = "short.alaw"
           |        ^^^^^^^^^^^^
           |
           = help: shorten `must-hear`, or see whether the recording is whole

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&GOOD.replace("audio/merged.alaw", "short.alaw"), "", true));
    expect![[r#"
        error[dp011]: `../m.wav` leaves the plan directory
          --> base.toml:36:8
           |
        36 | file = "../m.wav"
           |        ^^^^^^^^^^
           |
           = help: put the recording below the plan, in audio/

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&GOOD.replace("audio/merged.alaw", "../m.wav"), "", true));
}

#[test]
fn dp014_unused() {
    check_report(
        &format!("[queue.q]\n[wave.two]\n[trunk.t]\naddress = \"10.0.0.1\"\n{CARRIER}"),
        expect![[r#"
            warning[dp014]: nobody uses the queue `q`
             --> more.toml:1:8
              |
            1 | [queue.q]
              |        ^
              |
              = help: send a hotline or an overflow to it, or take it out

            warning[dp014]: nobody uses the wave `two`
             --> more.toml:2:7
              |
            2 | [wave.two]
              |       ^^^
              |
              = help: give a hotline this `wave`, or take it out

            warning[dp014]: no row sends calls to the trunk `t`, and it says nothing of those it brings
             --> more.toml:3:8
              |
            3 | [trunk.t]
              |        ^
              |
              = help: if calls come in on it, say whether its headers count (trusted = false: only the number dialled does); else take it out

            0 errors, 3 warnings
        "#]],
    );
}

#[test]
fn dp015_zone() {
    expect![[r#"
        error[dp015]: `Asia/Wuxi` is not a time zone
         --> base.toml:5:13
          |
        5 | time-zone = "Asia/Wuxi"
          |             ^^^^^^^^^^^
          |
          = help: use a name of the IANA time zone database: all of China is "Asia/Shanghai"

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&GOOD.replace("Asia/Shanghai", "Asia/Wuxi"), "", false));
}

#[test]
fn dp016_failing_test() {
    let test = "[[test]]\nname = \"the last evening\"\nat = 2022-01-01T00:00:00+08:00\ncall = { to = \"12319\" }\n\
                expect = { queue = \"general\", announce = \"merged\" }\n";
    check_report(
        test,
        expect![[r#"
            error[dp016]: the test `the last evening` fails at 2022-01-01T00:00:00+08:00: expected announce = "merged", got "none"; expected queue = "general", got "none"
              --> more.toml:5:10
               |
             5 | expect = { queue = "general", announce = "merged" }
               |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
              ::: base.toml:20:10
               |
            20 | [hotline.12319]
               |          ----- this row decides
               |
               = help: the plan decides: 12319 streets, mode full-merge, phase cancelled, action reject, status 410

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp050_a_phone_that_rings_for_minutes() {
    let more = "[queue.books]\nring = \"20m\"\n[agent.2]\npassword = \"x\"\nqueues = [\"books\"]\nskills = [\"*\"]\n\
        [hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"books\"\n";
    check_report(
        more,
        expect![[r#"
        warning[dp050]: an agent's phone would ring for 1200s before anybody else is asked
         --> more.toml:2:8
          |
        2 | ring = "20m"
          |        ^^^^^
          |
          = help: seconds are written `20s`; `m` means minutes

        0 errors, 1 warning
    "#]],
    );
    let line = GOOD
        .replace("119 = { trunks = [\"police\"] }", "119 = { trunks = [\"police\"], no-answer = \"20m\" }");
    assert!(report(&line, "", false).contains("a call to an emergency line would ring for 1200s"));
}

#[test]
fn dp004_what_would_end_a_call_at_once_or_never_begin_one() {
    let base = GOOD
        .replace("[queue.general]", "[queue.general]\nwait-max = \"0s\"")
        .replace("119 = { trunks = [\"police\"] }", "119 = { trunks = [\"police\"], no-answer = \"0s\" }")
        .replace("trial = 2021-10-11", "trial = 0221-10-11");
    let more = "[announcement.none]\nfile = \"n.wav\"\n[trunk.t]\naddress = [\"224.0.0.1:5060\", \"0.0.0.0:5060\"]\nfrom = []\nhotline = \"12345\"\nring = \"1s\"\n";
    expect![[r#"
        warning[dp050]: the year 221 is hardly meant
          --> base.toml:16:9
           |
        16 | trial = 0221-10-11
           |         ^^^^^^^^^^
           |
           = help: correct the year; what holds for ever needs no date

        error[dp004]: nobody answers that fast: everyone would be let go
          --> base.toml:26:12
           |
        26 | wait-max = "0s"
           |            ^^^^
           |
           = help: let them wait for at least 3 s, or take `wait-max` out

        error[dp004]: calls for 119 would be given up before most of them are answered
          --> base.toml:42:42
           |
        42 | 119 = { trunks = ["police"], no-answer = "0s" }
           |                                          ^^^^
           |
           = help: let each of its trunks ring for at least 10 s

        error[dp004]: `none` cannot be the name of an announcement
         --> more.toml:1:15
          |
        1 | [announcement.none]
          |               ^^^^
          |
          = help: name it otherwise: where a row says "none", nothing is heard

        error[dp004]: `0.0.0.0:5060` is not the address of a host
         --> more.toml:4:11
          |
        4 | address = ["224.0.0.1:5060", "0.0.0.0:5060"]
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write an IP address and port, like "10.0.0.1:5060"

        error[dp004]: `224.0.0.1:5060` is not the address of a host
         --> more.toml:4:11
          |
        4 | address = ["224.0.0.1:5060", "0.0.0.0:5060"]
          |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: write an IP address and port, like "10.0.0.1:5060"

        error[dp004]: the calls of this trunk are somebody's, and none would be known as its own
         --> more.toml:5:8
          |
        5 | from = []
          |        ^^
          |
          = help: name the addresses they come from; or take out whose calls they are

        error[dp004]: nobody answers that fast
         --> more.toml:7:8
          |
        7 | ring = "1s"
          |        ^^^^
          |
          = help: let it ring for at least 3 s

        7 errors, 1 warning
    "#]]
    .assert_eq(&report(&base, more, false));
}

#[test]
fn dp007_none_where_there_must_be_something() {
    let base = GOOD.replace(
        "announce = \"merged\"",
        "announce = \"merged\"\nintercept = \"none\"\nunknown = { announce = \"none\" }",
    );
    expect![[r#"
        error[dp007]: there is no announcement `none`
          --> base.toml:10:13
           |
        10 | intercept = "none"
           |             ^^^^^^
           |
           = note: 3 times more: plan (line 11), q (more.toml, line 2), q (more.toml, line 3)
           = help: known: merged

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&base, "[queue.q]\nmusic = \"none\"\nfull = { announce = \"none\" }\n", false));
}

#[test]
fn dp011_an_announcement_that_a_call_does_not_wait_for() {
    let base = GOOD.replace("audio/merged.alaw", "long.alaw");
    expect![[r#"
        error[dp011]: `long.alaw` lasts 61 s, and a call goes on after 60s
          --> base.toml:36:8
           |
        36 | file = "long.alaw"
           |        ^^^^^^^^^^^
           |
           = help: say it in fewer words: the end of it would not be heard

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&base, "", true));
    // Music may last as long as it likes.
    let music =
        GOOD.replace("audio/merged.alaw", "short.alaw").replace("must-hear = \"3s\"", "must-hear = \"1s\"");
    let more = "[announcement.waltz]\nfile = \"long.alaw\"\n[queue.q]\nmusic = \"waltz\"\n[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\nqueue = \"q\"\n[agent.2]\npassword = \"y\"\nqueues = [\"q\"]\nskills = [\"*\"]\n";
    assert_eq!(report(&music, more, true), "0 errors, 0 warnings\n");
}

#[test]
fn dp014_a_trunk_of_which_no_row_speaks_and_that_says_nothing_itself() {
    for keys in ["trusted = false", "identify = [\"request-uri\"]", "default-hotline = \"12345\""] {
        let more = format!("{CARRIER}[trunk.t]\naddress = \"10.0.0.1\"\n{keys}\n");
        assert_eq!(report(GOOD, &more, false), "0 errors, 0 warnings\n", "{keys}");
    }
}

/// One carrier takes the calls of an emergency line and brings the city's: two trunks to one address, of which one only
/// takes calls.
#[test]
fn a_trunk_that_only_takes_calls_sends_none_and_can_be_anybodys_beside_another() {
    let base = GOOD.replace("address = \"127.0.0.1:5110\"", "address = \"10.0.0.9\"\nfrom = []");
    assert_eq!(report(&base, CARRIER, false), "0 errors, 0 warnings\n");
    let base = GOOD.replace("address = \"127.0.0.1:5110\"", "address = \"10.0.0.9\"");
    expect![[r#"
        error[dp020]: requests from 10.0.0.9 could be from `police` or from `telecom`
          --> more.toml:2:11
           |
         2 | address = "10.0.0.9"
           |           ^^^^^^^^^^
           |
          ::: base.toml:33:11
           |
        33 | address = "10.0.0.9"
           |           ---------- `police`
           |
           = help: give each its own address and port, or say whence one sends with `from`; one that only takes calls: from = []

        1 error, 0 warnings
    "#]].assert_eq(&report(&base, CARRIER, false));
}

#[test]
fn dp004_a_wait_in_which_nobody_answers() {
    // Only a wait of nothing was refused.
    for longest in ["1ms", "2s"] {
        let base = GOOD.replace("[queue.general]", &format!("[queue.general]\nwait-max = \"{longest}\""));
        assert!(
            report(&base, "", false).contains("error[dp004]: nobody answers that fast: everyone"),
            "{longest}"
        );
    }
    let base = GOOD.replace("[queue.general]", "[queue.general]\nwait-max = \"3s\"");
    assert_eq!(report(&base, "", false), "0 errors, 0 warnings\n");
}
