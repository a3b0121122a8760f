-- What documents have inside so that they last by themselves, and when that is to be renewed; operational: it follows from the documents
-- and from the rules.
CREATE TABLE lasting (
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    ordinal  INTEGER NOT NULL CHECK (ordinal >= 0),                 -- of the version that was looked at
    rules    TEXT    NOT NULL,                                      -- SHA-256 of the rules that it was looked at by
    kind     TEXT    NOT NULL,                                      -- of certification; empty where none is known
    wanted   TEXT    NOT NULL,                                      -- the level that the rules ask for
    level    TEXT,                                                  -- the level that it has
    due      INTEGER,                                               -- when it's to be raised or renewed; 0: at once; none: never
    again    INTEGER NOT NULL,                                      -- not tried before
    tries    INTEGER NOT NULL CHECK (tries >= 0),                   -- that failed
    error    TEXT,                                                  -- why the last one failed
    PRIMARY KEY (agency, artifact)
) STRICT, WITHOUT ROWID;

CREATE INDEX lasting_due ON lasting (agency, due);

-- As the others' (0009): most documents are due with those of the same authority.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('lasting', 'lasting', '1000000 1000000 1'),
    ('lasting', 'lasting_due', '1000000 1000000 1000');

-- For the connection that is open.
ANALYZE sqlite_schema;
