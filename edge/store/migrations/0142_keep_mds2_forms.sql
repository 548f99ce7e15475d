-- What a maker discloses of the security of a product: a form MDS2 as it was delivered, and what is
-- listed of it; its answers are read from the document. `maker` is the one through whose own
-- account it came, empty where somebody of the house brought it. It waits until somebody says of
-- which product and releases it is (`product`, none yet) and takes it in force; another takes its
-- place (`replaced_by`), or it ends with the reason: withdrawn, set aside, or declined before it was
-- in force. For whom it is, its product says.
CREATE TABLE mds2_form (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    original     BIGINT NOT NULL,
    product      BIGINT,
    maker        TEXT   NOT NULL DEFAULT '',
    edition      TEXT   NOT NULL,
    medium       TEXT   NOT NULL,
    made_by      TEXT   NOT NULL,
    model        TEXT   NOT NULL,
    document     TEXT   NOT NULL,
    released     TEXT   NOT NULL,
    release_day  TEXT,
    questions    BIGINT NOT NULL,
    answered     BIGINT NOT NULL,
    received     TEXT   NOT NULL,
    received_by  BIGINT NOT NULL,
    in_force     TEXT,
    in_force_by  BIGINT,
    ended        TEXT,
    ended_by     BIGINT,
    reason       TEXT   NOT NULL DEFAULT '',
    replaced_by  BIGINT,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX mds2_form_by_original ON mds2_form (head, original);
CREATE INDEX mds2_form_by_product ON mds2_form (head, product, id);

-- The releases of which a form is; of all where none is named.
CREATE TABLE mds2_form_release (
    head            BIGINT NOT NULL REFERENCES head (id),
    form            BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    PRIMARY KEY (head, form, product_release)
);
