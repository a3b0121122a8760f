//! Files that are read.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::map::map;

/// From this size on a file is mapped and not copied.
const MAP_FROM: u64 = 1 << 20;

/// The bytes of a document.
#[derive(Debug)]
pub(crate) enum Bytes {
    /// Large files.
    Mapped(Mmap),
    /// Small files, and what isn't a file: pipes.
    Read(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Read(bytes) => bytes,
        }
    }
}

/// Opens a document.
pub(crate) fn open(path: &Path) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() >= MAP_FROM {
        return map(&file).map(Bytes::Mapped);
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(Bytes::Read(bytes))
}

/// Opens the document that a command works on.
pub(crate) fn document(path: &Path) -> Result<Bytes, Failure> {
    open(path).map_err(|error| Failure::reading(Exit::Unreadable, path, &error))
}

/// Reads a small file that the command line names beside the document: a key, a certificate, an image.
pub(crate) fn small(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| Failure::reading(Exit::Usage, path, &error);
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(Failure::usage(
            format!("Tệp {} lớn hơn {limit} byte; có lẽ đã chọn nhầm tệp.", path.display()),
            format!("{} is larger than {limit} bytes; it may be the wrong file.", path.display()),
        ));
    }
    Ok(bytes)
}

/// Reads a small text file.
pub(crate) fn small_text(path: &Path, limit: u64) -> Result<String, Failure> {
    String::from_utf8(small(path, limit)?)
        .map_err(|_| Failure::reading(Exit::Usage, path, &io::Error::from(io::ErrorKind::InvalidData)))
}
