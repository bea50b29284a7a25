//! Files that cannot be read, shown or played.

use std::io;
use std::path::Path;

use expect_test::expect;
use tongjie::dialplan::load_dir;

use super::*;

/// What is said of a plan with these files; its directory is `city`.
fn of_files(files: &[(&str, &[u8])]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let city = dir.path().join("city");
    std::fs::create_dir(&city).unwrap();
    for (name, bytes) in [("plan.toml", GOOD.as_bytes())].iter().chain(files) {
        std::fs::write(city.join(name), bytes).unwrap();
    }
    let sources = load_dir(&city);
    let (_, diagnostics) = check(&sources, None);
    let said = Report { sources, diagnostics }.to_string();
    said.replace(&format!("{}/", dir.path().display()), "")
}

#[test]
fn dp001_what_is_no_text_or_too_much_of_it() {
    let long = vec![b'#'; (16 << 20) + 1];
    expect![[r#"
        error[dp001]: cannot read city/hotlines.toml: line 1 is not UTF-8
         |
         = help: save the file as UTF-8 (not GBK)

        error[dp001]: cannot read city/queues.toml: longer than 16 MiB

        2 errors, 0 warnings
    "#]]
    .assert_eq(&of_files(&[
        ("hotlines.toml", b"# \xb9\xab\xb0\xb2\n[hotline.12318]\nname = \"\xce\xc4\xbb\xaf\"\n"),
        ("queues.toml", &long),
    ]));
}

#[test]
fn dp024_more_files_than_a_plan_has() {
    let names: Vec<String> = (0..64).map(|i| format!("{i}.toml")).collect();
    let include = format!("include = {names:?}\n").replace(", ", ",\n");
    let mut files: Vec<(&str, &[u8])> = vec![("hotlines.toml", include.as_bytes())];
    files.extend(names.iter().map(|name| (name.as_str(), b"" as &[u8])));
    expect![[r#"
        warning[dp001]: city/62.toml is not read: a plan's files have names of their own
         |
         = help: a plan is plan.toml, hotlines.toml, queues.toml, agents.toml, trunks.toml, announcements.toml, emergency.toml, tests.toml; another file is read where one of them includes it

        warning[dp001]: city/63.toml is not read: a plan's files have names of their own
         |
         = help: a plan is plan.toml, hotlines.toml, queues.toml, agents.toml, trunks.toml, announcements.toml, emergency.toml, tests.toml; another file is read where one of them includes it

        error[dp024]: cannot include `62.toml`: a plan has at most 64 files
          --> city/hotlines.toml:63:1
           |
        63 | "62.toml",
           | ^^^^^^^^^
           |
           = help: put several into one

        error[dp024]: cannot include `63.toml`: a plan has at most 64 files
          --> city/hotlines.toml:64:1
           |
        64 | "63.toml"]
           | ^^^^^^^^^
           |
           = help: put several into one

        2 errors, 2 warnings
    "#]]
    .assert_eq(&of_files(&files));
}

#[test]
fn a_line_too_long_to_be_shown_is_told_by_its_number() {
    let blanks = " ".repeat(70_000);
    check_report(
        &format!("alias = {{ 12358 = \"12319\",{blanks}12399 = \"12391\" }}\n"),
        expect![[r#"
            error[dp007]: there is no hotline `12391`
             |
             = note: more.toml:1, byte 70034 of a line too long to be shown
             = help: did you mean `12319`?

            1 error, 0 warnings
        "#]],
    );
}

/// Recordings of every kind that cannot be played, named after it.
struct Unplayable;

impl Audio for Unplayable {
    fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        let format = |tag: u16, channels: u16, rate: u32, bits: u16| {
            let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
            bytes.extend(tag.to_le_bytes());
            bytes.extend(channels.to_le_bytes());
            bytes.extend(rate.to_le_bytes());
            bytes.extend([0; 6]);
            bytes.extend(bits.to_le_bytes());
            bytes
        };
        let name = Path::new(file).file_stem().and_then(|name| name.to_str()).unwrap();
        Ok(match name {
            "mp3" => b"ID3".to_vec(),
            "cut" => [format(1, 1, 8000, 16), b"data\x40\x1f\0\0".to_vec()].concat(),
            "no-format" => b"RIFF\0\0\0\0WAVE".to_vec(),
            "cd" => format(1, 2, 44_100, 16),
            "stereo" => format(1, 2, 8000, 16),
            "mu-law" => format(7, 1, 8000, 8),
            "empty" => format(1, 1, 8000, 16),
            _ => vec![0xd5; 8000 * 4],
        })
    }
}

#[test]
fn dp011_what_cannot_be_played() {
    let names = ["mp3", "cut", "no-format", "cd", "stereo", "mu-law", "empty"];
    let rows = names.map(|name| format!("[announcement.{name}]\nfile = \"{name}.wav\"\n"));
    let sources = Sources::new([("base.toml", GOOD), ("more.toml", rows.concat().as_str())]);
    let (_, diagnostics) = check(&sources, Some(&Unplayable));
    expect![[r#"
        warning[dp014]: nobody uses the announcement `mp3`
         --> more.toml:1:15
          |
        1 | [announcement.mp3]
          |               ^^^
          |
          = help: name it somewhere, or take it out

        error[dp011]: `mp3.wav` cannot be played: it is not a WAV file
         --> more.toml:2:8
          |
        2 | file = "mp3.wav"
          |        ^^^^^^^^^
          |
          = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        warning[dp014]: nobody uses the announcement `cut`
         --> more.toml:3:15
          |
        3 | [announcement.cut]
          |               ^^^
          |
          = help: name it somewhere, or take it out

        error[dp011]: `cut.wav` cannot be played: it ends too early
         --> more.toml:4:8
          |
        4 | file = "cut.wav"
          |        ^^^^^^^^^
          |
          = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        warning[dp014]: nobody uses the announcement `no-format`
         --> more.toml:5:15
          |
        5 | [announcement.no-format]
          |               ^^^^^^^^^
          |
          = help: name it somewhere, or take it out

        error[dp011]: `no-format.wav` cannot be played: it has no `fmt ` chunk
         --> more.toml:6:8
          |
        6 | file = "no-format.wav"
          |        ^^^^^^^^^^^^^^^
          |
          = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        warning[dp014]: nobody uses the announcement `cd`
         --> more.toml:7:15
          |
        7 | [announcement.cd]
          |               ^^
          |
          = help: name it somewhere, or take it out

        error[dp011]: `cd.wav` cannot be played: it has 44100 samples a second, not 8000
         --> more.toml:8:8
          |
        8 | file = "cd.wav"
          |        ^^^^^^^^
          |
          = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        warning[dp014]: nobody uses the announcement `stereo`
         --> more.toml:9:15
          |
        9 | [announcement.stereo]
          |               ^^^^^^
          |
          = help: name it somewhere, or take it out

        error[dp011]: `stereo.wav` cannot be played: it has 2 channels, not one
          --> more.toml:10:8
           |
        10 | file = "stereo.wav"
           |        ^^^^^^^^^^^^
           |
           = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        warning[dp014]: nobody uses the announcement `mu-law`
          --> more.toml:11:15
           |
        11 | [announcement.mu-law]
           |               ^^^^^^
           |
           = help: name it somewhere, or take it out

        error[dp011]: `mu-law.wav` cannot be played: it is neither 16-bit PCM nor A-law (format 7, 8 bits)
          --> more.toml:12:8
           |
        12 | file = "mu-law.wav"
           |        ^^^^^^^^^^^^
           |
           = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        warning[dp014]: nobody uses the announcement `empty`
          --> more.toml:13:15
           |
        13 | [announcement.empty]
           |               ^^^^^
           |
           = help: name it somewhere, or take it out

        error[dp011]: `empty.wav` cannot be played: there is no sound in it
          --> more.toml:14:8
           |
        14 | file = "empty.wav"
           |        ^^^^^^^^^^^
           |
           = help: convert it: `sox IN -r 8000 -c 1 -b 16 OUT.wav`

        7 errors, 7 warnings
    "#]]
    .assert_eq(&Report { sources, diagnostics }.to_string());
}
