//! Evidence records made of what an archive stores: of each time-stamp its digest algorithm, its sorted leaves and its token.
//! No record is stored: one is made on demand, and renewed in the same way by further stamps.

use kyso::Error;
use kyso::TimeStampToken;
use kyso::crypto::DigestAlgorithm;
use kyso::pki::algorithm::write_digest;

use super::record::{ArchiveTimeStamp, ArchiveTimeStampChain, EvidenceRecord, MAX_STAMPS, sequence_of};
use super::tree::{HashTree, ReducedHashTree, group_hash};

/// Digest algorithms that records are made with.
const TO_BUILD: [DigestAlgorithm; 6] = [
    DigestAlgorithm::Sha256,
    DigestAlgorithm::Sha384,
    DigestAlgorithm::Sha512,
    DigestAlgorithm::Sha3_256,
    DigestAlgorithm::Sha3_384,
    DigestAlgorithm::Sha3_512,
];

/// Why a record can't be made of these pieces: what is stored doesn't fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The token or what is made with it can't be read.
    #[error("{0}")]
    Unreadable(#[from] Error),
    /// No record is made with this digest algorithm.
    #[error("no evidence record is made with {}", .0.name())]
    Algorithm(DigestAlgorithm),
    /// There is no leaf, or one isn't a digest by the stamp's algorithm.
    #[error("the leaves of the stamp make no hash tree")]
    Leaves,
    /// The token isn't over the root of the stamp's leaves, by the stamp's algorithm.
    #[error("the token isn't over the root of the stamp's leaves")]
    OtherRoot,
    /// What the stamp has to cover isn't among its leaves.
    #[error("the stamp doesn't cover it")]
    NotALeaf,
    /// A renewal by time-stamp keeps the digest algorithm: another one needs a renewal by hash tree.
    #[error("a renewal by time-stamp keeps the digest algorithm")]
    OtherAlgorithm,
    /// The record has as many time-stamps as may be.
    #[error("a record has at most {MAX_STAMPS} time-stamps")]
    Full,
}

/// A stored time-stamp: a token over the root of a tree.
#[derive(Debug, Clone)]
pub struct Stamp {
    tree: HashTree,
    token: Vec<u8>,
}

impl Stamp {
    /// Of the stored pieces: the tree's digest algorithm, its leaves, the token's bytes.
    ///
    /// # Errors
    /// [`BuildError::Algorithm`], [`BuildError::Leaves`], [`BuildError::Unreadable`], and [`BuildError::OtherRoot`] where the
    /// token isn't over these leaves. Whether the token is to be relied on, [`verify`](super::verify()) says.
    pub fn new(digest: DigestAlgorithm, leaves: Vec<Vec<u8>>, token: Vec<u8>) -> Result<Self, BuildError> {
        if !TO_BUILD.contains(&digest) {
            return Err(BuildError::Algorithm(digest));
        }
        let tree = HashTree::new(digest, leaves).ok_or(BuildError::Leaves)?;
        if tree.leaves().iter().any(|leaf| leaf.len() != digest.digest(&[]).len()) {
            return Err(BuildError::Leaves);
        }
        let read = TimeStampToken::parse(&token)?;
        if read.info().digest != Some(digest) || read.info().imprint != tree.root() || read.der() != token {
            return Err(BuildError::OtherRoot);
        }
        Ok(Self { tree, token })
    }

    /// The digest algorithm of the tree.
    pub fn digest(&self) -> DigestAlgorithm {
        self.tree.digest()
    }

    /// The token, as it was stored.
    pub fn token(&self) -> &[u8] {
        &self.token
    }

    /// The archive time-stamp of what has these hashes: of one object, or of a group.
    fn of(&self, hashes: &[Vec<u8>]) -> Result<ArchiveTimeStamp, BuildError> {
        let reduced = self.tree.reduced_to_group(hashes).ok_or(BuildError::NotALeaf)?;
        // One hash that is the root itself needs no tree (RFC 4998, 4.1).
        let is_whole = |tree: &ReducedHashTree| matches!(tree.lists(), [list] if list.len() == 1);
        Ok(ArchiveTimeStamp::new(self.digest(), Some(reduced).filter(|tree| !is_whole(tree)), &self.token)?)
    }
}

/// The leaf that stands for a token in a renewal by time-stamp: the hash of the whole token as it was stored (RFC 4998, 5.2).
pub fn time_stamp_leaf(digest: DigestAlgorithm, token: &[u8]) -> Vec<u8> {
    digest.digest(token)
}

/// The leaf that stands for all time-stamps of a record's newest chain in a renewal by time-stamp: of several, the hash of their
/// group. RFC 4998, 5.2, asks for the newest one alone, which is in the first list with the others; readers that want every token
/// of the chain covered find them there too. `None` where a chain has none.
pub fn time_stamps_leaf(digest: DigestAlgorithm, record: &EvidenceRecord) -> Option<Vec<u8>> {
    group_hash(digest, &record.chains.last().map(|chain| chain.hashes(digest)).unwrap_or_default())
}

impl ArchiveTimeStampChain {
    /// The hash of each token.
    fn hashes(&self, digest: DigestAlgorithm) -> Vec<Vec<u8>> {
        self.stamps.iter().map(|stamp| time_stamp_leaf(digest, stamp.time_stamp())).collect()
    }
}

/// The leaf that stands for an object and its record in a renewal by hash tree: H'( H'(object) ‖ H'(sequence so far) ) (RFC
/// 4998, 5.2). `hashes`: H' of the object, or of each one of a group. `None` where there is none.
pub fn hash_tree_leaf(digest: DigestAlgorithm, hashes: &[Vec<u8>], record: &EvidenceRecord) -> Option<Vec<u8>> {
    group_hash(digest, &with_sequence(digest, hashes, &record.chains))
}

/// Each object's hash, with that of the sequence so far.
pub(super) fn with_sequence(
    digest: DigestAlgorithm,
    hashes: &[Vec<u8>],
    chains: &[ArchiveTimeStampChain],
) -> Vec<Vec<u8>> {
    let sequence = digest.digest(&sequence_of(chains));
    hashes.iter().map(|hash| digest.digest(&[hash.as_slice(), &sequence].concat())).collect()
}

impl EvidenceRecord {
    /// The record of an object by its first stamp. `hashes`: the object's hash by the stamp's algorithm, or those of each object
    /// of a group.
    ///
    /// # Errors
    /// [`BuildError::NotALeaf`] where the stamp isn't over it.
    pub fn first(stamp: &Stamp, hashes: &[Vec<u8>]) -> Result<Self, BuildError> {
        let chain = ArchiveTimeStampChain { stamps: vec![stamp.of(hashes)?] };
        let digest_algorithms = vec![write_digest(stamp.digest())];
        Ok(Self { digest_algorithms, crypto_infos: None, encryption_info: None, chains: vec![chain] })
    }

    /// Renews by time-stamp: the stamp has [`time_stamps_leaf`] among its leaves, or [`time_stamp_leaf`] of the newest token alone.
    /// One stamp renews the records of all objects whose tokens it covers.
    ///
    /// # Errors
    /// [`BuildError::OtherAlgorithm`], [`BuildError::NotALeaf`], [`BuildError::Full`]. The record stays as it was.
    pub fn renew_by_time_stamp(&mut self, stamp: &Stamp) -> Result<(), BuildError> {
        self.demand_room()?;
        let (Some(newest), Some(chain)) = (self.newest(), self.chains.last()) else { return Err(BuildError::NotALeaf) };
        let algorithms = chain.stamps().iter().map(|one| one.digest_algorithm().and_then(|named| named.digest()));
        if algorithms.into_iter().any(|known| known.is_some_and(|known| known != stamp.digest())) {
            return Err(BuildError::OtherAlgorithm);
        }
        let renewal = match stamp.of(&chain.hashes(stamp.digest())) {
            Err(BuildError::NotALeaf) => stamp.of(&[time_stamp_leaf(stamp.digest(), newest.time_stamp())])?,
            made => made?,
        };
        if let Some(chain) = self.chains.last_mut() {
            chain.stamps.push(renewal);
        }
        Ok(())
    }

    /// Renews by hash tree: the stamp has [`hash_tree_leaf`] of the object and this record among its leaves, and another digest
    /// algorithm as a rule. `hashes`: of the object, or of each one of its group, by the stamp's algorithm.
    ///
    /// # Errors
    /// [`BuildError::NotALeaf`], [`BuildError::Full`]. The record stays as it was.
    pub fn renew_by_hash_tree(&mut self, stamp: &Stamp, hashes: &[Vec<u8>]) -> Result<(), BuildError> {
        self.demand_room()?;
        let digest = stamp.digest();
        let renewal = stamp.of(&with_sequence(digest, hashes, &self.chains))?;
        self.chains.push(ArchiveTimeStampChain { stamps: vec![renewal] });
        if !self.lists(digest) {
            self.digest_algorithms.push(write_digest(digest));
        }
        Ok(())
    }

    fn demand_room(&self) -> Result<(), BuildError> {
        let stamps: usize = self.chains.iter().map(|chain| chain.stamps().len()).sum();
        if stamps < MAX_STAMPS { Ok(()) } else { Err(BuildError::Full) }
    }
}
