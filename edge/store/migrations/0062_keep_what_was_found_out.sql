-- What somebody found out about a vulnerability of a component of a release. It points at what
-- it is about by name and never at a row, so that a bill that comes again loses none of it.
CREATE TABLE analysis (
    head            BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    component       TEXT   NOT NULL,
    vulnerability   TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    justification   TEXT   NOT NULL,
    responses       TEXT   NOT NULL,
    details         TEXT   NOT NULL,
    suppressed      BIGINT NOT NULL,
    changed         TEXT   NOT NULL,
    changed_by      BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE UNIQUE INDEX analysis_by_subject
    ON analysis (head, product_release, component, vulnerability);

-- Each change and each remark, in the order in which they were made.
CREATE TABLE analysis_remark (
    head     BIGINT NOT NULL,
    analysis BIGINT NOT NULL,
    number   BIGINT NOT NULL,
    at       TEXT   NOT NULL,
    by_whom  BIGINT NOT NULL,
    remark   TEXT   NOT NULL,
    PRIMARY KEY (head, analysis, number)
);
