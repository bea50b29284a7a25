//! Reading records: all that a filter lets through, a page at a time.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqlitePool};

use super::{Store, StoreError};
use crate::cdr::Row;
use crate::event::{AgentId, CallId, EndCause, Hotline, Number, QueueId};

/// Most records of one page.
pub const LIMIT_MAX: u32 = 100_000;

/// Which records. What is `None` lets all through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Calls that arrived at this civil millisecond or later.
    pub since: Option<i64>,
    /// Calls that arrived before this one.
    pub until: Option<i64>,
    /// Calls for this hotline.
    pub hotline: Option<Hotline>,
    /// Calls from this number, in full.
    pub caller: Option<Number>,
    /// Calls that waited in this queue, also if they went on to another.
    pub queue: Option<QueueId>,
    /// Calls this agent had.
    pub agent: Option<AgentId>,
    /// Calls that ended so.
    pub cause: Option<EndCause>,
    /// This call.
    pub call: Option<CallId>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Records, newest first, a page at a time. A page goes on behind the last record of the one before, found by its
/// instant and its call's id: of calls that arrived in the same millisecond none is missed at a page's edge and
/// none comes twice, also while a node goes on writing.
#[derive(Debug)]
pub struct Pages<'s> {
    store: &'s Store,
    filter: Filter,
    size: u32,
    /// How many more may come.
    left: u32,
    behind: Option<(i64, String)>,
}

impl<'s> Pages<'s> {
    pub(super) fn new(store: &'s Store, filter: Filter, size: u32) -> Self {
        let left = filter.limit.unwrap_or(u32::MAX);
        Self { store, filter, size: size.clamp(1, LIMIT_MAX), left, behind: None }
    }

    /// The next page; empty when there is none.
    pub async fn next(&mut self) -> Result<Vec<Row>, StoreError> {
        let size = self.size.min(self.left);
        if size == 0 {
            return Ok(vec![]);
        }
        let rows = query(&self.store.pool, &self.filter, self.behind.as_ref(), size).await;
        let rows = rows.map_err(|source| StoreError::Read { path: self.store.path.clone(), source })?;
        if let Some(last) = rows.last() {
            self.behind = Some((last.arrived, last.call.clone()));
        }
        let came = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        self.left = if came < size { 0 } else { self.left - size };
        Ok(rows)
    }
}

async fn query(
    pool: &SqlitePool,
    filter: &Filter,
    behind: Option<&(i64, String)>,
    limit: u32,
) -> Result<Vec<Row>, sqlx::Error> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT * FROM cdr WHERE TRUE");
    if let Some(since) = filter.since {
        sql.push(" AND arrived >= ").push_bind(since);
    }
    if let Some(until) = filter.until {
        sql.push(" AND arrived < ").push_bind(until);
    }
    if let Some(hotline) = &filter.hotline {
        sql.push(" AND hotline = ").push_bind(hotline.to_string());
    }
    if let Some(caller) = &filter.caller {
        sql.push(" AND caller = ").push_bind(caller.to_string());
    }
    if let Some(queue) = &filter.queue {
        sql.push(" AND EXISTS (SELECT 1 FROM json_each(queues) WHERE value = ");
        sql.push_bind(queue.to_string()).push(")");
    }
    if let Some(agent) = &filter.agent {
        sql.push(" AND agent = ").push_bind(agent.to_string());
    }
    if let Some(cause) = filter.cause {
        sql.push(" AND cause = ").push_bind(cause.code());
    }
    if let Some(call) = filter.call {
        sql.push(" AND call = ").push_bind(call.to_string());
    }
    if let Some((arrived, call)) = behind {
        sql.push(" AND (arrived, call) < (").push_bind(*arrived).push(", ").push_bind(call).push(")");
    }
    sql.push(" ORDER BY arrived DESC, call DESC LIMIT ").push_bind(limit);
    sql.build().fetch_all(pool).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    Ok(Row {
        call: row.try_get("call")?,
        node: row.try_get("node")?,
        caller: row.try_get("caller")?,
        withheld: row.try_get("withheld")?,
        dialled: row.try_get("dialled")?,
        final_number: row.try_get("final_number")?,
        hotline: row.try_get("hotline")?,
        hotline_name: row.try_get("hotline_name")?,
        mode: row.try_get("mode")?,
        phase: row.try_get("phase")?,
        rule: row.try_get("rule")?,
        trunk_in: row.try_get("trunk_in")?,
        trunk_out: row.try_get("trunk_out")?,
        skipped: skipped(row)?,
        queue: row.try_get("queue")?,
        queues: json(row, "queues")?,
        skill: row.try_get("skill")?,
        agent: row.try_get("agent")?,
        missed: json(row, "missed")?,
        prompts: json(row, "prompts")?,
        overflows: row.try_get("overflows")?,
        holds: row.try_get("holds")?,
        digits: row.try_get("digits")?,
        arrived: row.try_get("arrived")?,
        answered: row.try_get("answered")?,
        announced: row.try_get("announced")?,
        queued: row.try_get("queued")?,
        rang: row.try_get("rang")?,
        connected: row.try_get("connected")?,
        released: row.try_get("released")?,
        wait_ms: row.try_get("wait_ms")?,
        talk_ms: row.try_get("talk_ms")?,
        legs: json(row, "legs")?,
        legs_left_out: row.try_get("legs_left_out")?,
        cause: row.try_get("cause")?,
        by: row.try_get("by")?,
        disposition: row.try_get("disposition")?,
    })
}

/// A file of the second version, which no node has opened since, has none.
fn skipped(row: &SqliteRow) -> Result<Vec<String>, sqlx::Error> {
    match json(row, "skipped") {
        Err(sqlx::Error::ColumnNotFound(_)) => Ok(Vec::new()),
        read => read,
    }
}

fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text)
        .map_err(|source| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(source) })
}
