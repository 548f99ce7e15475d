-- Lists that people keep are of devices, or of what is to be done about them.
ALTER TABLE saved_view ADD COLUMN list TEXT NOT NULL DEFAULT 'devices';
DROP INDEX saved_view_by_name;
CREATE UNIQUE INDEX saved_view_by_name ON saved_view (head, person, list, name);
