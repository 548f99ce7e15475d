-- What was new about what was bought, and when it was first told: a digest of what it is about,
-- so that the same is told once, and on which of its kinds people may be told in a digest.
CREATE TABLE purchase_news (
    head     BIGINT NOT NULL REFERENCES head (id),
    purchase BIGINT NOT NULL,
    digest   BYTEA  NOT NULL,
    kind     TEXT   NOT NULL,
    told     TEXT   NOT NULL,
    PRIMARY KEY (head, purchase, digest)
);
CREATE INDEX purchase_news_by_time ON purchase_news (head, told);
