//! SIPp (sip-tester), run with the scenarios beside this file.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::wait;

/// One SIPp to be started.
pub(super) struct Sipp {
    scenario: &'static str,
    dir: PathBuf,
    port: u16,
    replace: Vec<(&'static str, String)>,
    arguments: Vec<String>,
    remote: Option<u16>,
    sdp_port: u16,
}

/// One that runs. Dropped, it is ended.
pub(super) struct Running {
    name: String,
    dir: PathBuf,
    child: Child,
    ended: Option<ExitStatus>,
    sdp_port: u16,
}

impl Sipp {
    /// With the scenario of that name, from this port; its files go to a folder of their own in `dir`.
    pub(super) fn new(scenario: &'static str, dir: &Path, port: u16) -> Self {
        let dir = dir.join(format!("{scenario}-{port}"));
        let replace = vec![("@STATUS@", "200 OK".to_owned()), ("@HEADER@", "Subject".to_owned())];
        let sdp_port = port + 200;
        Self { scenario, dir, port, replace, arguments: vec![], remote: None, sdp_port }
            .key("sdp_port", sdp_port)
            .calls(1)
    }

    /// Calls the program at this port (a caller).
    pub(super) fn to(mut self, port: u16) -> Self {
        self.remote = Some(port);
        self
    }

    /// A value of the scenario.
    pub(super) fn key(self, name: &str, value: impl ToString) -> Self {
        self.argument("-key").argument(name).argument(&value.to_string())
    }

    /// The number dialled.
    pub(super) fn dials(self, number: &str) -> Self {
        self.argument("-s").argument(number)
    }

    /// How long the scenario's pauses are.
    pub(super) fn pause(self, length: Duration) -> Self {
        self.argument("-d").argument(&length.as_millis().to_string())
    }

    /// Ends after so many calls.
    pub(super) fn calls(self, calls: u32) -> Self {
        self.argument("-m").argument(&calls.to_string())
    }

    /// So many new calls a second, however many of them there are at once: SIPp would slow down for long ones.
    pub(super) fn rate(self, calls: u32) -> Self {
        self.argument("-r").argument(&calls.to_string()).argument("-l").argument("1000")
    }

    /// Replaces a word in the scenario.
    pub(super) fn with(mut self, word: &'static str, by: &str) -> Self {
        self.replace.retain(|(old, _)| *old != word);
        self.replace.push((word, by.to_owned()));
        self
    }

    fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Starts it. One that waits for calls can be called when this returns.
    pub(super) fn start(self) -> Running {
        std::fs::create_dir_all(&self.dir).unwrap();
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/interop/scenarios/{}.xml", self.scenario));
        let text = std::fs::read_to_string(scenario).unwrap();
        let text = self.replace.iter().fold(text, |text, (word, by)| text.replace(word, by));
        std::fs::write(self.dir.join("scenario.xml"), text).unwrap();
        let out = std::fs::File::create(self.dir.join("screen")).unwrap();
        let mut command = Command::new("sipp");
        command.args(self.remote.map(|port| format!("127.0.0.1:{port}")));
        command.args([
            "-sf",
            "scenario.xml",
            "-i",
            "127.0.0.1",
            "-nostdin",
            "-trace_logs",
            "-log_file",
            "log",
        ]);
        command.args(["-trace_err", "-error_file", "errors", "-trace_msg", "-message_file", "messages"]);
        command.args(["-recv_timeout", "30000", "-p", &self.port.to_string()]).args(&self.arguments);
        command.current_dir(&self.dir).stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out);
        let child = command
            .spawn()
            .unwrap_or_else(|e| panic!("sipp: {e}; `tools/test` installs what these tests need"));
        let mut running = Running {
            name: format!("{} at {}", self.scenario, self.port),
            dir: self.dir,
            child,
            ended: None,
            sdp_port: self.sdp_port,
        };
        if self.remote.is_none() {
            wait::until(&format!("{} listens", running.name), Duration::from_secs(10), || {
                (running.has_ended() || wait::is_bound(self.port)).then_some(())
            });
        }
        running
    }
}

impl Running {
    /// Waits for its end and demands that every call went as the scenario says.
    #[track_caller]
    pub(super) fn succeeds(&mut self) {
        let name = self.name.clone();
        wait::until(&format!("{name} ends\n{}", self.story()), Duration::from_secs(45), || {
            self.has_ended().then_some(())
        });
        let ended = self.ended.unwrap();
        assert!(ended.success(), "{name} ended with {ended}\n{}", self.story());
    }

    fn has_ended(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().unwrap();
        }
        self.ended.is_some()
    }

    /// The RTP port in its SDP.
    pub(super) fn sdp_port(&self) -> u16 {
        self.sdp_port
    }

    /// Where the scenario's `log` lines go.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// What the scenario logged so far.
    pub(super) fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// All SIP messages it saw, for a person who looks into a failure.
    pub(super) fn story(&self) -> String {
        ["errors", "messages"]
            .map(|file| std::fs::read_to_string(self.dir.join(file)).unwrap_or_default())
            .join("\n")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}
