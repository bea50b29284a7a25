//! CDRs kept in one SQLite file, beside the node: written in batches off the call path, read by listings.
//!
//! The file is in WAL mode, so that a listing does not hold up the writer, and carries its schema's version
//! (`PRAGMA user_version`). Every value reaches SQL as a bound parameter. What is stored has the full
//! numbers; masking is for whoever shows them ([`crate::cdr::Row::seen`]).

mod error;
mod filter;
mod insert;
mod schema;
mod unmasked;
mod writer;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use self::error::Purpose;
use crate::cdr::Cdr;

pub use crate::cdr::Row;
pub use error::StoreError;
pub use filter::{Filter, LIMIT_MAX, Pages};
pub use unmasked::Unmasked;
pub use writer::{CdrSender, CdrWriter, WriterSettings, WriterStatus};

/// The file of CDRs. Cloning it shares its connections.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
    pool: SqlitePool,
    purpose: Purpose,
}

impl Store {
    /// Opens the file, makes it if it is not there, and brings its schema up to date.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_for(Purpose::Keep, path.as_ref()).await
    }

    async fn open_for(purpose: Purpose, path: &Path) -> Result<Self, StoreError> {
        let mut tries = OPEN_TRIES;
        // Another process that makes the same file just now is met without SQLite waiting for it: the change to
        // its write-ahead log ignores `busy_timeout`.
        let store = loop {
            match Self::connect(purpose, path, options(path).create_if_missing(true)).await {
                Err(error) if error.is_busy() && tries > 0 => {
                    tries -= 1;
                    tokio::time::sleep(OPEN_PAUSE).await;
                }
                result => break result?,
            }
        };
        store.bring_up_to_date().await?;
        Ok(store)
    }

    /// Opens a file that is there, to read from it only.
    pub async fn open_to_read(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        if !path.exists() {
            return Err(StoreError::Missing { path: path.to_owned() });
        }
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_WAIT);
        let store = Self::connect(Purpose::Read, path, options).await?;
        store.check_version().await?;
        Ok(store)
    }

    /// Keeps the records, all or none. One that is there already, by its call's id, stays as it is. Returns
    /// how many were new.
    pub async fn insert(&self, cdrs: &[Cdr]) -> Result<u64, StoreError> {
        insert::insert(&self.pool, cdrs).await.map_err(|source| StoreError::Write {
            path: self.path.clone(),
            remedy: self.purpose.remedy(&source),
            source,
        })
    }

    /// The records that `filter` lets through, newest first, and never more than [`LIMIT_MAX`].
    pub async fn query(&self, filter: &Filter) -> Result<Vec<Row>, StoreError> {
        self.pages(filter.clone(), LIMIT_MAX).next().await
    }

    /// All records that `filter` lets through, newest first, so many at a time.
    pub fn pages(&self, filter: Filter, size: u32) -> Pages<'_> {
        Pages::new(self, filter, size)
    }

    /// Writes back what is in the journal and closes the file.
    pub async fn close(self) {
        self.pool.close().await;
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    async fn connect(
        purpose: Purpose,
        path: &Path,
        options: SqliteConnectOptions,
    ) -> Result<Self, StoreError> {
        let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS_MAX).acquire_timeout(ACQUIRE_WAIT);
        let pool = pool.connect_with(options).await.map_err(|source| StoreError::Open {
            path: path.to_owned(),
            remedy: purpose.remedy(&source),
            source,
        })?;
        Ok(Self { path: path.to_owned(), pool, purpose })
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // With WAL this loses no committed record when the program dies, and at most the last ones in a power cut.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(BUSY_WAIT)
}

/// One writes, the others read.
const CONNECTIONS_MAX: u32 = 4;
/// How long a statement waits for another program's lock.
const BUSY_WAIT: Duration = Duration::from_secs(2);
/// How long one waits for a connection.
const ACQUIRE_WAIT: Duration = Duration::from_secs(10);
/// Together the same two seconds as for any other lock.
const OPEN_TRIES: u32 = 20;
const OPEN_PAUSE: Duration = Duration::from_millis(100);
