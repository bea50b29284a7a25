//! Pictures of a small plan that has every mode, hours, a legacy destination and a gap.

use expect_test::{expect, expect_file};

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
                                     |2021-09     |10            |11           |12           |2022-01
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
        [1] office: mon-fri 08:30-12:00 13:30-17:30; otherwise: announce what
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
    let gap = svg.lines().find(|line| line.contains("fill=\"#d00000\"") && line.contains("width=\"1.20\""));
    assert!(gap.is_some(), "{svg}");
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
    let ics = small(MARKED).ics(1_636_000_000_000);
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
    let ics = timeline(&table(&text), &MARKED).ics(0);
    assert!(ics.split_terminator("\r\n").all(|line| line.len() <= 75), "{ics}");
    let unfolded = ics.replace("\r\n ", "");
    assert!(unfolded.contains("SUMMARY:无锡市政务服务便民热线\\,总平台\\;一期\\\\二期试点"), "{unfolded}");
}

#[test]
fn an_event_keeps_its_name_when_the_plan_is_exported_again() {
    let uids =
        |ics: String| ics.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect::<Vec<_>>();
    let first = uids(small(MARKED).ics(0));
    let moved = include_str!("small.toml").replace("cancel = 2022-01-01", "cancel = 2022-02-01");
    let second = uids(timeline(&table(&moved), &View::default()).ics(1_000_000));
    assert_eq!(first[..first.len() - 1], second[..second.len() - 1]);
    assert_ne!(first.last(), second.last());
}

/// The texts of a sheet, each with its place.
fn texts(svg: &str) -> Vec<(f64, f64, String)> {
    let number = |line: &str, name: &str| {
        let rest = line.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split_once('"').unwrap().0.parse::<f64>().unwrap()
    };
    let lines = svg.lines().filter(|line| line.starts_with("<text "));
    lines
        .map(|line| {
            let text = line.split_once('>').unwrap().1.strip_suffix("</text>").unwrap();
            (number(line, "x"), number(line, "y"), text.to_owned())
        })
        .collect()
}

#[test]
fn one_late_number_does_not_press_the_others_together_and_has_its_place_beyond_a_break() {
    let text = include_str!("small.toml").replace("after-cancel = { reject = 410 }", "cancel = 2024-05-01");
    let timeline = timeline(&table(&text), &View::default());
    assert_eq!(timeline.date(timeline.from_ms), "2021-09-01");
    assert_eq!(timeline.date(timeline.until_ms), "2022-02-01");
    let svg = timeline.svg();
    let texts = texts(&svg);
    let find = |wanted: &str| texts.iter().filter(|(_, _, text)| text == wanted).cloned().collect::<Vec<_>>();
    // Its line above the rows, and its month beside those of the view.
    let (month, ending) = (find("2024-05"), find("2024-05-01 cancelled 1 number"));
    let last = find("2022-01-01 cancelled 3 numbers");
    assert_eq!((month.len(), ending.len(), last.len()), (1, 2, 2), "{texts:?}");
    assert!(ending[0].0 > last[0].0 + 20.0, "{ending:?} {last:?}");
    // What the number is from then on stands behind that line, in its own row.
    let row = find("12301")[0].1;
    let said = texts
        .iter()
        .find(|(x, y, text)| (y - row).abs() < 1.0 && *x > month[0].0 - 1.0 && text.starts_with("cancel"));
    assert!(said.is_some(), "{texts:?}");
    assert!(!svg.contains("→ 2024-05-01"));

    // Who says where the view ends gets no break.
    let asked = View { until_ms: Some(timeline.until_ms), ..View::default() };
    assert!(super::timeline(&table(&text), &asked).svg().contains("→ 2024-05-01"));
}

#[test]
fn a_bar_says_the_skill_before_it_says_the_general_queue() {
    let text = include_str!("small.toml")
        .replace("name = \"Tourism\"", "name = \"Tourism\"\nskill = \"culture-tourism\"");
    let from_ms = Some(1_577_836_800_000);
    for (view, wanted) in
        [(View::default(), "culture-tourism"), (View { from_ms, ..View::default() }, "cult")]
    {
        let texts = texts(&timeline(&table(&text), &view).svg());
        let row = texts.iter().find(|(_, _, text)| text == "12301").unwrap().1;
        let said = texts.iter().filter(|(_, y, text)| (y - row).abs() < 1.0 && text.contains(wanted)).count();
        assert!(said >= 1, "{wanted}: {texts:?}");
    }
    // In the trial and in the formal phase alike.
    let texts = texts(&timeline(&table(&text), &View::default()).svg());
    assert_eq!(texts.iter().filter(|(_, _, text)| text.contains("culture-tourism")).count(), 2, "{texts:?}");
}
