-- How many devices the newest export of a source names, and how many it does not name any more:
-- counted when an import ends, since a page that counts a million devices is slow.
ALTER TABLE inventory_source ADD COLUMN present BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inventory_source ADD COLUMN missing BIGINT NOT NULL DEFAULT 0;
UPDATE inventory_source
   SET present = (SELECT COUNT(*) - COUNT(d.missing_since)
                    FROM device d
                   WHERE d.head = inventory_source.head AND d.source = inventory_source.id),
       missing = (SELECT COUNT(d.missing_since)
                    FROM device d
                   WHERE d.head = inventory_source.head AND d.source = inventory_source.id);
