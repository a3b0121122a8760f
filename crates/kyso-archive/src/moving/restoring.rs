//! Restoring a backup into PostgreSQL and an S3 store: of an archive that had grown, or of one in a directory.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use uuid::Uuid;

use super::Filling;
use super::objects::{bring, put};
use crate::archive::{Archive, DATABASE, SOLE, blocking};
use crate::backup::copying::{self, Content};
use crate::backup::{self, Backup, Copying, Listed, Watch};
use crate::database::{Database, values};
use crate::destruction::{Erased, Since};
use crate::error::Error;
use crate::grown::Grown;
use crate::identity::{Identity, Keys, OBJECT};
use crate::restore::{self, Restoration, Restoring};
use crate::sequencing::CHECKPOINT;
use crate::store::Store;

impl Archive {
    /// Restores a backup into an agency's place, which was laid out and where nothing is, proves that it's whole, and writes that down
    /// in the log. What the backup has beside the archive, as its register, is put into the place's directory. Cut off, it's called
    /// again with the same backup.
    ///
    /// # Errors
    /// [`Error::Exists`] where there's an archive; [`Error::RolledBack`] where the store has a later checkpoint than the backup:
    /// [`rebuild_grown`](Self::rebuild_grown) adds what the store has; [`Error::OtherArchive`]; [`Error::Backup`], which names the
    /// file, where the backup isn't what was signed; [`Error::Damaged`] where what is there isn't what came; those of
    /// [`open_grown`](Self::open_grown).
    pub async fn restore_grown(source: &Path, to: &Grown, how: &Restoring, watch: Watch) -> Result<Restoration, Error> {
        let started = Timestamp::now();
        let (from, directory, name, keys) =
            (source.to_owned(), to.directory.clone(), how.name.clone(), how.keys.clone());
        let chosen = blocking(move || {
            // Keys that are another archive's aren't left in the directory.
            let own = keys.as_deref().map_or_else(|| Keys::open(&directory), Keys::open_in)?;
            let backup = restore::chosen(&from, name, &own)?;
            let identity = identity_of(&from, &backup)?;
            identity.demand_own(&own)?;
            let since = Since::of(&from, &backup, own.log.public())?;
            if let Some(keys) = &keys {
                restore::take_keys(keys, &directory)?;
            }
            Ok((own, backup, identity, since))
        });
        let (keys, backup, identity, since) = chosen.await?;
        let filling = Filling::of(to, &identity, keys.clone()).await?;
        if filling.is_open {
            return Err(Error::Exists(to.shown()));
        }
        if !since.is_empty() {
            filling.archive.demand_destroyer().await?;
        }
        let scratch = tempfile::tempdir_in(&to.directory).map_err(Error::file(&to.directory))?;
        let (from, store, snapshot) = (source.to_owned(), filling.archive.store.clone(), scratch.path().join(DATABASE));
        let (directory, database) = (to.directory.clone(), snapshot.clone());
        let (erased, executed) = (since.erased().clone(), since.executed());
        let (left, unreadable) = (erased.clone(), since.unreadable().to_vec());
        let brought = blocking(move || {
            bring_objects(&from, &store, &backup, &erased, &watch)?;
            bring_snapshot(&from, &backup, &database, &directory)?;
            Ok(backup)
        });
        let backup = brought.await?;
        let destroyed = filling.rows_of(&snapshot, since, keys).await?;
        let last = filling.archive.last_checkpoint().await?;
        filling.publish(last.as_ref().map(|(_, note)| note)).await?;
        let mut restoration = filling.archive.proved(started, &backup, how, destroyed, &left).await?;
        restoration.unreadable = unreadable;
        // Whoever restores may not delete in the store: what another attempt has brought there, an operator takes away.
        let store = filling.archive.store.clone();
        let left = blocking(move || left.left_in(&store)).await?;
        restoration.whole = restoration.whole && left.is_empty();
        restoration
            .damaged
            .extend(left.into_iter().map(|path| (path, "was destroyed, and is still in the store".into())));
        let archive = filling.open().await?;
        let done = async {
            archive.end_again(&executed, &how.by).await?;
            archive.tell(None, restoration.told()).await
        };
        let done = done.await;
        archive.close().await;
        done?;
        Ok(restoration)
    }
}

impl Filling {
    /// Brings every row of a snapshot, of whatever version of the schema. What was destroyed since is destroyed in the snapshot's copy, so
    /// that nothing of it comes, and the same rows come again where an attempt was cut off; the documents.
    async fn rows_of(&self, snapshot: &Path, since: Since, keys: Keys) -> Result<Vec<Uuid>, Error> {
        let database = Database::open(snapshot).await?;
        let problems = database.integrity_problems().await?;
        if !problems.is_empty() {
            database.close().await;
            return Err(Error::Damaged(format!("the database: {}", problems.join("; "))));
        }
        let (identity, store) = (self.archive.identity.as_ref().clone(), self.archive.store.clone());
        let copy = Archive::put_together(SOLE, identity, store, database.clone(), Some(keys), None).await?;
        let destroyed = copy.destroyed_of(&since).await?;
        copy.destroy_since(since).await?;
        let mut reading = database.reading().await?;
        let sums = self.rows(&mut reading, SOLE, true, |_| {}).await;
        reading.run("COMMIT", values![]).await?;
        database.close().await;
        self.archive.findings_again().await?;
        self.demand_same(&sums?).await?;
        Ok(destroyed)
    }
}

/// Whose archive a backup is of, held against its list.
///
/// # Errors
/// [`Error::Backup`], which names the file.
pub(crate) fn identity_of(source: &Path, backup: &Backup) -> Result<Identity, Error> {
    let path = source.join(OBJECT);
    let wrong = |what: &str| Error::Backup { path: path.clone(), what: what.to_owned() };
    let listed = backup.list.files.iter().find(|file| file.path == OBJECT).ok_or_else(|| wrong("isn't listed"))?;
    let bytes = listed_bytes(source, listed)?;
    let identity: Identity = serde_json::from_slice(&bytes).map_err(|_| wrong("can't be read"))?;
    match identity.id == backup.list.archive && identity.origin == backup.list.origin {
        true => Ok(identity),
        false => Err(wrong("is another archive's")),
    }
}

/// The bytes of a file of a backup, if they're those that were copied.
fn listed_bytes(source: &Path, file: &Listed) -> Result<Vec<u8>, Error> {
    let path = source.join(&file.path);
    let changed = || Error::Backup { path: path.clone(), what: "isn't what was copied".to_owned() };
    let length = std::fs::metadata(&path).map_err(|error| backup::missing_or(&path, error))?.len();
    if length != file.bytes {
        return Err(changed());
    }
    let bytes = std::fs::read(&path).map_err(|error| backup::missing_or(&path, error))?;
    if crate::record::sha256(&bytes) == file.sha256 { Ok(bytes) } else { Err(changed()) }
}

/// Puts every object of a backup into the store that wasn't destroyed since.
fn bring_objects(source: &Path, to: &Store, backup: &Backup, erased: &Erased, watch: &Watch) -> Result<(), Error> {
    let mut files = Vec::new();
    for file in &backup.list.files {
        let place = restore::target(source, &file.path, &backup.name)?;
        // What isn't at its place is of the snapshot.
        if place.as_os_str() == file.path.as_str() && file.path != OBJECT && !erased.has(&file.path) {
            files.push(file);
        }
    }
    let total = u64::try_from(files.len()).map_err(Error::internal)?;
    let done = std::sync::atomic::AtomicU64::new(0);
    let told = || {
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        watch(Copying { done, total });
    };
    bring(&files, &|file: &&Listed| put(to, &file.path, listed_bytes(source, file)?), &told)
}

/// Copies the snapshot's database to be read, and what else belongs to the moment to the directory.
fn bring_snapshot(source: &Path, backup: &Backup, database: &Path, directory: &Path) -> Result<(), Error> {
    for file in &backup.list.files {
        let place = restore::target(source, &file.path, &backup.name)?;
        if place.as_os_str() == file.path.as_str() {
            continue;
        }
        if place == Path::new(CHECKPOINT) {
            // The database has it too, from where it's shown; a backup that isn't what was signed isn't restored all the same.
            listed_bytes(source, file)?;
            continue;
        }
        let to: PathBuf = if place == Path::new(DATABASE) { database.to_owned() } else { directory.join(&place) };
        let from = source.join(&file.path);
        let wanted = Content { bytes: file.bytes, sha256: file.sha256.clone() };
        let changed = || Error::Backup { path: from.clone(), what: "isn't what was copied".to_owned() };
        if to.exists() {
            // From an attempt that was cut off.
            if copying::content(&to)? != wanted {
                return Err(Error::NotEmpty(to));
            }
            continue;
        }
        let temporary = to.parent().unwrap_or(directory);
        copying::copy(&from, temporary, &to, |content| if *content == wanted { Ok(()) } else { Err(changed()) })?;
    }
    Ok(())
}
