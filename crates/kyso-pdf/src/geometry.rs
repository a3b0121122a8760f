//! Lengths and rectangles on a page as seen. How user space lies under it is [`Page`](crate::Page)'s affair.

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

    /// The point in the middle.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// A form's /Matrix for a page turned by `rotate` degrees: with it, and with the annotation's /Rect from
/// [`Page::to_user_space`](crate::Page::to_user_space), a form with /BBox 0 0 `width` `height` stands upright as seen
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
    use super::*;
    use crate::{Dictionary, Page};

    fn page(rotate: u16, user_unit: f64) -> Page {
        Page {
            number: 1,
            id: (1, 0),
            dictionary: Dictionary::new(),
            resources: Dictionary::new().into(),
            media_box: [10.0, 20.0, 110.0, 220.0],
            crop_box: [10.0, 20.0, 110.0, 220.0],
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
            let [a, b, c, d, e, f] = upright_matrix(rotate, width, height);
            let through = |x: f64, y: f64| (a * x + c * y + e, b * x + d * y + f);
            let box_ = Rectangle::around(through(0.0, 0.0), through(width, height));
            let on_page = |x: f64, y: f64| {
                let (x, y) = through(x, y);
                page.point_as_seen(
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
