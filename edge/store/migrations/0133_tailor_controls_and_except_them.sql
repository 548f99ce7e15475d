-- What an organisation makes of a control: that it does not apply and why, who sees to it, other
-- parameters than are usual. It is text of people and lies sealed. The last word stands; who
-- changed it when stands in the audit log.
CREATE TABLE posture_tailoring (
    head             BIGINT NOT NULL REFERENCES head (id),
    organisation     BIGINT NOT NULL,
    control          TEXT   NOT NULL,
    sealed_tailoring BYTEA,
    changed          TEXT   NOT NULL,
    changed_by       BIGINT NOT NULL,
    PRIMARY KEY (head, organisation, control)
);

-- That a control may stay as it is until a day: somebody asks for it with the reason, and somebody
-- else approves. It changes no verdict.
CREATE TABLE posture_exception (
    head             BIGINT NOT NULL REFERENCES head (id),
    id               BIGINT NOT NULL,
    organisation     BIGINT NOT NULL,
    control          TEXT   NOT NULL,
    sealed_exception BYTEA,
    last_day         TEXT   NOT NULL,
    asked            TEXT   NOT NULL,
    asked_by         BIGINT NOT NULL,
    approved         TEXT,
    approved_by      BIGINT,
    ended            TEXT,
    ended_by         BIGINT,
    PRIMARY KEY (head, id)
);
CREATE INDEX posture_exception_by_organisation ON posture_exception (head, organisation, id);
