-- A form that was interrupted by the question who it is, while its sender is at the identity
-- provider: found by whoever holds the secret of which `digest` is, and is that person. It is
-- sealed, lasts an hour, and goes with the person.
CREATE TABLE interrupted_form (
    head   BIGINT NOT NULL REFERENCES head (id),
    digest BYTEA  NOT NULL,
    person BIGINT NOT NULL,
    sealed BYTEA  NOT NULL,
    until  TEXT   NOT NULL,
    PRIMARY KEY (head, digest)
);
