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

use crate::agency::Agency;
use crate::code::LookupCode;
use crate::kinds::Kinds;
use crate::metadata::{Metadata, number_properties};
use crate::number::CertificationNumber;
use crate::on_a4;
use crate::qr::QrPayload;
use crate::request::Request;
use crate::room::Ground;
use crate::stamp::{self, QrPlace, QrStamp};
use crate::statement::{self, Form, Options};
use crate::template::Template;
use crate::typeset::sheet::{NamedPlace, Typeset};
use crate::typeset::xmp::Description;
use kyso::appearance;
use kyso::error::Parameter;
use kyso::name_to_keep;
use kyso::{Bilingual, CERTIFIER_FIELD, Document, Error, FieldToReserve, Rectangle, SEAL_FIELD, reserve};
use kyso_pdf::{Growing, SignatureField, append_pages, top_field_names};

/// What a result is made of.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Preparation<'a> {
    /// The wording.
    pub template: &'a Template,
    /// The request that fills the statement.
    pub request: &'a Request,
    /// Names of identity papers and the like.
    pub kinds: &'a Kinds,
    /// The number in the register.
    pub number: &'a CertificationNumber,
    /// The agency: its seal's width, its look-up address.
    pub agency: &'a Agency,
    /// What is told about the result in its XMP.
    pub metadata: Option<&'a Metadata>,
    /// The time of preparation.
    pub time: Timestamp,
    /// The look-up code. Without it, or where the agency names no look-up address, there's no QR symbol.
    pub code: Option<&'a LookupCode>,
    /// Blank room for the QR symbol on a page of the document; without it, the symbol stands on the statement's last page.
    /// Where the statement needs the room for itself, the symbol stands within the statement.
    pub qr_place: Option<QrPlace>,
    /// What of the document's last page is blank: the statement goes there, without a page of its own.
    pub room: Option<&'a Ground>,
    /// Whether every page that is made here says that it's a sample (MẪU).
    pub sample: bool,
    /// Whether a template may be used that wasn't compared with the law's text.
    pub allow_draft: bool,
}

impl<'a> Preparation<'a> {
    /// A statement in this wording and with this number, prepared at `time`: on a page of its own, without a QR symbol.
    pub fn new(
        template: &'a Template,
        request: &'a Request,
        kinds: &'a Kinds,
        number: &'a CertificationNumber,
        agency: &'a Agency,
        time: Timestamp,
    ) -> Self {
        Self {
            template,
            request,
            kinds,
            number,
            agency,
            metadata: None,
            time,
            code: None,
            qr_place: None,
            room: None,
            sample: false,
            allow_draft: false,
        }
    }
}

/// A result that waits for its signatures.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedResult {
    /// What comes behind the document's bytes; the whole file where there was no document.
    pub tail: Vec<u8>,
    /// The signature fields, in the order of the page.
    pub fields: Vec<NamedPlace>,
    /// The QR symbol.
    pub qr: Option<PlacedQr>,
}

/// A QR symbol on a result.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedQr {
    /// The payload of the symbol.
    pub payload: QrPayload,
    /// The place of the symbol.
    pub place: QrPlace,
}

/// Prepares a result: see [`prepare`](crate::prepare()).
pub(crate) fn prepare(document: Option<&Document<'_>>, preparation: &Preparation<'_>) -> Result<PreparedResult, Error> {
    let before = document.map_or(Ok(0), Document::page_count)?;
    let form = match (document, preparation.room) {
        (None, None) => Form::Standalone,
        (None, Some(_)) => return Err(Error::parameters(Parameter::Room, "there is no document that has a last page")),
        (Some(_), None) => Form::Appended { after: before },
        (Some(_), Some(_)) => Form::OnPage,
    };
    let typeset = statement(preparation, form)?;
    let paper = Document::parse(&typeset.pdf)?;
    let lookup = preparation.agency.lookup.as_deref().filter(|_| preparation.code.is_some());
    let there = preparation.qr_place.filter(|_| lookup.is_some());
    let on_last = there.filter(|place| place.page == before).map(|place| place.rectangle);
    let code = Code { size: stamp::largest_size(lookup.unwrap_or_default()), on_last };
    if let (Some(document), Some(_)) = (document, preparation.room) {
        demand_printed(document.page(before)?.size())?;
    }
    let block = preparation.room.map(|room| Block::find(&typeset, paper.page_count()?, room, code)).transpose()?;
    let mut places = typeset.places.clone();
    for place in &mut places {
        place.page += if block.is_some() { before.saturating_sub(1) } else { before };
        if let Some(block) = &block {
            place.rectangle = block.there(place.rectangle);
        }
    }
    if let Some(document) = document {
        // A field under a nameless parent has a name of its own too.
        let mut taken = top_field_names(document)?;
        taken.extend(SignatureField::all(document)?.into_iter().map(|field| field.name));
        for place in &mut places {
            place.name = name_to_keep(taken.iter().map(String::as_str), &place.name);
        }
    }
    let pages = before + if block.is_some() { 0 } else { paper.page_count()? };
    let mut file = Growing::new(document.unwrap_or(&paper));
    if document.is_some() {
        file.grow::<_, Error>(|document| {
            let tail = match &block {
                None => append_pages(document, &paper)?,
                Some(Block { region, there, .. }) => {
                    let block = appearance::Block::Page { paper: &paper, page: 1, region: *region };
                    kyso::overlay(document, before, *there, block)?
                }
            };
            Ok((Some(tail), ()))
        })?;
    }
    if !places.is_empty() {
        let fields: Vec<FieldToReserve> = places.iter().map(FieldToReserve::from).collect();
        file.grow::<_, Error>(|document| Ok((Some(reserve(document, &fields)?), ())))?;
    }
    let mut qr = None;
    if let (Some(code), Some(base)) = (preparation.code, lookup) {
        let place = match (&block, there) {
            (Some(Block { holds_code: true, qr, .. }), _) => QrPlace { page: pages, rectangle: *qr },
            (_, Some(place)) => place,
            (Some(block), None) => QrPlace { page: pages, rectangle: block.qr },
            (None, None) => stamp::own_corner(pages, base),
        };
        let symbol = QrStamp {
            base: base.to_owned(),
            code: code.clone(),
            issuer: preparation.agency.identifier.clone(),
            number: preparation.number.clone(),
            place,
        };
        qr = Some(file.grow::<_, Error>(|document| {
            let stamped = stamp::stamp(document, &symbol)?;
            let place = QrPlace { page: place.page, rectangle: stamped.rectangle };
            Ok((Some(stamped.tail), PlacedQr { payload: stamped.payload, place }))
        })?);
    }
    let appended = file.finish();
    let tail = if document.is_some() { appended.bytes } else { appended.after(&typeset.pdf) };
    Ok(PreparedResult { tail, fields: places, qr })
}

/// What is known of the QR symbol before the statement has its place.
#[derive(Clone, Copy)]
struct Code {
    /// The largest width and height of the symbol with the text under it, in points.
    size: (f64, f64),
    /// The room that was found for it on the last page, if it's there.
    on_last: Option<Rectangle>,
}

/// A statement on a page that was there.
struct Block {
    /// The part of the statement's own page.
    region: Rectangle,
    /// The place of the block on that page.
    there: Rectangle,
    /// Where there's place for a QR symbol in it: beside a single signature, else under all of them.
    qr: Rectangle,
    /// Whether the block covers the room that was found for the symbol.
    holds_code: bool,
}

impl Block {
    fn find(typeset: &Typeset, pages: usize, ground: &Ground, code: Code) -> Result<Self, Error> {
        if pages != 1 {
            return Err(Error::refused(
                kyso::Code::StatementRoom,
                Bilingual::new(
                    format!("Lời chứng dài {pages} trang nên không đặt vào trang cuối được: hãy nối thành trang riêng"),
                    format!("The statement has {pages} pages, so it can't stand on the last page: append it"),
                ),
            ));
        }
        let mut region = typeset.places.iter().fold(typeset.written, |all, place| all.with(&place.rectangle));
        let certifier = typeset.places.iter().find(|place| place.name == CERTIFIER_FIELD).map(|place| place.rectangle);
        let is_beside = |other: &Rectangle| certifier.is_some_and(|one| other.y < one.top() && one.y < other.top());
        let mut others = typeset.places.iter().filter(|place| ![CERTIFIER_FIELD, SEAL_FIELD].contains(&&*place.name));
        let (width, height) = code.size;
        if others.any(|place| is_beside(&place.rectangle)) {
            region = Rectangle { y: region.y - height, height: region.height + height, ..region };
        }
        let size = (region.width, region.height);
        let beside = code.on_last.and_then(|place| {
            let mut ground = ground.clone();
            ground.occupy(&[place]);
            ground.room_for_block(size, region.x)
        });
        let Some(there) = beside.or_else(|| ground.room_for_block(size, region.x)) else {
            return Err(too_little_room(size, ground.largest_room()));
        };
        let qr = Rectangle { x: there.x, y: there.y, width, height };
        Ok(Self { region, there, qr, holds_code: code.on_last.is_some() && beside.is_none() })
    }

    /// Where a place of the statement's own page comes to stand.
    fn there(&self, place: Rectangle) -> Rectangle {
        let (x, y) = (self.there.x - self.region.x, self.there.y - self.region.y);
        Rectangle { x: place.x + x, y: place.y + y, ..place }
    }
}

/// Refuses a page on which the statement would be printed smaller than the law has it.
fn demand_printed(size: (f64, f64)) -> Result<(), Error> {
    if on_a4::scale(size) >= 1.0 {
        return Ok(());
    }
    let size = on_a4::in_mm(size);
    Err(Error::refused(
        kyso::Code::PageTooLarge,
        Bilingual::new(format!("Trang cuối khổ {size}"), format!("The last page is {size}")),
    ))
}

fn too_little_room(needed: (f64, f64), given: (f64, f64)) -> Error {
    let (needed, given) = (on_a4::in_mm(needed), on_a4::in_mm(given));
    Error::refused(
        kyso::Code::StatementRoom,
        Bilingual::new(
            format!("Lời chứng cần {needed} nhưng trang cuối chỉ còn trống {given}: hãy nối thành trang riêng"),
            format!("The statement needs {needed}, but the last page has only {given} blank: append it"),
        ),
    )
}

fn statement(preparation: &Preparation<'_>, form: Form) -> Result<Typeset, Error> {
    let Preparation { template, request, agency, number, .. } = *preparation;
    // Its number at the least: by that the page is known for a statement.
    let properties = preparation.metadata.map_or_else(|| number_properties(number), Metadata::properties);
    let options = Options {
        form,
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
