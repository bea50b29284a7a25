//! `tongjie timeline`

mod file;
mod png;

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use super::failure::Failure;
use super::{json, look_at, print, route};
use crate::dialplan::Table;
use crate::dialplan::timeline::{By, Language, Timeline, View, timeline};
use crate::io::Clock;

/// Draw a plan: numbers × time, where each call goes, when that changes, and gaps in red
#[derive(Debug, clap::Args)]
#[command(after_help = "Without a file it is drawn on the terminal. The SVG and the PNG are one A3 sheet.

Examples:
  tongjie timeline dialplan/wuxi --svg wuxi.svg --png wuxi.png
  tongjie timeline dialplan/wuxi --at 2021-12-31T23:59:59 --by wave
  tongjie timeline dialplan/wuxi --from 2021-12-31T22:00:00 --until 2022-01-01T02:00:00
  tongjie timeline dialplan/wuxi --ics cut-overs.ics")]
pub(super) struct DrawTimeline {
    /// The plan's directory
    plan: PathBuf,
    /// Draw it into this SVG file; `-`: standard output
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Draw it into this PNG file; `-`: standard output
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Write all cut-over instants into this calendar file (iCalendar); `-`: standard output
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
    /// Begin here: 2021-10-01, 2021-10-01T08:00:00; in the plan's time zone
    #[arg(long, value_name = "INSTANT")]
    from: Option<String>,
    /// End here; with --from exactly this is drawn, be it a night
    #[arg(long, value_name = "INSTANT")]
    until: Option<String>,
    /// Mark this instant; default: now
    #[arg(long, value_name = "INSTANT")]
    at: Option<String>,
    /// Group numbers so
    #[arg(long, value_enum, default_value_t = Grouped::Mode)]
    by: Grouped,
    /// The picture's language; default: that of the plan's name
    #[arg(long, value_enum)]
    language: Option<Spoken>,
    /// Dots per inch of the PNG
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u16).range(50..=600))]
    dpi: u16,
    /// A font file for the PNG, looked in first
    #[arg(long, value_name = "FILE")]
    font: Option<PathBuf>,
    /// As JSON
    #[arg(long, conflicts_with_all = ["svg", "png", "ics"])]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Grouped {
    /// By merge mode
    Mode,
    /// By wave: the beginning of the trial
    Wave,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Spoken {
    Zh,
    En,
}

impl DrawTimeline {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        if self.files().filter(|file| file::is_output(file)).count() > 1 {
            return Err(Failure::usage("standard output takes one picture: give the others a file"));
        }
        let table = look_at(&self.plan)?;
        let now = Clock::start(None).wall().ms;
        let timeline = timeline(&table, &self.view(&table, now)?);
        if self.json {
            return print(&json(&timeline)?);
        }
        // All are made before the first is written.
        let svg = self.svg.iter().map(|file| Ok((file, timeline.svg().into_bytes())));
        let png = self
            .png
            .iter()
            .map(|file| Ok((file, png::draw(&timeline.svg(), self.dpi, self.font.as_deref())?)));
        let ics = self.ics.iter().map(|file| Ok((file, calendar(&timeline, now)?)));
        let made: Vec<(&PathBuf, Vec<u8>)> = svg.chain(png).chain(ics).collect::<Result<_, Failure>>()?;
        file::write(&made)?;
        self.report(&timeline)
    }

    /// What was written, or, if nothing was, the picture itself.
    fn report(&self, timeline: &Timeline) -> Result<ExitCode, Failure> {
        // Nothing is said among the bytes of a picture.
        if self.files().any(|file| file::is_output(file)) {
            return Ok(ExitCode::SUCCESS);
        }
        let files: Vec<String> = self.files().map(|file| file.display().to_string()).collect();
        if files.is_empty() {
            let colour =
                io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            return print(&timeline.terminal(columns(), colour));
        }
        print(&format!("{} numbers in {}\n", timeline.rows(), files.join(", ")))
    }

    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.svg, &self.png, &self.ics].into_iter().flatten()
    }

    fn view(&self, table: &Table, now: i64) -> Result<View, Failure> {
        let instant = |text: &Option<String>| {
            text.as_deref().map(|text| route::instant(table.calendar(), text)).transpose()
        };
        let (from_ms, until_ms) = (instant(&self.from)?, instant(&self.until)?);
        if let (Some(from), Some(until)) = (from_ms, until_ms)
            && from >= until
        {
            return Err(Failure::usage("--until is not after --from"));
        }
        Ok(View {
            from_ms,
            until_ms,
            at_ms: instant(&self.at)?.or(Some(now)),
            by: match self.by {
                Grouped::Mode => By::Mode,
                Grouped::Wave => By::Wave,
            },
            language: self.language.map(|language| match language {
                Spoken::Zh => Language::Chinese,
                Spoken::En => Language::English,
            }),
        })
    }
}

fn calendar(timeline: &Timeline, now: i64) -> Result<Vec<u8>, Failure> {
    let nothing = || {
        Failure::new("the plan has no cut-over, and a calendar file holds at least one event")
            .help("give a hotline or a wave its trial, formal or cancel date; or leave out --ics")
    };
    Ok(timeline.ics(now).ok_or_else(nothing)?.into_bytes())
}

/// The terminal's width; that of a printout where there is none.
fn columns() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let window = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    asked.or_else(window).unwrap_or(COLUMNS)
}

const COLUMNS: usize = 120;
