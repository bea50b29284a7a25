//! The Wuxi plan, broken as an administrator breaks it: each slip is caught at `check`, under its code, in words that
//! name the row.

use std::path::Path;

use tongjie::dialplan::{Level, Report, Sources, check, load_dir};

/// What is done to a file's text.
#[derive(Clone, Copy)]
enum Edit {
    /// The first `.0` becomes `.1`.
    Swap(&'static str, &'static str),
    /// Every `.0` becomes `.1`.
    SwapAll(&'static str, &'static str),
    /// The table with this head, up to the next, goes.
    Cut(&'static str),
    /// The table with this head stands twice.
    Double(&'static str),
    /// This is written at the end.
    Add(&'static str),
    /// This is written into the table with this head.
    Insert(&'static str, &'static str),
}
use Edit::{Add, Cut, Double, Insert, Swap, SwapAll};

/// Name, file, edits, level and code, words that must be read.
type Slip = (&'static str, &'static str, &'static [Edit], Level, &'static str, &'static [&'static str]);

const E: Level = Level::Error;
const W: Level = Level::Warning;

const SLIPS: &[Slip] = &[
    (
        "a day that is none",
        "hotlines.toml",
        &[Swap("formal = 2021-12-01", "formal = 2021-11-31")],
        E,
        "dp002",
        &["formal = 2021-11-31"],
    ),
    (
        "a date in quotes",
        "hotlines.toml",
        &[Swap("trial = 2021-10-11", "trial = \"2021-10-11\"")],
        E,
        "dp004",
        &["trial", "without quotes"],
    ),
    (
        "the year mistyped",
        "hotlines.toml",
        &[Swap("cancel = 2022-01-01", "cancel = 2021-01-01")],
        E,
        "dp009",
        &["12301", "cut-off", "2021-01-01"],
    ),
    (
        "the trial after formal operation",
        "hotlines.toml",
        &[Swap("trial = 2021-10-25", "trial = 2021-12-25")],
        E,
        "dp009",
        &["12319", "[hotline.12319]", "12320 (line"],
    ),
    (
        "a retirement before it began",
        "hotlines.toml",
        &[Swap("cancel = 2024-05-01", "cancel = 2020-05-01")],
        E,
        "dp009",
        &["[hotline.12369]"],
    ),
    (
        "the number of another hotline",
        "hotlines.toml",
        &[Swap("[hotline.12312]", "[hotline.0510-12301]")],
        E,
        "dp006",
        &["12301", "first here"],
    ),
    (
        "a letter for a digit",
        "hotlines.toml",
        &[Swap("[hotline.12310]", "[hotline.1231O]")],
        E,
        "dp006",
        &["1231O", "is not a number"],
    ),
    ("a row copied and not changed", "hotlines.toml", &[Double("[hotline.12316]")], E, "dp002", &["12316"]),
    (
        "a row that another file has too",
        "trunks.toml",
        &[Add("[queue.hrss]\n")],
        E,
        "dp019",
        &["the queue `hrss` stands twice"],
    ),
    (
        "a quote missing",
        "hotlines.toml",
        &[Swap("owner = \"商务局\"", "owner = \"商务局")],
        E,
        "dp002",
        &["商务局"],
    ),
    (
        "a bracket missing",
        "hotlines.toml",
        &[Swap("[hotline.12317]", "[hotline.12317")],
        E,
        "dp002",
        &["[hotline.12317"],
    ),
    (
        "a comma of the Chinese keyboard",
        "queues.toml",
        &[Swap("{ status = 486, announce", "{ status = 486\u{ff0c} announce")],
        E,
        "dp002",
        &["status = 486"],
    ),
    (
        "a key misspelt",
        "hotlines.toml",
        &[Swap("skill = \"commerce\"", "skil = \"commerce\"")],
        E,
        "dp003",
        &["`skil`", "did you mean `skill`?"],
    ),
    (
        "a section misspelt",
        "hotlines.toml",
        &[Swap("[out-of-scope]", "[outofscope]")],
        E,
        "dp003",
        &["outofscope"],
    ),
    (
        "a mode misspelt",
        "hotlines.toml",
        &[Swap("mode = \"full-merge\"", "mode = \"fullmerge\"")],
        E,
        "dp004",
        &["fullmerge", "full-merge"],
    ),
    (
        "the mode left out",
        "hotlines.toml",
        &[Swap("mode = \"direct\"\n", "")],
        E,
        "dp005",
        &["`mode` is missing", "[hotline.12345]"],
    ),
    (
        "a wave renamed in one place",
        "hotlines.toml",
        &[Swap("[wave.second]", "[wave.two]")],
        E,
        "dp007",
        &["no wave `second`"],
    ),
    (
        "a queue deleted",
        "queues.toml",
        &[Cut("[queue.hrss]")],
        E,
        "dp007",
        &["no queue `hrss`", "queue = \"hrss\""],
    ),
    (
        "a trunk renamed",
        "trunks.toml",
        &[Swap("[trunk.tax]", "[trunk.taxes]")],
        E,
        "dp007",
        &["no trunk `tax`", "trunk = \"tax\""],
    ),
    (
        "an announcement deleted",
        "announcements.toml",
        &[Cut("[announcement.number-cancelled]")],
        E,
        "dp007",
        &["number-cancelled", "intercept"],
    ),
    (
        "an alias of a number nobody has",
        "hotlines.toml",
        &[Swap("12331 = { to = \"12315\"", "12331 = { to = \"12351O\"")],
        E,
        "dp007",
        &["12351O"],
    ),
    (
        "aliases in a circle",
        "hotlines.toml",
        &[
            Swap("12331 = { to = \"12315\"", "12331 = { to = \"12358\""),
            Swap("12358 = { to = \"12315\"", "12358 = { to = \"12331\""),
        ],
        E,
        "dp008",
        &["12331 → 12358 → 12331"],
    ),
    (
        "an emergency line given a mode",
        "emergency.toml",
        &[Insert("[emergency.119]", "mode = \"full-merge\"\n")],
        E,
        "dp010",
        &["119", "nothing else"],
    ),
    (
        "an emergency line merged",
        "hotlines.toml",
        &[Add("[hotline.122]\nname = \"交通事故\"\nmode = \"full-merge\"\nwave = \"first\"\n")],
        E,
        "dp010",
        &["122 is an emergency line and may not be merged"],
    ),
    (
        "an emergency line with an alias",
        "hotlines.toml",
        &[Swap("12365 = { to = \"12315\"", "12365 = { to = \"110\"")],
        E,
        "dp010",
        &["110"],
    ),
    (
        "an emergency line bound on a trunk",
        "trunks.toml",
        &[Swap("\"0510-19970001\" = \"12318\"", "\"0510110\" = \"12318\"")],
        E,
        "dp036",
        &["0510110", "telecom"],
    ),
    (
        "an emergency trunk renamed",
        "emergency.toml",
        &[Swap("\"police-b\"", "\"police-c\"")],
        E,
        "dp007",
        &["police-c", "did you mean `police-a`?"],
    ),
    (
        "a skill nobody has",
        "agents.toml",
        &[SwapAll("skills = [\"*\"]", "skills = [\"general\"]")],
        E,
        "dp012",
        &["city-management", "12319", "would wait for ever"],
    ),
    (
        "the agents of the general queue gone",
        "agents.toml",
        &[SwapAll("\"general\"]", "\"hrss\"]")],
        E,
        "dp012",
        &["`general`", "12345"],
    ),
    (
        "an agent removed and no overflow",
        "queues.toml",
        &[
            Swap("[queue.legal]\nskills = { legal = 1 }", "[queue.legal]\nskills = { legal = 9 }"),
            Swap(
                "overflow = [{ after = \"30s\", to = \"general\" }]\nfull = { to = \"general\" }\n\n# 医疗保障",
                "\n# 医疗保障",
            ),
        ],
        E,
        "dp012",
        &["`legal`", "12348"],
    ),
    (
        "the one agent of a queue removed",
        "agents.toml",
        &[Cut("[agent.1006]")],
        W,
        "dp012",
        &["`legal`", "12348", "overflow"],
    ),
    (
        "dedicated seats nobody sits in",
        "agents.toml",
        &[Cut("[agent.1006]")],
        E,
        "dp035",
        &["`legal`", "12348", "agents of 12345 cannot hand callers"],
    ),
    (
        "a sub-center's trunk bound to another hotline",
        "trunks.toml",
        &[Insert("[trunk.tax]", "hotline = \"12319\"\n")],
        E,
        "dp035",
        &["`tax`", "12366", "taken for a call of 12319"],
    ),
    (
        "12345 closed at night while a sub-center is not",
        "hotlines.toml",
        &[
            Insert("[hotline.12345]", "hours = \"office\"\nclosed = { status = 480 }\n"),
            Add("[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n"),
        ],
        E,
        "dp035",
        &["12313", "cannot be handed to 12345", "is open then"],
    ),
    (
        "the carrier's trunk asked for forwarded numbers only",
        "trunks.toml",
        &[Insert("[trunk.telecom]", "identify = [\"access\", \"history-info\", \"diversion\"]\n")],
        W,
        "dp042",
        &["12345", "telecom"],
    ),
    (
        "an end given to 12345",
        "hotlines.toml",
        &[Insert("[hotline.12345]", "until = 2022-01-01\n")],
        E,
        "dp041",
        &["12345 itself", "until = 2022-01-01"],
    ),
    (
        "a hotline's own number bound to another",
        "trunks.toml",
        &[Swap("\"0510-19970001\" = \"12318\"", "12319 = \"12318\"")],
        E,
        "dp006",
        &["12319", "`telecom`", "12318's"],
    ),
    (
        "a calendar of last year",
        "hotlines.toml",
        &[
            Insert("[hotline.12328]", "hours = \"office\"\nclosed = { to = \"general\" }\n"),
            Add(
                "[hours.office]\ncalendar = \"china\"\nweek = { mon-fri = [\"08:30-17:30\"] }\n[calendar.china]\nholidays = [\"2021-10-01..2021-10-07\"]\n",
            ),
        ],
        W,
        "dp040",
        &["`china`", "12328", "2022-01-01", "2024-05-01"],
    ),
    (
        "a queue's skill that its agent lacks",
        "queues.toml",
        &[Swap("skills = { transport = 1 }", "skills = { traffic = 1 }")],
        W,
        "dp014",
        &["agent 1004", "`transport`", "traffic = 1"],
    ),
    (
        "an overflow to itself",
        "queues.toml",
        &[Swap(
            "[queue.market]\nskills = { market = 1 }\nstrategy = \"longest-idle\"\nring = \"20s\"\nmisses = 2\nwaiting = 50\nmusic = \"music-on-hold\"\noverflow = [{ after = \"30s\", to = \"general\" }]",
            "[queue.market]\nskills = { market = 1 }\noverflow = [{ after = \"30s\", to = \"market\" }]",
        )],
        E,
        "dp013",
        &["`market` overflows to itself"],
    ),
    (
        "queues that overflow into one another",
        "queues.toml",
        &[Insert("[queue.general]", "overflow = [{ after = \"1m\", to = \"hrss\" }]\n")],
        E,
        "dp013",
        &["general → hrss → general"],
    ),
    (
        "queues that are full into one another",
        "queues.toml",
        &[Swap("full = { status = 486, announce = \"all-busy\" }", "full = { to = \"hrss\" }")],
        E,
        "dp013",
        &["when they are full", "general → hrss → general"],
    ),
    (
        "a wait that ends before the overflow",
        "queues.toml",
        &[Insert("[queue.hrss]", "wait-max = \"20s\"\n")],
        W,
        "dp031",
        &["`hrss`", "never overflow", "wait-max"],
    ),
    (
        "a trial announcement that runs out",
        "announcements.toml",
        &[Insert("[announcement.merged-into-12345]", "until = 2021-12-01\n")],
        E,
        "dp018",
        &[
            "051019990001",
            "at 2021-12-01T00:00:00+08:00",
            "until = 2021-12-01",
            "announce = \"merged-into-12345\"",
        ],
    ),
    (
        "an alias that says what is over",
        "announcements.toml",
        &[Insert("[announcement.merged-into-12315]", "until = 2021-12-01\n")],
        E,
        "dp018",
        &["12331", "until = 2021-12-01", "announce = \"merged-into-12315\""],
    ),
    (
        "an emergency line forgotten",
        "emergency.toml",
        &[Cut("[emergency.120]")],
        E,
        "dp005",
        &["[emergency.120] is missing"],
    ),
    (
        "a sub-center sent to the police",
        "hotlines.toml",
        &[Swap("trunk = \"tax\"", "trunk = \"police-a\"")],
        E,
        "dp036",
        &["12366", "`police-a`", "trunk = \"police-a\"", "trunks = [\"police-a\", \"police-b\"]"],
    ),
    (
        "an emergency line that does not ring",
        "emergency.toml",
        &[Swap("no-answer = \"20s\"", "no-answer = \"2s\"")],
        E,
        "dp004",
        &["110", "no-answer = \"2s\"", "10 s"],
    ),
    (
        "music that is the announcement",
        "queues.toml",
        &[Swap("music = \"music-on-hold\"", "music = \"merged-into-12345\"")],
        E,
        "dp032",
        &["merged-into-12345", "music of the queue `general`"],
    ),
    (
        "a hotline without night cover",
        "queues.toml",
        &[
            Insert(
                "[queue.transport]",
                "hours = \"office\"\nclosed = { status = 480, announce = \"all-busy\" }\n",
            ),
            Swap(
                "[queue.general]",
                "[hours.office]\nweek = { mon-fri = [\"08:30-17:30\"] }\n[queue.general]",
            ),
        ],
        E,
        "dp033",
        &["12328", "`transport`", "open day and night"],
    ),
    (
        "hours at 24:30",
        "queues.toml",
        &[Swap("[queue.general]", "[hours.office]\nweek = { mon-fri = [\"08:30-24:30\"] }\n[queue.general]")],
        E,
        "dp004",
        &["08:30-24:30"],
    ),
    (
        "a duration without unit",
        "queues.toml",
        &[Swap("ring = \"20s\"", "ring = 20")],
        E,
        "dp004",
        &["ring = 20"],
    ),
    (
        "a port that is none",
        "trunks.toml",
        &[Swap("127.0.0.1:5090", "127.0.0.1:50900000")],
        E,
        "dp004",
        &["127.0.0.1:50900000"],
    ),
    (
        "two trunks with one address",
        "trunks.toml",
        &[Swap("127.0.0.1:5090", "127.0.0.1:5091")],
        E,
        "dp020",
        &["`tax`", "`customs`"],
    ),
    (
        "the area code of another city",
        "plan.toml",
        &[Swap("area-code = \"0510\"", "area-code = \"510\"")],
        E,
        "dp004",
        &["510"],
    ),
    (
        "a zone that is none",
        "plan.toml",
        &[Swap("Asia/Shanghai", "Asia/Wuxi")],
        E,
        "dp015",
        &["Asia/Wuxi", "Asia/Shanghai"],
    ),
    (
        "the general queue misspelt",
        "plan.toml",
        &[Swap("general-queue = \"general\"", "general-queue = \"generell\"")],
        E,
        "dp007",
        &["generell"],
    ),
    (
        "a sub-center without its trunk",
        "hotlines.toml",
        &[Swap("trunk = \"customs\"\n", "")],
        E,
        "dp017",
        &["12360"],
    ),
    (
        "a sub-center that says nothing of a dead trunk",
        "hotlines.toml",
        &[Swap(
            "trunk = \"tax\"\noverflow = { to = \"general\", when = [\"down\", \"full\"] }",
            "trunk = \"tax\"",
        )],
        W,
        "dp030",
        &["12366", "trunk `tax`", "down"],
    ),
    (
        "a sub-center's trunk bound to itself",
        "trunks.toml",
        &[Insert("[trunk.tax]", "hotline = \"12366\"\n")],
        E,
        "dp034",
        &["`tax`", "12345", "12366"],
    ),
    (
        "a peer without trunk",
        "hotlines.toml",
        &[Swap("trunk = \"jiangyin\"\n", "")],
        E,
        "dp035",
        &["jiangyin"],
    ),
    (
        "a refusal that is no refusal",
        "plan.toml",
        &[Swap("status = 404", "status = 200")],
        E,
        "dp004",
        &["200"],
    ),
    (
        "a promise of the plan broken",
        "hotlines.toml",
        &[Swap("skill = \"city-management\"", "skill = \"city\"")],
        E,
        "dp016",
        &["12319", "city-management"],
    ),
    (
        "waves that overlap: formal operation before the wave's trial",
        "hotlines.toml",
        &[Insert("[hotline.12320]", "formal = 2021-10-20\n")],
        E,
        "dp009",
        &["12320", "2021-10-20", "2021-10-25"],
    ),
    (
        "two digits of a number swapped",
        "hotlines.toml",
        &[Swap("[hotline.12319]", "[hotline.12391]")],
        E,
        "dp007",
        &["no hotline `12319`", "trunks.toml"],
    ),
    (
        "a full-width digit",
        "hotlines.toml",
        &[Swap("[hotline.12312]", "[hotline.1231\u{ff12}]")],
        E,
        "dp002",
        &["1231\u{ff12}"],
    ),
    (
        "the area code of the next city",
        "plan.toml",
        &[Swap("area-code = \"0510\"", "area-code = \"0511\"")],
        W,
        "dp038",
        &["0510-19990001", "0511"],
    ),
];

/// The first table with this head: from its line to the next head or the end.
fn table(text: &str, head: &str) -> std::ops::Range<usize> {
    let start = text.find(&format!("{head}\n")).unwrap_or_else(|| panic!("there is no {head}"));
    let end = text[start + 1..].find("\n[").map_or(text.len(), |next| start + 1 + next + 1);
    start..end
}

impl Edit {
    fn apply(self, text: &mut String) {
        match self {
            Swap(from, to) => {
                assert!(text.contains(from), "the plan does not say {from:?}");
                *text = text.replacen(from, to, 1);
            }
            SwapAll(from, to) => {
                assert!(text.contains(from), "the plan does not say {from:?}");
                *text = text.replace(from, to);
            }
            Cut(head) => text.replace_range(table(text, head), ""),
            Double(head) => {
                let row = text[table(text, head)].to_owned();
                text.push_str(&row);
            }
            Add(row) => text.push_str(row),
            Insert(head, row) => text.insert_str(table(text, head).start + head.len() + 1, row),
        }
    }
}

fn wuxi() -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    load_dir(&dir).files().iter().map(|source| (source.path.clone(), source.text.clone())).collect()
}

fn judge(files: Vec<(String, String)>) -> Report {
    let sources = Sources::new(files);
    let (_, diagnostics) = check(&sources, None);
    Report { sources, diagnostics }
}

#[test]
fn the_unbroken_plan_passes_without_a_word() {
    let report = judge(wuxi());
    assert_eq!(report.counts(), (0, 0), "{report}");
}

#[test]
fn every_slip_of_an_administrator_is_caught_and_its_row_named() {
    assert!(SLIPS.len() >= 50);
    let mut missed = String::new();
    for (name, file, edits, level, code, words) in SLIPS {
        let mut files = wuxi();
        let (_, text) = files.iter_mut().find(|(path, _)| path.ends_with(file)).unwrap();
        edits.iter().for_each(|edit| edit.apply(text));
        let report = judge(files);
        let caught = report.diagnostics.iter().filter(|d| d.code == *code && d.level == *level);
        let shown: Vec<String> = caught.map(|d| d.render(&report.sources, false)).collect();
        if !shown.iter().any(|shown| words.iter().all(|word| shown.contains(word))) {
            missed.push_str(&format!("\n== {name}: no {code} says {words:?}\n{report}"));
        }
    }
    assert!(missed.is_empty(), "{missed}");
}

/// Of the list itself: the number of any row mistyped.
#[test]
fn a_slip_in_any_row_of_the_list_is_caught() {
    let (_, text) = wuxi().into_iter().find(|(path, _)| path.ends_with("hotlines.toml")).unwrap();
    let heads: Vec<&str> = text.lines().filter(|line| line.starts_with("[hotline.")).collect();
    assert!(heads.len() >= 46, "{}", heads.len());
    let mut missed = vec![];
    for head in heads {
        let number = head.trim_start_matches("[hotline.").trim_end_matches(']');
        let mut digits: Vec<char> = number.chars().collect();
        let last = digits.len() - 1;
        digits.swap(last - 1, last);
        if digits[last] == digits[last - 1] {
            digits[last] = if digits[last] == '9' { '0' } else { '9' };
        }
        let mistyped: String = digits.into_iter().collect();
        let mut files = wuxi();
        let (_, text) = files.iter_mut().find(|(path, _)| path.ends_with("hotlines.toml")).unwrap();
        *text = text.replacen(&format!("{head}\n"), &format!("[hotline.{mistyped}]\n"), 1);
        let report = judge(files);
        let shown: Vec<String> = report
            .diagnostics
            .iter()
            .filter(|d| d.level == E)
            .map(|d| d.render(&report.sources, false))
            .collect();
        if !shown.iter().any(|shown| shown.contains(number) || shown.contains(&mistyped)) {
            missed.push(format!("{number} as {mistyped}"));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn no_two_slips_are_one() {
    let names: std::collections::BTreeSet<&str> = SLIPS.iter().map(|slip| slip.0).collect();
    assert_eq!(names.len(), SLIPS.len());
}
