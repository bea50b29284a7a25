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

use tokio::sync::oneshot;

use super::{Ready, log_format, log_level};
use crate::cdr::Fold;
use crate::cli::failure::Failure;
use crate::cli::print;
use crate::cli::readers::Readers;
use crate::io::Clock;
use crate::io::control::Hub;
use crate::io::driver::{Driver, Outbound, ToNode};
use crate::io::feed::{Feed, feed};
use crate::io::inbox::{Inbox, Post, inbox};
use crate::io::media_thread::MediaThread;
use crate::io::plans::Plans;
use crate::media::{Command, Plane};
use crate::node::Node;
use crate::store::{CdrSender, CdrWriter, Store, WriterSettings};
use crate::telemetry::{Level, Log};

/// Runs until the node has stopped and everything is written. Says `greeting` when all is in place, signals too.
pub(super) fn run(mut ready: Ready, greeting: &str) -> Result<ExitCode, Failure> {
    let world = |error: io::Error| Failure::new("cannot start").cause(error);
    let (to_node, node_inbox) = inbox::<ToNode>(NODE_INBOX).map_err(world)?;
    let (to_media, media_inbox) = inbox::<Command>(MEDIA_INBOX).map_err(world)?;
    let (feed, items) = feed().map_err(world)?;
    let log = log(&ready);
    let media = media(&mut ready, media_inbox, to_node.clone(), feed.fork()).map_err(world)?;
    let (dir, table, clock) =
        (ready.config.plan.clone(), Arc::clone(&ready.plan.candidate.table), ready.clock);
    let node = Node::new(ready.config.node, table, clock.wall(), ready.rng.fork());
    let node = node.going_on(ready.plan.edition(), ready.plan.since_ms());
    let plans = Plans::new(dir, ready.plan, node.edition(), clock, to_node.clone(), feed.fork());
    let hub = Hub::new(to_node, feed.fork(), plans);

    let (stop_store, records, store) = store(ready.runtime, ready.store).map_err(world)?;
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
    let died = node.is_err() || others.iter().any(Result::is_err) || control.is_err();
    // A thread that panicked has written why.
    if died {
        return Err(
            Failure::new("a thread of the node ended by a defect").help("report it with the lines above")
        );
    }
    if lost > 0 {
        return Err(
            Failure::new(format!("{lost} call records could not be written")).help("the log says why")
        );
    }
    writeln!(io::stdout(), "stopped").ok();
    Ok(ExitCode::SUCCESS)
}

fn log(ready: &Ready) -> Log {
    let zone = jiff::tz::TimeZone::get(ready.plan.candidate.table.zone()).unwrap_or(jiff::tz::TimeZone::UTC);
    let mut log = Log::new(log_format(&ready.config), log_level(&ready.config), zone, Box::new(io::stderr()));
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

fn media(
    ready: &mut Ready,
    commands: Inbox<Command>,
    node: Post<ToNode>,
    feed: Feed,
) -> io::Result<MediaThread> {
    let plane = Plane::new(Arc::new(ready.plan.candidate.prompts.clone()), ready.rng.fork());
    let clock: Clock = ready.clock;
    MediaThread::new(plane, clock, ready.config.media_listen, commands, node, feed)
}

type StoreThread = (oneshot::Sender<()>, CdrSender, JoinHandle<u64>);

/// The store's thread; it returns how many records were lost.
fn store(runtime: tokio::runtime::Runtime, store: Store) -> io::Result<StoreThread> {
    let (stop, told) = oneshot::channel::<()>();
    let (records, writer) = {
        let _inside = runtime.enter();
        CdrWriter::start(store.clone(), WriterSettings::default())
    };
    let thread = spawn("store", move || {
        runtime.block_on(async {
            // Told or dropped, nobody sends records any more.
            told.await.ok();
            let status = writer.finish().await;
            store.close().await;
            status.dropped
        })
    })?;
    Ok((stop, records, thread))
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
