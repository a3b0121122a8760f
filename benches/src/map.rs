//! Files as memory maps.

#![allow(unsafe_code, reason = "a file can only be mapped so")]

use std::fs::File;
use std::path::Path;

use memmap2::Mmap;

/// The file's bytes.
pub fn map(path: &Path) -> Mmap {
    let file = File::open(path).expect("the file");
    // SAFETY: the benchmarks wrote the file and nothing changes it while they run.
    unsafe { Mmap::map(&file) }.expect("a map")
}
