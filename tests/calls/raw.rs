//! What the simulated peers cannot do, in SIP text: offers that come late, early media announced and not sent,
//! headers that carriers leave out.

use std::net::SocketAddr;
use std::time::Duration;

use tongjie::cdr::{Cdr, Disposition, Fold};
use tongjie::event::{By, EndCause, Fact};
use tongjie::media::{self, Command};
use tongjie::node::{Input, Node, Output, Settings, Wall};
use tongjie::sim::fixture;
use tongjie::sip::stack;
use tongjie::stdx::{Instant, Rng};

use super::{s, world};

const TELECOM: &str = "10.1.0.1:5060";

/// A node and nobody else: what it sends is read, what it receives is written here.
struct Bare {
    node: Node,
    now: Instant,
    sent: Vec<(SocketAddr, String)>,
    media: Vec<Command>,
    facts: Vec<Fact>,
    cdrs: Vec<Cdr>,
    /// Words of the carrier's next requests to be replaced.
    edit: (&'static str, &'static str),
    fold: Fold,
}

impl Bare {
    fn new() -> Self {
        let address: SocketAddr = "10.0.0.1:5060".parse().unwrap();
        let settings = Settings {
            sip: stack::Settings::new(address),
            media_address: address.ip(),
            media_port_min: 20_000,
            media_port_max: 21_000,
            port_quarantine: s(2),
            calls_max: 100,
            calls_reserved: 4,
            call_length_max: s(7200),
            trunk_silent: s(4),
            drain_max: s(60),
            rehearsal: false,
        };
        let wall_ms = "2021-10-28T10:00:00+08:00".parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let wall = Wall { ms: wall_ms, at: Instant::ZERO };
        let bound = settings.rtp_ports().collect();
        let mut node = Node::new(settings, fixture::plan(1, 0), wall, Rng::from_seed(7));
        node.handle_input(Instant::ZERO, Input::PortsBound(bound));
        let mut bare = Self {
            node,
            now: Instant::from_millis(1),
            sent: Vec::new(),
            media: Vec::new(),
            facts: Vec::new(),
            cdrs: Vec::new(),
            edit: ("", ""),
            fold: Fold::new("bare"),
        };
        bare.drain();
        bare
    }

    fn drain(&mut self) {
        while let Some(output) = self.node.poll_output() {
            match output {
                Output::Send { to, data } => self.sent.push((to, String::from_utf8(data.to_vec()).unwrap())),
                Output::Media(command) => self.media.push(command),
                Output::Event(event) => {
                    self.cdrs.extend(self.fold.handle(&event));
                    self.facts.push(event.fact);
                }
                Output::Reply { .. } | Output::Stopped => {}
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.node.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.node.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn input(&mut self, input: Input) {
        self.node.handle_input(self.now, input);
        self.drain();
    }

    fn receives(&mut self, from: &str, text: &str) {
        let data = text.replace('\n', "\r\n").into_bytes().into();
        self.input(Input::Datagram { source: from.parse().unwrap(), data });
    }

    /// A request of the carrier's.
    fn carrier(&mut self, method: &str, number: &str, to_tag: &str, seq: u32, more: &str, body: &str) {
        let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
        let (from, to) = self.edit;
        let text = format!(
            "{method} sip:{number}@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP {TELECOM};rport;branch=z9hG4bK{method}{seq}\n\
                 Max-Forwards: 70\nFrom: <sip:13800000000@10.1.0.1>;tag=c\nTo: <sip:{number}@10.0.0.1>{tag}\n\
                 Call-ID: bare\nCSeq: {seq} {method}\nContact: <sip:{TELECOM}>\n{more}Content-Length: {}\n\n{body}",
            body.len() + body.matches('\n').count()
        );
        let text = if from.is_empty() { text } else { text.replace(from, to) };
        self.receives(TELECOM, &text);
    }

    /// The last message sent that begins so.
    #[track_caller]
    fn last(&self, first: &str) -> &str {
        let found = self.sent.iter().rev().find(|(_, text)| text.starts_with(first));
        &found.unwrap_or_else(|| panic!("no {first} in {:#?}", self.sent)).1
    }

    #[track_caller]
    fn header(&self, first: &str, name: &str) -> String {
        let name = format!("{name}: ");
        let line = self.last(first).lines().find_map(|line| line.strip_prefix(&name));
        line.unwrap_or_else(|| panic!("no {name}")).to_owned()
    }
}

const SDP: &str = "v=0\no=- 1 1 IN IP4 10.1.0.1\ns=-\nc=IN IP4 10.1.0.1\nt=0 0\nm=audio 4000 RTP/AVP 8\n";
const IS_SDP: &str = "Content-Type: application/sdp\n";

#[test]
fn a_caller_whose_ack_brings_no_answer_to_our_offer_is_released() {
    let mut b = Bare::new();
    b.carrier("INVITE", "12345", "", 1, "", "");
    let to = b.header("SIP/2.0 200", "To");
    let tag = to.split_once("tag=").unwrap().1.to_owned();
    b.carrier("ACK", "12345", &tag, 1, "", "");
    assert!(b.last("BYE").contains("CSeq: 1 BYE"));
    assert!(b.facts.iter().any(|fact| matches!(fact, Fact::CallReleased { .. })), "{:?}", b.facts);
    b.pass(s(40));
    assert!(b.node.calls().is_empty());
    assert_eq!((b.node.calls().ports().used(), b.node.calls().timers()), (0, 0));
}

#[test]
fn a_trunk_that_announces_early_media_is_heard_from_its_first_packet_on() {
    let mut b = Bare::new();
    b.carrier("INVITE", "12366", "", 1, IS_SDP, SDP);
    let head: String = b
        .last("INVITE sip:12366")
        .lines()
        .filter(|line| ["Via", "From", "Call-ID", "CSeq"].iter().any(|name| line.starts_with(name)))
        .map(|line| format!("{line}\n"))
        .collect();
    let sdp = SDP.replace("10.1.0.1", "10.2.0.1");
    let early = format!(
        "SIP/2.0 183 Session Progress\n{head}To: <sip:12366@10.2.0.1:5060>;tag=t\nContact: <sip:10.2.0.1:5060>\n\
         {IS_SDP}Content-Length: {}\n\n{sdp}",
        sdp.len() + sdp.matches('\n').count()
    );
    b.receives("10.2.0.1:5060", &early);
    let connected = |command: &&Command| matches!(command, Command::Connect { .. });
    assert_eq!(b.media.iter().filter(connected).count(), 2);
    assert!(!b.media.iter().any(|command| matches!(command, Command::Bridge { .. })), "ringback goes on");
    let Some(Command::Open { port }) =
        b.media.iter().rev().find(|command| matches!(command, Command::Open { .. })).cloned()
    else {
        panic!("no far leg")
    };
    b.input(Input::Media(media::Event::FirstPacket { port }));
    assert!(matches!(b.media.last(), Some(Command::Bridge { .. })));
}

#[test]
fn a_caller_with_an_anonymous_from_is_shown_to_nobody_though_his_privacy_was_lost_on_the_way() {
    let w = world(1);
    let agent = w.agent("1001").ready();
    let caller =
        w.caller("anonymous").with("P-Asserted-Identity", "<sip:13812345678@telecom>").dials("12345");
    w.run_for(s(3));
    let headers = agent.last().headers();
    assert!(!headers.contains("13812345678"), "{headers}");
    caller.hangs_up();
    w.settle();
    assert!(w.record(caller.call()).withheld);
}

#[test]
fn an_offer_beside_which_a_carrier_sends_isup_is_read() {
    let mut b = Bare::new();
    let body = format!(
        "--isup-1\nContent-Type: application/ISUP;version=itu-t92+\nContent-Disposition: signal;handling=optional\n\n\
         binary\n--isup-1\nContent-Type: application/sdp\n\n{SDP}--isup-1--\n"
    );
    b.carrier("INVITE", "12345", "", 1, "Content-Type: multipart/mixed;boundary=isup-1\n", &body);
    b.pass(s(1));
    assert!(b.last("SIP/2.0 200").contains("m=audio 20"), "{:#?}", b.sent);
}

#[test]
fn an_invite_that_never_became_a_call_leaves_a_record_of_who_called_whom_and_why() {
    let isup = "Content-Type: application/isup\n";
    for (more, body, from, to, cause) in [
        ("Require: precondition\n", "", "", "", EndCause::BadRequest),
        (isup, "\x01\x02", "", "", EndCause::BadRequest),
        ("", "", "Max-Forwards: 70", "Max-Forwards: 0", EndCause::Loop),
    ] {
        let mut b = Bare::new();
        b.pass(s(5));
        b.edit = (from, to);
        b.carrier("INVITE", "12319", "", 1, more, body);
        let [cdr] = &b.cdrs[..] else { panic!("{more}: {:?}", b.facts) };
        assert_eq!((cdr.caller.as_str(), cdr.dialled.as_str()), ("13800000000", "12319"));
        assert_eq!(cdr.trunk_in.as_ref().map(|trunk| trunk.as_str()), Some("telecom"));
        assert_eq!((cdr.cause, cdr.by, cdr.disposition), (cause, By::Node, Disposition::Failed));
        assert!(cdr.rule.contains("before the plan was asked"), "{}", cdr.rule);
        assert_eq!((cdr.arrived, cdr.connected), (cdr.released, None));
        assert!(b.node.calls().is_empty());
    }
}

#[test]
fn a_flood_of_refused_invites_leaves_twenty_records_a_second_and_the_number_of_the_others() {
    let left_out = |b: &Bare| {
        let counts = b.facts.iter().map(|fact| match fact {
            Fact::RefusalsLeftOut { count } => *count,
            _ => 0,
        });
        counts.sum::<u32>()
    };
    let mut b = Bare::new();
    for seq in 1..=50 {
        b.carrier("INVITE", "12319", "", seq, "Require: precondition\n", "");
    }
    assert_eq!((b.cdrs.len(), left_out(&b)), (20, 0));
    b.pass(s(1));
    assert_eq!((b.cdrs.len(), left_out(&b)), (20, 30));
    b.carrier("INVITE", "12319", "", 51, "Require: precondition\n", "");
    b.pass(s(5));
    assert_eq!((b.cdrs.len(), left_out(&b)), (21, 30));
}

/// A caller's SDP that would have us send RTP to where only we can, or to ourselves.
const FORBIDDEN: [(&str, &str); 5] = [
    ("10.1.0.1\nt=", "127.0.0.1\nt="),
    ("10.1.0.1\nt=", "169.254.169.254\nt="),
    ("10.1.0.1\nt=", "224.0.0.1\nt="),
    ("10.1.0.1\nt=0 0\nm=audio 4000", "10.0.0.1\nt=0 0\nm=audio 20000"),
    ("10.1.0.1\nt=0 0\nm=audio 4000", "10.0.0.1\nt=0 0\nm=audio 20601"),
];

#[test]
fn a_caller_who_wants_rtp_at_a_forbidden_address_gets_488_and_his_record_says_why() {
    for (from, to) in FORBIDDEN {
        let mut b = Bare::new();
        b.carrier("INVITE", "12345", "", 1, IS_SDP, &SDP.replace(from, to));
        b.last("SIP/2.0 488");
        let [cdr] = &b.cdrs[..] else { panic!("{to}: {:?}", b.facts) };
        assert_eq!((cdr.cause, cdr.cause.status()), (EndCause::ForbiddenAddress, 488), "{to}");
        assert!(!b.media.iter().any(|command| matches!(command, Command::Connect { .. })), "{to}");
        assert!(b.node.calls().is_empty());
    }
}

#[test]
fn a_change_to_a_forbidden_address_gets_488_and_the_call_goes_on_as_it_was() {
    for (from, to) in FORBIDDEN {
        let mut b = Bare::new();
        b.carrier("INVITE", "12345", "", 1, IS_SDP, SDP);
        b.pass(s(1));
        let tag = b.header("SIP/2.0 200", "To").split_once("tag=").unwrap().1.to_owned();
        b.carrier("ACK", "12345", &tag, 1, "", "");
        let connects = |b: &Bare| b.media.iter().filter(|c| matches!(c, Command::Connect { .. })).count();
        let before = connects(&b);
        b.carrier("INVITE", "12345", &tag, 2, IS_SDP, &SDP.replace(from, to));
        b.last("SIP/2.0 488");
        assert_eq!((connects(&b), b.node.calls().len()), (before, 1), "{to}");
        // Our description was not changed by the one refused.
        b.carrier("INVITE", "12345", &tag, 3, IS_SDP, SDP);
        assert!(b.last("SIP/2.0 200").contains("m=audio 20"));
    }
}

#[test]
fn a_trunk_that_answers_with_a_forbidden_address_is_left_and_the_caller_goes_back_to_12345() {
    for (from, to) in FORBIDDEN {
        let mut b = Bare::new();
        b.carrier("INVITE", "12366", "", 1, IS_SDP, SDP);
        let head: String = b
            .last("INVITE sip:12366")
            .lines()
            .filter(|line| ["Via", "From", "Call-ID", "CSeq"].iter().any(|name| line.starts_with(name)))
            .map(|line| format!("{line}\n"))
            .collect();
        let sdp = SDP.replace(from, to);
        let answer = format!(
            "SIP/2.0 200 OK\n{head}To: <sip:12366@10.2.0.1:5060>;tag=t\nContact: <sip:10.2.0.1:5060>\n\
             {IS_SDP}Content-Length: {}\n\n{sdp}",
            sdp.len() + sdp.matches('\n').count()
        );
        b.receives("10.2.0.1:5060", &answer);
        b.last("BYE sip:10.2.0.1");
        let connects = b.media.iter().filter(|c| matches!(c, Command::Connect { .. })).count();
        assert_eq!(connects, 1, "{to}: only the caller's leg");
        assert!(b.facts.iter().any(|f| matches!(f, Fact::CallQueued { .. })), "{:?}", b.facts);
    }
}

/// An INVITE without credentials.
fn invite(from: &str, user: &str, seq: u32) -> String {
    format!(
        "INVITE sip:12345@10.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bKother{seq}\n\
         Max-Forwards: 70\nFrom: <sip:{user}@10.1.0.1>;tag=o{seq}\nTo: <sip:12345@10.0.0.1>\n\
         Call-ID: other{seq}\nCSeq: {seq} INVITE\nContact: <sip:{from}>\nContent-Length: 0\n\n"
    )
}

#[test]
fn a_trunk_that_calls_from_another_port_is_challenged_and_the_log_says_so_once_a_minute() {
    let mut b = Bare::new();
    let other = "10.1.0.1:5070";
    let told = |b: &Bare| {
        let counts = b.facts.iter().filter_map(|fact| match fact {
            Fact::TrunkOnOtherPort { trunk, source, count } => {
                assert_eq!((trunk.as_str(), source.to_string().as_str()), ("telecom", other));
                Some(*count)
            }
            _ => None,
        });
        counts.collect::<Vec<_>>()
    };
    // A phone behind the same address is challenged first, too.
    b.receives(other, &invite(other, "1001", 1));
    assert!(b.last("SIP/2.0").starts_with("SIP/2.0 401"));
    // Nor is a stranger from elsewhere anybody's trunk.
    b.receives("10.77.0.1:5060", &invite("10.77.0.1:5060", "13800000000", 2));
    assert_eq!(told(&b), [0u64; 0]);
    for seq in 3..6 {
        b.receives(other, &invite(other, "13800000000", seq));
        assert!(b.last("SIP/2.0").starts_with("SIP/2.0 401"));
    }
    assert_eq!(told(&b), [1]);
    b.pass(s(61));
    b.receives(other, &invite(other, "13800000000", 7));
    assert_eq!(told(&b), [1, 4]);
    // From its own port it is let in.
    b.carrier("INVITE", "12345", "", 8, "", "");
    assert!(!b.last("SIP/2.0").starts_with("SIP/2.0 401"));
    assert_eq!(told(&b), [1, 4]);
}
