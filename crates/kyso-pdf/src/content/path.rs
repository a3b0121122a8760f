//! Paths as they are drawn: what they enclose.

/// The area of a box (left, bottom, right, top).
pub(crate) fn area([left, bottom, right, top]: [f64; 4]) -> f64 {
    (right - left).max(0.0) * (top - bottom).max(0.0)
}

const EVERYWHERE: [f64; 4] = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
const NOWHERE: [f64; 4] = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

fn within(one: [f64; 4], clip: [f64; 4]) -> [f64; 4] {
    [one[0].max(clip[0]), one[1].max(clip[1]), one[2].min(clip[2]), one[3].min(clip[3])]
}

/// The box of points, within `clip`.
pub(crate) fn bounds_of(points: &[(f64, f64)], clip: [f64; 4]) -> [f64; 4] {
    let all = points.iter().fold(NOWHERE, |all, &(x, y)| [all[0].min(x), all[1].min(y), all[2].max(x), all[3].max(y)]);
    within(all, clip)
}

/// A path's subpaths as polygons; curves by their control points.
#[derive(Default)]
pub(crate) struct Path {
    pub(crate) subpaths: Vec<Vec<(f64, f64)>>,
}

impl Path {
    pub(crate) fn start(&mut self, point: (f64, f64)) {
        self.subpaths.push(vec![point]);
    }

    pub(crate) fn line(&mut self, point: (f64, f64)) {
        if let Some(subpath) = self.subpaths.last_mut() {
            subpath.push(point);
        }
    }

    pub(crate) fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// How long its lines are together.
    pub(crate) fn length(&self) -> f64 {
        let pairs = self.subpaths.iter().flat_map(|points| points.windows(2));
        let length = |pair: &[(f64, f64)]| match *pair {
            [(ax, ay), (bx, by)] => (bx - ax).hypot(by - ay),
            _ => 0.0,
        };
        pairs.map(length).sum()
    }

    /// How long those of its lines are that go this far sideways and upward.
    pub(crate) fn slanting(&self, far: f64) -> f64 {
        let pairs = self.subpaths.iter().flat_map(|points| points.windows(2));
        let length = |pair: &[(f64, f64)]| match *pair {
            [(ax, ay), (bx, by)] if (bx - ax).abs().min((by - ay).abs()) >= far.min((bx - ax).hypot(by - ay) / 4.0) => {
                (bx - ax).hypot(by - ay)
            }
            _ => 0.0,
        };
        pairs.map(length).sum()
    }

    /// The area within `clip`; holes count as painted.
    pub(crate) fn area(&self, clip: [f64; 4]) -> f64 {
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
    pub(crate) fn bounds(&self, clip: [f64; 4]) -> [f64; 4] {
        let boxes = self.subpaths.iter().map(|points| bounds_of(points, EVERYWHERE));
        let all = boxes
            .fold(NOWHERE, |all, one| [all[0].min(one[0]), all[1].min(one[1]), all[2].max(one[2]), all[3].max(one[3])]);
        within(all, clip)
    }

    /// What is filled, cut into this many rows of boxes.
    pub(crate) fn rows(&self, count: u32, even_odd: bool) -> Vec<[f64; 4]> {
        let everywhere = [f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY];
        let [_, bottom, _, top] = self.bounds(everywhere);
        let height = (top - bottom) / f64::from(count);
        let mut rows = Vec::new();
        if !height.is_finite() || height <= 0.0 {
            return rows;
        }
        for row in 0..count {
            let low = bottom + height * f64::from(row);
            let at = low + height / 2.0;
            let mut crossings: Vec<(f64, i32)> = Vec::new();
            for points in &self.subpaths {
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
                    (true, false) => rows.push([from, low, x, low + height]),
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
        let mut path = Path::default();
        path.start((-10.0, -10.0));
        for point in [(5.0, -10.0), (5.0, 20.0), (-10.0, 20.0)] {
            path.line(point);
        }
        assert!((path.area([0.0, 0.0, 10.0, 10.0]) - 50.0).abs() < 1e-9);
        assert_eq!(path.bounds([0.0, 0.0, 10.0, 10.0]), [0.0, 0.0, 5.0, 10.0]);
    }

    #[test]
    fn a_frame_leaves_its_middle_free_and_a_triangle_a_half() {
        let mut frame = Path::default();
        for (low, high) in [(0.0, 12.0), (3.0, 9.0)] {
            frame.start((low, low));
            for point in [(high, low), (high, high), (low, high)] {
                frame.line(point);
            }
        }
        let total = |rows: Vec<[f64; 4]>| rows.into_iter().map(area).sum::<f64>();
        assert!((total(frame.rows(48, true)) - 108.0).abs() < 1.0);
        assert!((total(frame.rows(48, false)) - 144.0).abs() < 1.0);
        let triangle = Path { subpaths: vec![vec![(0.0, 0.0), (12.0, 0.0), (0.0, 12.0)]] };
        assert!((total(triangle.rows(48, false)) - 72.0).abs() < 1.0);
    }
}
