//! How this node runs: `tongjie.toml` → [`schema`] with source spans → [`compile`] → [`Config`].
//!
//! The same pipeline as the dial plan's, with the same [`Diagnostic`]s: every fault is found at once and shown
//! with its line. Nothing is looked up in the file later.

mod catalogue;
pub mod compile;
mod read;
pub mod schema;

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::dialplan::{Diagnostic, Level, Report, Sources};
use crate::node::Settings;

pub use catalogue::{CODES, explain_code};

/// How this node runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// What this node is called in call records.
    pub name: String,
    /// The node's own settings.
    pub node: Settings,
    /// Where SIP is received.
    pub listen: SocketAddr,
    /// Where RTP sockets are bound.
    pub media_listen: IpAddr,
    /// The plan directory.
    pub plan: PathBuf,
    /// The file of call records.
    pub store: PathBuf,
    /// The local socket live commands speak to.
    pub control: PathBuf,
    /// How the log is written.
    pub log_format: LogFormat,
    /// What is written to the log.
    pub log_level: LogLevel,
}

/// How the log is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The least important lines written to the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LogLevel {
    /// Act now.
    Error,
    /// Someone was not served.
    Warn,
    /// The path of every call.
    #[default]
    Info,
    /// Everything.
    Debug,
}

/// Reads and compiles a file. Beside the settings come the warnings.
///
/// # Errors
/// Everything found wrong with it.
pub fn load(path: &Path) -> Result<(Config, Report), Report> {
    let shown = path.display().to_string();
    match fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => parse(&shown, &text, path.parent().unwrap_or(Path::new(""))),
        Ok(Err(_)) => Err(unreadable(&shown, "it is not UTF-8", "save the file as UTF-8 (not GBK)")),
        Err(error) => {
            let help = "name another file with `--config FILE`; config/tongjie.toml is a commented example";
            Err(unreadable(&shown, &error.to_string(), help))
        }
    }
}

/// Compiles a text. Its paths are relative to `base`.
///
/// # Errors
/// Everything found wrong with it.
pub fn parse(path: &str, text: &str, base: &Path) -> Result<(Config, Report), Report> {
    let sources = Sources::new([(path, text)]);
    let (config, diagnostics) = compile::compile(text, base);
    match config {
        Some(config) if !diagnostics.iter().any(|d| d.level == Level::Error) => {
            Ok((config, Report { sources, diagnostics }))
        }
        Some(_) | None => Err(Report { sources, diagnostics }),
    }
}

fn unreadable(path: &str, why: &str, help: &str) -> Report {
    let diagnostic = Diagnostic::error("cf001", None, format!("cannot read {path}: {why}")).help(help);
    Report { sources: Sources::default(), diagnostics: vec![diagnostic] }
}

#[cfg(test)]
mod tests;
