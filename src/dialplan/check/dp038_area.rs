//! dp038: a hotline with the area code of another city: the plan's own code may be wrong, and then nobody who dials
//! these numbers as the city does is understood (a warning).

use std::collections::BTreeSet;

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::{Draft, digits};
use crate::dialplan::schema::{Entry, HotlineRow};
use crate::dialplan::verify::tell;
use crate::event::Number;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let Some(area) = draft.plan.and_then(|plan| Some((plan, plan.row.area_code.as_ref()?))) else { return };
    let (plan, area) = area;
    let foreign = |entry: &&Entry<HotlineRow>| {
        let number = draft.number_of(entry);
        number.as_str().starts_with('0') && !number.as_str().starts_with(area.get_ref().as_str())
    };
    let rows: Vec<&Entry<HotlineRow>> = draft.schema.hotline.iter().filter(foreign).collect();
    let Some(first) = rows.first() else { return };
    // One number may have several owners, one after the other.
    let written: BTreeSet<Number> = rows.iter().map(|entry| Number::new(digits(entry))).collect();
    let at = first.row.digits.as_ref().map_or(first.at(), |digits| first.place(digits));
    let message = format!(
        "{} {} an area code that is not the plan's {}",
        tell::listed(&written),
        if written.len() == 1 { "has" } else { "have" },
        area.get_ref()
    );
    found.push(
        Diagnostic::warning("dp038", at, message)
            .also(plan.place(area), "the plan's")
            .help("correct the one or the other; a number of another city is a linked place, not a hotline"),
    );
}
