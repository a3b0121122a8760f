//! EvidenceRecord and what it's made of (RFC 4998, 3.1, 4.1, 5.1), to and fro.
//!
//! ```text
//! EvidenceRecord ::= SEQUENCE {
//!     version                   INTEGER { v1(1) },
//!     digestAlgorithms          SEQUENCE OF AlgorithmIdentifier,
//!     cryptoInfos           [0] CryptoInfos OPTIONAL,
//!     encryptionInfo        [1] EncryptionInfo OPTIONAL,
//!     archiveTimeStampSequence  SEQUENCE OF ArchiveTimeStampChain }
//! ArchiveTimeStampChain ::= SEQUENCE OF ArchiveTimeStamp
//! ArchiveTimeStamp ::= SEQUENCE {
//!     digestAlgorithm       [0] AlgorithmIdentifier OPTIONAL,
//!     attributes            [1] Attributes OPTIONAL,
//!     reducedHashtree       [2] SEQUENCE OF PartialHashtree OPTIONAL,
//!     timeStamp                 ContentInfo }
//! PartialHashtree ::= SEQUENCE OF OCTET STRING
//! ```
//!
//! Tags are implicit. A record has to be DER but for what stands inside the tokens, attributes and cryptoInfos, which stay as
//! they came: digests go over the stored bytes, and nothing is encoded anew.

use kyso::Error;
use kyso::asn1::{self, Element, Reader, tag};
use kyso::crypto::DigestAlgorithm;
use kyso::error::Subject;
use kyso::pki::algorithm::{AlgorithmIdentifier, write_digest};

use super::tree::{MAX_LISTS, ReducedHashTree};

/// Most bytes of a record: that of a file with a renewal a year for a lifetime stays below a megabyte.
pub const MAX_RECORD: usize = 16 << 20;
/// Most time-stamps of a record, over all chains.
pub const MAX_STAMPS: usize = 64;
/// Most digest algorithms that a record lists.
const MAX_ALGORITHMS: usize = 16;

const WHAT: Subject = Subject::EvidenceRecord;
/// encryptionInfo and attributes, each `[1]`.
const ONE: u8 = tag::context(1);

/// An evidence record (RFC 4998, 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// DER AlgorithmIdentifiers.
    pub(super) digest_algorithms: Vec<Vec<u8>>,
    pub(super) crypto_infos: Option<Vec<u8>>,
    pub(super) encryption_info: Option<Vec<u8>>,
    pub(super) chains: Vec<ArchiveTimeStampChain>,
}

/// Time-stamps under one digest algorithm, each over the one before it (RFC 4998, 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveTimeStampChain {
    pub(super) stamps: Vec<ArchiveTimeStamp>,
}

/// A time-stamp with what leads to it (RFC 4998, 4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveTimeStamp {
    /// The whole of it, as it was stored.
    der: Vec<u8>,
    digest_algorithm: Option<AlgorithmIdentifier>,
    reduced: Option<ReducedHashTree>,
    /// The token's ContentInfo, as it was stored.
    time_stamp: Vec<u8>,
}

impl EvidenceRecord {
    /// Reads a record, and nothing behind it.
    ///
    /// # Errors
    /// [`Error::Input`] with the byte offset where it's none, or not DER; [`Error::Budget`] where it's beyond [`MAX_RECORD`],
    /// [`MAX_STAMPS`], or another bound.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_RECORD {
            return Err(Error::Budget {
                budget: "bytes of an evidence record",
                limit: MAX_RECORD as u64,
                offset: None,
            });
        }
        let mut outside = Reader::new(WHAT, bytes);
        let whole = outside.expect(tag::SEQUENCE)?;
        if !outside.is_empty() {
            return Err(whole.error("bytes behind the record"));
        }
        let mut fields = whole.children()?;
        let version = fields.expect(tag::INTEGER)?;
        if version.unsigned()? != 1 {
            return Err(version.error("not version 1"));
        }
        let mut digest_algorithms = Vec::new();
        for element in bounded(&fields.expect(tag::SEQUENCE)?, MAX_ALGORITHMS)? {
            if element.identifier() != tag::SEQUENCE {
                return Err(element.error("not an AlgorithmIdentifier"));
            }
            AlgorithmIdentifier::read(&element)?;
            digest_algorithms.push(element.raw().to_vec());
        }
        let crypto_infos = fields.optional(tag::context(0))?.map(|element| element.raw().to_vec());
        let encryption_info = fields.optional(ONE)?.map(|element| element.raw().to_vec());
        let sequence = fields.expect(tag::SEQUENCE)?;
        if !fields.is_empty() {
            return Err(sequence.error("a field behind archiveTimeStampSequence"));
        }
        let (mut chains, mut left) = (Vec::new(), MAX_STAMPS);
        for chain in bounded(&sequence, MAX_STAMPS)? {
            let stamps = bounded(&chain, left)?;
            left -= stamps.len();
            let stamps = stamps.iter().map(ArchiveTimeStamp::read).collect::<Result<Vec<_>, Error>>()?;
            chains.push(ArchiveTimeStampChain { stamps });
        }
        let record = Self { digest_algorithms, crypto_infos, encryption_info, chains };
        // What is written anew of the parts is what was read, or lengths weren't DER's.
        if record.to_der() == bytes { Ok(record) } else { Err(whole.error("not DER")) }
    }

    /// The record's DER, as it's exported: its parts are as they were stored.
    pub fn to_der(&self) -> Vec<u8> {
        let mut fields = vec![asn1::unsigned(1), asn1::sequence(&self.digest_algorithms)];
        fields.extend(self.crypto_infos.clone());
        fields.extend(self.encryption_info.clone());
        fields.push(sequence_of(&self.chains));
        asn1::sequence(&fields)
    }

    /// The chains, oldest first. There's at least one.
    pub fn chains(&self) -> &[ArchiveTimeStampChain] {
        &self.chains
    }

    /// The newest time-stamp.
    pub fn newest(&self) -> Option<&ArchiveTimeStamp> {
        self.chains.last().and_then(|chain| chain.stamps.last())
    }

    /// Whether the record's list has a digest algorithm.
    pub fn lists(&self, digest: DigestAlgorithm) -> bool {
        self.digest_algorithms.iter().any(|der| {
            let read = Reader::new(WHAT, der).next().and_then(|element| AlgorithmIdentifier::read(&element));
            read.is_ok_and(|algorithm| algorithm.digest() == Some(digest))
        })
    }
}

/// DER of an ArchiveTimeStampSequence of these chains: what a renewal by hash tree covers.
pub(super) fn sequence_of(chains: &[ArchiveTimeStampChain]) -> Vec<u8> {
    let chain = |chain: &ArchiveTimeStampChain| {
        asn1::sequence(&chain.stamps.iter().map(ArchiveTimeStamp::der).collect::<Vec<_>>())
    };
    asn1::sequence(&chains.iter().map(chain).collect::<Vec<_>>())
}

/// The elements of a list that has at least one and at most so many.
fn bounded<'a>(list: &Element<'a>, most: usize) -> Result<Vec<Element<'a>>, Error> {
    if list.identifier() != tag::SEQUENCE {
        return Err(list.error("not a SEQUENCE OF"));
    }
    let elements = list.children()?.all()?;
    match elements.len() {
        0 => Err(list.error("an empty list")),
        count if count > most => {
            let offset = Some(list.offset() as u64);
            Err(Error::Budget { budget: "elements of an evidence record", limit: most as u64, offset })
        }
        _ => Ok(elements),
    }
}

impl ArchiveTimeStampChain {
    /// The time-stamps, oldest first. There's at least one.
    pub fn stamps(&self) -> &[ArchiveTimeStamp] {
        &self.stamps
    }
}

impl ArchiveTimeStamp {
    /// Puts one together: the digest algorithm of the tree, the way to its root, the token as it was stored.
    pub(super) fn new(digest: DigestAlgorithm, reduced: Option<ReducedHashTree>, token: &[u8]) -> Result<Self, Error> {
        let algorithm = write_digest(digest);
        let contents = |der: &[u8]| -> Result<Vec<u8>, Error> {
            Ok(Reader::new(WHAT, der).expect(tag::SEQUENCE)?.contents().to_vec())
        };
        let mut fields = vec![asn1::tlv(tag::context(0), &contents(&algorithm)?)];
        if let Some(reduced) = &reduced {
            let list = |list: &Vec<Vec<u8>>| {
                asn1::sequence(&list.iter().map(|hash| asn1::octet_string(hash)).collect::<Vec<_>>())
            };
            let lists = reduced.lists.iter().map(list).collect::<Vec<_>>();
            fields.push(asn1::tlv(tag::context(2), &lists.concat()));
        }
        fields.push(token.to_vec());
        Self::read(&Reader::new(WHAT, &asn1::sequence(&fields)).next()?)
    }

    fn read(element: &Element<'_>) -> Result<Self, Error> {
        if element.identifier() != tag::SEQUENCE {
            return Err(element.error("not an ArchiveTimeStamp"));
        }
        let mut fields = element.children()?;
        let mut kept = Vec::new();
        let algorithm = fields.optional(tag::context(0))?;
        let digest_algorithm = algorithm.map(|algorithm| AlgorithmIdentifier::read(&algorithm)).transpose()?;
        kept.extend(algorithm.map(|algorithm| asn1::tlv(tag::context(0), algorithm.contents())));
        kept.extend(fields.optional(ONE)?.map(|attributes| attributes.raw().to_vec()));
        let reduced = fields.optional(tag::context(2))?.map(|tree| reduced(&tree)).transpose()?;
        kept.extend(reduced.as_ref().map(|(_, der)| der.clone()));
        let token = fields.expect(tag::SEQUENCE)?;
        kept.push(token.raw().to_vec());
        if !fields.is_empty() {
            return Err(token.error("a field behind timeStamp"));
        }
        if asn1::sequence(&kept) != element.raw() {
            return Err(element.error("not DER"));
        }
        let (der, time_stamp) = (element.raw().to_vec(), token.raw().to_vec());
        Ok(Self { der, digest_algorithm, reduced: reduced.map(|(tree, _)| tree), time_stamp })
    }

    /// The whole of it, as it was stored.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The token's ContentInfo, as it was stored: what a renewal by time-stamp covers.
    pub fn time_stamp(&self) -> &[u8] {
        &self.time_stamp
    }

    /// The digest algorithm of the hash tree, where it's stated; else it's that of the token's message imprint.
    pub fn digest_algorithm(&self) -> Option<&AlgorithmIdentifier> {
        self.digest_algorithm.as_ref()
    }

    /// The way from the object to the root; `None` where the token is over the object's hash itself.
    pub fn reduced(&self) -> Option<&ReducedHashTree> {
        self.reduced.as_ref()
    }
}

/// The lists of a reduced hash tree, and their DER.
fn reduced(tree: &Element<'_>) -> Result<(ReducedHashTree, Vec<u8>), Error> {
    let (mut lists, mut der) = (Vec::new(), Vec::new());
    for list in tree.children()?.all()? {
        if lists.len() == MAX_LISTS {
            let offset = Some(list.offset() as u64);
            return Err(Error::Budget { budget: "lists of a reduced hash tree", limit: MAX_LISTS as u64, offset });
        }
        let (mut hashes, mut written) = (Vec::new(), Vec::new());
        if list.identifier() != tag::SEQUENCE {
            return Err(list.error("not a PartialHashtree"));
        }
        for hash in list.children()?.all()? {
            if hash.identifier() != tag::OCTET_STRING {
                return Err(hash.error("not a hash"));
            }
            written.push(asn1::octet_string(hash.contents()));
            hashes.push(hash.contents().to_vec());
        }
        if hashes.is_empty() {
            return Err(list.error("a list of no hash"));
        }
        der.push(asn1::sequence(&written));
        lists.push(hashes);
    }
    if lists.is_empty() {
        return Err(tree.error("a reduced hash tree of no list"));
    }
    Ok((ReducedHashTree { lists }, asn1::tlv(tag::context(2), &der.concat())))
}
