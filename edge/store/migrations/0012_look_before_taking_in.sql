-- An export that was delivered and is looked at before it is taken in: which columns are
-- what, and which asset system it comes from. `mapping` is empty until somebody or an earlier
-- export of the same source says so.
CREATE TABLE upload (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    original     BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    mapping      TEXT   NOT NULL,
    made         TEXT   NOT NULL,
    made_by      BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);

-- What a complaint is about: row and column, the text of the cell, and what to do about it.
ALTER TABLE import_complaint ADD COLUMN row_number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_complaint ADD COLUMN heading TEXT NOT NULL DEFAULT '';
ALTER TABLE import_complaint ADD COLUMN cell TEXT NOT NULL DEFAULT '';
ALTER TABLE import_complaint ADD COLUMN mend TEXT NOT NULL DEFAULT '';

-- How many devices a source names, and how many it misses.
CREATE INDEX device_by_source ON device (head, source, missing_since);
