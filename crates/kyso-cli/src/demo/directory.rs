//! The demo's directory: made beside its place, and moved there when it's whole. An earlier demo's is replaced only where
//! it's just as it was made; else the new one gets a place of its own.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::manifest::{self, Manifest};
use crate::failure::Failure;
use crate::text::plain;

/// Places beside the one asked for that are tried.
const PLACES: u32 = 1000;

pub(crate) const ROOT: &str = "ca-goc.pem";
pub(crate) const ROSTER: &str = "danh-sach.toml";
pub(crate) const LEADER_KEY: &str = "lanh-dao.p12";
pub(crate) const SEAL_KEY: &str = "con-dau.p12";
pub(crate) const RECEIVER_KEY: &str = "tiep-nhan.p12";
pub(crate) const PASSWORD: &str = "mat-khau.txt";
pub(crate) const SIGNATURE_PICTURE: &str = "chu-ky.png";
pub(crate) const RECEIVER_PICTURE: &str = "chu-ky-tiep-nhan.png";
pub(crate) const SEAL_PICTURE: &str = "con-dau.png";
/// As a scanner gives the chairman's signature and the seal back, to be cleaned.
pub(crate) const SIGNATURE_SCAN: &str = "chu-ky-quet.png";
pub(crate) const SEAL_SCAN: &str = "con-dau-quet.png";
pub(crate) const LETTER: &str = "giay-uy-quyen.pdf";
pub(crate) const REQUEST: &str = "yeu-cau.toml";
pub(crate) const NEXT_REQUEST: &str = "yeu-cau-2.toml";
/// The one after it, as the service takes it.
pub(crate) const SERVICE_REQUEST: &str = "yeu-cau-3.json";
pub(crate) const AGENCY: &str = "co-quan.toml";
pub(crate) const RESULT: &str = "ket-qua.pdf";
pub(crate) const RECORD: &str = "ket-qua.json";
pub(crate) const SIGNED: &str = "da-ky.pdf";
pub(crate) const SEALED: &str = "da-dong-dau.pdf";
pub(crate) const CHECKED: &str = "kiem-tra.png";
/// The service's configuration, and who may ask it.
pub(crate) const SERVICE: &str = "kyso.toml";
pub(crate) const TOKENS: &str = "ma-truy-cap";
/// The archive and the register.
pub(crate) const ARCHIVE: &str = "luu-tru";

/// A directory in the making. Dropped before it's finished, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Directory {
    place: PathBuf,
    making: TempDir,
}

impl Directory {
    /// Begins the directory that will be at `place`, or beside it where an earlier demo's directory has become somebody's.
    pub(crate) fn new(place: &Path) -> Result<Self, Failure> {
        // A slash at the end would lead through a symbolic link.
        let place = &free_place(&place.components().collect::<PathBuf>())?;
        let parent = parent_of(place);
        let making = fs::create_dir_all(parent)
            .and_then(|()| tempfile::Builder::new().prefix(".kyso-demo-").tempdir_in(parent))
            .map_err(|error| Failure::writing(parent, &error))?;
        Ok(Self { place: place.to_owned(), making })
    }

    /// The directory's final path.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }

    /// Where a file or a directory of this name is made.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.making.path().join(name)
    }

    /// A file's final path, for people.
    pub(crate) fn shown(&self, name: &str) -> String {
        plain(&self.place.join(name).display().to_string())
    }

    /// Writes a file, for its owner alone.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        let path = self.path(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .and_then(|mut file| file.write_all(content))
            .map_err(|error| Failure::writing(&path, &error))
    }

    /// Moves the directory to its place, in the stead of an earlier demo's.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::writing(&self.place, &error);
        let made = Manifest::of(self.making.path()).map_err(failed)?;
        let made = made.ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
        made.write(self.making.path()).map_err(failed)?;
        if state(&self.place) == State::Whole {
            self.delete_earlier()?;
        }
        // Where something has come there meanwhile, this fails; an empty directory is replaced.
        fs::rename(self.making.path(), &self.place).map_err(failed)?;
        let _ = self.making.keep();
        Ok(())
    }

    /// Deletes what an earlier demo made, aside: where somebody changed it meanwhile it's put back.
    fn delete_earlier(&self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::writing(&self.place, &error);
        let aside =
            tempfile::Builder::new().prefix(".kyso-demo-").tempdir_in(parent_of(&self.place)).map_err(failed)?;
        let earlier = aside.path().join("earlier");
        fs::rename(&self.place, &earlier).map_err(failed)?;
        let deleted = match Manifest::is_whole(&earlier) {
            true => Manifest::delete(&earlier),
            false => Err(io::ErrorKind::DirectoryNotEmpty.into()),
        };
        if let Err(error) = deleted {
            // Never with what is left in it.
            let aside = aside.keep();
            fs::rename(&earlier, &self.place).and_then(|()| fs::remove_dir(aside)).map_err(failed)?;
            return Err(failed(error));
        }
        Ok(())
    }
}

fn parent_of(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing, or an empty directory.
    Free,
    /// A demo's directory, just as it was made.
    Whole,
    /// A demo's directory, to which something was added, or in which something was changed.
    Used,
    /// Something else.
    Foreign,
}

fn state(place: &Path) -> State {
    let Ok(there) = place.symlink_metadata() else { return State::Free };
    if !there.is_dir() {
        State::Foreign
    } else if fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none()) {
        State::Free
    } else if Manifest::is_whole(place) {
        State::Whole
    } else if place.join(manifest::NAME).symlink_metadata().is_ok_and(|there| there.is_file()) {
        State::Used
    } else {
        State::Foreign
    }
}

/// The place asked for, or the first one beside it where nothing would be lost.
fn free_place(place: &Path) -> Result<PathBuf, Failure> {
    let Some(name) = place.file_name() else {
        let place = plain(&place.display().to_string());
        return Err(Failure::usage(
            format!("--out {place}: hãy cho tên một thư mục mới."),
            format!("--out {place}: give the name of a new directory."),
        ));
    };
    match state(place) {
        State::Free | State::Whole => return Ok(place.to_owned()),
        State::Used => {}
        State::Foreign => {
            let place = plain(&place.display().to_string());
            return Err(Failure::usage(
                format!("{place} đã có và không do kyso demo tạo ra; hãy chọn nơi khác bằng --out."),
                format!("{place} is there and wasn't made by kyso demo; choose another place with --out."),
            ));
        }
    }
    let beside = |number: u32| {
        let mut name = name.to_owned();
        name.push(format!("-{number}"));
        place.with_file_name(name)
    };
    let free = (2..PLACES).map(beside).find(|place| matches!(state(place), State::Free | State::Whole));
    free.ok_or_else(|| {
        let place = plain(&place.display().to_string());
        Failure::usage(
            format!("Quanh {place} không còn tên thư mục nào trống; hãy chọn nơi khác bằng --out."),
            format!("No directory beside {place} is free; choose another place with --out."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(place: &Path, content: &[u8]) -> Result<PathBuf, Failure> {
        let directory = Directory::new(place)?;
        directory.write(RESULT, content)?;
        fs::create_dir_all(directory.path(ARCHIVE).join("objects")).unwrap();
        fs::write(directory.path(ARCHIVE).join("objects/ab"), content).unwrap();
        let place = directory.place().to_owned();
        directory.finish()?;
        Ok(place)
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_earlier_demo_that_is_as_it_was_made_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a/demo");
        for content in [b"one", b"two"] {
            assert_eq!(make(&place, content).unwrap(), place);
            assert_eq!(fs::read(place.join(RESULT)).unwrap(), content);
        }
        assert_eq!(names(&dir.path().join("a")), ["demo"], "nothing is left beside it");
    }

    #[test]
    fn what_a_demo_did_not_make_stays() {
        type Change = fn(&Path);
        let changes: [(&str, Change); 8] = [
            ("added", |place| fs::write(place.join("của tôi.txt"), "mine").unwrap()),
            ("added deep", |place| fs::write(place.join(ARCHIVE).join("objects/mine"), "mine").unwrap()),
            ("changed", |place| fs::write(place.join(RESULT), "mine").unwrap()),
            ("in place of one that was made", |place| {
                fs::remove_file(place.join(RESULT)).unwrap();
                fs::write(place.join(RESULT), "mine").unwrap();
            }),
            ("a directory", |place| {
                fs::create_dir(place.join("mine")).unwrap();
                fs::write(place.join("mine/a"), "mine").unwrap();
            }),
            ("a link to a file", |place| {
                fs::write(place.with_file_name("elsewhere"), "mine").unwrap();
                std::os::unix::fs::symlink("../elsewhere", place.join("link")).unwrap();
            }),
            ("a link in place of a directory", |place| {
                fs::rename(place.join(ARCHIVE), place.with_file_name("archive")).unwrap();
                std::os::unix::fs::symlink("../archive", place.join(ARCHIVE)).unwrap();
            }),
            ("an earlier program's mark", |place| fs::write(place.join(manifest::NAME), "").unwrap()),
        ];
        for (what, change) in changes {
            let dir = tempfile::tempdir().unwrap();
            let place = dir.path().join("demo");
            make(&place, b"one").unwrap();
            change(&place);
            let (before, beside) = (names(&place), names(dir.path()));
            let second = make(&place, b"two").unwrap();
            assert_eq!(second, dir.path().join("demo-2"), "{what}");
            assert_eq!(names(&place), before, "{what}");
            assert_ne!(fs::read(place.join(RESULT)).unwrap(), b"two", "{what}");
            // The next one replaces the second, not the first.
            assert_eq!(make(&place, b"three").unwrap(), second, "{what}");
            assert_eq!(names(dir.path()).len(), beside.len() + 1, "{what}");
        }
    }

    #[test]
    fn what_comes_while_a_demo_is_made_stays() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("demo");
        make(&place, b"one").unwrap();
        let second = Directory::new(&place).unwrap();
        second.write(RESULT, b"two").unwrap();
        fs::write(place.join("mine"), "mine").unwrap();
        assert!(second.finish().is_err());
        assert_eq!(fs::read(place.join("mine")).unwrap(), b"mine");
        assert_eq!(fs::read(place.join(RESULT)).unwrap(), b"one");
        assert_eq!(names(dir.path()), ["demo"], "nothing is left beside it");
    }

    #[test]
    fn an_unfinished_one_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        drop(Directory::new(&dir.path().join("demo")).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn neither_a_file_nor_a_link_nor_somebodys_directory_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, own) = (dir.path().join("file"), dir.path().join("link/"), dir.path().join("own"));
        fs::write(&file, "").unwrap();
        fs::create_dir(&own).unwrap();
        fs::write(own.join(RESULT), "mine").unwrap();
        fs::create_dir(dir.path().join("target")).unwrap();
        std::os::unix::fs::symlink("target", dir.path().join("link")).unwrap();
        for place in [file, link, own] {
            assert!(Directory::new(&place).is_err(), "{place:?}");
        }
    }
}
