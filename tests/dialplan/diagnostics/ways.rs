//! Where a call may end: staffed queues, circles, ways too long, what is heard on them.

use expect_test::expect;

use super::*;

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
fn a_way_out_when_full_and_back_by_overflow_is_no_circle() {
    let rows = "[queue.a]\nfull = { to = \"b\" }\n[queue.b]\noverflow = [{ after = \"1s\", to = \"a\" }]\n";
    assert!(!report(GOOD, rows, false).contains("dp013"));
}

#[test]
fn dp030_a_circle_that_a_closed_queue_closes() {
    let more = format!(
        "{OFFICE}[queue.a]\nfull = {{ to = \"b\" }}\nwaiting = 5\n[queue.b]\nhours = \"office\"\nclosed = {{ to = \"a\" }}\n\
         [agent.2]\npassword = \"x\"\nqueues = [\"a\", \"b\"]\nskills = [\"*\"]\n\
         [hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"a\"\n"
    );
    check_report(
        &more,
        expect![[r#"
        error[dp030]: no call is sent through more than 8 full queues, and `a` would be one too many
         --> more.toml:3:8
          |
        3 | [queue.a]
          |        ^
          |
          = note: 12318 is dialled at 2021-09-27T08:30:00+08:00 (phase formal)
                    → to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → there is room: waits in queue `b` for an agent
                    → it closes while he waits: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: to queue `b`, for an agent
                    → it is closed by then: to queue `a`, for an agent
                    → it is full: refused after `a`: no call is sent through more
          = help: make the chain of queues shorter

        1 error, 0 warnings
    "#]],
    );
}

#[test]
fn dp030_no_end() {
    check_report(
        &format!("{}\n{CARRIER}", tongjie::dialplan::explain_code("dp030").unwrap().example),
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
fn dp034_sent_back() {
    check_report(
        &format!("{}\n{CARRIER}", tongjie::dialplan::explain_code("dp034").unwrap().example),
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

/// `zh` is spoken in `zh-CN`, and `EN` is `en`.
#[test]
fn dp025_tags_are_compared_as_tags() {
    let base =
        GOOD.replace("must-hear", "variants = [{ language = \"en\", file = \"m-en.wav\" }]\nmust-hear");
    let row = |language: &str| {
        format!(
            "[hotline.12333]\nname = \"people\"\nmode = \"full-merge\"\nwave = \"one\"\nlanguage = \"{language}\"\n"
        )
    };
    for language in ["zh", "zh-CN", "zh-cn", "EN", "en"] {
        assert_eq!(report(&base, &row(language), false), "0 errors, 0 warnings\n", "{language}");
    }
    assert!(report(&base, &row("z"), false).contains("dp025"));
    let twice = base.replace("variants = [", "variants = [{ language = \"EN\", file = \"n.wav\" }, ");
    assert!(report(&twice, "", false).contains("has two recordings in `en`"));
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

/// A queue that closes on those who wait said to them, as the reason, what they had been told before.
#[test]
fn dp032_refused_with_what_was_announced() {
    let more = "[hours.o]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.q]\nhours = \"o\"\nclosed = { announce = \"merged\", status = 480 }\n[hotline.12318]\nname = \"a\"\nmode = \"full-merge\"\nwave = \"one\"\nqueue = \"q\"\nclosed = { to = \"general\" }\nhours = \"o\"\n[agent.2]\npassword = \"y\"\nqueues = [\"q\"]\nskills = [\"*\"]\n";
    check_report(
        more,
        expect![[r#"
        error[dp032]: callers of 12318 hear `merged`, and again when the queue `q` has closed on them
         --> more.toml:5:10
          |
        5 | closed = { announce = "merged", status = 480 }
          |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        6 | [hotline.12318]
          |          ----- announces it
          |
          = note: 12318 is dialled at 2021-10-11T08:30:00+08:00 (phase trial)
                    → to queue `q`, for an agent
                    → there is room: waits in queue `q` for an agent
                    → it closes while he waits: refused, as `q` says
          = help: give `closed` of the queue another `announce`: one that says why the call ends

        1 error, 0 warnings
    "#]],
    );
    let full = "[queue.r]\nwaiting = 1\nfull = { announce = \"merged\", status = 486 }\n[agent.3]\npassword = \"y\"\nqueues = [\"r\"]\nskills = [\"*\"]\n";
    let led = more.replace("closed = { announce = \"merged\", status = 480 }", "closed = { to = \"r\" }");
    check_report(
        &format!("{led}{full}"),
        expect![[r#"
        error[dp032]: callers of 12318 hear `merged`, and again when theirs has closed and the queue `r` is full
          --> more.toml:19:8
           |
         6 | [hotline.12318]
           |          ----- announces it
        ...
        19 | full = { announce = "merged", status = 486 }
           |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: 12318 is dialled at 2021-10-11T08:30:00+08:00 (phase trial)
                     → to queue `q`, for an agent
                     → there is room: waits in queue `q` for an agent
                     → it closes while he waits: to queue `r`, for an agent
                     → it is full: refused, as `r` says
           = help: give `full` of the queue another `announce`: one that says why the call ends

        1 error, 0 warnings
    "#]],
    );
}

#[test]
fn dp030_a_way_back_for_closing_alone_is_none_for_a_trunk_that_fails() {
    let row = |when: &str| {
        TAX.replace("to = \"general\"", &format!("to = \"general\", when = [{when}]"))
            + &format!("hours = \"office\"\n{CARRIER}{OFFICE}")
    };
    check_report(
        &row("\"closed\""),
        expect![[r#"
        warning[dp030]: callers of 12366 are refused when its trunk is down or busy
         --> more.toml:7:9
          |
        7 | trunk = "tax"
          |         ^^^^^
          |
          = note: 12366 is dialled at 2021-10-11T08:30:00+08:00 (phase trial)
                    → trunk `tax`
                    → the trunk is down, silent or refuses: refused
          = help: say where they go: overflow = { to = "general", when = ["down", "full"] }

        0 errors, 1 warning
    "#]],
    );
    // Where some failure is named, the others are refused on purpose; `closed` is then said otherwise.
    for when in ["\"closed\", \"no-answer\"", "\"down\", \"closed\""] {
        assert_eq!(report(GOOD, &row(when), false), "0 errors, 0 warnings\n", "{when}");
    }
}
