//! A chain of cross-reference sections in which offsets are wrong: each section is looked for where it may stand, so that
//! the sections that can be read keep their revisions' boundaries.
//!
//! Readers that find an offset wrong rebuild the cross-reference of the whole file. They show the same wherever each
//! update stands behind what it changes; what they show otherwise, [`listing`](super::listing) finds.

use std::cell::OnceCell;
use std::ops::Range;

use lopdf::Object;
use memchr::memmem;

use super::parse::{Parser, is_space};
use super::recover::{label_before, scan};
use super::stream::direct_stream_length;
use super::xref::{Location, Section, Sought, Style, follow, position, read_section};
use crate::error::Error;

/// How far from where an offset leads the section is looked for first, in bytes: producers forget a line end or count a
/// header twice.
const NEAR: usize = 64;
/// Most sections that are looked for in one file, and most places that are tried for each.
const MAX_MENDED: usize = 256;
const MAX_TRIED: usize = 8;
/// Most places where a section may begin that are kept: the last ones of the file.
const MAX_PLACES: usize = 8192;
/// How far before its /Type a cross-reference stream's label may stand.
const LABEL_WINDOW: usize = 512;
/// Rows that are held against the objects' labels before a section counts.
const ROWS: usize = 16;

/// A chain that had to be mended.
pub(super) struct Mended {
    /// Newest first. The last may be a scan of the bytes before the sections that can be read.
    pub(super) sections: Vec<Section>,
    /// Whether more is wrong than the number behind `startxref`: whoever follows the sections' own offsets comes to a stop.
    pub(super) is_broken_within: bool,
}

/// Follows the chain from `startxref`, or from the end of the file where that leads nowhere. `spend` is told how many bytes
/// were looked at.
///
/// # Errors
/// [`Error::Input`] where a section is found nowhere, [`Error::Budget`] where a bound is reached.
pub(super) fn chain(
    bytes: &[u8],
    base: usize,
    startxref: Option<u64>,
    spend: &dyn Fn(u64) -> Result<(), Error>,
) -> Result<Mended, Error> {
    let mender = Mender { bytes, base, spend, places: OnceCell::new() };
    let (mut mended, mut is_broken_within) = (0, false);
    let sections = follow(bytes, base, startxref.unwrap_or(u64::MAX), &mut |sought, sections| {
        if let Some(section) = mender.at(position(bytes, base, sought.offset()), &sought, sections) {
            return Ok(section);
        }
        mended += 1;
        if mended > MAX_MENDED {
            return Err(Error::Budget { budget: "wrong offsets in a file", limit: MAX_MENDED as u64, offset: None });
        }
        is_broken_within |= !matches!(sought, Sought::Newest(_));
        mender.elsewhere(&sought, sections)
    })?;
    Ok(Mended { sections, is_broken_within })
}

struct Mender<'b> {
    bytes: &'b [u8],
    base: usize,
    spend: &'b dyn Fn(u64) -> Result<(), Error>,
    places: OnceCell<Vec<usize>>,
}

impl Mender<'_> {
    /// The section that begins at this place, unless it's part of the chain already.
    fn at(&self, start: Option<usize>, sought: &Sought, sections: &[Section]) -> Option<Section> {
        let section = read_section(self.bytes, start?).ok()?;
        let is_known = |known: &Section| known.start == section.start;
        let known = sections.iter().any(|known| is_known(known) || known.hybrid.as_deref().is_some_and(is_known));
        let fits = !matches!(sought, Sought::Hybrid { .. }) || section.style == Style::Stream;
        (fits && !known).then_some(section)
    }

    /// The section that isn't where it's said to be: the nearest, or else the one before the section that speaks of it.
    fn elsewhere(&self, sought: &Sought, sections: &[Section]) -> Result<Section, Error> {
        let places = self.places()?;
        let said = usize::try_from(sought.offset()).ok().and_then(|offset| offset.checked_add(self.base));
        let mut near: Vec<usize> =
            places.iter().copied().filter(|place| said.is_some_and(|said| said.abs_diff(*place) <= NEAR)).collect();
        near.sort_by_key(|place| said.map(|said| said.abs_diff(*place)));
        let newer = sections.last();
        let before = match sought {
            Sought::Newest(_) => self.bytes.len(),
            Sought::Previous(_) => newer.map_or(0, |newer| newer.start),
            Sought::Hybrid { table, .. } => *table,
        };
        let others = places.iter().rev().copied().filter(|place| *place < before);
        for place in near.into_iter().chain(others).take(MAX_TRIED) {
            if newer.is_some_and(|newer| self.is_within_object(newer, place)) {
                continue;
            }
            let Some(section) = self.at(Some(place), sought, sections) else { continue };
            (self.spend)((section.end - section.start) as u64)?;
            if self.leads_to_objects(&section) {
                return Ok(section);
            }
        }
        match (sought, newer) {
            (Sought::Previous(_), Some(newer)) => self.scanned_before(newer),
            _ => None,
        }
        .ok_or_else(|| {
            Error::input("cross-reference chain", sought.offset(), "no cross-reference section is there, or near")
        })
    }

    /// Whether an object that the section lists reaches over this place: a file that is attached has sections too.
    fn is_within_object(&self, section: &Section, place: usize) -> bool {
        let offsets = section.numbers().filter_map(|number| match section.locate(self.bytes, number) {
            Some(Location::Offset { offset, .. }) => position(self.bytes, self.base, offset),
            _ => None,
        });
        let Some(start) = offsets.filter(|start| *start <= place).max() else { return false };
        let Ok(indirect) = Parser::new(self.bytes, start).indirect() else { return false };
        let stream = match (&indirect.object, indirect.stream_start) {
            (Object::Dictionary(dictionary), Some(data)) => {
                direct_stream_length(self.bytes, dictionary, data).map(|length| data + length)
            }
            _ => None,
        };
        place != start && place < stream.unwrap_or(indirect.span.end)
    }

    /// Whether the section's first rows lead to the labels of their objects: one inside an attached file leads elsewhere.
    fn leads_to_objects(&self, section: &Section) -> bool {
        section.numbers().take(ROWS).all(|number| match section.locate_own(self.bytes, number) {
            Some(Location::Offset { offset, generation }) => {
                let start = position(self.bytes, self.base, offset);
                start.and_then(|start| Parser::new(self.bytes, start).label()) == Some((number, generation))
            }
            _ => true,
        })
    }

    /// All places where a section may begin, in their order.
    fn places(&self) -> Result<&[usize], Error> {
        if let Some(places) = self.places.get() {
            return Ok(places);
        }
        (self.spend)(self.bytes.len() as u64 * 2)?;
        let stands_apart = |at: &usize| {
            let before = at.checked_sub(1).and_then(|before| self.bytes.get(before));
            before.is_none_or(|&byte| is_space(byte)) && self.bytes.get(at + 4).is_some_and(|&byte| is_space(byte))
        };
        let tables = memmem::rfind_iter(self.bytes, b"xref").filter(stands_apart).take(MAX_PLACES);
        let streams = memmem::rfind_iter(self.bytes, b"/XRef").filter_map(|at| {
            let from = at.saturating_sub(LABEL_WINDOW);
            let label = memmem::rfind(self.bytes.get(from..at)?, b" obj")?;
            label_before(self.bytes, from + label)
        });
        let mut places: Vec<usize> = tables.chain(streams.take(MAX_PLACES)).filter(|at| *at >= self.base).collect();
        places.sort_unstable();
        places.dedup();
        Ok(self.places.get_or_init(|| places))
    }

    /// What stands before the update that this section ends, as one section.
    fn scanned_before(&self, newer: &Section) -> Option<Section> {
        let Range { end, .. } = self.revision_before(newer)?;
        (self.spend)(end as u64 * 4).ok()?;
        scan(self.bytes.get(..end)?, self.base).ok()
    }

    /// The bytes up to the last `%%EOF` before the first object of an update, with the line end behind it.
    fn revision_before(&self, newer: &Section) -> Option<Range<usize>> {
        let offsets = newer.numbers().filter_map(|number| match newer.locate(self.bytes, number) {
            Some(Location::Offset { offset, .. }) => position(self.bytes, self.base, offset),
            _ => None,
        });
        let first = offsets.min().unwrap_or(newer.start).min(newer.start);
        let marker = memmem::rfind(self.bytes.get(..first)?, b"%%EOF")? + b"%%EOF".len();
        let line_end = match self.bytes.get(marker..first)? {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        Some(0..marker + line_end)
    }
}

#[cfg(test)]
mod tests {
    use kyso_testpdfs::{Layout, Objects, Xref, append, numbered, write};

    use super::super::document::Document;

    const PAGES: [&str; 3] = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 100]>>",
        "<</Type/Page/Parent 2 0 R>>",
    ];

    /// Three revisions, and where each ends.
    fn stack(xref: Xref) -> (Vec<u8>, Vec<u64>) {
        let layout = Layout { xref, ..Layout::default() };
        let mut bytes = write(&numbered(PAGES), &layout);
        let mut ends = vec![bytes.len() as u64];
        for number in [10, 11] {
            let update = Objects::from([(number, format!("({})", "x".repeat(200)).into_bytes())]);
            bytes = append(&bytes, &update, &layout);
            ends.push(bytes.len() as u64);
        }
        (bytes, ends)
    }

    /// The number behind the keyword at its `which`th occurrence, off by this much; no byte moves.
    fn off(bytes: &[u8], keyword: &str, which: usize, by: i64) -> Vec<u8> {
        let at = memchr::memmem::find_iter(bytes, keyword.as_bytes()).nth(which).unwrap() + keyword.len();
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number: i64 = std::str::from_utf8(&bytes[at..at + digits]).unwrap().parse().unwrap();
        let wrong = format!("{:0digits$}", number + by);
        [&bytes[..at], wrong.as_bytes(), &bytes[at + digits..]].concat()
    }

    fn ends(bytes: &[u8]) -> Vec<u64> {
        Document::parse(bytes).unwrap().revisions().iter().map(|revision| revision.end).collect()
    }

    #[test]
    fn a_wrong_offset_leaves_all_revisions_their_boundaries() {
        for xref in [Xref::Table, Xref::Stream] {
            let (bytes, wanted) = stack(xref);
            assert_eq!(ends(&bytes), wanted);
            for by in [-40, -7, -3, -2, 1, 2, 9, 40] {
                for (keyword, which) in
                    [("startxref\n", 0), ("startxref\n", 1), ("startxref\n", 2), ("/Prev ", 0), ("/Prev ", 1)]
                {
                    let wrong = off(&bytes, keyword, which, by);
                    assert_eq!(ends(&wrong), wanted, "{xref:?}, {keyword:?} {which} {by}");
                }
                let all = off(&off(&off(&bytes, "/Prev ", 0, by), "/Prev ", 1, by), "startxref\n", 2, by);
                assert_eq!(ends(&all), wanted, "{xref:?}, all {by}");
                assert!(Document::parse(&all).unwrap().recovered().is_some());
            }
        }
    }

    #[test]
    fn a_section_that_is_gone_takes_no_boundary_of_later_ones_along() {
        let (bytes, wanted) = stack(Xref::Table);
        let at = memchr::memmem::find(&bytes, b"xref\n").unwrap();
        let garbled = [&bytes[..at], b"#ref\n", &bytes[at + 5..]].concat();
        assert_eq!(ends(&garbled), wanted);
        let document = Document::parse(&garbled).unwrap();
        assert!(document.recovered().is_some());
        assert_eq!(document.page_count().unwrap(), 1);
    }

    #[test]
    fn a_section_in_an_attached_file_is_none_of_this_file() {
        let inner = write(&numbered(PAGES), &Layout::default());
        let attached = [format!("<</Length {}>>\nstream\n", inner.len()).as_bytes(), &inner, b"\nendstream"].concat();
        let first = write(&numbered(PAGES), &Layout::default());
        let second = append(&first, &Objects::from([(10, attached)]), &Layout::default());
        let wrong = off(&second, "/Prev ", 0, 300);
        assert_eq!(ends(&wrong), [first.len() as u64, second.len() as u64]);
    }
}
