//! Files that are written: never over what is read, and there only when they are whole.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::failure::Failure;

/// A place where a file will be written.
#[derive(Debug)]
pub(crate) struct Output {
    path: PathBuf,
    force: bool,
}

impl Output {
    /// Checks that the place is none of the files that are read or kept, by whatever path or link, and that nothing is
    /// there unless `force` allows to replace it.
    pub(crate) fn new(path: &Path, force: bool, context: &Context) -> Result<Self, Failure> {
        context.guarded.allow(path)?;
        Self::at(path, force)
    }

    /// Takes the place of an input that the command reads and writes anew.
    pub(crate) fn in_place(path: &Path, context: &Context) -> Result<Self, Failure> {
        context.guarded.allow_in_place(path)?;
        Self::at(path, true)
    }

    fn at(path: &Path, force: bool) -> Result<Self, Failure> {
        if path.is_dir() {
            return Err(Failure::usage(
                format!("Tệp kết quả {} là một thư mục; hãy ghi cả tên tệp.", path.display()),
                format!("The output {} is a directory; name a file in it.", path.display()),
            ));
        }
        // Not even --force puts a file in the place of a device, a pipe or a socket.
        if path.metadata().is_ok_and(|there| !there.is_file()) {
            return Err(Failure::usage(
                format!("{} không phải là tệp thường (thiết bị, ống dẫn…); hãy chọn tên khác.", path.display()),
                format!("{} is no regular file (a device, a pipe …); choose another name.", path.display()),
            ));
        }
        // Registers and archives are kept for good, also by commands that don't name them.
        if is_database(path) {
            return Err(Failure::usage(
                format!("{} là một cơ sở dữ liệu (sổ chứng thực hoặc kho lưu trữ); hãy chọn tên khác.", path.display()),
                format!("{} is a database (a register or an archive); choose another name.", path.display()),
            ));
        }
        // A dangling link counts as something that is there.
        if !force && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        Ok(Self { path: path.to_owned(), force })
    }

    /// Whether a file can be made there at all: asked before something is done that can't be undone.
    pub(crate) fn demand_writable(&self) -> Result<(), Failure> {
        temporary(self.directory()).map(drop).map_err(|error| Failure::writing(&self.path, &error))
    }

    fn directory(&self) -> &Path {
        match self.path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        }
    }

    /// Writes the file: into a temporary one beside it, synced to the disk, then renamed.
    pub(crate) fn write(&self, content: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> Result<(), Failure> {
        self.write_checked(content, |_| Ok(()))
    }

    /// Writes like [`write`](Self::write), but `check` gets the temporary file's path before the renaming, and may
    /// refuse.
    pub(crate) fn write_checked(
        &self,
        content: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
        check: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(&self.path),
            _ => Failure::writing(&self.path, &error),
        };
        let directory = self.directory();
        let file = temporary(directory).map_err(failed)?;
        let mut sink = BufWriter::with_capacity(1 << 20, file.as_file());
        content(&mut sink).and_then(|()| sink.flush()).map_err(failed)?;
        drop(sink);
        check(file.path())?;
        file.as_file().sync_all().map_err(failed)?;
        let persisted = if self.force { file.persist(&self.path) } else { file.persist_noclobber(&self.path) };
        persisted.map_err(|error| failed(error.error))?;
        sync_directory(directory).map_err(failed)
    }
}

/// Whether an SQLite database is there, by what each begins with.
fn is_database(path: &Path) -> bool {
    const HEADER: &[u8; 16] = b"SQLite format 3\0";
    let mut begin = [0; HEADER.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut begin)).is_ok_and(|()| begin == *HEADER)
}

fn exists(path: &Path) -> Failure {
    Failure::usage(
        format!("Đã có tệp {}; hãy chọn tên khác, hoặc thêm --force để ghi đè.", path.display()),
        format!("{} exists; choose another name, or add --force to replace it.", path.display()),
    )
}

/// Readable by its owner alone: what a command writes holds people's names.
fn temporary(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".kyso-").suffix(".tmp").tempfile_in(directory)
}

/// A rename is durable once its directory is.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}
