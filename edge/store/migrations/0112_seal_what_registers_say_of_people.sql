-- What a register says of a device beyond the columns that lists are made of may name people:
-- owners, and every column that only this hospital has. So may the cell that a complaint quotes,
-- and the delivered file itself. They are sealed under the key of the top organisation. An empty
-- seal stands where there is nothing to seal. A row without a seal was written by an older
-- version, lies in the column of the same name without `sealed_`, and is sealed by the server.
ALTER TABLE device ADD COLUMN sealed_rest BYTEA;
ALTER TABLE import_complaint ADD COLUMN sealed_cell BYTEA;
ALTER TABLE import_complaint ADD COLUMN sealed_message BYTEA;
ALTER TABLE original_chunk ADD COLUMN sealed_bytes BYTEA;

-- Those that are still to be sealed; empty from then on.
CREATE INDEX device_in_the_clear ON device (head, id) WHERE sealed_rest IS NULL;
CREATE INDEX import_complaint_in_the_clear ON import_complaint (head, import, number)
 WHERE sealed_message IS NULL;
CREATE INDEX original_chunk_in_the_clear ON original_chunk (head, original, number)
 WHERE sealed_bytes IS NULL;
