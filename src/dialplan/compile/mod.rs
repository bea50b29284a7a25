//! Schema → [`Table`], or every [`Diagnostic`] found.
//!
//! The checks of [`check`](mod@super::check) run first, on what was written; only a draft without an error is built, so
//! the builders may take for granted what the checks prove. Where they still find nothing they return `None`
//! and that is reported as a defect of ours (dp099), never passed over.

mod hotlines;
mod hours;
mod peers;
mod staff;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dialplan::action::Action;
use crate::dialplan::draft::Draft;
use crate::dialplan::fate::Fate;
use crate::dialplan::fates::Fates;
use crate::dialplan::peers::Target;
use crate::dialplan::read::Read;
use crate::dialplan::schema::{RefusalRow, Spanned};
use crate::dialplan::{Diagnostic, Level, Sources, Table, check, diagnostic, read};
use crate::event::{Number, PromptId, QueueId};

pub(super) use peers::{address, source};

/// Compiles the text of a plan. The table is there when no diagnostic is an error. Recordings and `[[test]]`
/// blocks are left to [`check`](mod@super::check).
pub fn compile(sources: &Sources) -> (Option<Table>, Vec<Diagnostic>) {
    let (table, mut found) = compile_read(&read::read(sources));
    diagnostic::sort(&mut found);
    (table, found)
}

/// Checks and builds what was read.
pub(super) fn compile_read(read: &Read) -> (Option<Table>, Vec<Diagnostic>) {
    let mut found = read.diagnostics.clone();
    let Some(draft) = Draft::new(&read.schema) else {
        found.push(Diagnostic::error("dp099", None, "this program has lost its time zones"));
        return (None, found);
    };
    check::written(&draft, read.torn, &mut found);
    if found.iter().any(|d| d.level == Level::Error) {
        return (None, found);
    }
    let table = build(&draft);
    if table.is_none() {
        let message = "the plan passed every check and still cannot be built; report it";
        found.push(Diagnostic::error("dp099", None, message));
    }
    (table, found)
}

fn build(draft: &Draft<'_>) -> Option<Table> {
    let plan = &draft.plan?.row;
    let unknown = refusal(plan.unknown.as_ref().map(Spanned::get_ref));
    let mut table = Table {
        name: plan.name.as_ref()?.get_ref().clone(),
        zone: plan.time_zone.as_ref()?.get_ref().clone(),
        calendar: draft.calendar.clone(),
        number: draft.number(plan.number.as_ref()?.get_ref()),
        numbering: draft.numbering.clone(),
        general_queue: QueueId::new(plan.general_queue.as_ref()?.get_ref()),
        unknown,
        fates: Fates::none(),
        queues: BTreeMap::new(),
        hours: hours::hours(draft)?,
        agents: staff::agents(draft)?,
        trunks: peers::trunks(draft)?,
        prompts: peers::prompts(draft)?,
        targets: peers::targets(draft)?,
    };
    table.queues = staff::queues(draft, &table)?;
    let mut fates = hotlines::fates(draft, &table)?;
    let told =
        plan.out_of_scope.as_ref().map_or_else(|| Arc::clone(&table.unknown), |r| refusal(Some(r.get_ref())));
    add_told(&mut fates, &table.targets, &told);
    table.fates = Fates::new(fates);
    peers::bind(draft, &mut table)?;
    Some(table)
}

fn refusal(row: Option<&RefusalRow>) -> Arc<Action> {
    let status = row.and_then(|row| row.status.as_ref()).map_or(404, |status| *status.get_ref());
    let notice = row.and_then(|row| row.announce.as_ref()).map(|name| PromptId::new(name.get_ref()));
    Arc::new(Action::Reject { status, notice })
}

/// Numbers that are only told, so that a call for one is refused in words that fit.
fn add_told(fates: &mut Vec<Fate>, targets: &[Target], told: &Arc<Action>) {
    let known: BTreeSet<&Number> = fates.iter().map(|fate| &fate.number).collect();
    let numbers: BTreeSet<&Number> = targets
        .iter()
        .map(|target| &target.number)
        .filter(|number| !number.as_str().is_empty() && !known.contains(number))
        .collect();
    fates.extend(numbers.into_iter().map(|number| Fate::told(number.clone(), told)));
}
