//! Which line of the plan has a caller hear a recording: where a fault of it is mended.

use crate::dialplan::Place;
use crate::dialplan::action::Action;
use crate::dialplan::draft::Draft;
use crate::dialplan::fate::Kind;
use crate::dialplan::schema::{AfterCancel, ClosedRow, Entry, RefusalRow, Spanned, Text};
use crate::dialplan::verify::heard::{Heard, Role};
use crate::dialplan::verify::interval::Caller;
use crate::dialplan::verify::web::{End, Place as At, Step};
use crate::dialplan::verify::{Case, Survey};
use crate::event::QueueId;

/// The line, nearest to the caller first where several name the recording.
pub(in crate::dialplan) fn line(
    survey: &Survey<'_>,
    case: &Case<'_>,
    caller: &Caller<'_>,
    heard: &Heard<'_>,
) -> Option<Place> {
    let name = survey.rows.prompt(heard.prompt)?.key.as_str();
    let mut lines = Lines { name, found: None };
    match heard.role {
        Role::Music => lines.music(survey, case, heard.at),
        Role::Notice | Role::Announcement => {
            lines.queues_passed(survey, case, heard.at);
            lines.while_closed(survey, caller);
            lines.row(survey, caller);
            lines.plan(survey.draft, caller);
        }
    }
    lines.found
}

/// Looks for the first line that names the recording.
struct Lines<'s> {
    name: &'s str,
    found: Option<Place>,
}

impl Lines<'_> {
    fn text<T>(&mut self, entry: &Entry<T>, text: &Text) {
        if let Some(text) = text.as_ref().filter(|text| text.get_ref() == self.name) {
            self.found.get_or_insert_with(|| entry.place(text));
        }
    }

    fn closed<T>(&mut self, entry: &Entry<T>, closed: &Option<Spanned<ClosedRow>>) {
        if let Some(closed) = closed {
            self.text(entry, &closed.get_ref().announce);
        }
    }

    fn refusal<T>(&mut self, entry: &Entry<T>, refusal: &Option<Spanned<RefusalRow>>) {
        if let Some(refusal) = refusal {
            self.text(entry, &refusal.get_ref().announce);
        }
    }

    fn music(&mut self, survey: &Survey<'_>, case: &Case<'_>, at: usize) {
        let Some(At::Wait { queue, .. }) = case.web.spots.get(at).map(|spot| spot.place) else { return };
        if let Some(entry) = survey.rows.queues.get(queue.as_str()) {
            self.text(entry, &entry.row.music);
        }
    }

    /// Queues that were full or closed on the way there say something of their own.
    fn queues_passed(&mut self, survey: &Survey<'_>, case: &Case<'_>, to: usize) {
        let mut at = Some(to);
        while let Some(spot) = at.and_then(|at| case.web.spots.get(at)) {
            match spot.place {
                At::End(End::Full(queue)) => self.full(survey, queue),
                At::End(End::Closed(queue)) => self.queue_closed(survey, queue),
                At::Start | At::Dial { .. } | At::Enter { .. } | At::Wait { .. } | At::End(_) => {}
            }
            at = spot.from.as_ref().map(|(from, _)| *from);
            let before = at.and_then(|at| case.web.spots.get(at)).map(|spot| spot.place);
            if let (Some((_, Step::Closed)), Some(At::Enter { queue, .. })) = (&spot.from, before) {
                self.queue_closed(survey, queue);
            }
        }
    }

    fn full(&mut self, survey: &Survey<'_>, queue: &QueueId) {
        let entry = survey.rows.queues.get(queue.as_str());
        if let Some((entry, full)) = entry.and_then(|entry| Some((entry, entry.row.full.as_ref()?))) {
            self.text(entry, &full.get_ref().announce);
        }
    }

    fn queue_closed(&mut self, survey: &Survey<'_>, queue: &QueueId) {
        if let Some(entry) = survey.rows.queues.get(queue.as_str()) {
            self.closed(entry, &entry.row.closed);
        }
    }

    /// What is said because the decision found the hotline or its queue closed.
    fn while_closed(&mut self, survey: &Survey<'_>, caller: &Caller<'_>) {
        if !caller.closed {
            return;
        }
        // Its own word is nearer to the caller than the queue's.
        match (survey.row(caller).filter(|entry| entry.row.closed.is_some()), caller.segment.action) {
            (Some(entry), _) => self.closed(entry, &entry.row.closed),
            (None, Action::Queue { queue, .. }) => self.queue_closed(survey, queue),
            (
                None,
                Action::Trunk { .. }
                | Action::Emergency { .. }
                | Action::Intercept { .. }
                | Action::Reject { .. },
            ) => {}
        }
    }

    /// What an alias or the hotline says.
    fn row(&mut self, survey: &Survey<'_>, caller: &Caller<'_>) {
        for alias in caller.fate.via().iter().filter_map(|number| survey.draft.aliases.get(number)) {
            self.text(alias, &alias.row.announce);
        }
        let Some(entry) = survey.row(caller) else { return };
        for (name, own) in entry.row.announce.iter().flat_map(|announce| announce.get_ref().names()) {
            let whole = entry.row.announce.as_ref().map(Spanned::span);
            if let Some(span) = own.or(whole).filter(|_| name == self.name) {
                self.found.get_or_insert(Place::new(entry.file, span));
            }
        }
        if let Some(AfterCancel::Intercept(prompt)) = entry.row.after_cancel.as_ref().map(Spanned::get_ref) {
            self.text(entry, &Some(prompt.clone()));
        }
    }

    /// What the plan says for all.
    fn plan(&mut self, draft: &Draft<'_>, caller: &Caller<'_>) {
        let Some(entry) = draft.plan else { return };
        let row = &entry.row;
        match (caller.segment.hotline.is_some(), caller.segment.kind) {
            (false, Kind::Told) if caller.is_known() && !draft.hotlines.contains_key(&caller.fate.number) => {
                self.refusal(entry, &row.out_of_scope);
            }
            (_, Kind::Direct | Kind::Merged | Kind::Elsewhere | Kind::Emergency | Kind::Told) => {
                self.text(entry, &row.announce);
                self.text(entry, &row.intercept);
            }
        }
        self.refusal(entry, &row.unknown);
    }
}
