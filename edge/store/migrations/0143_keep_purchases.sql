-- A purchase before anything is bought: what is bought, by which organisation, and until when it is
-- meant to be used (`used_until`, none where nobody says). `profile` is a changed copy of what is
-- asked, as TOML; empty where it is the house's. It ends awarded or cancelled (`outcome`), with the
-- reason; of an award with the bidder, the conditions, the day until which it holds, and what was
-- known then (`record`, an original).
CREATE TABLE purchase (
    head           BIGINT NOT NULL REFERENCES head (id),
    id             BIGINT NOT NULL,
    organisation   BIGINT NOT NULL,
    title          TEXT   NOT NULL,
    tier           TEXT   NOT NULL,
    used_until     TEXT,
    profile        TEXT   NOT NULL DEFAULT '',
    revision       BIGINT NOT NULL DEFAULT 0,
    made           TEXT   NOT NULL,
    made_by        BIGINT NOT NULL,
    outcome        TEXT   NOT NULL DEFAULT '',
    ended          TEXT,
    ended_by       BIGINT,
    reason         TEXT   NOT NULL DEFAULT '',
    awarded        BIGINT,
    last_day       TEXT,
    record         BIGINT,
    PRIMARY KEY (head, id)
);

-- Organisations that buy along, and see the purchase of one above them.
CREATE TABLE purchase_member (
    head         BIGINT NOT NULL REFERENCES head (id),
    purchase     BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    PRIMARY KEY (head, purchase, organisation)
);

-- Who bids with which product; `supplier` is the dossier that the house keeps, none where there is
-- none. One that is left out keeps its files, and is judged no more.
CREATE TABLE purchase_bidder (
    head         BIGINT NOT NULL REFERENCES head (id),
    id           BIGINT NOT NULL,
    purchase     BIGINT NOT NULL,
    name         TEXT   NOT NULL,
    product      TEXT   NOT NULL,
    version      TEXT   NOT NULL,
    supplier     BIGINT,
    added        TEXT   NOT NULL,
    added_by     BIGINT NOT NULL,
    left_out     TEXT,
    left_out_by  BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX purchase_bidder_by_purchase ON purchase_bidder (head, purchase, id);

-- A file of a bid, as an original, with its name there and the SHA-256 of its bytes. `side` says
-- from whom it is: the bidder, or the house that knows something of it.
CREATE TABLE purchase_file (
    head        BIGINT NOT NULL REFERENCES head (id),
    id          BIGINT NOT NULL,
    bidder      BIGINT NOT NULL,
    original    BIGINT NOT NULL,
    side        TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    received    TEXT   NOT NULL,
    received_by BIGINT NOT NULL,
    removed     TEXT,
    removed_by  BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX purchase_file_by_bidder ON purchase_file (head, bidder, id);

-- That a gate keeps nobody from buying from a bidder, though it is not passed: asked for by one
-- person and approved by another, until a day, and as the gate stood then.
CREATE TABLE purchase_override (
    head        BIGINT NOT NULL REFERENCES head (id),
    id          BIGINT NOT NULL,
    bidder      BIGINT NOT NULL,
    gate        TEXT   NOT NULL,
    standing    TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    last_day    TEXT   NOT NULL,
    asked       TEXT   NOT NULL,
    asked_by    BIGINT NOT NULL,
    approved    TEXT,
    approved_by BIGINT,
    ended       TEXT,
    ended_by    BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX purchase_override_by_bidder ON purchase_override (head, bidder, id);
