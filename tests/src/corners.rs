//! Corners of pages, for QR symbols that are put there whatever there is: the library asks for a rectangle.

use kyso::{Document, Rectangle};
use kyso_certification::stamp::QrPlace;
use kyso_certification::stamp::largest_size;
use kyso_pdf::geometry::POINTS_PER_MM;

/// The look-up service of the tests.
pub const LOOKUP: &str = "https://tracuu.example.gov.vn";
/// From the side, and from the upper or lower edge, in millimetres.
const FROM_EDGE_MM: (f64, f64) = (2.25, 5.0);

/// Where on a page, from 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Corner {
    /// In the upper left corner.
    UpperLeft(usize),
    /// In the lower left corner.
    LowerLeft(usize),
    /// In the middle of a rectangle, in points as seen.
    Rectangle(usize, Rectangle),
}

impl Corner {
    /// The place on a page of this file; on a page that there isn't, anywhere.
    pub fn of(self, pdf: &[u8]) -> QrPlace {
        let (Self::UpperLeft(page) | Self::LowerLeft(page) | Self::Rectangle(page, _)) = self;
        let size = Document::parse(pdf).unwrap().page(page).map_or((0.0, 0.0), |page| page.size());
        let (width, height) = largest_size(LOOKUP);
        let (x, y) = (FROM_EDGE_MM.0 * POINTS_PER_MM, FROM_EDGE_MM.1 * POINTS_PER_MM);
        let rectangle = match self {
            Self::UpperLeft(_) => Rectangle { x, y: size.1 - y - height, width, height },
            Self::LowerLeft(_) => Rectangle { x, y, width, height },
            Self::Rectangle(_, rectangle) => rectangle,
        };
        QrPlace { page, rectangle }
    }
}
