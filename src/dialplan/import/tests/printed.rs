//! A list → a plan printed → the same plan read.

use proptest::prelude::*;

use super::*;
use crate::stdx::Rng;

#[test]
fn a_cell_cannot_become_toml() {
    let nasty = "x\"\"]\n[agent.9999]\npassword = 'known'\n# \\ \u{202e}'''";
    let (draft, table, _) = rows(&format!(
        "12301,\"{nasty}\",\"{nasty}\",full,,,,\"{nasty}\",,,2021-12-31,\n12316,{{a=1}},b,\"dual\nwave\",yes,,\"q]\n[x\",,,,,\n"
    ));
    assert!(table.agents().all(|agent| agent.id.as_str() != "9999"));
    let name = &draft.hotlines[1].name;
    assert!(name.contains("[agent.9999]"), "{name}");
    let fate = table.fate(&Number::new("12301")).unwrap();
    assert_eq!(&fate.segments().next().unwrap().hotline.unwrap().name, name);
    for (file, text) in draft.print(&mut Rng::from_seed(1)) {
        let comments: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with('#')).collect();
        assert_eq!(comments.len(), 2, "{file}: only the first lines are comments: {comments:?}");
        assert_eq!(comments[0], "#:schema ./schema.json", "{file}");
    }
}

/// Every value of the printed plan, read back by the plan's own reader.
fn read_back(draft: &Draft) -> BTreeMap<String, Vec<Option<String>>> {
    let read = toml_read::read(&sources(draft));
    assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
    let schema = read.schema;
    let mut all = BTreeMap::new();
    let text = |text: &crate::dialplan::schema::Text| text.as_ref().map(|text| text.get_ref().clone());
    let date = |date: &Option<crate::dialplan::schema::Spanned<toml::value::Datetime>>| {
        date.as_ref().map(|date| date.get_ref().to_string())
    };
    for e in &schema.hotline {
        let r = &e.row;
        let mode = r.mode.as_ref().map(|mode| format!("{:?}", mode.get_ref()));
        let state = r.number.as_ref().map(|state| format!("{:?}", state.get_ref()));
        let trunk = r.trunk.as_ref().map(|names| names.get_ref().0.join(" "));
        let values = vec![
            text(&r.name),
            text(&r.owner),
            mode,
            text(&r.wave),
            date(&r.cancel),
            state,
            text(&r.queue),
            text(&r.skill),
            r.announce.as_ref().map(|a| a.get_ref().names().map(|(name, _)| name.to_owned()).collect()),
            trunk,
        ];
        all.insert(format!("hotline {}", e.key), values);
    }
    for e in &schema.wave {
        all.insert(
            format!("wave {}", e.key),
            vec![date(&e.row.trial), date(&e.row.formal), date(&e.row.cancel)],
        );
    }
    for e in &schema.alias {
        all.insert(
            format!("alias {}", e.key),
            vec![text(&e.row.to), text(&e.row.name), text(&e.row.announce)],
        );
    }
    for e in &schema.out_of_scope {
        all.insert(format!("told {}", e.key), vec![text(&e.row.name)]);
    }
    for e in &schema.trunk {
        all.insert(format!("trunk {}", e.key), vec![text(&e.row.name)]);
    }
    for e in &schema.linked {
        all.insert(
            format!("linked {}", e.key),
            vec![text(&e.row.name), text(&e.row.owner), text(&e.row.number)],
        );
    }
    for e in &schema.emergency {
        all.insert(format!("emergency {}", e.key), vec![text(&e.row.name), text(&e.row.owner)]);
    }
    all
}

/// The same of the plan before it was printed.
fn as_meant(draft: &Draft) -> BTreeMap<String, Vec<Option<String>>> {
    let mut all = BTreeMap::new();
    let some = |text: &str| Some(text.to_owned());
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    for h in &draft.hotlines {
        let mode = match h.mode {
            "direct" => "Direct",
            "full-merge" => "FullMerge",
            "dual-number" => "DualNumber",
            _ => "SubCenter",
        };
        let state = h.state.map(|state| if state == "kept" { "Kept" } else { "Cancelled" });
        let values = vec![
            some(&h.name),
            filled(&h.owner),
            some(mode),
            h.wave.clone(),
            h.cancel.clone(),
            state.map(str::to_owned),
            h.queue.clone(),
            h.skill.clone(),
            h.announce.clone(),
            h.trunk.clone(),
        ];
        all.insert(format!("hotline {}", h.number), values);
    }
    for w in &draft.waves {
        all.insert(format!("wave {}", w.key), vec![w.trial.clone(), w.formal.clone(), w.cancel.clone()]);
    }
    for a in &draft.aliases {
        all.insert(format!("alias {}", a.number), vec![some(&a.to), some(&a.name), a.announce.clone()]);
    }
    for (number, name) in &draft.out_of_scope {
        all.insert(format!("told {number}"), vec![some(name)]);
    }
    for t in &draft.trunks {
        all.insert(format!("trunk {}", t.key), vec![some(&t.name)]);
    }
    for l in &draft.linked {
        all.insert(format!("linked {}", l.key), vec![some(&l.name), filled(&l.owner), l.number.clone()]);
    }
    for l in &draft.emergency {
        all.insert(format!("emergency {}", l.number), vec![some(&l.name), filled(&l.owner)]);
    }
    all
}

fn cell() -> impl Strategy<Value = String> {
    let hard = "[\\PC\n\t\"'\\\\\\[\\]{}#=,; ]{0,12}";
    prop_oneof!["[\u{4e00}-\u{4eff}]{1,8}", hard, "[a-z_]{1,8}"]
}

fn any_row() -> impl Strategy<Value = [String; 9]> {
    let number = prop_oneof![4 => "12[0-9]{3}", 1 => "0510-1999[0-9]{4}", 1 => "110|119|120|122", 1 => "12345@[a-z]{1,6}", 1 => cell()];
    let mode = prop_oneof![
        6 => "full|dual|subcenter|anchor|linked_emergency|linked_utility|peer_platform|out_of_scope|整体并入|双号并行|设分中心",
        1 => "alias_of_12[0-9]{3}",
        1 => cell(),
    ];
    let dates = || prop_oneof![3 => "2021-1[0-2]-[0-3][0-9]", 2 => Just(String::new()), 1 => "202[0-9]/[1-9]/[1-9]|4[0-9]{4}", 1 => cell()];
    (number, cell(), cell(), mode, "yes|no||是|否|n/a|maybe", cell(), dates(), dates(), dates())
        .prop_map(|(a, b, c, d, e, f, g, h, i)| [a, b, c, d, e, f, g, h, i])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_in_a_list_the_printed_plan_passes_check_and_is_the_plan_that_was_meant(
        rows in prop::collection::vec(any_row(), 1..12)
    ) {
        let mut out = csv::Writer::from_writer(vec![]);
        out.write_record(["number", "name", "owner", "mode", "dedicated_queue", "skills", "trial_from", "formal_from", "cancel_after"]).unwrap();
        for row in &rows {
            out.write_record(row).unwrap();
        }
        let bytes = out.into_inner().unwrap();
        if let Ok(sheet) = read(&bytes) {
            let (draft, _) = decide(&sheet, &settings()).unwrap();
            prop_assert_eq!(read_back(&draft), as_meant(&draft));
            let sources = sources(&draft);
            let (table, found) = check(&sources, Some(&Stock));
            prop_assert!(table.is_some(), "{}", crate::dialplan::Report { sources, diagnostics: found });
        }
    }

    #[test]
    fn any_bytes_are_a_list_or_are_refused(bytes: Vec<u8>, head in prop::bool::ANY) {
        let bytes = if head { [b"number,name,mode\n".as_slice(), &bytes].concat() } else { bytes };
        if let Ok(sheet) = read(&bytes) {
            let (draft, _) = decide(&sheet, &settings()).unwrap();
            prop_assert_eq!(draft.print(&mut Rng::from_seed(1)).len(), 8);
        }
    }
}
