//! baresip: an agent's softphone with sound, and no screen. It registers (its version in Debian 12 knows only MD5),
//! answers by itself, plays a tone from a file and records what it hears.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::sound;

/// A softphone that runs. Dropped, it is ended.
pub(super) struct Baresip {
    dir: PathBuf,
    child: Child,
}

impl Baresip {
    /// Registers as `user` with the node at `registrar`; speaks from `port`, with RTP at `port + 200`.
    pub(super) fn start(
        dir: &Path,
        user: &str,
        password: &str,
        registrar: u16,
        port: u16,
        hertz: f32,
    ) -> Self {
        Self::start_for(dir, user, password, registrar, port, hertz, 60)
    }

    /// The same, for so many seconds at a time.
    pub(super) fn start_for(
        dir: &Path,
        user: &str,
        password: &str,
        registrar: u16,
        port: u16,
        hertz: f32,
        expires: u32,
    ) -> Self {
        let dir = dir.join(format!("baresip-{user}"));
        std::fs::create_dir_all(&dir).unwrap();
        sound::write_tone(&dir.join("tone.wav"), hertz, Duration::from_secs(60));
        let (first, last) = (port + 200, port + 201);
        let settings = format!(
            "poll_method epoll\nsip_listen 127.0.0.1:{port}\nrtp_ports {first}-{last}\nrtp_stats no\n\
             audio_source aufile,{dir}/tone.wav\naudio_alert aufile,{dir}/none.wav\nsnd_path {dir}\n\
             ausrc_srate 8000\nausrc_channels 1\n\
             module_path {modules}\nmodule g711.so\nmodule aufile.so\nmodule sndfile.so\nmodule_app account.so\nmodule_app menu.so\n",
            dir = dir.display(),
            modules = modules().display(),
        );
        std::fs::write(dir.join("config"), settings).unwrap();
        let account = format!(
            "<sip:{user}@127.0.0.1:{registrar}>;auth_user={user};auth_pass={password};answermode=auto;\
             regint={expires};audio_codecs=pcma/8000/1\n"
        );
        std::fs::write(dir.join("accounts"), account).unwrap();
        std::fs::write(dir.join("contacts"), "").unwrap();
        let screen = std::fs::File::create(dir.join("screen")).unwrap();
        let child = Command::new("baresip")
            .arg("-f")
            .arg(&dir)
            .stdin(Stdio::null())
            .stdout(screen.try_clone().unwrap())
            .stderr(screen)
            .spawn()
            .unwrap_or_else(|e| panic!("baresip: {e}; `tools/test` installs what these tests need"));
        Self { dir, child }
    }

    /// What it heard, once it has ended.
    pub(super) fn heard(mut self) -> Vec<i16> {
        self.end();
        let recordings: Vec<_> =
            std::fs::read_dir(&self.dir).unwrap().map(|file| file.unwrap().path()).collect();
        let heard = recordings.iter().find(|file| file.to_string_lossy().ends_with("-dec.wav"));
        sound::read_wav(heard.unwrap_or_else(|| panic!("no recording\n{}", self.screen())))
    }

    /// Ends it as a person would, so that it unregisters and closes its files.
    pub(super) fn end(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let pid = nix::unistd::Pid::from_raw(i32::try_from(self.child.id()).unwrap());
            nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).ok();
            self.child.wait().ok();
        }
    }

    /// Ends it as a power cut would: it says nothing to anybody.
    pub(super) fn dies(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What stood on its screen.
    pub(super) fn screen(&self) -> String {
        std::fs::read_to_string(self.dir.join("screen")).unwrap_or_default()
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        self.end();
    }
}

fn modules() -> PathBuf {
    [
        "/usr/lib/baresip/modules",
        "/usr/lib/x86_64-linux-gnu/baresip/modules",
        "/usr/lib/aarch64-linux-gnu/baresip/modules",
    ]
    .into_iter()
    .map(PathBuf::from)
    .find(|dir| dir.exists())
    .expect("baresip's modules; `tools/test` installs them")
}
