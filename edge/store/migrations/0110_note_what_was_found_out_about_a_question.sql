-- What somebody noted on a question: what they saw, whom they called. `about` is what it is noted
-- on, as in `maker_question`: `question:` and its key, or `work:` and the name of an action.
-- `maker` reads it too once the question is put to it; where it is empty the house alone does. The
-- note may name people and is sealed; taken back, it is gone.
CREATE TABLE question_note (
    head          BIGINT NOT NULL REFERENCES head (id),
    id            BIGINT NOT NULL,
    organisation  BIGINT NOT NULL,
    about         TEXT   NOT NULL,
    maker         TEXT   NOT NULL,
    sealed_note   BYTEA,
    written       TEXT   NOT NULL,
    written_by    BIGINT NOT NULL,
    taken_back    TEXT,
    taken_back_by BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX question_note_by_about ON question_note (head, about, id);
