//! dp032: an announcement heard twice on one way: the queue a caller waits in plays as music what was announced to him,
//! under whatever name the recording goes, or in another language.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialplan::Diagnostic;
use crate::dialplan::verify::heard::{Role, heard};
use crate::dialplan::verify::web::Place;
use crate::dialplan::verify::{Case, Survey, tell};
use crate::event::{Number, PromptId, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut twice: BTreeMap<(&QueueId, &PromptId), Twice<'_>> = BTreeMap::new();
    for case in &survey.cases {
        for music in heard(survey, case).iter().filter(|heard| heard.role == Role::Music) {
            let queue = case.web.spots.get(music.at).and_then(|spot| match spot.place {
                Place::Wait { queue, announce, .. } => announce
                    .filter(|announce| same(survey, announce, music.prompt))
                    .map(|first| (queue, first)),
                Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_) => None,
            });
            let Some((queue, announced)) = queue else { continue };
            let first = || Twice { case, at: music.at, announced, numbers: BTreeSet::new() };
            let entry = twice.entry((queue, music.prompt)).or_insert_with(first);
            entry.numbers.extend(case.callers.iter().map(|caller| &caller.fate.number));
        }
    }
    for ((queue, prompt), twice) in twice {
        found.extend(twice.tell(survey, queue, prompt));
    }
}

/// Whether two recordings say the same: one file, or one announcement in two languages.
fn same(survey: &Survey<'_>, a: &PromptId, b: &PromptId) -> bool {
    let name = |id: &PromptId| survey.rows.prompt(id).map(|row| row.key.as_str());
    let file = |id: &PromptId| {
        let file = survey.table.announcement(id).map(|prompt| prompt.file.as_str());
        file.map(|file| file.split('/').filter(|part| !matches!(*part, "" | ".")).collect::<Vec<_>>())
    };
    name(a) == name(b) || file(a).is_some_and(|a| Some(a) == file(b))
}

/// Who hears it twice; the first of them as the example.
struct Twice<'s> {
    case: &'s Case<'s>,
    at: usize,
    /// Under which name he heard it first.
    announced: &'s PromptId,
    numbers: BTreeSet<&'s Number>,
}

impl Twice<'_> {
    fn tell(self, survey: &Survey<'_>, queue: &QueueId, prompt: &PromptId) -> Option<Diagnostic> {
        let caller = self.case.callers.first()?;
        let callers = tell::listed(self.numbers);
        let announced = self.announced;
        let again = match announced == prompt {
            true => "again as".to_owned(),
            false => format!("then the same as `{prompt}`,"),
        };
        let message =
            format!("callers of {callers} hear `{announced}`, and {again} the music of the queue `{queue}`");
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
