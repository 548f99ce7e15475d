-- A question of a list that a customer gave away, kept in the maker's own house, and what the
-- maker answers. `key` is that of the customer's list: by it the answer finds its question there.
-- Nothing of the customer's devices is kept, neither how many nor where they stand. The answer may
-- name people and is sealed.
CREATE TABLE customer_question (
    head            BIGINT NOT NULL REFERENCES head (id),
    id              BIGINT NOT NULL,
    organisation    BIGINT NOT NULL,
    customer        TEXT   NOT NULL,
    question_key    TEXT   NOT NULL,
    about           TEXT   NOT NULL,
    asked           TEXT   NOT NULL,
    builds          TEXT   NOT NULL,
    vulnerabilities TEXT   NOT NULL,
    brought         TEXT   NOT NULL,
    brought_by      BIGINT NOT NULL,
    said            TEXT   CHECK (said IN ('yes', 'no', 'not_known')),
    sealed_note     BYTEA,
    answered        TEXT,
    answered_by     BIGINT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX customer_question_by_key
    ON customer_question (head, organisation, customer, question_key);
