//! dp007: a name that leads nowhere.

use std::collections::BTreeMap;

use crate::dialplan::draft::Draft;
use crate::dialplan::number::EMERGENCY;
use crate::dialplan::schema::{AfterCancel, ClosedRow, Entry, Names, Spanned, Text};
use crate::dialplan::suggest::{GUESSES_MAX, Known};
use crate::dialplan::{Diagnostic, Place};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    let mut seek = Seek {
        queues: names(&schema.queue),
        trunks: names(&schema.trunk),
        prompts: names(&schema.announcement),
        waves: names(&schema.wave),
        hours: names(&schema.hours),
        calendars: names(&schema.calendar),
        missing: BTreeMap::new(),
    };
    seek.plan(draft);
    seek.hotlines(draft);
    seek.queues(draft);
    seek.rest(draft);
    let mut guesses_left = GUESSES_MAX;
    seek.tell(&mut guesses_left, found);
    numbers(draft, &mut guesses_left, found);
}

fn names<T>(entries: &[Entry<T>]) -> Known<'_> {
    Known::new(entries.iter().map(|entry| entry.key.as_str()))
}

/// What can be named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Queue,
    Trunk,
    Prompt,
    Wave,
    Hours,
    Calendar,
}

/// Where a name stands that leads nowhere, and in which row.
type Named = Vec<(Place, String)>;

struct Seek<'a> {
    queues: Known<'a>,
    trunks: Known<'a>,
    prompts: Known<'a>,
    waves: Known<'a>,
    hours: Known<'a>,
    calendars: Known<'a>,
    missing: BTreeMap<(What, String), Named>,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Trunk => "trunk",
            Self::Prompt => "announcement",
            Self::Wave => "wave",
            Self::Hours => "hours",
            Self::Calendar => "calendar",
        }
    }
}

impl<'a> Seek<'a> {
    fn known(&self, what: What) -> &Known<'a> {
        match what {
            What::Queue => &self.queues,
            What::Trunk => &self.trunks,
            What::Prompt => &self.prompts,
            What::Wave => &self.waves,
            What::Hours => &self.hours,
            What::Calendar => &self.calendars,
        }
    }

    fn one<T>(&mut self, what: What, name: &str, at: Place, entry: &Entry<T>) {
        if !self.known(what).contains(name) {
            self.missing.entry((what, name.to_owned())).or_default().push((at, entry.key.clone()));
        }
    }

    /// One name that leads nowhere is one slip, however many rows it stands in.
    fn tell(&mut self, guesses_left: &mut usize, found: &mut Vec<Diagnostic>) {
        for ((what, name), named) in in_order(std::mem::take(&mut self.missing)) {
            let help = self.known(what).help(&name, guesses_left);
            let there = if what == What::Hours { "there are no" } else { "there is no" };
            found.extend(one_slip(format!("{there} {} `{name}`", what.word()), help, named));
        }
    }

    fn text<T>(&mut self, what: What, entry: &Entry<T>, name: &Text) {
        if let Some(name) = name {
            self.one(what, name.get_ref(), Place::new(entry.file, name.span()), entry);
        }
    }

    fn prompt<T>(&mut self, entry: &Entry<T>, name: &Text) {
        self.text(What::Prompt, entry, name);
    }

    /// Where "none" says that there is none.
    fn prompt_if_any<T>(&mut self, entry: &Entry<T>, name: &Text) {
        if name.as_ref().is_some_and(|name| *name.get_ref() != "none") {
            self.prompt(entry, name);
        }
    }

    fn trunk<T>(&mut self, entry: &Entry<T>, names: &Option<Spanned<Names>>) {
        let Some(names) = names else { return };
        for name in &names.get_ref().0 {
            self.one(What::Trunk, name, Place::new(entry.file, names.span()), entry);
        }
    }

    fn hours<T>(&mut self, entry: &Entry<T>, hours: &Text, closed: &Option<Spanned<ClosedRow>>) {
        self.text(What::Hours, entry, hours);
        if let Some(closed) = closed.as_ref().map(Spanned::get_ref) {
            self.text(What::Queue, entry, &closed.to);
            self.prompt_if_any(entry, &closed.announce);
        }
    }

    fn plan(&mut self, draft: &Draft<'_>) {
        for entry in &draft.schema.plan {
            let row = &entry.row;
            self.text(What::Queue, entry, &row.general_queue);
            self.prompt_if_any(entry, &row.announce);
            self.prompt(entry, &row.intercept);
            for refusal in row.unknown.iter().chain(&row.out_of_scope) {
                self.prompt(entry, &refusal.get_ref().announce);
            }
        }
    }

    fn hotlines(&mut self, draft: &Draft<'_>) {
        for entry in &draft.schema.hotline {
            let row = &entry.row;
            self.text(What::Wave, entry, &row.wave);
            self.text(What::Queue, entry, &row.queue);
            for (name, own) in row.announce.iter().flat_map(|announce| announce.get_ref().names()) {
                let at = own.or_else(|| row.announce.as_ref().map(Spanned::span)).unwrap_or_default();
                self.prompt_if_any(entry, &Some(Spanned::new(at, name.to_owned())));
            }
            self.trunk(entry, &row.trunk);
            self.hours(entry, &row.hours, &row.closed);
            if let Some(back) = &row.overflow {
                self.text(What::Queue, entry, &back.get_ref().to);
            }
            if let Some(legacy) = &row.legacy {
                self.trunk(entry, &legacy.get_ref().trunk);
            }
            if let Some(AfterCancel::Intercept(prompt)) = row.after_cancel.as_ref().map(Spanned::get_ref) {
                self.prompt(entry, &Some(prompt.clone()));
            }
        }
    }

    fn queues(&mut self, draft: &Draft<'_>) {
        for entry in &draft.schema.queue {
            let row = &entry.row;
            self.prompt(entry, &row.music);
            self.hours(entry, &row.hours, &row.closed);
            for step in row.overflow.iter().flatten() {
                self.text(What::Queue, entry, &step.get_ref().to);
            }
            if let Some(full) = &row.full {
                self.text(What::Queue, entry, &full.get_ref().to);
                self.prompt(entry, &full.get_ref().announce);
            }
        }
    }

    fn rest(&mut self, draft: &Draft<'_>) {
        for entry in &draft.schema.hours {
            self.text(What::Calendar, entry, &entry.row.calendar);
        }
        for entry in &draft.schema.agent {
            for queue in entry.row.queues.iter().flat_map(Spanned::get_ref) {
                self.text(What::Queue, entry, &Some(queue.clone()));
            }
        }
        for entry in &draft.schema.emergency {
            self.trunk(entry, &entry.row.trunks);
        }
        for entry in &draft.schema.linked {
            self.trunk(entry, &entry.row.trunk);
        }
        for entry in &draft.schema.alias {
            self.prompt_if_any(entry, &entry.row.announce);
        }
        for entry in &draft.schema.test {
            if let Some(call) = &entry.row.call {
                self.text(What::Trunk, entry, &call.get_ref().trunk);
            }
        }
    }
}

/// Slips as they stand in the files, so that guesses are had by those that are read first.
fn in_order<T>(missing: BTreeMap<T, Named>) -> Vec<(T, Named)> {
    let mut slips: Vec<(T, Named)> = missing.into_iter().collect();
    slips.iter_mut().for_each(|(_, named)| named.sort());
    slips.sort_by(|(_, a), (_, b)| a.first().cmp(&b.first()));
    slips
}

/// One fault for all places that make it.
fn one_slip(message: String, help: String, named: Named) -> Option<Diagnostic> {
    let mut places = named.into_iter();
    let (first, _) = places.next()?;
    let mut fault = Diagnostic::error("dp007", first, message).help(help);
    fault.again = places.collect();
    Some(fault)
}

/// Numbers that must be those of a hotline.
fn numbers(draft: &Draft<'_>, guesses_left: &mut usize, found: &mut Vec<Diagnostic>) {
    let mut missing: BTreeMap<&str, Named> = BTreeMap::new();
    let hotline = |number: &Spanned<String>| {
        let normal = draft.number(number.get_ref());
        // dp010 has more to say about those.
        let emergency = EMERGENCY.contains(&normal.as_str());
        emergency || draft.hotlines.contains_key(&normal) || draft.aliases.contains_key(&normal)
    };
    let aliases = draft
        .schema
        .alias
        .iter()
        .flat_map(|entry| entry.row.to.iter().map(move |to| (entry.file, &entry.key, to)));
    let trunks = draft
        .schema
        .trunk
        .iter()
        .flat_map(|entry| entry.row.hotlines().map(move |number| (entry.file, &entry.key, number)));
    for (file, key, number) in aliases.chain(trunks) {
        if !hotline(number) {
            missing.entry(number.get_ref()).or_default().push((Place::new(file, number.span()), key.clone()));
        }
    }
    let known = Known::new(draft.hotlines.keys().chain(draft.aliases.keys()).map(|number| number.as_str()));
    for (number, named) in in_order(missing) {
        let help = known.help(draft.number(number).as_str(), guesses_left);
        found.extend(one_slip(format!("there is no hotline `{number}`"), help, named));
    }
}
