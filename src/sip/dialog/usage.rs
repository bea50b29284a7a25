//! What an INVITE usage of a dialog goes through (RFC 5057), from its first INVITE to the last message that
//! may still have to be acknowledged. The moves between the states are in `stack`.
//!
//! | state       | begins with                | ends with                                                      |
//! |-------------|----------------------------|----------------------------------------------------------------|
//! | Invited     | a peer's INVITE            | our final response; CANCEL or BYE                              |
//! | Inviting    | our INVITE                 | the peer's final response; silence                             |
//! | Established | the first 2xx, either side | BYE of either side, and no 2xx left that might need our ACK    |

use std::net::SocketAddr;

use bytes::Bytes;

use super::dialog::Dialog;
use super::reliable::{LastRseq, ReliableResponses};
use super::unacked::Unacked;
use crate::sip::transaction::TransactionKey;
use crate::sip::wire::Message;
use crate::stdx::Instant;

/// One INVITE usage.
#[derive(Debug)]
pub(crate) struct Usage {
    /// The dialog; in `Inviting` what all early dialogs have in common.
    pub(crate) dialog: Dialog,
    /// Whether the first INVITE was ours. Its sender owns the Call-ID (RFC 3261 §14.1).
    pub(crate) inviter: bool,
    /// How far it is.
    pub(crate) state: State,
}

/// See the module's table.
#[derive(Debug)]
pub(crate) enum State {
    /// We owe a final response.
    Invited(Box<Invited>),
    /// We wait for one.
    Inviting(Box<Inviting>),
    /// A 2xx has been sent or has come.
    Established(Box<Established>),
}

/// A peer's invitation.
#[derive(Debug)]
pub(crate) struct Invited {
    /// Its transaction.
    pub(crate) tsx: TransactionKey,
    /// The INVITE; responses repeat parts of it.
    pub(crate) request: Message,
    /// What tells copies of the same INVITE (RFC 3261 §8.2.2.2).
    pub(crate) merge_id: u64,
    /// Where the INVITE came from.
    pub(crate) source: SocketAddr,
    /// Present when the peer demands 100rel.
    pub(crate) reliable: Option<ReliableResponses>,
}

/// An invitation of ours.
#[derive(Debug)]
pub(crate) struct Inviting {
    /// Its transaction.
    pub(crate) tsx: TransactionKey,
    /// Its number.
    pub(crate) seq: u32,
    /// Early dialogs in which reliable responses came; one per To tag.
    pub(crate) early: Vec<Early>,
    /// Whether it is given up.
    pub(crate) cancel: Cancel,
    /// Whether a challenge has been answered already.
    pub(crate) answered_challenge: bool,
}

/// An early dialog of an invitation of ours (RFC 3261 §12.1.2).
#[derive(Debug)]
pub(crate) struct Early {
    /// The dialog.
    pub(crate) dialog: Dialog,
    /// The reliable responses taken in it.
    pub(crate) rseq: LastRseq,
}

/// Whether an invitation of ours is given up.
#[derive(Debug)]
pub(crate) enum Cancel {
    /// No.
    No,
    /// Yes, but CANCEL must wait for a provisional response (RFC 3261 §9.1).
    Wanted {
        /// The value of Reason.
        reason: Option<Box<str>>,
    },
    /// CANCEL was sent.
    Sent {
        /// When the invitation is over even without an answer (RFC 3261 §9.1: 64·T1).
        give_up_at: Instant,
    },
}

/// An answered call, and its aftermath.
#[derive(Debug)]
pub(crate) struct Established {
    /// Its end, if it is near.
    pub(crate) phase: Phase,
    /// A change of the session that we offer.
    pub(crate) ours: Ours,
    /// An INVITE of theirs.
    pub(crate) theirs: Theirs,
    /// ACKs of ours, while their 2xx may still come again.
    pub(crate) acks: Vec<Acked>,
}

/// How an answered call ends.
#[derive(Debug)]
pub(crate) enum Phase {
    /// It does not yet.
    Active,
    /// We want to release it, but the first 2xx was not acknowledged yet (RFC 3261 §15).
    ByeAfterAck {
        /// The value of Reason.
        reason: Option<Box<str>>,
    },
    /// Our BYE is out.
    Releasing,
    /// Over, and told; kept to acknowledge a 2xx that comes again or crossed.
    Winding {
        /// Not longer than this.
        until: Instant,
    },
}

/// A change of the session that we offer: at most one at a time (RFC 3261 §14.1).
#[derive(Debug)]
pub(crate) enum Ours {
    /// None.
    Idle,
    /// One that must wait.
    Waiting {
        /// The offer.
        sdp: Bytes,
        /// Until then, after a glare; `None`: until no INVITE of theirs is open.
        at: Option<Instant>,
        /// How often it met 491.
        glares: u8,
    },
    /// One that was sent.
    Pending {
        /// Its transaction.
        tsx: TransactionKey,
        /// Its number.
        seq: u32,
        /// The offer.
        sdp: Bytes,
        /// How often it met 491.
        glares: u8,
        /// The newest offer made since.
        next: Option<Bytes>,
    },
}

/// An INVITE (or UPDATE with an offer) of theirs.
#[derive(Debug)]
pub(crate) enum Theirs {
    /// None.
    Idle,
    /// One that we have not answered.
    Pending {
        /// Its transaction.
        tsx: TransactionKey,
        /// The request; the response repeats parts of it.
        request: Box<Message>,
        /// Where it came from.
        source: SocketAddr,
    },
    /// A 2xx of ours without ACK yet: to their re-INVITE, or to their first INVITE.
    Unacked(Box<Unacked>),
}

/// An ACK of ours.
#[derive(Debug)]
pub(crate) struct Acked {
    /// The INVITE's transaction: when it is over, its 2xx cannot come again.
    pub(crate) tsx: TransactionKey,
    /// Whose 2xx: forks answer with tags of their own.
    pub(crate) remote_tag: Box<[u8]>,
    /// The ACK.
    pub(crate) ack: Bytes,
    /// Where it goes.
    pub(crate) to: SocketAddr,
}

impl Usage {
    /// When something is due in it.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Invited(invited) => invited.reliable.as_ref().and_then(ReliableResponses::timeout),
            State::Inviting(inviting) => match inviting.cancel {
                Cancel::No | Cancel::Wanted { .. } => None,
                Cancel::Sent { give_up_at } => Some(give_up_at),
            },
            State::Established(established) => established.timeout(),
        }
    }

    /// The answered call.
    pub(crate) fn established(&mut self) -> Option<&mut Established> {
        match &mut self.state {
            State::Established(established) => Some(established),
            State::Invited(_) | State::Inviting(_) => None,
        }
    }
}

impl Established {
    /// A call just answered.
    pub(crate) fn new(theirs: Theirs) -> Self {
        Self { phase: Phase::Active, ours: Ours::Idle, theirs, acks: Vec::new() }
    }

    /// Whether nothing is left to acknowledge.
    pub(crate) fn is_quiet(&self) -> bool {
        self.acks.is_empty() && !matches!(self.ours, Ours::Pending { .. })
    }

    fn timeout(&self) -> Option<Instant> {
        let until = match &self.phase {
            Phase::Active | Phase::ByeAfterAck { .. } | Phase::Releasing => None,
            Phase::Winding { until } => Some(*until),
        };
        let retry = match &self.ours {
            Ours::Waiting { at, .. } => *at,
            Ours::Idle | Ours::Pending { .. } => None,
        };
        let resend = match &self.theirs {
            Theirs::Unacked(unacked) => Some(unacked.timeout()),
            Theirs::Idle | Theirs::Pending { .. } => None,
        };
        [until, retry, resend].into_iter().flatten().min()
    }
}
