//! Parsing allocates nothing. The allocator of the test binary counts what each thread asks it for.

#![expect(
    unsafe_code,
    reason = "an allocator that counts must implement an unsafe trait; it only passes calls on"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use bytes::Bytes;
use tongjie::sip::wire::{Message, Status, Writer};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(at, layout, size) }
    }
}

fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.get();
    work();
    COUNT.get() - before
}

const INVITE: &[u8] = include_bytes!("../../benches/invite.sip");

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(black_box(vec![1u8]))), 1);
}

#[test]
fn an_invite_is_parsed_validated_and_read_without_allocation() {
    let datagram = Bytes::from_static(INVITE);
    let count = allocations(|| {
        let message = Message::parse(datagram).unwrap();
        message.validate().unwrap();
        black_box(message.via().unwrap().branch());
        black_box(message.from().unwrap().tag());
        black_box(message.from().unwrap().display_name());
        black_box(message.to().unwrap().uri.number());
        black_box(message.cseq().unwrap());
        black_box(message.call_id().unwrap());
        black_box(message.contact().unwrap());
        black_box(message.p_asserted_identities().count());
        black_box(message.diversions().count());
        black_box(message.session_expires().unwrap());
        black_box(message.supports("100rel"));
        black_box(message.content_type().unwrap());
        black_box(message.clone());
    });
    assert_eq!(count, 0);
}

#[test]
fn a_response_reuses_the_writers_buffer() {
    let request = Message::parse(Bytes::from_static(INVITE)).unwrap();
    let mut writer = Writer::new();
    let source = "192.0.2.7:5060".parse().unwrap();
    drop(writer.respond(&request, Status::RINGING, Some(b"t"), Some(source)).finish());
    let count = allocations(|| {
        for _ in 0..100 {
            drop(writer.respond(&request, Status::RINGING, Some(b"t"), Some(source)).finish());
        }
    });
    assert_eq!(count, 0);
}
