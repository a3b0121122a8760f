//! A round seal: two rings, the agency's name between them, a star in the middle, and the word MẪU twice.

use std::f32::consts::{PI, TAU};

use kyso_pdf::typeface::Face;
use tiny_skia::{Path, PathBuilder, Transform};

use super::Ground;
use crate::defect::Defect;
use crate::letters::{Letter, Letters};

/// Seal ink: hue 357°.
const RED: [u8; 3] = [214, 28, 36];
/// 36 mm at 600 dpi.
const PIXELS: u16 = 852;

pub(super) fn draw(agency: &str) -> Result<Vec<u8>, Defect> {
    let radius = f32::from(PIXELS) / 2.0;
    let part = |of_radius: f32| of_radius * radius;
    let mut ground = Ground::new(PIXELS.into(), PIXELS.into(), RED)?;
    let circle = |share: f32| {
        PathBuilder::from_circle(radius, radius, part(share)).ok_or_else(|| Defect::new("a seal without a ring"))
    };
    ground.stroke(&circle(0.975)?, part(0.035));
    ground.stroke(&circle(0.915)?, part(0.012));
    ground.stroke(&circle(0.615)?, part(0.014));

    let bold = Letters::new(Face::Bold)?;
    let size = part(0.2);
    // The baseline lies nearer to the centre above it, farther from it below it: capitals then stand in mid-ring.
    let upper = part(0.70);
    // A long name is set smaller.
    let fits = (MOST * upper / width(&bold.of(agency, size)?)).min(1.0);
    around(&mut ground, &bold.of(agency, size * fits)?, upper, 0.0, false);
    around(&mut ground, &bold.of("MẪU", size)?, part(0.83), PI, true);
    for side in [-1.0, 1.0] {
        let angle = PI + side * 0.62;
        let centre = (radius + part(0.765) * angle.sin(), radius - part(0.765) * angle.cos());
        ground.fill(&star(centre, part(0.055)).ok_or_else(|| Defect::new("a star without points"))?);
    }
    ground.fill(&star((radius, radius - part(0.1)), part(0.36)).ok_or_else(|| Defect::new("a star without points"))?);
    let word = bold.of("MẪU", part(0.19))?;
    let mut x = radius - word.iter().map(|letter| letter.width).sum::<f32>() / 2.0;
    for letter in word {
        let place = Transform::from_translate(x, radius + part(0.45));
        if let Some(outline) = letter.outline.and_then(|outline| outline.transform(place)) {
            ground.fill(&outline);
        }
        x += letter.width;
    }
    ground.into_png(0.72, 22)
}

/// Radians that the agency's name may take.
const MOST: f32 = 1.5 * PI;
/// How far letters stand apart on a circle: their feet are together above it, their heads are not.
const SPREAD: f32 = 1.12;

fn width(letters: &[Letter]) -> f32 {
    letters.iter().map(|letter| letter.width * SPREAD).sum()
}

/// Sets letters on a circle around the middle of the seal, their middle at `middle` (radians clockwise from the top);
/// `inward` for the lower half, where their heads point to the centre.
fn around(ground: &mut Ground, letters: &[Letter], baseline: f32, middle: f32, inward: bool) {
    let direction = if inward { -1.0 } else { 1.0 };
    let mut angle = middle - direction * width(letters) / baseline / 2.0;
    let radius = f32::from(PIXELS) / 2.0;
    for letter in letters {
        let step = direction * letter.width * SPREAD / baseline;
        angle += step / 2.0;
        let place = Transform::from_translate(-letter.width / 2.0, 0.0)
            .post_concat(Transform::from_rotate((angle + if inward { PI } else { 0.0 }).to_degrees()))
            .post_translate(radius + baseline * angle.sin(), radius - baseline * angle.cos());
        if let Some(outline) = letter.outline.clone().and_then(|outline| outline.transform(place)) {
            ground.fill(&outline);
        }
        angle += step / 2.0;
    }
}

/// A five-pointed star.
fn star((x, y): (f32, f32), radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for corner in 0..10_u8 {
        let angle = f32::from(corner) * TAU / 10.0;
        let reach = if corner % 2 == 0 { radius } else { radius * 0.382 };
        let point = (x + reach * angle.sin(), y - reach * angle.cos());
        if corner == 0 { path.move_to(point.0, point.1) } else { path.line_to(point.0, point.1) }
    }
    path.close();
    path.finish()
}
