//! Random days, step by step beside a model that keeps plain lists and searches them, and after every step a
//! recount of everything the ACD keeps: both indexes, every timer, both ends of every reservation, the sums.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::acd::waiter::Stage;

const QUEUES: [&str; 3] = ["a", "b", "c"];
const SKILLS: [&str; 4] = ["", "p", "q", "r"];
const AGENTS: usize = 5;

#[derive(Clone, Debug)]
enum Step {
    Call { queue: usize, skill: usize, priority: u8, hears_ms: u64 },
    Leave(usize),
    Answer(usize),
    Refuse(usize),
    Release(usize),
    LogOn(usize),
    LogOff(usize),
    Ready(usize),
    NotReady(usize),
    Pass(u64),
    Plan(usize),
}

fn step() -> impl Strategy_<Value = Step> {
    prop_oneof![
        8 => (0..3_usize, 0..4_usize, 0..2_u8, prop_oneof![Just(0), 0..8_000_u64])
            .prop_map(|(queue, skill, priority, hears_ms)| Step::Call { queue, skill, priority, hears_ms }),
        2 => any::<usize>().prop_map(Step::Leave),
        6 => any::<usize>().prop_map(Step::Answer),
        3 => any::<usize>().prop_map(Step::Refuse),
        6 => (0..AGENTS).prop_map(Step::Release),
        4 => (0..AGENTS).prop_map(Step::LogOn),
        1 => (0..AGENTS).prop_map(Step::LogOff),
        3 => (0..AGENTS).prop_map(Step::Ready),
        2 => (0..AGENTS).prop_map(Step::NotReady),
        8 => prop_oneof![0..3_000_u64, 0..40_000_u64].prop_map(Step::Pass),
        1 => (0..PLANS).prop_map(Step::Plan),
    ]
}

use proptest::strategy::Strategy as Strategy_;

const PLANS: usize = 5;

fn plan(which: usize) -> (Vec<QueueSettings>, Vec<AgentSettings>) {
    let out = |to: &str, after, keep_skill| Overflow { after: secs(after), to: QueueId::new(to), keep_skill };
    let a = QueueSettings {
        overflow: vec![out("b", 15, true), out("c", 25, which == 1)],
        misses_max: 2,
        waiting_max: 6,
        ..queue("a")
    };
    let b = QueueSettings {
        wait_max: Some(secs(if which == 3 { 20 } else { 50 })),
        ring: secs(7),
        waiting_max: if which == 4 { 1 } else { 4 },
        ..queue("b")
    };
    let c =
        QueueSettings { overflow: vec![out("a", 30, true)], wrap_up: secs(0), misses_max: 3, ..queue("c") };
    let agents = match which {
        0 => [("0", "a", "*"), ("1", "a b", "p q"), ("2", "b c", ""), ("3", "a b c", "q r"), ("4", "c", "*")],
        1 => [("0", "a b c", "*"), ("1", "a", "p"), ("2", "b c", "p q"), ("3", "c", "r"), ("4", "", "*")],
        _ => [("0", "c", "q"), ("1", "a b c", "*"), ("2", "a", ""), ("3", "b", "p q r"), ("4", "c", "r")],
    };
    (vec![c, a, b], agents.map(|(id, queues, skills)| agent(id, queues, skills)).to_vec())
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Does {
    Off,
    Break,
    Idle(Instant),
    Rings { call: CallKey, idle: Instant, until: Instant, then: char },
    Talks { wrap_up: Duration, then: char },
    Writes { until: Instant, then: char },
}

struct Person {
    plan: AgentSettings,
    misses: u32,
    does: Does,
}

struct Line {
    waiter: Waiter,
    arrival: usize,
    entered: Instant,
    moves: u8,
    listens: bool,
    rings: bool,
    barred: BTreeMap<usize, Instant>,
    look_again: Option<Instant>,
    attended: Instant,
}

/// The model.
struct Model {
    queues: BTreeMap<QueueId, QueueSettings>,
    people: Vec<Person>,
    lines: BTreeMap<CallKey, Line>,
    arrivals: usize,
    told: Vec<String>,
}

impl Model {
    fn offers(&mut self, now: Instant, call: CallKey, who: usize) {
        let line = self.lines.get_mut(&call).unwrap();
        line.rings = true;
        line.look_again = None;
        let Does::Idle(idle) = self.people[who].does else { panic!() };
        let until = now + self.queues[&line.waiter.queue].ring;
        self.people[who].does = Does::Rings { call, idle, until, then: 'r' };
        self.told.push(format!("offer {call:?} to {who} until {until}"));
    }

    fn fits(&self, now: Instant, call: CallKey, who: usize) -> bool {
        let (line, person) = (&self.lines[&call], &self.people[who]);
        !line.listens
            && !line.rings
            && matches!(person.does, Does::Idle(_))
            && person.plan.queues.contains(&line.waiter.queue)
            && person.plan.skills.cover(line.waiter.skill.as_ref())
            && line.barred.get(&who).is_none_or(|until| *until <= now)
    }

    fn find_agent(&mut self, now: Instant, call: CallKey) -> bool {
        let fit = (0..AGENTS).filter(|who| self.fits(now, call, *who));
        let best = fit.min_by_key(|who| match self.people[*who].does {
            Does::Idle(since) => since,
            _ => unreachable!(),
        });
        best.inspect(|who| self.offers(now, call, *who)).is_some()
    }

    fn find_caller(&mut self, now: Instant, who: usize) {
        let fit = self.lines.iter().filter(|(call, _)| self.fits(now, **call, who));
        let best = fit.min_by_key(|(_, line)| {
            (std::cmp::Reverse(line.waiter.priority), line.waiter.since, line.arrival)
        });
        if let Some(call) = best.map(|(call, _)| *call) {
            self.offers(now, call, who);
        }
    }

    fn attend(&mut self, now: Instant, call: CallKey) {
        loop {
            let Some(line) = self.lines.get_mut(&call).filter(|line| !line.rings) else { return };
            line.barred.retain(|_, until| *until > now);
            line.look_again = None;
            line.attended = now;
            line.listens &= line.waiter.eligible_from > now;
            if self.find_agent(now, call) {
                return;
            }
            let line = &self.lines[&call];
            let settings = &self.queues[&line.waiter.queue];
            if settings.wait_max.is_some_and(|max| line.entered + max <= now) {
                self.lines.remove(&call);
                self.told.push(format!("time out {call:?}"));
                return;
            }
            let due: Vec<_> = settings
                .overflow
                .iter()
                .filter(|out| line.moves < 8 && line.entered + out.after <= now)
                .cloned()
                .collect();
            let Some(out) = due.iter().find(|out| self.room(&out.to)) else {
                if !due.is_empty() {
                    self.lines.get_mut(&call).unwrap().look_again = Some(now + secs(1));
                }
                return;
            };
            let line = self.lines.get_mut(&call).unwrap();
            line.waiter.queue = out.to.clone();
            line.waiter.skill = line.waiter.skill.take().filter(|_| out.keep_skill);
            line.entered = now;
            line.moves += 1;
            self.told.push(format!("move {call:?} to {}", out.to));
        }
    }

    fn room(&self, queue: &QueueId) -> bool {
        self.in_queue(queue) < self.queues[queue].waiting_max
    }

    fn in_queue(&self, queue: &QueueId) -> usize {
        self.lines.values().filter(|line| line.waiter.queue == *queue).count()
    }

    fn then(then: char, idle: Instant) -> Does {
        match then {
            'r' => Does::Idle(idle),
            'b' => Does::Break,
            _ => Does::Off,
        }
    }

    fn missed(&mut self, now: Instant, who: usize, off: bool) {
        let Does::Rings { call, then, .. } = self.people[who].does else { panic!() };
        let max = self.queues[&self.lines[&call].waiter.queue].misses_max;
        let person = &mut self.people[who];
        person.misses += 1;
        person.does = match (off, max > 0 && person.misses >= max) {
            (true, _) => Does::Off,
            (false, true) => Does::Break,
            (false, false) => Self::then(then, now),
        };
        let line = self.lines.get_mut(&call).unwrap();
        line.rings = false;
        line.listens = true;
        line.barred.insert(who, now + secs(5));
        self.attend(now, call);
        self.seek(now, who);
    }

    fn seek(&mut self, now: Instant, who: usize) {
        if matches!(self.people[who].does, Does::Idle(_)) {
            self.find_caller(now, who);
        }
    }

    fn leave(&mut self, now: Instant, call: CallKey) {
        if self.lines.remove(&call).is_none() {
            return;
        }
        let ringing = self
            .people
            .iter()
            .position(|person| matches!(person.does, Does::Rings { call: c, .. } if c == call));
        if let Some(who) = ringing {
            let Does::Rings { idle, then, .. } = self.people[who].does else { panic!() };
            self.people[who].does = Self::then(then, idle);
            self.seek(now, who);
        }
    }

    fn wish(&mut self, now: Instant, who: usize, wish: Step) {
        let does = self.people[who].does;
        let after = match (wish, does) {
            (Step::LogOn(_), Does::Off) | (Step::Ready(_), Does::Break | Does::Writes { .. }) => {
                Does::Idle(now)
            }
            (Step::LogOff(_), Does::Rings { .. }) => return self.missed(now, who, true),
            (Step::LogOff(_), Does::Talks { wrap_up, .. }) => Does::Talks { wrap_up, then: 'o' },
            (Step::LogOff(_), _) => Does::Off,
            (Step::LogOn(_), Does::Talks { wrap_up, then: 'o' })
            | (Step::Ready(_), Does::Talks { wrap_up, .. }) => Does::Talks { wrap_up, then: 'r' },
            (Step::NotReady(_), Does::Talks { wrap_up, .. }) => Does::Talks { wrap_up, then: 'b' },
            (Step::NotReady(_), Does::Idle(_) | Does::Writes { .. }) => Does::Break,
            (Step::Ready(_), Does::Rings { call, idle, until, .. }) => {
                Does::Rings { call, idle, until, then: 'r' }
            }
            (Step::NotReady(_), Does::Rings { call, idle, until, .. }) => {
                Does::Rings { call, idle, until, then: 'b' }
            }
            (Step::Release(_), Does::Talks { wrap_up, then }) if wrap_up.is_zero() || then == 'o' => {
                Self::then(then, now)
            }
            (Step::Release(_), Does::Talks { wrap_up, then }) => Does::Writes { until: now + wrap_up, then },
            (_, same) => same,
        };
        if matches!(does, Does::Off | Does::Break) && after != does {
            self.people[who].misses = 0;
        }
        self.people[who].does = after;
        if after != does {
            self.seek(now, who);
        }
    }

    fn due(&self, line: &Line) -> Option<Instant> {
        let settings = &self.queues[&line.waiter.queue];
        let outs =
            settings.overflow.iter().filter(|out| line.moves < 8 && line.entered + out.after > line.attended);
        let times = [
            line.listens.then_some(line.waiter.eligible_from),
            settings.wait_max.map(|max| line.entered + max),
            line.look_again,
        ];
        let times = times.into_iter().flatten().chain(line.barred.values().copied());
        times.chain(outs.map(|out| line.entered + out.after)).min().filter(|_| !line.rings)
    }

    fn next_due(&self) -> Option<Instant> {
        let people = self.people.iter().filter_map(|person| match person.does {
            Does::Rings { until, .. } | Does::Writes { until, .. } => Some(until),
            _ => None,
        });
        people.chain(self.lines.values().filter_map(|line| self.due(line))).min()
    }

    fn timeouts(&mut self, now: Instant, rings_in_order: &[usize]) {
        for who in 0..AGENTS {
            if let Does::Writes { until, then } = self.people[who].does
                && until <= now
            {
                self.people[who].does = Self::then(then, now);
                self.seek(now, who);
            }
        }
        for who in rings_in_order {
            if let Does::Rings { until, .. } = self.people[*who].does
                && until <= now
            {
                self.missed(now, *who, false);
            }
        }
        let calls: Vec<_> = self.lines.keys().copied().collect();
        for call in calls {
            if self.lines.get(&call).and_then(|line| self.due(line)).is_some_and(|at| at <= now) {
                self.attend(now, call);
            }
        }
    }
}

/// Both, and what is known of the reservations.
struct Day {
    desk: Desk,
    model: Model,
    live: BTreeMap<ReservationKey, (CallKey, usize)>,
    ever: BTreeSet<ReservationKey>,
}

impl Day {
    fn new() -> Self {
        let (queues, agents) = plan(0);
        let model = Model {
            queues: queues.iter().map(|queue| (queue.id.clone(), queue.clone())).collect(),
            people: agents
                .iter()
                .map(|plan| Person { plan: plan.clone(), misses: 0, does: Does::Off })
                .collect(),
            lines: BTreeMap::new(),
            arrivals: 0,
            told: Vec::new(),
        };
        Self { desk: Desk::new(queues, agents), model, live: BTreeMap::new(), ever: BTreeSet::new() }
    }

    fn run(&mut self, step: Step) {
        let now = self.desk.now;
        let nth = |live: &BTreeMap<ReservationKey, (CallKey, usize)>, n: usize| {
            live.iter().nth(n % live.len().max(1)).map(|(key, (call, who))| (*key, *call, *who))
        };
        match step {
            Step::Call { queue, skill, priority, hears_ms } => self.call(queue, skill, priority, hears_ms),
            Step::Leave(n) => {
                let call = self.model.lines.keys().nth(n % self.model.lines.len().max(1)).copied();
                if let Some(call) = call {
                    self.desk.acd.handle_leave(now, call);
                    self.model.leave(now, call);
                }
            }
            Step::Answer(n) => {
                if let Some((key, call, who)) = nth(&self.live, n) {
                    let expected = Some((call, self.model.people[who].plan.id.clone()));
                    assert_eq!(self.desk.acd.handle_answered(now, key), expected);
                    let line = self.model.lines.remove(&call).unwrap();
                    let Does::Rings { then, .. } = self.model.people[who].does else { panic!() };
                    let wrap_up = self.model.queues[&line.waiter.queue].wrap_up;
                    self.model.people[who].does = Does::Talks { wrap_up, then };
                    self.model.people[who].misses = 0;
                    self.live.remove(&key);
                }
            }
            Step::Refuse(n) => {
                if let Some((key, _, who)) = nth(&self.live, n) {
                    self.desk.acd.handle_refused(now, key, Refusal::Busy);
                    self.model.missed(now, who, false);
                    self.live.remove(&key);
                }
            }
            Step::Pass(ms) => self.pass(Duration::from_millis(ms)),
            Step::Plan(which) => {
                let (queues, agents) = plan(which);
                let before = std::mem::take(&mut self.model.queues);
                self.model.queues = queues.iter().map(|queue| (queue.id.clone(), queue.clone())).collect();
                for (person, plan) in self.model.people.iter_mut().zip(&agents) {
                    person.plan = plan.clone();
                }
                let mut idle: Vec<_> = (0..AGENTS)
                    .filter_map(|who| match self.model.people[who].does {
                        Does::Idle(since) => Some((since, who)),
                        _ => None,
                    })
                    .collect();
                idle.sort();
                self.desk.retire(queues, agents, &Retirement::default());
                for (_, who) in idle {
                    self.model.seek(now, who);
                }
                let lines = self.model.lines.iter();
                let changed = lines
                    .filter(|(_, line)| before[&line.waiter.queue] != self.model.queues[&line.waiter.queue]);
                for call in changed.map(|(call, _)| *call).collect::<Vec<_>>() {
                    self.model.attend(now, call);
                }
            }
            Step::Release(who) => self.wish(who, step, Acd::handle_released),
            Step::LogOn(who) => self.wish(who, step, Acd::handle_logged_on),
            Step::LogOff(who) => self.wish(who, step, Acd::handle_logged_off),
            Step::Ready(who) => self.wish(who, step, Acd::handle_ready),
            Step::NotReady(who) => self.wish(who, step, Acd::handle_not_ready),
        }
        self.compare();
    }

    fn wish(&mut self, who: usize, step: Step, act: fn(&mut Acd, Instant, &AgentId)) {
        let id = self.model.people[who].plan.id.clone();
        act(&mut self.desk.acd, self.desk.now, &id);
        self.model.wish(self.desk.now, who, step);
    }

    fn call(&mut self, queue: usize, skill: usize, priority: u8, hears_ms: u64) {
        let call = self.desk.keys.insert(());
        self.desk.calls.push(call);
        let now = self.desk.now;
        let waiter = Waiter {
            call,
            queue: QueueId::new(QUEUES[queue]),
            skill: (skill > 0).then(|| Skill::new(SKILLS[skill])),
            since: now,
            eligible_from: now + Duration::from_millis(hears_ms),
            priority,
        };
        let room = self.model.room(&waiter.queue);
        assert_eq!(self.desk.acd.handle_enqueue(now, waiter.clone()).is_ok(), room);
        if room {
            self.model.arrivals += 1;
            let line = Line {
                waiter,
                arrival: self.model.arrivals,
                entered: now,
                moves: 0,
                listens: true,
                rings: false,
                barred: BTreeMap::new(),
                look_again: None,
                attended: now,
            };
            self.model.lines.insert(call, line);
            self.model.attend(now, call);
        }
    }

    fn pass(&mut self, time: Duration) {
        let end = self.desk.now + time;
        loop {
            let (acd, model) = (self.desk.acd.poll_timeout(), self.model.next_due());
            if let Some(due) = model {
                assert!(acd.is_some_and(|at| at <= due), "would sleep until {acd:?} through {due}");
            }
            let Some(at) = acd.filter(|at| *at <= end) else { break };
            self.desk.now = self.desk.now.max(at);
            let rings: Vec<usize> = self.live.values().map(|(_, who)| *who).collect();
            let mut in_order: Vec<_> = self
                .live
                .keys()
                .map(|key| self.desk.acd.reservations.get(*key).unwrap().ring_until)
                .zip(self.live.keys().copied())
                .zip(rings)
                .collect();
            in_order.sort();
            let in_order: Vec<usize> = in_order.into_iter().map(|(_, who)| who).collect();
            self.desk.acd.handle_timeout(self.desk.now);
            self.model.timeouts(self.desk.now, &in_order);
            self.compare();
        }
        self.desk.now = end;
    }

    fn compare(&mut self) {
        let mut told = Vec::new();
        while let Some(output) = self.desk.acd.poll_output() {
            match output {
                Output::Offer { call, agent, reservation, ring_until } => {
                    let who: usize = agent.as_str().parse().unwrap();
                    assert!(self.ever.insert(reservation), "a reservation is never used twice");
                    self.live.insert(reservation, (call, who));
                    told.push(format!("offer {call:?} to {who} until {ring_until}"));
                }
                Output::Withdrawn { call, agent, reservation, .. } => {
                    let who: usize = agent.as_str().parse().unwrap();
                    assert_eq!(self.live.remove(&reservation), Some((call, who)));
                }
                Output::TimedOut { call } => told.push(format!("time out {call:?}")),
                Output::Closed(waiter) => told.push(format!("closed {:?}", waiter.call)),
                Output::Overflowed { call, to, .. } => told.push(format!("move {call:?} to {to}")),
                Output::AgentChanged { .. } | Output::AgentMissed { .. } => {}
            }
        }
        assert_eq!(told, std::mem::take(&mut self.model.told));
        for (view, person) in self.desk.acd.agents().zip(&self.model.people) {
            assert_eq!(view.misses, person.misses, "{view:?}");
            assert_eq!(
                view.state,
                match person.does {
                    Does::Off => AgentState::LoggedOff,
                    Does::Break => AgentState::NotReady,
                    Does::Idle(_) => AgentState::Ready,
                    Does::Rings { .. } | Does::Talks { .. } => AgentState::Busy,
                    Does::Writes { .. } => AgentState::WorkingAfterCall,
                }
            );
        }
        for view in self.desk.acd.queues(self.desk.now) {
            assert_eq!(view.waiting, self.model.in_queue(&view.queue));
        }
        self.recount();
    }

    /// Everything the ACD keeps twice agrees with what it keeps once.
    fn recount(&self) {
        let acd = &self.desk.acd;
        let mut timers = BTreeSet::new();
        for (key, queue) in acd.queues.iter() {
            let inside: Vec<_> = acd.callers.values().filter(|caller| caller.queue == key).collect();
            let mut waiting: Vec<_> = inside
                .iter()
                .filter(|caller| caller.stage == Stage::Waiting)
                .map(|caller| (caller.place, caller.waiter.call))
                .collect();
            waiting.sort();
            assert_eq!(queue.waiting.all().collect::<Vec<_>>(), waiting);
            let by_need = inside.iter().map(|caller| caller.waiter.skill.as_ref()).collect::<BTreeSet<_>>();
            assert_eq!(
                by_need.iter().map(|need| queue.waiting.needing(*need).count()).sum::<usize>(),
                waiting.len()
            );
            assert_eq!(queue.len, inside.len());
            assert!(inside.iter().all(|caller| caller.waiter.queue == queue.settings.id));
            let ready = acd.agents.iter().filter(|(_, agent)| {
                matches!(agent.state, State::Ready { .. }) && agent.queues.contains(&key)
            });
            assert_eq!(queue.ready.len(), ready.count());
            let Counts { entered, answered, abandoned, overflowed, timed_out, closed } = queue.counts;
            assert_eq!(
                entered,
                answered + abandoned + overflowed + timed_out + closed + queue.len as u64,
                "{}",
                queue.settings.id
            );
        }
        for (key, agent) in acd.agents.iter() {
            match agent.state {
                State::Ringing { reservation, .. } => {
                    let held = acd.reservations.get(reservation).unwrap();
                    assert_eq!(held.agent, key);
                    assert_eq!(acd.callers[&held.call].stage, Stage::Reserved(reservation));
                    assert_eq!(self.live[&reservation].0, held.call);
                    timers.insert((held.ring_until, Timer::Ring(reservation)));
                }
                State::WorkingAfterCall { until, .. } => {
                    timers.insert((until, Timer::WrapUp(agent.id.clone())));
                }
                State::LoggedOff | State::NotReady | State::Ready { .. } | State::Talking { .. } => {}
            }
        }
        assert_eq!(acd.reservations.len(), self.live.len());
        let reserved =
            acd.callers.values().filter(|caller| matches!(caller.stage, Stage::Reserved(_))).count();
        assert_eq!(reserved, self.live.len());
        timers.extend(
            acd.callers.values().filter_map(|caller| Some((caller.wake?, Timer::Caller(caller.waiter.call)))),
        );
        assert_eq!(acd.timers, timers);
        for call in self.model.lines.keys() {
            assert!(
                (0..AGENTS).all(|who| !self.model.fits(self.desk.now, *call, who)),
                "{call:?} waits beside a free agent"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_day_goes_as_the_model_says(steps in prop::collection::vec(step(), 1..120)) {
        let mut day = Day::new();
        for who in 0..3 {
            day.run(Step::LogOn(who));
        }
        for step in steps {
            day.run(step);
        }
        // Everyone leaves and goes home: nothing is left.
        while !day.model.lines.is_empty() {
            day.run(Step::Leave(0));
        }
        for who in 0..AGENTS {
            day.run(Step::Release(who));
            day.run(Step::LogOff(who));
        }
        prop_assert!(day.desk.acd.is_idle());
    }
}
