//! What PostgreSQL lets the service's role do with the archive's tables, and what holds them.

use kyso_rows::Rights;

/// All of it.
pub(super) const RIGHTS: Rights = Rights { once: &ONCE, forward: &FORWARD, queues: &QUEUES, triggers: &TRIGGERS };

/// Tables whose rows are written once: nothing but SELECT and INSERT.
const ONCE: [&str; 25] = [
    "archive",
    "principal",
    "artifact",
    "version",
    "report",
    "metadata",
    "link",
    "event",
    "record",
    "leaf",
    "checkpoint",
    "cosignature",
    "register_head",
    "access",
    "access_head",
    "stamp",
    "stamp_leaf",
    "stamp_material",
    "retention",
    "hold",
    "hold_release",
    "destruction",
    "destruction_item",
    "destruction_step",
    "destroyed",
];
/// Tables in which some columns go forward, and those columns. No row is deleted.
const FORWARD: [(&str, &str); 6] = [
    ("request", "about,state,lease,node,artifact,answer"),
    ("job", "state,due,asked,lease,holder,tries,error,done"),
    ("copy", "seen,state"),
    ("probe", "at"),
    ("anchor", "size,at"),
    ("lasting", "ordinal,rules,kind,wanted,level,due,again,tries,error"),
];
/// Tables whose rows come and go, and are never changed.
const QUEUES: [&str; 4] = ["leaf_pending", "outbox", "draft", "finding"];
/// Triggers beside those that every table of its sort has.
const TRIGGERS: [(&str, &str); 8] = [
    ("request", "forward"),
    ("draft", "unchanged"),
    ("record", "with_its_document"),
    ("report", "with_its_document"),
    ("metadata", "with_its_document"),
    ("destruction_step", "in_order"),
    ("destroyed", "by_decision"),
    ("event", "of_what_is_kept"),
];
