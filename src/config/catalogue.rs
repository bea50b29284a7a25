//! What each code of the settings means: what `tongjie check --explain cf007` prints. An example is a piece of a settings
//! file that gets the diagnostic; a test reads it.

use crate::dialplan::check::{Explained, code, explained};

/// What a code means, if there is one of that name: `cf007`.
pub fn explain_code(written: &str) -> Option<&'static Explained> {
    explained(CODES, "cf", written)
}

/// Every code, in order.
pub const CODES: &[Explained] = &[
    code(
        "cf001",
        "settings that cannot be read",
        "The file is not there, not readable, not UTF-8, or not TOML. The node does not start.",
        "[sip\nlisten = \"0.0.0.0:5060\"",
        "Name the file with `--config FILE`; config/tongjie.toml is a commented example.",
    ),
    code(
        "cf002",
        "a key or section nobody knows",
        "What is not known would silently mean nothing: a limit that was meant would not hold.",
        "[limits]\ncals = 2000",
        "Correct it (the nearest name is suggested), or take it out. What calls do belongs in the plan.",
    ),
    code(
        "cf003",
        "a value of the wrong kind",
        "A text stands where a number belongs, or a value where a table does.",
        "[limits]\ncalls = \"many\"",
        "Write numbers bare, and texts, addresses and lengths of time in quotes.",
    ),
    code(
        "cf004",
        "a setting without which no node runs",
        "Where calls come in, which plan is run and where records go has no default that could be right.",
        "[sip]\nrealm = \"tongjie\"",
        "Add the key named; config/tongjie.toml has it with a comment.",
    ),
    code(
        "cf005",
        "a value out of range",
        "No address, length of time, range of ports or count that the node could work with.",
        "[media]\nports = \"30000-20000\"",
        "Follow the help: it says which values are possible.",
    ),
    code(
        "cf006",
        "settings that do not go together",
        "Each value is possible, and together they are not: an address nobody can answer to, IPv4 beside IPv6, a SIP port among those of RTP.",
        "[sip]\nlisten = \"0.0.0.0:5060\"",
        "Follow the help; behind NAT and on all interfaces it is mostly `advertise` that is missing.",
    ),
    code(
        "cf007",
        "fewer RTP ports than calls",
        "Each of the two legs of a call takes a port, so fewer calls can be connected than `calls` allows (a warning).",
        "[media]\nports = \"40000-40099\"\n[limits]\ncalls = 200",
        "Widen `ports` of [media], or lower `calls` of [limits].",
    ),
];
