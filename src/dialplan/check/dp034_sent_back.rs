//! dp034: a sub-center that gets its own calls back: what its people send on to 12345 would ring at their desks again.

use crate::dialplan::action::Action;
use crate::dialplan::verify::{Survey, tell};
use crate::dialplan::{Diagnostic, Facts, Ingress};
use crate::event::{Number, Phase};

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    let table = survey.table;
    let nobody = Number::new("");
    for trunk in table.trunks() {
        let candidates = [(Ingress::RequestUri, table.number().clone())];
        let facts = Facts { trunk: Some(&trunk.id), caller: &nobody, candidates: &candidates };
        // Who is found does not depend on the instant; what is done with him does.
        let Some(hotline) = table.decide(&facts, i64::MAX).hotline else { continue };
        let Some(fate) = table.fate(&hotline.number) else { continue };
        let back = fate.segments.iter().find(|segment| {
            segment.phase != Some(Phase::Legacy)
                && matches!(&segment.action, Action::Trunk { trunks, .. } if trunks.contains(&trunk.id))
        });
        let Some(segment) = back else { continue };
        let Some(entry) = survey.rows.trunks.get(trunk.id.as_str()) else { continue };
        let at = entry.row.hotline.as_ref().map_or(entry.at(), |hotline| entry.place(hotline));
        let city = table.number();
        let message = format!("a call that `{}` sends on to {city} is sent back to it", trunk.id);
        let when = match segment.from_ms {
            i64::MIN => "at any time".to_owned(),
            from_ms => format!("at {}", survey.draft.calendar.show(from_ms)),
        };
        let way = format!(
            "{city} is dialled on the trunk `{}` {when}\n  → the trunk's calls are for {}\n  → trunk {}",
            trunk.id,
            hotline.number,
            tell::in_order(std::slice::from_ref(&trunk.id)),
        );
        let mut diagnostic = Diagnostic::error("dp034", at, message).note(way);
        if let Some(row) = survey.draft.row_of(&hotline) {
            let names = row.row.trunk.as_ref().map_or(row.at(), |trunk| row.place(trunk));
            diagnostic = diagnostic.also(names, format!("{} goes to that trunk", hotline.number));
        }
        found.push(diagnostic.help(
            "take `hotline` (or the `access` of 12345) off the trunk: the number dialled says where to",
        ));
    }
}
