//! A finished result's form against the law, row by row: Nghị định 30/2020/NĐ-CP, Phụ lục I, and what it asks of digital
//! signatures. Whether the signatures themselves hold is [`validate`](kyso::validate)'s affair; its report comes in.
//!
//! Everything is measured out of the PDF: text and ink as they're seen on the page, in points. What can't be measured is
//! not applicable, never passed. docs/check.md lists the rows with what each measures and how exactly.
//!
//! - `facts`: pages, lines, and the signatures with their ink, read once.
//! - `paper`, `typography`, `signer`, `seal`, `signing`, `copy`, `rest`: the rows.

mod copy;
mod facts;
mod paper;
mod rest;
mod row;
mod rule;
mod seal;
mod signer;
mod signing;
mod typography;

pub use row::{CheckReport, Group, Marked, Profile, Row, Status};
pub use rule::Rule;

use crate::number::CertificationNumber;
use facts::Facts;
use kyso::{Document, Error, Report};
use kyso_words::Terms;

/// What the file alone doesn't say.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Expectations {
    /// By which rows to judge; `None`: as the signatures' roles tell.
    pub profile: Option<Profile>,
    /// The seal's real width in millimetres. Without it the seal's size is measured, and not judged.
    pub seal_width_mm: Option<f64>,
    /// The QR codes on the pages, where somebody has drawn the pages and looked; `None`: nobody has.
    pub qr: Option<Vec<QrSeen>>,
    /// Pages, from 1, that should have been looked at for codes and couldn't be shown.
    pub qr_unseen: Vec<usize>,
    /// The content that this document's own codes cover, where somebody has drawn the pages without the codes and
    /// looked ([`Ground::covered`](crate::room::Ground::covered)); `None`: nobody has.
    pub covered: Option<Vec<Marked>>,
    /// The certification number that the register or the metadata has.
    pub number: Option<CertificationNumber>,
}

impl Expectations {
    /// To be judged by these rows.
    #[must_use]
    pub fn profile(self, profile: Profile) -> Self {
        Self { profile: Some(profile), ..self }
    }

    /// With a seal of this width in millimetres.
    #[must_use]
    pub fn seal_width_mm(self, width: f64) -> Self {
        Self { seal_width_mm: Some(width), ..self }
    }

    /// With these QR codes on the pages.
    #[must_use]
    pub fn qr(self, seen: Vec<QrSeen>) -> Self {
        Self { qr: Some(seen), ..self }
    }

    /// With this certification number.
    #[must_use]
    pub fn number(self, number: CertificationNumber) -> Self {
        Self { number: Some(number), ..self }
    }
}

/// A QR code that was read on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct QrSeen {
    /// The text of the QR code.
    pub text: String,
    /// The code's place on its page.
    pub marked: Marked,
}

/// Holds a document, and what validation said of its signatures, against the law. What the rows say is in the terms of the
/// front that shows them.
///
/// # Errors
/// [`Error::Input`] where pages or fields can't be read, [`Error::Budget`] for more pages than any result has.
pub fn examine(
    document: &Document<'_>,
    report: &Report,
    expected: &Expectations,
    terms: &dyn Terms,
) -> Result<CheckReport, Error> {
    let facts = Facts::gather(document, report, terms)?;
    let profile = expected.profile.unwrap_or_else(|| facts.profile());
    let mut rows = paper::rows(&facts, profile);
    match profile {
        Profile::Issued => {
            rows.extend(typography::rows(&facts));
            rows.extend(signer::rows(&facts));
            rows.extend(seal::rows(&facts, expected));
        }
        Profile::Copy | Profile::Attachment => rows.extend(copy::rows(&facts, profile)),
    }
    rows.extend(signing::rows(&facts, profile));
    rows.extend(rest::rows(&facts, expected)?);
    Ok(CheckReport { sha256: report.sha256.clone(), profile, pages: facts.pages.len(), rows })
}
