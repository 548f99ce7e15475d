-- Which sources a feed renews, so that what none renews is known to be as old as its newest
-- change. `alone` is of what stands on the word of an index that no feed made: its newest change.
ALTER TABLE feed_standing ADD COLUMN gives TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_standing ADD COLUMN alone TEXT;
