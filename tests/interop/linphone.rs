//! linphonec: an agent's softphone that knows SHA-256 (RFC 8760). It answers every challenge it is offered at once,
//! with one Authorization header each.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::wait;

/// A softphone that runs. Dropped, it is ended.
pub(super) struct Linphone {
    dir: PathBuf,
    child: Child,
}

impl Linphone {
    /// Registers as `user` with the node at `registrar`, with SHA-256 and nothing else.
    pub(super) fn start(
        dir: &Path,
        user: &str,
        password: &str,
        realm: &str,
        registrar: u16,
        port: u16,
    ) -> Self {
        let dir = dir.join(format!("linphone-{user}"));
        std::fs::create_dir_all(dir.join(".local/share/linphone")).unwrap();
        let settings = format!(
            "[sip]\nsip_port={port}\nsip_tcp_port=-1\nsip_tls_port=-1\nguess_hostname=0\ncontact=sip:{user}@127.0.0.1:{port}\n\
             [auth_info_0]\nusername={user}\npasswd={password}\nrealm={realm}\nalgorithm=SHA-256\n"
        );
        std::fs::write(dir.join("settings"), settings).unwrap();
        let screen = std::fs::File::create(dir.join("screen")).unwrap();
        let child = Command::new("linphonec")
            .args(["-c", "settings", "-d", "6", "-l", "log"])
            .current_dir(&dir)
            .env("HOME", &dir)
            .stdin(Stdio::piped())
            .stdout(screen.try_clone().unwrap())
            .stderr(screen)
            .spawn()
            .unwrap_or_else(|e| panic!("linphonec: {e}; `tools/test` installs what these tests need"));
        let mut phone = Self { dir, child };
        phone.type_line(&format!(
            "register sip:{user}@127.0.0.1:{registrar} sip:127.0.0.1:{registrar} {password}"
        ));
        phone
    }

    /// Takes its registration back.
    pub(super) fn unregister(&mut self) {
        self.type_line("unregister");
    }

    /// Waits until its own log says so.
    #[track_caller]
    pub(super) fn shows(&self, words: &str) {
        let said = || std::fs::read_to_string(self.dir.join("log")).is_ok_and(|log| log.contains(words));
        wait::until(&format!("linphonec says {words}"), Duration::from_secs(10), || said().then_some(()));
    }

    fn type_line(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }
}

impl Drop for Linphone {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
