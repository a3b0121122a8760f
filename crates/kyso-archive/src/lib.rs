//! What is kept: signed PDFs, written once under the name of the request that made them, and how they came to be kept.
//!
//! - Only what was verified becomes an artifact: [`VerifiedArtifact`](kyso::VerifiedArtifact) can be made by verification
//!   alone. Results that wait for their signatures are kept beside them, as [`Draft`]s.
//! - A request is claimed ([`Archive::begin`]) before anything is made for it; what it makes lies under a name that follows from
//!   the request ([`Archive::keep`]); one transaction then says everything about it. So whoever comes second, after whatever
//!   failure, finds what the first one made ([`Archive::made_before`], [`Archive::recover`]), and no request makes two.
//! - An answer means durable: object, directory and transaction are synced before it.
//! - Nothing is ever overwritten. What is read is held against the record of the event that kept it, and its bytes are hashed
//!   again: what was changed is an error.
//! - Every event is a leaf of an append-only log ([`log`], [`Archive::sequence`]), so that what is whole can be proved, and an
//!   archive that was put back to an earlier state doesn't open.
//!
//! One process has the archive of a directory to itself. Where it has grown ([`Grown`]), several processes share rows in PostgreSQL
//! and objects in an S3 store. The calls are async on tokio; a synchronous program wraps them in `Runtime::block_on`.
//!
//! ```text
//! DIR/o/ab/NAME.0        the PDFs, part by part     DIR/archive.sqlite3    the rows
//! DIR/d/ab/ID            drafts                     DIR/archive.json       whose store it is
//! DIR/log/…              tiles and checkpoint       DIR/keys/…             naming key, log key
//! DIR/stamp/…            time-stamps
//! DIR/tmp/               half-written               DIR/lock               who is at work here
//! DIR/registers.toml     symbols, office            DIR/register.sqlite3   the register of numbers
//! DIR/retention.toml     own rules of retention     DIR/destroyed/         what was destroyed, with certificates
//! ```

#![forbid(unsafe_code)]

mod access;
mod anchors;
mod archive;
mod artifact;
mod audit;
mod backup;
mod begin;
mod clock;
mod correcting;
mod database;
mod destruction;
mod drafts;
mod earlier;
mod edges;
mod error;
pub mod evidence;
mod finding;
mod grown;
mod health;
mod holds;
mod identity;
mod jobs;
mod keep;
mod lasting;
mod links;
mod location;
pub mod log;
mod made_from;
mod manifest;
mod mending;
mod metadata;
mod moving;
mod package;
mod parts;
mod principal;
mod private;
mod published;
mod read;
mod rebuild;
mod receipts;
mod record;
mod recover;
mod register_heads;
mod request;
mod restore;
mod retention;
mod said;
mod scrub;
mod second;
mod seen;
mod sequencing;
mod several;
mod signed_files;
mod stamping;
mod status;
mod store;
mod stored_log;
#[cfg(test)]
mod tests;
mod turns;
mod versions;

pub use access::Reading;
pub use anchors::{AnchorStatus, Witness};
pub use archive::Archive;
pub use artifact::{Artifact, FileReport, Meta};
pub use audit::{Audit, Auditor, Counts, Fault, Finding, Progress, Stage, Subject};
pub use backup::{
    AskedBeside, BackedUp, BackingUp, BackupPlace, BesideArchive, BesideHead, BesideTaken, Copying, LastBackup,
    RegisterNow, Watch,
};
pub use begin::{Begun, Claim};
pub use clock::{ClockConfirmed, ClockStatus};
pub use destruction::{
    Act, Certificate, Decision, Destruction, DestructionItem, DestructionState, Erasing, Executed, MOST_ITEMS,
    NotDestroyed, Obstacle, Tombstone,
};
pub use drafts::{Draft, DraftBegun, Preparing};
pub use error::{Error, NotPast};
pub use finding::{Found, MOST_FOUND, Sought};
pub use grown::{Grown, StoreCheck};
pub use holds::{Grounds, Hold, StoreHold, StoreHoldOutcome};
pub use jobs::{Job, JobKind, JobReport, JobState};
pub use keep::Beside;
pub use lasting::{Lasted, Lasting, LastingStatus};
pub use links::{Link, Linked, Standing};
pub use location::Location;
pub use metadata::{Correction, Described};
pub use moving::{Migrated, Migrating, MoveStage, MoveWatch, MovedBeside, Moving};
pub use package::Package;
pub use principal::Caller;
pub use private::{Loose, loose, loose_in};
pub use rebuild::{LostManifest, Rebuilding, Rebuilt};
pub use recover::Recovered;
pub use register_heads::{LoggedHead, RegisterHead};
pub use request::Request;
pub use restore::{Restoration, Restoring};
pub use retention::{ClassTally, Keeping};
pub use said::NotSaid;
pub use scrub::{Damage, Scrubbed};
pub use second::{Copied, Second, SecondBucket};
pub use stamping::{
    Day, Due, DueWhy, Evidenced, LeftOut, LeftOutWhy, RenewBy, Renewal, StampFault, StampHow, StampProblem, Stamped,
    Stamping,
};
pub use status::{Claims, Copies, Drafts, Kept, LogStatus, RegisterStatus, Space, StampStatus, Status, Tally, Work};
pub use turns::Turn;
pub use uuid::Uuid;

/// Whether a file or a directory of this name, right in an archive's directory, is the archive's own: the databases with
/// their journals, the lock files, the objects, the log, the keys, what the operator says of the registers, reports of restorations.
pub fn is_own_name(name: &str) -> bool {
    let database = ["-wal", "-shm", "-journal"].iter().find_map(|journal| name.strip_suffix(journal)).unwrap_or(name);
    matches!(database, "archive.sqlite3" | "archive.rebuilt.sqlite3" | "kyso.sqlite3" | "register.sqlite3")
        || matches!(
            name,
            "archive.json"
                | "backup.json"
                | "restoring.json"
                | "RETIRED"
                | "d"
                | "destroyed"
                | "keys"
                | "log"
                | "o"
                | "objects"
                | "quarantine"
                | "stamp"
                | "tmp"
        )
        || matches!(name, "lock" | "register.lock" | "register.moved" | "registers.toml" | "retention.toml")
        || name.starts_with("restored-")
}
