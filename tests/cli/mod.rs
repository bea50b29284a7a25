//! The program as an operator meets it: its arguments, messages and exit codes, and a node's start and end.
//!
//! A node under test listens on ports the kernel chooses, in a directory of its own; nothing here waits by sleeping.

mod records;
mod reload;
mod serve;
mod usage;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// A directory with a plan, settings, and room for what a node writes.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { dir: tempfile::tempdir().unwrap() };
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
        place.settings(&format!(
            "[node]\nplan = \"{}\"\ndrain = \"5s\"\n[sip]\nlisten = \"127.0.0.1:0\"\n[media]\nports = \"40000-40099\"\n\
             [store]\nfile = \"data/t.db\"\n[control]\nsocket = \"t.sock\"\n[limits]\ncalls = 20\nreserved = 2\n",
            plan.display()
        ));
        place
    }

    pub(crate) fn settings(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    pub(crate) fn change(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "{from}");
        self.settings(&text.replace(from, to));
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("tongjie.toml")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs a command that speaks about this place.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let config = self.config();
        let config = config.to_str().unwrap();
        run(&[arguments, &["--config", config]].concat())
    }

    /// Starts a node and waits until it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tongjie"))
            .args(["serve", "--config", self.config().to_str().unwrap()])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("listening on udp") {
            let before = greeting.len();
            said.read_line(&mut greeting).unwrap();
            if greeting.len() == before {
                let mut log = String::new();
                child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
                panic!("the node ended before it listened:\n{greeting}{log}");
            }
        }
        Served { child, said, greeting }
    }
}

/// A running node. Killed when the test is over.
pub(crate) struct Served {
    pub(crate) child: Child,
    said: BufReader<std::process::ChildStdout>,
    pub(crate) greeting: String,
}

impl Served {
    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let pid = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(pid, signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn ended(mut self) -> Ran {
        let (mut out, mut err) = (String::new(), String::new());
        self.said.read_to_string(&mut out).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        Ran { code: self.child.wait().unwrap().code(), out, err }
    }

    pub(crate) fn port(&self) -> u16 {
        let (_, rest) = self.greeting.split_once("listening on udp 127.0.0.1:").unwrap();
        rest.trim_end().parse().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Asserts on the exit code and on words of what was said, wherever.
    #[track_caller]
    pub(crate) fn check(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in words {
            assert!(self.out.contains(word) || self.err.contains(word), "no {word:?} in {self:#?}");
        }
    }
}

pub(crate) fn run(arguments: &[&str]) -> Ran {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_tongjie")).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}
