-- A supplier of whom an organisation keeps a dossier: its legal name, as the organisation writes it.
-- Everything else that is kept about it is an entry.
CREATE TABLE supplier (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    opened       TEXT   NOT NULL,
    opened_by    BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX supplier_by_name ON supplier (head, organisation, name);

-- One thing that is kept about a supplier: a further name, a membership, a certificate, a contact,
-- what was looked for and not found, a document. `supplier` is 0 where it is about all suppliers of
-- the organisation: a list of everybody. `origin` says from whom the fact is. What it says may name
-- people and is sealed; `original` is the document that it is, or that proves it. `maker` is the
-- maker through whose guest it came; it is a claim until somebody of the house confirms it. An
-- entry is never changed: another takes its place, and it is withdrawn with the reason.
CREATE TABLE supplier_entry (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    supplier     BIGINT NOT NULL,
    kind         TEXT   NOT NULL,
    origin       TEXT   NOT NULL,
    sealed_entry BYTEA,
    original     BIGINT,
    maker        TEXT   NOT NULL DEFAULT '',
    brought      TEXT   NOT NULL,
    brought_by   BIGINT NOT NULL,
    confirmed    TEXT,
    confirmed_by BIGINT,
    withdrawn    TEXT,
    withdrawn_by BIGINT,
    reason       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (head, id)
);
CREATE INDEX supplier_entry_by_supplier ON supplier_entry (head, supplier, id);
