//! What spreadsheets make of a list.

use super::*;

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
fn more_cells_than_headings_are_said() {
    // A comma in a cell without quotation marks.
    let text = "number,name,mode,cancel_after\n12345,总热线,direct\n12319,城建,双号并行,设专席,2021-12-31\n";
    let (_, _, notes) = imported(text.as_bytes());
    assert!(notes.iter().any(|note| note.starts_with("3 : 5 cells below 4 headings")), "{notes:?}");
    assert!(notes.iter().any(|note| note.starts_with("3 cancel_after: `设专席` is no date")), "{notes:?}");
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
