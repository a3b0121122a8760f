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
    /// A text of the metadata has control characters, or such that turn the direction in which it's read; the field.
    #[error("{0} has control characters")]
    Letters(String),
    /// The document's number isn't that of its number in the register; the one that it is.
    #[error("the document's number isn't that of the register")]
    CodeNumber(String),
    /// The file that they speak of isn't a version of the document; the SHA-256 of the newest one.
    #[error("the file isn't a version of the document")]
    File(String),
    /// Nothing is known of such a kind of certification.
    #[error("{0} is no kind of certification")]
    Kind(String),
    /// The date of issue is a day to come.
    #[error("{0} is a day to come")]
    Issued(Date),
    /// By kind and date its time would be over at once, on this day, and it isn't now.
    #[error("the document would have been kept until {0}")]
    Due(Date),
    /// The metadata aren't what the law asks for.
    #[error("{} of the metadata's fields aren't what they should be", .0.len())]
    Flaws(Vec<Flaw>),
}
