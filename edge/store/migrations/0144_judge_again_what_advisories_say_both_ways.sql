-- An advisory that says both of one release settles nothing now: every build is judged again once,
-- as with a first index.
UPDATE judged SET generation = 0 WHERE what = 'builds';
