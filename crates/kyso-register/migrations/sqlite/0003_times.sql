-- The latest time since somebody answered for the clock: every event is held against it.

CREATE INDEX event_of_time ON event (at);
CREATE INDEX event_of_confirmation ON event (id) WHERE what = 'confirmed';
