//! Dust, creases and the paper's edges: what isn't part of the drawing.

use super::SEEN;
use super::ink::Opacity;

/// From this opacity on a pixel is surely ink. What has none such is a shadow.
const SURE: u8 = 200;
/// Part of all ink that a piece must have to be more than a speck. A dot over a letter has more.
const SPECK: usize = 2000;
/// Pixels of a speck, at most, whatever the rest is.
const LEAST: usize = 6;

/// A piece of ink that hangs together.
#[derive(Default)]
struct Piece {
    pixels: Vec<usize>,
    sure: usize,
    is_at_edge: bool,
}

/// Clears everything that isn't ink of the drawing.
pub(super) fn drop(opacity: &mut Opacity) {
    let all = opacity.values.iter().filter(|value| **value >= SURE).count();
    let mut visited = vec![false; opacity.values.len()];
    for start in 0..opacity.values.len() {
        if opacity.values.get(start).is_none_or(|value| *value < SEEN) || visited.get(start) != Some(&false) {
            continue;
        }
        let piece = piece(opacity, start, &mut visited);
        let is_speck = piece.sure < LEAST.max(all / SPECK);
        // A desk beside the paper, a scanner's dark rim; a drawing that was cut off is most of the ink all the same.
        let is_rim = piece.is_at_edge && piece.sure * 2 < all;
        if is_speck || is_rim {
            for pixel in piece.pixels {
                if let Some(value) = opacity.values.get_mut(pixel) {
                    *value = 0;
                }
            }
        }
    }
    // What is too faint to be seen would only make the file larger.
    for value in &mut opacity.values {
        if *value < SEEN / 4 {
            *value = 0;
        }
    }
}

fn piece(opacity: &Opacity, start: usize, visited: &mut [bool]) -> Piece {
    let (width, height) = (opacity.width as usize, opacity.height as usize);
    let mut piece = Piece::default();
    let mut open = vec![start];
    if let Some(mark) = visited.get_mut(start) {
        *mark = true;
    }
    while let Some(pixel) = open.pop() {
        let (x, y) = (pixel % width, pixel / width);
        piece.sure += usize::from(opacity.values.get(pixel).is_some_and(|value| *value >= SURE));
        piece.is_at_edge |= x == 0 || y == 0 || x + 1 == width || y + 1 == height;
        piece.pixels.push(pixel);
        for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
            for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                let near = near_y * width + near_x;
                let is_ink = opacity.values.get(near).is_some_and(|value| *value >= SEEN);
                if let Some(mark) = visited.get_mut(near).filter(|mark| is_ink && !**mark) {
                    *mark = true;
                    open.push(near);
                }
            }
        }
    }
    piece
}
