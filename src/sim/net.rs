//! A UDP network that can be as bad as a seed wants it: delay, loss, duplication, reordering, per link.
//!
//! It does not corrupt datagrams (UDP's checksum turns corruption into loss) and does not fragment them.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::stdx::{Instant, Rng};

/// How one link treats datagrams.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Link {
    /// Shortest delay.
    pub delay_min: Duration,
    /// Longest delay of a datagram that is not held back.
    pub delay_max: Duration,
    /// Lost, in thousandths.
    pub loss: u32,
    /// Delivered twice, in thousandths.
    pub duplicated: u32,
    /// Held back so that later ones overtake it, in thousandths.
    pub reordered: u32,
    /// Nothing passes at all.
    pub cut: bool,
}

impl Link {
    /// A local network: 1 ms, nothing lost.
    pub const GOOD: Self = Self {
        delay_min: Duration::from_millis(1),
        delay_max: Duration::from_millis(1),
        loss: 0,
        duplicated: 0,
        reordered: 0,
        cut: false,
    };

    /// A tenth of everything is lost, a twentieth comes twice, a twentieth late.
    pub const BAD: Self = Self {
        delay_min: Duration::from_millis(1),
        delay_max: Duration::from_millis(40),
        loss: 100,
        duplicated: 50,
        reordered: 50,
        cut: false,
    };
}

/// The network between the node and everybody else. A link is named by the far end's address.
#[derive(Debug)]
pub(crate) struct Net {
    rng: Rng,
    usual: Link,
    links: BTreeMap<IpAddr, Link>,
}

/// How long a datagram that is held back waits at most, beyond the usual delay.
const HELD_BACK: Duration = Duration::from_millis(300);

impl Net {
    pub(crate) fn new(rng: Rng, usual: Link) -> Self {
        Self { rng, usual, links: BTreeMap::new() }
    }

    /// Makes one peer's link different from the usual one.
    pub(crate) fn set_link(&mut self, peer: IpAddr, link: Link) {
        self.links.insert(peer, link);
    }

    /// Makes every link `link`, those set one by one included.
    pub(crate) fn set_all(&mut self, link: Link) {
        self.usual = link;
        self.links.clear();
    }

    /// When a datagram sent now over the link of `peer` arrives: never, once, or twice.
    pub(crate) fn arrivals(&mut self, now: Instant, peer: IpAddr) -> [Option<Instant>; 2] {
        let link = self.links.get(&peer).copied().unwrap_or(self.usual);
        if link.cut || self.rng.chance(link.loss) {
            return [None, None];
        }
        let first = now + self.delay(&link);
        let second = self.rng.chance(link.duplicated).then(|| now + self.delay(&link));
        [Some(first), second]
    }

    fn delay(&mut self, link: &Link) -> Duration {
        let nanos = |d: Duration| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX);
        let span = nanos(link.delay_max.saturating_sub(link.delay_min));
        let mut delay = link.delay_min + Duration::from_nanos(self.rng.below(span.saturating_add(1)));
        if self.rng.chance(link.reordered) {
            delay += Duration::from_nanos(self.rng.below(nanos(HELD_BACK)));
        }
        delay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn share(link: Link, counts: impl Fn(&[Option<Instant>; 2]) -> bool) -> usize {
        let mut net = Net::new(Rng::from_seed(1), link);
        (0..10_000).filter(|_| counts(&net.arrivals(Instant::ZERO, PEER))).count()
    }

    #[test]
    fn a_bad_link_loses_and_doubles_about_what_it_says() {
        let lost = share(Link::BAD, |a| a[0].is_none());
        let doubled = share(Link::BAD, |a| a[1].is_some());
        let late = share(Link::BAD, |a| a[0].is_some_and(|at| at > Instant::from_millis(40)));
        assert!((900..1100).contains(&lost), "{lost}");
        assert!((350..550).contains(&doubled), "{doubled}");
        assert!((300..500).contains(&late), "{late}");
    }

    #[test]
    fn a_cut_link_lets_nothing_through_and_a_good_one_everything_in_order() {
        assert_eq!(share(Link { cut: true, ..Link::GOOD }, |a| a[0].is_some()), 0);
        assert_eq!(share(Link::GOOD, |a| *a == [Some(Instant::from_millis(1)), None]), 10_000);
    }
}
