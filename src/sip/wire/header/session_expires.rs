//! Session-Expires and Min-SE: session timers (RFC 4028 §4, §5).

use crate::sip::wire::lexer::Lexer;
use crate::sip::wire::params::Params;
use crate::sip::wire::writer::{Encode, Sink};
use crate::sip::wire::{HeaderError, HeaderName, Message};

/// Session-Expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionExpires {
    /// Seconds until the session counts as dead.
    pub seconds: u32,
    /// Who refreshes it.
    pub refresher: Option<Refresher>,
}

/// Who refreshes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresher {
    /// Who sent the request.
    Uac,
    /// Who answers it.
    Uas,
}

impl SessionExpires {
    /// A whole header value. A refresher we do not know reads as none.
    pub fn parse(value: &[u8]) -> Option<SessionExpires> {
        let (seconds, params) = delta_with_params(value)?;
        let refresher = params.value("refresher").and_then(|who| {
            if who.eq_ignore_ascii_case(b"uac") {
                Some(Refresher::Uac)
            } else if who.eq_ignore_ascii_case(b"uas") {
                Some(Refresher::Uas)
            } else {
                None
            }
        });
        Some(SessionExpires { seconds, refresher })
    }
}

/// `delta-seconds *( SEMI generic-param )`.
pub(super) fn delta_with_params(value: &[u8]) -> Option<(u32, Params<'_>)> {
    let mut lexer = Lexer::new(value);
    let seconds = lexer.number()?;
    let params = Params::lex_header(&mut lexer)?;
    lexer.at_end().then_some((seconds, params))
}

impl Encode for SessionExpires {
    fn encode(&self, out: &mut Sink<'_>) {
        out.push_number(self.seconds);
        match self.refresher {
            Some(Refresher::Uac) => out.push(b";refresher=uac"),
            Some(Refresher::Uas) => out.push(b";refresher=uas"),
            None => {}
        }
    }
}

impl Message {
    /// Session-Expires.
    pub fn session_expires(&self) -> Result<Option<SessionExpires>, HeaderError> {
        self.optional(HeaderName::SessionExpires, SessionExpires::parse)
    }

    /// Min-SE in seconds.
    pub fn min_se(&self) -> Result<Option<u32>, HeaderError> {
        self.optional(HeaderName::MinSe, |value| delta_with_params(value).map(|(seconds, _)| seconds))
    }
}
