//! The pixels of a drawn page, and the small cells that it's divided into: their colours, and how much noise there is.

use std::collections::HashMap;

/// Paper is at least this light, of 255: what is written on it in black is read.
pub(super) const LIGHT: f64 = 120.0;
/// A colour that so many of the light pixels have is one that a program, or a scanner's levelling, has made even.
const EVEN: f64 = 0.6;
/// The part of the light cells that has less than the noise's usual share: lines that cross the page don't pass for noise.
const QUIET_SHARE: usize = 30;
/// The deviation from the mean within which that share of a normal distribution lies, in standard deviations.
const QUIET_DEVIATIONS: f64 = 0.385;
/// The Laplacian of independent pixels deviates by so many times what each of them does.
const LAPLACIAN: f64 = 6.0;
/// Each so many pixels across and down are looked at for the noise and the commonest colour.
const SAMPLED: usize = 3;

/// How much a difference in red, green and blue counts: photographs' compression is coarse in blue, and eyes are.
const WEIGHTS: Colour = [0.8, 1.0, 0.5];

/// Red, green and blue.
pub(super) type Colour = [f64; 3];

/// A page's pixels.
pub(super) struct Pixels<'p> {
    pub(super) pixels: &'p [[u8; 3]],
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Pixels<'_> {
    pub(super) fn row(&self, y: usize) -> &[[u8; 3]] {
        self.pixels.get(y * self.columns..(y + 1) * self.columns).unwrap_or_default()
    }

    /// How much one pixel differs from another of the same paper, as a standard deviation; 0 where most don't at all.
    pub(super) fn noise(&self) -> f64 {
        let mut seen = Quantile::default();
        for y in (1..self.rows.saturating_sub(1)).step_by(SAMPLED) {
            let (above, here, below) = (self.row(y - 1), self.row(y), self.row(y + 1));
            let windows = above.windows(3).zip(here.windows(3)).zip(below.windows(3)).step_by(SAMPLED);
            for ((above, here), below) in windows {
                let ([a, b, c], [d, e, f], [g, h, i]) = (above, here, below) else { continue };
                let colour = |pixel: &[u8; 3]| pixel.map(f64::from);
                if luminance(&colour(e)) >= LIGHT {
                    seen.add(largest(&laplacian([a, b, c, d, e, f, g, h, i].map(colour))));
                }
            }
        }
        seen.noise()
    }

    /// The colour that the most light pixels have, where that are many.
    pub(super) fn even(&self) -> Option<Colour> {
        let (mut counts, mut light) = (HashMap::<[u8; 3], usize>::new(), 0_usize);
        let rows = (0..self.rows).step_by(SAMPLED);
        for pixel in rows.flat_map(|y| self.row(y).iter().step_by(SAMPLED)) {
            if luminance(&pixel.map(f64::from)) >= LIGHT {
                *counts.entry(*pixel).or_default() += 1;
                light += 1;
            }
        }
        let (colour, most) = counts.into_iter().max_by_key(|(colour, most)| (*most, *colour))?;
        (count(most) >= EVEN * count(light)).then(|| colour.map(f64::from))
    }
}

/// Small values in an order, for the noise.
#[derive(Default)]
pub(super) struct Quantile(pub(super) Vec<f64>);

impl Quantile {
    fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    pub(super) fn at(&mut self, share: usize) -> f64 {
        let index = self.0.len() * share / 100;
        match self.0.len() {
            0 => 0.0,
            _ => *self.0.select_nth_unstable_by(index, f64::total_cmp).1,
        }
    }

    pub(super) fn noise(&mut self) -> f64 {
        self.at(QUIET_SHARE) / (QUIET_DEVIATIONS * LAPLACIAN)
    }
}

/// A page's cells.
pub(super) struct Cells {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Pixels of a cell's side.
    pub(super) side: usize,
    pub(super) means: Vec<Colour>,
    /// By how much the pixels of each differ.
    pub(super) differences: Vec<f64>,
}

/// Least, greatest and sum of the colours of some pixels.
#[derive(Clone, Copy)]
struct Span {
    least: [u8; 3],
    most: [u8; 3],
    sum: [u32; 3],
    pub(super) pixels: u32,
}

impl Span {
    const NONE: Self = Self { least: [u8::MAX; 3], most: [0; 3], sum: [0; 3], pixels: 0 };

    fn add(&mut self, pixel: &[u8; 3]) {
        for (((least, most), sum), one) in self.least.iter_mut().zip(&mut self.most).zip(&mut self.sum).zip(pixel) {
            *least = (*least).min(*one);
            *most = (*most).max(*one);
            *sum += u32::from(*one);
        }
        self.pixels += 1;
    }

    pub(super) fn mean(&self) -> Colour {
        self.sum.map(|sum| f64::from(sum) / f64::from(self.pixels.max(1)))
    }

    fn difference(&self) -> f64 {
        differs(&self.most.map(f64::from), &self.least.map(f64::from))
    }
}

impl Cells {
    pub(super) fn of(picture: &Pixels<'_>, side: usize) -> Self {
        let (columns, rows) = (picture.columns.div_ceil(side), picture.rows.div_ceil(side));
        let mut cells = Self { columns, rows, side, means: Vec::new(), differences: Vec::new() };
        for row in 0..rows {
            let mut spans = vec![Span::NONE; columns];
            for y in row * side..((row + 1) * side).min(picture.rows) {
                for (span, pixels) in spans.iter_mut().zip(picture.row(y).chunks(side)) {
                    pixels.iter().for_each(|pixel| span.add(pixel));
                }
            }
            cells.means.extend(spans.iter().map(Span::mean));
            cells.differences.extend(spans.iter().map(Span::difference));
        }
        cells
    }

    /// How much the means of cells differ on the same paper: noise that is spread over several pixels is seen here.
    pub(super) fn noise(&self) -> f64 {
        let mut seen = Quantile::default();
        for y in 1..self.rows.saturating_sub(1) {
            let row = |y: usize| self.means.get(y * self.columns..(y + 1) * self.columns).unwrap_or_default();
            let windows = row(y - 1).windows(3).zip(row(y).windows(3)).zip(row(y + 1).windows(3));
            for ((above, here), below) in windows {
                let ([a, b, c], [d, e, f], [g, h, i]) = (above, here, below) else { continue };
                if luminance(e) >= LIGHT {
                    seen.add(largest(&laplacian([*a, *b, *c, *d, *e, *f, *g, *h, *i])));
                }
            }
        }
        seen.noise()
    }
}

/// Sums of the colours of plain cells, from the upper left corner on.
pub(super) struct ColourSums {
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Red, green, blue and the number of the cells.
    sums: Vec<[f64; 4]>,
}

impl ColourSums {
    pub(super) fn of(cells: &Cells, plain: &[bool]) -> Self {
        let width = cells.columns + 1;
        let mut sums: Vec<[f64; 4]> = vec![[0.0; 4]; width];
        let rows = cells.means.chunks(cells.columns).zip(plain.chunks(cells.columns));
        for (row, (means, plain)) in rows.enumerate() {
            let mut so_far = [0.0; 4];
            sums.push(so_far);
            for (column, (mean, is_plain)) in means.iter().zip(plain).enumerate() {
                if *is_plain {
                    let [red, green, blue] = mean;
                    so_far = plus(so_far, [*red, *green, *blue, 1.0]);
                }
                let above = sums.get(row * width + column + 1).copied().unwrap_or_default();
                sums.push(plus(so_far, above));
            }
        }
        Self { columns: cells.columns, rows: cells.rows, sums }
    }

    /// The mean of the plain cells within a square of `side` around a cell, where half of them are plain.
    pub(super) fn mean(&self, (x, y): (usize, usize), side: usize) -> Option<Colour> {
        let (left, top) = (x.saturating_sub(side / 2), y.saturating_sub(side / 2));
        let (right, bottom) = ((x + side / 2 + 1).min(self.columns), (y + side / 2 + 1).min(self.rows));
        let at = |x: usize, y: usize| self.sums.get(y * (self.columns + 1) + x).copied().unwrap_or_default();
        let minus = |sum: [f64; 4]| sum.map(|one| -one);
        let sum = plus(plus(at(right, bottom), at(left, top)), minus(plus(at(left, bottom), at(right, top))));
        let [red, green, blue, cells] = sum;
        (cells * 2.0 >= count(side * side)).then(|| [red, green, blue].map(|sum| sum / cells))
    }
}

fn plus(mut one: [f64; 4], other: [f64; 4]) -> [f64; 4] {
    one.iter_mut().zip(other).for_each(|(one, other)| *one += other);
    one
}

pub(super) fn luminance([red, green, blue]: &Colour) -> f64 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

/// The largest of differences in red, green and blue, as much as each counts.
pub(super) fn largest(differences: &Colour) -> f64 {
    differences.iter().zip(WEIGHTS).map(|(one, weight)| one * weight).fold(0.0, f64::max)
}

/// By how much two colours differ.
pub(super) fn differs(one: &Colour, other: &Colour) -> f64 {
    let mut differences = *one;
    differences.iter_mut().zip(other).for_each(|(one, other)| *one = (*one - other).abs());
    largest(&differences)
}

/// By how much the colour in the middle departs from the one halfway between those on both sides.
pub(super) fn bend(one: &Colour, middle: &Colour, other: &Colour) -> Colour {
    let mut bend = *middle;
    bend.iter_mut()
        .zip(one.iter().zip(other))
        .for_each(|(bend, (one, other))| *bend = (one + other - 2.0 * *bend).abs());
    bend
}

/// The difference of two Laplacians (Immerkær 1996): nothing of an even slope or a straight edge is left in it.
fn laplacian([a, b, c, d, e, f, g, h, i]: [Colour; 9]) -> Colour {
    let corners = plus3(plus3(a, c), plus3(g, i));
    let sides = plus3(plus3(b, d), plus3(f, h));
    let mut seen = e;
    seen.iter_mut().zip(corners.iter().zip(&sides)).for_each(|(e, (corners, sides))| {
        *e = (corners - 2.0 * sides + 4.0 * *e).abs();
    });
    seen
}

fn plus3(mut one: Colour, other: Colour) -> Colour {
    one.iter_mut().zip(other).for_each(|(one, other)| *one += other);
    one
}

pub(super) fn count(number: usize) -> f64 {
    number as f64
}

/// Rounded, and not negative.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cells of a page")]
pub(super) fn whole(number: f64) -> usize {
    number.round().max(0.0) as usize
}
