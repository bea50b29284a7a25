//! dp017, of trunks: what one says of the calls it brings, and what would never be asked.

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{Entry, IdentifyRow, Spanned, TrunkRow};
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for entry in &draft.schema.trunk {
        identify(entry, found);
        whole_trunk(entry, found);
    }
}

/// Rules of identification that would never count, or that this trunk is not believed.
fn identify(entry: &Entry<TrunkRow>, found: &mut Vec<Diagnostic>) {
    let Some(rules) = &entry.row.identify else { return };
    let mut say = |at: Place, message: String, help: &str| {
        found.push(Diagnostic::error("dp017", at, message).help(help));
    };
    let mut seen: Vec<IdentifyRow> = vec![];
    for rule in rules.get_ref() {
        let (at, kind) = (entry.place(rule), *rule.get_ref());
        if seen.contains(&kind) {
            say(at, "this rule stands twice".to_owned(), "the first hit wins: name each rule once");
        } else if seen.contains(&IdentifyRow::Default) {
            say(at, "no rule after `default` ever counts".to_owned(), "put \"default\" last");
        } else if is_header(kind) && entry.row.trusted != Some(true) && !entry.excuses("trusted") {
            let message =
                format!("the headers of `{}` are not believed, so this rule would never count", entry.key);
            say(at, message, "say trusted = true, or take the rule out");
        }
        seen.push(kind);
    }
    let row = &entry.row;
    let lost = [
        (IdentifyRow::Access, row.hotline.is_some() || row.access.is_some(), "hotline` and `access"),
        (IdentifyRow::Default, row.default_hotline.is_some(), "default-hotline"),
    ];
    for (rule, given, key) in lost {
        if given && !seen.contains(&rule) {
            let message = format!("`identify` leaves out what `{key}` say, so that would mean nothing");
            say(entry.place(rules), message, "add the rule to `identify`, or take the key out");
        }
    }
}

fn is_header(rule: IdentifyRow) -> bool {
    match rule {
        IdentifyRow::HistoryInfo | IdentifyRow::Diversion | IdentifyRow::PCalledPartyId | IdentifyRow::To => {
            true
        }
        IdentifyRow::Access | IdentifyRow::RequestUri | IdentifyRow::Default => false,
    }
}

/// Where all calls of a trunk are one hotline's, nothing else that is said of them ever counts.
fn whole_trunk(entry: &Entry<TrunkRow>, found: &mut Vec<Diagnostic>) {
    let asked = |rules: &Spanned<Vec<Spanned<IdentifyRow>>>| {
        rules.get_ref().iter().any(|rule| *rule.get_ref() == IdentifyRow::Access)
    };
    let asked = entry.row.identify.as_ref().is_none_or(asked);
    let Some(hotline) = entry.row.hotline.as_ref().filter(|_| asked) else { return };
    let bound = entry.row.access.iter().flatten().map(|(number, _)| ("access", number));
    let default = entry.row.default_hotline.iter().map(|hotline| ("default-hotline", hotline));
    // Of many numbers that are bound the first shows it.
    for (key, value) in bound.take(1).chain(default) {
        let message = format!(
            "all calls of `{}` are for {}, so `{key}` would mean nothing",
            entry.key,
            hotline.get_ref()
        );
        found.push(
            Diagnostic::error("dp017", entry.place(value), message)
                .also(entry.place(hotline), "whatever else is said of a call")
                .help("take `hotline` out, or this"),
        );
    }
}
