-- What documents have inside so that they last by themselves, and when that is to be renewed; operational: it follows from the documents
-- and from the rules.
CREATE TABLE lasting (
    agency   TEXT    NOT NULL,
    artifact TEXT    NOT NULL,
    ordinal  BIGINT  NOT NULL CHECK (ordinal >= 0),                 -- of the version that was looked at
    rules    TEXT    NOT NULL,                                      -- SHA-256 of the rules that it was looked at by
    kind     TEXT    NOT NULL,                                      -- of certification; empty where none is known
    wanted   TEXT    NOT NULL,                                      -- the level that the rules ask for
    level    TEXT,                                                  -- the level that it has
    due      BIGINT,                                                -- when it's to be raised or renewed; 0: at once; none: never
    again    BIGINT  NOT NULL,                                      -- not tried before
    tries    BIGINT  NOT NULL CHECK (tries >= 0),                   -- that failed
    error    TEXT,                                                  -- why the last one failed
    PRIMARY KEY (agency, artifact)
);

CREATE INDEX lasting_due ON lasting (agency, due);

SELECT kyso_forward('lasting', 'ordinal, rules, kind, wanted, level, due, again, tries, error');
