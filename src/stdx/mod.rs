//! What std lacks. No telephony word may appear below this module.

pub mod deadlines;
pub mod digits;
pub mod instant;
pub mod printable;
pub mod rng;
pub mod slab;
pub mod wrap;

pub use deadlines::Deadlines;
pub use instant::Instant;
pub use printable::printable;
pub use rng::Rng;
pub use slab::Slab;
pub use wrap::wrap;

/// A hash map whose hasher is seeded from the owner's [`Rng`]: safe against chosen keys, the same in every
/// replay. Its iteration order must never influence an output (`tests/tidy.rs` and the trace check find it).
pub type SeededMap<K, V> = std::collections::HashMap<K, V, ahash::RandomState>;

/// An empty [`SeededMap`] seeded from `rng`.
pub fn seeded_map<K, V>(rng: &mut Rng) -> SeededMap<K, V> {
    SeededMap::with_hasher(ahash::RandomState::with_seeds(
        rng.next_u64(),
        rng.next_u64(),
        rng.next_u64(),
        rng.next_u64(),
    ))
}

/// A broken promise of ours. Panics in tests and in the simulator (debug assertions on), where it is a
/// defect to find; in production the caller of the macro gets `false` and must release the one call concerned.
#[macro_export]
macro_rules! invariant {
    ($cond:expr, $($why:tt)+) => {{
        let holds: bool = $cond;
        debug_assert!(holds, $($why)+);
        holds
    }};
}
