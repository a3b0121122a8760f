//! Files that are written: never over what is read, and there only when they are whole.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Seek as _, Write};
use std::path::{Path, PathBuf};

use kyso::Bilingual;

use crate::context::{Context, delivered, demand_open_output};
use crate::draft::{Draft, directory_of};
use crate::existing::Kind;
use crate::failure::Failure;
use crate::input::is_standard;
use crate::text::plain;

/// Readable by its owner alone: what a command writes holds people's names.
const MODE: u32 = 0o600;

/// A place where a file will be written.
#[derive(Debug)]
pub(crate) struct Output {
    place: Place,
    force: bool,
}

#[derive(Debug)]
enum Place {
    File(PathBuf),
    /// `-`
    Standard,
}

impl Output {
    /// Checks that the place is none of the files that are read or kept, by whatever path or link, and that nothing is
    /// there unless `force` allows to replace it: a file of the same kind, or an empty one. `-` is the standard output.
    pub(crate) fn new(path: &Path, kind: Kind, force: bool, context: &Context) -> Result<Self, Failure> {
        context.guarded.allow(path)?;
        if !is_standard(path) {
            let output = Self::at(path, force)?;
            demand_same_kind(path, kind)?;
            return Ok(output);
        }
        if io::stdout().is_terminal() {
            return Err(Failure::usage(
                "Dấu - là đầu ra chuẩn, mà đầu ra chuẩn là màn hình; hãy chuyển vào tệp (> TỆP) hoặc lệnh khác.",
                "- is the standard output, which is the screen; send it to a file (> FILE) or to another command.",
            ));
        }
        demand_open_output()?;
        Ok(Self { place: Place::Standard, force })
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
        if Kind::of_file(path).is_ok_and(|there| there == Kind::Database) {
            let Bilingual { vi, en } = Kind::Database.text();
            return Err(Failure::usage(
                format!("{} là {vi}; hãy chọn tên khác.", path.display()),
                format!("{} is {en}; choose another name.", path.display()),
            ));
        }
        if let Some(archive) = crate::guarded::archive_of(path) {
            let (path, archive) = (plain(&path.display().to_string()), plain(&archive.display().to_string()));
            return Err(Failure::usage(
                format!("{path} nằm trong kho lưu trữ {archive}, ở chỗ của kho; hãy chọn tên khác."),
                format!("{path} is in the archive {archive}, where the archive's own files are; choose another name."),
            ));
        }
        // A dangling link counts as something that is there.
        if !force && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        Ok(Self { place: Place::File(path.to_owned()), force })
    }

    /// Whether a file can be made there at all: asked before something is done that can't be undone.
    pub(crate) fn demand_writable(&self) -> Result<(), Failure> {
        match &self.place {
            Place::File(path) => {
                Draft::beside(directory_of(path), MODE).map(drop).map_err(|error| Failure::writing(path, &error))
            }
            Place::Standard => Ok(()),
        }
    }

    /// Writes the file: one without a name, synced to the disk, which then gets its name.
    pub(crate) fn write(&self, content: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> Result<(), Failure> {
        self.write_checked(content, |_| Ok(()))
    }

    /// Writes like [`write`](Self::write), but `check` gets what was written before it has its name, and may refuse.
    pub(crate) fn write_checked(
        &self,
        content: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
        check: impl FnOnce(&File) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match &self.place {
            Place::File(path) => {
                let failed = |error: io::Error| match error.kind() {
                    io::ErrorKind::AlreadyExists => exists(path),
                    _ => Failure::writing(path, &error),
                };
                let draft = Draft::beside(directory_of(path), MODE).map_err(failed)?;
                fill(draft.file(), content).map_err(failed)?;
                check(draft.file())?;
                draft.keep(path, self.force).map_err(failed)
            }
            Place::Standard => {
                let failed = |error: io::Error| Failure::printing(&error);
                let mut whole = tempfile::tempfile().map_err(failed)?;
                fill(&whole, content).map_err(failed)?;
                check(&whole)?;
                whole.rewind().map_err(failed)?;
                let mut standard = io::stdout().lock();
                delivered(io::copy(&mut whole, &mut standard).and_then(|_| standard.flush()))
            }
        }
    }
}

fn fill(file: &File, content: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> io::Result<()> {
    let mut sink = BufWriter::with_capacity(1 << 20, file);
    content(&mut sink).and_then(|()| sink.flush())
}

/// Refuses to replace what is of another kind: whoever wants that gone deletes it himself. What can't be read isn't known.
fn demand_same_kind(path: &Path, kind: Kind) -> Result<(), Failure> {
    let there = match Kind::of_file(path) {
        Ok(there) => there,
        // Nothing is there, or a link that leads nowhere.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) if path.symlink_metadata().is_err() => return Ok(()),
        Err(_) => Kind::Unknown,
    };
    if there == kind || there == Kind::Empty {
        return Ok(());
    }
    let (file, there, kind) = (plain(&path.display().to_string()), there.text(), kind.text());
    Err(Failure::usage(
        format!(
            "{file} là {}, còn lệnh này ghi {}; --force chỉ thay tệp cùng loại. Hãy chọn tên khác, hoặc tự xóa tệp đó trước.",
            there.vi, kind.vi
        ),
        format!(
            "{file} is {}, and this command writes {}; --force replaces a file of the same kind only. Choose another name, or \
             delete that file yourself first.",
            there.en, kind.en
        ),
    ))
}

fn exists(path: &Path) -> Failure {
    Failure::usage(
        format!("Đã có tệp {}; hãy chọn tên khác, hoặc thêm --force để ghi đè.", path.display()),
        format!("{} exists; choose another name, or add --force to replace it.", path.display()),
    )
}
