-- Who gets a mail about what changed and what is due, and how often. That somebody wants none is
-- that there is no row.
CREATE TABLE digest_choice (
    head   BIGINT NOT NULL,
    person BIGINT NOT NULL,
    often  TEXT   NOT NULL CHECK (often IN ('daily', 'weekly')),
    made   TEXT   NOT NULL,
    PRIMARY KEY (head, person)
);

-- What became of each: one for a person and a day, however many nodes there are.
CREATE TABLE digest (
    head   BIGINT NOT NULL,
    person BIGINT NOT NULL,
    day    TEXT   NOT NULL,
    state  TEXT   NOT NULL CHECK (state IN ('waiting', 'sent', 'nothing', 'given_up')),
    said   TEXT   NOT NULL DEFAULT '',
    at     TEXT   NOT NULL,
    PRIMARY KEY (head, person, day)
);
