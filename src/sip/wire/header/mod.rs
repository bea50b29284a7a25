//! Headers: their names, and one file for each typed header. A file holds the value's type, its reading
//! (`parse`), its writing (`Encode`), and the [`Message`] methods that reach it.
//!
//! Typed values borrow from the message and are read on each call; nothing is cached. A header that may be
//! absent is `Result<Option<…>>`: absent and malformed are different answers.

pub mod authorization;
pub mod call_id;
pub mod contact;
pub mod content;
pub mod cseq;
pub mod date;
mod digest_params;
pub mod diversion;
pub mod expires;
pub mod from_to;
pub mod history_info;
pub mod max_forwards;
pub mod name;
pub mod option_tags;
pub mod p_asserted_identity;
pub mod p_called_party_id;
pub mod privacy;
pub mod reason;
pub mod refer_to;
pub mod reliable;
pub mod replaces;
pub mod retry_after;
pub mod route;
pub mod session_expires;
pub mod via;
pub mod www_authenticate;

pub use authorization::Credentials;
pub use contact::Contact;
pub use cseq::CSeq;
pub use name::HeaderName;
pub use via::{OwnVia, Via};
pub use www_authenticate::Challenge;

use super::error::{ParseError, Reason};
use super::limits::VIAS_MAX;
use super::message::Noted;
use super::{Fault, HeaderError, Message};

impl Message {
    /// Whether the headers that routing and dialogs stand on can be read: Request-URI, Via, From, To, Call-ID,
    /// CSeq, Max-Forwards, Contact, Route, Record-Route. What else is malformed concerns who asks for it.
    pub fn validate(&self) -> Result<(), ParseError> {
        self.read_headers().map(drop)
    }

    /// The same, for a message that is to be worked with: what was read is noted, so that [`Message::from_tag`],
    /// [`Message::to_tag`] and [`Message::branch`] need not read it again.
    pub fn checked(mut self) -> Result<Message, ParseError> {
        self.noted = Some(self.read_headers()?);
        Ok(self)
    }

    fn read_headers(&self) -> Result<Noted, ParseError> {
        if self.is_request() && self.uri().is_none() {
            return Err(self.refuse(0, Reason::RequestUri));
        }
        if self.values(HeaderName::Via).nth(VIAS_MAX).is_some() {
            return Err(self.refuse(0, Reason::TooManyVias));
        }
        self.check_headers().map_err(|fault| {
            let at = self.lines_of(fault.name).next().map_or(0, |line| line.at);
            let reason = match fault.fault {
                Fault::Missing => Reason::Missing(fault.name),
                Fault::Syntax | Fault::Range => Reason::BadHeader(fault.name),
            };
            self.refuse(at, reason)
        })
    }

    fn check_headers(&self) -> Result<Noted, HeaderError> {
        let mut vias = self.vias();
        let branch = vias.next().transpose()?.and_then(|via| self.span_of(via.branch()?));
        vias.try_for_each(|via| via.map(drop))?;
        let from_tag = self.from()?.tag().and_then(|tag| self.span_of(tag));
        let to_tag = self.to()?.tag().and_then(|tag| self.span_of(tag));
        self.call_id()?;
        self.cseq()?;
        self.max_forwards()?;
        self.contacts().try_for_each(|contact| contact.map(drop))?;
        self.routes().try_for_each(|route| route.map(drop))?;
        self.record_routes().try_for_each(|route| route.map(drop))?;
        Ok(Noted { from_tag, to_tag, branch })
    }

    fn refuse(&self, at: usize, reason: Reason) -> ParseError {
        ParseError { at, reason, partial: self.is_request().then(|| Box::new(self.clone())) }
    }
}
