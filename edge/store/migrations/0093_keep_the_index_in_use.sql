-- The files of an index, named as in `index_generation`, so that a node that has no copy fetches
-- them: the index itself, and what was laid over it. Both belong to the house, not to an
-- organisation. The bytes stand by their BLAKE3: an index whose overlay alone is another is not
-- kept twice. Where all nodes are on one machine nothing stands here.
CREATE TABLE index_part (
    file   TEXT   NOT NULL,
    part   TEXT   NOT NULL CHECK (part IN ('base', 'overlay')),
    digest BYTEA  NOT NULL,
    size   BIGINT NOT NULL,
    PRIMARY KEY (file, part)
);

CREATE TABLE index_chunk (
    digest BYTEA  NOT NULL,
    number BIGINT NOT NULL,
    bytes  BYTEA  NOT NULL,
    PRIMARY KEY (digest, number)
);
