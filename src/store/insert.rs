//! Writing records.

use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, SqlitePool};

use crate::cdr::{Cdr, Row};

const COLUMNS: &str = "call, node, caller, withheld, dialled, final_number, hotline, hotline_name, mode, phase, rule, \
    trunk_in, trunk_out, skipped, queue, queues, skill, agent, missed, prompts, overflows, holds, digits, arrived, answered, \
    announced, queued, rang, connected, released, wait_ms, talk_ms, legs, legs_left_out, cause, by, disposition";

/// Records in one statement: most of the cost of a short statement is handing it to the thread that executes it.
const TOGETHER: usize = 16;

/// The statement for `rows` records; the connection keeps it prepared, as there are only two sizes.
fn statement(rows: usize) -> String {
    let marks = vec!["?"; COLUMNS.split(',').count()].join(", ");
    let values = vec![format!("({marks})"); rows].join(", ");
    format!("INSERT INTO cdr ({COLUMNS}) VALUES {values} ON CONFLICT (call) DO NOTHING")
}

/// All or none, in one transaction that has the write lock from its beginning, so that it never fails half way
/// for another writer's sake.
pub(super) async fn insert(pool: &SqlitePool, cdrs: &[Cdr]) -> Result<u64, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let written = write(&mut connection, cdrs).await;
    if written.is_err() {
        // On a full disk SQLite may end the transaction by itself; the connection still counts it and would refuse
        // to begin another for ever. A new one has no past.
        connection.close_on_drop();
    }
    written
}

async fn write(connection: &mut SqliteConnection, cdrs: &[Cdr]) -> Result<u64, sqlx::Error> {
    let (many, one) = (statement(TOGETHER), statement(1));
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut new = 0;
    let (full, rest) = cdrs.as_chunks::<TOGETHER>();
    let statements =
        full.iter().map(|rows| (&many, rows.as_slice())).chain(rest.chunks(1).map(|row| (&one, row)));
    for (statement, rows) in statements {
        let mut query = sqlx::query(AssertSqlSafe(statement.as_str()));
        for cdr in rows {
            query = bind(query, cdr)?;
        }
        new += query.execute(&mut *transaction).await?.rows_affected();
    }
    transaction.commit().await?;
    Ok(new)
}

type Bound<'q> = sqlx::query::Query<'q, sqlx::Sqlite, SqliteArguments>;

fn bind<'q>(query: Bound<'q>, cdr: &Cdr) -> Result<Bound<'q>, sqlx::Error> {
    let row = Row::from(cdr);
    let (queues, missed, prompts) = (json(&row.queues)?, json(&row.missed)?, json(&row.prompts)?);
    let (legs, skipped) = (json(&row.legs)?, json(&row.skipped)?);
    let query = query
        .bind(row.call)
        .bind(row.node)
        .bind(row.caller)
        .bind(row.withheld)
        .bind(row.dialled)
        .bind(row.final_number)
        .bind(row.hotline)
        .bind(row.hotline_name)
        .bind(row.mode)
        .bind(row.phase)
        .bind(row.rule)
        .bind(row.trunk_in)
        .bind(row.trunk_out)
        .bind(skipped)
        .bind(row.queue)
        .bind(queues)
        .bind(row.skill)
        .bind(row.agent)
        .bind(missed)
        .bind(prompts)
        .bind(row.overflows)
        .bind(row.holds)
        .bind(row.digits)
        .bind(row.arrived)
        .bind(row.answered)
        .bind(row.announced)
        .bind(row.queued)
        .bind(row.rang)
        .bind(row.connected)
        .bind(row.released)
        .bind(row.wait_ms)
        .bind(row.talk_ms)
        .bind(legs)
        .bind(row.legs_left_out)
        .bind(row.cause)
        .bind(row.by)
        .bind(row.disposition);
    Ok(query)
}

fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
