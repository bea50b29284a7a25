//! dp020: two trunks that cannot be told apart: a request from their address could be either's.

use std::collections::BTreeMap;

use crate::dialplan::Diagnostic;
use crate::dialplan::compile::{address, source};
use crate::dialplan::draft::Draft;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let mut owners = BTreeMap::new();
    for entry in &draft.schema.trunk {
        let row = &entry.row;
        let Some(written) = row.from.as_ref().or(row.address.as_ref()) else { continue };
        let at = entry.place(written);
        for text in &written.get_ref().0 {
            let key = match &row.from {
                Some(_) => source(text),
                None => address(text).map(|a| (a.ip(), Some(a.port()))),
            };
            let Some(key) = key else { continue };
            let Some((other, place)) = owners.get(&key) else {
                owners.insert(key, (&entry.key, at.clone()));
                continue;
            };
            if *other != &entry.key {
                let message = format!("requests from {text} could be from `{other}` or from `{}`", entry.key);
                let help = "give each its own address and port, or say whence one sends with `from`; one that only takes calls: from = []";
                let diagnostic = Diagnostic::error("dp020", at.clone(), message);
                found.push(diagnostic.also(place.clone(), format!("`{other}`")).help(help));
            }
        }
    }
}
