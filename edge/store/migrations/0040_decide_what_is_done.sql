-- What is done about devices of an organisation. `digest` is that of the words by which an
-- action is known again: never a row of anything else. It is noted when it is first seen, and
-- closed when nothing is to be done any more; it comes back as the same row. `priority` holds
-- since the day `since`, from which its deadline is counted. `builds` is JSON: the device
-- builds that it was last seen about.
CREATE TABLE work_action (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    digest       BYTEA  NOT NULL,
    kind         TEXT   NOT NULL,
    maker        TEXT   NOT NULL,
    model        TEXT   NOT NULL,
    target       TEXT   NOT NULL,
    product      TEXT   NOT NULL,
    what         TEXT   NOT NULL,
    priority     TEXT   NOT NULL,
    since        TEXT   NOT NULL,
    builds       TEXT   NOT NULL,
    opened       TEXT   NOT NULL,
    closed       TEXT,
    evidence     TEXT   CHECK (evidence IN ('resolved', 'unsaid', 'cleared')),
    owner        BIGINT,
    decision     TEXT   NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'planned', 'reported', 'proposed', 'accepted')),
    decided      TEXT,
    decided_by   BIGINT,
    proposed_by  BIGINT,
    first_day    TEXT,
    last_day     TEXT,
    reason       TEXT   NOT NULL DEFAULT '',
    seq          BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX work_action_by_digest ON work_action (head, organisation, digest);
CREATE INDEX work_action_by_seq ON work_action (head, seq, id);

-- What happened to an action: who, when, what, why. `detail` is JSON.
CREATE TABLE work_turn (
    head      BIGINT NOT NULL,
    action    BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    what      TEXT   NOT NULL,
    at        TEXT   NOT NULL,
    turned_by BIGINT NOT NULL,
    detail    TEXT   NOT NULL,
    reason    TEXT   NOT NULL,
    PRIMARY KEY (head, action, seq, what)
);

-- An organisation's own analysis: in that product (one release of it, or every one where
-- `version` is empty) that component, or the device itself where it is empty, is not affected.
CREATE TABLE own_analysis (
    head          BIGINT NOT NULL REFERENCES head (id),
    id            BIGINT NOT NULL,
    organisation  BIGINT NOT NULL,
    maker         TEXT   NOT NULL,
    model         TEXT   NOT NULL,
    version       TEXT   NOT NULL,
    component     TEXT   NOT NULL,
    vulnerability TEXT   NOT NULL,
    justification TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    said          TEXT   NOT NULL,
    said_by       BIGINT NOT NULL,
    withdrawn     TEXT,
    withdrawn_by  BIGINT,
    seq           BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX own_analysis_by_subject ON own_analysis (head, organisation, maker, model, version, component, vulnerability);
CREATE INDEX own_analysis_by_seq ON own_analysis (head, seq, id);

-- How many days there are for each priority, and whether a risk is accepted by one person or
-- by two. What an organisation does not say, the one above it says.
CREATE TABLE work_policy (
    head         BIGINT NOT NULL REFERENCES head (id),
    organisation BIGINT NOT NULL,
    deadlines    TEXT   NOT NULL,
    approval     TEXT   NOT NULL CHECK (approval IN ('one', 'two')),
    changed      TEXT   NOT NULL,
    changed_by   BIGINT NOT NULL,
    PRIMARY KEY (head, organisation)
);

-- How much was open at the end of a day, so that a page can show whether it gets better.
CREATE TABLE work_day (
    head         BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    day          TEXT   NOT NULL,
    open         BIGINT NOT NULL,
    overdue      BIGINT NOT NULL,
    unknown      BIGINT NOT NULL,
    PRIMARY KEY (head, organisation, day)
);

-- What is done about a build is read from its verdicts, which say since this version what
-- their advisories offer: everything is judged once more.
DELETE FROM judged WHERE what = 'builds';
INSERT INTO job (head, id, kind, payload, state, run_after, made)
SELECT id, next_id, 'judge builds', '{}', 'waiting', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
  FROM head
 WHERE id <> 0;
UPDATE head SET next_id = next_id + 1 WHERE id <> 0;
