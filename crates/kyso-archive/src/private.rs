//! What is kept is for its owner alone: it holds people's names and identity numbers, and whoever may open a lock file may hold
//! its lock.

use std::fs::{DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The mode of a directory: its owner's alone.
const DIRECTORY: u32 = 0o700;
/// The mode of a file.
const FILE: u32 = 0o600;

/// A file or a directory that others than its owner can get at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// The path.
    pub path: PathBuf,
    /// Its mode bits, e.g. 0o644.
    pub mode: u32,
    /// The mode that it should have: 0o700 or 0o600.
    pub wanted: u32,
}

/// Whether others than its owner can get at a file or a directory; `None` also where it isn't there. Only Unix tells.
pub fn loose(path: &Path) -> Option<Loose> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = path.metadata().ok()?;
        let mode = metadata.permissions().mode() & 0o777;
        let wanted = if metadata.is_dir() { DIRECTORY } else { FILE };
        (mode & 0o077 != 0).then(|| Loose { path: path.to_owned(), mode, wanted })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The directory of an archive or a register, and of its own files in it those that others can get at.
pub fn loose_in(directory: &Path) -> Vec<Loose> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let own = entries.filter(|entry| {
        // What an operator writes of the registers names nobody.
        entry
            .file_name()
            .to_str()
            .is_some_and(|name| crate::is_own_name(name) && !matches!(name, "registers.toml" | "retention.toml"))
    });
    let mut paths: Vec<PathBuf> = own.map(|entry| entry.path()).collect();
    paths.sort();
    paths.insert(0, directory.to_owned());
    paths.iter().filter_map(|path| loose(path)).collect()
}

/// Refuses two directories of which one lies in the other, by whatever path.
pub(crate) fn demand_apart(one: &Path, other: &Path) -> Result<(), Error> {
    let place = |path: &Path| {
        // What isn't there yet lies where the nearest directory above it does.
        let above = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
        above.map_or_else(
            || path.to_owned(),
            |(above, real)| real.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
        )
    };
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (real_one, real_other) = (place(&absolute(one)), place(&absolute(other)));
    match real_one.starts_with(&real_other) || real_other.starts_with(&real_one) {
        true => Err(Error::Nested(one.to_owned(), other.to_owned())),
        false => Ok(()),
    }
}

/// Whether two directories lie on one file system. What can't be looked at isn't known to.
pub(crate) fn are_of_one_file_system(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| path.metadata().ok().map(|found| found.dev());
    device(one).is_some() && device(one) == device(other)
}

/// Makes a directory, with those above it.
pub(crate) fn make_directory(path: &Path) -> io::Result<()> {
    builder(true).create(path)
}

/// Makes a directory that isn't there.
pub(crate) fn make_new_directory(path: &Path) -> io::Result<()> {
    builder(false).create(path)
}

fn builder(recursive: bool) -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(recursive);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, DIRECTORY);
    builder
}

/// Opens a file, or makes it.
pub(crate) fn file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE);
    options.open(path)
}
