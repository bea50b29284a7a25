//! With what a way ends, in words: a person, a trunk, a refusal and what is heard before it.

use super::{Teller, Way, end};
use crate::dialplan::Table;
use crate::dialplan::action::Action;
use crate::dialplan::staff::{OnClosed, OnFull};
use crate::dialplan::verify::web::{End, Step};
use crate::event::{EndCause, PromptId, QueueId};

impl Teller<'_> {
    pub(super) fn end(&self, when: &str, ended: &End<'_>, step: Option<&Step<'_>>) -> Way {
        match ended {
            End::Agent(queue) => end(when, format!("an agent of {queue}"), Some("person")),
            End::Trunk => end(when, "he is through".to_owned(), Some("trunk")),
            End::Emergency => self.emergency(when),
            End::Intercepted => end(when, self.refusal(), Some("intercept")),
            End::Refused => end(when, self.refusal(), Some("refusal")),
            End::Full(queue) => end(when, self.full(queue), Some("refusal")),
            End::Closed(queue) => end(when, self.shut(queue), Some("refusal")),
            End::TimedOut(_) => end(when, released(EndCause::QueueTimeout), Some("refusal")),
            End::Lost => {
                let cause = match step {
                    Some(Step::Busy) => EndCause::Busy,
                    Some(Step::NoAnswer) => EndCause::NoAnswer,
                    Some(_) | None => EndCause::TrunkFailed,
                };
                end(when, released(cause), Some("refusal"))
            }
            End::TooManyHops(_) => end(when, released(EndCause::QueueFull), Some("refusal")),
        }
    }

    fn emergency(&self, when: &str) -> Way {
        let Action::Emergency { line, trunks, no_answer } = self.action else {
            return end(when, String::new(), None);
        };
        let what = format!("trunk {}, dialling {line}, for {no_answer:?} each", self.trunks(trunks));
        let then = vec![
            end("one answers", "he is through".to_owned(), Some("emergency")),
            end("it seems down or full", "it is tried all the same".to_owned(), None),
            end("none answers", released(EndCause::TrunkFailed), Some("refusal")),
        ];
        Way { when: when.to_owned(), what, end: None, then }
    }

    fn refusal(&self) -> String {
        match self.action {
            Action::Intercept { prompt, status } => self.refused(Some(prompt), *status),
            Action::Reject { status, notice } => self.refused(notice.as_ref(), *status),
            Action::Queue { .. } | Action::Trunk { .. } | Action::Emergency { .. } => String::new(),
        }
    }

    fn full(&self, queue: &QueueId) -> String {
        match self.table.queue(queue).map(|queue| &queue.full) {
            Some(OnFull::Reject { status, notice }) => self.refused(notice.as_ref(), *status),
            Some(OnFull::Queue(_)) | None => released(EndCause::QueueFull),
        }
    }

    fn shut(&self, queue: &QueueId) -> String {
        match self.table.queue(queue).and_then(|queue| queue.closed.as_ref()).map(|closing| &closing.then) {
            Some(OnClosed::Reject { status, notice }) => self.refused(notice.as_ref(), *status),
            Some(OnClosed::Queue { .. }) | None => String::new(),
        }
    }

    fn refused(&self, heard: Option<&PromptId>, status: u16) -> String {
        match heard {
            Some(heard) => {
                let spoken = self.table.spoken(heard.as_str(), self.language);
                let heard = prompt(self.table, spoken.map_or(heard, |spoken| &spoken.id));
                format!("hears {heard}; then refused with {status}")
            }
            None => format!("refused with {status}"),
        }
    }
}

fn released(cause: EndCause) -> String {
    format!("released with {} ({}: {})", cause.status(), cause.code(), cause.sentence())
}

/// A recording and how it begins.
pub(super) fn prompt(table: &Table, id: &PromptId) -> String {
    let text = table.announcement(id).map_or("", |prompt| prompt.text.as_str());
    let begins: String = text.chars().take(TEXT_MAX).collect();
    match (begins.is_empty(), begins.len() < text.len()) {
        (true, _) => id.to_string(),
        (false, false) => format!("{id} “{begins}”"),
        (false, true) => format!("{id} “{begins}…”"),
    }
}

/// Characters of an announcement's text a line shows.
const TEXT_MAX: usize = 24;
