//! dp038: a hotline with the area code of another city: the plan's own code may be wrong, and then nobody who dials
//! these numbers as the city does is understood (a warning).

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;
use crate::dialplan::verify::tell;
use crate::event::Number;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let Some(area) = draft.plan.and_then(|plan| Some((plan, plan.row.area_code.as_ref()?))) else { return };
    let (plan, area) = area;
    let foreign = |key: &str| {
        let number = draft.number(key);
        number.as_str().starts_with('0') && !number.as_str().starts_with(area.get_ref().as_str())
    };
    let mut rows = draft.schema.hotline.iter().filter(|entry| foreign(&entry.key));
    let Some(first) = rows.next() else { return };
    let written: Vec<Number> =
        std::iter::once(first).chain(rows).map(|entry| Number::new(entry.key.as_str())).collect();
    let message = format!(
        "{} {} an area code that is not the plan's {}",
        tell::listed(&written),
        if written.len() == 1 { "has" } else { "have" },
        area.get_ref()
    );
    found.push(
        Diagnostic::warning("dp038", first.at(), message)
            .also(plan.place(area), "the plan's")
            .help("correct the one or the other; a number of another city is a linked place, not a hotline"),
    );
}
