-- People. What tells who somebody is lies sealed under a key of that person's own;
-- erasing a person destroys the key (NULL), and the row stays for the acts it did.
CREATE TABLE person (
    head           BIGINT NOT NULL REFERENCES head (id),
    id             BIGINT NOT NULL,
    sealed_key     BYTEA,
    sealed_name    BYTEA  NOT NULL,
    sealed_address BYTEA  NOT NULL,
    address_digest BYTEA,
    password       TEXT,
    sealed_totp    BYTEA,
    totp_used      BIGINT NOT NULL DEFAULT 0,
    zone           TEXT   NOT NULL DEFAULT 'UTC',
    made           TEXT   NOT NULL,
    blocked        TEXT,
    PRIMARY KEY (head, id)
);
-- One address signs in to one account of the house.
CREATE UNIQUE INDEX person_by_address ON person (address_digest);

-- A role holds for an organisation and everything below it.
CREATE TABLE binding (
    head         BIGINT NOT NULL,
    person       BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    role         TEXT   NOT NULL,
    made         TEXT   NOT NULL,
    PRIMARY KEY (head, person, organisation, role)
);
