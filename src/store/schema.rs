//! The schema and its versions: `migrations/NNNN_<what>.sql` brings a file from version NNNN-1 to NNNN.

use sqlx::SqliteConnection;

use super::{Store, StoreError};

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_cdr.sql"),
    include_str!("migrations/0002_unmasked.sql"),
    include_str!("migrations/0003_skipped.sql"),
];

/// After each migration, in the same transaction. One statement a version, because a pragma takes no parameter.
const MARKS: &[&str] = &["PRAGMA user_version = 1", "PRAGMA user_version = 2", "PRAGMA user_version = 3"];

/// Marks the file as ours (`PRAGMA application_id`): "tjcd".
const MARK_OURS: &str = "PRAGMA application_id = 1953129316";
const OURS: i64 = 1_953_129_316;

/// What a file says of itself.
struct Found {
    application: i64,
    version: i64,
    tables: i64,
}

impl Store {
    pub(super) async fn bring_up_to_date(&self) -> Result<(), StoreError> {
        let known = self.check_version().await?;
        let failed = |source| StoreError::Update {
            path: self.path.clone(),
            remedy: self.purpose.remedy(&source),
            source,
        };
        if known == MIGRATIONS.len() {
            return Ok(());
        }
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        // Another process may have done it meanwhile.
        let found = look(&mut transaction).await.map_err(failed)?;
        let done = usize::try_from(found.version).unwrap_or(0);
        for (migration, mark) in MIGRATIONS.iter().zip(MARKS).skip(done) {
            sqlx::raw_sql(*migration).execute(&mut *transaction).await.map_err(failed)?;
            sqlx::raw_sql(*mark).execute(&mut *transaction).await.map_err(failed)?;
        }
        sqlx::raw_sql(MARK_OURS).execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// The file's version, if we may use it.
    pub(super) async fn check_version(&self) -> Result<usize, StoreError> {
        let path = || self.path.clone();
        let failed = |source| StoreError::Open { path: path(), remedy: self.purpose.remedy(&source), source };
        // In one transaction: another process may be making the file between two questions.
        let mut transaction = self.pool.begin().await.map_err(failed)?;
        let found = look(&mut transaction).await.map_err(failed)?;
        transaction.rollback().await.map_err(failed)?;
        if found.application != OURS && (found.application != 0 || found.tables > 0) {
            return Err(StoreError::Foreign { path: path() });
        }
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        if found.version > known {
            return Err(StoreError::TooNew { path: path(), found: found.version, known });
        }
        Ok(usize::try_from(found.version).unwrap_or(0))
    }
}

async fn look(connection: &mut SqliteConnection) -> Result<Found, sqlx::Error> {
    let application = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let version = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
    let tables = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *connection).await?;
    Ok(Found { application, version, tables })
}
