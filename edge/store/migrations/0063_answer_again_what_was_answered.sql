-- What was answered to a request that a program may send again: under a key of its own choosing,
-- of which a digest is kept. The answer lies sealed under the organisation's key.
CREATE TABLE repeatable (
    head    BIGINT NOT NULL,
    token   BIGINT NOT NULL,
    digest  BYTEA  NOT NULL,
    request BYTEA,
    status  BIGINT,
    kind    TEXT,
    answer  BYTEA,
    begun   TEXT   NOT NULL,
    PRIMARY KEY (head, token, digest)
);
CREATE INDEX repeatable_by_age ON repeatable (head, begun);
