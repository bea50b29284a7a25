//! Seeded chance. ChaCha8, because tags, branches and nonces drawn from it must not be guessable
//! (RFC 3261 §19.3), and because the same seed must give the same run on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A seeded source of chance. Not `Clone`: two owners that draw the same numbers are a defect.
#[derive(Debug)]
pub struct Rng(ChaCha8Rng);

impl Rng {
    /// For tests and simulations: the run is named by one number.
    pub fn from_seed(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// For production: 32 bytes from the operating system.
    pub fn from_entropy(seed: [u8; 32]) -> Self {
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// An independent source for a child, so that one child's draws do not shift another's.
    pub fn fork(&mut self) -> Self {
        let mut seed = [0; 32];
        self.0.fill_bytes(&mut seed);
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// 64 fair bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..n`; 0 when `n` is 0. The bias of the multiplication method is below 2⁻³² for the
    /// small `n` used here.
    pub fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.next_u64()) * u128::from(n);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// True once in a while: with probability `per_mille / 1000`.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < u64::from(per_mille)
    }

    /// Fills `out` with chance.
    pub fn fill(&mut self, out: &mut [u8]) {
        self.0.fill_bytes(out);
    }
}
