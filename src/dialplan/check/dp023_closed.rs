//! dp023: where a caller is sent because something is closed may be closed too. `closed` and a sub-center's
//! `overflow` must lead to a queue that is open day and night: then one look at the clock decides a call, and
//! nobody is passed round at night.

use std::collections::BTreeMap;

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{ClosedRow, Entry, QueueRow, Spanned, Text};

/// By name.
type Queues<'a> = BTreeMap<&'a str, &'a Entry<QueueRow>>;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    // The first of two of one name; dp019 tells of the other.
    let queues: Queues<'_> =
        draft.schema.queue.iter().rev().map(|entry| (entry.key.as_str(), entry)).collect();
    for entry in &draft.schema.hotline {
        let row = &entry.row;
        if let Some(closed) = &row.closed {
            leads(&queues, entry, &closed.get_ref().to, found);
        } else if row.hours.is_some() && draft.comes_back_when_closed(row) {
            row.overflow.iter().for_each(|back| leads(&queues, entry, &back.get_ref().to, found));
        }
    }
    for entry in &draft.schema.queue {
        let closed: Option<&Spanned<ClosedRow>> = entry.row.closed.as_ref();
        closed.into_iter().for_each(|closed| leads(&queues, entry, &closed.get_ref().to, found));
    }
}

fn leads<T>(queues: &Queues<'_>, entry: &Entry<T>, to: &Text, found: &mut Vec<Diagnostic>) {
    let Some(to) = to else { return };
    let Some(queue) = queues.get(to.get_ref().as_str()) else { return };
    let Some(hours) = &queue.row.hours else { return };
    let message =
        format!("callers who find {} closed are sent to `{}`, which may be closed too", entry.key, queue.key);
    found.push(
        Diagnostic::error("dp023", entry.place(to), message)
            .also(queue.place(hours), "it is open at these hours only")
            .help("send them to a queue without `hours`, or refuse with an announcement"),
    );
}
