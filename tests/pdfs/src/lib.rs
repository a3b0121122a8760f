//! Objects to bytes, in each layout that a PDF may have. Nothing of the library is used: what it reads must not have
//! been written by it.
//!
//! All of it is test code: it panics where something is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test panics where something is wrong"
)]

pub mod hostile;

use std::collections::BTreeMap;
use std::io::Write as _;

/// Object bodies by number: what stands between `obj` and `endobj`. All have generation 0.
pub type Objects = BTreeMap<u32, Vec<u8>>;

/// How the cross-reference section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Xref {
    /// `xref` and `trailer`.
    Table,
    /// A cross-reference stream, uncompressed, every object on its own.
    Stream,
    /// A compressed cross-reference stream with the PNG predictor, and all objects without a stream in an object
    /// stream.
    Compressed,
    /// A table for those who know no streams, and /XRefStm for those who do.
    Hybrid,
}

/// Everything about the file that isn't an object.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The cross-reference section.
    pub xref: Xref,
    /// The version in the header.
    pub version: &'static str,
    /// Bytes before `%PDF-`.
    pub before: &'static [u8],
    /// Whether offsets count from `%PDF-` instead of from the first byte.
    pub from_header: bool,
    /// Bytes after `%%EOF`.
    pub after: &'static [u8],
    /// What is added to the number after `startxref`.
    pub startxref_error: i64,
    /// The end of each line of the table: two bytes.
    pub table_line_end: &'static str,
    /// More entries for the trailer.
    pub trailer: &'static str,
    /// Number of the catalog.
    pub root: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            xref: Xref::Table,
            version: "1.7",
            before: b"",
            from_header: false,
            after: b"\n",
            startxref_error: 0,
            table_line_end: " \n",
            trailer: "",
            root: 1,
        }
    }
}

#[derive(Clone, Copy)]
enum Entry {
    Free,
    At(u64),
    In { stream: u32, index: u32 },
}

/// A stream object's body.
pub fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut body = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
    body.extend_from_slice(data);
    body.extend_from_slice(b"\nendstream");
    body
}

/// An object as it stands in a file.
pub fn object(number: u32, body: &[u8]) -> Vec<u8> {
    [format!("{number} 0 obj\n").as_bytes(), body, b"\nendobj\n"].concat()
}

/// Objects of these bodies, numbered from 1.
pub fn numbered<Body: AsRef<[u8]>>(bodies: impl IntoIterator<Item = Body>) -> Objects {
    (1..).zip(bodies).map(|(number, body)| (number, body.as_ref().to_vec())).collect()
}

/// A plain file of objects with these bodies, numbered from 1.
pub fn file<Body: AsRef<[u8]>>(bodies: impl IntoIterator<Item = Body>) -> Vec<u8> {
    write(&numbered(bodies), &Layout::default())
}

/// A file of one empty A4 page: objects 1 to 3 are catalog, page tree and page.
pub fn empty_page() -> Vec<u8> {
    file([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ])
}

/// The whole file. Object 1 is the catalog.
pub fn write(objects: &Objects, layout: &Layout) -> Vec<u8> {
    let mut out = layout.before.to_vec();
    out.extend_from_slice(format!("%PDF-{}\n%\u{e2}\u{e3}\u{cf}\u{d3}\n", layout.version).as_bytes());
    write_revision(&mut out, objects, None, layout);
    out
}

/// `bytes` with one more revision: the objects are new or replace old ones.
pub fn append(bytes: &[u8], objects: &Objects, layout: &Layout) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let at = out.windows(9).rposition(|window| window == b"startxref").expect("startxref");
    let number = String::from_utf8_lossy(&out[at + 9..]).split_whitespace().next().expect("number").parse().unwrap();
    write_revision(&mut out, objects, Some(number), layout);
    out
}

fn write_revision(out: &mut Vec<u8>, objects: &Objects, previous: Option<u64>, layout: &Layout) {
    let base = if layout.from_header { layout.before.len() as u64 } else { 0 };
    let mut entries: BTreeMap<u32, Entry> = BTreeMap::new();
    if previous.is_none() {
        entries.insert(0, Entry::Free);
    }
    let mut next = objects.keys().max().expect("objects") + 1;
    let packs = |number: u32| match layout.xref {
        Xref::Table | Xref::Stream => false,
        Xref::Compressed => true,
        // Readers that know no object streams must find the pages.
        Xref::Hybrid => number > 4,
    };
    let (inside, outside): (Vec<_>, Vec<_>) = objects
        .iter()
        .partition(|(number, body)| packs(**number) && !body.windows(9).any(|window| window == b"endstream"));

    let put = |out: &mut Vec<u8>, entries: &mut BTreeMap<u32, Entry>, number: u32, body: &[u8]| {
        entries.insert(number, Entry::At(out.len() as u64 - base));
        out.extend(object(number, body));
    };
    for (number, body) in outside {
        put(out, &mut entries, *number, body);
    }
    let mut hidden = BTreeMap::new();
    if !inside.is_empty() {
        let (mut index, mut data) = (String::new(), Vec::new());
        for (place, (number, body)) in inside.iter().enumerate() {
            index.push_str(&format!("{number} {} ", data.len()));
            data.extend_from_slice(body);
            data.push(b'\n');
            hidden.insert(**number, Entry::In { stream: next, index: place as u32 });
        }
        let first = index.len();
        let packed = deflate(&[index.as_bytes(), &data].concat());
        let dictionary = format!("/Type /ObjStm /N {} /First {first} /Filter /FlateDecode", inside.len());
        let body = stream(&dictionary, &packed);
        if layout.xref == Xref::Hybrid {
            hidden.insert(next, Entry::At(out.len() as u64 - base));
            put(out, &mut BTreeMap::new(), next, &body);
        } else {
            put(out, &mut entries, next, &body);
        }
        next += 1;
    }

    let previous = previous.map(|number| format!("/Prev {number} ")).unwrap_or_default();
    let mut trailer = format!("/Root {} 0 R {previous}{}", layout.root, layout.trailer);
    let section = match layout.xref {
        Xref::Table => write_table(out, &entries, next, &trailer, layout, base),
        Xref::Stream | Xref::Compressed => {
            entries.extend(hidden);
            write_xref_stream(out, entries, next, &trailer, layout, base)
        }
        Xref::Hybrid => {
            let for_those_who_know = write_xref_stream(out, hidden.clone(), next, "", layout, base);
            trailer.push_str(&format!(" /XRefStm {for_those_who_know}"));
            entries.extend(hidden.keys().map(|number| (*number, Entry::Free)));
            write_table(out, &entries, next + 1, &trailer, layout, base)
        }
    };
    let named = section as i64 + layout.startxref_error;
    write!(out, "startxref\n{named}\n%%EOF").unwrap();
    out.extend_from_slice(layout.after);
}

fn write_table(
    out: &mut Vec<u8>,
    entries: &BTreeMap<u32, Entry>,
    size: u32,
    trailer: &str,
    layout: &Layout,
    base: u64,
) -> u64 {
    let at = out.len() as u64 - base;
    out.extend_from_slice(b"xref\n");
    for (start, run) in runs(entries) {
        writeln!(out, "{start} {}", run.len()).unwrap();
        for entry in run {
            match entry {
                Entry::At(offset) => write!(out, "{offset:010} 00000 n{}", layout.table_line_end).unwrap(),
                _ => write!(out, "0000000000 65535 f{}", layout.table_line_end).unwrap(),
            }
        }
    }
    write!(out, "trailer\n<< /Size {size} {trailer} >>\n").unwrap();
    at
}

fn write_xref_stream(
    out: &mut Vec<u8>,
    mut entries: BTreeMap<u32, Entry>,
    number: u32,
    trailer: &str,
    layout: &Layout,
    base: u64,
) -> u64 {
    let at = out.len() as u64 - base;
    entries.insert(number, Entry::At(at));
    let index: Vec<String> = runs(&entries).iter().map(|(start, run)| format!("{start} {}", run.len())).collect();
    let rows: Vec<[u8; 7]> = entries
        .values()
        .map(|entry| {
            let (kind, second, third) = match *entry {
                Entry::Free => (0, 0, 65535),
                Entry::At(offset) => (1, offset as u32, 0),
                Entry::In { stream, index } => (2, stream, index as u16),
            };
            let (second, third) = (second.to_be_bytes(), third.to_be_bytes());
            [kind, second[0], second[1], second[2], second[3], third[0], third[1]]
        })
        .collect();
    let mut dictionary = format!("/Type /XRef /Size {} /W [1 4 2] /Index [{}] {trailer}", number + 1, index.join(" "));
    let data = if layout.xref == Xref::Compressed {
        dictionary.push_str(" /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 7 >>");
        let mut above = [0; 7];
        let mut predicted = Vec::new();
        for row in rows {
            predicted.push(2);
            predicted.extend(row.iter().zip(above).map(|(byte, over): (&u8, u8)| byte.wrapping_sub(over)));
            above = row;
        }
        deflate(&predicted)
    } else {
        rows.concat()
    };
    out.extend(object(number, &stream(&dictionary, &data)));
    at
}

/// Entries in runs of consecutive numbers, as sections are written.
fn runs(entries: &BTreeMap<u32, Entry>) -> Vec<(u32, Vec<Entry>)> {
    let mut runs: Vec<(u32, Vec<Entry>)> = Vec::new();
    for (&number, &entry) in entries {
        match runs.last_mut() {
            Some((start, run)) if *start + run.len() as u32 == number => run.push(entry),
            _ => runs.push((number, vec![entry])),
        }
    }
    runs
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}
