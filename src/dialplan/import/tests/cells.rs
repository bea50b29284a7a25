//! What cells say.

use super::*;

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
    let full = ["整体并入", "full-merge", "Full Merge", "合并", "并入12345"];
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
    for cell in ["取消", "注销", "取消号码"] {
        assert_eq!(mode(cell), ("full-merge", true, false, 1), "{cell}");
    }
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
