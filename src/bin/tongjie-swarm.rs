//! Runs busy hours by chance on all processors, for as long as one likes, and says how to repeat what fails.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![expect(clippy::disallowed_methods, reason = "it measures how long it takes; nothing simulated reads it")]

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use clap::Parser;
use tongjie::sim::{Hour, Outcome, Seed, busy_hour};

/// Simulated busy hours of a city: new seeds for as long as you like.
///
/// Example: tongjie-swarm --minutes 30
#[derive(Parser, Debug)]
#[command(name = "tongjie-swarm")]
struct Arguments {
    /// Run these seeds: `1000..2000`.
    #[arg(long, value_parser = range, conflicts_with = "seed")]
    seeds: Option<(u64, u64)>,
    /// Run this seed only.
    #[arg(long)]
    seed: Option<u64>,
    /// Run new seeds for so long.
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Threads; all processors if not given.
    #[arg(long)]
    jobs: Option<usize>,
    /// The hour that the tests run, not a random one.
    #[arg(long)]
    fixed: bool,
    /// Run every seed twice and demand the same trace.
    #[arg(long)]
    twice: bool,
    /// Say what every seed's hour is like and came to.
    #[arg(long)]
    verbose: bool,
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (from, to) = text.split_once("..").ok_or("write it as 1000..2000")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("`{text}`: {error}"));
    Ok((number(from)?, number(to)?))
}

struct Tally {
    next: AtomicU64,
    end: u64,
    seeds: AtomicU64,
    simulated_ms: AtomicU64,
    calls: AtomicU64,
    steps: AtomicU64,
    failed: AtomicBool,
    done: AtomicU64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (start, end) = match (arguments.seeds, arguments.seed) {
        (Some(range), _) => range,
        (None, Some(seed)) => (seed, seed + 1),
        (None, None) => (fresh(), u64::MAX),
    };
    let tally = Tally {
        next: AtomicU64::new(start),
        end,
        seeds: AtomicU64::new(0),
        simulated_ms: AtomicU64::new(0),
        calls: AtomicU64::new(0),
        steps: AtomicU64::new(0),
        failed: AtomicBool::new(false),
        done: AtomicU64::new(0),
    };
    let begun = Instant::now();
    let deadline = (end == u64::MAX).then(|| begun + Duration::from_secs_f64(arguments.minutes * 60.0));
    let jobs = arguments.jobs.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    // A panic is told below, once, with how to repeat it.
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| work(&arguments, &tally, deadline));
        }
        scope.spawn(|| report(&tally, begun, jobs));
    });
    println!("{}", tally.line(begun));
    if tally.failed.load(Ordering::Relaxed) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// New seeds every second, never those of the tests.
fn fresh() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    1_000_000 + since.as_secs() * 100_000 % 1_000_000_000_000
}

fn work(arguments: &Arguments, tally: &Tally, deadline: Option<Instant>) {
    while !tally.failed.load(Ordering::Relaxed) && deadline.is_none_or(|at| Instant::now() < at) {
        let seed = tally.next.fetch_add(1, Ordering::Relaxed);
        if seed >= tally.end {
            break;
        }
        let hour = if arguments.fixed { Hour::default() } else { Hour::swarm(Seed(seed)) };
        if arguments.verbose {
            println!("seed {seed}: {hour:?}");
        }
        let fixed = if arguments.fixed { " --fixed" } else { "" };
        let twice = if arguments.twice { " --twice" } else { "" };
        let replay = format!("tongjie-swarm --seed {seed}{fixed}{twice} --verbose");
        let run = || {
            let outcome = busy_hour(Seed(seed), &hour, &replay);
            let again = arguments.twice.then(|| busy_hour(Seed(seed), &hour, &replay));
            assert!(
                again.is_none_or(|again| again == outcome),
                "invariant 41 is broken: two runs, two traces"
            );
            outcome
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(outcome) => {
                tally.add(&outcome);
                if arguments.verbose {
                    println!("seed {seed}: {outcome:?}");
                }
            }
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                let text = text.unwrap_or_default();
                let hint =
                    if text.contains("replay:") { String::new() } else { format!("\nreplay: {replay}") };
                println!("seed {seed} failed: {text}{hint}");
                tally.failed.store(true, Ordering::Relaxed);
            }
        }
    }
    tally.done.fetch_add(1, Ordering::Relaxed);
}

fn report(tally: &Tally, begun: Instant, jobs: usize) {
    let mut told = begun;
    while tally.done.load(Ordering::Relaxed) < jobs as u64 {
        std::thread::sleep(Duration::from_millis(100));
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            println!("{}", tally.line(begun));
            // A reader who has gone away need not see the progress.
            std::io::stdout().flush().ok();
        }
    }
}

impl Tally {
    fn add(&self, outcome: &Outcome) {
        let ms = u64::try_from(outcome.simulated.as_millis()).unwrap_or(u64::MAX);
        self.seeds.fetch_add(1, Ordering::Relaxed);
        self.simulated_ms.fetch_add(ms, Ordering::Relaxed);
        self.calls.fetch_add(outcome.calls as u64, Ordering::Relaxed);
        self.steps.fetch_add(outcome.steps, Ordering::Relaxed);
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    fn line(&self, begun: Instant) -> String {
        let load = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64;
        let seconds = begun.elapsed().as_secs_f64().max(0.001);
        let hours = load(&self.simulated_ms) / 3_600_000.0;
        format!(
            "{} seeds, {hours:.1} simulated hours, {} calls, {} events in {seconds:.0} s: {:.2} simulated hours per second, {:.0} events per second",
            load(&self.seeds),
            load(&self.calls),
            load(&self.steps),
            hours / seconds,
            load(&self.steps) / seconds,
        )
    }
}
