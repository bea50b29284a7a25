//! dp014: something nobody uses: no row names it, or no call ever comes to it on any way. A warning: it may be for
//! tomorrow.

use std::collections::BTreeSet;

use crate::dialplan::draft::Draft;
use crate::dialplan::schema::{Entry, Schema, Spanned, Text, names};
use crate::dialplan::verify::Survey;
use crate::dialplan::verify::heard::heard;
use crate::dialplan::verify::web::Place;
use crate::dialplan::{Diagnostic, Level};
use crate::event::AgentId;

pub(super) fn check(survey: &Survey<'_>, found: &mut Vec<Diagnostic>) {
    Say { found }.idle(survey);
    // A plan with errors is not finished: who would use something may be at fault.
    if found.iter().any(|d| d.level == Level::Error) {
        return;
    }
    let draft = survey.draft;
    let schema = draft.schema;
    let met = Met::on_all_ways(survey);
    let waves: BTreeSet<&str> = schema.hotline.iter().filter_map(|h| text(&h.row.wave)).collect();
    let mut say = Say { found };
    say.unused(&schema.wave, &waves, &waves, ["wave", ""], "give a hotline this `wave`, or take it out");
    let calendars: BTreeSet<&str> = schema.hours.iter().filter_map(|h| text(&h.row.calendar)).collect();
    let help = "give some hours this `calendar`, or take it out";
    say.unused(&schema.calendar, &calendars, &calendars, ["calendar", ""], help);
    let hours = schema.hotline.iter().map(|h| &h.row.hours).chain(schema.queue.iter().map(|q| &q.row.hours));
    let hours: BTreeSet<&str> = hours.filter_map(text).collect();
    let help = "give a hotline or a queue these `hours`, or take them out";
    say.unused(&schema.hours, &hours, &hours, ["hours", ""], help);
    let help = "name it somewhere, or take it out";
    say.unused(&schema.announcement, &prompts(schema), &met.prompts, ["announcement", "hears"], help);
    let help = "send a hotline or an overflow to it, or take it out";
    say.unused(&schema.queue, &queues(draft), &met.queues, ["queue", "comes to"], help);
    say.lone_trunks(draft);
}

/// What calls meet on some way.
struct Met<'t> {
    prompts: BTreeSet<&'t str>,
    queues: BTreeSet<&'t str>,
}

impl<'t> Met<'t> {
    fn on_all_ways(survey: &Survey<'t>) -> Self {
        let mut met = Self { prompts: BTreeSet::new(), queues: BTreeSet::new() };
        for case in &survey.cases {
            let rows = heard(survey, case).into_iter().filter_map(|heard| survey.rows.prompt(heard.prompt));
            met.prompts.extend(rows.map(|row| row.key.as_str()));
            met.queues.extend(case.web.spots.iter().filter_map(|spot| match spot.place {
                Place::Enter { queue, .. } | Place::Wait { queue, .. } => Some(queue.as_str()),
                Place::Start | Place::Dial { .. } | Place::End(_) => None,
            }));
        }
        met
    }
}

struct Say<'a> {
    found: &'a mut Vec<Diagnostic>,
}

impl Say<'_> {
    /// `named`: somewhere in the plan; `met`: by a call.
    fn unused<T>(
        &mut self,
        entries: &[Entry<T>],
        named: &BTreeSet<&str>,
        met: &BTreeSet<&str>,
        [what, does]: [&str; 2],
        help: &str,
    ) {
        for entry in entries {
            let key = entry.key.as_str();
            let message = match (named.contains(key), met.contains(key)) {
                (_, true) => continue,
                (false, false) => format!("nobody uses the {what} `{key}`"),
                (true, false) => format!("the {what} `{key}` is named, but no call ever {does} it"),
            };
            self.found.push(Diagnostic::warning("dp014", entry.at(), message).help(help));
        }
    }

    /// Trunks that no row sends to, and that say nothing of the calls they bring. They may bring some all the same:
    /// whoever dials a number of the plan there is understood.
    fn lone_trunks(&mut self, draft: &Draft<'_>) {
        let sent_to = trunks_sent_to(draft);
        for entry @ Entry { key, row, .. } in &draft.schema.trunk {
            let bound = row.hotline.is_some() || row.default_hotline.is_some() || row.access.is_some();
            let says = bound || row.trusted.is_some() || row.identify.is_some();
            if says || sent_to.contains(key.as_str()) {
                continue;
            }
            let message =
                format!("no row sends calls to the trunk `{key}`, and it says nothing of those it brings");
            let help = "if calls come in on it, say whether its headers count (trusted = false: only the number dialled does); else take it out";
            self.found.push(Diagnostic::warning("dp014", entry.at(), message).help(help));
        }
    }

    /// Agents who never get a call.
    fn idle(&mut self, survey: &Survey<'_>) {
        for entry in &survey.draft.schema.agent {
            let Some(agent) = survey.table.agent(&AgentId::new(&entry.key)) else { continue };
            for (queue, name) in agent.queues.iter().zip(entry.row.queues.iter().flat_map(Spanned::get_ref)) {
                let Some(settings) = survey.table.queue(queue).filter(|queue| !agent.may_take(queue, None))
                else {
                    continue;
                };
                let needs: Vec<String> =
                    settings.skills.iter().map(|need| format!("{} = {}", need.skill, need.level)).collect();
                let message = format!(
                    "agent {} never gets a call of `{queue}`: he lacks a skill it asks for",
                    agent.id
                );
                let mut diagnostic = Diagnostic::warning("dp014", entry.place(name), message);
                if let Some(row) = survey.rows.queues.get(queue.as_str()) {
                    diagnostic = diagnostic.also(row.at(), format!("asks for {}", needs.join(", ")));
                }
                self.found.push(diagnostic.help("give him the skill, or take the queue from him"));
            }
            if agent.queues.is_empty() {
                let message = format!("agent {} serves no queue", agent.id);
                let help = "give him `queues`, or take him out";
                self.found.push(Diagnostic::warning("dp014", entry.at(), message).help(help));
            }
        }
    }
}

fn text(text: &Text) -> Option<&str> {
    text.as_ref().map(|text| text.get_ref().as_str())
}

fn prompts(schema: &Schema) -> BTreeSet<&str> {
    let mut used = schema.spoken();
    used.extend(schema.queue.iter().filter_map(|entry| text(&entry.row.music)));
    used
}

fn queues<'a>(draft: &Draft<'a>) -> BTreeSet<&'a str> {
    let schema = draft.schema;
    let mut used: BTreeSet<&str> = schema.plan.iter().filter_map(|e| text(&e.row.general_queue)).collect();
    for row in schema.hotline.iter().map(|e| &e.row) {
        used.extend(text(&row.queue));
        used.extend(row.closed.iter().filter_map(|closed| text(&closed.get_ref().to)));
        used.extend(row.overflow.iter().filter_map(|back| text(&back.get_ref().to)));
    }
    for row in schema.queue.iter().map(|e| &e.row) {
        used.extend(row.closed.iter().filter_map(|closed| text(&closed.get_ref().to)));
        used.extend(row.overflow.iter().flatten().filter_map(|step| text(&step.get_ref().to)));
        used.extend(row.full.iter().filter_map(|full| text(&full.get_ref().to)));
    }
    used
}

/// Trunks that some row sends calls to.
fn trunks_sent_to<'a>(draft: &Draft<'a>) -> BTreeSet<&'a str> {
    let schema = draft.schema;
    let departments = schema.hotline.iter().map(|e| &e.row.trunk);
    let legacy = schema.hotline.iter().filter_map(|e| e.row.legacy.as_ref()).map(|l| &l.get_ref().trunk);
    let emergency = schema.emergency.iter().map(|e| &e.row.trunks);
    let linked = schema.linked.iter().map(|e| &e.row.trunk);
    let all = departments.chain(legacy).chain(emergency).chain(linked);
    all.flat_map(names).collect()
}
