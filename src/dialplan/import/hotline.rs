//! A row that is a hotline: its seats, its number, what its callers hear.

use super::cells::{self, Comes, Ended, Kind, Mode};
use super::decide::{City, GENERAL, name, word};
use super::headings::Column;
use super::phases::Dates;
use super::sheet::Row;
use super::{AfterCancel, Hotline, Queue, Trunk, recording};

impl City<'_> {
    /// `sure`: the row itself says what it is.
    pub(super) fn hotline(&mut self, row: &Row, number: String, mode: &Mode, sure: bool) {
        let dates = self.row_dates(row);
        let mut hotline = Hotline {
            name: self.named(row, &number),
            owner: row.filled(Column::Owner).to_owned(),
            mode: match mode.kind {
                Kind::Direct => "direct",
                Kind::Full => "full-merge",
                Kind::SubCenter => "sub-center",
                Kind::Dual
                | Kind::AliasOf(_)
                | Kind::Into(_)
                | Kind::Emergency
                | Kind::Utility
                | Kind::Peer
                | Kind::OutOfScope => "dual-number",
            },
            ..Hotline::default()
        };
        self.ingress(row, mode);
        match mode.kind {
            Kind::Direct | Kind::SubCenter => {
                if mode.kind == Kind::SubCenter {
                    hotline.trunk = Some(self.trunk("sub", &number, row));
                }
                if dates.cancel.is_some() || self.kept(row, mode) == Some(false) {
                    let why = format!("a number of mode = \"{}\" does not end", hotline.mode);
                    self.note(row, Column::CancelAfter, why, "number = \"kept\"");
                }
            }
            Kind::Full
            | Kind::Dual
            | Kind::AliasOf(_)
            | Kind::Into(_)
            | Kind::Emergency
            | Kind::Utility
            | Kind::Peer
            | Kind::OutOfScope => {
                hotline.skill = self.skill(row);
                if sure && self.dedicated(row, mode) {
                    hotline.queue = Some(self.queue(row, &number, hotline.skill.clone()));
                }
                hotline.state = self.number_state(row, mode, sure, &dates, &hotline);
                if hotline.ends() {
                    hotline.after_cancel = self.after_cancel(row);
                }
                self.announce(row, &mut hotline);
            }
        }
        hotline.number = number;
        self.draft.hotlines.push(hotline);
        self.dates.push(dates);
    }

    pub(super) fn named(&mut self, row: &Row, number: &str) -> String {
        if row.filled(Column::Name).is_empty() {
            self.note(row, Column::Name, format!("{number} has no name"), "its number is its name");
        }
        name(row, number)
    }

    fn ingress(&mut self, row: &Row, mode: &Mode) {
        let written = row.filled(Column::Ingress);
        match cells::comes(written) {
            Some(Comes::Routed) => {}
            Some(Comes::NotRouted) if mode.kind == Kind::SubCenter => {
                let chose = "a call that comes all the same goes to its trunk; ingress = \"transfer-only\" would refuse it";
                self.note(row, Column::Ingress, "calls are not expected here", chose);
            }
            Some(Comes::NotRouted) => {
                let chose = "a call that comes all the same is served";
                self.note(row, Column::Ingress, "calls are not expected here", chose);
            }
            None if written.is_empty() => {}
            None => {
                let why = format!("`{written}` is none of own-number, forwarded, transfer-only");
                self.note(row, Column::Ingress, why, "as its mode has it");
            }
        }
    }

    /// Whether it has seats of its own: by its mode, its own column, or a queue that is named.
    fn dedicated(&mut self, row: &Row, mode: &Mode) -> bool {
        let written = row.get(Column::DedicatedQueue);
        let asked = cells::dedicated_asked(written);
        if asked.is_none() && !cells::blank(written) {
            let why = format!("`{written}` is neither yes nor no");
            self.note(row, Column::DedicatedQueue, why, "as if the cell were empty");
        }
        let named = !matches!(word(row.filled(Column::Queue)).as_str(), "" | GENERAL);
        let (column, said) = match (mode.dedicated, asked) {
            (Some(said), None) => (Column::Mode, Some(said)),
            (Some(said), Some(asked)) if said != asked => {
                let why = format!("`{written}`, but the mode says otherwise");
                self.note(row, Column::DedicatedQueue, why, NO_SEATS);
                return false;
            }
            (_, asked) => (Column::DedicatedQueue, asked),
        };
        match (&mode.kind, said) {
            (Kind::Dual, Some(true)) => true,
            (Kind::Dual, None) if named => {
                let why = "nothing says whether it has seats of its own, and a queue is named";
                self.note(row, Column::DedicatedQueue, why, "seats of its own");
                true
            }
            (Kind::Dual, None) => {
                self.note(
                    row,
                    Column::DedicatedQueue,
                    "nothing says whether it has seats of its own",
                    NO_SEATS,
                );
                false
            }
            (_, Some(true)) => {
                self.note(row, column, "seats of its own, but it is merged whole", NO_SEATS);
                false
            }
            (_, Some(false) | None) => {
                if named {
                    let why = format!(
                        "the queue `{}` is named, but it has no seats of its own",
                        row.get(Column::Queue)
                    );
                    self.note(row, Column::Queue, why, "the general queue");
                }
                false
            }
        }
    }

    /// Whether the row says that its number is kept.
    fn kept(&mut self, row: &Row, mode: &Mode) -> Option<bool> {
        let written = row.filled(Column::NumberAfter);
        let own = cells::number_asked(written, true);
        if own.is_none() && !written.is_empty() {
            let why = format!("`{written}` says neither that the number is kept nor that it ends");
            self.note(row, Column::NumberAfter, why, "as if the cell were empty");
        }
        let ending = [Column::CancelAfter, Column::CancelFrom]
            .map(|column| cells::number_asked(row.filled(column), false));
        let said = [mode.kept, own].into_iter().chain(ending).flatten();
        let said: Vec<bool> = said.collect();
        if said.contains(&true) && said.contains(&false) {
            self.note(
                row,
                Column::NumberAfter,
                "the row says that the number is kept, and that it ends",
                "it is kept",
            );
            return Some(true);
        }
        said.first().copied()
    }

    /// What the plan must say of the number beside its mode.
    fn number_state(
        &mut self,
        row: &Row,
        mode: &Mode,
        sure: bool,
        dates: &Dates,
        hotline: &Hotline,
    ) -> Option<&'static str> {
        let said = self.kept(row, mode);
        let ends_by_mode = hotline.queue.is_none();
        match (said, &dates.cancel) {
            (_, Some(_)) if !sure => {
                let why = "a number of unknown mode ends";
                self.note(row, dates.cancel_column, why, "number = \"kept\", also after that day");
                Some("kept")
            }
            (Some(true), Some(_)) => {
                let why = "the row keeps the number, and here is a day on which it ends";
                self.note(row, dates.cancel_column, why, "it ends that day");
                (!ends_by_mode).then_some("cancelled")
            }
            (None, Some(_)) if !ends_by_mode => {
                let why = "a number with seats of its own is kept, and here is a day on which it ends";
                self.note(row, dates.cancel_column, why, "it ends that day");
                Some("cancelled")
            }
            (_, Some(_)) => (!ends_by_mode).then_some("cancelled"),
            (Some(false), None) => {
                self.note(
                    row,
                    Column::CancelAfter,
                    "the number ends, and nothing says when",
                    "number = \"kept\"",
                );
                ends_by_mode.then_some("kept")
            }
            (None, None) if ends_by_mode && sure => {
                self.note(row, Column::CancelAfter, "nothing says when the number ends", "number = \"kept\"");
                Some("kept")
            }
            (Some(true) | None, None) => ends_by_mode.then_some("kept"),
        }
    }

    fn after_cancel(&mut self, row: &Row) -> Option<AfterCancel> {
        let written = row.filled(Column::AfterCancel);
        match cells::ended(written) {
            Some(Ended::Intercept) => None,
            Some(Ended::Keep) => Some(AfterCancel::Keep),
            Some(Ended::Reject) => Some(AfterCancel::Reject(410)),
            None if written.is_empty() => None,
            None => {
                let why = format!("`{written}` is none of intercept, keep, reject");
                self.note(row, Column::AfterCancel, why, "an intercept announcement");
                None
            }
        }
    }

    fn announce(&mut self, row: &Row, hotline: &mut Hotline) {
        let own_queue = hotline.queue.is_some();
        let written = row.get(Column::Announce).to_lowercase();
        match (cells::yes(&written), written.as_str()) {
            (_, "") => {}
            (Some(false), _) | (None, "none") => {
                if !own_queue {
                    hotline.announce = Some("none".to_owned());
                }
            }
            (Some(true), _) | (None, "merged" | MERGED) => {
                if own_queue {
                    hotline.announce = Some(MERGED.to_owned());
                }
            }
            (None, named) if named.starts_with("merged-into-") && recording(named).is_some() => {
                hotline.announce = Some(named.to_owned());
            }
            (None, other) => {
                let chose = if own_queue { "none" } else { MERGED };
                let why = format!("`{other}` is no announcement that comes with this program");
                self.note(row, Column::Announce, why, chose);
            }
        }
    }

    fn skill(&mut self, row: &Row) -> Option<String> {
        let written = row.filled(Column::Skills);
        let mut parts = written
            .split([',', '\u{ff0c}', ';', '\u{ff1b}', '|', '、', '/'])
            .map(word)
            .filter(|skill| !skill.is_empty());
        let first = parts.next();
        if parts.next().is_some() {
            let chose = format!("the first: {}", first.clone().unwrap_or_default());
            self.note(row, Column::Skills, "more than one skill, and a hotline asks for one", chose);
        }
        first
    }

    fn queue(&mut self, row: &Row, number: &str, skill: Option<String>) -> String {
        let written = word(row.filled(Column::Queue));
        let key = if written.is_empty() || written == GENERAL {
            self.note(row, Column::Queue, "seats of its own, and no queue is named", format!("q{number}"));
            format!("q{number}")
        } else {
            written
        };
        match self.draft.queues.iter().find(|queue| queue.key == key) {
            Some(queue) if queue.skill != skill => {
                let why = format!("another hotline of the queue `{key}` needs another skill");
                self.note(row, Column::Skills, why, "the people of that queue are to know both");
            }
            Some(_) => {}
            None => self.draft.queues.push(Queue { key: key.clone(), skill }),
        }
        key
    }

    pub(super) fn trunk(&mut self, prefix: &str, number: &str, row: &Row) -> String {
        let key = format!("{prefix}-{}", word(number));
        self.draft.trunks.push(Trunk { key: key.clone(), name: name(row, number) });
        key
    }
}

const NO_SEATS: &str = "none: the general queue";
const MERGED: &str = "merged-into-12345";
