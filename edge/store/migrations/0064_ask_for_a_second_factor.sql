-- What lets somebody in who has lost the second factor, each once. Digests only.
CREATE TABLE recovery_code (
    head   BIGINT NOT NULL,
    person BIGINT NOT NULL,
    digest BYTEA  NOT NULL,
    used   TEXT,
    PRIMARY KEY (head, person, digest)
);

-- Organisations in which nobody does anything without a second factor, with all below.
CREATE TABLE second_factor_rule (
    head         BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    made         TEXT   NOT NULL,
    PRIMARY KEY (head, organisation)
);
