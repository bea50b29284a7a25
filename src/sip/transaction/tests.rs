//! Each machine by its table. Times are in milliseconds; T1 is 500, T2 4000, T4 5000.

use std::time::Duration;

use bytes::Bytes;

use super::client_invite::ClientInvite;
use super::client_non_invite::ClientNonInvite;
use super::server_invite::ServerInvite;
use super::server_non_invite::ServerNonInvite;
use super::step::{Step, Up};
use super::timers::Durations;
use crate::sip::wire::StatusClass::{self, Failure, Provisional, Success};
use crate::stdx::Instant;

const D: Durations =
    Durations { t1: Duration::from_millis(500), t2: Duration::from_secs(4), t4: Duration::from_secs(5) };

#[derive(Clone, Copy, Debug)]
enum Input {
    Again,
    Ack,
    Send(StatusClass),
    Receive(StatusClass),
    /// Fires everything due up to then.
    Until(u64),
}
use Input::{Ack, Again, Receive, Send, Until};

#[expect(clippy::enum_variant_names, reason = "the names of RFC 3261 §17")]
enum Machine {
    ClientInvite(ClientInvite),
    ClientNonInvite(ClientNonInvite),
    ServerInvite(ServerInvite),
    ServerNonInvite(ServerNonInvite),
}

impl Machine {
    fn input(&mut self, now: Instant, input: Input, name: &'static str) -> Step {
        let data = Bytes::from_static(name.as_bytes());
        match (self, input) {
            (Machine::ClientInvite(tsx), Receive(class)) => {
                tsx.handle_response(now, &D, class, |_| Bytes::from_static(b"ack"))
            }
            (Machine::ClientNonInvite(tsx), Receive(class)) => tsx.handle_response(now, &D, class),
            (Machine::ServerInvite(tsx), Again) => tsx.handle_request(),
            (Machine::ServerInvite(tsx), Ack) => tsx.handle_ack(now, &D),
            (Machine::ServerInvite(tsx), Send(class)) => tsx.respond(now, &D, class, data),
            (Machine::ServerNonInvite(tsx), Again) => tsx.handle_request(),
            (Machine::ServerNonInvite(tsx), Send(_)) => tsx.respond(now, &D, data),
            _ => panic!("not an input of this machine"),
        }
    }

    fn fire(&mut self, now: Instant) -> Option<Step> {
        match self {
            Machine::ClientInvite(tsx) => tsx.handle_timeout(now),
            Machine::ClientNonInvite(tsx) => tsx.handle_timeout(now, &D),
            Machine::ServerInvite(tsx) => tsx.handle_timeout(now, &D),
            Machine::ServerNonInvite(tsx) => tsx.handle_timeout(now),
        }
    }

    fn timeout(&self) -> Option<Instant> {
        match self {
            Machine::ClientInvite(tsx) => tsx.timeout(),
            Machine::ClientNonInvite(tsx) => tsx.timeout(),
            Machine::ServerInvite(tsx) => tsx.timeout(),
            Machine::ServerNonInvite(tsx) => tsx.timeout(),
        }
    }

    fn is_terminated(&self) -> bool {
        match self {
            Machine::ClientInvite(tsx) => tsx.is_terminated(),
            Machine::ClientNonInvite(tsx) => tsx.is_terminated(),
            Machine::ServerInvite(tsx) => tsx.is_terminated(),
            Machine::ServerNonInvite(tsx) => tsx.is_terminated(),
        }
    }
}

fn client_invite() -> Machine {
    Machine::ClientInvite(ClientInvite::new(Instant::ZERO, &D, Bytes::from_static(b"invite")))
}

fn client_non_invite() -> Machine {
    Machine::ClientNonInvite(ClientNonInvite::new(Instant::ZERO, &D, Bytes::from_static(b"request")))
}

fn server_invite() -> Machine {
    Machine::ServerInvite(ServerInvite::new(Bytes::from_static(b"trying")))
}

fn server_non_invite() -> Machine {
    Machine::ServerNonInvite(ServerNonInvite::new())
}

/// Plays the inputs; `wanted` is what came of it: `500 invite` is a datagram, `32000 timed out` an indication,
/// and last whether the machine is over.
#[track_caller]
fn check(mut machine: Machine, inputs: &[Input], wanted: &[&str]) {
    let mut now = Instant::ZERO;
    let mut got = Vec::new();
    let mut note = |now: Instant, step: Step| {
        if let Some(data) = step.send {
            got.push(format!("{} {}", now.as_millis(), String::from_utf8_lossy(&data)));
        }
        match step.up {
            Up::Nothing => {}
            Up::Message => got.push(format!("{} up", now.as_millis())),
            Up::TimedOut => got.push(format!("{} timed out", now.as_millis())),
            Up::Terminated => got.push(format!("{} over", now.as_millis())),
        }
    };
    for input in inputs {
        if let Until(ms) = input {
            let end = Instant::from_millis(*ms);
            while let Some(at) = machine.timeout().filter(|at| *at <= end) {
                now = now.max(at);
                while let Some(step) = machine.fire(now) {
                    note(now, step);
                }
            }
            now = end;
            continue;
        }
        let name = match input {
            Send(Provisional) => "1xx",
            Send(Success) => "2xx",
            _ => "failure",
        };
        note(now, machine.input(now, *input, name));
    }
    assert_eq!(got, wanted);
    let over = wanted.last().is_some_and(|last| last.ends_with("over") || last.ends_with("timed out"));
    assert_eq!(machine.is_terminated(), over);
}

#[test]
fn client_invite_resends_doubling_and_gives_up_after_64_t1() {
    let wanted = ["500 invite", "1500 invite", "3500 invite", "7500 invite", "15500 invite", "31500 invite"];
    check(client_invite(), &[Until(40_000)], &[&wanted[..], &["32000 timed out"]].concat());
}

#[test]
fn client_invite_stops_resending_at_a_provisional_response_and_waits_for_ever() {
    check(client_invite(), &[Until(600), Receive(Provisional), Until(500_000)], &["500 invite", "600 up"]);
}

#[test]
fn client_invite_passes_every_2xx_up_until_m() {
    let inputs =
        [Receive(Provisional), Receive(Success), Receive(Failure), Receive(Provisional), Receive(Success)];
    let wanted = ["0 up", "0 up", "0 up", "32000 over"];
    check(client_invite(), &[&inputs[..], &[Until(40_000), Receive(Success)]].concat(), &wanted);
}

#[test]
fn client_invite_acknowledges_each_copy_of_a_failure_and_tells_the_first_until_d() {
    let inputs = [Receive(Failure), Receive(Failure), Receive(Success), Receive(Provisional), Until(32_000)];
    check(client_invite(), &inputs, &["0 ack", "0 up", "0 ack", "32000 over"]);
}

#[test]
fn client_non_invite_resends_doubling_to_t2_and_gives_up_after_64_t1() {
    let at = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    let mut wanted: Vec<String> = at.iter().map(|ms| format!("{ms} request")).collect();
    wanted.push("32000 timed out".to_owned());
    check(client_non_invite(), &[Until(40_000)], &wanted.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn client_non_invite_resends_every_t2_once_it_has_a_provisional_response() {
    let inputs = [Receive(Provisional), Until(9_000), Receive(Provisional), Receive(Success), Until(60_000)];
    check(
        client_non_invite(),
        &inputs,
        &["500 request", "4500 request", "8500 request", "9000 up", "14000 over"],
    );
}

#[test]
fn client_non_invite_tells_one_final_response_and_absorbs_copies_until_k() {
    let inputs = [Receive(Failure), Receive(Failure), Receive(Success), Until(5_000), Receive(Failure)];
    check(client_non_invite(), &inputs, &["0 up", "5000 over"]);
}

#[test]
fn server_invite_repeats_the_last_provisional_response() {
    check(
        server_invite(),
        &[Again, Send(Provisional), Again, Ack, Until(500_000)],
        &["0 trying", "0 1xx", "0 1xx"],
    );
}

#[test]
fn server_invite_absorbs_invites_after_a_2xx_and_passes_acks_up_until_l() {
    let inputs =
        [Send(Success), Again, Ack, Send(Failure), Send(Provisional), Send(Success), Until(32_000), Again];
    check(server_invite(), &inputs, &["0 2xx", "0 up", "0 2xx", "32000 over"]);
}

#[test]
fn server_invite_resends_a_failure_until_h() {
    let at = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    let mut wanted = vec!["0 failure".to_owned(), "0 failure".to_owned()];
    wanted.extend(at.iter().map(|ms| format!("{ms} failure")));
    wanted.push("32000 over".to_owned());
    let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
    check(server_invite(), &[Send(Failure), Again, Send(Success), Until(40_000)], &wanted);
}

#[test]
fn server_invite_is_quiet_once_a_failure_is_acknowledged_and_ends_at_i() {
    let inputs = [Send(Failure), Until(600), Ack, Again, Ack, Send(Success), Until(60_000)];
    check(server_invite(), &inputs, &["0 failure", "500 failure", "5600 over"]);
}

#[test]
fn server_non_invite_answers_once_and_repeats_the_answer_until_j() {
    let inputs = [Again, Send(Success), Send(Failure), Again, Until(31_999), Again, Until(32_000), Again];
    check(server_non_invite(), &inputs, &["0 2xx", "0 2xx", "31999 2xx", "32000 over"]);
}
