//! The note that whole numbers of callers were shown to someone (PIPL: who looked at what, and when).

use super::error::Purpose;
use super::{Store, StoreError};

/// Somebody saw whole numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmasked {
    /// When: milliseconds since 1970-01-01T00:00Z.
    pub at: i64,
    /// The user of the operating system.
    pub who: String,
    /// What he asked for.
    pub filter: String,
    /// How many records he saw.
    pub records: u64,
}

impl Store {
    /// Opens a file that is there, to read from it and to note that it was read.
    pub async fn open_to_note(path: impl AsRef<std::path::Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        if path.exists() {
            Self::open_for(Purpose::Read, path).await
        } else {
            Err(StoreError::Missing { path: path.to_owned() })
        }
    }

    /// Notes it. To be done before the numbers are shown: without the note nobody sees them.
    pub async fn note_unmasked(&self, note: &Unmasked) -> Result<(), StoreError> {
        let done = sqlx::query("INSERT INTO unmasked (at, who, filter, records) VALUES (?, ?, ?, ?)")
            .bind(note.at)
            .bind(&note.who)
            .bind(&note.filter)
            .bind(i64::try_from(note.records).unwrap_or(i64::MAX))
            .execute(&self.pool)
            .await;
        done.map(|_| ()).map_err(|source| StoreError::Write {
            path: self.path.clone(),
            remedy: self.purpose.remedy(&source),
            source,
        })
    }

    /// Every note, the newest first.
    pub async fn unmasked(&self) -> Result<Vec<Unmasked>, StoreError> {
        let rows: Result<Vec<(i64, String, String, i64)>, sqlx::Error> =
            sqlx::query_as("SELECT at, who, filter, records FROM unmasked ORDER BY at DESC, rowid DESC")
                .fetch_all(&self.pool)
                .await;
        let rows = rows.map_err(|source| StoreError::Read { path: self.path.clone(), source })?;
        let note = |(at, who, filter, records)| Unmasked {
            at,
            who,
            filter,
            records: u64::try_from(records).unwrap_or(0),
        };
        Ok(rows.into_iter().map(note).collect())
    }
}
