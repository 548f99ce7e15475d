-- Who answers for security in an organisation: a person with an account, by their number alone, so
-- that whoever is erased is nobody here either. A designation is open until it has an end; it is
-- accepted by the person who is named, and by nobody else. It is never changed: it ends.
CREATE TABLE designation (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    office       TEXT   NOT NULL CHECK (office IN ('security_officer', 'deputy', 'privacy_officer')),
    person       BIGINT NOT NULL,
    first_day    TEXT   NOT NULL,
    last_day     TEXT,
    is_shared    BIGINT NOT NULL DEFAULT 0 CHECK (is_shared IN (0, 1)),
    named        TEXT   NOT NULL,
    named_by     BIGINT NOT NULL,
    accepted     TEXT,
    ended        TEXT,
    ended_by     BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX designation_by_organisation ON designation (head, organisation, id);
