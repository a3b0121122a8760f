//! What annotations paint, point by point: what no box hides alone, many may hide together.

use std::ops::Range;

use super::cover::PART_OF_HEIGHT;
use crate::pdf::geometry::Rectangle;

/// Of a picture or a field, pieces hide a square of this many points a side ...
const CELL: usize = 10;
/// ... of which they cover this fraction.
const PART_OF_CELL: f64 = 0.8;
/// Of the columns of a stretch of text, pieces cover this fraction, each to [`PART_OF_HEIGHT`].
const PART_OF_STRETCH: f64 = 0.8;
/// Of a drawing, they cover this fraction.
const PART_OF_DRAWING: f64 = 0.8;
/// Of what lies under it, less than this fraction comes through.
const HIDDEN: f32 = 0.249;
/// A cover of this much hides all.
const SOLID: f64 = 0.75;

/// The painted area, point by point.
pub(super) struct Raster {
    left: f64,
    bottom: f64,
    width: usize,
    height: usize,
    /// Points of the raster to a point of the page: fewer on a poster.
    scale: f64,
    /// The fraction of what lies there that comes through.
    clear: Vec<f32>,
}

impl Raster {
    /// Most points, and most that are painted.
    const MOST: f64 = 4_000_000.0;
    const MOST_PAINTED: usize = 40_000_000;
    /// Beyond this, characters can't be distinguished.
    const COARSEST: f64 = 0.2;

    /// `None` where it's too much.
    pub(super) fn of(solid: &[Rectangle], pieces: &[(Rectangle, f64)]) -> Option<Self> {
        let boxes = || solid.iter().map(|one| (one, 1.0)).chain(pieces.iter().map(|(one, hides)| (one, *hides)));
        let all = boxes().map(|(one, _)| *one).reduce(|all, one| all.with(&one))?;
        let (left, bottom, right, top) = (all.x.floor(), all.y.floor(), all.right(), all.top());
        let points = (right - left + 1.0) * (top - bottom + 1.0);
        if !points.is_finite() {
            return None;
        }
        let scale = (Self::MOST / points).sqrt().min(1.0);
        if scale < Self::COARSEST {
            return None;
        }
        let (width, height) = (whole((right - left) * scale) + 1, whole((top - bottom) * scale) + 1);
        let mut raster = Self { left, bottom, width, height, scale, clear: vec![1.0; width * height] };
        let mut left_to_paint = Self::MOST_PAINTED;
        for (one, hides) in boxes() {
            let (columns, rows) = (raster.columns(one.x, one.right()), raster.rows(one.y, one.y + one.height));
            left_to_paint = left_to_paint.checked_sub(columns.len() * rows.len())?;
            #[allow(clippy::cast_possible_truncation, reason = "a share of 1")]
            let through = if hides >= SOLID { 0.0 } else { 1.0 - hides as f32 };
            for row in rows {
                let start = row * width;
                if let Some(points) = raster.clear.get_mut(start + columns.start..start + columns.end) {
                    points.iter_mut().for_each(|clear| *clear *= through);
                }
            }
        }
        Some(raster)
    }

    /// How many points it has.
    pub(super) fn points(&self) -> usize {
        self.clear.len()
    }

    /// The columns whose middles lie between.
    fn columns(&self, from: f64, to: f64) -> Range<usize> {
        between((from - self.left) * self.scale, (to - self.left) * self.scale, self.width)
    }

    fn rows(&self, from: f64, to: f64) -> Range<usize> {
        between((from - self.bottom) * self.scale, (to - self.bottom) * self.scale, self.height)
    }

    fn is_painted(&self, column: usize, row: usize) -> bool {
        self.clear.get(row * self.width + column).is_some_and(|clear| *clear < HIDDEN)
    }

    /// Whether a stretch of a line so long is hidden.
    pub(super) fn hides_text(&self, line: &Rectangle, stretch: f64) -> bool {
        let (columns, rows) = (self.columns(line.x, line.right()), self.rows(line.y, line.y + line.height));
        let needed = part(whole(line.height * self.scale).max(1), PART_OF_HEIGHT).max(1);
        let hidden: Vec<bool> =
            columns.map(|column| rows.clone().filter(|&row| self.is_painted(column, row)).count() >= needed).collect();
        let stretch = whole(stretch * self.scale).max(1);
        hidden
            .windows(stretch)
            .any(|window| window.iter().filter(|hidden| **hidden).count() >= part(stretch, PART_OF_STRETCH).max(1))
    }

    /// Whether a square of the area is hidden.
    pub(super) fn hides_cell(&self, area: &Rectangle) -> bool {
        let (columns, rows) = (self.columns(area.x, area.right()), self.rows(area.y, area.y + area.height));
        let needed = part(CELL * CELL, PART_OF_CELL);
        rows.clone().step_by(CELL).any(|row| {
            columns.clone().step_by(CELL).any(|column| {
                let points = (row..(row + CELL).min(rows.end))
                    .flat_map(|row| (column..(column + CELL).min(columns.end)).map(move |column| (column, row)));
                points.filter(|&(column, row)| self.is_painted(column, row)).count() >= needed
            })
        })
    }

    /// Whether almost all of the area is hidden.
    pub(super) fn hides_whole(&self, area: &Rectangle) -> bool {
        let (columns, rows) = (self.columns(area.x, area.right()), self.rows(area.y, area.y + area.height));
        // Where it reaches beyond the raster, nothing is painted.
        let all = whole(area.width * self.scale).max(1) * whole(area.height * self.scale).max(1);
        let needed = part(all, PART_OF_DRAWING).max(1);
        if columns.len() * rows.len() < needed {
            return false;
        }
        let points = rows.flat_map(|row| columns.clone().map(move |column| (column, row)));
        points.filter(|&(column, row)| self.is_painted(column, row)).count() >= needed
    }
}

/// The whole points of a length, none where it's negative or no number.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the range of the target")]
fn whole(length: f64) -> usize {
    length.clamp(0.0, 1e9).round() as usize
}

/// A fraction of a number, rounded up.
fn part(of: usize, part: f64) -> usize {
    whole((of as f64 * part).ceil())
}

/// The numbers whose middles lie between, of so many.
fn between(from: f64, to: f64, count: usize) -> Range<usize> {
    let from = whole(from).min(count);
    from..whole(to).clamp(from, count)
}
