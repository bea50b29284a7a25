//! Scenes: what one does, and what the operator would see.

use super::*;

fn two_agents() -> Desk {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("x", "a", "*"), agent("y", "a", "*")]);
    desk.log_on("x");
    desk.pass(secs(1));
    desk.log_on("y");
    desk.pass(secs(1));
    desk
}

fn one_agent() -> Desk {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("x", "a", "*")]);
    desk.log_on("x");
    desk
}

#[test]
fn the_agent_who_has_waited_longest_is_rung_and_after_the_call_is_the_last() {
    let mut desk = two_agents();
    assert_eq!(desk.call("a", ""), "x Busy, ring x for c0");
    assert_eq!(desk.answered("x"), "x talks to c0");
    assert_eq!(desk.released("x"), "x WorkingAfterCall");
    assert_eq!(desk.pass(secs(10)), "x Ready");
    assert_eq!(desk.call("a", ""), "y Busy, ring y for c1");
    assert_eq!(desk.call("a", ""), "x Busy, ring x for c2");
}

#[test]
fn agents_who_became_ready_at_the_same_instant_are_taken_in_the_order_of_their_ids() {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("y", "a", "*"), agent("x", "a", "*")]);
    desk.log_on("y");
    desk.log_on("x");
    assert_eq!(desk.call("a", ""), "x Busy, ring x for c0");
}

#[test]
fn callers_are_served_first_come_first_served() {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("x", "a", "*")]);
    for expected in ["", "", ""] {
        assert_eq!(desk.call("a", ""), expected);
        desk.pass(secs(1));
    }
    assert_eq!((desk.position(0), desk.position(1), desk.position(2)), (Some(1), Some(2), Some(3)));
    assert_eq!(desk.queue("a").longest, secs(3));
    assert_eq!(desk.log_on("x"), "x Ready, x Busy, ring x for c0");
    assert_eq!(desk.answered("x"), "x talks to c0");
    assert_eq!(desk.position(1), Some(1));
    desk.released("x");
    assert_eq!(desk.pass(secs(10)), "x Ready, x Busy, ring x for c1");
}

#[test]
fn an_urgent_caller_goes_before_those_who_wait() {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("x", "a", "*")]);
    desk.call("a", "");
    desk.call_with("a", "", 5, secs(0));
    assert_eq!(desk.position(0), Some(2));
    assert_eq!(desk.log_on("x"), "x Ready, x Busy, ring x for c1");
}

#[test]
fn a_caller_is_not_offered_while_he_hears_what_must_be_heard_and_is_at_once_when_it_is_over() {
    let mut desk = two_agents();
    assert_eq!(desk.call_with("a", "", 0, secs(3)), "");
    assert_eq!(desk.queue("a").waiting, 1);
    assert_eq!(desk.acd.poll_timeout(), Some(desk.now + secs(3)));
    assert_eq!(desk.pass(secs(3)), "x Busy, ring x for c0");
}

#[test]
fn a_caller_who_still_listens_does_not_hold_up_one_behind_him() {
    let mut desk = one_agent();
    desk.call_with("a", "", 0, secs(60));
    assert_eq!(desk.call("a", ""), "x Busy, ring x for c1");
}

#[test]
fn a_caller_waits_for_an_agent_with_his_skill_while_others_are_served() {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("tax", "a", "tax"), agent("all", "a", "*")]);
    desk.log_on("tax");
    assert_eq!(desk.call("a", "city"), "");
    assert_eq!(desk.call("a", ""), "tax Busy, ring tax for c1");
    desk.call("a", "tax");
    assert_eq!(desk.log_on("all"), "all Ready, all Busy, ring all for c0");
    desk.answered("all");
    desk.answered("tax");
    desk.released("tax");
    assert_eq!(desk.pass(secs(10)), "tax Ready, tax Busy, ring tax for c2");
}

#[test]
fn a_skill_that_no_agent_names_is_served_by_one_who_knows_everything_only() {
    let mut desk = Desk::new(vec![queue("a")], vec![agent("tax", "a", "tax"), agent("all", "a", "*")]);
    desk.log_on("tax");
    assert_eq!(desk.call("a", "unheard-of"), "");
    assert_eq!(desk.log_on("all"), "all Ready, all Busy, ring all for c0");
}

#[test]
fn of_a_skilled_agent_and_one_who_knows_everything_the_longer_idle_is_rung() {
    for (first, second) in [("tax", "all"), ("all", "tax")] {
        let mut desk = Desk::new(vec![queue("a")], vec![agent("tax", "a", "tax"), agent("all", "a", "*")]);
        desk.log_on(first);
        desk.pass(secs(1));
        desk.log_on(second);
        assert_eq!(desk.call("a", "tax"), format!("{first} Busy, ring {first} for c0"));
    }
}

#[test]
fn an_agent_of_two_queues_takes_who_has_waited_longest_in_either() {
    let mut desk =
        Desk::new(vec![queue("a"), queue("b")], vec![agent("x", "a b", "*"), agent("y", "b", "p q")]);
    desk.call("b", "q");
    desk.pass(secs(1));
    desk.call("a", "");
    desk.pass(secs(1));
    desk.call("b", "p");
    assert_eq!(desk.log_on("x"), "x Ready, x Busy, ring x for c0");
    desk.answered("x");
    desk.released("x");
    assert_eq!(desk.pass(secs(10)), "x Ready, x Busy, ring x for c1");
    assert_eq!(desk.log_on("y"), "y Ready, y Busy, ring y for c2");
}

#[test]
fn nobody_answers_so_the_next_agent_is_rung_and_the_caller_keeps_the_head_of_the_line() {
    let mut desk = two_agents();
    desk.call("a", "");
    desk.call("a", "");
    desk.call("a", "");
    assert_eq!(desk.answered("y"), "y talks to c1");
    desk.released("y");
    assert_eq!(desk.pass(secs(10)), "y Ready, y Busy, ring y for c2");
    // x does not answer c0: c0 is before the caller that rings at y, but y is taken; x goes on with nobody.
    assert_eq!(desk.pass(secs(10)), "stop x for c0: NoAnswer, x missed 1, x Ready");
    desk.call("a", "");
    assert_eq!(desk.position(0), Some(1));
    assert_eq!(desk.answered("y"), "y talks to c2");
    desk.released("y");
    desk.not_ready("x");
    assert_eq!(desk.pass(secs(10)), "y Ready, y Busy, ring y for c0");
}

#[test]
fn an_agent_who_missed_a_call_gets_the_next_caller_and_not_the_same_again() {
    let mut desk = one_agent();
    desk.call("a", "");
    desk.call("a", "");
    assert_eq!(desk.refused("x", Refusal::Rejected), "x missed 1, x Ready, x Busy, ring x for c1");
}

#[test]
fn the_only_agent_is_tried_again_after_a_pause() {
    let mut desk = one_agent();
    desk.call("a", "");
    assert_eq!(desk.refused("x", Refusal::Busy), "x missed 1, x Ready");
    assert_eq!(desk.pass(secs(4)), "");
    assert_eq!(desk.pass(secs(1)), "x Busy, ring x for c0");
}

#[test]
fn an_agent_who_refused_is_asked_after_all_others() {
    let mut desk = two_agents();
    desk.call("a", "");
    desk.pass(secs(1));
    assert_eq!(desk.refused("x", Refusal::Busy), "x missed 1, x Ready, y Busy, ring y for c0");
    desk.pass(secs(1));
    assert_eq!(desk.refused("y", Refusal::Busy), "y missed 1, y Ready");
    assert_eq!(desk.pass(secs(4)), "x Busy, ring x for c0");
}

#[test]
fn an_agent_whose_phone_was_never_rung_has_missed_nothing_and_the_caller_goes_to_the_next() {
    let mut desk = Desk::new(
        vec![QueueSettings { misses_max: 1, ..queue("a") }],
        vec![agent("x", "a", "*"), agent("y", "a", "*")],
    );
    desk.log_on("x");
    desk.pass(secs(1));
    desk.log_on("y");
    assert_eq!(desk.call("a", ""), "x Busy, ring x for c0");
    assert_eq!(desk.refused("x", Refusal::NotRung), "x Ready, y Busy, ring y for c0");
    // Nobody is rung again and again in one instant.
    assert_eq!(desk.refused("y", Refusal::NotRung), "y Ready");
    assert_eq!((desk.view("x").misses, desk.view("y").misses, desk.position(0)), (0, 0, Some(1)));
    assert!(desk.pass(secs(30)).contains("ring"));
}

#[test]
fn too_many_misses_in_a_row_take_an_agent_out_until_he_says_he_is_there() {
    let mut desk = Desk::new(vec![QueueSettings { misses_max: 2, ..queue("a") }], vec![agent("x", "a", "*")]);
    desk.log_on("x");
    desk.call("a", "");
    assert_eq!(desk.pass(secs(20)), "stop x for c0: NoAnswer, x missed 1, x Ready");
    assert_eq!(desk.pass(secs(25)), "x Busy, ring x for c0, stop x for c0: NoAnswer, x missed 2, x NotReady");
    assert_eq!(desk.pass(secs(60)), "");
    assert_eq!(desk.log_on("x"), "", "a refreshed registration is no sign of a person");
    assert_eq!(desk.ready("x"), "x Ready, x Busy, ring x for c0");
    assert_eq!(desk.view("x").misses, 0);
}

#[test]
fn an_answer_forgets_the_misses() {
    let mut desk = one_agent();
    desk.call("a", "");
    desk.refused("x", Refusal::NoAnswer);
    desk.pass(secs(5));
    assert_eq!(desk.view("x").misses, 1);
    desk.answered("x");
    assert_eq!(desk.view("x").misses, 0);
}

#[test]
fn a_caller_may_leave_at_every_stage_and_nothing_is_left() {
    let listening = |desk: &mut Desk| desk.call_with("a", "", 0, secs(5));
    let waiting = |desk: &mut Desk| {
        desk.not_ready("x");
        desk.call("a", "")
    };
    let ringing = |desk: &mut Desk| desk.call("a", "");
    let after_refusal = |desk: &mut Desk| {
        desk.call("a", "");
        desk.refused("x", Refusal::Busy)
    };
    let check = |reach: &dyn Fn(&mut Desk) -> String, leaves: &str| {
        let mut desk = one_agent();
        reach(&mut desk);
        assert_eq!(desk.leave(0), leaves);
        assert!(desk.acd.is_idle());
        assert_eq!(desk.acd.poll_timeout(), None);
        let counts = desk.queue("a").counts;
        assert_eq!((counts.entered, counts.abandoned, desk.queue("a").waiting), (1, 1, 0));
        assert_eq!(desk.leave(0), "", "twice is harmless");
    };
    check(&listening, "");
    check(&waiting, "");
    check(&ringing, "stop x for c0: CallerLeft, x Ready");
    check(&after_refusal, "");
}

#[test]
fn a_caller_who_leaves_while_it_rings_costs_the_agent_neither_a_miss_nor_his_turn() {
    let mut desk = two_agents();
    desk.call("a", "");
    desk.pass(secs(3));
    desk.leave(0);
    assert_eq!(desk.view("x").misses, 0);
    assert_eq!(desk.call("a", ""), "x Busy, ring x for c1");
}

#[test]
fn a_caller_who_leaves_while_it_rings_frees_the_agent_for_the_next_at_once() {
    let mut desk = one_agent();
    desk.call("a", "");
    desk.call("a", "");
    assert_eq!(desk.leave(0), "stop x for c0: CallerLeft, x Ready, x Busy, ring x for c1");
}

#[test]
fn an_answer_that_crosses_the_callers_leaving_is_void() {
    let mut desk = one_agent();
    desk.call("a", "");
    desk.leave(0);
    assert_eq!(desk.answered("x"), "void");
    assert_eq!(desk.state("x"), AgentState::Ready);
}

#[test]
fn an_answer_after_the_offer_was_withdrawn_is_void_and_does_not_touch_the_next_offer() {
    let mut desk = two_agents();
    desk.call("a", "");
    let late = desk.offer_to("x").2;
    desk.pass(secs(20));
    assert_eq!(desk.acd.handle_answered(desk.now, late), None);
    assert_eq!(desk.answered("y"), "y talks to c0");
    assert_eq!(desk.acd.handle_answered(desk.now, late), None);
    assert_eq!(desk.queue("a").counts.answered, 1);
}

#[test]
fn an_agent_may_log_off_at_every_stage() {
    let mut desk = one_agent();
    assert_eq!(desk.log_off("x"), "x LoggedOff");
    desk.log_on("x");
    desk.not_ready("x");
    assert_eq!(desk.log_off("x"), "x LoggedOff");
    desk.log_on("x");
    desk.call("a", "");
    assert_eq!(desk.log_off("x"), "stop x for c0: LoggedOff, x missed 1, x LoggedOff");
    desk.pass(secs(5));
    assert_eq!(desk.log_on("x"), "x Ready, x Busy, ring x for c0");
    desk.answered("x");
    assert_eq!(desk.log_off("x"), "");
    assert_eq!(desk.state("x"), AgentState::Busy);
    assert_eq!(desk.released("x"), "x LoggedOff");
    desk.log_on("x");
    desk.call("a", "");
    desk.answered("x");
    desk.released("x");
    assert_eq!(desk.log_off("x"), "x LoggedOff");
    assert!(desk.acd.is_idle(), "the paperwork timer is gone with the agent");
}

#[test]
fn a_phone_that_comes_back_during_the_call_takes_the_log_off_back() {
    let mut desk = one_agent();
    desk.call("a", "");
    desk.answered("x");
    desk.log_off("x");
    desk.log_on("x");
    assert_eq!(desk.released("x"), "x WorkingAfterCall");
}

#[test]
fn a_break_asked_for_during_a_call_or_a_ring_begins_after_it() {
    let mut desk = one_agent();
    desk.call("a", "");
    assert_eq!(desk.not_ready("x"), "");
    desk.answered("x");
    desk.log_on("x");
    assert_eq!(desk.released("x"), "x WorkingAfterCall");
    assert_eq!(desk.pass(secs(10)), "x NotReady");
    desk.ready("x");
    desk.call("a", "");
    desk.not_ready("x");
    assert_eq!(desk.leave(1), "stop x for c1: CallerLeft, x NotReady");
}

#[test]
fn paperwork_can_be_ended_early_either_way_and_its_timer_with_it() {
    for (early, expected) in [(true, "x Ready"), (false, "x NotReady")] {
        let mut desk = one_agent();
        desk.call("a", "");
        desk.answered("x");
        desk.released("x");
        assert_eq!(if early { desk.ready("x") } else { desk.not_ready("x") }, expected);
        assert!(desk.acd.is_idle());
    }
}

#[test]
fn a_queue_without_paperwork_gives_the_next_caller_at_once() {
    let mut desk =
        Desk::new(vec![QueueSettings { wrap_up: secs(0), ..queue("a") }], vec![agent("x", "a", "*")]);
    desk.log_on("x");
    desk.call("a", "");
    desk.call("a", "");
    desk.answered("x");
    assert_eq!(desk.released("x"), "x Ready, x Busy, ring x for c1");
}

#[test]
fn a_full_queue_and_an_unknown_one_take_nobody_in() {
    let mut desk = Desk::new(vec![QueueSettings { waiting_max: 1, ..queue("a") }], vec![]);
    assert_eq!(desk.call("a", ""), "");
    assert_eq!(desk.call("a", ""), "queue a takes no more callers");
    assert_eq!(desk.call("b", ""), "queue b takes no more callers");
    assert_eq!(desk.queue("a").counts.entered, 1);
}

fn hrss() -> Desk {
    let out = |to: &str, after, keep_skill| Overflow { after: secs(after), to: QueueId::new(to), keep_skill };
    let hrss =
        QueueSettings { overflow: vec![out("general", 30, true), out("spare", 40, false)], ..queue("hrss") };
    let general = QueueSettings { waiting_max: 2, wait_max: Some(secs(60)), ..queue("general") };
    let agents = vec![agent("g", "general", "*"), agent("h", "hrss", "*"), agent("s", "spare", "")];
    Desk::new(vec![general, hrss, queue("spare")], agents)
}

#[test]
fn a_caller_who_overflows_keeps_his_place_among_those_who_came_later() {
    let mut desk = hrss();
    desk.call("hrss", "p");
    desk.pass(secs(10));
    desk.call("general", "");
    assert_eq!(desk.pass(secs(20)), "c0 from hrss to general");
    assert_eq!((desk.position(0), desk.position(1)), (Some(1), Some(2)));
    assert_eq!(desk.queue("general").longest, secs(30));
    assert_eq!(desk.log_on("h"), "h Ready");
    assert_eq!(desk.log_on("g"), "g Ready, g Busy, ring g for c0");
    let counts = desk.queue("hrss").counts;
    assert_eq!((counts.entered, counts.overflowed, desk.queue("hrss").waiting), (1, 1, 0));
}

#[test]
fn a_caller_finds_the_overflow_full_and_takes_the_next_or_waits_for_room() {
    let mut desk = hrss();
    desk.call("hrss", "p");
    desk.pass(secs(25));
    desk.call("general", "");
    desk.call("general", "");
    assert_eq!(desk.pass(secs(14)), "");
    assert_eq!(desk.pass(secs(1)), "c0 from hrss to spare");
    assert_eq!(desk.log_on("s"), "s Ready, s Busy, ring s for c0", "the skill is not kept there");
    desk.call("hrss", "");
    desk.pass(secs(35));
    desk.leave(1);
    assert_eq!(desk.pass(secs(1)), "c3 from hrss to general");
}

#[test]
fn a_caller_does_not_overflow_while_a_phone_rings_for_him() {
    let mut desk = hrss();
    desk.call("hrss", "");
    desk.pass(secs(15));
    desk.log_on("h");
    assert_eq!(desk.pass(secs(19)), "");
    assert_eq!(desk.pass(secs(1)), "stop h for c0: NoAnswer, h missed 1, h Ready, c0 from hrss to general");
}

#[test]
fn queues_that_overflow_into_one_another_do_not_pass_a_caller_for_ever() {
    let out = |to: &str| vec![Overflow { after: secs(0), to: QueueId::new(to), keep_skill: true }];
    let queues = vec![
        QueueSettings { overflow: out("b"), ..queue("a") },
        QueueSettings { overflow: out("a"), ..queue("b") },
    ];
    let mut desk = Desk::new(queues, vec![]);
    assert_eq!(desk.call("a", "").matches("from").count(), usize::from(MOVES_MAX));
    assert_eq!(desk.acd.poll_timeout(), None);
}

#[test]
fn a_caller_waits_no_longer_than_the_plan_says() {
    let mut desk = hrss();
    desk.call("general", "");
    assert_eq!(desk.pass(secs(59)), "");
    assert_eq!(desk.pass(secs(1)), "c0 timed out");
    assert!(desk.acd.is_idle());
    assert_eq!(desk.queue("general").counts.timed_out, 1);
}

#[test]
fn a_phone_that_rings_at_the_longest_wait_may_still_be_answered() {
    let mut desk = hrss();
    desk.call("general", "");
    desk.pass(secs(50));
    desk.log_on("g");
    assert_eq!(desk.pass(secs(15)), "");
    assert_eq!(desk.answered("g"), "g talks to c0");
    assert_eq!(desk.queue("general").counts.timed_out, 0);
}

#[test]
fn a_caller_whose_longest_wait_passed_while_it_rang_is_told_when_nobody_answers() {
    let mut desk = hrss();
    desk.call("general", "");
    desk.pass(secs(50));
    desk.log_on("g");
    desk.pass(secs(15));
    assert_eq!(desk.refused("g", Refusal::Busy), "g missed 1, g Ready, c0 timed out");
    assert!(desk.acd.is_idle());
}

#[test]
fn a_reload_keeps_callers_reservations_and_the_states_of_agents() {
    let mut desk = two_agents();
    desk.call("a", "");
    desk.answered("x");
    desk.call("a", "");
    desk.call("a", "");
    desk.pass(secs(5));
    let agents = vec![agent("a0", "a", "*"), agent("x", "a", "*"), agent("y", "a", "*")];
    assert_eq!(desk.set_plan(vec![queue("0"), queue("a")], agents), "");
    assert_eq!((desk.state("x"), desk.state("y"), desk.state("a0")), {
        use AgentState::{Busy, LoggedOff};
        (Busy, Busy, LoggedOff)
    });
    assert_eq!(desk.position(2), Some(2));
    assert_eq!(desk.answered("y"), "y talks to c1");
    assert_eq!(desk.released("x"), "x WorkingAfterCall");
    assert_eq!(desk.set_plan(vec![queue("a")], vec![agent("x", "a", "*"), agent("y", "a", "*")]), "");
    assert_eq!(desk.pass(secs(10)), "x Ready, x Busy, ring x for c2");
    assert_eq!(desk.queue("a").counts.entered, 3);
}

#[test]
fn a_reload_gives_waiting_callers_to_agents_who_may_now_serve_them() {
    let mut desk =
        Desk::new(vec![queue("a"), queue("b")], vec![agent("x", "b", "p"), agent("y", "a b", "p")]);
    desk.log_on("x");
    desk.log_on("y");
    desk.call("a", "q");
    desk.call("a", "");
    desk.not_ready("x");
    desk.ready("x");
    let told =
        desk.set_plan(vec![queue("a"), queue("b")], vec![agent("x", "a", "p q"), agent("y", "a b", "p")]);
    assert_eq!(told, "x Busy, ring x for c0");
}

#[test]
fn a_queue_that_left_the_plan_is_served_by_its_agents_until_it_is_empty() {
    let mut desk = Desk::new(vec![queue("a"), queue("old")], vec![agent("x", "old", "*")]);
    desk.call("old", "");
    desk.call("old", "");
    desk.set_plan(vec![queue("a")], vec![agent("x", "a", "*")]);
    assert_eq!(desk.call("old", ""), "", "a call decided by the old plan may still come");
    assert_eq!(desk.log_on("x"), "x Ready, x Busy, ring x for c0");
    desk.answered("x");
    desk.leave(1);
    desk.leave(2);
    assert!(desk.acd.queues(desk.now).iter().all(|view| view.queue.as_str() != "old"));
    desk.set_plan(vec![queue("a")], vec![agent("x", "a", "*")]);
    assert_eq!(desk.call("old", ""), "queue old takes no more callers");
}

#[test]
fn an_agent_who_left_the_plan_finishes_his_call_and_takes_no_other() {
    let mut desk = one_agent();
    desk.call("a", "");
    desk.call("a", "");
    desk.set_plan(vec![queue("a")], vec![]);
    assert_eq!(desk.answered("x"), "x talks to c0");
    assert_eq!(desk.ready("x") + &desk.log_on("x"), "");
    assert_eq!(desk.released("x"), "x LoggedOff");
    assert_eq!(desk.acd.agents().count(), 0);
    assert_eq!(desk.ready("x") + &desk.log_on("x"), "");
    desk.set_plan(vec![queue("a")], vec![agent("x", "a", "*")]);
    assert_eq!(desk.log_on("x"), "x Ready, x Busy, ring x for c1");
}

#[test]
fn an_agent_who_left_the_plan_while_idle_is_logged_off_and_gone_with_the_next() {
    let mut desk = two_agents();
    assert_eq!(desk.set_plan(vec![queue("a")], vec![agent("y", "a", "*")]), "x LoggedOff");
    desk.set_plan(vec![queue("a")], vec![agent("y", "a", "*")]);
    assert_eq!(desk.acd.agents.len(), 1);
}

#[test]
fn a_call_enqueued_twice_waits_once() {
    let mut desk = Desk::new(vec![queue("a"), queue("b")], vec![]);
    desk.call("a", "");
    let waiter = Waiter {
        call: desk.calls[0],
        queue: QueueId::new("b"),
        skill: None,
        since: desk.now,
        eligible_from: desk.now,
        priority: 0,
    };
    assert_eq!(desk.acd.handle_enqueue(desk.now, waiter), Ok(()));
    assert_eq!((desk.queue("a").waiting, desk.queue("b").waiting), (0, 1));
    assert_eq!(desk.acd.queue_of(desk.calls[0]).unwrap().as_str(), "b");
}

#[test]
fn words_about_agents_nobody_knows_are_ignored() {
    let mut desk = one_agent();
    let all =
        desk.log_on("?") + &desk.log_off("?") + &desk.ready("?") + &desk.not_ready("?") + &desk.released("?");
    assert_eq!(all, "");
    assert_eq!(desk.released("x"), "", "he has no call");
}

#[test]
fn work_is_shared_evenly_among_agents() {
    let agents: Vec<_> = (0..10).map(|n| agent(&format!("a{n}"), "a", "*")).collect();
    let mut desk = Desk::new(vec![queue("a")], agents);
    for n in 0..10 {
        desk.log_on(&format!("a{n}"));
    }
    let mut served = [0_u32; 10];
    for n in 0..100_u64 {
        desk.call("a", "");
        let (_, id, _) = desk.offers.last().unwrap().clone();
        desk.answered(id.as_str());
        // Calls of unequal length do not change whose turn it is by more than their length.
        desk.pass(secs(1 + n % 3));
        desk.released(id.as_str());
        desk.pass(secs(10));
        served[id.as_str()[1..].parse::<usize>().unwrap()] += 1;
    }
    assert_eq!(served, [10; 10]);
}

#[test]
fn whoever_waits_when_the_queue_closes_leaves_it_and_those_who_waited_longest_first() {
    let mut desk = hrss();
    desk.call("hrss", "");
    desk.pass(secs(3));
    desk.call("hrss", "p");
    desk.call("general", "");
    desk.pass(secs(7));
    assert_eq!(desk.close("hrss"), "c0 leaves hrss, waiting since 1s, c1 leaves hrss, waiting since 4s");
    assert_eq!(desk.queue("hrss").counts.closed, 2);
    assert_eq!((desk.queue("hrss").waiting, desk.queue("general").waiting), (0, 1));
    assert_eq!(desk.close("hrss"), "", "once is enough");
}

#[test]
fn a_phone_that_rings_when_the_queue_closes_may_be_answered_and_if_it_is_not_the_caller_leaves() {
    for answers in [true, false] {
        let mut desk = hrss();
        desk.log_on("h");
        desk.call("hrss", "");
        desk.pass(secs(5));
        assert_eq!(desk.close("hrss"), "");
        if answers {
            assert_eq!(desk.answered("h"), "h talks to c0");
        } else {
            let told = desk.refused("h", Refusal::Busy);
            assert!(told.contains("c0 leaves hrss"), "{told}");
        }
    }
}

#[test]
fn nobody_waits_in_a_closed_queue_whatever_way_he_came() {
    let mut desk = hrss();
    desk.close("hrss");
    assert_eq!(desk.call("hrss", ""), "", "the word that it has just opened may be on its way");
    assert_eq!(desk.pass(secs(2)), "c0 leaves hrss, waiting since 1s");
    desk.call("hrss", "");
    assert_eq!(desk.close(""), "");
    assert_eq!(desk.pass(secs(2)), "", "it has opened");
}
