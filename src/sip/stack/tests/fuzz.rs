//! Any datagram: the stack neither panics nor leaks.

use proptest::prelude::*;

use super::super::Event;
use super::changes::scripted_call;
use super::*;

/// A valid message of a kind, to be spoiled.
fn seed_message(kind: usize, tag: &str, n: u32) -> String {
    let methods =
        ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "INFO", "PRACK", "UPDATE", "NOTIFY"];
    let method = methods[kind % methods.len()];
    let to_tag = if kind < methods.len() { tag } else { "" };
    let more = "Contact: <sip:a@10.0.0.3>;expires=60, *\nContent-Type: application/sdp\nRequire: 100rel\n\
                RAck: 1 1 INVITE\nRecord-Route: <sip:10.0.0.3;lr>\nAuthorization: Digest username=\"a1\", \
                realm=\"tongjie\", nonce=\"00000000ff\", uri=\"sip:a\", response=\"00\", qop=auth, nc=1, cnonce=\"c\"\n";
    request(
        &format!("{method} sip:12345@10.0.0.1"),
        &format!("f{n}"),
        to_tag,
        &format!("{n} {method}"),
        more,
        "v=0\n",
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..20)) {
        let mut w = World::new(1);
        let now = w.now;
        for data in datagrams {
            w.at(0).handle_datagram(now, addr(2), data.into());
        }
    }

    #[test]
    fn spoiled_messages_into_a_live_call_never_panic_or_leak(
        spoils in prop::collection::vec(
            (0usize..20, 1u32..9, prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 0..4)),
            1..25,
        ),
        trusted in any::<bool>(),
    ) {
        let mut w = World::new(1);
        let (dialog, tag) = scripted_call(&mut w);
        let now = w.now;
        w.at(0).reinvite(now, dialog, sdp());
        if !trusted {
            w.at(0).set_trusted(vec![]);
        }
        for (kind, n, edits) in spoils {
            let mut data = seed_message(kind, &tag, n).replace('\n', "\r\n").into_bytes();
            for (at, byte, what) in edits {
                if data.is_empty() {
                    break;
                }
                let at = at.index(data.len());
                match what {
                    0 => data[at] = byte,
                    1 => { data.remove(at); }
                    2 => data.insert(at, byte),
                    _ => data.truncate(at.max(1)),
                }
            }
            let now = w.now;
            w.at(0).handle_datagram(now, addr(2), data.into());
            w.run_ms(37);
            while let Some(event) = w.events[0].pop_front() {
                let now = w.now;
                match event {
                    Event::Invited { dialog, .. } => w.at(0).accept(now, dialog, sdp(), &[("X", "y")]),
                    Event::Reinvited { dialog, .. } => w.at(0).answer_reinvite(now, dialog, Ok(sdp())),
                    _ => {}
                }
            }
        }
        let now = w.now;
        w.at(0).bye(now, dialog, None);
        w.run_ms(200_000);
        while let Some(event) = w.events[0].pop_front() {
            if let Event::Acked { dialog, .. } = event {
                let now = w.now;
                w.at(0).bye(now, dialog, None);
            }
        }
        w.no_leaks();
    }
}
