//! The filters of a stream (ISO 32000-2, 7.4): undone, and checked for data that are lost in them.

use flate2::{Decompress, FlushDecompress, Status};
use lopdf::{DecompressError, Dictionary, Object, Stream};
use memchr::memmem;

use super::parse::is_space;
use crate::error::Error;

/// Filters of one stream; one that has more is hostile.
const MAX_FILTERS: usize = 8;
/// Filters of pictures that aren't undone here: viewers do.
const OF_PICTURES: [&[u8]; 4] = [b"DCTDecode", b"JPXDecode", b"JBIG2Decode", b"CCITTFaxDecode"];
/// Filters by the names that table 92 has for inline pictures: viewers read them everywhere.
const SHORT: [(&[u8], &[u8]); 7] = [
    (b"AHx", b"ASCIIHexDecode"),
    (b"A85", b"ASCII85Decode"),
    (b"LZW", b"LZWDecode"),
    (b"Fl", b"FlateDecode"),
    (b"RL", b"RunLengthDecode"),
    (b"CCF", b"CCITTFaxDecode"),
    (b"DCT", b"DCTDecode"),
];
/// Bytes that inflating is checked by.
const PIECE: usize = 64 << 10;

/// Why filters can't be undone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The data would expand beyond this bound.
    TooLarge(usize),
    /// What is wrong.
    Wrong(String),
}

impl Fault {
    pub(crate) fn of(self, what: &str, offset: Option<u64>) -> Error {
        match self {
            Self::TooLarge(limit) => Error::Budget { budget: "bytes of a decoded stream", limit: limit as u64, offset },
            Self::Wrong(why) => Error::input(what, offset, format!("its filters can't be undone: {why}")),
        }
    }

    fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong(why.into())
    }
}

/// How many filters the stream of a dictionary has.
pub(super) fn count(dictionary: &Dictionary) -> usize {
    match dictionary.get(b"Filter") {
        Err(_) | Ok(Object::Null) => 0,
        Ok(Object::Array(filters)) => filters.len(),
        Ok(_) => 1,
    }
}

/// The data with all filters undone, as viewers undo them: of data that break off, what comes before. Filters and
/// parameters are direct objects.
pub(super) fn undone(stream: &mut Stream, most: usize) -> Result<Vec<u8>, Fault> {
    let names = names(&stream.dict)?;
    first_undone(stream, &names, most)
}

/// The data with these filters undone, the first of the stream's.
fn first_undone(stream: &mut Stream, filters: &[Vec<u8>], most: usize) -> Result<Vec<u8>, Fault> {
    let mut dictionary = Dictionary::new();
    if !filters.is_empty() {
        dictionary.set("Filter", Object::Array(filters.iter().cloned().map(Object::Name).collect()));
    }
    if let Ok(parameters) = stream.dict.get(b"DecodeParms") {
        dictionary.set("DecodeParms", parameters.clone());
    }
    // The data are lent: they may be the largest part of the file.
    let lent = Stream::new(dictionary, std::mem::take(&mut stream.content));
    let decoded = lent.decompressed_content_with_limit(most);
    stream.content = lent.content;
    decoded.map_err(|error| match error {
        lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { limit }) => Fault::TooLarge(limit),
        lopdf::Error::Unimplemented(_) => {
            let names: Vec<_> = filters.iter().map(|name| String::from_utf8_lossy(name)).collect();
            Fault::wrong(format!("/{} isn't read", names.join(" /")))
        }
        error => Fault::wrong(error.to_string()),
    })
}

/// Looks at the data for what is lost in them: a filter that nobody knows, data that break off or are damaged. Those of
/// pictures' filters are checked by their first bytes alone.
pub(crate) fn check_whole(stream: &mut Stream, most: usize) -> Result<u64, Fault> {
    let names = names(&stream.dict)?;
    let mut work = stream.content.len() as u64;
    for (at, name) in names.iter().enumerate() {
        let behind = match at {
            0 => None,
            _ => Some(first_undone(stream, names.get(..at).unwrap_or_default(), most)?),
        };
        let data = behind.as_deref().unwrap_or(&stream.content);
        work += data.len() as u64;
        match name.as_slice() {
            b"FlateDecode" => work += demand_inflating(data, most)?,
            b"LZWDecode" => demand_codes(data, has_early_change(&stream.dict, at))?,
            b"ASCII85Decode" => {
                demand_characters("ASCII85Decode", data, b'~', |byte| matches!(byte, b'!'..=b'u' | b'z'))?;
            }
            b"ASCIIHexDecode" => demand_characters("ASCIIHexDecode", data, b'>', |byte| byte.is_ascii_hexdigit())?,
            b"RunLengthDecode" => demand_runs(data)?,
            filter if at + 1 == names.len() && OF_PICTURES.contains(&filter) => demand_picture(filter, data)?,
            other => return Err(Fault::wrong(format!("/{} isn't known", String::from_utf8_lossy(other)))),
        }
    }
    Ok(work)
}

/// The names of the filters, in full.
fn names(dictionary: &Dictionary) -> Result<Vec<Vec<u8>>, Fault> {
    let filters = match dictionary.get(b"Filter") {
        Err(_) | Ok(Object::Null) => return Ok(Vec::new()),
        Ok(Object::Array(filters)) => filters.as_slice(),
        Ok(one) => std::slice::from_ref(one),
    };
    if filters.len() > MAX_FILTERS {
        return Err(Fault::wrong(format!("{} filters are too many", filters.len())));
    }
    let full = |filter: &Object| match filter {
        Object::Name(name) => {
            let full = SHORT.iter().find(|(short, _)| short == name).map(|(_, full)| full.to_vec());
            Ok(full.unwrap_or_else(|| name.clone()))
        }
        _ => Err(Fault::wrong("/Filter names none")),
    };
    filters.iter().map(full).collect()
}

/// Inflates everything and keeps nothing; how many bytes it is.
fn demand_inflating(data: &[u8], most: usize) -> Result<u64, Fault> {
    let (Some(&[method, flags]), Some(deflated)) = (data.first_chunk::<2>(), data.get(2..)) else {
        return if data.is_empty() { Ok(0) } else { Err(Fault::wrong("/FlateDecode: the data break off")) };
    };
    // RFC 1950, 2.2: deflated, without a dictionary of its own.
    let header = u16::from_be_bytes([method, flags]);
    if method & 0x0f != 8 || flags & 0x20 != 0 || !header.is_multiple_of(31) {
        return Err(Fault::wrong("/FlateDecode: the data begin with something else"));
    }
    // The checksum behind the end is asked for by no viewer.
    let mut inflater = Decompress::new(false);
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        piece.clear();
        let read = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        let rest = deflated.get(read..).unwrap_or_default();
        match inflater.decompress_vec(rest, &mut piece, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(inflater.total_out()),
            Ok(_) if piece.is_empty() => return Err(Fault::wrong("/FlateDecode: the data break off")),
            Ok(_) if inflater.total_out() > most as u64 => return Err(Fault::TooLarge(most)),
            Ok(_) => {}
            Err(_) => return Err(Fault::wrong("/FlateDecode: the data are damaged")),
        }
    }
}

/// Whether LZW codes grow one code early (7.4.4.3, table 8).
fn has_early_change(dictionary: &Dictionary, filter: usize) -> bool {
    let parameters = match dictionary.get(b"DecodeParms") {
        Ok(Object::Array(all)) => all.get(filter),
        Ok(one) => Some(one),
        Err(_) => None,
    };
    !matches!(parameters, Some(Object::Dictionary(own)) if matches!(own.get(b"EarlyChange"), Ok(Object::Integer(0))))
}

/// LZW codes (7.4.4.2): none may stand for what isn't in the table yet.
fn demand_codes(data: &[u8], early: bool) -> Result<(), Fault> {
    const CLEAR: u32 = 256;
    const END: u32 = 257;
    const EMPTY: u32 = 258;
    const FULL: u32 = 4096;
    let (mut entries, mut is_first) = (EMPTY, true);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in data {
        (bits, held) = (bits << 8 | u32::from(*byte), held + 8);
        let width = match entries + u32::from(early) {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            2048.. => 12,
        };
        if held < width {
            continue;
        }
        held -= width;
        let code = bits >> held;
        bits &= (1 << held) - 1;
        match code {
            CLEAR => (entries, is_first) = (EMPTY, true),
            END => return Ok(()),
            code if is_first && code > END || code > entries => {
                return Err(Fault::wrong("/LZWDecode: the data are damaged"));
            }
            // The first code makes no entry.
            _ if is_first => is_first = false,
            _ => entries = (entries + 1).min(FULL),
        }
    }
    Ok(())
}

/// Characters up to the end: all of the filter's own, or white space.
fn demand_characters(filter: &str, data: &[u8], end: u8, is_own: impl Fn(u8) -> bool) -> Result<(), Fault> {
    let text = data.iter().take_while(|&&byte| byte != end);
    match text.copied().all(|byte| is_space(byte) || is_own(byte)) {
        true => Ok(()),
        false => Err(Fault::wrong(format!("/{filter}: the data are damaged"))),
    }
}

/// Runs, each with all its bytes (7.4.5).
fn demand_runs(data: &[u8]) -> Result<(), Fault> {
    let mut at = 0;
    while let Some(&length) = data.get(at) {
        at += match length {
            128 => return Ok(()),
            0..=127 => 2 + usize::from(length),
            _ => 2,
        };
    }
    if at == data.len() { Ok(()) } else { Err(Fault::wrong("/RunLengthDecode: the data break off")) }
}

/// A picture that begins as its kind does.
fn demand_picture(filter: &[u8], data: &[u8]) -> Result<(), Fault> {
    let begins = match filter {
        b"DCTDecode" => memmem::find(data, b"\xff\xd8\xff").is_some(),
        b"JPXDecode" => data.get(4..8) == Some(b"jP  ") || data.starts_with(b"\xff\x4f\xff\x51"),
        _ => !data.is_empty(),
    };
    match begins {
        true => Ok(()),
        false => Err(Fault::wrong(format!("/{}: there is no such picture", String::from_utf8_lossy(filter)))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn checked(filter: &str, data: &[u8]) -> Result<u64, Fault> {
        let mut dictionary = Dictionary::new();
        dictionary.set("Filter", Object::Name(filter.as_bytes().to_vec()));
        check_whole(&mut Stream::new(dictionary, data.to_vec()), 1 << 20)
    }

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// Codes of 9 bits, the first behind a clear one, and the end.
    fn lzw(codes: &[u32]) -> Vec<u8> {
        let codes = [&[256], codes, &[257]].concat();
        let bits: String = codes.iter().map(|code| format!("{code:09b}")).collect();
        let bytes = bits.as_bytes().chunks(8);
        bytes
            .map(|byte| u8::from_str_radix(&format!("{:0<8}", std::str::from_utf8(byte).unwrap()), 2).unwrap())
            .collect()
    }

    #[test]
    fn deflated_data_are_whole_up_to_their_end() {
        let data = deflated(&b"0 0 9 9 re f\n".repeat(1000));
        assert!(checked("FlateDecode", &data).is_ok() && checked("Fl", &data).is_ok());
        assert!(checked("FlateDecode", b"").is_ok());
        // The checksum is four bytes.
        for cut in [1, 2, 10, data.len() - 5] {
            assert!(checked("FlateDecode", &data[..cut]).is_err(), "{cut}");
        }
        assert!(checked("FlateDecode", &data[..data.len() - 4]).is_ok());
        assert!(checked("FlateDecode", &[&data[..], b"\r\n"].concat()).is_ok());
        let mut damaged = data.clone();
        damaged[8] ^= 0x55;
        assert!(checked("FlateDecode", &damaged).is_err());
        assert_eq!(checked("FlateDecode", &deflated(&vec![0; 3 << 20])), Err(Fault::TooLarge(1 << 20)));
    }

    #[test]
    fn codes_stand_for_what_is_in_the_table() {
        for (codes, whole) in [
            (&[65, 66, 67][..], true),
            (&[65, 258, 259, 260], true),
            // The entry that is being made, and one beyond it.
            (&[65, 258, 258], true),
            (&[65, 259], false),
            (&[65, 66, 300], false),
            (&[258], false),
            (&[65, 256, 258], false),
            (&[65, 256, 66, 258], true),
            (&[], true),
        ] {
            assert_eq!(checked("LZWDecode", &lzw(codes)).is_ok(), whole, "{codes:?}");
        }
    }

    #[test]
    fn codes_grow_as_the_table_does() {
        for early in [true, false] {
            let (mut bits, mut entries) = (format!("{:09b}", 256), 258_u32);
            // Each code is the newest entry: the table fills, and stays full.
            for step in 0..5000_u32 {
                let width = (u32::BITS - (entries + u32::from(early)).min(4095).leading_zeros()).max(9) as usize;
                let code = if step == 0 { 65 } else { entries.min(4095) };
                bits.push_str(&format!("{code:0width$b}"));
                entries = (entries + u32::from(step > 0)).min(4096);
            }
            let bytes = bits.as_bytes().chunks_exact(8);
            let data: Vec<u8> =
                bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect();
            assert_eq!(demand_codes(&data, early), Ok(()));
            assert!(demand_codes(&data, !early).is_err());
        }
    }

    #[test]
    fn other_filters_have_their_own_signs_of_damage() {
        for (filter, data, whole) in [
            ("ASCIIHexDecode", &b"48 65 6c>"[..], true),
            ("AHx", b"4", true),
            ("ASCIIHexDecode", b"48 6x>", false),
            ("A85", b"87cURD]i,\"Ebo80~>", true),
            ("ASCII85Decode", b"87cUR\x7f~>", false),
            ("RunLengthDecode", b"\x01ab\x80", true),
            ("RL", b"\xffa", true),
            ("RunLengthDecode", b"\x05ab", false),
            ("RunLengthDecode", b"\xff", false),
            ("DCTDecode", b"\xff\xd8\xff\xe0", true),
            ("DCT", b"JFIF", false),
            ("JPXDecode", b"\0\0\0\x0cjP  \r\n", true),
            ("JPXDecode", b"\xff\xd8\xff", false),
            ("CCF", b"\0", true),
            ("JBIG2Decode", b"", false),
            ("BrotliDecode", b"\x06", false),
            ("Foo", b"", false),
        ] {
            assert_eq!(checked(filter, data).is_ok(), whole, "{filter} {data:?}");
        }
    }

    #[test]
    fn filters_are_looked_at_one_behind_the_other() {
        let filters = |names: &[&str], data: &[u8]| {
            let mut dictionary = Dictionary::new();
            let names = names.iter().map(|name| Object::Name(name.as_bytes().to_vec())).collect();
            dictionary.set("Filter", Object::Array(names));
            check_whole(&mut Stream::new(dictionary, data.to_vec()), 1 << 20).is_ok()
        };
        let jpeg = deflated(b"\xff\xd8\xff\xe0");
        let hex: String = jpeg.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(filters(&["AHx", "Fl", "DCT"], hex.as_bytes()));
        assert!(!filters(&["AHx", "Fl", "JPXDecode"], hex.as_bytes()));
        assert!(!filters(&["AHx", "Fl", "DCT"], &hex.as_bytes()[..8]));
        // A picture's filter ends the list.
        assert!(!filters(&["DCTDecode", "FlateDecode"], b"\xff\xd8\xff"));
        assert!(!filters(&["FlateDecode"; 9], b""));
        assert!(filters(&[], b"anything"));
    }
}
