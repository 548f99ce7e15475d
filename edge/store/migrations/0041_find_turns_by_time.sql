-- Today asks which verdicts turned since yesterday: without an index all that ever turned are
-- looked at.
CREATE INDEX judgement_history_by_time ON judgement_history (head, at);
