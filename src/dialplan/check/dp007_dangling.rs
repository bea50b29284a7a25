//! dp007: a name that leads nowhere.

use std::collections::BTreeSet;

use crate::dialplan::schema::Spanned;

use crate::dialplan::check::dp010_emergency::EMERGENCY;
use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{AfterCancel, ClosedRow, Entry, Names, Text};
use crate::dialplan::{Diagnostic, Place, suggest};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    let mut seek = Seek {
        queues: names(&schema.queue),
        trunks: names(&schema.trunk),
        prompts: names(&schema.announcement),
        waves: names(&schema.wave),
        hours: names(&schema.hours),
        calendars: names(&schema.calendar),
        found,
    };
    seek.plan(draft);
    seek.hotlines(draft);
    seek.queues(draft);
    seek.rest(draft);
    numbers(draft, seek.found);
}

fn names<T>(entries: &[Entry<T>]) -> BTreeSet<&str> {
    entries.iter().map(|entry| entry.key.as_str()).collect()
}

struct Seek<'a> {
    queues: BTreeSet<&'a str>,
    trunks: BTreeSet<&'a str>,
    prompts: BTreeSet<&'a str>,
    waves: BTreeSet<&'a str>,
    hours: BTreeSet<&'a str>,
    calendars: BTreeSet<&'a str>,
    found: &'a mut Vec<Diagnostic>,
}

fn seek(known: &BTreeSet<&str>, what: &str, name: &str, at: Place, found: &mut Vec<Diagnostic>) {
    if !known.contains(name) {
        let message = format!("there is no {what} `{name}`");
        found.push(Diagnostic::error("dp007", at, message).help(suggest::help(name, known.iter().copied())));
    }
}

impl Seek<'_> {
    fn queue(&mut self, file: usize, name: &Text) {
        if let Some(name) = name {
            seek(&self.queues, "queue", name.get_ref(), Place::new(file, name.span()), self.found);
        }
    }

    fn prompt(&mut self, file: usize, name: &Text) {
        if let Some(name) = name {
            seek(&self.prompts, "announcement", name.get_ref(), Place::new(file, name.span()), self.found);
        }
    }

    /// Where "none" says that there is none.
    fn prompt_if_any(&mut self, file: usize, name: &Text) {
        if name.as_ref().is_some_and(|name| *name.get_ref() != "none") {
            self.prompt(file, name);
        }
    }

    fn trunk(&mut self, file: usize, names: &Option<Spanned<Names>>) {
        let Some(names) = names else { return };
        for name in &names.get_ref().0 {
            seek(&self.trunks, "trunk", name, Place::new(file, names.span()), self.found);
        }
    }

    fn hours(&mut self, file: usize, hours: &Text, closed: &Option<Spanned<ClosedRow>>) {
        if let Some(hours) = hours {
            seek(&self.hours, "hours", hours.get_ref(), Place::new(file, hours.span()), self.found);
        }
        if let Some(closed) = closed.as_ref().map(Spanned::get_ref) {
            self.queue(file, &closed.to);
            self.prompt_if_any(file, &closed.announce);
        }
    }

    fn plan(&mut self, draft: &Draft<'_>) {
        for Entry { file, row, .. } in &draft.schema.plan {
            self.queue(*file, &row.general_queue);
            self.prompt_if_any(*file, &row.announce);
            self.prompt(*file, &row.intercept);
            for refusal in row.unknown.iter().chain(&row.out_of_scope) {
                self.prompt(*file, &refusal.get_ref().announce);
            }
        }
    }

    fn hotlines(&mut self, draft: &Draft<'_>) {
        for Entry { file, row, .. } in &draft.schema.hotline {
            if let Some(wave) = &row.wave {
                seek(&self.waves, "wave", wave.get_ref(), Place::new(*file, wave.span()), self.found);
            }
            self.queue(*file, &row.queue);
            for (name, own) in row.announce.iter().flat_map(|announce| announce.get_ref().names()) {
                let at = own.or_else(|| row.announce.as_ref().map(Spanned::span)).unwrap_or_default();
                self.prompt_if_any(*file, &Some(Spanned::new(at, name.to_owned())));
            }
            self.trunk(*file, &row.trunk);
            self.hours(*file, &row.hours, &row.closed);
            if let Some(back) = &row.overflow {
                self.queue(*file, &back.get_ref().to);
            }
            if let Some(legacy) = &row.legacy {
                self.trunk(*file, &legacy.get_ref().trunk);
            }
            if let Some(AfterCancel::Intercept(prompt)) = row.after_cancel.as_ref().map(Spanned::get_ref) {
                self.prompt(*file, &Some(prompt.clone()));
            }
        }
    }

    fn queues(&mut self, draft: &Draft<'_>) {
        for Entry { file, row, .. } in &draft.schema.queue {
            self.prompt(*file, &row.music);
            self.hours(*file, &row.hours, &row.closed);
            for step in row.overflow.iter().flatten() {
                self.queue(*file, &step.get_ref().to);
            }
            if let Some(full) = &row.full {
                self.queue(*file, &full.get_ref().to);
                self.prompt(*file, &full.get_ref().announce);
            }
        }
    }

    fn rest(&mut self, draft: &Draft<'_>) {
        for Entry { file, row, .. } in &draft.schema.hours {
            if let Some(name) = &row.calendar {
                let at = Place::new(*file, name.span());
                seek(&self.calendars, "calendar", name.get_ref(), at, self.found);
            }
        }
        for Entry { file, row, .. } in &draft.schema.agent {
            for queue in row.queues.iter().flat_map(Spanned::get_ref) {
                self.queue(*file, &Some(queue.clone()));
            }
        }
        for Entry { file, row, .. } in &draft.schema.emergency {
            self.trunk(*file, &row.trunks);
        }
        for Entry { file, row, .. } in &draft.schema.linked {
            self.trunk(*file, &row.trunk);
        }
        for Entry { file, row, .. } in &draft.schema.alias {
            self.prompt_if_any(*file, &row.announce);
        }
        for Entry { file, row, .. } in &draft.schema.test {
            if let Some(trunk) = row.call.as_ref().and_then(|call| call.get_ref().trunk.as_ref()) {
                seek(&self.trunks, "trunk", trunk.get_ref(), Place::new(*file, trunk.span()), self.found);
            }
        }
    }
}

/// Numbers for which a near one is looked for: whoever has more slips has another trouble.
const GUESSES_MAX: usize = 100;

/// Numbers that must be those of a hotline.
fn numbers(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = draft.hotlines.keys().chain(draft.aliases.keys()).map(|n| n.as_str()).collect();
    let mut guessed = 0;
    let mut hotline = |file: usize, number: &Spanned<String>| {
        let normal = draft.number(number.get_ref());
        // dp010 has more to say about those.
        let emergency = EMERGENCY.contains(&normal.as_str());
        let there = emergency || draft.hotlines.contains_key(&normal) || draft.aliases.contains_key(&normal);
        if !there {
            let message = format!("there is no hotline `{}`", number.get_ref());
            guessed += 1;
            let guess = guessed <= GUESSES_MAX;
            let help =
                if guess { suggest::help(normal.as_str(), known.iter().copied()) } else { String::new() };
            found.push(Diagnostic::error("dp007", Place::new(file, number.span()), message).help(help));
        }
    };
    for Entry { file, row, .. } in &draft.schema.alias {
        row.to.iter().for_each(|to| hotline(*file, to));
    }
    for Entry { file, row, .. } in &draft.schema.trunk {
        let access = row.access.iter().flatten().map(|(_, number)| number);
        row.hotline
            .iter()
            .chain(&row.default_hotline)
            .chain(access)
            .for_each(|number| hotline(*file, number));
    }
}
