-- Work that outlives the process: leased by a node for a time, and fenced, so that a node
-- that lost its lease cannot write its result any more.
CREATE TABLE job (
    head        BIGINT NOT NULL,
    id          BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    payload     TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    run_after   TEXT   NOT NULL,
    owner       TEXT   NOT NULL DEFAULT '',
    lease_until TEXT   NOT NULL DEFAULT '',
    fence       BIGINT NOT NULL DEFAULT 0,
    attempts    BIGINT NOT NULL DEFAULT 0,
    fault       TEXT,
    made        TEXT   NOT NULL,
    ended       TEXT,
    PRIMARY KEY (head, id)
);
CREATE INDEX job_waiting ON job (state, run_after);
