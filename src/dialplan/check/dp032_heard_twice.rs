//! dp032: an announcement heard twice on one way: the queue a caller waits in plays as music what was announced to him,
//! or he is refused with it when that queue closes; under whatever name the recording goes, or in another language.
//! (What is announced to him again, a call leaves out by itself: `call::wait`.)

use std::collections::{BTreeMap, BTreeSet};

use self::Again::{Closed, Full, Music};
use crate::dialplan::schema::{Entry, QueueRow};
use crate::dialplan::verify::heard::{Role, heard};
use crate::dialplan::verify::web::{End, Place, Step};
use crate::dialplan::verify::{Case, Survey, tell};
use crate::dialplan::{Diagnostic, Place as Line};
use crate::event::{Number, PromptId, QueueId};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let mut twice: BTreeMap<(Again<'_>, &PromptId), Twice<'_>> = BTreeMap::new();
    for case in &survey.cases {
        let heard = heard(survey, case);
        for (at, _, queue, _) in case.web.waits() {
            let Some(Place::Wait { announce, earlier, .. }) = case.web.spots.get(at).map(|s| s.place) else {
                continue;
            };
            let refused = refused_from(case, at);
            for second in &heard {
                let again = match second.role {
                    Role::Music if second.at == at => Some(Music(queue)),
                    Role::Notice => refused.get(&second.at).copied(),
                    Role::Music | Role::Announcement => None,
                };
                let Some(again) = again else { continue };
                let mut announced = announce.into_iter().chain(earlier);
                if let Some(announced) =
                    announced.find(|announced| survey.table.say_the_same(announced, second.prompt))
                {
                    let first = || Twice { case, at: second.at, announced, numbers: BTreeSet::new() };
                    let entry = twice.entry((again, second.prompt)).or_insert_with(first);
                    entry.numbers.extend(case.callers.iter().map(|caller| &caller.fate.number));
                }
            }
        }
    }
    for ((again, prompt), twice) in twice {
        found.extend(twice.tell(survey, again, prompt));
    }
}

/// How it comes to be heard again, and by which queue's word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Again<'t> {
    Music(&'t QueueId),
    Closed(&'t QueueId),
    Full(&'t QueueId),
}

/// Where a call is refused that waited there when the queue closed: no queue it was sent on to had room.
fn refused_from<'t>(case: &Case<'t>, waits: usize) -> BTreeMap<usize, Again<'t>> {
    let mut ends = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut next = vec![waits];
    while let Some(at) = next.pop() {
        let Some(spot) = case.web.spots.get(at).filter(|_| seen.insert(at)) else { continue };
        let onward = |wanted: &[Step<'_>]| {
            let steps = spot.next.iter().filter(|(step, _)| wanted.contains(step));
            steps.map(|(_, to)| *to).collect::<Vec<_>>()
        };
        match spot.place {
            Place::Wait { .. } => next.extend(onward(&[Step::Closes])),
            Place::Enter { .. } => next.extend(onward(&[Step::Full, Step::Closed])),
            Place::End(End::Closed(queue)) => drop(ends.insert(at, Closed(queue))),
            Place::End(End::Full(queue)) => drop(ends.insert(at, Full(queue))),
            Place::Start | Place::Dial { .. } | Place::End(_) => {}
        }
    }
    ends
}

/// Who hears it twice; the first of them as the example.
struct Twice<'s> {
    case: &'s Case<'s>,
    /// Where he hears it again.
    at: usize,
    /// Under which name he heard it first.
    announced: &'s PromptId,
    numbers: BTreeSet<&'s Number>,
}

impl Twice<'_> {
    fn tell(self, survey: &Survey<'_>, again: Again<'_>, prompt: &PromptId) -> Option<Diagnostic> {
        let caller = self.case.callers.first()?;
        let callers = tell::listed(self.numbers);
        let announced = self.announced;
        let (queue, how, help) = again.told();
        let again_as = match (announced == prompt, again) {
            (true, Music(_)) => "again as".to_owned(),
            (true, Closed(_) | Full(_)) => "again".to_owned(),
            (false, _) => format!("then the same as `{prompt}`,"),
        };
        let message = format!("callers of {callers} hear `{announced}`, and {again_as} {how}");
        let at = survey.rows.queues.get(queue.as_str()).map(|entry| again.line(entry));
        let mut diagnostic = Diagnostic::error("dp032", at, message);
        if let Some(hotline) = survey.row(caller) {
            let own = hotline.row.announce.as_ref().map(|own| hotline.place(own));
            diagnostic = diagnostic.also(own.unwrap_or(hotline.at()), "announces it");
        }
        let way = tell::way(survey.draft, caller, &self.case.web, self.at);
        Some(diagnostic.note(way).help(help))
    }
}

impl<'t> Again<'t> {
    fn told(self) -> (&'t QueueId, String, &'static str) {
        match self {
            Music(queue) => {
                let help = "give the queue another `music`, or none: then it is a tone";
                (queue, format!("the music of the queue `{queue}`"), help)
            }
            Closed(queue) => {
                let help = "give `closed` of the queue another `announce`: one that says why the call ends";
                (queue, format!("when the queue `{queue}` has closed on them"), help)
            }
            Full(queue) => {
                let help = "give `full` of the queue another `announce`: one that says why the call ends";
                (queue, format!("when theirs has closed and the queue `{queue}` is full"), help)
            }
        }
    }

    fn line(self, queue: &Entry<QueueRow>) -> Line {
        let row = &queue.row;
        let line = match self {
            Music(_) => row.music.as_ref().map(|music| queue.place(music)),
            Closed(_) => row.closed.as_ref().map(|closed| queue.place(closed)),
            Full(_) => row.full.as_ref().map(|full| queue.place(full)),
        };
        line.unwrap_or(queue.at())
    }
}
