//! Messages on a stream, one after another: RFC 3261 §18.3, §7.5; keep-alives of RFC 5626 §4.4.1.

use bytes::{Bytes, BytesMut};

use super::error::{ParseError, Reason};
use super::limits::STREAM_MESSAGE_MAX;
use super::message::Message;
use super::parse;

/// Cuts a stream into messages. Holds at most one message and what arrived behind it.
#[derive(Debug, Default)]
pub struct Framer {
    buf: BytesMut,
    /// Bytes in which the end of the head has been looked for in vain.
    searched: usize,
    /// The length of the message at the front, once its head is complete.
    len: Option<usize>,
}

/// What came off the stream.
#[expect(
    clippy::large_enum_variant,
    reason = "made once a message and moved once; boxing would allocate each time"
)]
#[derive(Debug)]
pub enum Frame {
    /// A message, or why what was framed as one is none; the stream goes on.
    Message(Result<Message, ParseError>),
    /// A keep-alive request (double CRLF); answer with one CRLF.
    Ping,
    /// A keep-alive answer (single CRLF).
    Pong,
}

impl Framer {
    /// A framer with nothing in it.
    pub fn new() -> Framer {
        Framer::default()
    }

    /// Takes what arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// The next frame, if one is complete. An error means that the stream cannot be cut any further and must
    /// be closed.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, ParseError> {
        if self.searched == 0
            && let Some(frame) = self.keep_alive()
        {
            return Ok(frame);
        }
        let Some(len) = self.frame_len()? else { return Ok(None) };
        if self.buf.len() < len {
            return Ok(None);
        }
        let frame = self.buf.split_to(len).freeze();
        (self.searched, self.len) = (0, None);
        Ok(Some(Frame::Message(parse::framed(frame))))
    }

    /// `Some` when line ends stand at the front: a keep-alive, or `None` in it while one may be coming.
    fn keep_alive(&mut self) -> Option<Option<Frame>> {
        let (len, frame) = match self.buf.as_ref() {
            [b'\r', b'\n', b'\r', b'\n', ..] => (4, Frame::Ping),
            [b'\r'] | [b'\r', b'\n', b'\r'] => return Some(None),
            [b'\r', b'\n', ..] => (2, Frame::Pong),
            _ => return None,
        };
        drop(self.buf.split_to(len));
        Some(Some(frame))
    }

    fn frame_len(&mut self) -> Result<Option<usize>, ParseError> {
        if self.len.is_none() {
            let from = self.searched.saturating_sub(3);
            let found = memchr::memmem::find(self.buf.get(from..).unwrap_or_default(), b"\r\n\r\n");
            let Some(at) = found else {
                self.searched = self.buf.len();
                return if self.buf.len() > STREAM_MESSAGE_MAX { Err(too_large()) } else { Ok(None) };
            };
            let head_len = from + at + 4;
            let head = Bytes::copy_from_slice(self.buf.get(..head_len).unwrap_or_default());
            let len = head_len.saturating_add(parse::declared_len(head)?);
            if len > STREAM_MESSAGE_MAX {
                return Err(too_large());
            }
            self.len = Some(len);
        }
        Ok(self.len)
    }
}

fn too_large() -> ParseError {
    ParseError { at: STREAM_MESSAGE_MAX, reason: Reason::MessageTooLarge, partial: None }
}
