-- What a register says of a device beyond the columns that lists are made of: room, owner,
-- host name, dates, and the columns that only this hospital has. JSON, by field or heading.
ALTER TABLE device ADD COLUMN rest TEXT NOT NULL DEFAULT '{}';
