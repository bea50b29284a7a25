//! dp019: a row that stands twice. TOML itself refuses that within a file; here it is two files. And a trunk that stands
//! twice in one list: it is tried once, and the second trunk that was meant is not. And two recordings of an announcement in
//! one language, of which only one can be played.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{AnnouncementRow, Entry, LANGUAGE, Names, Spanned};
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
    schema.emergency.iter().for_each(|entry| in_list(entry, entry.row.trunks.as_ref(), found));
    schema.hotline.iter().for_each(|entry| in_list(entry, entry.row.trunk.as_ref(), found));
    schema.linked.iter().for_each(|entry| in_list(entry, entry.row.trunk.as_ref(), found));
    schema.announcement.iter().for_each(|entry| languages(entry, found));
}

/// Its own recording is one of its languages, too.
fn languages(entry: &Entry<AnnouncementRow>, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, Place> = BTreeMap::new();
    if !entry.excuses("language") {
        let own = entry.row.language.as_ref();
        let (tag, at) = own.map_or((LANGUAGE, entry.at()), |own| (own.get_ref().as_str(), entry.place(own)));
        first.insert(tag.to_ascii_lowercase(), at);
    }
    for language in entry.row.variants.iter().flatten().filter_map(|v| v.get_ref().language.as_ref()) {
        let at = entry.place(language);
        if let Some(earlier) = first.insert(language.get_ref().to_ascii_lowercase(), at.clone()) {
            let message =
                format!("the announcement `{}` has two recordings in `{}`", entry.key, language.get_ref());
            let diagnostic = Diagnostic::error("dp019", at, message).also(earlier, "first here");
            found.push(diagnostic.help("only one can be played: keep one recording a language"));
        }
    }
}

fn in_list<T>(entry: &Entry<T>, trunks: Option<&Spanned<Names>>, found: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    let Some(trunks) = trunks else { return };
    for name in trunks.get_ref().0.iter().filter(|name| !seen.insert(name.as_str())) {
        let message = format!("{} names the trunk `{name}` twice: it is tried once", entry.key);
        let help = "name the second trunk that was meant, or each only once";
        found.push(Diagnostic::error("dp019", entry.place(trunks), message).help(help));
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
