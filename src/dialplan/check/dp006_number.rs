//! dp006: a number that is none, that two rows claim, or that a trunk binds to another hotline than its own.

use std::collections::BTreeMap;

use crate::dialplan::draft::{Draft, digits};
use crate::dialplan::schema::{Entry, TrunkRow};
use crate::dialplan::{Diagnostic, Place};
use crate::event::Number;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut claims = Claims { draft, owners: BTreeMap::new(), found };
    for entry in &draft.schema.hotline {
        let at = entry.row.digits.as_ref().map_or(entry.at(), |digits| entry.place(digits));
        let number = draft.number_of(entry);
        let first = draft.hotlines.get(&number).is_some_and(|first| std::ptr::eq(*first, entry));
        // Owners one after the other are dp021's.
        match draft.in_turn(&number) && !first {
            true => claims.written(digits(entry), at),
            false => claims.claim(digits(entry), at, "hotline"),
        }
    }
    claims.keys(&draft.schema.alias, "alias");
    claims.keys(&draft.schema.emergency, "emergency line");
    for entry in &draft.schema.linked {
        match &entry.row.number {
            // A peer platform has the same number as we on a trunk of its own; nobody dials it here.
            Some(number) => claims.written(number.get_ref(), entry.place(number)),
            None => claims.claim(&entry.key, entry.at(), "linked place"),
        }
    }
    claims.keys(&draft.schema.out_of_scope, "number out of scope");
    others(draft, found);
}

struct Claims<'a> {
    draft: &'a Draft<'a>,
    owners: BTreeMap<Number, (Place, &'static str)>,
    found: &'a mut Vec<Diagnostic>,
}

impl Claims<'_> {
    fn keys<T>(&mut self, entries: &[Entry<T>], what: &'static str) {
        for entry in entries {
            self.claim(&entry.key, entry.at(), what);
        }
    }

    fn claim(&mut self, written: &str, at: Place, what: &'static str) {
        self.written(written, at.clone());
        let number = self.draft.number(written);
        if number.as_str().is_empty() {
            return;
        }
        let Some((first, owner)) = self.owners.get(&number) else {
            self.owners.insert(number, (at, what));
            return;
        };
        let (owner, two_owners) = (a(owner), (*owner, what) == ("hotline", "hotline"));
        let (message, help) = match two_owners {
            true => (
                format!("two hotlines have the number {number}"),
                "take one of the two out; or, if one follows the other, say when: `until` of the first and `from` of the next",
            ),
            false => (
                format!("{what} {number} is the same number as {owner}"),
                "a number means one thing: take one of the two out",
            ),
        };
        let diagnostic =
            Diagnostic::error("dp006", at, message).also(first.clone(), format!("first here, as {owner}"));
        self.found.push(diagnostic.help(help));
    }

    fn written(&mut self, written: &str, at: Place) {
        not_a_number(self.draft, written, at, self.found);
    }
}

fn a(what: &str) -> String {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {what}")
}

fn not_a_number(draft: &Draft<'_>, written: &str, at: Place, found: &mut Vec<Diagnostic>) {
    if draft.number(written).as_str().is_empty() {
        let help = "write digits, with an area code if it has one: 12319, 0510-88886666";
        found.push(Diagnostic::error("dp006", at, format!("`{written}` is not a number")).help(help));
    }
}

fn others(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    if let Some((entry, number)) = draft.plan.and_then(|entry| Some((entry, entry.row.number.as_ref()?))) {
        not_a_number(draft, number.get_ref(), entry.place(number), found);
    }
    for entry in &draft.schema.hotline {
        let legacy = entry.row.legacy.as_ref().and_then(|legacy| legacy.get_ref().dial.as_ref());
        for number in entry.row.dial.iter().chain(legacy) {
            not_a_number(draft, number.get_ref(), entry.place(number), found);
        }
    }
    draft.schema.trunk.iter().for_each(|entry| access(draft, entry, found));
}

/// A bound number is the carrier's, and means one hotline. 12345 may be bound: forwarded calls arrive under it.
fn access(draft: &Draft<'_>, entry: &Entry<TrunkRow>, found: &mut Vec<Diagnostic>) {
    let city =
        draft.plan.and_then(|plan| plan.row.number.as_ref()).map(|number| draft.number(number.get_ref()));
    let mut seen: BTreeMap<Number, Place> = BTreeMap::new();
    for (bound, hotline) in entry.row.access.iter().flatten() {
        let (number, at) = (draft.number(bound.get_ref()), entry.place(bound));
        not_a_number(draft, bound.get_ref(), at.clone(), found);
        if number.as_str().is_empty() {
            continue;
        }
        let own = draft
            .resolve(&number)
            .map(|(_, own)| own)
            .filter(|_| city.as_ref().is_none_or(|city| *city != number));
        let meant = draft.resolve(&draft.number(hotline.get_ref())).map(|(_, meant)| meant);
        if let (Some(own), Some(meant)) = (own, meant)
            && own != meant
        {
            let message =
                format!("calls for {number} on the trunk `{}` would be taken for {meant}'s", entry.key);
            let mut diagnostic = Diagnostic::error("dp006", at.clone(), message);
            if let Some(row) = draft.hotlines.get(&own) {
                diagnostic = diagnostic.also(row.at(), "it is a hotline of its own");
            }
            found.push(diagnostic.help("a hotline's own number needs no binding: take it out"));
        }
        if let Some(first) = seen.insert(number.clone(), at.clone()) {
            let message = format!("{number} is bound twice on the trunk `{}`", entry.key);
            let diagnostic = Diagnostic::error("dp006", at, message).also(first, "first here");
            found.push(diagnostic.help("a number means one hotline: take one of the two out"));
        }
    }
}
