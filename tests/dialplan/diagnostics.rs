//! What each fault looks like to a person: one small bad plan a code.

use expect_test::{Expect, expect};
use tongjie::dialplan::{Audio, Report, Sources, check};

/// A plan without a fault.
pub(super) const GOOD: &str = r#"[plan]
name = "city"
time-zone = "Asia/Shanghai"
area-code = "0510"
number = "12345"
general-queue = "general"
announce = "merged"
[hotline.12345]
name = "the city"
mode = "direct"
[wave.one]
trial = 2021-10-11
formal = 2021-12-01
cancel = 2022-01-01
[hotline.12319]
name = "streets"
mode = "full-merge"
wave = "one"
[queue.general]
[agent.1]
password = "x"
queues = ["general"]
skills = ["*"]
[trunk.police]
address = "127.0.0.1:5110"
[announcement.merged]
file = "m.wav"
must-hear = "3s"
[emergency]
110 = { trunks = ["police"] }
119 = { trunks = ["police"] }
120 = { trunks = ["police"] }
122 = { trunks = ["police"] }
"#;

/// One second of silence for every file.
struct Silence;

impl Audio for Silence {
    fn read(&self, file: &str) -> std::io::Result<Vec<u8>> {
        match file {
            "short.alaw" => Ok(vec![0xd5; 8000]),
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
              ::: base.toml:15:10
               |
            15 | [hotline.12319]
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
              ::: base.toml:13:10
               |
            13 | formal = 2021-12-01
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
              --> base.toml:30:1
               |
            30 | 110 = { trunks = ["police"] }
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
        error[dp011]: cannot read the recording `m.wav`: entity not found
          --> base.toml:27:8
           |
        27 | file = "m.wav"
           |        ^^^^^^^
           |
           = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`; tools/announcements makes all of a plan's

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(GOOD, "", true));
    expect![[r#"
        error[dp011]: `short.alaw` lasts 1000 ms, less than its `must-hear`
          --> base.toml:27:8
           |
        27 | file = "short.alaw"
           |        ^^^^^^^^^^^^
           |
           = help: shorten `must-hear`, or see whether the recording is whole

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&GOOD.replace("m.wav", "short.alaw"), "", true));
    expect![[r#"
        error[dp011]: `../m.wav` leaves the plan directory
          --> base.toml:27:8
           |
        27 | file = "../m.wav"
           |        ^^^^^^^^^^
           |
           = help: put the recording below the plan, in audio/

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&GOOD.replace("m.wav", "../m.wav"), "", true));
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
            6 | queue = "q"
              |         ^^^
              |
              = help: give an agent queues = ["q"] and the skill, or skills = ["*"]

            0 errors, 1 warning
        "#]],
    );
    check_report(
        &row.replace("overflow", "# overflow"),
        expect![[r#"
            error[dp012]: no agent serves the queue `q`; callers of 12333 would wait for ever
             --> more.toml:6:9
              |
            6 | queue = "q"
              |         ^^^
              |
              = help: give an agent queues = ["q"] and the skill, or skills = ["*"]

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp013_queues_in_a_circle() {
    let rows = "[queue.a]\nfull = { to = \"b\" }\n[queue.b]\noverflow = [{ after = \"1s\", to = \"a\" }]\n";
    check_report(
        rows,
        expect![[r#"
            error[dp013]: callers can be passed round for ever: a → b → a
             --> more.toml:1:8
              |
            1 | [queue.a]
              |        ^
              |
              = help: let one of them keep its callers: take its `overflow` or `full` out

            1 error, 0 warnings
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

            warning[dp014]: nobody uses the trunk `t`
             --> more.toml:3:8
              |
            3 | [trunk.t]
              |        ^
              |
              = help: it can neither bring nor take calls; take it out

            0 errors, 3 warnings
        "#]],
    );
}

#[test]
fn dp015_zone() {
    expect![[r#"
        error[dp015]: `Asia/Wuxi` is not a time zone
         --> base.toml:3:13
          |
        3 | time-zone = "Asia/Wuxi"
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
        error[dp018]: 12319 plays `merged` from 2021-12-01T00:00:00+08:00 to 2022-01-01T00:00:00+08:00, but it may be played from the beginning to 2021-12-31T00:00:00+08:00
          --> base.toml:26:15
           |
        15 | [hotline.12319]
           |          ----- plays it
        ...
        26 | [announcement.merged]
           |               ^^^^^^
           |
           = help: give the hotline another announcement, or the announcement more time

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
              ::: base.toml:19:8
               |
            19 | [queue.general]
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
              ::: base.toml:25:11
               |
            25 | address = "127.0.0.1:5110"
               |           ---------------- `police`
               |
               = help: give each its own address and port, or say whence one sends with `from`

            1 error, 0 warnings
        "#]],
    );
}
