-- An SBOM that was delivered and of which nobody has said yet which release it describes. The row
-- goes when it is placed, or when somebody says that it is not to be; its document stays, and
-- delivered again it waits again.
CREATE TABLE waiting_bill (
    head         BIGINT NOT NULL REFERENCES head (id),
    original     BIGINT NOT NULL,
    organisation BIGINT NOT NULL,
    arrived      TEXT   NOT NULL,
    arrived_by   BIGINT NOT NULL,
    PRIMARY KEY (head, original)
);

INSERT INTO waiting_bill (head, original, organisation, arrived, arrived_by)
SELECT d.head, d.id, d.organisation, d.received, d.received_by
  FROM original d
 WHERE d.kind = 'sbom'
   AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.head = d.head AND b.original = d.id);
