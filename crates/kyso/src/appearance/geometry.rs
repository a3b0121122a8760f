//! Lengths and rectangles on a page as seen, and how user space lies under it.

/// Points in a millimetre (1 pt = 1/72 inch).
pub const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// A rectangle in points: lower left corner, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
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

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Upper edge.
    pub fn top(&self) -> f64 {
        self.y + self.height
    }

    /// The point in the middle.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// How a page's user space is seen (ISO 32000-2, 7.7.3.3 table 31 and 8.3.2.3): /CropBox, /Rotate and /UserUnit.
///
/// "As seen" is in points (1/72 inch) with the origin at the lower left of what the viewer shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// The visible part of user space: left, lower, right, upper; left < right and lower < upper.
    pub crop_box: [f64; 4],
    /// Degrees clockwise by which the page is turned when shown: 0, 90, 180 or 270.
    pub rotate: u16,
    /// Points in a unit of user space.
    pub user_unit: f64,
}

impl View {
    /// Width and height as seen, in points.
    pub fn size(&self) -> (f64, f64) {
        let [left, lower, right, upper] = self.crop_box;
        let (width, height) = ((right - left) * self.user_unit, (upper - lower) * self.user_unit);
        if matches!(self.rotate, 90 | 270) { (height, width) } else { (width, height) }
    }

    /// Where a point of user space is seen.
    pub fn point_as_seen(&self, x: f64, y: f64) -> (f64, f64) {
        let [left, lower, right, upper] = self.crop_box;
        let (x, y) = match self.rotate {
            90 => (y - lower, right - x),
            180 => (right - x, upper - y),
            270 => (upper - y, x - left),
            _ => (x - left, y - lower),
        };
        (x * self.user_unit, y * self.user_unit)
    }

    /// The point of user space that is seen there.
    pub fn point_in_user_space(&self, x: f64, y: f64) -> (f64, f64) {
        let [left, lower, right, upper] = self.crop_box;
        let (x, y) = (x / self.user_unit, y / self.user_unit);
        match self.rotate {
            90 => (right - y, lower + x),
            180 => (right - x, upper - y),
            270 => (left + y, upper - x),
            _ => (left + x, lower + y),
        }
    }

    /// Where a rectangle of user space (two opposite corners, as in /Rect) is seen.
    pub fn rectangle_as_seen(&self, rect: [f64; 4]) -> Rectangle {
        Rectangle::around(self.point_as_seen(rect[0], rect[1]), self.point_as_seen(rect[2], rect[3]))
    }

    /// An annotation's /Rect for a rectangle as seen.
    pub fn to_user_space(&self, seen: Rectangle) -> [f64; 4] {
        let rectangle = Rectangle::around(
            self.point_in_user_space(seen.x, seen.y),
            self.point_in_user_space(seen.right(), seen.top()),
        );
        [rectangle.x, rectangle.y, rectangle.right(), rectangle.top()]
    }
}

/// A form's /Matrix for a page turned by `rotate` degrees: with it, and with the annotation's /Rect from
/// [`View::to_user_space`], a form with /BBox 0 0 `width` `height` stands upright as seen
/// (ISO 32000-2, 12.5.5, algorithm "appearance streams").
pub fn upright_matrix(rotate: u16, width: f64, height: f64) -> [f64; 6] {
    match rotate {
        90 => [0.0, 1.0, -1.0, 0.0, height, 0.0],
        180 => [-1.0, 0.0, 0.0, -1.0, width, height],
        270 => [0.0, -1.0, 1.0, 0.0, 0.0, width],
        _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    const CROP: [f64; 4] = [10.0, 20.0, 110.0, 220.0];

    fn view(rotate: u16, user_unit: f64) -> View {
        View { crop_box: CROP, rotate, user_unit }
    }

    #[test]
    fn the_lower_left_corner_turns_clockwise() {
        assert_eq!(view(0, 1.0).point_as_seen(10.0, 20.0), (0.0, 0.0));
        assert_eq!(view(90, 1.0).point_as_seen(10.0, 20.0), (0.0, 100.0), "upper left");
        assert_eq!(view(180, 1.0).point_as_seen(10.0, 20.0), (100.0, 200.0), "upper right");
        assert_eq!(view(270, 1.0).point_as_seen(10.0, 20.0), (200.0, 0.0), "lower right");
    }

    #[test]
    fn sizes_follow_rotation_and_user_unit() {
        assert_eq!(view(0, 1.0).size(), (100.0, 200.0));
        assert_eq!(view(270, 2.0).size(), (400.0, 200.0));
    }

    #[test]
    fn rectangles_come_back() {
        for rotate in [0, 90, 180, 270] {
            for user_unit in [1.0, 2.5] {
                let view = view(rotate, user_unit);
                let seen = Rectangle { x: 5.0, y: 7.0, width: 40.0, height: 30.0 };
                let back = view.rectangle_as_seen(view.to_user_space(seen));
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
            let view = view(rotate, 2.0);
            let seen = Rectangle { x: 5.0, y: 7.0, width, height };
            let rect = view.to_user_space(seen);
            let [a, b, c, d, e, f] = upright_matrix(rotate, width, height);
            let through = |x: f64, y: f64| (a * x + c * y + e, b * x + d * y + f);
            let box_ = Rectangle::around(through(0.0, 0.0), through(width, height));
            let on_page = |x: f64, y: f64| {
                let (x, y) = through(x, y);
                view.point_as_seen(
                    rect[0] + (x - box_.x) * (rect[2] - rect[0]) / box_.width,
                    rect[1] + (y - box_.y) * (rect[3] - rect[1]) / box_.height,
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
}
