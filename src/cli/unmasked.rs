//! Whole numbers of callers are shown only where it can be noted who sees them; and the list of those notes.

use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::json;

use super::failure::Failure;
use super::table::table;
use super::{json as written, print, runtime};
use crate::io::Clock;
use crate::store::{Store, StoreError, Unmasked};

/// Notes that whoever runs this is about to see so many whole numbers; `what` he asked for.
pub(super) async fn note(store: &Store, what: String, count: usize) -> Result<(), StoreError> {
    let at = Clock::start(None).wall().ms;
    let records = u64::try_from(count).unwrap_or(u64::MAX);
    store.note_unmasked(&Unmasked { at, who: user(), filter: what, records }).await
}

/// The same, in the file of these settings. On a failure nothing may be shown.
pub(super) fn note_in(file: &Path, what: &str, count: usize) -> Result<(), Failure> {
    on_file(async {
        let store = Store::open_to_note(file).await?;
        let noted = note(&store, what.to_owned(), count).await;
        store.close().await;
        noted
    })
}

/// Shows every note, the newest first.
pub(super) fn list(file: &Path, zone: &TimeZone, as_json: bool) -> Result<std::process::ExitCode, Failure> {
    let notes = on_file(async {
        let store = Store::open_to_read(file).await?;
        let notes = store.unmasked().await;
        store.close().await;
        notes
    })?;
    let at = |note: &Unmasked| {
        jiff::Timestamp::from_millisecond(note.at).map_or_else(
            |_| note.at.to_string(),
            |at| jiff::ZonedDateTime::new(at, zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        )
    };
    if as_json {
        let object = |note: &Unmasked| json!({ "at": at(note), "who": note.who, "asked": note.filter, "shown": note.records });
        return print(&written(&notes.iter().map(object).collect::<Vec<_>>())?);
    }
    let row = |note: Unmasked| vec![at(&note), note.who, note.records.to_string(), note.filter];
    print(&table(&["at", "who", "shown", "asked"], &notes.into_iter().map(row).collect::<Vec<_>>()))
}

fn on_file<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, Failure> {
    runtime()?.block_on(work).map_err(|error| Failure::because(&error))
}

/// Who runs this: his name, or his number where the system has no name for it.
fn user() -> String {
    let uid = nix::unistd::getuid();
    let name = nix::unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    name.unwrap_or_else(|| format!("uid {uid}"))
}
