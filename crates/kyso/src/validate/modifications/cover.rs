//! Whether an annotation hides what was signed: it lies over text, a picture or a filled-in field, and one can't see
//! through it.

use std::cell::OnceCell;

use super::raster::Raster;
use crate::error::Error;
use crate::pdf::geometry::{Bounds, Rectangle};
use crate::pdf::text::{self, TextLine};
use crate::pdf::{Appearance, Dictionary, Document, Object, ObjectId, Page, PageDrawings, Painted};

/// A covered stretch of a line is hidden from this fraction of the line's height on.
pub(super) const PART_OF_HEIGHT: f64 = 0.5;
/// And where it's at least as long as this many line heights, which is a character or two, or this fraction of the line.
const LETTERS: f64 = 0.9;
const PART_OF_LINE: f64 = 0.4;
/// Of a picture or a field, this many square points (a square of a centimetre has 800), or this fraction of it.
const AREA: f64 = 100.0;
const PART_OF_AREA: f64 = 0.4;

/// A drawing that takes this fraction of the page is its background.
const PART_OF_PAGE: f64 = 0.4;
/// Fewer characters than this are no leader of dots or dashes.
const SHORT: usize = 4;
/// Less than this many points of a box's edge is rounding.
const ROUNDING: f64 = 2.0;

/// A page as it was signed, and what is seen on it.
pub(super) struct SignedPage<'d, 'a> {
    document: &'d Document<'a>,
    page: &'d Page,
    shown: OnceCell<Option<Shown>>,
}

/// The contents of a page that may be hidden.
struct Shown {
    lines: Vec<TextLine>,
    pictures: Vec<Rectangle>,
    /// Shapes that the page's content fills, and lines that aren't rules.
    drawings: Vec<Rectangle>,
    /// The boxes of the annotations that show something.
    annotations: Vec<(Option<ObjectId>, Rectangle)>,
}

/// The areas that annotations paint, as seen.
#[derive(Default)]
pub(super) struct Cover {
    solid: Vec<Rectangle>,
    pieces: Vec<(Rectangle, f64)>,
}

impl Cover {
    /// What isn't painted where paper was.
    fn of(painted: &Painted, page: &Page, paper: &[Bounds]) -> Self {
        let is_fresh = |one: &Bounds| !paper.iter().any(|paper| one.is_in(paper.grown(ROUNDING)));
        let solid = painted.solid.iter().filter(|one| is_fresh(one));
        let pieces = painted.pieces.iter().filter(|(one, _)| is_fresh(one));
        Self {
            solid: solid.map(|one| page.rectangle_as_seen(*one)).collect(),
            pieces: pieces.map(|(one, hides)| (page.rectangle_as_seen(*one), *hides)).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.solid.is_empty() && self.pieces.is_empty()
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.solid.extend(other.solid);
        self.pieces.extend(other.pieces);
    }
}

impl<'d, 'a> SignedPage<'d, 'a> {
    pub(super) fn new(document: &'d Document<'a>, page: &'d Page) -> Self {
        Self { document, page, shown: OnceCell::new() }
    }

    /// The area that an annotation paints.
    pub(super) fn cover(&self, now: &Document<'_>, page_now: &Page, annotation: ObjectId) -> Result<Cover, Error> {
        let Object::Dictionary(widget) = now.object(annotation)? else { return Ok(Cover::default()) };
        Ok(Cover::of(&Painted::by(now, page_now, &widget)?, page_now, &[]))
    }

    /// What a field that was drawn anew paints and didn't when the page was signed: its paper may have been there then.
    /// `None` where that can't be known.
    pub(super) fn new_cover(
        &self,
        now: &Document<'_>,
        page_now: &Page,
        widget: ObjectId,
    ) -> Result<Option<Cover>, Error> {
        let before = self.document;
        let (Object::Dictionary(was), Object::Dictionary(is)) = (before.object(widget)?, now.object(widget)?) else {
            return Ok(None);
        };
        let mut paper = Painted::by(before, self.page, &was)?.solid;
        // What an appearance draws is what was seen; the paper that viewers would draw counts only where there was none.
        let had_appearance = before.dictionary(&was, b"AP")?.has(b"N");
        let has_paper = match before.get(&was, b"MK")? {
            Object::Dictionary(style) if !had_appearance => {
                matches!(before.get(&style, b"BG")?, Object::Array(it) if !it.is_empty())
            }
            _ => false,
        };
        if has_paper {
            paper.extend(before.rectangle(&was, b"Rect")?);
        }
        Ok(Some(Cover::of(&Painted::by(now, page_now, &is)?, page_now, &paper)))
    }

    /// Whether the annotation covers something with opaque paint.
    pub(super) fn is_hidden_by(&self, annotation: ObjectId, cover: &Cover) -> Result<bool, Error> {
        if cover.is_empty() {
            return Ok(false);
        }
        // Text that can't be read may be hidden.
        let Some(shown) = self.shown() else { return Ok(true) };
        let solid = &cover.solid;
        let things = shown.lines.len() + shown.pictures.len() + shown.annotations.len() + shown.drawings.len();
        self.document.spend(things as u64 * solid.len() as u64)?;
        let hides_text = shown.lines.iter().any(|line| {
            solid.iter().any(|cover| {
                let (width, height) = overlap(&line.rectangle, cover);
                height >= line.rectangle.height * PART_OF_HEIGHT && width >= stretch(line)
            })
        });
        let others = shown.annotations.iter().filter(|(id, _)| *id != Some(annotation)).map(|(_, seen)| seen);
        let hides_area = shown.pictures.iter().chain(others).any(|area| {
            solid.iter().any(|cover| {
                let (width, height) = overlap(area, cover);
                width * height >= AREA.min(area.width * area.height * PART_OF_AREA) && width * height > 0.0
            })
        });
        Ok(hides_text || hides_area || self.is_hidden_by_all(cover)?)
    }

    /// What no box hides alone, all of them may hide together. Over other annotations that's how a seal is drawn that
    /// lies over a signature.
    pub(super) fn is_hidden_by_all(&self, cover: &Cover) -> Result<bool, Error> {
        if cover.is_empty() {
            return Ok(false);
        }
        let Some(shown) = self.shown() else { return Ok(true) };
        let Some(raster) = Raster::of(&cover.solid, &cover.pieces) else { return Ok(true) };
        self.document.spend(raster.points() as u64)?;
        Ok(shown.lines.iter().any(|line| raster.hides_text(&line.rectangle, stretch(line)))
            || shown.pictures.iter().any(|picture| raster.hides_cell(picture))
            || shown.drawings.iter().any(|drawing| raster.hides_whole(drawing)))
    }

    /// `None` where it can't be read.
    fn shown(&self) -> Option<&Shown> {
        self.shown.get_or_init(|| self.read().ok()).as_ref()
    }

    fn read(&self) -> Result<Shown, Error> {
        let mut lines = text::lines_of_all_glyphs(self.document, self.page)?;
        lines.retain(|line| says_something(&line.text));
        let PageDrawings { pictures, drawings, .. } = PageDrawings::of(self.document, self.page)?;
        let seen = |boxes: Vec<Bounds>| -> Vec<Rectangle> {
            boxes.into_iter().map(|one| self.page.rectangle_as_seen(one)).collect()
        };
        let page = self.page.rectangle_as_seen(self.page.crop_box);
        let mut drawings = seen(drawings);
        // A drawing as large as the page is its paper.
        drawings.retain(|one| one.width * one.height < page.width * page.height * PART_OF_PAGE);
        Ok(Shown {
            lines,
            pictures: seen(pictures),
            drawings,
            annotations: annotations_seen(self.document, self.page)?,
        })
    }
}

/// The boxes of the annotations of the page that show something.
fn annotations_seen(document: &Document<'_>, page: &Page) -> Result<Vec<(Option<ObjectId>, Rectangle)>, Error> {
    let mut seen = Vec::new();
    for item in document.items(page.dictionary.get(b"Annots").ok())? {
        let Object::Dictionary(annotation) = document.resolve(&item)? else { continue };
        if shows(document, &annotation)?
            && let Some(rect) = document.rectangle(&annotation, b"Rect")?
        {
            seen.push((item.as_reference().ok(), page.rectangle_as_seen(rect)));
        }
    }
    Ok(seen)
}

fn shows(document: &Document<'_>, annotation: &Dictionary) -> Result<bool, Error> {
    let hidden = matches!(document.get(annotation, b"F")?, Object::Integer(flags) if flags & 2 != 0);
    if hidden || !matches!(document.get(annotation, b"AP")?, Object::Dictionary(_)) {
        return Ok(false);
    }
    // A field that nobody has signed yet has an appearance with nothing in it.
    let only = Appearance::normal(document, annotation)?.only_form();
    Ok(match only.map(|form| document.object(form)).transpose()? {
        Some(Object::Stream(mut form)) => {
            !document.take_decoded(&mut form).is_ok_and(|content| content.trim_ascii().is_empty())
        }
        _ => true,
    })
}

/// The shortest stretch of a line that matters when covered, in points.
fn stretch(line: &TextLine) -> f64 {
    (line.rectangle.height * LETTERS).min(line.rectangle.width * PART_OF_LINE)
}

/// Whether a line is more than a leader of dots or dashes to a place to sign. Glyphs whose meaning can't be known
/// may mean anything.
fn says_something(line: &str) -> bool {
    let mut characters = line.chars().filter(|character| !character.is_whitespace());
    let leads = |character: char| {
        character.is_ascii_punctuation() && !"+%$&@#".contains(character) || "…·‧–—•".contains(character)
    };
    if characters.clone().count() < SHORT {
        characters.any(|character| !".,:;_|'`\"…".contains(character))
    } else {
        characters.any(|character| !leads(character))
    }
}

/// Width and height of what two rectangles share.
fn overlap(one: &Rectangle, other: &Rectangle) -> (f64, f64) {
    let width = one.right().min(other.right()) - one.x.max(other.x);
    let height = one.top().min(other.top()) - one.y.max(other.y);
    (width.max(0.0), height.max(0.0))
}
