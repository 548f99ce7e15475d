-- What an organisation can show for itself: an export of one of its systems, a firewall, a result
-- of a scanner, a document that a person reads, or an entry that is made by hand with its proof.
-- What it is called, where it comes from, who signed it and what the entry says may name people
-- and are sealed, like its bytes. `kinds` says by word what stands in it, parted by blanks;
-- `class` how far it carries by itself; `valid_from` of which day it is, where somebody says so,
-- and `valid_until` the last day on which it counts. `is_shared` is 1 where those below may see it
-- and it counts for them too. It waits until it is `taken`; another takes its place, and it is
-- withdrawn with the reason: it is never changed.
CREATE TABLE evidence (
    head            BIGINT NOT NULL REFERENCES head (id),
    id              BIGINT NOT NULL,
    organisation    BIGINT NOT NULL,
    kinds           TEXT   NOT NULL,
    class           TEXT   NOT NULL CHECK (class IN ('observed', 'documented', 'attested')),
    sealed_evidence BYTEA,
    original        BIGINT,
    record_count    BIGINT NOT NULL,
    complaint_count BIGINT NOT NULL,
    valid_from      TEXT,
    valid_until     TEXT,
    is_shared       BIGINT NOT NULL DEFAULT 0 CHECK (is_shared IN (0, 1)),
    brought         TEXT   NOT NULL,
    brought_by      BIGINT NOT NULL,
    taken           TEXT,
    taken_by        BIGINT,
    replaced_by     BIGINT,
    withdrawn       TEXT,
    withdrawn_by    BIGINT,
    reason          TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (head, id)
);
CREATE INDEX evidence_by_organisation ON evidence (head, organisation, id);
