//! The report of a rehearsal, for a terminal and for a spreadsheet.

use crate::cdr;
use crate::cli::failure::Failure;
use crate::cli::table::{table, tenths};
use crate::sim::rehearsal::{Figures, Line, Report};

const FIGURES: [&str; 12] = [
    "calls",
    "answered",
    "to trunk",
    "abandoned",
    "intercepted",
    "refused",
    "unserved",
    "failed",
    "announced",
    "waited",
    "mean wait",
    "within 15 s",
];

/// For people.
pub(super) fn text(report: &Report, hourly: bool) -> String {
    let mut text = format!(
        "rehearsal of {}, {} to {}\n{} calls on trunk {}, {} agents, seed {}\n\n",
        crate::telemetry::escape::printable(&report.plan),
        report.from,
        report.until,
        report.total.calls,
        report.trunk,
        report.agents,
        report.seed
    );
    let dates = Dates::of(report);
    text.push_str(&city(report, dates));
    text.push_str("\nwhat the callers of each number met; * where the plan changes it\n\n");
    text.push_str(&numbers(report, hourly, dates));
    text
}

fn city(report: &Report, dates: Dates) -> String {
    let shown = shown(&report.total);
    let figures = |f: &Figures| figures(f, &shown);
    let names: Vec<&str> = ["hour"].into_iter().chain(columns(&shown)).chain(["changed"]).collect();
    let mut rows: Vec<Vec<String>> = vec![];
    for hour in &report.hours {
        let changed = match hour.changed.len() {
            0 => String::new(),
            1 => "* 1 number".to_owned(),
            n => format!("* {n} numbers"),
        };
        let cells = figures(&hour.figures).into_iter().chain([changed]);
        rows.push([dates.short(&hour.from)].into_iter().chain(cells).collect());
    }
    rows.push(["all".to_owned()].into_iter().chain(figures(&report.total)).collect());
    table(&names, &rows)
}

fn numbers(report: &Report, hourly: bool, dates: Dates) -> String {
    let shown = shown(&report.total);
    let head = ["number", "name", "from", "until", "", "met"];
    let names: Vec<&str> = head.into_iter().chain(columns(&shown)).collect();
    let mut rows: Vec<Vec<String>> = vec![];
    for line in &report.lines {
        for (i, part) in parts(line, &report.until, hourly).into_iter().enumerate() {
            let (number, name) = if i == 0 { (number(line), line.name.clone()) } else { blank() };
            let mark = if part.changed { "*" } else { " " };
            let (from, until) = (dates.short(part.from), dates.short(part.until));
            let head = [number, name, from, until, mark.to_owned(), met(&part)];
            rows.push(head.into_iter().chain(figures(part.figures, &shown)).collect());
        }
    }
    table(&names, &rows)
}

fn blank() -> (String, String) {
    (" ".to_owned(), " ".to_owned())
}

/// An hour or a period.
struct Part<'a> {
    from: &'a str,
    until: &'a str,
    planned: &'a [String],
    met: &'a [String],
    changed: bool,
    figures: &'a Figures,
}

fn parts<'a>(line: &'a Line, until: &'a String, hourly: bool) -> Vec<Part<'a>> {
    if hourly {
        let ends = line.hours.iter().skip(1).map(|hour| &hour.from).chain([until]);
        return line
            .hours
            .iter()
            .zip(ends)
            .filter(|(hour, _)| hour.figures.calls > 0)
            .map(|(hour, until)| Part {
                from: &hour.from,
                until,
                planned: &hour.planned,
                met: &hour.met,
                changed: hour.changed,
                figures: &hour.figures,
            })
            .collect();
    }
    line.periods
        .iter()
        .map(|period| Part {
            from: &period.from,
            until: &period.until,
            planned: &period.planned,
            met: &period.met,
            changed: period.changed,
            figures: &period.figures,
        })
        .collect()
}

fn number(line: &Line) -> String {
    match (&line.number, &line.alias_of) {
        (Some(number), Some(of)) => format!("{number} → {of}"),
        (Some(number), None) => number.clone(),
        (None, _) => "others".to_owned(),
    }
}

/// What the plan wanted, in order of time, and what came of it where something was full.
fn met(part: &Part<'_>) -> String {
    let planned = part.planned.join(if part.changed { " → " } else { " | " });
    let full: Vec<&str> =
        part.met.iter().filter(|met| !part.planned.contains(met)).map(String::as_str).collect();
    match (planned.is_empty(), full.is_empty()) {
        (true, _) => full.join(" | "),
        (false, true) => planned,
        (false, false) => format!("{planned} (when full: {})", full.join(" | ")),
    }
}

/// How hours are shown: with the year where a rehearsal sees two.
#[derive(Clone, Copy)]
struct Dates {
    years: bool,
}

impl Dates {
    fn of(report: &Report) -> Self {
        Self { years: report.from.get(..4) != report.until.get(..4) }
    }

    /// `2021-12-31T12:00:00+08:00` → `12-31 12:00`
    fn short(self, at: &str) -> String {
        let first = if self.years { 0 } else { 5 };
        at.get(first..16).map_or_else(|| at.to_owned(), |short| short.replace('T', " "))
    }
}

/// Columns in which anybody is counted; the number of calls is always shown.
fn shown(total: &Figures) -> Vec<bool> {
    let filled = cells(total).into_iter().enumerate();
    filled.map(|(i, cell)| i == 0 || !(cell.is_empty() || cell == "0")).collect()
}

fn columns(shown: &[bool]) -> impl Iterator<Item = &'static str> {
    FIGURES.into_iter().zip(shown.iter().copied()).filter_map(|(name, shown)| shown.then_some(name))
}

fn figures(f: &Figures, shown: &[bool]) -> Vec<String> {
    cells(f).into_iter().zip(shown).filter_map(|(cell, shown)| shown.then_some(cell)).collect()
}

fn cells(f: &Figures) -> Vec<String> {
    let counts = [
        f.calls,
        f.answered,
        f.to_trunk,
        f.abandoned,
        f.intercepted,
        f.refused,
        f.unserved,
        f.failed,
        f.announced,
        f.waited,
    ];
    let counts = counts.into_iter().map(|n| n.to_string());
    let wait = f.mean_wait_ms().map(|ms| format!("{} s", tenths(ms))).unwrap_or_default();
    let rate = f.within_15s_per_mille().map(|n| format!("{}.{} %", n / 10, n % 10)).unwrap_or_default();
    counts.chain([wait, rate]).collect()
}

/// For a spreadsheet: a row for each hour of each number, and one for each hour of the city.
pub(super) fn csv(report: &Report) -> Result<String, Failure> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    let fault = |error: csv::Error| Failure::because(&error);
    out.write_record([
        "number",
        "alias_of",
        "name",
        "mode",
        "hour",
        "changed",
        "met",
        "calls",
        "answered",
        "to_trunk",
        "abandoned",
        "intercepted",
        "refused",
        "unserved",
        "failed",
        "announced",
        "waited",
        "mean_wait_ms",
        "within_15s",
        "planned",
    ])
    .map_err(fault)?;
    let row = |head: [&str; 7], f: &Figures, planned: &str| -> Vec<String> {
        let wait = f.mean_wait_ms().map(|ms| ms.to_string()).unwrap_or_default();
        let counts = [
            f.calls,
            f.answered,
            f.to_trunk,
            f.abandoned,
            f.intercepted,
            f.refused,
            f.unserved,
            f.failed,
            f.announced,
            f.waited,
        ];
        let head = head.into_iter().map(cdr::safe_cell);
        let last = [wait, f.within_15s.to_string(), cdr::safe_cell(planned)];
        head.chain(counts.map(|n| n.to_string())).chain(last).collect()
    };
    for line in &report.lines {
        let of = line.alias_of.as_deref().unwrap_or_default();
        let number = line.number.as_deref().unwrap_or("others");
        let mode = line.mode.as_deref().unwrap_or_default();
        for hour in &line.hours {
            let met = hour.met.join(" | ");
            let changed = if hour.changed { "1" } else { "0" };
            let head = [number, of, &line.name, mode, &hour.from, changed, &met];
            out.write_record(row(head, &hour.figures, &hour.planned.join(" → "))).map_err(fault)?;
        }
    }
    for hour in &report.hours {
        let changed = if hour.changed.is_empty() { "0" } else { "1" };
        let met = hour.changed.join(" ");
        out.write_record(row(["all", "", "", "", &hour.from, changed, &met], &hour.figures, ""))
            .map_err(fault)?;
    }
    let bytes = out.into_inner().map_err(|error| Failure::new(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| Failure::new(error.to_string()))?;
    Ok(format!("\u{feff}{text}"))
}
