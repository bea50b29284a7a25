//! Plans one after the other: only what changes is touched, a little at a time, and nobody can tell.

use proptest::prelude::*;
use proptest::strategy::Strategy as Strategy_;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Call { queue: usize, skill: usize, priority: u8, hears_ms: u64 },
    Leave(usize),
    Answer(usize),
    Refuse(usize),
    Release(usize),
    LogOn(usize),
    LogOff(usize),
    NotReady(usize),
    Pass(u64),
    Plan { rows: Vec<u8>, plans: u64 },
}

const QUEUES: [&str; 4] = ["a", "b", "c", "d"];
const SKILLS: [&str; 4] = ["", "p", "q", "r"];
const AGENTS: usize = 6;

fn step() -> impl Strategy_<Value = Step> {
    prop_oneof![
        8 => (0..4_usize, 0..4_usize, 0..2_u8, prop_oneof![Just(0), 0..8_000_u64])
            .prop_map(|(queue, skill, priority, hears_ms)| Step::Call { queue, skill, priority, hears_ms }),
        1 => any::<usize>().prop_map(Step::Leave),
        5 => any::<usize>().prop_map(Step::Answer),
        2 => any::<usize>().prop_map(Step::Refuse),
        5 => (0..AGENTS).prop_map(Step::Release),
        4 => (0..AGENTS).prop_map(Step::LogOn),
        1 => (0..AGENTS).prop_map(Step::LogOff),
        1 => (0..AGENTS).prop_map(Step::NotReady),
        5 => prop_oneof![0..3_000_u64, 0..40_000_u64].prop_map(Step::Pass),
        6 => (prop::collection::vec(any::<u8>(), 4 + AGENTS), 1..4_u64)
            .prop_map(|(rows, plans)| Step::Plan { rows, plans }),
    ]
}

/// A plan of so many rows; most of two random plans' rows are the same. Queue `a` is in all of them, and there is always
/// room: who is due to move on does, and does not look again and again at instants that depend on when he looked first.
fn plan(rows: &[u8]) -> (Vec<QueueSettings>, Vec<AgentSettings>) {
    let out = Overflow { after: secs(20), to: QueueId::new("a"), keep_skill: true };
    let queues = rows[..4].iter().zip(QUEUES).filter(|(row, id)| *id == "a" || *row % 5 < 4);
    let queues = queues.map(|(row, id)| QueueSettings {
        waiting_max: 1_000,
        ring: secs(10 + u64::from(row % 5 == 1)),
        wait_max: (row % 5 == 2).then(|| secs(45)),
        overflow: if row % 5 == 3 && id != "a" { vec![out.clone()] } else { Vec::new() },
        misses_max: 2,
        ..queue(id)
    });
    let agents = rows[4..].iter().enumerate().filter(|(_, row)| *row % 7 < 6);
    let agents = agents.map(|(n, row)| {
        let (queues, skills) =
            [("a b", "*"), ("c", "p q"), ("b d", "r"), ("a b c d", ""), ("d", "*"), ("c a", "q")]
                [usize::from(row % 7)];
        agent(&n.to_string(), queues, skills)
    });
    (queues.collect(), agents.collect())
}

fn run(desk: &mut Desk, step: &Step) -> String {
    let nth = |n: usize, len: usize| n % len.max(1);
    let rings = |desk: &Desk, n: usize| {
        let live: Vec<_> = desk.acd.reservations.iter().map(|(key, _)| key).collect();
        live.get(nth(n, live.len())).copied()
    };
    let mut told = desk.pass(Duration::ZERO);
    told += &match step {
        Step::Call { queue, skill, priority, hears_ms } => {
            desk.call_with(QUEUES[*queue], SKILLS[*skill], *priority, Duration::from_millis(*hears_ms))
        }
        Step::Leave(n) if !desk.calls.is_empty() => desk.leave(nth(*n, desk.calls.len())),
        Step::Leave(_) => String::new(),
        Step::Answer(n) => {
            if let Some(key) = rings(desk, *n) {
                desk.acd.handle_answered(desk.now, key);
            }
            desk.told()
        }
        Step::Refuse(n) => {
            if let Some(key) = rings(desk, *n) {
                desk.acd.handle_refused(desk.now, key, Refusal::Busy);
            }
            desk.told()
        }
        Step::Release(who) => desk.released(&who.to_string()),
        Step::LogOn(who) => desk.log_on(&who.to_string()),
        Step::LogOff(who) => desk.log_off(&who.to_string()),
        Step::NotReady(who) => desk.not_ready(&who.to_string()),
        Step::Pass(ms) => desk.pass(Duration::from_millis(*ms)),
        Step::Plan { rows, plans } => {
            let (queues, agents) = plan(rows);
            let general = Some(QueueId::new("a"));
            desk.retire(queues, agents, &Retirement { plans: *plans, general });
            desk.told()
        }
    };
    told + &desk.pass(Duration::ZERO)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_of_which_only_the_changes_are_taken_over_is_as_good_as_a_whole_one(
        steps in prop::collection::vec(step(), 1..100),
    ) {
        let (queues, agents) = plan(&[0; 4 + AGENTS]);
        let mut desk = Desk::new(queues.clone(), agents.clone());
        let mut anew = Desk { anew: true, ..Desk::new(queues, agents) };
        for who in 0..AGENTS {
            prop_assert_eq!(run(&mut desk, &Step::LogOn(who)), run(&mut anew, &Step::LogOn(who)));
        }
        for step in steps {
            prop_assert_eq!(run(&mut desk, &step), run(&mut anew, &step), "{:?}", step);
            let agents = |desk: &Desk| desk.acd.agents().collect::<Vec<_>>();
            prop_assert_eq!(agents(&desk), agents(&anew), "{:?}", step);
            prop_assert_eq!(desk.acd.queues(desk.now), anew.acd.queues(anew.now), "{:?}", step);
            prop_assert_eq!(desk.acd.poll_timeout(), anew.acd.poll_timeout(), "{:?}", step);
            prop_assert_eq!(desk.acd.queues.len(), anew.acd.queues.len());
            prop_assert_eq!(desk.acd.agents.len(), anew.acd.agents.len());
        }
    }
}

/// `a` and `b`, and a hundred agents of `which`.
fn hundred(which: &str) -> (Vec<QueueSettings>, Vec<AgentSettings>) {
    let agents = (0..100).map(|n| agent(&format!("{n:02}"), which, "*"));
    let queue = |id| QueueSettings { waiting_max: 1_000, ..queue(id) };
    (vec![queue("a"), queue("b")], agents.collect())
}

fn of_hundred() -> Desk {
    let (queues, agents) = hundred("a");
    let mut desk = Desk::new(queues, agents);
    for n in 0..100 {
        assert_eq!(desk.log_on(&format!("{n:02}")), format!("{n:02} Ready"));
    }
    desk
}

fn ready(desk: &Desk) -> (usize, usize) {
    (desk.queue("a").ready, desk.queue("b").ready)
}

#[test]
fn a_plan_that_moves_everyone_moves_a_few_at_a_time_and_at_once() {
    let mut desk = of_hundred();
    let (queues, agents) = hundred("b");
    desk.set_plan(queues, agents);
    let (before, after) = ready(&desk);
    assert!(before > 0 && after > 0 && before + after == 100, "{before} {after}");
    assert_eq!(desk.acd.poll_timeout(), Some(desk.now));
    desk.pass(Duration::ZERO);
    assert_eq!(ready(&desk), (0, 100));
    assert!(desk.acd.is_idle());
}

#[test]
fn who_waits_when_everyone_is_moved_is_served_in_order() {
    let mut desk = of_hundred();
    for n in 0..90 {
        assert_eq!(desk.call("b", ""), "", "{n}");
    }
    let (queues, agents) = hundred("b");
    let told = desk.set_plan(queues, agents) + ", " + &desk.pass(Duration::ZERO);
    let rung: Vec<_> =
        told.split(", ").flat_map(|told| told.split("ring ")).filter(|t| t.contains(" for ")).collect();
    let expected: Vec<_> = (0..90).map(|n| format!("{n:02} for c{n}")).collect();
    assert_eq!(rung, expected);
}

#[test]
fn an_agent_whose_phone_is_heard_of_before_his_turn_has_his_turn_at_once() {
    let mut desk = of_hundred();
    let (queues, mut agents) = hundred("b");
    agents.push(agent("zz", "b", "*"));
    desk.set_plan(queues, agents);
    assert_eq!(desk.log_on("zz"), "zz Ready");
    assert_eq!(desk.not_ready("99"), "99 NotReady");
    assert_eq!(desk.ready("99"), "99 Ready");
    assert_eq!(desk.view("99").queues, [QueueId::new("b")]);
    assert_eq!(desk.view("98").queues, [QueueId::new("a")], "his turn has not come");
    desk.pass(Duration::ZERO);
    assert_eq!(ready(&desk), (0, 101));
}

#[test]
fn a_plan_that_comes_before_the_last_one_is_done_with_counts() {
    let mut desk = of_hundred();
    let (queues, agents) = hundred("b");
    desk.set_plan(queues, agents);
    let (queues, agents) = hundred("a b");
    desk.set_plan(queues, agents);
    let (queues, mut agents) = hundred("a");
    agents.remove(99);
    agents.remove(0);
    desk.set_plan(queues, agents);
    desk.pass(Duration::ZERO);
    assert_eq!(ready(&desk), (98, 0));
    assert_eq!(desk.acd.agents.len(), 98);
}

#[test]
fn a_shorter_wait_holds_for_everyone_who_waits_however_many() {
    let (queues, _) = hundred("");
    let mut desk = Desk::new(queues.clone(), Vec::new());
    for _ in 0..900 {
        desk.call("b", "");
    }
    desk.pass(secs(30));
    let [a, b] = queues.try_into().unwrap();
    desk.set_plan(vec![a, QueueSettings { wait_max: Some(secs(20)), ..b }], Vec::new());
    let left = desk.queue("b").waiting;
    assert!(left > 0 && left < 900, "some at a time: {left}");
    desk.pass(Duration::ZERO);
    assert_eq!(desk.queue("b").counts.timed_out, 900);
    assert!(desk.acd.is_idle());
}
