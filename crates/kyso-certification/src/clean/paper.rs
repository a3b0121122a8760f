//! The bare paper's colour, place by place: what the ink is measured against.

use super::Scan;

/// Tiles on the scan's shorter side, about.
const TILES: usize = 16;
/// Sides that a tile may have, in pixels: so large that no stroke fills it, so small that light doesn't change in it.
const SIDES: std::ops::RangeInclusive<usize> = 16..=160;

/// The paper's colour on a grid of tiles; between their centres it changes evenly.
pub(super) struct Paper {
    side: usize,
    columns: usize,
    rows: usize,
    colours: Vec<[f32; 3]>,
}

impl Paper {
    pub(super) fn of(scan: Scan<'_>) -> Self {
        let (width, height) = (scan.width as usize, scan.height as usize);
        let side = (width.min(height) / TILES).clamp(*SIDES.start(), *SIDES.end());
        let (columns, rows) = (width.div_ceil(side), height.div_ceil(side));
        let mut colours = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                colours.push(lightest(scan, column * side, row * side, side));
            }
        }
        let bare = Self { side, columns, rows, colours };
        // A tile full of ink, or one full of glare, is like none of its neighbours.
        let colours = bare.each_with_neighbours(middle);
        let bare = Self { colours, ..bare };
        let colours = bare.each_with_neighbours(mean);
        Self { colours, ..bare }
    }

    /// At the middle of a pixel.
    pub(super) fn at(&self, x: usize, y: usize) -> [f32; 3] {
        let (left, right, across) = self.between(x, self.columns);
        let (upper, lower, down) = self.between(y, self.rows);
        let tile =
            |row: usize, column: usize| self.colours.get(row * self.columns + column).copied().unwrap_or([255.0; 3]);
        let (a, b, c, d) = (tile(upper, left), tile(upper, right), tile(lower, left), tile(lower, right));
        let mix = |a: f32, b: f32, c: f32, d: f32| {
            let (above, below) = (a + (b - a) * across, c + (d - c) * across);
            above + (below - above) * down
        };
        [mix(a[0], b[0], c[0], d[0]), mix(a[1], b[1], c[1], d[1]), mix(a[2], b[2], c[2], d[2])]
    }

    /// The tiles whose centres lie around a pixel, and how far it is from the first to the second.
    fn between(&self, pixel: usize, tiles: usize) -> (usize, usize, f32) {
        let half = self.side / 2;
        let Some(from_centre) = pixel.checked_sub(half) else { return (0, 0, 0.0) };
        let first = (from_centre / self.side).min(tiles - 1);
        let part = (from_centre - first * self.side) as f32 / self.side as f32;
        (first, (first + 1).min(tiles - 1), part.min(1.0))
    }

    fn each_with_neighbours(&self, of: fn(&mut [[f32; 3]]) -> [f32; 3]) -> Vec<[f32; 3]> {
        let mut result = Vec::with_capacity(self.colours.len());
        let mut around = Vec::with_capacity(9);
        for row in 0..self.rows {
            for column in 0..self.columns {
                around.clear();
                for near in row.saturating_sub(1)..=(row + 1).min(self.rows - 1) {
                    let start = near * self.columns;
                    let from = start + column.saturating_sub(1);
                    let to = start + (column + 1).min(self.columns - 1);
                    around.extend_from_slice(self.colours.get(from..=to).unwrap_or_default());
                }
                result.push(of(&mut around));
            }
        }
        result
    }
}

/// The mean of a tile's lightest quarter.
fn lightest(scan: Scan<'_>, left: usize, top: usize, side: usize) -> [f32; 3] {
    let width = scan.width as usize;
    let pixels = scan.rgb.as_chunks::<3>().0;
    let rows = || {
        (top..(top + side).min(scan.height as usize))
            .filter_map(|row| pixels.get(row * width + left..row * width + (left + side).min(width)))
            .flatten()
    };
    let mut counts = [0_usize; 256];
    let mut all = 0;
    for pixel in rows() {
        if let Some(count) = counts.get_mut(usize::from(lightness(*pixel))) {
            *count += 1;
        }
        all += 1;
    }
    let mut above = 0;
    let floor = (0..=255_u8)
        .rev()
        .find(|level| {
            above += counts.get(usize::from(*level)).copied().unwrap_or(0);
            above * 4 >= all
        })
        .unwrap_or(0);
    let mut sum = [0.0_f32; 3];
    let mut count = 0.0_f32;
    for pixel in rows().filter(|pixel| lightness(**pixel) >= floor) {
        count += 1.0;
        for (total, channel) in sum.iter_mut().zip(pixel) {
            *total += f32::from(*channel);
        }
    }
    sum.map(|total| (total / count.max(1.0)).max(1.0))
}

fn lightness([red, green, blue]: [u8; 3]) -> u8 {
    let sum = u16::from(red) + 2 * u16::from(green) + u16::from(blue);
    u8::try_from(sum / 4).unwrap_or(u8::MAX)
}

fn middle(around: &mut [[f32; 3]]) -> [f32; 3] {
    around.sort_by(|a, b| a.iter().sum::<f32>().total_cmp(&b.iter().sum()));
    around.get(around.len() / 2).copied().unwrap_or([255.0; 3])
}

fn mean(around: &mut [[f32; 3]]) -> [f32; 3] {
    let mut sum = [0.0_f32; 3];
    for colour in around.iter() {
        for (total, channel) in sum.iter_mut().zip(colour) {
            *total += channel;
        }
    }
    sum.map(|total| total / around.len().max(1) as f32)
}
