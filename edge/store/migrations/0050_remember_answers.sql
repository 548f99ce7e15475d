-- What somebody answered to a question. A question is known by words, never by a row that
-- happened to ask it: `question` is the digest of kind, maker and model, or organisation and
-- zone, and `ask`, and `asked` is how it was put. So an answer outlives imports, indexes and
-- judgements. `covers` says whether it is about all that fits, also what comes later, or about
-- the devices of `answer_device` alone. It is never deleted; `ended` says since when it holds
-- no longer, and `end_reason` why. The note may name people and is sealed.
CREATE TABLE answer (
    head           BIGINT NOT NULL REFERENCES head (id),
    id             BIGINT NOT NULL,
    organisation   BIGINT NOT NULL,
    question       TEXT   NOT NULL,
    kind           TEXT   NOT NULL,
    maker          TEXT   NOT NULL,
    model          TEXT   NOT NULL,
    zone_of        BIGINT NOT NULL,
    zone           TEXT   NOT NULL,
    ask            TEXT   NOT NULL,
    asked          TEXT   NOT NULL,
    said           TEXT   NOT NULL CHECK (said IN ('yes', 'no', 'not_known')),
    covers         TEXT   NOT NULL CHECK (covers IN ('all', 'devices')),
    devices        BIGINT NOT NULL,
    sealed_note    BYTEA,
    believed_until TEXT,
    said_by        BIGINT NOT NULL,
    said_at        TEXT   NOT NULL,
    ended          TEXT,
    ended_by       BIGINT,
    end_reason     TEXT   CHECK (end_reason IN ('taken_back', 'replaced')),
    seq            BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE INDEX answer_by_question ON answer (head, question, id);
CREATE INDEX answer_by_seq ON answer (head, seq, id);

CREATE TABLE answer_device (
    head   BIGINT NOT NULL,
    answer BIGINT NOT NULL,
    device BIGINT NOT NULL,
    PRIMARY KEY (head, answer, device)
);
