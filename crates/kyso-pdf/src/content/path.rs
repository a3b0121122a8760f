//! Paths as they are drawn, and what they enclose (ISO 32000-2, 8.5).

use super::operator::Curve;
use crate::geometry::{Bounds, Matrix, Point};

/// A piece of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Segment {
    /// Begins a subpath.
    Move(Point),
    Line(Point),
    /// Two control points and the end.
    Curve(Point, Point, Point),
    /// Closes the subpath.
    Close,
    /// A subpath of its own: its corners in the order in which they are drawn.
    Rectangle([Point; 4]),
}

/// A path in the space in which it's built.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Path {
    segments: Vec<Segment>,
    /// Where the subpath began, and where it is.
    ends: Option<(Point, Point)>,
}

impl Path {
    pub(crate) fn len(&self) -> usize {
        self.segments.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(crate) fn start(&mut self, point: Point) {
        self.ends = Some((point, point));
        self.segments.push(Segment::Move(point));
    }

    /// Without a subpath that began, viewers draw nothing.
    pub(crate) fn line(&mut self, to: Point) {
        if let Some((_, at)) = &mut self.ends {
            *at = to;
            self.segments.push(Segment::Line(to));
        }
    }

    pub(crate) fn curve(&mut self, curve: Curve) {
        if let Some((_, at)) = &mut self.ends {
            let (first, second, end) = match curve {
                Curve::Full(first, second, end) => (first, second, end),
                Curve::FromStart(second, end) => (*at, second, end),
                Curve::ToEnd(first, end) => (first, end, end),
            };
            *at = end;
            self.segments.push(Segment::Curve(first, second, end));
        }
    }

    pub(crate) fn close(&mut self) {
        if let Some((start, at)) = &mut self.ends {
            *at = *start;
            self.segments.push(Segment::Close);
        }
    }

    pub(crate) fn rectangle(&mut self, (x, y): Point, width: f64, height: f64) {
        self.ends = Some(((x, y), (x, y)));
        self.segments.push(Segment::Rectangle([(x, y), (x + width, y), (x + width, y + height), (x, y + height)]));
    }

    /// The path after a matrix.
    #[must_use]
    pub(crate) fn through(&self, matrix: Matrix) -> Self {
        let map = |point: Point| matrix.map(point);
        let segments = self.segments.iter().map(|segment| match *segment {
            Segment::Move(point) => Segment::Move(map(point)),
            Segment::Line(point) => Segment::Line(map(point)),
            Segment::Curve(first, second, end) => Segment::Curve(map(first), map(second), map(end)),
            Segment::Close => Segment::Close,
            Segment::Rectangle(corners) => Segment::Rectangle(corners.map(map)),
        });
        Self { segments: segments.collect(), ends: self.ends.map(|(start, at)| (map(start), map(at))) }
    }

    /// Its subpaths as polygons, with this many points of each line and curve.
    pub(crate) fn sampled(&self, count: u32) -> Polygons {
        let (mut polygons, mut start, mut at) = (Polygons::default(), (0.0, 0.0), (0.0, 0.0));
        for segment in &self.segments {
            match *segment {
                Segment::Move(to) => {
                    polygons.start(to);
                    (start, at) = (to, to);
                }
                Segment::Line(to) => at = sample_line(&mut polygons, at, to, count),
                Segment::Curve(first, second, end) => at = sample(&mut polygons, [at, first, second, end], count),
                Segment::Close => at = sample_line(&mut polygons, at, start, count),
                Segment::Rectangle(corners @ [first, ..]) => {
                    polygons.start(first);
                    let mut ends = corners.into_iter().skip(1).chain([first]);
                    at = ends.by_ref().fold(first, |at, to| sample_line(&mut polygons, at, to, count));
                    start = first;
                }
            }
        }
        polygons
    }

    /// Its subpaths as polygons; curves by their control points.
    pub(crate) fn polygons(&self) -> Polygons {
        let mut polygons = Polygons::default();
        for segment in &self.segments {
            match *segment {
                Segment::Move(point) => polygons.start(point),
                Segment::Line(point) => polygons.line(point),
                Segment::Curve(first, second, end) => [first, second, end].into_iter().for_each(|at| polygons.line(at)),
                Segment::Close => polygons.close(),
                Segment::Rectangle([first, rest @ ..]) => {
                    polygons.start(first);
                    rest.into_iter().for_each(|corner| polygons.line(corner));
                    polygons.close();
                }
            }
        }
        polygons
    }
}

/// Adds points of a line, and says where it ends.
fn sample_line(polygons: &mut Polygons, from: Point, to: Point, count: u32) -> Point {
    let part = |part: f64| (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
    sample(polygons, [from, part(1.0 / 3.0), part(2.0 / 3.0), to], count)
}

/// Adds points of a Bézier curve (8.5.2.2), and says where it ends.
fn sample(polygons: &mut Polygons, [a, b, c, d]: [Point; 4], count: u32) -> Point {
    for step in 1..=count {
        let t = f64::from(step) / f64::from(count);
        let u = 1.0 - t;
        let at =
            |a: f64, b: f64, c: f64, d: f64| a * u.powi(3) + 3.0 * b * u * u * t + 3.0 * c * u * t * t + d * t.powi(3);
        polygons.line((at(a.0, b.0, c.0, d.0), at(a.1, b.1, c.1, d.1)));
    }
    d
}

/// Polygons, whose last corner is joined to the first where they are filled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Polygons {
    pub(crate) corners: Vec<Vec<Point>>,
}

impl Polygons {
    pub(crate) fn start(&mut self, point: Point) {
        self.corners.push(vec![point]);
    }

    pub(crate) fn line(&mut self, point: Point) {
        if let Some(polygon) = self.corners.last_mut() {
            polygon.push(point);
        }
    }

    fn close(&mut self) {
        if let Some(polygon) = self.corners.last_mut() {
            polygon.extend(polygon.first().copied());
        }
    }

    /// Its lines, from where to where.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (Point, Point)> {
        self.corners.iter().flat_map(|corners| corners.iter().copied().zip(corners.iter().copied().skip(1)))
    }

    /// How long its lines are together.
    pub(crate) fn length(&self) -> f64 {
        self.lines().map(|((ax, ay), (bx, by))| (bx - ax).hypot(by - ay)).sum()
    }

    /// How long those of its lines are that go this far sideways and upward.
    pub(crate) fn slanting(&self, far: f64) -> f64 {
        let length = |((ax, ay), (bx, by)): (Point, Point)| {
            let length = (bx - ax).hypot(by - ay);
            ((bx - ax).abs().min((by - ay).abs()) >= far.min(length / 4.0)).then_some(length)
        };
        self.lines().filter_map(length).sum()
    }

    /// The area within `clip`; holes count as painted.
    pub(crate) fn area(&self, clip: Bounds) -> f64 {
        let inside = |value: f64, low: f64, high: f64| value.max(low).min(high);
        let polygon = |points: &Vec<Point>| {
            let clipped = |index: usize| {
                let (x, y) = *points.get(index % points.len())?;
                Some((inside(x, clip.left, clip.right), inside(y, clip.bottom, clip.top)))
            };
            let twice: f64 = (0..points.len())
                .filter_map(|index| Some((clipped(index)?, clipped(index + 1)?)))
                .map(|((ax, ay), (bx, by))| ax * by - bx * ay)
                .sum();
            twice.abs() / 2.0
        };
        self.corners.iter().filter(|points| !points.is_empty()).map(polygon).sum()
    }

    /// The box of all corners.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds::around(self.corners.iter().flatten().copied())
    }

    /// What is filled, cut into this many rows of boxes.
    pub(crate) fn rows(&self, count: u32, even_odd: bool) -> Vec<Bounds> {
        let bounds = self.bounds();
        let height = bounds.height() / f64::from(count);
        let mut rows = Vec::new();
        if !height.is_finite() || height <= 0.0 {
            return rows;
        }
        for row in 0..count {
            let low = bounds.bottom + height * f64::from(row);
            let at = low + height / 2.0;
            let mut crossings: Vec<(f64, i32)> = Vec::new();
            for points in &self.corners {
                let ends = points.iter().skip(1).chain(points.first());
                for (&(ax, ay), &(bx, by)) in points.iter().zip(ends) {
                    if (ay <= at) != (by <= at) {
                        crossings.push((ax + (bx - ax) * (at - ay) / (by - ay), if by > ay { 1 } else { -1 }));
                    }
                }
            }
            crossings.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
            let (mut winding, mut from) = (0, 0.0);
            for (x, direction) in crossings {
                let was_inside = if even_odd { winding % 2 != 0 } else { winding != 0 };
                winding += direction;
                let is_inside = if even_odd { winding % 2 != 0 } else { winding != 0 };
                match (was_inside, is_inside) {
                    (false, true) => from = x,
                    (true, false) => rows.push(Bounds::new(from, low, x, low + height)),
                    _ => {}
                }
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_clipped() {
        let mut path = Polygons::default();
        path.start((-10.0, -10.0));
        for point in [(5.0, -10.0), (5.0, 20.0), (-10.0, 20.0)] {
            path.line(point);
        }
        assert!((path.area(Bounds::new(0.0, 0.0, 10.0, 10.0)) - 50.0).abs() < 1e-9);
        assert_eq!(path.bounds().within(Bounds::new(0.0, 0.0, 10.0, 10.0)), Bounds::new(0.0, 0.0, 5.0, 10.0));
    }

    #[test]
    fn a_frame_leaves_its_middle_free_and_a_triangle_a_half() {
        let mut frame = Polygons::default();
        for (low, high) in [(0.0, 12.0), (3.0, 9.0)] {
            frame.start((low, low));
            for point in [(high, low), (high, high), (low, high)] {
                frame.line(point);
            }
        }
        let total = |rows: Vec<Bounds>| rows.into_iter().map(Bounds::area).sum::<f64>();
        assert!((total(frame.rows(48, true)) - 108.0).abs() < 1.0);
        assert!((total(frame.rows(48, false)) - 144.0).abs() < 1.0);
        let triangle = Polygons { corners: vec![vec![(0.0, 0.0), (12.0, 0.0), (0.0, 12.0)]] };
        assert!((total(triangle.rows(48, false)) - 72.0).abs() < 1.0);
    }
}
