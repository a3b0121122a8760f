//! Finding and reading QR codes (ISO/IEC 18004) in a picture, and on a page.

use kyso_pdf::geometry::Rectangle;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::finders;
use crate::pages::Pages;
use crate::picture::Picture;

/// Codes of one page, at most.
const MAX_CODES: usize = 64;
/// Resolution of the close look at a place that looks like a code but can't be read.
const CLOSE: f64 = 600.0;
/// Places that are looked at closely, at most.
const MAX_PLACES: usize = 4;
/// Points in an inch.
const POINTS_PER_INCH: f64 = 72.0;

/// A QR code that was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// The text of the code.
    pub text: String,
    /// The place of the code without its quiet zone, in points from the lower left of the page as seen.
    pub place: Rectangle,
}

/// What a look at a page gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The codes that were read.
    pub codes: Vec<Code>,
    /// Why there may be more: what of the page couldn't be looked at.
    pub missed: Option<Error>,
}

/// How carefully a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Care {
    /// Once: codes are found whose modules have a quarter of a millimetre.
    Quick,
    /// Once, with about half the memory: codes are found whose modules have a third of a millimetre.
    Coarse,
    /// Twice: large codes are found at the first look, very small ones at the second. It takes three times as long.
    Thorough,
}

impl Care {
    /// Pixels an inch at each look.
    fn looks(self) -> &'static [f64] {
        match self {
            Self::Quick => &[200.0],
            Self::Coarse => &[150.0],
            Self::Thorough => &[150.0, 300.0],
        }
    }

    /// Pixels of a look, at most: larger pages are looked at more coarsely.
    fn most_pixels(self) -> f64 {
        match self {
            Self::Quick => 4_000_000.0,
            Self::Coarse => 2_200_000.0,
            Self::Thorough => 12_000_000.0,
        }
    }
}

/// What looks like codes in a picture.
struct Found {
    read: Vec<Code>,
    unread: Vec<Rectangle>,
}

/// Reads the QR codes of a picture; places in points from its lower left.
///
/// # Errors
/// [`Error::TooMuchWork`] where so much in it looks like a code that trying it all has no end.
pub fn codes(picture: &Picture) -> Result<Vec<Code>, Error> {
    Ok(find(picture)?.read)
}

impl Pages {
    /// Reads the QR codes of a page (from 1), with a close look where there seems to be one that can't be read.
    ///
    /// # Errors
    /// As [`Pages::picture`].
    pub fn codes(&self, page: usize, care: Care) -> Result<Look, Error> {
        let (width, height) = self.size(page)?;
        let finest = POINTS_PER_INCH * (care.most_pixels() / (width * height).max(1.0)).sqrt();
        let mut read: Vec<Code> = Vec::new();
        let mut unread = Vec::new();
        let mut missed = None;
        for dpi in care.looks() {
            let picture = self.picture(page, dpi.min(finest))?;
            missed = match (picture.is_whole(), picture.is_seen_elsewhere()) {
                (false, _) => Some(Error::Incomplete),
                (true, true) => Some(Error::SeenElsewhere),
                (true, false) => missed,
            };
            let found = find(&picture)?;
            keep(&mut read, found.read);
            unread.extend(found.unread);
        }
        unread.retain(|place: &Rectangle| !read.iter().any(|code| overlap(code.place, *place)));
        unread.dedup_by(|a, b| overlap(*a, *b));
        for place in unread.into_iter().take(MAX_PLACES) {
            let margin = place.width.max(place.height) * 0.25;
            let around = Rectangle {
                x: place.x - margin,
                y: place.y - margin,
                width: place.width + 2.0 * margin,
                height: place.height + 2.0 * margin,
            };
            let area = (around.width * around.height).max(1.0);
            let dpi = CLOSE.min(POINTS_PER_INCH * (care.most_pixels() / area).sqrt());
            let found = find(&self.part(page, dpi, around)?)?.read.into_iter();
            keep(&mut read, found.map(|code| Code { place: moved(code.place, around.x, around.y), ..code }).collect());
        }
        Ok(Look { codes: read, missed })
    }
}

/// Adds what isn't there yet.
fn keep(read: &mut Vec<Code>, more: Vec<Code>) {
    for code in more {
        let known = read.iter().any(|other| other.text == code.text && overlap(other.place, code.place));
        if !known && read.len() < MAX_CODES {
            read.push(code);
        }
    }
}

/// Looks for dark codes on light ground, and for light ones on dark ground: readers of today read both.
///
/// # Errors
/// [`Error::TooMuchWork`] where so much looks like a code's corner that trying it all has no end.
fn find(picture: &Picture) -> Result<Found, Error> {
    let (columns, rows) = (picture.width() as usize, picture.height() as usize);
    let grey = picture.grey();
    let mut found = Found { read: Vec::new(), unread: Vec::new() };
    let dark = rqrr::PreparedImage::prepare_from_bitmap(1, 1, |_, _| true).get_pixel_at(0, 0);
    for darkness in [0, u8::MAX] {
        let light = |x: usize, y: usize| grey.get(y * columns + x).copied().unwrap_or(u8::MAX) ^ darkness;
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(columns, rows, light);
        let is_dark = |x: usize, y: usize| prepared.get_pixel_at(x, y) == dark;
        if finders::count(columns, rows, is_dark) > finders::MOST {
            return Err(Error::TooMuchWork);
        }
        for grid in prepared.detect_grids().into_iter().take(MAX_CODES) {
            let place = place(&grid.bounds, picture);
            match grid.decode() {
                Ok((_, text)) => keep(&mut found.read, vec![Code { text, place }]),
                Err(_) => found.unread.push(place),
            }
        }
    }
    Ok(found)
}

fn moved(place: Rectangle, x: f64, y: f64) -> Rectangle {
    Rectangle { x: place.x + x, y: place.y + y, ..place }
}

/// Whether one rectangle holds the centre of the other.
fn overlap(one: Rectangle, other: Rectangle) -> bool {
    let holds = |place: Rectangle, (x, y): (f64, f64)| {
        (place.x..=place.right()).contains(&x) && (place.y..=place.top()).contains(&y)
    };
    holds(one, other.centre()) || holds(other, one.centre())
}

/// The box around a code's corners, in points from the lower left.
fn place(corners: &[rqrr::Point; 4], picture: &Picture) -> Rectangle {
    let scale = POINTS_PER_INCH / picture.dpi();
    let low = |of: fn(&rqrr::Point) -> i32| f64::from(corners.iter().map(of).min().unwrap_or_default());
    let high = |of: fn(&rqrr::Point) -> i32| f64::from(corners.iter().map(of).max().unwrap_or_default());
    let (left, right) = (low(|corner| corner.x), high(|corner| corner.x));
    let (top, bottom) = (low(|corner| corner.y), high(|corner| corner.y));
    Rectangle {
        x: left * scale,
        y: (f64::from(picture.height()) - bottom) * scale,
        width: (right - left) * scale,
        height: (bottom - top) * scale,
    }
}
