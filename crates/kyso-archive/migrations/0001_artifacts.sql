-- What is kept, and which request asked for it. Rows are only ever added.

CREATE TABLE artifact (
    id        TEXT    PRIMARY KEY NOT NULL,                      -- UUIDv7
    sha256    TEXT    NOT NULL UNIQUE CHECK (length(sha256) = 64), -- the object's name in the store
    bytes     INTEGER NOT NULL CHECK (bytes > 0),
    role      TEXT    NOT NULL,                                  -- of the newest signature in it
    actor     TEXT    NOT NULL,                                  -- on whose word it was kept
    file_name TEXT,
    created   TEXT    NOT NULL,                                  -- RFC 3339, UTC
    report    TEXT    NOT NULL CHECK (json_valid(report))        -- the verification report of that moment
) STRICT;

CREATE TABLE idempotency (
    actor       TEXT NOT NULL,
    key         TEXT NOT NULL,
    request     TEXT NOT NULL CHECK (length(request) = 64),      -- SHA-256 over everything that the answer depends on
    artifact_id TEXT NOT NULL REFERENCES artifact (id),
    created     TEXT NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER artifact_is_never_changed BEFORE UPDATE ON artifact
BEGIN SELECT RAISE (ABORT, 'an artifact is written once'); END;

CREATE TRIGGER artifact_is_never_deleted BEFORE DELETE ON artifact
BEGIN SELECT RAISE (ABORT, 'an artifact is written once'); END;

CREATE TRIGGER idempotency_is_never_changed BEFORE UPDATE ON idempotency
BEGIN SELECT RAISE (ABORT, 'an idempotency record is written once'); END;
