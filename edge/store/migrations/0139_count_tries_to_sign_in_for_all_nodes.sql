-- How often a sign-in was tried, for all nodes together: until when the tries of an account or a
-- network are used up, in milliseconds of Unix time. The digest is keyed, and names nobody.
CREATE TABLE sign_in_try (
    digest BYTEA  NOT NULL PRIMARY KEY,
    until  BIGINT NOT NULL
);
CREATE INDEX sign_in_try_by_time ON sign_in_try (until);
