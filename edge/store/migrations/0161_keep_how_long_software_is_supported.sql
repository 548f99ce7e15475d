-- Tables of how long software is supported (endoflife.date), as somebody brought them into a top
-- organisation. They are public, and count for everything below it: the newest that nobody took
-- back. One is never changed: another takes its place, or it is taken back.
CREATE TABLE life_cycle_table (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    original     BIGINT NOT NULL,
    as_of        TEXT,
    products     BIGINT NOT NULL,
    cycles       BIGINT NOT NULL,
    set_aside    BIGINT NOT NULL,
    brought      TEXT   NOT NULL,
    brought_by   BIGINT NOT NULL,
    withdrawn    TEXT,
    withdrawn_by BIGINT,
    PRIMARY KEY (head, id)
);
