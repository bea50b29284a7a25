//! dp019: a row that stands twice. TOML itself refuses that within a file; here it is two files.

use std::collections::BTreeMap;

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::Entry;
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    twice(&schema.plan, "[plan]", found);
    twice(&schema.wave, "wave", found);
    twice(&schema.calendar, "calendar", found);
    twice(&schema.hours, "hours", found);
    twice(&schema.queue, "queue", found);
    twice(&schema.agent, "agent", found);
    twice(&schema.trunk, "trunk", found);
    twice(&schema.announcement, "announcement", found);
    twice(&schema.linked, "linked place", found);
    lists(draft, found);
    for entry in &schema.announcement {
        let mut first: BTreeMap<&str, Place> = BTreeMap::new();
        for language in entry.row.variants.iter().flatten().filter_map(|v| v.get_ref().language.as_ref()) {
            let at = entry.place(language);
            if let Some(earlier) = first.insert(language.get_ref(), at.clone()) {
                let message = format!("`{}` says twice what is said in `{}`", entry.key, language.get_ref());
                let diagnostic = Diagnostic::error("dp019", at, message).also(earlier, "first here");
                found.push(diagnostic.help("keep one variant a language"));
            }
        }
    }
}

fn twice<T>(entries: &[Entry<T>], what: &str, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, &Entry<T>> = BTreeMap::new();
    for entry in entries {
        let Some(earlier) = first.get(entry.key.as_str()) else {
            first.insert(&entry.key, entry);
            continue;
        };
        let message = format!("the {what} `{}` stands twice", entry.key);
        let diagnostic = Diagnostic::error("dp019", entry.at(), message).also(earlier.at(), "first here");
        found.push(diagnostic.help("rename one, or put what both say into one"));
    }
}

/// Trunks and addresses that are tried one after the other: the same one twice is no second way.
fn lists(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    let departments = schema.hotline.iter().map(|entry| (entry.file, &entry.row.trunk));
    let legacy = schema.hotline.iter().filter_map(|entry| Some((entry.file, entry.row.legacy.as_ref()?)));
    let legacy = legacy.map(|(file, legacy)| (file, &legacy.get_ref().trunk));
    let emergency = schema.emergency.iter().map(|entry| (entry.file, &entry.row.trunks));
    let linked = schema.linked.iter().map(|entry| (entry.file, &entry.row.trunk));
    let addresses = schema.trunk.iter().map(|entry| (entry.file, &entry.row.address));
    for (file, names) in departments.chain(legacy).chain(emergency).chain(linked).chain(addresses) {
        let Some(names) = names else { continue };
        let list = &names.get_ref().0;
        let twice =
            list.iter().enumerate().find(|(i, name)| list.iter().take(*i).any(|first| first == *name));
        if let Some((_, name)) = twice {
            let message = format!("`{name}` stands twice in this list: what failed once is tried again");
            let help = "name another way, or name it once";
            found.push(Diagnostic::error("dp019", Place::new(file, names.span()), message).help(help));
        }
    }
}
