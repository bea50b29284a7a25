//! What happened to a call, as a ladder of messages with times and the facts between them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::rc::Rc;

use super::text::{Start, Text};
use crate::event::{CallId, Event};
use crate::stdx::Instant;

/// Everything that was seen, in order.
#[derive(Debug, Default)]
pub(crate) struct Ladder {
    lines: Vec<(Instant, Line)>,
}

#[derive(Debug)]
enum Line {
    /// A datagram and what became of it.
    Wire {
        peer: Rc<str>,
        to_node: bool,
        fate: Fate,
        text: Rc<Text>,
    },
    Fact(Event),
}

/// What the network did to a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    Delivered,
    Lost,
}

impl Ladder {
    pub(crate) fn wire(&mut self, at: Instant, peer: &Rc<str>, to_node: bool, fate: Fate, text: &Rc<Text>) {
        let line = Line::Wire { peer: Rc::clone(peer), to_node, fate, text: Rc::clone(text) };
        self.lines.push((at, line));
    }

    pub(crate) fn fact(&mut self, at: Instant, event: &Event) {
        self.lines.push((at, Line::Fact(event.clone())));
    }

    /// The ladder of one call. `legs` are its SIP Call-IDs.
    pub(crate) fn of_call(&self, call: CallId, legs: &BTreeSet<&str>) -> String {
        let mut out = String::new();
        for (at, line) in &self.lines {
            // Writing to a String cannot fail.
            let _ = match line {
                Line::Wire { peer, to_node, fate, text } if legs.contains(text.call_id()) => {
                    let arrow = if *to_node { '>' } else { '<' };
                    let lost = if *fate == Fate::Lost { "   (lost)" } else { "" };
                    writeln!(out, "{at:>9}  {peer:<10} {arrow} {}{lost}", title(text))
                }
                Line::Fact(event) if event.call == Some(call) => {
                    writeln!(out, "{at:>9}  {:<10} * {:?}", "", event.fact)
                }
                Line::Wire { .. } | Line::Fact(_) => Ok(()),
            };
        }
        out
    }

    /// The last `count` lines of everything, for faults that concern no call.
    pub(crate) fn tail(&self, count: usize) -> String {
        let mut out = String::new();
        for (at, line) in self.lines.iter().rev().take(count).rev() {
            let _ = match line {
                Line::Wire { peer, to_node, text, .. } => {
                    let arrow = if *to_node { '>' } else { '<' };
                    writeln!(out, "{at:>9}  {peer:<10} {arrow} {} [{}]", title(text), text.call_id())
                }
                Line::Fact(event) => writeln!(out, "{at:>9}  {:<10} * {:?} {:?}", "", event.call, event.fact),
            };
        }
        out
    }
}

/// A message in one line: the method, with the URI where a call begins; the status, with the method where it
/// is not INVITE; `+sdp` and the direction where there is a description.
fn title(text: &Text) -> String {
    let mut line = match &text.start {
        Start::Request { method, uri } if method == "INVITE" && text.to_tag().is_none() => {
            format!("INVITE {uri}")
        }
        Start::Request { method, .. } => method.clone(),
        Start::Response { status, reason } => match text.cseq().1 {
            "INVITE" => format!("{status} {reason}"),
            method => format!("{status} {reason} ({method})"),
        },
    };
    let direction = text.body.lines().find(|l| matches!(*l, "a=sendonly" | "a=recvonly" | "a=inactive"));
    if let Some(direction) = direction {
        let _ = write!(line, "   {}", direction.trim_start_matches("a="));
    }
    line
}
