-- Delivered bytes, never changed: everything else can be derived from them again.
-- `label` is the document's TLP label; its audience is its owner until somebody widens it.
CREATE TABLE original (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    digest       BYTEA  NOT NULL,
    size         BIGINT NOT NULL,
    label        TEXT   NOT NULL CHECK (label IN ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    received     TEXT   NOT NULL,
    received_by  BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE INDEX original_by_digest ON original (head, organisation, digest);

CREATE TABLE original_chunk (
    head     BIGINT NOT NULL,
    original BIGINT NOT NULL,
    number   BIGINT NOT NULL,
    bytes    BYTEA  NOT NULL,
    PRIMARY KEY (head, original, number)
);

CREATE TABLE original_audience (
    head         BIGINT NOT NULL,
    original     BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    PRIMARY KEY (head, original, organisation)
);
