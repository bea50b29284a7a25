//! Golden transcripts: a small script in, what an administrator sees out. The runner; the scripts are
//! `transcripts/NAME.txt`, and every one has its line in [`transcripts!`], so that a failure names it.
//!
//! A transcript begins with `# ` and a sentence saying what it shows. Then follow steps:
//!
//! | line | what it does |
//! |---|---|
//! | `$ tongjie ARGS` | runs the program; then what it printed, both streams in their order, and `(exit N)` |
//! | `$ tongjie serve ARGS &` | starts a node, shows its greeting; `(runs)`. It is stopped at the end |
//! | `$ stop` | stops the newest node and shows what it still said; `(exit N)` |
//! | `$ show FILE` | shows a file; `(exit 0)` |
//! | `$ list DIR` | shows the names in a directory; `(exit 0)` |
//! | `$ write FILE <<END` | writes the lines up to `END`; directories are made |
//! | `$ append FILE <<END` | adds them to its end |
//! | `$ repeat N FILE <<END` | writes the lines N times, `{}` in them a number of four digits that grows |
//! | `$ record FILE <<END` | a node's database with a record of each line: `INSTANT TRUNK DIALLED HOTLINE RULE`, `-` for none |
//! | `$ edit FILE s/OLD/NEW/` | replaces `OLD`, a text and not a pattern, which must be there, everywhere; any sign may divide |
//! | `$ copy FROM TO`, `$ remove PATH` | a file or a whole directory |
//! | `$ silence FILE SECONDS` | a recording of silence, A-law |
//! | `$ cat FILE`, `$ ls DIR`, `$ cp -r FROM TO`, `$ cat > FILE <<END` | `show`, `list`, `copy`, `write` as a shell has them |
//! | `$ sed -i 's/OLD/NEW/' FILE` | `edit` as a shell has it: once a line, and `OLD` has no sign that is a pattern |
//! | `# …` | a remark |
//!
//! Words are divided at blanks, unless in `'…'` or `"…"`. A step works in a directory of the transcript's own, which
//! holds `dialplan/`, `config/` as the repository has them and `good/`, a small plan without a fault
//! (`tests/dialplan/bed/good`). In what is printed the line `...` stands for any lines and `[..]` for any text within
//! a line. `UPDATE_EXPECT=1` rewrites what differs; then read it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;
use tongjie::cdr::Fold;
use tongjie::event::{By, CallId, EndCause, Event, Fact, Hotline, Number, TrunkId};
use tongjie::stdx::Instant;
use tongjie::store::Store;
use tongjie::{config, dialplan};

macro_rules! transcripts {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check_file(&stringify!($name).replace('_', "-"));
        })*
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

// A name a line, sorted; `_` is `-` in the name of the file.
transcripts! {
    check
    check_faults
    diff
    diff_cdr
    diff_plans
    dp000
    dp001
    dp002
    dp003
    dp004
    dp005
    dp006
    dp007
    dp008
    dp009
    dp010
    dp011
    dp012
    dp013
    dp014
    dp015
    dp016
    dp017
    dp018
    dp019
    dp020
    dp021
    dp022
    dp023
    dp024
    dp025
    dp030
    dp031
    dp032
    dp033
    dp034
    dp035
    dp036
    dp037
    dp038
    dp039
    dp040
    dp041
    dp042
    dp043
    dp050
    for_programs
    help
    import
    import_cells
    live
    live_agents
    rehearse
    reload
    route_headers
    route_hours
    route_json
    route_later
    route_modes
    route_names
    route_owners
    route_phases
    settings
    timeline
    usage_route
}

#[test]
fn every_transcript_is_run() {
    let mut there: Vec<String> = files().iter().map(|path| stem(path).replace('-', "_")).collect();
    there.sort();
    let mut run = NAMES.to_vec();
    run.sort_unstable();
    assert_eq!(there, run, "give each file of transcripts/ its line in transcripts!");
}

#[test]
fn every_code_has_a_transcript_that_shows_it() {
    // A defect of the program: no transcript can have one, but what it means is told.
    let defect = "dp099";
    let texts: Vec<(String, String)> =
        files().iter().map(|path| (stem(path), std::fs::read_to_string(path).unwrap())).collect();
    for code in dialplan::CODES.iter().chain(config::CODES).map(|explained| explained.code) {
        let name = if code.starts_with("dp") && code != defect { code } else { "settings" };
        let (_, text) = texts.iter().find(|(stem, _)| stem == name).unwrap_or_else(|| panic!("{name}.txt"));
        let shown = format!("[{code}]");
        let wanted = if code == defect { &format!("{code}: ") } else { &shown };
        assert!(text.lines().any(|line| line.contains(wanted.as_str())), "{code} is not shown in {name}.txt");
        assert!(code != defect || !texts.iter().any(|(_, text)| text.contains(&shown)), "{code} can be had");
    }
}

#[test]
fn every_command_has_a_transcript_that_runs_it() {
    let texts: Vec<String> = files().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let steps: Vec<Vec<String>> = texts
        .iter()
        .flat_map(|text| text.lines().filter_map(|line| line.strip_prefix("$ tongjie ")))
        .filter(|step| !step.contains("--help"))
        .map(words)
        .collect();
    let commands = commands(&[]);
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        assert!(
            steps.iter().any(|step| step.starts_with(&command)),
            "no transcript runs `{}`",
            command.join(" ")
        );
    }
}

/// Every subcommand as the program itself lists them, those of subcommands too.
fn commands(of: &[String]) -> Vec<Vec<String>> {
    let output = Command::new(env!("CARGO_BIN_EXE_tongjie")).args(of).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // What a long text goes on with stands further right.
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let below = |name: &str| [of, &[name.to_owned()]].concat();
    names.map(below).flat_map(|name| [vec![name.clone()], commands(&name)].concat()).collect()
}

/// The directory of the transcripts.
fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialplan/transcripts")
}

/// All transcripts.
pub(super) fn files() -> Vec<PathBuf> {
    let files = std::fs::read_dir(home()).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|e| e == "txt")).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

fn check_file(name: &str) {
    let path = home().join(format!("{name}.txt"));
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written.starts_with("# "), "{name}: a transcript begins with `# ` and what it shows");
    let found = Bed::new().play(&written);
    if found != written {
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, found).unwrap();
        } else {
            panic!("{name}: UPDATE_EXPECT=1 takes it as it is now\n{}", difference(&written, &found));
        }
    }
}

/// The first lines that differ, in their surroundings.
pub(super) fn difference(written: &str, found: &str) -> String {
    let same = written.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let part = |text: &str, mark: &str| {
        let lines = text.lines().skip(same).take(30).map(|line| format!("{mark}{line}\n"));
        lines.collect::<String>()
    };
    let before: String =
        written.lines().take(same).skip(same.saturating_sub(5)).map(|l| format!("  {l}\n")).collect();
    format!("line {}:\n{before}{}{}", same + 1, part(written, "- "), part(found, "+ "))
}

/// Where a transcript takes place.
pub(super) struct Bed {
    dir: TempDir,
    nodes: Vec<(Child, PathBuf)>,
    outputs: usize,
}

impl Bed {
    pub(super) fn new() -> Self {
        let bed = Self { dir: tempfile::tempdir().unwrap(), nodes: vec![], outputs: 0 };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["dialplan", "config"] {
            copy(&repository.join(name), &bed.path(name));
        }
        copy(&repository.join("tests/dialplan/bed/good"), &bed.path("good"));
        silence(&bed.path("good/audio/merged.alaw"), 4);
        bed
    }

    /// Plays a transcript and writes it down again: equal to what was played when nothing has changed.
    pub(super) fn play(&mut self, script: &str) -> String {
        let mut played = String::new();
        let mut lines = script.lines().peekable();
        while let Some(line) = lines.next() {
            writeln!(played, "{line}").unwrap();
            let Some(step) = line.strip_prefix("$ ") else {
                assert!(line.is_empty() || line.starts_with('#'), "neither a step nor a remark: {line}");
                continue;
            };
            if let Some(step) = step.strip_suffix(" <<END") {
                let text: String = lines
                    .by_ref()
                    .take_while(|line| *line != "END")
                    .map(|line| format!("{line}\n"))
                    .collect();
                writeln!(played, "{text}END").unwrap();
                self.put(step, &text);
            } else if let Some(said) = self.step(step) {
                let mut written = vec![];
                while lines.peek().is_some_and(|line| !line.starts_with("$ ")) {
                    let Some(line) = lines.next() else { break };
                    written.push(line);
                    if is_end(line) {
                        break;
                    }
                }
                played.push_str(&settle(&written, &said));
            }
        }
        played
    }

    /// Steps that say nothing.
    pub(super) fn play_silently(&self, script: &str) {
        for step in script.lines().filter_map(|line| line.strip_prefix("$ ")) {
            match words(step).iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["copy", from, to] => copy(&self.path(from), &self.path(to)),
                ["remove", path] => remove(&self.path(path)),
                _ => panic!("no such step: {step}"),
            }
        }
    }

    fn put(&self, step: &str, text: &str) {
        match words(step).iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["write", file] | ["cat", ">", file] => put(&self.path(file), text),
            ["repeat", times, file] => {
                let lines =
                    (0..times.parse::<usize>().unwrap()).map(|n| text.replace("{}", &format!("{n:04}")));
                put(&self.path(file), &lines.collect::<String>());
            }
            ["record", file] => record(&self.path(file), text),
            ["append", file] => put(&self.path(file), &(read(&self.path(file)) + text)),
            _ => panic!("no such step: {step}"),
        }
    }

    /// Does a step; what it said, if it is one that speaks.
    fn step(&mut self, step: &str) -> Option<String> {
        if let Some(rest) = step.strip_prefix("edit ") {
            let (file, change) = rest.split_once(' ').unwrap();
            edit(&self.path(file), change);
            return None;
        }
        let words = words(step);
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["tongjie", "serve", ref arguments @ .., "&"] => Some(self.serve(arguments)),
            ["tongjie", ref arguments @ ..] => Some(self.run(arguments)),
            ["stop"] => Some(self.stop()),
            ["show" | "cat", file] => Some(read(&self.path(file)) + "(exit 0)\n"),
            ["list" | "ls", dir] => Some(list(&self.path(dir))),
            ["sed", "-i", change, file] => {
                sed(&self.path(file), change);
                None
            }
            ["copy", from, to] | ["cp", "-r", from, to] => {
                copy(&self.path(from), &self.path(to));
                None
            }
            ["remove", path] => {
                remove(&self.path(path));
                None
            }
            ["silence", file, seconds] => {
                silence(&self.path(file), seconds.parse().unwrap());
                None
            }
            _ => panic!("no such step: {step}"),
        }
    }

    fn run(&mut self, arguments: &[&str]) -> String {
        let output = self.output();
        let status = self.command(arguments, &output).status().unwrap();
        self.said(&output) + &exit(status)
    }

    fn serve(&mut self, arguments: &[&str]) -> String {
        let output = self.output();
        let mut child =
            self.command(&[&["serve"], arguments].concat(), &output).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("listening on udp") {
            if said.read_line(&mut greeting).unwrap() == 0 {
                let status = child.wait().unwrap();
                return greeting + &self.said(&output) + &exit(status);
            }
        }
        // What it still says must not fill the pipe.
        std::thread::spawn(move || said.read_to_end(&mut vec![]));
        self.nodes.push((child, output));
        greeting + "(runs)\n"
    }

    fn stop(&mut self) -> String {
        let (mut child, output) = self.nodes.pop().unwrap();
        let pid = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        let status = child.wait().unwrap();
        self.said(&output) + &exit(status)
    }

    /// Both streams go into one file, so that they stand in their order.
    fn command(&self, arguments: &[&str], output: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tongjie"));
        let file = std::fs::File::create(output).unwrap();
        command.args(arguments).current_dir(self.path("")).stdin(Stdio::null());
        command.env_remove("RUST_LOG").env("COLUMNS", "100");
        command.stdout(file.try_clone().unwrap()).stderr(file);
        command
    }

    /// A file beside the transcript's directory, not in it: commands list what they find.
    fn output(&mut self) -> PathBuf {
        self.outputs += 1;
        self.dir.path().join(format!("output-{}", self.outputs))
    }

    fn said(&self, output: &Path) -> String {
        let place = self.path("");
        let mut text = read(output).replace(place.to_str().unwrap(), "/PLACE/");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    /// A path as the transcript writes it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        assert!(!name.starts_with('/') && !name.contains(".."), "{name} leaves the transcript's directory");
        self.dir.path().join("place").join(name)
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        for (child, _) in &mut self.nodes {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

fn exit(status: ExitStatus) -> String {
    status.code().map_or_else(|| format!("({status})\n"), |code| format!("(exit {code})\n"))
}

fn is_end(line: &str) -> bool {
    line == "(runs)" || line.starts_with("(exit ") && line.ends_with(')')
}

/// What was written, where it still says what was said; else what was said, without blanks at the ends of lines.
fn settle(written: &[&str], said: &str) -> String {
    let said: Vec<&str> = said.lines().map(str::trim_end).collect();
    if matches(written, &said) {
        return written.iter().map(|line| format!("{line}\n")).collect();
    }
    let kept = |line: &&str| written.iter().find(|w| w.contains("[..]") && matches_line(w, line)).copied();
    said.iter().map(|line| format!("{}\n", kept(line).unwrap_or(line))).collect()
}

fn matches(written: &[&str], said: &[&str]) -> bool {
    match (written, said) {
        ([], []) => true,
        ([w, rest @ ..], _) if *w == "..." => (0..=said.len()).any(|n| matches(rest, &said[n..])),
        ([w, written @ ..], [s, said @ ..]) => matches_line(w, s) && matches(written, said),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

fn matches_line(written: &str, said: &str) -> bool {
    match written.split_once("[..]") {
        None => written.trim_end() == said,
        Some((before, after)) => said.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices().map(|(i, _)| i).chain([rest.len()]).any(|i| matches_line(after, &rest[i..]))
        }),
    }
}

/// Words as a shell divides them, without what else a shell does.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (Some(_) | None, c) => word.get_or_insert_default().push(c),
        }
    }
    assert!(quote.is_none(), "a quotation mark is open: {line}");
    words.extend(word);
    words
}

/// As sed does it, for texts that are no patterns.
fn sed(path: &Path, change: &str) {
    let [old, new] = parts(change);
    assert!(!old.contains(['.', '*', '[', ']', '^', '$', '\\']), "a pattern, not a text: {change}");
    let text = read(path);
    assert!(text.contains(&old), "{} does not say {old}", path.display());
    put(path, &text.split_inclusive('\n').map(|line| line.replacen(&old, &new, 1)).collect::<String>());
}

/// `s/OLD/NEW/`, whichever sign divides.
fn parts(change: &str) -> [String; 2] {
    let mut signs = change.strip_prefix('s').unwrap_or_else(|| panic!("no change: {change}")).chars();
    let sign = signs.next().unwrap();
    let parts: Vec<&str> = signs.as_str().split(sign).collect();
    let [old, new, ""] = parts[..] else { panic!("no change: {change}") };
    [old.to_owned(), new.to_owned()]
}

fn edit(path: &Path, change: &str) {
    let [old, new] = parts(change);
    let text = read(path);
    assert!(text.contains(&old), "{} does not say {old}", path.display());
    put(path, &text.replace(&old, &new));
}

fn list(dir: &Path) -> String {
    let names =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.iter().map(|name| format!("{name}\n")).collect::<String>() + "(exit 0)\n"
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Records as a node makes and keeps them.
pub(crate) fn record(path: &Path, text: &str) {
    let mut fold = Fold::new("n1");
    let mut cdrs = vec![];
    for (n, line) in (1..).zip(text.lines()) {
        let words = words(line);
        let [at, trunk, dialled, hotline, rule] = &words[..] else { panic!("no record: {line}") };
        let some = |word: &String| Some(word.clone()).filter(|word| word != "-");
        let wall_ms = at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let arrived = Fact::CallArrived {
            caller: Number::new("13800000000"),
            withheld: false,
            dialled: Number::new(dialled),
            trunk: some(trunk).map(TrunkId::new),
        };
        let decided = Fact::CallDecided {
            hotline: some(hotline).map(Hotline::new),
            name: String::new(),
            mode: None,
            phase: None,
            rule: rule.clone(),
        };
        let call = Some(CallId::new(wall_ms, n));
        let released = Fact::CallReleased { cause: EndCause::Abandoned, by: By::Caller };
        for fact in [arrived, decided, released] {
            cdrs.extend(fold.handle(&Event { now: Instant::ZERO, wall_ms, call, fact }));
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(path).await.unwrap();
        store.insert(&cdrs).await.unwrap();
        store.close().await;
    });
}

fn remove(path: &Path) {
    if path.is_dir() { std::fs::remove_dir_all(path).unwrap() } else { std::fs::remove_file(path).unwrap() }
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from, to).unwrap();
        return;
    }
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

/// 8000 bytes a second of A-law's smallest value.
fn silence(path: &Path, seconds: usize) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, vec![0xd5; 8000 * seconds]).unwrap();
}

#[test]
fn a_transcript_is_the_same_again_when_nothing_has_changed_and_says_what_has() {
    let script =
        "# A test.\n$ write a/b.txt <<END\none two\nEND\n$ edit a/b.txt s/two/three/\n$ show a/b.txt\n";
    let played = Bed::new().play(script);
    assert_eq!(played, format!("{script}one three\n(exit 0)\n"));
    for said in ["one three", "one [..]", "[..]ree", "...", "..."] {
        let written = format!("{script}{said}\n(exit 0)\n");
        assert_eq!(Bed::new().play(&written), written);
    }
    let other = format!("{script}one four\n(exit 0)\n$ list a\nb.txt\n(exit 0)\n");
    assert_eq!(Bed::new().play(&other), other.replace("four", "three"));
    assert_eq!(words("a 'b c' \"d'\" e=''"), ["a", "b c", "d'", "e="]);
    let shell = "# A test.\n$ cat > a <<END\none two one\nEND\n$ cp -r a b\n$ sed -i 's/one/no/' b\n$ cat b\nno two one\n(exit 0)\n";
    assert_eq!(Bed::new().play(shell), shell);
}
