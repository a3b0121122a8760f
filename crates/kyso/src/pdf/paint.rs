//! Where an annotation paints so that one can't see what lies under it.

use std::collections::HashSet;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::document::Document;
use super::matrix::{IDENTITY, Matrix, through, times};
use super::page::{Page, number_of, rectangle};
use crate::error::Error;

/// Operations of one appearance; what paints more counts as opaque.
const MAX_OPERATIONS: usize = 200_000;
/// Forms within forms.
const MAX_DEPTH: usize = 8;
/// Saved graphics states.
const MAX_SAVED: usize = 256;
/// Below this alpha one can see through. A seal's ink takes about a third of its box.
const TRANSLUCENT: f64 = 0.75;
/// A filled shape that takes this part of its box hides what lies under the box.
const SOLID: f64 = 0.6;
/// A stroke of more points than this hides what lies under it.
const THICK: f64 = 4.0;
/// Letters larger than this, in points, are drawn to cover, not to be read.
const HUGE: f64 = 30.0;
/// Most boxes that are kept; what paints more counts as painted all over.
const MAX_BOXES: usize = 20_000;

impl Document<'_> {
    /// The boxes in user space (left, bottom, right, top) that an annotation paints so that one can't see through. What
    /// can't be judged counts as painted all over.
    ///
    /// # Errors
    /// [`Error::Input`] where the annotation's own objects can't be read.
    pub(crate) fn painted_boxes(&self, annotation: &Dictionary) -> Result<Vec<[f64; 4]>, Error> {
        let Some(rect) = rectangle(self, annotation, b"Rect")? else { return Ok(Vec::new()) };
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
        let Object::Stream(form) = form else {
            return Ok(if self.is_solid_without_appearance(annotation)? { vec![rect] } else { Vec::new() });
        };
        let Some(bounds) = rectangle(self, &form.dict, b"BBox")? else { return Ok(Vec::new()) };
        let Ok(content) = self.decode(&form) else { return Ok(vec![rect]) };
        let resources = match self.get(&form.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        let mut painter = Painter::new(self);
        painter.run(&content, &resources, State::new(IDENTITY, bounds), 0)?;
        if painter.everything {
            return Ok(vec![rect]);
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
            return Ok(Vec::new());
        }
        let (scale_x, scale_y) = ((rect[2] - rect[0]) / width, (rect[3] - rect[1]) / height);
        let fitted = [scale_x, 0.0, 0.0, scale_y, rect[0] - left * scale_x, rect[1] - bottom * scale_y];
        let whole = times(matrix, fitted);
        Ok(painter.boxes.into_iter().map(|one| turned(whole, one)).collect())
    }

    /// The boxes in user space of the pictures that a page's content draws.
    pub(crate) fn pictures_of(&self, page: &Page) -> Result<Vec<[f64; 4]>, Error> {
        let mut painter = Painter::new(self);
        painter.pictures_only = true;
        let everywhere = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
        painter.run(&page.content(self)?, &page.resources, State::new(IDENTITY, everywhere), 0)?;
        Ok(painter.boxes)
    }

    /// What viewers draw for an annotation that brings no appearance.
    fn is_solid_without_appearance(&self, annotation: &Dictionary) -> Result<bool, Error> {
        let filled = matches!(self.get(annotation, b"IC")?, Object::Array(colour) if !colour.is_empty());
        let width = match self.get(annotation, b"BS")? {
            Object::Dictionary(style) => number_of(&self.get(&style, b"W")?),
            _ => None,
        };
        Ok(match annotation.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"FreeText" | b"Stamp" | b"Redact" | b"Screen" | b"RichMedia" | b"3D" | b"Movie") => true,
            Ok(b"Square" | b"Circle" | b"Polygon") => filled || width.is_some_and(|width| width > THICK),
            Ok(b"Ink" | b"Line" | b"PolyLine") => width.is_some_and(|width| width > THICK),
            _ => false,
        })
    }
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
    opaque: bool,
    line_width: f64,
    font_size: f64,
    /// Left, bottom, right, top in the form's space: nothing is painted outside.
    clip: [f64; 4],
}

impl State {
    fn new(ctm: Matrix, clip: [f64; 4]) -> Self {
        Self { ctm, opaque: true, line_width: 1.0, font_size: 0.0, clip }
    }
}

struct Painter<'d, 'a> {
    document: &'d Document<'a>,
    operations: usize,
    /// What is painted over, in the space that the walk began in.
    boxes: Vec<[f64; 4]>,
    /// Too much to tell.
    everything: bool,
    pictures_only: bool,
    drawing: HashSet<ObjectId>,
}

impl<'d, 'a> Painter<'d, 'a> {
    fn new(document: &'d Document<'a>) -> Self {
        Self {
            document,
            operations: 0,
            boxes: Vec::new(),
            everything: false,
            pictures_only: false,
            drawing: HashSet::new(),
        }
    }

    fn run(&mut self, content: &[u8], resources: &Dictionary, state: State, depth: usize) -> Result<(), Error> {
        let mut state = state;
        let mut saved = Vec::new();
        let mut path = Path::default();
        let mut text = IDENTITY;
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
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => {
                    let matrix = [number(0), number(1), number(2), number(3), number(4), number(5)];
                    state.ctm = times(matrix, state.ctm);
                }
                "gs" => {
                    if let Some(Object::Name(name)) = operands.first() {
                        state.opaque = self.opaque(resources, name, state.opaque)?;
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
                "Tf" => state.font_size = number(1),
                "BT" => text = IDENTITY,
                "Td" | "TD" => text = times([1.0, 0.0, 0.0, 1.0, number(0), number(1)], text),
                "Tm" => text = [number(0), number(1), number(2), number(3), number(4), number(5)],
                "Tj" | "TJ" | "'" | "\"" => self.letters(operands, times(text, state.ctm), state),
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => self.fill(&path.take(), state),
                "W" | "W*" => state.clip = path.bounds(state.clip),
                "S" | "s" => self.stroke(&path.take(), state),
                "n" => drop(path.take()),
                "sh" => self.paint(state.clip, state),
                "BI" => self.paint(turned(state.ctm, [0.0, 0.0, 1.0, 1.0]), state),
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

    fn fill(&mut self, path: &Path, state: State) {
        for subpath in &path.subpaths {
            let one = Path { subpaths: vec![subpath.clone()] };
            let bounds = one.bounds(state.clip);
            if one.area(state.clip) >= area(bounds) * SOLID && !self.pictures_only {
                self.paint(bounds, state);
            }
        }
    }

    /// Letters so large that they hide what lies under them.
    fn letters(&mut self, operands: &[Object], matrix: Matrix, state: State) {
        let [a, b, c, d, ..] = matrix;
        if state.font_size * (a * d - b * c).abs().sqrt() < HUGE || self.pictures_only {
            return;
        }
        let length = |object: &Object| match object {
            Object::String(text, _) => text.len(),
            _ => 0,
        };
        let count: usize = operands
            .iter()
            .map(|operand| match operand {
                Object::Array(items) => items.iter().map(length).sum(),
                single => length(single),
            })
            .sum();
        let width = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) * 0.6 * state.font_size;
        self.paint(turned(matrix, [0.0, -0.2 * state.font_size, width, 0.8 * state.font_size]), state);
    }

    fn stroke(&mut self, path: &Path, state: State) {
        let [a, b, c, d, ..] = state.ctm;
        let width = state.line_width * (a * d - b * c).abs().sqrt();
        if width <= THICK || self.pictures_only {
            return;
        }
        for pair in path.subpaths.iter().flat_map(|points| points.windows(2)) {
            let &[(ax, ay), (bx, by)] = pair else { continue };
            let half = width / 2.0;
            let bounds = [ax.min(bx) - half, ay.min(by) - half, ax.max(bx) + half, ay.max(by) + half];
            // A slanting stroke leaves most of its box free.
            if (bx - ax).abs() < width || (by - ay).abs() < width {
                self.paint(bounds, state);
            }
        }
    }

    fn paint(&mut self, [left, bottom, right, top]: [f64; 4], state: State) {
        let [clip_left, clip_bottom, clip_right, clip_top] = state.clip;
        let within = [left.max(clip_left), bottom.max(clip_bottom), right.min(clip_right), top.min(clip_top)];
        if !state.opaque || area(within) <= 0.0 {
            return;
        }
        if self.boxes.len() >= MAX_BOXES {
            self.everything = true;
        } else {
            self.boxes.push(within);
        }
    }

    fn opaque(&self, resources: &Dictionary, name: &[u8], now: bool) -> Result<bool, Error> {
        let Object::Dictionary(states) = self.document.get(resources, b"ExtGState")? else { return Ok(now) };
        let Object::Dictionary(state) = self.document.get(&states, name)? else { return Ok(now) };
        let alpha = number_of(&self.document.get(&state, b"ca")?);
        let darkens = |mode: &Object| matches!(mode, Object::Name(name) if name == b"Multiply" || name == b"Darken");
        Ok(match (alpha, self.document.get(&state, b"BM")?) {
            (_, mode) if darkens(&mode) => false,
            (Some(alpha), _) => alpha >= TRANSLUCENT,
            (None, Object::Name(_)) => true,
            _ => now,
        })
    }

    fn draw(&mut self, resources: &Dictionary, name: &[u8], state: State, depth: usize) -> Result<(), Error> {
        let Object::Dictionary(objects) = self.document.get(resources, b"XObject")? else { return Ok(()) };
        let id = objects.get(name).ok().and_then(|object| object.as_reference().ok());
        let Object::Stream(object) = self.document.get(&objects, name)? else { return Ok(()) };
        match object.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                if self.pictures_only || self.mean_alpha(&object.dict)? >= TRANSLUCENT {
                    self.paint(turned(state.ctm, [0.0, 0.0, 1.0, 1.0]), state);
                }
                Ok(())
            }
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
                let content = self.document.decode(&object)?;
                let within = State { ctm: times(matrix, state.ctm), ..state };
                self.run(&content, &own, within, depth + 1)?;
                if let Some(id) = id {
                    self.drawing.remove(&id);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// How opaque a picture is on the whole, by its soft mask; 1 where it has none that can be read.
    fn mean_alpha(&self, image: &Dictionary) -> Result<f64, Error> {
        let Object::Stream(mask) = self.document.get(image, b"SMask")? else { return Ok(1.0) };
        let grey = matches!(self.document.get(&mask.dict, b"BitsPerComponent")?, Object::Integer(8))
            && !mask.dict.has(b"Decode");
        let Ok(alpha) = self.document.decode(&mask) else { return Ok(1.0) };
        if !grey || alpha.is_empty() {
            return Ok(1.0);
        }
        let sum: u64 = alpha.iter().map(|&value| u64::from(value)).sum();
        #[allow(clippy::cast_precision_loss)]
        Ok(sum as f64 / (alpha.len() as f64 * 255.0))
    }
}

fn area([left, bottom, right, top]: [f64; 4]) -> f64 {
    (right - left).max(0.0) * (top - bottom).max(0.0)
}

/// A path's subpaths as polygons; curves by their control points.
#[derive(Default)]
struct Path {
    subpaths: Vec<Vec<(f64, f64)>>,
}

impl Path {
    fn start(&mut self, point: (f64, f64)) {
        self.subpaths.push(vec![point]);
    }

    fn line(&mut self, point: (f64, f64)) {
        if let Some(subpath) = self.subpaths.last_mut() {
            subpath.push(point);
        }
    }

    fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// The area within `clip`; holes count as painted.
    fn area(&self, clip: [f64; 4]) -> f64 {
        let inside = |value: f64, low: f64, high: f64| value.max(low).min(high);
        let [left, bottom, right, top] = clip;
        let polygon = |points: &Vec<(f64, f64)>| {
            let clipped = |index: usize| {
                points.get(index % points.len()).map(|&(x, y)| (inside(x, left, right), inside(y, bottom, top)))
            };
            let twice: f64 = (0..points.len())
                .filter_map(|index| Some((clipped(index)?, clipped(index + 1)?)))
                .map(|((ax, ay), (bx, by))| ax * by - bx * ay)
                .sum();
            twice.abs() / 2.0
        };
        self.subpaths.iter().filter(|points| !points.is_empty()).map(polygon).sum()
    }

    /// The box of all points, within `clip`.
    fn bounds(&self, [left, bottom, right, top]: [f64; 4]) -> [f64; 4] {
        let points = || self.subpaths.iter().flatten();
        let least = |pick: fn(&(f64, f64)) -> f64| points().map(pick).fold(f64::INFINITY, f64::min);
        let most = |pick: fn(&(f64, f64)) -> f64| points().map(pick).fold(f64::NEG_INFINITY, f64::max);
        [
            left.max(least(|point| point.0)),
            bottom.max(least(|point| point.1)),
            right.min(most(|point| point.0)),
            top.min(most(|point| point.1)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_clipped() {
        let mut path = Path::default();
        path.start((-10.0, -10.0));
        for point in [(5.0, -10.0), (5.0, 20.0), (-10.0, 20.0)] {
            path.line(point);
        }
        assert!((path.area([0.0, 0.0, 10.0, 10.0]) - 50.0).abs() < 1e-9);
        assert_eq!(path.bounds([0.0, 0.0, 10.0, 10.0]), [0.0, 0.0, 5.0, 10.0]);
    }
}
