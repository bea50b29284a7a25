//! Many calls over a bad network: by seed, nothing is left and nobody is told twice.

use super::super::{DialogKey, Event};
use super::*;

/// Random calls between the two stacks; what each key was told last.
#[derive(Default)]
struct Ledger {
    told: BTreeMap<(usize, DialogKey), &'static str>,
    open: Vec<(usize, DialogKey)>,
}

impl Ledger {
    fn note(&mut self, n: usize, dialog: DialogKey, terminal: Option<&'static str>) {
        let earlier = self.told.get(&(n, dialog)).copied();
        assert_eq!(earlier, None, "{terminal:?} after {earlier:?}");
        if let Some(name) = terminal {
            self.told.insert((n, dialog), name);
            self.open.retain(|known| *known != (n, dialog));
        }
    }
}

fn play(seed: u64) -> Vec<(SocketAddr, Bytes)> {
    let mut w = World::new(seed);
    (w.loss, w.twice, w.jitter) = (100, 50, 300);
    let mut ledger = Ledger::default();
    let mut dice = Rng::from_seed(seed ^ 77);
    let mut calls = 0;
    while calls < 15 || !ledger.open.is_empty() {
        if calls < 15 && dice.chance(300) {
            calls += 1;
            let n = usize::try_from(dice.below(2)).unwrap();
            let now = w.now;
            let key = w.at(n).invite(now, invite(addr(u8::try_from(1 - n).unwrap()))).unwrap();
            ledger.open.push((n, key));
        }
        for (n, key) in ledger.open.clone() {
            let now = w.now;
            match dice.below(if calls < 15 { 100 } else { 40 }) {
                0 => w.at(n).bye(now, key, None),
                1 => w.at(n).cancel(now, key, None),
                2 => w.at(n).reinvite(now, key, sdp()),
                _ => {}
            }
        }
        w.run_ms(100);
        for n in [0, 1] {
            while let Some(event) = w.events[n].pop_front() {
                react(&mut w, &mut ledger, &mut dice, n, event);
            }
        }
        assert!(w.now < Instant::from_millis(3_600_000), "calls that never end: {:?}", ledger.open);
    }
    w.no_leaks();
    w.nothing_more();
    check_numbers(&w.log);
    w.log
}

fn react(w: &mut World, ledger: &mut Ledger, dice: &mut Rng, n: usize, event: Event) {
    let now = w.now;
    match event {
        Event::Invited { dialog, .. } => {
            ledger.note(n, dialog, None);
            match dice.below(8) {
                0 => {
                    w.at(n).refuse(now, dialog, 486, &[]);
                    ledger.note(n, dialog, Some("refused"));
                }
                1 => {
                    ledger.open.push((n, dialog));
                    w.at(n).provisional(now, dialog, 180, None, &[]);
                }
                _ => {
                    ledger.open.push((n, dialog));
                    w.at(n).accept(now, dialog, sdp(), &[]);
                }
            }
        }
        Event::Reinvited { dialog, .. } => {
            ledger.note(n, dialog, None);
            let answer = if dice.chance(200) { Err(488) } else { Ok(sdp()) };
            w.at(n).answer_reinvite(now, dialog, answer);
        }
        Event::Acked { dialog, .. }
        | Event::Progress { dialog, .. }
        | Event::Answered { dialog, .. }
        | Event::ReinviteAnswered { dialog, .. }
        | Event::ReinviteFailed { dialog, .. }
        | Event::Info { dialog, .. } => ledger.note(n, dialog, None),
        Event::Cancelled { dialog, .. } => ledger.note(n, dialog, Some("cancelled")),
        Event::AckMissing { dialog } => ledger.note(n, dialog, Some("ack missing")),
        Event::Failed { dialog, .. } => ledger.note(n, dialog, Some("failed")),
        Event::ByeReceived { dialog, .. } => ledger.note(n, dialog, Some("bye")),
        Event::PeerGone { dialog } => ledger.note(n, dialog, Some("gone")),
        Event::Ended { dialog } => ledger.note(n, dialog, Some("ended")),
        other => panic!("{other:?}"),
    }
}

/// CSeq rises strictly in each direction of a dialog, and what is sent again is the same.
fn check_numbers(log: &[(SocketAddr, Bytes)]) {
    let mut last: BTreeMap<(Vec<u8>, Vec<u8>), u32> = BTreeMap::new();
    let mut by_branch: BTreeMap<(Vec<u8>, String), Bytes> = BTreeMap::new();
    for (_, data) in log {
        let message = Message::parse(data.clone()).unwrap();
        let Some(method) = message.method() else { continue };
        let branch = message.via().unwrap().branch().unwrap().to_vec();
        if let Some(first) = by_branch.insert((branch, method.to_string()), data.clone()) {
            assert_eq!(first, *data);
            continue;
        }
        if matches!(method.as_str(), "ACK" | "CANCEL") {
            continue;
        }
        let tag = message.from().unwrap().tag().unwrap().to_vec();
        let seq = message.cseq().unwrap().seq;
        let before = last.insert((message.call_id().unwrap().to_vec(), tag), seq);
        assert!(before.is_none_or(|before| before < seq));
    }
}

#[test]
fn under_loss_repetition_and_reordering_every_call_ends_once_and_nothing_is_left() {
    for seed in 0..60 {
        play(seed);
    }
}

#[test]
fn the_same_seed_sends_the_same_bytes() {
    assert_eq!(play(1000), play(1000));
}

#[test]
fn cancel_and_answer_at_any_distance_give_487_or_bye_and_never_both() {
    for seed in 0..200 {
        let mut w = World::new(seed);
        (w.jitter, w.loss) = (60, 50);
        let now = w.now;
        let ours = w.at(0).invite(now, invite(addr(1))).unwrap();
        let mut dice = Rng::from_seed(seed);
        let cancel_at = dice.below(150);
        for ms in 0..150 {
            w.run_ms(1);
            let now = w.now;
            if ms == cancel_at {
                w.at(0).cancel(now, ours, None);
            }
            while let Some(event) = w.events[1].pop_front() {
                if let Event::Invited { dialog, .. } = event {
                    w.at(1).accept(now, dialog, sdp(), &[]);
                }
            }
        }
        w.run_ms(60_000);
        for n in [0, 1] {
            while let Some(event) = w.events[n].pop_front() {
                if let Event::Invited { dialog, .. } = event {
                    let now = w.now;
                    w.at(n).accept(now, dialog, sdp(), &[]);
                }
            }
        }
        w.settle();
        w.no_leaks();
        let accepted = |data: &Bytes| {
            let message = Message::parse(data.clone()).unwrap();
            data.starts_with(b"SIP/2.0 200")
                && message.cseq().unwrap().method == crate::sip::wire::Method::Invite
        };
        let answered = w.log.iter().any(|(_, data)| accepted(data));
        let (refused, byes) = (w.count("SIP/2.0 487"), w.count("BYE"));
        assert!(refused == 0 || byes == 0, "seed {seed}: {refused} refusals, {byes} BYEs");
        assert!(!answered || byes > 0, "seed {seed}: answered and never released");
    }
}

#[test]
fn an_answer_no_dialog_can_be_made_of_ends_the_invitation() {
    let mut w = World::new(11);
    let now = w.now;
    let ours = w.at(0).invite(now, invite(addr(2))).unwrap();
    w.run_ms(20);
    let hops = "Record-Route: <sip:10.0.0.9;lr>\n".repeat(17);
    let ok = response(&w.mail(), "200 OK", "t", &format!("Contact: <sip:10.0.0.3>\n{hops}"));
    w.peer_sends(2, 0, &ok);
    w.run_ms(20);
    w.at(0).cancel(now, ours, None);
    w.settle();
    assert!(matches!(w.event(0), Event::Failed { dialog, .. } if dialog == ours));
    w.nothing_more();
    w.no_leaks();
}
