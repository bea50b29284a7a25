//! Any bytes as a plan: diagnostics, never a panic, and never more than a thousand and one of them. What takes long is
//! counted here (faults, guesses, steps that are followed); `benches/load.rs` measures it.

use std::path::Path;

use proptest::prelude::*;
use tongjie::dialplan::located::Located;
use tongjie::dialplan::{Diagnostic, Report, Sources, check, load_dir, load_plan};
use tongjie::stdx::Rng;

fn judge(text: String) {
    let sources = Sources::new([("plan.toml", text)]);
    let (table, diagnostics) = check(&sources, None);
    let report = Report { sources, diagnostics };
    assert_eq!(table.is_none(), report.counts().0 > 0);
    assert!(report.diagnostics.len() <= 1001, "{}", report.diagnostics.len());
    assert!(!report.render(true).is_empty());
}

fn wuxi() -> String {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    load_dir(&dir).files().iter().map(|source| source.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// Words and signs a plan is made of, so that most of what is generated reads as TOML.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "[plan]\n",
        "[hotline.12319]\n",
        "[hotline.110]\n",
        "[alias]\n",
        "[[test]]\n",
        "[queue.general]\n",
        "[agent.1]\n",
        "[trunk.t]\n",
        "[wave.w]\n",
        "[announcement.a]\n",
        "[emergency.110]\n",
        "name = \"无锡\"\n",
        "mode = \"dual-number\"\n",
        "mode = 7\n",
        "wave = \"w\"\n",
        "trial = 2021-02-30\n",
        "trial = 2021-10-11\n",
        "cancel = 9999-12-31T23:59:60Z\n",
        "12331 = \"12331\"\n",
        "12332 = { to = \"12331\" }\n",
        "skills = [\"*\", { skill = \"a\", level = 300 }]\n",
        "overflow = [{ after = \"1s\", to = \"general\" }]\n",
        "overflow = { to = \"general\" }\n",
        "ring = \"1h1h\"\n",
        "address = [\"::1\", \"1.2.3.4:99999\"]\n",
        "expect = { status = 404 }\n",
        "call = { to = \"12319\" }\n",
        "at = 2021-12-31\n",
        "time-zone = \"Asia/Shanghai\"\n",
        "area-code = \"0510\"\n",
        "general-queue = \"general\"\n",
        "number = \"12345\"\n",
        "=",
        "\"",
        "[",
        "]]",
        "{",
        "\u{0}",
        "\u{202e}",
        "\r",
        "'''",
    ];
    prop_oneof![8 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_give_a_plan_or_diagnostics(pieces in proptest::collection::vec(piece(), 0..40)) {
        judge(pieces.concat());
    }

    #[test]
    fn any_text_gives_diagnostics(text in "(?s).{0,200}") {
        judge(text);
    }

    #[test]
    fn a_good_plan_with_a_hole_gives_a_plan_or_diagnostics(at in 0_usize..30_000, length in 0_usize..60, new in "\\PC{0,4}") {
        let chars: Vec<char> = wuxi().chars().collect();
        let at = at.min(chars.len());
        let end = (at + length).min(chars.len());
        judge(chars[..at].iter().collect::<String>() + &new + &chars[end..].iter().collect::<String>());
    }
}

#[test]
fn files_that_are_not_utf_8_or_not_there_are_said_to_be() {
    let dir = tempfile::tempdir().unwrap();
    let report = load_plan(dir.path()).unwrap_err();
    assert!(report.to_string().contains("there is no plan here"), "{report}");
    // GBK for 无锡, on the second line.
    std::fs::write(dir.path().join("plan.toml"), b"[plan]\nname = \"\xce\xde\xce\xfd\"\n").unwrap();
    let report = load_plan(dir.path()).unwrap_err();
    assert!(report.to_string().contains("line 2 is not UTF-8"), "{report}");
    let report = load_plan(&dir.path().join("nowhere")).unwrap_err();
    assert_eq!(report.counts().0, 1);
}

#[test]
fn a_megabyte_of_faults_is_judged_and_bounded() {
    let long = (0..25_000).map(|i| format!("k{i} = {{ to = \"{i}\" }}\n")).collect::<String>();
    judge(format!("[alias]\n{long}"));
    judge(format!("[plan]\n{long}"));
    judge(format!("x = {}", "[".repeat(100_000)));
    judge("a.".repeat(2_000));
    let sources = Sources::new([("plan.toml", format!("[alias]\n{long}"))]);
    assert_eq!(check(&sources, None).1.len(), 1001, "a thousand, and how many more");
}

/// A wave for each of ten thousand hotlines, each misspelt: every slip was compared with every name, for half a minute.
#[test]
fn of_many_slips_only_the_first_hundred_are_guessed_at() {
    let waves = (0..150).map(|i| format!("[wave.autumn-{i:03}]\ntrial = 2021-10-11\n"));
    // The last name comes first: guesses are for those that are read first.
    let rows = (0..150).rev().map(|i| {
        format!("[hotline.12{i:03}]\nname = \"x\"\nmode = \"full-merge\"\nwave = \"autum-{i:03}\"\n[trunk.t{i}]\naccess = {{ 88{i:03} = \"1{i:03}\" }}\n")
    });
    let text = waves.chain(rows).collect::<String>();
    let found = check(&Sources::new([("plan.toml", text)]), None).1;
    let helps = |what: &str| -> Vec<&str> {
        let of = |d: &&Diagnostic| d.code == "dp007" && d.message.starts_with(what);
        found.iter().filter(of).map(|d| d.help.as_str()).collect()
    };
    let (waves, numbers) = (helps("there is no wave"), helps("there is no hotline"));
    assert_eq!((waves.len(), numbers.len()), (150, 150));
    assert_eq!(waves[0], "did you mean `autumn-149`?");
    assert!(waves[..100].iter().all(|help| help.starts_with("did you mean")), "{waves:?}");
    assert!(waves[100..].iter().all(|help| *help == KNOWN), "{waves:?}");
    assert!(numbers.iter().all(|help| help.starts_with("known: 12000, 12001, ")), "{numbers:?}");
    const KNOWN: &str = "known: autumn-000, autumn-001, autumn-002, autumn-003, autumn-004, autumn-005, autumn-006, autumn-007, autumn-008, autumn-009 and 140 more";
}

/// Not text that reads badly but bytes on a disk: chance, and a good plan with bytes lost, doubled and changed.
#[test]
fn any_bytes_on_the_disk_are_a_plan_or_diagnostics() {
    let dir = tempfile::tempdir().unwrap();
    let (file, good) = (dir.path().join("plan.toml"), wuxi().into_bytes());
    let mut rng = Rng::from_seed(5);
    let mut pick = |n: usize| usize::try_from(rng.below(n.max(1) as u64)).unwrap();
    let mut unreadable = 0;
    for round in 0..300 {
        let mut bytes = if round % 10 == 0 { vec![0; pick(2_000)] } else { good.clone() };
        for _ in 0..if round % 10 == 0 { bytes.len() } else { pick(30) } {
            let (kind, at) = (pick(3), pick(bytes.len()));
            match kind {
                0 => bytes[at] = u8::try_from(pick(256)).unwrap(),
                1 => drop(bytes.drain(at..(at + pick(40)).min(bytes.len()))),
                _ => bytes.extend_from_within(at..(at + pick(60)).min(bytes.len())),
            }
            if bytes.is_empty() {
                break;
            }
        }
        std::fs::write(&file, bytes).unwrap();
        match load_plan(dir.path()) {
            Ok(loaded) => assert_eq!(loaded.report.counts().0, 0),
            Err(report) => {
                unreadable += usize::from(report.to_string().contains("is not UTF-8"));
                assert!(report.counts().0 > 0 && report.counts().0 <= 1001);
            }
        }
    }
    assert!(unreadable > 30, "{unreadable} files were not even text");
}

/// A thousand faults in one line of a megabyte took nine seconds to be shown.
#[test]
fn faults_in_a_line_nobody_could_read_are_told_without_it() {
    let days = (0..60_000).map(|i| format!("\"{:04}-01-01\", ", 3000 + i % 6000)).collect::<String>();
    let sources = Sources::new([("plan.toml", format!("[calendar.c]\nholidays = [{days}]\n"))]);
    let (_, diagnostics) = check(&sources, None);
    let report = Report { sources, diagnostics };
    let shown = report.render(false);
    assert!(shown.contains("plan.toml:2, byte 12 of a line too long to be shown"), "{}", &shown[..500]);
    assert!(shown.lines().all(|line| line.len() < 1_000), "no line of it is shown");
}

#[test]
fn rows_that_clash_far_apart_are_both_shown_and_not_what_lies_between() {
    let between = "# nothing\n".repeat(10_000);
    let text = format!("[alias]\n21400 = \"12345\"\n{between}[hotline.21400]\nname = \"x\"\n");
    let sources = Sources::new([("plan.toml", text)]);
    let (_, diagnostics) = check(&sources, None);
    let twice: Vec<_> = diagnostics.into_iter().filter(|d| d.code == "dp006").collect();
    let shown = Report { sources, diagnostics: twice }.render(false);
    assert!(shown.contains("2 | 21400 = \"12345\""), "{shown}");
    assert!(shown.contains("10003 | [hotline.21400]"), "{shown}");
    assert!(!shown.contains("# nothing"), "{shown}");
}

/// A row of aliases once cost the cube of its length: two thousand took a minute.
#[test]
fn a_megabyte_of_aliases_in_a_row_is_judged() {
    let row = |end: &str| {
        let aliases = (0..50_000).map(|i| format!("9{i:06} = \"9{:06}\"\n", i + 1));
        let head = "[alias]\n9050000 = ";
        format!("{head}\"{end}\"\n{}", aliases.collect::<String>())
    };
    let judged = |text: String| {
        let found = check(&Sources::new([("plan.toml", text)]), None).1;
        found.into_iter().filter(|d| d.code == "dp008").map(|d| d.message).collect::<Vec<_>>()
    };
    assert_eq!(judged(row("9000000")).len(), 1, "one circle");
    let head = "[hotline.12345]\nname = \"x\"\nmode = \"direct\"\n";
    let far = judged(format!("{head}{}", row("12345")));
    assert_eq!(far, ["9049992 is more than 8 aliases away from its hotline"]);
}

/// Files of the Wuxi plan, mended by someone in a hurry: lines doubled, dropped, swapped, keys and values exchanged,
/// bytes flipped. Whatever comes of it is judged, and by rows and columns that are there.
#[test]
fn a_thousand_hurried_edits_of_real_files_are_judged() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    let files: Vec<(String, String)> =
        load_dir(&dir).files().iter().map(|source| (source.path.clone(), source.text.clone())).collect();
    let mut rng = Rng::from_seed(3);
    for _ in 0..1000 {
        let mut files = files.clone();
        for _ in 0..=rng.below(4) {
            let at = usize::try_from(rng.below(files.len() as u64)).unwrap();
            files[at].1 = hurried(&mut rng, &files[at].1);
        }
        let sources = Sources::new(files);
        let (table, diagnostics) = check(&sources, None);
        for diagnostic in &diagnostics {
            for place in diagnostic.at.iter().chain(diagnostic.also.iter().map(|(at, _)| at)) {
                let text = &sources.files()[place.file].text;
                assert!(
                    place.start <= place.end && text.get(place.start..place.end).is_some(),
                    "{diagnostic:?}"
                );
            }
            assert!(!diagnostic.message.is_empty());
            let located = serde_json::to_value(Located::new(diagnostic, &sources)).unwrap();
            assert_eq!(located["code"], diagnostic.code);
        }
        let report = Report { sources, diagnostics };
        assert_eq!(table.is_none(), report.counts().0 > 0);
        assert!(report.diagnostics.len() <= 1001);
    }
}

fn hurried(rng: &mut Rng, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut pick = |n: usize| usize::try_from(rng.below(n.max(1) as u64)).unwrap();
    let (kind, one, other) = (pick(8), pick(lines.len()), pick(lines.len()));
    match kind {
        0 => lines.insert(other, lines[one].clone()),
        1 => drop(lines.remove(one)),
        2 => lines.swap(one, other),
        // The value of one key under another key.
        3 => {
            let value = lines[other].split_once('=').map(|(_, value)| value.to_owned());
            if let (Some((key, _)), Some(value)) = (lines[one].clone().split_once('='), value) {
                lines[one] = format!("{key}={value}");
            }
        }
        // Another row's head.
        4 => {
            let heads: Vec<String> = lines.iter().filter(|line| line.starts_with('[')).cloned().collect();
            if !heads.is_empty() {
                lines[one] = heads[pick(heads.len())].clone();
            }
        }
        5 => lines.truncate(one),
        _ => {
            let mut chars: Vec<char> = lines[one].chars().collect();
            let signs = ['"', '[', '}', '=', '９', '\u{a0}', '-', '0', '#', '\t', ','];
            match (kind, chars.is_empty()) {
                (6, false) => drop(chars.remove(pick(chars.len()))),
                (_, _) => chars.insert(pick(chars.len() + 1), signs[pick(signs.len())]),
            }
            lines[one] = chars.into_iter().collect();
        }
    }
    lines.join("\n")
}

#[test]
fn a_plan_whose_queues_are_one_knot_is_refused_and_not_walked_for_ever() {
    // Every queue overflows into all others: 8^8 ways and more for each of many hotlines.
    let names: Vec<String> = (0..60).map(|i| format!("q{i}")).collect();
    let mut text = String::from(
        "[plan]\nname = \"x\"\ntime-zone = \"Asia/Shanghai\"\narea-code = \"0510\"\nnumber = \"12345\"\ngeneral-queue = \"q0\"\n[hotline.12345]\nname = \"x\"\nmode = \"direct\"\n[trunk.t]\naddress = \"10.0.0.1\"\n[emergency]\n110 = { trunks = [\"t\"] }\n119 = { trunks = [\"t\"] }\n120 = { trunks = [\"t\"] }\n122 = { trunks = [\"t\"] }\n",
    );
    for name in &names {
        let steps = names.iter().map(|to| format!("{{ after = \"1s\", to = \"{to}\", keep-skill = true }}"));
        text.push_str(&format!("[queue.{name}]\noverflow = [{}]\n", steps.collect::<Vec<_>>().join(", ")));
    }
    for i in 0..200 {
        text.push_str(&format!("[hotline.0510-1999{i:04}]\nname = \"x\"\nmode = \"dual-number\"\nqueue = \"q1\"\nskill = \"s{i}\"\n"));
    }
    let (table, found) = check(&Sources::new([("plan.toml", text)]), None);
    assert!(table.is_none());
    assert!(found.iter().any(|d| d.code == "dp039"), "more than a quarter of a million steps");
    assert!(found.iter().any(|d| d.code == "dp013"), "and the circles are named");
}
