//! What decays unseen: who uses whom, the map, clocks and chance in pure code, `_ =>` in state machines.
//!
//! Each rule is a function from the text of a file to what is wrong with it, and proves on a small bad sample
//! that it bites.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const LOW: &[&str] = &["stdx", "event", "sdp", "rtp", "sip::wire"];

/// Keys may be paths. A module names only modules listed above it, so there is no cycle. A new entry is a
/// design change: its own commit, with its reason.
const MAY_USE: &[(&str, &[&str])] = &[
    ("stdx", &[]),
    ("event", &["stdx"]),
    ("sdp", &["stdx"]),
    ("rtp", &["stdx"]),
    ("sip::wire", &["stdx"]),
    ("sip", &["stdx", "event", "sip::wire"]),
    // The codec of a stream is named as SDP negotiated it.
    ("media", &["stdx", "event", "sdp", "rtp"]),
    ("cdr", &["stdx", "event"]),
    ("dialplan", &["stdx", "event"]),
    ("acd", &["stdx", "event"]),
    ("trunk", &["stdx", "event"]),
    ("call", &["+low", "sip", "media", "cdr", "dialplan", "acd", "trunk"]),
    ("node", &["+low", "sip", "media", "cdr", "dialplan", "acd", "trunk", "call"]),
    ("config", &["+low", "sip", "media", "cdr", "dialplan", "acd", "trunk", "call", "node"]),
    ("sim", &["+low", "sip", "media", "cdr", "dialplan", "acd", "trunk", "call", "node"]),
    ("io", &["+low", "sip", "media", "cdr", "dialplan", "acd", "trunk", "call", "node"]),
    ("store", &["stdx", "event", "cdr"]),
    ("telemetry", &["stdx", "event", "cdr"]),
    ("cli", &["*"]),
    ("main", &["*"]),
];

/// Modules that read no clock, chance, socket, thread or file. Files of theirs that may read files: the
/// loaders.
const PURE: &[&str] = &[
    "stdx", "event", "sdp", "rtp", "sip", "media", "cdr", "dialplan", "acd", "trunk", "call", "node",
    "config", "sim",
];
const LOADERS: &[&str] = &["src/dialplan/load.rs", "src/config/mod.rs"];

/// What pure code must not name, and why.
const IMPURE: &[(&str, &str)] = &[
    ("std::time::Instant", "take `now: stdx::Instant` as an argument"),
    ("SystemTime", "take the wall clock as an argument"),
    ("Timestamp::now", "take the instant as an argument"),
    ("Zoned::now", "take the instant as an argument"),
    ("thread_rng", "take a `stdx::Rng`"),
    ("rand::rng(", "take a `stdx::Rng`"),
    ("OsRng", "take a `stdx::Rng`"),
    ("RandomState::new(", "seed it from a `stdx::Rng`"),
    ("std::collections::hash_map::RandomState", "seed it from a `stdx::Rng`"),
    ("tokio", "only `io` and what stands beside it may wait"),
    ("async fn", "only `io` and what stands beside it may wait"),
    ("std::thread", "pure code has no threads"),
    ("Mutex", "pure parts are plain structs owned by the node"),
    ("mpsc", "pure parts are plain structs owned by the node"),
    ("UdpSocket", "pure code has no sockets"),
    ("TcpStream", "pure code has no sockets"),
    ("TcpListener", "pure code has no sockets"),
    ("std::env", "settings come in through constructors"),
];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every `.rs` file below a directory, as (`src/…`, text), in order.
fn files(dir: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let root = Path::new(env!("CARGO_MANIFEST_DIR"));
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Code without comments and what only tests see.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let uncommented = before_tests.lines().map(|line| line.split("//").next().unwrap_or(line));
    uncommented.collect::<Vec<_>>().join("\n")
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("/tests/")
}

/// `src/sip/wire/uri.rs` → `sip::wire::uri`.
fn module(file: &str) -> String {
    let path = file.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    path.replace('/', "::")
}

/// The key of `MAY_USE` that a path falls under: the longest one.
fn owner(path: &str) -> Option<&'static str> {
    let under = |key: &str| path == key || path.strip_prefix(key).is_some_and(|rest| rest.starts_with("::"));
    MAY_USE.iter().map(|(key, _)| *key).filter(|key| under(key)).max_by_key(|key| key.len())
}

fn may_use(user: &str, used: &str) -> bool {
    let list = MAY_USE.iter().find(|(key, _)| *key == user).map_or(&[] as &[&str], |(_, list)| list);
    let inside =
        |outer: &str, inner: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::"));
    user == used
        || inside(used, user) && used == "sip" && user != "sip::wire"
        || list.iter().any(|entry| match *entry {
            "*" => true,
            "+low" => LOW.contains(&used),
            entry => entry == used || entry == "sip" && used == "sip::wire",
        })
}

/// Every path of a file that begins with `crate::` or climbs with `super::`, braces expanded, as full paths.
fn paths(file: &str, text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
            expand("", &code[at + "crate::".len()..], &mut found);
        }
    }
    for (at, _) in code.match_indices("super::") {
        let before = code[..at].chars().next_back();
        if before == Some(':') || before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut rest = &code[at..];
        let mut here: Vec<String> = module(file).split("::").map(str::to_owned).collect();
        while let Some(after) = rest.strip_prefix("super::") {
            here.pop();
            rest = after;
        }
        let base = if here.is_empty() { String::new() } else { here.join("::") + "::" };
        expand(&base, rest, &mut found);
    }
    found
}

fn expand(base: &str, rest: &str, found: &mut BTreeSet<String>) {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(rest.len());
    let path = format!("{base}{}", rest[..end].trim_end_matches("::"));
    if let Some(inner) = rest[end..].strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (i, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    let part = inner[start..i].trim();
                    if !part.is_empty() {
                        expand(
                            &format!("{}::", path.trim_end_matches("::")).replace("::::", "::"),
                            part,
                            found,
                        );
                    }
                    start = i + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
    } else if !path.is_empty() {
        found.insert(path.trim_start_matches("::").to_owned());
    }
}

fn level_faults(file: &str, text: &str) -> Vec<String> {
    let Some(user) = owner(&module(file)) else {
        return vec![format!("{file}: {} stands in no row of MAY_USE", module(file))];
    };
    let uses = paths(file, text).into_iter().filter_map(|path| Some((owner(&path)?, path)));
    uses.filter(|(used, _)| !may_use(user, used))
        .map(|(used, path)| format!("{file}: {user} must not use {used} ({path})"))
        .collect()
}

#[test]
fn modules_depend_downwards_only() {
    let faults: Vec<String> = files(&src())
        .iter()
        .filter(|(file, _)| !is_test(file) && file != "src/lib.rs" && !file.starts_with("src/bin/"))
        .flat_map(|(file, text)| level_faults(file, text))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_level_rule_bites() {
    let bites = |file: &str, text: &str| !level_faults(file, text).is_empty();
    assert!(bites("src/acd/queue.rs", "use crate::dialplan::Table;"));
    assert!(bites("src/acd/queue.rs", "use crate::{stdx::Instant, trunk};"));
    assert!(bites("src/acd/queue.rs", "fn f() { super::super::call::dial(); }"));
    assert!(bites(
        "src/acd/queue.rs",
        "use crate::event::{AgentId};\nuse crate::{\n    event::{CallId, Fact},\n    sip::stack::Stack,\n};"
    ));
    assert!(bites("src/sip/wire/uri.rs", "use crate::sip::stack::Stack;"));
    assert!(bites("src/sip/wire/uri.rs", "use super::super::dialog::Tag;"));
    assert!(bites("src/store/sqlite.rs", "use crate::node::view::CallView;"));
    assert!(bites("src/unheard_of.rs", ""));
    assert!(!bites("src/acd/queue.rs", "use crate::event::CallKey;\n// use crate::call::Call;"));
    assert!(!bites("src/sip/stack.rs", "use crate::sip::wire::Message;\nuse super::wire::Uri;"));
}

#[test]
fn nothing_in_the_table_points_upwards() {
    for (i, (user, list)) in MAY_USE.iter().enumerate() {
        for used in list.iter().filter(|used| !used.starts_with(['*', '+'])) {
            let place = MAY_USE.iter().position(|(key, _)| key == used);
            assert!(
                place.is_some_and(|place| place < i),
                "{user} uses {used}, which does not stand above it"
            );
        }
    }
}

/// The modules in the table of `lib.rs`, in order.
fn map(lib: &str) -> Vec<String> {
    let row = |line: &str| Some(line.strip_prefix("//! | [`")?.split('`').next()?.to_owned());
    lib.lines().filter_map(row).collect()
}

fn map_faults(lib: &str, dirs: &BTreeSet<String>) -> Vec<String> {
    let map: BTreeSet<String> = map(lib).into_iter().collect();
    let line = |line: &str| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    let mods: BTreeSet<String> = lib.lines().filter_map(line).collect();
    let mut faults = Vec::new();
    for (what, has) in [("a `mod` line", &mods), ("a directory", dirs)] {
        faults.extend(map.difference(has).map(|m| format!("{m} is on the map and has not {what}")));
        faults.extend(has.difference(&map).map(|m| format!("{m} has {what} and is not on the map")));
    }
    faults
}

#[test]
fn the_map_in_lib_rs_is_the_country() {
    let lib = fs::read_to_string(src().join("lib.rs")).unwrap();
    let dirs = fs::read_dir(src())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir() && entry.file_name() != "bin")
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let faults = map_faults(&lib, &dirs);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_map_rule_bites() {
    let dirs = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    let lib = "//! | [`acd`] | queues | – |\npub mod acd;\npub mod sip;\n";
    assert_eq!(map_faults(lib, &dirs(&["acd", "rtp"])).len(), 2);
    assert!(map_faults("//! | [`acd`] | q | – |\npub mod acd;\n", &dirs(&["acd"])).is_empty());
}

fn purity_faults(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let mut faults: Vec<String> = IMPURE
        .iter()
        .filter(|(word, _)| code.contains(word))
        .map(|(word, why)| format!("{file}: names `{word}`; {why}"))
        .collect();
    if code.contains("std::fs") && !LOADERS.contains(&file) {
        faults.push(format!("{file}: names `std::fs`; only the loaders read files"));
    }
    if code.contains("Instant::now") {
        faults.push(format!("{file}: reads the clock"));
    }
    faults
}

#[test]
fn pure_modules_read_no_clock_and_no_chance() {
    let pure = |file: &str| {
        PURE.iter().any(|m| file.starts_with(&format!("src/{m}/")) || file == format!("src/{m}.rs"))
    };
    let faults: Vec<String> = files(&src())
        .iter()
        .filter(|(file, _)| pure(file) && !is_test(file))
        .flat_map(|(file, text)| purity_faults(file, text))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_purity_rule_bites() {
    let bites = |text: &str| !purity_faults("src/acd/queue.rs", text).is_empty();
    for bad in [
        "let now = std::time::Instant::now();",
        "use std::time::SystemTime;",
        "let at = jiff::Timestamp::now();",
        "rand::rng().next_u64()",
        "tokio::spawn(async {});",
        "std::thread::sleep(d);",
        "std::fs::read(path)",
        "let map = HashMap::with_hasher(RandomState::new());",
    ] {
        assert!(bites(bad), "{bad}");
    }
    assert!(!bites(
        "use crate::stdx::Instant;\n/// Never reads std::fs or SystemTime.\nfn f(now: Instant) {}"
    ));
    assert!(purity_faults("src/dialplan/load.rs", "use std::fs::File;").is_empty());
}

/// Every module is either pure or known not to be.
#[test]
fn every_module_is_pure_or_known_not_to_be() {
    const WORLDLY: &[&str] = &["io", "store", "telemetry", "cli"];
    let known: BTreeSet<String> = PURE.iter().chain(WORLDLY).map(|m| (*m).to_owned()).collect();
    let lib = fs::read_to_string(src().join("lib.rs")).unwrap();
    assert_eq!(map(&lib).into_iter().collect::<BTreeSet<_>>(), known);
}

fn wildcard_faults(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let machine = code.lines().any(|line| {
        let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        line.trim_start_matches("pub(super) ").starts_with("enum State ") || line.contains("enum State {")
    });
    let bare =
        |line: &str| line.trim_start().starts_with("_ =>") || line.trim_start().starts_with("(_, _) =>");
    let bad = code.lines().enumerate().filter(|(_, line)| machine && bare(line));
    bad.map(|(i, _)| format!("{file}:{}: `_ =>` in a file with a state machine; write every pair", i + 1))
        .collect()
}

#[test]
fn state_machines_have_no_wildcard_arms() {
    let faults: Vec<String> = files(&src())
        .iter()
        .filter(|(file, _)| !is_test(file))
        .flat_map(|(file, text)| wildcard_faults(file, text))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_wildcard_rule_bites() {
    let machine =
        "pub(super) enum State { A, B }\nfn f() { match (s, i) {\n    (State::A, x) => {}\n    _ => {}\n} }";
    assert_eq!(wildcard_faults("src/x.rs", machine).len(), 1);
    assert!(wildcard_faults("src/x.rs", &machine.replace("enum State", "enum Mood")).is_empty());
    assert!(wildcard_faults("src/x.rs", &machine.replace("_ => {}", "(State::B, x) => {}")).is_empty());
}

/// Names of `SeededMap` and `HashMap` fields and locals of a file that are walked through in it.
fn iteration_faults(file: &str, text: &str) -> Vec<String> {
    let code = code(text);
    let declared = code.lines().filter_map(|line| {
        let (name, kind) = line.split_once(':')?;
        (kind.contains("SeededMap<") || kind.contains("HashMap<"))
            .then(|| name.trim().rsplit([' ', '(']).next().unwrap_or_default().to_owned())
    });
    let names: BTreeSet<String> =
        declared.filter(|n| !n.is_empty() && n.chars().all(|c| c.is_alphanumeric() || c == '_')).collect();
    let walks =
        [".iter()", ".iter_mut()", ".keys()", ".values()", ".values_mut()", ".drain()", ".into_iter()"];
    let mut faults = Vec::new();
    for (i, line) in code.lines().enumerate() {
        for name in &names {
            let walked = walks.iter().any(|walk| line.contains(&format!("{name}{walk}")))
                || line.contains(&format!("in &self.{name} "))
                || line.contains(&format!("in &{name} "));
            // A count, a sum, or any and all do not depend on the order.
            let harmless = [".count()", ".sum()", ".any(", ".all("].iter().any(|end| line.contains(end));
            if walked && !harmless {
                faults.push(format!("{file}:{}: walks through the hash map `{name}`", i + 1));
            }
        }
    }
    faults
}

#[test]
fn no_hash_map_is_walked_through_in_pure_code() {
    let pure = |file: &str| PURE.iter().any(|m| file.starts_with(&format!("src/{m}/")));
    let faults: Vec<String> = files(&src())
        .iter()
        .filter(|(file, _)| pure(file) && !is_test(file))
        .flat_map(|(file, text)| iteration_faults(file, text))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_iteration_rule_bites() {
    let bad = "struct A {\n    calls: SeededMap<Key, Call>,\n}\nfn f(&self) {\n    for c in self.calls.values() {}\n}";
    assert_eq!(iteration_faults("src/x.rs", bad).len(), 1);
    assert!(iteration_faults("src/x.rs", &bad.replace("SeededMap", "BTreeMap")).is_empty());
    assert!(
        iteration_faults("src/x.rs", &bad.replace("for c in self.calls.values() {}", "self.calls.get(k)"))
            .is_empty()
    );
}

#[test]
fn every_file_begins_with_what_it_is() {
    let silent: Vec<String> = files(&src())
        .into_iter()
        .filter(|(file, text)| !is_test(file) && !text.starts_with("//!"))
        .map(|(file, _)| file)
        .collect();
    assert!(silent.is_empty(), "no `//!` in {}", silent.join(", "));
}
