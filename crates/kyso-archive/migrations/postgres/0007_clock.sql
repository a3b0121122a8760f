-- Confirmations of the clock are few and are looked for at each start.
CREATE INDEX event_clock_confirmed ON event (agency, id) WHERE kind = 'clock.confirmed';
