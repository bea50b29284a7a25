//! `tongjie rehearse`

mod show;
mod slips;
mod traffic;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;

use super::failure::Failure;
use super::table::tenths;
use super::{json, print, route};
use crate::dialplan::load::AudioDir;
use crate::dialplan::schema::Length;
use crate::dialplan::{self, Audio, Table, fate::Kind, suggest};
use crate::event::TrunkId;
use crate::io::Clock;
use crate::media::{Prompts, prompts::decode};
use crate::sim::rehearsal::{Arrival, Day, Rehearsal, by_chance};

/// Run a day of callers through the real node in virtual time, and show what they met, hour by hour
///
/// Nothing is dialled and no network is used. Callers wait as long as their patience lasts (on average 120 s), talk as
/// long as their record says (else on average 180 s) and hang up first; agents are logged on all day and answer
/// within 5 s; trunks answer after 3 s. Equal plan, traffic and seed give an equal report.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tongjie rehearse dialplan/wuxi --around 2021-12-31T23:59:00+08:00 --rate 600/h --agents 60
  tongjie rehearse dialplan/wuxi --around 2022-01-01 --hours 8 --traffic data/tongjie.db --day 2021-12-20
  tongjie rehearse dialplan/wuxi --around 2022-01-01 --rate 200/h --weights 12345=40,12319=12,12333=16 --csv")]
pub(super) struct Rehearse {
    /// The plan's directory
    plan: PathBuf,
    /// The middle of the day, rounded to an hour: the cut-over; in the plan's time zone or with an offset
    #[arg(long, value_name = "INSTANT")]
    around: String,
    /// How many hours
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=168))]
    hours: u32,
    /// Recorded calls: the node's database, or CSV as `tongjie cdr --csv` writes it (at least `arrived`, `dialled`)
    #[arg(long, value_name = "FILE", conflicts_with = "rate")]
    traffic: Option<PathBuf>,
    /// Which day of the records is taken; default: the one with the most calls
    #[arg(long, value_name = "DATE", requires = "traffic")]
    day: Option<String>,
    /// Callers by chance: so many an hour (600/h), minute, second or day
    #[arg(long, value_name = "N/h", value_parser = rate)]
    rate: Option<u32>,
    /// What they dial: 12345=40,12319=12, or a CSV file of number,weight; default: every hotline and alias alike
    #[arg(long, value_name = "WEIGHTS", requires = "rate")]
    weights: Option<String>,
    /// The trunk callers come in on; default: the first the plan trusts
    #[arg(long)]
    trunk: Option<String>,
    /// So many agents at work instead of those the plan names: the plan's in turn, copied as often as needed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=5000))]
    agents: Option<u16>,
    /// Average talk of callers whose record does not say
    #[arg(long, value_name = "DURATION", default_value = "180s", value_parser = duration)]
    talk: Duration,
    /// Average patience of callers who wait
    #[arg(long, value_name = "DURATION", default_value = "120s", value_parser = duration)]
    patience: Duration,
    /// Names the run: the same seed gives the same day
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Every hour of every number, not only where something changes
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    hourly: bool,
    /// As JSON: every hour of every number
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// As CSV: every hour of every number, a row each
    #[arg(long)]
    csv: bool,
}

impl Rehearse {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let written = dialplan::load_plan(&self.plan)?.table;
        let prompts = prompts(&written, &AudioDir(self.plan.clone()));
        let table = Arc::new(written.for_rehearsal(self.agents.map(usize::from)));
        let from_ms = self.first_hour(&table)?;
        slips::dates(&table, &self.around, (from_ms, from_ms + i64::from(self.hours) * HOUR_MS))?;
        let day = Day {
            from_ms,
            hours: self.hours,
            arrivals: self.arrivals(&table, from_ms)?,
            trunk: self.trunk(&table)?,
            talk: self.talk,
            patience: self.patience,
            seed: self.seed,
        };
        let calls = day.arrivals.len();
        let mut rehearsal = Rehearsal::new(&table, prompts, day);
        let clock = Clock::start(None);
        while let Some((hours, settled)) = rehearsal.hour() {
            self.progress(&format!("hour {hours} of {}, {settled} of {calls} calls", self.hours), "");
        }
        let passed = clock.now() - crate::stdx::Instant::ZERO;
        let report = rehearsal.report().map_err(|error| {
            Failure::because(&error)
                .help("this is a defect of the program, please report it with the command line")
        })?;
        self.progress(&speed(calls, self.hours, passed), "\n");
        slips::durations(report.cut_off);
        print(&match (self.json, self.csv) {
            (true, _) => json(&report)?,
            (_, true) => show::csv(&report)?,
            (false, false) => show::text(&report, self.hourly),
        })
    }

    /// One line of a terminal, again and again.
    fn progress(&self, text: &str, end: &str) {
        let mut err = io::stderr();
        if err.is_terminal() {
            // Nobody need see the progress.
            write!(err, "\r{text}\x1b[K{end}").and_then(|()| err.flush()).ok();
        }
    }

    fn first_hour(&self, table: &Table) -> Result<i64, Failure> {
        let around = route::instant(table.calendar(), &self.around)?;
        let middle = around - i64::from(self.hours) * HOUR_MS / 2;
        // To the nearest hour of the city's clocks: a zone may be off by half an hour.
        let off = traffic::offset_ms(table, middle);
        Ok((middle + off + HOUR_MS / 2).div_euclid(HOUR_MS) * HOUR_MS - off)
    }

    fn arrivals(&self, table: &Table, from_ms: i64) -> Result<Vec<Arrival>, Failure> {
        if let Some(file) = &self.traffic {
            let recorded = traffic::read(table, file)?;
            return traffic::moved(table, recorded, self.day.as_deref(), (from_ms, self.hours));
        }
        let Some(rate) = self.rate else {
            return Err(Failure::usage("nobody calls: there is neither --traffic nor --rate")
                .help("--rate 600/h for callers by chance, --traffic FILE for recorded ones"));
        };
        if u64::from(rate) * u64::from(self.hours) > CALLS_MAX {
            return Err(Failure::usage(format!("more than {CALLS_MAX} calls cannot be rehearsed at once")));
        }
        let numbers = match &self.weights {
            Some(weights) => {
                let numbers = traffic::weights(weights)?;
                slips::numbers(table, &numbers)?;
                numbers
            }
            None => {
                let hotlines =
                    table.fates().iter().filter(|fate| !matches!(fate.kind, Kind::Emergency | Kind::Told));
                hotlines.map(|fate| (fate.number.to_string(), 1)).collect()
            }
        };
        if numbers.is_empty() {
            return Err(Failure::new("nobody has anything to dial: the plan has no hotlines"));
        }
        Ok(by_chance(self.seed, (from_ms, self.hours), rate, &numbers))
    }

    fn trunk(&self, table: &Table) -> Result<TrunkId, Failure> {
        if let Some(name) = &self.trunk {
            let id = TrunkId::new(name);
            let known = table.trunks().map(|trunk| trunk.id.as_str());
            let help = suggest::help(name, known.collect::<Vec<_>>());
            return table
                .trunk(&id)
                .map(|trunk| trunk.id.clone())
                .ok_or_else(|| Failure::new(format!("the plan has no trunk {name}")).help(help));
        }
        let first = table.trunks().find(|trunk| trunk.trusted).or_else(|| table.trunks().next());
        first
            .map(|trunk| trunk.id.clone())
            .ok_or_else(|| Failure::new("the plan has no trunk: nobody can call"))
    }
}

fn prompts(table: &Table, audio: &dyn Audio) -> Prompts {
    let mut prompts = Prompts::new();
    for prompt in table.announcements() {
        // The plan has passed its check, so they can all be read and played.
        if let Some(alaw) = audio.read(&prompt.file).ok().and_then(|bytes| decode(&bytes).ok()) {
            prompts.insert(prompt.id.clone(), alaw);
        }
    }
    prompts
}

fn speed(calls: usize, hours: u32, passed: Duration) -> String {
    let ms = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX).max(1);
    let calls_a_second = u64::try_from(calls).unwrap_or(0) * 1000 / ms;
    format!("{calls} calls, {hours} hours in {} s: {calls_a_second} calls a second", tenths(ms))
}

/// `600/h` → calls an hour.
fn rate(text: &str) -> Result<u32, String> {
    let (count, unit) = text.split_once('/').ok_or("write it as 600/h")?;
    let count: u32 = count.trim().parse().map_err(|_| format!("`{count}` is no whole number"))?;
    if count == 0 {
        return Err("nobody would call".to_owned());
    }
    match unit.trim() {
        "h" => Ok(count),
        "min" => count.checked_mul(60).ok_or_else(|| "that is too many".to_owned()),
        "s" => count.checked_mul(3600).ok_or_else(|| "that is too many".to_owned()),
        "d" => Ok(count.div_ceil(24)),
        other => Err(format!("`{other}` is none of h, min, s, d")),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let deserializer: serde::de::value::StrDeserializer<'_, ValueError> = text.into_deserializer();
    Length::deserialize(deserializer).map(|length| length.0).map_err(|error| error.to_string())
}

const HOUR_MS: i64 = 3_600_000;
/// Most calls of one rehearsal: what fits into some gigabytes.
const CALLS_MAX: u64 = 1_000_000;
