//! The threads of a node, and the order in which they end.
//!
//! ```text
//! node    SIP socket, the node             ends when the node says so
//! media   RTP sockets, the media plane     ends when the node's thread is gone
//! control control socket, signals          told
//! readers log, call records, followers     ends when nobody writes events any more
//! store   writes call records              told; writes what is left
//! ```

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::{oneshot, watch};

use super::{Ready, new_log};
use crate::cdr::Fold;
use crate::cli::failure::Failure;
use crate::cli::print;
use crate::cli::readers::Readers;
use crate::io::control::Hub;
use crate::io::driver::{Driver, Outbound, ToNode};
use crate::io::feed::{Feed, Notice, feed};
use crate::io::inbox::inbox;
use crate::io::media_thread::MediaThread;
use crate::io::plans::Plans;
use crate::io::rtp_socket::{Bound, RtpSockets};
use crate::media::{Command, Plane};
use crate::node::view::RecordsView;
use crate::node::{Input, Node, Since};
use crate::store::{CdrSender, CdrWriter, Store, WriterSettings, WriterStatus};
use crate::telemetry::{Level, Log};

/// Runs until the node has stopped and everything is written. Says `greeting` when all is in place, signals too.
pub(super) fn run(mut ready: Ready, greeting: &str) -> Result<ExitCode, Failure> {
    let world = |error: io::Error| Failure::new("cannot start").cause(error);
    let (to_node, node_inbox) = inbox::<ToNode>(NODE_INBOX).map_err(world)?;
    let (to_media, media_inbox) = inbox::<Command>(MEDIA_INBOX).map_err(world)?;
    let (feed, items) = feed().map_err(world)?;
    let log = log(&ready);
    let mut media_feed = feed.fork();
    tell_unbound(&ready.rtp, &ready.rtp_bound, &mut media_feed);
    let plane = Plane::new(Arc::new(ready.plan.candidate.prompts.clone()), ready.rng.fork());
    let media = MediaThread::new(plane, ready.clock, ready.rtp, media_inbox, to_node.clone(), media_feed);
    let media = media.map_err(world)?;
    let (dir, table, clock) =
        (ready.config.plan.clone(), Arc::clone(&ready.plan.candidate.table), ready.clock);
    let since = Since { edition: ready.plan.edition(), ms: ready.plan.since_ms() };
    let mut node = Node::going_on(ready.config.node, table, clock.wall(), ready.rng.fork(), since);
    node.handle_input(clock.now(), Input::PortsBound(ready.rtp_bound.ports));
    let plans = Plans::new(dir, ready.plan, node.edition(), clock, to_node.clone(), feed.fork());
    let StoreThread { stop: stop_store, records, status, thread: store } =
        store(ready.runtime, ready.store).map_err(world)?;
    let hub = Hub::new(to_node, feed.fork(), plans, Arc::new(move || records_view(&status.borrow())));
    let fold = Fold::new(&ready.config.name);
    let readers =
        Readers { inbox: items, log, fold, records, followers: hub.followers(), clock: ready.clock };
    let readers = spawn("readers", move || readers.run()).map_err(world)?;
    let (stop_control, told) = oneshot::channel();
    let control = ready.control;
    let (started, signals_taken) = oneshot::channel();
    let control = spawn("control", move || control.serve(hub, started, told)).map_err(world)?;
    if signals_taken.blocking_recv().is_err() {
        let why =
            control.join().ok().and_then(Result::err).map_or_else(String::new, |error| error.to_string());
        return Err(Failure::new("cannot serve the control socket").cause(why));
    }
    let media = spawn("media", move || media.run()).map_err(world)?;
    let driver = Driver::new(node, ready.clock, node_inbox, Outbound::new(ready.socket, to_media, feed));
    let node = spawn("node", move || driver.run()).map_err(world)?;

    print(greeting)?;

    let node = node.join();
    stop_control.send(()).ok();
    let control = control.join();
    let others = [media.join(), readers.join()];
    stop_store.send(()).ok();
    let lost = store.join().unwrap_or(1);
    drop(ready.hold);
    let died = node.is_err() || others.iter().any(Result::is_err) || control.is_err();
    // A thread that panicked has written why.
    if died {
        return Err(
            Failure::new("a thread of the node ended by a defect").help("report it with the lines above")
        );
    }
    if lost > 0 {
        return Err(Failure::new(format!("{lost} call records are not known to be written"))
            .help("the log names them and says why; `tongjie cdr` shows those the file has"));
    }
    writeln!(io::stdout(), "stopped").ok();
    Ok(ExitCode::SUCCESS)
}

fn log(ready: &Ready) -> Log {
    let mut log = new_log(&ready.config, ready.plan.candidate.table.zone());
    let now = ready.clock.wall().ms;
    for note in &ready.plan.notes {
        log.line(Level::Warn, now, note);
    }
    for fault in &ready.plan.candidate.audio_faults {
        log.line(
            Level::Error,
            now,
            &format!("recording cannot be played: {} ({})", fault.message, fault.code),
        );
    }
    log.flush();
    log
}

fn tell_unbound(sockets: &RtpSockets, bound: &Bound, feed: &mut Feed) {
    if let Some((first, why)) = &bound.refused {
        let (count, why, exhausted) = (sockets.unbound(), why.to_string(), bound.exhausted);
        let bound = bound.ports.len();
        feed.notice(Notice::PortsUnbound { count, bound, first: *first, why, exhausted });
        feed.flush();
    }
}

struct StoreThread {
    stop: oneshot::Sender<()>,
    records: CdrSender,
    status: watch::Receiver<WriterStatus>,
    /// It returns how many records were lost.
    thread: JoinHandle<u64>,
}

fn store(runtime: tokio::runtime::Runtime, store: Store) -> io::Result<StoreThread> {
    let (stop, told) = oneshot::channel::<()>();
    let (records, writer) = {
        let _inside = runtime.enter();
        CdrWriter::start(store.clone(), WriterSettings::default())
    };
    let status = writer.status();
    let thread = spawn("store", move || {
        runtime.block_on(async {
            // Told or dropped, nobody sends records any more.
            told.await.ok();
            let status = writer.finish().await;
            store.close().await;
            status.dropped
        })
    })?;
    Ok(StoreThread { stop, records, status, thread })
}

fn records_view(status: &WriterStatus) -> RecordsView {
    let WriterStatus { written, waiting, dropped, failing } = status.clone();
    RecordsView { written, waiting, lost: dropped, failing }
}

fn spawn<T: Send + 'static>(
    name: &str,
    run: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    thread::Builder::new().name(name.to_owned()).spawn(run)
}

/// Media events and commands that may wait for the node: more than a second's worth.
const NODE_INBOX: usize = 16_384;
/// Wishes that may wait for the media thread.
const MEDIA_INBOX: usize = 65_536;
