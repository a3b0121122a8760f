//! The colours that a paper or a picture means: sRGB (IEC 61966-2-1), as an ICC profile.
//!
//! The profile is written here, number by number, after ISO 15076-1:2005 (ICC.1:2004-10, version 4.2), and for PDF/A-1, which
//! knows no later one, after ICC.1:1998-09 (version 2.1): a display whose colours are a matrix and a curve. Nothing of it is
//! copied from anyone's file, so there's nobody's licence to keep.

/// What the profile describes, and how people call it.
pub const NAME: &str = "sRGB IEC61966-2.1";
/// Points of the curve in a profile of version 2, which has no formulas.
const POINTS: u32 = 1024;

/// Primaries and white of sRGB, seen by D50 through the Bradford transform, in 1/65536 (s15Fixed16Number, 4.6).
const WHITE: [i32; 3] = [0xF6D6, 0x1_0000, 0xD32D];
const RED: [i32; 3] = [0x6FA2, 0x38F5, 0x0390];
const GREEN: [i32; 3] = [0x6299, 0xB785, 0x18DA];
const BLUE: [i32; 3] = [0x24A0, 0x0F84, 0xB6CF];
/// From D65, sRGB's own white, to D50 (9.2.15, chromaticAdaptationTag).
const ADAPTATION: [i32; 9] = [0x1_0C42, 0x05DE, -0x0CDB, 0x0793, 0xFD90, -0x045F, -0x025E, 0x03DC, 0xC06E];
/// (X / 1.055 + 0.055 / 1.055) ^ 2.4 from 0.04045 on, X / 12.92 below (10.15, function type 3): g, a, b, c, d.
const CURVE: [i32; 5] = [0x2_6666, 0xF2A7, 0x0D59, 0x13D0, 0x0A5B];

/// Bytes before the tags' table (7.2).
const HEADER: usize = 128;

/// The profile, version 4.2.
pub fn srgb() -> Vec<u8> {
    let curve = fixed_point(b"para", &[3, 0], &CURVE);
    profile(
        [4, 0x20],
        &[
            (b"desc", unicode(NAME)),
            (b"cprt", unicode("No copyright: use freely")),
            (b"wtpt", fixed_point(b"XYZ ", &[], &WHITE)),
            (b"chad", fixed_point(b"sf32", &[], &ADAPTATION)),
            (b"rXYZ", fixed_point(b"XYZ ", &[], &RED)),
            (b"gXYZ", fixed_point(b"XYZ ", &[], &GREEN)),
            (b"bXYZ", fixed_point(b"XYZ ", &[], &BLUE)),
            (b"rTRC", curve.clone()),
            (b"gTRC", curve.clone()),
            (b"bTRC", curve),
        ],
    )
}

/// The profile, version 2.1: PDF/A-1 and later ones take it.
pub(crate) fn srgb_version_2() -> Vec<u8> {
    let mut curve = b"curv\0\0\0\0".to_vec();
    curve.extend(POINTS.to_be_bytes());
    curve.extend((0..POINTS).flat_map(|point| linear(f64::from(point) / f64::from(POINTS - 1)).to_be_bytes()));
    let mut text = b"text\0\0\0\0".to_vec();
    text.extend(b"No copyright: use freely\0");
    profile(
        [2, 0x10],
        &[
            (b"desc", description(NAME)),
            (b"cprt", text),
            (b"wtpt", fixed_point(b"XYZ ", &[], &WHITE)),
            (b"rXYZ", fixed_point(b"XYZ ", &[], &RED)),
            (b"gXYZ", fixed_point(b"XYZ ", &[], &GREEN)),
            (b"bXYZ", fixed_point(b"XYZ ", &[], &BLUE)),
            (b"rTRC", curve.clone()),
            (b"gTRC", curve.clone()),
            (b"bTRC", curve),
        ],
    )
}

/// A value of sRGB as light, both from 0 to 1, in 1/65535.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "light is from 0 to 1")]
fn linear(value: f64) -> u16 {
    let light = if value < 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
    (light * 65535.0).round() as u16
}

/// textDescriptionType (ICC.1:1998-09, 6.5.17): in ASCII alone.
fn description(text: &str) -> Vec<u8> {
    let mut value = b"desc\0\0\0\0".to_vec();
    value.extend(word(text.len() + 1));
    value.extend(text.bytes());
    // The end of the text, no Unicode, no script code.
    value.extend([0; 1 + 4 + 4 + 2 + 1 + 67]);
    value
}

fn profile(version: [u8; 2], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let table = 4 + 12 * tags.len();
    let mut data: Vec<u8> = Vec::new();
    let mut entries = Vec::new();
    let mut last: Option<(usize, &Vec<u8>)> = None;
    for (signature, value) in tags {
        let signature: &[u8; 4] = signature;
        // The three curves are one: tags may share their data (7.3.1).
        let start = match &last {
            Some((start, same)) if *same == value => *start,
            _ => {
                let start = HEADER + table + data.len();
                data.extend(value);
                data.resize(data.len().next_multiple_of(4), 0);
                start
            }
        };
        entries.extend(signature);
        entries.extend(word(start));
        entries.extend(word(value.len()));
        last = Some((start, value));
    }
    let mut profile = header(HEADER + table + data.len(), version);
    profile.extend(word(tags_count(&entries)));
    profile.extend(entries);
    profile.extend(data);
    profile
}

fn tags_count(entries: &[u8]) -> usize {
    entries.len() / 12
}

fn header(size: usize, version: [u8; 2]) -> Vec<u8> {
    let mut header = word(size).to_vec();
    header.extend([0; 4]); // no preferred colour management module
    header.extend([version[0], version[1], 0, 0]);
    header.extend(b"mntrRGB XYZ ");
    // There's no clock here: the date is that of the standard, IEC 61966-2-1.
    for number in [1999_u16, 10, 18, 0, 0, 0] {
        header.extend(number.to_be_bytes());
    }
    header.extend(b"acsp");
    header.extend([0; 4 + 4 + 4 + 4 + 8]); // no platform, flags, maker, model, attributes
    header.extend([0; 4]); // perceptual
    for value in WHITE {
        header.extend(value.to_be_bytes());
    }
    header.resize(HEADER, 0);
    header
}

/// multiLocalizedUnicodeType with one text (10.13).
fn unicode(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut value = b"mluc\0\0\0\0".to_vec();
    value.extend(word(1));
    value.extend(word(12));
    value.extend(b"enUS");
    value.extend(word(units.len()));
    value.extend(word(28));
    value.extend(units);
    value
}

/// A type of numbers in 1/65536; `before` are 16-bit numbers ahead of them.
fn fixed_point(kind: &[u8; 4], before: &[u16], numbers: &[i32]) -> Vec<u8> {
    let mut value = kind.to_vec();
    value.extend([0; 4]);
    value.extend(before.iter().flat_map(|number| number.to_be_bytes()));
    value.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    value
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_whole() {
        for profile in [srgb(), srgb_version_2()] {
            let word = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
            assert_eq!(word(0), profile.len());
            assert_eq!(&profile[36..40], b"acsp");
            for tag in 0..word(128) {
                let entry = 132 + 12 * tag;
                assert!(word(entry + 4) % 4 == 0 && word(entry + 4) + word(entry + 8) <= profile.len());
            }
        }
    }

    /// Red, green and blue together are white, and the curve is sRGB's.
    #[test]
    fn the_numbers_are_srgbs() {
        for (index, white) in WHITE.iter().enumerate() {
            let sum = RED[index] + GREEN[index] + BLUE[index];
            assert!((sum - white).abs() <= 16, "{sum:x} {white:x}");
        }
        let close = |fixed: i32, exact: f64| (f64::from(fixed) / 65536.0 - exact).abs() < 1.0 / 65536.0;
        let exact = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
        assert!(CURVE.iter().zip(exact).all(|(fixed, exact)| close(*fixed, exact)));
        // D65, adapted, is D50.
        let d65 = [0.95047, 1.0, 1.08883];
        for (row, white) in ADAPTATION.chunks(3).zip(WHITE) {
            let adapted: f64 = row.iter().zip(d65).map(|(factor, value)| f64::from(*factor) * value).sum();
            assert!((adapted - f64::from(white)).abs() < 40.0, "{adapted} {white}");
        }
    }
}
