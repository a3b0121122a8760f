//! The ink of a signature as it stands on a page: where it is, and of which colour.

use super::image::{MIN_TRANSPARENT_PERCENT, OPAQUE, SEEN, hue, is_blue, is_red};
use crate::error::Error;
use crate::pdf::geometry::{Bounds, Rectangle};
use crate::pdf::{Document, ObjectId, Page, Picture};

/// Measurements of a signature's appearance.
#[derive(Debug, Clone, PartialEq)]
pub struct InkOnPage {
    /// The box of what is seen of it, in points as seen: from its leftmost to its rightmost stroke.
    pub rectangle: Rectangle,
    /// The picture's background is transparent: the picture has a soft mask, and the mask lets paper through.
    pub is_transparent: bool,
    /// The picture is compressed with loss, like a photograph. No PNG is.
    pub is_lossy: bool,
    /// Share of its ink that is blue (hue 200° to 260°), in percent; `None` where its colours can't be read.
    pub blue: Option<f64>,
    /// Share of its ink that is red (hue 345° to 15°), in percent; `None` where its colours can't be read.
    pub red: Option<f64>,
}

/// The ink of the pictures that a widget draws on its page, taken together; `None` where it draws no picture.
///
/// # Errors
/// [`Error::Input`] where the widget's objects can't be read.
pub fn on_page(document: &Document<'_>, page: &Page, widget: ObjectId) -> Result<Option<InkOnPage>, Error> {
    let mut pictures = Picture::all_drawn(document, page, widget)?.into_iter().map(|picture| measured(&picture, page));
    let Some(first) = pictures.next() else { return Ok(None) };
    let least = |one: Option<f64>, other: Option<f64>| one.zip(other).map(|(one, other)| one.min(other));
    Ok(Some(pictures.fold(first, |one, other| InkOnPage {
        rectangle: one.rectangle.with(&other.rectangle),
        is_transparent: one.is_transparent && other.is_transparent,
        is_lossy: one.is_lossy || other.is_lossy,
        blue: least(one.blue, other.blue),
        red: least(one.red, other.red),
    })))
}

fn measured(picture: &Picture, page: &Page) -> InkOnPage {
    let part = picture.alpha.as_deref().and_then(|alpha| seen_part(alpha, picture.size)).unwrap_or(Bounds::UNIT);
    let is_transparent = picture.alpha.as_deref().is_some_and(|alpha| {
        let through = alpha.iter().filter(|value| **value < SEEN).count() as u64;
        through * 100 >= alpha.len() as u64 * MIN_TRANSPARENT_PERCENT
    });
    let share = |fits: fn(f64) -> bool| picture.rgb.as_deref().map(|rgb| share(rgb, picture.alpha.as_deref(), fits));
    InkOnPage {
        rectangle: picture.part_as_seen(page, part),
        is_transparent,
        is_lossy: picture.is_lossy,
        blue: share(is_blue),
        red: share(is_red),
    }
}

/// The part of a picture that is seen, in shares of its width and height from the lower left.
fn seen_part(alpha: &[u8], (columns, rows): (u32, u32)) -> Option<Bounds> {
    let (mut left, mut right, mut top, mut bottom) = (usize::MAX, 0, usize::MAX, 0);
    for (row, values) in alpha.chunks_exact(columns.max(1) as usize).enumerate() {
        let seen = |value: &u8| *value >= SEEN;
        let (Some(first), Some(last)) = (values.iter().position(seen), values.iter().rposition(seen)) else { continue };
        (left, right) = (left.min(first), right.max(last + 1));
        (top, bottom) = (top.min(row), row + 1);
    }
    let share = |pixels: usize, all: u32| u32::try_from(pixels).map_or(f64::MAX, f64::from) / f64::from(all.max(1));
    let (across, down) = (|column| share(column, columns), |row| 1.0 - share(row, rows));
    (right > 0).then(|| Bounds::new(across(left), down(bottom), across(right), down(top)))
}

/// Share of the opaque pixels whose hue fits, in percent.
fn share(rgb: &[u8], alpha: Option<&[u8]>, fits: fn(f64) -> bool) -> f64 {
    let (mut ink, mut fitting) = (0_u32, 0_u32);
    for (index, [red, green, blue]) in rgb.as_chunks::<3>().0.iter().enumerate() {
        if alpha.is_none_or(|alpha| alpha.get(index).is_some_and(|value| *value >= OPAQUE)) {
            ink += 1;
            fitting += u32::from(hue(*red, *green, *blue).is_some_and(fits));
        }
    }
    f64::from(fitting) * 100.0 / f64::from(ink.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_that_of_what_is_seen() {
        let alpha = [0, 0, 0, 0, 0, 255, 40, 0, 0, 0, 31, 0];
        let seen = Bounds::new(0.25, 1.0 - 2.0 / 3.0, 0.75, 1.0 - 1.0 / 3.0);
        assert_eq!(seen_part(&alpha, (4, 3)), Some(seen));
        assert_eq!(seen_part(&[0; 12], (4, 3)), None);
    }

    #[test]
    fn colour_is_counted_on_ink_alone() {
        let rgb = [0, 0, 255, 255, 0, 0, 90, 90, 90, 0, 0, 0];
        assert_eq!(share(&rgb, Some(&[255, 0, 0, 0]), is_blue), 100.0);
        assert_eq!(share(&rgb, Some(&[255, 255, 0, 0]), is_blue), 50.0);
        assert_eq!(share(&rgb, None, is_red), 25.0);
    }
}
