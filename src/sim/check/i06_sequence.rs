//! 6: CSeq strictly rises per direction; a retransmission is the same bytes; a response goes where its request
//! came from (RFC 3261 §12.2.1.1, §17.1, §17.2, §18.2.2 with RFC 3581).

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Book, Checker, Seen, Verdict, Violation};

#[derive(Debug, Default)]
pub(crate) struct Sequence {
    /// Call-ID and From tag → the last CSeq of ours.
    last: BTreeMap<(String, String), u32>,
    /// Branch and method → the bytes of our request.
    requests: BTreeMap<(String, String), Vec<u8>>,
    /// Branch and method → our final answer.
    finals: BTreeMap<(String, String), Vec<u8>>,
    /// Branch and method → where the request came from.
    sources: BTreeMap<(String, String), SocketAddr>,
}

fn key(text: &super::super::text::Text) -> (String, String) {
    (text.branch().to_owned(), text.cseq().1.to_owned())
}

impl Checker for Sequence {
    fn see(&mut self, _book: &Book, seen: &Seen<'_>) -> Verdict {
        match seen {
            Seen::In { from, text, .. } if text.method().is_some() => {
                self.sources.insert(key(text), *from);
                Ok(())
            }
            Seen::Out { text, data, .. } if text.method().is_some() => self.request(text, data),
            Seen::Out { to, text, data } => self.response(*to, text, data),
            _ => Ok(()),
        }
    }
}

impl Sequence {
    fn request(&mut self, text: &super::super::text::Text, data: &[u8]) -> Verdict {
        if let Some(before) = self.requests.get(&key(text)) {
            return if before == data {
                Ok(())
            } else {
                let what = format!("a repeated {} is not the same bytes", text.cseq().1);
                Err(Violation::of_leg(6, text.call_id(), what))
            };
        }
        self.requests.insert(key(text), data.to_vec());
        let (cseq, method) = text.cseq();
        if matches!(method, "ACK" | "CANCEL") {
            return Ok(());
        }
        let direction = (text.call_id().to_owned(), text.from_tag().to_owned());
        match self.last.insert(direction, cseq) {
            Some(last) if last >= cseq => {
                Err(Violation::of_leg(6, text.call_id(), format!("CSeq {cseq} {method} after {last}")))
            }
            _ => Ok(()),
        }
    }

    fn response(&mut self, to: SocketAddr, text: &super::super::text::Text, data: &[u8]) -> Verdict {
        let key = key(text);
        match self.sources.get(&key) {
            Some(source) if *source == to => {}
            Some(source) => {
                let what = format!("a response went to {to}, its request came from {source}");
                return Err(Violation::of_leg(6, text.call_id(), what));
            }
            None => {
                let what = format!("a response to {to} that nobody asked for: {}", text.title());
                return Err(Violation::of_leg(6, text.call_id(), what));
            }
        }
        if text.status() < Some(200) {
            return Ok(());
        }
        match self.finals.get(&key) {
            // Two different finals are invariant 1's matter.
            Some(before) if !same(before, data) && status_of(before) == status_of(data) => {
                let (before, data) = (String::from_utf8_lossy(before), String::from_utf8_lossy(data));
                let what = format!("a repeated answer to {} is not the same bytes:\n{before}{data}", key.1);
                Err(Violation::of_leg(6, text.call_id(), what))
            }
            Some(_) => Ok(()),
            None => {
                self.finals.insert(key, data.to_vec());
                Ok(())
            }
        }
    }
}

/// The same bytes; but a challenge may be made without a transaction (RFC 3261 §8.2.7, §26.3.2.4), and then
/// its nonces are new.
fn same(before: &[u8], data: &[u8]) -> bool {
    let without_nonces = |data: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(data);
        text.split("\r\n").filter(|l| !l.starts_with("WWW-Authenticate:")).map(str::to_owned).collect()
    };
    before == data || (status_of(data) == Some(b"401") && without_nonces(before) == without_nonces(data))
}

fn status_of(data: &[u8]) -> Option<&[u8]> {
    data.get(8..11)
}
