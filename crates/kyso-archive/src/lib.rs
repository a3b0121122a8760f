//! What is kept: signed PDFs, written once under their SHA-256, and a row about each.
//!
//! - Only what was verified becomes an artifact: [`VerifiedArtifact`](kyso::VerifiedArtifact) can be made by verification
//!   alone. Results that wait for their signatures are kept beside them, as [`Draft`]s.
//! - An answer means durable: the object and its directory are synced, and the row is committed with
//!   `synchronous = FULL`, before [`Archive::keep`] returns.
//! - Nothing is ever overwritten, and what is read is hashed again before it's handed out. Artifacts stay for good; a draft
//!   is removed once nobody waits for it ([`Archive::remove_draft`]).
//! - A request that is made twice under one idempotency key ([`Archive::claim`]) keeps one artifact: its record is
//!   written in the same transaction as the artifact's row.
//!
//! One process has the archive to itself (a lock file sees to that); the register beside it (kyso-register) is for several. The
//! calls are async on tokio; a synchronous program wraps them in `Runtime::block_on`.
//!
//! ```text
//! DIR/objects/ab/abcd…   the PDFs          DIR/kyso.sqlite3       the rows
//! DIR/tmp/               half-written      DIR/lock               who is at work here
//! DIR/registers.toml     symbols, office   DIR/register.sqlite3   the register of numbers
//! ```

#![forbid(unsafe_code)]

mod archive;
mod artifact;
mod claims;
mod database;
mod drafts;
mod error;
mod objects;
mod private;

pub use archive::{Archive, Receipt};
pub use artifact::{Artifact, FileReport, Meta};
pub use claims::{Claim, Claimed, Idempotency, Turn};
pub use drafts::{Draft, DraftClaim};
pub use error::Error;
pub use private::{Loose, loose, loose_in};
pub use uuid::Uuid;

/// Whether a file or a directory of this name, right in an archive's directory, is the archive's own: the databases with
/// their journals, the lock files, the objects, what the operator says of the registers.
pub fn is_own_name(name: &str) -> bool {
    let database = ["-wal", "-shm", "-journal"].iter().find_map(|journal| name.strip_suffix(journal)).unwrap_or(name);
    matches!(database, "kyso.sqlite3" | "register.sqlite3")
        || matches!(name, "objects" | "tmp" | "lock" | "register.lock" | "registers.toml")
}
