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
    fn note(&mut self, bounds: Bounds) {
        if bounds.width() >= RULE && bounds.height() >= RULE && self.drawings.len() < MAX_BOXES {
            self.drawings.push(bounds);
        }
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
                self.note(Bounds::around(corners.iter().copied()).within(state.clip));
            }
        }
        // Frames and rules are where signatures go.
        if painting.strokes && polygons.slanting(RULE) >= polygons.length() / 2.0 {
            self.note(polygons.bounds().within(state.clip));
        }
        Ok(())
    }

    fn image(&mut self, image: &Image<'_>, _state: &State) -> Result<(), Error> {
        if self.pictures.len() < MAX_BOXES && image.bounds.area() > 0.0 {
            self.pictures.push(image.bounds);
        }
        Ok(())
    }

    fn shading(&mut self, state: &State) -> Result<(), Error> {
        if self.pictures.len() < MAX_BOXES && state.clip.area() > 0.0 {
            self.pictures.push(state.clip);
        }
        Ok(())
    }
}
