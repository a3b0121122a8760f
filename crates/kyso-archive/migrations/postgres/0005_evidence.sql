-- Evidence records (RFC 4998): what is stored to make one of any object. Rows are written once.

-- A time-stamp over the root of a hash tree.
CREATE TABLE stamp (
    agency    TEXT    NOT NULL,
    number    BIGINT  NOT NULL CHECK (number > 0),                   -- in the order in which they were made
    how       TEXT    NOT NULL CHECK (how IN ('first', 'time-stamp', 'hash-tree')),
    algorithm TEXT    NOT NULL,                                      -- of the hash tree, e.g. SHA-256
    root      BYTEA    NOT NULL,
    token     BYTEA    NOT NULL,                                      -- RFC 3161, as it came
    time      BIGINT  NOT NULL,                                      -- that the token states
    authority TEXT    NOT NULL,                                      -- subject of the authority's certificate
    certificate TEXT  NOT NULL CHECK (length(certificate) = 64),     -- SHA-256 of that certificate
    expires   BIGINT  NOT NULL,                                      -- end of that certificate
    leaves    BIGINT  NOT NULL CHECK (leaves > 0),
    made      BIGINT  NOT NULL,                                      -- by this machine's clock
    event     TEXT    NOT NULL,
    PRIMARY KEY (agency, number)
);

-- What a stamp covers, in the order of the hashes.
CREATE TABLE stamp_leaf (
    agency   TEXT    NOT NULL,
    stamp    BIGINT  NOT NULL,
    position BIGINT  NOT NULL CHECK (position >= 0),
    hash     BYTEA    NOT NULL,
    kind     TEXT    NOT NULL CHECK (kind IN ('version', 'record', 'checkpoint', 'token')),
    object   TEXT    NOT NULL,                                       -- artifact, event, size of the log, number of a stamp
    ordinal  BIGINT  NOT NULL CHECK (ordinal >= 0),                  -- which version; which form of the token; else 0
    PRIMARY KEY (agency, stamp, position)
);

CREATE INDEX stamp_certificate ON stamp (agency, certificate);
CREATE INDEX stamp_leaf_object ON stamp_leaf (agency, kind, object, ordinal);

-- A stamp's token with the certificates, CRLs and OCSP answers about its authority in it. Form 0 is the token as it came.
CREATE TABLE stamp_material (
    agency TEXT    NOT NULL,
    stamp  BIGINT  NOT NULL,
    form   BIGINT  NOT NULL CHECK (form > 0),
    token  BYTEA    NOT NULL,
    made   BIGINT  NOT NULL,
    PRIMARY KEY (agency, stamp, form)
);

SELECT kyso_once('stamp');
SELECT kyso_once('stamp_leaf');
SELECT kyso_once('stamp_material');
