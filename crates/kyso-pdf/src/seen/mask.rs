//! Where a picture is opaque, by its soft mask or its stencil.

use lopdf::{Dictionary, Object, Stream};

use crate::content::opacity::TRANSLUCENT;
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Bounds;

/// Columns and rows of the grid that a mask is sampled by.
const GRID: usize = 96;
/// Most samples of a stencil.
const MAX_SAMPLES: usize = 16 << 20;

/// How opaque a picture is on the whole, and the stretches of its unit square that are opaque one by one.
pub(super) struct Mask {
    pub(super) mean: f64,
    pub(super) opaque: Vec<Bounds>,
}

impl Mask {
    /// A mask that can't be read hides nothing of the picture.
    pub(crate) fn of(document: &Document<'_>, image: &Dictionary) -> Result<Self, Error> {
        let whole = Self { mean: 1.0, opaque: Vec::new() };
        let side = |value: Object| value.as_i64().ok().and_then(|side| usize::try_from(side).ok()).unwrap_or(0);
        let (alpha, columns) = match (document.get(image, b"SMask")?, document.get(image, b"Mask")?) {
            (Object::Stream(mut mask), _) => {
                let grey = matches!(document.get(&mask.dict, b"BitsPerComponent")?, Object::Integer(8))
                    && !mask.dict.has(b"Decode");
                let columns = side(document.get(&mask.dict, b"Width")?);
                match document.take_decoded(&mut mask) {
                    Ok(alpha) if grey => (alpha, columns),
                    _ => return Ok(whole),
                }
            }
            (_, Object::Stream(mask)) => {
                let columns = side(document.get(&mask.dict, b"Width")?);
                let rows = side(document.get(&mask.dict, b"Height")?);
                match stencil(document, mask, (columns, rows))? {
                    Some(alpha) => (alpha, columns),
                    None => return Ok(whole),
                }
            }
            _ => return Ok(whole),
        };
        if alpha.is_empty() {
            return Ok(whole);
        }
        document.spend(alpha.len() as u64)?;
        let mean = mean(alpha.iter());
        let opaque = if mean < TRANSLUCENT && columns > 0 { stretches(&alpha, columns) } else { Vec::new() };
        Ok(Self { mean, opaque })
    }
}

/// The samples of a stencil of this size, as a soft mask would have them (ISO 32000-2, 8.9.6.3); `None` where it can't be read
/// as one.
pub(super) fn stencil(
    document: &Document<'_>,
    mut mask: Stream,
    (columns, rows): (usize, usize),
) -> Result<Option<Vec<u8>>, Error> {
    let fits = matches!(document.get(&mask.dict, b"ImageMask")?, Object::Boolean(true))
        && !mask.dict.has(b"Decode")
        && columns.checked_mul(rows).is_some_and(|samples| samples <= MAX_SAMPLES);
    let row = columns.div_ceil(8);
    let Ok(bits) = document.take_decoded(&mut mask) else { return Ok(None) };
    let Some(bits) = bits.get(..row.saturating_mul(rows)).filter(|_| fits) else { return Ok(None) };
    let alpha = |row: &[u8]| -> Vec<u8> {
        let is_masked = |at: usize| row.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
        (0..columns).map(|at| if is_masked(at) { 0 } else { u8::MAX }).collect()
    };
    Ok(Some(bits.chunks_exact(row.max(1)).flat_map(alpha).collect()))
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
