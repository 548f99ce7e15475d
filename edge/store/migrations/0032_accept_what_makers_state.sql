-- A document with statements (VEX) that was delivered at a product, or at one release of it
-- (0 is every release). It is a claim: what of it was accepted stands in `acceptance`.
CREATE TABLE vex (
    head            BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    product         BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    original        BIGINT NOT NULL,
    format          TEXT   NOT NULL,
    title           TEXT   NOT NULL,
    statements      BIGINT NOT NULL,
    received        TEXT   NOT NULL,
    received_by     BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX vex_by_original ON vex (head, product, product_release, original);

-- Somebody accepted, for the organisation whose product it is, what a document states about
-- a vulnerability and a component of the product or of one release of it. `vulnerability` and
-- `component` are as the document names them (an empty component is the product itself), so
-- that neither a new SBOM nor another name of the vulnerability loses it. `place` is where in
-- the original the statement stands.
CREATE TABLE acceptance (
    head            BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    product         BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    original        BIGINT NOT NULL,
    vulnerability   TEXT   NOT NULL,
    component       TEXT   NOT NULL,
    place           TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    reason          TEXT   NOT NULL,
    accepted        TEXT   NOT NULL,
    accepted_by     BIGINT NOT NULL,
    ended           TEXT,
    ended_by        BIGINT,
    end_reason      TEXT,
    PRIMARY KEY (head, id)
);
CREATE INDEX acceptance_by_product ON acceptance (head, product);
