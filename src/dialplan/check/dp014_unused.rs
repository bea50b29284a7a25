//! dp014: something nobody uses. A warning: it may be for tomorrow.

use std::collections::BTreeSet;

use crate::dialplan::schema::Spanned;

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{AfterCancel, Entry, Names, Text};
use crate::dialplan::{Diagnostic, Level};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    // A plan with errors is not finished: who would use something may be at fault.
    if found.iter().any(|d| d.level == Level::Error) {
        return;
    }
    let schema = draft.schema;
    let waves = schema.hotline.iter().filter_map(|h| text(&h.row.wave)).collect();
    report(&schema.wave, &waves, "wave", "give a hotline this `wave`, or take it out", found);
    let calendars = schema.hours.iter().filter_map(|h| text(&h.row.calendar)).collect();
    report(
        &schema.calendar,
        &calendars,
        "calendar",
        "give some hours this `calendar`, or take it out",
        found,
    );
    let hours = schema.hotline.iter().map(|h| &h.row.hours).chain(schema.queue.iter().map(|q| &q.row.hours));
    let hours = hours.filter_map(text).collect();
    let help = "give a hotline or a queue these `hours`, or take them out";
    report(&schema.hours, &hours, "hours", help, found);
    report(&schema.announcement, &prompts(draft), "announcement", "name it somewhere, or take it out", found);
    report(
        &schema.queue,
        &queues(draft),
        "queue",
        "send a hotline or an overflow to it, or take it out",
        found,
    );
    report(&schema.trunk, &trunks(draft), "trunk", "it can neither bring nor take calls; take it out", found);
}

fn report<T>(
    entries: &[Entry<T>],
    used: &BTreeSet<&str>,
    what: &str,
    help: &str,
    found: &mut Vec<Diagnostic>,
) {
    for entry in entries.iter().filter(|entry| !used.contains(entry.key.as_str())) {
        let message = format!("nobody uses the {what} `{}`", entry.key);
        found.push(Diagnostic::warning("dp014", entry.at(), message).help(help));
    }
}

fn text(text: &Text) -> Option<&str> {
    text.as_ref().map(|text| text.get_ref().as_str())
}

fn prompts<'a>(draft: &Draft<'a>) -> BTreeSet<&'a str> {
    let schema = draft.schema;
    let mut used = BTreeSet::new();
    for row in schema.plan.iter().map(|e| &e.row) {
        used.extend([&row.announce, &row.intercept].into_iter().filter_map(text));
        used.extend(row.unknown.iter().chain(&row.out_of_scope).filter_map(|r| text(&r.get_ref().announce)));
    }
    for row in schema.hotline.iter().map(|e| &e.row) {
        used.extend(row.announce.iter().flat_map(|a| a.get_ref().names()).map(|(name, _)| name));
        used.extend(row.closed.iter().filter_map(|closed| text(&closed.get_ref().announce)));
        if let Some(AfterCancel::Intercept(prompt)) = row.after_cancel.as_ref().map(Spanned::get_ref) {
            used.insert(prompt.get_ref());
        }
    }
    used.extend(schema.alias.iter().filter_map(|e| text(&e.row.announce)));
    for row in schema.queue.iter().map(|e| &e.row) {
        used.extend(text(&row.music));
        used.extend(row.closed.iter().filter_map(|closed| text(&closed.get_ref().announce)));
        used.extend(row.full.iter().filter_map(|full| text(&full.get_ref().announce)));
    }
    used
}

fn queues<'a>(draft: &Draft<'a>) -> BTreeSet<&'a str> {
    let schema = draft.schema;
    let mut used: BTreeSet<&str> = schema.plan.iter().filter_map(|e| text(&e.row.general_queue)).collect();
    for row in schema.hotline.iter().map(|e| &e.row) {
        used.extend(text(&row.queue));
        used.extend(row.closed.iter().filter_map(|closed| text(&closed.get_ref().to)));
        used.extend(row.overflow.iter().filter_map(|back| text(&back.get_ref().to)));
    }
    for row in schema.queue.iter().map(|e| &e.row) {
        used.extend(row.closed.iter().filter_map(|closed| text(&closed.get_ref().to)));
        used.extend(row.overflow.iter().flatten().filter_map(|step| text(&step.get_ref().to)));
        used.extend(row.full.iter().filter_map(|full| text(&full.get_ref().to)));
    }
    used
}

/// A trunk is used when something is sent to it, or when it is believed or bound and so brings calls.
fn trunks<'a>(draft: &Draft<'a>) -> BTreeSet<&'a str> {
    let schema = draft.schema;
    let mut used = BTreeSet::new();
    let mut add = |names: &'a Option<Spanned<Names>>| {
        used.extend(names.iter().flat_map(|names| &names.get_ref().0).map(String::as_str));
    };
    for row in schema.hotline.iter().map(|e| &e.row) {
        add(&row.trunk);
        row.legacy.iter().for_each(|legacy| add(&legacy.get_ref().trunk));
    }
    schema.emergency.iter().for_each(|e| add(&e.row.trunks));
    schema.linked.iter().for_each(|e| add(&e.row.trunk));
    for entry in &schema.trunk {
        let row = &entry.row;
        let brings = row.trusted == Some(true) || row.hotline.is_some() || row.default_hotline.is_some();
        if brings || row.access.is_some() {
            used.insert(&entry.key);
        }
    }
    used
}
