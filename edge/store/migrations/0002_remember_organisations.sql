-- A head is a top organisation and everything below it. `seq` counts its changes without a
-- gap and in the order of commit; `next_id` numbers its rows, and no number is used twice.
-- Every row that belongs to an organisation carries its head, so that organisations can be
-- spread over machines. Head 0 is the house itself: what is shared by all.
CREATE TABLE head (
    id             BIGINT PRIMARY KEY,
    seq            BIGINT NOT NULL DEFAULT 0,
    next_id        BIGINT NOT NULL DEFAULT 1,
    sealed_key     BYTEA,
    audit_size     BIGINT NOT NULL DEFAULT 0,
    audit_frontier BYTEA,
    audit_seal     BYTEA
);

-- `path` holds the numbers from the top down, each with a dot behind: `1.4.9.`.
INSERT INTO head (id) VALUES (0);

CREATE TABLE organisation (
    head   BIGINT NOT NULL REFERENCES head (id),
    id     BIGINT NOT NULL,
    parent BIGINT,
    path   TEXT   NOT NULL,
    kind   TEXT   NOT NULL CHECK (kind IN ('purchasing_group', 'system', 'hospital', 'site', 'maker')),
    name   TEXT   NOT NULL,
    made   TEXT   NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX organisation_by_path ON organisation (head, path);

-- What changed, for those who keep a copy in memory.
CREATE TABLE change (
    head     BIGINT NOT NULL,
    seq      BIGINT NOT NULL,
    position BIGINT NOT NULL,
    noun     TEXT   NOT NULL,
    id       BIGINT NOT NULL,
    what     TEXT   NOT NULL CHECK (what IN ('made', 'changed', 'gone')),
    PRIMARY KEY (head, seq, position)
);
