-- Why somebody accepts a statement, and takes that back, may name people. Rows of older versions
-- have the reason in the clear until they are sealed.
ALTER TABLE acceptance ADD COLUMN sealed_reason BYTEA;
ALTER TABLE acceptance ADD COLUMN sealed_end_reason BYTEA;
