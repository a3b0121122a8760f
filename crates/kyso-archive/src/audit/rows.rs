//! The database: SQLite's own check, its schema, and every table in turn.

use super::finding::{Fault, Subject};
use super::{Progress, Run, Stage};
use crate::database::values;
use crate::error::Error;

/// The tables that rules here are about, or that are operational: what they say can be made again.
pub(super) const KNOWN: &[&str] = &[
    "_sqlx_migrations",
    "access",
    "access_head",
    "anchor",
    "archive",
    "artifact",
    "checkpoint",
    "copy",
    "cosignature",
    "destroyed",
    "destruction",
    "destruction_item",
    "destruction_step",
    "draft",
    "event",
    "finding",
    "finding_words",
    "finding_words_config",
    "finding_words_content",
    "finding_words_data",
    "finding_words_docsize",
    "finding_words_idx",
    "hold",
    "hold_release",
    "job",
    "lasting",
    "leaf",
    "leaf_pending",
    "link",
    "metadata",
    "outbox",
    "principal",
    "probe",
    "record",
    "register_head",
    "report",
    "request",
    "retention",
    "stamp",
    "stamp_leaf",
    "stamp_material",
    "version",
];

/// Tables whose rows belong to an agency, and how many rows belong to none that is known.
const STRANGERS: &[(&str, &str)] = &[
    ("access", "SELECT count(*) AS n FROM access WHERE agency <> $1"),
    ("access_head", "SELECT count(*) AS n FROM access_head WHERE agency <> $1"),
    ("anchor", "SELECT count(*) AS n FROM anchor WHERE agency <> $1"),
    ("archive", "SELECT count(*) AS n FROM archive WHERE agency <> $1"),
    ("artifact", "SELECT count(*) AS n FROM artifact WHERE agency <> $1"),
    ("checkpoint", "SELECT count(*) AS n FROM checkpoint WHERE agency <> $1"),
    ("copy", "SELECT count(*) AS n FROM copy WHERE agency <> $1"),
    ("cosignature", "SELECT count(*) AS n FROM cosignature WHERE agency <> $1"),
    ("destroyed", "SELECT count(*) AS n FROM destroyed WHERE agency <> $1"),
    ("destruction", "SELECT count(*) AS n FROM destruction WHERE agency <> $1"),
    ("destruction_item", "SELECT count(*) AS n FROM destruction_item WHERE agency <> $1"),
    ("destruction_step", "SELECT count(*) AS n FROM destruction_step WHERE agency <> $1"),
    ("draft", "SELECT count(*) AS n FROM draft WHERE agency <> $1"),
    ("event", "SELECT count(*) AS n FROM event WHERE agency <> $1"),
    ("finding", "SELECT count(*) AS n FROM finding WHERE agency <> $1"),
    ("hold", "SELECT count(*) AS n FROM hold WHERE agency <> $1"),
    ("hold_release", "SELECT count(*) AS n FROM hold_release WHERE agency <> $1"),
    ("job", "SELECT count(*) AS n FROM job WHERE agency <> $1"),
    ("lasting", "SELECT count(*) AS n FROM lasting WHERE agency <> $1"),
    ("leaf", "SELECT count(*) AS n FROM leaf WHERE agency <> $1"),
    ("leaf_pending", "SELECT count(*) AS n FROM leaf_pending WHERE agency <> $1"),
    ("link", "SELECT count(*) AS n FROM link WHERE agency <> $1"),
    ("metadata", "SELECT count(*) AS n FROM metadata WHERE agency <> $1"),
    ("outbox", "SELECT count(*) AS n FROM outbox WHERE agency <> $1"),
    ("principal", "SELECT count(*) AS n FROM principal WHERE agency <> $1"),
    ("record", "SELECT count(*) AS n FROM record WHERE agency <> $1"),
    ("register_head", "SELECT count(*) AS n FROM register_head WHERE agency <> $1"),
    ("report", "SELECT count(*) AS n FROM report WHERE agency <> $1"),
    ("request", "SELECT count(*) AS n FROM request WHERE agency <> $1"),
    ("retention", "SELECT count(*) AS n FROM retention WHERE agency <> $1"),
    ("stamp", "SELECT count(*) AS n FROM stamp WHERE agency <> $1"),
    ("stamp_leaf", "SELECT count(*) AS n FROM stamp_leaf WHERE agency <> $1"),
    ("stamp_material", "SELECT count(*) AS n FROM stamp_material WHERE agency <> $1"),
    ("version", "SELECT count(*) AS n FROM version WHERE agency <> $1"),
];

/// Rows that hang in the air: what they belong to isn't there.
const LOOSE: &[(&str, &str)] = &[
    (
        "artifact",
        "SELECT a.id AS key FROM artifact a LEFT JOIN version v ON v.agency = a.agency AND v.artifact = a.id \
         AND v.ordinal = 0 WHERE a.agency = $1 AND v.artifact IS NULL LIMIT 1000",
    ),
    (
        "report",
        "SELECT p.artifact || '/' || p.ordinal AS key FROM report p LEFT JOIN version v ON v.agency = p.agency \
         AND v.artifact = p.artifact AND v.ordinal = p.ordinal WHERE p.agency = $1 AND v.artifact IS NULL LIMIT 1000",
    ),
    (
        "finding",
        "SELECT f.artifact AS key FROM finding f LEFT JOIN artifact a ON a.agency = f.agency AND a.id = f.artifact \
         WHERE f.agency = $1 AND a.id IS NULL LIMIT 1000",
    ),
    (
        "outbox",
        "SELECT o.event AS key FROM outbox o LEFT JOIN event e ON e.agency = o.agency AND e.id = o.event \
         WHERE o.agency = $1 AND e.id IS NULL LIMIT 1000",
    ),
    (
        "leaf_pending",
        "SELECT p.event AS key FROM leaf_pending p LEFT JOIN event e ON e.agency = p.agency AND e.id = p.event \
         AND e.at = p.at LEFT JOIN leaf l ON l.agency = p.agency AND l.event = p.event \
         WHERE p.agency = $1 AND (e.id IS NULL OR l.event IS NOT NULL) LIMIT 1000",
    ),
    (
        "link",
        "SELECT k.event AS key FROM link k LEFT JOIN event e ON e.agency = k.agency AND e.id = k.event \
         WHERE k.agency = $1 AND e.id IS NULL LIMIT 1000",
    ),
    (
        "hold",
        "SELECT h.event AS key FROM hold h LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
         WHERE h.agency = $1 AND e.id IS NULL LIMIT 1000",
    ),
    (
        "hold_release",
        "SELECT h.hold AS key FROM hold_release h LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
         WHERE h.agency = $1 AND e.id IS NULL LIMIT 1000",
    ),
    (
        "destruction_item",
        "SELECT i.artifact AS key FROM destruction_item i LEFT JOIN destruction d ON d.agency = i.agency AND d.number = i.destruction \
         WHERE i.agency = $1 AND d.number IS NULL LIMIT 1000",
    ),
    (
        "destruction_step",
        "SELECT s.event AS key FROM destruction_step s LEFT JOIN destruction d ON d.agency = s.agency AND d.number = s.destruction \
         WHERE s.agency = $1 AND d.number IS NULL LIMIT 1000",
    ),
    (
        "retention",
        "SELECT t.artifact AS key FROM retention t LEFT JOIN artifact a ON a.agency = t.agency AND a.id = t.artifact \
         WHERE t.agency = $1 AND a.id IS NULL LIMIT 1000",
    ),
    (
        "access_head",
        "SELECT h.day AS key FROM access_head h LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
         WHERE h.agency = $1 AND e.id IS NULL LIMIT 1000",
    ),
    (
        "register_head",
        "SELECT h.event AS key FROM register_head h LEFT JOIN event e ON e.agency = h.agency AND e.id = h.event \
         WHERE h.agency = $1 AND e.id IS NULL LIMIT 1000",
    ),
];

/// Rows that name an event that isn't there, though something else of it is: the event's row was taken away.
const LOST_EVENTS: &[&str] = &[
    "SELECT r.event AS key FROM record r LEFT JOIN event e ON e.agency = r.agency AND e.id = r.event \
     WHERE r.agency = $1 AND e.id IS NULL LIMIT 1000",
    "SELECT l.event AS key FROM leaf l LEFT JOIN event e ON e.agency = l.agency AND e.id = l.event \
     WHERE l.agency = $1 AND e.id IS NULL LIMIT 1000",
];

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at the database.
    pub(super) async fn database(&mut self) -> Result<(), Error> {
        let total = self.number("event", "SELECT count(*) AS n FROM event WHERE agency = $1").await;
        self.begin(Stage::Rows, total.saturating_mul(2));
        match self.of.database.integrity_problems().await {
            Ok(problems) => {
                for what in problems {
                    self.findings.problem(Fault::DatabaseDamaged, Subject::Database, Some(what));
                }
            }
            Err(error) => self.findings.problem(Fault::DatabaseDamaged, Subject::Database, Some(error.to_string())),
        }
        let schema = if self.of.database.is_shared() { "pg_catalog" } else { "sqlite_schema" };
        match self.of.database.schema_problems().await {
            Ok(problems) => {
                for what in problems {
                    self.findings.problem(Fault::SchemaChanged, Subject::row(schema, what), None);
                }
            }
            Err(error) => {
                self.findings.problem(Fault::SchemaChanged, Subject::table(schema), Some(error.to_string()));
            }
        }
        for (table, sql) in STRANGERS {
            let agency = self.of.agency.clone();
            let rows = self.page(table, sql, values![agency]).await;
            if rows.first().is_some_and(|row| row.count("n").is_ok_and(|count| count > 0)) {
                let detail = "it has rows of an agency that isn't this archive's".to_owned();
                self.findings.problem(Fault::RowUnknown, Subject::table(table), Some(detail));
            }
        }
        for sql in LOST_EVENTS {
            let agency = self.of.agency.clone();
            for row in self.page("event", sql, values![agency]).await {
                let key = row.text("key").unwrap_or_default();
                self.findings.problem(Fault::RowMissing, Subject::row("event", key), None);
            }
        }
        self.destructions().await;
        self.destroyed_rows().await;
        self.events().await;
        self.versions().await;
        self.metadata().await;
        self.principals().await;
        self.told_rows().await;
        self.requests().await;
        self.index().await;
        for (table, sql) in LOOSE {
            let agency = self.of.agency.clone();
            for row in self.page(table, sql, values![agency]).await {
                let key = row.text("key").unwrap_or_default();
                self.findings.problem(Fault::RowUnknown, Subject::row(table, key), None);
            }
        }
        Ok(())
    }
}
