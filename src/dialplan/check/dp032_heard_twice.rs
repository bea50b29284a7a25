//! dp032: an announcement heard twice on one way: the queue a caller waits in plays as music what was announced to him.

use std::collections::BTreeSet;

use crate::dialplan::Diagnostic;
use crate::dialplan::verify::heard::{Role, heard};
use crate::dialplan::verify::web::Place;
use crate::dialplan::verify::{Survey, tell};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut said = BTreeSet::new();
    for case in &survey.cases {
        for music in heard(survey, case).iter().filter(|heard| heard.role == Role::Music) {
            let queue = case.web.spots.get(music.at).and_then(|spot| match spot.place {
                Place::Wait { queue, announce, .. } => (announce == Some(music.prompt)).then_some(queue),
                Place::Start | Place::Dial { .. } | Place::Enter { .. } | Place::End(_) => None,
            });
            let (Some(queue), Some(caller)) = (queue, case.callers.first()) else { continue };
            if !said.insert((queue, music.prompt)) {
                continue;
            }
            let prompt = music.prompt;
            let callers: BTreeSet<_> = case.callers.iter().map(|caller| &caller.fate.number).collect();
            let message = format!(
                "callers of {} hear `{prompt}`, and again as the music of the queue `{queue}`",
                tell::listed(callers)
            );
            let row = survey.rows.queues.get(queue.as_str());
            let at = row.map(|entry| entry.row.music.as_ref().map_or(entry.at(), |music| entry.place(music)));
            let mut diagnostic = Diagnostic::error("dp032", at, message);
            if let Some(hotline) = survey.row(caller) {
                let own = hotline.row.announce.as_ref().map(|own| hotline.place(own));
                diagnostic = diagnostic.also(own.unwrap_or(hotline.at()), "announces it");
            }
            let way = tell::way(survey.draft, caller, &case.web, music.at);
            found.push(
                diagnostic.note(way).help("give the queue another `music`, or none: then it is a tone"),
            );
        }
    }
}
