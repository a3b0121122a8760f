//! The QR symbol put onto a result as a revision of its own, and found again by whoever reads it.

use std::collections::BTreeSet;

use super::code::LookupCode;
use super::number::CertificationNumber;
use super::qr::{CompactNumber, QrPayload, first_bytes};
use crate::on_a4;
use crate::room::CODE_MM;
use crate::symbol::Symbol;
use kyso::appearance::colours::Colours;
use kyso::appearance::{demand_free, layout};
use kyso::crypto::DigestAlgorithm;
use kyso::error::{Parameter, Reason};
use kyso::{Document, Error, Rectangle, Tail};
use kyso_pdf::geometry::POINTS_PER_MM;
use kyso_pdf::{Object, Put, Update, Value, put_on_page};

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
    /// The symbol's place.
    pub place: QrPlace,
}

/// Where a QR symbol goes: it's drawn on a white field, over whatever is there. So it's always a rectangle that the caller
/// has found blank; [`Ground::room_for_code`](crate::room::Ground::room_for_code) finds one on a picture of the
/// page. Digitised papers have it in the upper left corner of page 1 (TCVN 7322:2009; Thông tư 01/2023/TT-VPCP).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QrPlace {
    /// The page, from 1.
    pub page: usize,
    /// In points as seen. The symbol stands in the middle; [`largest_size`] always suffices.
    pub rectangle: Rectangle,
}

/// Width and height, in points, that a symbol with the lines under it takes at most, whatever number and code it says.
/// `base`: the look-up service. On a page larger than A4 it's drawn so much larger that it's printed in this size
/// ([`on_a4::scale`]).
pub fn largest_size(base: &str) -> (f64, f64) {
    Symbol::largest_size(QrPayload::line_count(base))
}

/// Where the symbol stands on a page that was typeset here, whose margins are blank: in the lower left corner.
pub(crate) fn own_corner(page: usize, base: &str) -> QrPlace {
    let (width, height) = largest_size(base);
    let (x, y) = (CODE_MM.0 * POINTS_PER_MM, CODE_MM.1 * POINTS_PER_MM);
    QrPlace { page, rectangle: Rectangle { x, y, width, height } }
}

/// A QR symbol that was put onto a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamped {
    /// The revision to append.
    pub tail: Tail,
    /// The symbol's payload.
    pub payload: QrPayload,
    /// The place of the symbol with the text under it, in points as seen.
    pub rectangle: Rectangle,
}

/// Puts the symbol onto the document: see [`stamp_qr`](crate::stamp_qr()).
pub(crate) fn stamp(document: &Document<'_>, stamp: &QrStamp) -> Result<Stamped, Error> {
    demand_free(document)?;
    let number = CompactNumber::from(&stamp.number);
    let payload = QrPayload::new(&stamp.base, stamp.code.clone(), &stamp.issuer, number, document.bytes())?;
    let symbol = Symbol::new(&payload.to_string(), &payload.lines())?;
    let own = symbol.size();
    let page = document.page(stamp.place.page)?;
    let within = stamp.place.rectangle;
    // So large that it's printed in its size on A4, as far as the place allows.
    let most = (within.width / own.0).min(within.height / own.1);
    let times = (1.0 / on_a4::scale(page.size())).min(most).max(1.0);
    let size = (own.0 * times, own.1 * times);
    let (width, height) = size;
    if width > within.width + 0.01 || height > within.height + 0.01 {
        let (needed, given) = ((width.into(), height.into()), (within.width.into(), within.height.into()));
        return Err(Error::parameters(Parameter::Qr, Reason::RectangleTooSmall { needed, given }));
    }
    let rectangle = layout::centred(size, within);
    layout::demand_on_page(rectangle, page.size())?;
    let mut update = Update::new(document);
    let form = symbol.draw(Colours::of(document)?, &mut |object: Object| update.add(Value::Object(object)))?;
    put_on_page(document, &mut update, &page, &[Put { form: form.id, size: own, rectangle, is_artifact: true }])?;
    Ok(Stamped { tail: update.finish()?, payload, rectangle })
}

/// Whether a QR symbol that was read off a document was put onto this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QrMatch {
    /// Beneath it lay what the file was at the end of this revision, counted from 1.
    SameDocument {
        /// The revision.
        revision: usize,
    },
    /// The symbol was made for other pages, or the file was made anew since.
    OtherDocument,
}

impl QrMatch {
    /// Looks for the revision that a symbol was put onto. Every byte is hashed once.
    pub fn of(document: &Document<'_>, payload: &QrPayload) -> Self {
        let Some(length) = length_beneath(document, payload) else { return Self::OtherDocument };
        let before = document.revisions().iter().filter(|revision| revision.marker_end <= length as u64).count();
        Self::SameDocument { revision: before.max(1) }
    }
}

/// The file before a symbol was put onto it, and with it: what it covers is seen by drawing both. `None` where it was put
/// onto something else.
pub fn before_and_after<'a>(document: &Document<'a>, payload: &QrPayload) -> Option<(&'a [u8], &'a [u8])> {
    let length = length_beneath(document, payload)?;
    let after = document.revisions().iter().map(|revision| revision.end).find(|end| *end > length as u64 + 2);
    let after = after.and_then(|end| usize::try_from(end).ok()).unwrap_or(document.bytes().len());
    Some((document.bytes().get(..length)?, document.bytes().get(..after)?))
}

/// How long the file was before a symbol was put onto it.
fn length_beneath(document: &Document<'_>, payload: &QrPayload) -> Option<usize> {
    let mut hasher = DigestAlgorithm::Sha256.hasher();
    let mut at = 0;
    for length in boundaries(document) {
        hasher.update(document.bytes().get(at..length)?);
        at = length;
        if first_bytes(&hasher.clone().finish()) == payload.digest() {
            return Some(length);
        }
    }
    None
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
