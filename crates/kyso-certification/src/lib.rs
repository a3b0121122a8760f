//! Certification results (chứng thực, Nghị định 23/2015/NĐ-CP): the papers that get signed and sealed.
//!
//! ```text
//!                  Catalogue (kinds, calendar, templates: data)
//!                      |               |
//!   Request ---> check::check()   statement::typeset() ---> Typeset (pages, places to sign)
//!                      |               |
//!                  findings     CertificationNumber, from the register
//! ```
//!
//! [`catalogue`] is what comes from data: [`kinds`], [`calendar`], [`template`]. [`agency`] is who certifies, [`request`]
//! what is asked for; [`check`](mod@check) holds it against the law, [`statement`] sets the lời chứng. [`fee`] and
//! [`deadline`] say what it costs and when it's due. [`number`] and [`dossier`] are what a result is known by, [`metadata`]
//! the record about it, [`embedded_metadata`] what a file says of it; [`qr`] is what its QR symbol says, [`code`] what
//! is typed instead, [`stamp`] puts the symbol onto it, and [`whose`] tells whose a symbol on a page is. [`on_a4`] says how
//! large things are once they're printed. [`identity`] keeps identity numbers off screens, [`words`]
//! writes dates out as a lời chứng does, and [`sample`] makes requests up to show a template with.

#![forbid(unsafe_code)]

pub mod agency;
pub mod calendar;
pub mod catalogue;
mod cells;
pub mod check;
pub mod clean;
pub mod code;
pub mod data;
pub mod deadline;
pub mod dossier;
pub mod embedded_metadata;
mod extract;
pub mod fee;
pub mod font;
pub mod form;
mod ground;
pub mod identity;
pub mod kinds;
pub mod metadata;
pub mod number;
pub mod on_a4;
pub mod qr;
pub mod request;
mod result;
pub mod retention;
pub mod room;
pub mod sample;
pub mod scan;
mod sheet;
mod specks;
pub mod stamp;
pub mod statement;
pub mod symbol;
pub mod template;
pub mod text;
pub mod typeset;
pub mod whose;
pub mod words;

pub use extract::extract;
pub use result::{PlacedQr, Preparation, PreparedResult};

use kyso::{Document, Error};

use stamp::{QrStamp, Stamped};

/// Puts a QR symbol onto a result that nobody has signed, as a revision of its own: it names the result, and holds the
/// first bytes of the digest of the file as it was, so that [`QrMatch`](stamp::QrMatch) can tell a symbol that was copied onto another
/// document.
///
/// # Errors
/// Those of [`append()`](kyso::append()); [`Error::Parameters`] where the text is too long for a symbol that bad phones read, or where
/// there's no room.
///
/// # Examples
/// ```no_run
/// # use kyso_certification::stamp::QrPlace;
/// # use kyso_certification::{code::LookupCode, number::CertificationNumber};
/// # fn example(document: &kyso::Document<'_>, code: LookupCode, number: CertificationNumber, place: QrPlace)
/// #     -> Result<(), kyso::Error> {
/// use kyso_certification::stamp::QrStamp;
///
/// let (base, issuer) = ("https://tracuu.example.gov.vn".into(), "H61.12.3".into());
/// let stamped = kyso_certification::stamp_qr(document, &QrStamp { base, code, issuer, number, place })?;
/// let result = stamped.tail.after(document.bytes());
/// # Ok(())
/// # }
/// ```
pub fn stamp_qr(document: &Document<'_>, stamp: &QrStamp) -> Result<Stamped, Error> {
    stamp::stamp(document, stamp)
}

/// Prepares a certification result (chứng thực) for those who sign it: the statement (lời chứng) behind the citizen's
/// document, or alone where there is none; an empty signature field for everyone who signs, the seal among them; the QR
/// symbol last. Every step is a revision of its own behind the document's bytes, which stay as they are.
///
/// # Errors
/// Those of [`statement::typeset`], of [`append()`](kyso::append()), [`reserve`](kyso::reserve()) and [`stamp_qr`];
/// [`Error::Refused`] where the citizen's document could never verify once it's signed, as in [`sign()`](kyso::sign()).
///
/// # Examples
/// ```no_run
/// # use kyso_certification::kinds::Kinds;
/// # use kyso_certification::{agency::Agency, number::CertificationNumber, request::Request, template::Template};
/// # fn example(paper: &kyso::Document<'_>, template: &Template, request: &Request, kinds: &Kinds,
/// #     number: &CertificationNumber, agency: &Agency, now: jiff::Timestamp) -> Result<(), kyso::Error> {
/// use kyso_certification::Preparation;
///
/// let preparation = Preparation::new(template, request, kinds, number, agency, now);
/// let prepared = kyso_certification::prepare(Some(paper), &preparation)?;
/// let result = [paper.bytes(), &prepared.tail].concat();
/// # Ok(())
/// # }
/// ```
pub fn prepare(document: Option<&Document<'_>>, preparation: &Preparation<'_>) -> Result<PreparedResult, Error> {
    document.map_or(Ok(()), kyso::demand_signable)?;
    result::prepare(document, preparation)
}
