-- A product as an organisation knows it. Its documents are that organisation's, so a product
-- that two know has two rows, and neither tells of the other.
CREATE TABLE product (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    maker        TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    made         TEXT   NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX product_by_name ON product (head, organisation, maker, name);

-- A release is what a bill of materials describes.
CREATE TABLE product_release (
    head    BIGINT NOT NULL,
    id      BIGINT NOT NULL,
    product BIGINT NOT NULL,
    version TEXT   NOT NULL,
    made    TEXT   NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX product_release_by_version ON product_release (head, product, version);

-- Which device builds are of a release, as a person said it. Builds that say the same of maker,
-- model and version are of it too.
CREATE TABLE product_release_build (
    head            BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    configuration   BIGINT NOT NULL,
    said_by         BIGINT NOT NULL,
    said            TEXT   NOT NULL,
    PRIMARY KEY (head, product_release, configuration)
);

-- A bill of materials in force, or one that another has replaced. `subject` is what it says that
-- it is about: a later one about the same takes its place. `scores` and `unknowns` are derived
-- from the original and are JSON.
CREATE TABLE bill (
    head            BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    original        BIGINT NOT NULL,
    subject         TEXT   NOT NULL,
    format          TEXT   NOT NULL,
    spec            TEXT   NOT NULL,
    components      BIGINT NOT NULL,
    with_purl       BIGINT NOT NULL,
    with_cpe        BIGINT NOT NULL,
    scores          TEXT   NOT NULL,
    unknowns        TEXT   NOT NULL DEFAULT '[]',
    unknown_count   BIGINT NOT NULL DEFAULT 0,
    generation      BIGINT NOT NULL DEFAULT 0,
    received        TEXT   NOT NULL,
    received_by     BIGINT NOT NULL,
    replaced        TEXT,
    PRIMARY KEY (head, id)
);
CREATE INDEX bill_by_release ON bill (head, product_release);
