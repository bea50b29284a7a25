//! dp042: citizens who dial 12345 do not come to it. Where there are trunks that lead to nobody's people, so that they are
//! there to bring calls, one of them must take 12345, dialled, for 12345 itself (a warning: another trunk may bring them); and
//! on each of them something must say what a call is for.

use crate::dialplan::schema::{Entry, TrunkRow};
use crate::dialplan::verify::inbound::only_bring;
use crate::dialplan::verify::{Survey, transfer};
use crate::dialplan::{Diagnostic, Ingress};
use crate::event::TrunkId;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let city = survey.table.number();
    let carriers = only_bring(survey);
    let comes_to = |entry: &Entry<TrunkRow>| {
        transfer::back_on(survey.table, &TrunkId::new(&entry.key)).map(|fate| &fate.number)
    };
    if carriers.iter().any(|entry| comes_to(entry) == Some(city)) {
        return found.extend(carriers.into_iter().filter_map(|entry| refuses_all(survey, entry)));
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

/// A trunk on which no rule can hit.
fn refuses_all(survey: &Survey<'_>, entry: &Entry<TrunkRow>) -> Option<Diagnostic> {
    let (row, trunk) = (&entry.row, survey.table.trunk(&TrunkId::new(&entry.key))?);
    let may_hit = |rule: &Ingress| match rule {
        Ingress::AccessNumber => row.hotline.is_some() || !trunk.access.is_empty(),
        Ingress::RequestUri => true,
        Ingress::HistoryInfo | Ingress::Diversion | Ingress::CalledPartyId | Ingress::To => trunk.trusted,
        Ingress::TrunkDefault => row.default_hotline.is_some(),
    };
    let rules = row.identify.as_ref().filter(|_| !trunk.identify.iter().any(may_hit))?;
    let message = format!(
        "nothing says what a call on the trunk `{}` is for: all but emergency calls are refused",
        entry.key
    );
    Some(
        Diagnostic::warning("dp042", entry.place(rules), message)
            .help("add \"request-uri\" to `identify`; a trunk that only takes calls has from = []"),
    )
}
