-- A source is one asset system's export, with the mapping of its columns as last confirmed.
CREATE TABLE inventory_source (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    mapping      TEXT   NOT NULL,
    made         TEXT   NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX inventory_source_by_name ON inventory_source (head, organisation, name);

-- One export taken in. `done` rows are in the tables, and an import that was cut short goes
-- on from there. Counts are those of the rows done.
CREATE TABLE import (
    head         BIGINT NOT NULL,
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    source       BIGINT NOT NULL,
    original     BIGINT NOT NULL,
    mapping      TEXT   NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    fault        TEXT,
    total        BIGINT NOT NULL,
    done         BIGINT NOT NULL DEFAULT 0,
    added        BIGINT NOT NULL DEFAULT 0,
    changed      BIGINT NOT NULL DEFAULT 0,
    unchanged    BIGINT NOT NULL DEFAULT 0,
    missing      BIGINT NOT NULL DEFAULT 0,
    returned     BIGINT NOT NULL DEFAULT 0,
    complaints   BIGINT NOT NULL DEFAULT 0,
    started      TEXT   NOT NULL,
    ended        TEXT,
    started_by   BIGINT NOT NULL,
    leaf         BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);

CREATE TABLE import_complaint (
    head      BIGINT NOT NULL,
    import    BIGINT NOT NULL,
    number    BIGINT NOT NULL,
    row_place TEXT   NOT NULL,
    message   TEXT   NOT NULL,
    PRIMARY KEY (head, import, number)
);

-- A device build: what a device is. Twenty thousand devices are a few hundred of these, and
-- verdicts belong to them. `digest` is that of the four texts.
CREATE TABLE configuration (
    head        BIGINT NOT NULL REFERENCES head (id),
    id          BIGINT NOT NULL,
    digest      BYTEA  NOT NULL,
    maker       TEXT   NOT NULL,
    model       TEXT   NOT NULL,
    description TEXT   NOT NULL,
    version     TEXT   NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX configuration_by_digest ON configuration (head, digest);

-- `id` is the ordinal in bitmaps and never used again. `device_key` names the device within
-- its source: the asset tag, else the serial number. The three facts are 1, 0 or unknown.
CREATE TABLE device (
    head            BIGINT NOT NULL REFERENCES head (id),
    id              BIGINT NOT NULL,
    organisation    BIGINT NOT NULL,
    source          BIGINT NOT NULL,
    device_key      TEXT   NOT NULL,
    configuration   BIGINT NOT NULL,
    asset_tag       TEXT   NOT NULL,
    serial          TEXT   NOT NULL,
    udi             TEXT   NOT NULL,
    mac             TEXT   NOT NULL,
    ip              TEXT   NOT NULL,
    department      TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    received        TEXT   NOT NULL,
    life_sustaining BIGINT CHECK (life_sustaining IN (0, 1)),
    holds_phi       BIGINT CHECK (holds_phi IN (0, 1)),
    reachable       BIGINT CHECK (reachable IN (0, 1)),
    row_digest      BYTEA  NOT NULL,
    first_import    BIGINT NOT NULL,
    last_import     BIGINT NOT NULL,
    missing_since   TEXT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX device_by_key ON device (head, source, device_key);
CREATE INDEX device_by_configuration ON device (head, configuration);
