//! Handing callers over and back, emergency lines, and 12345 itself.

use expect_test::expect;

use super::*;

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

/// 12333 with a queue of its own.
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
    let more = format!("{OFFICE}{TAX}{}{agent}{CARRIER}", dedicated(""));
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
fn dp042_no_way_in() {
    check_example(
        "dp042",
        expect![[r#"
        warning[dp042]: a call of 12345 on the trunk `carrier` is no hotline's call, and refused: no trunk brings 12345
         --> more.toml:4:12
          |
        4 | identify = ["history-info", "diversion"]
          |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: let the number dialled say what a call is for: "request-uri" in `identify`, and no `hotline` for the whole trunk

        0 errors, 1 warning
    "#]],
    );
    let bound = "[trunk.old]\naddress = \"10.0.0.1\"\nhotline = \"12319\"\n";
    check_report(
        bound,
        expect![[r#"
        warning[dp042]: a call of 12345 on the trunk `old` is a call for 12319: no trunk brings 12345
         --> more.toml:3:11
          |
        3 | hotline = "12319"
          |           ^^^^^^^
          |
          = help: let the number dialled say what a call is for: "request-uri" in `identify`, and no `hotline` for the whole trunk

        0 errors, 1 warning
    "#]],
    );
    // One of them is enough.
    let also = format!("{bound}[trunk.carrier]\naddress = \"10.0.0.2\"\n");
    assert!(!report(GOOD, &also, false).contains("dp042"));
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
fn dp034_12345_dialled_where_it_is_our_own() {
    let row = TAX.replace("trunk = \"tax\"", "trunk = \"tax\"\ndial = \"12345\"") + CARRIER;
    assert_eq!(report(GOOD, &row, false), "0 errors, 0 warnings\n");
    check_report(
        &row.replace("[hotline", "trusted = true\n[hotline"),
        expect![[r#"
            warning[dp034]: for `12366`, 12345 is dialled on the trunk `tax`, and there 12345 is this plan's own
             --> more.toml:9:8
              |
            1 | [trunk.tax]
              |        --- its headers are believed: a carrier's trunk, which brings the city's calls
            ...
            9 | dial = "12345"
              |        ^^^^^^^
              |
              = help: dial the number the place has beside 12345, or give it a trunk of its own; a trunk that is theirs alone needs no headers: identify = ["request-uri", "default"] says so

            0 errors, 1 warning
        "#]],
    );
}

#[test]
fn dp042_a_trunk_on_which_nothing_says_what_a_call_is_for() {
    // As long as another trunk brought 12345, every call on this one was refused without a word.
    let old =
        |identify: &str| format!("{CARRIER}[trunk.old]\naddress = \"10.0.0.1\"\nidentify = [{identify}]\n");
    check_report(
        &old("\"access\", \"default\""),
        expect![[r#"
        warning[dp042]: nothing says what a call on the trunk `old` is for: all but emergency calls are refused
         --> more.toml:6:12
          |
        6 | identify = ["access", "default"]
          |            ^^^^^^^^^^^^^^^^^^^^^
          |
          = help: add "request-uri" to `identify`; a trunk that only takes calls has from = []

        0 errors, 1 warning
    "#]],
    );
    assert!(report(GOOD, &old(""), false).contains("warning[dp042]: nothing says"));
    assert_eq!(report(GOOD, &old("\"request-uri\""), false), "0 errors, 0 warnings\n");
    for (rule, keys) in [
        ("\"default\"", "default-hotline = \"12319\""),
        ("\"access\"", "access = { \"0510-19990001\" = \"12319\" }"),
        ("\"diversion\"", "trusted = true"),
        ("", "from = []"),
    ] {
        assert!(!report(GOOD, &format!("{}{keys}\n", old(rule)), false).contains("dp042"), "{rule}");
    }
}
