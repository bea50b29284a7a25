//! `tongjie cdr`

use std::process::ExitCode;

use jiff::tz::TimeZone;

use super::failure::Failure;
use super::table::{duration, table};
use super::{Where, json, print, route, unmasked};
use crate::cdr::{CsvWriter, Reveal, Row};
use crate::config;
use crate::dialplan::{Table, load_dir, suggest};
use crate::event::{AgentId, CallId, EndCause, Hotline, QueueId};
use crate::store::{Filter, Store, StoreError};

/// List call records, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  tongjie cdr --hotline 12319 --since 2021-12-31
  tongjie cdr --cause ec02 --limit 1000 --csv > abandoned.csv
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
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(crate::store::LIMIT_MAX)))]
    limit: u32,
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
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::because(&error))?;
        let rows = runtime.block_on(async {
            let store = if self.unmask {
                Store::open_to_note(&config.store).await?
            } else {
                Store::open_to_read(&config.store).await?
            };
            let rows = self.read(&store, &filter).await;
            store.close().await;
            rows
        });
        let rows = rows.map_err(|error| Failure::because(&error))?;
        let reveal = if self.unmask { Reveal::Full } else { Reveal::Masked };
        let rows: Vec<Row> = rows.into_iter().map(|row| row.seen(reveal)).collect();
        self.show(&rows, &plan.zone)
    }

    /// Whole numbers are read only where it can be noted who reads them.
    async fn read(&self, store: &Store, filter: &Filter) -> Result<Vec<Row>, StoreError> {
        let rows = store.query(filter).await?;
        if self.unmask {
            unmasked::note(store, self.words(), rows.len()).await?;
        }
        Ok(rows)
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
        words.push(format!("--limit {}", self.limit));
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
        Ok(Filter {
            since: instant(&self.since)?,
            until: instant(&self.until)?,
            hotline: self.hotline.as_ref().map(Hotline::new),
            caller: self.caller.as_deref().map(|caller| plan.number(caller)),
            queue: self.queue.as_ref().map(QueueId::new),
            agent: self.agent.as_ref().map(AgentId::new),
            cause: cause.transpose()?,
            call: self.call,
            after: None,
            limit: self.limit,
        })
    }

    fn show(&self, rows: &[Row], zone: &TimeZone) -> Result<ExitCode, Failure> {
        if self.json {
            return print(&json(&rows.iter().map(|row| row.json(zone)).collect::<Vec<_>>())?);
        }
        if self.csv {
            return csv(rows, zone);
        }
        let lines: Vec<Vec<String>> = rows.iter().map(|row| line(row, zone)).collect();
        let names =
            ["call", "arrived", "caller", "dialled", "hotline", "queue", "with", "wait", "talk", "ended"];
        print(&table(&names, &lines))
    }
}

/// What the plan says about zones and numbers. A plan with faults does not hide the records: then it is China's
/// time and numbers as they are written.
struct Plan {
    table: Option<Table>,
    zone: TimeZone,
}

impl Plan {
    fn of(dir: &std::path::Path) -> Self {
        let (table, _) = crate::dialplan::check(&load_dir(dir), None);
        let zone = table.as_ref().map_or("Asia/Shanghai", |table| table.zone());
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        Self { table, zone }
    }

    fn instant(&self, text: &str) -> Result<i64, Failure> {
        match &self.table {
            Some(table) => route::instant(table, text),
            None => Err(Failure::new("instants need a plan, and the plan has faults")
                .help("`tongjie check` shows them")),
        }
    }

    fn number(&self, text: &str) -> crate::event::Number {
        match &self.table {
            Some(table) => table.numbering().normalise(text, None),
            None => crate::event::Number::new(text),
        }
    }
}

fn csv(rows: &[Row], zone: &TimeZone) -> Result<ExitCode, Failure> {
    let mut bytes = vec![];
    let written = CsvWriter::new(&mut bytes, zone.clone()).and_then(|mut writer| {
        rows.iter().try_for_each(|row| writer.write(row))?;
        writer.finish()
    });
    written.map_err(|error| Failure::because(&error))?;
    print(&String::from_utf8_lossy(&bytes))
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
