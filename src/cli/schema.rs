//! `tongjie schema`

use std::process::ExitCode;

use super::failure::Failure;
use super::print;
use crate::dialplan;

/// Print what an editor needs to complete plan files and check them while you type: a JSON Schema
///
/// An editor with a TOML language server finds it by a first line in the file: `#:schema ../schema.json`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie schema > dialplan/schema.json")]
pub(super) struct Schema {
    /// Accepted for the sake of scripts: the schema is JSON anyway
    #[arg(long)]
    json: bool,
}

impl Schema {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        print(&format!("{:#}\n", dialplan::json_schema()))
    }
}
