//! Calls through a node in the simulated world: each test is a ladder and what was told about it.

mod dates;
mod drain;
mod emergency;
mod hangup;
mod headers;
mod hold;
mod hours;
mod ports;
mod queue;
mod raw;
mod register;
mod reload;
mod sound;
mod sub_center;

use std::time::Duration;

use tongjie::event::{CallId, Fact};
use tongjie::sim::{Options, Seed, World, fixture};

/// A quiet world with so many general agents.
fn world(agents: usize) -> World {
    World::new(Seed(7), fixture::plan(agents, 0), Options::default())
}

/// The same at an instant of civil time.
fn world_at(at: &str) -> World {
    let wall_ms = at.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    World::new(Seed(7), fixture::plan(1, 0), Options { wall_ms, ..Options::default() })
}

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The facts about a call in a few words each.
fn story(w: &World, call: CallId) -> String {
    let word = |fact: &Fact| match fact {
        Fact::LegInvited { leg, .. } => format!("invite {leg}"),
        Fact::LegRang { leg } => format!("ring {leg}"),
        Fact::LegAnswered { leg } => format!("answer {leg}"),
        Fact::LegFailed { leg, status } => format!("fail {leg} {status}"),
        Fact::TrunkSkipped { trunk, full, put_off } => {
            let what = if *put_off { "put off" } else { "skip" };
            format!("{what} {trunk} {}", if *full { "full" } else { "down" })
        }
        Fact::CallConnected { to } => format!("connect {to}"),
        Fact::CallArrived { .. } => "arrive".to_owned(),
        Fact::CallDecided { .. } => "decide".to_owned(),
        Fact::AnnouncementStarted { prompt } => format!("announce {prompt}"),
        Fact::AnnouncementEnded { whole, .. } => (if *whole { "announced" } else { "cut" }).to_owned(),
        Fact::CallQueued { queue, .. } => format!("queue {queue}"),
        Fact::CallOverflowed { to, .. } => format!("overflow {to}"),
        Fact::LegHeld { leg } => format!("hold {leg}"),
        Fact::LegResumed { leg } => format!("resume {leg}"),
        Fact::AgentMissed { agent, .. } => format!("miss {agent}"),
        Fact::CallReleased { cause, by } => format!("release {cause:?} by {by:?}"),
        other => format!("{other:?}"),
    };
    w.facts(call).iter().map(word).collect::<Vec<_>>().join(", ")
}

/// Compares with the story of a call, and shows its ladder when they differ.
#[track_caller]
fn check(w: &World, call: CallId, expected: &str) {
    assert_eq!(story(w, call), expected, "\n{}", w.ladder(call));
}
