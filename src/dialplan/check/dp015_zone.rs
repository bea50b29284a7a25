//! dp015: a time zone nobody knows.

use crate::dialplan::Diagnostic;
use crate::dialplan::calendar::Calendar;
use crate::dialplan::draft::Draft;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let Some((entry, zone)) = draft.plan.and_then(|plan| Some((plan, plan.row.time_zone.as_ref()?))) else {
        return;
    };
    let known = Calendar::of_zone(zone.get_ref()).is_some();
    // The database has it for computers nobody has told where they are.
    let nowhere = zone.get_ref().eq_ignore_ascii_case("Factory");
    if !known || nowhere {
        let message = match nowhere {
            true => format!("`{}` is no place's time zone", zone.get_ref()),
            false => format!("`{}` is not a time zone", zone.get_ref()),
        };
        let help = "use a name of the IANA time zone database: all of China is \"Asia/Shanghai\"";
        found.push(Diagnostic::error("dp015", entry.place(zone), message).help(help));
    }
}
