-- An import may take others of its asset system back. It reads the file of the import at which
-- the system stands then, `back_to`; 0 where the system is to be as if it had never been.
-- `takes_back` is the newest that it takes back. Those are kept, with what took them back.
ALTER TABLE import ADD COLUMN takes_back BIGINT;
ALTER TABLE import ADD COLUMN back_to BIGINT;
ALTER TABLE import ADD COLUMN taken_back_by BIGINT;
ALTER TABLE import ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX import_by_source ON import (head, source, id);

-- The import that took back everything that named the device. Its row stays, with its number and
-- all that people said about it; no list and no count has it until an export names it again.
ALTER TABLE device ADD COLUMN withdrawn BIGINT;
-- The import that took back all that came of the asset system.
ALTER TABLE inventory_source ADD COLUMN withdrawn BIGINT;
