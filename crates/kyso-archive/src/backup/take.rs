//! Taking a backup, beside the service that is at work.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::beside::{BesideArchive, BesideTaken, RegisterNow};
use super::copying::{self, Content};
use super::course::{Newest, newest};
use super::last::LastBackup;
use super::wanted::Wanted;
use super::{
    Backup, BackupPlace, Copying, List, Listed, SNAPSHOT_CHECKPOINT, SNAPSHOTS, VERSION, Watch, key_name, name_of, read,
};
use crate::archive::{Archive, DATABASE, SOLE, blocking};
use crate::database::{Database, values};
use crate::error::{Error, NotPast};
use crate::log::Checkpoint;
use crate::private;
use crate::store::{Store, sync_directory};
use crate::stored_log::{self, Tiles};

/// How a backup is taken.
#[derive(Default)]
pub struct BackingUp {
    /// On whose word.
    pub by: String,
    /// How many backups stay at most, this one among them; all where it isn't said.
    pub keep: Option<NonZeroUsize>,
    /// Whether what was copied by earlier backups is read and hashed again too.
    pub full: bool,
    /// The register's own snapshot, and its definitions. It's taken after the archive's rows: a register that is ahead of its archive gives no
    /// number out twice.
    pub beside: Option<Box<dyn BesideArchive>>,
    /// The archive's directory, where it's marked that the backup was taken ([`LastBackup`]); nowhere where it isn't said.
    pub marked_in: Option<PathBuf>,
}

/// What a backup came to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BackedUp {
    /// What it's called: its time.
    pub name: String,
    /// SHA-256 of its list.
    pub list_sha256: String,
    /// Files that it consists of.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that were copied now.
    pub copied: u64,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Documents.
    pub artifacts: u64,
    /// Versions of them.
    pub versions: u64,
    /// Entries of the log.
    pub log_size: u64,
    /// Paths of objects that the archive should have and hasn't, or not as they were kept: they're in no backup.
    pub damaged: Vec<String>,
    /// Paths of files on the medium that weren't any more what was copied by an earlier backup, and were copied again.
    pub mended: Vec<String>,
    /// Older backups that were removed.
    pub removed: u64,
    /// Backups that had been cut off, of which what was left was removed.
    pub unsigned: u64,
    /// Names of older backups on the medium whose lists can't be read. Nothing can be restored from them; they're the first to be removed.
    pub unreadable: Vec<String>,
}

impl Archive {
    /// Copies the archive as it is now. It may be at work meanwhile, in this process or another. Cut off, it's called again.
    ///
    /// # Errors
    /// [`Error::OtherArchive`] where the place has another archive's backups; [`Error::NotItsPast`] where the newest one there is of a
    /// state that this archive never had: nothing is copied then; [`Error::Backup`] where a file there isn't what was copied and the
    /// archive hasn't got it either; [`Error::Setting`] where what belongs to it can't be taken; [`Error::Damaged`] where the log or the database isn't whole; [`Error::File`], [`Error::Database`].
    pub async fn back_up(&self, place: &BackupPlace, how: BackingUp, watch: Watch) -> Result<BackedUp, Error> {
        let made = Timestamp::now();
        let (directory, name) = (place.directory.clone(), name_of(made));
        self.demand_own_place(&directory)?;
        let unreadable = self.demand_past(&directory, how.beside.as_deref()).await?;
        let draft = place.temporary().join(&name);
        private::make_new_directory(&draft).map_err(Error::file(&draft))?;
        let database = draft.join(DATABASE);
        self.snapshot(&database).await?;
        let beside = match &how.beside {
            Some(beside) => beside.take(&place.temporary()).await.map_err(of_beside)?,
            None => BesideTaken::default(),
        };
        let snapshot = self.over_snapshot(&database).await?;
        let taken = snapshot.listed(made, &how.by).await;
        snapshot.database.close().await;
        let (mut list, checkpoint, wanted) = taken?;
        list.register = beside.register;
        let keys = self.keys.as_ref().ok_or(Error::ReadOnly)?;
        let signer = keys.signer(&key_name(self.origin()))?;
        let key = *keys.log.public();
        let (source, of_name, known_key) = (self.store.clone(), name.clone(), key);
        let full = how.full;
        let (to, temporary, stored) = (directory.clone(), place.temporary(), wanted.len());
        let copying = move || {
            let known = known(&to, &known_key)?;
            let mut copier = Copier {
                from: source,
                to,
                temporary,
                known,
                full,
                dirty: BTreeSet::new(),
                copied: (0, 0),
                mended: Vec::new(),
            };
            let total = u64::try_from(stored).map_err(Error::internal)?;
            let mut damaged = Vec::new();
            let mut listed = Vec::with_capacity(stored + 4);
            for (done, wanted) in (0..).zip(wanted) {
                watch(Copying { done, total });
                match copier.one(&wanted)? {
                    Some(file) => listed.push(file),
                    None if wanted.fleeting => {}
                    None => damaged.push(wanted.path),
                }
            }
            watch(Copying { done: total, total });
            listed.extend(copier.snapshot(&draft, &of_name, beside.files, checkpoint.as_ref())?);
            copier.settle()?;
            // The copy's own log, read from the medium.
            if let Some((checkpoint, _)) = &checkpoint {
                stored_log::read(&Store::open_to_read(&copier.to), checkpoint, Tiles::Demanded, |_, _| Ok(()))?;
            }
            Ok((listed, damaged, copier.copied, copier.mended))
        };
        let (listed, damaged, (copied, copied_bytes), mended) = blocking(copying).await?;
        (list.files, list.damaged) = (listed, damaged);
        place.sign(&name, &list, &signer)?;
        let list_sha256 = read(&directory, &name, &key)?.digest;
        let unsigned = place.remove_unsigned(&name)?;
        let removed = how.keep.map_or(Ok(0), |keep| place.prune(keep, &name, &key))?;
        let removed =
            removed + place.forget_destroyed(&self.gone().await?, &name, crate::retention::day(made), &key)?;
        let log_size = list.log_size();
        if let Some(directory) = how.marked_in {
            let damaged = u64::try_from(list.damaged.len()).map_err(Error::internal)?;
            let (at, name, place) = (made, name.clone(), place.directory.clone());
            LastBackup { at, name, place, log_size, damaged }.note(&directory)?;
        }
        Ok(BackedUp {
            name,
            list_sha256,
            files: u64::try_from(list.files.len()).map_err(Error::internal)?,
            bytes: list.files.iter().map(|file| file.bytes).sum(),
            copied,
            copied_bytes,
            artifacts: list.artifacts,
            versions: list.versions,
            log_size,
            damaged: list.damaged,
            mended,
            removed,
            unsigned,
            unreadable,
        })
    }

    /// Refuses a place that has another archive's backups, or lies in the archive itself.
    fn demand_own_place(&self, directory: &Path) -> Result<(), Error> {
        match std::fs::read(directory.join(crate::identity::OBJECT)) {
            Ok(there) if there == self.identity.written()? => Ok(()),
            Ok(there) => {
                let there = serde_json::from_slice::<crate::identity::Identity>(&there).ok();
                let store = there.map(|there| there.id.to_string()).unwrap_or_default();
                Err(Error::OtherArchive { database: self.identity.id.to_string(), store })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::file(directory)(error)),
        }
    }

    /// Refuses a place whose newest backup isn't of this archive's past: it was put back to an earlier state, or went on from one. Its
    /// backup would pass for the newest, and what it lacks for never having been. So it is with a register that was put back. The names of older
    /// backups whose lists can't be read.
    async fn demand_past(&self, directory: &Path, beside: Option<&dyn BesideArchive>) -> Result<Vec<String>, Error> {
        let (at, key) = (directory.to_owned(), *self.keys.as_ref().ok_or(Error::ReadOnly)?.log.public());
        let Newest { backup, unreadable } = blocking(move || newest(&at, &key)).await?;
        let Some(Backup { name, list, .. }) = backup else { return Ok(unreadable) };
        let not_past = |by: NotPast, here: u64, there: u64| {
            let (path, backup) = (directory.to_owned(), name.clone());
            Err(Error::NotItsPast { path, backup, by, here, there })
        };
        if let Some(note) = &list.checkpoint {
            match self.demand_known(note.as_bytes(), &name).await {
                Err(Error::RolledBack { here, there, .. }) => return not_past(NotPast::Log, here, there),
                known => known?,
            }
        }
        // Events wait for their places in the log, and none is ever removed.
        let row = self.database.row("SELECT count(*) AS n FROM event WHERE agency = $1", values![&self.agency]).await?;
        let events = row.ok_or_else(|| Error::Internal("a count has no row".into()))?.count("n")?;
        if events < list.events {
            return not_past(NotPast::Events, events, list.events);
        }
        let Some(then) = &list.register else { return Ok(unreadable) };
        let now = match beside {
            Some(beside) => beside.register_since(then).await.map_err(of_beside)?,
            None => RegisterNow::Otherwise { events: 0 },
        };
        match now {
            RegisterNow::GoneOn => Ok(unreadable),
            RegisterNow::Otherwise { events } => not_past(NotPast::Register, events, then.events),
        }
    }

    /// This archive with its snapshot for a database.
    async fn over_snapshot(&self, path: &Path) -> Result<Self, Error> {
        let database = Database::open_to_read(path).await?;
        let problems = database.integrity_problems().await?;
        if !problems.is_empty() {
            return Err(Error::Damaged(format!("the database: {}", problems.join("; "))));
        }
        let identity = self.identity.as_ref().clone();
        // Whose rows they are, a directory's archive says otherwise than one that has grown.
        Self::put_together(SOLE, identity, self.store.clone(), database, self.keys.clone(), None).await
    }

    /// The list of a snapshot without its files, its checkpoint, and what is to be copied.
    async fn listed(
        &self,
        made: Timestamp,
        by: &str,
    ) -> Result<(List, Option<(Checkpoint, Vec<u8>)>, Vec<Wanted>), Error> {
        let sql = "SELECT (SELECT count(*) FROM artifact a WHERE a.agency = $1 AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id)) AS artifacts, \
                   (SELECT count(*) FROM version v WHERE v.agency = $1 AND NOT EXISTS \
                   (SELECT 1 FROM destroyed d WHERE d.agency = v.agency AND d.artifact = v.artifact)) AS versions, \
                   (SELECT count(*) FROM event WHERE agency = $1) AS events";
        let counts = self.database.row(sql, values![&self.agency]).await?;
        let counts = counts.ok_or_else(|| Error::Internal("counts have no row".into()))?;
        let checkpoint = self.last_checkpoint().await?;
        let wanted = self.wanted(checkpoint.as_ref().map(|(checkpoint, _)| checkpoint)).await?;
        let list = List {
            v: VERSION.to_owned(),
            archive: self.identity.id,
            origin: self.identity.origin.clone(),
            made,
            by: by.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            checkpoint: checkpoint.as_ref().map(|(_, note)| note.to_string()),
            artifacts: counts.count("artifacts")?,
            versions: counts.count("versions")?,
            events: counts.count("events")?,
            register: None,
            damaged: Vec::new(),
            files: Vec::new(),
        };
        let checkpoint = checkpoint.map(|(checkpoint, note)| (checkpoint, note.to_string().into_bytes()));
        Ok((list, checkpoint, wanted))
    }
}

/// What lies beside the archive can't be had.
fn of_beside(error: Box<dyn std::error::Error + Send + Sync>) -> Error {
    Error::Setting(error.to_string())
}

/// What the newest backup has, by path.
fn known(directory: &Path, key: &[u8; 32]) -> Result<HashMap<String, Content>, Error> {
    let files = newest(directory, key)?.backup.map(|newest| newest.list.files).unwrap_or_default();
    Ok(files.into_iter().map(|Listed { path, bytes, sha256 }| (path, Content { bytes, sha256 })).collect())
}

/// Copies files into a backup.
struct Copier {
    from: Store,
    to: PathBuf,
    temporary: PathBuf,
    known: HashMap<String, Content>,
    full: bool,
    /// Directories whose names aren't durable yet.
    dirty: BTreeSet<PathBuf>,
    /// Files and bytes.
    copied: (u64, u64),
    /// What was damaged on the medium and was copied again.
    mended: Vec<String>,
}

/// What lies in a backup under a path.
enum There {
    /// It has this.
    As(Content),
    /// It had this when it was copied.
    Damaged(Content),
}

impl Copier {
    /// Copies a file, if it isn't there; what it has. None where the archive doesn't have it as it was kept.
    fn one(&mut self, wanted: &Wanted) -> Result<Option<Listed>, Error> {
        let to = self.to.join(&wanted.path);
        let listed = |Content { bytes, sha256 }: Content| Some(Listed { path: wanted.path.clone(), bytes, sha256 });
        let holds = |content: &Content| wanted.sha256.as_ref().is_none_or(|sha256| *sha256 == content.sha256);
        match self.there(&wanted.path, &to)? {
            None => {}
            Some(There::Damaged(known)) => return self.again(wanted, &to, &known).map(listed),
            Some(There::As(there)) => {
                if holds(&there) && (wanted.sha256.is_some() || self.known.contains_key(&wanted.path)) {
                    return Ok(listed(there));
                }
                // Nobody has said what it must be: the archive does. A part that was damaged since stays whole in the backup.
                return match copying::content_in(&self.from, &wanted.path)? {
                    Some(source) if source == there && holds(&there) => Ok(listed(there)),
                    Some(source) if holds(&source) && wanted.sha256.is_some() => {
                        self.again(wanted, &to, &source).map(listed)
                    }
                    Some(source) if holds(&source) => Err(changed(&to)),
                    _ => Ok(None),
                };
            }
        }
        let damaged = || Error::Damaged(wanted.path.clone());
        let wanted_alone = |content: &Content| if holds(content) { Ok(()) } else { Err(damaged()) };
        match copying::copy_from(&self.from, &wanted.path, &self.temporary, &to, wanted_alone) {
            Ok(None) => match &wanted.by_rows {
                Some(bytes) => {
                    copying::write_new(&self.temporary, &to, bytes)?;
                    let content = copying::of(bytes);
                    self.count(&content, &to);
                    Ok(listed(content))
                }
                None => Ok(None),
            },
            Ok(Some(content)) => {
                self.count(&content, &to);
                Ok(listed(content))
            }
            Err(Error::Damaged(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Copies a file once more in the place of one that was damaged on the medium, if the archive has the very bytes that were copied.
    fn again(&mut self, wanted: &Wanted, to: &Path, known: &Content) -> Result<Content, Error> {
        let is_it = |content: &Content| {
            let is_of_row = wanted.sha256.as_ref().is_none_or(|sha256| *sha256 == content.sha256);
            if content == known && is_of_row { Ok(()) } else { Err(changed(to)) }
        };
        let content = copying::replace_from(&self.from, &wanted.path, &self.temporary, to, is_it)?;
        let content = content.ok_or_else(|| changed(to))?;
        self.count(&content, to);
        self.mended.push(wanted.path.clone());
        Ok(content)
    }

    fn count(&mut self, content: &Content, to: &Path) {
        self.copied.0 += 1;
        self.copied.1 = self.copied.1.saturating_add(content.bytes);
        self.note_directories(to);
    }

    /// What lies in the backup under the path already.
    fn there(&self, path: &str, to: &Path) -> Result<Option<There>, Error> {
        let length = match to.symlink_metadata() {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => return Err(changed(to)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(to)(error)),
        };
        Ok(Some(match self.known.get(path) {
            Some(known) if known.bytes != length => There::Damaged(known.clone()),
            Some(known) if self.full && copying::content(to)? != *known => There::Damaged(known.clone()),
            Some(known) => There::As(known.clone()),
            None => There::As(copying::content(to)?),
        }))
    }

    /// Puts the snapshot, what belongs to it and its checkpoint into their directory.
    fn snapshot(
        &mut self,
        draft: &Path,
        name: &str,
        beside: Vec<(PathBuf, String)>,
        checkpoint: Option<&(Checkpoint, Vec<u8>)>,
    ) -> Result<Vec<Listed>, Error> {
        for (from, name) in beside {
            let to = draft.join(&name);
            std::fs::rename(&from, &to).map_err(Error::file(&from))?;
            std::fs::File::open(&to).and_then(|file| file.sync_all()).map_err(Error::file(&to))?;
        }
        if let Some((_, note)) = checkpoint {
            copying::write_new(&self.temporary, &draft.join(SNAPSHOT_CHECKPOINT), note)?;
        }
        let mut listed = Vec::new();
        for entry in std::fs::read_dir(draft).map_err(Error::file(draft))? {
            let path = entry.map_err(Error::file(draft))?.path();
            let Some(file) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let Content { bytes, sha256 } = copying::content(&path)?;
            self.copied.0 += 1;
            self.copied.1 = self.copied.1.saturating_add(bytes);
            listed.push(Listed { path: format!("{SNAPSHOTS}/{name}/{file}"), bytes, sha256 });
        }
        listed.sort_by(|one, other| one.path.cmp(&other.path));
        sync_directory(draft)?;
        let to = self.to.join(SNAPSHOTS).join(name);
        std::fs::rename(draft, &to).map_err(Error::file(&to))?;
        self.note_directories(&to.join(DATABASE));
        Ok(listed)
    }

    /// Notes that the directories above a file have to be synced.
    fn note_directories(&mut self, file: &Path) {
        let above = file.ancestors().skip(1).take_while(|above| above.starts_with(&self.to));
        self.dirty.extend(above.map(Path::to_owned));
    }

    /// Makes all new names durable.
    fn settle(&mut self) -> Result<(), Error> {
        std::mem::take(&mut self.dirty).iter().try_for_each(|directory| sync_directory(directory))
    }
}

fn changed(path: &Path) -> Error {
    Error::Backup { path: path.to_owned(), what: "isn't what was copied".to_owned() }
}
