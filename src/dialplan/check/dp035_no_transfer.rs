//! dp035: a transfer that the mode demands and that has no way: to a sub-center or another city's 12345 without a
//! trunk. The way back is 12345 itself, and dp034 sees to it.

use crate::dialplan::Diagnostic;
use crate::dialplan::draft::Draft;
use crate::dialplan::merge;
use crate::dialplan::schema::{LinkedKind, Names, Seats};
use crate::event::Mode;

pub(super) fn check(draft: &Draft<'_>, found: &mut Vec<Diagnostic>) {
    let none = |names: &Option<crate::dialplan::spanned::Spanned<Names>>| {
        names.as_ref().is_none_or(|names| names.get_ref().0.is_empty())
    };
    for entry in draft.schema.hotline.iter().filter(|entry| !entry.excuses("trunk")) {
        let Some(attributes) = merge::attributes(&entry.row) else { continue };
        let stays = attributes.mode == Mode::SubCenter && attributes.seats == Seats::Department;
        // dp017 says so when its own calls go there too.
        let told = attributes.ingress != crate::dialplan::schema::IngressRow::TransferOnly;
        if stays && none(&entry.row.trunk) && !told {
            let message = format!("{} is a transfer target, but no `trunk` leads there", entry.key);
            let at = entry.row.ingress.as_ref().map_or(entry.at(), |ingress| entry.place(ingress));
            found.push(
                Diagnostic::error("dp035", at, message)
                    .also(entry.at(), "agents of 12345 must reach its people")
                    .help("name its trunk: trunk = \"…\""),
            );
        }
    }
    for entry in draft.schema.linked.iter().filter(|entry| !entry.excuses("trunk")) {
        let peer = entry.row.kind.as_ref().filter(|kind| *kind.get_ref() == LinkedKind::Peer);
        let Some(kind) = peer.filter(|_| none(&entry.row.trunk)) else { continue };
        let message = format!("`{}` is a peer platform, but no `trunk` leads there", entry.key);
        found.push(
            Diagnostic::error("dp035", entry.place(kind), message)
                .help("name its trunk; a place that callers are only told of is a utility, or out-of-scope"),
        );
    }
}
