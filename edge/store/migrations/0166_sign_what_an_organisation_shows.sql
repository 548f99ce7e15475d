-- The keys with which an organisation signs its evidence packs (Ed25519). The secret half lies
-- sealed under the organisation's key, and is destroyed when another key takes its place; the
-- public half stays, so that what was signed before can still be checked.
CREATE TABLE signing_key (
    head          BIGINT NOT NULL REFERENCES head (id),
    id            BIGINT NOT NULL,
    organisation  BIGINT NOT NULL,
    public_key    BYTEA  NOT NULL,
    sealed_secret BYTEA,
    made          TEXT   NOT NULL,
    made_by       BIGINT NOT NULL,
    replaced      TEXT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX signing_key_in_use ON signing_key (head, organisation)
    WHERE replaced IS NULL;

-- The leaf of an act is found by when it happened.
CREATE INDEX audit_leaf_by_time ON audit_leaf (head, at);
