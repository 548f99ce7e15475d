-- Keys with which programs ask for somebody, known by a digest: who reads the database cannot
-- ask with one. What is lent is never more than what its holder may do at the moment of asking.
CREATE TABLE api_token (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    digest       BYTEA  NOT NULL,
    person       BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    permissions  TEXT   NOT NULL,
    organisation BIGINT NOT NULL,
    made         TEXT   NOT NULL,
    expires      TEXT   NOT NULL,
    used_on      TEXT,
    revoked      TEXT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX api_token_by_digest ON api_token (head, digest);
CREATE INDEX api_token_by_person ON api_token (head, person);
