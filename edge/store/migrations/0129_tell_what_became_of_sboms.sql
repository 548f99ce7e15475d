-- What became of an SBOM, and of which builds it was said that they are of a release: when, and
-- by whom. Verdicts of devices follow from both, so their history tells them. What was before is
-- told as far as it is known: who took an SBOM out of force was not kept.
CREATE TABLE release_turn (
    head            BIGINT NOT NULL REFERENCES head (id),
    seq             BIGINT NOT NULL,
    product_release BIGINT NOT NULL,
    what            TEXT   NOT NULL CHECK (what IN ('in_force', 'replaced', 'withdrawn',
                                                    'said', 'taken_back')),
    bill            BIGINT NOT NULL,
    configuration   BIGINT NOT NULL,
    at              TEXT   NOT NULL,
    turned_by       BIGINT NOT NULL,
    PRIMARY KEY (head, seq, what, bill, configuration)
);
CREATE INDEX release_turn_by_release ON release_turn (head, product_release);
CREATE INDEX release_turn_by_build ON release_turn (head, configuration);

INSERT INTO release_turn (head, seq, product_release, what, bill, configuration, at, turned_by)
SELECT b.head, 0, b.product_release, 'in_force', b.id, 0, b.received, b.received_by
  FROM bill b
 WHERE NOT EXISTS (SELECT 1
                     FROM maker_delivery d
                    WHERE d.head = b.head AND d.noun = 'bill' AND d.document = b.id);

INSERT INTO release_turn (head, seq, product_release, what, bill, configuration, at, turned_by)
SELECT b.head, 0, b.product_release, 'in_force', b.id, 0, d.settled, d.settled_by
  FROM bill b
  JOIN maker_delivery d ON d.head = b.head AND d.noun = 'bill' AND d.document = b.id
 WHERE d.outcome = 'taken' AND d.settled IS NOT NULL AND d.settled_by IS NOT NULL;

INSERT INTO release_turn (head, seq, product_release, what, bill, configuration, at, turned_by)
SELECT b.head, 0, b.product_release, 'replaced', b.id, 0, b.replaced, 0
  FROM bill b
 WHERE b.replaced IS NOT NULL
   AND EXISTS (SELECT 1
                 FROM release_turn t
                WHERE t.head = b.head AND t.bill = b.id AND t.what = 'in_force');

INSERT INTO release_turn (head, seq, product_release, what, bill, configuration, at, turned_by)
SELECT c.head, 0, c.product_release, 'said', 0, c.configuration, c.said, c.said_by
  FROM product_release_build c;
