//! Whether a page may show a QR symbol, without drawing the page: that takes a hundred times as long.

use lopdf::{Dictionary, Object};

use crate::content::form::{Appearance, FormContent};
use crate::content::operator::{Operator, Painting};
use crate::content::path::{Path, Segment};
use crate::content::state::State;
use crate::content::visitor::{Doubt, Image, Shown, Visitor};
use crate::content::walk::{walk_form, walk_page};
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Matrix};
use crate::page::Page;

/// The smallest symbol (ISO/IEC 18004, 6.3.1) has more dark runs than this; a page with fewer shapes has none that is drawn
/// by shapes.
const RUNS: u64 = 60;
/// The smallest symbol has 441 modules. So many pixels count as one run: by pixels alone it has more than [`RUNS`].
const PIXELS: u64 = 6;
/// Edges of a rectangle. A shape of more edges goes around several runs; it has two edges at least for each.
const EDGES: u64 = 4;
/// A line through the smallest symbol, 21 modules long, has no more dashes.
const DASHES: u64 = 11;
/// Most annotations that are searched.
const MAX_ANNOTATIONS: usize = 500;

impl Page {
    /// Whether a page, or an annotation on it, may show a QR symbol: it has a picture, many shapes, or a pattern. `false` is
    /// sure but for symbols made of characters, in a font whose characters are modules; what can't be read, or is shown
    /// in several ways, counts as `true`.
    pub fn may_show_code(&self, document: &Document<'_>) -> bool {
        let mut search = Search::default();
        search.page(document, self).is_err() || search.is_done()
    }
}

/// What of a symbol was found so far.
#[derive(Default)]
struct Search {
    runs: u64,
    /// Whether lines are, or were, dashed.
    is_dashed: bool,
    may_be: bool,
}

impl Search {
    fn page(&mut self, document: &Document<'_>, page: &Page) -> Result<(), Error> {
        walk_page(document, page, self)?;
        let annotations = document.items(page.dictionary.get(b"Annots").ok())?;
        self.may_be |= annotations.len() > MAX_ANNOTATIONS;
        for annotation in &annotations {
            let Object::Dictionary(annotation) = document.resolve_value(annotation)? else { continue };
            for form in Appearance::all_forms(document, &annotation)? {
                if self.is_done() {
                    return Ok(());
                }
                // Wherever it comes: a symbol is one at any size.
                if let Some(form) = FormContent::read(document, form)? {
                    let state = State::new(Matrix::IDENTITY, Bounds::EVERYWHERE);
                    walk_form(document, &form, state, &page.resources, self)?;
                }
            }
        }
        Ok(())
    }
}

impl Visitor for Search {
    /// Whoever looks for symbols draws the page with all of its layers.
    const SEES_ALL_LAYERS: bool = true;

    fn is_done(&self) -> bool {
        self.may_be || self.runs > RUNS
    }

    fn doubt(&mut self, _doubt: Doubt) -> Result<(), Error> {
        self.may_be = true;
        Ok(())
    }

    fn operator(&mut self, operator: &Operator, _state: &State) -> Result<(), Error> {
        match operator {
            // A pattern.
            Operator::Colour(_, None) | Operator::Pattern(..) => self.may_be = true,
            Operator::Dash { is_solid: false } => self.is_dashed = true,
            _ => {}
        }
        Ok(())
    }

    fn parameters(&mut self, parameters: &Dictionary) -> Result<(), Error> {
        let has_mask =
            parameters.get(b"SMask").is_ok_and(|mask| !matches!(mask, Object::Name(none) if none == b"None"));
        self.may_be |= has_mask || parameters.has(b"Font");
        self.is_dashed |= parameters.has(b"D");
        Ok(())
    }

    fn path(&mut self, path: &Path, painting: Painting, clips: bool, _state: &State) -> Result<(), Error> {
        if painting.fills || painting.strokes || clips {
            self.runs += runs(path, painting, self.is_dashed);
        }
        Ok(())
    }

    fn text(&mut self, _shown: &Shown<'_>, state: &State) -> Result<(), Error> {
        let font = state.text.font.as_ref();
        self.may_be |= font.is_some_and(|font| font.is_drawn_by_content());
        Ok(())
    }

    fn image(&mut self, image: &Image<'_>, _state: &State) -> Result<(), Error> {
        self.runs += image.plain_pixels().map_or(RUNS + 1, |pixels| pixels.div_ceil(PIXELS));
        Ok(())
    }

    fn shading(&mut self, _state: &State) -> Result<(), Error> {
        self.may_be = true;
        Ok(())
    }
}

impl Image<'_> {
    /// How many pixels the picture has; `None` where its dictionary alone doesn't say what it shows.
    fn plain_pixels(&self) -> Option<u64> {
        let hidden = ["SMask", "Mask", "SMaskInData", "Alternates", "OPI"];
        // Other filters know of a size of their own.
        let filter = self.dictionary.get(b"Filter").and_then(Object::as_name).unwrap_or_default();
        let is_known = filter == b"FlateDecode" || !self.dictionary.has(b"Filter");
        if self.id.is_none() || !is_known || hidden.iter().any(|key| self.dictionary.has(key.as_bytes())) {
            return None;
        }
        let side = |key: &[u8]| u64::try_from(self.dictionary.get(key).ok()?.as_i64().ok()?).ok();
        side(b"Width")?.checked_mul(side(b"Height")?)
    }
}

/// How many dark runs a path may paint at most.
fn runs(path: &Path, painting: Painting, is_dashed: bool) -> u64 {
    let of_line = if is_dashed { DASHES } else { 1 };
    let of_shape = |edges: u64| match edges {
        0 => 0,
        _ if painting.strokes => edges * of_line,
        1..=EDGES => 1,
        _ => edges / 2,
    };
    let of_rectangle = match painting {
        // A frame has two sides across a symbol.
        Painting { strokes: true, .. } => 2 * of_line,
        // What lies on another shape is a hole in it.
        Painting { is_even_odd: true, .. } => 2,
        _ => 1,
    };
    let (mut runs, mut edges) = (0, 0);
    for segment in path.segments() {
        match segment {
            Segment::Move(_) => runs += of_shape(std::mem::take(&mut edges)),
            Segment::Rectangle(_) => runs += of_rectangle,
            Segment::Line(_) | Segment::Curve(..) => edges += 1,
            // A line of no length is a dot.
            Segment::Close => edges += u64::from(painting.strokes),
        }
    }
    runs + of_shape(edges)
}
