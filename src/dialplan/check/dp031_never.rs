//! dp031: an overflow that never comes: the queue lets its callers go before, or an earlier step to the same queue
//! always goes first (a warning: the plan runs, but not as it reads).

use crate::dialplan::Diagnostic;
use crate::dialplan::schema::{OverflowRow, Spanned};
use crate::dialplan::staff::{Overflow, Queue};
use crate::dialplan::verify::Survey;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    for queue in survey.table.queues() {
        for (i, step) in queue.overflow.iter().enumerate().filter(|(_, step)| step.to != queue.id) {
            let first = queue.overflow.iter().take(i).find(|first| first.to == step.to);
            let too_late = queue.wait_max.filter(|longest| *longest <= step.after);
            let (why, help) = match (too_late, first) {
                (Some(longest), _) => (
                    format!("`wait-max` lets them go after {longest:?}"),
                    "let them overflow earlier, or wait longer",
                ),
                (None, Some(first)) => (
                    format!("the step after {:?} to the same queue always goes first", first.after),
                    "keep one step to each queue",
                ),
                (None, None) => continue,
            };
            let Overflow { after, to, .. } = step;
            let message =
                format!("callers of `{}` never overflow to `{to}` after {after:?}: {why}", queue.id);
            found.push(place(survey, queue, step, first, message).help(help));
        }
    }
}

fn place(
    survey: &Survey<'_>,
    queue: &Queue,
    step: &Overflow,
    first: Option<&Overflow>,
    message: String,
) -> Diagnostic {
    let Some(entry) = survey.rows.queues.get(queue.id.as_str()) else {
        return Diagnostic::warning("dp031", None, message);
    };
    let written = |step: &Overflow| {
        let same = |row: &&Spanned<OverflowRow>| {
            let row = row.get_ref();
            row.to.as_ref().is_some_and(|to| to.get_ref() == step.to.as_str())
                && row.after.as_ref().is_some_and(|after| after.get_ref().0 == step.after)
        };
        entry.row.overflow.iter().flatten().find(same).map(|row| entry.place(row))
    };
    let diagnostic = Diagnostic::warning("dp031", written(step).or(Some(entry.at())), message);
    match (&entry.row.wait_max, first.and_then(written)) {
        (Some(longest), _) if queue.wait_max.is_some_and(|longest| longest <= step.after) => {
            diagnostic.also(entry.place(longest), "the wait is over here")
        }
        (_, Some(first)) => diagnostic.also(first, "this goes first"),
        (_, None) => diagnostic,
    }
}
