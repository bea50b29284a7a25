//! Tongjie (通接): a SIP call router that merges a city's public hotlines into one number, 12345.
//!
//! # The map, in reading order
//!
//! | module | what it is for | may use |
//! |---|---|---|
//! | [`stdx`] | what std lacks: virtual time, deadlines, seeded chance, keyed slabs, digits, text that harms no terminal, in lines that fit it; no telephony word | – |
//! | [`event`] | the facts everyone shares: ids, what happened to calls, agents and trunks, why a call ended | `stdx` |
//! | [`sdp`] | session descriptions and the offer/answer rules | `stdx` |
//! | [`rtp`] | RTP packets, DTMF events, G.711 | `stdx` |
//! | [`sip`] | SIP: wire, transactions, dialogs, digest, registrar, and the façade `sip::stack` | `stdx`, `event` |
//! | [`media`] | the media plane: a pure machine stepped every 20 ms that plays, relays and guards RTP | `stdx`, `event`, `sdp`, `rtp` |
//! | [`cdr`] | folds the events of one call into its record | `stdx`, `event` |
//! | [`dialplan`] | the merge plan: TOML → checked table → `decide(facts, at)` | `stdx`, `event` |
//! | [`acd`] | queues, agents, and who gets the next call | `stdx`, `event` |
//! | [`trunk`] | peers we send calls to: health, order of attempts | `stdx`, `event` |
//! | [`call`] | the B2BUA: one caller's whole affair, a file a phase | all above |
//! | [`node`] | all of the above as one pure machine | all above |
//! | [`config`] | how this node runs: TOML → `Config` | `stdx`, `event`, `dialplan`, `node` |
//! | [`sim`] | a seeded world for nodes: network, callers, agents, trunks, faults, checkers | levels below |
//! | [`io`] | sockets, clock, signals: drives one node and its media plane, changes its plan and keeps those that ran | levels below |
//! | [`store`] | CDRs kept in SQLite | `stdx`, `event`, `cdr` |
//! | [`telemetry`] | logs with the call id on every line of a call | `stdx`, `event`, `cdr` |
//! | [`cli`] | one file per subcommand; the one place that wires everything together | all |
//!
//! `tests/tidy.rs` compares this with every `crate::` path under `src/`.
//!
//! # The picture
//!
//! ```text
//!             ┌───────────────────── io  (sockets, clock, signals; tokio beside it) ─────────────────────┐
//!  datagrams  │  Input ▼                                                                        ▲ Output │
//!             │  node ─ sip (wire → transaction → dialog) ─ call ─ dialplan · acd · trunk                │
//!             │        one pure machine; `now` is an argument          media plane: a second one         │
//!             └────────  Event ▼ ────────────────────────────────────────────────────────────────────────┘
//!                cdr → store (SQLite) · telemetry (log) · control socket : readers of events
//! ```
//!
//! The README walks one call through the files.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::cast_possible_truncation,
        missing_docs,
        reason = "a test that panics has failed, which is what it should do"
    )
)]

pub mod acd;
pub mod call;
pub mod cdr;
pub mod cli;
pub mod config;
pub mod dialplan;
pub mod event;
pub mod io;
pub mod media;
pub mod node;
pub mod rtp;
pub mod sdp;
pub mod sim;
pub mod sip;
pub mod stdx;
pub mod store;
pub mod telemetry;
pub mod trunk;
