//! A peer's answers: server transactions, RFC 3261 §17.2, and what requests mean for a leg.

use std::time::Duration;

use bytes::Bytes;

use super::leg::{Leg, LegNo, LegState, Wish};
use super::manner::Manner;
use super::{Act, T1, T2, T64, Timer, TxKey, Ua};
use crate::sim::text::{Text, Writer, uri_of};
use crate::stdx::Instant;

/// One request received.
#[derive(Debug)]
pub(crate) struct Server {
    request: Text,
    /// The last answer, to be repeated when the request is.
    last: Option<Bytes>,
    /// A refused INVITE waits for its ACK; the time between repetitions.
    refusing: Option<Duration>,
}

impl Ua {
    pub(super) fn handle_request(&mut self, now: Instant, text: &Text) {
        let key = text.transaction();
        let method = text.method().unwrap_or_default();
        if method == "ACK" {
            self.handle_ack(now, &key, text);
            return;
        }
        if let Some(server) = self.servers.get(&key) {
            if let Some(last) = server.last.clone() {
                self.send(last);
            }
            return;
        }
        if self.manner.silent {
            return;
        }
        let server = Server { request: text.clone(), last: None, refusing: None };
        self.servers.insert(key.clone(), server);
        let leg = self.by_call_id.get(text.call_id()).copied();
        match (method, leg, text.to_tag()) {
            ("INVITE", None, None) => self.handle_invite(now, key, text),
            ("CANCEL", _, _) => self.handle_cancel(now, key, text),
            ("OPTIONS", _, None) => self.respond(now, &key, 200, "", ""),
            (_, Some(no), Some(_)) if self.belongs(no, text) => self.handle_in_dialog(now, no, key, text),
            _ => self.respond(now, &key, 481, "", ""),
        }
    }

    fn belongs(&self, no: LegNo, text: &Text) -> bool {
        let leg = &self.legs[no];
        text.to_tag() == Some(&leg.local_tag) && Some(text.from_tag()) == leg.remote_tag.as_deref()
    }

    fn handle_invite(&mut self, now: Instant, key: TxKey, text: &Text) {
        let port = self.new_port();
        let (local, remote) = (text.get("to").unwrap_or_default(), text.get("from").unwrap_or_default());
        let remote_uri = format!("<{}>", uri_of(remote));
        let mut leg: Leg = self.new_leg(text.call_id().to_owned(), local.to_owned(), remote_uri, port);
        leg.state = LegState::Ringing;
        leg.remote_tag = Some(text.from_tag().to_owned());
        leg.remote_cseq = text.cseq().0;
        uri_of(text.get("contact").unwrap_or_default()).clone_into(&mut leg.target);
        leg.server = Some(key);
        leg.invite = Some(text.clone());
        if let Some(talk) = self.temper {
            leg.manner = Manner::random(&mut self.rng, talk);
        }
        let manner = leg.manner;
        let no = self.legs.len();
        self.legs.push(leg);
        self.by_call_id.insert(text.call_id().to_owned(), no);
        if let Some(after) = manner.rings {
            self.set(now + after, Timer::Act(no, Act::Ring));
        }
        if let Some((after, act)) = manner.then {
            self.set(now + after, Timer::Act(no, act));
        }
    }

    /// Gives an answer to the INVITE under way on this leg.
    pub(super) fn answer_invite(&mut self, now: Instant, no: LegNo, status: u16) {
        let Some(key) = self.legs[no].server.clone() else { return };
        let tag = self.legs[no].local_tag.clone();
        if status < 200 {
            self.respond(now, &key, status, "", &tag);
            return;
        }
        self.legs[no].server = None;
        if status >= 300 {
            self.respond(now, &key, status, "", &tag);
            self.over(no, status, true);
            return;
        }
        let Some(request) = self.servers.get(&key).map(|server| server.request.clone()) else { return };
        let sdp = self.legs[no].session.answer_to(&request.body);
        self.respond(now, &key, status, &sdp, &tag);
        if let Some(data) = self.servers.get(&key).and_then(|server| server.last.clone()) {
            self.await_ack(now, no, request.cseq().0, data);
        }
        if self.legs[no].state == LegState::Ringing {
            self.connected(now, no);
        }
    }

    fn handle_in_dialog(&mut self, now: Instant, no: LegNo, key: TxKey, text: &Text) {
        let tag = self.legs[no].local_tag.clone();
        let leg = &mut self.legs[no];
        let (cseq, method) = text.cseq();
        if cseq <= leg.remote_cseq && leg.remote_cseq != 0 {
            // RFC 3261 §12.2.2: out of order.
            self.respond(now, &key, 500, "", &tag);
            return;
        }
        leg.remote_cseq = cseq;
        match (method, leg.state) {
            ("BYE", LegState::Over { .. }) => self.respond(now, &key, 200, "", &tag),
            ("BYE", _) => {
                let pending = leg.server.take();
                leg.goodbye = Some(text.clone());
                self.respond(now, &key, 200, "", &tag);
                if let Some(invite) = pending {
                    self.respond(now, &invite, 487, "", &tag);
                }
                self.over(no, 200, false);
            }
            ("INVITE", LegState::Connected) => {
                if leg.client.is_some() {
                    self.respond(now, &key, 491, "", &tag);
                } else {
                    leg.server = Some(key);
                    self.answer_invite(now, no, 200);
                }
            }
            ("INFO" | "OPTIONS" | "UPDATE", LegState::Connected) => self.respond(now, &key, 200, "", &tag),
            _ => self.respond(now, &key, 481, "", &tag),
        }
    }

    fn handle_cancel(&mut self, now: Instant, key: TxKey, text: &Text) {
        let invite = (key.0.clone(), "INVITE".to_owned());
        let leg = self.by_call_id.get(text.call_id()).copied();
        let known = self.servers.contains_key(&invite);
        self.respond(now, &key, if known { 200 } else { 481 }, "", "");
        let Some(no) = leg.filter(|&no| self.legs[no].server.as_ref() == Some(&invite)) else { return };
        self.legs[no].server = None;
        let tag = self.legs[no].local_tag.clone();
        self.respond(now, &invite, 487, "", &tag);
        if self.legs[no].state == LegState::Ringing {
            self.over(no, 487, false);
        }
    }

    fn handle_ack(&mut self, now: Instant, key: &TxKey, text: &Text) {
        if let Some(server) = self.servers.get_mut(key)
            && server.refusing.take().is_some()
        {
            return;
        }
        let Some(&no) = self.by_call_id.get(text.call_id()) else { return };
        let leg = &mut self.legs[no];
        if leg.success.as_ref().is_some_and(|success| success.cseq == text.cseq().0) {
            leg.success = None;
            if leg.wish == Wish::HangUp && leg.state == LegState::Connected {
                self.bye(now, no);
            }
        }
    }

    /// Writes an answer from the request, as RFC 3261 §8.2.6 says. An empty `tag` means a fresh one.
    fn respond(&mut self, now: Instant, key: &TxKey, status: u16, sdp: &str, tag: &str) {
        let fresh = self.token();
        let contact = self.contact();
        let Some(server) = self.servers.get_mut(key) else { return };
        let request = &server.request;
        let to = request.get("to").unwrap_or_default();
        let to = match (request.to_tag(), tag) {
            (Some(_), _) => to.to_owned(),
            (None, "") => format!("{to};tag={fresh}"),
            (None, tag) => format!("{to};tag={tag}"),
        };
        let data = Writer::response(status)
            .lines("Via", request.all("via"))
            .header("From", request.get("from").unwrap_or_default())
            .header("To", to)
            .header("Call-ID", request.call_id())
            .header("CSeq", request.get("cseq").unwrap_or_default())
            .header("Contact", contact)
            .sdp(sdp);
        server.last = Some(data.clone());
        let invite = key.1 == "INVITE";
        if invite && status >= 300 {
            server.refusing = Some(T1);
            self.set(now + T1, Timer::ResendFinal(key.clone()));
        }
        if status >= 200 {
            self.set(now + T64, Timer::Forget(key.clone()));
        }
        self.send(data);
    }

    /// Timer G.
    pub(super) fn resend_final(&mut self, now: Instant, key: &TxKey) {
        let Some(server) = self.servers.get_mut(key) else { return };
        let (Some(wait), Some(data)) = (server.refusing.as_mut(), server.last.clone()) else { return };
        *wait = (*wait * 2).min(T2);
        let next = now + *wait;
        self.set(next, Timer::ResendFinal(key.clone()));
        self.send(data);
    }
}
