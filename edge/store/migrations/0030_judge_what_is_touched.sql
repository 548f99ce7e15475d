-- How far everything of a top organisation has been judged: with which generation of the
-- index, and up to which change builds were known. 0 is never. `job` is the one that writes
-- results now, 0 where none does; one that finds another there has lost the right to. Where a
-- job was cut short, some verdicts are of a newer generation than this.
CREATE TABLE judged (
    head       BIGINT NOT NULL REFERENCES head (id),
    what       TEXT   NOT NULL CHECK (what IN ('builds', 'bills')),
    generation BIGINT NOT NULL,
    seq        BIGINT NOT NULL,
    job        BIGINT NOT NULL,
    cut_short  BIGINT NOT NULL CHECK (cut_short IN (0, 1)),
    PRIMARY KEY (head, what)
);

-- On which bills the verdicts about a build in a view rest, as they were last kept.
CREATE TABLE judged_bill (
    head          BIGINT NOT NULL,
    view          BIGINT NOT NULL,
    configuration BIGINT NOT NULL,
    bill          BIGINT NOT NULL,
    PRIMARY KEY (head, view, configuration, bill)
);

-- Under which keys what a bill lists is looked up: numbers of four bytes, the lowest first.
-- `due` is the change because of which it was last to be judged, and why.
ALTER TABLE bill ADD COLUMN keys BYTEA;
ALTER TABLE bill ADD COLUMN keys_edition BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bill ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bill ADD COLUMN due_why TEXT NOT NULL DEFAULT 'its SBOM came in';
