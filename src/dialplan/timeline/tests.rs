//! Pictures of a small plan that has every mode, hours, a legacy destination and a gap.

use expect_test::{expect, expect_file};

use crate::dialplan::timeline::page::{HEAD, text_width};
use crate::dialplan::timeline::{By, Language, Timeline, View, timeline};
use crate::dialplan::{Sources, Table, check};

fn table(text: &str) -> Table {
    check(&Sources::new([("plan.toml", text)]), None).0.unwrap()
}

fn small(view: View) -> Timeline {
    timeline(&table(include_str!("small.toml")), &view)
}

/// 2021-12-01 in the plan's zone.
const MARKED: View =
    View { from_ms: None, until_ms: None, at_ms: Some(1_638_313_200_000), by: By::Mode, language: None };

#[test]
fn a_terminal_shows_every_mode_phase_and_gap() {
    expect![[r#"
        Small city  2021-09-01 … 2022-02-01  Europe/Berlin
                                     |2021                                                   |2022
                                     |Sep         |Oct           |Nov          |Dec          |Jan
                                                                               v 2021-12-01
        The one number
        12345  the city              GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG
        Full merge
        12301  Tourism                                  ggggggggggggggggggggggggGGGGGGGGGGGGGG--------------
        12319  City works & roads …  oooooooooooooooooooggggggggggggggggggggggggGGGGGGGGGGGGGGxxxxxxxxxxxxxx
        12356  Old aid / New aid     GGGGGGGGGGGGGGGGGGGGGGGGGGGG!!!!GGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGGG
        12399  By transfer                              ......................................--------------
        Dual number, seats of its own
        12333  Labour                                   qqqqqqqqqqqqqqqqqqqqqqqqQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
        Sub-center
        12366  Tax                                      ssssssssssssssssssssssssSSSSSSSSSSSSSSSSSSSSSSSSSSSS
        Aliases of other hotlines
        12318  → 12319 City works …  oooooooooooooooooooggggggggggggggggggggggggGGGGGGGGGGGGGGxxxxxxxxxxxxxx
        Emergency lines
        110    110                   EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE
        119    119                   EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE
        120    120                   EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE
        122    122                   EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE
        Told or reached by transfer only
        12388  Discipline            .......................................................................

        G general queue
        g general queue, trial
        Q own queue
        q own queue, trial
        S sub-center's trunk
        s sub-center's trunk, trial
        o old destination
        E emergency line
        x cancelled: intercept announcement
        - cancelled: refused
        . not routed
          not ours
        ! GAP: nobody answers
        2021-10-11T00:00:00+02:00  trial 6 numbers
        2021-11-01T00:00:00+01:00  gap 1 number
        2021-11-08T00:00:00+01:00  formal 1 number
        2021-12-01T00:00:00+01:00  formal 6 numbers
        2022-01-01T00:00:00+01:00  cancelled 4 numbers
        [1] 12319, 12318: office: mon-fri 08:30-12:00 13:30-17:30, holidays of de closed; otherwise:
            announce what
    "#]]
    .assert_eq(&small(MARKED).terminal(100, false));
}

#[test]
fn a_terminal_is_never_wider_than_it_says_and_colour_adds_no_column() {
    let timeline = small(View { language: Some(Language::Chinese), ..MARKED });
    for columns in [60, 80, 100, 140] {
        let plain = timeline.terminal(columns, false);
        for line in plain.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= columns, "{columns}: {line}");
        }
        let coloured = timeline.terminal(columns, true);
        assert!(coloured.contains("\x1b["));
        let mut stripped = String::new();
        let mut within = false;
        for c in coloured.chars() {
            match c {
                '\x1b' => within = true,
                'm' if within => within = false,
                _ if within => {}
                c => stripped.push(c),
            }
        }
        let trimmed = |text: &str| text.lines().map(|l| l.trim_end().to_owned()).collect::<Vec<_>>();
        assert_eq!(trimmed(&stripped), trimmed(&plain));
    }
}

#[test]
fn a_gap_shorter_than_a_column_is_seen() {
    let text = include_str!("small.toml").replace("from = 2021-11-08", "from = 2021-11-01T00:00:01");
    let shown = timeline(&table(&text), &MARKED).terminal(80, false);
    let line = shown.lines().find(|line| line.starts_with("12356")).unwrap();
    assert_eq!(line.matches('!').count(), 1, "{line}");
    let svg = timeline(&table(&text), &MARKED).svg();
    // And nothing is painted over it: what comes after begins further to the right.
    let mut bars = svg.lines().skip_while(|line| !line.contains(">12356<"));
    bars.find(|line| line.contains("fill=\"#d00000\"") && line.contains("width=\"1.20\"")).unwrap();
    assert!(bars.take_while(|line| !line.contains(">12399<")).all(|line| !line.contains("fill=\"#0072b2\"")));
}

/// What is written on a sheet: x, y, height of the letters, words.
fn texts(svg: &str) -> Vec<(f64, f64, f64, String)> {
    let each = svg.lines().filter(|line| line.starts_with("<text "));
    let number = |line: &str, name: &str| {
        let rest = line.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split_once('"').unwrap().0.parse::<f64>().unwrap()
    };
    let text = |line: &str| line.split_once('>').unwrap().1.strip_suffix("</text>").unwrap().to_owned();
    each.map(|line| (number(line, "x"), number(line, "y"), number(line, "font-size"), text(line))).collect()
}

/// The words of a row, from left to right: its number, name … and what its bars say.
fn row(svg: &str, number: &str) -> Vec<String> {
    let texts = texts(svg);
    let y = texts.iter().find(|(_, _, _, text)| text == number).unwrap().1;
    let mut row: Vec<_> = texts.into_iter().filter(|(_, other, _, _)| (other - y).abs() < 1.0).collect();
    row.sort_by(|a, b| a.0.total_cmp(&b.0));
    row.into_iter().map(|(_, _, _, text)| text).collect()
}

fn view(from: &str, until: &str) -> View {
    let calendar = crate::dialplan::calendar::Calendar::of_zone("Europe/Berlin").unwrap();
    let at = |text: &str| (!text.is_empty()).then(|| calendar.parse(text).unwrap());
    View { from_ms: at(from), until_ms: at(until), ..View::default() }
}

/// A number that is served again two months after its end, years behind everything else.
fn late_gap() -> String {
    include_str!("small.toml")
        .replace("until = 2021-11-01", "until = 2025-01-01")
        .replace("from = 2021-11-08", "from = 2025-03-01")
}

#[test]
fn a_gap_far_from_all_other_cut_overs_is_red() {
    let timeline = timeline(&table(&late_gap()), &View::default());
    let svg = timeline.svg();
    let red: Vec<&str> = svg.lines().filter(|line| line.contains("fill=\"#d00000\"")).collect();
    // The bar, the key of the legend, what stands above its beginning, and the same in the list below.
    assert_eq!(red.len(), 4, "{red:?}");
    assert!(row(&svg, "12356").iter().any(|text| text.contains("GAP")), "{:?}", row(&svg, "12356"));
    let shown = timeline.terminal(100, false);
    let line = shown.lines().find(|line| line.starts_with("12356")).unwrap();
    assert!(line.contains("~GG!!!!!!!GG"), "{line}");
    assert!(shown.contains("~ time left out"), "{shown}");
}

#[test]
fn a_gap_out_of_an_asked_view_is_red_at_the_edge() {
    let table = table(&late_gap());
    let before = timeline(&table, &view("2021-09-01", "2022-02-01"));
    assert_eq!(row(&before.svg(), "12356").last().unwrap(), "full → 486");
    assert!(row(&before.svg(), "12356").contains(&"GAP 2025-01-01 →".to_owned()));
    let line = |timeline: &Timeline| {
        let shown = timeline.terminal(100, false);
        assert!(shown.contains("GAP out of view"), "{shown}");
        shown.lines().find(|line| line.starts_with("12356")).unwrap().to_owned()
    };
    assert!(line(&before).ends_with("GGG>"), "{}", line(&before));
    let behind = timeline(&table, &view("2026-01-01", "2026-02-01"));
    assert!(row(&behind.svg(), "12356").contains(&"← GAP 2025-01-01".to_owned()));
    assert!(line(&behind).contains("  <GGG"), "{}", line(&behind));
}

#[test]
fn a_view_with_both_ends_is_exactly_that_and_a_night_has_hours() {
    let night =
        timeline(&table(include_str!("small.toml")), &view("2021-12-31T22:00:00", "2022-01-01T02:00:00"));
    assert_eq!(night.period(), "2021-12-31 22:00 … 2022-01-01 02:00");
    let svg = night.svg();
    let said: Vec<String> = texts(&svg).into_iter().map(|(_, _, _, text)| text).collect();
    for name in ["2021-12-31", "2022-01-01", "22:00", "22:15", "00:00", "01:45"] {
        assert!(said.iter().any(|text| text == name), "{name}: {said:?}");
    }
    let shown = night.terminal(100, false);
    let axis: Vec<&str> = shown.lines().skip(1).take(2).map(str::trim).collect();
    assert_eq!(axis[0].split_whitespace().collect::<Vec<_>>(), ["|2021-12-31", "|2022-01-01"]);
    assert_eq!(axis[1].split_whitespace().collect::<Vec<_>>()[..3], ["|22:00", "|22:30", "|23:00"]);
}

#[test]
fn in_a_picture_of_days_what_is_closed_is_seen() {
    // It was drawn all night in the colour of its day, and its note stood on no row.
    let night = |until| timeline(&table(include_str!("small.toml")), &view("2021-12-14T17:00:00", until));
    let shown = night("2021-12-15T09:00:00").terminal(100, false);
    let row = shown.lines().find(|line| line.starts_with("12319")).unwrap();
    expect![
        "12319  City works & roads …  GGGzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzGG"
    ]
    .assert_eq(row);
    assert!(
        shown.contains("z closed: refused\n") && shown.contains("[1] 12319, 12318: office: mon-fri"),
        "{shown}"
    );
    let svg = night("2021-12-15T09:00:00").svg();
    assert_eq!(row_fills(&svg, "12319"), ["#0072b2", "#37474f", "#0072b2"]);
    // In one of weeks they would be stripes.
    assert_eq!(row_fills(&night("2021-12-25").svg(), "12319"), ["#0072b2"]);
}

/// The colours of a row's bars, from left to right.
fn row_fills(svg: &str, number: &str) -> Vec<String> {
    let row = svg.lines().skip_while(|line| !line.contains(&format!(">{number}<"))).skip(1);
    let row = row.take_while(|line| !line.starts_with("<text x=\"10.00\""));
    let fill = |line: &str| Some(line.split_once("fill=\"#")?.1.split_once('"')?.0.to_owned());
    let fills = row.filter(|line| line.starts_with("<rect")).filter_map(fill).map(|fill| format!("#{fill}"));
    // The edge that tells of an announcement is black.
    fills.filter(|fill| fill != "#000000").collect()
}

#[test]
fn names_along_the_axis_stand_apart_and_each_year_is_said() {
    for (from, until) in [
        ("2021-09-01", "2025-06-01"),
        ("2021-09-13", "2022-02-01"),
        ("2021-12-01", "2022-01-15"),
        ("2021-12-31T23:59:50", "2022-01-01T00:00:10"),
        ("2021-10-30", "2021-11-01"),
        ("1990-01-01", "2200-01-01"),
        ("0001-01-01", "9999-01-01"),
    ] {
        for language in [Language::English, Language::Chinese] {
            let view = View { language: Some(language), ..view(from, until) };
            let timeline = timeline(&table(include_str!("small.toml")), &view);
            let svg = timeline.svg();
            let mut axis: Vec<_> = texts(&svg)
                .into_iter()
                .filter(|(x, y, _, _)| *x > 99.0 && *x < 369.0 && (HEAD - 9.0..HEAD).contains(y))
                .collect();
            axis.sort_by(|a, b| (a.1, a.0).partial_cmp(&(b.1, b.0)).unwrap());
            assert!(axis.len() > 2, "{from}: {axis:?}");
            for pair in axis.windows(2) {
                let end = pair[0].0 + text_width(&pair[0].3, pair[0].2);
                assert!(pair[0].1 < pair[1].1 || end < pair[1].0, "{from}: {pair:?}");
            }
            if until == "2025-06-01" {
                for year in ["2021", "2022", "2023", "2024", "2025"] {
                    assert!(axis.iter().any(|(_, _, _, text)| text.starts_with(year)), "{year}: {axis:?}");
                }
            }
            for line in timeline.terminal(100, false).lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= 100, "{line}");
            }
        }
    }
}

#[test]
fn a_row_says_the_same_in_each_phase_and_the_legend_says_what() {
    let text =
        include_str!("small.toml").replace("name = \"Tourism\"", "name = \"Tourism\"\nskill = \"culture\"");
    let says = |view: &View, number: &str| {
        let svg = timeline(&table(&text), view).svg();
        assert!(svg.contains("In a bar: queue or trunk #skill “announcement”"), "{svg}");
        row(&svg, number).split_off(2)
    };
    let wide = says(&MARKED, "12301");
    assert_eq!(wide, ["general #culture “merged”", "general #culture “merged”", "refused 410", "full → 486"]);
    // A formal phase of a month: without room for all, both phases say less.
    let year = says(&view("2021-01-01", "2022-01-15"), "12301");
    assert_eq!(year[..2], ["#culture", "#culture"]);
}

#[test]
fn a_heading_is_whole_and_a_column_without_entries_has_none() {
    let headings = |text: &str| {
        let texts = texts(&timeline(&table(text), &View::default()).svg());
        let line =
            texts.into_iter().filter(|(_, y, font, _)| (*y - (HEAD - 1.8)).abs() < 0.1 && *font == 2.8);
        line.map(|(x, _, font, text)| (x, x + text_width(&text, font) * 1.1, text)).collect::<Vec<_>>()
    };
    let text = include_str!("small.toml");
    let with = headings(&text.replace("owner = \"Works\"", "owner = \"W\""));
    assert_eq!(
        with.iter().map(|(_, _, text)| text.as_str()).collect::<Vec<_>>(),
        ["number", "name", "owner", "fallback"]
    );
    for pair in with.windows(2) {
        assert!(pair[0].1 < pair[1].0, "{pair:?}");
    }
    let without = headings(&text.replace("owner = \"Works\"\n", ""));
    assert_eq!(
        without.iter().map(|(_, _, text)| text.as_str()).collect::<Vec<_>>(),
        ["number", "name", "fallback"]
    );
}

#[test]
fn a_plan_in_which_nothing_changes_is_no_calendar() {
    let text = include_str!("small.toml");
    let wave = "trial = 2021-10-11\nformal = 2021-12-01\ncancel = 2022-01-01\n";
    assert!(text.contains(wave));
    let text = text.replace(wave, "").replace("wave = \"one\"\n", "number = \"kept\"\n");
    let text = text
        .replace("until = 2021-11-01\n", "")
        .replace("digits = \"12356\"\nname = \"New aid\"", "digits = \"12357\"\nname = \"New aid\"");
    let text = text
        .replace("from = 2021-11-08\n", "")
        .replace("[wave.one]\n", "")
        .replace("after-cancel = { reject = 410 }\n", "")
        .replace("legacy = { trunk = \"dept\" }\n", "");
    assert_eq!(timeline(&table(&text), &View::default()).ics(0), None);
}

#[test]
fn waves_are_groups_if_one_asks() {
    let timeline = small(View { by: By::Wave, ..MARKED });
    let titles: Vec<&str> = timeline.groups.iter().map(|group| group.title.as_str()).collect();
    assert_eq!(
        titles,
        ["Always", "Wave of 2021-10-11", "Emergency lines", "Told or reached by transfer only"]
    );
}

#[test]
fn the_sheet_is_drawn_so() {
    expect_file!["small.svg"].assert_eq(&small(MARKED).svg());
}

#[test]
fn the_sheet_has_no_text_that_could_not_be_xml() {
    let text =
        include_str!("small.toml").replace("name = \"Tourism\"", "name = \"a<b>&\\\"c\\u0001\\u202e\"");
    let svg = timeline(&table(&text), &MARKED).svg();
    assert!(svg.contains("a&lt;b&gt;&amp;&quot;c"), "{svg}");
    assert!(!svg.contains('\u{1}'));
}

#[test]
fn seventy_rows_fit_on_a3_in_letters_one_can_read() {
    let mut text = include_str!("small.toml").to_owned();
    for i in 0..57 {
        text.push_str(&format!(
            "\n[hotline.0510-1999{:04}]\nname = \"第{i}条政务服务热线\"\nowner = \"某某管理局\"\nmode = \"full-merge\"\nwave = \"one\"\n",
            1000 + i
        ));
    }
    let timeline = timeline(&table(&text), &MARKED);
    assert_eq!(timeline.rows(), 70);
    let svg = timeline.svg();
    assert!(svg.contains("width=\"297mm\" height=\"420mm\""));
    let sizes = svg.match_indices("font-size=\"").map(|(i, m)| {
        let rest = &svg[i + m.len()..];
        rest[..rest.find('"').unwrap()].parse::<f64>().unwrap()
    });
    // Six points are 2.1 mm.
    assert!(sizes.clone().all(|size| size >= 2.1), "{:?}", sizes.fold(f64::MAX, f64::min));
}

#[test]
fn cut_overs_become_a_calendar_that_programs_read() {
    let ics = small(MARKED).ics(1_636_000_000_000).unwrap();
    // The file is kept with the line ends of this repository.
    expect_file!["small.ics"].assert_eq(&ics.replace("\r\n", "\n"));
    for line in ics.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{line}");
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    assert!(ics.ends_with("END:VCALENDAR\r\n"));
}

#[test]
fn a_calendar_folds_between_characters_and_escapes_text() {
    let text = include_str!("small.toml")
        .replace("Small city", "无锡市政务服务便民热线,总平台;一期\\\\二期试点(演示用的很长很长的名字)");
    let ics = timeline(&table(&text), &MARKED).ics(0).unwrap();
    assert!(ics.split_terminator("\r\n").all(|line| line.len() <= 75), "{ics}");
    let unfolded = ics.replace("\r\n ", "");
    assert!(unfolded.contains("SUMMARY:无锡市政务服务便民热线\\,总平台\\;一期\\\\二期试点"), "{unfolded}");
}

#[test]
fn an_event_keeps_its_name_when_the_plan_is_exported_again() {
    let uids =
        |ics: String| ics.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    let first = uids(small(MARKED).ics(0).unwrap());
    let moved = include_str!("small.toml").replace("cancel = 2022-01-01", "cancel = 2022-02-01");
    let second = uids(timeline(&table(&moved), &View::default()).ics(1_000_000).unwrap());
    assert_eq!(first[..first.len() - 1], second[..second.len() - 1]);
    assert_ne!(first.last(), second.last());
}

#[test]
fn one_late_number_does_not_press_the_others_together() {
    let text = include_str!("small.toml").replace("after-cancel = { reject = 410 }", "cancel = 2024-05-01");
    let timeline = timeline(&table(&text), &View::default());
    assert_eq!(timeline.period(), "2021-09-01 … 2022-02-01, 2024-04-01 … 2024-06-01");
    let svg = timeline.svg();
    // Its end has a line of its own beyond the break, and its row says what comes then.
    let x = |wanted: &str| texts(&svg).into_iter().find(|(_, _, _, text)| text == wanted).unwrap().0;
    assert!(x("2024-05-01 cancelled 1 number") > x("2022-01-01 cancelled 3 numbers") + 20.0);
    assert!(row(&svg, "12301").iter().any(|text| text.starts_with("cance")), "{:?}", row(&svg, "12301"));
    assert!(!svg.contains("→ 2024"));
}

#[test]
fn labels_of_cut_overs_stand_clear_of_the_subtitle_and_no_line_crosses_one() {
    let waves: String = (1..=8).map(|i| format!("[wave.w{i}]\ntrial = 2021-{:02}-05\nformal = 2021-{:02}-20\n[hotline.9611{i}]\nname = \"n{i}\"\nmode = \"dual-number\"\nnumber = \"kept\"\nwave = \"w{i}\"\n", i, i)).collect();
    let text = include_str!("small.toml").to_owned() + &waves;
    let svg = timeline(&table(&text), &view("2020-12-01", "2022-03-01")).svg();
    let labels: Vec<_> =
        texts(&svg).into_iter().filter(|(_, y, font, _)| *font == 2.7 && *y < HEAD).collect();
    assert!(labels.len() >= 4, "{labels:?}");
    let stems: Vec<(f64, f64)> = svg
        .lines()
        .filter(|line| line.contains("stroke=\"#1a1a1a\" stroke-width=\"0.15\"") && !line.contains("dash"))
        .map(|line| {
            let mut numbers = line.split(['"', 'M', 'L', ' ']).filter_map(|part| part.parse::<f64>().ok());
            (numbers.next().unwrap(), numbers.next().unwrap())
        })
        .collect();
    for (x, y, font, text) in &labels {
        assert!(*y - font > 23.5, "{text} lies over the subtitle");
        let end = x + text_width(text, *font);
        let crossed = stems.iter().find(|(stem, top)| *x < *stem && *stem < end && top < y);
        assert_eq!(crossed, None, "{text}");
    }
}
