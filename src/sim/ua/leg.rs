//! One call as a peer has it: an INVITE dialog and its sound.
//!
//! | state     | means                                                                 |
//! |-----------|-----------------------------------------------------------------------|
//! | Calling   | INVITE sent, no final answer (`early` once a provisional one came)    |
//! | Ringing   | INVITE received, no final answer given                                |
//! | Connected | a 2xx passed, no BYE did                                              |
//! | Over      | refused, given up, or BYE                                             |

use std::time::Duration;

use bytes::Bytes;

use super::session::{Direction, Session};
use super::{Act, T1, T64, Timer, TxKey, Ua};
use crate::sim::sound::Ear;
use crate::sim::text::Writer;
use crate::stdx::Instant;

/// Which leg of its peer.
pub(crate) type LegNo = usize;

/// How far a leg is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LegState {
    /// INVITE sent; `early` once a provisional answer came.
    Calling {
        /// A provisional answer came.
        early: bool,
    },
    /// INVITE received.
    Ringing,
    /// Answered.
    Connected,
    /// It is over.
    Over {
        /// The final status of the INVITE, 200 after a conversation.
        status: u16,
        /// This side ended it.
        by_us: bool,
    },
}

/// A request of the user's that must wait for something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Wish {
    None,
    /// Hang up as soon as that is allowed.
    HangUp,
}

/// One leg.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) call_id: String,
    pub(crate) state: LegState,
    pub(crate) session: Session,
    pub(crate) ear: Ear,
    /// Statuses received for our INVITE, in order, without repetitions of one status.
    pub(crate) heard: Vec<u16>,
    /// When it was answered.
    pub(crate) answered: Option<Instant>,
    /// The INVITE received, for tests on its headers.
    pub(crate) invite: Option<crate::sim::text::Text>,
    /// The BYE received, likewise.
    pub(crate) goodbye: Option<crate::sim::text::Text>,
    pub(super) local: String,
    pub(super) remote: String,
    pub(super) local_tag: String,
    pub(super) remote_tag: Option<String>,
    pub(super) target: String,
    pub(super) cseq: u32,
    pub(super) remote_cseq: u32,
    pub(super) we_called: bool,
    /// Our INVITE under way: its transaction and CSeq.
    pub(super) client: Option<(TxKey, u32)>,
    /// Their INVITE under way.
    pub(super) server: Option<TxKey>,
    pub(super) wish: Wish,
    pub(super) cancelled: bool,
    /// The ACK of the last 2xx, to be repeated when the 2xx is.
    pub(super) ack: Option<(u32, Bytes)>,
    /// A 2xx of ours without ACK: its CSeq, bytes, and the time between repetitions.
    pub(super) success: Option<Success>,
    /// The direction of a re-INVITE to be tried again.
    pub(super) reinvite: Option<Direction>,
    pub(crate) manner: super::Manner,
}

#[derive(Debug)]
pub(super) struct Success {
    pub(super) cseq: u32,
    pub(super) data: Bytes,
    pub(super) wait: Duration,
    pub(super) until: Instant,
}

impl Leg {
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, LegState::Over { .. })
    }

    /// `From` or `To` for requests we send.
    fn ends(&self) -> (String, String) {
        let to = match &self.remote_tag {
            Some(tag) => format!("{};tag={tag}", self.remote),
            None => self.remote.clone(),
        };
        (format!("{};tag={}", self.local, self.local_tag), to)
    }
}

impl Ua {
    /// Calls `uri` as `from` (a whole name-addr), with more header lines of the caller's choice.
    pub(crate) fn call(&mut self, now: Instant, uri: &str, from: &str, more: &[(String, String)]) -> LegNo {
        let port = self.new_port();
        let call_id = format!("{}@{}", self.token(), self.addr.ip());
        let leg = self.new_leg(call_id, from.to_owned(), format!("<{uri}>"), port);
        let no = self.legs.len();
        self.legs.push(leg);
        self.by_call_id.insert(self.legs[no].call_id.clone(), no);
        uri.clone_into(&mut self.legs[no].target);
        self.legs[no].we_called = true;
        self.send_invite(now, no, more);
        no
    }

    pub(super) fn new_leg(&mut self, call_id: String, local: String, remote: String, port: u16) -> Leg {
        Leg {
            call_id,
            state: LegState::Calling { early: false },
            session: Session::new(std::net::SocketAddr::new(self.addr.ip(), port)),
            ear: Ear::default(),
            heard: Vec::new(),
            answered: None,
            invite: None,
            goodbye: None,
            local,
            remote,
            local_tag: self.token(),
            remote_tag: None,
            target: String::new(),
            cseq: u32::try_from(self.rng.below(1000)).unwrap_or(0),
            remote_cseq: 0,
            we_called: false,
            client: None,
            server: None,
            wish: Wish::None,
            cancelled: false,
            ack: None,
            success: None,
            reinvite: None,
            manner: self.manner,
        }
    }

    /// Sends an INVITE or re-INVITE with an offer.
    pub(super) fn send_invite(&mut self, now: Instant, no: LegNo, more: &[(String, String)]) {
        let key = (self.new_branch(), "INVITE".to_owned());
        let sdp = self.legs[no].session.offer();
        let (request, cseq) = self.request(no, "INVITE", &key.0);
        let mut request = request
            .header("Contact", self.contact())
            .header("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO")
            .header("User-Agent", "simple phone");
        for (name, value) in more {
            request = request.header(name, value);
        }
        self.legs[no].client = Some((key.clone(), cseq));
        self.start_client(now, key, Some(no), request.sdp(&sdp));
    }

    /// The head of a request of this leg, with the next CSeq.
    pub(super) fn request(&mut self, no: LegNo, method: &str, branch: &str) -> (Writer, u32) {
        let via = self.via(branch);
        let leg = &mut self.legs[no];
        leg.cseq += 1;
        let (from, to) = leg.ends();
        let writer = Writer::request(method, &leg.target)
            .header("Via", via)
            .header("Max-Forwards", 70)
            .header("From", from)
            .header("To", to)
            .header("Call-ID", &leg.call_id)
            .header("CSeq", format_args!("{} {method}", leg.cseq));
        (writer, leg.cseq)
    }

    /// The user acts.
    pub(crate) fn act(&mut self, now: Instant, no: LegNo, act: Act) {
        let Some(leg) = self.legs.get(no) else { return };
        match (act, leg.state) {
            (Act::Ring, LegState::Ringing) => self.answer_invite(now, no, 180),
            (Act::Answer, LegState::Ringing) => self.answer_invite(now, no, 200),
            (Act::Refuse(status), LegState::Ringing) => self.answer_invite(now, no, status),
            (Act::HangUp, LegState::Ringing) => self.answer_invite(now, no, 603),
            (Act::HangUp, LegState::Calling { early }) => {
                self.legs[no].wish = Wish::HangUp;
                // RFC 3261 §9.1: a CANCEL waits for a provisional response.
                if early {
                    self.cancel(now, no);
                }
            }
            (Act::HangUp, LegState::Connected) => {
                // RFC 3261 §15: the callee's BYE waits for the ACK of its 2xx.
                if self.legs[no].success.is_some() && !self.legs[no].we_called {
                    self.legs[no].wish = Wish::HangUp;
                } else {
                    self.bye(now, no);
                }
            }
            (Act::Hold, LegState::Connected) => self.redirect(now, no, Direction::SendOnly),
            (Act::Resume, LegState::Connected) => self.redirect(now, no, Direction::SendRecv),
            (Act::Ring | Act::Answer | Act::Refuse(_), _) | (_, LegState::Over { .. }) => {}
            (Act::Hold | Act::Resume, LegState::Calling { .. } | LegState::Ringing) => {}
        }
    }

    fn redirect(&mut self, now: Instant, no: LegNo, wanted: Direction) {
        let leg = &mut self.legs[no];
        if leg.session.wanted == wanted && leg.reinvite.is_none() {
            return;
        }
        leg.session.wanted = wanted;
        // One INVITE at a time; the newest wish wins.
        if leg.client.is_some() || leg.server.is_some() || leg.success.is_some() {
            leg.reinvite = Some(wanted);
            self.set(now + T1, Timer::Glare(no));
            return;
        }
        leg.reinvite = None;
        self.send_invite(now, no, &[]);
    }

    pub(super) fn retry_reinvite(&mut self, now: Instant, no: LegNo) {
        let wanted = self.legs.get(no).and_then(|leg| leg.reinvite);
        let connected = self.legs.get(no).is_some_and(|leg| leg.state == LegState::Connected);
        if let (Some(wanted), true) = (wanted, connected) {
            self.redirect(now, no, wanted);
        }
    }

    pub(super) fn cancel(&mut self, now: Instant, no: LegNo) {
        let leg = &self.legs[no];
        let Some(((branch, _), cseq)) = leg.client.clone() else { return };
        if leg.cancelled {
            return;
        }
        // RFC 3261 §9.1: the same Request-URI, Via, Call-ID, To, From and CSeq number as the INVITE's. A
        // re-INVITE is not cancelled here.
        let to = leg.remote.clone();
        let request = Writer::request("CANCEL", &leg.target)
            .header("Via", self.via(&branch))
            .header("Max-Forwards", 70)
            .header("From", format_args!("{};tag={}", leg.local, leg.local_tag))
            .header("To", to)
            .header("Call-ID", &leg.call_id)
            .header("CSeq", format_args!("{cseq} CANCEL"))
            .empty();
        self.legs[no].cancelled = true;
        self.start_client(now, (branch, "CANCEL".to_owned()), Some(no), request);
    }

    pub(super) fn bye(&mut self, now: Instant, no: LegNo) {
        let key = (self.new_branch(), "BYE".to_owned());
        let (request, _) = self.request(no, "BYE", &key.0);
        self.start_client(now, key, Some(no), request.empty());
        self.over(no, 200, true);
    }

    pub(super) fn over(&mut self, no: LegNo, status: u16, by_us: bool) {
        let leg = &mut self.legs[no];
        if !leg.is_over() {
            leg.state = LegState::Over { status, by_us };
        }
        leg.success = None;
        leg.reinvite = None;
    }

    /// The leg is answered: what its manner says happens next is set going.
    pub(super) fn connected(&mut self, now: Instant, no: LegNo) {
        let leg = &mut self.legs[no];
        leg.state = LegState::Connected;
        leg.answered = Some(now);
        let manner = leg.manner;
        if let Some(after) = manner.hangs_up {
            self.set(now + after, Timer::Act(no, Act::HangUp));
        }
        if let Some((after, length)) = manner.holds {
            self.set(now + after, Timer::Act(no, Act::Hold));
            self.set(now + after + length, Timer::Act(no, Act::Resume));
        }
        self.start_speaking(now, no);
    }

    pub(super) fn resend_success(&mut self, now: Instant, no: LegNo) {
        let Some(success) = self.legs.get_mut(no).and_then(|leg| leg.success.as_mut()) else { return };
        success.wait = (success.wait * 2).min(super::T2);
        let (data, next) = (success.data.clone(), now + success.wait);
        if next <= success.until {
            self.set(next, Timer::ResendSuccess(no));
        }
        self.send(data);
    }

    /// RFC 3261 §13.3.1.4: no ACK for 64·T1: the dialog is confirmed and ended with a BYE.
    pub(super) fn ack_missed(&mut self, now: Instant, no: LegNo) {
        let missed = self
            .legs
            .get(no)
            .and_then(|leg| leg.success.as_ref())
            .is_some_and(|success| now >= success.until);
        if missed && self.legs[no].state == LegState::Connected {
            self.bye(now, no);
        }
    }

    pub(super) fn await_ack(&mut self, now: Instant, no: LegNo, cseq: u32, data: Bytes) {
        let until = now + T64;
        self.legs[no].success = Some(Success { cseq, data, wait: T1, until });
        self.set(now + T1, Timer::ResendSuccess(no));
        self.set(until, Timer::AckMissed(no));
    }

    pub(super) fn start_speaking(&mut self, now: Instant, no: LegNo) {
        if self.sound && !self.legs[no].ear.speaking {
            self.legs[no].ear.speaking = true;
            self.set(now, Timer::Speak(no));
        }
    }

    pub(super) fn speak(&mut self, now: Instant, no: LegNo) {
        let mouth = self.mouth;
        let Some(leg) = self.legs.get_mut(no) else { return };
        if leg.is_over() {
            return;
        }
        let tone = mouth.tone(no);
        if let (true, Some(to)) = (leg.session.sends(), leg.session.remote) {
            let data = leg.ear.next_frame(leg.session.payload, tone);
            let from = leg.session.local;
            self.out.push_back(super::Out::Rtp { from, to, data });
        }
        self.set(now + Duration::from_millis(20), Timer::Speak(no));
    }
}
