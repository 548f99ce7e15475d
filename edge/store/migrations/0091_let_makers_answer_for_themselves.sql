-- For which maker a guest answers, in the organisation of the role: its name as the house writes
-- it. A guest of whom this is not said sees nothing.
CREATE TABLE guest (
    head         BIGINT NOT NULL,
    person       BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    maker        TEXT   NOT NULL,
    PRIMARY KEY (head, person, organisation)
);

-- What came through a maker's own account: the channel by which it is known who speaks. It is a
-- claim, and changes nothing until somebody of the house takes it. `document` is the row of the
-- bill or of the document with statements; `title` is what the maker called it.
CREATE TABLE maker_delivery (
    head            BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    organisation    BIGINT NOT NULL,
    maker           TEXT   NOT NULL,
    noun            TEXT   NOT NULL CHECK (noun IN ('bill', 'vex')),
    document        BIGINT NOT NULL,
    product         BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    title           TEXT   NOT NULL,
    delivered       TEXT   NOT NULL,
    delivered_by    BIGINT NOT NULL,
    outcome         TEXT   CHECK (outcome IN ('taken', 'declined')),
    reason          TEXT   NOT NULL DEFAULT '',
    settled         TEXT,
    settled_by      BIGINT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX maker_delivery_by_document ON maker_delivery (head, noun, document);

-- What the house asked of a maker, by a person's act, and what its guest answered. `about` is
-- what it was put from: `work:` and the name of an action, or `question:` and its key. It holds
-- no device, no ward and no count. The answer may name people and is sealed.
CREATE TABLE maker_question (
    head         BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    maker        TEXT   NOT NULL,
    product      TEXT   NOT NULL,
    about        TEXT   NOT NULL,
    asked        TEXT   NOT NULL,
    put          TEXT   NOT NULL,
    put_by       BIGINT NOT NULL,
    said         TEXT   CHECK (said IN ('yes', 'no', 'not_known', 'told')),
    sealed_note  BYTEA,
    answered     TEXT,
    answered_by  BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX maker_question_by_about ON maker_question (head, organisation, about);
