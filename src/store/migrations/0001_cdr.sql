-- Call detail records. Instants are civil milliseconds since 1970-01-01T00:00Z; lists and legs are JSON.
CREATE TABLE cdr (
    call          TEXT PRIMARY KEY NOT NULL,
    node          TEXT NOT NULL,
    caller        TEXT NOT NULL,
    withheld      INTEGER NOT NULL,
    dialled       TEXT NOT NULL,
    final_number  TEXT NOT NULL,
    hotline       TEXT,
    hotline_name  TEXT NOT NULL,
    mode          TEXT,
    phase         TEXT,
    rule          TEXT NOT NULL,
    trunk_in      TEXT,
    trunk_out     TEXT,
    queue         TEXT,
    queues        TEXT NOT NULL,
    skill         TEXT,
    agent         TEXT,
    missed        TEXT NOT NULL,
    prompts       TEXT NOT NULL,
    overflows     INTEGER NOT NULL,
    holds         INTEGER NOT NULL,
    digits        INTEGER NOT NULL,
    arrived       INTEGER NOT NULL,
    answered      INTEGER,
    announced     INTEGER,
    queued        INTEGER,
    rang          INTEGER,
    connected     INTEGER,
    released      INTEGER NOT NULL,
    wait_ms       INTEGER,
    talk_ms       INTEGER NOT NULL,
    legs          TEXT NOT NULL,
    legs_left_out INTEGER NOT NULL,
    cause         TEXT NOT NULL,
    by            TEXT NOT NULL,
    disposition   TEXT NOT NULL
) STRICT;

CREATE INDEX cdr_by_time    ON cdr (arrived, call);
CREATE INDEX cdr_by_caller  ON cdr (caller, arrived);
CREATE INDEX cdr_by_hotline ON cdr (hotline, arrived);
CREATE INDEX cdr_by_agent   ON cdr (agent, arrived);
