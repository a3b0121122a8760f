//! Whether an annotation hides what was signed: it lies over text, a picture or a filled-in field, and one can't see
//! through it.

use crate::appearance::geometry::Rectangle;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId, Page, text};

/// A covered stretch of a line is hidden from this part of the line's height on.
const PART_OF_HEIGHT: f64 = 0.5;
/// And where it's at least as long as this many line heights, which is a letter or two, or this part of the line.
const LETTERS: f64 = 0.9;
const PART_OF_LINE: f64 = 0.4;
/// Of a picture or a field, this many square points (a square of a centimetre has 800), or this part of it.
const AREA: f64 = 100.0;
const PART_OF_AREA: f64 = 0.4;

/// Whether the annotation covers something of the signed page with opaque paint.
pub(super) fn hides(
    before: &Document<'_>,
    page: &Page,
    now: &Document<'_>,
    page_now: &Page,
    annotation: ObjectId,
) -> Result<bool, Error> {
    let Object::Dictionary(widget) = now.object(annotation)? else { return Ok(false) };
    let painted: Vec<Rectangle> =
        now.painted_boxes(&widget)?.into_iter().map(|one| page_now.rectangle_as_seen(one)).collect();
    if painted.is_empty() {
        return Ok(false);
    }
    let (Ok(lines), Ok(pictures)) = (text::lines(before, page), before.pictures_of(page)) else {
        // What can't be read may be hidden.
        return Ok(true);
    };
    let lines = lines.iter().filter(|line| line.text.chars().any(char::is_alphanumeric));
    let hides_text = lines.into_iter().any(|line| {
        painted.iter().any(|cover| {
            let (width, height) = overlap(&line.rectangle, cover);
            let enough = (line.rectangle.height * LETTERS).min(line.rectangle.width * PART_OF_LINE);
            height >= line.rectangle.height * PART_OF_HEIGHT && width >= enough
        })
    });
    let mut areas: Vec<Rectangle> = pictures.into_iter().map(|one| page.rectangle_as_seen(one)).collect();
    areas.extend(annotations_seen(before, page, annotation)?);
    let hides_area = areas.iter().any(|area| {
        painted.iter().any(|cover| {
            let (width, height) = overlap(area, cover);
            width * height >= AREA.min(area.width * area.height * PART_OF_AREA) && width * height > 0.0
        })
    });
    Ok(hides_text || hides_area)
}

/// The boxes of the annotations of the signed page that show something, but for this one.
fn annotations_seen(document: &Document<'_>, page: &Page, but: ObjectId) -> Result<Vec<Rectangle>, Error> {
    let mut seen = Vec::new();
    for item in super::items(document, page.dictionary.get(b"Annots").ok())? {
        if item.as_reference().is_ok_and(|id| id == but) {
            continue;
        }
        let Object::Dictionary(annotation) = document.resolve(&item)? else { continue };
        if shows(document, &annotation)?
            && let Some(rect) = document.rectangle(&annotation, b"Rect")?
        {
            seen.push(page.rectangle_as_seen(rect));
        }
    }
    Ok(seen)
}

fn shows(document: &Document<'_>, annotation: &Dictionary) -> Result<bool, Error> {
    let hidden = matches!(document.get(annotation, b"F")?, Object::Integer(flags) if flags & 2 != 0);
    let Object::Dictionary(appearances) = document.get(annotation, b"AP")? else { return Ok(false) };
    // A field that nobody has signed yet has a look with nothing in it.
    let blank = match document.get(&appearances, b"N")? {
        Object::Stream(form) => document.decode(&form).is_ok_and(|content| content.trim_ascii().is_empty()),
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
