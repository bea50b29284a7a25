//! What a [`Stack`](super::Stack) tells its owner.

use std::net::SocketAddr;

use bytes::Bytes;

use super::{DialogKey, PingKey};
use crate::sip::wire::Message;

/// One thing for the owner to do.
#[expect(clippy::large_enum_variant, reason = "moved once and at once; an allocation would cost more")]
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a datagram.
    Send {
        /// To whom.
        to: SocketAddr,
        /// What.
        data: Bytes,
    },
    /// Take note.
    Event(Event),
}

/// What happened. *Terminal* events end their dialog's key.
#[derive(Clone, Debug)]
pub enum Event {
    /// A peer invites us. 100 was sent; we owe [`provisional`](super::Stack::provisional),
    /// [`accept`](super::Stack::accept) or [`refuse`](super::Stack::refuse).
    Invited {
        /// The new dialog.
        dialog: DialogKey,
        /// The INVITE. Let go of it soon: it keeps its whole datagram.
        request: Message,
        /// Where it came from.
        source: SocketAddr,
        /// Whose digest it carried; `None` from a trusted peer.
        account: Option<String>,
    },
    /// An INVITE outside dialogs, from a trusted peer or a proven account, was refused before anybody was asked
    /// (RFC 3261 §8.2). Told once for all its repetitions. It has no dialog.
    InviteRefused {
        /// The INVITE; its headers may be missing or malformed.
        request: Message,
        /// Where it came from.
        source: SocketAddr,
        /// Whose digest it carried; `None` from a trusted peer.
        account: Option<String>,
        /// The status it got.
        status: u16,
    },
    /// The peer gave up before our final answer; 487 was sent. Terminal.
    Cancelled {
        /// Whose.
        dialog: DialogKey,
        /// The value of Reason, if any.
        reason: Option<Vec<u8>>,
    },
    /// The ACK of our first 200 (always told, once), or of a 200 to a re-INVITE without offer (told when it
    /// carries the answer).
    Acked {
        /// Whose.
        dialog: DialogKey,
        /// The answer, when our 200 carried the offer.
        sdp: Option<Bytes>,
    },
    /// No ACK came within 64·T1; BYE was sent (RFC 3261 §13.3.1.4). Terminal.
    AckMissing {
        /// Whose.
        dialog: DialogKey,
    },
    /// A provisional response, 100 included (a sign of life of the next hop), to an invitation of ours.
    Progress {
        /// Whose.
        dialog: DialogKey,
        /// 180, 183 …
        status: u16,
        /// Early media.
        sdp: Option<Bytes>,
    },
    /// Our invitation was accepted; ACK was sent.
    Answered {
        /// Whose.
        dialog: DialogKey,
        /// The answer.
        sdp: Option<Bytes>,
        /// The 2xx.
        response: Message,
    },
    /// Our invitation failed. Terminal.
    Failed {
        /// Whose.
        dialog: DialogKey,
        /// The final status; 408 for silence, 487 after our cancel.
        status: u16,
        /// The response, if one came.
        response: Option<Message>,
    },
    /// The peer offers a change; we owe [`answer_reinvite`](super::Stack::answer_reinvite).
    Reinvited {
        /// Whose.
        dialog: DialogKey,
        /// The offer; `None`: our answer will be the offer.
        sdp: Option<Bytes>,
    },
    /// The peer took our change; ACK was sent.
    ReinviteAnswered {
        /// Whose.
        dialog: DialogKey,
        /// The answer.
        sdp: Option<Bytes>,
    },
    /// The peer did not; the session stays as it was.
    ReinviteFailed {
        /// Whose.
        dialog: DialogKey,
        /// Its status.
        status: u16,
    },
    /// The peer hung up; 200 was sent. Terminal.
    ByeReceived {
        /// Whose.
        dialog: DialogKey,
        /// The value of Reason, if any.
        reason: Option<Vec<u8>>,
    },
    /// A request of ours within the dialog timed out or met 481 or 408 (RFC 3261 §12.2.1.2). Terminal.
    PeerGone {
        /// Whose.
        dialog: DialogKey,
    },
    /// Our BYE was answered or timed out, or a cancelled invitation was answered after all and then
    /// released. Terminal.
    Ended {
        /// Whose.
        dialog: DialogKey,
    },
    /// An INFO within the dialog; 200 was sent.
    Info {
        /// Whose.
        dialog: DialogKey,
        /// The value of Content-Type.
        content_type: Vec<u8>,
        /// The body.
        body: Bytes,
    },
    /// A phone registered or refreshed.
    Registered {
        /// Whose.
        user: String,
        /// Its Contact URI.
        contact: String,
        /// Where it is reached.
        destination: SocketAddr,
        /// Whether the user had no binding before.
        first: bool,
    },
    /// The user's last binding ended.
    Unregistered {
        /// Whose.
        user: String,
        /// Whether it ran out, rather than being removed.
        expired: bool,
    },
    /// A REGISTER with wrong credentials, or for another user, was refused.
    RegistrationRefused {
        /// The user named; may be anything.
        user: String,
        /// Where it came from.
        source: SocketAddr,
    },
    /// An INVITE came from the address of a trusted peer, but from another port; it names no account in its From, proved no
    /// password, and was challenged like a stranger's. Told each time.
    PeerOnOtherPort {
        /// Where it came from.
        source: SocketAddr,
    },
    /// An answer to our OPTIONS, or none within 64·T1.
    Pong {
        /// Which.
        ping: PingKey,
        /// Its status; `None` for silence.
        status: Option<u16>,
    },
    /// Something was refused because a limit was reached.
    LimitReached {
        /// Which: `transactions`, `dialogs`, `bindings`.
        what: &'static str,
    },
}
