//! dp010: an emergency line merged, renamed, announced or queued. 110, 119, 120 and 122 are handed straight
//! to their own trunks (国办发〔2020〕53号 leaves them out of every merge). That each of them is there is dp005's.

use crate::dialplan::draft::{Draft, digits};
use crate::dialplan::number::EMERGENCY;
use crate::dialplan::schema::Entry;
use crate::dialplan::{Diagnostic, Place};

const HELP: &str = "only [emergency.NUMBER] with its trunks may name this line; it is never merged, renamed, announced or queued";

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let schema = draft.schema;
    let emergency = |written: &str| EMERGENCY.contains(&draft.number(written).as_str());
    let mut refuse =
        |at: Place, message: String| found.push(Diagnostic::error("dp010", at, message).help(HELP));
    for entry in schema.hotline.iter().filter(|entry| emergency(digits(entry))) {
        refuse(entry.at(), format!("{} is an emergency line and may not be merged", digits(entry)));
    }
    for entry in &schema.alias {
        if emergency(&entry.key) {
            refuse(entry.at(), format!("{} is an emergency line and may not be an alias", entry.key));
        }
        if let Some(to) = entry.row.to.as_ref().filter(|to| emergency(to.get_ref())) {
            refuse(
                entry.place(to),
                format!("{} is an emergency line and may not have an alias", to.get_ref()),
            );
        }
    }
    keys(&schema.linked, emergency, &mut refuse);
    keys(&schema.out_of_scope, emergency, &mut refuse);
    for entry in &schema.emergency {
        let row = &entry.row;
        let forbidden = [&row.mode, &row.wave, &row.queue, &row.announce, &row.overflow];
        for value in forbidden.into_iter().flatten() {
            refuse(entry.place(value), format!("{} may have trunks and nothing else", entry.key));
        }
    }
    for entry in schema.emergency.iter().filter(|entry| !emergency(&entry.key)) {
        let message = format!("{} is not one of 110, 119, 120, 122", entry.key);
        let help = format!(
            "write the number of the line that is meant; another place that calls are handed to is [linked.NAME] with number = \"{}\"",
            entry.key
        );
        found.push(Diagnostic::error("dp010", entry.at(), message).help(help));
    }
}

fn keys<T>(entries: &[Entry<T>], emergency: impl Fn(&str) -> bool, refuse: &mut impl FnMut(Place, String)) {
    for entry in entries.iter().filter(|entry| emergency(&entry.key)) {
        refuse(entry.at(), format!("{} is an emergency line", entry.key));
    }
}
