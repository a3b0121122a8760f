//! Where each character of a page or of a form is seen (ISO 32000-2, 9.3 and 9.4).

use std::rc::Rc;

use unicode_normalization::char::is_combining_mark;

use super::Style;
use crate::content::form::{Appearance, Fitted, FormContent};
use crate::content::state::State;
use crate::content::visitor::{Doubt, Glyph as Drawn, Image, Visitor};
use crate::content::walk::{walk_form, walk_page};
use crate::error::Error;
use crate::geometry::{Bounds, Matrix, Point};
use crate::{Dictionary, Document, Page};

/// Glyphs of a page: a page of 6 pt text has 15,000.
const MAX_GLYPHS: usize = 200_000;
/// Text that leans more than this (sine of 10°) from upright as seen is no line of the page: a watermark, a margin note.
const MAX_SLOPE: f64 = 0.174;

/// A glyph as seen.
pub(super) struct Glyph {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    pub(super) style: Style,
}

/// All glyphs of a page that stand upright as seen, in the order of the content.
pub(super) fn glyphs(document: &Document<'_>, page: &Page) -> Result<Vec<Glyph>, Error> {
    let mut reader = Reader::new(|point| page.point_as_seen(point.0, point.1));
    walk_page(document, page, &mut reader)?;
    Ok(reader.glyphs)
}

/// As [`glyphs`], also those that stand for nothing that is known. Where viewers may show something else, nobody can tell
/// what there is.
pub(super) fn all_glyphs(document: &Document<'_>, page: &Page) -> Result<Vec<Glyph>, Error> {
    let mut reader = Reader { keeps_all: true, ..Reader::new(|point| page.point_as_seen(point.0, point.1)) };
    walk_page(document, page, &mut reader)?;
    Ok(reader.glyphs)
}

/// All glyphs that the normal appearance of an annotation draws upright on its page.
pub(super) fn glyphs_drawn(document: &Document<'_>, page: &Page, annotation: &Dictionary) -> Result<Vec<Glyph>, Error> {
    let Some(form) = Appearance::normal(document, annotation)?.form() else { return Ok(Vec::new()) };
    let Some(form) = FormContent::read(document, form)? else { return Ok(Vec::new()) };
    let Some(fitted) = Fitted::of(document, &form.dictionary, annotation)? else { return Ok(Vec::new()) };
    let mut reader = Reader::new(|point| page.point_as_seen(point.0, point.1));
    walk_form(document, &form, fitted.state(), &page.resources, &mut reader)?;
    Ok(reader.glyphs)
}

/// All glyphs that a form draws upright in its own space, those that its box cuts off too: the value of a field may be
/// longer than the field. And whether it draws pictures or shadings.
pub(super) fn glyphs_of_form(document: &Document<'_>, form: &FormContent) -> Result<(Vec<Glyph>, bool), Error> {
    let mut reader = Reader { keeps_clipped: true, ..Reader::new(|point| point) };
    walk_form(document, form, State::new(Matrix::IDENTITY, Bounds::EVERYWHERE), &Rc::default(), &mut reader)?;
    Ok((reader.glyphs, reader.draws_pictures))
}

struct Reader<S> {
    /// From the space of the walk to the page as seen.
    seen: S,
    glyphs: Vec<Glyph>,
    /// Whether glyphs that stand for nothing that is known are noted too.
    keeps_all: bool,
    /// Whether glyphs are noted that are clipped away.
    keeps_clipped: bool,
    draws_pictures: bool,
}

impl<S: Fn(Point) -> Point> Reader<S> {
    fn new(seen: S) -> Self {
        Self { seen, glyphs: Vec::new(), keeps_all: false, keeps_clipped: false, draws_pictures: false }
    }
}

impl<S: Fn(Point) -> Point> Visitor for Reader<S> {
    const READS_GLYPHS: bool = true;

    fn doubt(&mut self, doubt: Doubt) -> Result<(), Error> {
        match doubt.error() {
            Some(error) => Err(error),
            // Pages have such pictures now and then, whose data are no operators by chance.
            None if self.keeps_all && doubt != Doubt::InlinePicture => {
                Err(Error::input("content stream", None, "viewers read it in several ways"))
            }
            None => Ok(()),
        }
    }

    fn image(&mut self, _image: &Image<'_>, _state: &State) -> Result<(), Error> {
        self.draws_pictures = true;
        Ok(())
    }

    fn shading(&mut self, _state: &State) -> Result<(), Error> {
        self.draws_pictures = true;
        Ok(())
    }

    fn glyph(&mut self, glyph: &Drawn<'_>, state: &State) -> Result<(), Error> {
        if glyph.is_clipped && !self.keeps_clipped {
            return Ok(());
        }
        let mut text = glyph.code.text.clone();
        if text.is_empty() && self.keeps_all {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        let Some(first) = text.chars().next() else { return Ok(()) };
        // A mark set over the letter before it belongs to that letter, wherever it's drawn.
        if is_combining_mark(first)
            && let Some(glyph) = self.glyphs.last_mut()
            && glyph.text.len() < 32
        {
            glyph.text.push_str(&text);
            return Ok(());
        }
        let (rise, em) = (state.text.rise, state.text.size);
        let seen = |x: f64, y: f64| (self.seen)(glyph.matrix.map((x, y)));
        let (left, baseline) = seen(0.0, rise);
        let (right, _) = seen(glyph.width, rise);
        let (along_x, along_y) = seen(1.0, rise);
        let (along_x, along_y) = (along_x - left, along_y - baseline);
        let above = seen(0.0, rise + em);
        let size = (above.0 - left).hypot(above.1 - baseline);
        let upright = along_x > 0.0 && along_y.abs() <= MAX_SLOPE * along_x.hypot(along_y) && above.1 > baseline;
        if !upright || ![left, right, baseline, size].into_iter().all(f64::is_finite) {
            return Ok(());
        }
        if self.glyphs.len() >= MAX_GLYPHS {
            return Err(Error::Budget { budget: "glyphs of a page", limit: MAX_GLYPHS as u64, offset: None });
        }
        let style = Style {
            size,
            face: glyph.font.map(|font| font.face.clone()).unwrap_or_default(),
            is_visible: !state.text.is_invisible(),
            is_artifact: glyph.is_artifact,
            is_stroked: matches!(state.text.rendering_mode, 2 | 6),
            colour: state.filling.colour.and_then(|colour| colour.rgb()),
        };
        self.glyphs.push(Glyph { text, left, right, baseline, style });
        Ok(())
    }
}
