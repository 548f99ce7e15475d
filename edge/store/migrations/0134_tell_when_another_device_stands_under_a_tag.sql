-- Which devices got another serial number or UDI: what was answered of the device before does not
-- hold for the one that stands there now.
CREATE INDEX device_history_of_pieces
    ON device_history (head, seq) WHERE what IN ('serial', 'udi');
