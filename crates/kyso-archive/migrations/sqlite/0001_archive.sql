-- What is kept, and how it came to be kept. Every row belongs to an agency. Times are microseconds since 1970-01-01 UTC;
-- digests and names are lower-case hex.
--
-- Three kinds of tables: rows of `once` tables are written once; `request` goes forward only; queues, `draft`, `job`, `copy` and
-- `finding` are operational or can be made again.

-- The archive of an agency.
CREATE TABLE archive (
    agency  TEXT    NOT NULL PRIMARY KEY,
    id      TEXT    NOT NULL,                                       -- UUIDv7, also in the store
    origin  TEXT    NOT NULL,                                       -- of the log
    log_key TEXT    NOT NULL,                                       -- public, as C2SP signed-note writes it
    naming  TEXT    NOT NULL,                                       -- what shows whether a naming key is this archive's
    format  INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who a caller is, whatever its token is called and however often its secret was changed.
CREATE TABLE principal (
    agency TEXT    NOT NULL,
    secret TEXT    NOT NULL,                                        -- SHA-256 of the token's secret
    name   TEXT    NOT NULL,                                        -- of the token, then
    id     TEXT    NOT NULL,
    since  INTEGER NOT NULL,
    event  TEXT    NOT NULL,
    PRIMARY KEY (agency, secret)
) STRICT, WITHOUT ROWID;

-- A request, from when it's claimed.
CREATE TABLE request (
    agency     TEXT    NOT NULL,
    name       TEXT    NOT NULL CHECK (length(name) = 64),          -- of what it makes, in the store
    principal  TEXT    NOT NULL,
    generation INTEGER NOT NULL CHECK (generation >= 0),
    digest     TEXT    NOT NULL CHECK (length(digest) = 64),        -- SHA-256 over everything that the answer depends on
    about      TEXT    NOT NULL CHECK (json_valid(about)),          -- what is told of the file, for whoever finishes the request
    state      TEXT    NOT NULL CHECK (state IN ('claimed', 'refused', 'done')),
    lease      INTEGER NOT NULL,                                    -- until when whoever claimed it may be at work
    node       TEXT,                                                -- the process that claimed it
    claimed    INTEGER NOT NULL,
    artifact   TEXT,
    answer     TEXT CHECK (json_valid(answer)),                     -- what else was answered
    PRIMARY KEY (agency, name),
    CHECK ((state = 'done') = (artifact IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX request_open ON request (agency, claimed) WHERE state = 'claimed';

CREATE TRIGGER request_goes_forward BEFORE UPDATE ON request
WHEN OLD.state = 'done' OR OLD.agency <> NEW.agency OR OLD.name <> NEW.name OR OLD.principal <> NEW.principal
  OR OLD.generation <> NEW.generation OR OLD.digest <> NEW.digest
BEGIN SELECT RAISE (ABORT, 'a request goes forward only'); END;

CREATE TRIGGER request_is_never_deleted BEFORE DELETE ON request
BEGIN SELECT RAISE (ABORT, 'a request is never deleted'); END;

CREATE TRIGGER request_is_claimed_once BEFORE INSERT ON request
WHEN EXISTS (SELECT 1 FROM request WHERE agency = NEW.agency AND name = NEW.name)
BEGIN SELECT RAISE (ABORT, 'a request is claimed once'); END;

-- A line of versions of one document.
CREATE TABLE artifact (
    agency  TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    request TEXT    NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (agency, id),
    UNIQUE (agency, request)
) STRICT, WITHOUT ROWID;

-- A version: the parts 0 to `ordinal`, put end to end.
CREATE TABLE version (
    agency        TEXT    NOT NULL,
    artifact      TEXT    NOT NULL,
    ordinal       INTEGER NOT NULL CHECK (ordinal >= 0),
    object        TEXT    NOT NULL,                                 -- its part's name in the store
    start         INTEGER NOT NULL CHECK (start >= 0),              -- of the part in the file, in bytes
    length        INTEGER NOT NULL CHECK (length > 0),              -- of the part
    sha256        TEXT    NOT NULL CHECK (length(sha256) = 64),     -- of the whole file
    bytes         INTEGER NOT NULL CHECK (bytes > 0),               -- of the whole file
    level         TEXT,
    created       INTEGER NOT NULL,
    store_version TEXT,                                             -- what the store calls the object's version
    event         TEXT    NOT NULL,
    PRIMARY KEY (agency, artifact, ordinal),
    UNIQUE (agency, object)
) STRICT, WITHOUT ROWID;

CREATE INDEX version_sha256 ON version (agency, sha256);
CREATE INDEX version_created ON version (agency, created);

-- The verification report of the moment in which a version was kept.
CREATE TABLE report (
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    ordinal  INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (agency, artifact, ordinal)
) STRICT;

-- What is said of an artifact (Nghị định 30/2020/NĐ-CP, Phụ lục VI); a correction is a revision.
CREATE TABLE metadata (
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    body     TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    PRIMARY KEY (agency, artifact, revision)
) STRICT;

-- How artifacts belong together: replaces, corrects, cancelled by a decision.
CREATE TABLE link (
    agency   TEXT NOT NULL,
    event    TEXT NOT NULL,
    artifact TEXT NOT NULL,
    kind     TEXT NOT NULL,
    other    TEXT,                                                  -- the other artifact's id
    PRIMARY KEY (agency, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX link_artifact ON link (agency, artifact);
CREATE INDEX link_other ON link (agency, other) WHERE other IS NOT NULL;

-- Everything that happened to the archive.
CREATE TABLE event (
    agency     TEXT    NOT NULL,
    id         TEXT    NOT NULL,                                    -- UUIDv7
    kind       TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    node       TEXT    NOT NULL,                                    -- the process that wrote it
    artifact   TEXT,
    commitment BLOB    NOT NULL CHECK (length(commitment) = 32),
    PRIMARY KEY (agency, id),
    UNIQUE (agency, at, node)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_artifact ON event (agency, artifact, at) WHERE artifact IS NOT NULL;

-- What an event says, in the very bytes that its commitment is about.
CREATE TABLE record (
    agency TEXT NOT NULL,
    event  TEXT NOT NULL,
    salt   BLOB NOT NULL CHECK (length(salt) = 32),
    body   BLOB NOT NULL,
    PRIMARY KEY (agency, event)
) STRICT;

-- The log: an event a leaf.
CREATE TABLE leaf (
    agency   TEXT    NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    event    TEXT    NOT NULL,
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (agency, position),
    UNIQUE (agency, event)
) STRICT, WITHOUT ROWID;

-- Events that have no place in the log yet.
CREATE TABLE leaf_pending (
    agency TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    event  TEXT    NOT NULL,
    PRIMARY KEY (agency, at, event)
) STRICT, WITHOUT ROWID;

-- Every checkpoint that was ever signed.
CREATE TABLE checkpoint (
    agency TEXT    NOT NULL,
    size   INTEGER NOT NULL CHECK (size >= 0),
    note   BLOB    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (agency, size)
) STRICT, WITHOUT ROWID;

-- Manifests that aren't in the store yet.
CREATE TABLE outbox (
    agency TEXT NOT NULL,
    event  TEXT NOT NULL,
    PRIMARY KEY (agency, event)
) STRICT, WITHOUT ROWID;

-- Heads of the register's books, as the log has them.
CREATE TABLE register_head (
    agency   TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    events   INTEGER NOT NULL,                                      -- how many events of the register it's about
    head     TEXT    NOT NULL,
    PRIMARY KEY (agency, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX register_head_events ON register_head (agency, events);

-- Who read what.
CREATE TABLE access (
    agency    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    node      TEXT    NOT NULL,
    principal TEXT    NOT NULL,
    artifact  TEXT    NOT NULL,
    what      TEXT    NOT NULL,
    PRIMARY KEY (agency, at, node)
) STRICT, WITHOUT ROWID;

-- Results that wait for their signatures. They're removed once nobody waits for them: they hold what a citizen handed in.
CREATE TABLE draft (
    agency  TEXT    NOT NULL,
    id      TEXT    NOT NULL,                                       -- UUIDv7
    request TEXT    NOT NULL,                                       -- the request's name
    digest  TEXT    NOT NULL CHECK (length(digest) = 64),           -- of the request
    sha256  TEXT    NOT NULL CHECK (length(sha256) = 64),
    bytes   INTEGER NOT NULL CHECK (bytes > 0),
    actor   TEXT    NOT NULL,                                       -- on whose word it was kept
    answer  TEXT    NOT NULL CHECK (json_valid(answer)),
    created INTEGER NOT NULL,
    seal    TEXT    NOT NULL CHECK (length(seal) = 64),             -- SHA-256 over all of it: a changed row isn't handed out
    PRIMARY KEY (agency, id),
    UNIQUE (agency, request)
) STRICT;

CREATE INDEX draft_sha256 ON draft (agency, sha256);
CREATE INDEX draft_created ON draft (agency, created);

CREATE TRIGGER draft_is_never_changed BEFORE UPDATE ON draft
BEGIN SELECT RAISE (ABORT, 'a draft is written once'); END;

CREATE TRIGGER draft_is_written_once BEFORE INSERT ON draft
WHEN EXISTS (SELECT 1 FROM draft WHERE agency = NEW.agency AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM draft WHERE agency = NEW.agency AND request = NEW.request)
BEGIN SELECT RAISE (ABORT, 'a draft is written once'); END;

-- What is to be done, by whichever process comes first.
CREATE TABLE job (
    agency  TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    state   TEXT    NOT NULL CHECK (state IN ('waiting', 'stuck')),
    due     INTEGER NOT NULL,
    lease   INTEGER NOT NULL,
    tries   INTEGER NOT NULL,
    error   TEXT,
    done    INTEGER,                                                -- when it was last done
    PRIMARY KEY (agency, kind, subject)
) STRICT, WITHOUT ROWID;

-- When an object was last seen whole in a store.
CREATE TABLE copy (
    agency TEXT    NOT NULL,
    object TEXT    NOT NULL,
    store  TEXT    NOT NULL CHECK (store IN ('first', 'second')),
    seen   INTEGER NOT NULL,
    state  TEXT    NOT NULL CHECK (state IN ('whole', 'damaged', 'missing')),
    PRIMARY KEY (agency, object, store)
) STRICT, WITHOUT ROWID;

CREATE INDEX copy_seen ON copy (agency, store, seen);

-- What artifacts are found by; made again from the metadata.
CREATE TABLE finding (
    row      INTEGER PRIMARY KEY,
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    dossier  TEXT,
    symbol   TEXT,                                                  -- of the number
    year     INTEGER,
    ordinal  INTEGER,
    book     TEXT,
    date     TEXT,                                                  -- ISO 8601
    kind     TEXT,
    UNIQUE (agency, artifact)
) STRICT;

CREATE INDEX finding_dossier ON finding (agency, dossier) WHERE dossier IS NOT NULL;
CREATE INDEX finding_number ON finding (agency, year, ordinal, symbol);
CREATE INDEX finding_date ON finding (agency, date, kind);

-- The words of an artifact without their marks: names, subject, signers.
CREATE VIRTUAL TABLE finding_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61');

-- Rows that are written once. Without the third trigger, REPLACE would pass the other two.

CREATE TRIGGER archive_is_never_changed BEFORE UPDATE ON archive
BEGIN SELECT RAISE (ABORT, 'archive: written once'); END;

CREATE TRIGGER archive_is_never_deleted BEFORE DELETE ON archive
BEGIN SELECT RAISE (ABORT, 'archive: written once'); END;

CREATE TRIGGER archive_is_written_once BEFORE INSERT ON archive
WHEN EXISTS (SELECT 1 FROM archive WHERE agency = NEW.agency)
BEGIN SELECT RAISE (ABORT, 'archive: written once'); END;

CREATE TRIGGER principal_is_never_changed BEFORE UPDATE ON principal
BEGIN SELECT RAISE (ABORT, 'principal: written once'); END;

CREATE TRIGGER principal_is_never_deleted BEFORE DELETE ON principal
BEGIN SELECT RAISE (ABORT, 'principal: written once'); END;

CREATE TRIGGER principal_is_written_once BEFORE INSERT ON principal
WHEN EXISTS (SELECT 1 FROM principal WHERE agency = NEW.agency AND secret = NEW.secret)
BEGIN SELECT RAISE (ABORT, 'principal: written once'); END;

CREATE TRIGGER artifact_is_never_changed BEFORE UPDATE ON artifact
BEGIN SELECT RAISE (ABORT, 'artifact: written once'); END;

CREATE TRIGGER artifact_is_never_deleted BEFORE DELETE ON artifact
BEGIN SELECT RAISE (ABORT, 'artifact: written once'); END;

CREATE TRIGGER artifact_is_written_once BEFORE INSERT ON artifact
WHEN EXISTS (SELECT 1 FROM artifact WHERE agency = NEW.agency AND id = NEW.id)
   OR EXISTS (SELECT 1 FROM artifact WHERE agency = NEW.agency AND request = NEW.request)
BEGIN SELECT RAISE (ABORT, 'artifact: written once'); END;

CREATE TRIGGER version_is_never_changed BEFORE UPDATE ON version
BEGIN SELECT RAISE (ABORT, 'version: written once'); END;

CREATE TRIGGER version_is_never_deleted BEFORE DELETE ON version
BEGIN SELECT RAISE (ABORT, 'version: written once'); END;

CREATE TRIGGER version_is_written_once BEFORE INSERT ON version
WHEN EXISTS (SELECT 1 FROM version WHERE agency = NEW.agency AND artifact = NEW.artifact AND ordinal = NEW.ordinal)
   OR EXISTS (SELECT 1 FROM version WHERE agency = NEW.agency AND object = NEW.object)
BEGIN SELECT RAISE (ABORT, 'version: written once'); END;

CREATE TRIGGER report_is_never_changed BEFORE UPDATE ON report
BEGIN SELECT RAISE (ABORT, 'report: written once'); END;

CREATE TRIGGER report_is_never_deleted BEFORE DELETE ON report
BEGIN SELECT RAISE (ABORT, 'report: written once'); END;

CREATE TRIGGER report_is_written_once BEFORE INSERT ON report
WHEN EXISTS (SELECT 1 FROM report WHERE agency = NEW.agency AND artifact = NEW.artifact AND ordinal = NEW.ordinal)
BEGIN SELECT RAISE (ABORT, 'report: written once'); END;

CREATE TRIGGER metadata_is_never_changed BEFORE UPDATE ON metadata
BEGIN SELECT RAISE (ABORT, 'metadata: written once'); END;

CREATE TRIGGER metadata_is_never_deleted BEFORE DELETE ON metadata
BEGIN SELECT RAISE (ABORT, 'metadata: written once'); END;

CREATE TRIGGER metadata_is_written_once BEFORE INSERT ON metadata
WHEN EXISTS (SELECT 1 FROM metadata WHERE agency = NEW.agency AND artifact = NEW.artifact AND revision = NEW.revision)
BEGIN SELECT RAISE (ABORT, 'metadata: written once'); END;

CREATE TRIGGER link_is_never_changed BEFORE UPDATE ON link
BEGIN SELECT RAISE (ABORT, 'link: written once'); END;

CREATE TRIGGER link_is_never_deleted BEFORE DELETE ON link
BEGIN SELECT RAISE (ABORT, 'link: written once'); END;

CREATE TRIGGER link_is_written_once BEFORE INSERT ON link
WHEN EXISTS (SELECT 1 FROM link WHERE agency = NEW.agency AND event = NEW.event)
BEGIN SELECT RAISE (ABORT, 'link: written once'); END;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'event: written once'); END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'event: written once'); END;

CREATE TRIGGER event_is_written_once BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE agency = NEW.agency AND id = NEW.id)
   OR EXISTS (SELECT 1 FROM event WHERE agency = NEW.agency AND at = NEW.at AND node = NEW.node)
BEGIN SELECT RAISE (ABORT, 'event: written once'); END;

CREATE TRIGGER record_is_never_changed BEFORE UPDATE ON record
BEGIN SELECT RAISE (ABORT, 'record: written once'); END;

CREATE TRIGGER record_is_never_deleted BEFORE DELETE ON record
BEGIN SELECT RAISE (ABORT, 'record: written once'); END;

CREATE TRIGGER record_is_written_once BEFORE INSERT ON record
WHEN EXISTS (SELECT 1 FROM record WHERE agency = NEW.agency AND event = NEW.event)
BEGIN SELECT RAISE (ABORT, 'record: written once'); END;

CREATE TRIGGER leaf_is_never_changed BEFORE UPDATE ON leaf
BEGIN SELECT RAISE (ABORT, 'leaf: written once'); END;

CREATE TRIGGER leaf_is_never_deleted BEFORE DELETE ON leaf
BEGIN SELECT RAISE (ABORT, 'leaf: written once'); END;

CREATE TRIGGER leaf_is_written_once BEFORE INSERT ON leaf
WHEN EXISTS (SELECT 1 FROM leaf WHERE agency = NEW.agency AND position = NEW.position)
   OR EXISTS (SELECT 1 FROM leaf WHERE agency = NEW.agency AND event = NEW.event)
BEGIN SELECT RAISE (ABORT, 'leaf: written once'); END;

CREATE TRIGGER checkpoint_is_never_changed BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE (ABORT, 'checkpoint: written once'); END;

CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE (ABORT, 'checkpoint: written once'); END;

CREATE TRIGGER checkpoint_is_written_once BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE agency = NEW.agency AND size = NEW.size)
BEGIN SELECT RAISE (ABORT, 'checkpoint: written once'); END;

CREATE TRIGGER register_head_is_never_changed BEFORE UPDATE ON register_head
BEGIN SELECT RAISE (ABORT, 'register_head: written once'); END;

CREATE TRIGGER register_head_is_never_deleted BEFORE DELETE ON register_head
BEGIN SELECT RAISE (ABORT, 'register_head: written once'); END;

CREATE TRIGGER register_head_is_written_once BEFORE INSERT ON register_head
WHEN EXISTS (SELECT 1 FROM register_head WHERE agency = NEW.agency AND event = NEW.event)
BEGIN SELECT RAISE (ABORT, 'register_head: written once'); END;

CREATE TRIGGER access_is_never_changed BEFORE UPDATE ON access
BEGIN SELECT RAISE (ABORT, 'access: written once'); END;

CREATE TRIGGER access_is_never_deleted BEFORE DELETE ON access
BEGIN SELECT RAISE (ABORT, 'access: written once'); END;

CREATE TRIGGER access_is_written_once BEFORE INSERT ON access
WHEN EXISTS (SELECT 1 FROM access WHERE agency = NEW.agency AND at = NEW.at AND node = NEW.node)
BEGIN SELECT RAISE (ABORT, 'access: written once'); END;
