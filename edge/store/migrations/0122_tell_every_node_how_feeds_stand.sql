-- How each feed stood when the node that follows feeds asked last, so that every node tells how
-- old it is what is judged with. It belongs to the house, not to an organisation; `every` is in
-- seconds.
CREATE TABLE feed_standing (
    name  TEXT   NOT NULL PRIMARY KEY,
    every BIGINT NOT NULL,
    asked TEXT,
    fault BIGINT NOT NULL CHECK (fault IN (0, 1))
);
