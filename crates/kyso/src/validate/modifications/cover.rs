//! Whether an annotation hides what was signed: it lies over text, and one can't see through it.

use crate::appearance::geometry::Rectangle;
use crate::error::Error;
use crate::pdf::{Document, Object, ObjectId, Page, text};

/// From this part of a line on, it counts as covered.
const PART_OF_LINE: f64 = 0.4;
/// From this much paint on, one can't see through. A seal's ink takes about a third of its box.
const OPAQUE: f64 = 0.75;

/// Whether the annotation covers a line of the signed page with opaque paint.
pub(super) fn hides(
    before: &Document<'_>,
    page: &Page,
    now: &Document<'_>,
    page_now: &Page,
    annotation: ObjectId,
) -> Result<bool, Error> {
    let Object::Dictionary(widget) = now.object(annotation)? else { return Ok(false) };
    let Some(rect) = now.rectangle(&widget, b"Rect")? else { return Ok(false) };
    let rectangle = page_now.rectangle_as_seen(rect);
    if now.paint_of(&widget)? < OPAQUE {
        return Ok(false);
    }
    let lines = match text::lines(before, page) {
        Ok(lines) => lines,
        // What can't be read may be hidden.
        Err(_) => return Ok(true),
    };
    Ok(lines.iter().any(|line| overlap(&line.rectangle, &rectangle) >= PART_OF_LINE))
}

/// Part of `line` that lies within `cover`.
fn overlap(line: &Rectangle, cover: &Rectangle) -> f64 {
    let width = (line.x + line.width).min(cover.x + cover.width) - line.x.max(cover.x);
    let height = (line.y + line.height).min(cover.y + cover.height) - line.y.max(cover.y);
    let area = line.width * line.height;
    if width <= 0.0 || height <= 0.0 || area <= 0.0 { 0.0 } else { width * height / area }
}
