//! Parts for tests, one constructor a part: settings, a small city's plan, recordings that are tones.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::sound::{sine, to_alaw};
use super::world::Options;
use crate::dialplan::{Sources, Table, compile};
use crate::event::PromptId;
use crate::media::Prompts;
use crate::node::Settings;
use crate::sip::stack;

/// A node's settings: RFC timers, 10,000 calls.
pub(crate) fn settings(address: SocketAddr) -> Settings {
    let mut sip = stack::Settings::new(address);
    sip.expires_min = Duration::from_secs(30);
    Settings {
        sip,
        media_address: address.ip(),
        media_port_min: 20_000,
        media_port_max: 60_000,
        port_quarantine: Duration::from_secs(2),
        calls_max: 10_000,
        calls_reserved: 16,
        call_length_max: Duration::from_secs(2 * 3600),
        trunk_silent: Duration::from_secs(4),
        drain_max: Duration::from_secs(60),
        rehearsal: false,
    }
}

/// Every recording of a plan as a tone of its own, so that an ear can tell them apart.
pub(crate) fn prompts(table: &Table, options: &Options) -> Prompts {
    let mut prompts = Prompts::new();
    let samples = u32::try_from(options.recording.as_millis() * 8).unwrap_or(8000);
    for (i, prompt) in table.announcements().enumerate() {
        if !options.missing.contains(&prompt.id.to_string()) {
            let tone = tone_at(i);
            let sound: Vec<u8> = (0..samples).map(|n| to_alaw(sine(tone, n))).collect();
            prompts.insert(prompt.id.clone(), sound);
        }
    }
    prompts
}

/// The recordings of a plan and those of the plans before it, as whoever reloads a node hands them over.
pub(crate) fn prompts_after(before: &Prompts, table: &Table, options: &Options) -> Prompts {
    let mut all = prompts(table, options);
    for (prompt, sound) in before.iter().filter(|(prompt, _)| table.announcement(prompt).is_none()) {
        all.insert(prompt.clone(), Arc::clone(sound));
    }
    all
}

/// The tone a recording is.
pub(crate) fn tone_of(table: &Table, prompt: &str) -> u32 {
    let index = table.announcements().position(|p| p.id == PromptId::new(prompt));
    tone_at(index.expect("the plan has this recording"))
}

/// Never near ringback (450 Hz) or a mouth (800 Hz and up).
fn tone_at(index: usize) -> u32 {
    let index = u32::try_from(index).unwrap_or(0);
    if index < 4 { 310 + 30 * index } else { 500 + 25 * (index - 4) }
}

/// A small city: every kind of hotline once, and as many agents as asked for.
///
/// Agents `1001`… serve the general queue and know everything; `2001`… serve `hrss` first.
///
/// # Panics
/// When the plan is refused: the text is our own.
pub fn plan(general: usize, hrss: usize) -> Arc<Table> {
    let mut text = PLAN.to_owned();
    for (first, count, queues) in [(1001, general, "\"general\""), (2001, hrss, "\"hrss\", \"general\"")] {
        for id in first..first + count {
            text += &format!(
                "[agent.{id}]\nname = \"坐席{id}\"\npassword = \"secret-{id}\"\nqueues = [{queues}]\nskills = [\"*\"]\n"
            );
        }
    }
    compiled(&text)
}

/// A plan from its text.
///
/// # Panics
/// When it is refused.
pub fn compiled(text: &str) -> Arc<Table> {
    let sources = Sources::new([("plan.toml", text)]);
    let (table, found) = compile(&sources);
    let why: Vec<String> = found.iter().map(|d| format!("{d:?}")).collect();
    Arc::new(table.unwrap_or_else(|| panic!("the plan is refused:\n{}", why.join("\n"))))
}

/// The plan of [`plan`], without agents.
pub const PLAN: &str = include_str!("city.toml");
