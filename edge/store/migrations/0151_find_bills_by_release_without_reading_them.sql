-- Who asks which bills are in force reads this and not the bills: what one leaves open is tens of
-- kilobytes, and SQLite walks through them to reach what stands behind.
DROP INDEX bill_by_release;
CREATE INDEX bill_by_release
    ON bill (head, product_release, replaced, unknown_count, id, original, generation, due, due_why);
