-- Which devices were of another build before: asked for by the change since which somebody looked
-- last, and by what the devices were and became.
CREATE INDEX device_history_of_builds
    ON device_history (head, seq, before, after) WHERE what = 'build';
CREATE INDEX device_history_by_build
    ON device_history (head, before, after, seq, device) WHERE what = 'build';
