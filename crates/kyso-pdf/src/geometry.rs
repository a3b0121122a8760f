//! Lengths and rectangles on a page as seen; boxes and matrices of user space. How user space lies under it is
//! [`Page`](crate::Page)'s affair.

use serde::{Deserialize, Serialize};

/// Points in a millimetre (1 pt = 1/72 inch).
pub const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// A rectangle in points: lower left corner, width, height. Serialised as an array of these.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
pub struct Rectangle {
    /// Left edge.
    pub x: f64,
    /// Lower edge.
    pub y: f64,
    /// Width, never negative.
    pub width: f64,
    /// Height, never negative.
    pub height: f64,
}

impl Rectangle {
    /// The smallest rectangle around two opposite corners.
    pub fn around(one: (f64, f64), other: (f64, f64)) -> Self {
        Self {
            x: one.0.min(other.0),
            y: one.1.min(other.1),
            width: (one.0 - other.0).abs(),
            height: (one.1 - other.1).abs(),
        }
    }

    /// The smallest rectangle around this one and another.
    pub fn with(&self, other: &Self) -> Self {
        Self::around(
            (self.x.min(other.x), self.y.min(other.y)),
            (self.right().max(other.right()), self.top().max(other.top())),
        )
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Upper edge.
    pub fn top(&self) -> f64 {
        self.y + self.height
    }

    /// Larger by a distance on every side, as far as a page of this width and height goes.
    #[must_use]
    pub fn within(&self, (wide, high): (f64, f64), distance: f64) -> Self {
        Self::around(
            ((self.x - distance).max(0.0), (self.y - distance).max(0.0)),
            ((self.right() + distance).min(wide), (self.top() + distance).min(high)),
        )
    }

    /// To so many steps in a point, for output.
    #[must_use]
    pub fn rounded(self, steps: f64) -> Self {
        let rounded = |points: f64| (points * steps).round() / steps;
        let Self { x, y, width, height } = self;
        Self { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) }
    }

    /// The point in the middle.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

impl From<[f64; 4]> for Rectangle {
    fn from([x, y, width, height]: [f64; 4]) -> Self {
        Self { x, y, width, height }
    }
}

impl From<Rectangle> for [f64; 4] {
    fn from(Rectangle { x, y, width, height }: Rectangle) -> Self {
        [x, y, width, height]
    }
}

/// A point: x, y.
pub type Point = (f64, f64);

/// A box in user space or in a form's space: what /Rect, /BBox and the boxes of a page are (ISO 32000-2, 7.9.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Left edge.
    pub left: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
}

impl Bounds {
    /// The whole plane.
    pub(crate) const EVERYWHERE: Self = Self::new(f64::NEG_INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::INFINITY);
    /// The box around nothing.
    pub(crate) const NOWHERE: Self = Self::new(f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    /// What a picture is drawn in (8.9.3).
    pub const UNIT: Self = Self::new(0.0, 0.0, 1.0, 1.0);

    /// Of its edges.
    pub const fn new(left: f64, bottom: f64, right: f64, top: f64) -> Self {
        Self { left, bottom, right, top }
    }

    /// Left, bottom, right and top, as an array of a PDF has them.
    pub const fn edges(self) -> [f64; 4] {
        [self.left, self.bottom, self.right, self.top]
    }

    /// The smallest box around points.
    pub fn around(points: impl IntoIterator<Item = Point>) -> Self {
        points.into_iter().fold(Self::NOWHERE, |all, (x, y)| all.with(Self::new(x, y, x, y)))
    }

    /// The smallest box around this one and another.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
        }
    }

    /// The box that both share; where they share nothing, an edge lies beyond its opposite.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// Every edge farther out by so much.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, bottom: self.bottom - by, right: self.right + by, top: self.top + by }
    }

    /// The box around its corners after a matrix.
    #[must_use]
    pub fn through(self, matrix: Matrix) -> Self {
        Self::around(self.corners().map(|corner| matrix.map(corner)))
    }

    /// Its corners, from the lower left counterclockwise.
    pub fn corners(self) -> [Point; 4] {
        [(self.left, self.bottom), (self.right, self.bottom), (self.right, self.top), (self.left, self.top)]
    }

    /// From the left edge to the right one; negative where it holds nothing.
    pub fn width(self) -> f64 {
        self.right - self.left
    }

    /// From the lower edge to the upper one; negative where it holds nothing.
    pub fn height(self) -> f64 {
        self.top - self.bottom
    }

    /// Never negative.
    pub fn area(self) -> f64 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// Whether this box lies within another.
    pub fn is_in(self, other: Self) -> bool {
        self.within(other) == self
    }

    /// Whether the box holds no point, not even on its edges.
    pub(crate) fn is_void(self) -> bool {
        self.left > self.right || self.bottom > self.top
    }
}

/// A transformation matrix (ISO 32000-2, 8.3.3): x' = a x + c y + e, y' = b x + d y + f.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix {
    /// Of x into x.
    pub a: f64,
    /// Of x into y.
    pub b: f64,
    /// Of y into x.
    pub c: f64,
    /// Of y into y.
    pub d: f64,
    /// To the right.
    pub e: f64,
    /// Upward.
    pub f: f64,
}

impl Matrix {
    /// Changes nothing.
    pub const IDENTITY: Self = Self::new([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Of its six numbers, as they are written.
    pub const fn new([a, b, c, d, e, f]: [f64; 6]) -> Self {
        Self { a, b, c, d, e, f }
    }

    /// Moves to the right and upward.
    pub(crate) const fn translation(x: f64, y: f64) -> Self {
        Self::new([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Its six numbers, as they are written.
    pub const fn numbers(self) -> [f64; 6] {
        [self.a, self.b, self.c, self.d, self.e, self.f]
    }

    /// This matrix, and `second` after it.
    #[must_use]
    pub fn then(self, second: Self) -> Self {
        let (one, two) = (self, second);
        Self {
            a: one.a * two.a + one.b * two.c,
            b: one.a * two.b + one.b * two.d,
            c: one.c * two.a + one.d * two.c,
            d: one.c * two.b + one.d * two.d,
            e: one.e * two.a + one.f * two.c + two.e,
            f: one.e * two.b + one.f * two.d + two.f,
        }
    }

    /// Where a point comes to.
    pub fn map(self, (x, y): Point) -> Point {
        (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)
    }

    /// How much longer a line gets on the whole: the root of what an area is multiplied by.
    pub fn scale(self) -> f64 {
        (self.a * self.d - self.b * self.c).abs().sqrt()
    }
}

/// A form's /Matrix for a page turned by `rotate` degrees: with it, and with the annotation's /Rect from
/// `Page::to_user_space`, a form with /BBox 0 0 `width` `height` stands upright as seen
/// (ISO 32000-2, 12.5.5, algorithm "appearance streams").
pub fn upright_matrix(rotate: u16, width: f64, height: f64) -> Matrix {
    Matrix::new(match rotate {
        90 => [0.0, 1.0, -1.0, 0.0, height, 0.0],
        180 => [-1.0, 0.0, 0.0, -1.0, width, height],
        270 => [0.0, -1.0, 1.0, 0.0, 0.0, width],
        _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    })
}

/// Which way is up in a picture (Exif 3.0, 4.6.5.1.3 Orientation): how its pixels are turned and mirrored to be seen as
/// they were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Orientation {
    /// Mirrored left to right, before anything else.
    mirrored: bool,
    /// Clockwise quarters that follow.
    quarters: u8,
}

impl Orientation {
    /// By the value of the tag, 1 to 8; upright by any other.
    pub fn of_exif(value: u16) -> Self {
        let (mirrored, quarters) = match value {
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => (false, 0),
        };
        Self { mirrored, quarters }
    }

    /// A picture as it's seen: its width, height and pixels, rows from the top. Pixels that are missing are left out.
    pub fn upright<T: Copy>(self, width: usize, height: usize, pixels: &[T]) -> (usize, usize, Vec<T>) {
        let (columns, rows) = if self.quarters.is_multiple_of(2) { (width, height) } else { (height, width) };
        let source = |column: usize, row: usize| {
            let (x, y) = match self.quarters {
                1 => (row, height - 1 - column),
                2 => (width - 1 - column, height - 1 - row),
                3 => (width - 1 - row, column),
                _ => (column, row),
            };
            if self.mirrored { (width - 1 - x, y) } else { (x, y) }
        };
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let seen = places.filter_map(|(column, row)| {
            let (x, y) = source(column, row);
            pixels.get(y * width + x).copied()
        });
        (columns, rows, seen.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dictionary, Page};

    fn page(rotate: u16, user_unit: f64) -> Page {
        Page {
            number: 1,
            id: (1, 0),
            dictionary: Dictionary::new(),
            resources: Dictionary::new().into(),
            media_box: Bounds::new(10.0, 20.0, 110.0, 220.0),
            crop_box: Bounds::new(10.0, 20.0, 110.0, 220.0),
            rotate,
            user_unit,
        }
    }

    #[test]
    fn rectangles_come_back() {
        for rotate in [0, 90, 180, 270] {
            for user_unit in [1.0, 2.5] {
                let page = page(rotate, user_unit);
                let seen = Rectangle { x: 5.0, y: 7.0, width: 40.0, height: 30.0 };
                let back = page.rectangle_as_seen(page.to_user_space(seen));
                for (a, b) in [(back.x, 5.0), (back.y, 7.0), (back.width, 40.0), (back.height, 30.0)] {
                    assert!((a - b).abs() < 1e-9, "{rotate} {user_unit}: {back:?}");
                }
            }
        }
    }

    /// The annotation algorithm of 12.5.5: the form's lower left and upper left corners must be seen there.
    #[test]
    fn forms_stand_upright() {
        let (width, height) = (40.0, 30.0);
        for rotate in [0, 90, 180, 270] {
            let page = page(rotate, 2.0);
            let seen = Rectangle { x: 5.0, y: 7.0, width, height };
            let rect = page.to_user_space(seen);
            let matrix = upright_matrix(rotate, width, height);
            let through = |x: f64, y: f64| matrix.map((x, y));
            let box_ = Rectangle::around(through(0.0, 0.0), through(width, height));
            let on_page = |x: f64, y: f64| {
                let (x, y) = through(x, y);
                page.point_as_seen(
                    rect.left + (x - box_.x) * rect.width() / box_.width,
                    rect.bottom + (y - box_.y) * rect.height() / box_.height,
                )
            };
            for ((x, y), expected) in
                [((0.0, 0.0), (5.0, 7.0)), ((0.0, height), (5.0, 37.0)), ((width, 0.0), (45.0, 7.0))]
            {
                let found = on_page(x, y);
                assert!(
                    (found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9,
                    "{rotate}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn pictures_are_turned_as_the_eight_orientations_say() {
        // 0 1 2
        // 3 4 5
        let pixels = [0, 1, 2, 3, 4, 5];
        let cases: [(u16, (usize, usize), [u8; 6]); 9] = [
            (1, (3, 2), [0, 1, 2, 3, 4, 5]),
            (2, (3, 2), [2, 1, 0, 5, 4, 3]),
            (3, (3, 2), [5, 4, 3, 2, 1, 0]),
            (4, (3, 2), [3, 4, 5, 0, 1, 2]),
            (5, (2, 3), [0, 3, 1, 4, 2, 5]),
            (6, (2, 3), [3, 0, 4, 1, 5, 2]),
            (7, (2, 3), [5, 2, 4, 1, 3, 0]),
            (8, (2, 3), [2, 5, 1, 4, 0, 3]),
            (9, (3, 2), [0, 1, 2, 3, 4, 5]),
        ];
        for (value, (width, height), wanted) in cases {
            let seen = Orientation::of_exif(value).upright(3, 2, &pixels);
            assert_eq!(seen, (width, height, wanted.to_vec()), "{value}");
        }
    }
}
