//! A file held against its receipt, without anything else but the keys that the reader trusts. Each step rests on the one before:
//! file → record → commitment → entry → leaf → path → root → signatures.

use jiff::Timestamp;
use kyso::Code;
use kyso::crypto::DigestAlgorithm;

use super::{Checkpoint, Entry, Hash, KeyUse, NoteFault, Receipt, Record, RecordFault, VerifierKey, root_by_inclusion};

/// What a file is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigests {
    /// SHA-256 of the whole file.
    pub sha256: [u8; 32],
    /// SHA-512 of the whole file.
    pub sha512: [u8; 64],
    /// Its length in octets.
    pub bytes: u64,
}

impl FileDigests {
    /// Those of a file's octets.
    pub fn of(file: &[u8]) -> Self {
        let mut sha512 = [0; 64];
        for (octet, made) in sha512.iter_mut().zip(DigestAlgorithm::Sha512.digest(file)) {
            *octet = made;
        }
        Self { sha256: kyso::crypto::sha256(&[file]), sha512, bytes: file.len() as u64 }
    }
}

/// Whom a reader trusts: the log's keys, witnesses, and how many of these must have seen the checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    keys: Vec<VerifierKey>,
    quorum: usize,
}

/// Why nobody can be trusted so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustFault {
    /// No key of a log is given.
    #[error("no key of a log is given")]
    NoLog,
    /// A key for cosignatures is given as a log's, or a log's as a witness's.
    #[error("the key of {0} is for another use")]
    Use(String),
    /// One key is given twice, if under two names: it would count as two.
    #[error("the key of {0} is given twice")]
    Twice(String),
    /// More witnesses are demanded than are given.
    #[error("{quorum} witnesses are demanded and {witnesses} are given")]
    Quorum {
        /// How many must have signed.
        quorum: usize,
        /// How many keys of witnesses are given.
        witnesses: usize,
    },
}

impl Trust {
    /// In any of these keys of a log (several, where the log has changed its key), and in at least `quorum` of these witnesses.
    ///
    /// # Errors
    /// [`TrustFault`].
    pub fn new(log: &[VerifierKey], witnesses: &[VerifierKey], quorum: usize) -> Result<Self, TrustFault> {
        if log.is_empty() {
            return Err(TrustFault::NoLog);
        }
        let uses = [(log, KeyUse::Note), (witnesses, KeyUse::Cosignature)];
        let mut keys: Vec<VerifierKey> = Vec::new();
        for (key, usage) in uses.into_iter().flat_map(|(keys, usage)| keys.iter().map(move |key| (key, usage))) {
            if key.usage() != usage {
                return Err(TrustFault::Use(key.name().to_owned()));
            }
            if keys.iter().any(|other| other.public() == key.public()) {
                return Err(TrustFault::Twice(key.name().to_owned()));
            }
            keys.push(key.clone());
        }
        if quorum > witnesses.len() {
            return Err(TrustFault::Quorum { quorum, witnesses: witnesses.len() });
        }
        Ok(Self { keys, quorum })
    }

    /// How many witnesses must have signed.
    pub fn quorum(&self) -> usize {
        self.quorum
    }
}

/// Why a receipt doesn't show that a file is in the log. In the order of the steps: the first that fails is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptFault {
    /// It isn't a receipt.
    #[error("it isn't a receipt")]
    Unreadable,
    /// Its record isn't JSON with the members that it must have, each once.
    #[error("its record can't be read")]
    Record,
    /// Its record is of a kind that says nothing of a file.
    #[error("its record is of kind {0}, which says nothing of a file")]
    Kind(String),
    /// Its record speaks of other octets than the file's.
    #[error("it's for another file")]
    OtherFile,
    /// Its checkpoint isn't one.
    #[error("its checkpoint can't be read")]
    Checkpoint,
    /// Its path doesn't lead from the record's leaf to the checkpoint's root: something of it was changed, or the record was never
    /// in this log.
    #[error("its path doesn't lead to the checkpoint's root")]
    NotInLog,
    /// A signature by a trusted key doesn't hold.
    #[error("the signature by {0} doesn't hold")]
    Signature(String),
    /// No trusted key of a log has signed its checkpoint.
    #[error("no trusted key of a log has signed its checkpoint")]
    UnknownLog,
    /// The log's key has signed the checkpoint of a log of another name.
    #[error("the checkpoint is of log {0}, and the key of another one")]
    Origin(String),
    /// Fewer witnesses than demanded have signed its checkpoint.
    #[error("{signed} of {quorum} witnesses have signed its checkpoint")]
    Witnesses {
        /// Trusted witnesses that have signed.
        signed: usize,
        /// How many are demanded.
        quorum: usize,
    },
}

impl ReceiptFault {
    /// The code that it's reported with.
    pub fn code(&self) -> Code {
        match self {
            Self::Unreadable => Code::ReceiptUnreadable,
            Self::Record => Code::ReceiptRecord,
            Self::Kind(_) => Code::ReceiptKind,
            Self::OtherFile => Code::ReceiptOtherFile,
            Self::Checkpoint => Code::ReceiptCheckpoint,
            Self::NotInLog => Code::ReceiptNotInLog,
            Self::Signature(_) => Code::ReceiptSignature,
            Self::UnknownLog => Code::ReceiptUnknownLog,
            Self::Origin(_) => Code::ReceiptOrigin,
            Self::Witnesses { .. } => Code::ReceiptWitnesses,
        }
    }

    /// Which part of it is meant, for whoever knows the code: a name, a kind, a count.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Kind(name) | Self::Signature(name) | Self::Origin(name) => Some(name.clone()),
            Self::Witnesses { signed, quorum } => Some(format!("{signed}/{quorum}")),
            _ => None,
        }
    }
}

/// What a receipt shows that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// When the archive took in the file, by the log's word: no time-stamp stands behind it.
    pub time: Timestamp,
    /// The log's origin.
    pub origin: String,
    /// Number of the leaf, from 0.
    pub index: u64,
    /// Leaves of the log when the checkpoint was signed.
    pub size: u64,
    /// The log's root at that size.
    pub root: Hash,
    /// The trusted witnesses that have signed the checkpoint.
    pub witnesses: Vec<Witnessed>,
}

/// A witness that has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    /// The name of its key.
    pub name: String,
    /// When it saw the checkpoint, in seconds since 1970, by its word.
    pub time: u64,
}

/// Whether a receipt, as its file is, shows that a file is in a trusted log. A receipt of any octets costs little.
///
/// # Errors
/// The first step that fails.
pub fn check(file: &FileDigests, receipt: &[u8], trust: &Trust) -> Result<Checked, ReceiptFault> {
    let receipt = Receipt::parse(receipt).ok_or(ReceiptFault::Unreadable)?;
    let record = Record::parse(&receipt.record).map_err(|fault| match fault {
        RecordFault::Form => ReceiptFault::Record,
        RecordFault::Kind(kind) => ReceiptFault::Kind(kind),
    })?;
    if record.file != *file {
        return Err(ReceiptFault::OtherFile);
    }
    let entry = Entry::new(&record.kind, record.time, receipt.commitment()).map_err(|_| ReceiptFault::Record)?;
    let checkpoint: Checkpoint = receipt.checkpoint.text().parse().map_err(|_| ReceiptFault::Checkpoint)?;
    let root = root_by_inclusion(receipt.index, checkpoint.size(), &entry.leaf(), &receipt.path);
    if root.as_ref() != Some(checkpoint.root()) {
        return Err(ReceiptFault::NotInLog);
    }
    let signed = receipt.checkpoint.verify(&trust.keys).map_err(|fault| match fault {
        NoteFault::Signature(name) => ReceiptFault::Signature(name),
        _ => ReceiptFault::UnknownLog,
    })?;
    let by_log = signed.iter().filter(|one| one.key.usage() == KeyUse::Note).collect::<Vec<_>>();
    if by_log.is_empty() {
        return Err(ReceiptFault::UnknownLog);
    }
    // A key may serve logs of other names too; whoever trusts it for one hasn't said so of them.
    if by_log.iter().any(|one| one.key.name() != checkpoint.origin()) {
        return Err(ReceiptFault::Origin(checkpoint.origin().to_owned()));
    }
    let of_witness = |one: &super::Signed<'_>| Some(Witnessed { name: one.key.name().to_owned(), time: one.time? });
    let witnesses: Vec<Witnessed> = signed.iter().filter_map(of_witness).collect();
    if witnesses.len() < trust.quorum {
        return Err(ReceiptFault::Witnesses { signed: witnesses.len(), quorum: trust.quorum });
    }
    Ok(Checked {
        time: record.time,
        origin: checkpoint.origin().to_owned(),
        index: receipt.index,
        size: checkpoint.size(),
        root: *checkpoint.root(),
        witnesses,
    })
}
