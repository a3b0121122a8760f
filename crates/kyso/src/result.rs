//! A certification result, prepared for those who sign it: the statement (lời chứng) put behind the citizen's document or
//! set alone, a signature field for everyone who signs, the QR symbol.
//!
//! ```text
//! the document as it came      revision 1, byte for byte
//!   + statement pages          a further revision each: nothing before is touched
//!   + signature fields
//!   + QR symbol                it holds the beginning of a digest of all above
//! ```
//!
//! The number is on the page before anybody signs: whoever calls this has had it allotted, and records what became of it.

use jiff::Timestamp;

use crate::appearance::geometry::Rectangle;
use crate::certification::agency::Agency;
use crate::certification::code::LookupCode;
use crate::certification::kinds::Kinds;
use crate::certification::metadata::Metadata;
use crate::certification::number::CertificationNumber;
use crate::certification::qr::QrPayload;
use crate::certification::request::Request;
use crate::certification::stamp::{self, QrPlace, QrStamp};
use crate::certification::statement::{self, Form, Options};
use crate::certification::template::Template;
use crate::error::Error;
use crate::pdf::{Document, Tail, append_pages};
use crate::sign::parameters::Place;
use crate::sign::reserve::{FieldToReserve, reserve};
use crate::typeset::sheet::{NamedPlace, Typeset};
use crate::typeset::xmp::Description;

/// What a result is made of.
#[derive(Debug, Clone, Copy)]
pub struct Preparation<'a> {
    /// The wording.
    pub template: &'a Template,
    /// What it's filled from.
    pub request: &'a Request,
    /// Names of identity papers and the like.
    pub kinds: &'a Kinds,
    /// The number in the register.
    pub number: &'a CertificationNumber,
    /// The agency: its seal's width, its look-up address.
    pub agency: &'a Agency,
    /// What is told about the result in its XMP.
    pub metadata: Option<&'a Metadata>,
    /// When it's prepared.
    pub time: Timestamp,
    /// The look-up code. Without it, or where the agency names no look-up address, there's no QR symbol.
    pub code: Option<&'a LookupCode>,
    /// Where the QR symbol goes; without it, in the lower left corner of the statement's last page.
    pub qr_place: Option<QrPlace>,
    /// Whether every page that is made here says that it's a sample (MẪU).
    pub sample: bool,
    /// Whether a template may be used that wasn't compared with the law's text.
    pub allow_draft: bool,
}

/// A result that waits for its signatures.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedResult {
    /// What comes behind the document's bytes; the whole file where there was no document.
    pub tail: Vec<u8>,
    /// The signature fields, in the order of the page.
    pub fields: Vec<NamedPlace>,
    /// What the QR symbol says, and where it is: page, rectangle in points as seen.
    pub qr: Option<(QrPayload, usize, Rectangle)>,
}

/// Prepares a result: see [`prepare`](crate::prepare()).
pub(crate) fn prepare(document: Option<&Document<'_>>, preparation: &Preparation<'_>) -> Result<PreparedResult, Error> {
    let before = document.map_or(Ok(0), Document::page_count)?;
    let Typeset { pdf, mut places } = statement(preparation, document.map(|_| before))?;
    for place in &mut places {
        place.page += before;
    }
    let paper = Document::parse(&pdf)?;
    let pages = before + paper.page_count()?;
    let mut file = Growing { document, bytes: Vec::new(), start: 0 };
    match document {
        None => file.bytes.clone_from(&pdf),
        Some(document) => {
            file.bytes.extend_from_slice(document.bytes());
            file.start = file.bytes.len();
            file.bytes.extend(append_pages(document, &paper)?.bytes);
        }
    }
    if !places.is_empty() {
        let fields: Vec<FieldToReserve> = places.iter().map(field).collect();
        file.grow(|document| Ok((reserve(document, &fields)?, ())))?;
    }
    let mut qr = None;
    if let (Some(code), Some(base)) = (preparation.code, &preparation.agency.lookup) {
        let place = preparation.qr_place.unwrap_or(QrPlace::LowerLeft(pages));
        let symbol = QrStamp {
            base: base.clone(),
            code: code.clone(),
            issuer: preparation.agency.identifier.clone(),
            number: preparation.number.clone(),
            place,
        };
        let (QrPlace::UpperLeft(page) | QrPlace::LowerLeft(page) | QrPlace::Rectangle(page, _)) = place;
        qr = Some(file.grow(|document| {
            let stamped = stamp::stamp(document, &symbol)?;
            Ok((stamped.tail, (stamped.payload, page, stamped.rectangle)))
        })?);
    }
    Ok(PreparedResult { tail: file.bytes.split_off(file.start), fields: places, qr })
}

/// A file that grows by one revision after another.
struct Growing<'d, 'a> {
    /// What it was at first.
    document: Option<&'d Document<'a>>,
    bytes: Vec<u8>,
    start: usize,
}

impl Growing<'_, '_> {
    fn grow<T>(&mut self, revise: impl FnOnce(&Document<'_>) -> Result<(Tail, T), Error>) -> Result<T, Error> {
        let (tail, told) = match self.document {
            None => revise(&Document::parse(&self.bytes)?)?,
            Some(document) => revise(&document.earlier(&self.bytes)?)?,
        };
        self.bytes.extend(tail.bytes);
        Ok(told)
    }
}

fn statement(preparation: &Preparation<'_>, after: Option<usize>) -> Result<Typeset, Error> {
    let Preparation { template, request, agency, number, .. } = *preparation;
    let properties = preparation.metadata.map(Metadata::properties).unwrap_or_default();
    let options = Options {
        form: after.map_or(Form::Standalone, |after| Form::Appended { after }),
        seal_mm: agency.seal_width_mm,
        sample: preparation.sample,
        allow_draft: preparation.allow_draft,
        description: Description {
            author: Some(agency.name.clone()),
            subject: preparation.metadata.map(|metadata| metadata.subject.clone()),
            created: Some(preparation.time),
            properties: properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            ..Description::default()
        },
        ..Options::default()
    };
    statement::typeset(template, request, preparation.kinds, number, &options)
}

fn field(place: &NamedPlace) -> FieldToReserve {
    FieldToReserve {
        name: place.name.clone(),
        place: Place::Rectangle { page: place.page, rectangle: place.rectangle },
        size: (place.rectangle.width, place.rectangle.height),
        lock: None,
    }
}
