-- What is kept, counted by one look through an index. How many documents there are of each kind, level and class was asked of all
-- versions, artifacts and classes. A row of `finding` is about a document as it stands and goes with it, so what it counts as stands there
-- too. That follows from `version`, `artifact` and `retention`, and an audit holds it against them.
ALTER TABLE finding ADD COLUMN level TEXT;                              -- of the newest version
ALTER TABLE finding ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;        -- of the newest version, which all parts make
ALTER TABLE finding ADD COLUMN versions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;         -- days from 1970 in Vietnam, where there's no date
ALTER TABLE finding ADD COLUMN class TEXT;                              -- fixed when it was kept, as in `retention`
ALTER TABLE finding ADD COLUMN text TEXT;
ALTER TABLE finding ADD COLUMN ends TEXT;

UPDATE finding SET (level, bytes, versions, kept, class, text, ends) = (
    SELECT v.level, v.bytes, v.ordinal + 1,
        CASE WHEN finding.date IS NULL THEN (a.created + 25200000000) / 86400000000 ELSE 0 END, t.class, t.text, t.ends
    FROM version v JOIN artifact a ON a.agency = v.agency AND a.id = v.artifact
    LEFT JOIN retention t ON t.agency = v.agency AND t.artifact = v.artifact
    WHERE v.agency = finding.agency AND v.artifact = finding.artifact ORDER BY v.ordinal DESC LIMIT 1)
WHERE EXISTS (SELECT 1 FROM version v JOIN artifact a ON a.agency = v.agency AND a.id = v.artifact
    WHERE v.agency = finding.agency AND v.artifact = finding.artifact);

CREATE INDEX finding_counted ON finding (agency, kind, date, kept, class, text, ends, level, bytes, versions);

-- The state beside the time, so that counting doesn't read the rows; and the few that aren't whole.
DROP INDEX copy_seen;
CREATE INDEX copy_seen ON copy (agency, store, seen, state);
CREATE INDEX copy_damaged ON copy (agency, store, object) WHERE state <> 'whole';

DELETE FROM sqlite_stat1 WHERE idx IN ('copy_seen', 'copy_damaged', 'finding_counted');

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('copy', 'copy_seen', '2000000 2000000 1000000 20 20'),
    ('copy', 'copy_damaged', '100 100 50 1'),
    ('finding', 'finding_counted', '1000000 1000000 250000 50 50 50 50 50 50 5 5');

-- For the connection that is open.
ANALYZE sqlite_schema;
