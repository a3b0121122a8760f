//! Pictures and drawings of a page's content: an annotation may hide them as it may hide text.

use crate::content::operator::Painting;
use crate::content::path::Path;
use crate::content::state::State;
use crate::content::visitor::{Doubt, Image, Visitor};
use crate::content::walk::walk_page;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Bounds;
use crate::page::Page;

/// As bright as this is paper; and what is narrower than this many points is a rule.
const PAPER: f64 = 0.85;
const RULE: f64 = 3.0;
/// Most boxes of each kind that are kept.
const MAX_BOXES: usize = 20_000;

/// The boxes in user space of what a page's content draws beside text.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct PageDrawings {
    /// Pictures.
    pub pictures: Vec<Bounds>,
    /// Shapes that are filled, and lines that aren't rules.
    pub drawings: Vec<Bounds>,
}

impl PageDrawings {
    fn note(&mut self, bounds: Bounds) -> Result<(), Error> {
        if bounds.width() >= RULE && bounds.height() >= RULE {
            keep(&mut self.drawings, bounds)?;
        }
        Ok(())
    }

    /// What a page's content draws beside text.
    ///
    /// # Errors
    /// [`Error::Input`] where the content can't be read, [`Error::Budget`] where it's beyond all bounds.
    pub fn of(document: &Document<'_>, page: &Page) -> Result<Self, Error> {
        let mut drawings = Self::default();
        walk_page(document, page, &mut drawings)?;
        Ok(drawings)
    }
}

impl Visitor for PageDrawings {
    fn doubt(&mut self, doubt: Doubt) -> Result<(), Error> {
        doubt.error().map_or(Ok(()), Err)
    }

    fn path(&mut self, path: &Path, painting: Painting, _clips: bool, state: &State) -> Result<(), Error> {
        let polygons = path.polygons();
        // An almost white shape counts as paper.
        if painting.fills && state.filling.brightness() < PAPER {
            for corners in &polygons.corners {
                self.note(Bounds::around(corners.iter().copied()).within(state.clip))?;
            }
        }
        // Frames and rules are where signatures go.
        if painting.strokes && polygons.slanting(RULE) >= polygons.length() / 2.0 {
            self.note(polygons.bounds().within(state.clip))?;
        }
        Ok(())
    }

    fn image(&mut self, image: &Image<'_>, _state: &State) -> Result<(), Error> {
        keep(&mut self.pictures, image.bounds)
    }

    fn shading(&mut self, state: &State) -> Result<(), Error> {
        keep(&mut self.pictures, state.clip)
    }
}

/// Keeps a box that has an area, once where it's the same as the one before.
fn keep(boxes: &mut Vec<Bounds>, bounds: Bounds) -> Result<(), Error> {
    if bounds.area() <= 0.0 || boxes.last() == Some(&bounds) {
        return Ok(());
    }
    if boxes.len() >= MAX_BOXES {
        return Err(Error::Budget { budget: "pictures and drawings of a page", limit: MAX_BOXES as u64, offset: None });
    }
    boxes.push(bounds);
    Ok(())
}

#[cfg(test)]
mod tests {
    use kyso_testpdfs::{Layout, numbered, stream, write};

    use super::*;

    fn drawn(content: &str) -> Result<PageDrawings, Error> {
        let picture = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
        let bytes = write(
            &numbered([
                b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
                b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_vec(),
                b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>".to_vec(),
                stream("", content.as_bytes()),
                stream(picture, b"0"),
            ]),
            &Layout::default(),
        );
        let document = Document::parse(&bytes).unwrap();
        PageDrawings::of(&document, &document.page(1).unwrap())
    }

    type Draw = fn(usize) -> String;

    #[test]
    fn what_is_beyond_the_bound_is_said() {
        let picture = |at: usize| format!("q 4 0 0 4 {} {} cm /P Do Q ", at % 200, at / 200);
        let shape = |at: usize| format!("{} {} 4 4 re f ", at % 200, at / 200);
        let many = |draw: Draw, count: usize| (0..count).map(draw).collect::<String>();
        let (picture, shape): (Draw, Draw) = (picture, shape);
        assert_eq!(drawn(&many(picture, MAX_BOXES)).unwrap().pictures.len(), MAX_BOXES);
        assert_eq!(drawn(&many(shape, MAX_BOXES)).unwrap().drawings.len(), MAX_BOXES);
        for draw in [picture, shape] {
            assert!(matches!(drawn(&many(draw, MAX_BOXES + 1)), Err(Error::Budget { .. })));
        }
        // What lies on the same place is one.
        let again =
            "q 4 0 0 4 9 9 cm ".to_owned() + &"/P Do ".repeat(MAX_BOXES + 1) + "Q q 200 0 0 20 99 600 cm /P Do Q";
        assert_eq!(drawn(&again).unwrap().pictures.len(), 2);
    }
}
