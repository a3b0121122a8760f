//! The tables of the archive as data: what a backup and a move carry, and how. A test holds them against the schemas of both databases,
//! so that a table that comes with a further step of them is missed by neither.

use crate::database::{Row, Value};
use crate::error::Error;

/// How the rows of a table live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// They're written once.
    Once,
    /// They go forward, and are never deleted.
    Forward,
    /// They come and go.
    Queue,
    /// They say how work stands: it goes on meanwhile, and what they say is made again.
    Operational,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// TEXT, which may be missing.
    Text,
    /// A whole number, which may be missing.
    Number,
    /// Bytes.
    Bytes,
    /// What a store calls an object's version: each store has a name of its own.
    OfStore,
}

/// A table, without the column of the agency, which each has.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// In the order in which `read` gives and `write` takes them.
    pub(crate) columns: &'static [(&'static str, Column)],
    /// So many columns from the first are the key of a row within its agency.
    pub(crate) key: usize,
    /// A page: agency, key of the last row before, how many.
    pub(crate) read: &'static str,
    /// A row: agency and columns. One that is there already stays, or goes forward.
    pub(crate) write: &'static str,
    /// Takes a row away by agency and key, where rows come and go.
    pub(crate) forget: Option<&'static str>,
}

use Column::{Bytes, Number, OfStore, Text};

/// What isn't carried, for it's about one pair of stores or made again from the rest: whose archive it is (written last), when which
/// object was seen, what artifacts are found by, how long they last by themselves, what the health check writes, how far places outside have come.
#[cfg(test)]
pub(crate) const LEFT: [&str; 6] = ["anchor", "archive", "copy", "finding", "lasting", "probe"];

/// What is carried.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "principal",
        kind: Kind::Once,
        columns: &[("secret", Text), ("name", Text), ("id", Text), ("since", Number), ("event", Text)],
        key: 1,
        read: "SELECT secret, name, id, since, event FROM principal WHERE agency = $1 AND secret > $2 ORDER \
               BY secret LIMIT $3",
        write: "INSERT INTO principal (agency, secret, name, id, since, event) VALUES ($1, $2, $3, $4, $5, \
               $6) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "artifact",
        kind: Kind::Once,
        columns: &[("id", Text), ("request", Text), ("created", Number)],
        key: 1,
        read: "SELECT id, request, created FROM artifact WHERE agency = $1 AND id > $2 ORDER BY id LIMIT $3",
        write: "INSERT INTO artifact (agency, id, request, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO \
               NOTHING",
        forget: None,
    },
    Table {
        name: "version",
        kind: Kind::Once,
        columns: &[
            ("artifact", Text),
            ("ordinal", Number),
            ("object", Text),
            ("start", Number),
            ("length", Number),
            ("sha256", Text),
            ("bytes", Number),
            ("level", Text),
            ("created", Number),
            ("store_version", OfStore),
            ("event", Text),
        ],
        key: 2,
        read: "SELECT artifact, ordinal, object, start, length, sha256, bytes, level, created, \
               store_version, event FROM version WHERE agency = $1 AND (artifact, ordinal) > ($2, $3) ORDER \
               BY artifact, ordinal LIMIT $4",
        write: "INSERT INTO version (agency, artifact, ordinal, object, start, length, sha256, bytes, level, \
               created, store_version, event) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON \
               CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "report",
        kind: Kind::Once,
        columns: &[("artifact", Text), ("ordinal", Number), ("body", Text)],
        key: 2,
        read: "SELECT artifact, ordinal, body FROM report WHERE agency = $1 AND (artifact, ordinal) > ($2, \
               $3) ORDER BY artifact, ordinal LIMIT $4",
        write: "INSERT INTO report (agency, artifact, ordinal, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO \
               NOTHING",
        forget: None,
    },
    Table {
        name: "metadata",
        kind: Kind::Once,
        columns: &[("artifact", Text), ("revision", Number), ("body", Text), ("event", Text)],
        key: 2,
        read: "SELECT artifact, revision, body, event FROM metadata WHERE agency = $1 AND (artifact, \
               revision) > ($2, $3) ORDER BY artifact, revision LIMIT $4",
        write: "INSERT INTO metadata (agency, artifact, revision, body, event) VALUES ($1, $2, $3, $4, $5) ON \
               CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "link",
        kind: Kind::Once,
        columns: &[("event", Text), ("artifact", Text), ("kind", Text), ("other", Text)],
        key: 1,
        read: "SELECT event, artifact, kind, other FROM link WHERE agency = $1 AND event > $2 ORDER BY event \
               LIMIT $3",
        write: "INSERT INTO link (agency, event, artifact, kind, other) VALUES ($1, $2, $3, $4, $5) ON \
               CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "cosignature",
        kind: Kind::Once,
        columns: &[("size", Number), ("key", Text), ("line", Text), ("at", Number)],
        key: 2,
        read: "SELECT size, key, line, at FROM cosignature WHERE agency = $1 AND (size, key) > ($2, $3) ORDER \
               BY size, key LIMIT $4",
        write: "INSERT INTO cosignature (agency, size, key, line, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT \
               DO NOTHING",
        forget: None,
    },
    Table {
        name: "event",
        kind: Kind::Once,
        columns: &[
            ("id", Text),
            ("kind", Text),
            ("at", Number),
            ("node", Text),
            ("artifact", Text),
            ("commitment", Bytes),
        ],
        key: 1,
        read: "SELECT id, kind, at, node, artifact, commitment FROM event WHERE agency = $1 AND id > $2 \
               ORDER BY id LIMIT $3",
        // What the trigger refuses of a destroyed document isn't asked for again, where an attempt was cut off.
        write: "INSERT INTO event (agency, id, kind, at, node, artifact, commitment) SELECT $1, $2, $3, $4, \
               $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM event WHERE agency = $1 AND id = $2) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "record",
        kind: Kind::Once,
        columns: &[("event", Text), ("salt", Bytes), ("body", Bytes)],
        key: 1,
        read: "SELECT event, salt, body FROM record WHERE agency = $1 AND event > $2 ORDER BY event LIMIT $3",
        write: "INSERT INTO record (agency, event, salt, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "leaf",
        kind: Kind::Once,
        columns: &[("position", Number), ("event", Text), ("hash", Bytes)],
        key: 1,
        read: "SELECT position, event, hash FROM leaf WHERE agency = $1 AND position > $2 ORDER BY position \
               LIMIT $3",
        write: "INSERT INTO leaf (agency, position, event, hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO \
               NOTHING",
        forget: None,
    },
    Table {
        name: "checkpoint",
        kind: Kind::Once,
        columns: &[("size", Number), ("note", Bytes), ("at", Number)],
        key: 1,
        read: "SELECT size, note, at FROM checkpoint WHERE agency = $1 AND size > $2 ORDER BY size LIMIT $3",
        write: "INSERT INTO checkpoint (agency, size, note, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO \
               NOTHING",
        forget: None,
    },
    Table {
        name: "register_head",
        kind: Kind::Once,
        columns: &[("event", Text), ("events", Number), ("head", Text)],
        key: 1,
        read: "SELECT event, events, head FROM register_head WHERE agency = $1 AND event > $2 ORDER BY event \
               LIMIT $3",
        write: "INSERT INTO register_head (agency, event, events, head) VALUES ($1, $2, $3, $4) ON CONFLICT \
               DO NOTHING",
        forget: None,
    },
    Table {
        name: "access",
        kind: Kind::Once,
        columns: &[("at", Number), ("node", Text), ("principal", Text), ("artifact", Text), ("what", Text)],
        key: 2,
        read: "SELECT at, node, principal, artifact, what FROM access WHERE agency = $1 AND (at, node) > \
               ($2, $3) ORDER BY at, node LIMIT $4",
        write: "INSERT INTO access (agency, at, node, principal, artifact, what) VALUES ($1, $2, $3, $4, $5, \
               $6) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "access_head",
        kind: Kind::Once,
        columns: &[("day", Text), ("until", Number), ("event", Text)],
        key: 1,
        read: "SELECT day, until, event FROM access_head WHERE agency = $1 AND day > $2 ORDER BY day LIMIT \
               $3",
        write: "INSERT INTO access_head (agency, day, until, event) VALUES ($1, $2, $3, $4) ON CONFLICT DO \
               NOTHING",
        forget: None,
    },
    Table {
        name: "stamp",
        kind: Kind::Once,
        columns: &[
            ("number", Number),
            ("how", Text),
            ("algorithm", Text),
            ("root", Bytes),
            ("token", Bytes),
            ("time", Number),
            ("authority", Text),
            ("certificate", Text),
            ("expires", Number),
            ("leaves", Number),
            ("made", Number),
            ("event", Text),
            ("line", Number),
        ],
        key: 1,
        read: "SELECT number, how, algorithm, root, token, time, authority, certificate, expires, leaves, \
               made, event, line FROM stamp WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3",
        write: "INSERT INTO stamp (agency, number, how, algorithm, root, token, time, authority, certificate, \
               expires, leaves, made, event, line) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
               $14) \
               ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "stamp_leaf",
        kind: Kind::Once,
        columns: &[
            ("stamp", Number),
            ("position", Number),
            ("hash", Bytes),
            ("kind", Text),
            ("object", Text),
            ("ordinal", Number),
        ],
        key: 2,
        read: "SELECT stamp, position, hash, kind, object, ordinal FROM stamp_leaf WHERE agency = $1 AND \
               (stamp, position) > ($2, $3) ORDER BY stamp, position LIMIT $4",
        write: "INSERT INTO stamp_leaf (agency, stamp, position, hash, kind, object, ordinal) VALUES ($1, $2, \
               $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "stamp_material",
        kind: Kind::Once,
        columns: &[("stamp", Number), ("form", Number), ("token", Bytes), ("made", Number)],
        key: 2,
        read: "SELECT stamp, form, token, made FROM stamp_material WHERE agency = $1 AND (stamp, form) > \
               ($2, $3) ORDER BY stamp, form LIMIT $4",
        write: "INSERT INTO stamp_material (agency, stamp, form, token, made) VALUES ($1, $2, $3, $4, $5) ON \
               CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "request",
        kind: Kind::Forward,
        columns: &[
            ("name", Text),
            ("principal", Text),
            ("generation", Number),
            ("digest", Text),
            ("about", Text),
            ("state", Text),
            ("lease", Number),
            ("node", Text),
            ("claimed", Number),
            ("artifact", Text),
            ("answer", Text),
        ],
        key: 1,
        read: "SELECT name, principal, generation, digest, about, state, lease, node, claimed, artifact, \
               answer FROM request WHERE agency = $1 AND name > $2 ORDER BY name LIMIT $3",
        write: "INSERT INTO request (agency, name, principal, generation, digest, about, state, lease, node, \
               claimed, artifact, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON \
               CONFLICT (agency, name) DO UPDATE SET about = excluded.about, state = excluded.state, lease = \
               excluded.lease, node = excluded.node, artifact = excluded.artifact, answer = excluded.answer \
               WHERE request.state <> 'done'",
        forget: None,
    },
    Table {
        name: "leaf_pending",
        kind: Kind::Queue,
        columns: &[("at", Number), ("event", Text)],
        key: 2,
        read: "SELECT at, event FROM leaf_pending WHERE agency = $1 AND (at, event) > ($2, $3) ORDER BY at, \
               event LIMIT $4",
        write: "INSERT INTO leaf_pending (agency, at, event) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        forget: Some("DELETE FROM leaf_pending WHERE agency = $1 AND at = $2 AND event = $3"),
    },
    Table {
        name: "outbox",
        kind: Kind::Queue,
        columns: &[("event", Text)],
        key: 1,
        read: "SELECT event FROM outbox WHERE agency = $1 AND event > $2 ORDER BY event LIMIT $3",
        write: "INSERT INTO outbox (agency, event) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        forget: Some("DELETE FROM outbox WHERE agency = $1 AND event = $2"),
    },
    Table {
        name: "draft",
        kind: Kind::Queue,
        columns: &[
            ("id", Text),
            ("request", Text),
            ("digest", Text),
            ("sha256", Text),
            ("bytes", Number),
            ("actor", Text),
            ("answer", Text),
            ("created", Number),
            ("seal", Text),
        ],
        key: 1,
        read: "SELECT id, request, digest, sha256, bytes, actor, answer, created, seal FROM draft WHERE \
               agency = $1 AND id > $2 ORDER BY id LIMIT $3",
        write: "INSERT INTO draft (agency, id, request, digest, sha256, bytes, actor, answer, created, seal) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        forget: Some("DELETE FROM draft WHERE agency = $1 AND id = $2"),
    },
    Table {
        name: "job",
        kind: Kind::Operational,
        columns: &[
            ("kind", Text),
            ("subject", Text),
            ("state", Text),
            ("due", Number),
            ("asked", Number),
            ("lease", Number),
            ("holder", Text),
            ("tries", Number),
            ("error", Text),
            ("done", Number),
        ],
        key: 2,
        read: "SELECT kind, subject, state, due, asked, lease, holder, tries, error, done FROM job WHERE \
               agency = $1 AND (kind, subject) > ($2, $3) ORDER BY kind, subject LIMIT $4",
        write: "INSERT INTO job (agency, kind, subject, state, due, asked, lease, holder, tries, error, done) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "retention",
        kind: Kind::Once,
        columns: &[("artifact", Text), ("class", Text), ("text", Text), ("ends", Text)],
        key: 1,
        read: "SELECT artifact, class, text, ends FROM retention WHERE agency = $1 AND artifact > $2 ORDER BY artifact LIMIT $3",
        write: "INSERT INTO retention (agency, artifact, class, text, ends) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "hold",
        kind: Kind::Once,
        columns: &[("event", Text), ("artifact", Text)],
        key: 1,
        read: "SELECT event, artifact FROM hold WHERE agency = $1 AND event > $2 ORDER BY event LIMIT $3",
        write: "INSERT INTO hold (agency, event, artifact) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "hold_release",
        kind: Kind::Once,
        columns: &[("hold", Text), ("event", Text)],
        key: 1,
        read: "SELECT hold, event FROM hold_release WHERE agency = $1 AND hold > $2 ORDER BY hold LIMIT $3",
        write: "INSERT INTO hold_release (agency, hold, event) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "destruction",
        kind: Kind::Once,
        columns: &[("number", Number), ("who", Text), ("event", Text)],
        key: 1,
        read: "SELECT number, who, event FROM destruction WHERE agency = $1 AND number > $2 ORDER BY number LIMIT $3",
        write: "INSERT INTO destruction (agency, number, who, event) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        forget: None,
    },
    Table {
        name: "destruction_item",
        kind: Kind::Once,
        columns: &[("destruction", Number), ("artifact", Text), ("ends", Text)],
        key: 2,
        read: "SELECT destruction, artifact, ends FROM destruction_item WHERE agency = $1 AND (destruction, artifact) > ($2, $3) ORDER BY destruction, artifact LIMIT $4",
        write: "INSERT INTO destruction_item (agency, destruction, artifact, ends) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        forget: None,
    },
    // By their events, which follow each other: each step asks for the one before.
    Table {
        name: "destruction_step",
        kind: Kind::Once,
        columns: &[("event", Text), ("destruction", Number), ("step", Text), ("who", Text), ("decision", Text)],
        key: 1,
        read: "SELECT event, destruction, step, who, decision FROM destruction_step WHERE agency = $1 AND event > $2 ORDER BY event LIMIT $3",
        write: "INSERT INTO destruction_step (agency, event, destruction, step, who, decision) SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM destruction_step WHERE agency = $1 AND destruction = $3 AND step = $4) ON CONFLICT DO NOTHING",
        forget: None,
    },
    // Last: nothing is written of a document that has a row here.
    Table {
        name: "destroyed",
        kind: Kind::Once,
        columns: &[("artifact", Text), ("destruction", Number)],
        key: 1,
        read: "SELECT artifact, destruction FROM destroyed WHERE agency = $1 AND artifact > $2 ORDER BY artifact LIMIT $3",
        write: "INSERT INTO destroyed (agency, artifact, destruction) SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM destroyed WHERE agency = $1 AND artifact = $2) ON CONFLICT DO NOTHING",
        forget: None,
    },
];

impl Table {
    /// The values of a row, in the order of the columns.
    pub(crate) fn values(&self, row: &Row) -> Result<Vec<Value>, Error> {
        let value = |(name, column): &(&'static str, Column)| match column {
            Text | OfStore => row.maybe_text(name).map(Value::Text),
            Number => row.maybe_number(name).map(Value::Number),
            Bytes => row.bytes(name).map(|bytes| Value::Bytes(Some(bytes))),
        };
        self.columns.iter().map(value).collect()
    }

    /// A key that comes before all others.
    pub(crate) fn before_all(&self) -> Vec<Value> {
        let first = |(_, column): &(&'static str, Column)| match column {
            Number => Value::Number(Some(i64::MIN)),
            _ => Value::Text(Some(String::new())),
        };
        self.columns.iter().take(self.key).map(first).collect()
    }

    /// Where the column is in which each store has its own word.
    pub(crate) fn of_store(&self) -> Option<usize> {
        self.columns.iter().position(|(_, column)| *column == OfStore)
    }
}
