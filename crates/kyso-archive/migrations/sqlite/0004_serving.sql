-- Jobs with a holder and a count of askings; the days of the access log whose head the log has; what the health check writes.

-- Jobs are operational: whoever runs them asks for them again.
DROP TABLE job;

-- What is to be done, by whichever process comes first. A row is never deleted.
CREATE TABLE job (
    agency  TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,                                       -- empty where there's one job of the kind
    state   TEXT    NOT NULL CHECK (state IN ('waiting', 'idle', 'stuck')),
    due     INTEGER NOT NULL,
    asked   INTEGER NOT NULL,                                       -- how often it was asked for
    lease   INTEGER NOT NULL,                                       -- until when its holder may be at work; 0: nobody is
    holder  TEXT    NOT NULL,                                       -- the process that claimed it last
    tries   INTEGER NOT NULL,                                       -- since it was last done
    error   TEXT,                                                   -- of the last try
    done    INTEGER,                                                -- when it was last done
    PRIMARY KEY (agency, kind, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_due ON job (agency, kind, due) WHERE state = 'waiting';

-- Days (UTC) of the access log whose head is an event.
CREATE TABLE access_head (
    agency TEXT    NOT NULL,
    day    TEXT    NOT NULL,                                        -- ISO 8601
    until  INTEGER NOT NULL,                                        -- the first microsecond after it
    event  TEXT    NOT NULL,
    PRIMARY KEY (agency, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER access_head_is_never_changed BEFORE UPDATE ON access_head
BEGIN SELECT RAISE (ABORT, 'access_head: written once'); END;

CREATE TRIGGER access_head_is_never_deleted BEFORE DELETE ON access_head
BEGIN SELECT RAISE (ABORT, 'access_head: written once'); END;

CREATE TRIGGER access_head_is_written_once BEFORE INSERT ON access_head
WHEN EXISTS (SELECT 1 FROM access_head WHERE agency = NEW.agency AND day = NEW.day)
BEGIN SELECT RAISE (ABORT, 'access_head: written once'); END;

-- The health check writes here, to see whether that works.
CREATE TABLE probe (
    agency TEXT    NOT NULL PRIMARY KEY,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
