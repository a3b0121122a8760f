//! What happens to entries and registers: events, chained, never changed.

use jiff::Timestamp;
use jiff::civil::Date;
use kyso_certification::number::CertificationNumber;
use serde::{Deserialize, Serialize};

use crate::entry::{Cancellation, How, Prepared, Totals};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// The number was given out, for this row.
    Allotted {
        /// The number.
        number: CertificationNumber,
        /// The date of certification.
        date: Date,
        /// The caller's key.
        request: String,
        /// SHA-256 of register and row.
        digest: String,
    },
    /// The document that bears the number is ready to be signed.
    Rendered(Prepared),
    /// The document is signed and sealed, and was verified, but for what is said here.
    Issued {
        /// SHA-256 of the finished file, lower-case hex.
        sha256: String,
        /// The check that was gone round.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unchecked: Option<Unchecked>,
    },
    /// The number goes unused; it stays in the book, marked (bỏ số).
    Void {
        /// Why.
        reason: String,
    },
    /// The certification was cancelled (hủy bỏ giá trị; Thông tư 01/2020/TT-BTP, Điều 7).
    Cancelled(Cancellation),
    /// A later entry changes this one.
    Linked {
        /// How.
        how: How,
        /// The later entry's number.
        number: CertificationNumber,
    },
    /// A book was opened; of the register, not of an entry.
    Book {
        /// The book of the year, from 1.
        book: u32,
        /// The ordinal that it begins with.
        first: u32,
    },
    /// The year was closed (khóa sổ); of the register, not of an entry.
    Closed(Totals),
    /// Registers and symbols are defined so from here on; of all registers.
    Defined {
        /// The version that is kept beside the numbers, from 1.
        version: u32,
        /// SHA-256 of its JSON.
        sha256: String,
    },
    /// Somebody confirmed the clock, which was in doubt; of all registers.
    Confirmed {
        /// The doubt.
        doubt: Doubt,
        /// The time of the event before.
        last: Timestamp,
    },
}

/// A check of a finished document that was gone round when it was entered, by the name of whoever did so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unchecked {
    /// Nobody looked at the file: another system's digest of it was taken.
    File,
    /// The file was verified, but not whose the signatures are: no root is trusted and there is no roster.
    Trust,
}

/// Why the clock isn't taken for right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The clock is behind the last event of the register.
    Behind,
    /// A year's book would be opened or closed, and nothing was entered for longer than any holidays last.
    Leap,
}

impl What {
    /// The name in the table.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Allotted { .. } => "allotted",
            Self::Rendered(_) => "rendered",
            Self::Issued { .. } => "issued",
            Self::Void { .. } => "void",
            Self::Cancelled(_) => "cancelled",
            Self::Linked { .. } => "linked",
            Self::Book { .. } => "book",
            Self::Closed(_) => "closed",
            Self::Defined { .. } => "defined",
            Self::Confirmed { .. } => "confirmed",
        }
    }
}
