//! The static checks of a plan, one file each. A check looks at everything it can and reports all it finds.
//!
//! | code | what is wrong |
//! |---|---|
//! | dp000 | more than a thousand faults |
//! | dp001 | a file cannot be read ([`super::load`]) |
//! | dp002 | a file is not TOML ([`super::read`]) |
//! | dp003 | a key or section nobody knows ([`super::read`]) |
//! | dp004 | a value that is none: of the wrong type, a bad duration, date, status, address |
//! | dp005 | something that must be there is missing |
//! | dp006 | a number that is none, or that two rows claim |
//! | dp007 | a name that leads nowhere |
//! | dp008 | aliases in a circle, or too many in a row |
//! | dp009 | phases out of order |
//! | dp010 | an emergency line merged, renamed, announced or queued |
//! | dp011 | a recording that is missing or cannot be played |
//! | dp012 | callers nobody can serve, or who are let go before anyone may |
//! | dp013 | queues that overflow in a circle |
//! | dp014 | something nobody uses (a warning) |
//! | dp015 | a time zone nobody knows |
//! | dp016 | a `[[test]]` that fails, or (a warning) cannot |
//! | dp017 | a row that contradicts its mode |
//! | dp018 | an announcement outside the time it may be played |
//! | dp019 | a row, a trunk in one list, or an announcement in one language, that stands twice |
//! | dp020 | two trunks that cannot be told apart |
//! | dp021 | a number with two owners at once, or (a warning) with none for a time or from a time on |
//! | dp022 | hours or a calendar at odds with themselves |
//! | dp023 | where closed callers are sent may be closed too |
//! | dp024 | an `include` that cannot be followed |
//! | dp025 | an announcement that lacks a hotline's language (a warning) |
//! | dp030 | a way that ends where the plan names no end |
//! | dp031 | an overflow that never comes (a warning) |
//! | dp032 | an announcement heard twice on one way |
//! | dp033 | a hotline that is open while its queue is closed and refuses |
//! | dp034 | a sub-center that gets its own calls back, or (a warning) a number dialled where it is this plan's own |
//! | dp035 | a transfer that the mode demands and that has no way |
//! | dp036 | an emergency line by another door |
//! | dp037 | hours that are never open |
//! | dp038 | a hotline with the area code of another city (a warning) |
//! | dp039 | a plan with too many ways to follow them all |
//! | dp040 | a calendar that ends before the plan does (a warning) |
//! | dp041 | 12345 itself is not answered |
//! | dp042 | no carrier's trunk brings calls of 12345, or one brings nobody's (a warning) |
//! | dp043 | forwarded callers who cannot be told from 12345's own (a warning) |
//! | dp050 | a date or a length that is hardly meant as it is read (a warning) |
//! | dp099 | a defect of this program |

mod catalogue;
mod dp004_value;
mod dp005_missing;
mod dp006_number;
mod dp007_dangling;
mod dp008_alias_loop;
mod dp009_phase_order;
mod dp010_emergency;
mod dp011_audio;
mod dp012_unstaffed;
mod dp013_overflow_loop;
mod dp014_unused;
mod dp015_zone;
mod dp016_test;
mod dp017_contradiction;
mod dp017_trunk;
mod dp018_validity;
mod dp019_twice;
mod dp020_trunk_source;
mod dp021_owners;
mod dp022_hours;
mod dp023_closed;
pub(super) mod dp024_include;
mod dp025_language;
mod dp030_no_end;
mod dp031_never;
mod dp032_heard_twice;
mod dp033_no_night_cover;
mod dp034_sent_back;
mod dp035_no_transfer;
mod dp036_emergency_door;
mod dp037_never_open;
mod dp038_area;
mod dp039_too_many_ways;
mod dp040_calendar_ends;
mod dp041_city_itself;
mod dp042_no_way_in;
mod dp043_not_told_apart;
mod dp050_hardly_meant;

pub use catalogue::{CODES, Explained, code, explain_code, explained};

use crate::dialplan::draft::Draft;
use crate::dialplan::verify::Survey;
use crate::dialplan::{Audio, Diagnostic, Level, Proof, Sources, Table, compile, diagnostic, read};

/// What checking a plan came to.
#[derive(Debug)]
pub struct Verdict {
    /// The plan, when no diagnostic is an error but those of its own tests (dp016): such a plan may be looked at and
    /// compared, and not be put in force.
    pub table: Option<Table>,
    /// All that was found.
    pub diagnostics: Vec<Diagnostic>,
    /// How much was proved; of a plan that could not be built, nothing.
    pub proof: Proof,
}

/// Compiles and checks everything. `audio: None` leaves the recordings unchecked.
pub fn judge(sources: &Sources, audio: Option<&dyn Audio>) -> Verdict {
    let read = read::read(sources);
    let (table, mut found) = compile::compile_read(&read);
    let mut proof = Proof::default();
    if let (Some(table), Some(draft)) = (&table, Draft::new(&read.schema)) {
        let unknown = table.fate_of_unknown();
        let survey = Survey::new(&draft, table, &unknown);
        proof = survey.proof();
        proved(&survey, &mut found);
        dp016_test::check(&draft, table, &mut found);
    }
    if let (Some(audio), false) = (audio, read.torn) {
        dp011_audio::check(&read.schema, audio, &mut found);
    }
    diagnostic::sort(&mut found);
    let unfit = found.iter().any(|d| d.level == Level::Error && d.code != "dp016");
    Verdict { table: table.filter(|_| !unfit), diagnostics: found, proof }
}

/// [`judge`], for those who do not ask how much was proved. The table is there when no diagnostic is an error.
pub fn check(sources: &Sources, audio: Option<&dyn Audio>) -> (Option<Table>, Vec<Diagnostic>) {
    let Verdict { table, diagnostics, .. } = judge(sources, audio);
    let refused = diagnostics.iter().any(|d| d.level == Level::Error);
    (table.filter(|_| !refused), diagnostics)
}

/// The checks of every way a call can take.
fn proved(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    dp039_too_many_ways::check(survey, found);
    dp013_overflow_loop::check(survey, found);
    dp031_never::check(survey, found);
    dp034_sent_back::check(survey, found);
    dp036_emergency_door::check(survey, found);
    dp037_never_open::check(survey, found);
    dp041_city_itself::check(survey, found);
    dp042_no_way_in::check(survey, found);
    dp043_not_told_apart::check(survey, found);
    if survey.whole {
        dp012_unstaffed::check(survey, found);
        dp018_validity::check(survey, found);
        dp025_language::check(survey, found);
        dp030_no_end::check(survey, found);
        dp032_heard_twice::check(survey, found);
        dp033_no_night_cover::check(survey, found);
        dp035_no_transfer::check(survey, found);
        dp040_calendar_ends::check(survey, found);
        dp014_unused::check(survey, found);
    }
}

/// The checks of what was written. `torn`: rows may be missing, so leave out those that would say so.
pub(super) fn written(draft: &Draft<'_>, torn: bool, found: &mut Vec<Diagnostic>) {
    dp004_value::check(draft, found);
    dp006_number::check(draft, found);
    dp009_phase_order::check(draft, found);
    dp010_emergency::check(draft, found);
    dp015_zone::check(draft, found);
    dp017_contradiction::check(draft, found);
    dp017_trunk::check(draft, found);
    dp019_twice::check(draft, found);
    dp020_trunk_source::check(draft, found);
    dp021_owners::check(draft, found);
    dp036_emergency_door::written(draft, found);
    dp038_area::check(draft, found);
    dp022_hours::check(draft, found);
    dp023_closed::check(draft, found);
    dp050_hardly_meant::check(draft, found);
    if !torn {
        dp005_missing::check(draft, found);
        dp007_dangling::check(draft, found);
        dp008_alias_loop::check(draft, found);
        dp035_no_transfer::written(draft, found);
    }
}
