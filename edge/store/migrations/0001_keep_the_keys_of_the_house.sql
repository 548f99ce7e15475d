-- The house is one row: the keys that seal everything else, themselves sealed under the
-- root key, which is never in the database. `next_head` numbers the top organisations.
CREATE TABLE instance (
    id          BIGINT PRIMARY KEY CHECK (id = 1),
    house_key   BYTEA  NOT NULL,
    look_up_key BYTEA  NOT NULL,
    audit_key   BYTEA  NOT NULL,
    next_head   BIGINT NOT NULL DEFAULT 1
);
