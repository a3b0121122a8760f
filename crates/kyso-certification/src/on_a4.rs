//! Pages as they're printed: on A4 (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I). What is larger gets smaller on the way,
//! and so does all that stands on it: sizes of type and of the seal are those on paper.

use kyso_pdf::geometry::POINTS_PER_MM;

/// A4 upright, in millimetres.
const A4_MM: (f64, f64) = (210.0, 297.0);
/// Down to this scale a page counts as A4: Letter, and what scanners add at the edges. A size within the law's range stays
/// in it, or nearly.
const LEAST: f64 = 0.95;
/// How far a side may be from A4's, in millimetres: scanners' rounding.
const ROUNDING_MM: f64 = 2.0;

/// What sizes on a page of this width and height, in points, are multiplied by when it's printed on A4: 1 where it isn't
/// larger.
pub fn scale(size: (f64, f64)) -> f64 {
    let scale = fitting(size);
    if scale >= LEAST { 1.0 } else { scale }
}

/// Whether a page of this width and height, in points, is A4, upright or lying.
pub fn is_a4((width, height): (f64, f64)) -> bool {
    let near = |points: f64, mm: f64| (points / POINTS_PER_MM - mm).abs() <= ROUNDING_MM;
    near(width.min(height), A4_MM.0) && near(width.max(height), A4_MM.1)
}

/// A width and height in points as people read them: in whole millimetres.
pub fn in_mm((width, height): (f64, f64)) -> String {
    format!("{:.0} × {:.0} mm", width / POINTS_PER_MM, height / POINTS_PER_MM)
}

/// Width and height of A4 in points, upright or lying as a page of this size is.
pub fn sheet((width, height): (f64, f64)) -> (f64, f64) {
    let (short, long) = (A4_MM.0 * POINTS_PER_MM, A4_MM.1 * POINTS_PER_MM);
    if width > height { (long, short) } else { (short, long) }
}

/// What a page of this size is multiplied by so that it just fits A4.
pub fn fitting(size: (f64, f64)) -> f64 {
    let (wide, high) = sheet(size);
    let scale = (wide / size.0).min(high / size.1);
    if scale.is_finite() && scale > 0.0 { scale } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_1_SQRT_2;

    use super::*;

    #[test]
    fn what_is_larger_than_a4_gets_smaller() {
        let mm = |width: f64, height: f64| (width * POINTS_PER_MM, height * POINTS_PER_MM);
        for (size, wanted) in [
            (mm(210.0, 297.0), 1.0),
            (mm(297.0, 210.0), 1.0),
            (mm(215.9, 279.4), 1.0),
            (mm(148.0, 210.0), 1.0),
            (mm(297.0, 420.0), FRAC_1_SQRT_2),
            (mm(420.0, 297.0), FRAC_1_SQRT_2),
            (mm(437.4, 618.8), 0.48),
            (mm(85.0, 1000.0), 0.297),
            ((0.0, 0.0), 1.0),
        ] {
            assert!((scale(size) - wanted).abs() < 0.001, "{size:?}: {}", scale(size));
        }
    }

    #[test]
    fn a4_is_told_from_letter() {
        for (width, height, is) in [
            (595.0, 842.0, true),
            (842.0, 595.0, true),
            (600.0, 845.0, true),
            (612.0, 792.0, false),
            (420.0, 595.0, false),
        ] {
            assert_eq!(is_a4((width, height)), is, "{width} × {height}");
        }
        assert_eq!(in_mm((612.0, 792.0)), "216 × 279 mm");
    }
}
