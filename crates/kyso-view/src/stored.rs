//! Pictures as they're stored in a document: whether they're there to their end.
//!
//! The renderer draws what there is of a picture that was cut short, each decoder in its own way, and other viewers draw more
//! of it or less. What is missing may be a code.

use hayro::hayro_interpret::Image;
use hayro::hayro_interpret::hayro_syntax::Filter;
use hayro::hayro_interpret::hayro_syntax::object::{FromBytes as _, Object, Stream};
use memchr::memmem;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::content::length;

/// The marker that ends a JPEG and a JPEG 2000 picture, and how far behind it there may be something else.
const END: &[u8] = b"\xff\xd9";
const BEHIND_THE_END: usize = 4096;

/// Whether the renderer has the picture with as many rows as it should have.
pub(crate) fn is_whole(picture: &Image<'_, '_>) -> bool {
    // Where a picture can be had in less detail, that says as much.
    const COARSELY: Option<(u32, u32)> = Some((64, 64));
    // Rows in the document's own number, which may not be the picture's.
    let rows = |height: u32, (_, factor): (f32, f32)| f64::from(height) * f64::from(factor) + 0.5;
    let mut found = 0.0;
    match picture {
        Image::Stencil(stencil) => {
            stencil.with_stencil(|mask, _| found = rows(mask.height, mask.scale_factors), COARSELY)
        }
        Image::Raster(raster) => {
            raster.with_rgba(|colours, _| found = rows(colours.height(), colours.scale_factors()), COARSELY);
        }
    }
    found >= f64::from(picture.height())
}

/// Bytes of the picture before a filter for pictures decodes them.
pub(crate) fn bytes(picture: &Stream<'_>) -> f64 {
    picture.decoded_data().map_or_else(|_| length(&picture.raw_data()), |decoded| length(&decoded))
}

/// Whether the picture's own compression comes to its end.
pub(crate) fn has_end(picture: &Stream<'_>) -> bool {
    let filters = picture.filters();
    if filters.len() != named(picture) {
        return false;
    }
    let (last, before) = match filters.split_last() {
        Some((last @ (Filter::DctDecode | Filter::JpxDecode), before)) => (last, before),
        // The renderer says of these whether they could be decoded.
        Some((Filter::CcittFaxDecode | Filter::Jbig2Decode, _)) => return true,
        _ => return has_rows(picture),
    };
    let raw = picture.raw_data();
    if before.is_empty() {
        return compressed_has_end(*last, &raw);
    }
    // The same data with the filters before it alone; their parameters are never needed for data that are compressed.
    let names = before.iter().map(|filter| match filter {
        Filter::AsciiHexDecode => "/AHx ",
        Filter::Ascii85Decode => "/A85 ",
        Filter::LzwDecode => "/LZW ",
        Filter::FlateDecode => "/Fl ",
        Filter::RunLengthDecode => "/RL ",
        _ => "",
    });
    let begin = format!("<< /Filter [{}] /Length {} >>\nstream\n", names.collect::<String>(), raw.len());
    let copy = [begin.as_bytes(), &raw, b"\nendstream"].concat();
    let decoded = Stream::from_bytes(&copy).and_then(|stream| stream.decoded_data().ok());
    decoded.is_some_and(|data| compressed_has_end(*last, &data))
}

/// How many filters the picture says it has: the renderer passes over those that it doesn't know.
fn named(picture: &Stream<'_>) -> usize {
    let filter = |key: &[u8]| match picture.dict().get::<Object<'_>>(key)? {
        Object::Array(filters) => Some(filters.raw_iter().count()),
        Object::Name(_) => Some(1),
        _ => None,
    };
    filter(b"F").or_else(|| filter(b"Filter")).unwrap_or_default()
}

/// Whether there's a sample for each pixel. A colour has several; the renderer itself says where those are lacking.
fn has_rows(picture: &Stream<'_>) -> bool {
    let of = |short: &[u8], long: &[u8]| {
        let dictionary = picture.dict();
        dictionary.get::<u32>(short).or_else(|| dictionary.get::<u32>(long)).map(f64::from)
    };
    let dictionary = picture.dict();
    let is_mask = [b"IM".as_slice(), b"ImageMask"].iter().any(|key| dictionary.get::<bool>(key) == Some(true));
    let bits = if is_mask { 1.0 } else { of(b"BPC", b"BitsPerComponent").unwrap_or(8.0) };
    let row = (of(b"W", b"Width").unwrap_or(0.0) * bits / 8.0).ceil();
    bytes(picture) >= row * of(b"H", b"Height").unwrap_or(0.0)
}

fn compressed_has_end(filter: Filter, data: &[u8]) -> bool {
    let tail = data.get(data.len().saturating_sub(BEHIND_THE_END)..).unwrap_or(data);
    memmem::rfind(tail, END).is_some() && (filter != Filter::DctDecode || jpeg_is_whole(data))
}

/// Whether each row of a JPEG is there: the decoder of the renderer fills those that aren't.
fn jpeg_is_whole(data: &[u8]) -> bool {
    // An end that comes too soon is none for the decoder.
    let endless = without_end(data);
    let data = endless.as_deref().unwrap_or(data);
    let options = DecoderOptions::default().set_max_width(usize::from(u16::MAX)).set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(data), options);
    if decoder.decode_headers().is_err() {
        return false;
    }
    // As the colours are stored: a conversion says nothing, and takes time and memory.
    let colours = decoder.input_colorspace().unwrap_or(ColorSpace::RGB);
    decoder.set_options(options.set_strict_mode(true).jpeg_set_out_colorspace(colours));
    decoder.decode().is_ok()
}

/// A JPEG of one scan up to the marker that ends it (ITU-T T.81, B.2), and a little more, which the decoder reads ahead.
fn without_end(data: &[u8]) -> Option<Vec<u8>> {
    const AHEAD: [u8; 16] = [0; 16];
    let mut components = None;
    let mut at = 2;
    loop {
        let [0xff, marker, high, low] = *data.get(at..)?.first_chunk()? else { return None };
        match marker {
            // Sequential ones alone are of one scan.
            0xc0 | 0xc1 => components = data.get(at + 9).copied(),
            0xda => break,
            _ => {}
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    if components? != *data.get(at + 4)? {
        return None;
    }
    let end = at + memmem::find(data.get(at..)?, END)?;
    Some([data.get(..end)?, &AHEAD].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_read_to_its_end() {
        let begin = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xd9, 0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
        let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0];
        let whole = [&begin[..], &scan, END, b"more"].concat();
        let expected = [&begin[..], &scan, &[0; 16]].concat();
        assert_eq!(without_end(&whole), Some(expected));
        for end in 0..begin.len() + scan.len() {
            assert_eq!(without_end(whole.get(..end).unwrap()), None, "{end}");
        }
        let several = [&begin[..begin.len() - 4], &[3, 1, 0x11, 0], &scan, END].concat();
        assert_eq!(without_end(&several), None, "its colours have scans of their own");
    }
}
