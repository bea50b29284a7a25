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
