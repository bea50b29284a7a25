//! A node of its own for each test: ports, plan, store and control socket.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::ear::Ear;
use super::sipp::{Running, Sipp};
use super::wait;

/// What a node is to be.
pub(super) struct Setting {
    clock: &'static str,
    edits: Vec<(&'static str, &'static str, &'static str)>,
    digest: &'static str,
    register_min: &'static str,
    busy: bool,
    broken: Option<&'static str>,
    held: u16,
}

/// In the trial, on a Thursday afternoon; SIPp's and baresip's MD5 only. Phones ring for 3 s.
pub(super) fn node() -> Setting {
    Setting {
        clock: "2021-10-28T14:00:00+08:00",
        edits: vec![],
        digest: "md5",
        register_min: "60s",
        busy: false,
        broken: None,
        held: 0,
    }
    .edit("queues.toml", r#"ring = "20s""#, r#"ring = "3s""#)
}

impl Setting {
    /// The wall clock the plan sees, from the start on.
    pub(super) fn at(mut self, clock: &'static str) -> Self {
        self.clock = clock;
        self
    }

    /// Changes the words of the Wuxi plan; they must be there.
    pub(super) fn edit(mut self, file: &'static str, from: &'static str, to: &'static str) -> Self {
        self.edits.push((file, from, to));
        self
    }

    /// With room for hundreds of calls, and RTP ports that no other test uses.
    pub(super) fn busy(mut self) -> Self {
        self.busy = true;
        self
    }

    /// The digest algorithms it offers.
    pub(super) fn digest(mut self, algorithms: &'static str) -> Self {
        self.digest = algorithms;
        self
    }

    /// This recording of the plan is damaged.
    pub(super) fn breaks(mut self, recording: &'static str) -> Self {
        self.broken = Some(recording);
        self
    }

    /// Another program has so many of its RTP ports, the first ones; it has fifty.
    pub(super) fn without_ports(mut self, held: u16) -> Self {
        self.held = held;
        self
    }

    /// The shortest registration it accepts.
    pub(super) fn register_min(mut self, shortest: &'static str) -> Self {
        self.register_min = shortest;
        self
    }

    /// Starts it and waits until it can be called.
    pub(super) fn start(self) -> Node {
        let base = free_block();
        let dir = tempfile::Builder::new().prefix("tongjie-interop-").tempdir().unwrap();
        let trunks = lay_plan(&dir.path().join("plan"), base, &self.edits);
        let (first, last, calls) =
            if self.busy { (10_000, 13_999, 500) } else { (base + 100, base + 199, 20) };
        if let Some(recording) = self.broken {
            damage(&dir.path().join("plan/audio"), recording);
        }
        let settings = format!(
            "[node]\nplan = \"plan\"\ndrain = \"2s\"\n[sip]\nlisten = \"127.0.0.1:{base}\"\nrealm = \"12345.wuxi\"\ndigest = \"{}\"\nregister-min = \"{}\"\n\
             [media]\nports = \"{first}-{last}\"\n[store]\nfile = \"calls.db\"\n[control]\nsocket = \"control\"\n[log]\nlevel = \"debug\"\n[limits]\ncalls = {calls}\nreserved = 4\n",
            self.digest, self.register_min,
        );
        std::fs::write(dir.path().join("tongjie.toml"), settings).unwrap();
        let held = (0..self.held)
            .map(|n| UdpSocket::bind(("127.0.0.1", first + 2 * n)).expect("the test's own port is free"))
            .collect();
        let log = std::fs::File::create(dir.path().join("log")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_tongjie"))
            .args(["serve", "--config", "tongjie.toml", "--clock", self.clock])
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut node = Node { base, dir, child, trunks, held };
        wait::until("the node answers on its control socket", Duration::from_secs(20), || {
            if let Some(ended) = node.child.try_wait().unwrap() {
                panic!("the node ended with {ended}\n{}", node.log());
            }
            UnixStream::connect(node.path("control")).ok()
        });
        node
    }
}

/// A node that runs. Dropped, it is ended.
pub(super) struct Node {
    base: u16,
    dir: tempfile::TempDir,
    child: Child,
    trunks: BTreeMap<String, u16>,
    held: Vec<UdpSocket>,
}

impl Node {
    /// The other program lets go of the RTP ports it has.
    pub(super) fn frees_ports(&mut self) {
        self.held.clear();
    }

    /// The port of its SIP.
    pub(super) fn sip(&self) -> u16 {
        self.base
    }

    /// Its folder.
    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The port of a phone that is neither a trunk's nor a caller's; the `n`th of thirteen; even, as RTP likes it.
    pub(super) fn phone_port(&self, n: u16) -> u16 {
        self.base + 12 + 2 * n
    }

    /// A caller who comes in over the telecom trunk: the `n`th of six.
    pub(super) fn caller(&self, scenario: &'static str, n: u16, number: &str) -> Sipp {
        Sipp::new(scenario, self.dir(), self.base + 2 + n)
            .to(self.base)
            .dials(number)
            .key("caller", "13800001234")
    }

    /// What answers at the other end of a trunk.
    pub(super) fn trunk(&self, scenario: &'static str, trunk: &str) -> Sipp {
        Sipp::new(scenario, self.dir(), self.trunk_port(trunk)).key("user", trunk)
    }

    /// A trunk's port at its other end.
    pub(super) fn trunk_port(&self, trunk: &str) -> u16 {
        self.trunks[trunk]
    }

    /// An agent's SIPp phone: registers, and waits for calls with this scenario.
    pub(super) fn agent(&self, scenario: &'static str, agent: &str) -> Sipp {
        self.register(agent, "3600", "200");
        self.agent_is(agent, "ready");
        Sipp::new(scenario, self.dir(), self.agent_port(agent)).key("user", agent)
    }

    /// Tells the node that an agent takes calls, or takes none.
    pub(super) fn set_ready(&self, agent: &str, ready: bool) {
        let mut stream = BufReader::new(UnixStream::connect(self.path("control")).unwrap());
        let command = if ready { "ready" } else { "not-ready" };
        let answer = ask(&mut stream, &json!({ "command": command, "agent": agent }));
        assert_eq!(answer, json!({ "done": true }));
    }

    fn agent_port(&self, agent: &str) -> u16 {
        self.base + 40 + agent.parse::<u16>().map_or(0, |number| number % 1000)
    }

    /// Sends a REGISTER and demands the status; expires "0" takes it back.
    pub(super) fn register(&self, agent: &str, expires: &str, status: &'static str) {
        self.register_with(agent, &format!("demo-{agent}"), expires, status);
    }

    /// The same, with this password.
    pub(super) fn register_with(&self, agent: &str, password: &str, expires: &str, status: &'static str) {
        self.registers("register", agent, password, expires, status).start().succeeds();
    }

    /// A REGISTER to be sent, or those of that scenario.
    pub(super) fn registers(
        &self,
        scenario: &'static str,
        agent: &str,
        password: &str,
        expires: &str,
        status: &'static str,
    ) -> Sipp {
        Sipp::new(scenario, self.dir(), self.agent_port(agent))
            .to(self.base)
            .with("@STATUS@", status)
            .with("@USER@", agent)
            .with("@PASSWORD@", password)
            .key("expires", expires)
    }

    /// A telephone set for a SIPp: plays `hertz`, records what it hears.
    pub(super) fn ear(&self, sipp: &Running, hertz: f32) -> Ear {
        Ear::new(sipp.sdp_port(), hertz, &sipp.log())
    }

    /// Waits until an agent is in this state.
    #[track_caller]
    pub(super) fn agent_is(&self, agent: &str, state: &str) {
        self.see(&format!("{agent} is {state}"), "agents", |agents| {
            list(agents).iter().any(|a| a["agent"] == agent && a["state"] == state).then_some(())
        });
    }

    /// Waits until the only call is in this state.
    #[track_caller]
    pub(super) fn call_is(&self, state: &str) {
        self.see(&format!("the call is {state}"), "calls", |calls| {
            list(calls).iter().any(|call| call["state"] == state).then_some(())
        });
    }

    /// Waits until a listing shows something.
    #[track_caller]
    pub(super) fn see<T>(&self, what: &str, listing: &str, mut look: impl FnMut(&Value) -> Option<T>) -> T {
        let mut last = Value::Null;
        let mut stream = BufReader::new(UnixStream::connect(self.path("control")).unwrap());
        let limit = Duration::from_secs(20);
        wait::until(&format!("{what}\n{}", self.log()), limit, || {
            last = ask(&mut stream, &json!({ "command": listing }));
            look(&last[listing])
        })
    }

    /// Nothing is left of any call: no leg, no port. (Dialogs are remembered for 64·T1, so that late retransmissions are
    /// answered; the simulator proves that they go.)
    #[track_caller]
    pub(super) fn is_at_rest(&self) {
        self.see("no call and no port is left", "status", |status| {
            (status["calls"] == 0 && status["ports_used"] == 0).then_some(())
        });
    }

    /// The records of all calls so far, in order of arrival, once there are `count`.
    #[track_caller]
    pub(super) fn cdrs(&self, count: usize) -> Vec<Value> {
        let limit = (count + 50).to_string();
        wait::until(&format!("{count} call records\n{}", self.log()), Duration::from_secs(20), || {
            let output = self.tongjie(&["cdr", "--unmask", "--json", "--limit", &limit]);
            let mut rows = rows(&String::from_utf8_lossy(&output.stdout));
            rows.sort_by_key(|row| row["arrived"].as_str().map(str::to_owned));
            (rows.len() >= count).then_some(rows)
        })
    }

    /// The record of the only call.
    #[track_caller]
    pub(super) fn cdr(&self) -> Value {
        let mut rows = self.cdrs(1);
        assert_eq!(rows.len(), 1, "{rows:#?}");
        rows.remove(0)
    }

    /// Runs the command line against this node.
    pub(super) fn tongjie(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tongjie"))
            .args(arguments)
            .args(["--config", "tongjie.toml"])
            .current_dir(self.dir())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Its log so far.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Answers the node's first OPTIONS to a trunk; the next comes half a minute later.
    pub(super) fn answers_a_ping(&self, trunk: &str) {
        let socket = UdpSocket::bind(("127.0.0.1", self.trunk_port(trunk))).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut datagram = [0; 2048];
        let (length, node) = socket.recv_from(&mut datagram).unwrap();
        let request = String::from_utf8_lossy(&datagram[..length]);
        let (line, headers) = request.split_once("\r\n").unwrap();
        assert!(line.starts_with("OPTIONS "), "{request}");
        socket.send_to(format!("SIP/2.0 200 OK\r\n{headers}").as_bytes(), node).unwrap();
    }

    /// Waits until the log says this: it is written after what the listings show.
    #[track_caller]
    pub(super) fn logs(&self, text: &str) {
        wait::until(&format!("the log says: {text}"), Duration::from_secs(20), || {
            self.log().contains(text).then_some(())
        });
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: nix::sys::signal::Signal) {
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal)
            .unwrap();
    }

    /// Waits for its end; its exit code.
    pub(super) fn ends(&mut self) -> Option<i32> {
        wait::until("the node ends", Duration::from_secs(20), || self.child.try_wait().unwrap()).code()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn ask(stream: &mut BufReader<UnixStream>, request: &Value) -> Value {
    writeln!(stream.get_mut(), "{request}").unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// `cdr --json`: an array, or an object a line.
fn rows(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(Value::Array(rows)) => rows,
        _ => text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
    }
}

/// Ports for one node and all that calls it: 0 SIP, 2–7 callers, 12–38 phones, 40–47 agents, 70–89
/// trunks, 100–199 the node's RTP; then 200 more for the RTP of those who call.
fn free_block() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let base = 20_000 + NEXT.fetch_add(400, Ordering::Relaxed) % 12_000;
        // Another run of these tests may be going on beside this one.
        if [0, 2, 100, 160].iter().all(|offset| UdpSocket::bind(("127.0.0.1", base + offset)).is_ok()) {
            return base;
        }
    }
}

/// Copies the Wuxi plan, moves its trunks to this test's ports, and edits it. Returns the trunks' ports.
fn lay_plan(to: &Path, base: u16, edits: &[(&str, &str, &str)]) -> BTreeMap<String, u16> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    std::fs::create_dir_all(to).unwrap();
    std::os::unix::fs::symlink(from.join("audio"), to.join("audio")).unwrap();
    let mut trunks = BTreeMap::new();
    for file in std::fs::read_dir(&from).unwrap().map(|entry| entry.unwrap().path()) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        if file.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let mut text = std::fs::read_to_string(&file).unwrap();
        if name == "trunks.toml" {
            text = move_trunks(&text, base, &mut trunks);
        }
        for (_, old, new) in edits.iter().filter(|(edited, _, _)| *edited == name) {
            assert!(text.contains(old), "{name} has no more {old}: change this test with the plan");
            text = text.replace(old, new);
        }
        std::fs::write(to.join(name), text).unwrap();
    }
    trunks
}

/// In place of the plan's folder of recordings there is one of its own, in which this one is cut short.
fn damage(audio: &Path, recording: &str) {
    let plans = std::fs::canonicalize(audio).unwrap();
    std::fs::remove_file(audio).unwrap();
    std::fs::create_dir(audio).unwrap();
    for file in std::fs::read_dir(plans).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        let name = file.file_name().unwrap();
        let kept = if name == format!("{recording}.wav").as_str() { 40 } else { bytes.len() };
        std::fs::write(audio.join(name), &bytes[..kept]).unwrap();
    }
}

fn move_trunks(text: &str, base: u16, trunks: &mut BTreeMap<String, u16>) -> String {
    let mut moved = String::new();
    let mut trunk = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("[trunk.") {
            trunk = name.trim_end_matches(']').to_owned();
        }
        if line.starts_with("address = ") {
            let port = base + 70 + u16::try_from(trunks.len()).unwrap();
            moved += &format!("address = \"127.0.0.1:{port}\"\n");
            if trunk == "telecom" {
                let callers: Vec<_> = (2..8).map(|n| format!("\"127.0.0.1:{}\"", base + n)).collect();
                moved += &format!("from = [{}]\n", callers.join(", "));
            }
            trunks.insert(trunk.clone(), port);
        } else {
            moved += line;
            moved.push('\n');
        }
    }
    moved
}
