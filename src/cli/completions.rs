//! `tongjie completions`

use std::process::ExitCode;

use clap_complete::Shell;

use super::failure::Failure;
use super::print;

/// Print a script that lets a shell complete tongjie's commands
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie completions bash > /etc/bash_completion.d/tongjie")]
pub(super) struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, mut command: clap::Command) -> Result<ExitCode, Failure> {
        let mut script = vec![];
        clap_complete::generate(self.shell, &mut command, "tongjie", &mut script);
        print(&String::from_utf8_lossy(&script))
    }
}
