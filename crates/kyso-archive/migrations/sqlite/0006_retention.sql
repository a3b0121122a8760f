-- How long documents are kept, what holds them, and how they're destroyed: by a list, another person's approval and a decision. What
-- these rows say in full stands in the records of their events.

-- The class that a document's kind had when it was kept, where a rule spoke of it. Its end is never shortened afterwards.
CREATE TABLE retention (
    agency   TEXT NOT NULL,
    artifact TEXT NOT NULL,
    class    TEXT NOT NULL,
    text     TEXT NOT NULL,                                         -- the version of the rules
    ends     TEXT,                                                  -- the last day, ISO 8601; none: for ever
    PRIMARY KEY (agency, artifact)
) STRICT, WITHOUT ROWID;

-- A legal hold. While it isn't released, the document isn't destroyed.
CREATE TABLE hold (
    agency   TEXT NOT NULL,
    event    TEXT NOT NULL,
    artifact TEXT NOT NULL,
    PRIMARY KEY (agency, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX hold_artifact ON hold (agency, artifact);

CREATE TABLE hold_release (
    agency TEXT NOT NULL,
    hold   TEXT NOT NULL,                                           -- the hold's event
    event  TEXT NOT NULL,
    PRIMARY KEY (agency, hold)
) STRICT, WITHOUT ROWID;

-- A list of documents that somebody proposed to destroy.
CREATE TABLE destruction (
    agency TEXT    NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    who    TEXT    NOT NULL CHECK (length(who) > 0),                -- folded, to be compared
    event  TEXT    NOT NULL,
    PRIMARY KEY (agency, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE destruction_item (
    agency      TEXT    NOT NULL,
    destruction INTEGER NOT NULL,
    artifact    TEXT    NOT NULL,
    ends        TEXT    NOT NULL,                                   -- the last day of its keeping, ISO 8601
    PRIMARY KEY (agency, destruction, artifact)
) STRICT, WITHOUT ROWID;

CREATE INDEX destruction_item_artifact ON destruction_item (agency, artifact);

CREATE TABLE destruction_step (
    agency      TEXT    NOT NULL,
    destruction INTEGER NOT NULL,
    step        TEXT    NOT NULL CHECK (step IN ('approved', 'rejected', 'decided', 'begun', 'executed')),
    who         TEXT    NOT NULL CHECK (length(who) > 0),
    decision    TEXT    CHECK (length(decision) > 0),               -- its number
    event       TEXT    NOT NULL,
    PRIMARY KEY (agency, destruction, step),
    CHECK ((step = 'decided') = (decision IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Documents that aren't kept any more. Whoever has a row here has neither records nor metadata nor reports.
CREATE TABLE destroyed (
    agency      TEXT    NOT NULL,
    artifact    TEXT    NOT NULL,
    destruction INTEGER NOT NULL,
    PRIMARY KEY (agency, artifact)
) STRICT, WITHOUT ROWID;

CREATE INDEX destroyed_destruction ON destroyed (agency, destruction);

-- A step follows those before it.
CREATE TRIGGER destruction_step_in_order BEFORE INSERT ON destruction_step
WHEN NOT EXISTS (SELECT 1 FROM destruction d WHERE d.agency = NEW.agency AND d.number = NEW.destruction)
  OR EXISTS (SELECT 1 FROM destruction_step s WHERE s.agency = NEW.agency AND s.destruction = NEW.destruction AND s.step = 'rejected')
  OR (NEW.step = 'approved' AND EXISTS (SELECT 1 FROM destruction d WHERE d.agency = NEW.agency AND d.number = NEW.destruction
      AND d.who = NEW.who))
  OR (NEW.step = 'rejected' AND EXISTS (SELECT 1 FROM destruction_step s WHERE s.agency = NEW.agency
      AND s.destruction = NEW.destruction AND s.step = 'begun'))
  OR (NEW.step IN ('decided', 'begun', 'executed') AND NOT EXISTS (SELECT 1 FROM destruction_step s WHERE s.agency = NEW.agency
      AND s.destruction = NEW.destruction
      AND s.step = CASE NEW.step WHEN 'decided' THEN 'approved' WHEN 'begun' THEN 'decided' ELSE 'begun' END))
BEGIN SELECT RAISE (ABORT, 'destruction_step: out of order, or by the same person'); END;

-- A document is destroyed by a decision that was carried out, after its last day in Vietnam, and while nothing holds it. Rows alone say
-- nothing: the list and each step are an event of their kind, a hold is one that was placed, and it's over by one that released it.
CREATE TRIGGER destroyed_by_decision BEFORE INSERT ON destroyed
WHEN NOT EXISTS (SELECT 1 FROM destruction d
      JOIN event p ON p.agency = d.agency AND p.id = d.event AND p.kind = 'destruction.proposed'
      JOIN destruction_item i ON i.agency = d.agency AND i.destruction = d.number
      JOIN destruction_step a ON a.agency = d.agency AND a.destruction = d.number AND a.step = 'approved' AND a.who <> d.who
      JOIN destruction_step c ON c.agency = d.agency AND c.destruction = d.number AND c.step = 'decided'
      JOIN destruction_step b ON b.agency = d.agency AND b.destruction = d.number AND b.step = 'begun'
      WHERE d.agency = NEW.agency AND d.number = NEW.destruction AND i.artifact = NEW.artifact
      AND i.ends < date('now', '+7 hours')
      AND NOT EXISTS (SELECT 1 FROM destruction_step s WHERE s.agency = d.agency AND s.destruction = d.number
          AND NOT EXISTS (SELECT 1 FROM event e WHERE e.agency = s.agency AND e.id = s.event AND e.kind = 'destruction.' || s.step)))
  OR EXISTS (SELECT 1 FROM (SELECT h.event FROM hold h WHERE h.agency = NEW.agency AND h.artifact = NEW.artifact
          UNION SELECT e.id FROM event e WHERE e.agency = NEW.agency AND e.artifact = NEW.artifact AND e.kind = 'hold.placed') AS h
      WHERE NOT EXISTS (SELECT 1 FROM hold_release r JOIN event e ON e.agency = r.agency AND e.id = r.event
          WHERE r.agency = NEW.agency AND r.hold = h.event AND e.kind = 'hold.released' AND e.artifact = NEW.artifact))
  OR EXISTS (SELECT 1 FROM retention t WHERE t.agency = NEW.agency AND t.artifact = NEW.artifact
      AND (t.ends IS NULL OR t.ends >= date('now', '+7 hours')))
BEGIN SELECT RAISE (ABORT, 'destroyed: without a decision, before its time, or held'); END;

-- Nothing happens to a document any more that isn't there.
CREATE TRIGGER event_of_what_is_kept BEFORE INSERT ON event
WHEN NEW.artifact IS NOT NULL AND EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = NEW.agency AND d.artifact = NEW.artifact)
BEGIN SELECT RAISE (ABORT, 'event: its document was destroyed'); END;

-- What a document's rows say of persons goes with it; nothing else is ever deleted.
DROP TRIGGER record_is_never_deleted;

CREATE TRIGGER record_is_deleted_with_its_document BEFORE DELETE ON record
WHEN NOT EXISTS (SELECT 1 FROM event e JOIN destroyed d ON d.agency = e.agency AND d.artifact = e.artifact
      WHERE e.agency = OLD.agency AND e.id = OLD.event)
BEGIN SELECT RAISE (ABORT, 'record: written once'); END;

DROP TRIGGER report_is_never_deleted;

CREATE TRIGGER report_is_deleted_with_its_document BEFORE DELETE ON report
WHEN NOT EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = OLD.agency AND d.artifact = OLD.artifact)
BEGIN SELECT RAISE (ABORT, 'report: written once'); END;

DROP TRIGGER metadata_is_never_deleted;

CREATE TRIGGER metadata_is_deleted_with_its_document BEFORE DELETE ON metadata
WHEN NOT EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = OLD.agency AND d.artifact = OLD.artifact)
BEGIN SELECT RAISE (ABORT, 'metadata: written once'); END;

-- Of a request that was done, what was told and answered is taken away with the document, and nothing else is changed.
DROP TRIGGER request_goes_forward;

CREATE TRIGGER request_goes_forward BEFORE UPDATE ON request
WHEN (OLD.state = 'done' AND NOT (NEW.state = 'done' AND NEW.artifact = OLD.artifact AND NEW.about = '{}' AND NEW.answer IS NULL
      AND NEW.lease = OLD.lease AND NEW.node IS OLD.node AND NEW.claimed = OLD.claimed
      AND EXISTS (SELECT 1 FROM destroyed d WHERE d.agency = OLD.agency AND d.artifact = OLD.artifact)))
  OR OLD.agency <> NEW.agency OR OLD.name <> NEW.name OR OLD.principal <> NEW.principal
  OR OLD.generation <> NEW.generation OR OLD.digest <> NEW.digest
BEGIN SELECT RAISE (ABORT, 'a request goes forward only'); END;

CREATE TRIGGER retention_is_never_changed BEFORE UPDATE ON retention
BEGIN SELECT RAISE (ABORT, 'retention: written once'); END;

CREATE TRIGGER retention_is_never_deleted BEFORE DELETE ON retention
BEGIN SELECT RAISE (ABORT, 'retention: written once'); END;

CREATE TRIGGER retention_is_written_once BEFORE INSERT ON retention
WHEN EXISTS (SELECT 1 FROM retention WHERE agency = NEW.agency AND artifact = NEW.artifact)
BEGIN SELECT RAISE (ABORT, 'retention: written once'); END;

CREATE TRIGGER hold_is_never_changed BEFORE UPDATE ON hold
BEGIN SELECT RAISE (ABORT, 'hold: written once'); END;

CREATE TRIGGER hold_is_never_deleted BEFORE DELETE ON hold
BEGIN SELECT RAISE (ABORT, 'hold: written once'); END;

CREATE TRIGGER hold_is_written_once BEFORE INSERT ON hold
WHEN EXISTS (SELECT 1 FROM hold WHERE agency = NEW.agency AND event = NEW.event)
BEGIN SELECT RAISE (ABORT, 'hold: written once'); END;

CREATE TRIGGER hold_release_is_never_changed BEFORE UPDATE ON hold_release
BEGIN SELECT RAISE (ABORT, 'hold_release: written once'); END;

CREATE TRIGGER hold_release_is_never_deleted BEFORE DELETE ON hold_release
BEGIN SELECT RAISE (ABORT, 'hold_release: written once'); END;

CREATE TRIGGER hold_release_is_written_once BEFORE INSERT ON hold_release
WHEN EXISTS (SELECT 1 FROM hold_release WHERE agency = NEW.agency AND hold = NEW.hold)
BEGIN SELECT RAISE (ABORT, 'hold_release: written once'); END;

CREATE TRIGGER destruction_is_never_changed BEFORE UPDATE ON destruction
BEGIN SELECT RAISE (ABORT, 'destruction: written once'); END;

CREATE TRIGGER destruction_is_never_deleted BEFORE DELETE ON destruction
BEGIN SELECT RAISE (ABORT, 'destruction: written once'); END;

CREATE TRIGGER destruction_is_written_once BEFORE INSERT ON destruction
WHEN EXISTS (SELECT 1 FROM destruction WHERE agency = NEW.agency AND number = NEW.number)
BEGIN SELECT RAISE (ABORT, 'destruction: written once'); END;

CREATE TRIGGER destruction_item_is_never_changed BEFORE UPDATE ON destruction_item
BEGIN SELECT RAISE (ABORT, 'destruction_item: written once'); END;

CREATE TRIGGER destruction_item_is_never_deleted BEFORE DELETE ON destruction_item
BEGIN SELECT RAISE (ABORT, 'destruction_item: written once'); END;

CREATE TRIGGER destruction_item_is_written_once BEFORE INSERT ON destruction_item
WHEN EXISTS (SELECT 1 FROM destruction_item WHERE agency = NEW.agency AND destruction = NEW.destruction AND artifact = NEW.artifact)
BEGIN SELECT RAISE (ABORT, 'destruction_item: written once'); END;

CREATE TRIGGER destruction_step_is_never_changed BEFORE UPDATE ON destruction_step
BEGIN SELECT RAISE (ABORT, 'destruction_step: written once'); END;

CREATE TRIGGER destruction_step_is_never_deleted BEFORE DELETE ON destruction_step
BEGIN SELECT RAISE (ABORT, 'destruction_step: written once'); END;

CREATE TRIGGER destruction_step_is_written_once BEFORE INSERT ON destruction_step
WHEN EXISTS (SELECT 1 FROM destruction_step WHERE agency = NEW.agency AND destruction = NEW.destruction AND step = NEW.step)
BEGIN SELECT RAISE (ABORT, 'destruction_step: written once'); END;

CREATE TRIGGER destroyed_is_never_changed BEFORE UPDATE ON destroyed
BEGIN SELECT RAISE (ABORT, 'destroyed: written once'); END;

CREATE TRIGGER destroyed_is_never_deleted BEFORE DELETE ON destroyed
BEGIN SELECT RAISE (ABORT, 'destroyed: written once'); END;

CREATE TRIGGER destroyed_is_written_once BEFORE INSERT ON destroyed
WHEN EXISTS (SELECT 1 FROM destroyed WHERE agency = NEW.agency AND artifact = NEW.artifact)
BEGIN SELECT RAISE (ABORT, 'destroyed: written once'); END;
