-- That another device hangs under the tag of one, as somebody who saw it says before its inventory
-- does: what was answered of the device before does not hold for the one that stands there now.
-- `serial` is its serial number, empty where nobody said; why may name people and is sealed.
CREATE TABLE device_replacement (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    device       BIGINT NOT NULL,
    serial       TEXT   NOT NULL,
    sealed_note  BYTEA,
    said         TEXT   NOT NULL,
    said_by      BIGINT NOT NULL,
    seq          BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE INDEX device_replacement_by_device ON device_replacement (head, device);
CREATE INDEX device_replacement_by_seq ON device_replacement (head, seq);
