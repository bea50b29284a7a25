//! A peer's requests: client transactions, RFC 3261 §17.1, and what their answers mean for a leg.

use std::time::Duration;

use bytes::Bytes;

use super::leg::{LegNo, LegState, Wish};
use super::{T1, T2, T64, Timer, TxKey, Ua};
use crate::sim::text::{Text, Writer, uri_of};
use crate::stdx::Instant;

/// One request under way.
#[derive(Debug)]
pub(crate) struct Client {
    leg: Option<LegNo>,
    request: Bytes,
    wait: Duration,
    /// A provisional answer came (INVITE: no more repetitions).
    proceeding: bool,
    /// The final answer came; for a refused INVITE the ACK, to be repeated.
    done: Option<Bytes>,
}

impl Ua {
    pub(super) fn start_client(&mut self, now: Instant, key: TxKey, leg: Option<LegNo>, request: Bytes) {
        self.send(request.clone());
        self.set(now + T1, Timer::Resend(key.clone()));
        self.set(now + T64, Timer::GiveUp(key.clone()));
        self.clients.insert(key, Client { leg, request, wait: T1, proceeding: false, done: None });
    }

    /// Timers A and E: A doubles without bound and ends with the first provisional answer, E stops at T2.
    pub(super) fn resend(&mut self, now: Instant, key: &TxKey) {
        let Some(client) = self.clients.get_mut(key) else { return };
        let invite = key.1 == "INVITE";
        if client.done.is_some() || (invite && client.proceeding) {
            return;
        }
        client.wait = match (invite, client.proceeding) {
            (true, _) => client.wait * 2,
            (false, true) => T2,
            (false, false) => (client.wait * 2).min(T2),
        };
        let (data, wait) = (client.request.clone(), client.wait);
        self.set(now + wait, Timer::Resend(key.clone()));
        self.send(data);
    }

    /// Timers B and F, and the end of D and K.
    pub(super) fn give_up(&mut self, now: Instant, key: &TxKey) {
        let Some(client) = self.clients.get(key) else { return };
        let leg = client.leg;
        let cancelled = leg.and_then(|no| self.legs.get(no)).is_some_and(|leg| leg.cancelled);
        if client.done.is_none() && key.1 == "INVITE" && client.proceeding && !cancelled {
            // A call may ring longer than 32 s; only without any answer is it given up.
            self.set(now + T64, Timer::GiveUp(key.clone()));
            return;
        }
        let done = client.done.is_some();
        self.clients.remove(key);
        if !done {
            self.concluded(now, key, leg, 408, None);
        }
    }

    pub(super) fn handle_response(&mut self, now: Instant, text: &Text) {
        let key = text.transaction();
        let status = text.status().unwrap_or(0);
        if key.1 == "INVITE" && (200..300).contains(&status) {
            self.handle_success(now, &key, text);
            return;
        }
        let Some(client) = self.clients.get_mut(&key) else { return };
        if let Some(ack) = &client.done {
            // The final answer again: our ACK was lost.
            if key.1 == "INVITE" && status >= 300 && !ack.is_empty() {
                let ack = ack.clone();
                self.send(ack);
            }
            return;
        }
        let leg = client.leg;
        if status < 200 {
            client.proceeding = true;
            if let (Some(no), "INVITE") = (leg, key.1.as_str()) {
                self.provisional(now, no, status, text);
            }
            return;
        }
        let ack = if key.1 == "INVITE" { self.ack_refusal(&key, text) } else { Bytes::new() };
        if !ack.is_empty() {
            self.send(ack.clone());
        }
        if let Some(client) = self.clients.get_mut(&key) {
            client.done = Some(ack);
        }
        self.set(now + T64, Timer::GiveUp(key.clone()));
        self.concluded(now, &key, leg, status, Some(text));
    }

    fn provisional(&mut self, now: Instant, no: LegNo, status: u16, text: &Text) {
        let leg = &mut self.legs[no];
        if leg.heard.last() != Some(&status) {
            leg.heard.push(status);
        }
        if let LegState::Calling { early } = &mut leg.state {
            *early = true;
            if !text.body.is_empty() {
                leg.session.take_answer(&text.body);
                self.start_speaking(now, no);
            }
            if self.legs[no].wish == Wish::HangUp {
                self.cancel(now, no);
            }
        }
    }

    /// RFC 3261 §13.2.2.4: every 2xx, repeated or late, gets an ACK from the core.
    fn handle_success(&mut self, now: Instant, key: &TxKey, text: &Text) {
        let Some(&no) = self.by_call_id.get(text.call_id()) else { return };
        let cseq = text.cseq().0;
        if let Some((acked, ack)) = &self.legs[no].ack
            && *acked == cseq
        {
            let ack = ack.clone();
            self.send(ack);
            return;
        }
        if self.legs[no].client.as_ref().is_none_or(|(_, own)| *own != cseq) {
            return;
        }
        if let Some(client) = self.clients.get_mut(key) {
            client.done = Some(Bytes::new());
        }
        self.set(now + T64, Timer::GiveUp(key.clone()));
        let leg = &mut self.legs[no];
        leg.heard.push(text.status().unwrap_or(200));
        leg.client = None;
        leg.remote_tag = text.to_tag().map(str::to_owned);
        if let Some(contact) = text.get("contact") {
            uri_of(contact).clone_into(&mut leg.target);
        }
        leg.session.take_answer(&text.body);
        let ack = self.ack_success(no, cseq);
        self.legs[no].ack = Some((cseq, ack.clone()));
        self.send(ack);
        match (self.legs[no].state, self.legs[no].wish) {
            (LegState::Calling { .. }, Wish::None) => self.connected(now, no),
            // CANCEL and 200 crossed, or the 200 came when the call was already given up.
            (LegState::Calling { .. } | LegState::Over { .. }, _) => {
                self.legs[no].state = LegState::Connected;
                self.bye(now, no);
            }
            (LegState::Connected | LegState::Ringing, _) => {}
        }
    }

    fn ack_success(&mut self, no: LegNo, cseq: u32) -> Bytes {
        let branch = self.new_branch();
        let before = self.legs[no].cseq;
        self.legs[no].cseq = cseq.wrapping_sub(1);
        let (ack, _) = self.request(no, "ACK", &branch);
        self.legs[no].cseq = before;
        ack.empty()
    }

    /// RFC 3261 §17.1.1.3: the INVITE's Request-URI and Via, the response's To.
    fn ack_refusal(&self, key: &TxKey, text: &Text) -> Bytes {
        let Some(invite) = self.clients.get(key).and_then(|client| Text::read(&client.request)) else {
            return Bytes::new();
        };
        Writer::request("ACK", invite.uri())
            .header("Via", self.via(&key.0))
            .header("Max-Forwards", 70)
            .header("From", invite.get("from").unwrap_or_default())
            .header("To", text.get("to").unwrap_or_default())
            .header("Call-ID", invite.call_id())
            .header("CSeq", format_args!("{} ACK", invite.cseq().0))
            .empty()
    }

    /// A transaction is over: refused, given up (408), or a non-INVITE that succeeded.
    fn concluded(&mut self, now: Instant, key: &TxKey, leg: Option<LegNo>, status: u16, text: Option<&Text>) {
        match (key.1.as_str(), leg) {
            ("REGISTER", _) => self.registered(now, status, text),
            ("INVITE", Some(no)) => self.refused(now, no, key, status),
            // Without a word to the CANCEL and to the INVITE the call is over (RFC 3261 §9.1).
            ("CANCEL" | "BYE", Some(_)) => {}
            (method, _) => self.strays.push((method.to_owned(), status)),
        }
    }

    fn refused(&mut self, now: Instant, no: LegNo, key: &TxKey, status: u16) {
        let leg = &mut self.legs[no];
        if leg.client.as_ref().is_none_or(|(own, _)| own != key) {
            return;
        }
        leg.client = None;
        match leg.state {
            LegState::Calling { .. } => {
                leg.heard.push(status);
                let by_us = leg.wish == Wish::HangUp;
                self.over(no, status, by_us);
            }
            LegState::Connected => match status {
                // RFC 3261 §14.1: who owns the Call-ID waits 2.1–4 s, the other 0–2 s.
                491 => {
                    leg.reinvite = Some(leg.session.wanted);
                    let we_called = leg.we_called;
                    let ms = self.rng.below(190) * 10;
                    let wait = Duration::from_millis(if we_called { 2100 + ms } else { ms });
                    self.set(now + wait, Timer::Glare(no));
                }
                // RFC 3261 §12.2.1.2: the dialog is gone.
                408 | 481 => self.bye(now, no),
                _ => {}
            },
            LegState::Ringing | LegState::Over { .. } => {}
        }
    }

    /// A request for a dialog that nobody has.
    pub(crate) fn stray(&mut self, now: Instant, method: &str) {
        let key = (self.new_branch(), method.to_owned());
        let (from, to) = (self.token(), self.token());
        let request = Writer::request(method, &format!("sip:nobody@{}", self.node))
            .header("Via", self.via(&key.0))
            .header("Max-Forwards", 70)
            .header("From", format_args!("<sip:stray@{}>;tag={from}", self.addr))
            .header("To", format_args!("<sip:nobody@{}>;tag={to}", self.node))
            .header("Call-ID", self.token())
            .header("CSeq", format_args!("1 {method}"))
            .header("Contact", self.contact())
            .empty();
        self.start_client(now, key, None, request);
    }
}
