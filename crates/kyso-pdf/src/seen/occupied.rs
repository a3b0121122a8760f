//! Where on a page annotations and form fields are seen, or may be, whatever a picture of the page shows: viewers draw many
//! of them without an appearance stream (ISO 32000-2, 12.5), some show on paper alone, and into a field somebody will write.

use lopdf::{Dictionary, Object};

use super::default_appearance::border_width;
use super::visible::{HIDDEN, NO_VIEW, flags};
use crate::content::form::Appearance;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Rectangle};
use crate::page::{Page, number_of};

/// Most annotations of one page that are read: with more, the whole page counts as occupied.
const MAX_ANNOTATIONS: usize = 20_000;
/// Numbers of one annotation's lines.
const MAX_NUMBERS: usize = 100_000;
/// Side of the icons that viewers draw for notes and attachments, in points, from the upper left of their /Rect.
const ICON: f64 = 24.0;
/// Line endings reach as far beyond a line as so many times its width; and so far at the least, in points.
const ENDINGS: f64 = 9.0;
const LEAST_REACH: f64 = 2.0;

impl Page {
    /// The rectangles, in points as seen, of annotations and form fields on a page that count as content though a picture
    /// of the page may not show them: those without an appearance, those that are printed alone or whose layer may be off,
    /// and all form fields, empty signature fields among them. Hidden ones, and links that draw no border, don't count.
    ///
    /// # Errors
    /// [`Error::Input`] where they can't be read.
    pub fn occupied(&self, document: &Document<'_>) -> Result<Vec<Rectangle>, Error> {
        let Object::Array(items) = document.get(&self.dictionary, b"Annots")? else { return Ok(Vec::new()) };
        if items.len() > MAX_ANNOTATIONS {
            let (width, height) = self.size();
            return Ok(vec![Rectangle { x: 0.0, y: 0.0, width, height }]);
        }
        let mut occupied = Vec::new();
        for item in &items {
            let Object::Dictionary(annotation) = document.resolve(item)? else { continue };
            if may_be_missed(document, &annotation)? {
                occupied.extend(reach(document, &annotation)?.map(|bounds| self.rectangle_as_seen(bounds)));
            }
        }
        Ok(occupied)
    }
}

/// Whether people may see an annotation that a picture of the page doesn't show.
fn may_be_missed(document: &Document<'_>, annotation: &Dictionary) -> Result<bool, Error> {
    let flags = flags(document, annotation)?;
    let kind = match document.get(annotation, b"Subtype")? {
        Object::Name(kind) => kind,
        _ => Vec::new(),
    };
    if flags & HIDDEN != 0 || kind == b"Popup" {
        return Ok(false);
    }
    let is_drawn = Appearance::normal(document, annotation)?.only_form().is_some()
        && flags & NO_VIEW == 0
        && !annotation.has(b"OC");
    Ok(match kind.as_slice() {
        b"Widget" => true,
        b"Link" => !is_drawn && border(document, annotation)? > 0.0,
        _ => !is_drawn,
    })
}

/// How wide an annotation's border or line is: 1 where it doesn't say (table 166).
fn border(document: &Document<'_>, annotation: &Dictionary) -> Result<f64, Error> {
    Ok(border_width(document, annotation)?.unwrap_or(1.0))
}

/// What an annotation may reach in user space: its /Rect, its lines and quadrilaterals where they lie, and what viewers
/// draw around these.
fn reach(document: &Document<'_>, annotation: &Dictionary) -> Result<Option<Bounds>, Error> {
    let mut points = Vec::new();
    let mut left = MAX_NUMBERS;
    for key in [b"Rect".as_slice(), b"L", b"Vertices", b"QuadPoints", b"CL", b"InkList", b"Path"] {
        gather_points(document, &document.get(annotation, key)?, &mut points, &mut left)?;
    }
    if points.is_empty() {
        return Ok(None);
    }
    let bounds = Bounds::around(points.iter().map(|&[x, y]| (x, y)));
    let mut reach = bounds.grown(around(document, annotation)?);
    if let Object::Name(kind) = document.get(annotation, b"Subtype")?
        && matches!(kind.as_slice(), b"Text" | b"FileAttachment" | b"Sound")
    {
        reach.bottom = reach.bottom.min(bounds.top - ICON);
        reach.right = reach.right.max(bounds.left + ICON);
    }
    Ok(Some(reach))
}

/// How far beyond its points an annotation draws: half its border, the endings and leaders of lines, clouds.
fn around(document: &Document<'_>, annotation: &Dictionary) -> Result<f64, Error> {
    let width = border(document, annotation)?.abs();
    let mut around = width / 2.0;
    if annotation.has(b"LE") || annotation.has(b"InkList") {
        around += LEAST_REACH + if annotation.has(b"LE") { ENDINGS * width } else { width };
    }
    for key in [b"LL".as_slice(), b"LLE", b"LLO"] {
        around += number_of(&document.get(annotation, key)?).unwrap_or(0.0).abs();
    }
    if let Object::Dictionary(effect) = document.get(annotation, b"BE")? {
        around += ENDINGS * number_of(&document.get(&effect, b"I")?).unwrap_or(0.0).abs();
    }
    Ok(around)
}

/// Pairs of numbers in an array, or in arrays in it.
fn gather_points(
    document: &Document<'_>,
    list: &Object,
    points: &mut Vec<[f64; 2]>,
    left: &mut usize,
) -> Result<(), Error> {
    let Object::Array(items) = list else { return Ok(()) };
    let mut numbers = Vec::new();
    for item in items {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return Err(Error::Budget { budget: "numbers of an annotation", limit: MAX_NUMBERS as u64, offset: None });
        }
        match document.resolve(item)? {
            Object::Array(inner) => {
                let pairs = inner.iter().map(|one| document.resolve(one)).collect::<Result<Vec<_>, _>>()?;
                let pairs: Vec<f64> = pairs.iter().filter_map(number_of).collect();
                *left = left.saturating_sub(pairs.len());
                points.extend_from_slice(pairs.as_chunks::<2>().0);
            }
            one => numbers.extend(number_of(&one)),
        }
    }
    points.extend_from_slice(numbers.as_chunks::<2>().0);
    Ok(())
}
