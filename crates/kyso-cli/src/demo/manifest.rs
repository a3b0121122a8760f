//! What a demo made, file by file with digests: nothing else is ever deleted by the next one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kyso::crypto::{DigestAlgorithm, hex};

/// The manifest's own name in the demo's directory.
pub(super) const NAME: &str = ".kyso-demo";

/// A demo has a few dozen files; a directory with more was made by somebody else too.
const MOST: usize = 1000;
/// No file of a demo is as large.
const LARGEST: u64 = 64 << 20;

/// Files by their path within the directory, with SHA-256 in hex.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifest(BTreeMap<PathBuf, String>);

impl Manifest {
    /// The files of a directory, but for the manifest. `None` where there is something that no demo makes: a link, a
    /// device, too many files, one too large.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn of(directory: &Path) -> io::Result<Option<Self>> {
        let mut files = BTreeMap::new();
        let mut below = vec![PathBuf::new()];
        while let Some(path) = below.pop() {
            for entry in fs::read_dir(directory.join(&path))? {
                let entry = entry?;
                let (path, kind) = (path.join(entry.file_name()), entry.file_type()?);
                if kind.is_dir() {
                    below.push(path);
                } else if path != Path::new(NAME) {
                    if !kind.is_file() || files.len() == MOST || entry.metadata()?.len() > LARGEST {
                        return Ok(None);
                    }
                    let digest = DigestAlgorithm::Sha256.digest(&fs::read(entry.path())?);
                    files.insert(path, hex(&digest));
                }
            }
        }
        Ok(Some(Self(files)))
    }

    /// Writes it into its directory, one line a file, as `sha256sum` does.
    pub(super) fn write(&self, directory: &Path) -> io::Result<()> {
        let mut text = String::new();
        for (path, digest) in &self.0 {
            // Writing into a string doesn't fail.
            let _ = writeln!(text, "{digest}  {}", path.display());
        }
        fs::write(directory.join(NAME), text)
    }

    /// Whether a directory has exactly what its manifest says: as a demo made it, with nothing added, taken or changed.
    pub(super) fn is_whole(directory: &Path) -> bool {
        Self::read(directory).is_some_and(|written| Self::of(directory).is_ok_and(|found| found == Some(written)))
    }

    fn read(directory: &Path) -> Option<Self> {
        let path = directory.join(NAME);
        path.symlink_metadata().ok().filter(|there| there.is_file() && there.len() <= LARGEST)?;
        let text = fs::read_to_string(path).ok()?;
        let line = |line: &str| line.split_once("  ").map(|(digest, path)| (PathBuf::from(path), digest.to_owned()));
        text.lines().map(line).collect::<Option<_>>().map(Self)
    }

    /// Deletes the files of the manifest and the directories that are empty then; anything else stays, and is an error.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn delete(directory: &Path) -> io::Result<()> {
        let Some(written) = Self::read(directory) else { return Err(io::ErrorKind::InvalidData.into()) };
        for path in written.0.keys() {
            fs::remove_file(directory.join(path))?;
        }
        fs::remove_file(directory.join(NAME))?;
        remove_empty(directory)
    }
}

fn remove_empty(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_empty(&entry.path())?;
        }
    }
    fs::remove_dir(directory)
}
