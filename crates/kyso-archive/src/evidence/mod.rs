//! Evidence records (RFC 4998; RFC 9169 gives the same bytes newer ASN.1 modules): that a file is as old as a time-stamp, shown
//! decades later without a word of the archive's own. Pure: no SQL, no files, no clock, no async.
//!
//! ```text
//! tree     hash trees over a day's objects; the part of one that shows that an object is in it
//! record   EvidenceRecord, ArchiveTimeStampChain, ArchiveTimeStamp: read strictly, kept as they were stored
//! build    a record from stored pieces: sorted leaves and token of each stamp
//! verify   whether a record proves something at a time: codes, steps, verdict
//! ```
//!
//! The three kinds of step, and what each covers:
//!
//! - **first**: H(object) is a leaf of the tree whose root the token is over;
//! - **renewal by time-stamp**: H(the whole token before) is a leaf; same digest algorithm, same chain;
//! - **renewal by hash tree**: H'(H'(object) ‖ H'(ArchiveTimeStampSequence so far)) is a leaf; H' is the new algorithm, and a
//!   new chain begins.

mod build;
mod record;
mod tree;
mod verify;

pub use build::{BuildError, Stamp, hash_tree_leaf, time_stamp_leaf, time_stamps_leaf};
pub use record::{ArchiveTimeStamp, ArchiveTimeStampChain, EvidenceRecord, MAX_RECORD, MAX_STAMPS};
pub use tree::{HashTree, ReducedHashTree, group_hash};
pub use verify::{DataObject, Report, Step, StepKind, verify};
