-- How urgent a vulnerability was and since when: one row for each change of the word in any of
-- the twenty-seven ways in which a device may stand. `words` has a letter for each: a (act
-- now), t (this week), n (next window), w (watch). `grounds` says what it rested on, as JSON.
CREATE TABLE priority_history (
    head          BIGINT NOT NULL,
    vulnerability TEXT   NOT NULL,
    seq           BIGINT NOT NULL,
    at            TEXT   NOT NULL,
    words         TEXT   NOT NULL,
    grounds       TEXT   NOT NULL,
    PRIMARY KEY (head, vulnerability, seq)
);

-- What an import changed about a device: of which build it is, where it stands, what is known
-- of it. For a build the texts are numbers.
CREATE TABLE device_history (
    head   BIGINT NOT NULL,
    device BIGINT NOT NULL,
    seq    BIGINT NOT NULL,
    what   TEXT   NOT NULL,
    at     TEXT   NOT NULL,
    import BIGINT NOT NULL,
    before TEXT   NOT NULL,
    after  TEXT   NOT NULL,
    PRIMARY KEY (head, device, seq, what)
);
