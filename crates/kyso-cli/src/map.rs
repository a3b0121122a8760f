//! The one place with `unsafe`: a file as a slice of memory, so that a large file costs no copy.
#![allow(unsafe_code, reason = "a file can only be mapped so")]

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// The file's bytes.
///
/// Nobody else may cut the file while it is mapped: reading past the new end would end the process (SIGBUS). Nobody
/// may write into it either: the slice would change under its reader, who would judge or sign a mixture. No lock can
/// enforce this, as advisory locks bind only those who ask for them. The caller accepts it for files too large to be
/// copied; a mixture fails verification afterwards, since the signature's digest was taken over what was read once.
pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the mapping is read-only and private to this process, nothing here writes to the file, and outputs
    // go to new files that are renamed into place (see output.rs). What other processes do is described above.
    unsafe { Mmap::map(file) }
}
