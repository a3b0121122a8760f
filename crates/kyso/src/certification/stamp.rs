//! The QR symbol put onto a result as a revision of its own, and found again by whoever reads it.

use std::collections::BTreeSet;

use super::code::LookupCode;
use super::number::CertificationNumber;
use super::qr::{CompactNumber, QrPayload, first_bytes};
use crate::appearance::block::demand_free;
use crate::appearance::geometry::{POINTS_PER_MM, Rectangle};
use crate::appearance::layout;
use crate::appearance::qr::Symbol;
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Reason};
use crate::pdf::{Document, Object, Put, Tail, Update, Value, put_on_page};

/// From the page's edges to the symbol's quiet zone in a corner, in millimetres: within the left margin, and where
/// printers print.
const FROM_EDGE_MM: (f64, f64) = (2.0, 5.0);

/// A QR symbol to put onto a result.
#[derive(Debug, Clone, PartialEq)]
pub struct QrStamp {
    /// The look-up service, e.g. `https://tracuu.example.gov.vn`.
    pub base: String,
    /// The result's look-up code.
    pub code: LookupCode,
    /// The agency's code, e.g. `H61.12.3`.
    pub issuer: String,
    /// The result's number.
    pub number: CertificationNumber,
    /// Where it goes.
    pub place: QrPlace,
}

/// Where a QR symbol goes. Digitised papers have it in the upper left corner of page 1 (TCVN 7322:2009; Thông tư
/// 01/2023/TT-VPCP).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QrPlace {
    /// The upper left corner of this page, from 1.
    UpperLeft(usize),
    /// The lower left corner of this page, from 1.
    LowerLeft(usize),
    /// In the middle of a rectangle, in points as seen, of this page, from 1.
    Rectangle(usize, Rectangle),
}

/// A QR symbol that was put onto a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamped {
    /// The revision to append.
    pub tail: Tail,
    /// What it says.
    pub payload: QrPayload,
    /// Where it is with the text under it, in points as seen.
    pub rectangle: Rectangle,
}

/// Puts the symbol onto the document: see [`stamp_qr`](crate::stamp_qr()).
pub(crate) fn stamp(document: &Document<'_>, stamp: &QrStamp) -> Result<Stamped, Error> {
    demand_free(document)?;
    let number = CompactNumber::from(&stamp.number);
    let payload = QrPayload::new(&stamp.base, stamp.code.clone(), &stamp.issuer, number, document.bytes())?;
    let symbol = Symbol::new(&payload.to_string(), &payload.lines())?;
    let size = symbol.size();
    let (QrPlace::UpperLeft(page) | QrPlace::LowerLeft(page) | QrPlace::Rectangle(page, _)) = stamp.place;
    let page = document.page(page)?;
    let (x, edge) = (FROM_EDGE_MM.0 * POINTS_PER_MM, FROM_EDGE_MM.1 * POINTS_PER_MM);
    let (width, height) = size;
    let rectangle = match stamp.place {
        QrPlace::UpperLeft(_) => Rectangle { x, y: page.size().1 - edge - height, width, height },
        QrPlace::LowerLeft(_) => Rectangle { x, y: edge, width, height },
        QrPlace::Rectangle(_, within) => {
            if width > within.width + 0.01 || height > within.height + 0.01 {
                let (needed, given) = ((width.into(), height.into()), (within.width.into(), within.height.into()));
                return Err(Error::parameters("qr", Reason::RectangleTooSmall { needed, given }));
            }
            layout::centred(size, within)
        }
    };
    layout::demand_on_page(rectangle, page.size())?;
    let mut update = Update::new(document);
    let form = symbol.draw(&mut |object: Object| update.add(Value::Object(object)))?;
    put_on_page(document, &mut update, &page, &[Put { form: form.id, size, rectangle, is_artifact: true }])?;
    Ok(Stamped { tail: update.finish()?.tail, payload, rectangle })
}

/// Whether a QR symbol that was read off a document was put onto this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrMatch {
    /// Beneath it lay what the file was at the end of this revision, counted from 1.
    SameDocument {
        /// The revision.
        revision: usize,
    },
    /// It was put onto something else, or the file was made anew since.
    OtherDocument,
}

impl QrMatch {
    /// Looks for the revision that a symbol was put onto. Every byte is hashed once.
    pub fn of(document: &Document<'_>, payload: &QrPayload) -> Self {
        let revisions = document.revisions();
        let mut hasher = DigestAlgorithm::Sha256.hasher();
        let mut at = 0;
        for length in boundaries(document) {
            let Some(bytes) = document.bytes().get(at..length) else { break };
            hasher.update(bytes);
            at = length;
            if first_bytes(&hasher.clone().finish()) == payload.digest() {
                let before = revisions.iter().filter(|revision| revision.marker_end <= length as u64).count();
                return Self::SameDocument { revision: before.max(1) };
            }
        }
        Self::OtherDocument
    }
}

/// How long the file was when something was appended, as far as its revisions tell: they may end with a line end, and a
/// mail program's bytes may stand behind them.
fn boundaries(document: &Document<'_>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut add = |length: u64| found.extend(usize::try_from(length).ok());
    for revision in document.revisions() {
        add(revision.marker_end);
        add(revision.end);
    }
    for start in document.update_starts() {
        add(start);
        add(start.saturating_sub(1));
    }
    found
}
