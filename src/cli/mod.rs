//! The command line: one file a subcommand; the one place that wires everything together.
//!
//! A command that is asked for JSON says in JSON, too, why it failed, wrong usage as well: on standard output, in one
//! line.
//!
//! Exit codes: 0 well; 1 the plan or the request is at fault; 2 wrong usage; 3 the node cannot be reached.

mod agents;
mod calls;
mod cdr;
mod check;
mod client;
mod completions;
mod diff;
mod drain;
mod failure;
mod hangup;
mod import;
mod queues;
mod readers;
mod recorded;
mod rehearse;
mod reload;
mod route;
mod schema;
mod serve;
mod status;
mod table;
mod timeline;
mod trunks;
mod unmasked;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use self::failure::{Failure, WRONG_USAGE};
use crate::dialplan::{self, Table};

/// Routes the calls of a city's old hotlines into 12345.
#[derive(Debug, Parser)]
#[command(name = "tongjie", version, about, max_term_width = 110, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Check(check::Check),
    Route(route::Route),
    Schema(schema::Schema),
    Diff(diff::DiffPlans),
    Rehearse(rehearse::Rehearse),
    Timeline(timeline::DrawTimeline),
    Import(import::Import),
    Status(status::Status),
    Calls(calls::Calls),
    Agents(agents::Agents),
    Queues(queues::Queues),
    Trunks(trunks::Trunks),
    Hangup(hangup::Hangup),
    Reload(reload::Reload),
    Drain(drain::Drain),
    Cdr(cdr::Cdr),
    Completions(completions::Completions),
}

/// Which node, for commands that speak to one or read what it left.
#[derive(Clone, Debug, Args)]
struct Where {
    /// The node's settings
    #[arg(long, global = true, value_name = "FILE", default_value = CONFIG)]
    config: PathBuf,
}

/// Runs the command the arguments name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let parsed = Arguments::command().try_get_matches_from(&arguments).and_then(|matches| {
        let arguments = Arguments::from_arg_matches(&matches)?;
        Ok((arguments, wants_json(&matches)))
    });
    let (done, as_json) = match parsed {
        Ok((arguments, as_json)) => (dispatch(arguments.command), as_json),
        // What was meant is not known, but that a program asks.
        Err(usage) if usage.use_stderr() && names_json(&arguments) => (Err(Failure::misused(&usage)), true),
        Err(usage) => {
            // Help and version are no errors and go to standard output; a closed one is nobody's fault.
            let written = usage.print();
            if usage.use_stderr() {
                return ExitCode::from(WRONG_USAGE);
            }
            (written.map_or_else(|error| unwritten(&error), |()| Ok(ExitCode::SUCCESS)), false)
        }
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            if !as_json || print(&failure.json()).is_err() {
                // With standard error closed there is nobody to tell.
                write!(io::stderr(), "{}", failure.render(io::stderr().is_terminal())).ok();
            }
            failure.code()
        }
    }
}

fn names_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

fn wants_json(matches: &ArgMatches) -> bool {
    let here = matches.try_get_one::<bool>("json").ok().flatten();
    here == Some(&true) || matches.subcommand().is_some_and(|(_, matches)| wants_json(matches))
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Serve(serve) => serve.run(),
        Command::Check(check) => check.run(),
        Command::Route(route) => route.run(),
        Command::Schema(schema) => schema.run(),
        Command::Diff(diff) => diff.run(),
        Command::Rehearse(rehearse) => rehearse.run(),
        Command::Timeline(timeline) => timeline.run(),
        Command::Import(import) => import.run(),
        Command::Status(status) => status.run(),
        Command::Calls(calls) => calls.run(),
        Command::Agents(agents) => agents.run(),
        Command::Queues(queues) => queues.run(),
        Command::Trunks(trunks) => trunks.run(),
        Command::Hangup(hangup) => hangup.run(),
        Command::Reload(reload) => reload.run(),
        Command::Drain(drain) => drain.run(),
        Command::Cdr(cdr) => cdr.run(),
        Command::Completions(completions) => completions.run(Arguments::command()),
    }
}

/// Writes to standard output. A reader that has seen enough (`| head`) ends the command well, not with a panic.
fn print(text: &str) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => unwritten(&error),
    }
}

fn unwritten(error: &io::Error) -> Result<ExitCode, Failure> {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        // Not 1, which is what `diff` says of plans that differ.
        _ => Err(Failure::usage(format!("cannot write to standard output: {error}"))),
    }
}

/// A plan to look at, not to put in force: that it fails tests of its own is said, and is no reason to show nothing.
fn look_at(dir: &Path) -> Result<Arc<Table>, Failure> {
    let loaded = dialplan::look_at_plan(dir)?;
    let (failing, _) = loaded.report.counts();
    if failing > 0 {
        let tests = if failing == 1 { "1 test" } else { &format!("{failing} tests") };
        // With standard error closed there is nobody to tell.
        writeln!(
            io::stderr(),
            "warning: {} fails {tests} of its own and cannot be put in force; `tongjie check {0}` shows them",
            dir.display()
        )
        .ok();
    }
    Ok(loaded.table)
}

/// For what waits for a database.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::because(&error))
}

/// A value as JSON.
fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| Failure::new(error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// Call records held at once.
const PAGE: u32 = 10_000;
/// Where the settings are looked for when nobody says.
const CONFIG: &str = "config/tongjie.toml";
