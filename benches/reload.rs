//! A reload: whole (budget 100 ms) and what of it the node has to stand still for (budget 1 ms).
//!
//! *whole*: `tongjie reload` as the control socket does it, against a driver with a real socket: read, checked with tests
//! and recordings, compared, in force. *pause*: the node alone, with agents registered, phones ringing and callers
//! waiting, takes over a plan that was made ready beforehand: one that says the same of queues and agents under another
//! name, and one in which every row is another. What the latter leaves for later is done in rounds; the longest is told.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that panics has failed")]
#![allow(clippy::indexing_slicing, reason = "texts of our own")]
#![allow(clippy::print_stdout, reason = "criterion has no place for a figure of our own")]
#![allow(clippy::disallowed_methods, reason = "the later rounds of a reload are timed beside criterion")]

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use md5::{Digest, Md5};
use tongjie::config;
use tongjie::dialplan::{Sources, Table, compile};
use tongjie::io::Clock;
use tongjie::io::driver::{Driver, Outbound, ToNode};
use tongjie::io::feed::feed;
use tongjie::io::inbox::inbox;
use tongjie::io::plans::candidate::Candidate;
use tongjie::io::plans::start::Start;
use tongjie::io::plans::view::Outcome;
use tongjie::io::plans::{Plans, Told, Wish};
use tongjie::io::udp::{BUFFER, BatchSocket};
use tongjie::media::Prompts;
use tongjie::node::{Command, Input, NextPlan, Node, Output, Settings, Wall};
use tongjie::stdx::{Instant, Rng};

fn settings() -> Settings {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/tongjie.toml");
    let mut settings = config::load(&file).unwrap().0.node;
    settings.calls_max = 20_000;
    settings.sip.digest = vec![tongjie::sip::stack::Algorithm::Md5];
    settings
}

/// The Wuxi plan, its name changed before every reload so that there is something to do.
fn whole(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let wuxi = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    for entry in std::fs::read_dir(&wuxi).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file())
    {
        std::fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
    }
    std::os::unix::fs::symlink(wuxi.join("audio"), dir.path().join("audio")).unwrap();
    let text = std::fs::read_to_string(dir.path().join("plan.toml")).unwrap();

    let first = Candidate::at_start(dir.path()).unwrap();
    let clock = Clock::start(Some(1_635_386_400_000));
    let node = Node::new(settings(), Arc::clone(&first.table), clock.wall(), Rng::from_seed(1));
    let (post, to_node) = inbox::<ToNode>(1024).unwrap();
    let (to_media, _media) = inbox(65_536).unwrap();
    let (feed, _items) = feed().unwrap();
    let plans = Plans::new(
        dir.path().to_owned(),
        Start::fresh(first, clock.wall().ms),
        node.edition(),
        clock,
        post,
        feed.fork(),
    );
    let socket = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), BUFFER).unwrap();
    let driver = Driver::new(node, clock, to_node, Outbound::new(socket, to_media, feed));
    std::thread::spawn(move || driver.run());

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pauses = RefCell::new(Vec::new());
    let mut count = 0;
    c.bench_function("reload/whole, the Wuxi plan", |b| {
        b.iter_batched(
            || {
                count += 1;
                std::fs::write(
                    dir.path().join("plan.toml"),
                    text.replace("\"无锡12345\"", &format!("\"无锡{count}\"")),
                )
                .unwrap();
            },
            |()| match runtime.block_on(plans.reload(&Wish::default(), "bench")) {
                Told::Done(view) if view.outcome == Outcome::InForce => {
                    pauses.borrow_mut().extend(view.pause_us)
                }
                other => panic!("{other:?}"),
            },
            BatchSize::PerIteration,
        );
    });
    let mut pauses = pauses.into_inner();
    if pauses.is_empty() {
        return;
    }
    pauses.sort_unstable();
    let (median, worst) = (pauses[pauses.len() / 2], pauses[pauses.len() - 1]);
    println!(
        "reload/pause of an idle node in these {} reloads: median {median} µs, worst {worst} µs",
        pauses.len()
    );
}

/// A city of so many hotlines and agents; with another `shift` every queue and every agent has another row.
fn city(hotlines: usize, agents: usize, name: &str, shift: usize) -> Arc<Table> {
    let mut text = format!(
        "[plan]\nname = \"{name}\"\ntime-zone = \"Asia/Shanghai\"\narea-code = \"0510\"\nnumber = \"12345\"\n\
         general-queue = \"q00\"\nannounce = \"merged\"\n[announcement.merged]\nfile = \"m.wav\"\n\
         [hotline.12345]\nname = \"x\"\nmode = \"direct\"\n[trunk.t]\naddress = \"10.1.0.1:5080\"\ntrusted = true\n\
         [wave.one]\ntrial = 2021-10-11\nformal = 2021-12-01\ncancel = 2022-01-01\n\
         [emergency]\n110 = {{ trunks = [\"t\"] }}\n119 = {{ trunks = [\"t\"] }}\n120 = {{ trunks = [\"t\"] }}\n122 = {{ trunks = [\"t\"] }}\n"
    );
    for n in 0..20 {
        text += &format!("[queue.q{n:02}]\nwaiting = {}\n", 10_000 + shift);
    }
    for n in 0..hotlines {
        text += &format!(
            "[hotline.0510-1{n:07}]\nname = \"n{n}\"\nmode = \"full-merge\"\nwave = \"one\"\nskill = \"s{}\"\n",
            n % 50
        );
    }
    for n in 0..agents {
        let queues = format!("\"q00\", \"q{:02}\", \"q{:02}\"", 1 + n % 19, 1 + (n + 7 + shift) % 19);
        text += &format!(
            "[agent.a{n:05}]\nname = \"坐席\"\npassword = \"secret\"\nqueues = [{queues}]\nskills = [\"*\"]\n"
        );
    }
    let (table, found) = compile(&Sources::new([("plan.toml", text)]));
    Arc::new(table.unwrap_or_else(|| panic!("{:?}", found.first())))
}

/// A node in the middle of its work.
fn busy(table: &Arc<Table>, agents: usize, callers: usize) -> Node {
    let wall = Wall { ms: 1_635_386_400_000, at: Instant::ZERO };
    let mut node = Node::new(settings(), Arc::clone(table), wall, Rng::from_seed(1));
    node.handle_input(Instant::ZERO, Input::PortsBound(settings().rtp_ports().collect()));
    for n in 0..agents {
        register(&mut node, &format!("a{n:05}"), n);
    }
    for n in 0..callers {
        let text = format!(
            "INVITE sip:12345@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1:5080;branch=z9hG4bK{n}\r\nMax-Forwards: 70\r\n\
             From: <sip:138{n:08}@10.1.0.1>;tag={n}\r\nTo: <sip:12345@127.0.0.1>\r\nCall-ID: c{n}\r\nCSeq: 1 INVITE\r\n\
             Contact: <sip:10.1.0.1:5080>\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n{SDP}",
            SDP.len()
        );
        send(&mut node, "10.1.0.1:5080".parse().unwrap(), text);
    }
    node
}

const SDP: &str =
    "v=0\r\no=- 1 1 IN IP4 10.1.0.1\r\ns=-\r\nc=IN IP4 10.1.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n";

fn register(node: &mut Node, user: &str, n: usize) {
    let host = u16::try_from(n).unwrap().to_be_bytes();
    let source = SocketAddr::from(([10, 9, host[0], host[1]], 5060));
    let request = |seq: u32, more: &str| {
        format!(
            "REGISTER sip:12345.wuxi SIP/2.0\r\nVia: SIP/2.0/UDP {source};branch=z9hG4bK{user}{seq}\r\nMax-Forwards: 70\r\n\
             From: <sip:{user}@12345.wuxi>;tag=1\r\nTo: <sip:{user}@12345.wuxi>\r\nCall-ID: {user}\r\n\
             CSeq: {seq} REGISTER\r\nContact: <sip:{user}@{source}>\r\nExpires: 3600\r\n{more}Content-Length: 0\r\n\r\n"
        )
    };
    let challenge = send(node, source, request(1, ""));
    let nonce = challenge.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
    let hash = |text: String| Md5::digest(text).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let (ha1, ha2) = (hash(format!("{user}:12345.wuxi:secret")), hash("REGISTER:sip:12345.wuxi".to_owned()));
    let response = hash(format!("{ha1}:{nonce}:00000001:x:auth:{ha2}"));
    let credentials = format!(
        "Authorization: Digest username=\"{user}\", realm=\"12345.wuxi\", nonce=\"{nonce}\", uri=\"sip:12345.wuxi\", \
         response=\"{response}\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"x\"\r\n"
    );
    let answer = send(node, source, request(2, &credentials));
    assert!(answer.starts_with("SIP/2.0 200"), "{answer}");
}

/// The first datagram that comes of it.
fn send(node: &mut Node, source: SocketAddr, text: String) -> String {
    node.handle_input(Instant::ZERO, Input::Datagram { source, data: Bytes::from(text) });
    let sent = drain(node).into_iter().find_map(|output| match output {
        Output::Send { data, .. } => Some(String::from_utf8_lossy(&data).into_owned()),
        _ => None,
    });
    sent.unwrap_or_default()
}

fn drain(node: &mut Node) -> Vec<Output> {
    std::iter::from_fn(|| node.poll_output()).collect()
}

fn pause(c: &mut Criterion) {
    let mut group = c.benchmark_group("reload/pause");
    group.measurement_time(Duration::from_secs(8));
    for (size, hotlines, agents, callers, shift) in [
        ("a city: 70 hotlines, 300 agents, 600 calls", 70, 300, 600, 0),
        ("a city, every row another", 70, 300, 600, 1),
        ("a province: 2000 hotlines, 3000 agents, 6000 calls", 2000, 3000, 6000, 0),
        ("a province, every row another", 2000, 3000, 6000, 1),
    ] {
        let tables = [city(hotlines, agents, "a", 0), city(hotlines, agents, "b", shift)];
        let rounds = Cell::new((0, Duration::ZERO));
        let node = RefCell::new(busy(&tables[0], agents, callers));
        let calls = node.borrow().calls().len();
        assert_eq!(calls, callers);
        group.bench_function(BenchmarkId::from_parameter(size), |b| {
            b.iter_batched(
                || {
                    let mut node = node.borrow_mut();
                    while node.poll_timeout() == Some(Instant::ZERO) {
                        let began = std::time::Instant::now();
                        node.handle_timeout(Instant::ZERO);
                        black_box(drain(&mut node));
                        let (count, longest) = rounds.get();
                        rounds.set((count + 1, longest.max(began.elapsed())));
                    }
                    let before = node.edition();
                    let table =
                        Arc::clone(tables.iter().find(|table| table.name() != before.name()).unwrap());
                    let prompts = Arc::new(Prompts::new());
                    Box::new(NextPlan::following(before.number(), before.table(), table, prompts))
                },
                |next| {
                    let mut node = node.borrow_mut();
                    node.handle_input(
                        Instant::ZERO,
                        Input::Command { token: 1, command: Command::Replan(next) },
                    );
                    // What is left of the old plan is dropped after the clock has stopped, as the control thread does.
                    black_box(drain(&mut node))
                },
                BatchSize::PerIteration,
            );
        });
        if let (count @ 1.., longest) = rounds.get() {
            println!("reload/later, {size}: {count} rounds in all, the longest {longest:?}");
        }
    }
    group.finish();
}

criterion_group!(benches, whole, pause);
criterion_main!(benches);
