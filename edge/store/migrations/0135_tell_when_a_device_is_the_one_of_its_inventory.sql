-- Whether somebody said that the device under a tag is the one that its inventory tells of, after
-- it was said that it is another one.
ALTER TABLE device_replacement ADD COLUMN is_same BIGINT NOT NULL DEFAULT 0;
