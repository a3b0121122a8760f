//! The one place with `unsafe`: a file as a slice of memory, so that a large file costs no memory of its own.
#![allow(unsafe_code, reason = "a file can only be mapped so")]

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// The bytes of a file that this process made and that nobody else writes to: one without a name, as a rule.
///
/// Whoever cuts a file while it's mapped ends the process that reads it (SIGBUS), and whoever writes into it changes the slice
/// under its reader. So what others can open is copied first (`input.rs`), and the copy is mapped.
pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the mapping is read-only; the file is this process's own and, once it's mapped, no more written to.
    unsafe { Mmap::map(file) }
}
