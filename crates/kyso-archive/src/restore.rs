//! Restoring an archive from a backup into an empty place, and proving that it's whole (QCVN 12:2026, 3.21.2.3: the files open, their
//! digests are the original ones, metadata and the record of events are there, and it's written down who did it, when, and what came of it).
//!
//! ```text
//! list, its signature    -> every file's length and digest
//! keys                   -> from where they were kept apart: they're in no backup
//! files                  -> copied, each held against the list; cut off, it goes on with those that aren't there
//! log                    -> entries, tiles and root held against the signed checkpoint
//! database               -> put in place last; its rows held against their records as they're read
//! documents              -> opened, hashed and verified
//! ```

use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use kyso::{Indication, Policy};
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::archive::{Archive, DATABASE, SOLE, blocking, lock};
use crate::artifact::Artifact;
use crate::backup::copying::{self, Content};
use crate::backup::{self, Backup, Copying, Listed, SNAPSHOT_CHECKPOINT, SNAPSHOTS, Watch};
use crate::database::{Database, values};
use crate::destruction::{Erased, Since};
use crate::error::Error;
use crate::identity::{Keys, OBJECT};
use crate::moving::identity_of;
use crate::private;
use crate::record::{self, Event, Told};
use crate::sequencing::CHECKPOINT;
use crate::store::{Store, sync_directory};

/// It's there while a restoration isn't done: no archive is opened beside it.
pub(crate) const MARKER: &str = "restoring.json";
/// Up to how many documents all of them are opened; of more, so many, evenly spread.
const SAMPLE: u64 = 200;
/// How many documents that don't open are named.
const NAMED: usize = 100;

/// How an archive is restored.
#[derive(Debug, Clone)]
pub struct Restoring {
    /// On whose word.
    pub by: String,
    /// Which backup, by its name; the newest where it isn't said.
    pub name: Option<String>,
    /// Where the keys were kept apart; none where they're in place already.
    pub keys: Option<PathBuf>,
    /// By what the documents are verified.
    pub policy: Policy,
}

/// What a restoration came to (QCVN 12:2026, 3.21.2.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restoration {
    /// On whose word.
    pub by: String,
    /// When it was begun.
    pub started: Timestamp,
    /// When it was done.
    pub ended: Timestamp,
    /// The archive's id.
    pub archive: String,
    /// The backup's name.
    pub backup: String,
    /// SHA-256 of its list.
    pub list_sha256: String,
    /// When the backup was made, and on whose word.
    pub made: Timestamp,
    /// On whose word the backup was made.
    pub made_by: String,
    /// Files that were restored, each with the digest that the list has.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Documents in it.
    pub artifacts: u64,
    /// Versions of them.
    pub versions: u64,
    /// Entries of the log, whose root is the one that was signed.
    pub log_size: u64,
    /// How many versions' bytes were opened, hashed and verified.
    pub opened: u64,
    /// Of those, how many have signatures that all passed.
    pub passed: u64,
    /// How many have one that can't be decided: most often an anchor that isn't trusted here.
    pub indeterminate: u64,
    /// How many have one that failed.
    pub failed: u64,
    /// Versions whose metadata were read.
    pub described: u64,
    /// What isn't there as it was kept, each with the reason.
    pub damaged: Vec<(String, String)>,
    /// Documents that the backup has and that were destroyed since, by what the medium's newest backup says: destroyed again.
    #[serde(default)]
    pub destroyed: Vec<Uuid>,
    /// Names of other backups on the medium whose lists can't be read, older than its newest.
    #[serde(default)]
    pub unreadable: Vec<String>,
    /// Whether everything is there that the archive had when it was backed up.
    pub whole: bool,
}

impl Restoration {
    /// What the log says of it.
    pub(crate) fn told(&self) -> Restored {
        Restored {
            by: self.by.clone(),
            started: self.started.to_string(),
            ended: self.ended.to_string(),
            backup: self.backup.clone(),
            list_sha256: self.list_sha256.clone(),
            files: self.files,
            bytes: self.bytes,
            log_size: self.log_size,
            whole: self.whole,
        }
    }
}

/// An archive was restored from a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Restored {
    by: String,
    started: String,
    ended: String,
    backup: String,
    list_sha256: String,
    files: u64,
    bytes: u64,
    log_size: u64,
    whole: bool,
}

impl Told for Restored {
    const KIND: &'static str = "restored";
}

/// What the marker says.
#[derive(Debug, Serialize, Deserialize)]
struct Marked {
    list_sha256: String,
    /// The documents that the backup has and that are destroyed again: once that was done, the rows don't say so any more.
    #[serde(default)]
    destroyed: Vec<Uuid>,
}

impl Archive {
    /// Restores an archive into an empty directory, proves that it's whole, and writes the event `restored`.
    ///
    /// # Errors
    /// [`Error::NotEmpty`]; [`Error::Backup`], which names the file, where the backup isn't what was signed; [`Error::KeyMissing`];
    /// [`Error::Damaged`] where log or database aren't whole; [`Error::File`], [`Error::Database`]: called again, it goes on.
    pub async fn restore(source: &Path, directory: &Path, how: &Restoring, watch: Watch) -> Result<Restoration, Error> {
        let (archive, restoration) = Self::restored(source, directory, how, watch).await?;
        let told = async {
            // Cut off after it was told, it's told already: only a restoration from this list has an event that says so.
            match archive.is_told(&restoration.list_sha256).await? {
                true => archive.settle().await,
                false => archive.tell(None, restoration.told()).await,
            }
        };
        let told = told.await;
        archive.close().await;
        told?;
        unmark(directory)?;
        Ok(restoration)
    }

    /// Restores a backup into an empty directory of which nothing is to stay: an exercise. The directory is the caller's to remove.
    ///
    /// # Errors
    /// As [`restore`](Self::restore).
    pub async fn drill(source: &Path, scratch: &Path, how: &Restoring, watch: Watch) -> Result<Restoration, Error> {
        let (archive, restoration) = Self::restored(source, scratch, how, watch).await?;
        archive.close().await;
        Ok(restoration)
    }

    async fn restored(
        source: &Path,
        directory: &Path,
        how: &Restoring,
        watch: Watch,
    ) -> Result<(Self, Restoration), Error> {
        let started = Timestamp::now();
        let (from, to, wanted, keys_from) =
            (source.to_owned(), directory.to_owned(), how.name.clone(), how.keys.clone());
        let copying = move || {
            private::demand_apart(&from, &to)?;
            private::make_directory(&to).map_err(Error::file(&to))?;
            let lock = lock(&to)?;
            demand_empty(&to)?;
            // Keys that are another archive's aren't left in the directory.
            let keys = keys_from.as_deref().map_or_else(|| Keys::open(&to), Keys::open_in)?;
            let backup = chosen(&from, wanted, &keys)?;
            identity_of(&from, &backup)?.demand_own(&keys)?;
            let since = Since::of(&from, &backup, keys.log.public())?;
            if let Some(keys) = &keys_from {
                take_keys(keys, &to)?;
            }
            mark(&to, &backup.digest)?;
            let store = Store::make(&to)?;
            bring(&from, &to, &backup, since.erased(), &watch)?;
            Ok((lock, store, keys, backup, since))
        };
        let (lock, store, keys, backup, since) = blocking(copying).await?;
        let database = Database::open(&directory.join(DATABASE)).await?;
        let problems = database.integrity_problems().await?;
        if !problems.is_empty() {
            database.close().await;
            return Err(Error::Damaged(format!("the database: {}", problems.join("; "))));
        }
        let archive = Self::checked(SOLE, &directory.join(DATABASE), store, database, Some(keys), Some(lock)).await?;
        let proved = async {
            let (destroyed, at) = (archive.destroyed_of(&since).await?, directory.to_owned());
            let destroyed = blocking(move || mark_destroyed(&at, destroyed)).await?;
            let (executed, erased) = (since.executed(), since.erased().clone());
            let unreadable = since.unreadable().to_vec();
            archive.destroy_since(since).await?;
            archive.end_again(&executed, &how.by).await?;
            let restoration = archive.proved(started, &backup, how, destroyed, &erased).await?;
            Ok(Restoration { unreadable, ..restoration })
        };
        match proved.await {
            Ok(restoration) => Ok((archive, restoration)),
            Err(error) => {
                archive.close().await;
                Err(error)
            }
        }
    }

    /// Holds what was restored against what was kept.
    pub(crate) async fn proved(
        &self,
        started: Timestamp,
        backup: &Backup,
        how: &Restoring,
        destroyed: Vec<Uuid>,
        erased: &Erased,
    ) -> Result<Restoration, Error> {
        let list = &backup.list;
        let brought = || list.files.iter().filter(|file| !erased.has(&file.path));
        if list.archive != self.identity.id || list.origin != self.identity.origin {
            let (database, store) = (self.identity.id.to_string(), list.archive.to_string());
            return Err(Error::OtherArchive { database, store });
        }
        self.demand_published_log().await?;
        self.demand_leaves().await?;
        let mut damaged: Vec<(String, String)> =
            list.damaged.iter().map(|path| (path.clone(), "wasn't in the archive as it was kept".to_owned())).collect();
        let mut restoration = Restoration {
            by: how.by.clone(),
            started,
            ended: started,
            archive: list.archive.to_string(),
            backup: backup.name.clone(),
            list_sha256: backup.digest.clone(),
            made: list.made,
            made_by: list.by.clone(),
            files: u64::try_from(brought().count()).map_err(Error::internal)?,
            bytes: brought().map(|file| file.bytes).sum(),
            artifacts: self.count().await?,
            versions: list.versions,
            log_size: self.leaves().await?,
            opened: 0,
            passed: 0,
            indeterminate: 0,
            failed: 0,
            described: 0,
            damaged: Vec::new(),
            destroyed,
            unreadable: Vec::new(),
            whole: false,
        };
        for id in self.sample(restoration.artifacts).await? {
            match self.opened_one(id, &how.policy, &mut restoration).await {
                Ok(()) => {}
                Err(error @ (Error::Damaged(_) | Error::Missing(_))) if damaged.len() < NAMED => {
                    damaged.push((id.to_string(), error.to_string()));
                }
                Err(Error::Damaged(_) | Error::Missing(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let gone = u64::try_from(restoration.destroyed.len()).map_err(Error::internal)?;
        restoration.whole = damaged.is_empty() && restoration.artifacts.saturating_add(gone) == list.artifacts;
        restoration.damaged = damaged;
        restoration.ended = Timestamp::now();
        Ok(restoration)
    }

    /// Opens, hashes and verifies every version of a document, and reads what is said of it.
    async fn opened_one(&self, id: Uuid, policy: &Policy, restoration: &mut Restoration) -> Result<(), Error> {
        for artifact in self.versions(id).await? {
            let bytes = self.bytes(&artifact).await?;
            self.report(&artifact).await?;
            let verified = verified(bytes, policy.clone(), &artifact).await?;
            restoration.opened += 1;
            match verified {
                Indication::TotalPassed => restoration.passed += 1,
                Indication::TotalFailed => restoration.failed += 1,
                Indication::Indeterminate => restoration.indeterminate += 1,
            }
        }
        if self.metadata(id).await?.is_some() {
            restoration.described += 1;
        }
        Ok(())
    }

    /// The documents that are opened: all of a few, else so many, evenly spread.
    async fn sample(&self, artifacts: u64) -> Result<Vec<Uuid>, Error> {
        let step = artifacts.div_ceil(SAMPLE).max(1);
        let sql = "SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM artifact a WHERE agency = $1 AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id)) AS placed \
                   WHERE (place - 1) % $2 = 0";
        let step = i64::try_from(step).map_err(Error::internal)?;
        let rows = self.database.rows(sql, values![&self.agency, step]).await?;
        let id = |text: String| text.parse().map_err(|_| Error::Damaged(format!("{text} is no artifact")));
        rows.iter().map(|row| id(row.text("id")?)).collect()
    }

    /// Whether an event says that this was restored from the backup whose list has this digest.
    async fn is_told(&self, list_sha256: &str) -> Result<bool, Error> {
        let sql = "SELECT e.id, e.kind, e.at, e.commitment, r.salt, r.body FROM event e \
                   JOIN record r ON r.agency = e.agency AND r.event = e.id WHERE e.agency = $1 AND e.kind = $2";
        for row in self.database.rows(sql, values![&self.agency, Restored::KIND]).await? {
            if record::read::<Restored>(&row)?.of.list_sha256 == list_sha256 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes an event that is about no artifact, gives it its place and its manifest.
    pub(crate) async fn tell<T: Told>(&self, artifact: Option<Uuid>, of: T) -> Result<(), Error> {
        let (event, _) = Event::now(&self.clock, artifact, of)?;
        let agency = self.agency.clone();
        self.database
            .write(move |transaction| Box::pin(async move { event.write(transaction, &agency).await }))
            .await?;
        self.settle().await
    }

    /// Gives what happened its place in the log and its manifest.
    async fn settle(&self) -> Result<(), Error> {
        self.sequence().await?;
        while self.write_manifests(256).await? > 0 {}
        Ok(())
    }
}

/// What verification says of a document, by its worst signature.
async fn verified(bytes: Vec<u8>, policy: Policy, artifact: &Artifact) -> Result<Indication, Error> {
    let report = tokio::task::spawn_blocking(move || kyso::verify(&bytes, &policy)).await.map_err(Error::internal)?;
    let damaged = |error: kyso::Error| Error::Damaged(format!("artifact {} doesn't open: {error}", artifact.id));
    let report = report.map_err(damaged)?;
    let any = |wanted: Indication| report.signatures.iter().any(|signature| signature.indication == wanted);
    Ok(match any(Indication::TotalFailed) {
        true => Indication::TotalFailed,
        false if any(Indication::Indeterminate) || report.signatures.is_empty() => Indication::Indeterminate,
        false => Indication::TotalPassed,
    })
}

/// Refuses an archive whose restoration was cut off.
pub(crate) fn demand_done(directory: &Path) -> Result<(), Error> {
    if directory.join(MARKER).exists() { Err(Error::Unfinished(directory.to_owned())) } else { Ok(()) }
}

/// Refuses a directory that has anything but keys, or what an earlier attempt left.
fn demand_empty(directory: &Path) -> Result<(), Error> {
    if directory.join(MARKER).exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(directory).map_err(Error::file(directory))? {
        let name = entry.map_err(Error::file(directory))?.file_name();
        if !matches!(name.to_str(), Some("keys" | "lock" | "lost+found")) {
            return Err(Error::NotEmpty(directory.to_owned()));
        }
    }
    Ok(())
}

/// Copies the keys from where they were kept apart. Those that are there already must be the same.
pub(crate) fn take_keys(from: &Path, directory: &Path) -> Result<(), Error> {
    let keys = directory.join("keys");
    private::make_directory(&keys).map_err(Error::file(&keys))?;
    for name in ["naming.key", "log.pem"] {
        let (from, to) = (from.join(name), keys.join(name));
        let bytes = zeroize::Zeroizing::new(std::fs::read(&from).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::KeyMissing(from.clone()),
            _ => Error::file(&from)(error),
        })?);
        match std::fs::read(&to).map(zeroize::Zeroizing::new) {
            Ok(there) if there == bytes => continue,
            Ok(_) => return Err(Error::NotEmpty(to)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::file(&to)(error)),
        }
        copying::write_new(&keys, &to, &bytes)?;
    }
    sync_directory(&keys)?;
    sync_directory(directory)
}

/// The backup that is asked for, its list held against its signature.
pub(crate) fn chosen(source: &Path, name: Option<String>, keys: &Keys) -> Result<Backup, Error> {
    let name = match name {
        Some(name) => name,
        None => {
            let none = || Error::Backup { path: source.join(backup::LISTS), what: "has no backup".to_owned() };
            return backup::course::newest(source, keys.log.public())?.backup.ok_or_else(none);
        }
    };
    backup::read(source, &name, keys.log.public())
}

/// Writes down which backup is restored, before anything of it is there.
fn mark(directory: &Path, list_sha256: &str) -> Result<(), Error> {
    let path = directory.join(MARKER);
    match std::fs::read(&path) {
        Ok(there) => {
            let there: Option<Marked> = serde_json::from_slice(&there).ok();
            return match there.is_some_and(|there| there.list_sha256 == list_sha256) {
                true => Ok(()),
                false => Err(Error::NotEmpty(directory.to_owned())),
            };
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Error::file(&path)(error)),
    }
    let marked = Marked { list_sha256: list_sha256.to_owned(), destroyed: Vec::new() };
    copying::write_new(directory, &path, &serde_json::to_vec(&marked).map_err(Error::internal)?)?;
    sync_directory(directory)
}

/// Writes down which documents are destroyed again, before they are; those of an attempt that was cut off among them.
fn mark_destroyed(directory: &Path, destroyed: Vec<Uuid>) -> Result<Vec<Uuid>, Error> {
    let path = directory.join(MARKER);
    let bytes = std::fs::read(&path).map_err(Error::file(&path))?;
    let unreadable = |_| Error::Damaged(format!("{} can't be read", path.display()));
    let mut marked: Marked = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let new: Vec<Uuid> = destroyed.into_iter().filter(|id| !marked.destroyed.contains(id)).collect();
    if !new.is_empty() {
        marked.destroyed.extend(new);
        let mut draft = tempfile::NamedTempFile::new_in(directory.join("tmp")).map_err(Error::file(directory))?;
        let bytes = serde_json::to_vec(&marked).map_err(Error::internal)?;
        draft.write_all(&bytes).map_err(Error::file(&path))?;
        draft.as_file().sync_all().map_err(Error::file(&path))?;
        draft.persist(&path).map_err(|error| Error::file(&path)(error.error))?;
        sync_directory(directory)?;
    }
    Ok(marked.destroyed)
}

/// From here on it's an archive.
fn unmark(directory: &Path) -> Result<(), Error> {
    let path = directory.join(MARKER);
    std::fs::remove_file(&path).map_err(Error::file(&path))?;
    sync_directory(directory)
}

/// Copies every file of the list that isn't there and wasn't destroyed since; the database last.
fn bring(source: &Path, directory: &Path, backup: &Backup, erased: &Erased, watch: &Watch) -> Result<(), Error> {
    let mut files: Vec<(&Listed, PathBuf)> = (backup.list.files.iter())
        .filter(|file| !erased.has(&file.path))
        .map(|file| Ok((file, target(source, &file.path, &backup.name)?)))
        .collect::<Result<_, Error>>()?;
    let total = u64::try_from(files.len()).map_err(Error::internal)?;
    files.sort_by_key(|(_, to)| to.as_path() == Path::new(DATABASE));
    // It's put in place last, and from then on it and the checkpoint move on.
    let is_in_place = directory.join(DATABASE).exists();
    let moves = |to: &Path| is_in_place && (to == Path::new(DATABASE) || to == Path::new(CHECKPOINT));
    let mut dirty = std::collections::BTreeSet::new();
    for (done, (file, to)) in (0..).zip(&files) {
        watch(Copying { done, total });
        if moves(to) {
            continue;
        }
        let (from, to) = (source.join(&file.path), directory.join(to));
        let wanted = Content { bytes: file.bytes, sha256: file.sha256.clone() };
        let changed = |path: &Path| Error::Backup { path: path.to_owned(), what: "isn't what was copied".to_owned() };
        if to.exists() {
            // From an attempt that was cut off.
            if copying::content(&to)? == wanted {
                continue;
            }
            return Err(Error::NotEmpty(to));
        }
        match from.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(changed(&from)),
            Err(error) => return Err(backup::missing_or(&from, error)),
        }
        let temporary = directory.join("tmp");
        copying::copy(&from, &temporary, &to, |content| if *content == wanted { Ok(()) } else { Err(changed(&from)) })?;
        let above = to.ancestors().skip(1).take_while(|above| above.starts_with(directory));
        dirty.extend(above.map(Path::to_owned));
    }
    watch(Copying { done: total, total });
    dirty.iter().try_for_each(|directory| sync_directory(directory))
}

/// Where a file of a backup belongs in the archive. A list is signed, and believed all the same only as far as it stays in the archive.
pub(crate) fn target(source: &Path, path: &str, name: &str) -> Result<PathBuf, Error> {
    let wrong = || Error::Backup { path: source.join(path), what: "has no place in an archive".to_owned() };
    if let Some(file) = path.strip_prefix(SNAPSHOTS).and_then(|rest| rest.strip_prefix('/')) {
        let file = file.strip_prefix(name).and_then(|rest| rest.strip_prefix('/')).ok_or_else(wrong)?;
        return match file {
            SNAPSHOT_CHECKPOINT => Ok(PathBuf::from(CHECKPOINT)),
            DATABASE | "register.sqlite3" | "registers.toml" => Ok(PathBuf::from(file)),
            _ => Err(wrong()),
        };
    }
    let to = Path::new(path);
    let mut components = to.components();
    let is_plain = to.components().all(|component| matches!(component, Component::Normal(_)));
    let first = components.next().and_then(|first| first.as_os_str().to_str());
    let is_place = matches!(first, Some("o" | "d" | "log" | "stamp" | "quarantine" | "destroyed")) || path == OBJECT;
    if is_plain && is_place && path != CHECKPOINT { Ok(to.to_owned()) } else { Err(wrong()) }
}
