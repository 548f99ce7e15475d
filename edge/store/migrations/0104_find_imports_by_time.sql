-- Today asks what came since yesterday; a group of hundreds of members sends hundreds of
-- inventories a day, and each is counted. Which verdicts turned is known in memory now.
CREATE INDEX import_by_time ON import (head, started);
DROP INDEX judgement_history_by_time;
