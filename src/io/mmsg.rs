//! `recvmmsg(2)` and `sendmmsg(2)`: many datagrams, one system call.
//!
//! nix wraps both, but its `sendmmsg` returns an iterator over addresses nobody wrote, and its `recvmmsg` wants
//! the buffers borrowed for as long as the headers live. Here headers are built on the stack for every call, so
//! that no pointer outlives the call it is made for. This is the only file of the crate with `unsafe` in it.
#![allow(unsafe_code, reason = "two system calls that nix does not wrap soundly for persistent buffers")]

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;
use nix::sys::socket::{SockaddrLike, SockaddrStorage};

/// Datagrams handled in one system call.
pub(super) const BATCH: usize = 32;

/// Room for a batch of received datagrams, reused for every call.
pub(super) struct Inbound {
    bytes: Box<[u8]>,
    room: usize,
    names: Box<[SockaddrStorage]>,
    lengths: [usize; BATCH],
    filled: usize,
}

impl Inbound {
    /// Room for `slots` datagrams, at most [`BATCH`], of up to `room` bytes each. Pages nobody writes to cost nothing.
    pub(super) fn new(slots: usize, room: usize) -> Self {
        let slots = slots.clamp(1, BATCH);
        Self {
            bytes: vec![0; room * slots].into_boxed_slice(),
            room,
            names: vec![no_name(); slots].into_boxed_slice(),
            lengths: [0; BATCH],
            filled: 0,
        }
    }

    /// Receives what is there, at most as many as there are slots; does not wait.
    pub(super) fn receive(&mut self, socket: BorrowedFd<'_>) -> io::Result<usize> {
        self.filled = 0;
        // SAFETY: all-zero bytes are a valid iovec and a valid mmsghdr: integers and null pointers.
        let mut slices: [libc::iovec; BATCH] = unsafe { std::mem::zeroed() };
        // SAFETY: as above.
        let mut headers: [libc::mmsghdr; BATCH] = unsafe { std::mem::zeroed() };
        let rooms = self.bytes.chunks_exact_mut(self.room);
        let mut count = 0;
        for (((header, slice), room), name) in
            headers.iter_mut().zip(&mut slices).zip(rooms).zip(&mut self.names)
        {
            slice.iov_base = room.as_mut_ptr().cast();
            slice.iov_len = room.len();
            header.msg_hdr.msg_iov = slice;
            header.msg_hdr.msg_iovlen = 1;
            header.msg_hdr.msg_name = std::ptr::from_mut(name).cast();
            header.msg_hdr.msg_namelen = NAME_LEN;
            count += 1;
        }
        let flags = libc::MSG_DONTWAIT;
        // SAFETY: the headers point to `slices`, `self.bytes` and `self.names`, all alive and mutably borrowed
        // until this call returns; every length given is the length of what is pointed to, and `count` headers were filled in.
        let got = unsafe {
            libc::recvmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), count, flags, std::ptr::null_mut())
        };
        let Ok(got) = usize::try_from(got) else { return Err(io::Error::last_os_error()) };
        for (length, header) in self.lengths.iter_mut().zip(&headers).take(got) {
            // A datagram longer than its room is cut by the kernel. Half a message is none: its length is zero.
            let whole = header.msg_hdr.msg_flags & libc::MSG_TRUNC == 0;
            *length = if whole { usize::try_from(header.msg_len).unwrap_or(0) } else { 0 };
        }
        self.filled = got.min(BATCH);
        Ok(self.filled)
    }

    /// The datagrams of the last [`Self::receive`], in order of arrival, with their sources.
    pub(super) fn datagrams(&self) -> impl Iterator<Item = (SocketAddr, &[u8])> {
        let rooms = self.bytes.chunks_exact(self.room);
        rooms
            .zip(&self.names)
            .zip(self.lengths)
            .take(self.filled)
            .filter_map(|((room, name), length)| Some((address_of(name)?, room.get(..length)?)))
    }
}

/// Sends the first messages, at most [`BATCH`], and says how many the kernel took. An error concerns the first.
/// `mapped` writes IPv4 addresses as IPv6 ones (RFC 4291 §2.5.5.2), as an IPv6 socket wants them.
pub(super) fn send<'a>(
    socket: BorrowedFd<'_>,
    mapped: bool,
    messages: impl Iterator<Item = (SocketAddr, &'a [u8])>,
) -> io::Result<usize> {
    let mut names = [no_name(); BATCH];
    // SAFETY: all-zero bytes are a valid iovec and a valid mmsghdr: integers and null pointers.
    let mut slices: [libc::iovec; BATCH] = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    let mut headers: [libc::mmsghdr; BATCH] = unsafe { std::mem::zeroed() };
    let mut count = 0;
    for (((header, slice), name), (to, data)) in
        headers.iter_mut().zip(&mut slices).zip(&mut names).zip(messages)
    {
        *name = SockaddrStorage::from(if mapped { as_mapped(to) } else { to });
        slice.iov_base = data.as_ptr().cast_mut().cast();
        slice.iov_len = data.len();
        header.msg_hdr.msg_iov = slice;
        header.msg_hdr.msg_iovlen = 1;
        header.msg_hdr.msg_namelen = name.len();
        header.msg_hdr.msg_name = std::ptr::from_mut(name).cast();
        count += 1;
    }
    // SAFETY: the headers point to `slices`, `names` and the callers' data, all alive until this call returns; the
    // kernel only reads them; `count` headers were filled in.
    let sent = unsafe { libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), count, libc::MSG_DONTWAIT) };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

/// The address, with IPv4 written plainly even when an IPv6 socket received it.
fn address_of(name: &SockaddrStorage) -> Option<SocketAddr> {
    if let Some(v4) = name.as_sockaddr_in() {
        return Some(SocketAddr::V4(SocketAddrV4::new(v4.ip(), v4.port())));
    }
    let v6 = name.as_sockaddr_in6()?;
    Some(match v6.ip().to_ipv4_mapped() {
        Some(v4) => SocketAddr::from((v4, v6.port())),
        None => SocketAddr::V6(SocketAddrV6::new(v6.ip(), v6.port(), v6.flowinfo(), v6.scope_id())),
    })
}

/// The address as an IPv6 socket wants it.
pub(super) fn as_mapped(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) => SocketAddr::from((v4.ip().to_ipv6_mapped(), v4.port())),
        SocketAddr::V6(_) => address,
    }
}

fn no_name() -> SockaddrStorage {
    SockaddrStorage::from(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))
}

#[expect(clippy::cast_possible_truncation, reason = "128 fits")]
const NAME_LEN: libc::socklen_t = size_of::<SockaddrStorage>() as libc::socklen_t;
