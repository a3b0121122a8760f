//! How much of its box an annotation paints over: whether one can see what lies under it.

use std::collections::HashSet;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, ObjectId};

use super::document::Document;
use super::page::{number_of, rectangle};
use crate::error::Error;

/// Operations of one appearance; what paints more counts as opaque.
const MAX_OPERATIONS: usize = 200_000;
/// Forms within forms.
const MAX_DEPTH: usize = 8;
/// Saved graphics states.
const MAX_SAVED: usize = 256;
/// Below this constant alpha one can see through.
const TRANSLUCENT: f64 = 0.75;

type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [p, q, r, s, t, u] = second;
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]
}

impl Document<'_> {
    /// The part of an annotation's box that is painted so that one can't see through, 0 to 1 and beyond where paint lies
    /// on paint. What can't be judged counts as opaque.
    ///
    /// # Errors
    /// [`Error::Input`] where the annotation's own objects can't be read.
    pub(crate) fn paint_of(&self, annotation: &Dictionary) -> Result<f64, Error> {
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
        let Object::Stream(form) = form else { return self.paint_without_appearance(annotation) };
        let Some(bounds) = rectangle(self, &form.dict, b"BBox")? else { return Ok(0.0) };
        let Ok(content) = self.decode(&form) else { return Ok(1.0) };
        let resources = match self.get(&form.dict, b"Resources")? {
            Object::Dictionary(resources) => resources,
            _ => Dictionary::new(),
        };
        let mut painter = Painter { document: self, operations: 0, painted: 0.0, drawing: HashSet::new() };
        painter.run(&content, &resources, State { ctm: IDENTITY, opaque: true, clip: bounds }, 0)?;
        let [left, bottom, right, top] = bounds;
        Ok(painter.painted / ((right - left) * (top - bottom)))
    }

    /// What viewers draw for an annotation that brings no appearance.
    fn paint_without_appearance(&self, annotation: &Dictionary) -> Result<f64, Error> {
        let filled = matches!(self.get(annotation, b"IC")?, Object::Array(colour) if !colour.is_empty());
        Ok(match annotation.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"FreeText" | b"Stamp" | b"Redact" | b"Screen" | b"RichMedia" | b"3D" | b"Movie") => 1.0,
            Ok(b"Square" | b"Circle" | b"Polygon") if filled => 1.0,
            _ => 0.0,
        })
    }
}

#[derive(Clone, Copy)]
struct State {
    ctm: Matrix,
    opaque: bool,
    /// Left, bottom, right, top in the form's space: nothing is painted outside.
    clip: [f64; 4],
}

struct Painter<'d, 'a> {
    document: &'d Document<'a>,
    operations: usize,
    /// Area painted, in the form's space.
    painted: f64,
    drawing: HashSet<ObjectId>,
}

impl Painter<'_, '_> {
    fn run(&mut self, content: &[u8], resources: &Dictionary, state: State, depth: usize) -> Result<(), Error> {
        let mut state = state;
        let mut saved = Vec::new();
        let mut path = Path::default();
        for operation in Content::<Vec<Operation>>::decode_iter(content).map_while(Result::ok) {
            self.operations += 1;
            if self.operations > MAX_OPERATIONS {
                self.painted = f64::INFINITY;
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
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => self.paint(path.take().area(state.clip), state),
                "W" | "W*" => state.clip = path.bounds(state.clip),
                "n" | "S" | "s" => drop(path.take()),
                "sh" | "BI" => self.paint(area(state.clip), state),
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

    fn paint(&mut self, area: f64, state: State) {
        if state.opaque {
            self.painted += area;
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
                let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
                let mut path = Path::default();
                for (index, (x, y)) in corners.into_iter().enumerate() {
                    let point = through(state.ctm, x, y);
                    if index == 0 { path.start(point) } else { path.line(point) }
                }
                let alpha = self.mean_alpha(&object.dict)?;
                self.paint(path.area(state.clip) * alpha, state);
                Ok(())
            }
            Ok(b"Form") => {
                let entered = id.is_none_or(|id| self.drawing.insert(id));
                if depth >= MAX_DEPTH || !entered {
                    self.painted = f64::INFINITY;
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

fn through([a, b, c, d, e, f]: Matrix, x: f64, y: f64) -> (f64, f64) {
    (a * x + c * y + e, b * x + d * y + f)
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
