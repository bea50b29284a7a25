//! `tongjie reload`

use std::io::{self, Write};
use std::process::ExitCode;

use super::client::Client;
use super::failure::{AT_FAULT, Failure};
use super::table::tenths;
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};
use crate::io::plans::How;
use crate::io::plans::view::{
    FaultView, Outcome, PlanView, PlansView, RefusalView, ReloadView, ScheduledView,
};
use crate::telemetry::escape::printable;

/// Run the plan as it is in its directory now, without dropping or disturbing a call
///
/// The plan is read, checked (its tests and recordings too), compared with the one that runs, and put in force at one
/// stroke: calls in progress keep the plan they began with, new calls get the new one. A plan with a fault is refused
/// whole, with every reason, and the one that runs runs on. SIGHUP does the same, and tells the log.
///
/// The last ten plans are kept, with their recordings, beside the call records. A restart forgets none, undoes no --back and
/// brings no plan before its hour. Who goes back drops the plan that waits for its hour.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 done, 1 the plan is refused or the wish makes no sense, 3 no node answers.

Examples:
  tongjie reload --dry-run                     # what would change for whom; nothing does
  tongjie reload
  tongjie reload --at 2022-01-01T00:00:00      # checked now, in force then; in the plan's time zone
  tongjie reload --cancel                      # the one that waits will not come
  tongjie reload --back                        # to the plan that ran before, as it was then
  tongjie reload --list                        # the plans kept: when in force, by whom, what each would change
  tongjie reload --to 7                        # to the one the list shows as 7: forward again, too"
)]
pub(super) struct Reload {
    #[command(flatten)]
    place: Where,
    /// Check now, run from this instant on: 2022-01-01T00:00:00, or a date alone; by the clock the plan sees
    #[arg(long, value_name = "INSTANT", conflicts_with_all = ["back", "to", "list", "cancel"])]
    at: Option<String>,
    /// Run the plan that ran before this one; again: the one before that
    #[arg(long, conflicts_with_all = ["to", "list", "cancel"])]
    back: bool,
    /// Run the plan kept as this edition
    #[arg(long, value_name = "EDITION", conflicts_with_all = ["list", "cancel"])]
    to: Option<u64>,
    /// Only check and compare
    #[arg(long, conflicts_with_all = ["list", "cancel"])]
    dry_run: bool,
    /// List the plans in force so far, the newest first, and the one that waits for its hour
    #[arg(long, conflicts_with = "cancel")]
    list: bool,
    /// Drop the plan that waits for its hour
    #[arg(long)]
    cancel: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Reload {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        // A list waits too, for a plan that comes in force just now.
        match client.ask_patiently(&self.request())? {
            Answer::Reloaded(view) => self.reloaded(&view),
            Answer::PlanRefused(view) => self.refused(&view),
            Answer::Plans(view) => print(&if self.json { json(&view)? } else { plans(&view) }),
            Answer::Cancelled(view) => self.cancelled(view.as_ref()),
            _ => Err(client.confused()),
        }
    }

    fn request(&self) -> Request {
        if self.list {
            Request::Plans {}
        } else if self.cancel {
            Request::CancelReload {}
        } else {
            Request::Reload { back: self.back, to: self.to, at: self.at.clone(), dry_run: self.dry_run }
        }
    }

    fn reloaded(&self, view: &ReloadView) -> Result<ExitCode, Failure> {
        if self.json {
            return print(&json(view)?);
        }
        // With standard error closed there is nobody to warn.
        write!(io::stderr(), "{}", shown(&view.warnings)).ok();
        if let Some(doubt) = &view.doubt {
            let drop =
                if view.outcome == Outcome::Scheduled { "; `tongjie reload --cancel` drops it" } else { "" };
            writeln!(io::stderr(), "warning: {}{drop}", printable(doubt)).ok();
        }
        let told = print(&text(view));
        if let Some(why) = &view.not_kept {
            let why = printable(why);
            writeln!(
                io::stderr(),
                "warning: this cannot be kept on disk: {why}; a restart would forget it; it is tried again"
            )
            .ok();
        }
        told
    }

    fn refused(&self, view: &RefusalView) -> Result<ExitCode, Failure> {
        if self.json {
            print(&json(view)?)?;
        } else {
            let errors = view.faults.iter().filter(|fault| fault.level == "error").count();
            let (plan, edition) = (printable(&view.plan), view.edition);
            // With standard error closed there is nobody to tell.
            writeln!(
                io::stderr(),
                "{}the plan is refused, {errors} error(s); {plan}, edition {edition}, runs on",
                shown(&view.faults)
            )
            .ok();
        }
        Ok(ExitCode::from(AT_FAULT))
    }

    fn cancelled(&self, view: Option<&ScheduledView>) -> Result<ExitCode, Failure> {
        let Some(view) = view else { return Err(Failure::new("no plan waits for its hour")) };
        if self.json {
            return print(&json(view)?);
        }
        print(&format!("plan {} will not be in force from {} on\n", printable(&view.plan), view.at))
    }
}

fn shown(faults: &[FaultView]) -> String {
    faults.iter().map(|fault| format!("{}\n\n", fault.shown)).collect()
}

fn text(view: &ReloadView) -> String {
    let (plan, edition, took) = (printable(&view.plan), view.edition, ms(view.took_us));
    let at = view.at.as_deref().unwrap_or_default();
    let what = match view.outcome {
        Outcome::InForce => {
            let pause = ms(view.pause_us.unwrap_or(0));
            format!(
                "plan {plan} is in force, edition {edition} since {at} ({took}, calls held up for {pause})"
            )
        }
        Outcome::Scheduled => {
            format!("plan {plan} will be in force from {at} on; `reload --cancel` drops it")
        }
        Outcome::Compared if at.is_empty() => {
            format!("plan {plan} can be put in force; nothing was changed ({took})")
        }
        Outcome::Compared => {
            format!("plan {plan} could be in force from {at} on; nothing was changed ({took})")
        }
        Outcome::Unchanged => {
            let what = format!("plan {plan} is the one that runs: edition {edition} ({took})");
            return format!("{what}\n{}", besides(view));
        }
    };
    let fates = view.fates.trim_end();
    format!("{fates}\n{what}\n{}", besides(view))
}

/// What else an operator must know.
fn besides(view: &ReloadView) -> String {
    let mut text = String::new();
    if let Some(ScheduledView { plan, at, .. }) = &view.dropped {
        text.push_str(&format!(
            "plan {}, which waited for {at}, is dropped: after going back nothing changes by itself\n",
            printable(plan)
        ));
    }
    if let Some(ScheduledView { plan, at, .. }) = &view.scheduled {
        let plan = printable(plan);
        text.push_str(&match (view.outcome, view.kept) {
            (Outcome::Compared, true) => format!("plan {plan}, which waits for {at}, would be dropped\n"),
            (Outcome::Compared | Outcome::InForce | Outcome::Scheduled | Outcome::Unchanged, _) => {
                format!("plan {plan} still waits for {at} and replaces this one whole then; `reload --cancel` drops it\n")
            }
        });
    }
    if let Some(directory) = &view.directory {
        text.push_str(&format!("{}\n", printable(directory)));
    }
    text
}

fn plans(view: &PlansView) -> String {
    let mut text = String::new();
    if let Some(ScheduledView { plan, at, by, hotlines, difference }) = &view.scheduled {
        let (plan, by) = (printable(plan), printable(by));
        text.push_str(&format!("next        plan {plan} at {at}, {hotlines} hotlines, by {by}\n"));
        text.push_str(&changes(difference.as_deref()));
    }
    for plan in &view.plans {
        let mark = if plan.running { "runs  " } else { "kept  " };
        let PlanView { edition, since, hotlines, .. } = plan;
        let (name, came) = (printable(&plan.plan), came(plan));
        text.push_str(&format!(
            "{mark}{edition:>4}  plan {name} since {since}, {hotlines} hotlines, {came}\n"
        ));
        if !plan.running {
            text.push_str(&changes(plan.difference.as_deref()));
        }
    }
    if let Some(directory) = &view.directory {
        text.push_str(&format!("{}\n", printable(directory)));
    }
    text
}

/// What it would change, below its line.
fn changes(difference: Option<&str>) -> String {
    format!("            {}\n", printable(difference.unwrap_or("the plan that runs")))
}

/// How it came in force.
fn came(plan: &PlanView) -> String {
    let by = printable(&plan.by);
    match plan.how {
        How::Start => "start".to_owned(),
        How::Reload => format!("reload by {by}"),
        How::At => format!("--at by {by}"),
        How::Back => format!("--back by {by}"),
        How::To => format!("--to by {by}"),
    }
}

fn ms(us: u64) -> String {
    format!("{} ms", tenths(us))
}
