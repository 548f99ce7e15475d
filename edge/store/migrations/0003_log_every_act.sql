-- The audit log of a head: a Merkle tree as in RFC 6962. A leaf holds ids and keyed digests,
-- never names, and nothing in these tables is ever changed.
CREATE TABLE audit_leaf (
    head   BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at     TEXT   NOT NULL,
    leaf   TEXT   NOT NULL,
    PRIMARY KEY (head, number)
);

-- The hashes of all full subtrees: level 0 are the leaves.
CREATE TABLE audit_node (
    head     BIGINT NOT NULL,
    level    BIGINT NOT NULL,
    position BIGINT NOT NULL,
    hash     BYTEA  NOT NULL,
    PRIMARY KEY (head, level, position)
);
