//! The demo's directory: made beside its place, and moved there when it's whole. Only a directory that an earlier demo
//! made is ever replaced.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::failure::Failure;
use crate::text::plain;

/// Says that a demo made the directory, and that the next one may replace it.
const MARKER: &str = ".kyso-demo";

pub(crate) const ROOT: &str = "ca-goc.pem";
pub(crate) const ROSTER: &str = "danh-sach.toml";
pub(crate) const LEADER_KEY: &str = "lanh-dao.p12";
pub(crate) const SEAL_KEY: &str = "con-dau.p12";
pub(crate) const RECEIVER_KEY: &str = "tiep-nhan.p12";
pub(crate) const PASSWORD: &str = "mat-khau.txt";
pub(crate) const SIGNATURE_PICTURE: &str = "chu-ky.png";
pub(crate) const RECEIVER_PICTURE: &str = "chu-ky-tiep-nhan.png";
pub(crate) const SEAL_PICTURE: &str = "con-dau.png";
pub(crate) const LETTER: &str = "giay-uy-quyen.pdf";
pub(crate) const REQUEST: &str = "yeu-cau.toml";
pub(crate) const NEXT_REQUEST: &str = "yeu-cau-2.toml";
pub(crate) const AGENCY: &str = "co-quan.toml";
pub(crate) const RESULT: &str = "ket-qua.pdf";
pub(crate) const RECORD: &str = "ket-qua.json";
pub(crate) const SIGNED: &str = "da-ky.pdf";
pub(crate) const SEALED: &str = "da-dong-dau.pdf";
pub(crate) const CHECKED: &str = "kiem-tra.png";
/// The archive and the register.
pub(crate) const ARCHIVE: &str = "luu-tru";

/// A directory in the making. Dropped before it's finished, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Directory {
    place: PathBuf,
    making: TempDir,
}

impl Directory {
    /// Begins the directory that will be at `place`.
    pub(crate) fn new(place: &Path) -> Result<Self, Failure> {
        demand_replaceable(place)?;
        let parent = parent_of(place);
        let making = fs::create_dir_all(parent)
            .and_then(|()| tempfile::Builder::new().prefix(".kyso-demo-").tempdir_in(parent))
            .map_err(|error| Failure::writing(parent, &error))?;
        let directory = Self { place: place.to_owned(), making };
        directory.write(MARKER, b"")?;
        Ok(directory)
    }

    /// Where a file or a directory of this name is made.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.making.path().join(name)
    }

    /// Where it will be, for people.
    pub(crate) fn shown(&self, name: &str) -> String {
        plain(&self.place.join(name).display().to_string())
    }

    /// Writes a file; keys and their password for their owner alone, even in a demo.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.path(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        if [LEADER_KEY, SEAL_KEY, RECEIVER_KEY, PASSWORD].contains(&name) {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        options
            .open(&path)
            .and_then(|mut file| file.write_all(content))
            .map_err(|error| Failure::writing(&path, &error))
    }

    /// Moves the directory to its place, in the stead of an earlier demo's.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::writing(&self.place, &error);
        demand_replaceable(&self.place)?;
        // Others may look into it: only the making was private.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(self.making.path(), fs::Permissions::from_mode(0o755)).map_err(failed)?;
        }
        let earlier = match self.place.symlink_metadata() {
            Ok(_) => {
                let aside = tempfile::Builder::new()
                    .prefix(".kyso-demo-")
                    .tempdir_in(parent_of(&self.place))
                    .map_err(failed)?;
                fs::rename(&self.place, aside.path().join("earlier")).map_err(failed)?;
                Some(aside)
            }
            Err(_) => None,
        };
        fs::rename(self.making.path(), &self.place).map_err(failed)?;
        let _ = self.making.keep();
        earlier.map_or(Ok(()), TempDir::close).map_err(|error| Failure::writing(&self.place, &error))
    }
}

fn parent_of(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Nothing, an empty directory, or one that a demo made.
fn demand_replaceable(place: &Path) -> Result<(), Failure> {
    let is_ours = match place.symlink_metadata() {
        Err(_) => true,
        Ok(metadata) if metadata.is_dir() => {
            place.join(MARKER).is_file() || fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none())
        }
        Ok(_) => false,
    };
    if is_ours {
        return Ok(());
    }
    let place = plain(&place.display().to_string());
    Err(Failure::usage(
        format!("{place} đã có và không do kyso demo tạo ra; hãy chọn nơi khác bằng --out."),
        format!("{place} is there and wasn't made by kyso demo; choose another place with --out."),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_an_earlier_demo_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a/demo");
        let make = |content: &[u8]| {
            let directory = Directory::new(&place)?;
            directory.write(RESULT, content)?;
            directory.finish()
        };
        make(b"one").unwrap();
        fs::write(place.join("stale"), "").unwrap();
        make(b"two").unwrap();
        assert_eq!(fs::read(place.join(RESULT)).unwrap(), b"two");
        assert!(!place.join("stale").exists());
        assert_eq!(fs::read_dir(dir.path().join("a")).unwrap().count(), 1, "nothing is left beside it");

        fs::remove_file(place.join(MARKER)).unwrap();
        assert!(make(b"three").is_err());
        assert_eq!(fs::read(place.join(RESULT)).unwrap(), b"two");
    }

    #[test]
    fn an_unfinished_one_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        drop(Directory::new(&dir.path().join("demo")).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Directory::new(&file).is_err());
    }
}
