//! Plans that share files: explicit, relative, beside the plan at most, each once.

use std::path::Path;

use tongjie::dialplan::{Level, load_dir, load_plan};

/// A directory of plans: `city/plan.toml` as given, `common/*.toml`, and a file outside.
fn plans(include: &str, files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let plan = format!(
        "{include}\n[plan]\nname = \"x\"\ntime-zone = \"Asia/Shanghai\"\narea-code = \"0510\"\nnumber = \"12345\"\n\
         general-queue = \"q\"\n[queue.q]\n[hotline.12345]\nname = \"x\"\nmode = \"direct\"\n\
         [agent.1]\npassword = \"x\"\nqueues = [\"q\"]\nskills = [\"*\"]\n"
    );
    for (name, text) in files.iter().copied().chain([("plans/city/plan.toml", plan.as_str())]) {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn city(dir: &tempfile::TempDir) -> std::path::PathBuf {
    dir.path().join("plans/city")
}

const EMERGENCY: &str = "[trunk.police]\naddress = \"127.0.0.1:5110\"\n[emergency]\n110 = { trunks = [\"police\"] }\n\
    119 = { trunks = [\"police\"] }\n120 = { trunks = [\"police\"] }\n122 = { trunks = [\"police\"] }\n";

#[test]
fn an_included_file_is_part_of_the_plan_and_may_include_others() {
    let dir = plans(
        "include = [\"../common/all.toml\"]",
        &[
            ("plans/common/all.toml", "include = [\"emergency.toml\"]\n"),
            ("plans/common/emergency.toml", EMERGENCY),
        ],
    );
    let loaded = load_plan(&city(&dir)).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(loaded.report.counts(), (0, 0), "{}", loaded.report);
    assert_eq!(loaded.table.trunks().count(), 1);
    // A fault in it is shown where it stands.
    std::fs::write(dir.path().join("plans/common/emergency.toml"), EMERGENCY.replace("5110", "511o"))
        .unwrap();
    let report = load_plan(&city(&dir)).unwrap_err().to_string();
    assert!(report.contains("emergency.toml:2"), "{report}");
}

#[track_caller]
fn refused(include: &str, why: &str) {
    let dir = plans(
        include,
        &[
            ("plans/common/a.toml", "include = [\"b.toml\"]\n"),
            ("plans/common/b.toml", "include = [\"a.toml\"]\n"),
            ("plans/common/notes.txt", "x"),
            ("outside.toml", "[queue.z]\n"),
            ("plans/city/queues.toml", ""),
        ],
    );
    let report = load_plan(&city(&dir)).unwrap_err();
    let said = report.to_string();
    assert!(said.contains("error[dp024]") && said.contains(why), "{why}\n{said}");
    assert!(report.diagnostics.iter().all(|d| d.code != "dp024" || d.at.is_some()), "{said}");
}

#[test]
fn what_cannot_be_included_is_said_with_its_place() {
    refused("include = [\"../../outside.toml\"]", "it lies outside the directory that holds this plan's");
    refused("include = [\"../common/nowhere.toml\"]", "cannot include `../common/nowhere.toml`");
    refused("include = [\"../common/notes.txt\"]", "it is not a relative name of a .toml file");
    refused("include = [\"/etc/tongjie/common.toml\"]", "it is not a relative name of a .toml file");
    refused("include = [\"../common\"]", "it is not a relative name of a .toml file");
    // A circle, and a file the plan has anyway.
    refused("include = [\"../common/a.toml\"]", "the plan has it already");
    refused("include = [\"queues.toml\"]", "the plan has it already");
    refused("include = [\"plan.toml\"]", "the plan has it already");
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_plans() {
    let dir = plans(
        "include = [\"../common/link.toml\"]",
        &[("outside.toml", "[queue.z]\n"), ("plans/common/x.toml", "")],
    );
    std::os::unix::fs::symlink(dir.path().join("outside.toml"), dir.path().join("plans/common/link.toml"))
        .unwrap();
    let report = load_plan(&city(&dir)).unwrap_err().to_string();
    assert!(report.contains("it lies outside"), "{report}");
}

#[test]
fn include_is_a_list_of_files() {
    let dir = plans("include = \"../common/a.toml\"", &[]);
    let report = load_plan(&city(&dir)).unwrap_err().to_string();
    assert!(report.contains("`include` is not a list of files"), "{report}");
    assert!(load_dir(Path::new("/nowhere")).faults().iter().all(|fault| fault.level == Level::Error));
}
