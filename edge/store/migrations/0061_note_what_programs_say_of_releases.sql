-- What programs say of releases when they deliver bills of materials: the release that it is a
-- part of, and when a bill came last.
CREATE TABLE product_release_delivery (
    head            BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    parent          BIGINT,
    delivered       TEXT,
    PRIMARY KEY (head, product_release)
);
