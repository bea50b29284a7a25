//! Names of things. `…Id` is what an operator sees and writes; `…Key` is a handle inside one node.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

crate::slab_key!(
    /// One caller's whole affair, inside the node.
    CallKey
);
crate::slab_key!(
    /// One side of a call: an INVITE dialog and its media, inside the node.
    LegKey
);

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(SmolStr);

        impl $name {
            /// Wraps a name that was checked where it entered (plan, settings or wire).
            pub fn new(name: impl AsRef<str>) -> Self {
                Self(SmolStr::new(name))
            }

            /// The name as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// A person taking calls, as the plan names him; also his SIP user name.
    AgentId
);
name!(
    /// A queue of the plan.
    QueueId
);
name!(
    /// A peer we exchange calls with.
    TrunkId
);
name!(
    /// A recording of the plan: announcement, notice or music.
    PromptId
);
name!(
    /// What an agent must know to serve a caller.
    Skill
);
name!(
    /// A normalised telephone number: `12319`, `051088886666`, `13800000000`, `+4420…`; digits, at most one
    /// leading `+`. Empty for a withheld caller.
    Number
);
name!(
    /// A hotline of the plan, named by its number (`12319`).
    Hotline
);

impl Number {
    /// The number with its middle hidden, as listings and logs show it: `138****0000`, `12319` stays.
    ///
    /// Numbers of up to six digits name services, not persons, and are shown whole.
    pub fn masked(&self) -> String {
        let digits: Vec<char> = self.0.chars().collect();
        if digits.len() <= 6 {
            return self.0.to_string();
        }
        let keep = 3.min(digits.len() - 4);
        let tail = digits.len() - 4;
        digits
            .iter()
            .enumerate()
            .map(|(i, c)| if i < keep || (i >= tail && tail >= keep) { *c } else { '*' })
            .collect()
    }
}

/// What an operator calls a call: 42 bits of wall-clock milliseconds and a 22-bit count, so that two calls
/// of one node never share it, not even across a restart. Written as 13 characters of Crockford's base 32.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

const CROCKFORD: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl CallId {
    /// The id of the call that arrived at `wall_ms` (since 1970) as the `count`-th of its node.
    pub const fn new(wall_ms: i64, count: u32) -> Self {
        Self((wall_ms.cast_unsigned() << 22) | (count as u64 & 0x3f_ffff))
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shift in (0..13).rev() {
            let digit = self.0 >> (shift * 5) & 31;
            let c = CROCKFORD.get(usize::try_from(digit).unwrap_or(0)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(c))?;
        }
        Ok(())
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The text is not a call id.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a call id is 13 letters and digits, as `tongjie calls` shows it")]
pub struct BadCallId;

impl FromStr for CallId {
    type Err = BadCallId;
    fn from_str(text: &str) -> Result<Self, BadCallId> {
        if text.len() != 13 {
            return Err(BadCallId);
        }
        let mut id: u64 = 0;
        for byte in text.bytes() {
            let digit = CROCKFORD.iter().position(|c| *c == byte.to_ascii_lowercase()).ok_or(BadCallId)?;
            id = id.checked_mul(32).ok_or(BadCallId)? | u64::try_from(digit).map_err(|_| BadCallId)?;
        }
        Ok(Self(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_id_reads_back_as_it_was_written() {
        let id = CallId::new(1_640_966_399_000, 4_000_000);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("zzzzzzzzzzzzz".parse::<CallId>(), Err(BadCallId));
        assert_eq!("".parse::<CallId>(), Err(BadCallId));
    }

    #[test]
    fn a_masked_number_hides_the_middle_of_a_person_and_nothing_of_a_hotline() {
        let mask = |n: &str| Number::new(n).masked();
        assert_eq!(mask("13800001234"), "138****1234");
        assert_eq!(mask("12319"), "12319");
        assert_eq!(mask("051088886666"), "051*****6666");
        assert_eq!(mask("8888666"), "888****"[..3].to_owned() + "8666");
        assert_eq!(mask(""), "");
    }
}
