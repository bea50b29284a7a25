//! A simple phone's session description: G.711 and keys, one audio stream, RFC 3264 directions.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// Which way sound flows, as its owner sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// It sends and does not listen: it holds the other.
    SendOnly,
    /// It listens: it is held.
    RecvOnly,
    /// Nothing flows.
    Inactive,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    fn listens(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    fn of(sends: bool, listens: bool) -> Self {
        match (sends, listens) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// The answer to an offer (RFC 3264 §6.1): what the other sends we may hear, and the other way round.
    fn answered(self, own: Self) -> Self {
        Self::of(self.listens() && own.sends(), self.sends() && own.listens())
    }
}

/// One side's view of a session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Where this side listens.
    pub(crate) local: SocketAddr,
    /// What this side wants: `SendOnly` while it holds.
    pub(crate) wanted: Direction,
    /// What was agreed.
    pub(crate) agreed: Direction,
    /// Where the far side listens, once it has said so.
    pub(crate) remote: Option<SocketAddr>,
    /// Payload type to send: 8 A-law, 0 µ-law.
    pub(crate) payload: u8,
    /// What the far side's last description said of its direction.
    pub(crate) theirs: Direction,
    version: u32,
    last_remote_version: Option<u64>,
    /// The far side's `o=` version went down: RFC 3264 §8.
    pub(crate) version_fault: bool,
}

impl Session {
    pub(crate) fn new(local: SocketAddr) -> Self {
        Self {
            local,
            wanted: Direction::SendRecv,
            agreed: Direction::SendRecv,
            remote: None,
            payload: 8,
            theirs: Direction::SendRecv,
            version: 0,
            last_remote_version: None,
            version_fault: false,
        }
    }

    /// An offer of what is wanted.
    pub(crate) fn offer(&mut self) -> String {
        self.version += 1;
        self.print(self.wanted, "8 0 101")
    }

    /// Takes an offer in and answers it.
    pub(crate) fn answer_to(&mut self, offer: &str) -> String {
        self.take(offer);
        self.agreed = self.theirs.answered(self.wanted);
        self.version += 1;
        let codecs = if self.payload == 8 { "8 101" } else { "0 101" };
        self.print(self.agreed, codecs)
    }

    /// Takes the answer to our offer in.
    pub(crate) fn take_answer(&mut self, answer: &str) {
        self.take(answer);
        self.agreed = Direction::of(
            self.wanted.sends() && self.theirs.listens(),
            self.wanted.listens() && self.theirs.sends(),
        );
    }

    /// Whether frames leave this side now.
    pub(crate) fn sends(&self) -> bool {
        self.remote.is_some() && self.agreed.sends()
    }

    fn take(&mut self, sdp: &str) {
        let mut address: Option<IpAddr> = None;
        let mut port = None;
        self.theirs = Direction::SendRecv;
        for line in sdp.lines() {
            if let Some(rest) = line.strip_prefix("c=") {
                address = rest.split(' ').nth(2).and_then(|ip| ip.parse().ok());
            } else if let Some(rest) = line.strip_prefix("m=audio ") {
                let mut words = rest.split(' ');
                port = words.next().and_then(|p| p.parse::<u16>().ok());
                let mut formats = words.skip(1);
                self.payload = formats
                    .find_map(|f| match f {
                        "8" => Some(8),
                        "0" => Some(0),
                        _ => None,
                    })
                    .unwrap_or(8);
            } else if let Some(rest) = line.strip_prefix("o=") {
                let version = rest.split(' ').nth(2).and_then(|v| v.parse::<u64>().ok());
                self.version_fault |= version < self.last_remote_version;
                self.last_remote_version = version;
            } else {
                self.theirs = match line {
                    "a=sendonly" => Direction::SendOnly,
                    "a=recvonly" => Direction::RecvOnly,
                    "a=inactive" => Direction::Inactive,
                    _ => self.theirs,
                };
            }
        }
        self.remote = match (address, port) {
            (Some(ip), Some(port)) if port != 0 => Some(SocketAddr::new(ip, port)),
            _ => None,
        };
    }

    fn print(&self, direction: Direction, codecs: &str) -> String {
        let (ip, port) = (self.local.ip(), self.local.port());
        let kind = if ip.is_ipv4() { "IP4" } else { "IP6" };
        let mut sdp = format!(
            "v=0\r\no=- {port} {} IN {kind} {ip}\r\ns=-\r\nc=IN {kind} {ip}\r\nt=0 0\r\n",
            self.version
        );
        // Writing to a String cannot fail.
        let _ = write!(sdp, "m=audio {port} RTP/AVP {codecs}\r\n");
        for codec in codecs.split(' ') {
            let _ = match codec {
                "8" => write!(sdp, "a=rtpmap:8 PCMA/8000\r\n"),
                "0" => write!(sdp, "a=rtpmap:0 PCMU/8000\r\n"),
                _ => write!(sdp, "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"),
            };
        }
        let _ = write!(sdp, "a=ptime:20\r\na={}\r\n", direction.name());
        sdp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_side_answers_that_it_only_listens() {
        let mut agent = Session::new("10.0.0.1:4000".parse().unwrap());
        let mut caller = Session::new("10.0.0.2:4000".parse().unwrap());
        agent.wanted = Direction::SendOnly;
        let answer = caller.answer_to(&agent.offer());
        agent.take_answer(&answer);
        assert_eq!((caller.agreed, agent.agreed), (Direction::RecvOnly, Direction::SendOnly));
        assert_eq!(caller.remote, Some("10.0.0.1:4000".parse().unwrap()));
        assert!(!caller.sends() && agent.sends());
    }
}
