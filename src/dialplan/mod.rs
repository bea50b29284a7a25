//! The merge plan: TOML files → [`schema`] with source spans → [`compile`](mod@compile) → a checked [`Table`] →
//! [`Table::decide`].
//!
//! | stage | files, in reading order |
//! |---|---|
//! | what is written | [`schema`] (a file a section, [`json_schema`](mod@json_schema) for editors), [`load`] and [`read`] (directory, TOML), `slip` (what was meant by what TOML cannot read), [`spanned`], [`number`], [`calendar`] |
//! | what is said of it | [`diagnostic`], [`located`] (for programs), [`suggest`] |
//! | from the one to the other | [`draft`] (everything by name and number), [`merge`] (what each mode leaves unsaid), [`compile`](mod@compile) |
//! | what runs | [`table`], [`fate`] and `fates`, [`action`], [`peers`], [`staff`], [`hours`] and `week`, [`decide`](mod@decide) |
//! | what is proved | [`verify`] (every way a call can take), [`check`](mod@check) (a file a code) |
//! | what is shown | [`explain`](mod@explain) (`route`), [`diff`](mod@diff), [`timeline`], [`opening`] and `treatment` (hours and actions in words) |
//! | what is made | [`import`], [`rehearsal`] |
//!
//! *Invariant:* what was written is not what runs. The files are forgotten once the [`Table`] is built; a
//! decision looks nothing up in them, reads no clock and allocates nothing.
//! *Invariant:* there is one `decide`. `route` runs the same function with a [`decide::Recorder`].
//! *Invariant:* the administrator's faults are [`Diagnostic`]s, all of them collected, none is an `Err` text.

pub mod action;
pub mod calendar;
pub mod check;
pub mod compile;
pub mod decide;
pub mod diagnostic;
pub mod diff;
pub mod draft;
pub mod explain;
pub mod fate;
mod fates;
pub mod hours;
pub mod import;
pub mod json_schema;
pub mod load;
pub mod located;
pub mod merge;
pub mod number;
pub mod opening;
pub mod peers;
pub mod read;
pub mod rehearsal;
pub mod schema;
mod slip;
pub mod spanned;
pub mod staff;
pub mod suggest;
pub mod table;
pub mod timeline;
mod treatment;
pub mod verify;
mod week;

pub use action::{Action, Announce, Back, Closed, HotlineInfo};
pub use calendar::Calendar;
pub use check::{CODES, Explained, Verdict, check, explain_code, judge};
pub use compile::compile;
pub use decide::{Decision, Facts, Ingress};
pub use diagnostic::{Diagnostic, Level, Place, Report};
pub use diff::{Diff, diff};
pub use explain::{Explanation, Outcome, explain};
pub use hours::Hours;
pub use json_schema::json_schema;
pub use load::{Audio, Loaded, Sources, load_dir, load_plan, look_at_plan};
pub use number::Numbering;
pub use peers::{NumberForm, Prompt, Target, TargetKind, Trunk};
pub use staff::{
    Agent, AnswerWhen, Closing, FULL_HOPS_MAX, Hears, MOVES_MAX, OnClosed, OnFull, Overflow, Queue, Secret,
    SkillNeed, Strategy,
};
pub use table::Table;
pub use verify::Proof;

#[cfg(test)]
mod tests;
