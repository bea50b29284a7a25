//! Values that stand in several sections: names and durations.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use crate::dialplan::spanned::Spanned;

/// One name, or several in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names(pub Vec<String>);

/// A duration: `"20s"`, `"1m30s"`, `"500ms"`, `"2h"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Length(pub Duration);

/// What is named, in order: nothing where nothing is written.
pub fn names(written: &Option<Spanned<Names>>) -> impl Iterator<Item = &str> {
    written.iter().flat_map(|names| &names.get_ref().0).map(String::as_str)
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Names;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }
            fn visit_str<E: de::Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Names, A::Error> {
                let mut names = vec![];
                while let Some(name) = seq.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Length;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration with its unit, like \"20s\", \"1m30s\" or \"500ms\"")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Length, E> {
                match length(text) {
                    Ok(length) => Ok(Length(length)),
                    Err(NoLength::TooLong) => Err(E::custom(format!(
                        "`{text}` is longer than a day, which no length of time may be"
                    ))),
                    Err(NoLength::Unread) => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Longest duration a plan may name: a day.
const LENGTH_MAX: Duration = Duration::from_secs(24 * 3600);

/// Why a text is no duration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum NoLength {
    /// It is none.
    Unread,
    /// It is one, beyond [`LENGTH_MAX`].
    TooLong,
}

fn length(text: &str) -> Result<Duration, NoLength> {
    let length = parts(text).ok_or(NoLength::Unread)?;
    if length > LENGTH_MAX { Err(NoLength::TooLong) } else { Ok(length) }
}

/// Reads `1m30s`: numbers with units, each unit once, the largest first. What no number holds is as long as can be.
fn parts(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut total = Duration::ZERO;
    let mut units = [("h", 3_600_000_u64), ("m", 60_000), ("s", 1_000), ("ms", 1)].iter();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|n| *n > 0)?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let unit_len = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(unit_len)?;
        let (_, ms) = units.find(|(name, _)| *name == unit)?;
        // Digits alone: what cannot be parsed is too great.
        let number = number.parse::<u64>().unwrap_or(u64::MAX);
        total = total.saturating_add(Duration::from_millis(number.saturating_mul(*ms)));
        rest = tail;
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_carries_its_unit() {
        for (text, ms) in [
            ("20s", Ok(20_000)),
            ("1m30s", Ok(90_000)),
            ("500ms", Ok(500)),
            ("2h", Ok(7_200_000)),
            ("1s500ms", Ok(1_500)),
            ("0s", Ok(0)),
            ("24h", Ok(86_400_000)),
            ("25h", Err(NoLength::TooLong)),
            ("24h1ms", Err(NoLength::TooLong)),
            ("99999999999999999999s", Err(NoLength::TooLong)),
            ("30", Err(NoLength::Unread)),
            ("", Err(NoLength::Unread)),
            ("s", Err(NoLength::Unread)),
            ("1s1m", Err(NoLength::Unread)),
            ("1s1s", Err(NoLength::Unread)),
            ("-1s", Err(NoLength::Unread)),
            ("1.5s", Err(NoLength::Unread)),
            ("1 s", Err(NoLength::Unread)),
            ("20秒", Err(NoLength::Unread)),
            ("25hours", Err(NoLength::Unread)),
        ] {
            assert_eq!(length(text), ms.map(Duration::from_millis), "{text}");
        }
    }
}
