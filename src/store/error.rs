//! What can go wrong with the file, and what an operator can do.

use std::path::PathBuf;

/// A fault of the store. Names the file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened or made.
    #[error("cannot open the CDR file {path}: {remedy}", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What to do.
        remedy: &'static str,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// It is not there.
    #[error("there is no CDR file {path}: `tongjie serve` makes it; see `store` in tongjie.toml", path = path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is a database of something else.
    #[error("{path} is a database, but not of CDRs: name another file in `store` of tongjie.toml", path = path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of this program wrote it.
    #[error("the CDR file {path} has schema {found}, this program knows {known}: run the newer version, or name another file", path = path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// Its schema cannot be made or brought up to date.
    #[error("cannot bring the CDR file {path} up to date: {remedy}", path = path.display())]
    Update {
        /// The file.
        path: PathBuf,
        /// What to do.
        remedy: &'static str,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// Records cannot be written.
    #[error("cannot write to the CDR file {path}: {remedy}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What to do.
        remedy: &'static str,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// Records cannot be read.
    #[error("cannot read the CDR file {path}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
}

impl StoreError {
    /// Whether somebody else holds the file just now.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Open { source, .. } if matches!(primary_code(source), Some(SQLITE_BUSY | SQLITE_LOCKED)))
    }

    /// Whether trying again later may help: a lock, a full disk, a fault of the disk, a right that was taken away.
    /// Otherwise it is the record that cannot be written.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Open { source, .. }
            | Self::Update { source, .. }
            | Self::Write { source, .. }
            | Self::Read { source, .. } => {
                !matches!(primary_code(source), Some(SQLITE_TOOBIG | SQLITE_CONSTRAINT | SQLITE_MISMATCH))
                    && !matches!(source, sqlx::Error::Encode(_))
            }
            Self::Missing { .. } | Self::Foreign { .. } | Self::TooNew { .. } => false,
        }
    }
}

/// What the file was opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// A node keeps its records there, and makes it where there is none.
    Keep,
    /// Somebody reads the records of a file he named, and nobody will make another.
    Read,
}

impl Purpose {
    /// What to do about an error of SQLite, by its primary result code.
    pub(super) fn remedy(self, error: &sqlx::Error) -> &'static str {
        match (primary_code(error), self) {
            (Some(SQLITE_PERM | SQLITE_READONLY), Self::Keep) => {
                "give this user the right to write it and its directory"
            }
            (Some(SQLITE_BUSY | SQLITE_LOCKED), _) => "another program holds it; end that program",
            (Some(SQLITE_IOERR), _) => "the disk fails or is full; see the system's log",
            (Some(SQLITE_CORRUPT | SQLITE_NOTADB), Self::Keep) => {
                "it is damaged or no database; move it away, a new one is made"
            }
            (Some(SQLITE_CORRUPT | SQLITE_NOTADB), Self::Read) => {
                "it is damaged or no database; name the file that `store` in the node's tongjie.toml names, or a copy"
            }
            (Some(SQLITE_FULL), _) => "the disk is full; make room",
            (Some(SQLITE_CANTOPEN), Self::Keep) => {
                "see that its directory exists and this user may write there"
            }
            // What is not yet in the file stands in a journal beside it, which readers share.
            (Some(SQLITE_PERM | SQLITE_READONLY | SQLITE_CANTOPEN), Self::Read) => {
                "see that it is a file, and that this user may read it and write in its directory"
            }
            (Some(_) | None, _) => "see the cause",
        }
    }
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

// Result codes of SQLite (sqlite.org/rescode.html); extended codes carry the primary one in their low byte.
const SQLITE_PERM: i32 = 3;
const SQLITE_BUSY: i32 = 5;
const SQLITE_LOCKED: i32 = 6;
const SQLITE_READONLY: i32 = 8;
const SQLITE_IOERR: i32 = 10;
const SQLITE_CORRUPT: i32 = 11;
const SQLITE_FULL: i32 = 13;
const SQLITE_CANTOPEN: i32 = 14;
const SQLITE_TOOBIG: i32 = 18;
const SQLITE_CONSTRAINT: i32 = 19;
const SQLITE_MISMATCH: i32 = 20;
const SQLITE_NOTADB: i32 = 26;
