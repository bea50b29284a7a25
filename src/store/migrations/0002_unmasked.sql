-- Who saw whole numbers of callers: when (milliseconds since 1970-01-01T00:00Z, the system's clock), the user of the
-- operating system, what he asked for, and how many records he saw. Only ever added to.
CREATE TABLE unmasked (
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    filter  TEXT NOT NULL,
    records INTEGER NOT NULL
) STRICT;
