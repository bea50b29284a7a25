//! dp025: a hotline whose callers are spoken to in a language that one of their announcements does not have. A
//! warning: they hear it in its own language.

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{AnnouncementRow, Entry};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for entry in &draft.schema.hotline {
        let Some(language) = &entry.row.language else { continue };
        let closed = entry.row.closed.as_ref().and_then(|closed| closed.get_ref().announce.as_ref());
        let own = entry.row.announce.iter().flat_map(|announce| announce.get_ref().names());
        let plan = draft.plan.and_then(|plan| plan.row.announce.as_ref());
        let plan = plan.filter(|_| entry.row.announce.is_none());
        let mut names: Vec<&str> = own.map(|(name, _)| name).collect();
        names.extend(closed.into_iter().chain(plan).map(|name| name.get_ref().as_str()));
        names.sort_unstable();
        names.dedup();
        for name in names {
            let Some(row) = draft.schema.announcement.iter().find(|row| row.key == name) else { continue };
            if !speaks(row, language.get_ref()) {
                let message =
                    format!("callers of {} hear `{name}` in another language than theirs", entry.key);
                found.push(
                    Diagnostic::warning("dp025", entry.place(language), message)
                        .also(row.at(), "it has no variant in that language")
                        .help(format!(
                            "give it variants = [{{ language = \"{}\", file = \"…\" }}]",
                            language.get_ref()
                        )),
                );
            }
        }
    }
}

fn speaks(row: &Entry<AnnouncementRow>, language: &str) -> bool {
    let own = row.row.language.as_ref().map_or("zh-CN", |own| own.get_ref());
    let mut variants = row.row.variants.iter().flatten().filter_map(|v| v.get_ref().language.as_ref());
    own == language || variants.any(|variant| variant.get_ref() == language)
}
