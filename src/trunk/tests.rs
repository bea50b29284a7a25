//! Trunks by table: what is told, and what an operator would see.

use super::*;

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 5060))
}

fn trunk(id: &str, addresses: &[u8], ping: Option<u64>) -> TrunkSettings {
    TrunkSettings {
        id: TrunkId::new(id),
        addresses: addresses.iter().map(|last| address(*last)).collect(),
        capacity: None,
        ping: ping.map(Duration::from_secs),
    }
}

struct Bench {
    trunks: Trunks,
    now: Instant,
    /// The last ping to each address.
    pings: BTreeMap<SocketAddr, u32>,
}

impl Bench {
    fn new(settings: Vec<TrunkSettings>) -> Self {
        let now = Instant::from_millis(1_000);
        let mut trunks = Trunks::new();
        trunks.set_plan(now, settings, 1);
        Self { trunks, now, pings: BTreeMap::new() }
    }

    /// Lets time pass; nobody answers. Tells what came out, with the seconds passed.
    fn pass(&mut self, ms: u64) -> String {
        let (begin, end) = (self.now, self.now + Duration::from_millis(ms));
        let mut told = Vec::new();
        while let Some(at) = self.trunks.poll_timeout().filter(|at| *at <= end) {
            assert!(at >= self.now || told.is_empty(), "time only moves on");
            self.now = self.now.max(at);
            self.trunks.handle_timeout(self.now);
            let after = (self.now - begin).as_millis();
            told.extend(self.outputs().into_iter().map(|output| format!("{after} {output}")));
        }
        self.now = end;
        told.join(", ")
    }

    fn outputs(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        while let Some(output) = self.trunks.poll_output() {
            told.push(match output {
                Output::Ping { address, ping, .. } => {
                    self.pings.insert(address, ping);
                    format!("ping .{}", address.to_string().split(['.', ':']).nth(3).unwrap())
                }
                Output::Changed { trunk, up } => format!("{trunk} {}", if up { "up" } else { "down" }),
            });
        }
        told
    }

    fn pong(&mut self, last: u8, answer: Answer) -> String {
        let ping = self.pings[&address(last)];
        let trunk = self.trunk_of(last);
        self.trunks.handle_pong(self.now, &trunk, address(last), ping, answer);
        self.outputs().join(", ")
    }

    fn call(&mut self, last: u8, answer: Answer) -> String {
        let trunk = self.trunk_of(last);
        self.trunks.handle_call_answer(self.now, &trunk, address(last), answer);
        self.outputs().join(", ")
    }

    fn trunk_of(&self, last: u8) -> TrunkId {
        let has = |view: &TrunkView| view.addresses.iter().any(|a| a.address == address(last));
        self.trunks.views().find(has).unwrap().trunk
    }

    fn up(&self, id: &str) -> bool {
        self.trunks.views().find(|view| view.trunk.as_str() == id).unwrap().up
    }

    fn attempt(&self, order: &str, tried: &[(&str, u8)]) -> Result<(String, u8), NoWay> {
        let order: Vec<TrunkId> = order.split_whitespace().map(TrunkId::new).collect();
        let tried: Vec<Attempt> = tried
            .iter()
            .map(|(id, last)| Attempt { trunk: TrunkId::new(id), address: address(*last) })
            .collect();
        let attempt = self.trunks.attempt(&order, &tried)?;
        let last = match attempt.address {
            SocketAddr::V4(v4) => v4.ip().octets()[3],
            SocketAddr::V6(_) => unreachable!(),
        };
        Ok((attempt.trunk.to_string(), last))
    }

    fn start(&mut self, id: &str) -> bool {
        self.trunks.handle_call_started(&TrunkId::new(id)).is_ok()
    }
}

#[test]
fn a_peer_that_answers_is_pinged_at_the_plans_interval_and_stays_up() {
    let mut bench = Bench::new(vec![trunk("tax", &[1], Some(30))]);
    assert_eq!(bench.pass(0), "0 ping .1");
    for _ in 0..3 {
        assert_eq!(bench.pong(1, Answer::Status(200)), "");
        assert_eq!(bench.pass(29_999), "");
        assert_eq!(bench.pass(1), "1 ping .1");
    }
}

#[test]
fn three_silent_pings_are_a_dead_peer_within_seconds_and_one_answer_a_live_one() {
    let mut bench = Bench::new(vec![trunk("tax", &[1], Some(30))]);
    assert_eq!(bench.pass(14_000), "0 ping .1, 5000 ping .1, 10000 ping .1, 14000 tax down");
    assert!(!bench.up("tax"));
    assert_eq!(bench.pass(29_999), "");
    assert_eq!(bench.pass(1), "1 ping .1");
    assert_eq!(bench.pong(1, Answer::Status(200)), "tax up");
}

#[track_caller]
fn check_ping(answer: Answer, alive: bool) {
    let mut bench = Bench::new(vec![trunk("tax", &[1], Some(30))]);
    let mut told = String::new();
    for _ in 0..3 {
        while !bench.pass(100).contains("ping") {}
        told += &bench.pong(1, answer);
    }
    assert_eq!(told.is_empty(), alive, "{answer:?} told {told}");
    assert_eq!(bench.up("tax"), alive, "{answer:?}");
}

#[test]
fn whoever_answers_a_ping_lives_unless_he_says_that_he_fails() {
    for alive in [200, 202, 301, 400, 401, 403, 404, 405, 407, 415, 420, 480, 481, 483, 486, 501, 505, 603] {
        check_ping(Answer::Status(alive), true);
    }
    for dead in [408, 500, 502, 503, 504, 580] {
        check_ping(Answer::Status(dead), false);
    }
    check_ping(Answer::Silence, false);
}

#[test]
fn failures_count_only_in_a_row() {
    let mut bench = Bench::new(vec![trunk("tax", &[1], Some(30))]);
    for _ in 0..5 {
        bench.pass(0);
        bench.call(1, Answer::Status(503));
        bench.call(1, Answer::Silence);
        assert_eq!(bench.call(1, Answer::Status(486)), "");
    }
    assert!(bench.up("tax"));
    bench.call(1, Answer::Status(503));
    bench.call(1, Answer::Status(408));
    assert_eq!(bench.call(1, Answer::Silence), "tax down");
}

#[test]
fn a_failed_call_brings_the_next_ping_forward_to_a_second() {
    let mut bench = Bench::new(vec![trunk("tax", &[1], Some(30))]);
    bench.pass(0);
    bench.pong(1, Answer::Status(200));
    bench.pass(2_000);
    bench.call(1, Answer::Status(503));
    assert_eq!(bench.pass(999), "");
    assert_eq!(bench.pass(1), "1 ping .1");
    bench.pong(1, Answer::Status(200));
    assert_eq!(bench.pass(29_999), "", "it lives: back to the plan's interval");
}

#[test]
fn a_late_answer_to_a_ping_given_up_is_good_news_and_its_silence_no_news() {
    let mut bench = Bench::new(vec![trunk("tax", &[1], Some(30))]);
    bench.pass(0);
    let first = bench.pings[&address(1)];
    let id = TrunkId::new("tax");
    // The stack tells the silence of each ping after 32 s (Timer F); it was counted after 4 already.
    assert_eq!(bench.pass(9_000), "5000 ping .1");
    for _ in 0..5 {
        bench.trunks.handle_pong(bench.now, &id, address(1), first, Answer::Silence);
    }
    assert!(bench.up("tax"));
    bench.pass(1_000);
    assert_eq!(bench.pass(4_000), "4000 tax down");
    bench.trunks.handle_pong(bench.now, &id, address(1), first, Answer::Status(200));
    assert_eq!(bench.outputs(), ["tax up"]);
}

#[test]
fn a_trunk_without_pings_is_told_by_its_calls_and_tried_again_after_a_pause() {
    let mut bench = Bench::new(vec![trunk("tax", &[1], None)]);
    assert_eq!(bench.pass(100_000), "");
    bench.call(1, Answer::Silence);
    bench.call(1, Answer::Silence);
    assert_eq!(bench.call(1, Answer::Silence), "tax down");
    assert_eq!(bench.attempt("tax", &[]), Err(NoWay::Down));
    assert_eq!(bench.pass(30_000), "30000 tax up");
    assert_eq!(bench.call(1, Answer::Silence), "tax down", "one more failure is enough");
    bench.pass(30_000);
    assert_eq!(bench.call(1, Answer::Status(180)), "");
    bench.call(1, Answer::Silence);
    assert!(bench.up("tax"), "a sign of life forgets the failures");
}

#[test]
fn a_trunk_is_up_while_one_of_its_addresses_is_and_calls_go_to_the_best_of_those() {
    let mut bench = Bench::new(vec![trunk("tax", &[1, 2], None)]);
    assert_eq!(bench.attempt("tax", &[]), Ok(("tax".into(), 1)));
    for _ in 0..3 {
        assert_eq!(bench.call(1, Answer::Silence), "");
    }
    assert_eq!(bench.attempt("tax", &[]), Ok(("tax".into(), 2)));
    bench.call(2, Answer::Silence);
    bench.call(2, Answer::Silence);
    assert_eq!(bench.call(2, Answer::Silence), "tax down");
    assert_eq!(bench.call(1, Answer::Status(200)), "tax up");
    assert_eq!(bench.attempt("tax", &[]), Ok(("tax".into(), 1)));
}

#[test]
fn each_attempt_is_the_next_in_the_plans_order_that_lives_has_room_and_was_not_tried() {
    let full = TrunkSettings { capacity: Some(1), ..trunk("full", &[3], None) };
    let mut bench =
        Bench::new(vec![trunk("a", &[1, 2], None), full, trunk("dead", &[4], None), trunk("z", &[5], None)]);
    assert!(bench.start("full"));
    for _ in 0..3 {
        bench.call(4, Answer::Silence);
    }
    let check = |order: &str, tried: &[(&str, u8)], expected: Result<(&str, u8), NoWay>| {
        assert_eq!(
            bench.attempt(order, tried),
            expected.map(|(id, last)| (id.to_owned(), last)),
            "{order} {tried:?}"
        );
    };
    check("a z", &[], Ok(("a", 1)));
    check("z a", &[], Ok(("z", 5)));
    check("a z", &[("a", 1)], Ok(("a", 2)));
    check("a z", &[("a", 1), ("a", 2)], Ok(("z", 5)));
    check("a z", &[("a", 1), ("a", 2), ("z", 5)], Err(NoWay::Tried));
    check("full dead z", &[], Ok(("z", 5)));
    check("full dead", &[], Err(NoWay::Full));
    check("dead full", &[], Err(NoWay::Full));
    check("dead", &[], Err(NoWay::Down));
    check("nobody", &[], Err(NoWay::Down));
    check("", &[], Err(NoWay::Down));
}

#[test]
fn a_trunk_carries_as_many_calls_as_it_may_and_each_end_makes_room_once() {
    let mut bench = Bench::new(vec![TrunkSettings { capacity: Some(2), ..trunk("tax", &[1], None) }]);
    let id = TrunkId::new("tax");
    assert_eq!([bench.start("tax"), bench.start("tax"), bench.start("tax")], [true, true, false]);
    bench.trunks.handle_call_ended(&id);
    assert_eq!([bench.start("tax"), bench.start("tax")], [true, false]);
    (0..9).for_each(|_| bench.trunks.handle_call_ended(&id));
    assert_eq!(bench.trunks.views().next().unwrap().calls, 0);
}

#[test]
fn a_reload_keeps_what_is_known_of_addresses_that_stay_and_the_calls_of_trunks_that_go() {
    let mut bench = Bench::new(vec![trunk("tax", &[1, 2], Some(30)), trunk("old", &[3], Some(30))]);
    bench.pass(0);
    bench.start("old");
    for last in [1, 2] {
        (0..3).for_each(|_| drop(bench.call(last, Answer::Silence)));
    }
    bench.trunks.set_plan(bench.now, vec![trunk("tax", &[2], Some(10))], 1);
    assert_eq!(bench.outputs(), Vec::<String>::new());
    assert!(!bench.up("tax"));
    assert_eq!(bench.attempt("old", &[]), Ok(("old".into(), 3)), "calls decided before may still go there");
    assert!(!bench.pass(100_000).contains(".3"), "but it is not pinged");
    bench.trunks.set_plan(bench.now, vec![trunk("tax", &[2, 4], Some(10))], 1);
    assert_eq!(bench.outputs(), ["tax up"], "an address nothing is known of counts as alive");
    assert_eq!(bench.trunks.views().count(), 2, "the old trunk still carries a call");
    bench.trunks.handle_call_ended(&TrunkId::new("old"));
    assert_eq!(bench.trunks.views().count(), 1);
    bench.trunks.set_plan(bench.now, vec![], 1);
    bench.trunks.set_plan(bench.now, vec![], 1);
    assert_eq!((bench.trunks.views().count(), bench.trunks.poll_timeout()), (0, None));
}

#[test]
fn first_pings_are_spread_and_an_absurd_interval_is_not_followed() {
    let mut bench = Bench::new(vec![trunk("a", &[1, 2], Some(0)), trunk("b", &[3], Some(0))]);
    assert_eq!(bench.pass(200), "0 ping .1, 100 ping .2, 200 ping .3");
    bench.pong(1, Answer::Status(200));
    assert_eq!(bench.pass(999), "");
    assert_eq!(bench.pass(1), "1 ping .1");
}

#[test]
fn nobody_and_nothing_known_is_harmless() {
    let mut bench = Bench::new(vec![trunk("a", &[1, 1], None), trunk("none", &[], None)]);
    assert_eq!(bench.outputs(), ["none down"]);
    let nobody = TrunkId::new("?");
    bench.trunks.handle_pong(bench.now, &nobody, address(1), 0, Answer::Silence);
    bench.trunks.handle_call_answer(bench.now, &TrunkId::new("a"), address(9), Answer::Silence);
    bench.trunks.handle_call_ended(&nobody);
    assert!(bench.start("?"));
    assert_eq!(bench.trunks.views().next().unwrap().addresses.len(), 1, "an address named twice is one");
}
