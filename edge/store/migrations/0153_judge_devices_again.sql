-- Verdicts tell now which releases mend them that other advisories offer, and no release is read
-- out of what only plans it: every build is judged again once, as with a first index.
UPDATE judged SET generation = 0 WHERE what = 'builds';
