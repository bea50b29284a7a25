use std::collections::VecDeque;
use std::io::{BufRead, BufReader as StdReader, Write};
use std::thread::{self, JoinHandle};

use super::super::feed::{Item, feed};
use super::super::inbox::{Inbox, inbox};
use std::os::unix::fs::MetadataExt;

use super::super::clock::Clock;
use super::super::plans::candidate::Candidate;
use super::super::plans::start::Start;
use super::*;
use crate::call::Edition;
use crate::node::{Command, Reply};

struct Served {
    path: PathBuf,
    _dir: tempfile::TempDir,
    node: Inbox<ToNode>,
    items: Inbox<Item>,
    followers: broadcast::Sender<Arc<str>>,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<io::Result<()>>,
}

fn served() -> Served {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tongjie.sock");
    let control = Control::bind(&path).unwrap();
    let (post, node) = inbox(8).unwrap();
    let (feed, items) = feed().unwrap();
    let wuxi = Path::new(env!("CARGO_MANIFEST_DIR")).join("dialplan/wuxi");
    let plan = Candidate::at_start(&wuxi).unwrap();
    let edition = Arc::new(Edition::new(1, Arc::clone(&plan.table)));
    let plans =
        Plans::new(wuxi, Start::fresh(plan, 0), &edition, Clock::start(None), post.clone(), feed.fork());
    let hub = Hub::new(post, feed, plans, Arc::new(RecordsView::default));
    let followers = hub.followers();
    let (stop, stopped) = oneshot::channel();
    let thread = thread::spawn(move || control.serve(hub, oneshot::channel().0, stopped));
    Served { path, _dir: dir, node, items, followers, stop, thread }
}

impl Served {
    fn connect(&self) -> StdReader<StdStream> {
        let stream = StdStream::connect(&self.path).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        StdReader::new(stream)
    }

    /// Answers the next command as a node would.
    fn node_answers(&mut self, reply: Reply) -> Command {
        let mut got = VecDeque::new();
        self.node.wait(Duration::from_secs(5), &mut got);
        let Some(ToNode::Command { command, reply: to }) = got.pop_front() else { panic!("no command came") };
        to.send(reply).unwrap();
        command
    }
}

fn say(client: &mut StdReader<StdStream>, line: &str) {
    client.get_mut().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn hear(client: &mut StdReader<StdStream>) -> String {
    let mut line = String::new();
    client.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[test]
fn a_command_reaches_the_node_and_its_reply_comes_back_as_a_line() {
    let mut served = served();
    let mut client = served.connect();
    say(&mut client, r#"{"command":"agents"}"#);
    assert!(matches!(served.node_answers(Reply::Agents(vec![])), Command::Agents));
    assert_eq!(hear(&mut client), r#"{"agents":[]}"#);
    say(&mut client, r#"{"command":"drain"}"#);
    assert!(matches!(served.node_answers(Reply::Done), Command::Drain));
    assert_eq!(hear(&mut client), r#"{"done":true}"#);
    say(&mut client, r#"{"command":"hangup","call":"7"}"#);
    assert!(hear(&mut client).starts_with(r#"{"refused":"a call id is"#));
    say(&mut client, "GET / HTTP/1.1");
    assert!(hear(&mut client).starts_with(r#"{"refused":"not a request"#));
}

#[test]
fn what_concerns_plans_is_answered_here_and_never_asks_the_node() {
    let mut served = served();
    let mut client = served.connect();
    say(&mut client, r#"{"command":"plans"}"#);
    assert!(hear(&mut client).starts_with(r#"{"plans":{"plans":[{"edition":1,"plan":"无锡12345","since":"#));
    say(&mut client, r#"{"command":"reload"}"#);
    assert!(
        hear(&mut client)
            .starts_with(r#"{"reloaded":{"outcome":"unchanged","plan":"无锡12345","edition":1,"#)
    );
    say(&mut client, r#"{"command":"cancel-reload"}"#);
    assert_eq!(hear(&mut client), r#"{"cancelled":null}"#);
    let mut got = VecDeque::new();
    served.node.receive_all(&mut got);
    assert!(got.is_empty());
}

#[test]
fn seeing_whole_numbers_is_noted_with_the_user() {
    let mut served = served();
    let mut client = served.connect();
    say(&mut client, r#"{"command":"calls","unmask":true}"#);
    assert!(matches!(served.node_answers(Reply::Calls(vec![])), Command::Calls { unmask: true }));
    hear(&mut client);
    let mut items = VecDeque::new();
    served.items.receive_all(&mut items);
    let uid = fs::metadata("/proc/self").unwrap().uid();
    assert_eq!(items, [Item::Notice(Notice::NumbersShown { uid })]);
}

#[test]
fn followers_get_lines_and_the_file_goes_when_the_node_stops() {
    let served = served();
    let mut client = served.connect();
    say(&mut client, r#"{"command":"follow"}"#);
    assert_eq!(hear(&mut client), r#"{"following":true}"#);
    served.followers.send(Arc::from(r#"{"event":1}"#)).unwrap();
    assert_eq!(hear(&mut client), r#"{"event":1}"#);
    served.stop.send(()).unwrap();
    served.thread.join().unwrap().unwrap();
    assert!(!served.path.exists());
    assert_eq!(hear(&mut client), "");
}

#[test]
fn a_request_that_never_ends_closes_the_connection_and_no_other() {
    let served = served();
    let mut client = served.connect();
    // The server may close before all of it is written.
    client.get_mut().write_all(&vec![b'x'; REQUEST_MAX * 2]).ok();
    let mut line = String::new();
    assert_eq!(client.read_line(&mut line).unwrap_or(0), 0);
    let mut other = served.connect();
    say(&mut other, "{}");
    assert!(hear(&mut other).contains("refused"));
}

#[test]
fn the_socket_is_private_a_dead_one_is_replaced_and_a_living_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let first = Control::bind(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(Control::bind(&path), Err(ControlError::InUse(_))));
    drop(first);
    assert!(path.exists(), "a killed node leaves its file behind");
    drop(Control::bind(&path).unwrap());
    fs::remove_file(&path).unwrap();
    fs::write(&path, "precious").unwrap();
    assert!(matches!(Control::bind(&path), Err(ControlError::NotASocket(_))));
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    assert!(matches!(Control::bind(&dir.path().join("no/dir")), Err(ControlError::Refused { .. })));
}
