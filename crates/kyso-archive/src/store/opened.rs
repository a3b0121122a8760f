//! Opening what lies under an object's name, whatever somebody has put there.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::error::Error;

/// Opens an object to read it; none where there's none. A link or a pipe in its place is none that was put there, whatever it leads to.
pub(super) fn opened(path: &Path) -> Result<Option<File>, Error> {
    let unfollowed = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
    let flags = unfollowed.try_into().map_err(Error::internal)?;
    let wrong = || Error::Damaged(format!("{} isn't a file", path.display()));
    let file = match File::options().read(true).custom_flags(flags).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) if path.is_symlink() => return Err(wrong()),
        Err(error) => return Err(Error::file(path)(error)),
    };
    match file.metadata().map_err(Error::file(path))?.is_file() {
        true => Ok(Some(file)),
        false => Err(wrong()),
    }
}
