//! Trunks, recordings and transfer targets, as the plan says.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::dialplan::action::Announce;
use crate::dialplan::decide::Ingress;
use crate::event::{Number, PromptId, TrunkId};

/// A peer we exchange calls with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trunk {
    /// Its name.
    pub id: TrunkId,
    /// Its name for people.
    pub name: String,
    /// Where to send, in order.
    pub addresses: Vec<SocketAddr>,
    /// Whence its requests come; no port: any.
    pub sources: Vec<(IpAddr, Option<u16>)>,
    /// Whether its History-Info, Diversion, P-Called-Party-ID, To and P-Asserted-Identity are believed.
    pub trusted: bool,
    /// What says which hotline was dialled, in order.
    pub identify: Box<[Ingress]>,
    /// Most calls at once, both directions.
    pub capacity: u32,
    /// How it wants numbers written.
    pub numbers: NumberForm,
    /// How long a call to it may ring, unless the row says otherwise.
    pub ring: Duration,
    /// Index of the hotline all its calls are for, whatever they name.
    pub(super) only: Option<u32>,
    /// Numbers the carrier bound to hotlines on this trunk: bound number → index of the hotline.
    pub(super) access: BTreeMap<Number, u32>,
    /// Index of the hotline all its calls are for, when nothing else names one.
    pub(super) default: Option<u32>,
}

/// How a trunk wants numbers written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NumberForm {
    /// As the plan spells them: `12366`.
    Local,
    /// An area code in front of everything but mobiles: `051012366`.
    National,
    /// `+8651012366`.
    E164,
}

/// A recording of the plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prompt {
    /// Its name.
    pub id: PromptId,
    /// The file, relative to the plan directory.
    pub file: String,
    /// What it says.
    pub text: String,
    /// The part nobody is spared.
    pub must_hear: Duration,
    /// BCP 47 tag.
    pub language: String,
    /// First millisecond it may be played.
    pub from_ms: i64,
    /// First millisecond it may not.
    pub until_ms: i64,
}

impl Prompt {
    /// Whether it may be played at this instant.
    pub const fn holds(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && at_ms < self.until_ms
    }

    /// What the plan calls it, in whatever language it is.
    fn name(&self) -> &str {
        // Names have no `@` of their own.
        self.id.as_str().split('@').next().unwrap_or_default()
    }

    /// Whether another says the same: one announcement in two languages, or one file under two names.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        self.name() == other.name() || parts(&self.file).eq(parts(&other.file))
    }

    /// How a variant in another language is named: `merged@en`. Tags are the same in capitals (RFC 5646 §2.1.1).
    pub(super) fn variant(name: &str, language: &str) -> PromptId {
        PromptId::new(format!("{name}@{}", language.to_ascii_lowercase()))
    }

    /// Whether who is spoken to in a language understands it: `zh` is `zh-CN` too, and the other way round.
    pub(super) fn is_in(&self, language: &str) -> bool {
        let mut subtags = self.language.split('-').zip(language.split('-'));
        subtags.all(|(own, wanted)| own.eq_ignore_ascii_case(wanted))
    }

    /// It, as a call plays it before a queue.
    pub fn announce(&self) -> Announce {
        Announce { prompt: self.id.clone(), must_hear: self.must_hear }
    }
}

/// Of a path, however often it says `./`.
fn parts(file: &str) -> impl Iterator<Item = &str> {
    file.split('/').filter(|part| !matches!(*part, "" | "."))
}

/// A place a call can be transferred to, and never comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// How the plan names it.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// What it is.
    pub kind: TargetKind,
    /// The number to dial or to tell; for a peer platform the number it has on its trunk.
    pub number: Number,
    /// How to reach it; empty when it is only told.
    pub trunks: Arc<[TrunkId]>,
}

/// What a transfer target is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetKind {
    /// 110, 119, 120, 122.
    Emergency,
    /// Water, power, gas.
    Utility,
    /// Another 12345.
    Peer,
    /// A sub-center.
    SubCenter,
    /// Told to callers who ask; never routed.
    OutOfScope,
}
