//! Unit tests of the wire layer: structure, limits, URIs, typed headers, writing. The RFC torture messages and
//! the properties stand in `tests/wire/`.

mod limits_hold;
mod streams;
mod structure;
mod typed;
mod uris;
mod words;
mod writing;

use bytes::Bytes;

use super::header::contact::Contact;
use super::header::content::ContentType;
use super::header::date::SipDate;
use super::header::diversion::Diversion;
use super::header::history_info::HistoryEntry;
use super::header::privacy::Privacy;
use super::header::reason::{OwnReason, ReasonValue};
use super::header::refer_to::embedded_replaces;
use super::header::reliable::RAck;
use super::header::replaces::Replaces;
use super::header::session_expires::{Refresher, SessionExpires};
use super::header::{CSeq, Challenge, Credentials, OwnVia, Via};
use super::lexer::{List, quoted_len};
use super::*;

/// A request with these header lines added to the ones it must have.
fn with(lines: &str) -> Vec<u8> {
    format!(
        "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:f@h>;tag=1\r\n\
         To: <sip:t@h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n{lines}\r\n"
    )
    .into_bytes()
}

#[track_caller]
fn parsed(bytes: impl Into<Vec<u8>>) -> Message {
    Message::parse(Bytes::from(bytes.into())).unwrap()
}

#[track_caller]
fn refused(bytes: impl Into<Vec<u8>>) -> ParseError {
    Message::parse(Bytes::from(bytes.into())).unwrap_err()
}

/// The lines make the message fail with `reason`, at the first byte of `at`.
#[track_caller]
fn check_refused(lines: &str, reason: Reason, at: &str) {
    let bytes = with(lines);
    let position = String::from_utf8(bytes.clone()).unwrap().find(at).unwrap();
    let error = refused(bytes);
    assert_eq!((error.reason, error.at), (reason, position));
}
