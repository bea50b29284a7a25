//! dp017: what a row says beside its mode, so that it would mean nothing.

use expect_test::expect;

use super::*;

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

/// Where the people are, and not what the mode is called, says whether a caller hears an announcement of ours.
#[test]
fn dp017_an_announcement_where_the_seats_stay() {
    let row = |keys: &str| {
        format!(
            "{CARRIER}[trunk.tax]\naddress = \"10.0.0.1\"\n[hotline.12366]\nname = \"tax\"\nwave = \"one\"\nannounce = \"merged\"\n{keys}"
        )
    };
    let stays =
        "mode = \"dual-number\"\nseats = \"department\"\ntrunk = \"tax\"\noverflow = { to = \"general\" }\n";
    expect![[r#"
        error[dp017]: 12366 leaves its seats where they are: its callers hear no announcement of ours
         --> more.toml:9:12
          |
        9 | announce = "merged"
          |            ^^^^^^^^
          |
          = help: take `announce` out

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(GOOD, &row(stays), false));
    let moves = "mode = \"sub-center\"\nseats = \"moved\"\n";
    expect![[r#"
        warning[dp014]: no row sends calls to the trunk `tax`, and it says nothing of those it brings
         --> more.toml:4:8
          |
        4 | [trunk.tax]
          |        ^^^
          |
          = help: if calls come in on it, say whether its headers count (trusted = false: only the number dialled does); else take it out

        0 errors, 1 warning
    "#]].assert_eq(&report(GOOD, &row(moves), false));
}

#[test]
fn dp017_seats_in_the_hall_that_are_reached_by_transfer_alone() {
    // Callers got 404, and no agent could hand one over: only a department is a place to transfer to.
    for mode in ["full-merge\"\nwave = \"one", "dual-number\"\nqueue = \"general"] {
        let row =
            format!("[hotline.12318]\nname = \"books\"\nmode = \"{mode}\"\ningress = \"transfer-only\"\n");
        assert!(
            report(GOOD, &row, false).contains("error[dp017]: the seats of 12318 are in 12345, so nobody")
        );
        let away = row.replace("queue = \"general\"\n", "")
            + "seats = \"department\"\ntrunk = \"books\"\nnumber = \"kept\"\n[trunk.books]\naddress = \"10.0.0.1\"\n";
        assert_eq!(report(GOOD, &away, false), "0 errors, 0 warnings\n");
    }
    check_report(
        "[hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"general\"\ningress = \"transfer-only\"\n",
        expect![[r#"
            error[dp017]: the seats of 12318 are in 12345, so nobody is transferred there, and others are refused
             --> more.toml:5:11
              |
            5 | ingress = "transfer-only"
              |           ^^^^^^^^^^^^^^^
              |
              = help: say seats = "department", or take `ingress` out

            1 error, 0 warnings
        "#]],
    );
}

#[test]
fn dp017_what_dials_a_department_where_the_seats_moved() {
    check_report(
        "[hotline.12318]\nname = \"books\"\nmode = \"full-merge\"\nwave = \"one\"\nqueue = \"general\"\ndial = \"12320\"\nno-answer = \"20s\"\n",
        expect![[r#"
            error[dp017]: the seats of 12318 are in 12345, so its calls go to no trunk
             --> more.toml:6:8
              |
            6 | dial = "12320"
              |        ^^^^^^^
              |
              = help: say seats = "department", or take this out

            error[dp017]: the seats of 12318 are in 12345, so its calls go to no trunk
             --> more.toml:7:13
              |
            7 | no-answer = "20s"
              |             ^^^^^
              |
              = help: say seats = "department", or take this out

            2 errors, 0 warnings
        "#]],
    );
    // Before the trial the old destination rings, as long as that says.
    let legacy = "[trunk.old]\naddress = \"10.0.0.1\"\n[hotline.12318]\nname = \"books\"\nmode = \"full-merge\"\nwave = \"one\"\n\
        no-answer = \"20s\"\nlegacy = { trunk = \"old\" }\n";
    assert_eq!(report(GOOD, &format!("{CARRIER}{legacy}"), false), "0 errors, 0 warnings\n");
}

#[test]
fn dp017_a_trunk_whose_calls_are_all_one_hotlines() {
    let trunk = |keys: &str| {
        format!(
            "{CARRIER}[trunk.old]\naddress = \"10.0.0.1\"\n{keys}identify = [\"access\", \"request-uri\", \"default\"]\n"
        )
    };
    let bound = "access = { \"0510-19990001\" = \"12319\", \"0510-19990002\" = \"12319\" }\n";
    check_report(
        &trunk(&format!("hotline = \"12345\"\ndefault-hotline = \"12319\"\n{bound}")),
        expect![[r#"
        error[dp017]: all calls of `old` are for 12345, so `default-hotline` would mean nothing
         --> more.toml:7:19
          |
        6 | hotline = "12345"
          |           ------- whatever else is said of a call
        7 | default-hotline = "12319"
          |                   ^^^^^^^
          |
          = help: take `hotline` out, or this

        error[dp017]: all calls of `old` are for 12345, so `access` would mean nothing
         --> more.toml:8:12
          |
        6 | hotline = "12345"
          |           ------- whatever else is said of a call
        7 | default-hotline = "12319"
        8 | access = { "0510-19990001" = "12319", "0510-19990002" = "12319" }
          |            ^^^^^^^^^^^^^^^
          |
          = help: take `hotline` out, or this

        2 errors, 0 warnings
    "#]],
    );
    assert_eq!(report(GOOD, &trunk("hotline = \"12345\"\n"), false), "0 errors, 0 warnings\n");
    let others = trunk(&format!("default-hotline = \"12319\"\n{bound}"));
    assert_eq!(report(GOOD, &others, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp017_an_announcement_in_front_of_a_department() {
    let alias = |announce: &str, more: &str| {
        format!(
            "{TAX}{CARRIER}{more}[alias]\n12399 = {{ to = \"12398\", announce = \"{announce}\" }}\n12398 = \"12366\"\n"
        )
    };
    check_report(
        &alias("merged", ""),
        expect![[r#"
        error[dp017]: callers of 12399 are handed to the department of 12366: they hear no announcement of ours
          --> more.toml:13:36
           |
         3 | [hotline.12366]
           |          ----- its seats stay where they are
        ...
        13 | 12399 = { to = "12398", announce = "merged" }
           |                                    ^^^^^^^^
           |
           = help: take `announce` out

        1 error, 0 warnings
    "#]],
    );
    // To say that there is none is true, of an alias and of the hotline itself.
    assert_eq!(report(GOOD, &alias("none", ""), false), "0 errors, 0 warnings\n");
    for none in ["\"none\"", "{ trial = \"none\", formal = \"none\" }"] {
        let row = TAX.replace("wave = \"one\"", &format!("wave = \"one\"\nannounce = {none}")) + CARRIER;
        assert_eq!(report(GOOD, &row, false), "0 errors, 0 warnings\n");
    }
    // Whoever has the number next may have its people here.
    let turns = alias("merged", "[hotline.later]\ndigits = \"12366\"\nname = \"a\"\nmode = \"full-merge\"\nnumber = \"kept\"\nfrom = 2025-01-01\n")
        .replace("[hotline.12366]\n", "[hotline.12366]\nuntil = 2025-01-01\n");
    assert_eq!(report(GOOD, &turns, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp017_a_second_number_under_which_forwarded_calls_would_arrive() {
    // 12345's own mode: calls forwarded from 12340 were counted as 12345's.
    check_report(
        "[hotline.12340]\nname = \"polls\"\nmode = \"direct\"\nqueue = \"general\"\n",
        expect![[r#"
            warning[dp017]: 12340 is `direct`, as 12345 alone is: calls forwarded from it would be taken for 12345's
             --> more.toml:3:8
              |
            3 | mode = "direct"
              |        ^^^^^^^^
              |
              = help: another name of the same is an [alias]; a hotline that keeps its number is a dual number with a `queue`, or with number = "kept"

            0 errors, 1 warning
        "#]],
    );
}
