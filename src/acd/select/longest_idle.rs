//! Longest idle first. A missed call begins the idle time anew, so that a phone nobody sits at does not
//! stay the first to be tried; a call withdrawn because its caller left does not.

use super::Standing;

pub(super) fn rank(standing: Standing) -> u64 {
    standing.idle_since.as_nanos()
}
