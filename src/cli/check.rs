//! `tongjie check`

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::failure::{AT_FAULT, Failure};
use super::{json, print};
use crate::config;
use crate::dialplan::located::Located;
use crate::dialplan::{self, CODES, Explained, Proof, Report, suggest};
use crate::event::EndCause;

/// Check a plan: every fault and warning, with its line, the way of a call that shows it, and the remedy
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "tongjie check [--json] <PLAN>\n       tongjie check [--json] --explain <CODE>",
    after_help = "Examples:
  tongjie check dialplan/wuxi
  tongjie check dialplan/wuxi --json
  tongjie check --explain dp012"
)]
pub(super) struct Check {
    /// The plan's directory
    #[arg(required_unless_present = "explain")]
    plan: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Tell what a code means (dp… of plans, cf… of settings, ec… why a call ended), with an example and the remedy, instead of checking
    #[arg(long, value_name = "CODE", conflicts_with = "plan")]
    explain: Option<String>,
}

/// What `--json` prints of a plan.
#[derive(Serialize)]
struct Checked {
    well: bool,
    errors: usize,
    warnings: usize,
    proved: Option<Proved>,
    diagnostics: Vec<Located>,
}

#[derive(Serialize)]
struct Proved {
    numbers: usize,
    instants: usize,
    ways: u64,
}

impl Check {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        if let Some(code) = &self.explain {
            return self.explain(code);
        }
        // clap has asked for it.
        let Some(plan) = &self.plan else { return Err(Failure::usage("name the plan's directory")) };
        if self.json {
            let checked = match dialplan::load_plan(plan) {
                Ok(loaded) => Checked::new(&loaded.report, Some(loaded.proof)),
                Err(report) => Checked::new(&report, None),
            };
            let code = print(&json(&checked)?)?;
            return Ok(if checked.well { code } else { ExitCode::from(AT_FAULT) });
        }
        let loaded = dialplan::load_plan(plan)?;
        let colour = io::stdout().is_terminal();
        let (_, warnings) = loaded.report.counts();
        let mut text = String::new();
        if warnings > 0 {
            text.push_str(&loaded.report.render(colour));
        }
        let table = &loaded.table;
        let warnings = if warnings == 0 { String::new() } else { format!(", {warnings} warning(s)") };
        text.push_str(&format!(
            "plan {} is well: {} numbers, {} queues, {} agents, {} trunks{warnings}\n",
            table.name(),
            table.fates().len(),
            table.queues().count(),
            table.agents().count(),
            table.trunks().count(),
        ));
        let Proof { numbers, instants, ways } = loaded.proof;
        text.push_str(&format!(
            "proved for {numbers} numbers at {instants} instants of change, on {ways} ways a call can take\n"
        ));
        print(&text)
    }

    /// Why a call ended, as its record and the log have it.
    fn explain_cause(&self, cause: EndCause) -> Result<ExitCode, Failure> {
        let (code, sentence, remedy) = (cause.code(), cause.sentence(), cause.remedy());
        let (status, q850) = (cause.status(), cause.q850());
        if self.json {
            #[derive(Serialize)]
            struct Ended {
                code: &'static str,
                title: &'static str,
                status: u16,
                q850: u8,
                remedy: &'static str,
            }
            return print(&json(&Ended { code, title: sentence, status, q850, remedy })?);
        }
        let remedy = if remedy.is_empty() { String::new() } else { format!("\nRemedy: {remedy}\n") };
        print(&format!(
            "{code}: {sentence}\n\nA call that ends so: SIP {status}, Q.850 cause {q850}.\n{remedy}"
        ))
    }

    fn explain(&self, written: &str) -> Result<ExitCode, Failure> {
        if let Some(cause) = EndCause::from_code(written) {
            return self.explain_cause(cause);
        }
        let Some(explained) = dialplan::explain_code(written).or_else(|| config::explain_code(written))
        else {
            let known = CODES.iter().chain(config::CODES).map(|explained| explained.code);
            let causes: Vec<_> = EndCause::all().map(EndCause::code).collect();
            let help = suggest::help(written, known.chain(causes));
            return Err(Failure::usage(format!("there is no code {written}")).help(help));
        };
        let Explained { code, title, means, example, remedy } = *explained;
        if self.json {
            #[derive(Serialize)]
            struct Told {
                code: &'static str,
                title: &'static str,
                means: &'static str,
                example: &'static str,
                remedy: &'static str,
            }
            return print(&json(&Told { code, title, means, example, remedy })?);
        }
        let example = example.lines().map(|line| format!("    {line}\n")).collect::<String>();
        print(&format!("{code}: {title}\n\n{means}\n\nExample:\n{example}\nRemedy: {remedy}\n"))
    }
}

impl Checked {
    fn new(report: &Report, proof: Option<Proof>) -> Self {
        let (errors, warnings) = report.counts();
        Self {
            well: errors == 0,
            errors,
            warnings,
            proved: proof.map(|Proof { numbers, instants, ways }| Proved { numbers, instants, ways }),
            diagnostics: report
                .diagnostics
                .iter()
                .map(|found| Located::new(found, &report.sources))
                .collect(),
        }
    }
}
