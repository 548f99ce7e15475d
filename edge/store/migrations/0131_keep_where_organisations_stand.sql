-- The verdict on a control of an organisation as it was last noted, and since when. It is worked
-- out from the evidence whenever somebody asks; what is kept is what it was.
CREATE TABLE posture_verdict (
    head         BIGINT NOT NULL REFERENCES head (id),
    organisation BIGINT NOT NULL,
    control      TEXT   NOT NULL,
    verdict      TEXT   NOT NULL CHECK (verdict IN ('met', 'partly_met', 'not_met', 'cannot_tell', 'not_applicable')),
    since        TEXT   NOT NULL,
    PRIMARY KEY (head, organisation, control)
);

-- That it changed, and when.
CREATE TABLE posture_turn (
    head         BIGINT NOT NULL REFERENCES head (id),
    organisation BIGINT NOT NULL,
    control      TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    before       TEXT   NOT NULL,
    after        TEXT   NOT NULL,
    at           TEXT   NOT NULL,
    PRIMARY KEY (head, organisation, control, seq)
);
CREATE INDEX posture_turn_by_time ON posture_turn (head, organisation, at);

-- How many controls had which verdict on a day; the last word of a day stands.
CREATE TABLE posture_day (
    head           BIGINT NOT NULL REFERENCES head (id),
    organisation   BIGINT NOT NULL,
    day            TEXT   NOT NULL,
    met            BIGINT NOT NULL,
    partly_met     BIGINT NOT NULL,
    not_met        BIGINT NOT NULL,
    cannot_tell    BIGINT NOT NULL,
    not_applicable BIGINT NOT NULL,
    PRIMARY KEY (head, organisation, day)
);
