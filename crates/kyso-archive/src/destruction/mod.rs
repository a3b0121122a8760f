//! Destruction: documents whose time is over are taken away by a protocol, each step of which is an event (Nghị định 23/2015/NĐ-CP,
//! Điều 14 khoản 5; Thông tư 05/2025/TT-BNV: list, council, appraisal, decision).
//!
//! ```text
//! proposed   a list of documents past their time, which nothing holds        who proposes
//!   -> approved    or rejected, which ends it                                another person
//!   -> decided     the decision's number and date, and until when backups go
//!   -> begun       one transaction: everything is looked at again; records with their salts, reports, metadata, answers and words to
//!                  find them by are erased. From here on a document is answered as destroyed, and there's no way back
//!   -> executed    objects are erased in every store; the certificate lies in the store, and the log has its digest
//! ```
//!
//! Rows of artifacts, versions, requests, events and leaves stay: digests and commitments, which say nothing of anybody. What is to be
//! erased stands in the record of `begun`, so that whoever finds the work half-done ends it, an audit knows what is missing with
//! good reason, and a database made again from the store neither brings a document back nor lets its request sign again.
//!
//! The database holds to the order of steps, to two persons, to the last day and to holds by itself: its triggers refuse what isn't so.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use kyso_connect::s3::Destroyer;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

use kyso_certification::retention::End;

mod again;
mod differing;
mod erased;
pub(crate) mod execute;
pub(crate) mod lifted;
mod obstacles;
pub(crate) mod rows;
mod since;
pub(crate) mod statement;
mod steps;
pub(crate) mod told;

pub(crate) use again::erased_commitments;
pub(crate) use erased::Erased;
pub use execute::Executed;
pub(crate) use since::Since;

/// As many documents as a list has at most.
pub const MOST_ITEMS: usize = 2000;
/// How long a text is that somebody writes beside a step, in characters.
const LONGEST: usize = 500;

/// A document on a list of destruction, without a word of whose it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DestructionItem {
    /// The document's id.
    pub artifact: Uuid,
    /// The kind of certification, where it's known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The certification's number, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The book that the number stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<String>,
    /// The date of certification, else of keeping.
    pub date: Date,
    /// The class of retention.
    pub class: String,
    /// The version of the rules that the class is from.
    pub text: String,
    /// The rule that the class follows, where the rules still have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The last day of its keeping.
    pub ends: Date,
    /// SHA-256 of every version.
    pub sha256: Vec<String>,
    /// The newest version's length in bytes.
    pub bytes: u64,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// On whose word.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was written beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The decision by which documents are destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Its number, as it's written.
    pub number: String,
    /// Its date.
    pub date: Date,
    /// The day after which no backup has the documents any more.
    pub backups: Date,
}

/// The certificate of a destruction, as the log has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// How far a destruction has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DestructionState {
    /// It waits for another person's approval.
    Proposed,
    /// It waits for its decision.
    Approved,
    /// Somebody said no: nothing comes of it.
    Rejected,
    /// It may be carried out.
    Decided,
    /// It's being carried out, or was cut off: carried out again, it goes on.
    Begun,
    /// It's done.
    Executed,
}

/// A destruction, by the records of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Destruction {
    /// Its number in the archive, from 1: also the certificate's.
    pub number: u32,
    /// How far it has come.
    pub state: DestructionState,
    /// Who proposed the list.
    pub proposed: Act,
    /// Who approved it.
    pub approved: Option<Act>,
    /// Who said no.
    pub rejected: Option<Act>,
    /// Who wrote the decision down.
    pub decided: Option<Act>,
    /// The decision.
    pub decision: Option<Decision>,
    /// Who carried it out, and when that was begun.
    pub begun: Option<Act>,
    /// When it was done.
    pub executed: Option<Act>,
    /// The certificate.
    pub certificate: Option<Certificate>,
    /// The list.
    pub items: Vec<DestructionItem>,
    /// Of each document that was erased, in the order of the list, the commitments to its records (hex), as the log's leaves have
    /// them; empty before it was begun.
    pub commitments: Vec<Vec<String>>,
}

/// What is left of a document that was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tombstone {
    /// The document's id.
    pub artifact: Uuid,
    /// The number of the destruction and of its certificate.
    pub destruction: u32,
    /// The number of the decision.
    pub decision: String,
    /// When it was destroyed.
    pub at: Timestamp,
}

/// Why a document can't be on a list, or can't be destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// There's no such document.
    Missing,
    /// Its time isn't over.
    NotDue(End),
    /// A legal hold, by its id.
    Held(Uuid),
    /// A lock of the S3 store's own, where the archive holds nothing: a legal hold, or a retention until then.
    Locked(Option<Timestamp>),
    /// It's on another list that isn't done.
    Listed(u32),
    /// It was destroyed by this one.
    Destroyed(u32),
    /// It belongs together with another document that isn't on the list: corrects it, replaces it, was made from it, or the other way
    /// round.
    Linked(Uuid),
    /// A result of the same dossier waits for its signatures.
    Drafted(Uuid),
    /// What is kept of it isn't what was kept.
    Damaged(String),
}

/// Why something isn't destroyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotDestroyed {
    /// There's no destruction of this number.
    #[error("there's no destruction {0}")]
    Unknown(u32),
    /// There's nothing on the list.
    #[error("the list is empty")]
    Empty,
    /// The list is too long.
    #[error("{0} documents are more than a list takes")]
    TooMany(usize),
    /// A name, a reason or a number is missing, too long, or has control characters.
    #[error("{0} is missing or can't be used")]
    Text(&'static str),
    /// The date of a decision that isn't made yet, or that is older than its list; or backups that are gone before it.
    #[error("{0} is no date that can be")]
    Date(Date),
    /// Documents that can't be destroyed.
    #[error("{} of the documents can't be destroyed", .0.len())]
    Items(Vec<(Uuid, Obstacle)>),
    /// Whoever proposes a list doesn't approve it.
    #[error("{0} proposed the list: another person has to approve it")]
    SamePerson(String),
    /// It isn't at the step before.
    #[error("destruction {number} is {state:?}")]
    State {
        /// Its number.
        number: u32,
        /// How far it is.
        state: DestructionState,
    },
    /// The second store has copies, and isn't at hand: they'd stay.
    #[error("the second store has copies of the documents and wasn't given")]
    SecondStore,
    /// The database of the earlier format, which was taken over, is still there: it says of its documents what would be erased.
    #[error("{} is still there and has what would be erased", .0.display())]
    Earlier(PathBuf),
    /// There's no open hold of this id.
    #[error("there's no open hold {0}")]
    NoHold(Uuid),
}

/// What deletes in stores that want a credential of their own for it.
#[derive(Debug, Clone, Default)]
pub struct Erasing {
    /// For the store of an archive of several processes; files need none.
    pub first: Option<Destroyer>,
    /// For a second store in a bucket.
    pub second: Option<Destroyer>,
}

/// A person's name as it's compared: two names are one person's where they differ in case, blanks, width or form of letters, and in what
/// isn't seen.
pub(crate) fn who(by: &str) -> String {
    let seen = by.nfkc().filter(|letter| !is_unseen(*letter));
    let lower: String = seen.flat_map(char::to_lowercase).nfkc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character has no shape of its own: format characters (Unicode's category Cf), fillers, joiners and selectors of variants.
fn is_unseen(letter: char) -> bool {
    matches!(u32::from(letter),
        0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x115F..=0x1160 | 0x17B4..=0x17B5
        | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF0..=0xFFFB | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// A text that somebody wrote: there, of a bearable length, without control characters.
pub(crate) fn written(text: &str, what: &'static str) -> Result<String, NotDestroyed> {
    let text = text.trim();
    match !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err(NotDestroyed::Text(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_known_by_more_ways_of_writing_the_name() {
        assert_eq!(who(" Lê  Thị MẪU "), who("le\u{302} thị ma\u{302}\u{303}u"));
        for same in ["Lê\u{200b} A", "Lê\u{a0}A", "Ｌê A", "L\u{ad}ê A", "lê a\u{feff}", "Lê \u{2060}\u{e0041} A"]
        {
            assert_eq!(who(same), who("Lê A"), "{same:?}");
        }
        assert_ne!(who("Trần Văn Hùng"), who("Trần Văn Hưng"));
    }

    #[test]
    fn what_somebody_writes_is_short_and_plain() {
        assert_eq!(written(" 12/QĐ ", "decision").unwrap(), "12/QĐ");
        for text in ["", "  ", "a\nb", &"x".repeat(LONGEST + 1)] {
            assert_eq!(written(text, "decision"), Err(NotDestroyed::Text("decision")));
        }
    }
}
