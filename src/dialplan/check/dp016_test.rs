//! dp016: a `[[test]]` of the plan that fails, or (a warning) cannot: it dials no number, or expects nothing. The tests are
//! run by the very `decide` the calls get.

use crate::dialplan::schema::Spanned;

use crate::dialplan::draft::Draft;
use crate::dialplan::explain::Outcome;
use crate::dialplan::schema::{CallRow, Entry, ExpectRow, TestRow};
use crate::dialplan::{Diagnostic, Facts, Ingress, Table};
use crate::event::{Number, TrunkId};

pub(super) fn check(draft: &Draft<'_>, table: &Table, found: &mut Vec<Diagnostic>) {
    for entry in &draft.schema.test {
        if let Some(diagnostic) = run(draft, table, entry) {
            found.push(diagnostic);
        }
    }
}

fn run(draft: &Draft<'_>, table: &Table, entry: &Entry<TestRow>) -> Option<Diagnostic> {
    let (call, expect) = (entry.row.call.as_ref()?.get_ref(), entry.row.expect.as_ref()?);
    let at_ms = draft.calendar.instant(entry.row.at.as_ref()?.get_ref()).ok()?;
    let name = entry.row.name.as_ref()?.get_ref();
    if let Some(to) = call.to.as_ref().filter(|to| draft.number(to.get_ref()).as_str().is_empty()) {
        let message = format!("the test `{name}` dials `{}`, which is no number", to.get_ref());
        let help = "write a number as a caller dials it, like \"12345\" or \"0510-12345\"";
        return Some(Diagnostic::warning("dp016", entry.place(to), message).help(help));
    }
    if expects_nothing(expect.get_ref()) {
        let message = format!("the test `{name}` expects nothing, and so cannot fail");
        let help = "say what the call must meet: expect = { queue = \"general\" }";
        return Some(Diagnostic::warning("dp016", entry.place(expect), message).help(help));
    }
    let trunk = call.trunk.as_ref().map(|trunk| TrunkId::new(trunk.get_ref()));
    let trusted = trunk.as_ref().and_then(|id| table.trunk(id)).is_some_and(|trunk| trunk.trusted);
    let caller = draft.number(call.from.as_ref().map_or("", |from| from.get_ref()));
    let candidates = candidates(draft, call, trusted);
    let facts = Facts { trunk: trunk.as_ref(), caller: &caller, candidates: &candidates };
    let outcome = Outcome::of(&table.decide(&facts, at_ms));
    let wrong = differences(expect.get_ref(), &outcome);
    if wrong.is_empty() {
        return None;
    }
    let message = format!("the test `{name}` fails at {}: {}", draft.calendar.show(at_ms), wrong.join("; "));
    let help = format!("the plan decides: {outcome}");
    Some(Diagnostic::error("dp016", entry.place(expect), message).help(help))
}

/// As the call layer offers them: headers only from a trunk that is believed.
fn candidates(draft: &Draft<'_>, call: &CallRow, trusted: bool) -> Vec<(Ingress, Number)> {
    let header = call.header.as_ref().filter(|_| trusted);
    let written = [
        (Ingress::RequestUri, call.to.as_ref()),
        (Ingress::HistoryInfo, header.and_then(|h| h.history_info.as_ref())),
        (Ingress::Diversion, header.and_then(|h| h.diversion.as_ref())),
        (Ingress::CalledPartyId, header.and_then(|h| h.p_called_party_id.as_ref())),
        (Ingress::To, header.and_then(|h| h.to.as_ref())),
    ];
    written
        .into_iter()
        .filter_map(|(rule, text)| text.map(|text| (rule, draft.number(text.get_ref()))))
        .collect()
}

fn expects_nothing(expect: &ExpectRow) -> bool {
    let ExpectRow {
        hotline,
        mode,
        phase,
        rule,
        announce,
        queue,
        skill,
        trunk,
        emergency,
        intercept,
        status,
        closed,
    } = expect;
    let texts = [hotline, mode, phase, rule, announce, queue, skill, trunk, emergency, intercept];
    texts.into_iter().all(Option::is_none) && status.is_none() && closed.is_none()
}

fn differences(expect: &ExpectRow, outcome: &Outcome) -> Vec<String> {
    let texts = [
        ("hotline", &expect.hotline, outcome.hotline.as_deref()),
        ("mode", &expect.mode, outcome.mode),
        ("phase", &expect.phase, outcome.phase),
        ("rule", &expect.rule, outcome.rule),
        ("announce", &expect.announce, outcome.announce.as_deref()),
        ("queue", &expect.queue, outcome.queue.as_deref()),
        ("skill", &expect.skill, outcome.skill.as_deref()),
        ("trunk", &expect.trunk, outcome.trunks.first().map(String::as_str)),
        ("emergency", &expect.emergency, outcome.emergency.as_deref()),
        ("intercept", &expect.intercept, outcome.intercept.as_deref()),
    ];
    let mut wrong = vec![];
    for (key, expected, got) in texts {
        let got = got.unwrap_or("none");
        if let Some(expected) = expected.as_ref().map(Spanned::get_ref).filter(|expected| *expected != got) {
            wrong.push(format!("expected {key} = \"{expected}\", got \"{got}\""));
        }
    }
    if let Some(expected) = expect.status.as_ref().map(Spanned::get_ref)
        && outcome.status != Some(*expected)
    {
        let got = outcome.status.map_or("none".to_owned(), |status| status.to_string());
        wrong.push(format!("expected status = {expected}, got {got}"));
    }
    if let Some(expected) = expect.closed.as_ref().map(Spanned::get_ref)
        && outcome.closed != *expected
    {
        wrong.push(format!("expected closed = {expected}, got {}", outcome.closed));
    }
    wrong
}
