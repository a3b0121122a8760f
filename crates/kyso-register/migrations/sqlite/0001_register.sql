-- The register (sổ chứng thực): numbers, what happened to each, books and closings. Rows are only ever added; what an
-- entry is now follows from its events.

CREATE TABLE book (
    register TEXT    NOT NULL,
    year     INTEGER NOT NULL CHECK (year BETWEEN 1000 AND 9999),
    book     INTEGER NOT NULL CHECK (book >= 1),
    first    INTEGER NOT NULL CHECK (first >= 1),        -- the ordinal that it begins with
    PRIMARY KEY (register, year, book)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    register TEXT    NOT NULL,                           -- the line of numbers; its symbol may change, the line runs on
    year     INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL CHECK (ordinal BETWEEN 1 AND 4294967295),
    book     INTEGER NOT NULL,
    symbol   TEXT    NOT NULL,                           -- as it's written in the number
    date     TEXT    NOT NULL CHECK (date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    request  TEXT    NOT NULL UNIQUE,                    -- the caller's key: asked again, the same number
    digest   TEXT    NOT NULL CHECK (length(digest) = 64), -- SHA-256 over register and content
    content  TEXT    NOT NULL CHECK (json_valid(content)),
    PRIMARY KEY (register, year, ordinal),
    FOREIGN KEY (register, year, book) REFERENCES book (register, year, book),
    CHECK (CAST(substr(date, 1, 4) AS INTEGER) = year)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id       INTEGER PRIMARY KEY,                        -- 1, 2, 3, …
    register TEXT    NOT NULL,
    year     INTEGER NOT NULL,
    ordinal  INTEGER,                                    -- null: about the register's year as a whole
    what     TEXT    NOT NULL CHECK (what IN
        ('allotted', 'rendered', 'issued', 'void', 'cancelled', 'linked', 'book', 'closed')),
    at       TEXT    NOT NULL,                           -- RFC 3339, UTC
    actor    TEXT    NOT NULL,
    detail   TEXT    NOT NULL CHECK (json_valid(detail)),
    chain    TEXT    NOT NULL CHECK (length(chain) = 64), -- SHA-256 over the chain before and this event
    FOREIGN KEY (register, year, ordinal) REFERENCES entry (register, year, ordinal),
    CHECK ((ordinal IS NULL) = (what IN ('book', 'closed')))
) STRICT;

CREATE UNIQUE INDEX event_once ON event (register, year, ordinal, what)
    WHERE what IN ('allotted', 'issued', 'void', 'cancelled');
CREATE UNIQUE INDEX closed_once ON event (register, year) WHERE what = 'closed';
CREATE INDEX entry_of_date ON entry (register, year, date);
-- Which number a finished file bears.
CREATE INDEX event_of_file ON event (json_extract(detail, '$.sha256')) WHERE what = 'issued';
CREATE INDEX event_of_entry ON event (register, year, ordinal);

CREATE TRIGGER book_is_never_changed BEFORE UPDATE ON book
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER book_is_never_deleted BEFORE DELETE ON book
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'the register is written once'); END;

CREATE TRIGGER books_run_on BEFORE INSERT ON book
WHEN NEW.book <> 1 + (SELECT count(*) FROM book WHERE register = NEW.register AND year = NEW.year)
    OR NEW.first <> 1 + (SELECT coalesce(max(ordinal), 0) FROM entry WHERE register = NEW.register AND year = NEW.year)
BEGIN SELECT RAISE (ABORT, 'books run on'); END;

CREATE TRIGGER ordinals_run_on BEFORE INSERT ON entry
WHEN NEW.ordinal <> 1 + (SELECT coalesce(max(ordinal), 0) FROM entry WHERE register = NEW.register AND year = NEW.year)
    OR NEW.book <> (SELECT max(book) FROM book WHERE register = NEW.register AND year = NEW.year)
BEGIN SELECT RAISE (ABORT, 'ordinals run on'); END;

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
