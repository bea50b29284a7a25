//! Callers by chance: a Poisson stream, each caller dialling one of the numbers by its weight.

use super::{Arrival, HOUR_MS};
use crate::stdx::Rng;

/// Callers from `from_ms` on for `hours` hours, on average `an_hour` each hour. `numbers`: what is dialled, and how
/// often beside the others.
pub fn by_chance(
    seed: u64,
    (from_ms, hours): (i64, u32),
    an_hour: u32,
    numbers: &[(String, u32)],
) -> Vec<Arrival> {
    let total: u64 = numbers.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let mut rng = Rng::from_seed(seed ^ 0x00ca_11e5);
    let mut all = vec![];
    if total == 0 || an_hour == 0 {
        return all;
    }
    let span = f64::from(hours) * hour();
    let mean = hour() / f64::from(an_hour);
    let mut at = exponential(&mut rng, mean);
    while at < span {
        all.push(Arrival {
            at_ms: from_ms + whole(at),
            caller: format!("138{:08}", rng.below(100_000_000)),
            dialled: pick(numbers, rng.below(total)).to_owned(),
            trunk: None,
            talk: None,
        });
        at += exponential(&mut rng, mean);
    }
    all
}

fn pick(numbers: &[(String, u32)], mut draw: u64) -> &str {
    for (number, weight) in numbers {
        match draw.checked_sub(u64::from(*weight)) {
            Some(rest) => draw = rest,
            None => return number,
        }
    }
    ""
}

/// Exponentially distributed, with this mean.
#[expect(clippy::cast_precision_loss, reason = "a draw below 2^30")]
pub(super) fn exponential(rng: &mut Rng, mean: f64) -> f64 {
    let uniform = (rng.below(1 << 30) + 1) as f64 / f64::from(1u32 << 30);
    -uniform.ln() * mean
}

fn hour() -> f64 {
    f64::from(i32::try_from(HOUR_MS).unwrap_or(i32::MAX))
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds of some days")]
fn whole(ms: f64) -> i64 {
    ms as i64
}
