//! The few things of a JPEG's Exif data that matter here: which way is up, how dense its pixels are, and whether a
//! camera took it (Exif 3.0, which is TIFF 6.0).

const ORIENTATION: u16 = 0x0112;
const X_RESOLUTION: u16 = 0x011a;
const RESOLUTION_UNIT: u16 = 0x0128;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
const EXPOSURE_TIME: u16 = 0x829a;
const F_NUMBER: u16 = 0x829d;
const FOCAL_LENGTH: u16 = 0x920a;

/// What is known; upright and nothing else where there are no such data.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Exif {
    pub(crate) orientation: u16,
    pub(crate) dpi: Option<f64>,
    pub(crate) is_photo: bool,
}

/// The data, and whether their numbers begin with the high byte.
#[derive(Clone, Copy)]
struct Tiff<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
}

struct Entry {
    tag: u16,
    /// The value itself where it's short, else where it stands.
    value: usize,
}

impl Exif {
    /// From the data of an APP1 segment; `None` where they aren't such.
    pub(crate) fn read(data: &[u8]) -> Option<Self> {
        let bytes = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
        let is_big_endian = match bytes.get(..4)? {
            b"II*\0" => false,
            b"MM\0*" => true,
            _ => return None,
        };
        let tiff = Tiff { bytes, is_big_endian };
        let main = tiff.directory(tiff.long(4)?);
        let of = |tag: u16| main.iter().find(|entry| entry.tag == tag);
        let per_unit = of(X_RESOLUTION).and_then(|entry| tiff.rational(tiff.long(entry.value)?));
        let unit = of(RESOLUTION_UNIT).and_then(|entry| tiff.short(entry.value));
        let camera = of(EXIF_DIRECTORY).and_then(|entry| tiff.long(entry.value)).map(|at| tiff.directory(at));
        let taken = |entry: &Entry| matches!(entry.tag, EXPOSURE_TIME | F_NUMBER | FOCAL_LENGTH);
        Some(Self {
            orientation: of(ORIENTATION).and_then(|entry| tiff.short(entry.value)).unwrap_or(1),
            dpi: match unit {
                Some(3) => per_unit.map(|density| density * 2.54),
                _ => per_unit,
            },
            is_photo: of(GPS_DIRECTORY).is_some() || camera.is_some_and(|entries| entries.iter().any(taken)),
        })
    }
}

impl Tiff<'_> {
    fn short(self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..)?.first_chunk().copied()?;
        Some(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..)?.first_chunk().copied()?;
        let number = if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        usize::try_from(number).ok()
    }

    fn rational(self, at: usize) -> Option<f64> {
        let (over, under) = (self.long(at)?, self.long(at.checked_add(4)?)?);
        (under > 0).then(|| over as f64 / under as f64)
    }

    fn directory(self, at: usize) -> Vec<Entry> {
        let count = self.short(at).unwrap_or(0);
        (0..usize::from(count))
            .map_while(|index| {
                let entry = at.checked_add(2 + index * 12)?;
                Some(Entry { tag: self.short(entry)?, value: entry.checked_add(8)? })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory of the first bytes with these entries, and a rational of 300/1 after it.
    fn exif(big: bool, entries: &[(u16, u32)]) -> Vec<u8> {
        let short = |number: u16| if big { number.to_be_bytes() } else { number.to_le_bytes() };
        let long = |number: u32| if big { number.to_be_bytes() } else { number.to_le_bytes() };
        let mut bytes = if big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
        bytes.extend(long(8));
        bytes.extend(short(u16::try_from(entries.len()).unwrap()));
        for (tag, value) in entries {
            bytes.extend(short(*tag));
            bytes.extend(short(3));
            bytes.extend(long(1));
            match *tag {
                X_RESOLUTION | EXIF_DIRECTORY => bytes.extend(long(*value)),
                _ => bytes.extend([short(u16::try_from(*value).unwrap()), [0; 2]].concat()),
            }
        }
        bytes.extend([long(300), long(1)].concat());
        bytes
    }

    #[test]
    fn what_matters_is_read_in_both_byte_orders() {
        for big in [false, true] {
            let at = 8 + 2 + 3 * 12;
            let data = exif(big, &[(ORIENTATION, 6), (X_RESOLUTION, at), (RESOLUTION_UNIT, 2)]);
            assert_eq!(Exif::read(&data), Some(Exif { orientation: 6, dpi: Some(300.0), is_photo: false }));
            let data = exif(big, &[(ORIENTATION, 1), (X_RESOLUTION, at), (RESOLUTION_UNIT, 3)]);
            assert_eq!(Exif::read(&data).unwrap().dpi, Some(762.0), "a centimetre's");
            assert!(Exif::read(&exif(big, &[(GPS_DIRECTORY, 0)])).unwrap().is_photo);
        }
    }

    #[test]
    fn damaged_data_are_no_harm() {
        let whole = exif(false, &[(ORIENTATION, 6), (X_RESOLUTION, u32::MAX), (EXIF_DIRECTORY, 8)]);
        for end in 0..whole.len() {
            let _ = Exif::read(whole.get(..end).unwrap());
        }
        assert_eq!(Exif::read(&whole).unwrap().dpi, None);
        assert_eq!(Exif::read(b"garbage"), None);
    }
}
