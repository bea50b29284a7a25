//! The plan as written: the only serde types of the TOML.
//!
//! Every row is all options, so that one bad value costs one diagnostic and not the row; what must be there
//! is asked for by `check/dp005_missing.rs`. A key that is not here is refused ([`super::read`]).
//! Nothing in these files means anything yet: presets and defaults are the compiler's.

mod announcement;
mod hotline;
mod hours;
mod number;
mod plan;
mod queue;
mod test;
mod trunk;
mod value;

use std::collections::BTreeSet;
use std::ops::Range;

pub use self::announcement::{AnnouncementRow, LANGUAGE, VariantRow};
pub use self::hotline::{
    AfterCancel, AnnounceRow, BackRow, BackWhen, HotlineRow, IngressRow, LegacyRow, ModeRow, NumberState,
    Seats,
};
pub use self::hours::{CalendarRow, ClosedRow, HoursRow, WeekdayRow};
pub use self::number::{AliasRow, EmergencyRow, LinkedKind, LinkedRow, ToldRow};
pub use self::plan::{PlanRow, RefusalRow, WaveRow};
pub use self::queue::{AgentRow, AgentSkill, AnswerRow, FullRow, OverflowRow, QueueRow, StrategyRow};
pub use self::test::{CallRow, ExpectRow, HeaderRow, TestRow};
pub use self::trunk::{IdentifyRow, NumberFormRow, TrunkRow};
pub use self::value::{Length, Names, names};
use crate::dialplan::Place;
pub use crate::dialplan::spanned::Spanned;

/// All files of a plan, read.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each field is the section of that name")]
pub struct Schema {
    pub plan: Vec<Entry<PlanRow>>,
    pub wave: Vec<Entry<WaveRow>>,
    pub calendar: Vec<Entry<CalendarRow>>,
    pub hours: Vec<Entry<HoursRow>>,
    pub hotline: Vec<Entry<HotlineRow>>,
    pub alias: Vec<Entry<AliasRow>>,
    pub emergency: Vec<Entry<EmergencyRow>>,
    pub linked: Vec<Entry<LinkedRow>>,
    pub out_of_scope: Vec<Entry<ToldRow>>,
    pub queue: Vec<Entry<QueueRow>>,
    pub agent: Vec<Entry<AgentRow>>,
    pub trunk: Vec<Entry<TrunkRow>>,
    pub announcement: Vec<Entry<AnnouncementRow>>,
    pub test: Vec<Entry<TestRow>>,
}

impl Schema {
    /// Announcements that are named as what a caller hears once, not as music.
    pub fn spoken(&self) -> BTreeSet<&str> {
        let mut spoken = BTreeSet::new();
        for row in self.plan.iter().map(|e| &e.row) {
            spoken.extend([&row.announce, &row.intercept].into_iter().filter_map(named));
            let refusals = row.unknown.iter().chain(&row.out_of_scope);
            spoken.extend(refusals.filter_map(|refusal| named(&refusal.get_ref().announce)));
        }
        for row in self.hotline.iter().map(|e| &e.row) {
            spoken.extend(row.announce.iter().flat_map(|a| a.get_ref().names()).map(|(name, _)| name));
            spoken.extend(row.closed.iter().filter_map(|closed| named(&closed.get_ref().announce)));
            if let Some(AfterCancel::Intercept(prompt)) = row.after_cancel.as_ref().map(Spanned::get_ref) {
                spoken.insert(prompt.get_ref());
            }
        }
        spoken.extend(self.alias.iter().filter_map(|e| named(&e.row.announce)));
        for row in self.queue.iter().map(|e| &e.row) {
            spoken.extend(row.closed.iter().filter_map(|closed| named(&closed.get_ref().announce)));
            spoken.extend(row.full.iter().filter_map(|full| named(&full.get_ref().announce)));
        }
        spoken
    }
}

fn named(text: &Text) -> Option<&str> {
    text.as_ref().map(|text| text.get_ref().as_str())
}

/// A row and where it stands.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// Which file.
    pub file: usize,
    /// `12319` of `[hotline.12319]`.
    pub key: String,
    /// Where that stands.
    pub span: Range<usize>,
    /// Keys that were written and could not be read, and for an unknown key the one probably meant. They have
    /// been reported; that they are missing, or what would follow, is not said again.
    pub dropped: Vec<String>,
    /// The rest.
    pub row: T,
}

impl<T> Entry<T> {
    /// The place of its name.
    pub fn at(&self) -> Place {
        Place::new(self.file, self.span.clone())
    }

    /// Whether a key is there, or was and has been reported.
    pub fn excuses(&self, key: &str) -> bool {
        self.dropped.iter().any(|dropped| dropped == key)
    }

    /// The place of one of its values.
    pub fn place<U>(&self, value: &Spanned<U>) -> Place {
        Place::new(self.file, value.span())
    }
}

/// A string and its place, if written.
pub type Text = Option<Spanned<String>>;
