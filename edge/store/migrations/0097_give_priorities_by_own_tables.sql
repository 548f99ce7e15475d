-- By which table an organisation gives priorities, since when. One row for each change; the
-- newest of an organisation counts, and an empty one says that it has none of its own: then
-- that of the nearest organisation above it counts. Nothing is taken out, since histories tell
-- by which table something was as urgent as it was.
CREATE TABLE priority_table (
    head         BIGINT NOT NULL REFERENCES head (id),
    organisation BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    written      TEXT   NOT NULL,
    changed      TEXT   NOT NULL,
    changed_by   BIGINT NOT NULL,
    PRIMARY KEY (head, organisation, seq)
);
