//! What each fault looks like to a person: one small bad plan a code.

use expect_test::{Expect, expect};
use tongjie::dialplan::{Audio, Report, Sources, check};

use super::fixture::GOOD;

/// One second of silence for every file.
struct Silence;

impl Audio for Silence {
    fn read(&self, file: &str) -> std::io::Result<Vec<u8>> {
        match file {
            "short.alaw" => Ok(vec![0xd5; 8000]),
            "long.alaw" => Ok(vec![0xd5; 8000 * 61]),
            _ => Err(std::io::ErrorKind::NotFound.into()),
        }
    }
}

fn report(base: &str, more: &str, audio: bool) -> String {
    let sources = Sources::new([("base.toml", base), ("more.toml", more)]);
    let (_, diagnostics) = check(&sources, audio.then_some(&Silence as &dyn Audio));
    Report { sources, diagnostics }.to_string()
}

#[track_caller]
fn check_report(more: &str, expected: Expect) {
    expected.assert_eq(&report(GOOD, more, false));
}

#[test]
fn a_good_plan_has_nothing_to_say() {
    check_report(
        "",
        expect![[r#"
            0 errors, 0 warnings
        "#]],
    );
}

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
            error[dp004]: invalid type: integer `7`, expected a string
             --> more.toml:2:8
              |
            2 | name = 7
              |        ^

            error[dp004]: `merged` is not one of the choices here
             --> more.toml:3:8
              |
            3 | mode = "merged"
              |        ^^^^^^^^
              |
              = help: known: direct, dual-number, full-merge, sub-center

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
              = help: only [emergency.NUMBER] with its trunks may name this line; it is never merged, renamed, announced or queued

            4 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp006_number_twice() {
    check_report(
        "[hotline.0510-12319]\nname = \"again\"\nmode = \"direct\"\n[alias]\nstreets = \"12319\"\n",
        expect![[r#"
            error[dp006]: hotline 12319 is the same number as a hotline
              --> more.toml:1:10
               |
             1 | [hotline.0510-12319]
               |          ^^^^^^^^^^
               |
              ::: base.toml:20:10
               |
            20 | [hotline.12319]
               |          ----- first here, as a hotline
               |
               = help: a number means one thing: take one of the two out

            error[dp006]: `streets` is not a number
             --> more.toml:5:1
              |
            5 | streets = "12319"
              | ^^^^^^^
              |
              = help: write digits, with an area code if it has one: 12319, 0510-88886666

            2 errors, 0 warnings
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
fn dp008_alias_circle() {
    check_report(
        "[alias]\n12331 = \"12332\"\n12332 = \"12333\"\n12333 = \"12331\"\n",
        expect![[r#"
            error[dp008]: these aliases lead back to themselves: 12331 → 12332 → 12333 → 12331
             --> more.toml:2:1
              |
            2 | 12331 = "12332"
              | ^^^^^
              |
              = help: let one of them name a hotline

            1 error, 0 warnings
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
               = help: a phase holds up to, not including, the first instant of the next: trial, formal, cancel

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp010_emergency() {
    check_report(
        "[hotline.110]\nname = \"police\"\nmode = \"direct\"\n[alias]\n12331 = \"120\"\n",
        expect![[r#"
            error[dp006]: emergency line 110 is the same number as a hotline
              --> base.toml:40:1
               |
            40 | 110 = { trunks = ["police"] }
               | ^^^
               |
              ::: more.toml:1:10
               |
             1 | [hotline.110]
               |          --- first here, as a hotline
               |
               = help: a number means one thing: take one of the two out

            error[dp010]: 110 is an emergency line and may not be merged
             --> more.toml:1:10
              |
            1 | [hotline.110]
              |          ^^^
              |
              = help: only [emergency.NUMBER] with its trunks may name this line; it is never merged, renamed, announced or queued

            error[dp010]: 120 is an emergency line and may not have an alias
             --> more.toml:5:9
              |
            5 | 12331 = "120"
              |         ^^^^^
              |
              = help: only [emergency.NUMBER] with its trunks may name this line; it is never merged, renamed, announced or queued

            3 errors, 0 warnings
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
           = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`; `tools/announcements PLAN` speaks what a plan lacks

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
fn dp012_nobody_serves() {
    let row = "[queue.q]\noverflow = [{ after = \"30s\", to = \"general\" }]\n[hotline.12333]\nname = \"a\"\nmode = \"dual-number\"\nqueue = \"q\"\n";
    check_report(
        row,
        expect![[r#"
            warning[dp012]: no agent serves the queue `q`; callers of 12333 only wait for the overflow
             --> more.toml:6:9
              |
            1 | [queue.q]
              |        - nobody answers here
            ...
            6 | queue = "q"
              |         ^^^
              |
              = note: 12333 is dialled at any time (phase formal)
                        → to queue `q`, for an agent
                        → there is room: waits in queue `q` for an agent
              = help: give an agent queues = ["q"] and the skills the queue asks for

            error[dp035]: agents of 12345 cannot hand callers to 12333: nobody answers in the queue `q`, at any time
             --> more.toml:6:9
              |
            1 | [queue.q]
              |        - nobody answers here
            ...
            6 | queue = "q"
              |         ^^^
              |
              = note: a caller of 12345 is handed to 12333 at any time
                        → to queue `q`, for an agent
                        → there is room: waits in queue `q` for an agent
              = help: give an agent this queue and the skills it asks for; a hotline without seats of its own needs no `queue`

            1 error, 1 warning
        "#]],
    );
    check_report(
        &row.replace("overflow", "# overflow"),
        expect![[r#"
            error[dp012]: no agent serves the queue `q`; callers of 12333 would wait for ever
             --> more.toml:6:9
              |
            1 | [queue.q]
              |        - nobody answers here
            ...
            6 | queue = "q"
              |         ^^^
              |
              = note: 12333 is dialled at any time (phase formal)
                        → to queue `q`, for an agent
                        → there is room: waits in queue `q` for an agent
              = help: give an agent queues = ["q"] and the skills the queue asks for

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp013_queues_in_a_circle() {
    let rows = "[queue.a]\nfull = { to = \"b\" }\noverflow = [{ after = \"1s\", to = \"b\" }]\n[queue.b]\nfull = { to = \"a\" }\noverflow = [{ after = \"1s\", to = \"a\" }]\n";
    check_report(
        rows,
        expect![[r#"
            error[dp013]: callers can be passed round for ever when they are full: a → b → a
             --> more.toml:2:15
              |
            2 | full = { to = "b" }
              |               ^^^
            ...
            5 | full = { to = "a" }
              |               --- `b` passes on to `a`
              |
              = help: let one of them keep its callers: take its `full` out

            error[dp013]: callers can be passed round for ever while they wait: a → b → a
             --> more.toml:3:34
              |
            3 | overflow = [{ after = "1s", to = "b" }]
              |                                  ^^^
            ...
            6 | overflow = [{ after = "1s", to = "a" }]
              |                                  --- `b` passes on to `a`
              |
              = help: let one of them keep its callers: take its `overflow` out

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp014_unused() {
    check_report(
        "[queue.q]\n[wave.two]\n[trunk.t]\naddress = \"10.0.0.1\"\n",
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
fn dp017_contradiction() {
    check_report(
        "[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\nqueue = \"general\"\n",
        expect![[r#"
            error[dp017]: the seats of 12366 stay with the department, but no `trunk` leads there
             --> more.toml:1:10
              |
            1 | [hotline.12366]
              |          ^^^^^
              |
              = help: name its trunk, or say seats = "moved"

            error[dp017]: the seats of 12366 stay with the department, so it has no queue here
             --> more.toml:4:9
              |
            4 | queue = "general"
              |         ^^^^^^^^^
              |
              = help: take `queue` out; `overflow` says which queue its calls come back to

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp018_out_of_its_time() {
    expect![[r#"
        error[dp018]: callers of 12319 hear `merged` at 2021-12-31T00:00:00+08:00, but it may be played from the beginning to 2021-12-31T00:00:00+08:00
          --> base.toml:37:9
           |
         9 | announce = "merged"
           |            -------- has it played
        ...
        37 | until = 2021-12-31
           |         ^^^^^^^^^^
           |
           = note: 12319 is dialled at 2021-12-31T00:00:00+08:00 (phase formal)
                     → to queue `general`, for an agent
                     → there is room: waits in queue `general` for an agent
           = help: name another announcement there, or give this one more time

        1 error, 0 warnings
    "#]].assert_eq(&report(
        &GOOD.replace("must-hear", "until = 2021-12-31\nmust-hear"),
        "",
        false,
    ));
}

#[test]
fn dp019_twice() {
    check_report(
        "[queue.general]\n",
        expect![[r#"
            error[dp019]: the queue `general` stands twice
              --> more.toml:1:8
               |
             1 | [queue.general]
               |        ^^^^^^^
               |
              ::: base.toml:25:8
               |
            25 | [queue.general]
               |        ------- first here
               |
               = help: rename one, or put what both say into one

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp020_trunks_alike() {
    check_report(
        "[trunk.fire]\naddress = \"127.0.0.1:5110\"\ntrusted = true\n",
        expect![[r#"
            error[dp020]: requests from 127.0.0.1:5110 could be from `police` or from `fire`
              --> more.toml:2:11
               |
             2 | address = "127.0.0.1:5110"
               |           ^^^^^^^^^^^^^^^^
               |
              ::: base.toml:33:11
               |
            33 | address = "127.0.0.1:5110"
               |           ---------------- `police`
               |
               = help: give each its own address and port, or say whence one sends with `from`

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn a_way_out_when_full_and_back_by_overflow_is_no_circle() {
    let rows = "[queue.a]\nfull = { to = \"b\" }\n[queue.b]\noverflow = [{ after = \"1s\", to = \"a\" }]\n";
    assert!(!report(GOOD, rows, false).contains("dp013"));
}

/// The example of a code, as `check --explain` shows it.
#[track_caller]
fn check_example(code: &str, expected: Expect) {
    let explained = tongjie::dialplan::explain_code(code).unwrap();
    expected.assert_eq(&report(GOOD, explained.example, false));
}

#[test]
fn dp030_no_end() {
    check_example(
        "dp030",
        expect![[r#"
        warning[dp030]: callers of 12366 are refused when its trunk is down or busy
         --> more.toml:6:9
          |
        6 | trunk = "tax"
          |         ^^^^^
          |
          = note: 12366 is dialled at any time (phase formal)
                    → trunk `tax`
                    → the trunk is down, silent or refuses: refused
          = help: say where they go: overflow = { to = "general", when = ["down", "full"] }

        0 errors, 1 warning
    "#]],
    );
}

#[test]
fn dp031_never() {
    check_example(
        "dp031",
        expect![[r#"
        warning[dp014]: nobody uses the queue `a`
         --> more.toml:1:8
          |
        1 | [queue.a]
          |        ^
          |
          = help: send a hotline or an overflow to it, or take it out

        warning[dp031]: callers of `a` never overflow to `general` after 30s: `wait-max` lets them go after 20s
         --> more.toml:3:13
          |
        2 | wait-max = "20s"
          |            ----- the wait is over here
        3 | overflow = [{ after = "30s", to = "general" }]
          |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: let them overflow earlier, or wait longer

        0 errors, 2 warnings
    "#]],
    );
}

#[test]
fn dp032_heard_twice() {
    check_example(
        "dp032",
        expect![[r#"
        error[dp032]: callers of 12318 hear `merged`, and again as the music of the queue `a`
         --> more.toml:2:9
          |
        2 | music = "merged"
          |         ^^^^^^^^
        ...
        7 | [hotline.12318]
          |          ----- announces it
          |
          = note: 12318 is dialled at 2021-10-11T00:00:00+08:00 (phase trial)
                    → to queue `a`, for an agent
                    → there is room: waits in queue `a` for an agent
          = help: give the queue another `music`, or none: then it is a tone

        1 error, 0 warnings
    "#]],
    );
}

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
fn dp034_sent_back() {
    check_example(
        "dp034",
        expect![[r#"
        error[dp034]: a call that `tax` sends on to 12345 is sent back to it
         --> more.toml:3:11
          |
        3 | hotline = "12366"
          |           ^^^^^^^
        ...
        7 | trunk = "tax"
          |         ----- 12366 goes to that trunk
          |
          = note: 12345 is dialled on the trunk `tax` at any time
                    → the trunk's calls are for 12366
                    → trunk `tax`
          = help: take `hotline` (or the `access` of 12345) off the trunk: the number dialled says where to

        1 error, 0 warnings
    "#]],
    );
}

#[test]
fn dp035_no_transfer() {
    check_example(
        "dp035",
        expect![[r#"
            warning[dp012]: no agent serves the queue `books`; callers of 12318 only wait for the overflow
             --> more.toml:6:9
              |
            1 | [queue.books]
              |        ----- nobody answers here
            ...
            6 | queue = "books"
              |         ^^^^^^^
              |
              = note: 12318 is dialled at any time (phase formal)
                        → to queue `books`, for an agent
                        → there is room: waits in queue `books` for an agent
              = help: give an agent queues = ["books"] and the skills the queue asks for

            error[dp035]: agents of 12345 cannot hand callers to 12318: nobody answers in the queue `books`, at any time
             --> more.toml:6:9
              |
            1 | [queue.books]
              |        ----- nobody answers here
            ...
            6 | queue = "books"
              |         ^^^^^^^
              |
              = note: a caller of 12345 is handed to 12318 at any time
                        → to queue `books`, for an agent
                        → there is room: waits in queue `books` for an agent
              = help: give an agent this queue and the skills it asks for; a hotline without seats of its own needs no `queue`

            1 error, 1 warning
        "#]],
    );
}

#[test]
fn dp036_emergency_door() {
    check_example(
        "dp036",
        expect![[r#"
        error[dp036]: to bind 110 to 12319 on the trunk `carrier` would mean nothing: it is an emergency line
         --> more.toml:3:12
          |
        3 | access = { 110 = "12319" }
          |            ^^^
          |
          = help: an emergency line is bound to nothing: take it out

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
fn dp038_another_citys_area() {
    check_example(
        "dp038",
        expect![[r#"
            warning[dp038]: 0511-19990001 has an area code that is not the plan's 0510
             --> more.toml:1:10
              |
            1 | [hotline.0511-19990001]
              |          ^^^^^^^^^^^^^
              |
             ::: base.toml:6:13
              |
            6 | area-code = "0510"
              |             ------ the plan's
              |
              = help: correct the one or the other; a number of another city is a linked place, not a hotline

            0 errors, 1 warning
        "#]],
    );
}

#[test]
fn dp004_hours_and_days_that_are_none() {
    check_report(
        "[calendar.c]\nholidays = [\"2021-02-29\", \"1.10.\"]\nworking = [\"2021-10-07..2021-10-01\"]\n\
         [hours.h]\ncalendar = \"c\"\nweek = { mo = [\"08:30-12:00\"], tue-fri = [\"8:30-12:00\", \"13:30-25:00\"], sat = [\"22:00-00:00\"] }\n",
        expect![[r#"
            error[dp004]: `2021-02-29` is not a day or a stretch of at most a year
             --> more.toml:2:13
              |
            2 | holidays = ["2021-02-29", "1.10."]
              |             ^^^^^^^^^^^^
              |
              = help: write "2022-01-01" or "2021-10-01..2021-10-07"

            error[dp004]: `1.10.` is not a day or a stretch of at most a year
             --> more.toml:2:27
              |
            2 | holidays = ["2021-02-29", "1.10."]
              |                           ^^^^^^^
              |
              = help: write "2022-01-01" or "2021-10-01..2021-10-07"

            error[dp004]: `2021-10-07..2021-10-01` is not a day or a stretch of at most a year
             --> more.toml:3:12
              |
            3 | working = ["2021-10-07..2021-10-01"]
              |            ^^^^^^^^^^^^^^^^^^^^^^^^
              |
              = help: write "2022-01-01" or "2021-10-01..2021-10-07"

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

            7 errors, 0 warnings
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
              = help: closed = { to = "general" }, or { announce = "office-hours", status = 480 }

            error[dp005]: `to` is missing
              --> more.toml:10:10
               |
            10 | closed = {}
               |          ^^
               |
               = help: closed = { to = "general" }, or { announce = "office-hours", status = 480 }

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
fn dp021_two_owners_at_once() {
    check_report(
        "[hotline.old]\ndigits = \"12356\"\nname = \"old\"\nmode = \"full-merge\"\nwave = \"one\"\nuntil = 2025-01-02\n\
         [hotline.new]\ndigits = \"12356\"\nname = \"new\"\nmode = \"full-merge\"\nnumber = \"kept\"\nfrom = 2025-01-01\n",
        expect![[r#"
            error[dp021]: 12356 belongs to `old` and to `new` from 2025-01-01T00:00:00+08:00 to 2025-01-02T00:00:00+08:00
              --> more.toml:12:8
               |
             6 | until = 2025-01-02
               |         ---------- `old` has it until then
            ...
            12 | from = 2025-01-01
               |        ^^^^^^^^^^
               |
               = help: let `until` of the one be `from` of the next: a period does not include its end

            1 error, 0 warnings
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
fn dp025_an_announcement_without_the_language() {
    check_report(
        "[hotline.12333]\nname = \"people\"\nmode = \"full-merge\"\nwave = \"one\"\nlanguage = \"en\"\n",
        expect![[r#"
            warning[dp025]: callers of 12333 hear `merged` in another language than theirs
              --> more.toml:5:12
               |
             5 | language = "en"
               |            ^^^^
               |
              ::: base.toml:35:15
               |
            35 | [announcement.merged]
               |               ------ it has no variant in that language
               |
               = note: 12333 is dialled at 2021-10-11T00:00:00+08:00 (phase trial)
                         → to queue `general`, for an agent
                         → there is room: waits in queue `general` for an agent
               = help: give it variants = [{ language = "en", file = "…" }]

            0 errors, 1 warning
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

            error[dp007]: there is no hours `offce`
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

/// A sub-center on a trunk of its own.
const TAX: &str = "[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\nmode = \"sub-center\"\nwave = \"one\"\ntrunk = \"tax\"\noverflow = { to = \"general\" }\n";

/// Hours, and a queue of its own for 12333.
const OFFICE: &str = "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n";

fn dedicated(keys: &str) -> String {
    format!(
        "[queue.hrss]\n{keys}\n[hotline.12333]\nname = \"people\"\nmode = \"dual-number\"\nwave = \"one\"\nqueue = \"hrss\"\nskill = \"hrss\"\n"
    )
}

#[test]
fn dp035_one_person_has_nobody_to_hand_callers_to() {
    let base = GOOD.replace("queues = [\"general\"]", "queues = [\"general\", \"hrss\"]");
    expect![[r#"
        warning[dp035]: agent 1 alone serves the queue `hrss` of 12333 and 12345: he has nobody to hand callers to
          --> more.toml:7:9
           |
         7 | queue = "hrss"
           |         ^^^^^^
           |
          ::: base.toml:27:8
           |
        27 | [agent.1]
           |        - the only one who answers either
           |
           = note: a caller of 12345 is handed to 12333 at 2021-10-11T00:00:00+08:00
                     → agent 1 would be handed his own caller
           = help: give another agent the queue `hrss`, or one of 12345's

        0 errors, 1 warning
    "#]].assert_eq(&report(&base, &dedicated(""), false));
    // Two will do, also where each of them serves both.
    let two = format!(
        "{}[agent.2]\npassword = \"y\"\nqueues = [\"general\", \"hrss\"]\nskills = [\"*\"]\n",
        dedicated("")
    );
    assert_eq!(report(&base, &two, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp035_nobody_at_12345_while_the_others_are_there() {
    let base =
        GOOD.replace("mode = \"direct\"", "mode = \"direct\"\nhours = \"office\"\nclosed = { status = 480 }");
    let agent = "[agent.2]\npassword = \"y\"\nqueues = [\"hrss\"]\nskills = [\"hrss\"]\n";
    let more = format!("{OFFICE}{TAX}{}{agent}", dedicated(""));
    expect![[r#"
        error[dp035]: callers of 12333, 12366 cannot be handed to 12345 from 2021-10-11T00:00:00+08:00 to 2021-10-11T08:30:00+08:00: nobody takes them there
          --> base.toml:14:9
           |
        14 | hours = "office"
           |         ^^^^^^^^
           |
          ::: more.toml:13:10
           |
        13 | [hotline.12333]
           |          ----- 12333 is open then
           |
           = note: a caller of 12333 is handed to 12345 at 2021-10-11T00:00:00+08:00
                     → refused
           = help: let someone answer 12345 then: closed = { to = "…" } names a queue that is staffed; or let the hotline close too

        warning[dp041]: 12345 itself is closed and refuses, from 2021-09-26T00:00:00+08:00 to 2021-09-27T08:30:00+08:00
          --> base.toml:14:9
           |
        14 | hours = "office"
           |         ^^^^^^^^
           |
           = note: 12345 is dialled at 2021-09-26T00:00:00+08:00 (phase formal), while it is closed
           = help: let `closed` go to a queue that is staffed then, or take its `hours` out

        1 error, 1 warning
    "#]].assert_eq(&report(&base, &more, false));
    // Those who close when 12345 does have nobody to hand over then; nor does anyone where 12345 is served all the same.
    let closes = "hours = \"office\"\nclosed = { status = 480 }\n";
    let same = format!("{OFFICE}{}{closes}{agent}", dedicated(""));
    assert!(!report(&base, &same, false).contains("dp035"));
    let served = base.replace("closed = { status = 480 }", "closed = { to = \"general\" }");
    assert!(!report(&served, &more, false).contains("dp035"));
}

#[test]
fn dp035_seats_that_are_there_in_office_hours_only_are_demanded_then() {
    // The dedicated seats close into the general queue: at night there is nobody to hand over to, and none is missed.
    let keys = "hours = \"office\"\nclosed = { to = \"general\" }";
    let agent = "[agent.2]\npassword = \"y\"\nqueues = [\"hrss\"]\nskills = [\"hrss\"]\n";
    let well = format!("{OFFICE}{}{agent}", dedicated(keys));
    assert_eq!(report(GOOD, &well, false), "0 errors, 0 warnings\n");
    let spills = format!("{keys}\noverflow = [{{ after = \"30s\", to = \"general\" }}]");
    expect![[r#"
        error[dp035]: agents of 12345 cannot hand callers to 12333: nobody answers in the queue `hrss` with the skill `hrss`, from 2021-10-11T08:30:00+08:00 to 2021-10-11T17:30:00+08:00
          --> more.toml:11:9
           |
         3 | [queue.hrss]
           |        ---- nobody answers here
        ...
        11 | queue = "hrss"
           |         ^^^^^^
           |
           = note: a caller of 12345 is handed to 12333 at 2021-10-11T08:30:00+08:00
                     → to queue `hrss`, for an agent with `hrss`
                     → there is room: waits in queue `hrss` for an agent with `hrss`
           = help: give an agent this queue and the skills it asks for; a hotline without seats of its own needs no `queue`

        warning[dp012]: no agent serves the queue `hrss` with the skill `hrss`; callers of 12333 only wait for the overflow
          --> more.toml:12:9
           |
         3 | [queue.hrss]
           |        ---- nobody answers here
        ...
        12 | skill = "hrss"
           |         ^^^^^^
           |
           = note: 12333 is dialled at 2021-10-11T08:30:00+08:00 (phase trial)
                     → to queue `hrss`, for an agent with `hrss`
                     → there is room: waits in queue `hrss` for an agent with `hrss`
           = help: give an agent queues = ["hrss"] and the skill `hrss` (or skills = ["*"])

        1 error, 1 warning
    "#]].assert_eq(&report(GOOD, &format!("{OFFICE}{}", dedicated(&spills)), false));
}

#[test]
fn dp035_a_trunk_on_which_12345_is_taken_for_another() {
    let bound = TAX.replace("[hotline", "hotline = \"12319\"\n[hotline");
    expect![[r#"
        error[dp035]: a caller whom 12366 hands to 12345 on the trunk `tax` is taken for a call of 12319
         --> more.toml:3:11
          |
        3 | hotline = "12319"
          |           ^^^^^^^
        ...
        8 | trunk = "tax"
          |         ----- calls to them go to that trunk, and theirs come back on it
          |
          = note: 12345 is dialled on the trunk `tax` at 2021-10-11T00:00:00+08:00
                    → taken for a call of 12319
          = help: let the number dialled say what a call is for: take this off the trunk

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(GOOD, &bound, false));
    // One trunk of two on which it is 12345 will do.
    let two = bound.replace("trunk = \"tax\"", "trunk = [\"tax\", \"tax-b\"]")
        + "[trunk.tax-b]\naddress = \"10.0.0.2\"\n";
    assert_eq!(report(GOOD, &two, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp035_a_trunk_on_which_nothing_says_what_12345_is_for() {
    let peer = "[linked.jiangyin]\nname = \"江阴市12345\"\nkind = \"peer\"\nnumber = \"12345\"\ntrunk = \"peer\"\n\
                [trunk.peer]\naddress = \"10.0.0.1\"\nidentify = [\"access\"]\n";
    expect![[r#"
        error[dp035]: a caller whom jiangyin hands to 12345 on the trunk `peer` is refused: nothing says what it is for
         --> more.toml:8:12
          |
        5 | trunk = "peer"
          |         ------ calls to them go to that trunk, and theirs come back on it
        ...
        8 | identify = ["access"]
          |            ^^^^^^^^^^
          |
          = note: 12345 is dialled on the trunk `peer`
                    → refused: nothing says what it is for
          = help: let the number dialled say what a call is for: add "request-uri" to `identify`

        1 error, 0 warnings
    "#]].assert_eq(&report(GOOD, peer, false));
}

#[test]
fn dp035_a_peer_without_a_trunk() {
    check_report(
        "[linked.jiangyin]\nname = \"江阴市12345\"\nkind = \"peer\"\nnumber = \"12345\"\n",
        expect![[r#"
            error[dp035]: `jiangyin` is a peer platform, but no `trunk` leads there
             --> more.toml:3:8
              |
            3 | kind = "peer"
              |        ^^^^^^
              |
              = help: name its trunk; a place that callers are only told of is a utility, or out-of-scope

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp033_sent_on_to_a_queue_that_is_closed() {
    let more = format!(
        "{OFFICE}{}[queue.back]\nhours = \"office\"\nclosed = {{ status = 480 }}\n[agent.2]\npassword = \"y\"\nqueues = [\"back\"]\nskills = [\"*\"]\n",
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

#[test]
fn dp041_12345_itself() {
    let base = |keys: &str| {
        report(&GOOD.replace("mode = \"direct\"", &format!("mode = \"direct\"\n{keys}")), OFFICE, false)
    };
    expect![[r#"
        warning[dp041]: 12345 itself is closed and refuses, from 2021-09-26T00:00:00+08:00 to 2021-09-27T08:30:00+08:00
          --> base.toml:14:9
           |
        14 | hours = "office"
           |         ^^^^^^^^
           |
           = note: 12345 is dialled at 2021-09-26T00:00:00+08:00 (phase formal), while it is closed
           = help: let `closed` go to a queue that is staffed then, or take its `hours` out

        0 errors, 1 warning
    "#]].assert_eq(&base("hours = \"office\"\nclosed = { status = 480 }"));
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

        1 error, 1 warning
    "#]]
    .assert_eq(&base("until = 2030-01-01\nhours = \"office\"\nclosed = { to = \"general\" }"));
    for keys in
        ["ingress = \"transfer-only\"", "number = \"cancelled\"\nformal = 2021-12-01\ncancel = 2022-01-01"]
    {
        assert!(
            base(keys).contains("error[dp041]: 12345 itself comes to no queue"),
            "{keys}\n{}",
            base(keys)
        );
    }
}

#[test]
fn dp018_what_an_alias_or_an_unknown_number_plays() {
    let base =
        GOOD.replace("announce = \"merged\"", "announce = \"merged\"\nunknown = { announce = \"old\" }");
    let more = "[announcement.old]\nfile = \"o.wav\"\nuntil = 2021-12-01\n[alias]\n12331 = { to = \"12319\", announce = \"old\" }\n";
    expect![[r#"
        error[dp018]: callers of 12331 hear `old` at 2021-12-01T00:00:00+08:00, but it may be played from the beginning to 2021-12-01T00:00:00+08:00
         --> more.toml:3:9
          |
        3 | until = 2021-12-01
          |         ^^^^^^^^^^
        4 | [alias]
        5 | 12331 = { to = "12319", announce = "old" }
          |                                    ----- has it played
          |
          = note: 12331, an alias of 12319 is dialled at 2021-12-01T00:00:00+08:00 (phase formal)
                    → to queue `general`, for an agent
                    → there is room: waits in queue `general` for an agent
          = help: name another announcement there, or give this one more time

        error[dp018]: callers of numbers the plan does not have hear `old` at 2021-12-01T00:00:00+08:00, but it may be played from the beginning to 2021-12-01T00:00:00+08:00
          --> more.toml:3:9
           |
         3 | until = 2021-12-01
           |         ^^^^^^^^^^
           |
          ::: base.toml:10:24
           |
        10 | unknown = { announce = "old" }
           |                        ----- has it played
           |
           = note: a number the plan does not have is dialled at 2021-12-01T00:00:00+08:00
                     → hears `old`: refused
           = help: name another announcement there, or give this one more time

        2 errors, 0 warnings
    "#]].assert_eq(&report(&base, more, false));
}

#[test]
fn dp021_a_number_that_ends_and_what_still_leads_there() {
    let more = "[hotline.expo]\ndigits = \"12399\"\nname = \"a\"\nmode = \"full-merge\"\nnumber = \"kept\"\nuntil = 2022-11-01\n";
    check_report(
        more,
        expect![[r#"
        warning[dp021]: 12399 is nobody's from 2022-11-01T00:00:00+08:00 on: its callers meet what any unknown number meets
         --> more.toml:6:9
          |
        1 | [hotline.expo]
          |          ---- its last owner
        ...
        6 | until = 2022-11-01
          |         ^^^^^^^^^^
          |
          = help: to end a number, give it `cancel`: then its callers hear why; or write the row of its next owner

        0 errors, 1 warning
    "#]],
    );
    let led = format!(
        "{more}[alias]\n12398 = \"12399\"\n[trunk.carrier]\naddress = \"10.0.0.1\"\naccess = {{ \"0510-88886666\" = \"12398\", \"0510-88886667\" = \"12399\" }}\n"
    );
    check_report(
        &led,
        expect![[r#"
            warning[dp021]: 12399 is nobody's from 2022-11-01T00:00:00+08:00 on: its callers meet what any unknown number meets
             --> more.toml:6:9
              |
            1 | [hotline.expo]
              |          ---- its last owner
            ...
            6 | until = 2022-11-01
              |         ^^^^^^^^^^
              |
              = help: to end a number, give it `cancel`: then its callers hear why; or write the row of its next owner

            0 errors, 1 warning
        "#]],
    );
}

#[test]
fn dp006_a_number_bound_to_another_hotline_than_its_own() {
    check_report(
        "[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\n[trunk.carrier]\naddress = \"10.0.0.1\"\n\
         access = { 12319 = \"12318\", \"88886666\" = \"12318\", \"0510-88886666\" = \"12319\", 12345 = \"12319\" }\n",
        expect![[r#"
            error[dp006]: calls for 12319 on the trunk `carrier` would be taken for 12318's
              --> more.toml:7:12
               |
             7 | access = { 12319 = "12318", "88886666" = "12318", "0510-88886666" = "12319", 12345 = "12319" }
               |            ^^^^^
               |
              ::: base.toml:20:10
               |
            20 | [hotline.12319]
               |          ----- it is a hotline of its own
               |
               = help: a hotline's own number needs no binding: take it out

            error[dp006]: 051088886666 is bound twice on the trunk `carrier`
             --> more.toml:7:29
              |
            7 | access = { 12319 = "12318", "88886666" = "12318", "0510-88886666" = "12319", 12345 = "12319" }
              |                             ^^^^^^^^^^            --------------- first here
              |
              = help: a number means one hotline: take one of the two out

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp008_too_many_aliases_in_a_row() {
    let chain: String = (1..20)
        .map(|i| {
            format!(
                "126{:02} = \"{}\"\n",
                i,
                if i == 1 { "12319".to_owned() } else { format!("126{:02}", i - 1) }
            )
        })
        .collect();
    check_report(
        &format!("[alias]\n{chain}"),
        expect![[r#"
            error[dp008]: 12609 is more than 8 aliases away from its hotline
              --> more.toml:10:1
               |
            10 | 12609 = "12608"
               | ^^^^^
               |
               = help: let it name the hotline itself; whatever is in front of it is nearer then, too

            1 error, 0 warnings
        "#]],
    );
    let circle: String = (0..20).map(|i| format!("126{:02} = \"126{:02}\"\n", i, (i + 1) % 20)).collect();
    check_report(
        &format!("[alias]\n{circle}12700 = \"12605\"\n"),
        expect![[r#"
            error[dp008]: these aliases lead back to themselves: 12600 → 12601 → 12602 → 12603 → 12604 → 12605 → 12606 → 12607 → … → 12600
             --> more.toml:2:1
              |
            2 | 12600 = "12601"
              | ^^^^^
              |
              = help: let one of them name a hotline

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp019_a_way_named_twice() {
    let base = GOOD.replace("119 = { trunks = [\"police\"] }", "119 = { trunks = [\"police\", \"police\"] }");
    expect![[r#"
        error[dp019]: 119 names the trunk `police` twice: it is tried once
          --> base.toml:41:18
           |
        41 | 119 = { trunks = ["police", "police"] }
           |                  ^^^^^^^^^^^^^^^^^^^^
           |
           = help: name the second trunk that was meant, or each only once

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&base, "", false));
}

#[test]
fn dp004_what_would_end_a_call_at_once_or_never_begin_one() {
    let base = GOOD
        .replace("[queue.general]", "[queue.general]\nwait-max = \"0s\"")
        .replace("119 = { trunks = [\"police\"] }", "119 = { trunks = [\"police\"], no-answer = \"0s\" }")
        .replace("trial = 2021-10-11", "trial = 0221-10-11");
    let more = "[announcement.none]\nfile = \"n.wav\"\n[trunk.t]\naddress = [\"224.0.0.1:5060\", \"0.0.0.0:5060\"]\nfrom = []\nring = \"1s\"\n";
    expect![[r#"
        warning[dp050]: the year 221 is hardly meant
          --> base.toml:16:9
           |
        16 | trial = 0221-10-11
           |         ^^^^^^^^^^
           |
           = help: correct the year; what holds for ever needs no date

        error[dp004]: everyone would be let go at once
          --> base.toml:26:12
           |
        26 | wait-max = "0s"
           |            ^^^^
           |
           = help: let them wait, or take `wait-max` out

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

        error[dp004]: no call would be known as this trunk's
         --> more.toml:5:8
          |
        5 | from = []
          |        ^^
          |
          = help: name an address, or take `from` out: then they come from `address`

        error[dp004]: nobody answers that fast
         --> more.toml:6:8
          |
        6 | ring = "1s"
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
fn dp017_keys_that_would_mean_nothing() {
    let more = TAX.replace("to = \"general\"", "to = \"general\", when = []")
        + "[hotline.12367]\nname = \"a\"\nmode = \"sub-center\"\ntrunk = \"tax\"\ningress = \"transfer-only\"\n\
           [alias]\n12368 = \"12367\"\n[hotline.12318]\nname = \"b\"\nmode = \"dual-number\"\nqueue = \"general\"\nlegacy = { trunk = \"tax\" }\n";
    check_report(
        &more,
        expect![[r#"
        error[dp017]: the calls of 12366 would never come back, so `overflow` would mean nothing
         --> more.toml:8:37
          |
        8 | overflow = { to = "general", when = [] }
          |                                     ^^
          |
          = help: say when = ["down", "full"], or take `overflow` out

        error[dp017]: 12367 is only transferred to: whoever is led there is refused
          --> more.toml:15:9
           |
        13 | ingress = "transfer-only"
           |           --------------- it is not for callers from outside
        14 | [alias]
        15 | 12368 = "12367"
           |         ^^^^^^^
           |
           = help: name a hotline that callers may dial, or take this out

        error[dp017]: 12318 has no trial before which `legacy` would hold
          --> more.toml:20:10
           |
        20 | legacy = { trunk = "tax" }
           |          ^^^^^^^^^^^^^^^^^
           |
           = help: give it (or its wave) `trial`, or take `legacy` out

        3 errors, 0 warnings
    "#]],
    );
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
        let more = format!("[trunk.t]\naddress = \"10.0.0.1\"\n{keys}\n");
        assert_eq!(report(GOOD, &more, false), "0 errors, 0 warnings\n", "{keys}");
    }
}

#[test]
fn dp025_what_intercepts_and_queues_say() {
    let base = GOOD
        .replace("announce = \"merged\"", "announce = \"merged\"\nintercept = \"gone\"")
        .replace("must-hear", "variants = [{ language = \"en\", file = \"m-en.wav\" }]\nmust-hear")
        .replace("[queue.general]", "[queue.general]\nfull = { announce = \"busy\" }\nmusic = \"waltz\"");
    let more = format!(
        "{OFFICE}[queue.q]\nhours = \"office\"\nclosed = {{ to = \"general\", announce = \"night\" }}\n[agent.2]\npassword = \"y\"\nqueues = [\"q\"]\nskills = [\"*\"]\n\
         [announcement.gone]\nfile = \"g.wav\"\n[announcement.busy]\nfile = \"b.wav\"\n[announcement.night]\nfile = \"n.wav\"\n[announcement.waltz]\nfile = \"w.wav\"\n\
         [hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\nqueue = \"q\"\nlanguage = \"en\"\n"
    );
    expect![[r#"
        warning[dp025]: callers of 12318 hear `busy` in another language than theirs
          --> more.toml:23:12
           |
        12 | [announcement.busy]
           |               ---- it has no variant in that language
        ...
        23 | language = "en"
           |            ^^^^
           |
           = note: 12318 is dialled at 2021-10-11T00:00:00+08:00 (phase trial), while it is closed
                     → to queue `general`, for an agent
                     → it is full: refused, as `general` says
           = help: give it variants = [{ language = "en", file = "…" }]

        warning[dp025]: callers of 12318 hear `gone` in another language than theirs
          --> more.toml:23:12
           |
        10 | [announcement.gone]
           |               ---- it has no variant in that language
        ...
        23 | language = "en"
           |            ^^^^
           |
           = note: 12318 is dialled at 2022-01-01T00:00:00+08:00 (phase cancelled)
                     → hears `gone`: intercepted
           = help: give it variants = [{ language = "en", file = "…" }]

        warning[dp025]: callers of 12318 hear `night` in another language than theirs
          --> more.toml:23:12
           |
        14 | [announcement.night]
           |               ----- it has no variant in that language
        ...
        23 | language = "en"
           |            ^^^^
           |
           = note: 12318 is dialled at 2021-10-11T00:00:00+08:00 (phase trial), while it is closed
                     → to queue `general`, for an agent
                     → there is room: waits in queue `general` for an agent
           = help: give it variants = [{ language = "en", file = "…" }]

        0 errors, 3 warnings
    "#]]
    .assert_eq(&report(&base, &more, false));
    let spoken = ["g", "b", "n"].iter().fold(more, |more, name| {
        more.replace(
            &format!("file = \"{name}.wav\""),
            &format!("file = \"{name}.wav\"\nvariants = [{{ language = \"en\", file = \"{name}-en.wav\" }}]"),
        )
    });
    assert_eq!(report(&base, &spoken, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp032_one_recording_under_two_names() {
    let more = "[announcement.waltz]\nfile = \"audio/merged.alaw\"\n[queue.q]\nmusic = \"waltz\"\n[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\nqueue = \"q\"\n[agent.2]\npassword = \"y\"\nqueues = [\"q\"]\nskills = [\"*\"]\n";
    check_report(
        more,
        expect![[r#"
            error[dp032]: callers of 12318 hear `merged`, and then the same as `waltz`, the music of the queue `q`
             --> more.toml:4:9
              |
            4 | music = "waltz"
              |         ^^^^^^^
            5 | [hotline.12318]
              |          ----- announces it
              |
              = note: 12318 is dialled at 2021-10-11T00:00:00+08:00 (phase trial)
                        → to queue `q`, for an agent
                        → there is room: waits in queue `q` for an agent
              = help: give the queue another `music`, or none: then it is a tone

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp034_12345_dialled_where_it_is_our_own() {
    let row = TAX.replace("trunk = \"tax\"", "trunk = \"tax\"\ndial = \"12345\"");
    assert_eq!(report(GOOD, &row, false), "0 errors, 0 warnings\n");
    check_report(
        &row.replace("[hotline", "trusted = true\n[hotline"),
        expect![[r#"
        warning[dp034]: for `12366`, 12345 is dialled on the trunk `tax`, and there 12345 is this plan's own
         --> more.toml:9:8
          |
        1 | [trunk.tax]
          |        --- brings callers of 12345: a carrier's trunk
        ...
        9 | dial = "12345"
          |        ^^^^^^^
          |
          = help: dial the number the place has beside 12345, or give it a trunk of its own

        0 errors, 1 warning
    "#]],
    );
}
