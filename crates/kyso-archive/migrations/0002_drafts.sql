-- Results that wait for their signatures, and what was answered to those who asked for them. Rows are only ever added.

CREATE TABLE draft (
    id      TEXT    PRIMARY KEY NOT NULL,                            -- UUIDv7
    sha256  TEXT    NOT NULL CHECK (length(sha256) = 64),            -- the object's name in the store
    bytes   INTEGER NOT NULL CHECK (bytes > 0),
    actor   TEXT    NOT NULL,                                        -- on whose word it was kept
    key     TEXT,                                                    -- the idempotency key, where there was one
    request TEXT CHECK (length(request) = 64),                       -- SHA-256 over everything that the answer depends on
    answer  TEXT    NOT NULL CHECK (json_valid(answer)),
    created TEXT    NOT NULL,                                        -- RFC 3339, UTC
    UNIQUE (actor, key)
) STRICT;

CREATE INDEX draft_sha256 ON draft (sha256);

CREATE TRIGGER draft_is_never_changed BEFORE UPDATE ON draft
BEGIN SELECT RAISE (ABORT, 'a draft is written once'); END;

CREATE TRIGGER draft_is_never_deleted BEFORE DELETE ON draft
BEGIN SELECT RAISE (ABORT, 'a draft is written once'); END;
