//! What is asked of the file system: a local one, and room.

use std::path::Path;

use crate::error::Error;
use crate::status::Space;

/// How much stays free at least: 1 GiB, or a fiftieth of a smaller file system.
const RESERVE: u64 = 1 << 30;
const SHARE: u64 = 50;

/// File systems on which neither links nor write-ahead logs hold, by their numbers (Linux, `statfs(2)`).
#[cfg(target_os = "linux")]
const REMOTE: [(u32, &str); 5] =
    [(0x6969, "NFS"), (0x517B, "SMB"), (0xFF53_4D42, "CIFS"), (0xFE53_4D42, "SMB2"), (0x6573_5546, "FUSE")];

/// Refuses a directory on a network file system.
pub(super) fn demand_local(directory: &Path) -> Result<(), Error> {
    #[cfg(target_os = "linux")]
    {
        let found = rustix::fs::statfs(directory).map_err(|error| Error::file(directory)(error.into()))?;
        // The number has 32 bits whatever the type in which the system hands it over.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of 32 bits in a wider type"
        )]
        let number = found.f_type as u32;
        if let Some((_, kind)) = REMOTE.iter().find(|(remote, _)| *remote == number) {
            return Err(Error::NotLocal { path: directory.to_owned(), kind });
        }
    }
    let _ = directory;
    Ok(())
}

/// The room in a directory's file system.
pub(super) fn of(directory: &Path) -> Result<Space, Error> {
    let found = rustix::fs::statvfs(directory).map_err(|error| Error::file(directory)(error.into()))?;
    let total = found.f_blocks.saturating_mul(found.f_frsize);
    Ok(Space { free: found.f_bavail.saturating_mul(found.f_frsize), total, reserve: RESERVE.min(total / SHARE) })
}

/// Refuses to begin where less than the reserve is free.
pub(super) fn demand(directory: &Path) -> Result<(), Error> {
    let Space { free, reserve, .. } = of(directory)?;
    if free < reserve {
        return Err(Error::Full { path: directory.to_owned(), free, reserve });
    }
    Ok(())
}
