//! Size, margins and page numbers of a paper.

use std::ops::RangeInclusive;

use kyso::Error;
use kyso::error::Parameter;
use kyso_pdf::geometry::POINTS_PER_MM;

/// Sizes that running text may have (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.5d).
pub const BODY: RangeInclusive<f64> = 13.0..=14.0;

/// A4 upright in points.
const A4: (f64, f64) = (210.0 * POINTS_PER_MM, 297.0 * POINTS_PER_MM);
/// Margins as seen: mục I.3 asks for 20 to 25 mm above and below, 30 to 35 mm on the left, 15 to 20 mm on the right.
const TOP: f64 = 21.0 * POINTS_PER_MM;
const BOTTOM: f64 = 21.0 * POINTS_PER_MM;
const LEFT: f64 = 31.0 * POINTS_PER_MM;
const RIGHT: f64 = 17.0 * POINTS_PER_MM;

/// Which way the paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// Upright, as papers are.
    #[default]
    Portrait,
    /// On its side, as papers with tables may be (mục I.2) and register books are.
    Landscape,
}

/// What a paper's pages are like: A4, with the margins of Phụ lục I, phần I, mục I.3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Format {
    /// Size of running text in points: 13 to 14. Tables state their own.
    pub body: f64,
    /// Which way the paper lies.
    pub orientation: Orientation,
    /// Number of the first page here within the whole paper, from 1: pages that are appended to a paper go on counting.
    /// Page 1 of the whole shows no number (mục I.7).
    pub first_page: usize,
}

impl Format {
    /// Upright, from page 1.
    pub fn portrait(body: f64) -> Self {
        Self { body, orientation: Orientation::Portrait, first_page: 1 }
    }

    /// On its side, from page 1.
    pub fn landscape(body: f64) -> Self {
        Self { body, orientation: Orientation::Landscape, first_page: 1 }
    }

    /// This format for pages that follow `pages` others.
    #[must_use]
    pub fn after(self, pages: usize) -> Self {
        Self { first_page: pages.saturating_add(1), ..self }
    }

    /// The page's places.
    ///
    /// # Errors
    /// [`Error::Parameters`] for a size of text that the decree doesn't know, or a page 0.
    pub(super) fn geometry(&self) -> Result<Geometry, Error> {
        if !BODY.contains(&self.body) {
            return Err(Error::parameters(
                Parameter::Body,
                format!("running text has 13 to 14 points, not {}", self.body),
            ));
        }
        if self.first_page == 0 {
            return Err(Error::parameters(Parameter::FirstPage, "pages count from 1"));
        }
        Ok(Geometry::of(match self.orientation {
            Orientation::Portrait => A4,
            Orientation::Landscape => (A4.1, A4.0),
        }))
    }
}

/// Where things stand on a page, in points from its lower left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Geometry {
    /// Width and height of the page.
    pub(super) page: (f64, f64),
    /// Left margin.
    pub(super) left: f64,
    /// Width between the margins.
    pub(super) width: f64,
    /// Upper edge of the text.
    pub(super) top: f64,
    /// Lower edge of the text.
    pub(super) bottom: f64,
}

impl Geometry {
    fn of(page: (f64, f64)) -> Self {
        Self { page, left: LEFT, width: page.0 - LEFT - RIGHT, top: page.1 - TOP, bottom: BOTTOM }
    }

    /// Height of what stands between the margins.
    pub(super) fn height(&self) -> f64 {
        self.top - self.bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_the_decrees_either_way() {
        for format in [Format::portrait(13.0), Format::landscape(14.0)] {
            let geometry = format.geometry().unwrap();
            let millimetres = |points: f64| points / POINTS_PER_MM;
            assert!((30.0..=35.0).contains(&millimetres(geometry.left)));
            assert!((15.0..=20.0).contains(&millimetres(geometry.page.0 - geometry.left - geometry.width)));
            assert!((20.0..=25.0).contains(&millimetres(geometry.page.1 - geometry.top)));
            assert!((20.0..=25.0).contains(&millimetres(geometry.bottom)));
        }
        assert!(Format::landscape(14.0).geometry().unwrap().page.0 > 841.0);
    }

    #[test]
    fn other_sizes_and_page_0_are_refused() {
        assert!(Format::portrait(12.0).geometry().is_err());
        assert!(Format::portrait(f64::NAN).geometry().is_err());
        assert!(Format { first_page: 0, ..Format::portrait(13.0) }.geometry().is_err());
        assert_eq!(Format::portrait(13.0).after(2).first_page, 3);
    }
}
