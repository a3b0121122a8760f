//! Evidence of the whole archive (RFC 4998): hash trees over everything that is kept, time-stamps over their roots, renewals of
//! those before they weaken, and a record of any object on demand.
//!
//! ```text
//! uncovered   what no stamp covers yet
//! day         one stamp over it
//! material    what an authority's token needs to last, put into the token before it's renewed
//! renewal     one stamp over all tokens, or over all objects by another digest algorithm
//! chain       which stamp renews which; the record of an object
//! object      the bytes and hashes of what is covered
//! due         what has to be renewed, and by when
//! check       rows against records, leaves against rows, roots against leaves, tokens by a policy
//! rows        the tables
//! stored      the same as files of the store
//! ```
//!
//! The times of stamps are those of their tokens. The time at which anything is judged is the policy's.

mod chain;
mod check;
mod day;
mod due;
mod material;
mod object;
mod renewal;
mod rows;
mod stored;
mod uncovered;

use std::sync::Arc;

use kyso::crypto::DigestAlgorithm;
use kyso::{Fetcher, Outside, Policy, TimeStamper, Timestamp};
use uuid::Uuid;

pub use check::{StampFault, StampProblem};
pub(crate) use due::ends;
pub use due::{Due, DueWhy};
pub use renewal::{RenewBy, Renewal};
pub(crate) use stored::{STAMPS, StampFile, leaves_of};

use crate::error::Error;

/// Who stamps, who brings evidence about those who stamp, and by what both are judged. Cheap to clone but for the policy.
#[derive(Clone)]
pub struct Stamping {
    /// The time-stamping authorities. Calls block.
    pub stamper: Arc<dyn TimeStamper + Send + Sync>,
    /// Brings certificates, CRLs and OCSP answers. Without it no token can be completed, and so none renewed.
    pub fetcher: Option<Arc<dyn Fetcher + Send + Sync>>,
    /// The time now, the roots that are trusted to stamp, until when algorithms are relied on.
    pub policy: Policy,
    /// Of which of several lines of authorities the stamps are, from 0. Each line covers everything by itself, so that what one
    /// authority's fall takes away, another one's tokens still prove.
    pub line: u32,
}

impl Stamping {
    pub(crate) fn outside(&self) -> Outside<'_> {
        let outside = Outside::default().time_stamper(&*self.stamper);
        match &self.fetcher {
            Some(fetcher) => outside.fetcher(&**fetcher),
            None => outside,
        }
    }

    /// Refuses to stamp what nobody could rely on.
    fn demand_use(&self, digest: DigestAlgorithm) -> Result<(), Error> {
        if self.policy.anchors.is_empty() {
            return Err(Error::NoTrust);
        }
        match self.policy.constraints.digest_until(digest).holds_at(self.policy.time) {
            true => Ok(()),
            false => Err(Error::Algorithm(digest)),
        }
    }
}

/// What an evidence record can be of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Evidenced {
    /// A version of an artifact: the whole file.
    Version {
        /// The artifact's id.
        artifact: Uuid,
        /// Which version, from 0.
        version: u32,
    },
    /// The record of an event, by the event's id: the salted bytes that the log commits to.
    Record(Uuid),
    /// A signed checkpoint of the log, by the log's size: the whole note.
    Checkpoint(u64),
}

/// What a stamp is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampHow {
    /// The first over its objects.
    First,
    /// It renews tokens (RFC 4998, 5.2, Timestamp Renewal).
    TimeStamp,
    /// It renews objects by another digest algorithm (Hash-Tree Renewal).
    HashTree,
}

impl StampHow {
    /// The word for it in rows and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::TimeStamp => "time-stamp",
            Self::HashTree => "hash-tree",
        }
    }
}

/// A stamp that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// Its number: 1 is the archive's first.
    pub number: u32,
    /// What it's for.
    pub how: StampHow,
    /// Of which line of authorities it is, from 0.
    pub line: u32,
    /// The digest algorithm of its hash tree.
    pub digest: DigestAlgorithm,
    /// The time that the token states.
    pub time: Timestamp,
    /// The subject of the authority's certificate.
    pub authority: String,
    /// The end of that certificate.
    pub expires: Timestamp,
    /// How many objects or tokens it covers.
    pub leaves: u64,
}

/// What came of stamping what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The stamp; none where nothing was new.
    pub stamped: Option<Stamped>,
    /// What isn't what it was, and so wasn't stamped. It's looked at again the next time.
    pub left_out: Vec<LeftOut>,
    /// Whether there was more than goes into one stamp: call again.
    pub is_more: bool,
}

/// Something that a stamp should have covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which object.
    pub object: Evidenced,
    /// The reason.
    pub why: LeftOutWhy,
}

/// Why something was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOutWhy {
    /// It's not what was kept; what was found.
    Changed(String),
    /// It isn't there any more: destroyed, or lost.
    Gone,
}
