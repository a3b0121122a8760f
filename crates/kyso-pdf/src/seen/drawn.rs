//! The pictures that an annotation draws, and where on its page they come (ISO 32000-2, 12.5.5).

use lopdf::{Dictionary, Object, ObjectId};

use crate::content::form::{Appearance, Fitted, FormContent};
use crate::content::state::State;
use crate::content::visitor::{Doubt, Image, Visitor};
use crate::content::walk::walk_form;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::stream::take_decoded_within;
use crate::geometry::{Bounds, Matrix, Rectangle};
use crate::page::Page;

/// Pictures of one appearance.
const MAX_PICTURES: usize = 16;
/// Pixels of one picture that is decoded: an A4 page at 350 dpi; and bytes of their red, green and blue.
const MAX_PIXELS: u64 = 12_000_000;
const MAX_SAMPLES: usize = 36_000_000;

/// A picture as it's drawn on a page.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Picture {
    /// From the unit square, the picture's lower left at its origin, to the page's user space.
    matrix: Matrix,
    /// Columns and rows.
    pub size: (u32, u32),
    /// Opacity of each pixel, rows from the top; `None` without an 8-bit soft mask of the picture's own size.
    pub alpha: Option<Vec<u8>>,
    /// Red, green and blue of each pixel, rows from the top; `None` in a colour space that isn't read.
    pub rgb: Option<Vec<u8>>,
    /// Whether it's compressed as photographs are, which no PNG is.
    pub is_lossy: bool,
}

impl Picture {
    /// The box, as seen, of a part of the picture, which is given in shares of its width and height.
    pub fn part_as_seen(&self, page: &Page, part: Bounds) -> Rectangle {
        page.rectangle_as_seen(part.through(self.matrix))
    }

    /// The pictures that an annotation's normal appearance draws on its page, in their order.
    ///
    /// # Errors
    /// [`Error::Input`] where the appearance can't be read, [`Error::Budget`] where it's beyond all bounds.
    pub fn all_drawn(document: &Document<'_>, page: &Page, annotation: ObjectId) -> Result<Vec<Self>, Error> {
        let mut pictures = Pictures { document, found: Vec::new() };
        if let Some(annotation) = document.dictionary_at(annotation)?
            && let Some(form) = Appearance::normal(document, &annotation)?.form()
            && let Some(form) = FormContent::read(document, form)?
            && let Some(fitted) = Fitted::of(document, &form.dictionary, &annotation)?
        {
            walk_form(document, &form, fitted.state(), &page.resources, &mut pictures)?;
        }
        Ok(pictures.found)
    }
}

/// The pictures of an appearance.
struct Pictures<'d, 'a> {
    document: &'d Document<'a>,
    found: Vec<Picture>,
}

impl Visitor for Pictures<'_, '_> {
    fn doubt(&mut self, doubt: Doubt) -> Result<(), Error> {
        doubt.error().map_or(Ok(()), Err)
    }

    fn image(&mut self, image: &Image<'_>, state: &State) -> Result<(), Error> {
        if let Some(id) = image.id
            && let Object::Stream(stream) = self.document.object(id)?
        {
            if self.found.len() >= MAX_PICTURES {
                let budget = "pictures of an appearance";
                return Err(Error::Budget { budget, limit: MAX_PICTURES as u64, offset: None });
            }
            self.found.push(picture(self.document, stream, state.ctm)?);
        }
        Ok(())
    }
}

fn picture(document: &Document<'_>, image: lopdf::Stream, matrix: Matrix) -> Result<Picture, Error> {
    let size = columns_and_rows(document, &image.dict)?;
    let filters = match document.get(&image.dict, b"Filter")? {
        Object::Array(filters) => filters.iter().map(|filter| document.resolve(filter)).collect::<Result<_, _>>()?,
        one => vec![one],
    };
    let lossy = |filter: &Object| matches!(filter, Object::Name(name) if name == b"DCTDecode" || name == b"JPXDecode");
    let is_lossy = filters.iter().any(lossy);
    let (mut alpha, mut rgb) = (None, None);
    if (1..=MAX_PIXELS).contains(&(u64::from(size.0) * u64::from(size.1))) {
        if let Object::Stream(mask) = document.get(&image.dict, b"SMask")? {
            alpha = soft_mask(document, mask, size)?;
        } else if let Object::Stream(mask) = document.get(&image.dict, b"Mask")? {
            alpha = stencil(document, mask, size)?;
        }
        if !is_lossy {
            rgb = colours(document, image, size)?;
        }
    }
    Ok(Picture { matrix, size, alpha, rgb, is_lossy })
}

/// Whether a picture has the colour of an ink, red or blue: what covers has the colour of paper. Of photographs only
/// the mask is read, and they are taken for what they mostly are, seals.
pub(super) fn is_coloured(document: &Document<'_>, image: ObjectId) -> Result<bool, Error> {
    let Object::Stream(image) = document.object(image)? else { return Ok(false) };
    let picture = picture(document, image, Matrix::IDENTITY)?;
    let (Some(rgb), Some(alpha)) = (&picture.rgb, &picture.alpha) else { return Ok(picture.is_lossy) };
    let opaque = rgb.as_chunks::<3>().0.iter().zip(alpha).filter(|(_, alpha)| **alpha > 127);
    let (mut spread, mut count) = (0_u64, 0_u64);
    for (colour, _) in opaque {
        let (least, most) = colour.iter().fold((255, 0), |(least, most), one| (least.min(*one), most.max(*one)));
        spread += u64::from(most - least);
        count += 1;
    }
    Ok(spread > count * 80)
}

fn columns_and_rows(document: &Document<'_>, image: &Dictionary) -> Result<(u32, u32), Error> {
    let side = |value: Object| value.as_i64().ok().and_then(|side| u32::try_from(side).ok()).unwrap_or(0);
    Ok((side(document.get(image, b"Width")?), side(document.get(image, b"Height")?)))
}

/// The samples of a soft mask that has the picture's size, 8 bits each.
fn soft_mask(
    document: &Document<'_>,
    mut mask: lopdf::Stream,
    (columns, rows): (u32, u32),
) -> Result<Option<Vec<u8>>, Error> {
    let fits = columns_and_rows(document, &mask.dict)? == (columns, rows)
        && matches!(document.get(&mask.dict, b"BitsPerComponent")?, Object::Integer(8))
        && !mask.dict.has(b"Decode");
    let wanted = columns as usize * rows as usize;
    Ok(match take_decoded_within(document, &mut mask, MAX_SAMPLES) {
        Ok(mut samples) if fits && samples.len() >= wanted => {
            samples.truncate(wanted);
            Some(samples)
        }
        _ => None,
    })
}

/// The samples of a stencil that has the picture's size, as a soft mask would have them (8.9.6.3).
fn stencil(
    document: &Document<'_>,
    mut mask: lopdf::Stream,
    (columns, rows): (u32, u32),
) -> Result<Option<Vec<u8>>, Error> {
    let fits = columns_and_rows(document, &mask.dict)? == (columns, rows)
        && matches!(document.get(&mask.dict, b"ImageMask")?, Object::Boolean(true))
        && !mask.dict.has(b"Decode");
    let (columns, row) = (columns as usize, (columns as usize).div_ceil(8));
    let wanted = row * rows as usize;
    let Ok(bits) = take_decoded_within(document, &mut mask, MAX_SAMPLES) else { return Ok(None) };
    let Some(bits) = bits.get(..wanted).filter(|_| fits) else { return Ok(None) };
    let alpha = |row: &[u8]| -> Vec<u8> {
        let bit = |at: usize| row.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
        (0..columns).map(|at| if bit(at) { 0 } else { u8::MAX }).collect()
    };
    Ok(Some(bits.chunks_exact(row.max(1)).flat_map(alpha).collect()))
}

fn colours(
    document: &Document<'_>,
    mut image: lopdf::Stream,
    (columns, rows): (u32, u32),
) -> Result<Option<Vec<u8>>, Error> {
    if !matches!(document.get(&image.dict, b"BitsPerComponent")?, Object::Integer(8)) || image.dict.has(b"Decode") {
        return Ok(None);
    }
    let space = document.get(&image.dict, b"ColorSpace")?;
    let Ok(samples) = take_decoded_within(document, &mut image, MAX_SAMPLES) else { return Ok(None) };
    let wanted = columns as usize * rows as usize;
    let table = palette(document, &space)?;
    let rgb: Vec<u8> = match (table, components(document, &space)?) {
        (Some(table), _) => {
            let colour = |index: &u8| table.get(usize::from(*index)).copied().unwrap_or_default();
            samples.iter().take(wanted).flat_map(colour).collect()
        }
        (None, Some(3)) => samples.into_iter().take(wanted * 3).collect(),
        (None, Some(1)) => samples.iter().take(wanted).flat_map(|grey| [*grey; 3]).collect(),
        _ => return Ok(None),
    };
    Ok((rgb.len() == wanted * 3).then_some(rgb))
}

/// How many components a colour space has whose samples are read as grey or as red, green and blue.
fn components(document: &Document<'_>, space: &Object) -> Result<Option<u8>, Error> {
    Ok(match space {
        Object::Name(name) => match name.as_slice() {
            b"DeviceRGB" | b"CalRGB" => Some(3),
            b"DeviceGray" | b"CalGray" => Some(1),
            _ => None,
        },
        Object::Array(items) => match items.first().map(|kind| document.resolve(kind)).transpose()? {
            Some(Object::Name(kind)) if kind == b"CalRGB" => Some(3),
            Some(Object::Name(kind)) if kind == b"CalGray" => Some(1),
            Some(Object::Name(kind)) if kind == b"ICCBased" => {
                match items.get(1).map(|profile| document.resolve(profile)).transpose()? {
                    Some(Object::Stream(profile)) => match document.get(&profile.dict, b"N")? {
                        Object::Integer(3) => Some(3),
                        Object::Integer(1) => Some(1),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    })
}

/// The colours of an indexed colour space over red, green and blue (8.6.6.3).
fn palette(document: &Document<'_>, space: &Object) -> Result<Option<Vec<[u8; 3]>>, Error> {
    let Object::Array(items) = space else { return Ok(None) };
    let [kind, base, _, table] = items.as_slice() else { return Ok(None) };
    let indexed = matches!(document.resolve(kind)?, Object::Name(kind) if kind == b"Indexed");
    if !indexed || components(document, &document.resolve(base)?)? != Some(3) {
        return Ok(None);
    }
    let bytes = match document.resolve(table)? {
        Object::String(bytes, _) => bytes,
        Object::Stream(mut stream) => document.take_decoded(&mut stream)?,
        _ => return Ok(None),
    };
    Ok(Some(bytes.as_chunks::<3>().0.to_vec()))
}
