//! Messages framed on a stream.

use super::framing::{Frame, Framer};
use super::*;

#[test]
fn messages_are_cut_wherever_the_stream_is() {
    let mut stream = b"\r\n\r\n".to_vec();
    for body in ["", "abc", "v=0\r\n\r\nx"] {
        let mut one = with(&format!("Content-Length: {}\r\n", body.len()));
        one.extend_from_slice(body.as_bytes());
        stream.extend(one);
    }
    stream.extend_from_slice(b"\r\n");
    for step in [1, 2, 7, 100, stream.len()] {
        let mut framer = Framer::new();
        let mut bodies = Vec::new();
        let (mut pings, mut pongs) = (0, 0);
        for chunk in stream.chunks(step) {
            framer.push(chunk);
            while let Some(frame) = framer.next_frame().unwrap() {
                match frame {
                    Frame::Message(m) => bodies.push(m.unwrap().body().to_vec()),
                    Frame::Ping => pings += 1,
                    Frame::Pong => pongs += 1,
                }
            }
        }
        assert_eq!(bodies, [&b""[..], b"abc", b"v=0\r\n\r\nx"], "step {step}");
        // One byte at a time a double CRLF cannot be told from two single ones.
        assert!(pings == 1 && pongs == 1 || pongs == 3, "step {step}: {pings} {pongs}");
    }
}

#[test]
fn a_stream_that_cannot_be_cut_is_an_error() {
    let reason = |bytes: &[u8]| {
        let mut framer = Framer::new();
        framer.push(bytes);
        framer.next_frame().map(|f| f.is_some()).map_err(|e| e.reason)
    };
    assert_eq!(reason(&with("")), Err(Reason::NoContentLength));
    assert_eq!(reason(&with("Content-Length: x\r\n")), Err(Reason::BadContentLength));
    assert_eq!(reason(&with("Content-Length: 9999999\r\n")), Err(Reason::MessageTooLarge));
    assert_eq!(reason(&vec![b'a'; limits::STREAM_MESSAGE_MAX + 1]), Err(Reason::MessageTooLarge));
    assert_eq!(reason(&with("Content-Length: 3\r\n")), Ok(false));
}
