//! The archive's log: a Merkle tree over what happened, signed, published as files that anyone can mirror, and checked without
//! the archive. This room is pure: bytes and hashes in, bytes and hashes out. Who stores, sequences and publishes stands above it.
//!
//! ```text
//! hash        the tree's hashes (RFC 6962, 2.1)
//! tree        which hashes a root or a proof is made of; where they're read from
//! edge        the right edge of a tree: what it takes to append to it
//! tile        the tree and its entries as files (C2SP tlog-tiles)
//! proof       inclusion and consistency, made and checked
//! key, note   keys, and texts signed by them (C2SP signed-note, tlog-cosignature)
//! checkpoint  size and root of a log, as it's signed (C2SP tlog-checkpoint)
//! entry       what a leaf of this log says
//! receipt     a proof for one record, in a file (C2SP tlog-proof)
//! record      what a receipt's record says of a file
//! check       a file held against its receipt, step by step
//! ```
//!
//! The formats are those of <https://c2sp.org>; the entry and the record are this archive's own.

mod check;
mod checkpoint;
mod edge;
mod entry;
mod hash;
mod key;
mod note;
mod proof;
mod receipt;
mod record;
mod tile;
mod tree;

pub use check::{Checked, FileDigests, ReceiptFault, Trust, TrustFault, Witnessed, check};
pub use checkpoint::{Checkpoint, CheckpointFault};
pub use edge::{Edge, Growth};
pub use entry::{Entry, EntryFault, commitment, committed, time_text};
pub use hash::Hash;
pub use key::{KeyFault, KeyUse, SignerKey, VerifierKey};
pub use note::{MAX_NOTE, MAX_SIGNATURES, Note, NoteFault, NoteSignature, Signed};
pub use proof::{
    check_consistency, check_inclusion, consistency, inclusion, nodes_for_consistency, nodes_for_inclusion,
    nodes_for_root, root, root_by_inclusion,
};
pub use receipt::{MAX_RECEIPT, Receipt};
pub use record::{Record, RecordFault};
pub use tile::{Bundle, Tile, TileError, TileHashes, TileReader};
pub use tree::{HashReader, MAX_SIZE, MemoryTree, Node, TreeError};

#[cfg(test)]
mod tests;

/// Standard base64 with its padding (RFC 4648, 4), read as strictly as it's written: one text for the same octets.
fn base64(octets: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(octets)
}

/// The octets of a base64 text that [`base64`] could have written.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// A decimal number without leading zeroes, below 2^63.
fn decimal(text: &str) -> Option<u64> {
    let is_plain = text == "0" || !text.starts_with('0');
    let digits = is_plain && text.len() <= 19 && text.bytes().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= MAX_SIZE)
}
