//! Where an annotation paints so that one can't see what lies under it.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, ObjectId};

use super::characters::{Characters, goes_over_and_over};
use super::default_appearance::painted_without_appearance;
use super::drawn::is_coloured;
use super::mask::Mask;
use crate::content::form::{Appearance, Fitted, FormBox, FormContent};
use crate::content::opacity::TRANSLUCENT;
use crate::content::operator::Painting;
use crate::content::path::{Path, Polygons};
use crate::content::resources::Font;
use crate::content::state::State;
use crate::content::visitor::{Doubt, Glyph, Image, Shown, Visitor};
use crate::content::walk::walk_form;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::{Bounds, Matrix};
use crate::page::Page;

/// A filled shape that takes this share of its box hides what lies under the box.
pub(super) const SOLID: f64 = 0.6;
/// A stroke of more points than this hides what lies under it.
pub(super) const THICK: f64 = 4.0;
/// Characters larger than this, in points, are drawn to cover, not to be read.
const HUGE: f64 = 30.0;
/// As [`HUGE`], for characters that no text is made of: those of a font of shapes, or one repeated over and over.
const HUGE_SHAPE: f64 = 5.0;
/// Paint that hides a smaller share than this hides nothing, however often it's drawn.
const FAINT: f64 = 0.05;
/// Longest opaque run in the picture of a seal, in points: longer ones are bars drawn to cover.
const WIDEST_OF_A_SEAL: f64 = 45.0;
/// Or than this share of it: the ring's, where it's thick.
const PART_OF_A_SEAL: f64 = 0.8;
/// Most boxes that are kept; what paints more counts as painted all over.
const MAX_BOXES: usize = 20_000;
/// Most pieces of strokes and shapes that are kept; what paints more counts as painted all over.
const MAX_PIECES: usize = 80_000;
/// How many pieces a slanting stroke is cut into at most.
const MAX_PIECES_OF_STROKE: f64 = 2_000.0;
/// How many rows a shape is cut into.
const ROWS: u32 = 48;

/// What an annotation paints so that one can't see through, in user space.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Painted {
    /// Each hides what lies under it.
    pub solid: Vec<Bounds>,
    /// Pieces of strokes and of shapes that aren't boxes, and what one can see through, each with how much of what lies
    /// under it it hides: together they may hide something.
    pub pieces: Vec<(Bounds, f64)>,
}

impl Painted {
    pub(super) fn all_over(rect: Bounds) -> Self {
        Self { solid: vec![rect], ..Self::default() }
    }

    fn extend(&mut self, other: Self) {
        self.solid.extend(other.solid);
        self.pieces.extend(other.pieces);
    }

    /// What an annotation of the page paints so that one can't see through. What can't be judged counts as painted all
    /// over.
    ///
    /// # Errors
    /// [`Error::Input`] where the annotation's own objects can't be read.
    pub fn by(document: &Document<'_>, page: &Page, annotation: &Dictionary) -> Result<Self, Error> {
        let Some(rect) = document.rectangle(annotation, b"Rect")? else { return Ok(Self::default()) };
        match Appearance::normal(document, annotation)? {
            Appearance::None => painted_without_appearance(document, annotation, rect),
            Appearance::Form { id, .. } => painted_by(document, page, annotation, rect, id),
            Appearance::States(forms) => {
                let mut painted = painted_without_appearance(document, annotation, rect)?;
                for form in forms {
                    painted.extend(painted_by(document, page, annotation, rect, form)?);
                }
                Ok(painted)
            }
        }
    }
}

/// What a form paints as the appearance of an annotation.
fn painted_by(
    document: &Document<'_>,
    page: &Page,
    annotation: &Dictionary,
    rect: Bounds,
    form: ObjectId,
) -> Result<Painted, Error> {
    let Ok(form) = FormContent::read(document, form) else { return Ok(Painted::all_over(rect)) };
    let Some(form) = form else { return Ok(Painted::default()) };
    // Some viewers draw it nevertheless, and nobody can tell where.
    if FormBox::of(document, &form.dictionary)? == FormBox::Unsure(None) {
        let is_blank = form.content.trim_ascii().is_empty();
        return Ok(if is_blank { Painted::default() } else { Painted::all_over(rect) });
    }
    let Some(fitted) = Fitted::of(document, &form.dictionary, annotation)? else { return Ok(Painted::default()) };
    let mut painter = Painter::new(document);
    painter.is_everything = !fitted.is_sure;
    walk_form(document, &form, fitted.state(), &page.resources, &mut painter)?;
    Ok(if painter.is_everything { Painted::all_over(rect) } else { painter.painted })
}

/// What lines of a width paint.
pub(super) fn painted_by_lines(document: &Document<'_>, lines: &Polygons, width: f64) -> Painted {
    let mut painter = Painter::new(document);
    painter.stroke(lines, &State { line_width: width, ..State::new(Matrix::IDENTITY, Bounds::EVERYWHERE) });
    painter.painted
}

struct Painter<'d, 'a> {
    document: &'d Document<'a>,
    painted: Painted,
    /// Whether a bound is reached, or viewers may show something else.
    is_everything: bool,
    /// What the characters of the fonts are that were used so far: by the font that is kept beside it.
    known: HashMap<*const Font, (Rc<Font>, Characters)>,
    /// Whether the text that is being shown is one character over and over.
    is_repeated: bool,
}

impl Visitor for Painter<'_, '_> {
    const READS_GLYPHS: bool = true;

    fn is_done(&self) -> bool {
        self.is_everything
    }

    fn doubt(&mut self, _doubt: Doubt) -> Result<(), Error> {
        self.is_everything = true;
        Ok(())
    }

    fn path(&mut self, path: &Path, painting: Painting, _clips: bool, state: &State) -> Result<(), Error> {
        let polygons = path.polygons();
        if painting.fills {
            self.fill(&polygons, painting.is_even_odd, state);
        }
        if painting.strokes {
            self.stroke(&polygons, state);
        }
        Ok(())
    }

    fn text(&mut self, shown: &Shown<'_>, state: &State) -> Result<(), Error> {
        self.is_repeated = shown.items.iter().any(goes_over_and_over);
        if !state.text.is_invisible() && self.characters(state) == Characters::Drawings {
            self.paint(state.clip, state.hides_by_filling(), state);
        }
        Ok(())
    }

    /// Characters so large, or stroked so wide, that they hide what lies under them.
    fn glyph(&mut self, glyph: &Glyph<'_>, state: &State) -> Result<(), Error> {
        let characters = self.characters(state);
        if state.text.is_invisible() || characters == Characters::Drawings {
            return Ok(());
        }
        let readable = if characters == Characters::Shapes || self.is_repeated { HUGE_SHAPE } else { HUGE };
        let seen = glyph.bounds.through(glyph.matrix);
        let is_filled = state.text.rendering_mode % 4 != 1;
        if is_filled && state.text.size.abs() * glyph.matrix.scale() >= readable {
            self.paint(seen, state.hides_by_filling(), state);
        }
        let width = state.width_of_line();
        if state.text.is_stroked() && width > THICK {
            self.paint(seen.grown(width / 2.0), state.hides_by_stroking(), state);
        }
        Ok(())
    }

    /// A picture that one can see through in places covers with the others.
    fn image(&mut self, image: &Image<'_>, state: &State) -> Result<(), Error> {
        let (hides, whole) = (state.hides_by_a_picture(), Bounds::UNIT.through(state.ctm));
        let Some(id) = image.id else {
            self.paint(whole, hides, state);
            return Ok(());
        };
        let mask = Mask::of(self.document, image.dictionary)?;
        if mask.mean >= TRANSLUCENT {
            self.paint(whole, hides, state);
        } else if hides >= FAINT && !mask.opaque.is_empty() {
            let of_a_seal = WIDEST_OF_A_SEAL.max(whole.width().max(whole.height()) * PART_OF_A_SEAL);
            let least = if is_coloured(self.document, id)? { of_a_seal } else { 0.0 };
            for stretch in mask.opaque {
                let seen = stretch.through(state.ctm);
                if seen.width().max(seen.height()) > least {
                    self.piece(seen, hides, state);
                }
            }
        }
        Ok(())
    }

    fn shading(&mut self, state: &State) -> Result<(), Error> {
        self.paint(state.clip, state.hides_by_a_picture(), state);
        Ok(())
    }
}

impl<'d, 'a> Painter<'d, 'a> {
    fn new(document: &'d Document<'a>) -> Self {
        let (painted, known) = (Painted::default(), HashMap::new());
        Self { document, painted, is_everything: false, known, is_repeated: false }
    }

    /// What the characters of the current font are. Those of a font that can't be read are taken for letters.
    fn characters(&mut self, state: &State) -> Characters {
        let Some(font) = &state.text.font else { return Characters::Letters };
        let known = self.known.entry(Rc::as_ptr(font)).or_insert_with(|| {
            let characters = Characters::of(self.document, &font.dictionary).unwrap_or(Characters::Letters);
            (Rc::clone(font), characters)
        });
        known.1
    }

    fn fill(&mut self, polygons: &Polygons, is_even_odd: bool, state: &State) {
        let hides = state.hides_by_filling();
        if let [_] = polygons.corners.as_slice() {
            let bounds = polygons.bounds().within(state.clip);
            if polygons.area(state.clip) >= bounds.area() * SOLID {
                return self.paint(bounds, hides, state);
            }
        }
        for row in polygons.rows(ROWS, is_even_odd) {
            self.piece(row, hides, state);
        }
    }

    fn stroke(&mut self, polygons: &Polygons, state: &State) {
        let (width, hides) = (state.width_of_line(), state.hides_by_stroking());
        if width <= 0.0 {
            return;
        }
        let half = width / 2.0;
        for (from @ (ax, ay), to @ (bx, by)) in polygons.lines() {
            // A slanting stroke leaves most of its box free.
            if (bx - ax).abs() < width || (by - ay).abs() < width {
                let bounds = Bounds::around([from, to]).grown(half);
                match width > THICK {
                    true => self.paint(bounds, hides, state),
                    false => self.piece(bounds, hides, state),
                }
                continue;
            }
            let count = ((bx - ax).hypot(by - ay) / half.max(0.5)).ceil().min(MAX_PIECES_OF_STROKE);
            let mut done = 0.0;
            while done <= count && !self.is_everything {
                let at = (ax + (bx - ax) * done / count, ay + (by - ay) * done / count);
                self.piece(Bounds::around([at]).grown(half), hides, state);
                done += 1.0;
            }
        }
    }

    fn piece(&mut self, bounds: Bounds, hides: f64, state: &State) {
        let seen = bounds.within(state.clip);
        if hides < FAINT || seen.area() <= 0.0 {
            return;
        }
        if self.painted.pieces.len() >= MAX_PIECES {
            self.is_everything = true;
        } else {
            self.painted.pieces.push((seen, hides));
        }
    }

    fn paint(&mut self, bounds: Bounds, hides: f64, state: &State) {
        let seen = bounds.within(state.clip);
        if hides < TRANSLUCENT {
            return self.piece(seen, hides, state);
        }
        if seen.area() <= 0.0 {
            return;
        }
        if self.painted.solid.len() >= MAX_BOXES {
            self.is_everything = true;
        } else {
            self.painted.solid.push(seen);
        }
    }
}
