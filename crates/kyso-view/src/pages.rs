//! Drawing pages.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro::hayro_interpret::hayro_syntax::page::Page;
use hayro::hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning, TransformExt as _};
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use kyso_pdf::Password;
use kyso_pdf::geometry::Rectangle;

use crate::error::Error;
use crate::fonts;
use crate::picture::{Picture, whole};
use crate::streams;
use crate::work::{Stored, TooMuch, Work};

/// Pixels of a picture, at most: an A3 page at 450 dpi.
pub const MAX_PIXELS: u64 = 40_000_000;

/// Resolutions at which pages are drawn, in pixels an inch.
pub const DPI: std::ops::RangeInclusive<f64> = 10.0..=1200.0;

/// Points in an inch.
const POINTS_PER_INCH: f64 = 72.0;

/// The page `page` (from 1) of an unencrypted PDF as a picture. For a file from outside use [`Apart`](crate::Apart),
/// for several pages [`Pages`].
///
/// # Errors
/// As [`Pages::open`] and [`Pages::picture`].
pub fn render(pdf: &[u8], page: usize, dpi: f64) -> Result<Picture, Error> {
    Pages::open(pdf.to_vec(), None)?.picture(page, dpi)
}

/// The pages of a document, ready to be drawn.
#[derive(Debug)]
pub struct Pages {
    pdf: Document,
    /// What drawing may still take.
    work: Cell<Work>,
    /// Pictures in the document that were looked at, by the renderer's key.
    pictures: RefCell<HashMap<u128, Stored>>,
}

/// Pixels, and what of the page isn't among them.
struct Drawn {
    pixmap: Pixmap,
    is_whole: bool,
    is_seen_elsewhere: bool,
}

/// The renderer's document has no `Debug`.
struct Document(Pdf);

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} pages", self.0.pages().len())
    }
}

impl Pages {
    /// Reads a PDF, with the password where it's encrypted.
    ///
    /// # Errors
    /// [`Error::Unreadable`] where it's none, [`Error::Locked`] where the password doesn't open it.
    pub fn open(mut pdf: Vec<u8>, password: Option<&str>) -> Result<Self, Error> {
        streams::move_blanks(&mut pdf);
        let pdf = Arc::new(pdf);
        let with = |password: &str| Pdf::new_with_password(Arc::clone(&pdf), password);
        let opened = match with(password.unwrap_or_default()) {
            // Of older encryptions the renderer knows the user's password alone.
            Err(LoadPdfError::Decryption(_)) if password.is_some() => {
                let document = kyso_pdf::Document::parse_with_password(&pdf, password).map_err(|_| Error::Locked)?;
                with(Password::of_user(&document).ok_or(Error::Locked)?.as_str())
            }
            opened => opened,
        };
        let opened = opened.map_err(|error| match error {
            LoadPdfError::Decryption(_) => Error::Locked,
            LoadPdfError::Invalid => Error::Unreadable,
        })?;
        Ok(Self { pdf: Document(opened), work: Cell::new(Work::ENDLESS), pictures: RefCell::default() })
    }

    /// Draws so much and no more, all pictures and looks together: a unit is about a pixel that's filled. A page that takes
    /// more is [`Error::TooMuchWork`], on every machine alike, and isn't begun.
    #[must_use]
    pub fn work(self, units: u64) -> Self {
        self.work.set(Work::units(units));
        self
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.pdf.0.pages().len()
    }

    /// Width and height of a page (from 1) in points, as seen.
    ///
    /// # Errors
    /// [`Error::NoPage`].
    pub fn size(&self, page: usize) -> Result<(f64, f64), Error> {
        Ok(size_of(self.page(page)?))
    }

    /// A page (from 1) as seen, on white, with its annotations.
    ///
    /// # Errors
    /// [`Error::NoPage`]; [`Error::Resolution`] where `dpi` lies outside [`DPI`]; [`Error::TooManyPixels`] for more than
    /// [`MAX_PIXELS`]; [`Error::TooMuchWork`] beyond [`Pages::work`].
    pub fn picture(&self, page: usize, dpi: f64) -> Result<Picture, Error> {
        let (width, height) = self.size(page)?;
        self.part(page, dpi, Rectangle { x: 0.0, y: 0.0, width, height })
    }

    /// A part of a page as seen; `part` in points from its lower left.
    ///
    /// # Errors
    /// As [`Pages::picture`].
    pub fn part(&self, page: usize, dpi: f64, part: Rectangle) -> Result<Picture, Error> {
        if !DPI.contains(&dpi) {
            return Err(Error::Resolution);
        }
        let page = self.page(page)?;
        let scale = dpi / POINTS_PER_INCH;
        let (columns, rows) = (begun(part.width * scale), begun(part.height * scale));
        let pixels = u64::from(columns) * u64::from(rows);
        let (Ok(width), Ok(height), true) = (u16::try_from(columns), u16::try_from(rows), pixels <= MAX_PIXELS) else {
            return Err(Error::TooManyPixels { pixels });
        };
        let top = size_of(page).1 - part.y - part.height;
        let unit = user_unit(page);
        let seen = Affine::scale(scale)
            * Affine::translate((-part.x, -top))
            * Affine::scale(unit)
            * page.initial_transform(true).to_kurbo();
        let drawn = self.draw(page, width, height, seen)?;
        let rgb = drawn.pixmap.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        let picture = Picture::new(columns, rows, rgb, dpi).ok_or(Error::TooManyPixels { pixels })?;
        let picture = if drawn.is_whole { picture } else { picture.lacking() };
        Ok(if drawn.is_seen_elsewhere { picture.seen_elsewhere() } else { picture })
    }

    fn draw<'a>(&'a self, page: &'a Page<'a>, width: u16, height: u16, transform: Affine) -> Result<Drawn, Error> {
        let lacks = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&lacks);
        let settings = InterpreterSettings {
            font_resolver: fonts::resolver(),
            // An annotation without the appearance of its state draws nothing in other viewers either.
            warning_sink: Arc::new(move |warning| match warning {
                InterpreterWarning::UnsupportedFont | InterpreterWarning::ImageDecodeFailure => {
                    noted.store(true, Ordering::Relaxed);
                }
                _ => {}
            }),
            ..InterpreterSettings::default()
        };
        let mut work = self.work.get();
        let counted = work.spend(page, &settings, (width, height), transform, &mut self.pictures.borrow_mut());
        self.work.set(work);
        let lacking = counted.map_err(|TooMuch| Error::TooMuchWork)?;
        let mut context = RenderContext::new(width, height);
        render_into(page, &RenderCache::new(), &settings, &RenderSettings::default(), &mut context, transform);
        context.flush();
        let mut pixmap = Pixmap::new(width, height);
        let onto_white = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
        context.render_with(&mut pixmap, &mut Resources::default(), onto_white);
        let is_whole = !lacking.something && !lacks.load(Ordering::Relaxed);
        Ok(Drawn { pixmap, is_whole, is_seen_elsewhere: lacking.is_seen_elsewhere })
    }

    fn page(&self, page: usize) -> Result<&Page<'_>, Error> {
        let pages = self.pdf.0.pages();
        let index = page.checked_sub(1);
        index.and_then(|index| pages.get(index)).ok_or(Error::NoPage { page, pages: pages.len() })
    }
}

/// Pixels of a length, the last one perhaps only begun: nothing at the edge is lost.
fn begun(length: f64) -> u32 {
    const ROUNDING: f64 = 1e-3;
    whole((length - ROUNDING).ceil()).max(1)
}

fn size_of(page: &Page<'_>) -> (f64, f64) {
    let (width, height) = page.render_dimensions();
    let unit = user_unit(page);
    (f64::from(width) * unit, f64::from(height) * unit)
}

/// Points in a unit of user space (ISO 32000-2, 7.7.3.3), which the renderer itself doesn't look at.
fn user_unit(page: &Page<'_>) -> f64 {
    let unit = page.raw().get::<f32>(b"UserUnit".as_slice()).map_or(1.0, f64::from);
    if unit.is_finite() && unit > 0.0 { unit } else { 1.0 }
}
