-- By which name of an identity provider somebody is known. Digests of issuer and subject
-- together, so that nobody who reads the database learns either.
CREATE TABLE identity (
    head   BIGINT NOT NULL,
    person BIGINT NOT NULL,
    digest BYTEA  NOT NULL,
    made   TEXT   NOT NULL,
    PRIMARY KEY (head, person, digest)
);
-- One name of a provider signs in to one account of the house.
CREATE UNIQUE INDEX identity_by_digest ON identity (digest);
