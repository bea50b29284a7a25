//! Where RTP may go: what a peer's SDP must not name. Whoever relays media sends packets for others, so an address
//! that only this host can reach would be reached through it (CWE-918; for TURN servers CVE-2020-26262).
//!
//! Not known here: this host's other addresses than the one it advertises, and which networks lie behind it.

use std::net::{IpAddr, SocketAddr};

/// The bounds of what a peer may name. Our own address tells what kind of network this is: a node on loopback (a
/// demonstration, a test) serves peers on loopback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// Our address as peers see it.
    pub address: IpAddr,
    /// Our first RTP port.
    pub rtp_min: u16,
    /// Our last.
    pub rtp_max: u16,
    /// Our SIP port.
    pub sip: u16,
}

impl Reach {
    /// Whether RTP may be sent to `remote`. The unspecified address of an old hold (RFC 2543) passes: nothing is
    /// sent to it.
    pub fn allows(&self, remote: SocketAddr) -> bool {
        let (theirs, ours) = (remote.ip().to_canonical(), self.address.to_canonical());
        let is_near =
            (theirs.is_loopback() && !ours.is_loopback()) || (is_link_local(theirs) && !is_link_local(ours));
        // All of 127.0.0.0/8 is this host.
        let is_us = theirs == ours || (theirs.is_loopback() && ours.is_loopback());
        let is_taken = (self.rtp_min..=self.rtp_max).contains(&remote.port()) || remote.port() == self.sip;
        !(is_group(theirs) || is_near || (is_us && is_taken))
    }
}

/// A group or a broadcast, which no peer of ours can be.
fn is_group(address: IpAddr) -> bool {
    address.is_multicast() || matches!(address, IpAddr::V4(v4) if v4.is_broadcast())
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, refused: &[&str], taken: &[&str]) {
        let reach = Reach { address: address.parse().unwrap(), rtp_min: 10_000, rtp_max: 19_999, sip: 5060 };
        for (list, wanted) in [(refused, false), (taken, true)] {
            for remote in list {
                assert_eq!(reach.allows(remote.parse().unwrap()), wanted, "{address} → {remote}");
            }
        }
    }

    #[test]
    fn a_peer_names_neither_our_ports_nor_what_only_this_host_can_reach() {
        check(
            "192.0.2.1",
            &[
                "127.0.0.1:4000",
                "127.9.9.9:4000",
                "[::1]:4000",
                "[::ffff:127.0.0.1]:4000",
                "169.254.169.254:80",
                "[fe80::1]:4000",
                "224.0.0.1:4000",
                "[ff02::1]:4000",
                "255.255.255.255:4000",
                "192.0.2.1:10000",
                "192.0.2.1:10001",
                "192.0.2.1:19999",
                "192.0.2.1:5060",
                "[::ffff:192.0.2.1]:10000",
            ],
            &[
                "192.0.2.1:4000",
                "192.0.2.2:10000",
                "10.0.0.1:5060",
                "[2001:db8::1]:10000",
                // The hold of RFC 2543.
                "0.0.0.0:4000",
                "[::]:4000",
            ],
        );
    }

    #[test]
    fn a_node_on_loopback_serves_loopback_but_never_itself() {
        check(
            "127.0.0.1",
            &["127.0.0.1:10000", "127.0.0.2:10000", "[::1]:10000", "127.0.0.1:5060", "169.254.0.1:4000"],
            &["127.0.0.1:4000", "127.0.0.2:4000", "192.0.2.1:10000"],
        );
        check("169.254.0.1", &["127.0.0.1:4000", "169.254.0.1:10000"], &["169.254.0.2:10000"]);
    }
}
