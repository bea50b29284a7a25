//! SIGTERM and SIGINT (Ctrl-C) drain: no new calls, what goes on may end. The second ends at once, with BYEs. The
//! third does not wait for the BYEs either: the node may be stuck. SIGHUP reloads the plan; one that comes while the node
//! starts waits until it can.

use std::future::Future;
use std::io;

use nix::sys::signal::{SigSet, Signal};
use tokio::signal::unix::{SignalKind, signal};

use super::control::Hub;
use super::feed::Notice;
use super::plans::{Plans, Wish};
use crate::node::Command;

/// Takes the signals over at once; the future ends with the third.
pub(super) fn listen(hub: Hub) -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        for times in 1..=u32::MAX {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            hub.notice(Notice::SignalReceived { name, times });
            if times > 2 {
                std::process::exit(1);
            }
            // Nobody waits for the answer. A node whose inbox is full is stuck; the third signal helps.
            hub.tell(Command::Drain);
        }
    })
}

/// Holds SIGHUP back from this thread and those it starts, until [`reload`] takes it over: what it does to a process
/// that has said nothing about it is to end it.
///
/// # Errors
/// When the system refuses.
pub fn hold_hang_ups() -> io::Result<()> {
    Ok(SigSet::from(Signal::SIGHUP).thread_block()?)
}

/// Takes SIGHUP over at once; the future never ends. Signals that come while a plan is read are one signal.
pub(super) fn reload(plans: Plans) -> io::Result<impl Future<Output = ()>> {
    let mut hang_up = signal(SignalKind::hangup())?;
    SigSet::from(Signal::SIGHUP).thread_unblock()?;
    Ok(async move {
        while hang_up.recv().await.is_some() {
            // The log says what came of it.
            plans.reload(&Wish::default(), "SIGHUP").await;
        }
        std::future::pending().await
    })
}
