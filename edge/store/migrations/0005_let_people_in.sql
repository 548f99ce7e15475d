-- Sessions are known by a digest: who reads the database cannot take one over.
CREATE TABLE session (
    digest     BYTEA  PRIMARY KEY,
    head       BIGINT NOT NULL,
    person     BIGINT NOT NULL,
    form_token TEXT   NOT NULL,
    made       TEXT   NOT NULL,
    seen       TEXT   NOT NULL,
    expires    TEXT   NOT NULL,
    confirmed  TEXT   NOT NULL
);
CREATE INDEX session_by_person ON session (head, person);

-- Links that work once: the first sign-in of a new house, invitations, new passwords.
CREATE TABLE link (
    digest  BYTEA  PRIMARY KEY,
    purpose TEXT   NOT NULL CHECK (purpose IN ('first_run', 'invitation', 'new_password', 'sign_in')),
    head    BIGINT NOT NULL,
    person  BIGINT NOT NULL,
    expires TEXT   NOT NULL,
    used    TEXT
);
