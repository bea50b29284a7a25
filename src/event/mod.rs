//! The facts everyone shares. Events are the only truth about what happened: CDR, logs, metrics and
//! listings are folds of them; nothing that reads them can hold up a call.

pub mod cause;
pub mod fact;
pub mod id;

pub use cause::{EndCause, Severity};
pub use fact::{AgentState, By, Event, Fact, LegRole, Mode, Phase};
pub use id::{AgentId, CallId, CallKey, Hotline, LegKey, Number, PromptId, QueueId, Skill, TrunkId};
