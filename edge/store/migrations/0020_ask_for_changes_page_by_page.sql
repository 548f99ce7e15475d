-- Whoever keeps a copy in memory reads what changed in pages, in the order of change.
DROP INDEX device_by_seq;
CREATE INDEX device_by_seq ON device (head, seq, id);
DROP INDEX judgement_by_seq;
CREATE INDEX judgement_by_seq ON judgement (head, seq, id);

-- A list as somebody wants to see it again: the query of its address, under a name.
CREATE TABLE saved_view (
    head   BIGINT NOT NULL,
    id     BIGINT NOT NULL,
    person BIGINT NOT NULL,
    name   TEXT   NOT NULL,
    query  TEXT   NOT NULL,
    made   TEXT   NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX saved_view_by_name ON saved_view (head, person, name);
