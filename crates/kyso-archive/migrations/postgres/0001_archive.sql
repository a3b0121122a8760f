-- What is kept, and how it came to be kept: the tables of the other database's first step, in PostgreSQL. Every row belongs to an
-- agency, and a connection sees the rows of its own (`kyso.agency`) alone. Times are microseconds since 1970-01-01 UTC; digests and
-- names are lower-case hex.
--
-- Run by the schema's owner. The roles `kyso_app` (the service) and `kyso_audit` (who reads alone) are there already: docs/stores.md.

-- Refuses the statement that it's a trigger of, whoever gives it, and whether any row is met.
CREATE FUNCTION kyso_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege'; END $$;

-- Shows each connection the rows of its own agency, and lets the auditor read them.
CREATE FUNCTION kyso_own(named regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', named);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', named);
    EXECUTE format('CREATE POLICY own ON %s USING (agency = current_setting(''kyso.agency'', true))', named);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', named);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO kyso_app', named);
    EXECUTE format('GRANT SELECT ON %s TO kyso_audit', named);
END $$;

-- A table whose rows are written once. The triggers stop the owner's slips too, and ON CONFLICT DO UPDATE and MERGE.
CREATE FUNCTION kyso_once(named regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kyso_own(named);
    EXECUTE format('CREATE TRIGGER once BEFORE UPDATE OR DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION kyso_refuse(''written once'')', named);
END $$;

-- A table in which these columns go forward, and no row is deleted.
CREATE FUNCTION kyso_forward(named regclass, columns text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kyso_own(named);
    EXECUTE format('CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION kyso_refuse(''never deleted'')', named);
    EXECUTE format('GRANT UPDATE (%s) ON %s TO kyso_app', columns, named);
END $$;

-- A table whose rows come and go.
CREATE FUNCTION kyso_queue(named regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kyso_own(named);
    EXECUTE format('GRANT DELETE ON %s TO kyso_app', named);
END $$;

REVOKE EXECUTE ON FUNCTION kyso_own(regclass), kyso_once(regclass), kyso_forward(regclass, text), kyso_queue(regclass) FROM PUBLIC;
GRANT SELECT ON _sqlx_migrations TO kyso_app, kyso_audit;

-- The archive of an agency.
CREATE TABLE archive (
    agency  TEXT    NOT NULL PRIMARY KEY,
    id      TEXT    NOT NULL,                                       -- UUIDv7, also in the store
    origin  TEXT    NOT NULL,                                       -- of the log
    log_key TEXT    NOT NULL,                                       -- public, as C2SP signed-note writes it
    naming  TEXT    NOT NULL,                                       -- what shows whether a naming key is this archive's
    format  BIGINT  NOT NULL,
    created BIGINT  NOT NULL
);

-- Who a caller is, whatever its token is called and however often its secret was changed.
CREATE TABLE principal (
    agency TEXT    NOT NULL,
    secret TEXT    NOT NULL,                                        -- SHA-256 of the token's secret
    name   TEXT    NOT NULL,                                        -- of the token, then
    id     TEXT    NOT NULL,
    since  BIGINT  NOT NULL,
    event  TEXT    NOT NULL,
    PRIMARY KEY (agency, secret)
);

-- A request, from when it's claimed.
CREATE TABLE request (
    agency     TEXT    NOT NULL,
    name       TEXT    NOT NULL CHECK (length(name) = 64),          -- of what it makes, in the store
    principal  TEXT    NOT NULL,
    generation BIGINT  NOT NULL CHECK (generation >= 0),
    digest     TEXT    NOT NULL CHECK (length(digest) = 64),        -- SHA-256 over everything that the answer depends on
    about      TEXT    NOT NULL CHECK (CAST(about AS json) IS NOT NULL),  -- what is told of the file, for whoever finishes the request
    state      TEXT    NOT NULL CHECK (state IN ('claimed', 'refused', 'done')),
    lease      BIGINT  NOT NULL,                                    -- until when whoever claimed it may be at work
    node       TEXT,                                                -- the process that claimed it
    claimed    BIGINT  NOT NULL,
    artifact   TEXT,
    answer     TEXT CHECK (answer IS NULL OR CAST(answer AS json) IS NOT NULL),  -- what else was answered
    PRIMARY KEY (agency, name),
    CHECK ((state = 'done') = (artifact IS NOT NULL))
);

CREATE INDEX request_open ON request (agency, claimed) WHERE state = 'claimed';

-- A line of versions of one document.
CREATE TABLE artifact (
    agency  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    request TEXT    NOT NULL,
    created BIGINT  NOT NULL,
    PRIMARY KEY (agency, id),
    UNIQUE (agency, request)
);

-- A version: the parts 0 to `ordinal`, put end to end.
CREATE TABLE version (
    agency        TEXT    NOT NULL,
    artifact      TEXT    NOT NULL,
    ordinal       BIGINT  NOT NULL CHECK (ordinal >= 0),
    object        TEXT    NOT NULL,                                 -- its part's name in the store
    start         BIGINT  NOT NULL CHECK (start >= 0),              -- of the part in the file, in bytes
    length        BIGINT  NOT NULL CHECK (length > 0),              -- of the part
    sha256        TEXT    NOT NULL CHECK (length(sha256) = 64),     -- of the whole file
    bytes         BIGINT  NOT NULL CHECK (bytes > 0),               -- of the whole file
    level         TEXT,
    created       BIGINT  NOT NULL,
    store_version TEXT,                                             -- what the store calls the object's version
    event         TEXT    NOT NULL,
    PRIMARY KEY (agency, artifact, ordinal),
    UNIQUE (agency, object)
);

CREATE INDEX version_sha256 ON version (agency, sha256);
CREATE INDEX version_created ON version (agency, created);

-- The verification report of the moment in which a version was kept.
CREATE TABLE report (
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    ordinal  BIGINT  NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (agency, artifact, ordinal)
);

-- What is said of an artifact (Nghị định 30/2020/NĐ-CP, Phụ lục VI); a correction is a revision.
CREATE TABLE metadata (
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    revision BIGINT  NOT NULL CHECK (revision >= 0),
    body     TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    PRIMARY KEY (agency, artifact, revision)
);

-- How artifacts belong together: replaces, corrects, cancelled by a decision.
CREATE TABLE link (
    agency   TEXT NOT NULL,
    event    TEXT NOT NULL,
    artifact TEXT NOT NULL,
    kind     TEXT NOT NULL,
    other    TEXT,                                                  -- the other artifact's id
    PRIMARY KEY (agency, event)
);

CREATE INDEX link_artifact ON link (agency, artifact);
CREATE INDEX link_other ON link (agency, other) WHERE other IS NOT NULL;

-- Everything that happened to the archive.
CREATE TABLE event (
    agency     TEXT    NOT NULL,
    id         TEXT    NOT NULL,                                    -- UUIDv7
    kind       TEXT    NOT NULL,
    at         BIGINT  NOT NULL,
    node       TEXT    NOT NULL,                                    -- the process that wrote it
    artifact   TEXT,
    commitment BYTEA    NOT NULL CHECK (octet_length(commitment) = 32),
    PRIMARY KEY (agency, id),
    UNIQUE (agency, at, node)
);

CREATE INDEX event_artifact ON event (agency, artifact, at) WHERE artifact IS NOT NULL;

-- What an event says, in the very bytes that its commitment is about.
CREATE TABLE record (
    agency TEXT NOT NULL,
    event  TEXT NOT NULL,
    salt   BYTEA NOT NULL CHECK (octet_length(salt) = 32),
    body   BYTEA NOT NULL,
    PRIMARY KEY (agency, event)
);

-- The log: an event a leaf.
CREATE TABLE leaf (
    agency   TEXT    NOT NULL,
    position BIGINT  NOT NULL CHECK (position >= 0),
    event    TEXT    NOT NULL,
    hash     BYTEA    NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (agency, position),
    UNIQUE (agency, event)
);

-- Events that have no place in the log yet.
CREATE TABLE leaf_pending (
    agency TEXT    NOT NULL,
    at     BIGINT  NOT NULL,
    event  TEXT    NOT NULL,
    PRIMARY KEY (agency, at, event)
);

-- Every checkpoint that was ever signed.
CREATE TABLE checkpoint (
    agency TEXT    NOT NULL,
    size   BIGINT  NOT NULL CHECK (size >= 0),
    note   BYTEA    NOT NULL,
    at     BIGINT  NOT NULL,
    PRIMARY KEY (agency, size)
);

-- Manifests that aren't in the store yet.
CREATE TABLE outbox (
    agency TEXT NOT NULL,
    event  TEXT NOT NULL,
    PRIMARY KEY (agency, event)
);

-- Heads of the register's books, as the log has them.
CREATE TABLE register_head (
    agency   TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    events   BIGINT  NOT NULL,                                      -- how many events of the register it's about
    head     TEXT    NOT NULL,
    PRIMARY KEY (agency, event)
);

CREATE INDEX register_head_events ON register_head (agency, events);

-- Who read what.
CREATE TABLE access (
    agency    TEXT    NOT NULL,
    at        BIGINT  NOT NULL,
    node      TEXT    NOT NULL,
    principal TEXT    NOT NULL,
    artifact  TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    PRIMARY KEY (agency, at, node)
);

-- Results that wait for their signatures. They're removed once nobody waits for them: they hold what a citizen handed in.
CREATE TABLE draft (
    agency  TEXT    NOT NULL,
    id      TEXT    NOT NULL,                                       -- UUIDv7
    request TEXT    NOT NULL,                                       -- the request's name
    digest  TEXT    NOT NULL CHECK (length(digest) = 64),           -- of the request
    sha256  TEXT    NOT NULL CHECK (length(sha256) = 64),
    bytes   BIGINT  NOT NULL CHECK (bytes > 0),
    actor   TEXT    NOT NULL,                                       -- on whose word it was kept
    answer  TEXT    NOT NULL CHECK (CAST(answer AS json) IS NOT NULL),
    created BIGINT  NOT NULL,
    seal    TEXT    NOT NULL CHECK (length(seal) = 64),             -- SHA-256 over all of it: a changed row isn't handed out
    PRIMARY KEY (agency, id),
    UNIQUE (agency, request)
);

CREATE INDEX draft_sha256 ON draft (agency, sha256);
CREATE INDEX draft_created ON draft (agency, created);

-- What is to be done, by whichever process comes first.
CREATE TABLE job (
    agency  TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    state   TEXT    NOT NULL CHECK (state IN ('waiting', 'stuck')),
    due     BIGINT  NOT NULL,
    lease   BIGINT  NOT NULL,
    tries   BIGINT  NOT NULL,
    error   TEXT,
    done    BIGINT ,                                                -- when it was last done
    PRIMARY KEY (agency, kind, subject)
);

-- When an object was last seen whole in a store.
CREATE TABLE copy (
    agency TEXT    NOT NULL,
    object TEXT    NOT NULL,
    store  TEXT    NOT NULL CHECK (store IN ('first', 'second')),
    seen   BIGINT  NOT NULL,
    state  TEXT    NOT NULL CHECK (state IN ('whole', 'damaged', 'missing')),
    PRIMARY KEY (agency, object, store)
);

CREATE INDEX copy_seen ON copy (agency, store, seen);

-- What artifacts are found by; made again from the metadata. The words are folded and stand between single spaces.
CREATE TABLE finding (
    place    BIGINT  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    dossier  TEXT,
    symbol   TEXT,                                                  -- of the number
    year     BIGINT,
    ordinal  BIGINT,
    book     TEXT,
    date     TEXT,                                                  -- ISO 8601
    kind     TEXT,
    words    TEXT    NOT NULL,
    UNIQUE (agency, artifact)
);

CREATE INDEX finding_dossier ON finding (agency, dossier) WHERE dossier IS NOT NULL;
CREATE INDEX finding_number ON finding (agency, year, ordinal, symbol);
CREATE INDEX finding_date ON finding (agency, date, kind);
-- No parser of the server's: its words depend on the locale.
CREATE INDEX finding_words ON finding USING gin (array_to_tsvector(string_to_array(words, ' ')));

-- The rows of the connection's agency that have these words. Below a policy, the index of words wouldn't be used, for its operator
-- could tell of rows that aren't shown; so this function is the owner's, and holds to the agency by itself.
CREATE FUNCTION kyso_found(sought text) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT place FROM public.finding
    WHERE agency = current_setting('kyso.agency', true)
      AND array_to_tsvector(string_to_array(words, ' ')) @@ CAST(sought AS tsquery)
$$;
REVOKE EXECUTE ON FUNCTION kyso_found(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kyso_found(text) TO kyso_app, kyso_audit;

CREATE FUNCTION kyso_request_goes_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN RAISE EXCEPTION 'a request goes forward only' USING ERRCODE = 'insufficient_privilege'; END $$;

CREATE TRIGGER forward BEFORE UPDATE ON request FOR EACH ROW
WHEN (OLD.state = 'done' OR OLD.agency <> NEW.agency OR OLD.name <> NEW.name OR OLD.principal <> NEW.principal
   OR OLD.generation <> NEW.generation OR OLD.digest <> NEW.digest)
EXECUTE FUNCTION kyso_request_goes_forward();

CREATE TRIGGER unchanged BEFORE UPDATE ON draft FOR EACH STATEMENT EXECUTE FUNCTION kyso_refuse('written once');

SELECT kyso_once('archive');
SELECT kyso_once('principal');
SELECT kyso_once('artifact');
SELECT kyso_once('version');
SELECT kyso_once('report');
SELECT kyso_once('metadata');
SELECT kyso_once('link');
SELECT kyso_once('event');
SELECT kyso_once('record');
SELECT kyso_once('leaf');
SELECT kyso_once('checkpoint');
SELECT kyso_once('register_head');
SELECT kyso_once('access');

SELECT kyso_forward('request', 'about, state, lease, node, artifact, answer');
SELECT kyso_forward('job', 'state, due, lease, tries, error, done');
SELECT kyso_forward('copy', 'seen, state');

SELECT kyso_queue('leaf_pending');
SELECT kyso_queue('outbox');
SELECT kyso_queue('draft');
SELECT kyso_queue('finding');

-- The function above reads it as the owner.
ALTER TABLE finding NO FORCE ROW LEVEL SECURITY;
