//! Whether an annotation hides what was signed: it lies over text, a picture or a filled-in field, and one can't see
//! through it.

use std::cell::OnceCell;
use std::ops::Range;

use crate::appearance::geometry::Rectangle;
use crate::error::Error;
use crate::pdf::text::{self, TextLine};
use crate::pdf::{Dictionary, Document, Object, ObjectId, Page, Painted};

/// A covered stretch of a line is hidden from this part of the line's height on.
const PART_OF_HEIGHT: f64 = 0.5;
/// And where it's at least as long as this many line heights, which is a letter or two, or this part of the line.
const LETTERS: f64 = 0.9;
const PART_OF_LINE: f64 = 0.4;
/// Of a picture or a field, this many square points (a square of a centimetre has 800), or this part of it.
const AREA: f64 = 100.0;
const PART_OF_AREA: f64 = 0.4;

/// Of a picture or a field, pieces hide a square of this many points a side ...
const CELL: usize = 10;
/// ... of which they cover this part.
const PART_OF_CELL: f64 = 0.8;
/// Of the columns of a stretch of text, pieces cover this part, each to [`PART_OF_HEIGHT`].
const PART_OF_STRETCH: f64 = 0.8;
/// Less than this many points of a box's edge is rounding.
const ROUNDING: f64 = 2.0;

/// A page as it was signed, and what is seen on it.
pub(super) struct SignedPage<'d, 'a> {
    document: &'d Document<'a>,
    page: &'d Page,
    shown: OnceCell<Option<Shown>>,
}

/// What there is to hide.
struct Shown {
    lines: Vec<TextLine>,
    pictures: Vec<Rectangle>,
    /// The boxes of the annotations that show something.
    annotations: Vec<(Option<ObjectId>, Rectangle)>,
}

impl<'d, 'a> SignedPage<'d, 'a> {
    pub(super) fn new(document: &'d Document<'a>, page: &'d Page) -> Self {
        Self { document, page, shown: OnceCell::new() }
    }

    /// Whether the annotation covers something with opaque paint.
    pub(super) fn is_hidden_by(
        &self,
        now: &Document<'_>,
        page_now: &Page,
        annotation: ObjectId,
    ) -> Result<bool, Error> {
        let Object::Dictionary(widget) = now.object(annotation)? else { return Ok(false) };
        self.is_hidden_but_for(annotation, &now.painted_boxes(page_now, &widget)?, page_now, &[])
    }

    /// Whether a field that was drawn anew covers something that it didn't when the page was signed: its paper may have
    /// been there then.
    pub(super) fn is_newly_hidden_by(
        &self,
        now: &Document<'_>,
        page_now: &Page,
        widget: ObjectId,
    ) -> Result<bool, Error> {
        let before = self.document;
        let (Object::Dictionary(was), Object::Dictionary(is)) = (before.object(widget)?, now.object(widget)?) else {
            return Ok(true);
        };
        let mut paper = before.painted_boxes(self.page, &was)?.solid;
        let has_paper = match before.get(&was, b"MK")? {
            Object::Dictionary(look) => matches!(before.get(&look, b"BG")?, Object::Array(it) if !it.is_empty()),
            _ => false,
        };
        if has_paper {
            paper.extend(before.rectangle(&was, b"Rect")?);
        }
        self.is_hidden_but_for(widget, &now.painted_boxes(page_now, &is)?, page_now, &paper)
    }

    fn is_hidden_but_for(
        &self,
        annotation: ObjectId,
        painted: &Painted,
        page_now: &Page,
        paper: &[[f64; 4]],
    ) -> Result<bool, Error> {
        let within = |one: &[f64; 4], paper: &[f64; 4]| {
            one[0] >= paper[0] - ROUNDING
                && one[1] >= paper[1] - ROUNDING
                && one[2] <= paper[2] + ROUNDING
                && one[3] <= paper[3] + ROUNDING
        };
        let seen = |boxes: &[[f64; 4]]| -> Vec<Rectangle> {
            let fresh = boxes.iter().filter(|one| !paper.iter().any(|paper| within(one, paper)));
            fresh.map(|one| page_now.rectangle_as_seen(*one)).collect()
        };
        let (solid, pieces) = (seen(&painted.solid), seen(&painted.pieces));
        if solid.is_empty() && pieces.is_empty() {
            return Ok(false);
        }
        // What can't be read may be hidden.
        let Some(shown) = self.shown() else { return Ok(true) };
        self.document
            .spend((shown.lines.len() + shown.pictures.len() + shown.annotations.len()) as u64 * solid.len() as u64)?;
        let lines = &shown.lines;
        let stretch = |line: &TextLine| (line.rectangle.height * LETTERS).min(line.rectangle.width * PART_OF_LINE);
        let hides_text = lines.iter().any(|line| {
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
        if hides_text || hides_area {
            return Ok(true);
        }
        // What no box hides alone, all of them may hide together. Over other annotations that's how a seal is drawn that
        // lies over a signature.
        let Some(raster) = Raster::of(&solid, &pieces) else { return Ok(true) };
        self.document.spend(raster.painted.len() as u64)?;
        Ok(lines.iter().any(|line| raster.hides_text(&line.rectangle, stretch(line)))
            || shown.pictures.iter().any(|picture| raster.hides_cell(picture)))
    }

    /// `None` where it can't be read.
    fn shown(&self) -> Option<&Shown> {
        self.shown.get_or_init(|| self.read().ok()).as_ref()
    }

    fn read(&self) -> Result<Shown, Error> {
        let mut lines = text::lines(self.document, self.page)?;
        lines.retain(|line| line.text.chars().any(char::is_alphanumeric));
        let pictures = self.document.pictures_of(self.page)?;
        Ok(Shown {
            lines,
            pictures: pictures.into_iter().map(|one| self.page.rectangle_as_seen(one)).collect(),
            annotations: annotations_seen(self.document, self.page)?,
        })
    }
}

/// What is painted, point by point.
struct Raster {
    left: f64,
    bottom: f64,
    width: usize,
    height: usize,
    painted: Vec<bool>,
}

impl Raster {
    /// Most points, and most that are painted.
    const MOST: usize = 4_000_000;
    const MOST_PAINTED: usize = 40_000_000;

    /// `None` where it's too much.
    fn of(solid: &[Rectangle], pieces: &[Rectangle]) -> Option<Self> {
        let boxes = || solid.iter().chain(pieces);
        let left = boxes().map(|one| one.x).fold(f64::INFINITY, f64::min).floor();
        let bottom = boxes().map(|one| one.y).fold(f64::INFINITY, f64::min).floor();
        let right = boxes().map(Rectangle::right).fold(f64::NEG_INFINITY, f64::max);
        let top = boxes().map(|one| one.y + one.height).fold(f64::NEG_INFINITY, f64::max);
        let (width, height) = (whole(right - left) + 1, whole(top - bottom) + 1);
        if width.checked_mul(height).is_none_or(|points| points > Self::MOST) {
            return None;
        }
        let mut raster = Self { left, bottom, width, height, painted: vec![false; width * height] };
        let mut left_to_paint = Self::MOST_PAINTED;
        for one in boxes() {
            let (columns, rows) = (raster.columns(one.x, one.right()), raster.rows(one.y, one.y + one.height));
            left_to_paint = left_to_paint.checked_sub(columns.len() * rows.len())?;
            for row in rows {
                let start = row * width;
                if let Some(points) = raster.painted.get_mut(start + columns.start..start + columns.end) {
                    points.fill(true);
                }
            }
        }
        Some(raster)
    }

    /// The columns whose middles lie between.
    fn columns(&self, from: f64, to: f64) -> Range<usize> {
        between(from - self.left, to - self.left, self.width)
    }

    fn rows(&self, from: f64, to: f64) -> Range<usize> {
        between(from - self.bottom, to - self.bottom, self.height)
    }

    fn is_painted(&self, column: usize, row: usize) -> bool {
        self.painted.get(row * self.width + column).copied().unwrap_or_default()
    }

    /// Whether a stretch of a line so long is hidden.
    fn hides_text(&self, line: &Rectangle, stretch: f64) -> bool {
        let (columns, rows) = (self.columns(line.x, line.right()), self.rows(line.y, line.y + line.height));
        let needed = part(whole(line.height).max(1), PART_OF_HEIGHT).max(1);
        let hidden: Vec<bool> =
            columns.map(|column| rows.clone().filter(|&row| self.is_painted(column, row)).count() >= needed).collect();
        let stretch = whole(stretch).max(1);
        hidden
            .windows(stretch)
            .any(|window| window.iter().filter(|hidden| **hidden).count() >= part(stretch, PART_OF_STRETCH).max(1))
    }

    /// Whether a square of the area is hidden.
    fn hides_cell(&self, area: &Rectangle) -> bool {
        let (columns, rows) = (self.columns(area.x, area.right()), self.rows(area.y, area.y + area.height));
        let needed = part(CELL * CELL, PART_OF_CELL);
        rows.clone().step_by(CELL).any(|row| {
            columns.clone().step_by(CELL).any(|column| {
                let points = (row..(row + CELL).min(rows.end))
                    .flat_map(|row| (column..(column + CELL).min(columns.end)).map(move |column| (column, row)));
                points.filter(|&(column, row)| self.is_painted(column, row)).count() >= needed
            })
        })
    }
}

/// The whole points of a length, none where it's negative or no number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(length: f64) -> usize {
    length.clamp(0.0, 1e9).round() as usize
}

/// This part of a number, rounded up.
#[allow(clippy::cast_precision_loss)]
fn part(of: usize, part: f64) -> usize {
    whole((of as f64 * part).ceil())
}

/// The numbers whose middles lie between, of so many.
fn between(from: f64, to: f64, count: usize) -> Range<usize> {
    let from = whole(from).min(count);
    from..whole(to).clamp(from, count)
}

/// The boxes of the annotations of the page that show something.
fn annotations_seen(document: &Document<'_>, page: &Page) -> Result<Vec<(Option<ObjectId>, Rectangle)>, Error> {
    let mut seen = Vec::new();
    for item in super::items(document, page.dictionary.get(b"Annots").ok())? {
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
    let Object::Dictionary(appearances) = document.get(annotation, b"AP")? else { return Ok(false) };
    // A field that nobody has signed yet has a look with nothing in it.
    let blank = match document.get(&appearances, b"N")? {
        Object::Stream(mut form) => document.decode(&mut form).is_ok_and(|content| content.trim_ascii().is_empty()),
        _ => false,
    };
    Ok(!hidden && !blank)
}

/// Width and height of what two rectangles share.
fn overlap(one: &Rectangle, other: &Rectangle) -> (f64, f64) {
    let width = (one.x + one.width).min(other.x + other.width) - one.x.max(other.x);
    let height = (one.y + one.height).min(other.y + other.height) - one.y.max(other.y);
    (width.max(0.0), height.max(0.0))
}
