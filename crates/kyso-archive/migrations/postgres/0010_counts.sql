-- What is kept, counted by one look through an index. How many documents there are of each kind, level and class was asked of all
-- versions, artifacts and classes. A row of `finding` is about a document as it stands and goes with it, so what it counts as stands there
-- too. That follows from `version`, `artifact` and `retention`, and an audit holds it against them.
ALTER TABLE finding ADD COLUMN level TEXT;                              -- of the newest version
ALTER TABLE finding ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;         -- of the newest version, which all parts make
ALTER TABLE finding ADD COLUMN versions BIGINT NOT NULL DEFAULT 0;
ALTER TABLE finding ADD COLUMN kept BIGINT NOT NULL DEFAULT 0;          -- days from 1970 in Vietnam, where there's no date
ALTER TABLE finding ADD COLUMN class TEXT;                              -- fixed when it was kept, as in `retention`
ALTER TABLE finding ADD COLUMN text TEXT;
ALTER TABLE finding ADD COLUMN ends TEXT;

-- The owner is shown the rows of one agency at a time.
DO $$
DECLARE one text;
BEGIN
    FOR one IN SELECT DISTINCT agency FROM finding LOOP
        PERFORM set_config('kyso.agency', one, true);
        UPDATE finding f SET level = v.level, bytes = v.bytes, versions = v.ordinal + 1,
            kept = CASE WHEN f.date IS NULL THEN (a.created + 25200000000) / 86400000000 ELSE 0 END,
            class = t.class, text = t.text, ends = t.ends
        FROM version v JOIN artifact a ON a.agency = v.agency AND a.id = v.artifact
        LEFT JOIN retention t ON t.agency = v.agency AND t.artifact = v.artifact
        WHERE f.agency = one AND v.agency = f.agency AND v.artifact = f.artifact AND NOT EXISTS
            (SELECT 1 FROM version n WHERE n.agency = v.agency AND n.artifact = v.artifact AND n.ordinal > v.ordinal);
    END LOOP;
    PERFORM set_config('kyso.agency', '', true);
END $$;

CREATE INDEX finding_counted ON finding (agency, kind, date, kept, class, text, ends, level, bytes, versions);

-- The state beside the time, so that counting doesn't read the rows; and the few that aren't whole.
DROP INDEX copy_seen;
CREATE INDEX copy_seen ON copy (agency, store, seen, state);
CREATE INDEX copy_damaged ON copy (agency, store, object) WHERE state <> 'whole';
