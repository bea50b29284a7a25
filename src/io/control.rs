//! The control socket: local commands and live views, on a small tokio runtime of its own thread.
//!
//! A Unix socket that only the node's own user may open (mode 0600): who may open it may command. What is said on it
//! stands in [`protocol`]. A socket file left behind by a node that was killed is replaced; one that a living
//! node answers on is not.

pub mod protocol;

use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::{UnixListener as StdListener, UnixStream as StdStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use nix::sys::socket::{AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind, listen, socket};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, broadcast, oneshot};
use tokio::time::timeout;

use self::protocol::{Answer, REQUEST_MAX, Request};
use super::driver::ToNode;
use super::feed::{Feed, Notice};
use super::inbox::Post;
use super::plans::listing::LATELY;
use super::plans::{Plans, Told, Which, Wish};
use crate::node::view::RecordsView;

/// The socket, bound and listening, not yet served.
#[derive(Debug)]
pub struct Control {
    listener: StdListener,
    path: PathBuf,
}

/// Why there is no control socket.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another node answers there.
    #[error("another node is running: it answers on {0}")]
    InUse(PathBuf),
    /// Something that is not a socket is in the way.
    #[error("{0} is there and is no socket")]
    NotASocket(PathBuf),
    /// The system refused.
    #[error("cannot make the control socket {path}")]
    Refused {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Control {
    /// Binds, replacing the file of a node that is gone.
    ///
    /// # Errors
    /// When another node is there, or the system refuses.
    pub fn bind(path: &Path) -> Result<Self, ControlError> {
        clear(path)?;
        let refused = |source| ControlError::Refused { path: path.to_owned(), source };
        let listener = bind_private(path).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Serves until `stop` is told or dropped, signals included; then removes the file. `started` is told as soon as
    /// signals are taken.
    ///
    /// # Errors
    /// When the system gives no epoll descriptor or signal handler.
    pub fn serve(
        self,
        hub: Hub,
        started: oneshot::Sender<()>,
        stop: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let path = self.path.clone();
        let result = runtime.block_on(async {
            let listener = UnixListener::from_std(self.listener)?;
            let signals = super::signal::listen(hub.clone())?;
            let plans = hub.plans.clone();
            let reloads = super::signal::reload(plans.clone())?;
            started.send(()).ok();
            tokio::select! {
                // Told or dropped, the node is gone.
                _ = stop => {}
                () = accept(&listener, hub) => {}
                () = signals => {}
                () = reloads => {}
                () = plans.keep_hours() => {}
                () = plans.tell_cut_overs() => {}
            }
            // A cut-over of the last second is told, too.
            timeout(LAST_WORDS, plans.look_at_cut_overs()).await.ok();
            // The node's last answers, that of `drain` above all, are still being written by their connections.
            tokio::time::sleep(LAST_WORDS).await;
            Ok(())
        });
        fs::remove_file(&path).ok();
        // A disk that does not answer holds up no stop.
        runtime.shutdown_timeout(UNDONE_MAX);
        result
    }
}

/// What connections need; clones share it.
#[derive(Clone)]
pub struct Hub {
    node: Post<ToNode>,
    events: broadcast::Sender<Arc<str>>,
    feed: Arc<std::sync::Mutex<Feed>>,
    plans: Plans,
    records: Records,
}

/// Asks the store, of which nothing is known here, how the call records fare.
pub type Records = Arc<dyn Fn() -> RecordsView + Send + Sync>;

impl Hub {
    /// Commands go to `node`, those about plans to `plans`, notices to `feed`; followers get what is sent to
    /// [`Self::followers`].
    pub fn new(node: Post<ToNode>, feed: Feed, plans: Plans, records: Records) -> Self {
        let (events, _) = broadcast::channel(FOLLOW_BACKLOG);
        Self { node, events, feed: Arc::new(std::sync::Mutex::new(feed)), plans, records }
    }

    /// Where to send lines for followers. Sending never waits: a slow follower is told how many it missed.
    pub fn followers(&self) -> broadcast::Sender<Arc<str>> {
        self.events.clone()
    }

    /// Asks the node. A full inbox (a node that stands still) refuses rather than waits.
    async fn ask(&self, command: crate::node::Command) -> Answer {
        let (reply, answer) = oneshot::channel();
        if self.node.send(ToNode::Command { command, reply }).is_err() {
            return Answer::Refused("the node does not keep up; try again".to_owned());
        }
        match timeout(ANSWER_MAX, answer).await {
            Ok(Ok(reply)) => reply.into(),
            Ok(Err(_)) => Answer::Refused("the node has stopped".to_owned()),
            Err(_) => Answer::Refused(format!("the node did not answer in {} s", ANSWER_MAX.as_secs())),
        }
    }

    /// Tells the node, waits for no answer. A full inbox forgets it.
    pub(super) fn tell(&self, command: crate::node::Command) {
        let (reply, _) = oneshot::channel();
        self.node.send(ToNode::Command { command, reply }).ok();
    }

    /// Tells the readers of the feed.
    pub(super) fn notice(&self, notice: Notice) {
        let mut feed = self.feed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        feed.notice(notice);
        feed.flush();
    }
}

async fn accept(listener: &UnixListener, hub: Hub) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        // The semaphore is never closed; with all seats taken, newcomers wait in the kernel's backlog.
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let hub = hub.clone();
                tokio::spawn(async move {
                    // A client that goes away in the middle is no fault of ours.
                    converse(stream, hub).await.ok();
                    drop(seat);
                });
            }
            // Out of descriptors: give the others time to close theirs.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn converse(stream: UnixStream, hub: Hub) -> io::Result<()> {
    let uid = stream.peer_cred()?.uid();
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    loop {
        let Some(line) = timeout(SILENCE_MAX, request_line(&mut lines)).await.map_err(io::Error::other)??
        else {
            return Ok(());
        };
        let answer = match serde_json::from_str::<Request>(&line) {
            Ok(Request::Follow {}) => return follow(&mut write, &mut lines, &hub).await,
            Ok(request) => {
                if request == (Request::Calls { unmask: true }) {
                    hub.notice(Notice::NumbersShown { uid });
                }
                answer(&request, &hub, uid).await
            }
            Err(error) => Answer::Refused(format!("not a request: {error}")),
        };
        say(&mut write, &answer).await?;
    }
}

async fn answer(request: &Request, hub: &Hub, uid: u32) -> Answer {
    let by = format!("user {uid}");
    match request {
        Request::Reload { back, to, at, dry_run } => {
            let which = match (back, to) {
                (true, Some(_)) => return Answer::Refused("it is either back or to an edition".to_owned()),
                (true, None) => Which::Before,
                (false, Some(edition)) => Which::Edition(*edition),
                (false, None) => Which::Directory,
            };
            let wish = Wish { which, at: at.clone(), dry_run: *dry_run };
            match hub.plans.reload(&wish, &by).await {
                Told::Done(view) => Answer::Reloaded(view),
                Told::Refused(view) => Answer::PlanRefused(view),
                Told::Not(why) => Answer::Refused(why),
            }
        }
        Request::Plans {} => Answer::Plans(hub.plans.list().await),
        Request::CancelReload {} => Answer::Cancelled(hub.plans.cancel(&by).await),
        Request::Follow {} => Answer::Following(false),
        _ => answer_of_node(request, hub).await,
    }
}

async fn answer_of_node(request: &Request, hub: &Hub) -> Answer {
    let mut answer = match request.command() {
        Ok(Some(command)) => hub.ask(command).await,
        Ok(None) => Answer::Following(false),
        Err(why) => Answer::Refused(why),
    };
    if let Answer::Status(status) = &mut answer {
        status.plan_scheduled = hub.plans.scheduled();
        status.plan_cut_over = hub.plans.next_cut_over().await;
        status.plan_directory = hub.plans.directory(LATELY).await;
        status.plans_not_kept = hub.plans.not_kept();
        status.records = (hub.records)();
    }
    answer
}

/// Sends lines until the client goes away. It may not ask anything else on this connection.
async fn follow(
    write: &mut OwnedWriteHalf,
    read: &mut BufReader<OwnedReadHalf>,
    hub: &Hub,
) -> io::Result<()> {
    let mut events = hub.events.subscribe();
    say(write, &Answer::Following(true)).await?;
    let mut gone = [0; 1];
    loop {
        let line = tokio::select! {
            line = events.recv() => line,
            _ = read.read(&mut gone) => return Ok(()),
        };
        match line {
            Ok(line) => {
                let mut whole = Vec::with_capacity(line.len() + 1);
                whole.extend_from_slice(line.as_bytes());
                whole.push(b'\n');
                timeout(ANSWER_MAX, write.write_all(&whole)).await.map_err(io::Error::other)??;
            }
            Err(broadcast::error::RecvError::Lagged(missed)) => say(write, &Answer::Missed(missed)).await?,
            Err(broadcast::error::RecvError::Closed) => return Ok(()),
        }
    }
}

/// One line, without its end; `None` at the end of the stream. A longer one than [`REQUEST_MAX`] ends it too.
async fn request_line(lines: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let limit = u64::try_from(REQUEST_MAX).unwrap_or(u64::MAX);
    let length = lines.take(limit).read_line(&mut line).await?;
    Ok((length > 0 && line.ends_with('\n')).then_some(line))
}

async fn say(write: &mut OwnedWriteHalf, answer: &Answer) -> io::Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    timeout(ANSWER_MAX, write.write_all(&line)).await.map_err(io::Error::other)?
}

/// Removes the socket file of a node that is gone.
fn clear(path: &Path) -> Result<(), ControlError> {
    let refused = |source| ControlError::Refused { path: path.to_owned(), source };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(refused(error)),
        Ok(meta) if !meta.file_type().is_socket() => Err(ControlError::NotASocket(path.to_owned())),
        Ok(_) if StdStream::connect(path).is_ok() => Err(ControlError::InUse(path.to_owned())),
        Ok(_) => fs::remove_file(path).map_err(refused),
    }
}

/// The mode is set before anyone can connect: between `bind` and `listen` every connect is refused.
fn bind_private(path: &Path) -> io::Result<StdListener> {
    let fd: OwnedFd = socket(AddressFamily::Unix, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
    bind(fd.as_raw_fd(), &UnixAddr::new(path)?)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    listen(&fd, Backlog::new(16)?)?;
    Ok(StdListener::from(fd))
}

/// Connections at once.
const CONNECTIONS_MAX: usize = 16;
/// How long a client may say nothing.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How long an answer may take, and a client to read it.
const ANSWER_MAX: Duration = Duration::from_secs(5);
/// How long answers may take to reach their askers when the node is gone.
const LAST_WORDS: Duration = Duration::from_millis(50);
/// How long a plan that is being kept may take then.
const UNDONE_MAX: Duration = Duration::from_secs(5);
/// Lines a follower may be behind.
const FOLLOW_BACKLOG: usize = 4096;

#[cfg(test)]
mod tests;
