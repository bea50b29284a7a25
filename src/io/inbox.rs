//! A bounded queue into a thread that sleeps in `poll(2)` or `epoll(7)`: batches in, batches out, one lock each.
//!
//! The receiver swaps the whole queue out under one lock; a sender wakes it (one `eventfd` write) only when the queue was
//! empty, so that a busy pair of threads pays no system call per message. A full queue takes no more: what
//! does not fit stays with the sender, who says there what happens to it. Nobody ever waits inside.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};

struct Shared<T> {
    queue: Mutex<VecDeque<T>>,
    wake: EventFd,
    limit: usize,
    senders: AtomicUsize,
}

/// The receiving end.
pub struct Inbox<T>(Arc<Shared<T>>);

/// A sending end; clone it for more senders.
pub struct Post<T>(Arc<Shared<T>>);

/// A queue for at most `limit` messages.
pub fn inbox<T>(limit: usize) -> io::Result<(Post<T>, Inbox<T>)> {
    let wake = EventFd::from_value_and_flags(0, EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC)?;
    let shared =
        Arc::new(Shared { queue: Mutex::new(VecDeque::new()), wake, limit, senders: AtomicUsize::new(1) });
    Ok((Post(Arc::clone(&shared)), Inbox(shared)))
}

impl<T> Shared<T> {
    /// A thread that panicked with the lock held left a whole queue behind: every operation on it is one step.
    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        // Fails only when the counter is full, and then the reader is awake already.
        self.wake.write(1).ok();
    }
}

impl<T> Post<T> {
    /// Moves messages from the front of `from` until the queue is full; the rest stays there.
    pub fn send_all(&self, from: &mut VecDeque<T>) {
        if from.is_empty() {
            return;
        }
        let was_empty = {
            let mut queue = self.0.lock();
            let room = self.0.limit.saturating_sub(queue.len()).min(from.len());
            let was_empty = queue.is_empty();
            queue.extend(from.drain(..room));
            was_empty
        };
        if was_empty {
            self.0.wake();
        }
    }

    /// Sends one message, or gives it back when the queue is full.
    pub fn send(&self, message: T) -> Result<(), T> {
        let was_empty = {
            let mut queue = self.0.lock();
            if queue.len() >= self.0.limit {
                return Err(message);
            }
            queue.push_back(message);
            queue.len() == 1
        };
        if was_empty {
            self.0.wake();
        }
        Ok(())
    }

    /// Messages waiting.
    pub fn len(&self) -> usize {
        self.0.lock().len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for Post<T> {
    fn clone(&self) -> Self {
        self.0.senders.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Post<T> {
    /// The reader may want to know that nobody sends any more.
    fn drop(&mut self) {
        self.0.senders.fetch_sub(1, Ordering::AcqRel);
        self.0.wake();
    }
}

impl<T> Inbox<T> {
    /// To be called when `poll(2)` reports this inbox, and before [`Self::receive_all`]: a message sent in between
    /// wakes the reader once for nothing, and none is missed.
    pub fn clear_wake(&mut self) {
        self.0.wake.read().ok();
    }

    /// Appends everything that waits to `into` (which should be empty: then this is one swap). No system call.
    pub fn receive_all(&mut self, into: &mut VecDeque<T>) {
        let mut queue = self.0.lock();
        if into.is_empty() {
            std::mem::swap(&mut *queue, into);
        } else {
            into.append(&mut queue);
        }
    }

    /// Waits for messages, at most `limit`, and appends them to `into`.
    pub fn wait(&mut self, limit: Duration, into: &mut VecDeque<T>) {
        let ms = u16::try_from(limit.as_millis()).unwrap_or(u16::MAX);
        // An interrupted wait is a short one.
        if poll(&mut [PollFd::new(self.as_fd(), PollFlags::POLLIN)], ms).is_ok_and(|ready| ready > 0) {
            self.clear_wake();
        }
        self.receive_all(into);
    }

    /// Whether all senders are gone.
    pub fn is_orphaned(&self) -> bool {
        self.0.senders.load(Ordering::Acquire) == 0
    }
}

impl<T> AsFd for Inbox<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.wake.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_readable<T>(inbox: &Inbox<T>) -> bool {
        poll(&mut [PollFd::new(inbox.as_fd(), PollFlags::POLLIN)], 0u16).unwrap() == 1
    }

    #[test]
    fn a_full_inbox_takes_no_more_and_the_rest_stays_with_the_sender() {
        let (post, mut inbox) = inbox(3).unwrap();
        let mut backlog = VecDeque::from([1, 2, 3, 4, 5]);
        post.send_all(&mut backlog);
        assert_eq!(backlog, [4, 5]);
        assert_eq!(post.send(6), Err(6));
        let mut got = VecDeque::new();
        inbox.receive_all(&mut got);
        assert_eq!(got, [1, 2, 3]);
        post.send_all(&mut backlog);
        inbox.receive_all(&mut got);
        assert_eq!((got, backlog.len(), post.is_empty()), (VecDeque::from([1, 2, 3, 4, 5]), 0, true));
    }

    #[test]
    fn a_sleeping_reader_is_woken_by_the_first_message_and_sleeps_again_when_all_are_read() {
        let (post, mut inbox) = inbox(8).unwrap();
        assert!(!is_readable(&inbox));
        post.send('a').unwrap();
        post.send('b').unwrap();
        assert!(is_readable(&inbox));
        let mut got = VecDeque::new();
        inbox.wait(Duration::from_secs(5), &mut got);
        assert_eq!((got.len(), is_readable(&inbox)), (2, false));
        drop(post);
        assert!(inbox.is_orphaned() && is_readable(&inbox), "the end of the senders wakes the reader");
    }
}
