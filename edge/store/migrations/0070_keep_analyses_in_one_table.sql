-- What was found out through the interface for programs and what was found out at work are one
-- thing: an organisation's own analysis. It points by name at a product, a release of it (every
-- one where `version` is empty), a component (the device itself where it is empty) and a
-- vulnerability, never at a row, so that nothing that is delivered again loses it. Maker and
-- model are as whoever said it names them: the product of a document, or the words of a build.
-- `state` and `responses` are words of CycloneDX, `justification` is one of CycloneDX or OpenVEX.
-- It is never deleted: `withdrawn` says since when it counts no longer.
DROP INDEX analysis_by_subject;
ALTER TABLE analysis RENAME TO analysis_of_release;
CREATE TABLE analysis (
    head          BIGINT NOT NULL REFERENCES head (id),
    id            BIGINT NOT NULL,
    organisation  BIGINT NOT NULL,
    maker         TEXT   NOT NULL,
    model         TEXT   NOT NULL,
    version       TEXT   NOT NULL,
    component     TEXT   NOT NULL,
    vulnerability TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    justification TEXT   NOT NULL,
    responses     TEXT   NOT NULL,
    details       TEXT   NOT NULL,
    suppressed    BIGINT NOT NULL,
    said          TEXT   NOT NULL,
    said_by       BIGINT NOT NULL,
    withdrawn     TEXT,
    withdrawn_by  BIGINT,
    seq           BIGINT NOT NULL,
    PRIMARY KEY (head, id)
);
CREATE INDEX analysis_by_subject ON analysis (head, organisation, vulnerability, component);
CREATE INDEX analysis_by_seq ON analysis (head, seq, id);

INSERT INTO analysis (head, id, organisation, maker, model, version, component, vulnerability, state,
                      justification, responses, details, suppressed, said, said_by, withdrawn,
                      withdrawn_by, seq)
SELECT a.head, a.id, p.organisation, p.maker, p.name, r.version, a.component, a.vulnerability, a.state,
       a.justification, a.responses, a.details, a.suppressed, a.changed, a.changed_by, NULL,
       NULL, 0
  FROM analysis_of_release a
  JOIN product_release r ON r.head = a.head AND r.id = a.product_release
  JOIN product p ON p.head = r.head AND p.id = r.product;

INSERT INTO analysis (head, id, organisation, maker, model, version, component, vulnerability, state,
                      justification, responses, details, suppressed, said, said_by, withdrawn,
                      withdrawn_by, seq)
SELECT head, id, organisation, maker, model, version, component, vulnerability, 'not_affected',
       justification, '', reason, 0, said, said_by, withdrawn, withdrawn_by, seq
  FROM own_analysis;

INSERT INTO analysis_remark (head, analysis, number, at, by_whom, remark)
SELECT head, id, 1, said, said_by, 'Analysis: NOT_SET → NOT_AFFECTED'
  FROM own_analysis;
INSERT INTO analysis_remark (head, analysis, number, at, by_whom, remark)
SELECT head, id, 2, withdrawn, withdrawn_by, 'Taken back'
  FROM own_analysis
 WHERE withdrawn IS NOT NULL AND withdrawn_by IS NOT NULL;

DROP TABLE own_analysis;
DROP TABLE analysis_of_release;

-- Where two bills of one device list a component, its verdict names both since this version, so
-- that an analysis of one release clears nothing that the other lists: bills are judged once more.
DELETE FROM judged WHERE what = 'bills';
INSERT INTO job (head, id, kind, payload, state, run_after, made)
SELECT id, next_id, 'judge bills of materials', '{}', 'waiting', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
  FROM head
 WHERE id <> 0;
UPDATE head SET next_id = next_id + 1 WHERE id <> 0;
