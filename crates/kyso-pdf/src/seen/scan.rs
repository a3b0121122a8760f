//! Whether pages were scanned, and how: resolution, colours, size. What is asked of a scan isn't known here.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object};
use serde::{Deserialize, Serialize};

use crate::content::matrix::{IDENTITY, Matrix, through, times};
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::POINTS_PER_MM;
use crate::page::{Page, number_of};

/// Part of the page that a scanned picture covers.
const COVERED: f64 = 0.9;
/// Operations of one page, and forms within forms.
const MAX_OPERATIONS: usize = 2_000_000;
const MAX_DEPTH: usize = 8;
/// Colour spaces within colour spaces.
const MAX_SPACES: usize = 8;

/// Where a page comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// One picture, or strips of one, covers it.
    Scanned,
    /// Made by a program.
    BornDigital,
}

/// The colours that a scanned picture can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// Black or white.
    Bitonal,
    /// Shades of grey.
    Grey,
    /// Colours.
    Colour,
}

/// What is known of a page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageOrigin {
    /// From 1.
    pub page: usize,
    /// Where it comes from.
    pub origin: Origin,
    /// Width and height as seen, in millimetres.
    pub size_mm: (f64, f64),
    /// Of a scanned page: dots an inch, the lower of both directions.
    pub dpi: Option<f64>,
    /// Of a scanned page, where it can be told.
    pub colour: Option<Colour>,
}

/// Looks at every page.
///
/// # Errors
/// [`Error::Input`] where a page can't be read.
pub fn measure(document: &Document<'_>) -> Result<Vec<PageOrigin>, Error> {
    document.pages()?.iter().map(|page| measure_page(document, page)).collect()
}

/// A picture on a page.
struct Drawn {
    /// Part of the page.
    area: f64,
    dpi: f64,
    colour: Option<Colour>,
}

struct Walk<'d, 'a> {
    document: &'d Document<'a>,
    page: &'d Page,
    operations: usize,
    drawn: Vec<Drawn>,
    /// Whether letters are seen: a text layer behind a scan isn't.
    has_letters: bool,
}

fn measure_page(document: &Document<'_>, page: &Page) -> Result<PageOrigin, Error> {
    let mut walk = Walk { document, page, operations: 0, drawn: Vec::new(), has_letters: false };
    walk.run(&page.content(document)?, &page.resources, IDENTITY, 0)?;
    let (width, height) = page.size();
    let mut origin = PageOrigin {
        page: page.number,
        origin: Origin::BornDigital,
        size_mm: (width / POINTS_PER_MM, height / POINTS_PER_MM),
        dpi: None,
        colour: None,
    };
    let whole: Vec<&Drawn> = walk.drawn.iter().filter(|drawn| drawn.area >= COVERED).collect();
    let strips = walk.drawn.iter().map(|drawn| drawn.area).sum::<f64>() >= COVERED && !walk.has_letters;
    if !whole.is_empty() {
        // A scanner's layers: the finest holds the letters, any may hold the colours.
        origin.origin = Origin::Scanned;
        origin.dpi = whole.iter().map(|drawn| drawn.dpi).reduce(f64::max);
        origin.colour =
            whole.iter().map(|drawn| drawn.colour).try_fold(Colour::Bitonal, |most, colour| Some(most.max(colour?)));
    } else if strips {
        origin.origin = Origin::Scanned;
        origin.dpi = walk.drawn.iter().map(|drawn| drawn.dpi).reduce(f64::min);
        let colours = walk.drawn.iter().map(|drawn| drawn.colour);
        origin.colour = colours.reduce(|one, other| Some(one?.max(other?))).flatten();
    }
    Ok(origin)
}

impl Walk<'_, '_> {
    fn run(&mut self, content: &[u8], resources: &Dictionary, ctm: Matrix, depth: usize) -> Result<(), Error> {
        let (mut ctm, mut saved, mut mode) = (ctm, Vec::new(), 0);
        for operation in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok) {
            self.operations += 1;
            if self.operations > MAX_OPERATIONS {
                return Err(Error::Budget {
                    budget: "operations of a page",
                    limit: MAX_OPERATIONS as u64,
                    offset: None,
                });
            }
            let operands = operation.operands.as_slice();
            let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
            match operation.operator.as_str() {
                "q" => saved.push((ctm, mode)),
                "Q" => (ctm, mode) = saved.pop().unwrap_or((ctm, mode)),
                "cm" => ctm = times([number(0), number(1), number(2), number(3), number(4), number(5)], ctm),
                "Tr" => mode = operands.first().and_then(|mode| mode.as_i64().ok()).unwrap_or(0),
                "Tj" | "TJ" | "'" | "\"" => self.has_letters |= !matches!(mode, 3 | 7),
                "BI" => {
                    if let Some(Object::Stream(image)) = operands.first() {
                        self.inline(&image.dict, resources, ctm)?;
                    }
                }
                "Do" => {
                    let Some(Object::Name(name)) = operands.first() else { continue };
                    let Object::Dictionary(objects) = self.document.get(resources, b"XObject")? else { continue };
                    let Some(id) = objects.get(name).ok().and_then(|object| object.as_reference().ok()) else {
                        continue;
                    };
                    let Some(Object::Dictionary(object)) = self.document.value(id)? else { continue };
                    match self.document.get(&object, b"Subtype")? {
                        Object::Name(kind) if kind == b"Image" => self.image(&object, resources, ctm)?,
                        Object::Name(kind) if kind == b"Form" && depth < MAX_DEPTH => {
                            let Object::Stream(mut form) = self.document.object(id)? else { continue };
                            let mut own = IDENTITY;
                            if let Object::Array(items) = self.document.get(&form.dict, b"Matrix")? {
                                for (value, item) in own.iter_mut().zip(&items) {
                                    *value = number_of(&self.document.resolve(item)?).unwrap_or(*value);
                                }
                            }
                            let inner = match self.document.get(&form.dict, b"Resources")? {
                                Object::Dictionary(inner) => inner,
                                _ => resources.clone(),
                            };
                            self.run(&self.document.decode(&mut form)?, &inner, times(own, ctm), depth + 1)?;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A picture in the content itself, whose keys are short (table 91).
    fn inline(&mut self, image: &Dictionary, resources: &Dictionary, ctm: Matrix) -> Result<(), Error> {
        let mut long = Dictionary::new();
        for (key, value) in image {
            let key: &[u8] = match key.as_slice() {
                b"W" => b"Width",
                b"H" => b"Height",
                b"BPC" => b"BitsPerComponent",
                b"CS" => b"ColorSpace",
                b"IM" => b"ImageMask",
                b"F" => b"Filter",
                other => other,
            };
            let value = match value {
                Object::Name(name) if key == b"ColorSpace" => Object::Name(match name.as_slice() {
                    b"G" => b"DeviceGray".to_vec(),
                    b"RGB" => b"DeviceRGB".to_vec(),
                    b"CMYK" => b"DeviceCMYK".to_vec(),
                    other => other.to_vec(),
                }),
                other => other.clone(),
            };
            long.set(key, value);
        }
        self.image(&long, resources, ctm)
    }

    fn image(&mut self, image: &Dictionary, resources: &Dictionary, ctm: Matrix) -> Result<(), Error> {
        let pixels = |key: &[u8]| Ok::<_, Error>(number_of(&self.document.get(image, key)?).unwrap_or(0.0));
        let (columns, rows) = (pixels(b"Width")?, pixels(b"Height")?);
        let [a, b, c, d, ..] = ctm;
        let (wide, high) = (a.hypot(b) * self.page.user_unit, c.hypot(d) * self.page.user_unit);
        if wide <= 0.0 || high <= 0.0 || columns < 1.0 || rows < 1.0 {
            return Ok(());
        }
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| through(ctm, x, y));
        let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        let [left, bottom, right, top] = self.page.crop_box;
        let width = most(|corner| corner.0).min(right) - least(|corner| corner.0).max(left);
        let height = most(|corner| corner.1).min(top) - least(|corner| corner.1).max(bottom);
        let area = width.max(0.0) * height.max(0.0) / ((right - left) * (top - bottom));
        let dpi = (columns / wide).min(rows / high) * 72.0;
        let colour = self.colour(image, resources)?;
        self.drawn.push(Drawn { area, dpi, colour });
        Ok(())
    }

    fn colour(&self, image: &Dictionary, resources: &Dictionary) -> Result<Option<Colour>, Error> {
        let is_mask = matches!(self.document.get(image, b"ImageMask")?, Object::Boolean(true));
        if is_mask || number_of(&self.document.get(image, b"BitsPerComponent")?) == Some(1.0) {
            return Ok(Some(Colour::Bitonal));
        }
        let mut space = self.document.get(image, b"ColorSpace")?;
        for _ in 0..MAX_SPACES {
            let (name, operands) = match &space {
                Object::Name(name) => (name.clone(), Vec::new()),
                Object::Array(items) => match items.first().map(|first| self.document.resolve(first)).transpose()? {
                    Some(Object::Name(name)) => (name, items.clone()),
                    _ => return Ok(None),
                },
                _ => return Ok(None),
            };
            let operand = || operands.get(1).map_or(Ok(Object::Null), |operand| self.document.resolve(operand));
            return Ok(match name.as_slice() {
                b"DeviceGray" | b"CalGray" | b"Separation" => Some(Colour::Grey),
                b"DeviceRGB" | b"DeviceCMYK" | b"CalRGB" | b"Lab" => Some(Colour::Colour),
                b"DeviceN" => match operand()? {
                    Object::Array(names) if names.len() == 1 => Some(Colour::Grey),
                    _ => Some(Colour::Colour),
                },
                b"ICCBased" => match operand()? {
                    Object::Stream(profile) => match self.document.get(&profile.dict, b"N")? {
                        Object::Integer(1) => Some(Colour::Grey),
                        Object::Integer(3 | 4) => Some(Colour::Colour),
                        _ => None,
                    },
                    _ => None,
                },
                b"Indexed" | b"I" => {
                    space = operand()?;
                    continue;
                }
                other => match self.document.get(resources, b"ColorSpace")? {
                    Object::Dictionary(spaces) if spaces.has(other) => {
                        space = self.document.get(&spaces, other)?;
                        continue;
                    }
                    _ => None,
                },
            });
        }
        Ok(None)
    }
}
