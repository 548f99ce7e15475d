-- An answer that a maker gave before it was asked: it stands for that organisation as if it had
-- asked. Taken back, nothing is left of it.
ALTER TABLE maker_question ADD COLUMN offered BIGINT NOT NULL DEFAULT 0 CHECK (offered IN (0, 1));
