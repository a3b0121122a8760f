//! Whether pages were scanned, and how: resolution, colours, size. What is asked of a scan isn't known here.

use lopdf::{Dictionary, Object};
use serde::{Deserialize, Serialize};

use crate::content::resources::Resources;
use crate::content::state::State;
use crate::content::visitor::{Doubt, Image, Shown, Visitor};
use crate::content::walk::walk_page;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::POINTS_PER_MM;
use crate::page::{Page, number_of};

/// Part of the page that a scanned picture covers.
const COVERED: f64 = 0.9;
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
    /// Of a scanned page, where the page's picture says it.
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

struct Scan<'d, 'a> {
    document: &'d Document<'a>,
    page: &'d Page,
    drawn: Vec<Drawn>,
    /// Whether characters are seen: a text layer behind a scan isn't.
    has_text: bool,
}

fn measure_page(document: &Document<'_>, page: &Page) -> Result<PageOrigin, Error> {
    let mut scan = Scan { document, page, drawn: Vec::new(), has_text: false };
    walk_page(document, page, &mut scan)?;
    let (width, height) = page.size();
    let mut origin = PageOrigin {
        page: page.number,
        origin: Origin::BornDigital,
        size_mm: (width / POINTS_PER_MM, height / POINTS_PER_MM),
        dpi: None,
        colour: None,
    };
    let whole: Vec<&Drawn> = scan.drawn.iter().filter(|drawn| drawn.area >= COVERED).collect();
    let strips = scan.drawn.iter().map(|drawn| drawn.area).sum::<f64>() >= COVERED && !scan.has_text;
    if !whole.is_empty() {
        // A scanner's layers: the finest holds the letters, any may hold the colours.
        origin.origin = Origin::Scanned;
        origin.dpi = whole.iter().map(|drawn| drawn.dpi).reduce(f64::max);
        origin.colour =
            whole.iter().map(|drawn| drawn.colour).try_fold(Colour::Bitonal, |most, colour| Some(most.max(colour?)));
    } else if strips {
        origin.origin = Origin::Scanned;
        origin.dpi = scan.drawn.iter().map(|drawn| drawn.dpi).reduce(f64::min);
        let colours = scan.drawn.iter().map(|drawn| drawn.colour);
        origin.colour = colours.reduce(|one, other| Some(one?.max(other?))).flatten();
    }
    Ok(origin)
}

impl Visitor for Scan<'_, '_> {
    fn doubt(&mut self, doubt: Doubt) -> Result<(), Error> {
        doubt.error().map_or(Ok(()), Err)
    }

    fn text(&mut self, _shown: &Shown<'_>, state: &State) -> Result<(), Error> {
        self.has_text |= !state.text.is_invisible();
        Ok(())
    }

    fn image(&mut self, image: &Image<'_>, state: &State) -> Result<(), Error> {
        match image.id {
            Some(_) => self.note(image, image.dictionary, state),
            None => self.note(image, &in_full(image.dictionary), state),
        }
    }
}

/// The dictionary of a picture in the content itself, whose keys are short (table 91), with long ones.
fn in_full(image: &Dictionary) -> Dictionary {
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
    long
}

impl Scan<'_, '_> {
    fn note(&mut self, image: &Image<'_>, dictionary: &Dictionary, state: &State) -> Result<(), Error> {
        let pixels = |key: &[u8]| Ok::<_, Error>(number_of(&self.document.get(dictionary, key)?).unwrap_or(0.0));
        let (columns, rows) = (pixels(b"Width")?, pixels(b"Height")?);
        let (ctm, unit) = (state.ctm, self.page.user_unit);
        let (wide, high) = (ctm.a.hypot(ctm.b) * unit, ctm.c.hypot(ctm.d) * unit);
        if wide <= 0.0 || high <= 0.0 || columns < 1.0 || rows < 1.0 {
            return Ok(());
        }
        let area = image.bounds.within(self.page.crop_box).area() / self.page.crop_box.area();
        let dpi = (columns / wide).min(rows / high) * 72.0;
        let colour = self.colour(dictionary, image.resources)?;
        self.drawn.push(Drawn { area, dpi, colour });
        Ok(())
    }

    fn colour(&self, image: &Dictionary, resources: &Resources) -> Result<Option<Colour>, Error> {
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
                other => match resources.find(self.document, b"ColorSpace", other)? {
                    Some(found) => {
                        space = self.document.resolve(&found.value)?;
                        continue;
                    }
                    None => None,
                },
            });
        }
        Ok(None)
    }
}
