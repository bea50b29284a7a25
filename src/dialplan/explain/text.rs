//! An explanation as a person reads it. Chinese characters take two columns of a terminal, so widths are counted and
//! not lengths. Names come from a file: none may steer the terminal or begin a line of its own.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use crate::dialplan::explain::{Explanation, Meets, Way};
use crate::stdx::printable;

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.head(f)?;
        for meets in &self.meets {
            self.meets(f, meets)?;
        }
        self.rules(f)?;
        self.periods(f)
    }
}

impl Explanation {
    fn head(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = &self.outcome;
        let hotline = match (&outcome.hotline, &outcome.name) {
            (Some(hotline), Some(name)) => format!("{hotline} {name}"),
            (_, _) => format!("{} is no hotline", outcome.dialled),
        };
        line(f, &format!("{hotline}, {} {}, by the plan {}", self.weekday, self.at, self.plan))?;
        if let Some(remark) = &self.remark {
            line(f, &format!("  {remark}"))?;
        }
        if let Some(hotline) = outcome.hotline.as_ref().filter(|_| !outcome.via.is_empty()) {
            line(f, &format!("  {:<10}{} → {hotline}", "alias", outcome.via.join(" → ")))?;
        }
        let facts = [
            ("owner", self.owner.as_deref()),
            ("mode", outcome.mode),
            ("phase", outcome.phase),
            ("greeting", self.greeting.as_deref()),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                line(f, &format!("  {name:<10}{value}"))?;
            }
        }
        let Some(open) = &self.open else { return Ok(()) };
        let state = if open.open { "open" } else { "closed" };
        match &open.until {
            Some((until, after)) => {
                line(f, &format!("  {:<10}{}: {state} until {until}, {after} later", "hours", open.hours))
            }
            None => line(f, &format!("  {:<10}{}: {state} for ever", "hours", open.hours)),
        }
    }

    fn meets(&self, f: &mut fmt::Formatter<'_>, meets: &Meets) -> fmt::Result {
        let when = match (meets.when, self.outcome.closed) {
            ("now", true) => "what the caller meets, as it is closed".to_owned(),
            ("now", false) => "what the caller meets".to_owned(),
            (when, _) => format!("what he would meet {when}"),
        };
        writeln!(f)?;
        line(f, &when)?;
        if let Some(hears) = &meets.hears {
            line(f, &format!("  hears {hears}, and waits meanwhile in"))?;
        }
        line(f, &format!("  {}", meets.way.what))?;
        branches(f, &meets.way.then, "  ")
    }

    fn rules(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nhow the hotline was found: the first rule that hits")?;
        let number = |number: &Option<String>| number.clone().unwrap_or_default();
        let wide = self.rules.iter().map(|rule| number(&rule.number).width()).max().unwrap_or(0);
        for rule in &self.rules {
            let mark = if rule.decided { '*' } else { '-' };
            let shown = pad(&number(&rule.number), wide);
            line(f, &format!("  {mark} {:<21}{shown}  {}", rule.rule, rule.why))?;
        }
        Ok(())
    }

    fn periods(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.periods.is_empty() {
            writeln!(f)?;
            line(f, &format!("what happens to {}, and when", self.outcome.dialled))?;
        }
        let owner = |owner: &Option<String>| owner.as_ref().map_or(String::new(), |o| printable(o) + "  ");
        let owners = self.periods.iter().map(|p| owner(&p.hotline).width()).max().unwrap_or(0);
        let wide = self.periods.iter().map(|period| period.why.width()).max().unwrap_or(0);
        for period in &self.periods {
            let mark = if period.now { '>' } else { ' ' };
            let (why, of) = (pad(&period.why, wide), pad(&owner(&period.hotline), owners));
            let from = period.from.as_deref().unwrap_or("the beginning");
            let phase = period.phase.unwrap_or(if self.periods.len() > 1 { "-" } else { "always" });
            line(f, &format!("  {mark} {:<25}  {phase:<9}  {why}  {of}{}", from, period.what))?;
            if let Some(closed) = &period.closed {
                let indent = 2 + 2 + 25 + 2 + 9 + 2 + wide + 2 + owners;
                line(f, &format!("{:indent$}closed: {closed}", ""))?;
            }
        }
        match &self.next {
            Some(next) => {
                let phase = next.phase.map_or_else(String::new, |phase| format!(" ({phase})"));
                writeln!(f)?;
                line(f, &format!("next change for this caller: {}, {} later{phase}", next.at, next.after))?;
                line(f, &format!("  {}", next.what))
            }
            None => writeln!(f, "\nthe plan decides no otherwise for this caller from then on"),
        }
    }
}

fn branches(f: &mut fmt::Formatter<'_>, ways: &[Way], indent: &str) -> fmt::Result {
    for (i, way) in ways.iter().enumerate() {
        let (branch, below) = if i + 1 == ways.len() { ("└─", "   ") } else { ("├─", "│  ") };
        let when = if way.when.is_empty() { String::new() } else { format!("{}: ", way.when) };
        line(f, &format!("{indent}{branch} {when}{}", way.what))?;
        branches(f, &way.then, &format!("{indent}{below}"))?;
    }
    Ok(())
}

/// Writes one line, whatever is in it.
fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    writeln!(f, "{}", printable(text))
}

fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}
