//! Busy hours by chance: two hundred fixed seeds, equal traces for equal seeds, and planted faults that the
//! checkers must catch.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tongjie::sim::{Hour, Planted, Seed, busy_hour};

/// An hour of the size that two hundred of them take a minute or two.
fn hour() -> Hour {
    Hour::default()
}

fn replay(seed: u64) -> String {
    format!("tongjie-swarm --seed {seed} --fixed --verbose")
}

/// Runs `f` for every seed on as many threads as there are processors.
fn each(seeds: std::ops::Range<u64>, f: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(seeds.start);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let seed @ 0.. = next.fetch_add(1, Ordering::Relaxed)
                    && seed < seeds.end
                {
                    f(seed);
                }
            });
        }
    });
}

#[test]
fn two_hundred_busy_hours_with_a_tenth_of_everything_lost_break_no_promise() {
    let (calls, connected) = (AtomicU64::new(0), AtomicU64::new(0));
    each(0..200, |seed| {
        let outcome = busy_hour(Seed(seed), &hour(), &replay(seed));
        calls.fetch_add(outcome.calls as u64, Ordering::Relaxed);
        connected.fetch_add(outcome.connected as u64, Ordering::Relaxed);
    });
    let (calls, connected) = (calls.into_inner(), connected.into_inner());
    // A world in which nothing happens breaks no promise either.
    assert!(calls > 20_000 && connected > calls / 4, "{connected} of {calls} calls were connected");
}

#[test]
fn equal_seeds_give_equal_traces_and_unequal_ones_do_not() {
    // Five minutes of the hour; whole ones: `tongjie-swarm --twice`.
    let short = Hour { length: Duration::from_secs(300), calls: 20, ..hour() };
    let traces = Mutex::new(BTreeSet::new());
    each(0..200, |seed| {
        let run = || busy_hour(Seed(seed), &short, &replay(seed));
        let outcome = run();
        assert_eq!(outcome, run(), "invariant 41 is broken in seed {seed}");
        traces.lock().unwrap().insert(outcome.trace);
    });
    assert_eq!(traces.lock().unwrap().len(), 200, "seeds that differ gave the same trace");
}

/// Runs busy hours with a fault planted until one is caught, and says by which invariant.
#[track_caller]
fn caught_by(planted: Planted, invariant: u8) {
    let hour = Hour { planted: Some(planted), length: Duration::from_secs(1200), calls: 240, ..hour() };
    for seed in 0..10 {
        let run = catch_unwind(AssertUnwindSafe(|| busy_hour(Seed(seed), &hour, "planted")));
        let Err(panic) = run else { continue };
        let text = panic.downcast_ref::<String>().map_or("", String::as_str);
        let first = text.lines().next().unwrap_or_default();
        assert!(text.starts_with(&format!("invariant {invariant} is broken")), "{planted:?}: {first}");
        assert!(text.contains(&format!("in seed {seed}:")) && text.contains("replay: planted"), "{text}");
        return;
    }
    panic!("{planted:?} was not caught in ten hours");
}

macro_rules! planted_faults {
    ($($name:ident: $planted:ident by $invariant:literal;)*) => {
        $(#[test] fn $name() { caught_by(Planted::$planted, $invariant); })*
    };
}

planted_faults! {
    planted_fault_second_final_answer_is_caught_by_invariant_1: SecondFinalAnswer by 1;
    planted_fault_call_that_never_ends_is_caught_by_invariant_2: CallThatNeverEnds by 2;
    planted_fault_ack_that_never_leaves_is_caught_by_invariant_3: AckThatNeverLeaves by 3;
    planted_fault_swallowed_cancel_is_caught_by_invariant_4: SwallowedCancel by 4;
    planted_fault_bye_that_never_leaves_is_caught_by_invariant_5: ByeThatNeverLeaves by 5;
    planted_fault_changed_repetition_is_caught_by_invariant_6: ChangedRepetition by 6;
    planted_fault_kindness_to_strangers_is_caught_by_invariant_10: KindnessToStrangers by 10;
    planted_fault_ready_while_talking_is_caught_by_invariant_11: ReadyWhileTalking by 11;
    planted_fault_second_call_to_an_agent_is_caught_by_invariant_12: SecondCallToAnAgent by 12;
    planted_fault_second_far_end_is_caught_by_invariant_13: SecondFarEnd by 13;
    planted_fault_offer_to_the_absent_is_caught_by_invariant_14: OfferToTheAbsent by 14;
    planted_fault_swapped_waiters_is_caught_by_invariant_15: SwappedWaiters by 15;
    planted_fault_late_offers_is_caught_by_invariant_16: LateOffers by 16;
    planted_fault_endless_paperwork_is_caught_by_invariant_18: EndlessPaperwork by 18;
    planted_fault_leaked_port_is_caught_by_invariant_25: LeakedPort by 25;
    planted_fault_held_port_is_caught_by_invariant_25: HeldPort by 25;
    planted_fault_forgotten_dialog_is_caught_by_invariant_30: ForgottenDialog by 30;
    planted_fault_doubled_end_is_caught_by_invariant_32: DoubledEnd by 32;
}

#[test]
fn planted_fault_unseeded_choice_is_caught_by_invariant_41() {
    let hour = Hour { planted: Some(Planted::UnseededChoice), length: Duration::from_secs(60), ..hour() };
    let traces: BTreeSet<u64> = (0..8).map(|_| busy_hour(Seed(1), &hour, "planted").trace).collect();
    assert!(traces.len() > 1, "eight runs of an unseeded node were all the same");
}
