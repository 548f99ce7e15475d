-- That a device hangs under another tag than the one by which its asset system knew it: whoever
-- knows says so on its page, or as the export comes in that names it so (`import`; 0 on its page).
-- `tag_key` is by what rows name it since, `sought` the tag before without capitals and hyphens, by
-- which it is looked for. The key by which the device is kept stays.
CREATE TABLE device_tag (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    source       BIGINT NOT NULL,
    device       BIGINT NOT NULL,
    tag_key      TEXT   NOT NULL,
    tag          TEXT   NOT NULL,
    tag_before   TEXT   NOT NULL,
    sought       TEXT   NOT NULL,
    import       BIGINT NOT NULL,
    sealed_note  BYTEA,
    said         TEXT   NOT NULL,
    said_by      BIGINT NOT NULL,
    ended        TEXT,
    ended_by     BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX device_tag_by_source ON device_tag (head, source, id);
CREATE INDEX device_tag_by_device ON device_tag (head, device, id);
CREATE INDEX device_tag_by_what_was ON device_tag (head, sought);
