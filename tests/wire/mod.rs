//! The wire layer from outside: torture messages, another parser's opinion, properties, allocations.

mod allocation;
mod differential;
mod ipv6;
mod properties;
mod torture;

use bytes::Bytes;
use tongjie::sip::wire::{Message, ParseError};

/// The text with the line ends of the wire.
fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn parse(bytes: &[u8]) -> Result<Message, ParseError> {
    Message::parse(Bytes::copy_from_slice(bytes))
}
