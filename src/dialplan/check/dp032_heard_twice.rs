//! dp032: an announcement heard twice on one way: the queue a caller waits in plays as music what was announced to him.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::Diagnostic;
use crate::dialplan::verify::heard::{Role, heard};
use crate::dialplan::verify::web::Place;
use crate::dialplan::verify::{Case, Survey, tell};
use crate::event::{Number, PromptId, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut twice: BTreeMap<(&QueueId, &PromptId, &PromptId), Twice<'_>> = BTreeMap::new();
    for case in &survey.cases {
        for music in heard(survey, case).iter().filter(|heard| heard.role == Role::Music) {
            let waits = case.web.spots.get(music.at).and_then(|spot| match spot.place {
                Place::Wait { queue, announce, .. } => Some((queue, announce?)),
                Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_) => None,
            });
            let Some((queue, announced)) = waits.filter(|(_, heard)| same(survey, heard, music.prompt))
            else {
                continue;
            };
            let first = || Twice { case, at: music.at, numbers: BTreeSet::new() };
            let entry = twice.entry((queue, announced, music.prompt)).or_insert_with(first);
            entry.numbers.extend(case.callers.iter().map(|caller| &caller.fate.number));
        }
    }
    for ((queue, announced, music), twice) in twice {
        found.extend(twice.tell(survey, queue, announced, music));
    }
}

/// Whether two names are of one recording.
fn same(survey: &Survey<'_>, one: &PromptId, other: &PromptId) -> bool {
    let file = |id| survey.table.announcement(id).map(|prompt| &prompt.file);
    one == other || file(one) == file(other)
}

/// Who hears it twice; the first of them as the example.
struct Twice<'s> {
    case: &'s Case<'s>,
    at: usize,
    numbers: BTreeSet<&'s Number>,
}

impl Twice<'_> {
    fn tell(
        self,
        survey: &Survey<'_>,
        queue: &QueueId,
        announced: &PromptId,
        music: &PromptId,
    ) -> Option<Diagnostic> {
        let caller = self.case.callers.first()?;
        let callers = tell::listed(self.numbers);
        let name = if music == announced { String::new() } else { format!(" `{music}`") };
        let message = format!(
            "callers of {callers} hear `{announced}`, and again as the music{name} of the queue `{queue}`"
        );
        let row = survey.rows.queues.get(queue.as_str());
        let at = row.map(|entry| entry.row.music.as_ref().map_or(entry.at(), |music| entry.place(music)));
        let mut diagnostic = Diagnostic::error("dp032", at, message);
        if let Some(hotline) = survey.row(caller) {
            let own = hotline.row.announce.as_ref().map(|own| hotline.place(own));
            diagnostic = diagnostic.also(own.unwrap_or(hotline.at()), "announces it");
        }
        let way = tell::way(survey.draft, caller, &self.case.web, self.at);
        Some(diagnostic.note(way).help("give the queue another `music`, or none: then it is a tone"))
    }
}
