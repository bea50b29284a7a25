//! dp039: a plan with too many ways to follow them all. What cannot be proved is refused.

use crate::dialplan::Diagnostic;
use crate::dialplan::verify::{STEPS_MAX, Survey};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    if survey.whole {
        return;
    }
    let message =
        format!("calls can go more than {STEPS_MAX} steps in this plan: too many to follow them all");
    let help = "let fewer queues overflow into one another, or fewer of them have hours of their own";
    found.push(Diagnostic::error("dp039", survey.draft.plan.map(|plan| plan.at()), message).help(help));
}
