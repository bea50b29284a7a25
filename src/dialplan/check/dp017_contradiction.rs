//! dp017: a row that contradicts its mode, so that what it says would silently mean nothing. Trunks: [`super::dp017_trunk`].

use crate::dialplan::draft::Draft;
use crate::dialplan::merge::{self, Attributes};
use crate::dialplan::number::EMERGENCY;
use crate::dialplan::schema::{
    BackWhen, ClosedRow, Entry, HotlineRow, IngressRow, NumberState, Seats, Spanned,
};
use crate::dialplan::{Diagnostic, Place};
use crate::event::{Mode, Number, Phase};

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    // A row that lost a key may only seem to contradict itself.
    for entry in draft.schema.hotline.iter().filter(|entry| entry.dropped.is_empty()) {
        let Some(attributes) = merge::attributes(&entry.row) else { continue };
        let mut row = Row { draft, entry, attributes: &attributes, found };
        row.direct();
        row.number();
        row.seats();
        row.announcement();
        row.hours();
    }
    for entry in &draft.schema.queue {
        if let Some(full) = &entry.row.full {
            let row = full.get_ref();
            if row.to.is_some() && (row.status.is_some() || row.announce.is_some()) {
                let message = "`full` either goes `to` a queue or refuses, not both";
                found
                    .push(Diagnostic::error("dp017", entry.place(full), message).help("keep one of the two"));
            }
        }
        closed(entry, entry.row.hours.as_ref(), entry.row.closed.as_ref(), found);
    }
    transfer_only(draft, found);
    aliases(draft, found);
}

/// Whoever is led to a hotline that is only transferred to would be refused.
fn transfer_only(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let aliases = draft.schema.alias.iter().filter_map(|entry| Some((entry.file, entry.row.to.as_ref()?)));
    let trunks = draft.schema.trunk.iter();
    let trunks = trunks.flat_map(|entry| entry.row.hotlines().map(|hotline| (entry.file, hotline)));
    for (file, to) in aliases.chain(trunks) {
        let owners = draft.owners.get(&draft.number(to.get_ref()));
        let ingress =
            owners.into_iter().flatten().filter_map(|entry| Some((entry, entry.row.ingress.as_ref()?)));
        let only = ingress.into_iter().find(|(_, ingress)| *ingress.get_ref() == IngressRow::TransferOnly);
        let Some((entry, ingress)) = only else { continue };
        let message = format!("{} is only transferred to: whoever is led there is refused", entry.key);
        found.push(
            Diagnostic::error("dp017", Place::new(file, to.span()), message)
                .also(entry.place(ingress), "it is not for callers from outside")
                .help("name a hotline that callers may dial, or take this out"),
        );
    }
}

/// What an alias has announced, where the call goes to the department whoever has the number.
fn aliases(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    for entry in &draft.schema.alias {
        let Some(announce) = entry.row.announce.as_ref().filter(|name| name.get_ref() != NOTHING) else {
            continue;
        };
        let Some((_, number)) = draft.resolve(&draft.number(&entry.key)) else { continue };
        let owners = draft.owners.get(&number).into_iter().flatten();
        let seats = |owner: &&Entry<HotlineRow>| merge::attributes(&owner.row).map(|row| row.seats);
        if !owners.clone().all(|owner| seats(owner) == Some(Seats::Department)) {
            continue;
        }
        let message = format!(
            "callers of {} are handed to the department of {number}: they hear no announcement of ours",
            entry.key
        );
        let mut diagnostic = Diagnostic::error("dp017", entry.place(announce), message);
        for owner in owners {
            diagnostic = diagnostic.also(owner.at(), "its seats stay where they are");
        }
        found.push(diagnostic.help("take `announce` out"));
    }
}

/// How a row says that nothing is announced.
const NOTHING: &str = "none";

/// `closed` goes to a queue or refuses, and means nothing without hours.
fn closed<T>(
    entry: &Entry<T>,
    hours: Option<&Spanned<String>>,
    closed: Option<&Spanned<ClosedRow>>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(closed) = closed else { return };
    let (at, row) = (entry.place(closed), closed.get_ref());
    if hours.is_none() && !entry.excuses("hours") {
        let message = format!("{} is open day and night, so `closed` would mean nothing", entry.key);
        found.push(
            Diagnostic::error("dp017", at.clone(), message).help("give it `hours`, or take `closed` out"),
        );
    }
    if row.to.is_some() && row.status.is_some() {
        let message = "`closed` either goes `to` a queue or refuses with a `status`, not both";
        found.push(Diagnostic::error("dp017", at.clone(), message).help("keep one of the two"));
    }
    if row.to.is_none() && row.keep_skill.is_some() {
        let message = "`keep-skill` means nothing where no queue takes the call";
        found.push(Diagnostic::error("dp017", at, message).help("name the queue with `to`, or take it out"));
    }
}

struct Row<'a> {
    draft: &'a Draft<'a>,
    entry: &'a Entry<HotlineRow>,
    attributes: &'a Attributes,
    found: &'a mut Vec<Diagnostic>,
}

impl Row<'_> {
    fn say(&mut self, at: Place, message: String, help: &str) {
        self.found.push(Diagnostic::error("dp017", at, message).help(help));
    }

    /// Forwarded calls arrive under one number (dp005 asks whoever has that). Another of that mode works for those who dial
    /// it, which is why this is a warning.
    fn direct(&mut self) {
        let (draft, entry) = (self.draft, self.entry);
        let Some(mode) = entry.row.mode.as_ref().filter(|_| self.attributes.mode == Mode::Direct) else {
            return;
        };
        let number = draft.number_of(entry);
        // An emergency line is refused (dp010), and so is a plan whose own number is no hotline (dp005).
        let another = |city: &Number| draft.owners.contains_key(city) && number != *city;
        let known = draft.city().filter(|city| another(city) && !EMERGENCY.contains(&number.as_str()));
        let Some(city) = known else { return };
        let message = format!(
            "{} is `direct`, as {city} alone is: calls forwarded from it would be taken for {city}'s",
            entry.key
        );
        self.found.push(Diagnostic::warning("dp017", entry.place(mode), message).help(
            "another name of the same is an [alias]; a hotline that keeps its number is a dual number with a `queue`, or with number = \"kept\"",
        ));
    }

    fn number(&mut self) {
        let (entry, key) = (self.entry, &self.entry.key);
        let edges = self.draft.edges(entry);
        let cancelled = self.attributes.number == NumberState::Cancelled;
        // A wave that is not there, or lost a key, has been reported; it may well have said when.
        let whole = match &entry.row.wave {
            Some(_) => self.draft.wave(&entry.row).is_some_and(|wave| wave.dropped.is_empty()),
            None => true,
        };
        if cancelled && edges.cancel.is_none() && whole {
            let message = format!("{key} is to be cancelled, but nothing says when");
            self.say(entry.at(), message, "give it (or its wave) `cancel`, or say number = \"kept\"");
        }
        let legacy = entry.row.legacy.as_ref().filter(|_| edges.trial.is_none() && edges.formal.is_none());
        if let Some(legacy) = legacy.filter(|_| whole) {
            let message = format!("{key} has no trial before which `legacy` would hold");
            self.say(entry.place(legacy), message, "give it (or its wave) `trial`, or take `legacy` out");
        }
        if let (false, Some(cancel)) = (cancelled, &entry.row.cancel) {
            let message = format!("{key} keeps its number, so `cancel` would mean nothing");
            self.say(entry.place(cancel), message, "say number = \"cancelled\", or take `cancel` out");
        }
        if let (false, Some(after)) = (cancelled, &entry.row.after_cancel) {
            let message = format!("{key} keeps its number, so `after-cancel` would mean nothing");
            self.say(entry.place(after), message, "say number = \"cancelled\", or take `after-cancel` out");
        }
    }

    fn seats(&mut self) {
        let (entry, row, key) = (self.entry, &self.entry.row, &self.entry.key);
        let routed = self.attributes.ingress != IngressRow::TransferOnly;
        let trunk = row.trunk.as_ref().is_some_and(|names| !names.get_ref().0.is_empty());
        match self.attributes.seats {
            Seats::Department => {
                if !trunk && routed {
                    let message =
                        format!("the seats of {key} stay with the department, but no `trunk` leads there");
                    self.say(entry.at(), message, "name its trunk, or say seats = \"moved\"");
                }
                if let Some(queue) = &row.queue {
                    let message =
                        format!("the seats of {key} stay with the department, so it has no queue here");
                    let help = "take `queue` out; `overflow` says which queue its calls come back to";
                    self.say(entry.place(queue), message, help);
                }
            }
            Seats::Moved => {
                // The old destination rings as long as the row says.
                let no_answer = row.no_answer.as_ref().filter(|_| row.legacy.is_none());
                let here = [
                    row.trunk.as_ref().map(Spanned::span),
                    row.dial.as_ref().map(Spanned::span),
                    no_answer.map(Spanned::span),
                    row.overflow.as_ref().map(Spanned::span),
                ];
                for span in here.into_iter().flatten() {
                    let message = format!("the seats of {key} are in 12345, so its calls go to no trunk");
                    self.say(
                        Place::new(entry.file, span),
                        message,
                        "say seats = \"department\", or take this out",
                    );
                }
                self.transfers();
            }
        }
    }

    /// Agents hand callers to a department, and need not to seats in their own hall.
    fn transfers(&mut self) {
        let (entry, key) = (self.entry, &self.entry.key);
        let only = entry.row.ingress.as_ref().filter(|by| *by.get_ref() == IngressRow::TransferOnly);
        // Where 12345 itself is so, dp041 tells it.
        let Some(ingress) = only.filter(|_| self.attributes.mode != Mode::Direct) else { return };
        let message = format!(
            "the seats of {key} are in 12345, so nobody is transferred there, and others are refused"
        );
        self.say(entry.place(ingress), message, "say seats = \"department\", or take `ingress` out");
    }

    fn hours(&mut self) {
        let (entry, row, key) = (self.entry, &self.entry.row, &self.entry.key);
        closed(entry, row.hours.as_ref(), row.closed.as_ref(), self.found);
        let when = row.overflow.iter().find_map(|back| back.get_ref().when.as_ref());
        if let Some(when) = when.filter(|when| when.get_ref().is_empty()) {
            let message =
                format!("the calls of {key} would never come back, so `overflow` would mean nothing");
            self.say(entry.place(when), message, "say when = [\"down\", \"full\"], or take `overflow` out");
        }
        let names_closed = when.filter(|when| when.get_ref().contains(&BackWhen::Closed));
        let Some(when) = names_closed else { return };
        if row.hours.is_none() {
            let message = format!("{} is open day and night, so it never overflows when closed", entry.key);
            self.say(entry.place(when), message, "give it `hours`, or take \"closed\" out");
        } else if let Some(closed) = &row.closed {
            let message =
                format!("both `overflow` and `closed` say what happens when {} is closed", entry.key);
            self.say(entry.place(closed), message, "keep one of the two");
        }
    }

    fn announcement(&mut self) {
        let entry = self.entry;
        let plan = self.draft.plan.and_then(|plan| plan.row.announce.as_ref());
        let served = self.attributes.seats == Seats::Moved;
        let unsaid = entry.row.announce.as_ref().is_none_or(|announce| {
            [Phase::Trial, Phase::Formal].into_iter().any(|phase| announce.get_ref().of(phase).is_none())
        });
        if self.attributes.announces && served && unsaid && plan.is_none() {
            let message = format!(
                "callers of {} must hear that it has merged, but there is no announcement",
                entry.key
            );
            self.say(
                entry.at(),
                message,
                "give [plan] an `announce`, or this hotline; announce = \"none\" if there is none",
            );
        }
        let announce = entry.row.announce.as_ref();
        let announce = announce.filter(|said| said.get_ref().names().any(|(name, _)| name != NOTHING));
        if let (Some(announce), Seats::Department) = (announce, self.attributes.seats) {
            let why = match self.attributes.mode {
                Mode::SubCenter => "is a sub-center",
                Mode::FullMerge | Mode::DualNumber | Mode::Direct | Mode::Emergency => {
                    "leaves its seats where they are"
                }
            };
            let message = format!("{} {why}: its callers hear no announcement of ours", entry.key);
            self.say(entry.place(announce), message, "take `announce` out");
        }
    }
}
