//! Hand signatures: pen strokes, thicker downwards, and the word MẪU under them.

use kyso_pdf::typeface::Face;
use tiny_skia::{PathBuilder, Transform};

use super::Ground;
use crate::defect::Defect;
use crate::letters::Letters;

/// Whose hand it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hand {
    /// Who certifies.
    Leader,
    /// Who took the papers in at the desk.
    Receiver,
    /// Who asked for the certification.
    Citizen,
}

/// Ink of a ball-point pen: hue 228°.
const BLUE: [u8; 3] = [28, 62, 180];
/// Pixels in a unit of the strokes below; a signature of 100 units and 44 mm has 600 dpi.
const SCALE: f32 = 10.4;
/// Room around the strokes, in units.
const MARGIN: f32 = 4.0;

type Point = (f32, f32);

/// The points through which the pen goes, and where MẪU stands: units from the upper left.
struct Strokes {
    size: Point,
    pen: f32,
    strokes: &'static [&'static [Point]],
    word: Point,
}

fn strokes(hand: Hand) -> Strokes {
    match hand {
        Hand::Leader => Strokes {
            size: (100.0, 46.0),
            pen: 1.5,
            strokes: &[
                // The initial: up, a loop, down, up and over.
                &[
                    (3.0, 33.0),
                    (10.0, 20.0),
                    (17.0, 5.0),
                    (19.5, 2.5),
                    (18.5, 8.0),
                    (14.0, 27.0),
                    (12.5, 37.0),
                    (14.5, 33.0),
                    (22.0, 14.0),
                    (27.0, 7.0),
                    (28.0, 12.0),
                    (26.5, 27.0),
                    (28.5, 31.0),
                    (33.0, 25.0),
                    (36.5, 20.5),
                    (35.5, 25.5),
                    (37.0, 29.0),
                    (40.5, 25.0),
                    (43.5, 20.5),
                    (43.0, 26.0),
                    (45.0, 28.5),
                    (48.5, 23.0),
                    (50.5, 20.0),
                    (50.0, 25.5),
                    (52.5, 27.5),
                    (57.0, 20.0),
                    (61.5, 8.0),
                    (62.5, 4.0),
                    (60.5, 9.0),
                    (58.0, 22.0),
                    (59.5, 27.0),
                    (64.0, 23.5),
                    (67.0, 20.5),
                    (66.5, 25.0),
                    (69.0, 26.5),
                    (75.0, 21.0),
                    (86.0, 14.5),
                    (97.0, 11.5),
                ],
                // The flourish: back under everything and out again.
                &[
                    (92.0, 21.0),
                    (72.0, 31.5),
                    (45.0, 37.0),
                    (20.0, 40.0),
                    (9.0, 41.5),
                    (10.5, 38.5),
                    (24.0, 36.5),
                    (52.0, 34.5),
                    (80.0, 32.5),
                    (91.0, 31.0),
                ],
                &[(47.0, 14.0), (50.5, 10.5), (53.5, 14.0)],
                &[(66.0, 15.0), (67.5, 13.2)],
            ],
            word: (79.0, 42.0),
        },
        Hand::Receiver => Strokes {
            size: (100.0, 50.0),
            pen: 1.9,
            strokes: &[
                &[
                    (10.0, 38.0),
                    (20.0, 22.0),
                    (26.0, 8.0),
                    (23.0, 5.0),
                    (18.0, 16.0),
                    (17.0, 32.0),
                    (22.0, 38.0),
                    (30.0, 32.0),
                    (37.0, 23.0),
                    (35.0, 29.0),
                    (38.0, 33.0),
                    (43.0, 27.0),
                    (46.0, 23.0),
                    (46.0, 30.0),
                    (50.0, 31.0),
                    (55.0, 22.0),
                    (58.0, 12.0),
                    (55.0, 14.0),
                    (54.0, 28.0),
                    (60.0, 31.0),
                    (70.0, 24.0),
                    (90.0, 15.0),
                ],
                &[(30.0, 42.0), (52.0, 38.0), (78.0, 33.0), (94.0, 31.0)],
            ],
            word: (70.0, 46.0),
        },
        Hand::Citizen => Strokes {
            size: (100.0, 46.0),
            pen: 1.75,
            strokes: &[
                &[
                    (8.0, 12.0),
                    (12.0, 22.0),
                    (12.0, 34.0),
                    (12.5, 20.0),
                    (18.0, 9.0),
                    (24.0, 14.0),
                    (25.0, 30.0),
                    (29.0, 33.0),
                    (33.0, 26.0),
                    (38.0, 24.0),
                    (36.0, 30.0),
                    (41.0, 31.0),
                    (45.0, 24.0),
                    (46.0, 31.0),
                    (50.0, 24.0),
                    (54.0, 24.0),
                    (54.0, 31.0),
                    (60.0, 28.0),
                    (64.0, 24.0),
                    (67.0, 28.0),
                    (64.0, 40.0),
                    (58.0, 42.0),
                    (60.0, 36.0),
                    (72.0, 28.0),
                    (92.0, 20.0),
                ],
                &[(40.0, 18.0), (43.0, 15.0), (46.0, 18.0)],
            ],
            word: (74.0, 42.0),
        },
    }
}

pub(super) fn draw(hand: Hand) -> Result<Vec<u8>, Defect> {
    let Strokes { size, pen, strokes, word } = strokes(hand);
    let mut ground = Ground::new(pixels(size.0), pixels(size.1), BLUE)?;
    for points in strokes {
        pull(&mut ground, points, pen);
    }
    let mut x = word.0;
    for letter in Letters::new(Face::Italic)?.of("MẪU", 6.0)? {
        let place = Transform::from_row(SCALE, 0.0, 0.0, SCALE, (x + MARGIN) * SCALE, (word.1 + MARGIN) * SCALE);
        if let Some(outline) = letter.outline.and_then(|outline| outline.transform(place)) {
            ground.fill(&outline);
        }
        x += letter.width;
    }
    ground.into_png(0.82, 14)
}

/// Pulls the pen through the points: a Catmull-Rom spline in short pieces, each as thick as the pen presses there.
fn pull(ground: &mut Ground, points: &[Point], pen: f32) {
    const PIECES: u8 = 24;
    let at = |index: usize| points.get(index.min(points.len().saturating_sub(1))).copied().unwrap_or_default();
    let spans = points.len().saturating_sub(1);
    let mut last = at(0);
    let mut width = pen * 0.4;
    for span in 0..spans {
        let (before, from, to, after) = (at(span.saturating_sub(1)), at(span), at(span + 1), at(span + 2));
        for piece in 1..=PIECES {
            let t = f32::from(piece) / f32::from(PIECES);
            let next = (spline(before.0, from.0, to.0, after.0, t), spline(before.1, from.1, to.1, after.1, t));
            let (along, down) = (next.0 - last.0, next.1 - last.1);
            let steep = down / along.hypot(down).max(0.001);
            // Heavier downwards, lighter in haste, and lifted at the stroke's end.
            let haste = (along.hypot(down) * 0.9).min(0.35);
            let left = (f32::from(u16::try_from(spans - span).unwrap_or(u16::MAX)) - t).min(1.5) / 1.5;
            let wanted = pen * (0.78 + 0.42 * steep.max(0.0) - haste) * (0.35 + 0.65 * left);
            width += (wanted - width) * 0.22;
            let mut line = PathBuilder::new();
            line.move_to((last.0 + MARGIN) * SCALE, (last.1 + MARGIN) * SCALE);
            line.line_to((next.0 + MARGIN) * SCALE, (next.1 + MARGIN) * SCALE);
            if let Some(line) = line.finish() {
                ground.stroke(&line, width * SCALE);
            }
            last = next;
        }
    }
}

fn spline(before: f32, from: f32, to: f32, after: f32, t: f32) -> f32 {
    let (square, cube) = (t * t, t * t * t);
    0.5 * (2.0 * from
        + (to - before) * t
        + (2.0 * before - 5.0 * from + 4.0 * to - after) * square
        + (3.0 * from - before - 3.0 * to + after) * cube)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a picture that is drawn here")]
fn pixels(units: f32) -> u32 {
    ((units + 2.0 * MARGIN) * SCALE).ceil() as u32
}
