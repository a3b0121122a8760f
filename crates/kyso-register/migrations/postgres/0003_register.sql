-- The register in PostgreSQL: the tables of the other database's first three steps, in a schema of their own. Rows are only ever
-- added; what an entry is now follows from its events.
--
-- Every row belongs to an agency, and a connection sees and adds those of its own (`kyso.agency`) alone: statements needn't name
-- it. Texts are compared byte by byte (COLLATE "C"), as the other database does, whatever the server's locale is.
--
-- Run by the schema's owner. The roles `kyso_app` (the service) and `kyso_audit` (who reads alone) are there already: docs/stores.md.

REVOKE ALL ON SCHEMA register FROM PUBLIC;
GRANT USAGE ON SCHEMA register TO kyso_app, kyso_audit;
GRANT SELECT ON register._sqlx_migrations TO kyso_app, kyso_audit;

-- Refuses the statement that it's a trigger of, whoever gives it, and whether any row is met.
CREATE FUNCTION register.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, register, pg_temp AS $$
BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege'; END $$;

-- A table of an agency's rows, each written once.
CREATE FUNCTION register.once(named regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY own ON %s USING (agency = current_setting(''kyso.agency'', true))', named);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', named);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO kyso_app', named);
    EXECUTE format('GRANT SELECT ON %s TO kyso_audit', named);
    EXECUTE format('CREATE TRIGGER once BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION register.refuse(''the register is written once'')', named);
END $$;
REVOKE EXECUTE ON FUNCTION register.once(regclass) FROM PUBLIC;

-- A symbol as people read it: in capitals, with a plain D for Đ.
CREATE FUNCTION register.as_read(symbol text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(replace(upper(symbol COLLATE "C"), 'đ', 'D'), 'Đ', 'D')
$$;

-- An agency's register, from when it was made, or copied whole: a name that was mistyped must not begin at 01 again.
CREATE TABLE register.begun (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true) PRIMARY KEY,
    at       BIGINT NOT NULL                                        -- microseconds since 1970-01-01 UTC
);

CREATE TABLE register.book (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true),
    register TEXT COLLATE "C" NOT NULL,
    year     BIGINT NOT NULL CHECK (year BETWEEN 1000 AND 9999),
    book     BIGINT NOT NULL CHECK (book >= 1),
    first    BIGINT NOT NULL CHECK (first >= 1),                    -- the ordinal that it begins with
    PRIMARY KEY (agency, register, year, book)
);

CREATE TABLE register.entry (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true),
    register TEXT COLLATE "C" NOT NULL,                             -- the line of numbers; its symbol may change, the line runs on
    year     BIGINT NOT NULL,
    ordinal  BIGINT NOT NULL CHECK (ordinal BETWEEN 1 AND 4294967295),
    book     BIGINT NOT NULL,
    symbol   TEXT COLLATE "C" NOT NULL,                             -- as it's written in the number
    date     TEXT COLLATE "C" NOT NULL CHECK (date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
    request  TEXT COLLATE "C" NOT NULL,                             -- the caller's key: asked again, the same number
    digest   TEXT COLLATE "C" NOT NULL CHECK (length(digest) = 64), -- SHA-256 over register and content
    content  TEXT COLLATE "C" NOT NULL CHECK (CAST(content AS json) IS NOT NULL),
    PRIMARY KEY (agency, register, year, ordinal),
    UNIQUE (agency, request),
    FOREIGN KEY (agency, register, year, book) REFERENCES register.book (agency, register, year, book),
    CHECK (CAST(substr(date, 1, 4) AS BIGINT) = year)
);

CREATE TABLE register.event (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true),
    id       BIGINT NOT NULL,                                       -- 1, 2, 3, …
    register TEXT COLLATE "C" NOT NULL,                             -- empty: about all of them
    year     BIGINT NOT NULL,
    ordinal  BIGINT,                                                -- null: about the register's year as a whole
    what     TEXT COLLATE "C" NOT NULL CHECK (what IN ('allotted', 'rendered', 'issued', 'void', 'cancelled', 'linked', 'book', 'closed',
        'defined', 'confirmed')),
    at       TEXT COLLATE "C" NOT NULL,                             -- RFC 3339, UTC
    actor    TEXT COLLATE "C" NOT NULL,
    detail   TEXT COLLATE "C" NOT NULL CHECK (CAST(detail AS json) IS NOT NULL),
    chain    TEXT COLLATE "C" NOT NULL CHECK (length(chain) = 64),  -- SHA-256 over the chain before and this event
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, register, year, ordinal) REFERENCES register.entry (agency, register, year, ordinal),
    CHECK ((ordinal IS NULL) = (what IN ('book', 'closed', 'defined', 'confirmed')))
);

-- Every number that was ever given out, by its symbol as people read it.
CREATE TABLE register.number (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true),
    name     TEXT COLLATE "C" NOT NULL,
    year     BIGINT NOT NULL,
    ordinal  BIGINT NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (agency, name, year, ordinal)
);

-- Numbers that an early version gave out a second time, in a register that was copied from the other database.
CREATE TABLE register.number_twice (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true),
    register TEXT COLLATE "C" NOT NULL,
    year     BIGINT NOT NULL,
    ordinal  BIGINT NOT NULL,
    PRIMARY KEY (agency, register, year, ordinal)
);

-- The definitions under which numbers were given out, as JSON.
CREATE TABLE register.definition (
    agency   TEXT COLLATE "C" NOT NULL DEFAULT current_setting('kyso.agency', true),
    version  BIGINT NOT NULL,                                       -- 1, 2, 3, …
    sha256   TEXT COLLATE "C" NOT NULL CHECK (length(sha256) = 64),
    content  TEXT COLLATE "C" NOT NULL CHECK (CAST(content AS json) IS NOT NULL),
    PRIMARY KEY (agency, version)
);

CREATE UNIQUE INDEX event_once ON register.event (agency, register, year, ordinal, what)
    WHERE what IN ('allotted', 'issued', 'void', 'cancelled');
CREATE UNIQUE INDEX closed_once ON register.event (agency, register, year) WHERE what = 'closed';
CREATE INDEX entry_of_date ON register.entry (agency, register, year, date);
-- Which number a finished file bears.
CREATE INDEX event_of_file ON register.event (agency, (CAST(detail AS json) ->> 'sha256')) WHERE what = 'issued';
CREATE INDEX event_of_entry ON register.event (agency, register, year, ordinal);
-- The latest time since somebody answered for the clock: every event is held against it.
CREATE INDEX event_of_time ON register.event (agency, at);
CREATE INDEX event_of_confirmation ON register.event (agency, id) WHERE what = 'confirmed';

-- What goes for every row that is added, whoever adds it. One writes at a time (an advisory lock of the agency's), so that what is
-- looked up here is what there is; where somebody doesn't take the lock, the keys above refuse the second.

CREATE FUNCTION register.book_runs_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, register, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM register.event WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year
        AND what = 'closed') THEN
        RAISE EXCEPTION 'the year is closed';
    END IF;
    IF NEW.book <> 1 + (SELECT count(*) FROM register.book WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year)
        OR NEW.first <> 1 + (SELECT coalesce(max(ordinal), 0) FROM register.entry
            WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year) THEN
        RAISE EXCEPTION 'books run on';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION register.entry_runs_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, register, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM register.event WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year
        AND what = 'closed') THEN
        RAISE EXCEPTION 'the year is closed';
    END IF;
    IF NEW.ordinal <> 1 + (SELECT coalesce(max(ordinal), 0) FROM register.entry
            WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year)
        OR NEW.book <> (SELECT max(book) FROM register.book
            WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year) THEN
        RAISE EXCEPTION 'ordinals run on';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM register.number_twice WHERE agency = NEW.agency AND register = NEW.register
        AND year = NEW.year AND ordinal = NEW.ordinal) THEN
        IF EXISTS (SELECT 1 FROM register.number WHERE agency = NEW.agency AND name = register.as_read(NEW.symbol)
            AND year = NEW.year AND ordinal = NEW.ordinal) THEN
            RAISE EXCEPTION 'a number is given out once';
        END IF;
        INSERT INTO register.number (agency, name, year, ordinal, register)
        VALUES (NEW.agency, register.as_read(NEW.symbol), NEW.year, NEW.ordinal, NEW.register);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION register.event_runs_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, register, pg_temp AS $$
BEGIN
    IF NEW.id <> 1 + (SELECT coalesce(max(id), 0) FROM register.event WHERE agency = NEW.agency) THEN
        RAISE EXCEPTION 'events run on';
    END IF;
    -- What the law lets be noted later: a cancelling decision, an amendment that has a number of its own.
    IF NEW.what NOT IN ('cancelled', 'linked') AND EXISTS (SELECT 1 FROM register.event
        WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year AND what = 'closed') THEN
        RAISE EXCEPTION 'the year is closed';
    END IF;
    IF NEW.what = 'closed' AND EXISTS (SELECT 1 FROM register.entry AS open
        WHERE open.agency = NEW.agency AND open.register = NEW.register AND open.year = NEW.year
        AND NOT EXISTS (SELECT 1 FROM register.event AS done WHERE done.agency = open.agency AND done.register = open.register
            AND done.year = open.year AND done.ordinal = open.ordinal AND done.what IN ('issued', 'void'))) THEN
        RAISE EXCEPTION 'entries are pending';
    END IF;
    IF NEW.ordinal IS NOT NULL AND (
        EXISTS (SELECT 1 FROM register.event WHERE agency = NEW.agency AND register = NEW.register AND year = NEW.year
            AND ordinal = NEW.ordinal AND what = 'void')
        OR (NEW.what IN ('rendered', 'void') AND EXISTS (SELECT 1 FROM register.event WHERE agency = NEW.agency
            AND register = NEW.register AND year = NEW.year AND ordinal = NEW.ordinal AND what = 'issued'))
        OR (NEW.what IN ('cancelled', 'linked') AND NOT EXISTS (SELECT 1 FROM register.event WHERE agency = NEW.agency
            AND register = NEW.register AND year = NEW.year AND ordinal = NEW.ordinal AND what = 'issued'))) THEN
        RAISE EXCEPTION 'the entry is past that';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION register.definition_runs_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, register, pg_temp AS $$
BEGIN
    IF NEW.version <> 1 + (SELECT coalesce(max(version), 0) FROM register.definition WHERE agency = NEW.agency) THEN
        RAISE EXCEPTION 'versions run on';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION register.never_twice() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, register, pg_temp AS $$
BEGIN
    -- While a register is copied, it brings along what it has.
    IF EXISTS (SELECT 1 FROM register.begun WHERE agency = NEW.agency) THEN
        RAISE EXCEPTION 'a number is given out once';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER runs_on BEFORE INSERT ON register.book FOR EACH ROW EXECUTE FUNCTION register.book_runs_on();
CREATE TRIGGER runs_on BEFORE INSERT ON register.entry FOR EACH ROW EXECUTE FUNCTION register.entry_runs_on();
CREATE TRIGGER runs_on BEFORE INSERT ON register.event FOR EACH ROW EXECUTE FUNCTION register.event_runs_on();
CREATE TRIGGER runs_on BEFORE INSERT ON register.definition FOR EACH ROW EXECUTE FUNCTION register.definition_runs_on();
CREATE TRIGGER runs_on BEFORE INSERT ON register.number_twice FOR EACH ROW EXECUTE FUNCTION register.never_twice();

SELECT register.once('register.begun');
SELECT register.once('register.book');
SELECT register.once('register.entry');
SELECT register.once('register.event');
SELECT register.once('register.number');
SELECT register.once('register.number_twice');
SELECT register.once('register.definition');
