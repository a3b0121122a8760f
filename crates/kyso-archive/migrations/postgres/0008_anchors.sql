-- Where checkpoints are kept outside: witnesses' cosignatures, and how far each place has come.

-- What a witness has signed of a checkpoint (C2SP tlog-cosignature).
CREATE TABLE cosignature (
    agency TEXT    NOT NULL,
    size   BIGINT  NOT NULL CHECK (size >= 0),                      -- of the checkpoint
    key    TEXT    NOT NULL,                                        -- the witness's, as C2SP signed-note writes it
    line   TEXT    NOT NULL,                                        -- the signature line, without its line feed
    at     BIGINT  NOT NULL,                                        -- when it came
    PRIMARY KEY (agency, size, key)
);

CREATE INDEX cosignature_key ON cosignature (agency, key, size);

-- How far each place outside has come; operational.
CREATE TABLE anchor (
    agency TEXT    NOT NULL,
    name   TEXT    NOT NULL,                                        -- of the witness's key; empty: the file
    size   BIGINT  NOT NULL CHECK (size >= 0),                      -- of the newest checkpoint there
    at     BIGINT  NOT NULL,
    PRIMARY KEY (agency, name)
);

SELECT kyso_once('cosignature');
SELECT kyso_forward('anchor', 'size, at');

-- Of which of several lines of authorities a stamp is: each line covers everything by itself.
ALTER TABLE stamp ADD COLUMN line BIGINT NOT NULL DEFAULT 0 CHECK (line >= 0);
