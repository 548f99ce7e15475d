-- On which day somebody was last let in, so that accounts that nobody uses are told from those
-- in use. Of accounts that were let in before, only running sessions tell it.
ALTER TABLE person ADD COLUMN entered_on TEXT;
UPDATE person
   SET entered_on = (SELECT MAX(substr(s.made, 1, 10))
                       FROM session s
                      WHERE s.head = person.head AND s.person = person.id);
