-- A role may come from a group of the identity provider: `given_by` is that group, and empty
-- where somebody of ours gave the role. Both may give the same one, and taking one away leaves
-- the other.
ALTER TABLE binding RENAME TO binding_by_hand;
CREATE TABLE binding (
    head         BIGINT NOT NULL,
    person       BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    role         TEXT   NOT NULL,
    given_by     TEXT   NOT NULL DEFAULT '',
    made         TEXT   NOT NULL,
    PRIMARY KEY (head, person, organisation, role, given_by)
);
INSERT INTO binding (head, person, organisation, role, given_by, made)
SELECT head, person, organisation, role, '', made FROM binding_by_hand;
DROP TABLE binding_by_hand;

-- Whether the provider vouches for who holds a session: only there do roles of groups hold.
ALTER TABLE session ADD COLUMN by_provider BIGINT NOT NULL DEFAULT 0 CHECK (by_provider IN (0, 1));

-- What programs say of releases beside: tags, each on a line of its own, and whether it is the
-- newest of its product. One of a product is at most.
ALTER TABLE product_release_delivery ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE product_release_delivery ADD COLUMN latest BIGINT NOT NULL DEFAULT 0 CHECK (latest IN (0, 1));

-- How far a job is, for whoever looks: of `total` parts `done` are kept. Nothing hangs on it.
ALTER TABLE job ADD COLUMN done BIGINT NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN total BIGINT NOT NULL DEFAULT 0;
