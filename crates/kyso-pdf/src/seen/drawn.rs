//! What an annotation draws, where on the page that comes (ISO 32000-2, 12.5.5), and the pictures in it.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use crate::content::matrix::{IDENTITY, Matrix, through, times};
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Rectangle;
use crate::page::{Page, number_of, rectangle};

/// Operations of one appearance.
const MAX_OPERATIONS: usize = 200_000;
/// Forms within forms.
const MAX_DEPTH: usize = 8;
/// Saved graphics states.
const MAX_SAVED: usize = 256;
/// Pictures of one appearance.
const MAX_PICTURES: usize = 16;
/// Pixels of one picture that is decoded: an A4 page at 350 dpi; and bytes of their red, green and blue.
const MAX_PIXELS: u64 = 12_000_000;
const MAX_SAMPLES: usize = 36_000_000;

/// An annotation's normal appearance, ready to be drawn on its page.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The form's content, decoded.
    pub(crate) content: Vec<u8>,
    /// The form's resources.
    pub(crate) resources: Dictionary,
    /// From the form's space to the page's user space.
    pub(crate) matrix: Matrix,
}

/// A picture as it's drawn on a page.
#[derive(Debug, Clone)]
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
    /// The box, as seen, of a part of the picture: left, bottom, right, top as shares of its width and height.
    pub fn part_as_seen(&self, page: &Page, [left, bottom, right, top]: [f64; 4]) -> Rectangle {
        let corners = [(left, bottom), (right, bottom), (right, top), (left, top)].map(|(x, y)| {
            let (x, y) = through(self.matrix, x, y);
            page.point_as_seen(x, y)
        });
        let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        Rectangle::around((least(|c| c.0), least(|c| c.1)), (most(|c| c.0), most(|c| c.1)))
    }
}

impl Document<'_> {
    /// What an annotation draws; `None` where it brings no appearance with an area.
    pub(crate) fn drawn(&self, annotation: ObjectId) -> Result<Option<Drawn>, Error> {
        let Object::Dictionary(annotation) = self.object(annotation)? else { return Ok(None) };
        let Some([x0, y0, x1, y1]) = rectangle(self, &annotation, b"Rect")? else { return Ok(None) };
        let Object::Dictionary(appearances) = self.get(&annotation, b"AP")? else { return Ok(None) };
        let Object::Stream(mut form) = self.get(&appearances, b"N")? else { return Ok(None) };
        let Some([left, bottom, right, top]) = rectangle(self, &form.dict, b"BBox")? else { return Ok(None) };
        let own = self.matrix_of(&form.dict)?;
        let corners = [(left, bottom), (right, bottom), (right, top), (left, top)].map(|(x, y)| through(own, x, y));
        let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        let (left, bottom, right, top) = (least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1));
        if right <= left || top <= bottom {
            return Ok(None);
        }
        let (scale_x, scale_y) = ((x1 - x0) / (right - left), (y1 - y0) / (top - bottom));
        let fitted = [scale_x, 0.0, 0.0, scale_y, x0 - left * scale_x, y0 - bottom * scale_y];
        let resources = match self.get(&form.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        Ok(Some(Drawn { content: self.decode(&mut form)?, resources, matrix: times(own, fitted) }))
    }

    /// The pictures that an annotation draws, in their order.
    pub fn pictures_drawn(&self, annotation: ObjectId) -> Result<Vec<Picture>, Error> {
        let Some(drawn) = self.drawn(annotation)? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        self.walk(&drawn.content, &drawn.resources, drawn.matrix, 0, &mut found)?;
        Ok(found)
    }

    fn walk(
        &self,
        content: &[u8],
        resources: &Dictionary,
        matrix: Matrix,
        depth: usize,
        found: &mut Vec<Picture>,
    ) -> Result<(), Error> {
        let mut state = matrix;
        let mut saved = Vec::new();
        let operations = Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok);
        for operation in operations.take(MAX_OPERATIONS) {
            let operands = operation.operands.as_slice();
            let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
            match operation.operator.as_str() {
                "q" if saved.len() < MAX_SAVED => saved.push(state),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state = times([number(0), number(1), number(2), number(3), number(4), number(5)], state),
                "Do" if found.len() < MAX_PICTURES => {
                    let Some(Object::Name(name)) = operands.first() else { continue };
                    let Object::Dictionary(objects) = self.get(resources, b"XObject")? else { continue };
                    let Object::Stream(mut object) = self.get(&objects, name)? else { continue };
                    match self.get(&object.dict, b"Subtype")? {
                        Object::Name(kind) if kind == b"Image" => found.push(self.picture(object, state)?),
                        Object::Name(kind) if kind == b"Form" && depth < MAX_DEPTH => {
                            let own = match self.get(&object.dict, b"Resources")? {
                                Object::Dictionary(own) => own,
                                _ => resources.clone(),
                            };
                            let inner = times(self.matrix_of(&object.dict)?, state);
                            self.walk(&self.decode(&mut object)?, &own, inner, depth + 1, found)?;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn matrix_of(&self, form: &Dictionary) -> Result<Matrix, Error> {
        let mut matrix = IDENTITY;
        if let Object::Array(items) = self.get(form, b"Matrix")? {
            for (value, item) in matrix.iter_mut().zip(&items) {
                *value = number_of(&self.resolve(item)?).unwrap_or(*value);
            }
        }
        Ok(matrix)
    }

    fn picture(&self, image: lopdf::Stream, matrix: Matrix) -> Result<Picture, Error> {
        let size = self.columns_and_rows(&image.dict)?;
        let filters = match self.get(&image.dict, b"Filter")? {
            Object::Array(filters) => filters.iter().map(|filter| self.resolve(filter)).collect::<Result<_, _>>()?,
            one => vec![one],
        };
        let lossy =
            |filter: &Object| matches!(filter, Object::Name(name) if name == b"DCTDecode" || name == b"JPXDecode");
        let is_lossy = filters.iter().any(lossy);
        let (mut alpha, mut rgb) = (None, None);
        if (1..=MAX_PIXELS).contains(&(u64::from(size.0) * u64::from(size.1))) {
            if let Object::Stream(mask) = self.get(&image.dict, b"SMask")? {
                alpha = self.mask(mask, size)?;
            }
            if !is_lossy {
                rgb = self.colours(image, size)?;
            }
        }
        Ok(Picture { matrix, size, alpha, rgb, is_lossy })
    }

    /// Whether a picture has the colour of an ink, red or blue: what covers has the colour of paper. Of photographs only
    /// the mask is read, and they are taken for what they mostly are, seals.
    pub(super) fn is_coloured(&self, image: lopdf::Stream) -> Result<bool, Error> {
        let picture = self.picture(image, IDENTITY)?;
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

    fn columns_and_rows(&self, image: &Dictionary) -> Result<(u32, u32), Error> {
        let side = |value: Object| value.as_i64().ok().and_then(|side| u32::try_from(side).ok()).unwrap_or(0);
        Ok((side(self.get(image, b"Width")?), side(self.get(image, b"Height")?)))
    }

    /// The samples of a soft mask that has the picture's size, 8 bits each.
    fn mask(&self, mut mask: lopdf::Stream, (columns, rows): (u32, u32)) -> Result<Option<Vec<u8>>, Error> {
        let fits = self.columns_and_rows(&mask.dict)? == (columns, rows)
            && matches!(self.get(&mask.dict, b"BitsPerComponent")?, Object::Integer(8))
            && !mask.dict.has(b"Decode");
        let wanted = columns as usize * rows as usize;
        Ok(match self.decoded_within(&mut mask, MAX_SAMPLES) {
            Ok(mut samples) if fits && samples.len() >= wanted => {
                samples.truncate(wanted);
                Some(samples)
            }
            _ => None,
        })
    }

    fn colours(&self, mut image: lopdf::Stream, (columns, rows): (u32, u32)) -> Result<Option<Vec<u8>>, Error> {
        if !matches!(self.get(&image.dict, b"BitsPerComponent")?, Object::Integer(8)) || image.dict.has(b"Decode") {
            return Ok(None);
        }
        let space = self.get(&image.dict, b"ColorSpace")?;
        let Ok(samples) = self.decoded_within(&mut image, MAX_SAMPLES) else { return Ok(None) };
        let wanted = columns as usize * rows as usize;
        let table = self.palette(&space)?;
        let rgb: Vec<u8> = match (table, self.components(&space)?) {
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
    fn components(&self, space: &Object) -> Result<Option<u8>, Error> {
        Ok(match space {
            Object::Name(name) => match name.as_slice() {
                b"DeviceRGB" | b"CalRGB" => Some(3),
                b"DeviceGray" | b"CalGray" => Some(1),
                _ => None,
            },
            Object::Array(items) => match items.first().map(|kind| self.resolve(kind)).transpose()? {
                Some(Object::Name(kind)) if kind == b"CalRGB" => Some(3),
                Some(Object::Name(kind)) if kind == b"CalGray" => Some(1),
                Some(Object::Name(kind)) if kind == b"ICCBased" => {
                    match items.get(1).map(|profile| self.resolve(profile)).transpose()? {
                        Some(Object::Stream(profile)) => match self.get(&profile.dict, b"N")? {
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
    fn palette(&self, space: &Object) -> Result<Option<Vec<[u8; 3]>>, Error> {
        let Object::Array(items) = space else { return Ok(None) };
        let [kind, base, _, table] = items.as_slice() else { return Ok(None) };
        let indexed = matches!(self.resolve(kind)?, Object::Name(kind) if kind == b"Indexed");
        if !indexed || self.components(&self.resolve(base)?)? != Some(3) {
            return Ok(None);
        }
        let bytes = match self.resolve(table)? {
            Object::String(bytes, _) => bytes,
            Object::Stream(mut stream) => self.decode(&mut stream)?,
            _ => return Ok(None),
        };
        Ok(Some(bytes.as_chunks::<3>().0.to_vec()))
    }
}
