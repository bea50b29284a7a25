//! 12345's queues.

use super::{s, story, world};

#[test]
fn a_caller_of_12345_talks_to_the_agent_who_is_ready() {
    let w = world(1);
    let agent = w.agent("1001").answers_after(1000).ready();
    let caller = w.caller("13800000000").dials("12345");
    w.run_for(s(3));
    eprintln!("{}", w.tail(100));
    assert!(caller.is_connected() && agent.last().is_connected());
    caller.hangs_up();
    w.settle();
    eprintln!("{}", w.ladder(caller.call()));
    assert_eq!(
        story(&w, caller.call()),
        "arrive, decide, queue general, invite agent 1001, ring agent 1001, answer agent 1001, answer caller, \
         connect agent 1001, release NormalClearing by Caller"
    );
    w.assert_no_leaks();
}
