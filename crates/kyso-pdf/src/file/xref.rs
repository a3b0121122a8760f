//! Cross-reference sections as written: tables, streams, hybrids (ISO 32000-2, 7.5.4 and 7.5.8).
//!
//! A table stays in the file's own bytes: an entry is found by arithmetic, so that memory doesn't grow with the
//! number of objects.

mod ambiguity;

use lopdf::{Dictionary, Object, Stream};

use super::filters;
use super::parse::{Parser, is_space};
use crate::error::Error;

/// Most sections of a file.
const MAX_SECTIONS: usize = 4096;
/// Most bytes of all decoded cross-reference streams together, and of all rows that had to be read one by one.
const MAX_HELD: usize = 8 << 20;
/// An entry of a table that keeps to the standard.
const ENTRY: usize = 20;

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// Nowhere.
    Free,
    /// At this offset, counted from the base.
    Offset {
        /// Bytes from the base.
        offset: u64,
        /// The generation.
        generation: u16,
    },
    /// In an object stream.
    Compressed {
        /// The object stream's number.
        stream: u32,
        /// The position in it.
        index: u32,
    },
}

/// How a section is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The keyword `xref` and a trailer.
    Table,
    /// A cross-reference stream.
    Stream,
    /// Not written: found by scanning a file whose own sections can't be read.
    Recovered,
}

#[derive(Debug, Clone)]
enum Rows {
    /// Rows of 20 bytes in the file, from this position.
    Fixed(usize),
    /// Rows of other lengths, read one by one.
    Parsed(Vec<Location>),
    /// Rows of a decoded stream: position in its data.
    Data(usize),
}

#[derive(Debug, Clone)]
struct Run {
    first: u32,
    count: u32,
    rows: Rows,
}

/// One section.
#[derive(Debug, Clone)]
pub struct Section {
    /// How it's written.
    pub(crate) style: Style,
    /// Where it begins in the file.
    pub start: usize,
    /// After its trailer, or after the keyword `stream` of its stream's data.
    pub(crate) end: usize,
    /// The trailer dictionary, or the stream's.
    pub(crate) trailer: Dictionary,
    /// The section that /XRefStm of a hybrid file names.
    pub(crate) hybrid: Option<Box<Section>>,
    runs: Vec<Run>,
    /// Whether the runs ascend and none lies over another.
    in_order: bool,
    data: Vec<u8>,
    widths: [usize; 3],
}

/// Why `number` might be asked for: objects beyond this number are nobody's.
pub(crate) const MAX_OBJECT: u32 = 1 << 30;

impl Section {
    /// A section that stands in no file: what a scan found. `rows` are sorted by number.
    pub(crate) fn recovered(rows: Vec<(u32, Location)>, trailer: Dictionary, end: usize) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (number, location) in rows {
            match runs.last_mut() {
                Some(Run { first, count, rows: Rows::Parsed(parsed) }) if *first + *count == number => {
                    parsed.push(location);
                    *count += 1;
                }
                _ => runs.push(Run { first: number, count: 1, rows: Rows::Parsed(vec![location]) }),
            }
        }
        let style = Style::Recovered;
        let in_order = in_order(&runs);
        Self { style, start: end, end, trailer, hybrid: None, runs, in_order, data: Vec::new(), widths: [0; 3] }
    }

    /// Where this section has an object; `None` where it doesn't name the object.
    pub fn locate(&self, bytes: &[u8], number: u32) -> Option<Location> {
        let own = self.locate_own(bytes, number);
        match (&self.hybrid, own) {
            // Hidden objects stand as free in the table (ISO 32000-2, 7.5.8.4).
            (Some(hybrid), None | Some(Location::Free)) => hybrid.locate_own(bytes, number).or(own),
            _ => own,
        }
    }

    /// As [`locate`](Self::locate), by the section's own rows alone, without those of a hybrid file's stream.
    pub(crate) fn locate_own(&self, bytes: &[u8], number: u32) -> Option<Location> {
        let holds = |run: &&Run| number >= run.first && number - run.first < run.count;
        let run = match self.in_order {
            true => {
                let behind = self.runs.partition_point(|run| run.first <= number);
                behind.checked_sub(1).and_then(|at| self.runs.get(at)).filter(holds)?
            }
            // The last run wins where runs overlap, as in a sequential reader.
            false => self.runs.iter().rev().find(holds)?,
        };
        self.row(bytes, run, (number - run.first) as usize)
    }

    fn row(&self, bytes: &[u8], run: &Run, row: usize) -> Option<Location> {
        match &run.rows {
            Rows::Fixed(start) => table_row(bytes.get(start + row * ENTRY..)?).map(|(location, _)| location),
            Rows::Parsed(rows) => rows.get(row).copied(),
            Rows::Data(start) => self.stream_row(start + row * self.widths.iter().sum::<usize>()),
        }
    }

    fn stream_row(&self, at: usize) -> Option<Location> {
        let mut at = at;
        let mut fields = [1u64, 0, 0];
        for (field, &width) in fields.iter_mut().zip(&self.widths) {
            let digits = self.data.get(at..at + width)?;
            if width > 0 {
                *field = digits.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
            }
            at += width;
        }
        Some(match fields {
            [0, ..] => Location::Free,
            [1, offset, generation] => Location::Offset { offset, generation: u16::try_from(generation).ok()? },
            [2, stream, index] => {
                Location::Compressed { stream: u32::try_from(stream).ok()?, index: u32::try_from(index).ok()? }
            }
            // Unknown types are references to null (7.5.8.3).
            _ => Location::Free,
        })
    }

    /// The highest object number that this section speaks of, plus one.
    pub(crate) fn size(&self) -> u32 {
        let runs = self.runs.iter().map(|run| run.first.saturating_add(run.count));
        let hybrid = self.hybrid.as_ref().map(|hybrid| hybrid.size());
        runs.chain(hybrid).max().unwrap_or(0)
    }

    /// The runs of object numbers that this section speaks of, in the order written.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        let own = self.runs.iter().flat_map(|run| run.first..run.first.saturating_add(run.count));
        let hybrid = self.hybrid.iter().flat_map(|h| h.runs.iter()).flat_map(|run| run.first..run.first + run.count);
        own.chain(hybrid)
    }

    /// Bytes of memory that its rows take.
    fn held(&self) -> usize {
        let parsed = self.runs.iter().map(|run| match &run.rows {
            Rows::Parsed(rows) => rows.len() * size_of::<Location>(),
            _ => 0,
        });
        self.data.len()
            + self.runs.len() * size_of::<Run>()
            + parsed.sum::<usize>()
            + self.hybrid.as_ref().map_or(0, |hybrid| hybrid.held())
    }

    /// /Prev.
    pub(crate) fn previous(&self) -> Option<u64> {
        offset_of(&self.trailer, b"Prev")
    }
}

fn in_order(runs: &[Run]) -> bool {
    runs.windows(2).all(|pair| matches!(pair, [one, next] if one.first.saturating_add(one.count) <= next.first))
}

fn offset_of(trailer: &Dictionary, key: &[u8]) -> Option<u64> {
    match trailer.get(key) {
        Ok(Object::Integer(value)) => u64::try_from(*value).ok(),
        // Some producers write offsets as reals.
        Ok(Object::Real(value)) if *value >= 0.0 && value.fract() == 0.0 && *value < 16_777_216.0 => {
            format!("{value:.0}").parse().ok()
        }
        _ => None,
    }
}

/// What is said of a section's place, as an offset from the base.
pub(crate) enum Sought {
    /// By `startxref`.
    Newest(u64),
    /// By the /Prev of the section after it.
    Previous(u64),
    /// By the /XRefStm of the table that begins at `table` in the file.
    Hybrid {
        /// The offset.
        offset: u64,
        /// The table's place.
        table: usize,
    },
}

impl Sought {
    pub(super) fn offset(&self) -> u64 {
        match *self {
            Self::Newest(offset) | Self::Previous(offset) | Self::Hybrid { offset, .. } => offset,
        }
    }
}

/// All sections, newest first. `base` is what offsets in the file count from.
pub(crate) fn read_chain(bytes: &[u8], base: usize, startxref: u64) -> Result<Vec<Section>, Error> {
    follow(bytes, base, startxref, &mut |sought, _| {
        let offset = sought.offset();
        let start = position(bytes, base, offset)
            .ok_or_else(|| Error::input("cross-reference chain", offset, "points beyond the end of the file"))?;
        read_section(bytes, start)
    })
}

/// Gives the section that is sought, told which ones came before.
type Seek<'a> = dyn FnMut(Sought, &[Section]) -> Result<Section, Error> + 'a;

/// All sections, newest first, as `seek` gives them.
pub(super) fn follow(bytes: &[u8], base: usize, startxref: u64, seek: &mut Seek<'_>) -> Result<Vec<Section>, Error> {
    let mut sections: Vec<Section> = Vec::new();
    let mut next = Some(Sought::Newest(startxref));
    while let Some(sought) = next {
        if sections.len() >= MAX_SECTIONS {
            return Err(Error::Budget {
                budget: "number of cross-reference sections",
                limit: MAX_SECTIONS as u64,
                offset: Some(sought.offset()),
            });
        }
        let mut section = seek(sought, &sections)?;
        let start = section.start;
        if sections.iter().any(|section| section.start == start) {
            return Err(Error::input("cross-reference chain", start as u64, "/Prev leads in a circle"));
        }
        if section.style == Style::Table
            && let Some(offset) = offset_of(&section.trailer, b"XRefStm")
            && position(bytes, base, offset).is_some()
        {
            let hidden = seek(Sought::Hybrid { offset, table: start }, &sections)?;
            if hidden.style == Style::Stream {
                section.hybrid = Some(Box::new(hidden));
            }
        }
        // `/Prev 0` is a producer's way to say "none".
        next = section.previous().filter(|&previous| previous != 0).map(Sought::Previous);
        sections.push(section);
        if sections.iter().map(Section::held).sum::<usize>() > MAX_HELD {
            return Err(Error::Budget {
                budget: "bytes of all cross-reference sections",
                limit: MAX_HELD as u64,
                offset: Some(start as u64),
            });
        }
    }
    Ok(sections)
}

pub(super) fn position(bytes: &[u8], base: usize, offset: u64) -> Option<usize> {
    usize::try_from(offset).ok()?.checked_add(base).filter(|&at| at < bytes.len())
}

/// The section that begins at `start`, after white space.
pub(crate) fn read_section(bytes: &[u8], start: usize) -> Result<Section, Error> {
    let mut parser = Parser::new(bytes, start);
    parser.skip_space();
    let start = parser.position();
    if bytes.get(start..).unwrap_or_default().starts_with(b"xref") {
        read_table(bytes, start)
    } else {
        read_stream(bytes, start)
    }
}

fn read_table(bytes: &[u8], start: usize) -> Result<Section, Error> {
    let mut parser = Parser::new(bytes, start + 4);
    let mut runs = Vec::new();
    loop {
        parser.skip_space();
        if parser.keyword(b"trailer") {
            break;
        }
        let at = parser.position() as u64;
        let wrong = || Error::input("cross-reference table", at, "expected a subsection `first count` or `trailer`");
        let first = parser.unsigned().ok_or_else(wrong)?;
        let count = parser.unsigned().ok_or_else(wrong)?;
        let (first, count) = match (u32::try_from(first), u32::try_from(count)) {
            (Ok(first), Ok(count)) if first <= MAX_OBJECT && count <= MAX_OBJECT => (first, count),
            _ => return Err(Error::input("cross-reference table", at, "object numbers beyond all bounds")),
        };
        parser.skip_space();
        let (run, end) = read_run(bytes, parser.position(), first, count)?;
        if run.count > 0 {
            runs.push(run);
        }
        if runs.len() * size_of::<Run>() > MAX_HELD {
            return Err(Error::Budget {
                budget: "bytes of all cross-reference sections",
                limit: MAX_HELD as u64,
                offset: Some(at),
            });
        }
        parser = Parser::new(bytes, end);
    }
    let Object::Dictionary(trailer) = parser.object(0)? else {
        return Err(Error::input("trailer", parser.position() as u64, "expected a dictionary"));
    };
    let end = parser.position();
    let in_order = in_order(&runs);
    Ok(Section {
        style: Style::Table,
        start,
        end,
        trailer,
        hybrid: None,
        runs,
        in_order,
        data: Vec::new(),
        widths: [0; 3],
    })
}

fn read_run(bytes: &[u8], rows: usize, first: u32, count: u32) -> Result<(Run, usize), Error> {
    let length = count as usize * ENTRY;
    let after = bytes.get(rows.saturating_add(length)..).unwrap_or_default();
    let ends_well =
        after.iter().take(4).copied().find(|&b| !is_space(b)).is_some_and(|b| b == b't' || b.is_ascii_digit());
    let ends_fixed = count > 0
        && bytes.get(rows..).and_then(table_row).is_some_and(|(_, length)| length == ENTRY)
        && bytes.get(rows + length - ENTRY..).and_then(table_row).is_some_and(|(_, length)| length == ENTRY);
    let (run_rows, end) = if ends_fixed && ends_well {
        (Rows::Fixed(rows), rows + length)
    } else {
        let mut parsed = Vec::new();
        let mut at = rows;
        for _ in 0..count {
            let skipped = bytes.get(at..).unwrap_or_default().iter().take_while(|&&b| is_space(b)).count();
            at += skipped;
            let Some((location, length)) = bytes.get(at..).and_then(table_row) else {
                // A count that promises more rows than there are: the trailer ends the table all the same.
                break;
            };
            if parsed.len() * size_of::<Location>() >= MAX_HELD {
                return Err(Error::Budget {
                    budget: "bytes of all cross-reference sections",
                    limit: MAX_HELD as u64,
                    offset: Some(at as u64),
                });
            }
            parsed.push(location);
            at += length;
        }
        (Rows::Parsed(parsed), at)
    };
    // Old producers number the first subsection from 1 although its first row is object 0's.
    let head_is_zero = bytes.get(rows..).unwrap_or_default().starts_with(b"0000000000 65535 f");
    let first = if first == 1 && head_is_zero { 0 } else { first };
    let count = match &run_rows {
        Rows::Parsed(parsed) => u32::try_from(parsed.len()).unwrap_or(0),
        _ => count,
    };
    Ok((Run { first, count, rows: run_rows }, end))
}

/// One row `oooooooooo ggggg n` and its length with the white space behind it.
fn table_row(bytes: &[u8]) -> Option<(Location, usize)> {
    let mut at = 0;
    let mut numbers = [0u64; 2];
    for number in &mut numbers {
        let mut digits = 0;
        while let Some(&byte @ b'0'..=b'9') = bytes.get(at) {
            *number = number.checked_mul(10)?.checked_add(u64::from(byte - b'0'))?;
            at += 1;
            digits += 1;
        }
        if digits == 0 || digits > 18 {
            return None;
        }
        let spaces = bytes.get(at..)?.iter().take_while(|&&b| b == b' ').count();
        if spaces == 0 {
            return None;
        }
        at += spaces;
    }
    let [offset, generation] = numbers;
    let location = match bytes.get(at)? {
        b'f' => Location::Free,
        // An object in use at offset 0 is a producer's way to say that there is none.
        b'n' if offset == 0 => Location::Free,
        b'n' => Location::Offset { offset, generation: u16::try_from(generation).ok()? },
        _ => return None,
    };
    at += 1;
    let trailing = bytes.get(at..)?.iter().take(2).take_while(|&&b| matches!(b, b' ' | b'\r' | b'\n')).count();
    Some((location, at + trailing))
}

fn read_stream(bytes: &[u8], start: usize) -> Result<Section, Error> {
    if start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_digit) {
        let message = "the offset leads into the number of an object";
        return Err(Error::input("cross-reference", start as u64, message));
    }
    let mut parser = Parser::new(bytes, start);
    let indirect = parser
        .indirect()
        .map_err(|_| Error::input("cross-reference", start as u64, "neither `xref` nor a cross-reference stream"))?;
    let wrong = |message: &str| Error::input("cross-reference stream", start as u64, message);
    let (Object::Dictionary(trailer), Some(data_start)) = (indirect.object, indirect.stream_start) else {
        return Err(wrong("is no stream"));
    };
    if !trailer.get(b"Type").is_ok_and(|t| matches!(t, Object::Name(name) if name == b"XRef")) {
        return Err(wrong("/Type is not /XRef"));
    }
    let length = super::stream::direct_stream_length(bytes, &trailer, data_start)
        .ok_or_else(|| wrong("has no end: /Length is wrong and `endstream` is missing"))?;
    let raw = bytes.get(data_start..data_start + length).unwrap_or_default().to_vec();
    let data = filters::undone(&mut Stream::new(trailer.clone(), raw), MAX_HELD)
        .map_err(|fault| fault.of("cross-reference stream", Some(start as u64)))?;
    let integers = |key: &[u8]| -> Option<Vec<u32>> {
        let Ok(Object::Array(items)) = trailer.get(key) else { return None };
        items
            .iter()
            .map(|item| match item {
                Object::Integer(value) => u32::try_from(*value).ok(),
                _ => None,
            })
            .collect()
    };
    let widths: [usize; 3] = match integers(b"W").as_deref() {
        Some(&[a, b, c]) if a <= 8 && b <= 8 && c <= 8 && a + b + c > 0 => [a as usize, b as usize, c as usize],
        _ => return Err(wrong("/W is missing or wrong")),
    };
    let size = match trailer.get(b"Size") {
        Ok(Object::Integer(size)) => u32::try_from(*size).unwrap_or(0),
        _ => 0,
    };
    let index = integers(b"Index").unwrap_or_else(|| vec![0, size]);
    let row = widths.iter().sum::<usize>();
    let mut runs = Vec::new();
    let mut at = 0usize;
    for pair in index.chunks_exact(2) {
        let &[first, count] = pair else { continue };
        if first > MAX_OBJECT || count > MAX_OBJECT {
            return Err(wrong("/Index: object numbers beyond all bounds"));
        }
        let held = data.len().saturating_sub(at) / row;
        let count = count.min(u32::try_from(held).unwrap_or(u32::MAX));
        runs.push(Run { first, count, rows: Rows::Data(at) });
        at += count as usize * row;
    }
    let end = data_start + length;
    let in_order = in_order(&runs);
    Ok(Section { style: Style::Stream, start, end, trailer, hybrid: None, runs, in_order, data, widths })
}
