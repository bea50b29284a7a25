//! dp024: an `include` that cannot be followed. [`crate::dialplan::load`] follows them, as the only one who reads files;
//! here is which names are good, and what is said of one that is not.

use std::path::Path;

use crate::dialplan::{Diagnostic, Place};

/// Why an `include` is not followed.
#[derive(Debug, thiserror::Error)]
pub(in crate::dialplan) enum Unfollowed {
    /// Not a name of a plan's file.
    #[error("it is not a relative name of a .toml file")]
    BadName,
    /// Elsewhere on this machine.
    #[error("it lies outside the directory that holds this plan's")]
    Outside,
    /// Named before, or one of the plan directory's own.
    #[error("the plan has it already")]
    Twice,
    /// The plan has as many files as it may have.
    #[error("a plan has at most {0} files")]
    TooMany(usize),
    /// Not there, too long, or not for us.
    #[error(transparent)]
    Unreadable(#[from] std::io::Error),
}

impl Unfollowed {
    fn help(&self) -> &'static str {
        match self {
            Self::BadName | Self::Unreadable(_) => {
                "name a file relative to the one that includes it, like \"../common/emergency.toml\""
            }
            Self::Outside => "a plan reads its own directory and those beside it, nothing else",
            Self::Twice => "include each file once; those of the plan directory are read without it",
            Self::TooMany(_) => "put several into one",
        }
    }
}

/// Whether a name may stand in an `include`.
pub(in crate::dialplan) fn is_good_name(name: &str) -> bool {
    let path = Path::new(name);
    path.is_relative() && path.extension().is_some_and(|ext| ext == "toml")
}

/// What is said of one that was not followed.
pub(in crate::dialplan) fn unfollowed(at: Place, name: &str, why: &Unfollowed) -> Diagnostic {
    Diagnostic::error("dp024", at, format!("cannot include `{name}`: {why}")).help(why.help())
}
