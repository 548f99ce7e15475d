-- Whoever keeps a copy in memory asks for the rows that changed after the number it knows.
-- An import touches a million devices: one row of `change` for each would double the work.
ALTER TABLE device ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX device_by_seq ON device (head, seq);
ALTER TABLE configuration ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX configuration_by_seq ON configuration (head, seq);
ALTER TABLE judgement ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX judgement_by_seq ON judgement (head, seq);
