//! Require, Supported, Unsupported, Proxy-Require and Allow: lists of tokens (RFC 3261 §20.5, §20.29, §20.32,
//! §20.37, §20.40).

use crate::sip::wire::lexer::is_token;
use crate::sip::wire::{HeaderName, Message, Method};

impl Message {
    /// The tokens of a list header, empty elements left out (an empty Supported is legal).
    pub fn tokens(&self, name: HeaderName) -> impl Iterator<Item = &[u8]> {
        self.values(name).filter(|v| !v.is_empty() && v.iter().all(|&b| is_token(b)))
    }

    /// Whether the list header holds the token; case does not count.
    pub fn lists(&self, name: HeaderName, token: &str) -> bool {
        self.tokens(name).any(|t| t.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// Whether the option tag is in Require or Supported (RFC 3261 §19.2).
    pub fn supports(&self, option: &str) -> bool {
        self.lists(HeaderName::Supported, option) || self.lists(HeaderName::Require, option)
    }

    /// Whether Allow lists the method; `None` without an Allow.
    pub fn allows(&self, method: Method) -> Option<bool> {
        if !self.has(HeaderName::Allow) {
            return None;
        }
        Some(self.tokens(HeaderName::Allow).any(|t| t == method.as_bytes()))
    }
}
