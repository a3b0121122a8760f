-- A number is given out once for ever, whichever register gives it and whatever becomes of its row; the definitions in use
-- are kept with the numbers, by version; events say more than before.

-- Every number that was ever given out, by its symbol as people read it: in capitals, with a plain D for Đ.
CREATE TABLE number (
    name     TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    register TEXT    NOT NULL,
    PRIMARY KEY (name, year, ordinal)
) STRICT, WITHOUT ROWID;

-- Numbers that an earlier version gave out a second time, for a register that was defined anew: the first is in `number`.
CREATE TABLE number_twice (
    register TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    PRIMARY KEY (register, year, ordinal)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO number (name, year, ordinal, register)
SELECT replace(replace(upper(entry.symbol), 'đ', 'D'), 'Đ', 'D'), entry.year, entry.ordinal, entry.register
FROM entry LEFT JOIN event ON event.register = entry.register AND event.year = entry.year
    AND event.ordinal = entry.ordinal AND event.what = 'allotted'
ORDER BY event.id;

INSERT INTO number_twice (register, year, ordinal)
SELECT entry.register, entry.year, entry.ordinal FROM entry JOIN number
    ON number.name = replace(replace(upper(entry.symbol), 'đ', 'D'), 'Đ', 'D')
    AND number.year = entry.year AND number.ordinal = entry.ordinal
WHERE number.register <> entry.register;

-- The definitions under which numbers were given out, as JSON.
CREATE TABLE definition (
    version  INTEGER PRIMARY KEY,                         -- 1, 2, 3, …
    sha256   TEXT    NOT NULL CHECK (length(sha256) = 64),
    content  TEXT    NOT NULL CHECK (json_valid(content))
) STRICT;

-- Events about the whole register have the register '': its definitions, a clock that somebody confirmed.
DROP TRIGGER event_is_never_changed;
DROP TRIGGER event_is_never_deleted;
DROP TRIGGER a_closed_year_takes_no_book;
DROP TRIGGER a_closed_year_takes_no_entry;
DROP TRIGGER a_closed_year_takes_notes_alone;
DROP TRIGGER a_year_closes_when_nothing_is_pending;
DROP TRIGGER events_follow_their_entry;
DROP TRIGGER events_run_on;

CREATE TABLE event_anew (
    id       INTEGER PRIMARY KEY,                        -- 1, 2, 3, …
    register TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    ordinal  INTEGER,                                    -- null: about the register's year as a whole
    what     TEXT    NOT NULL CHECK (what IN ('allotted', 'rendered', 'issued', 'void', 'cancelled', 'linked', 'book', 'closed',
        'defined', 'confirmed')),
    at       TEXT    NOT NULL,                           -- RFC 3339, UTC
    actor    TEXT    NOT NULL,
    detail   TEXT    NOT NULL CHECK (json_valid(detail)),
    chain    TEXT    NOT NULL CHECK (length(chain) = 64), -- SHA-256 over the chain before and this event
    FOREIGN KEY (register, year, ordinal) REFERENCES entry (register, year, ordinal),
    CHECK ((ordinal IS NULL) = (what IN ('book', 'closed', 'defined', 'confirmed')))
) STRICT;
INSERT INTO event_anew SELECT id, register, year, ordinal, what, at, actor, detail, chain FROM event ORDER BY id;
DROP TABLE event;
ALTER TABLE event_anew RENAME TO event;

CREATE UNIQUE INDEX event_once ON event (register, year, ordinal, what)
    WHERE what IN ('allotted', 'issued', 'void', 'cancelled');
CREATE UNIQUE INDEX closed_once ON event (register, year) WHERE what = 'closed';
-- Which number a finished file bears.
CREATE INDEX event_of_file ON event (json_extract(detail, '$.sha256')) WHERE what = 'issued';
CREATE INDEX event_of_entry ON event (register, year, ordinal);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER number_is_never_changed BEFORE UPDATE ON number
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER number_is_never_deleted BEFORE DELETE ON number
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER number_twice_is_never_added BEFORE INSERT ON number_twice
BEGIN SELECT RAISE (ABORT, 'a number is given out once'); END;
CREATE TRIGGER number_twice_is_never_changed BEFORE UPDATE ON number_twice
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER number_twice_is_never_deleted BEFORE DELETE ON number_twice
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER definition_is_never_changed BEFORE UPDATE ON definition
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER definition_is_never_deleted BEFORE DELETE ON definition
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;

-- A trigger, for what an INSERT says of conflicts doesn't reach into it.
CREATE TRIGGER a_number_is_given_out_once BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM number WHERE name = replace(replace(upper(NEW.symbol), 'đ', 'D'), 'Đ', 'D')
    AND year = NEW.year AND ordinal = NEW.ordinal)
BEGIN SELECT RAISE (ABORT, 'a number is given out once'); END;

CREATE TRIGGER a_number_that_is_given_out_is_kept AFTER INSERT ON entry
BEGIN
    INSERT INTO number (name, year, ordinal, register)
    VALUES (replace(replace(upper(NEW.symbol), 'đ', 'D'), 'Đ', 'D'), NEW.year, NEW.ordinal, NEW.register);
END;

CREATE TRIGGER versions_run_on BEFORE INSERT ON definition
WHEN NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM definition)
BEGIN SELECT RAISE (ABORT, 'versions run on'); END;

CREATE TRIGGER a_closed_year_takes_no_book BEFORE INSERT ON book
WHEN EXISTS (SELECT 1 FROM event WHERE register = NEW.register AND year = NEW.year AND what = 'closed')
BEGIN SELECT RAISE (ABORT, 'the year is closed'); END;

CREATE TRIGGER a_closed_year_takes_no_entry BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM event WHERE register = NEW.register AND year = NEW.year AND what = 'closed')
BEGIN SELECT RAISE (ABORT, 'the year is closed'); END;

-- What the law lets be noted later: a cancelling decision, an amendment that has a number of its own.
CREATE TRIGGER a_closed_year_takes_notes_alone BEFORE INSERT ON event
WHEN NEW.what NOT IN ('cancelled', 'linked')
    AND EXISTS (SELECT 1 FROM event WHERE register = NEW.register AND year = NEW.year AND what = 'closed')
BEGIN SELECT RAISE (ABORT, 'the year is closed'); END;

CREATE TRIGGER a_year_closes_when_nothing_is_pending BEFORE INSERT ON event
WHEN NEW.what = 'closed' AND EXISTS (
    SELECT 1 FROM entry WHERE entry.register = NEW.register AND entry.year = NEW.year AND NOT EXISTS (
        SELECT 1 FROM event WHERE event.register = entry.register AND event.year = entry.year
            AND event.ordinal = entry.ordinal AND event.what IN ('issued', 'void')))
BEGIN SELECT RAISE (ABORT, 'entries are pending'); END;

CREATE TRIGGER events_follow_their_entry BEFORE INSERT ON event
WHEN NEW.ordinal IS NOT NULL AND (
    EXISTS (SELECT 1 FROM event WHERE register = NEW.register AND year = NEW.year AND ordinal = NEW.ordinal
        AND what = 'void')
    OR (NEW.what IN ('rendered', 'void') AND EXISTS (SELECT 1 FROM event WHERE register = NEW.register
        AND year = NEW.year AND ordinal = NEW.ordinal AND what = 'issued'))
    OR (NEW.what IN ('cancelled', 'linked') AND NOT EXISTS (SELECT 1 FROM event WHERE register = NEW.register
        AND year = NEW.year AND ordinal = NEW.ordinal AND what = 'issued')))
BEGIN SELECT RAISE (ABORT, 'the entry is past that'); END;

CREATE TRIGGER events_run_on BEFORE INSERT ON event
WHEN NEW.id <> 1 + (SELECT coalesce(max(id), 0) FROM event)
BEGIN SELECT RAISE (ABORT, 'events run on'); END;
