//! `tongjie cdr`
//!
//! A terminal gets the newest records, a program or a file all of them, written while they are read: of a year's
//! records only a page is held at once.

use std::io::{self, Write};
use std::process::ExitCode;

use jiff::tz::TimeZone;
use serde::Serializer;
use serde::ser::SerializeSeq;

use super::failure::Failure;
use super::table::{duration, table};
use super::{PAGE, Where, print, route, runtime, unmasked};
use crate::cdr::{CsvWriter, Reveal, Row};
use crate::config;
use crate::dialplan::{Calendar, Table, load_dir, suggest};
use crate::event::{AgentId, CallId, EndCause, Hotline, QueueId};
use crate::store::{Filter, Pages, Store};

/// List call records, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tongjie cdr --hotline 12319 --since 2021-12-31
  tongjie cdr --cause ec02 --since 2021-12-01 --csv > abandoned.csv
  tongjie cdr --csv > calls.csv
  tongjie cdr --looks                          # who has seen whole numbers")]
pub(super) struct Cdr {
    #[command(flatten)]
    place: Where,
    /// From this instant on: 2021-12-31, 2021-12-31T08:00:00; in the plan's time zone
    #[arg(long, value_name = "INSTANT")]
    since: Option<String>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT")]
    until: Option<String>,
    /// Of this call
    #[arg(long)]
    call: Option<CallId>,
    /// Of this hotline
    #[arg(long, value_name = "NUMBER")]
    hotline: Option<String>,
    /// Of this caller, in any spelling
    #[arg(long, value_name = "NUMBER")]
    caller: Option<String>,
    /// Of this queue
    #[arg(long)]
    queue: Option<String>,
    /// Of this agent
    #[arg(long)]
    agent: Option<String>,
    /// Ended for this cause: ec01 …
    #[arg(long, value_name = "CODE")]
    cause: Option<String>,
    /// At most so many; default: 50, with --json or --csv all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Show whole numbers of callers; the store notes who saw them, when, and which
    #[arg(long)]
    unmask: bool,
    /// List instead who saw whole numbers, when, how many, and what he had asked for; the newest first
    #[arg(long, conflicts_with_all = [
        "since", "until", "call", "hotline", "caller", "queue", "agent", "cause", "limit", "unmask", "csv",
    ])]
    looks: bool,
    /// As JSON
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// As CSV that a spreadsheet opens safely
    #[arg(long)]
    csv: bool,
}

impl Cdr {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let (config, _) = config::load(&self.place.config)?;
        let plan = Plan::of(&config.plan);
        if self.looks {
            return unmasked::list(&config.store, &plan.zone, self.json);
        }
        let filter = self.filter(&plan)?;
        runtime()?.block_on(async {
            let store = if self.unmask {
                Store::open_to_note(&config.store).await
            } else {
                Store::open_to_read(&config.store).await
            };
            let store = store.map_err(|error| Failure::because(&error))?;
            let shown = self.show(&store, filter, &plan.zone).await;
            store.close().await;
            shown
        })
    }

    async fn show(&self, store: &Store, filter: Filter, zone: &TimeZone) -> Result<ExitCode, Failure> {
        if !self.csv && !self.json {
            return self.list(store, filter, zone).await;
        }
        let seen = Seen { of: self, store, pages: store.pages(filter, PAGE), noted: false };
        let out = io::BufWriter::new(io::stdout().lock());
        match if self.csv { csv(out, seen, zone).await } else { json(out, seen, zone).await } {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(Stopped::Failed(failure)) => Err(failure),
            Err(Stopped::Unwritten(error)) => super::unwritten(&error),
        }
    }

    /// Enough for a screen, and whether there are more.
    async fn list(&self, store: &Store, filter: Filter, zone: &TimeZone) -> Result<ExitCode, Failure> {
        let shown = self.limit.unwrap_or(LISTED);
        let there_is_more = self.limit.is_none() && {
            let one_more = Filter { limit: Some(shown + 1), ..filter.clone() };
            let rows = store.query(&one_more).await.map_err(|error| Failure::because(&error))?;
            rows.len() > usize::try_from(shown).unwrap_or(usize::MAX)
        };
        let filter = Filter { limit: Some(shown), ..filter };
        let mut seen = Seen { of: self, store, pages: store.pages(filter, PAGE), noted: false };
        let mut lines: Vec<Vec<String>> = vec![];
        loop {
            let rows = seen.next().await?;
            if rows.is_empty() {
                break;
            }
            lines.extend(rows.iter().map(|row| line(row, zone)));
        }
        let names =
            ["call", "arrived", "caller", "dialled", "hotline", "queue", "with", "wait", "talk", "ended"];
        let code = print(&table(&names, &lines))?;
        if there_is_more {
            let more = format!("these are the newest {shown}; --limit N shows more, --csv and --json all\n");
            // With standard error closed there is nobody to tell.
            io::stderr().write_all(more.as_bytes()).ok();
        }
        Ok(code)
    }

    /// The filter as it was written.
    fn words(&self) -> String {
        let call = self.call.map(|call| call.to_string());
        let written = [
            ("since", &self.since),
            ("until", &self.until),
            ("call", &call),
            ("hotline", &self.hotline),
            ("caller", &self.caller),
            ("queue", &self.queue),
            ("agent", &self.agent),
            ("cause", &self.cause),
        ];
        let mut words: Vec<String> = written
            .into_iter()
            .filter_map(|(name, value)| Some(format!("--{name} {}", value.as_ref()?)))
            .collect();
        let limit = self.limit.or((!self.csv && !self.json).then_some(LISTED));
        words.extend(limit.map(|limit| format!("--limit {limit}")));
        words.join(" ")
    }

    fn filter(&self, plan: &Plan) -> Result<Filter, Failure> {
        let instant = |text: &Option<String>| text.as_deref().map(|text| plan.instant(text)).transpose();
        let cause = self.cause.as_deref().map(|code| {
            EndCause::from_code(code).ok_or_else(|| {
                let help = suggest::help(code, EndCause::all().map(EndCause::code).collect::<Vec<_>>());
                Failure::usage(format!("there is no cause {code}")).help(help)
            })
        });
        let (since, until) = (instant(&self.since)?, instant(&self.until)?);
        if let (Some(from), Some(to)) = (since, until)
            && to <= from
        {
            let written = |text: &Option<String>| text.clone().unwrap_or_default();
            let message =
                format!("--until {} is not after --since {}", written(&self.until), written(&self.since));
            return Err(Failure::usage(message).help("a call counts from --since on and before --until"));
        }
        Ok(Filter {
            since,
            until,
            hotline: self.hotline.as_ref().map(Hotline::new),
            caller: self.caller.as_deref().map(|caller| plan.number(caller)),
            queue: self.queue.as_ref().map(QueueId::new),
            agent: self.agent.as_ref().map(AgentId::new),
            cause: cause.transpose()?,
            call: self.call,
            limit: self.limit,
        })
    }
}

/// Records as they may be seen.
struct Seen<'a> {
    of: &'a Cdr,
    store: &'a Store,
    pages: Pages<'a>,
    /// Whether it has been noted that somebody looks.
    noted: bool,
}

impl Seen<'_> {
    /// The next page; empty when there is none. Whole numbers are given out only where it has been noted who sees
    /// them.
    async fn next(&mut self) -> Result<Vec<Row>, Failure> {
        let rows = self.pages.next().await.map_err(|error| Failure::because(&error))?;
        if self.of.unmask && !(rows.is_empty() && self.noted) {
            let noted = unmasked::note(self.store, self.of.words(), rows.len()).await;
            noted.map_err(|error| Failure::because(&error))?;
            self.noted = true;
        }
        let reveal = if self.of.unmask { Reveal::Full } else { Reveal::Masked };
        Ok(rows.into_iter().map(|row| row.seen(reveal)).collect())
    }
}

/// Where nothing else is known.
const CHINA: &str = "Asia/Shanghai";

/// What the plan says about zones and numbers. A plan with faults does not hide the records: then it is China's
/// time and numbers as they are written.
struct Plan {
    table: Option<Table>,
    zone: TimeZone,
}

impl Plan {
    fn of(dir: &std::path::Path) -> Self {
        let (table, _) = crate::dialplan::check(&load_dir(dir), None);
        let zone = table.as_ref().map_or(CHINA, |table| table.zone());
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Self { table, zone }
    }

    fn instant(&self, text: &str) -> Result<i64, Failure> {
        match (&self.table, Calendar::of_zone(CHINA)) {
            (Some(table), _) => route::instant(table.calendar(), text),
            (None, Some(calendar)) => route::instant(&calendar, text),
            (None, None) => Err(Failure::new("this program has lost its time zones")),
        }
    }

    fn number(&self, text: &str) -> crate::event::Number {
        match &self.table {
            Some(table) => table.numbering().normalise(text, None),
            None => crate::event::Number::new(text),
        }
    }
}

/// Why not all records were written.
enum Stopped {
    Failed(Failure),
    Unwritten(io::Error),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Unwritten(error)
    }
}

impl From<serde_json::Error> for Stopped {
    fn from(error: serde_json::Error) -> Self {
        Self::Unwritten(error.into())
    }
}

async fn csv(out: impl Write, mut seen: Seen<'_>, zone: &TimeZone) -> Result<(), Stopped> {
    // Whoever may not see them is told so before anything is written.
    let mut rows = seen.next().await?;
    let mut writer = CsvWriter::new(out, zone.clone())?;
    while !rows.is_empty() {
        rows.iter().try_for_each(|row| writer.write(row))?;
        rows = seen.next().await?;
    }
    Ok(writer.finish()?)
}

async fn json(mut out: impl Write, mut seen: Seen<'_>, zone: &TimeZone) -> Result<(), Stopped> {
    let mut rows = seen.next().await?;
    let mut serializer = serde_json::Serializer::pretty(&mut out);
    let mut list = serializer.serialize_seq(None)?;
    while !rows.is_empty() {
        rows.iter().try_for_each(|row| list.serialize_element(&row.json(zone)))?;
        rows = seen.next().await?;
    }
    list.end()?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

fn line(row: &Row, zone: &TimeZone) -> Vec<String> {
    let arrived = jiff::Timestamp::from_millisecond(row.arrived).map_or_else(
        |_| row.arrived.to_string(),
        |at| jiff::ZonedDateTime::new(at, zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    );
    let caller =
        if row.withheld && row.caller.is_empty() { "withheld".to_owned() } else { row.caller.clone() };
    let hotline = match &row.hotline {
        Some(hotline) => format!("{hotline} {}", row.hotline_name),
        None => String::new(),
    };
    let with = row.agent.clone().or_else(|| row.trunk_out.clone()).unwrap_or_default();
    let ms = |ms: i64| duration(u64::try_from(ms).unwrap_or(0));
    vec![
        row.call.clone(),
        arrived,
        caller,
        row.dialled.clone(),
        hotline,
        row.queue.clone().unwrap_or_default(),
        with,
        row.wait_ms.map(ms).unwrap_or_default(),
        ms(row.talk_ms),
        format!("{} {} by {}", row.cause, row.disposition, row.by),
    ]
}

/// Listed on a terminal when nobody says how many.
const LISTED: u32 = 50;
