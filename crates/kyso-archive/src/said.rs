//! Why something isn't said of a document.

use jiff::civil::Date;
use kyso_certification::metadata::Flaw;
use uuid::Uuid;

/// Why something isn't said of a document: neither what became of it, nor other metadata. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSaid {
    /// A name, a reason or a number is missing, too long, or has control characters.
    #[error("{0} is missing or can't be used")]
    Text(&'static str),
    /// The date of a decision that isn't made yet.
    #[error("{0} is no date that can be")]
    Date(Date),
    /// The document would come to stand behind itself: it's the other one, or the other one's links lead to it already.
    #[error("the links of {0} lead back to the document")]
    Circle(Uuid),
    /// Somebody else revised the metadata meanwhile.
    #[error("the newest revision isn't the one that this one follows, but {newest:?}")]
    Meanwhile {
        /// The newest revision; none where nothing is said yet.
        newest: Option<u32>,
    },
    /// The number on the document, and in the register, is another one.
    #[error("the number stays what it is")]
    Number,
    /// The metadata aren't what the law asks for.
    #[error("{} of the metadata's fields aren't what they should be", .0.len())]
    Flaws(Vec<Flaw>),
}
