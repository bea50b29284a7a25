//! Dialogs: what two user agents have agreed on (RFC 3261 §12), and what an INVITE usage of one goes through
//! (§13–15, RFC 3262, RFC 5057).
//!
//! The parts here know no transaction and send nothing; `stack` moves them.

#[expect(clippy::module_inception, reason = "the directory is RFC 3261 §12 and the file its one dialog")]
pub(crate) mod dialog;
pub(crate) mod id;
pub(crate) mod reliable;
pub(crate) mod route_set;
pub(crate) mod table;
pub(crate) mod unacked;
pub(crate) mod usage;
pub(crate) mod user_agent;

pub(crate) use dialog::Dialog;
pub(crate) use id::Tag;
pub use table::DialogKey;
pub(crate) use table::Table;
pub(crate) use usage::{
    Acked, Cancel, Early, Established, Invited, Inviting, Ours, Phase, State, Theirs, Usage,
};
pub(crate) use user_agent::UserAgent;
