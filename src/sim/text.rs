//! SIP text as the simulated peers read and write it: an independent, plain and slow opinion on RFC 3261 §7.
//!
//! Every message a peer reads has passed the real parser first (`world` sees to it); this reader then makes of
//! it what a simple phone would. It knows compact names (RFC 3261 §7.3.3) and folding, and nothing of URIs
//! beyond what the peers need.

use std::fmt::Write as _;
use std::rc::Rc;

use bytes::Bytes;

/// A message, taken apart into lines.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Text {
    pub(crate) start: Start,
    /// Lower-case long names, and values without the space around them, in order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// The first line.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Start {
    Request { method: String, uri: String },
    Response { status: u16, reason: String },
}

/// A datagram with the text in it, if it is any.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    pub(crate) data: Bytes,
    pub(crate) text: Option<Rc<Text>>,
}

impl Packet {
    pub(crate) fn new(data: Bytes) -> Self {
        let text = Text::read(&data).map(Rc::new);
        Self { data, text }
    }
}

impl Text {
    /// Reads a datagram; `None` if a simple phone would make nothing of it.
    pub(crate) fn read(data: &[u8]) -> Option<Self> {
        let whole = String::from_utf8_lossy(data);
        let (head, body) = whole.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let start = Start::read(lines.next()?)?;
        let mut headers: Vec<(String, String)> = Vec::with_capacity(16);
        for line in lines {
            if line.starts_with([' ', '\t']) {
                let (_, value) = headers.last_mut()?;
                value.push(' ');
                value.push_str(line.trim());
            } else {
                let (name, value) = line.split_once(':')?;
                headers.push((long_name(name.trim()), value.trim().to_owned()));
            }
        }
        Some(Self { start, headers, body: body.to_owned() })
    }

    pub(crate) fn method(&self) -> Option<&str> {
        match &self.start {
            Start::Request { method, .. } => Some(method),
            Start::Response { .. } => None,
        }
    }

    pub(crate) fn uri(&self) -> &str {
        match &self.start {
            Start::Request { uri, .. } => uri,
            Start::Response { .. } => "",
        }
    }

    pub(crate) fn status(&self) -> Option<u16> {
        match &self.start {
            Start::Response { status, .. } => Some(*status),
            Start::Request { .. } => None,
        }
    }

    /// The first value of a header, by its lower-case long name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Every value of a header, a line each.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub(crate) fn call_id(&self) -> &str {
        self.get("call-id").unwrap_or_default()
    }

    pub(crate) fn cseq(&self) -> (u32, &str) {
        let (number, method) = self.get("cseq").unwrap_or_default().split_once(' ').unwrap_or_default();
        (number.parse().unwrap_or(0), method.trim())
    }

    #[expect(clippy::wrong_self_convention, reason = "the standard's name for it")]
    pub(crate) fn from_tag(&self) -> &str {
        parameter(self.get("from").unwrap_or_default(), "tag").unwrap_or_default()
    }

    pub(crate) fn to_tag(&self) -> Option<&str> {
        parameter(self.get("to").unwrap_or_default(), "tag")
    }

    /// The top Via's branch.
    pub(crate) fn branch(&self) -> &str {
        parameter(self.via(), "branch").unwrap_or_default()
    }

    /// The top Via.
    pub(crate) fn via(&self) -> &str {
        let line = self.get("via").unwrap_or_default();
        line.split(',').next().unwrap_or(line).trim()
    }

    /// What a branch and a method name: a transaction (RFC 3261 §17.1.3). ACK goes with its INVITE.
    pub(crate) fn transaction(&self) -> (String, String) {
        let method = match self.method() {
            Some("ACK") => "INVITE",
            Some(method) => method,
            None => self.cseq().1,
        };
        (self.branch().to_owned(), method.to_owned())
    }

    /// One line for a ladder.
    pub(crate) fn title(&self) -> String {
        match &self.start {
            Start::Request { method, uri } => format!("{method} {uri}"),
            Start::Response { status, reason } => format!("{status} {reason} ({})", self.cseq().1),
        }
    }
}

impl Start {
    fn read(line: &str) -> Option<Self> {
        if let Some(rest) = line.strip_prefix("SIP/2.0 ") {
            let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
            return Some(Self::Response { status: status.parse().ok()?, reason: reason.to_owned() });
        }
        let mut words = line.split(' ');
        let (method, uri, version) = (words.next()?, words.next()?, words.next()?);
        (version == "SIP/2.0" && words.next().is_none())
            .then(|| Self::Request { method: method.to_owned(), uri: uri.to_owned() })
    }
}

fn long_name(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let long = match lower.as_str() {
        "v" => "via",
        "f" => "from",
        "t" => "to",
        "i" => "call-id",
        "m" => "contact",
        "l" => "content-length",
        "c" => "content-type",
        "k" => "supported",
        "s" => "subject",
        "e" => "content-encoding",
        _ => return lower,
    };
    long.to_owned()
}

/// A parameter of a header value, outside `<…>` and quotes.
pub(crate) fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let outside = value.rsplit_once('>').map_or(value, |(_, rest)| rest);
    outside.split(';').skip(1).find_map(|p| {
        let (n, v) = p.split_once('=').unwrap_or((p, ""));
        n.trim().eq_ignore_ascii_case(name).then(|| v.trim())
    })
}

/// The URI of a name-addr or addr-spec.
pub(crate) fn uri_of(value: &str) -> &str {
    match value.split_once('<') {
        Some((_, rest)) => rest.split_once('>').map_or(rest, |(uri, _)| uri),
        None => value.split(';').next().unwrap_or(value).trim(),
    }
}

/// The user part of a SIP URI, or the number of a `tel:` URI.
pub(crate) fn user_of(uri: &str) -> &str {
    let rest = uri.split_once(':').map_or(uri, |(_, rest)| rest);
    let user = rest.split_once('@').map_or(rest, |(user, _)| user);
    user.split(';').next().unwrap_or(user)
}

/// A message being written.
#[derive(Debug)]
pub(crate) struct Writer(String);

impl Writer {
    pub(crate) fn request(method: &str, uri: &str) -> Self {
        Self(format!("{method} {uri} SIP/2.0\r\n"))
    }

    pub(crate) fn response(status: u16) -> Self {
        Self(format!("SIP/2.0 {status} {}\r\n", reason(status)))
    }

    pub(crate) fn header(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{name}: {value}\r\n");
        self
    }

    /// Each value a line.
    pub(crate) fn lines<'a>(mut self, name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        for value in values {
            self = self.header(name, value);
        }
        self
    }

    /// Ends the message without a body.
    pub(crate) fn empty(self) -> Bytes {
        Bytes::from(self.header("Content-Length", 0).0 + "\r\n")
    }

    /// Ends the message with an SDP body; an empty one means none.
    pub(crate) fn sdp(self, body: &str) -> Bytes {
        if body.is_empty() {
            return self.empty();
        }
        let head = self.header("Content-Type", "application/sdp").header("Content-Length", body.len()).0;
        Bytes::from(head + "\r\n" + body)
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        183 => "Session Progress",
        200 => "OK",
        404 => "Not Found",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        491 => "Request Pending",
        500 => "Server Internal Error",
        503 => "Service Unavailable",
        600 => "Busy Everywhere",
        603 => "Decline",
        _ => "Whatever",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folded_compact_message_reads_like_any_other() {
        let raw = b"BYE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z9hG4bK1\r\nf: \"x;tag=no\" <sip:c@d;tag=no>\r\n ;tag=yes\r\nt: <sip:a@b>\r\ni: 7\r\nCSeq: 3 BYE\r\n\r\n";
        let text = Text::read(raw).unwrap();
        assert_eq!(text.transaction(), ("z9hG4bK1".into(), "BYE".into()));
        assert_eq!(
            (text.from_tag(), text.to_tag(), text.cseq(), text.call_id()),
            ("yes", None, (3, "BYE"), "7")
        );
    }

    #[test]
    fn what_the_writer_writes_the_reader_reads() {
        let data =
            Writer::request("INVITE", "sip:12319@10.0.0.1").header("From", "<sip:1@2>;tag=q").sdp("v=0\r\n");
        let text = Text::read(&data).unwrap();
        assert_eq!(
            (text.method(), user_of(text.uri()), text.body.as_str()),
            (Some("INVITE"), "12319", "v=0\r\n")
        );
        assert_eq!(uri_of(text.get("from").unwrap()), "sip:1@2");
    }
}
