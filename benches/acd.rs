//! One match between callers and agents (budget: at most 5 µs with 10,000 of each, whatever the line's length).

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that panics has failed")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use tongjie::acd::{
    Acd, AgentSettings, Change, Output, Plan, QueueSettings, Retirement, Skills, Strategy, Waiter,
};
use tongjie::event::{AgentId, CallKey, QueueId, Skill};
use tongjie::stdx::{Instant, Slab};

const AGENTS: u64 = 10_000;
const QUEUES: u64 = 20;
const SKILLS: u64 = 60;

fn plan() -> (Vec<QueueSettings>, Vec<AgentSettings>) {
    let queues = (0..QUEUES).map(|n| QueueSettings {
        id: QueueId::new(format!("q{n:02}")),
        strategy: Strategy::LongestIdle,
        ring: Duration::from_secs(20),
        wrap_up: Duration::ZERO,
        waiting_max: 1_000_000,
        wait_max: Some(Duration::from_secs(600)),
        overflow: Vec::new(),
        misses_max: 3,
    });
    // One agent in three knows everything; the others ten skills. Everyone serves three queues.
    let agents = (0..AGENTS).map(|n| AgentSettings {
        id: AgentId::new(format!("a{n:05}")),
        queues: (0..3).map(|k| QueueId::new(format!("q{:02}", (n + k * 7) % QUEUES))).collect(),
        skills: if n % 3 == 0 {
            Skills::All
        } else {
            Skills::Of(
                (0..10)
                    .map(|k| Skill::new(format!("s{:02}", (n * 7 + k * 11) % SKILLS)))
                    .collect::<BTreeSet<_>>(),
            )
        },
    });
    (queues.collect(), agents.collect())
}

struct Centre {
    acd: Acd,
    calls: Slab<CallKey, ()>,
    queues: Vec<QueueId>,
    skills: Vec<Skill>,
    now: Instant,
    count: usize,
}

impl Centre {
    fn new() -> Self {
        let (queues, agents) = plan();
        let mut acd = Acd::new();
        let plan = Change::between(&Plan::default(), Plan::new(queues, agents));
        acd.set_plan(Instant::ZERO, plan, &Retirement::default());
        let queues = (0..QUEUES).map(|n| QueueId::new(format!("q{n:02}"))).collect();
        let skills = (0..SKILLS).map(|n| Skill::new(format!("s{n:02}"))).collect();
        Self { acd, calls: Slab::new(), queues, skills, now: Instant::from_millis(1), count: 0 }
    }

    fn call(&mut self) -> CallKey {
        self.now += Duration::from_micros(100);
        self.count += 1;
        let call = self.calls.insert(());
        let waiter = Waiter {
            call,
            queue: self.queues.get(self.count % self.queues.len()).unwrap().clone(),
            skill: self.skills.get(self.count % self.skills.len()).cloned(),
            since: self.now,
            eligible_from: self.now,
            priority: 0,
        };
        self.acd.handle_enqueue(self.now, waiter).unwrap();
        call
    }

    fn log_on_all(&mut self) {
        for n in 0..AGENTS {
            self.now += Duration::from_micros(100);
            self.acd.handle_logged_on(self.now, &AgentId::new(format!("a{n:05}")));
        }
    }

    fn drain(&mut self) -> Option<Output> {
        let mut last = None;
        while let Some(output) = self.acd.poll_output() {
            last = Some(output);
        }
        last
    }
}

/// A caller comes to 10,000 ready agents, is offered, and leaves: two index changes.
fn caller_finds_an_agent(c: &mut Criterion) {
    let mut centre = Centre::new();
    centre.log_on_all();
    centre.drain();
    c.bench_function("acd/enqueue, offer and leave, 10000 ready agents", |b| {
        b.iter(|| {
            let call = centre.call();
            assert!(matches!(centre.drain(), Some(Output::Offer { .. })));
            centre.acd.handle_leave(centre.now, call);
            centre.calls.remove(call);
            black_box(centre.drain())
        });
    });
}

/// An agent answers and ends his call; he gets the next caller of a long line.
fn agent_finds_a_caller(c: &mut Criterion) {
    let mut group = c.benchmark_group("acd/answer, release and next offer, callers waiting");
    for waiting in [100_u64, 10_000, 100_000] {
        let mut centre = Centre::new();
        for _ in 0..waiting + AGENTS {
            centre.call();
        }
        centre.log_on_all();
        let mut offers = std::collections::VecDeque::new();
        while let Some(output) = centre.acd.poll_output() {
            if let Output::Offer { agent, reservation, .. } = output {
                offers.push_back((agent, reservation));
            }
        }
        group.bench_function(BenchmarkId::from_parameter(waiting), |b| {
            b.iter_batched(
                || (),
                |()| {
                    let Some((agent, reservation)) = offers.pop_front() else { return };
                    centre.acd.handle_answered(centre.now, reservation);
                    // Keep the line as long as it was.
                    centre.call();
                    centre.acd.handle_released(centre.now, &agent);
                    while let Some(output) = centre.acd.poll_output() {
                        if let Output::Offer { agent, reservation, .. } = output {
                            offers.push_back((agent, reservation));
                        }
                    }
                },
                BatchSize::SmallInput,
            );
        });
        assert!(!offers.is_empty());
    }
    group.finish();
}

criterion_group!(benches, caller_finds_an_agent, agent_finds_a_caller);
criterion_main!(benches);
