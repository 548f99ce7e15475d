-- The customers of a maker in its own house, which of its products each has (all, where none is
-- named), and what each was told: that a release carries a vulnerability, on which day, and how.
CREATE TABLE customer (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    added        TEXT   NOT NULL,
    added_by     BIGINT NOT NULL,
    removed      TEXT,
    removed_by   BIGINT,
    PRIMARY KEY (head, id)
);

CREATE TABLE customer_product (
    head     BIGINT NOT NULL REFERENCES head (id),
    customer BIGINT NOT NULL,
    product  BIGINT NOT NULL,
    PRIMARY KEY (head, customer, product)
);

CREATE TABLE customer_told (
    head            BIGINT NOT NULL REFERENCES head (id),
    id              BIGINT NOT NULL,
    organisation    BIGINT NOT NULL,
    customer        BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    vulnerability   TEXT   NOT NULL,
    told            TEXT   NOT NULL,
    sealed_note     BYTEA,
    noted           TEXT   NOT NULL,
    noted_by        BIGINT NOT NULL,
    taken_back      TEXT,
    taken_back_by   BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX customer_told_of_customer ON customer_told (head, organisation, customer);
