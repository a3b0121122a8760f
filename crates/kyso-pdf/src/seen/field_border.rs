//! The lines that a field's appearance draws around its text: a frame, an underline, the edges of a bevel, the walls
//! between the cells of a comb. What else is drawn with lines could be read as letters.

use crate::content::path::{Path, Segment};
use crate::geometry::{Bounds, Point};

/// What lies this near to an edge of the box is its border, in points; in a low box, this share of its height.
const NEAR: f64 = 3.0;
const NEAR_PART: f64 = 0.2;
/// The widest line, in points.
const WIDEST: f64 = 2.0;
/// The widest line around a box.
const WIDEST_FRAME: f64 = 5.0;
/// Points that are taken of each edge.
const SAMPLES: u32 = 16;
/// A background and a line reach over at least this share of the box's width; a wall over as much of its height.
const LEAST_SPAN: f64 = 0.5;
const LEAST_WALL: f64 = 0.8;

/// What a field's appearance paints: boxes, and lines.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) boxes: Vec<Bounds>,
    lines: Vec<Vec<Point>>,
}

impl Outline {
    /// `None` where there are curves, or a line goes on behind a box.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let (mut outline, mut line): (Self, Option<Vec<Point>>) = (Self::default(), None);
        for segment in path.segments() {
            match *segment {
                Segment::Move(at) => outline.lines.extend(line.replace(vec![at])),
                Segment::Line(to) => line.as_mut()?.push(to),
                Segment::Close => {
                    if let Some(line) = &mut line {
                        line.extend(line.first().copied());
                    }
                }
                Segment::Rectangle(corners) => {
                    outline.lines.extend(line.take());
                    outline.boxes.push(Bounds::around(corners));
                }
                Segment::Curve(..) => return None,
            }
        }
        outline.lines.extend(line);
        Some(outline)
    }

    pub(super) fn len(&self) -> usize {
        self.boxes.len() + self.lines.iter().map(Vec::len).sum::<usize>()
    }

    /// The one box, where it's nothing else.
    pub(super) fn only_box(&self) -> Option<Bounds> {
        match self.boxes.as_slice() {
            [one] if self.lines.is_empty() => Some(*one),
            _ => None,
        }
    }

    /// Whether lines of this width along it are a border, or the walls of a comb.
    pub(super) fn is_border(&self, bounds: Bounds, width: f64, comb: bool) -> bool {
        let Bounds { left, bottom, right, top } = bounds;
        let near = near(bounds);
        let is_wall = |from: Point, to: Point| {
            let at_edge = (from.0 - left).abs() <= near || (right - from.0).abs() <= near;
            let high = (from.1 - to.1).abs() >= LEAST_WALL * (top - bottom);
            (from.0 - to.0).abs() < 0.01 && (at_edge || comb) && high
        };
        let is_along = |from: Point, to: Point| {
            let wide = (from.0 - to.0).abs() >= LEAST_SPAN * (right - left);
            (from.1 - to.1).abs() < 0.01 && wide && ((from.1 - bottom).abs() <= near || (top - from.1).abs() <= near)
        };
        let lines = self.lines.iter().flat_map(|line| line.windows(2)).all(|pair| match pair {
            &[from, to] => from == to || is_wall(from, to) || is_along(from, to),
            _ => true,
        });
        lines && (self.lines.is_empty() || width <= WIDEST) && (self.boxes.is_empty() || width <= WIDEST_FRAME)
    }

    /// Whether its boxes frame the text rather than stand in it.
    pub(super) fn frames(&self, bounds: Bounds, comb: bool) -> bool {
        let Bounds { left, bottom, right, top } = bounds;
        let near = near(bounds);
        self.boxes.iter().all(|one| {
            let high = one.bottom - bottom <= near && top - one.top <= near;
            high && (comb || one.left - left <= near && right - one.right <= near)
        })
    }

    /// Whether what it fills with lines is no more than the edges of a bevel.
    pub(super) fn is_bevel(&self, bounds: Bounds) -> bool {
        let Bounds { left, bottom, right, top } = bounds;
        let near = near(bounds);
        let at_edge = |x: f64, y: f64| (x - left).min(right - x).min(y - bottom).min(top - y) <= near;
        let mut area = 0.0;
        for line in &self.lines {
            let closing = line.last().copied().zip(line.first().copied());
            let edges = line.windows(2).filter_map(|pair| pair.first().copied().zip(pair.last().copied()));
            for (from, to) in edges.chain(closing) {
                area += from.0 * to.1 - to.0 * from.1;
                let on_the_way = |step: u32| {
                    let part = f64::from(step) / f64::from(SAMPLES);
                    at_edge(from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
                };
                if !(0..=SAMPLES).all(on_the_way) {
                    return false;
                }
            }
        }
        // Edges alone, not what they go around.
        area.abs() / 2.0 <= near * (right - left + top - bottom)
    }
}

/// Whether a box that is filled is a background: another could be read as a letter.
pub(super) fn is_background(one: Bounds, bounds: Bounds) -> bool {
    let Bounds { left, bottom, right, top } = bounds;
    let near = near(bounds);
    let at_edge =
        one.right - left <= near || right - one.left <= near || one.top - bottom <= near || top - one.bottom <= near;
    let wide = one.within(bounds).width() >= LEAST_SPAN * (right - left);
    wide || at_edge
}

fn near(bounds: Bounds) -> f64 {
    NEAR.min(NEAR_PART * bounds.width().min(bounds.height()))
}
