-- The change with which a person last acted on an action: its revision. Who was shown an older
-- one is told what happened since, and nothing is overwritten. 0 where nobody has acted.
ALTER TABLE work_action ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
UPDATE work_action
   SET revision = COALESCE((SELECT MAX(t.seq)
                              FROM work_turn t
                             WHERE t.head = work_action.head
                               AND t.action = work_action.id
                               AND t.turned_by <> 0), 0);
