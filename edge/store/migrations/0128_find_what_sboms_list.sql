-- What an SBOM lists, as far as somebody looks for it: a line for each component, packed. It
-- follows from the document; `edition` is that of the reader, and `seq` the change that wrote it,
-- by which those who keep a copy in memory find that it is another. One of an older edition is
-- written again.
CREATE TABLE bill_listing (
    head    BIGINT NOT NULL REFERENCES head (id),
    bill    BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    listed  BYTEA  NOT NULL,
    PRIMARY KEY (head, bill)
);
