//! The statements of the index: SQLite has the words in a table of FTS5 beside the rows, PostgreSQL in the rows themselves.

use crate::database::Statement;

/// An artifact's row of the index, and what it follows from.
macro_rules! indexed {
    ($own:literal, $found:literal, $which:literal) => {
        concat!(
            "SELECT a.id, ",
            $own,
            ", f.dossier, f.symbol, f.year, f.ordinal, f.book, f.date, f.kind, \
             f.level, f.bytes, f.versions, f.kept, f.class, f.text, f.ends, v.level AS own_level, v.bytes AS own_bytes, \
             v.ordinal + 1 AS own_versions, t.class AS own_class, t.text AS own_text, t.ends AS own_ends, \
             CASE WHEN f.date IS NULL THEN (a.created + 25200000000) / 86400000000 ELSE 0 END AS own_kept, \
             (SELECT m.body FROM metadata m WHERE m.agency = a.agency AND m.artifact = a.id \
             ORDER BY m.revision DESC LIMIT 1) AS metadata, \
             (SELECT p.body FROM report p WHERE p.agency = a.agency AND p.artifact = a.id \
             ORDER BY p.ordinal LIMIT 1) AS report FROM ",
            $found,
            " LEFT JOIN retention t ON t.agency = a.agency AND t.artifact = a.id LEFT JOIN version v ON v.agency = a.agency \
             AND v.artifact = a.id AND v.ordinal = (SELECT max(n.ordinal) FROM version n WHERE n.agency = a.agency AND n.artifact = a.id) ",
            $which
        )
    };
}

/// Documents with the words that are sought, as FTS5 comes by them: it goes on until there are enough, and the places of a word that
/// everybody has aren't put together first.
pub(super) const BY_WORDS: &str = "SELECT finding.artifact FROM finding_words CROSS JOIN finding ON finding.row = finding_words.rowid \
    WHERE finding_words MATCH $9 AND agency = $1 AND ($2 IS NULL OR dossier = $2) AND ($3 IS NULL OR ordinal = $3) \
    AND ($4 IS NULL OR symbol = $4) AND ($5 IS NULL OR year = $5) AND ($6 IS NULL OR date >= $6) AND ($7 IS NULL OR date <= $7) \
    AND ($8 IS NULL OR kind = $8) AND ($11 IS NULL OR book = $11) AND (CAST($12 AS INTEGER) IS NULL OR dossier IS NULL) \
    AND finding_words.rowid < $13 ORDER BY finding_words.rowid DESC LIMIT $10";

/// Rows of the documents whose ids are in the list `$2`, which is JSON.
macro_rules! of_listed {
    ($rows:literal, $document:literal, $newest:literal) => {
        Statement {
            sqlite: concat!($rows, " AND ", $document, " IN (SELECT value FROM json_each($2))", $newest),
            // A list that is made first is looked up by the index, whatever the server thinks of its length.
            postgres: concat!(
                $rows,
                " AND ",
                $document,
                " = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST($2 AS jsonb))))",
                $newest
            ),
        }
    };
}

/// The newest version of each, its place in the log, and how many events speak of versions and of metadata.
pub(super) const KEPT: Statement = of_listed!(
    "SELECT v.artifact, v.ordinal, v.object, v.start, v.length, v.sha256, v.bytes, e.id, e.kind, e.at, e.commitment, r.salt, r.body, \
     l.position, l.hash, (SELECT max(size) FROM checkpoint WHERE agency = $1) AS size, (SELECT count(*) FROM event n \
     WHERE n.agency = v.agency AND n.artifact = v.artifact AND n.kind = 'version.added') AS told, (SELECT count(*) FROM event n \
     WHERE n.agency = v.agency AND n.artifact = v.artifact AND n.kind = 'metadata.revised') AS said \
     FROM version v JOIN event e ON e.agency = v.agency AND e.id = v.event JOIN record r ON r.agency = v.agency AND r.event = v.event \
     LEFT JOIN leaf l ON l.agency = v.agency AND l.event = v.event WHERE v.agency = $1",
    "v.artifact",
    " AND NOT EXISTS (SELECT 1 FROM version n WHERE n.agency = v.agency AND n.artifact = v.artifact AND n.ordinal > v.ordinal)"
);

/// The newest of what is said of each.
pub(super) const DESCRIBED: Statement = of_listed!(
    "SELECT m.artifact, m.revision, m.body AS metadata, e.id, e.kind, e.at, e.commitment, r.salt, r.body, (SELECT count(*) FROM event n \
     WHERE n.agency = m.agency AND n.artifact = m.artifact AND n.kind = 'metadata.revised') AS told \
     FROM metadata m JOIN event e ON e.agency = m.agency AND e.id = m.event \
     JOIN record r ON r.agency = m.agency AND r.event = m.event WHERE m.agency = $1",
    "m.artifact",
    " AND NOT EXISTS (SELECT 1 FROM metadata n WHERE n.agency = m.agency AND n.artifact = m.artifact AND n.revision > m.revision)"
);

/// The report on the newest version of each.
pub(super) const REPORTS: Statement = of_listed!(
    "SELECT p.artifact, p.body AS report FROM report p WHERE p.agency = $1",
    "p.artifact",
    " AND NOT EXISTS (SELECT 1 FROM version n WHERE n.agency = p.agency AND n.artifact = p.artifact AND n.ordinal > p.ordinal)"
);

/// Which digests of a list, which is JSON, are those of versions.
pub(crate) const OF_VERSIONS: Statement =
    of_listed!("SELECT DISTINCT v.sha256 FROM version v WHERE v.agency = $1", "v.sha256", "");

/// The number of an artifact's row.
pub(super) const KNOWN: Statement = Statement {
    sqlite: "SELECT row FROM finding WHERE agency = $1 AND artifact = $2",
    postgres: "SELECT place AS row FROM finding WHERE agency = $1 AND artifact = $2",
};
pub(super) const FORGET: &str = "DELETE FROM finding WHERE agency = $1 AND artifact = $2";
pub(super) const FORGET_WORDS: &str = "DELETE FROM finding_words WHERE rowid = $1";
/// Takes the words of rows that are gone out of the index for good (SQLite).
pub(super) const MERGE_WORDS: &str = "INSERT INTO finding_words (finding_words) VALUES ('optimize')";
pub(super) const REMEMBER_WORDS: &str = "INSERT INTO finding_words (rowid, words) VALUES ($1, $2)";
/// A row of the index with what its artifact counts as, by its newest version: the columns behind the index's own, and what stands there.
macro_rules! remember {
    ($further:literal, $overriding:literal, $values:literal) => {
        concat!(
            "INSERT INTO finding (agency, artifact, dossier, symbol, year, ordinal, book, date, kind",
            $further,
            ", level, bytes, versions, kept, class, text, ends) ",
            $overriding,
            "SELECT ",
            $values,
            ", v.level, coalesce(v.bytes, 0), coalesce(v.ordinal + 1, 0), \
             CASE WHEN $8 IS NULL THEN coalesce((a.created + 25200000000) / 86400000000, 0) ELSE 0 END, t.class, t.text, t.ends \
             FROM (SELECT 1 AS one) AS own LEFT JOIN artifact a ON a.agency = $1 AND a.id = $2 \
             LEFT JOIN retention t ON t.agency = $1 AND t.artifact = $2 LEFT JOIN version v ON v.agency = $1 AND v.artifact = $2 \
             ORDER BY v.ordinal DESC LIMIT 1"
        )
    };
}

pub(super) const REMEMBER: Statement = Statement {
    sqlite: concat!(remember!("", "", "$1, $2, $3, $4, $5, $6, $7, $8, $9"), " RETURNING row"),
    postgres: remember!(", words", "", "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"),
};

/// What an artifact counts as from its newest version on: level, length, number of versions. Where it's found among others stays.
pub(super) const COUNT: Statement = Statement {
    sqlite: "UPDATE finding SET level = $3, bytes = $4, versions = $5 WHERE agency = $1 AND artifact = $2",
    // The service's role changes no row here.
    postgres: "WITH old AS (DELETE FROM finding WHERE agency = $1 AND artifact = $2 RETURNING *) \
               INSERT INTO finding (place, agency, artifact, dossier, symbol, year, ordinal, book, date, kind, words, level, bytes, versions, \
               kept, class, text, ends) OVERRIDING SYSTEM VALUE SELECT place, agency, artifact, dossier, symbol, year, ordinal, book, date, \
               kind, words, $3, $4, $5, kept, class, text, ends FROM old",
};

/// The same, in the place that the artifact's row had before: whoever goes through all of them page by page misses none that is said
/// something else of meanwhile.
pub(super) const REMEMBER_AGAIN: Statement = Statement {
    sqlite: concat!(remember!(", row", "", "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"), " RETURNING row"),
    postgres: remember!(
        ", words, place",
        "OVERRIDING SYSTEM VALUE ",
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CAST($11 AS BIGINT)"
    ),
};

/// PostgreSQL's look-up: what isn't sought is bound as NULL, and NULL is anything. The server plans it by the values.
pub(super) const FIND: &str = "SELECT artifact FROM finding WHERE agency = $1 \
    AND ($2 IS NULL OR dossier = $2) AND ($3 IS NULL OR ordinal = $3) AND ($4 IS NULL OR symbol = $4) \
    AND ($5 IS NULL OR year = $5) AND ($6 IS NULL OR date >= $6) AND ($7 IS NULL OR date <= $7) \
    AND ($8 IS NULL OR kind = $8) AND ($9 IS NULL OR place IN (SELECT kyso_found($9))) AND ($11 IS NULL OR book = $11) \
    AND (CAST($12 AS BIGINT) IS NULL OR dossier IS NULL) AND place < $13 ORDER BY place DESC LIMIT $10";

/// What an audit holds an artifact's row of the index against (PostgreSQL); `row` is NULL where it has none.
pub(crate) const INDEXED: &str = indexed!(
    "f.place AS row, f.words",
    "artifact a LEFT JOIN finding f ON f.agency = a.agency AND f.artifact = a.id",
    "WHERE a.agency = $1 AND a.id > $2 ORDER BY a.id LIMIT $3"
);
/// The same in the order of the rows' numbers (SQLite).
pub(crate) const INDEXED_ROWS: &str = indexed!(
    "f.row",
    "finding f CROSS JOIN artifact a ON a.agency = f.agency AND a.id = f.artifact",
    "WHERE f.agency = $1 AND f.row > $2 ORDER BY f.row LIMIT $3"
);
/// The artifacts that have no row (SQLite).
pub(crate) const UNINDEXED: &str = indexed!(
    "f.row",
    "artifact a LEFT JOIN finding f ON f.agency = a.agency AND f.artifact = a.id",
    "WHERE a.agency = $1 AND a.id > $2 AND f.row IS NULL ORDER BY a.id LIMIT $3"
);
/// The rows from `$2` to `$3` that SQLite's index of words has for a word, with commas between them.
pub(crate) const FOUND_WORDS: &str = "SELECT coalesce(group_concat(rowid), '') AS rows FROM finding_words \
     WHERE finding_words MATCH $1 AND rowid BETWEEN $2 AND $3";
