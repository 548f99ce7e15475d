-- The decision after which an action was last noted as work again, by the time of the
-- decision: what was reported done and is still shown, a window or an acceptance that is over.
-- So each is told once, whoever notes it first.
ALTER TABLE work_action ADD COLUMN returned TEXT;
