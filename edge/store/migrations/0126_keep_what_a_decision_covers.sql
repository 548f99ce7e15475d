-- What an action was about when it was decided, as JSON: the release, the flaws, how urgent it
-- was. What is more today has not been decided. None for what was decided before this was kept.
ALTER TABLE work_action ADD COLUMN covers TEXT;
