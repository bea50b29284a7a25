//! Any bytes as a datagram: parsed, validated, read, answered, and written again, which must read the same.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use tongjie::sip::wire::framing::Framer;
use tongjie::sip::wire::{HeaderName, Message, Status, Writer};

fuzz_target!(|bytes: &[u8]| {
    let mut framer = Framer::new();
    framer.push(bytes);
    while let Ok(Some(_)) = framer.next_frame() {}
    match Message::parse(Bytes::copy_from_slice(bytes)) {
        Ok(message) => {
            let valid = message.validate().is_ok();
            read(&message);
            if valid {
                rewrite(&message);
            }
        }
        Err(error) => {
            assert!(error.at <= bytes.len());
            if let Some(partial) = error.partial {
                read(&partial);
            }
        }
    }
});

fn read(message: &Message) {
    for line in message.header_lines() {
        let _ = (line.value(), message.headers(line.name).count());
    }
    let _ = (
        message.authorizations().count(),
        message.www_authenticates().count(),
        message.history_info().count(),
    );
    let _ = (message.diversions().count(), message.reasons().count(), message.privacy(), message.date());
    let _ = (
        message.replaces(),
        message.refer_to(),
        message.rack(),
        message.session_expires(),
        message.retry_after(),
    );
    for addr in [message.from(), message.to()].into_iter().flatten() {
        let _ =
            (addr.display_lossy(), addr.uri.number(), addr.uri.phone_context(), addr.uri.matches(&addr.uri));
    }
    let source = std::net::SocketAddr::from(([192, 0, 2, 1], 5060));
    let answer = Writer::new().respond(message, Status::OK, Some(b"t"), Some(source)).finish();
    let head = answer.strip_suffix(b"\r\n\r\n").unwrap_or_default();
    assert!(!head.contains(&0));
}

fn rewrite(message: &Message) {
    let Some(method) = message.method() else { return };
    let mut writer = Writer::new();
    let mut draft = writer.request(method, message.raw_uri());
    for line in message.header_lines().filter(|line| line.name != HeaderName::ContentLength) {
        draft.line(&line);
    }
    // What NULs become is no longer what it was; everything else must come back.
    let again = Message::parse(draft.finish()).expect("what we write we read");
    assert_eq!(again.raw_uri(), message.raw_uri());
    assert_eq!(again.cseq(), message.cseq());
}
