-- That a device went from one organisation to another, as somebody says who may take in exports
-- at both ends. `from_key` names it within the asset system that it left: an export of that which
-- names it still is asked about. `configuration` is of which build it was, so that what was to be
-- done about it where it left is not taken for done. `department` is the ward that it left; why
-- may name people and is sealed.
CREATE TABLE device_move (
    head            BIGINT NOT NULL REFERENCES head (id),
    id              BIGINT NOT NULL,
    device          BIGINT NOT NULL,
    organisation    BIGINT NOT NULL,
    source          BIGINT NOT NULL,
    came_from       BIGINT NOT NULL,
    from_source     BIGINT NOT NULL,
    from_key        TEXT   NOT NULL,
    configuration   BIGINT NOT NULL,
    department      TEXT   NOT NULL,
    sealed_note     BYTEA,
    moved           TEXT   NOT NULL,
    moved_by        BIGINT NOT NULL,
    seq             BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE INDEX device_move_by_device ON device_move (head, device);
CREATE INDEX device_move_by_seq ON device_move (head, seq);
CREATE INDEX device_move_by_origin ON device_move (head, came_from);
