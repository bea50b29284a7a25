//! What is written in bars: `general #tax “merged”`, in one form the whole row, so that what a bar does not say has not
//! ended with it.

use crate::dialplan::timeline::page::text_width;
use crate::dialplan::timeline::{Bar, Look};

/// How much is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// The place, the skill, the announcement.
    Whole,
    /// Without the announcement, which the bar's edge tells of.
    Skill,
    /// Without the general queue where a skill is asked for: its colour tells of it.
    Colour,
}

impl Form {
    /// The one that fits into the most of a row's bars with the room they have; of those the fullest.
    pub(super) fn of(bars: &[(&Bar, f64)], font: f64) -> Self {
        let fitting = |form: Self| {
            let says = bars.iter().map(|(bar, room)| (form.says(bar), room));
            says.filter(|(label, room)| !label.is_empty() && text_width(label, font) <= **room).count()
        };
        let mut best = (Self::Whole, fitting(Self::Whole));
        for form in [Self::Skill, Self::Colour] {
            let fits = fitting(form);
            if fits > best.1 {
                best = (form, fits);
            }
        }
        best.0
    }

    pub(super) fn says(self, bar: &Bar) -> String {
        let note = bar.note.map(|note| format!("[{}]", note + 1));
        let skill = bar.skill.as_ref().map(|skill| format!("#{skill}"));
        let told = self == Self::Colour && bar.look == Look::General && skill.is_some();
        let place = (!told).then(|| bar.place.clone()).filter(|place| !place.is_empty());
        let announce = bar.announce.as_ref().filter(|_| self == Self::Whole);
        let announce = announce.map(|announce| format!("“{announce}”"));
        let parts = [note, place, skill, announce];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
