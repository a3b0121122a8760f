//! What an audit finds, as data: what is the matter, and with what.

use std::collections::HashSet;
use std::fmt;

use serde::{Serialize, Serializer};

/// How many problems are listed.
const MOST: usize = 10_000;

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// `database.damaged`: SQLite's own check of its file fails.
    DatabaseDamaged,
    /// `schema.changed`: a table or a trigger isn't as the program makes it.
    SchemaChanged,
    /// `table.unreadable`: a table can't be read on.
    TableUnreadable,
    /// `archive.other`: database and store are of two archives.
    ArchiveOther,
    /// `archive.changed`: database and store say different things of the one archive.
    ArchiveChanged,
    /// `archive.missing`: the archive's identity is missing in the database or in the store.
    ArchiveMissing,
    /// `key.other`: the archive's log key isn't the one that the auditor has.
    KeyOther,
    /// `row.changed`: a row isn't what its event's record says.
    RowChanged,
    /// `row.missing`: a record speaks of a row that isn't there.
    RowMissing,
    /// `row.unknown`: a row that no record speaks of.
    RowUnknown,
    /// `link.circle`: a note: links by which a document stands behind itself.
    LinkCircle,
    /// `record.changed`: a record isn't the one that its commitment is about.
    RecordChanged,
    /// `event.changed`: an event isn't as its record and the log have it.
    EventChanged,
    /// `event.unlogged`: an event has no place in the log and doesn't wait for one.
    EventUnlogged,
    /// `event.backdated`: an event is of an earlier time than those before it in the log, and nobody confirmed the clock.
    EventBackdated,
    /// `leaf.changed`: a leaf isn't its event's.
    LeafChanged,
    /// `leaf.missing`: the log has a gap.
    LeafMissing,
    /// `tile.changed`: a tile hasn't the hashes of the leaves.
    TileChanged,
    /// `tile.missing`: a tile isn't there.
    TileMissing,
    /// `tile.unsigned`: a note: a file of the log of a size that no checkpoint here is about, as a crash leaves it.
    TileUnsigned,
    /// `bundle.changed`: a bundle hasn't the entries of the leaves.
    BundleChanged,
    /// `bundle.missing`: a bundle isn't there.
    BundleMissing,
    /// `checkpoint.forged`: a checkpoint isn't one, or isn't signed by the log's key.
    CheckpointForged,
    /// `checkpoint.wrong`: a checkpoint that was signed here has another root than the leaves.
    CheckpointWrong,
    /// `checkpoint.missing`: no checkpoint is published.
    CheckpointMissing,
    /// `checkpoint.behind`: the published checkpoint is older than a crash leaves it.
    CheckpointBehind,
    /// `log.rolled-back`: a checkpoint is ahead of the log: an older copy was put back.
    LogRolledBack,
    /// `log.forked`: a checkpoint has another root than the log at that size: the log was written anew.
    LogForked,
    /// `object.missing`: a part of a document isn't in the store.
    ObjectMissing,
    /// `object.damaged`: a part of a document has other bytes than were kept.
    ObjectDamaged,
    /// `object.unreadable`: a part of a document can't be read.
    ObjectUnreadable,
    /// `object.hidden`: an object was deleted from an S3 store that keeps versions; they're there still, and a delete marker hides
    /// them.
    ObjectHidden,
    /// `object.versions`: a note: a name that is given once has several versions in an S3 store. The newest is read and was looked
    /// at; a repair leaves this, and so does whoever replaced an object.
    ObjectVersions,
    /// `object.unknown`: an object in the store belongs to nothing.
    ObjectUnknown,
    /// `object.unfinished`: a note: a request has made an object that has no row yet; recovery takes it up.
    ObjectUnfinished,
    /// `copy.missing`: what was copied to the second store isn't there.
    CopyMissing,
    /// `copy.damaged`: what was copied to the second store has other bytes.
    CopyDamaged,
    /// `copy.unreadable`: what was copied to the second store can't be read.
    CopyUnreadable,
    /// `manifest.missing`: an event's manifest isn't in the store. A scrub writes it again where its rows are whole.
    ManifestMissing,
    /// `manifest.changed`: an event's manifest isn't what was written. A scrub writes it again where its rows are whole.
    ManifestChanged,
    /// `draft.missing`: the bytes of a prepared result aren't in the store.
    DraftMissing,
    /// `draft.damaged`: the bytes of a prepared result aren't those that were kept.
    DraftDamaged,
    /// `draft.unknown`: a note: bytes of a prepared result that has no row, as a crash leaves them.
    DraftUnknown,
    /// `stamp.missing`: a time-stamp isn't in the store as a file: it's written the next time.
    StampMissing,
    /// `stamp.changed`: a time-stamp's file isn't what was written.
    StampChanged,
    /// `destruction.unfounded`: something is gone, or said to be, without a list, another person's approval and a decision.
    DestructionUnfounded,
    /// `destroyed.left`: something is left of a document that was destroyed; a note while its destruction isn't at its end.
    DestroyedLeft,
    /// `certificate.missing`: the certificate of a destruction isn't there, or the statement of what was destroyed.
    CertificateMissing,
    /// `certificate.changed`: the certificate of a destruction, or the statement of what was destroyed, isn't what it was.
    CertificateChanged,
    /// `index.changed`: the search index isn't what follows from metadata and reports; it can be made again.
    IndexChanged,
    /// `file.unknown`: a file where none belongs.
    FileUnknown,
    /// `file.unreadable`: a file or directory can't be read.
    FileUnreadable,
}

impl Fault {
    /// Whether something couldn't be read: it may be whole.
    pub(super) fn is_unread(self) -> bool {
        matches!(self, Self::TableUnreadable | Self::ObjectUnreadable | Self::CopyUnreadable | Self::FileUnreadable)
    }

    /// Its code, e.g. `object.missing`.
    pub fn code(self) -> &'static str {
        match self {
            Self::DatabaseDamaged => "database.damaged",
            Self::SchemaChanged => "schema.changed",
            Self::TableUnreadable => "table.unreadable",
            Self::ArchiveOther => "archive.other",
            Self::ArchiveChanged => "archive.changed",
            Self::ArchiveMissing => "archive.missing",
            Self::KeyOther => "key.other",
            Self::RowChanged => "row.changed",
            Self::RowMissing => "row.missing",
            Self::RowUnknown => "row.unknown",
            Self::LinkCircle => "link.circle",
            Self::RecordChanged => "record.changed",
            Self::EventChanged => "event.changed",
            Self::EventUnlogged => "event.unlogged",
            Self::EventBackdated => "event.backdated",
            Self::LeafChanged => "leaf.changed",
            Self::LeafMissing => "leaf.missing",
            Self::TileChanged => "tile.changed",
            Self::TileMissing => "tile.missing",
            Self::TileUnsigned => "tile.unsigned",
            Self::BundleChanged => "bundle.changed",
            Self::BundleMissing => "bundle.missing",
            Self::CheckpointForged => "checkpoint.forged",
            Self::CheckpointWrong => "checkpoint.wrong",
            Self::CheckpointMissing => "checkpoint.missing",
            Self::CheckpointBehind => "checkpoint.behind",
            Self::LogRolledBack => "log.rolled-back",
            Self::LogForked => "log.forked",
            Self::ObjectMissing => "object.missing",
            Self::ObjectDamaged => "object.damaged",
            Self::ObjectUnreadable => "object.unreadable",
            Self::ObjectHidden => "object.hidden",
            Self::ObjectVersions => "object.versions",
            Self::ObjectUnknown => "object.unknown",
            Self::ObjectUnfinished => "object.unfinished",
            Self::CopyMissing => "copy.missing",
            Self::CopyDamaged => "copy.damaged",
            Self::CopyUnreadable => "copy.unreadable",
            Self::ManifestMissing => "manifest.missing",
            Self::ManifestChanged => "manifest.changed",
            Self::DraftMissing => "draft.missing",
            Self::DraftDamaged => "draft.damaged",
            Self::DraftUnknown => "draft.unknown",
            Self::StampMissing => "stamp.missing",
            Self::StampChanged => "stamp.changed",
            Self::DestructionUnfounded => "destruction.unfounded",
            Self::DestroyedLeft => "destroyed.left",
            Self::CertificateMissing => "certificate.missing",
            Self::CertificateChanged => "certificate.changed",
            Self::IndexChanged => "index.changed",
            Self::FileUnknown => "file.unknown",
            Self::FileUnreadable => "file.unreadable",
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Subject {
    /// The database as a whole.
    Database,
    /// A table, or a row of it: the parts of its key with `/` between them.
    Row {
        /// The table.
        table: String,
        /// The row; none where the table is meant.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// Leaves of the log.
    Leaves {
        /// The position of the first, from 0.
        first: u64,
        /// The position of the last.
        last: u64,
    },
    /// A checkpoint.
    Checkpoint {
        /// The size of the log that it's about; none where it can't be read.
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<u64>,
        /// Where it stands: `checkpoint` (the table), `log/checkpoint` (the store), `since 1` (the first of those that were given).
        place: String,
    },
    /// A part of a document.
    Object {
        /// Its name.
        object: String,
        /// The artifact's id, where it's a part of one.
        #[serde(skip_serializing_if = "Option::is_none")]
        artifact: Option<String>,
        /// The version that it was added with.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u32>,
    },
    /// A file of the store, by its path under the archive's directory.
    File {
        /// The path, with `/` between directories.
        path: String,
    },
}

impl Subject {
    pub(super) fn table(table: &str) -> Self {
        Self::Row { table: table.to_owned(), key: None }
    }

    pub(super) fn row(table: &str, key: impl Into<String>) -> Self {
        Self::Row { table: table.to_owned(), key: Some(key.into()) }
    }

    pub(super) fn file(path: impl Into<String>) -> Self {
        Self::File { path: path.into() }
    }

    pub(super) fn leaf(position: u64) -> Self {
        Self::Leaves { first: position, last: position }
    }

    pub(super) fn object(object: &str, artifact: &str, version: u32) -> Self {
        let artifact = Some(artifact.to_owned());
        Self::Object { object: object.to_owned(), artifact, version: Some(version) }
    }
}

/// As programs and logs show it: `version 0191…/0`, `log/tile/0/000`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database => f.write_str("database"),
            Self::Row { table, key: None } => f.write_str(table),
            Self::Row { table, key: Some(key) } => write!(f, "{table} {key}"),
            Self::Leaves { first, last } if first == last => write!(f, "leaf {first}"),
            Self::Leaves { first, last } => write!(f, "leaves {first}-{last}"),
            Self::Checkpoint { size: Some(size), place } => write!(f, "{place} {size}"),
            Self::Checkpoint { size: None, place } => f.write_str(place),
            Self::Object { object, .. } => f.write_str(object),
            Self::File { path } => f.write_str(path),
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What is the matter.
    pub code: Fault,
    /// With what.
    pub subject: Subject,
    /// More about it, in English, for whoever has to find out more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What was found so far, each thing once.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    pub(super) problems: Vec<Finding>,
    pub(super) notes: Vec<Finding>,
    pub(super) more: u64,
    seen: HashSet<(Fault, Subject)>,
    artifacts: HashSet<String>,
    /// Artifacts of which a part isn't what was kept.
    objects: HashSet<String>,
    /// Sizes of checkpoints that aren't what was signed.
    checkpoints: HashSet<u64>,
}

impl Findings {
    pub(super) fn problem(&mut self, code: Fault, subject: Subject, detail: Option<String>) {
        if self.seen.len() >= MOST {
            self.more += 1;
        } else if self.seen.insert((code, subject.clone())) {
            match &subject {
                Subject::Row { key: Some(key), .. } => self.artifacts.extend(key.split('/').next().map(str::to_owned)),
                Subject::Object { artifact: Some(artifact), .. } => {
                    self.objects.insert(artifact.clone());
                }
                Subject::Checkpoint { size: Some(size), .. } => {
                    self.checkpoints.insert(*size);
                }
                _ => {}
            }
            self.problems.push(Finding { code, subject, detail });
        }
    }

    pub(super) fn note(&mut self, code: Fault, subject: Subject, detail: Option<String>) {
        if self.notes.len() < MOST {
            self.notes.push(Finding { code, subject, detail });
        }
    }

    /// What follows from this artifact, or from this event, can't be judged: what it follows from was told.
    pub(super) fn mark(&mut self, artifact: &str) {
        self.artifacts.insert(artifact.to_owned());
    }

    /// Whether a part of this artifact isn't what was kept.
    pub(super) fn has_bad_object(&self, artifact: &str) -> bool {
        self.objects.contains(artifact)
    }

    /// Whether the checkpoint of this size isn't what was signed.
    pub(super) fn has_bad_checkpoint(&self, size: u64) -> bool {
        self.checkpoints.contains(&size) || self.artifacts.contains(&size.to_string())
    }

    /// Whether this was found already.
    pub(super) fn has(&self, code: Fault, subject: &Subject) -> bool {
        self.seen.contains(&(code, subject.clone()))
    }

    /// Whether a report or the metadata of this artifact aren't what they were: what follows from them isn't told again.
    pub(super) fn is_bad(&self, artifact: &str) -> bool {
        self.artifacts.contains(artifact)
    }
}
