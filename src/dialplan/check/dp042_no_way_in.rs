//! dp042: citizens who dial 12345 do not come to it. Where there are trunks that lead to nobody's people, so that they are
//! there to bring calls, one of them must take 12345, dialled, for 12345 itself (a warning: another trunk may bring them).

use crate::dialplan::Diagnostic;
use crate::dialplan::schema::{Entry, TrunkRow};
use crate::dialplan::verify::inbound::only_bring;
use crate::dialplan::verify::{Survey, transfer};
use crate::event::TrunkId;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let city = survey.table.number();
    let carriers = only_bring(survey);
    let comes_to = |entry: &Entry<TrunkRow>| {
        transfer::back_on(survey.table, &TrunkId::new(&entry.key)).map(|fate| &fate.number)
    };
    if carriers.iter().any(|entry| comes_to(entry) == Some(city)) {
        return;
    }
    let Some((first, others)) = carriers.split_first() else { return };
    let what = match comes_to(first) {
        Some(other) => format!("a call for {other}"),
        None => "no hotline's call, and refused".to_owned(),
    };
    let row = &first.row;
    let says = row.hotline.as_ref().map(|text| first.place(text));
    let says = says.or_else(|| row.identify.as_ref().map(|rules| first.place(rules)));
    let says = says.or_else(|| row.default_hotline.as_ref().map(|text| first.place(text)));
    let message = format!("a call of {city} on the trunk `{}` is {what}: no trunk brings {city}", first.key);
    let diagnostic = Diagnostic::warning("dp042", says.unwrap_or(first.at()), message);
    let diagnostic = others.iter().fold(diagnostic, |diagnostic, entry| {
        diagnostic.also(entry.at(), format!("nor does `{}`", entry.key))
    });
    found.push(diagnostic.help(
        "let the number dialled say what a call is for: \"request-uri\" in `identify`, and no `hotline` for the whole trunk",
    ));
}
