//! Why a command failed, for a person or a program: what, where, why, what to do. And its exit code.

use std::process::ExitCode;

use serde::Serialize;

use crate::dialplan::Report;
use crate::dialplan::located::Located;
use crate::telemetry::escape::printable;

/// The plan or the request is at fault.
pub(super) const AT_FAULT: u8 = 1;
/// Wrong usage.
pub(super) const WRONG_USAGE: u8 = 2;
/// The node cannot be reached.
pub(super) const UNREACHABLE: u8 = 3;

/// Why a command failed.
#[derive(Debug)]
pub(super) struct Failure {
    code: u8,
    what: What,
}

#[derive(Debug)]
enum What {
    Said { message: String, causes: Vec<String>, help: String },
    Found(Box<Report>),
}

/// What a program reads.
#[derive(Serialize)]
struct Told {
    error: String,
    because: Vec<String>,
    help: String,
    exit: u8,
    diagnostics: Vec<Located>,
}

impl Failure {
    /// The request is at fault.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::with_code(AT_FAULT, message)
    }

    /// The command line is at fault, in a way clap cannot know.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::with_code(WRONG_USAGE, message)
    }

    /// The command line is at fault, as clap knows.
    pub(super) fn misused(usage: &clap::Error) -> Self {
        let text = usage.render().to_string();
        let (message, help) = text.split_once("\n\n").unwrap_or((&text, ""));
        Self::usage(message.trim_start_matches("error: ").trim_end()).help(help.trim_end())
    }

    /// No node answers.
    pub(super) fn unreachable(message: impl Into<String>) -> Self {
        Self::with_code(UNREACHABLE, message)
    }

    /// What `error` says, and what lies behind it.
    pub(super) fn because(error: &dyn std::error::Error) -> Self {
        let causes = std::iter::successors(error.source(), |cause| cause.source());
        let causes = causes.map(ToString::to_string).collect();
        Self { code: AT_FAULT, what: What::Said { message: error.to_string(), causes, help: String::new() } }
    }

    /// Adds why.
    #[must_use]
    pub(super) fn cause(mut self, cause: impl ToString) -> Self {
        if let What::Said { causes, .. } = &mut self.what {
            causes.push(cause.to_string());
        }
        self
    }

    /// Adds what to do.
    #[must_use]
    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        if let What::Said { help, .. } = &mut self.what {
            *help = text.into();
        }
        self
    }

    /// Ends with another exit code.
    #[must_use]
    pub(super) fn exit(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// As a person reads it.
    pub(super) fn render(&self, colour: bool) -> String {
        match &self.what {
            What::Found(report) => report.render(colour),
            What::Said { message, causes, help } => {
                let mut text = format!("error: {}\n", printable(message));
                for cause in causes {
                    text.push_str(&format!("  because: {}\n", printable(cause)));
                }
                if !help.is_empty() {
                    text.push_str(&format!("  help: {}\n", printable(help)));
                }
                text
            }
        }
    }

    /// As a program reads it, in one line.
    pub(super) fn json(&self) -> String {
        let none = (vec![], String::new());
        let (error, (because, help), diagnostics) = match &self.what {
            What::Said { message, causes, help } => (message.clone(), (causes.clone(), help.clone()), vec![]),
            What::Found(report) => {
                let found = report.diagnostics.iter().map(|found| Located::new(found, &report.sources));
                (format!("{} error(s) found", report.counts().0), none, found.collect())
            }
        };
        let told = Told { error, because, help, exit: self.code, diagnostics };
        // It is made of texts and numbers: it can be written.
        format!("{}\n", serde_json::to_string(&told).unwrap_or_default())
    }

    /// The exit code.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    fn with_code(code: u8, message: impl Into<String>) -> Self {
        Self { code, what: What::Said { message: message.into(), causes: vec![], help: String::new() } }
    }
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Self { code: AT_FAULT, what: What::Found(Box::new(report)) }
    }
}
