use std::net::UdpSocket;
use std::thread;

use super::super::feed::{Item, feed};
use super::super::inbox::inbox;
use super::*;
use crate::event::{Event, Fact};

/// Sends every datagram back, reversed; `bye` stops it. A datagram of one byte sets an alarm so many ms ahead.
#[derive(Default)]
struct Echo {
    outputs: VecDeque<Output>,
    alarm: Option<(Instant, std::net::SocketAddr)>,
    media: usize,
}

impl Machine for Echo {
    fn handle_input(&mut self, now: Instant, input: Input) {
        match input {
            Input::Datagram { data, .. } if data.as_ref() == b"bye" => {
                self.outputs.push_back(Output::Stopped)
            }
            Input::Datagram { source, data } if data.len() == 1 => {
                self.alarm = Some((now + Duration::from_millis(u64::from(data[0])), source));
            }
            Input::Datagram { source, data } => {
                let data = data.iter().rev().copied().collect();
                self.outputs.push_back(Output::Send { to: source, data });
                let fact = Fact::LimitReached { what: "test" };
                self.outputs.push_back(Output::Event(Event { now, wall_ms: 0, call: None, fact }));
                self.outputs.push_back(Output::Media(media::Command::Close { port: media::Port(4000) }));
            }
            Input::Command { token, .. } => {
                self.outputs
                    .push_back(Output::Reply { token, reply: Reply::Refused(self.media.to_string()) });
            }
            Input::Media(_) => self.media += 1,
            Input::Wall(_) | Input::PortsBound(_) => {}
        }
    }
    fn handle_timeout(&mut self, now: Instant) {
        if let Some((_, to)) = self.alarm.take_if(|(at, _)| *at <= now) {
            self.outputs.push_back(Output::Send { to, data: Bytes::from_static(b"alarm") });
        }
    }
    fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
    fn poll_timeout(&self) -> Option<Instant> {
        self.alarm.map(|(at, _)| at)
    }
}

#[test]
fn a_node_is_stepped_by_datagrams_deadlines_media_and_operators_and_all_outputs_arrive() {
    let socket = BatchSocket::bind("127.0.0.1:0".parse().unwrap(), 1 << 16).unwrap();
    let address = socket.local();
    let (post, to_node) = inbox(8).unwrap();
    let (to_media, mut media_inbox) = inbox(8).unwrap();
    let (feed, mut items) = feed().unwrap();
    let outbound = Outbound::new(socket, to_media, feed);
    let driver = Driver::new(Echo::default(), Clock::start(None), to_node, outbound);
    let node = thread::spawn(move || driver.run());

    let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
    peer.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut buffer = [0; 100];
    for _ in 0..3 {
        peer.send_to(b"hello", address).unwrap();
        assert_eq!(peer.recv(&mut buffer).unwrap(), 5);
        assert_eq!(&buffer[..5], b"olleh");
    }
    peer.send_to(&[20], address).unwrap();
    assert_eq!(peer.recv(&mut buffer).unwrap(), 5);
    assert_eq!(&buffer[..5], b"alarm");

    post.send(ToNode::Media(media::Event::FirstPacket { port: media::Port(4000) })).unwrap();
    let (reply, answer) = oneshot::channel();
    post.send(ToNode::Command { command: Command::Agents, reply }).unwrap();
    assert!(matches!(answer.blocking_recv(), Ok(Reply::Refused(count)) if count == "1"));

    peer.send_to(b"bye", address).unwrap();
    node.join().unwrap();
    let (mut facts, mut commands) = (VecDeque::new(), VecDeque::new());
    items.receive_all(&mut facts);
    media_inbox.receive_all(&mut commands);
    assert_eq!((facts.len(), commands.len()), (3, 3));
    assert!(facts.iter().all(|item| matches!(item, Item::Event(_))));
    assert!(media_inbox.is_orphaned(), "the media thread can see that the node is gone");
}
