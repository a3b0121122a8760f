//! How much ink lies on each pixel, and which of it is wanted.

use super::paper::Paper;
use super::{Scan, Subject, byte};

/// Darkness that ink must have against the paper, of 255.
const LEAST_CONTRAST: u8 = 38;
/// Share of the darkness in green and blue that red ink doesn't have in red.
const RED: f32 = 0.35;
/// Part of the ink, in percent, that must be red for a scan to have red ink at all, and for one to be all red.
const SOME_RED_PERCENT: usize = 5;
const ALL_RED_PERCENT: usize = 85;
/// Pixels of ink, at least.
const LEAST_PIXELS: usize = 60;

/// How opaque each pixel of a picture is, rows from the top.
#[derive(Clone)]
pub(super) struct Opacity {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) values: Vec<u8>,
}

/// The wanted ink.
pub(super) struct Found {
    pub(super) opacity: Opacity,
    pub(super) was_other_colour: bool,
    pub(super) left_out_other_ink: bool,
}

/// What a pixel's colour is like against the paper.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Red,
    /// Dark in blue light too, as black ink is, and red ink under any other.
    Dark,
    Other,
}

/// The ink of a scan; `None` where there is none.
pub(super) fn find(scan: Scan<'_>, paper: &Paper, subject: Subject) -> Option<Found> {
    let (darkness, kinds) = measured(scan, paper);
    let (floor, ink) = levels(&darkness)?;
    let middle = floor.midpoint(ink);
    let strong = || darkness.iter().zip(&kinds).filter(|(darkness, _)| **darkness >= middle);
    let all = strong().count();
    let red = strong().filter(|(_, kind)| **kind == Kind::Red).count();
    if all < LEAST_PIXELS {
        return None;
    }
    let has_red = red * 100 >= all * SOME_RED_PERCENT && red >= LEAST_PIXELS;
    let has_other = red * 100 < all * ALL_RED_PERCENT;
    let chosen = match (subject, has_red, has_other) {
        (Subject::Seal, true, _) => with_crossings(&kinds, scan.width as usize),
        (Subject::Signature, true, true) => kinds.iter().map(|kind| *kind != Kind::Red).collect(),
        _ => vec![true; kinds.len()],
    };
    let blue = strong().filter(|(_, kind)| **kind == Kind::Other).count();
    let ramp = Ramp { from: floor, to: byte(f32::from(floor) + 0.75 * f32::from(ink - floor)) };
    let values = darkness.iter().zip(&chosen).map(|(darkness, is)| if *is { ramp.at(*darkness) } else { 0 }).collect();
    Some(Found {
        opacity: Opacity { width: scan.width, height: scan.height, values },
        was_other_colour: match subject {
            Subject::Seal => !has_red,
            Subject::Signature => blue * 2 < all - red || !has_other,
        },
        left_out_other_ink: has_red && has_other,
    })
}

/// Darkness of each pixel against the paper, 0 to 255, and its kind; a little smoothed, as paper is rough and cameras
/// are noisy.
fn measured(scan: Scan<'_>, paper: &Paper) -> (Vec<u8>, Vec<Kind>) {
    let (width, height) = (scan.width as usize, scan.height as usize);
    let pixels = scan.rgb.as_chunks::<3>().0;
    let row_of = |row: usize| pixels.get(row * width..(row + 1) * width).unwrap_or_default();
    let mut darkness = Vec::with_capacity(width * height);
    let mut kinds = Vec::with_capacity(width * height);
    for y in 0..height {
        let rows = [row_of(y.saturating_sub(1)), row_of(y), row_of((y + 1).min(height - 1))];
        for x in 0..width {
            let columns = [x.saturating_sub(1), x, (x + 1).min(width - 1)];
            let mut sum = [0_u32; 3];
            for (row, of_row) in rows.iter().zip([1, 2, 1]) {
                for (column, of_column) in columns.iter().zip([1, 2, 1]) {
                    let pixel = row.get(*column).copied().unwrap_or([255; 3]);
                    for (total, channel) in sum.iter_mut().zip(pixel) {
                        *total += u32::from(channel) * of_row * of_column;
                    }
                }
            }
            let bare = paper.at(x, y);
            let absorbed = |channel: u32, bare: f32| (1.0 - channel as f32 / 16.0 / bare).clamp(0.0, 1.0);
            let [red, green, blue] = [absorbed(sum[0], bare[0]), absorbed(sum[1], bare[1]), absorbed(sum[2], bare[2])];
            let dark = red.max(green).max(blue);
            darkness.push(byte(dark * 255.0));
            kinds.push(if (green.min(blue) - red) > RED * dark {
                Kind::Red
            } else if blue > 0.8 * dark && red > 0.6 * dark {
                Kind::Dark
            } else {
                Kind::Other
            });
        }
    }
    (darkness, kinds)
}

/// From which darkness on it isn't the paper's own roughness, and how dark the ink is.
fn levels(darkness: &[u8]) -> Option<(u8, u8)> {
    let mut counts = [0_usize; 256];
    for value in darkness {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count += 1;
        }
    }
    // Most of a scan is paper: its middle is the paper's, and so is how far pixels are from it.
    let paper = quantile(&counts, 0.5);
    let mut distances = [0_usize; 256];
    for (value, count) in (0..=255_u8).zip(counts) {
        if let Some(distance) = distances.get_mut(usize::from(value.abs_diff(paper))) {
            *distance += count;
        }
    }
    let roughness = f32::from(quantile(&distances, 0.5)).max(2.0) * 1.4826;
    let noise = byte(f32::from(paper) + 4.0 * roughness);
    for count in counts.iter_mut().take(usize::from(noise.max(paper.saturating_add(LEAST_CONTRAST / 2)))) {
        *count = 0;
    }
    if counts.iter().sum::<usize>() < LEAST_PIXELS {
        return None;
    }
    let ink = quantile(&counts, 0.8);
    let contrast = ink.saturating_sub(paper);
    let floor = noise.max(byte(f32::from(paper) + 0.22 * f32::from(contrast)));
    (contrast >= LEAST_CONTRAST && floor < ink).then_some((floor, ink))
}

/// The value below which this part lies.
fn quantile(counts: &[usize; 256], part: f64) -> u8 {
    let all = counts.iter().sum::<usize>() as f64;
    let mut below = 0;
    let reached = |count: &usize| {
        below += count;
        below as f64 >= all * part
    };
    counts.iter().position(reached).and_then(|value| u8::try_from(value).ok()).unwrap_or(u8::MAX)
}

/// Red ink, and the dark places at its edge where a pen crosses it: both inks lie there.
fn with_crossings(kinds: &[Kind], width: usize) -> Vec<bool> {
    let mut chosen: Vec<bool> = kinds.iter().map(|kind| *kind == Kind::Red).collect();
    for _ in 0..(width / 120).clamp(2, 8) {
        let before = chosen.clone();
        for (index, is) in chosen.iter_mut().enumerate().filter(|(index, _)| kinds.get(*index) == Some(&Kind::Dark)) {
            let red = |at: Option<usize>| at.and_then(|at| before.get(at)).copied().unwrap_or(false);
            let beside = red(index.checked_sub(1)) && red(Some(index + 1));
            let around = [index.checked_sub(1), Some(index + 1), index.checked_sub(width), Some(index + width)];
            *is |= beside || around.into_iter().filter(|at| red(*at)).count() >= 2;
        }
    }
    chosen
}

/// From paper to ink, smoothly.
struct Ramp {
    from: u8,
    to: u8,
}

impl Ramp {
    fn at(&self, darkness: u8) -> u8 {
        let span = f32::from(self.to.saturating_sub(self.from).max(1));
        let part = (f32::from(darkness.saturating_sub(self.from)) / span).min(1.0);
        byte(part * part * (3.0 - 2.0 * part) * 255.0)
    }
}

impl Opacity {
    /// Cut to the box of what is at least so opaque; `None` where nothing is.
    pub(super) fn cut(&self, seen: u8) -> Option<Self> {
        let width = self.width as usize;
        let is = |value: &u8| *value >= seen;
        let rows = || self.values.chunks_exact(width.max(1));
        let top = rows().position(|row| row.iter().any(is))?;
        let bottom = rows().rposition(|row| row.iter().any(is))?;
        let left = rows().filter_map(|row| row.iter().position(is)).min()?;
        let right = rows().filter_map(|row| row.iter().rposition(is)).max()?;
        let values = rows().skip(top).take(bottom - top + 1).flat_map(|row| row.get(left..=right).unwrap_or_default());
        Some(Self {
            width: u32::try_from(right - left + 1).ok()?,
            height: u32::try_from(bottom - top + 1).ok()?,
            values: values.copied().collect(),
        })
    }

    /// Smaller by a factor below 1: each pixel is the mean of those that it stands for.
    pub(super) fn shrunk(&self, factor: f64) -> Self {
        let side = |length: u32| super::whole(f64::from(length) * factor).max(1);
        let (width, height) = (side(self.width), side(self.height));
        let span = |index: u32, sides: u32, length: u32| {
            let (index, sides, length) = (index as usize, sides as usize, length as usize);
            let start = index * length / sides;
            (start, ((index + 1) * length / sides).max(start + 1))
        };
        let mut values = Vec::with_capacity(width as usize * height as usize);
        for row in 0..height {
            let (top, bottom) = span(row, height, self.height);
            for column in 0..width {
                let (left, right) = span(column, width, self.width);
                let mut sum = 0_usize;
                for line in top..bottom {
                    let start = line * self.width as usize;
                    let pixels = self.values.get(start + left..start + right).unwrap_or_default();
                    sum += pixels.iter().map(|value| usize::from(*value)).sum::<usize>();
                }
                values.push(u8::try_from(sum / ((right - left) * (bottom - top))).unwrap_or(u8::MAX));
            }
        }
        Self { width, height, values }
    }
}
