//! Lengths and rectangles on a page as seen.

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
