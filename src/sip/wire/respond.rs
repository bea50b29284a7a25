//! Answering a request: which of its headers go into the response (RFC 3261 §8.2.6.2, §12.1.1, §18.2.1;
//! RFC 3581 §4).

use std::net::{IpAddr, SocketAddr};

use super::header::HeaderName;
use super::header::via::Via;
use super::lexer::is_token;
use super::message::Message;
use super::method::Method;
use super::status::Status;
use super::writer::{Draft, Encode, Sink, Writer};

impl Writer {
    /// Starts a response to `request`: every Via in order, From, To, Call-ID, CSeq, and Record-Route where
    /// the response may create a dialog.
    ///
    /// `to_tag` is added to a To that has none, except in a 100. `source` is where the request came from:
    /// it is written into the top Via (`received`, `rport`), over whatever stood there.
    pub fn respond(
        &mut self,
        request: &Message,
        status: Status,
        to_tag: Option<&[u8]>,
        source: Option<SocketAddr>,
    ) -> Draft<'_> {
        self.respond_saying(request, status, None, to_tag, source)
    }

    /// The same with a reason phrase of one's own.
    pub fn respond_saying(
        &mut self,
        request: &Message,
        status: Status,
        reason: Option<&str>,
        to_tag: Option<&[u8]>,
        source: Option<SocketAddr>,
    ) -> Draft<'_> {
        let mut draft = self.response(status, reason);
        vias(&mut draft, request, source);
        if keeps_record_route(request, status) {
            draft.copy(request, HeaderName::RecordRoute);
        }
        draft.copy(request, HeaderName::From);
        let adds_tag = status != Status::TRYING && request.to_tag().is_none();
        match request.raw_line(HeaderName::To) {
            Some(to) if adds_tag => draft.header(HeaderName::To, Tagged { value: to, tag: to_tag }),
            _ => draft.copy(request, HeaderName::To),
        };
        draft.copy(request, HeaderName::CallId).copy(request, HeaderName::CSeq);
        if status == Status::TRYING {
            // RFC 3261 §8.2.6.1.
            draft.copy(request, HeaderName::Timestamp);
        }
        draft
    }
}

/// RFC 3261 §12.1.1 for the 2xx; provisional responses with a tag create early dialogs (§13.3.1.1).
fn keeps_record_route(request: &Message, status: Status) -> bool {
    status != Status::TRYING
        && status.code() < 300
        && request.method().as_ref().is_some_and(Method::creates_dialog)
}

fn vias(draft: &mut Draft<'_>, request: &Message, source: Option<SocketAddr>) {
    let mut stamp = source;
    for value in request.values(HeaderName::Via) {
        match stamp.take().zip(Via::parse(value)) {
            Some((source, via)) => draft.header(HeaderName::Via, Stamped { via, source }),
            None => draft.header(HeaderName::Via, value),
        };
    }
}

/// A To with our tag.
struct Tagged<'a> {
    value: &'a [u8],
    tag: Option<&'a [u8]>,
}

impl Encode for Tagged<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push(self.value);
        if let Some(tag) = self.tag {
            out.push(b";tag=");
            out.push_filtered(tag, is_token);
        }
    }
}

/// The top Via with the address the request really came from.
struct Stamped<'a> {
    via: Via<'a>,
    source: SocketAddr,
}

impl Encode for Stamped<'_> {
    fn encode(&self, out: &mut Sink<'_>) {
        let ip = self.source.ip().to_canonical();
        self.via.encode_sent_by(out);
        let mut wants_port = false;
        for param in self.via.params.iter() {
            if param.name.eq_ignore_ascii_case(b"rport") {
                wants_port = true;
            } else if !param.name.eq_ignore_ascii_case(b"received") {
                out.push(b";");
                out.push(param.name);
                if let Some(value) = param.value {
                    out.push(b"=");
                    out.push(value);
                }
            }
        }
        // RFC 3581 §4: with rport, received is written even where it equals the sent-by.
        if wants_port || self.via.host.ip() != Some(ip) {
            out.push(b";received=");
            match ip {
                IpAddr::V4(ip) => out.push_ipv4(ip),
                IpAddr::V6(ip) => out.push_fmt(format_args!("{ip}")),
            }
        }
        if wants_port {
            out.push(b";rport=");
            out.push_number(u32::from(self.source.port()));
        }
    }
}
