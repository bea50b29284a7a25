//! Writing records.

use sqlx::SqlitePool;

use crate::cdr::{Cdr, Row};

const INSERT: &str = "INSERT INTO cdr (call, node, caller, withheld, dialled, final_number, hotline, hotline_name, \
    mode, phase, rule, trunk_in, trunk_out, queue, queues, skill, agent, missed, prompts, overflows, holds, digits, \
    arrived, answered, announced, queued, rang, connected, released, wait_ms, talk_ms, legs, legs_left_out, cause, \
    by, disposition) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, \
    ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36) \
    ON CONFLICT (call) DO NOTHING";

/// All or none, in one transaction that has the write lock from its beginning, so that it never fails half way
/// for another writer's sake.
pub(super) async fn insert(pool: &SqlitePool, cdrs: &[Cdr]) -> Result<u64, sqlx::Error> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let mut new = 0;
    for cdr in cdrs {
        let row = Row::from(cdr);
        let (queues, missed, prompts) = (json(&row.queues)?, json(&row.missed)?, json(&row.prompts)?);
        let legs = json(&row.legs)?;
        let query = sqlx::query(INSERT)
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
        new += query.execute(&mut *transaction).await?.rows_affected();
    }
    transaction.commit().await?;
    Ok(new)
}

fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
