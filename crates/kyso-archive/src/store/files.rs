//! Objects as files of one local file system.
//!
//! What makes a put durable, in this order: the bytes are written to a file without a name of its own and synced; a link gives it
//! its name, or fails where the name is taken; the directory is synced. A sync that failed is final: the pages that it was about
//! may be gone, and a second sync would say that all is well. Nothing is written after that.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

use super::opened::opened;
use super::{Put, space};
use crate::edges::reach;
use crate::error::Error;
use crate::private;
use crate::status::Space;

/// As many bytes as the health check writes.
const PROBE: usize = 4096;
/// As many bytes of an object are in memory at once where it's only hashed.
const PIECE: usize = 256 << 10;

/// The directory of a store.
#[derive(Debug)]
pub(crate) struct Files {
    directory: PathBuf,
    temporary: PathBuf,
    broken: AtomicBool,
    puts: Mutex<Puts>,
}

/// What was created since the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Puts {
    /// Objects.
    pub(crate) created: u64,
    /// Objects whose name was taken.
    pub(crate) taken: u64,
    /// Objects that couldn't be created.
    pub(crate) failed: u64,
    /// How long that took, in microseconds.
    pub(crate) microseconds: u64,
}

impl Puts {
    pub(super) fn add(&mut self, put: &Result<Put, Error>, took: Duration) {
        let count = match put {
            Ok(Put::Created(_)) => &mut self.created,
            Ok(Put::Exists) => &mut self.taken,
            Err(_) => &mut self.failed,
        };
        *count = count.saturating_add(1);
        self.microseconds = self.microseconds.saturating_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }
}

/// An object without a name.
#[derive(Debug)]
pub(crate) struct Prepared(NamedTempFile);

impl Files {
    pub(super) fn at(directory: &Path) -> Self {
        let (temporary, broken) = (directory.join("tmp"), AtomicBool::new(false));
        Self { directory: directory.to_owned(), temporary, broken, puts: Mutex::default() }
    }

    /// Signed files of the earlier layout that have no name in this one: no row knows them.
    pub(super) fn earlier_signed(&self) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        let above = self.directory.join("objects");
        let Ok(shards) = fs::read_dir(&above) else { return Ok(found) };
        for shard in shards {
            let shard = shard.map_err(Error::file(&above))?.path();
            let Ok(entries) = fs::read_dir(&shard) else { continue };
            for entry in entries {
                let path = entry.map_err(Error::file(&shard))?.path();
                let alone = path.symlink_metadata().is_ok_and(|found| found.is_file() && found.nlink() == 1);
                if alone && memchr::memmem::find(&fs::read(&path).map_err(Error::file(&path))?, b"/ByteRange").is_some()
                {
                    found.push(path.strip_prefix(&self.directory).unwrap_or(&path).display().to_string());
                }
            }
        }
        Ok(found)
    }

    pub(super) fn directory(&self) -> PathBuf {
        self.directory.clone()
    }

    pub(super) fn make(directory: &Path) -> Result<Self, Error> {
        let files = Self::at(directory);
        for kind in ["o", "d"] {
            let above = directory.join(kind);
            private::make_directory(&above).map_err(Error::file(&above))?;
            for shard in 0..=u8::MAX {
                let path = above.join(format!("{shard:02x}"));
                private::make_directory(&path).map_err(Error::file(&path))?;
            }
            sync_directory(&above)?;
        }
        for kind in ["tmp", "log"] {
            let path = directory.join(kind);
            private::make_directory(&path).map_err(Error::file(&path))?;
        }
        sync_directory(directory)?;
        Ok(files)
    }

    pub(super) fn open(directory: &Path) -> Result<Self, Error> {
        space::demand_local(directory)?;
        let files = Self::at(directory);
        files.sweep()?;
        Ok(files)
    }

    /// Removes half-written files, whose writers are dead. Whatever has a name is whole, and stays.
    fn sweep(&self) -> Result<(), Error> {
        for entry in fs::read_dir(&self.temporary).map_err(Error::file(&self.temporary))? {
            let entry = entry.map_err(Error::file(&self.temporary))?;
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                let path = entry.path();
                fs::remove_file(&path).map_err(Error::file(&path))?;
                tracing::info!("a half-written file was removed");
            }
        }
        Ok(())
    }

    pub(super) fn demand_space(&self) -> Result<(), Error> {
        self.demand_sound()?;
        space::demand(&self.directory)
    }

    fn demand_sound(&self) -> Result<(), Error> {
        if self.broken.load(Ordering::Relaxed) { Err(Error::ReadOnly) } else { Ok(()) }
    }

    fn path(&self, place: &str) -> PathBuf {
        self.directory.join(place)
    }

    /// A sync, after whose failure nothing is written any more.
    fn synced(&self, file: &File, path: &Path) -> Result<(), Error> {
        file.sync_all().map_err(|error| {
            self.broken.store(true, Ordering::Relaxed);
            tracing::error!(%error, "the disk failed under the store: nothing is written any more");
            Error::file(path)(error)
        })
    }

    fn synced_above(&self, path: &Path) -> Result<(), Error> {
        let above = path.parent().unwrap_or(&self.directory);
        let directory = File::open(above).map_err(Error::file(above))?;
        self.synced(&directory, above)
    }

    pub(super) fn prepare(&self, bytes: &[u8]) -> Result<Prepared, Error> {
        self.demand_sound()?;
        let mut temporary = NamedTempFile::new_in(&self.temporary).map_err(Error::file(&self.temporary))?;
        let path = temporary.path().to_owned();
        let file = temporary.as_file_mut();
        file.write_all(bytes).map_err(Error::file(&path))?;
        let mut permissions = file.metadata().map_err(Error::file(&path))?.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions).map_err(Error::file(&path))?;
        self.synced(file, &path)?;
        Ok(Prepared(temporary))
    }

    pub(super) fn publish(&self, prepared: Prepared, place: &str) -> Result<Put, Error> {
        let begun = Instant::now();
        let put = self.named(prepared, place);
        self.puts.lock().unwrap_or_else(PoisonError::into_inner).add(&put, begun.elapsed());
        put
    }

    pub(super) fn puts(&self) -> Puts {
        *self.puts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn space(&self) -> Result<Space, Error> {
        space::of(&self.directory)
    }

    fn named(&self, Prepared(temporary): Prepared, place: &str) -> Result<Put, Error> {
        self.demand_sound()?;
        let path = self.path(place);
        if let Err(error) = temporary.persist_noclobber(&path) {
            // A directory of objects that has gone isn't made anew: what was in it is gone too.
            let is_objects = place.starts_with("o/") || place.starts_with("d/");
            if error.error.kind() != ErrorKind::NotFound || is_objects {
                return match error.error.kind() {
                    ErrorKind::AlreadyExists => Ok(Put::Exists),
                    _ => Err(Error::file(&path)(error.error)),
                };
            }
            // The log's directories come with their first tile.
            self.make_above(&path)?;
            match error.file.persist_noclobber(&path) {
                Ok(_) => {}
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => return Ok(Put::Exists),
                Err(error) => return Err(Error::file(&path)(error.error)),
            }
        }
        if place.starts_with("o/") && !place.ends_with(".json") {
            reach("object.named")?;
        }
        self.synced_above(&path)?;
        Ok(Put::Created(None))
    }

    /// Makes the directories above a path, each durable in the one above it.
    fn make_above(&self, path: &Path) -> Result<(), Error> {
        let below = path.strip_prefix(&self.directory).unwrap_or(path);
        let mut directory = self.directory.clone();
        for name in below.parent().into_iter().flat_map(Path::components) {
            directory.push(name);
            match private::make_new_directory(&directory) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::file(&directory)(error)),
            }
            // Whoever made it may have died before its sync.
            self.synced_above(&directory)?;
        }
        Ok(())
    }

    pub(super) fn get(&self, place: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = self.path(place);
        let Some(mut file) = opened(&path)? else { return Ok(None) };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(Error::file(&path))?;
        Ok(Some(bytes))
    }

    pub(super) fn has(&self, place: &str) -> Result<bool, Error> {
        let path = self.path(place);
        path.try_exists().map_err(Error::file(&path))
    }

    pub(super) fn sync(&self, place: &str) -> Result<(), Error> {
        let path = self.path(place);
        let file = opened(&path)?.ok_or_else(|| Error::file(&path)(ErrorKind::NotFound.into()))?;
        self.synced(&file, &path)?;
        self.synced_above(&path)
    }

    pub(super) fn replace(&self, place: &str, bytes: &[u8]) -> Result<(), Error> {
        let Prepared(temporary) = self.prepare(bytes)?;
        let path = self.path(place);
        temporary.persist(&path).map_err(|error| Error::file(&path)(error.error))?;
        self.synced_above(&path)
    }

    pub(super) fn remove(&self, place: &str) -> Result<(), Error> {
        self.demand_sound()?;
        let path = self.path(place);
        match fs::remove_file(&path) {
            Ok(()) => self.synced_above(&path),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::file(&path)(error)),
        }
    }

    /// Takes a file away, under every name that it has here. Whether it was there.
    pub(super) fn erase(&self, place: &str) -> Result<bool, Error> {
        self.demand_sound()?;
        let path = self.path(place);
        let found = match path.symlink_metadata() {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Error::file(&path)(error)),
        };
        if found.nlink() > 1 {
            // Its name of the earlier layout goes first: by this one it's found again after a crash.
            self.erase_earlier_names(found.dev(), found.ino())?;
        }
        self.remove(place)?;
        Ok(true)
    }

    /// Takes away the files whose path begins so; how many.
    pub(super) fn erase_below(&self, begin: &str) -> Result<u64, Error> {
        let Some((directory, start)) = begin.rsplit_once('/') else {
            return Err(Error::Internal("files of no directory".into()));
        };
        let mut erased = 0;
        for (name, is_directory) in self.names_in(directory)? {
            if !is_directory && name.starts_with(start) && self.erase(&format!("{directory}/{name}"))? {
                erased += 1;
            }
        }
        Ok(erased)
    }

    fn erase_earlier_names(&self, device: u64, inode: u64) -> Result<(), Error> {
        for place in self.under("objects")? {
            let path = self.path(&place);
            let found = path.symlink_metadata().map_err(Error::file(&path))?;
            if (found.dev(), found.ino()) == (device, inode) {
                self.remove(&place)?;
            }
        }
        Ok(())
    }

    pub(super) fn link(&self, from: &Path, place: &str) -> Result<(), Error> {
        let path = self.path(place);
        match fs::hard_link(from, &path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file(from)(error)),
        }
        self.sync(place)
    }

    /// Hands the object's bytes over piece by piece; how many they are.
    pub(super) fn stream(&self, place: &str, take: &mut dyn FnMut(&[u8])) -> Result<Option<u64>, Error> {
        let path = self.path(place);
        let Some(mut file) = opened(&path)? else { return Ok(None) };
        let (mut piece, mut length) = (vec![0; PIECE], 0);
        loop {
            let count = file.read(&mut piece).map_err(Error::file(&path))?;
            if count == 0 {
                return Ok(Some(length));
            }
            take(piece.get(..count).unwrap_or_default());
            length += u64::try_from(count).map_err(Error::internal)?;
        }
    }

    /// The names in a directory of the store, sorted, and whether each is a directory; none where it isn't there.
    pub(super) fn names_in(&self, directory: &str) -> Result<Vec<(String, bool)>, Error> {
        let path = self.path(directory);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::file(&path)(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::file(&path))?;
            let is_directory = entry.file_type().map_err(Error::file(&path))?.is_dir();
            // A name that isn't text is none of ours, and is told as it looks.
            names.push((entry.file_name().to_string_lossy().into_owned(), is_directory));
        }
        names.sort();
        Ok(names)
    }

    /// Moves an object out of the way, under a name that is free, and keeps it.
    pub(super) fn set_aside(&self, place: &str, below: &str) -> Result<(), Error> {
        self.demand_sound()?;
        let (path, name) = (self.path(place), super::aside(place));
        for number in 0..u32::MAX {
            let aside = self.path(&format!("{below}/{name}.{number}"));
            self.make_above(&aside)?;
            // A link doesn't replace; a rename would.
            match fs::hard_link(&path, &aside) {
                Ok(()) => {
                    self.synced_above(&aside)?;
                    fs::remove_file(&path).map_err(Error::file(&path))?;
                    return self.synced_above(&path);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Error::file(&path)(error)),
            }
        }
        Err(Error::Internal(format!("{below} is full")))
    }

    pub(super) fn objects(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        let above = self.directory.join("o");
        for shard in fs::read_dir(&above).map_err(Error::file(&above))? {
            let shard = shard.map_err(Error::file(&above))?.path();
            if !shard.is_dir() {
                continue;
            }
            for entry in fs::read_dir(&shard).map_err(Error::file(&shard))? {
                let name = entry.map_err(Error::file(&shard))?.file_name();
                // A name that isn't text is none of ours, and is told as it looks.
                names.push(name.to_string_lossy().into_owned());
            }
        }
        Ok(names)
    }

    pub(super) fn under(&self, place: &str) -> Result<Vec<String>, Error> {
        let (mut names, mut waiting) = (Vec::new(), vec![place.to_owned()]);
        while let Some(place) = waiting.pop() {
            let path = self.path(&place);
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(Error::file(&path)(error)),
            };
            for entry in entries {
                let entry = entry.map_err(Error::file(&path))?;
                let name = format!("{place}/{}", entry.file_name().to_string_lossy());
                let kind = entry.file_type().map_err(Error::file(&path))?;
                if kind.is_dir() {
                    waiting.push(name);
                } else if kind.is_file() {
                    names.push(name);
                }
            }
        }
        names.sort();
        Ok(names)
    }

    pub(super) fn location(&self, place: &str) -> Option<PathBuf> {
        let path = self.path(place);
        path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()).then_some(path)
    }

    /// For messages.
    pub(super) fn shown(&self) -> String {
        self.directory.display().to_string()
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        self.demand_space()?;
        for kind in ["o", "d"] {
            let path = self.directory.join(kind);
            fs::read_dir(&path).map_err(Error::file(&path))?;
        }
        let mut probe = NamedTempFile::new_in(&self.temporary).map_err(Error::file(&self.temporary))?;
        let path = probe.path().to_owned();
        probe.write_all(&[0; PROBE]).map_err(Error::file(&path))?;
        self.synced(probe.as_file(), &path)
    }
}

/// Makes the names in a directory last.
pub(crate) fn sync_directory(path: &Path) -> Result<(), Error> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(Error::file(path))
}
