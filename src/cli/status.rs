//! `tongjie status`

use std::process::ExitCode;

use super::client::Client;
use super::failure::Failure;
use super::table::duration;
use super::{Where, json, print};
use crate::io::control::protocol::{Answer, Request};
use crate::node::view::StatusView;
use crate::telemetry::escape::printable;

/// Show how the running node is doing
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  tongjie status")]
pub(super) struct Status {
    #[command(flatten)]
    place: Where,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(super) fn run(&self) -> Result<ExitCode, Failure> {
        let mut client = Client::connect(&self.place)?;
        let Answer::Status(view) = client.ask(&Request::Status {})? else { return Err(client.confused()) };
        print(&if self.json { json(&view)? } else { text(&view) })
    }
}

fn text(view: &StatusView) -> String {
    let mut text = String::new();
    if view.rehearsal {
        text.push_str("REHEARSAL: the wall clock was set by `serve --clock`; it is not the time\n");
    }
    let state = match view.draining_ms {
        Some(ms) => format!("draining for {}: takes no new calls", duration(ms)),
        None => "in service".to_owned(),
    };
    let mut ports = format!("{} of {} RTP ports in use", view.ports_used, view.ports_total);
    if view.ports_unbound > 0 {
        ports.push_str(&format!("; {} more cannot be bound, the log says why", view.ports_unbound));
    }
    text.push_str(&format!("state   {state}, up {}\n", duration(view.uptime_s.saturating_mul(1000))));
    let (plan, edition) = (printable(&view.plan), view.plan_edition);
    text.push_str(&format!("plan    {plan}, edition {edition} since {}\n", view.plan_since));
    if let Some(cut_over) = &view.plan_cut_over {
        text.push_str(&format!("ahead   cut-over of {}\n", printable(cut_over)));
    }
    if let Some(scheduled) = &view.plan_scheduled {
        text.push_str(&format!("next    {}\n", printable(scheduled)));
    }
    if let Some(directory) = &view.plan_directory {
        text.push_str(&format!("files   {}\n", printable(directory)));
    }
    if let Some(why) = &view.plans_not_kept {
        text.push_str(&format!(
            "kept    not on disk, a restart would forget the last change: {}\n",
            printable(why)
        ));
    }
    text.push_str(&format!("clock   {}\n", view.clock));
    let releasing = match view.releasing {
        0 => String::new(),
        count => format!(", {count} over but for a peer's last answer"),
    };
    text.push_str(&format!(
        "calls   {} now ({} waiting, {} connected{}), {} since the start\n",
        view.calls, view.waiting, view.connected, releasing, view.calls_total
    ));
    text.push_str(&format!(
        "agents  {} ready, {} busy, {} phones registered\n",
        view.agents_ready, view.agents_busy, view.registered
    ));
    text.push_str(&trunks(view.trunks, &view.trunks_down, view.trunks_unheard));
    text.push_str(&format!(
        "sip     {} transactions, {} dialogs\nmedia   {ports}\n",
        view.transactions, view.dialogs
    ));
    let records = &view.records;
    text.push_str(&format!("records {} written, {} wait\n", records.written, records.waiting));
    if records.lost > 0 {
        text.push_str(&format!("        {} LOST: the log names their calls\n", records.lost));
    }
    if let Some(why) = &records.failing {
        text.push_str(&format!("        NOT WRITTEN, kept in memory: {}\n", printable(why)));
    }
    text
}

fn trunks(all: usize, down: &[String], unheard: usize) -> String {
    let names: Vec<String> = down.iter().map(|trunk| printable(trunk)).collect();
    let unheard = match unheard {
        0 => String::new(),
        unheard => format!("; {unheard} not yet heard"),
    };
    match names.as_slice() {
        [] => format!("trunks  {all}, none down{unheard}\n"),
        _ => format!("trunks  {all}; {} DOWN: {}{unheard}\n", names.len(), names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trunks_that_are_down_are_named() {
        assert_eq!(trunks(14, &[], 0), "trunks  14, none down\n");
        assert_eq!(trunks(14, &[], 3), "trunks  14, none down; 3 not yet heard\n");
        let down = ["tax", "cus\ntoms"].map(str::to_owned);
        assert_eq!(trunks(14, &down, 0), "trunks  14; 2 DOWN: tax, cus\\u{a}toms\n");
    }
}
