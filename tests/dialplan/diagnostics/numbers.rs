//! Numbers and names that stand twice, lead round in a circle, or pass from owner to owner.

use expect_test::expect;

use super::*;

#[test]
fn dp006_number_twice() {
    check_report(
        "[hotline.0510-12319]\nname = \"again\"\nmode = \"direct\"\n[alias]\nstreets = \"12319\"\n",
        expect![[r#"
            error[dp006]: two hotlines have the number 12319
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
               = help: take one of the two out; or, if one follows the other, say when: `until` of the first and `from` of the next

            warning[dp017]: 0510-12319 is `direct`, as 12345 alone is: calls forwarded from it would be taken for 12345's
             --> more.toml:3:8
              |
            3 | mode = "direct"
              |        ^^^^^^^^
              |
              = help: another name of the same is an [alias]; a hotline that keeps its number is a dual number with a `queue`, or with number = "kept"

            error[dp006]: `streets` is not a number
             --> more.toml:5:1
              |
            5 | streets = "12319"
              | ^^^^^^^
              |
              = help: write digits, with an area code if it has one: 12319, 0510-88886666

            2 errors, 1 warning
        "#]],
    );
}

#[test]
fn dp006_an_alias_has_the_number() {
    check_report(
        "[alias]\n110 = \"12345\"\n",
        expect![[r#"
            error[dp006]: emergency line 110 is the same number as an alias
              --> base.toml:40:1
               |
            40 | 110 = { trunks = ["police"] }
               | ^^^
               |
              ::: more.toml:2:1
               |
             2 | 110 = "12345"
               | --- first here, as an alias
               |
               = help: a number means one thing: take one of the two out

            error[dp010]: 110 is an emergency line and may not be an alias
             --> more.toml:2:1
              |
            2 | 110 = "12345"
              | ^^^
              |
              = help: only [emergency.NUMBER] with its trunks may name this line; it is never merged, renamed, announced or queued

            2 errors, 0 warnings
        "#]],
    );
}

#[test]
fn dp005_an_emergency_line_is_not_the_number_others_merge_into() {
    let base = GOOD.replace("number = \"12345\"", "number = \"110\"");
    expect![[r#"
        error[dp005]: 110 is an emergency line, and is not the number that others merge into
         --> base.toml:7:10
          |
        7 | number = "110"
          |          ^^^^^
          |
          = help: write the one number they merge into: number = "12345"

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(&base, "", false));
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
               = help: give each its own address and port, or say whence one sends with `from`; one that only takes calls: from = []

            1 error, 0 warnings
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
fn dp021_an_owner_who_does_not_serve_it_at_once() {
    let more = "[hotline.old]\ndigits = \"12356\"\nname = \"old\"\nmode = \"full-merge\"\nnumber = \"kept\"\nuntil = 2028-06-01\n\
        [hotline.new]\ndigits = \"12356\"\nname = \"new\"\nmode = \"full-merge\"\nnumber = \"kept\"\nfrom = 2028-06-01\ntrial = 2028-09-01\n";
    check_report(
        more,
        expect![[r#"
        warning[dp021]: 12356 is `new`'s from 2028-06-01T00:00:00+08:00 on and served from 2028-09-01T00:00:00+08:00 on: until then its callers meet what any unknown number meets
          --> more.toml:13:9
           |
         6 | until = 2028-06-01
           |         ---------- `old` ends here
        ...
        12 | from = 2028-06-01
           |        ---------- its own from here on
        13 | trial = 2028-09-01
           |         ^^^^^^^^^^
           |
           = help: let its trial begin with `from`, or the other's `until` and this `from` wait for it

        0 errors, 1 warning
    "#]],
    );
    assert!(
        !report(GOOD, &more.replace("trial = 2028-09-01", "trial = 2028-06-01"), false).contains("dp021")
    );
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
        "{more}[alias]\n12398 = \"12399\"\n[trunk.carrier]\naddress = \"10.0.0.1\"\ntrusted = true\naccess = {{ \"0510-88886666\" = \"12398\", \"0510-88886667\" = \"12399\" }}\n"
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
             7 | [alias]
             8 | 12398 = "12399"
               | ----- callers of 12398 are still led there
            ...
            12 | access = { "0510-88886666" = "12398", "0510-88886667" = "12399" }
               |                              -------                    ------- calls on the trunk `carrier` are still led there
               |                              |
               |                              calls on the trunk `carrier` are still led there
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
fn dp005_every_owner_of_12345_is_where_forwarded_calls_arrive() {
    // Asked was the first of them only: from 2025 on forwarded calls lost their hotline.
    let base = GOOD.replace(
        "[hotline.12345]\nname = \"the city\"\n",
        "[hotline.city]\ndigits = \"12345\"\nname = \"the city\"\nuntil = 2025-01-01\n",
    );
    let next = "[hotline.city2]\ndigits = \"12345\"\nname = \"the city\"\nfrom = 2025-01-01\n";
    expect![[r#"
        error[dp005]: the plan's own number, under which forwarded calls arrive, is of another mode than `direct`
         --> more.toml:5:8
          |
        1 | [hotline.city2]
          |          ----- who has it
        ...
        5 | mode = "dual-number"
          |        ^^^^^^^^^^^^^
          |
          = help: say mode = "direct": no header would be read of its calls, and all be taken for its own

        1 error, 0 warnings
    "#]]
    .assert_eq(&report(
        &base,
        &format!("{next}mode = \"dual-number\"\nnumber = \"kept\"\nannounce = \"none\"\n{CARRIER}"),
        false,
    ));
    let direct = format!("{next}mode = \"direct\"\n{CARRIER}");
    assert_eq!(report(&base, &direct, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp021_what_begins_as_the_number_ends() {
    // A trial on the day of `until` never comes; a cut-off then is one with the end.
    let old = |dates: &str| {
        format!(
            "[hotline.old]\ndigits = \"12356\"\nname = \"old\"\nmode = \"full-merge\"\n{dates}\nuntil = 2025-01-01\n\
             [hotline.new]\ndigits = \"12356\"\nname = \"new\"\nmode = \"full-merge\"\nnumber = \"kept\"\nfrom = 2025-01-01\n"
        )
    };
    check_report(
        &old("number = \"kept\"\ntrial = 2025-01-01"),
        expect![[r#"
        error[dp021]: the trial of `old` (2025-01-01T00:00:00+08:00) lies outside the time in which it has 12356 (the beginning to 2025-01-01T00:00:00+08:00)
         --> more.toml:6:9
          |
        1 | [hotline.old]
          |          --- this hotline
        ...
        6 | trial = 2025-01-01
          |         ^^^^^^^^^^
          |
          = help: give the row its own dates, or move its `from` or `until`

        1 error, 0 warnings
    "#]],
    );
    check_report(
        &old("number = \"kept\"\ntrial = 2024-12-01\nformal = 2025-01-01"),
        expect![[r#"
        error[dp021]: the formal operation of `old` (2025-01-01T00:00:00+08:00) lies outside the time in which it has 12356 (the beginning to 2025-01-01T00:00:00+08:00)
         --> more.toml:7:10
          |
        1 | [hotline.old]
          |          --- this hotline
        ...
        7 | formal = 2025-01-01
          |          ^^^^^^^^^^
          |
          = help: give the row its own dates, or move its `from` or `until`

        1 error, 0 warnings
    "#]],
    );
    let cut_off = old("trial = 2024-11-01\nformal = 2024-12-01\ncancel = 2025-01-01");
    assert_eq!(report(GOOD, &cut_off, false), "0 errors, 0 warnings\n");
}

#[test]
fn dp019_a_variant_in_the_announcements_own_language() {
    let row = |language: &str, variant: &str| {
        format!(
            "[announcement.m]\nfile = \"m.wav\"\n{language}variants = [{{ language = \"{variant}\", file = \"v.wav\" }}]\n\
             [queue.q]\nmusic = \"m\"\n[agent.2]\npassword = \"x\"\nqueues = [\"q\"]\nskills = [\"*\"]\n\
             [hotline.12318]\nname = \"books\"\nmode = \"dual-number\"\nqueue = \"q\"\n"
        )
    };
    check_report(
        &row("language = \"en\"\n", "EN"),
        expect![[r#"
            error[dp019]: the announcement `m` has two recordings in `EN`
             --> more.toml:4:26
              |
            3 | language = "en"
              |            ---- first here
            4 | variants = [{ language = "EN", file = "v.wav" }]
              |                          ^^^^
              |
              = help: only one can be played: keep one recording a language

            1 error, 0 warnings
        "#]],
    );
    // Chinese, unless it says otherwise.
    check_report(
        &row("", "zh-CN"),
        expect![[r#"
            error[dp019]: the announcement `m` has two recordings in `zh-CN`
             --> more.toml:3:26
              |
            1 | [announcement.m]
              |               - first here
            2 | file = "m.wav"
            3 | variants = [{ language = "zh-CN", file = "v.wav" }]
              |                          ^^^^^^^
              |
              = help: only one can be played: keep one recording a language

            1 error, 0 warnings
        "#]],
    );
    assert_eq!(report(GOOD, &row("language = \"en\"\n", "zh-CN"), false), "0 errors, 0 warnings\n");
}

#[test]
fn dp038_an_area_code_in_digits() {
    // The key was asked, which may be a name.
    let row = |key: &str, more: &str| {
        format!(
            "[hotline.{key}]\ndigits = \"021-62345678\"\nname = \"a\"\nmode = \"full-merge\"\nnumber = \"kept\"\n{more}"
        )
    };
    check_report(
        &(row("psych", "until = 2025-01-01\n") + &row("aid", "from = 2025-01-01\n")),
        expect![[r#"
        warning[dp038]: 021-62345678 has an area code that is not the plan's 0510
         --> more.toml:8:10
          |
        8 | digits = "021-62345678"
          |          ^^^^^^^^^^^^^^
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
    let own = row("psych", "").replace("021", "0510");
    assert_eq!(report(GOOD, &own, false), "0 errors, 0 warnings\n");
}
