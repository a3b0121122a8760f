//! Where a picture is opaque, by its soft mask.

use lopdf::{Dictionary, Object};

use crate::content::opacity::TRANSLUCENT;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Bounds;

/// Columns and rows of the grid that a mask is sampled by.
const GRID: usize = 96;

/// How opaque a picture is on the whole, and the stretches of its unit square that are opaque one by one.
pub(super) struct Mask {
    pub(super) mean: f64,
    pub(super) opaque: Vec<Bounds>,
}

impl Mask {
    /// A mask that can't be read hides nothing of the picture.
    pub(crate) fn of(document: &Document<'_>, image: &Dictionary) -> Result<Self, Error> {
        let whole = Self { mean: 1.0, opaque: Vec::new() };
        let Object::Stream(mut mask) = document.get(image, b"SMask")? else { return Ok(whole) };
        let grey =
            matches!(document.get(&mask.dict, b"BitsPerComponent")?, Object::Integer(8)) && !mask.dict.has(b"Decode");
        let side = |value: Object| value.as_i64().ok().and_then(|side| usize::try_from(side).ok()).unwrap_or(0);
        let columns = side(document.get(&mask.dict, b"Width")?);
        let Ok(alpha) = document.take_decoded(&mut mask) else { return Ok(whole) };
        if !grey || alpha.is_empty() {
            return Ok(whole);
        }
        document.spend(alpha.len() as u64)?;
        let mean = mean(alpha.iter());
        let opaque = if mean < TRANSLUCENT && columns > 0 { stretches(&alpha, columns) } else { Vec::new() };
        Ok(Self { mean, opaque })
    }
}

fn stretches(alpha: &[u8], columns: usize) -> Vec<Bounds> {
    let lines: Vec<&[u8]> = alpha.chunks_exact(columns).collect();
    let (high, wide) = (lines.len().div_ceil(GRID).max(1), columns.div_ceil(GRID));
    let share = |part: usize, of: usize| (amount(part) / amount(of.max(1))).min(1.0);
    let mut found = Vec::new();
    for (row, band) in lines.chunks(high).enumerate() {
        let (top, bottom) = (share(row * high, lines.len()), share((row + 1) * high, lines.len()));
        let mut from = None;
        for column in 0..=columns.div_ceil(wide) {
            let cell = || band.iter().flat_map(|line| line.iter().skip(column * wide).take(wide));
            match (cell().next().is_some() && mean(cell()) >= TRANSLUCENT, from) {
                (true, None) => from = Some(column),
                (false, Some(first)) => {
                    let (left, right) = (share(first * wide, columns), share(column * wide, columns));
                    found.push(Bounds::new(left, 1.0 - bottom, right, 1.0 - top));
                    from = None;
                }
                _ => {}
            }
        }
    }
    found
}

fn mean<'s>(samples: impl Iterator<Item = &'s u8>) -> f64 {
    let (sum, count) = samples.fold((0_usize, 0_usize), |(sum, count), one| (sum + usize::from(*one), count + 1));
    amount(sum) / (amount(count.max(1)) * 255.0)
}

fn amount(number: usize) -> f64 {
    number as f64
}
