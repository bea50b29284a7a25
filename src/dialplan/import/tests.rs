//! Lists as cities have them.

use std::collections::BTreeMap;
use std::io;

use proptest::prelude::*;

use super::*;
use crate::dialplan::{Action, Audio, Level, Sources, Table, check, read as toml_read};
use crate::event::Number;
use crate::stdx::Rng;

struct Stock;

impl Audio for Stock {
    fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        let name = file.strip_prefix("audio/").and_then(|file| file.strip_suffix(".wav")).unwrap();
        Ok(recording(name).unwrap().1.to_vec())
    }
}

fn settings() -> Settings {
    Settings {
        name: "某市12345".to_owned(), area_code: "0510".to_owned(), zone: "Asia/Shanghai".to_owned()
    }
}

fn sources(draft: &Draft) -> Sources {
    Sources::new(draft.print(&mut Rng::from_seed(1)))
}

/// The plan of a sheet, checked, and the notes as lines.
#[track_caller]
fn imported(bytes: &[u8]) -> (Draft, Table, Vec<String>) {
    let (draft, notes) = decide(&read(bytes).unwrap(), &settings()).unwrap();
    let sources = sources(&draft);
    let (table, found) = check(&sources, Some(&Stock));
    assert!(
        found.iter().all(|d| d.level != Level::Error),
        "{}",
        crate::dialplan::Report { sources, diagnostics: found }
    );
    let notes = notes.iter().filter(|note| note.line.is_some());
    let notes = notes.map(|n| format!("{} {}: {} → {}", n.line.unwrap(), n.column, n.why, n.chose));
    (draft, table.unwrap(), notes.collect())
}

const HEADINGS: &str = "number,name_zh,owner_zh,mode,dedicated_queue,number_after,queue,skills,trial_from,formal_from,cancel_after,after_cancel\n";

/// Rows below the usual headings.
#[track_caller]
fn rows(rows: &str) -> (Draft, Table, Vec<String>) {
    imported(format!("{HEADINGS}12345,总热线,市政府,anchor,,,,,,,,\n{rows}").as_bytes())
}

fn at(table: &Table, number: &str, instant: &str) -> Action {
    let fate =
        table.fate(&table.numbering().normalise(number, None)).unwrap_or_else(|| panic!("no {number}"));
    fate.segment(table.calendar().parse(instant).unwrap()).unwrap().actions().next().unwrap().clone()
}

#[test]
fn the_wuxi_list_becomes_a_plan_that_decides_as_dialplan_wuxi_does() {
    let csv = include_bytes!("../../../dialplan/wuxi/hotlines.csv");
    let (_, table, notes) = imported(csv);
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    let wuxi = check(&crate::dialplan::load_dir(&dir), None).0.unwrap();
    // Names of queues and trunks are the administrator's; what happens to a caller is not.
    let what = |action: &Action| match action {
        Action::Queue { queue, skill, announce } => {
            let general = queue.as_str() == "general";
            format!(
                "queue general={general} skill={skill:?} announce={:?}",
                announce.as_ref().map(|a| a.prompt.clone())
            )
        }
        Action::Trunk { number, back, .. } => format!(
            "trunk {number} {:?}",
            back.as_ref().map(|b| (b.queue.clone(), b.on_down, b.on_full, b.on_no_answer))
        ),
        Action::Emergency { line, no_answer, .. } => format!("emergency {line} {no_answer:?}"),
        Action::Intercept { prompt, status } => format!("intercept {prompt} {status}"),
        Action::Reject { status, notice } => format!("reject {status} {notice:?}"),
    };
    let mut compared = 0;
    for theirs in wuxi.fates() {
        let ours = table.fate(&theirs.number).unwrap_or_else(|| panic!("{} is missing", theirs.number));
        let edges: Vec<i64> =
            theirs.segments().chain(ours.segments()).map(|s| s.from_ms).filter(|ms| *ms > i64::MIN).collect();
        for ms in edges.iter().flat_map(|ms| [ms - 1, *ms]).chain([0, 1_900_000_000_000]) {
            let (a, b) = (ours.segment(ms).unwrap(), theirs.segment(ms).unwrap());
            assert_eq!(what(a.action), what(b.action), "{} at {ms}", theirs.number);
            let names = |s: crate::dialplan::fate::Segment<'_>| {
                s.hotline.map(|h| (h.name.clone(), h.owner.clone(), h.mode))
            };
            assert_eq!(names(a), names(b), "{} at {ms}", theirs.number);
            compared += 1;
        }
    }
    assert_eq!((table.fates().len(), table.targets().len()), (wuxi.fates().len(), wuxi.targets().len()));
    assert!(compared > 300, "{compared}");
    // 12369 is kept and ends; six sub-centers are not expected here.
    assert_eq!(notes.len(), 7, "{notes:#?}");
    assert!(
        notes.iter().any(|note| note.contains("cancel_after: the row keeps the number, and here is a day")),
        "{notes:#?}"
    );
}

/// As a Chinese input method types it.
fn wide(text: &str) -> String {
    text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect()
}

#[test]
fn every_shape_a_spreadsheet_gives_the_list_reads_the_same() {
    let plain = "号码,名称,单位,模式,试运行,停用日期\n12345,总热线,市政府,主号,,\n12319,城建热线,城管局,整体并入,2021-10-11,2021-12-31\n";
    let wanted = imported(plain.as_bytes()).0;
    assert_eq!(wanted.hotlines[1].mode, "full-merge");
    let utf16 = |text: &str| -> Vec<u8> {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    let gbk = encoding_rs::GBK.encode(plain).0.into_owned();
    assert!(String::from_utf8(gbk.clone()).is_err());
    let shapes: Vec<(&str, Vec<u8>)> = vec![
        ("a byte order mark", format!("\u{feff}{plain}").into_bytes()),
        ("CRLF", plain.replace('\n', "\r\n").into_bytes()),
        ("CR", plain.replace('\n', "\r").into_bytes()),
        ("semicolons", plain.replace(',', ";").into_bytes()),
        ("tabs", plain.replace(',', "\t").into_bytes()),
        ("GBK", gbk),
        ("UTF-16 with tabs", utf16(&plain.replace(',', "\t"))),
        ("quotes", plain.replace("城建热线", "\"城建热线\"").into_bytes()),
        ("full-width digits", plain.replace("12319", &wide("12319")).into_bytes()),
        ("full-width dates", plain.replace("2021-10-11", &wide("2021-10-11")).into_bytes()),
        ("odd spaces", plain.replace("12319", "\u{3000}12319\u{a0}").into_bytes()),
        ("decimals", plain.replace("12319", "12319.0").into_bytes()),
        ("a text mark", plain.replace("12319", "'12319").into_bytes()),
        ("empty rows", plain.replace("\n12319", "\n,,,,,\n\n   ,,\n12319").into_bytes()),
        ("lines before", format!("# 某市热线清单\n\n{plain}").into_bytes()),
        (
            "Chinese dates",
            plain.replace("2021-10-11", "2021年10月11日").replace("2021-12-31", "2021.12.31").into_bytes(),
        ),
        ("slashes", plain.replace("2021-10-11", "2021/10/11").replace("2021-12-31", "20211231").into_bytes()),
        ("long headings", plain.replace("号码", "热线号码\u{ff08}短号\u{ff09}").into_bytes()),
        (
            "headings of two lines",
            plain.replace("号码", "\"热线\n号码\"").replace("单位", "\"牵头\r\n单位\"").into_bytes(),
        ),
        ("commas in headings", plain.replace("号码", "\"热线号码(短号,5位)\"").into_bytes()),
        (
            "spaced headings",
            plain.replace("号码,名称,单位", "号\u{3000}\u{3000}码,名 称,单\u{3000}位").into_bytes(),
        ),
        ("a quotation mark that is not closed before", format!("\"某市热线清单\n{plain}").into_bytes()),
    ];
    for (what, bytes) in shapes {
        assert_eq!(imported(&bytes).0, wanted, "{what}");
    }
}

#[test]
fn what_the_list_leaves_open_is_said_with_row_column_reason_and_choice() {
    let (_, table, notes) = rows(
        "12301,旅游,文旅局,full,,,,tourism,2021-10-11,2021-12-01,,\n\
         12302,怪事,某局,??,,,,,,,2021-12-31,\n\
         12303,,某局,full,,,,,44480,,44561,teleport\n\
         12304,双号,某局,dual,maybe,,,,2021-12-01,2021-10-11,soon,\n\
         12306,专席,某局,dual,yes,,,\"rail,road\",,,,\n\
         12301,又来,某局,full,,,,,,,,\n\
         无,没有号码,某局,full,,,,,,,,\n\
         110,报警,公安局,full,,,,,,,,\n\
         12399,别名,某局,alias_of_12398,,,,,,,,\n",
    );
    expect_test::expect![[r#"
        3 cancel_after: nothing says when the number ends → number = "kept"
        4 cancel_after: a number of unknown mode ends → number = "kept", also after that day
        4 mode: unknown mode `??` → mode = "dual-number", number = "kept": its callers reach the general queue
        5 after_cancel: `teleport` is none of intercept, keep, reject → an intercept announcement
        5 cancel_after: `44561` is a spreadsheet's count of days → 2021-12-31
        5 name_zh: 12303 has no name → its number is its name
        5 trial_from: `44480` is a spreadsheet's count of days → 2021-10-11
        6 cancel_after: `soon` is no date → as if the cell were empty
        6 cancel_after: nothing says when the number ends → number = "kept"
        6 dedicated_queue: `maybe` is neither yes nor no → as if the cell were empty
        6 dedicated_queue: nothing says whether it has seats of its own → none: the general queue
        6 formal_from: 2021-10-11 is not after the trial of 2021-12-01 → no formal date
        7 queue: seats of its own, and no queue is named → q12306
        7 skills: more than one skill, and a hotline asks for one → the first: rail
        8 number: 12301 stands in line 3 already → the row is left out; see `from` and `until` for re-used numbers
        9 number: `无` is no number → the row is left out
        10 mode: `full`, but 110 is an emergency line and is never merged → an emergency line
        11 mode: 12399 is to be another name of 12398, which leads to no hotline of this sheet → of 12345
    "#]]
    .assert_eq(&(notes.join("\n") + "\n"));
    // Whoever is in doubt reaches a person.
    for number in ["12301", "12302", "12304", "12399"] {
        assert!(matches!(at(&table, number, "2030-01-01"), Action::Queue { .. }), "{number}");
    }
    assert!(matches!(at(&table, "110", "2030-01-01"), Action::Emergency { .. }));
    assert!(matches!(at(&table, "12303", "2021-12-31T23:59:59"), Action::Queue { .. }));
    assert!(matches!(at(&table, "12303", "2022-01-01"), Action::Intercept { .. }));
}

#[test]
fn sums_are_no_hotlines_and_words_may_be_said_where_they_are_asked_for() {
    let (draft, table, notes) = rows(
        "12315,消费,某局,dual,设专席,,xf,,,,,\n\
         12331,药品,某局,12315别名,,,,,,,,\n\
         46,合计:,,,,,,,,,,\n\
         合计,,,,,,,,,,,\n",
    );
    assert_eq!(
        notes,
        [
            "5 name_zh: `合计:` is a sum below the list → the row is left out",
            "6 number: `合计` is no number → the row is left out"
        ]
    );
    assert!(
        draft.hotlines.iter().any(|hotline| hotline.queue.as_deref() == Some("xf")),
        "{:?}",
        draft.hotlines
    );
    assert_eq!(
        draft.aliases.iter().map(|alias| (&*alias.number, &*alias.to)).collect::<Vec<_>>(),
        [("12331", "12315")]
    );
    assert!(table.fate(&Number::new("46")).is_none());
}

/// The notes on one row below these headings, and its hotline.
#[track_caller]
fn one(headings: &str, row: &str) -> (Hotline, Vec<String>) {
    let text = format!("number,name,{headings}\n12345,总热线,direct\n12319,城建,{row}\n");
    let (draft, _, notes) = imported(text.as_bytes());
    let notes = notes.iter().filter_map(|note| note.strip_prefix("3 ")).map(str::to_owned).collect();
    (draft.hotlines.into_iter().find(|hotline| hotline.number == "12319").unwrap(), notes)
}

/// What a mode means where the row has a day on which it ends: the plan's mode, whether the number ends, whether it has
/// a queue, and how much of the mode is in doubt.
#[track_caller]
fn mode(cell: &str) -> (&'static str, bool, bool, usize) {
    let (hotline, notes) = one("mode,cancel_after", &format!("\"{cell}\",2021-12-31"));
    let doubts = notes.iter().filter(|note| note.starts_with("mode:")).count();
    (hotline.mode, hotline.ends(), hotline.queue.is_some(), doubts)
}

#[test]
fn a_mode_is_read_in_its_usual_words_and_in_parts() {
    let full = ["整体并入", "full-merge", "Full Merge", "合并", "取消", "注销", "取消号码", "并入12345"];
    for cell in full.into_iter().chain(["整体并入12345热线", "整体并入,取消号码"]) {
        assert_eq!(mode(cell), ("full-merge", true, false, 0), "{cell}");
    }
    let wide_comma = format!("双号并行{}设专席", wide(","));
    let dedicated =
        ["双号并行,设专席", &wide_comma, "双号并行(设专席)", "设专席/双号并行", "dual, dedicated", "专席"];
    for cell in dedicated.into_iter().chain(["dual-number with a queue", "双号并行、保留号码、设专席"])
    {
        let (mode, _, queue, doubts) = mode(cell);
        assert_eq!((mode, queue, doubts), ("dual-number", true, 0), "{cell}");
    }
    assert_eq!(mode("双号并行"), ("dual-number", true, false, 0));
    assert_eq!(mode("双号并行,不设专席"), ("dual-number", true, false, 0));
    // Understood, and open who answers: said.
    assert_eq!(mode("保留"), ("dual-number", true, false, 1));
    // Not understood, in part or at odds with itself: nothing of it counts, the number stays, and it is said.
    for cell in
        ["另行研究", "双号并行,另行研究", "整体并入,双号并行", "保留,取消", "设专席,不设专席", "并入某热线"]
    {
        assert_eq!(mode(cell), ("dual-number", false, false, 1), "{cell}");
    }
    assert_eq!(one("mode", "设分中心").0.mode, "sub-center");
}

#[test]
fn headings_of_the_end_are_known_and_the_side_of_the_day_is_said() {
    let headings = [
        "cancel_after",
        "注销",
        "注销日期",
        "取消",
        "取消日期",
        "停用日期",
        "号码停用时间",
        "最后服务日",
        "Cancel Date",
        "last day",
    ];
    for heading in headings {
        let (hotline, notes) = one(&format!("mode,{heading}"), "full,2021-12-31");
        assert!(hotline.ends() && hotline.wave.is_some(), "{heading}: {notes:?}");
    }
    let table = |heading: &str| {
        let text = format!("number,name,mode,{heading}\n12345,总热线,direct,\n12319,城建,full,2021-12-31\n");
        let (_, table, notes) = imported(text.as_bytes());
        let served = matches!(at(&table, "12319", "2021-12-31T00:00:00"), Action::Queue { .. });
        let after = matches!(at(&table, "12319", "2022-01-01"), Action::Queue { .. });
        (served, after, notes.iter().filter(|note| note.starts_with("1 ")).count())
    };
    // The last day is served; a heading that does not say so is told.
    assert_eq!(table("cancel_after"), (true, false, 0));
    assert_eq!(table("注销日期"), (true, false, 1));
    // As `cancel` of a plan: the first day without.
    assert_eq!(table("cancel"), (false, false, 1));
    assert_eq!(table("cancel_from"), (false, false, 0));
}

#[test]
fn a_cell_that_is_not_understood_means_nothing_and_is_said() {
    #[track_caller]
    fn said(heading: &str, cell: &str, state: Option<&str>, wanted: &[&str]) {
        let (hotline, notes) = one(&format!("mode,{heading}"), &format!("dual,\"{cell}\""));
        let heading = format!("{heading}: ");
        let notes: Vec<&str> = notes.iter().filter_map(|note| note.strip_prefix(&heading)).collect();
        assert_eq!((hotline.state, notes.as_slice()), (state, wanted), "{heading}{cell}");
    }
    const EMPTY: &str = "as if the cell were empty";
    let kept = Some("kept");
    let doubt = format!("`也许` is neither yes nor no → {EMPTY}");
    let open = "nothing says whether it has seats of its own → none: the general queue";
    said("专席", "也许", kept, &[&doubt, open]);
    let doubt = format!("`暂缓` says neither that the number is kept nor that it ends → {EMPTY}");
    said("号码去留", "暂缓", kept, &[&doubt]);
    said("是否保留号码", "否", kept, &[]);
    said("取消", "是", kept, &["the number ends, and nothing says when → number = \"kept\""]);
    said("取消", "否", kept, &[]);
    let open = "nothing says when the number ends → number = \"kept\"";
    said("注销日期", "年底", kept, &[&format!("`年底` is no date → {EMPTY}"), open]);
    let doubt = format!("`03/04/2022` may be either of two days: which is the month? → {EMPTY}");
    said("注销日期", "03/04/2022", kept, &[&doubt, open]);
    let more = "`2021年12月31日24时` says more than a day → 2021-12-31";
    said("注销日期", "2021年12月31日24时", None, &[more]);
    let doubt = "`专线` is none of own-number, forwarded, transfer-only → as its mode has it";
    said("接入方式", "专线", kept, &[doubt]);
    let (hotline, notes) = one("mode,队列", "dual,hrss");
    assert_eq!(hotline.queue.as_deref(), Some("hrss"));
    let open = "dedicated_queue: nothing says whether it has seats of its own, and a queue is named → seats of its own";
    assert!(notes.iter().any(|note| note == open), "{notes:?}");
}

#[test]
fn a_number_kept_by_its_mode_ends_when_a_day_says_so_and_that_is_said() {
    let (hotline, notes) = one("mode,专席,cancel_after", "双号并行,是,2021-12-31");
    assert_eq!((hotline.state, hotline.wave.is_some()), (Some("cancelled"), true));
    assert!(
        notes.iter().any(|note| note.starts_with("cancel_after: a number with seats of its own")),
        "{notes:?}"
    );
    let (hotline, notes) = one("mode,cancel_after", "设分中心,2021-12-31");
    assert_eq!(hotline.state, None);
    assert!(notes.iter().any(|note| note.contains("mode = \"sub-center\" does not end")), "{notes:?}");
}

#[test]
fn more_cells_than_headings_are_said() {
    // A comma in a cell without quotation marks.
    let text = "number,name,mode,cancel_after\n12345,总热线,direct\n12319,城建,双号并行,设专席,2021-12-31\n";
    let (_, _, notes) = imported(text.as_bytes());
    assert!(notes.iter().any(|note| note.starts_with("3 : 5 cells below 4 headings")), "{notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("3 cancel_after: `设专席` is no date")), "{notes:?}");
}

#[test]
fn the_one_number_is_found_and_what_is_said_of_its_row_is_what_was_taken() {
    #[track_caller]
    fn check(rows: &str, number: &str, wanted: &[&str]) {
        let (draft, notes) =
            decide(&read(format!("number,name,mode\n{rows}").as_bytes()).unwrap(), &settings()).unwrap();
        let direct: Vec<&str> =
            draft.hotlines.iter().filter(|h| h.mode == "direct").map(|h| h.number.as_str()).collect();
        assert_eq!((draft.number.as_str(), direct), (number, vec![number]));
        let notes = notes.into_iter().filter(|note| ["mode", "number"].contains(&note.column.as_str()));
        let notes: Vec<String> =
            notes.map(|n| format!("{} {} → {}", n.line.unwrap_or(0), n.why, n.chose)).collect();
        assert_eq!(notes, wanted);
    }
    const ONE: &str = "mode = \"direct\": the one number the others merge into";
    check("12345,x,直接\n", "12345", &[]);
    check("12345,x,\n", "12345", &[&format!("2 no mode → {ONE}")]);
    check("12345,x,??\n", "12345", &[&format!("2 unknown mode `??` → {ONE}")]);
    let said = |line, mode| {
        format!("{line} `{mode}`, but no row says that it is the one number the others merge into → {ONE}")
    };
    check("12345,x,整体并入\n", "12345", &[&said(2, "整体并入")]);
    // No row before it takes its number, and nothing is said of it twice.
    let twice =
        "2 12345 stands in line 3 already → the row is left out; see `from` and `until` for re-used numbers";
    let rows = "12345@a,x,整体并入\n12345,y,linked_emergency\n";
    check(rows, "12345", &[twice, &said(3, "linked_emergency")]);
    let added = "0 no row is the one number the others merge into → 12345, mode = \"direct\", is added";
    check("12319,x,取消\n", "12345", &[added]);
    let other = "2 `直接`, but 12345 is the one number → mode = \"dual-number\", number = \"kept\": its callers reach the general queue";
    check("12319,x,直接\n12345,x,direct\n", "12345", &[other]);
    check("12333,x,直接\n12319,y,并入12333\n", "12333", &[]);
}

#[test]
fn the_words_of_the_help_are_understood() {
    let help = vocabulary();
    let (headings, rest) = help.split_once("\nModes").unwrap();
    let (modes, dates) = rest.split_once("\nDates").unwrap();
    let words: Vec<&str> = headings.lines().skip(1).flat_map(|line| line.split([',', ' '])).collect();
    for heading in words.into_iter().filter(|word| !word.is_empty()) {
        assert!(headings::Column::of(&headings::plain(heading)).is_some(), "{heading}");
    }
    // A blank within a heading is none of its letters.
    for (heading, column) in [
        ("热线 号码", headings::Column::Number),
        ("热 线\u{3000}名 称", headings::Column::Name),
        ("试运行 开始日期", headings::Column::TrialFrom),
        ("Hotline number", headings::Column::Number),
    ] {
        assert_eq!(headings::Column::of(&headings::plain(heading)), Some(column), "{heading}");
    }
    assert_eq!(headings::Column::of(&headings::plain("num ber")), Some(headings::Column::Number));
    assert_eq!(headings::Column::of(&headings::plain("新 号码")), None);
    for word in ["整体并入", "双号并行", "设专席", "设分中心", "直接", "取消", "保留", "注销"]
    {
        assert!(modes.contains(word), "{word}");
    }
    for form in
        ["2021-12-31", "2021/12/31", "2021.12.31", "2021年12月31日", "20211231", "31.12.2021", "44561"]
    {
        assert!(dates.contains(form), "{form}");
    }
    assert!(help.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 100), "{help}");
}

#[test]
fn unknown_columns_are_reported_and_passed_over() {
    let (_, _, notes) = imported("number,name,mode,colour,名称\n12345,总热线,anchor,red,x\n".as_bytes());
    assert_eq!(
        notes,
        [
            "1 colour: unknown heading → the column is not read",
            "1 名称: an earlier column has the same meaning → the column is not read",
        ]
    );
}

#[test]
fn what_is_no_list_says_why() {
    #[track_caller]
    fn refused(bytes: &[u8], why: BadSheet) {
        assert_eq!(read(bytes).err(), Some(why));
    }
    refused(b"", BadSheet::Empty);
    refused(b" \r\n\t", BadSheet::Empty);
    refused(b"PK\x03\x04xlsx", BadSheet::Workbook);
    refused(b"\xd0\xcf\x11\xe0xls", BadSheet::Workbook);
    refused(b"a,b\n1,2\n", BadSheet::NoHeadings("`a`, `b`".to_owned()));
    // A number alone makes no list, and a long line is not told whole.
    refused("# 2021\n\n号码;\"备 考\"\n".as_bytes(), BadSheet::NoHeadings("`号码`, `备 考`".to_owned()));
    let wide = (1..=12).map(|i| format!("`{i}`")).collect::<Vec<_>>().join(", ") + " …";
    refused(b"1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\n", BadSheet::NoHeadings(wide));
    refused(b"number,name\n", BadSheet::NoRows);
    refused(b"number,name\n,\n\n", BadSheet::NoRows);
    refused(b"number,name\n12345,\xff\xff\xff\n", BadSheet::Encoding);
    let long = format!("number,name\n{}", "1,x\n".repeat(30_000));
    refused(long.as_bytes(), BadSheet::TooLong);
    let sheet = read(b"number,name\n12345,x\n").unwrap();
    assert_eq!(decide(&sheet, &Settings::default()).err(), Some(BadSheet::NoAreaCode));
}

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

#[test]
fn a_quotation_mark_that_is_not_closed_is_told_where_it_opens() {
    let (draft, _, notes) = rows(
        "12318,\"文化,文旅局,双号并行,,,,,,,,\n12319,城建,住建局,双号并行,,,,,,,,\n12320,卫生,卫健委,双号并行,,,,,,,,\n",
    );
    assert_eq!(draft.hotlines.len(), 1, "{:?}", draft.hotlines);
    assert_eq!(
        notes,
        [
            "3 : a quotation mark opens here, and 2 more lines follow before one closes it → the row and those lines are left out: close it, or take it out"
        ]
    );
}

#[test]
fn a_row_without_dates_is_in_no_wave() {
    let (draft, ..) =
        rows("12318,文化,文旅局,整体并入,,,,,,,2022-01-01,\n12319,城建,住建局,双号并行,,,,,,,,\n");
    let waves: Vec<(&str, Option<&str>)> =
        draft.hotlines.iter().map(|h| (h.number.as_str(), h.wave.as_deref())).collect();
    assert_eq!(waves, [("12345", None), ("12318", Some("wave-1")), ("12319", None)]);
}

#[test]
fn a_date_before_any_merger_is_doubted() {
    let (_, table, notes) = rows("12319,城建,住建局,双号并行,,,,,1999-06-15,,,\n");
    let doubt = "3 trial_from: `1999-06-15` is before any hotline was merged: is it the day on which the hotline began? → 1999-06-15";
    assert!(notes.iter().any(|note| note == doubt), "{notes:?}");
    assert!(table.fate(&Number::new("12319")).is_some());
}

#[test]
fn a_chain_of_other_names_longer_than_a_plan_follows_is_cut_short_and_not_led_elsewhere() {
    let chain: String = (0..9).map(|i| format!("1240{i},别名,局,alias of 1240{},,,,,,,,\n", i + 1)).collect();
    let (draft, _, notes) = rows(&format!("{chain}12409,城建,住建局,双号并行,,,,,,,,\n"));
    let to: Vec<&str> = draft.aliases.iter().map(|alias| alias.to.as_str()).collect();
    assert_eq!(to, ["12409", "12402", "12403", "12404", "12405", "12406", "12407", "12408", "12409"]);
    let told = "3 mode: 12400 stands more than 8 names before 12409, and a plan follows no more → of 12409";
    assert!(notes.iter().any(|note| note == told), "{notes:?}");
}

#[test]
fn other_names_in_a_circle_or_of_nothing_are_of_the_one_number() {
    let (draft, _, notes) = rows(
        "12400,甲,局,alias of 12401,,,,,,,,\n12401,乙,局,alias of 12400,,,,,,,,\n12402,丙,局,alias of 12409,,,,,,,,\n",
    );
    assert!(draft.aliases.iter().all(|alias| alias.to == "12345"), "{:?}", draft.aliases);
    let told =
        "3 mode: 12400 is to be another name of 12401, which leads to no hotline of this sheet → of 12345";
    assert!(notes.iter().any(|note| note == told), "{notes:?}");
}

#[test]
fn a_comma_in_the_second_line_of_a_cell_makes_no_row_of_it() {
    for cell in ["说明\n上午, 下午", "说明\n一, 二, 三"] {
        let sheet = format!("number,name,mode,owner\n12345,市,direct,\n12319,城建,full merge,\"{cell}\"\n");
        let (draft, notes) = decide(&read(sheet.as_bytes()).unwrap(), &settings()).unwrap();
        assert_eq!(draft.hotlines.len(), 2, "{notes:?}");
    }
}

#[test]
fn lines_are_counted_however_they_end() {
    // All rows stood in line 1, and were the one number.
    let sheet = "号码,名称,模式\n12345,便民,直接\n12319,城建,整体并入\n12320,卫生,??\n";
    for end in ["\n", "\r\n", "\r"] {
        let (draft, _, notes) = imported(sheet.replace('\n', end).as_bytes());
        let modes: Vec<&str> = draft.hotlines.iter().map(|hotline| hotline.mode).collect();
        assert_eq!(modes, ["direct", "full-merge", "dual-number"], "{end:?}");
        let lines: Vec<&str> = notes.iter().filter_map(|note| note.split(' ').next()).collect();
        assert_eq!(lines, ["3", "4"], "{end:?}: {notes:?}");
    }
}

#[test]
fn a_row_of_headings_may_take_several_lines_and_rows_are_counted_behind_them() {
    // The last line of such headings was taken for all of them, one column off.
    let sheet = "某市热线清单,,,,\n序号,\"热线\n号码\",热线名称,\"牵头\n单位\",\"归并\n方式\"\n1,12345,便民,中心,直接\n2,12319,城建,城管局,??\n";
    let (draft, _, notes) = imported(sheet.as_bytes());
    let hotline = &draft.hotlines[1];
    assert_eq!(
        (hotline.number.as_str(), hotline.name.as_str(), hotline.owner.as_str()),
        ("12319", "城建", "城管局")
    );
    assert!(notes[0].starts_with("7 归并 方式: unknown mode"), "{notes:?}");
}

#[test]
fn a_cell_of_more_than_one_number_is_told_and_its_row_left_out() {
    #[track_caller]
    fn numbers(cell: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("number,name,mode,number_after\n12345,市,direct,\n\"{cell}\",城建,full,保留\n");
        let (draft, _, notes) = imported(text.as_bytes());
        (draft.hotlines.into_iter().skip(1).map(|hotline| hotline.number).collect(), notes)
    }
    for cell in [
        "12319\n12329",
        "12341 12342",
        "12332-12335",
        "12319(12329)",
        "12319 0510-88886666",
        "88886666 88886667",
        "0510-88886666-8001",
        "12345-1",
        "110\n119",
    ] {
        let shown = cell.replace('\n', " ");
        let note = format!(
            "3 number: `{shown}` is more than one number → the row is left out: give each a row of its own"
        );
        assert_eq!(numbers(cell), (vec![], vec![note]), "{cell}");
    }
    for (cell, number) in [
        ("0510-88886666", "0510-88886666"),
        ("0510 8888 6666", "051088886666"),
        ("(0510)88886666", "051088886666"),
        ("8888 6666", "88886666"),
        ("400-810-1234", "400-810-1234"),
        ("0510-12319", "0510-12319"),
        ("12319\n", "12319"),
    ] {
        assert_eq!(numbers(cell), (vec![number.to_owned()], vec![]), "{cell}");
    }
}

#[test]
fn a_column_without_heading_that_holds_anything_is_told() {
    let text = "号码,名称,模式,试运行时间,,正式运行,,\n12345,便民,直接,,,,,\n12319,城建,整体并入,2021-10-11,2021-11-30,2021-12-01,2021-12-31,\n12320,卫生,双号并行,2021-10-11,2021-11-30,2021-12-01,,\n";
    let notes = imported(text.as_bytes()).2;
    let told: Vec<&String> = notes.iter().filter(|note| note.contains("no heading")).collect();
    assert_eq!(
        told,
        [
            "3 : column 5 has no heading, and holds `2021-11-30` → the column is not read",
            "3 : column 7 has no heading, and holds `2021-12-31` → the column is not read",
        ]
    );
}
