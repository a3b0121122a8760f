-- Where checkpoints are kept outside: witnesses' cosignatures, and how far each place has come.

-- What a witness has signed of a checkpoint (C2SP tlog-cosignature).
CREATE TABLE cosignature (
    agency TEXT    NOT NULL,
    size   INTEGER NOT NULL CHECK (size >= 0),                      -- of the checkpoint
    key    TEXT    NOT NULL,                                        -- the witness's, as C2SP signed-note writes it
    line   TEXT    NOT NULL,                                        -- the signature line, without its line feed
    at     INTEGER NOT NULL,                                        -- when it came
    PRIMARY KEY (agency, size, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX cosignature_key ON cosignature (agency, key, size);

CREATE TRIGGER cosignature_is_never_changed BEFORE UPDATE ON cosignature
BEGIN SELECT RAISE (ABORT, 'cosignature: written once'); END;

CREATE TRIGGER cosignature_is_never_deleted BEFORE DELETE ON cosignature
BEGIN SELECT RAISE (ABORT, 'cosignature: written once'); END;

CREATE TRIGGER cosignature_is_written_once BEFORE INSERT ON cosignature
WHEN EXISTS (SELECT 1 FROM cosignature WHERE agency = NEW.agency AND size = NEW.size AND key = NEW.key)
BEGIN SELECT RAISE (ABORT, 'cosignature: written once'); END;

-- How far each place outside has come; operational.
CREATE TABLE anchor (
    agency TEXT    NOT NULL,
    name   TEXT    NOT NULL,                                        -- of the witness's key; empty: the file
    size   INTEGER NOT NULL CHECK (size >= 0),                      -- of the newest checkpoint there
    at     INTEGER NOT NULL,
    PRIMARY KEY (agency, name)
) STRICT, WITHOUT ROWID;

-- Of which of several lines of authorities a stamp is: each line covers everything by itself.
ALTER TABLE stamp ADD COLUMN line INTEGER NOT NULL DEFAULT 0 CHECK (line >= 0);
