//! Waiting for something that will be seen, with an end: the only way these tests wait.

use std::time::{Duration, Instant};

/// Looks again and again until `look` sees it; fails, naming `what`, after `limit`.
#[track_caller]
pub(super) fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(started.elapsed() < limit, "waited {limit:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether some program has this UDP port.
pub(super) fn is_bound(port: u16) -> bool {
    let wanted = format!(":{port:04X}");
    let table = std::fs::read_to_string("/proc/net/udp").unwrap();
    table.lines().filter_map(|line| line.split_whitespace().nth(1)).any(|local| local.ends_with(&wanted))
}
