//! A file that has no name until it's whole: whatever breaks off before leaves nothing behind.

use std::fs::{File, Permissions};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// A file being written. Where the file system can't make one without a name (NFS, FAT), it has a temporary name, which goes
/// away with it unless the process is killed.
#[derive(Debug)]
pub(crate) enum Draft {
    Unnamed(File),
    Named(NamedTempFile),
}

impl Draft {
    /// A new one, on the file system of `directory`. `mode`: who may read and write it, less what the umask takes away.
    pub(crate) fn beside(directory: &Path, mode: u32) -> io::Result<Self> {
        match unnamed::open(directory, mode) {
            Some(opened) => opened.map(Self::Unnamed),
            None => named(directory, mode).map(Self::Named),
        }
    }

    pub(crate) fn file(&self) -> &File {
        match self {
            Self::Unnamed(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    /// Gives it its name, durably. What has the name already is replaced only where `replace` says so.
    pub(crate) fn keep(self, path: &Path, replace: bool) -> io::Result<()> {
        self.file().sync_all()?;
        let directory = directory_of(path);
        match self {
            Self::Unnamed(file) => match unnamed::link(&file, path) {
                // A link replaces nothing: the file gets another name first, and that is renamed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && replace => {
                    let linked = tempfile::Builder::new()
                        .prefix(PREFIX)
                        .suffix(SUFFIX)
                        .make_in(directory, |name| unnamed::link(&file, name))?;
                    linked.persist(path).map_err(|error| error.error)?;
                }
                linked => linked?,
            },
            Self::Named(file) if replace => drop(file.persist(path).map_err(|error| error.error)?),
            Self::Named(file) => drop(file.persist_noclobber(path).map_err(|error| error.error)?),
        }
        // A name is durable once its directory is.
        if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
    }
}

const PREFIX: &str = ".kyso-";
const SUFFIX: &str = ".tmp";

/// The directory that a file of this path lies in.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn named(directory: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    if let Some(permissions) = permissions(mode) {
        builder.permissions(permissions);
    }
    builder.tempfile_in(directory)
}

#[cfg(unix)]
fn permissions(mode: u32) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn permissions(_: u32) -> Option<Permissions> {
    None
}

#[cfg(target_os = "linux")]
mod unnamed {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open as open_at};
    use rustix::io::Errno;

    const OPEN_FILES: &str = "/proc/self/fd";

    /// A file without a name; none where the file system has no such files.
    pub(super) fn open(directory: &Path, mode: u32) -> Option<io::Result<File>> {
        // Without /proc it couldn't be given its name.
        if !Path::new(OPEN_FILES).exists() {
            return None;
        }
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match open_at(directory, flags, Mode::from_raw_mode(mode)) {
            // EISDIR and EINVAL: kernels and file systems that don't know the flag.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => None,
            opened => Some(opened.map(File::from).map_err(Into::into)),
        }
    }

    /// Gives a file its first name (open(2), on `O_TMPFILE`).
    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        let open = format!("{OPEN_FILES}/{}", file.as_raw_fd());
        linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW).map_err(Into::into)
    }
}

#[cfg(not(target_os = "linux"))]
mod unnamed {
    use std::fs::File;
    use std::io;
    use std::path::Path;

    pub(super) fn open(_: &Path, _: u32) -> Option<io::Result<File>> {
        None
    }

    pub(super) fn link(_: &File, _: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    fn written(draft: Draft) -> Draft {
        draft.file().write_all(b"whole").unwrap();
        draft
    }

    fn both(directory: &Path) -> [Draft; 2] {
        [Draft::beside(directory, 0o600).unwrap(), Draft::Named(named(directory, 0o600).unwrap())]
    }

    #[test]
    fn what_breaks_off_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let draft = written(Draft::beside(dir.path(), 0o666).unwrap());
        #[cfg(target_os = "linux")]
        if matches!(draft, Draft::Unnamed(_)) {
            // Not even while it's written is there a name that a killed process would leave.
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        }
        drop(draft);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_name_is_given_once_and_taken_only_on_request() {
        let dir = tempfile::tempdir().unwrap();
        for (number, draft) in (0..).zip(both(dir.path())) {
            let path = dir.path().join(format!("out-{number}"));
            written(draft).keep(&path, false).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"whole");
            fs::write(&path, "older").unwrap();
            let [draft, _] = both(dir.path());
            let error = written(draft).keep(&path, false).unwrap_err();
            assert_eq!((error.kind(), fs::read(&path).unwrap()), (io::ErrorKind::AlreadyExists, b"older".to_vec()));
            let [draft, _] = both(dir.path());
            written(draft).keep(&path, true).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"whole");
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing but the two");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_what_is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        for draft in both(dir.path()) {
            assert_eq!(draft.file().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
