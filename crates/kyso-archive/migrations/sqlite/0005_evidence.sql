-- Evidence records (RFC 4998): what is stored to make one of any object. Rows are written once.

-- A time-stamp over the root of a hash tree.
CREATE TABLE stamp (
    agency    TEXT    NOT NULL,
    number    INTEGER NOT NULL CHECK (number > 0),                   -- in the order in which they were made
    how       TEXT    NOT NULL CHECK (how IN ('first', 'time-stamp', 'hash-tree')),
    algorithm TEXT    NOT NULL,                                      -- of the hash tree, e.g. SHA-256
    root      BLOB    NOT NULL,
    token     BLOB    NOT NULL,                                      -- RFC 3161, as it came
    time      INTEGER NOT NULL,                                      -- that the token states
    authority TEXT    NOT NULL,                                      -- subject of the authority's certificate
    certificate TEXT  NOT NULL CHECK (length(certificate) = 64),     -- SHA-256 of that certificate
    expires   INTEGER NOT NULL,                                      -- end of that certificate
    leaves    INTEGER NOT NULL CHECK (leaves > 0),
    made      INTEGER NOT NULL,                                      -- by this machine's clock
    event     TEXT    NOT NULL,
    PRIMARY KEY (agency, number)
) STRICT;

-- What a stamp covers, in the order of the hashes.
CREATE TABLE stamp_leaf (
    agency   TEXT    NOT NULL,
    stamp    INTEGER NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    hash     BLOB    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('version', 'record', 'checkpoint', 'token')),
    object   TEXT    NOT NULL,                                       -- artifact, event, size of the log, number of a stamp
    ordinal  INTEGER NOT NULL CHECK (ordinal >= 0),                  -- which version; which form of the token; else 0
    PRIMARY KEY (agency, stamp, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX stamp_certificate ON stamp (agency, certificate);
CREATE INDEX stamp_leaf_object ON stamp_leaf (agency, kind, object, ordinal);

-- A stamp's token with the certificates, CRLs and OCSP answers about its authority in it. Form 0 is the token as it came.
CREATE TABLE stamp_material (
    agency TEXT    NOT NULL,
    stamp  INTEGER NOT NULL,
    form   INTEGER NOT NULL CHECK (form > 0),
    token  BLOB    NOT NULL,
    made   INTEGER NOT NULL,
    PRIMARY KEY (agency, stamp, form)
) STRICT;

CREATE TRIGGER stamp_is_never_changed BEFORE UPDATE ON stamp
BEGIN SELECT RAISE (ABORT, 'stamp: written once'); END;

CREATE TRIGGER stamp_is_never_deleted BEFORE DELETE ON stamp
BEGIN SELECT RAISE (ABORT, 'stamp: written once'); END;

CREATE TRIGGER stamp_is_written_once BEFORE INSERT ON stamp
WHEN EXISTS (SELECT 1 FROM stamp WHERE agency = NEW.agency AND number = NEW.number)
BEGIN SELECT RAISE (ABORT, 'stamp: written once'); END;

CREATE TRIGGER stamp_leaf_is_never_changed BEFORE UPDATE ON stamp_leaf
BEGIN SELECT RAISE (ABORT, 'stamp_leaf: written once'); END;

CREATE TRIGGER stamp_leaf_is_never_deleted BEFORE DELETE ON stamp_leaf
BEGIN SELECT RAISE (ABORT, 'stamp_leaf: written once'); END;

CREATE TRIGGER stamp_leaf_is_written_once BEFORE INSERT ON stamp_leaf
WHEN EXISTS (SELECT 1 FROM stamp_leaf WHERE agency = NEW.agency AND stamp = NEW.stamp AND position = NEW.position)
BEGIN SELECT RAISE (ABORT, 'stamp_leaf: written once'); END;

CREATE TRIGGER stamp_material_is_never_changed BEFORE UPDATE ON stamp_material
BEGIN SELECT RAISE (ABORT, 'stamp_material: written once'); END;

CREATE TRIGGER stamp_material_is_never_deleted BEFORE DELETE ON stamp_material
BEGIN SELECT RAISE (ABORT, 'stamp_material: written once'); END;

CREATE TRIGGER stamp_material_is_written_once BEFORE INSERT ON stamp_material
WHEN EXISTS (SELECT 1 FROM stamp_material WHERE agency = NEW.agency AND stamp = NEW.stamp AND form = NEW.form)
BEGIN SELECT RAISE (ABORT, 'stamp_material: written once'); END;
