-- One judgement per view, configuration, vulnerability and component: changed and closed with
-- a reason, never deleted and made anew. `view` is 0 for what rests on public documents
-- alone, else the organisation whose documents it rests on too. `component` is the key of the
-- component, or empty for the device itself. `generation` is that of the index it was worked
-- out with; an older one never overwrites a newer.
CREATE TABLE judgement (
    head          BIGINT NOT NULL REFERENCES head (id),
    id            BIGINT NOT NULL,
    view          BIGINT NOT NULL,
    configuration BIGINT NOT NULL,
    vulnerability TEXT   NOT NULL,
    component     TEXT   NOT NULL,
    verdict       TEXT   NOT NULL CHECK (verdict IN ('affected', 'not_affected', 'fixed', 'under_investigation', 'cannot_tell')),
    confidence    TEXT   NOT NULL,
    fixed_in      TEXT   NOT NULL,
    question      TEXT   NOT NULL,
    grounds       TEXT   NOT NULL,
    generation    BIGINT NOT NULL,
    opened        TEXT   NOT NULL,
    changed       TEXT   NOT NULL,
    closed        TEXT,
    close_reason  TEXT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX judgement_by_key
    ON judgement (head, view, configuration, vulnerability, component);
CREATE INDEX judgement_by_vulnerability ON judgement (head, vulnerability);

-- What was known when: one row for each change of a verdict.
CREATE TABLE judgement_history (
    head      BIGINT NOT NULL,
    judgement BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    at        TEXT   NOT NULL,
    verdict   TEXT   NOT NULL,
    why       TEXT   NOT NULL,
    PRIMARY KEY (head, judgement, seq)
);

-- The index of advisories that is in use. Nodes fetch the newest before they take work.
CREATE TABLE index_generation (
    number BIGINT PRIMARY KEY,
    file   TEXT   NOT NULL,
    digest BYTEA  NOT NULL,
    made   TEXT   NOT NULL
);
