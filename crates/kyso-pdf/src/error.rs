//! What can go wrong with a PDF, sorted by who is at fault.

use std::fmt;

use crate::file::other_format::OtherFormat;

/// The one error of this crate. Its texts are English, for developers; what is wrong is data in [`Reason`] wherever
/// whoever asked can put it right. Exhaustive, as [`Reason`] is: who tells people what went wrong has to tell all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes given are no PDF as ISO 32000 has it.
    #[error("{what}: {reason}{}", At(*.offset))]
    Input {
        /// What was being read, e.g. `cross-reference table`, `object 12 0`.
        what: String,
        /// Byte offset from the start of the bytes given, where one is known.
        offset: Option<u64>,
        /// What is wrong, and what to do.
        reason: Reason,
    },
    /// A parameter of the call is missing, contradictory or out of range.
    #[error("{name}: {reason}")]
    Parameters {
        /// Which parameter.
        name: Parameter,
        /// What is wrong, and what to do.
        reason: Reason,
    },
    /// The document can't be opened, or can't have it done to it. Nothing was written.
    #[error("{reason}")]
    Refused {
        /// Which rule forbids it.
        rule: Rule,
        /// What is refused, why, and what to do.
        reason: Reason,
    },
    /// What goes into /Contents doesn't fit in the space left for it.
    #[error(
        "the signature needs {needed} bytes but {reserved} were reserved in /Contents; prepare again with at least {needed}"
    )]
    HoleTooSmall {
        /// Bytes that were reserved.
        reserved: usize,
        /// Bytes that the signature needs.
        needed: usize,
    },
    /// A bound on work or memory was reached.
    #[error("{budget} is limited to {limit}{}; the file is hostile or needs a larger budget", At(*.offset))]
    Budget {
        /// Which bound, e.g. `nesting depth`.
        budget: &'static str,
        /// Its value.
        limit: u64,
        /// Where in the bytes, if known.
        offset: Option<u64>,
    },
    /// A defect of this library.
    #[error("internal error, please report it: {0}")]
    Internal(String),
}

impl Error {
    /// The bytes named by `what` are wrong at `offset`.
    pub fn input(what: impl Into<String>, offset: impl Into<Option<u64>>, reason: impl Into<Reason>) -> Self {
        Self::Input { what: what.into(), offset: offset.into(), reason: reason.into() }
    }

    /// The parameter `name` is wrong.
    pub fn parameters(name: Parameter, reason: impl Into<Reason>) -> Self {
        Self::Parameters { name, reason: reason.into() }
    }

    /// The rule `rule` says no.
    pub fn refused(rule: Rule, reason: impl Into<Reason>) -> Self {
        Self::Refused { rule, reason: reason.into() }
    }
}

/// A rule that forbids something of a document, by the stable name under which refusals are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// `append.signed`: the document is signed, and a signed document takes no more content.
    AppendSigned,
    /// `append.xfa`: the document is an XFA form.
    AppendXfa,
    /// `document.cut-off`: the end of the file is missing.
    DocumentCutOff,
    /// `document.encrypted`: no password opens its encryption.
    DocumentEncrypted,
    /// `document.key-twice`: a dictionary has a key twice, with two values.
    DocumentKeyTwice,
    /// `document.page-tree`: readers show different pages of it.
    DocumentPageTree,
    /// `document.password`: the file has a password, and isn't open.
    DocumentPassword,
    /// `document.permissions`: the file's permissions don't allow it.
    DocumentPermissions,
    /// `document.too-large`: the file is too large for its format.
    DocumentTooLarge,
    /// `document.unfinished-update`: the last update of the file broke off.
    DocumentUnfinishedUpdate,
    /// `document.unlisted-objects`: the cross-reference doesn't list an object.
    DocumentUnlistedObjects,
    /// `document.wrong-row`: the cross-reference leads to another object, a reference has a wrong generation, or a trailer
    /// or an object stream isn't as readers agree on it.
    DocumentWrongRow,
    /// `document.xfa`: the document is a dynamic XFA form.
    DocumentXfa,
    /// `form.need-appearances`: without /NeedAppearances the form would show something else.
    FormNeedAppearances,
    /// `page.loses-annotation`: an extract wouldn't show what viewers draw of an annotation by themselves.
    PageLosesAnnotation,
    /// `page.unreadable`: part of a page can't be read.
    PageUnreadable,
}

impl Rule {
    /// Its name, e.g. `document.cut-off`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AppendSigned => "append.signed",
            Self::AppendXfa => "append.xfa",
            Self::DocumentCutOff => "document.cut-off",
            Self::DocumentEncrypted => "document.encrypted",
            Self::DocumentKeyTwice => "document.key-twice",
            Self::DocumentPageTree => "document.page-tree",
            Self::DocumentPassword => "document.password",
            Self::DocumentPermissions => "document.permissions",
            Self::DocumentTooLarge => "document.too-large",
            Self::DocumentUnfinishedUpdate => "document.unfinished-update",
            Self::DocumentUnlistedObjects => "document.unlisted-objects",
            Self::DocumentWrongRow => "document.wrong-row",
            Self::DocumentXfa => "document.xfa",
            Self::FormNeedAppearances => "form.need-appearances",
            Self::PageLosesAnnotation => "page.loses-annotation",
            Self::PageUnreadable => "page.unreadable",
        }
    }
}

/// A parameter of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameter {
    /// The text under which something is placed.
    Anchor,
    /// A page's number.
    Page,
    /// The pages to extract, or to append.
    Pages,
    /// A document that was prepared for signing.
    Prepared,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anchor => "anchor",
            Self::Page => "page",
            Self::Pages => "pages",
            Self::Prepared => "prepared",
        })
    }
}

/// What exactly is wrong. What a clerk meets is data, so that every language can tell it; the rest is for developers, and
/// told in English alone ([`Reason::Other`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The rule says it all; the text is for developers, in English.
    ByRule(&'static str),
    /// The file isn't a PDF.
    NotPdf(OtherFormat),
    /// The anchor's text stands there invisibly alone, as in the text layer of a scan.
    InvisibleAnchor {
        /// The text that was searched for.
        anchor: String,
        /// The page, from 1.
        page: usize,
    },
    /// The document has no such page.
    NoPage {
        /// The page that was asked for, from 1.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// A page is named twice.
    PageTwice {
        /// The page, from 1.
        page: usize,
    },
    /// No page is named.
    NoPageNamed,
    /// The anchor's text is empty.
    EmptyAnchor,
    /// The anchor's text stands on no page.
    NoAnchor {
        /// The text that was searched for.
        anchor: String,
        /// How many pages were searched.
        pages: usize,
        /// How many of them hold no line of text.
        without_text: usize,
        /// A page that could not be read.
        unreadable: Option<usize>,
    },
    /// The last update has no end (ISO 32000-2, 7.5.6).
    UnfinishedUpdate {
        /// Where the update begins, in bytes from the start of the file.
        offset: u64,
    },
    /// The document is signed.
    Signed(SignedBy),
    /// The document's password doesn't allow it (ISO 32000-2, table 22).
    NotPermitted(Change),
    /// The cross-reference leads to something else than this object (ISO 32000-2, 7.5.4).
    WrongRow {
        /// The object's number.
        object: u32,
    },
    /// A reference has another generation than the object of its number (ISO 32000-2, 7.3.10).
    WrongGeneration {
        /// The object's number.
        object: u32,
        /// The generation in the reference.
        generation: u16,
    },
    /// An entry of a trailer isn't of its type (ISO 32000-2, 7.5.5, 7.5.8).
    Trailer {
        /// The key, without the solidus.
        key: &'static str,
        /// Where the trailer's section begins, in bytes from the start of the file.
        offset: u64,
    },
    /// An object stream doesn't hold what it says, or what the cross-reference says (ISO 32000-2, 7.5.7).
    ObjectStream {
        /// Its number.
        object: u32,
    },
    /// The cross-reference doesn't list an object that the file holds (ISO 32000-2, 7.5.4).
    UnlistedObject {
        /// Where it stands, in bytes from the start of the file.
        offset: u64,
    },
    /// The page tree isn't as readers agree on it (ISO 32000-2, 7.7.3).
    PageTree {
        /// The number of the object that is wrong.
        object: u32,
        /// What is wrong with it.
        fault: PageTreeFault,
    },
    /// A dictionary has a key twice, with two values (ISO 32000-2, 7.3.7).
    KeyTwice {
        /// The key, without the solidus.
        key: String,
    },
    /// Part of a page can't be read.
    UnreadablePart {
        /// The page, from 1.
        page: usize,
        /// What can't be read, and why.
        why: String,
    },
    /// An annotation of which viewers show what its file doesn't draw, or not all show the same (ISO 32000-2, 12.5.5, 8.11).
    UndrawnAnnotation {
        /// The page, from 1.
        page: usize,
        /// What it is: its subtype, or a field and its name.
        what: String,
    },
    /// Viewers are told to draw the form's fields themselves, and a field has no appearance that says its value
    /// (ISO 32000-2, 12.7.3).
    NoAppearance {
        /// The field's fully qualified name.
        field: String,
    },
    /// Anything else, in English.
    Other(String),
}

/// What is wrong with an object of the page tree (ISO 32000-2, 7.7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageTreeFault {
    /// It's neither a page nor a node with kids, or both.
    NoNode,
    /// One of its kids is no reference.
    DirectKid,
    /// It has another number of pages than it says.
    Count {
        /// How many it has.
        pages: usize,
    },
    /// It stands in the tree under itself.
    UnderItself,
    /// What says how much of it is seen, how large and how turned isn't as ISO 32000-2, table 31 has it: a CropBox, for one,
    /// that lies outside of the page.
    Shape {
        /// The key, without the solidus.
        key: &'static str,
    },
    /// It names a parent that gives it other resources, another size or another turn than the node that lists it.
    Parent,
}

/// What makes a document a signed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignedBy {
    /// A signature in this field of the form.
    Field(String),
    /// This entry of the permission dictionary (ISO 32000-2, 12.8.6).
    Permissions(String),
    /// A signature that only this page shows, counted from 1.
    Page(usize),
}

/// What a document's password allows or not (ISO 32000-2, table 22).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// To sign.
    Sign,
    /// To make a signature field.
    MakeField,
    /// To change what is on the pages.
    ChangePages,
    /// To add pages.
    AddPages,
    /// To take pages out.
    CopyPages,
}

impl From<String> for Reason {
    fn from(english: String) -> Self {
        Self::Other(english)
    }
}

impl From<&str> for Reason {
    fn from(english: &str) -> Self {
        Self::Other(english.to_owned())
    }
}

/// What to do with a file that readers show otherwise.
const SAVE_ANEW: &str =
    "open it with the program that made it, look it over and save it as a new file, or print it to PDF";

/// In English, without a full stop.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByRule(english) => f.write_str(english),
            Self::PageTwice { page } => write!(f, "page {page} is named twice"),
            Self::NoPageNamed => write!(f, "no page is named: give those to extract, e.g. 1-3,5"),
            Self::EmptyAnchor => write!(f, "give the text to look for, e.g. the signer's title"),
            Self::UnfinishedUpdate { offset } => write!(
                f,
                "the last program that saved the file broke off: from byte {offset} on stands an update without an end; \
                 save the file again with the program that made it, or get the whole file"
            ),
            Self::Signed(by) => {
                write!(f, "nothing can be added to the pages of a signed document ({by}): add it first, then sign")
            }
            Self::NotPermitted(change) => {
                write!(f, "the document's permissions (/P) don't allow to {change} it; open it with its owner password")
            }
            Self::NotPdf(format) => write!(f, "no %PDF- at its beginning: this is not a PDF file, it's {format}"),
            Self::InvisibleAnchor { anchor, page } => write!(
                f,
                "“{anchor}” stands on page {page} invisibly alone, as in a scan's text layer, which may lie elsewhere than \
                 what is seen: give the place as page and rectangle instead"
            ),
            Self::NoPage { page, pages } => write!(f, "there is no page {page}: the document has {pages}"),
            Self::NoAnchor { anchor, pages, without_text, unreadable } => {
                write!(f, "“{anchor}” stands in no line (pages searched: {pages}")?;
                if *without_text > 0 {
                    write!(f, "; without upright text, e.g. scanned: {without_text}")?;
                }
                if let Some(page) = unreadable {
                    write!(f, "; page {page} could not be read")?;
                }
                write!(f, "): give the place as page and rectangle instead")
            }
            Self::WrongRow { object } => write!(
                f,
                "the cross-reference leads to something else than object {object}, so other readers may show something \
                 else or nothing; {SAVE_ANEW}"
            ),
            Self::WrongGeneration { object, generation } => write!(
                f,
                "the file refers to object {object} {generation}, but object {object} has another generation, so some \
                 readers show it and others don't; {SAVE_ANEW}"
            ),
            Self::Trailer { key, offset } => write!(
                f,
                "the cross-reference section at byte {offset} has no right /{key}, so some readers find no page; \
                 {SAVE_ANEW}"
            ),
            Self::ObjectStream { object } => write!(
                f,
                "the object stream {object} doesn't hold the objects that it should, so some readers find no page; \
                 {SAVE_ANEW}"
            ),
            Self::UnlistedObject { offset } => write!(
                f,
                "at byte {offset} stands an object that the cross-reference doesn't list, and that other readers may \
                 show; {SAVE_ANEW}"
            ),
            Self::PageTree { object, fault } => {
                write!(f, "object {object} of the page tree {fault}, so programs show different pages; {SAVE_ANEW}")
            }
            Self::KeyTwice { key } => write!(
                f,
                "the key /{key} stands there twice with two values, and programs differ in which they take; print it to \
                 a new PDF first"
            ),
            Self::UnreadablePart { page, why } => write!(
                f,
                "part of page {page} can't be read ({why}), so it's neither blank nor can it be copied, and nothing \
                 is put onto it; open the file with a program that shows the page, and print it to PDF anew"
            ),
            Self::UndrawnAnnotation { page, what } => write!(
                f,
                "page {page} shows an annotation ({what}) that viewers draw by themselves, or don't all show, so an \
                 extract wouldn't show the same: print the document to a plain PDF first"
            ),
            Self::NoAppearance { field } => write!(
                f,
                "viewers are told to draw the form's fields themselves (NeedAppearances), which hides signatures, and \
                 field {field} has no appearance of its own that says its value: print the document to a plain PDF, or \
                 sign without a picture"
            ),
            Self::Other(english) => f.write_str(english),
        }
    }
}

/// In English, as what is said of the object.
impl fmt::Display for PageTreeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNode => write!(f, "is neither a page nor a node with pages"),
            Self::DirectKid => write!(f, "lists something that is no reference"),
            Self::Count { pages } => write!(f, "has {pages} pages, and says another number"),
            Self::UnderItself => write!(f, "stands under itself"),
            Self::Shape { key } => write!(f, "has a /{key} that can't be"),
            Self::Parent => write!(f, "names another parent than the one that lists it"),
        }
    }
}

impl fmt::Display for SignedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, "field {name}"),
            Self::Permissions(key) => write!(f, "/Perms /{key}"),
            Self::Page(number) => write!(f, "page {number}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sign => "sign",
            Self::MakeField => "have a signature field added to",
            Self::ChangePages => "change the pages of",
            Self::AddPages => "add pages to",
            Self::CopyPages => "take pages out of",
        })
    }
}

struct At(Option<u64>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(offset) => write!(f, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}
