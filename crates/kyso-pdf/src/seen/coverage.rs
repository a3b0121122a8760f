//! Where an annotation paints so that one can't see what lies under it.

use std::collections::{HashMap, HashSet};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::ink::{Ink, TRANSLUCENT};
use super::letters::{Position, Signs, TextState, goes_over_and_over};
use super::mask::Mask;
use super::text::ReadFont;
use crate::content::matrix::{IDENTITY, Matrix, through, times};
use crate::content::path::{Path, area, bounds_of};
use crate::error::Error;
use crate::file::document::Document;
use crate::page::{Page, number_of, rectangle};

/// Operations of one appearance; what paints more counts as opaque.
const MAX_OPERATIONS: usize = 200_000;
/// Forms within forms.
const MAX_DEPTH: usize = 8;
/// Saved graphics states.
const MAX_SAVED: usize = 256;
/// A filled shape that takes this part of its box hides what lies under the box.
pub(super) const SOLID: f64 = 0.6;
/// A stroke of more points than this hides what lies under it.
pub(super) const THICK: f64 = 4.0;
/// Letters larger than this, in points, are drawn to cover, not to be read.
const HUGE: f64 = 30.0;
/// The same for signs that no text is made of: those of a font of shapes, or one sign over and over.
const HUGE_SHAPE: f64 = 5.0;
/// What hides less than this hides nothing, however often it's drawn.
const FAINT: f64 = 0.05;
/// The ink of a seal takes no stretch so long, in points: its star is less wide.
const WIDEST_OF_A_SEAL: f64 = 45.0;
/// Or than this part of it: the ring's, where it's thick.
const PART_OF_A_SEAL: f64 = 0.8;
/// As bright as this is paper; and what is narrower than this many points is a rule.
const PAPER: f64 = 0.85;
const RULE: f64 = 3.0;
/// Most boxes that are kept; what paints more counts as painted all over.
const MAX_BOXES: usize = 20_000;
/// Most pieces of strokes and shapes that are kept; what paints more counts as painted all over.
const MAX_PIECES: usize = 80_000;
/// How many pieces a slanting stroke is cut into at most.
const MAX_PIECES_OF_STROKE: f64 = 2_000.0;
/// How many rows a shape is cut into.
const ROWS: u32 = 48;

/// Left, bottom, right, top of each.
type Boxes = Vec<[f64; 4]>;

/// What an annotation paints so that one can't see through: boxes in user space (left, bottom, right, top).
#[derive(Debug, Clone, Default)]
pub struct Painted {
    /// Each hides what lies under it.
    pub solid: Vec<[f64; 4]>,
    /// Pieces of strokes and of shapes that aren't boxes, and what one can see through, each with how much of what lies
    /// under it it hides: together they may hide something.
    pub pieces: Vec<([f64; 4], f64)>,
}

impl Painted {
    pub(super) fn all_over(rect: [f64; 4]) -> Self {
        Self { solid: vec![rect], ..Self::default() }
    }
}

impl Document<'_> {
    /// What an annotation of the page paints so that one can't see through. What can't be judged counts as painted all
    /// over.
    ///
    /// # Errors
    /// [`Error::Input`] where the annotation's own objects can't be read.
    pub fn painted_boxes(&self, page: &Page, annotation: &Dictionary) -> Result<Painted, Error> {
        let Some(rect) = rectangle(self, annotation, b"Rect")? else { return Ok(Painted::default()) };
        let appearance = match self.get(annotation, b"AP")? {
            Object::Dictionary(appearances) => match appearances.get(b"N") {
                Ok(normal) => self.resolve(normal)?,
                Err(_) => Object::Null,
            },
            _ => Object::Null,
        };
        let form = match appearance {
            Object::Dictionary(states) => match self.get(annotation, b"AS")? {
                Object::Name(state) => self.get(&states, &state)?,
                _ => Object::Null,
            },
            other => other,
        };
        let Object::Stream(mut form) = form else {
            return self.painted_without_appearance(page, annotation, rect);
        };
        let Ok(content) = self.decode(&mut form) else { return Ok(Painted::all_over(rect)) };
        let Some(bounds) = rectangle(self, &form.dict, b"BBox")? else {
            // Some viewers draw it nevertheless, and nobody can tell where.
            let blank = content.trim_ascii().is_empty();
            return Ok(if blank { Painted::default() } else { Painted::all_over(rect) });
        };
        let resources = match self.get(&form.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        let mut painter = Painter::new(self, &page.resources);
        painter.run(&content, &resources, State::new(IDENTITY, bounds), 0)?;
        if painter.everything {
            return Ok(Painted::all_over(rect));
        }
        // The appearance's box, after its matrix, is fitted into the rectangle (ISO 32000-2, 12.5.5, algorithm 8.1).
        let mut matrix = IDENTITY;
        if let Object::Array(items) = self.get(&form.dict, b"Matrix")? {
            for (value, item) in matrix.iter_mut().zip(&items) {
                *value = number_of(&self.resolve(item)?).unwrap_or(*value);
            }
        }
        let [left, bottom, right, top] = turned(matrix, bounds);
        let (width, height) = (right - left, top - bottom);
        if width <= 0.0 || height <= 0.0 {
            return Ok(Painted::default());
        }
        let (scale_x, scale_y) = ((rect[2] - rect[0]) / width, (rect[3] - rect[1]) / height);
        let fitted = [scale_x, 0.0, 0.0, scale_y, rect[0] - left * scale_x, rect[1] - bottom * scale_y];
        let whole = times(matrix, fitted);
        let solid = painter.boxes.into_iter().map(|one| turned(whole, one)).collect();
        let pieces = painter.pieces.into_iter().map(|(one, hides)| (turned(whole, one), hides)).collect();
        Ok(Painted { solid, pieces })
    }

    /// The boxes in user space of the pictures that a page's content draws.
    pub fn pictures_of(&self, page: &Page) -> Result<Vec<[f64; 4]>, Error> {
        Ok(self.pictures_and_drawings_of(page)?.0)
    }

    /// The same, and the boxes of the shapes that it fills and of lines that aren't rules.
    pub fn pictures_and_drawings_of(&self, page: &Page) -> Result<(Boxes, Boxes), Error> {
        let mut painter = Painter::new(self, &page.resources);
        painter.is_of_a_page = true;
        let everywhere = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
        painter.run(&page.content(self)?, &page.resources, State::new(IDENTITY, everywhere), 0)?;
        Ok((painter.boxes, painter.drawings))
    }
}

/// What lines of a width paint.
pub(super) fn drawn_lines(document: &Document<'_>, page: &Page, lines: &Path, width: f64) -> Painted {
    let everywhere = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
    let mut painter = Painter::new(document, &page.resources);
    painter.stroke(lines, State { line_width: width, ..State::new(IDENTITY, everywhere) });
    Painted { solid: painter.boxes, pieces: painter.pieces }
}

/// The box around a box's corners after a matrix.
pub(super) fn turned(matrix: Matrix, [left, bottom, right, top]: [f64; 4]) -> [f64; 4] {
    let corners = [(left, bottom), (right, bottom), (right, top), (left, top)].map(|(x, y)| through(matrix, x, y));
    let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
    let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
    [least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1)]
}

#[derive(Clone, Copy)]
struct State {
    ctm: Matrix,
    ink: Ink,
    line_width: f64,
    text: TextState,
    /// Left, bottom, right, top in the form's space: nothing is painted outside.
    clip: [f64; 4],
}

impl State {
    fn new(ctm: Matrix, clip: [f64; 4]) -> Self {
        Self { ctm, ink: Ink::new(), line_width: 1.0, text: TextState::new(), clip }
    }
}

struct Painter<'d, 'a> {
    document: &'d Document<'a>,
    /// Where viewers look for what a form's own resources don't have.
    page: &'d Dictionary,
    operations: usize,
    /// What is painted over, in the space that the walk began in.
    boxes: Vec<[f64; 4]>,
    /// The same, of what isn't a box.
    pieces: Vec<([f64; 4], f64)>,
    /// Too much to tell.
    everything: bool,
    /// Whether it's a page's own content that is looked through for what can be hidden.
    is_of_a_page: bool,
    drawings: Vec<[f64; 4]>,
    fonts: Vec<Option<ReadFont>>,
    known_fonts: HashMap<ObjectId, (Signs, Option<usize>)>,
    drawing: HashSet<ObjectId>,
}

impl<'d, 'a> Painter<'d, 'a> {
    fn new(document: &'d Document<'a>, page: &'d Dictionary) -> Self {
        Self {
            document,
            page,
            operations: 0,
            boxes: Vec::new(),
            pieces: Vec::new(),
            everything: false,
            is_of_a_page: false,
            drawings: Vec::new(),
            fonts: Vec::new(),
            known_fonts: HashMap::new(),
            drawing: HashSet::new(),
        }
    }

    fn run(&mut self, content: &[u8], resources: &Dictionary, state: State, depth: usize) -> Result<(), Error> {
        let mut state = state;
        let mut saved = Vec::new();
        let mut path = Path::default();
        let mut position = Position::new();
        for operation in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok) {
            self.operations += 1;
            if self.operations > MAX_OPERATIONS {
                self.everything = true;
                return Ok(());
            }
            let operands = operation.operands.as_slice();
            let number = |index: usize| operands.get(index).and_then(number_of).unwrap_or(0.0);
            let point = |index: usize| through(state.ctm, number(index), number(index + 1));
            match operation.operator.as_str() {
                "q" if saved.len() < MAX_SAVED => saved.push(state),
                // Which state comes back isn't known any more.
                "q" => self.everything = true,
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => {
                    let matrix = [number(0), number(1), number(2), number(3), number(4), number(5)];
                    state.ctm = times(matrix, state.ctm);
                }
                "gs" => {
                    if let Some(Object::Name(name)) = operands.first() {
                        let (_, parameters) = self.resource(resources, b"ExtGState", name)?;
                        if let Object::Dictionary(parameters) = parameters {
                            state.ink.set(self.document, &parameters)?;
                        }
                    }
                }
                "m" => path.start(point(0)),
                "l" => path.line(point(0)),
                "c" => [0, 2, 4].into_iter().for_each(|index| path.line(point(index))),
                "v" | "y" => [0, 2].into_iter().for_each(|index| path.line(point(index))),
                "re" => {
                    let (x, y, width, height) = (number(0), number(1), number(2), number(3));
                    path.start(through(state.ctm, x, y));
                    for (x, y) in [(x + width, y), (x + width, y + height), (x, y + height)] {
                        path.line(through(state.ctm, x, y));
                    }
                }
                "w" => state.line_width = number(0),
                operator @ ("g" | "rg" | "k" | "sc" | "scn" | "cs" | "G" | "RG" | "K" | "SC" | "SCN" | "CS") => {
                    state.ink.colour(self.document, resources, operator, operands)?;
                }
                "Tf" => {
                    state.text.size = number(1);
                    if let Some(Object::Name(name)) = operands.first().filter(|_| !self.is_of_a_page) {
                        // With a font that can't be read nothing is drawn.
                        let font = self.font(resources, name).unwrap_or((Signs::Letters, None));
                        (state.text.signs, state.text.font) = font;
                    }
                }
                operator @ ("BT" | "Td" | "TD" | "Tm" | "T*" | "TL" | "Ts" | "Tz" | "Tc" | "Tw" | "Tr") => {
                    position.step(&mut state.text, operator, operands);
                }
                operator @ ("Tj" | "TJ" | "'" | "\"") => {
                    position.step(&mut state.text, operator, operands);
                    self.letters(
                        operands.get(operands.len().saturating_sub(1)..).unwrap_or_default(),
                        &mut position,
                        state,
                    );
                }
                operator @ ("f" | "F" | "f*" | "B" | "B*" | "b" | "b*") => {
                    let path = path.take();
                    self.fill(&path, operator.ends_with('*'), state);
                    if operator.starts_with(['B', 'b']) {
                        self.stroke(&path, state);
                    }
                }
                // To clip by nothing is taken for no clipping by some viewers.
                "W" | "W*" if !path.subpaths.is_empty() => state.clip = path.bounds(state.clip),
                "S" | "s" => self.stroke(&path.take(), state),
                "n" => drop(path.take()),
                "sh" => self.paint(state.clip, state.ink.hides_by_a_picture(), state),
                "BI" => self.paint(turned(state.ctm, [0.0, 0.0, 1.0, 1.0]), state.ink.hides_by_a_picture(), state),
                "Do" => {
                    if let Some(Object::Name(name)) = operands.first() {
                        self.draw(resources, name, state, depth)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fill(&mut self, path: &Path, even_odd: bool, state: State) {
        if self.is_of_a_page {
            // What is almost white is paper.
            if state.ink.fill() < PAPER {
                path.subpaths.iter().for_each(|shape| self.drawing(bounds_of(shape, state.clip)));
            }
            return;
        }
        if let [_] = path.subpaths.as_slice() {
            let bounds = path.bounds(state.clip);
            if path.area(state.clip) >= area(bounds) * SOLID {
                return self.paint(bounds, state.ink.hides_by_filling(), state);
            }
        }
        for row in path.rows(ROWS, even_odd) {
            self.piece(row, state.ink.hides_by_filling(), state);
        }
    }

    /// Letters so large, or stroked so wide, that they hide what lies under them.
    fn letters(&mut self, shown: &[Object], position: &mut Position, state: State) {
        if self.is_of_a_page {
            return;
        }
        let font = state.text.font.and_then(|index| self.fonts.get(index));
        let boxes = position.show(&state.text, font.and_then(Option::as_ref), shown);
        // Nothing is painted with these, or the letters clip.
        if matches!(state.text.mode, 3 | 7) {
            return;
        }
        if state.text.signs == Signs::Drawings {
            return self.paint(state.clip, state.ink.hides_by_filling(), state);
        }
        let is_shape = state.text.signs == Signs::Shapes || shown.iter().any(goes_over_and_over);
        let readable = if is_shape { HUGE_SHAPE } else { HUGE };
        let [a, b, c, d, ..] = state.ctm;
        let width = state.line_width * (a * d - b * c).abs().sqrt();
        let is_stroked = matches!(state.text.mode, 1 | 2 | 5 | 6);
        for (matrix, place) in boxes {
            let whole = times(matrix, state.ctm);
            let [a, b, c, d, ..] = whole;
            let seen = turned(whole, place);
            if state.text.size.abs() * (a * d - b * c).abs().sqrt() >= readable && state.text.mode % 4 != 1 {
                self.paint(seen, state.ink.hides_by_filling(), state);
            }
            if is_stroked && width > THICK {
                let half = width / 2.0;
                let [left, bottom, right, top] = seen;
                self.paint(
                    [left - half, bottom - half, right + half, top + half],
                    state.ink.hides_by_stroking(),
                    state,
                );
            }
        }
    }

    fn stroke(&mut self, path: &Path, state: State) {
        let [a, b, c, d, ..] = state.ctm;
        let width = state.line_width * (a * d - b * c).abs().sqrt();
        if self.is_of_a_page {
            // Frames and rules are where signatures go.
            if path.slanting(RULE) >= path.length() / 2.0 {
                self.drawing(path.bounds(state.clip));
            }
            return;
        }
        if width <= 0.0 {
            return;
        }
        let hides = state.ink.hides_by_stroking();
        for pair in path.subpaths.iter().flat_map(|points| points.windows(2)) {
            let &[(ax, ay), (bx, by)] = pair else { continue };
            let half = width / 2.0;
            let bounds = [ax.min(bx) - half, ay.min(by) - half, ax.max(bx) + half, ay.max(by) + half];
            // A slanting stroke leaves most of its box free.
            if (bx - ax).abs() < width || (by - ay).abs() < width {
                match width > THICK {
                    true => self.paint(bounds, hides, state),
                    false => self.piece(bounds, hides, state),
                }
                continue;
            }
            let count = ((bx - ax).hypot(by - ay) / (width / 2.0).max(0.5)).ceil().min(MAX_PIECES_OF_STROKE);
            let mut done = 0.0;
            while done <= count && !self.everything {
                let (x, y) = (ax + (bx - ax) * done / count, ay + (by - ay) * done / count);
                self.piece([x - half, y - half, x + half, y + half], hides, state);
                done += 1.0;
            }
        }
    }

    fn drawing(&mut self, bounds: [f64; 4]) {
        let [left, bottom, right, top] = bounds;
        if right - left >= RULE && top - bottom >= RULE && self.drawings.len() < MAX_BOXES {
            self.drawings.push(bounds);
        }
    }

    fn piece(&mut self, [left, bottom, right, top]: [f64; 4], hides: f64, state: State) {
        let [clip_left, clip_bottom, clip_right, clip_top] = state.clip;
        let within = [left.max(clip_left), bottom.max(clip_bottom), right.min(clip_right), top.min(clip_top)];
        if hides < FAINT || area(within) <= 0.0 {
            return;
        }
        if self.pieces.len() >= MAX_PIECES {
            self.everything = true;
        } else {
            self.pieces.push((within, hides));
        }
    }

    fn paint(&mut self, [left, bottom, right, top]: [f64; 4], hides: f64, state: State) {
        let [clip_left, clip_bottom, clip_right, clip_top] = state.clip;
        let within = [left.max(clip_left), bottom.max(clip_bottom), right.min(clip_right), top.min(clip_top)];
        if hides < TRANSLUCENT {
            return self.piece(within, hides, state);
        }
        if area(within) <= 0.0 {
            return;
        }
        if self.boxes.len() >= MAX_BOXES {
            self.everything = true;
        } else {
            self.boxes.push(within);
        }
    }

    /// A named resource of the form, or of the page where the form has none of the name, as viewers look it up.
    fn resource(&self, resources: &Dictionary, kind: &[u8], name: &[u8]) -> Result<(Option<ObjectId>, Object), Error> {
        for resources in [resources, self.page] {
            if let Object::Dictionary(named) = self.document.get(resources, kind)?
                && let Ok(value) = named.get(name)
            {
                return Ok((value.as_reference().ok(), self.document.resolve_value(value)?));
            }
        }
        Ok((None, Object::Null))
    }

    /// What a font's signs are, and which of the fonts read so far it is.
    fn font(&mut self, resources: &Dictionary, name: &[u8]) -> Result<(Signs, Option<usize>), Error> {
        let (id, value) = self.resource(resources, b"Font", name)?;
        let Object::Dictionary(font) = value else { return Ok((Signs::Letters, None)) };
        if let Some(known) = id.and_then(|id| self.known_fonts.get(&id)) {
            return Ok(*known);
        }
        let read = (Signs::of(self.document, &font)?, Some(self.fonts.len()));
        self.fonts.push(ReadFont::read(self.document, &font).ok());
        if let Some(id) = id {
            self.known_fonts.insert(id, read);
        }
        Ok(read)
    }

    fn draw(&mut self, resources: &Dictionary, name: &[u8], state: State, depth: usize) -> Result<(), Error> {
        // The data of a picture may be the largest part of the file: what is seen of it decides whether they're read.
        let (id @ Some(reference), Object::Dictionary(head)) = self.resource(resources, b"XObject", name)? else {
            return Ok(());
        };
        if self.is_of_a_page && matches!(head.get(b"Subtype"), Ok(Object::Name(kind)) if kind == b"Image") {
            self.paint(turned(state.ctm, [0.0, 0.0, 1.0, 1.0]), 1.0, state);
            return Ok(());
        }
        let Object::Stream(mut object) = self.document.resolve(&Object::Reference(reference))? else { return Ok(()) };
        match object.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => self.picture(object, state),
            Ok(b"Form") => {
                let entered = id.is_none_or(|id| self.drawing.insert(id));
                if depth >= MAX_DEPTH || !entered {
                    self.everything = true;
                    return Ok(());
                }
                let mut matrix = IDENTITY;
                if let Object::Array(items) = self.document.get(&object.dict, b"Matrix")? {
                    for (value, item) in matrix.iter_mut().zip(&items) {
                        *value = number_of(&self.document.resolve(item)?).unwrap_or(*value);
                    }
                }
                let own = match self.document.get(&object.dict, b"Resources")? {
                    Object::Dictionary(own) => own,
                    _ => resources.clone(),
                };
                let content = self.document.decode(&mut object)?;
                let ink = if object.dict.has(b"Group") { state.ink.in_group() } else { state.ink };
                let within = State { ctm: times(matrix, state.ctm), ink, ..state };
                self.run(&content, &own, within, depth + 1)?;
                if let Some(id) = id {
                    self.drawing.remove(&id);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A picture that one can see through in places covers with the others.
    fn picture(&mut self, object: lopdf::Stream, state: State) -> Result<(), Error> {
        let hides = state.ink.hides_by_a_picture();
        let mask = Mask::of(self.document, &object.dict)?;
        if mask.mean >= TRANSLUCENT {
            self.paint(turned(state.ctm, [0.0, 0.0, 1.0, 1.0]), hides, state);
        } else if hides >= FAINT && !mask.opaque.is_empty() {
            let [left, bottom, right, top] = turned(state.ctm, [0.0, 0.0, 1.0, 1.0]);
            let of_a_seal = WIDEST_OF_A_SEAL.max((right - left).max(top - bottom) * PART_OF_A_SEAL);
            let least = if self.document.is_coloured(object)? { of_a_seal } else { 0.0 };
            for stretch in mask.opaque {
                let seen = turned(state.ctm, stretch);
                let [left, bottom, right, top] = seen;
                if (right - left).max(top - bottom) > least {
                    self.piece(seen, hides, state);
                }
            }
        }
        Ok(())
    }
}
