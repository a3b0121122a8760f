//! The revisions of a file: which bytes each one spans (ISO 32000-2, 7.5.6).

use memchr::memmem;

use super::document::Document;
use super::xref::{Location, Section, Style};
use crate::error::Error;

/// How far behind a cross-reference section its `startxref` may stand.
const WINDOW: usize = 4096;

/// One revision: what the file was when its end was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revision {
    /// Bytes from the start of the file up to and with `%%EOF`.
    pub marker_end: u64,
    /// As `marker_end`, with the line end behind `%%EOF` where there is one.
    pub end: u64,
}

/// The revisions that the sections (newest first) end, oldest first.
pub(crate) fn revisions(bytes: &[u8], sections: &[Section]) -> Vec<Revision> {
    let mut found: Vec<Revision> = Vec::new();
    let mut later_start = 0;
    for section in sections.iter().rev() {
        let end = match section.style {
            Style::Recovered => Some(scanned(section)),
            _ => end_of(bytes, section.end),
        };
        let Some(end) = end else { continue };
        match found.last_mut() {
            // A linearised file's first section points forward to its second: together they are one revision.
            Some(last) if section.start < later_start => {
                if end.end > last.end {
                    *last = end;
                }
            }
            _ => found.push(end),
        }
        later_start = section.start;
    }
    found.sort_by_key(|revision| revision.end);
    found.dedup_by_key(|revision| revision.end);
    found
}

impl Document<'_> {
    /// Where the first object of each update begins: an update may have been put behind bytes that are no revision's.
    pub fn update_starts(&self) -> Vec<u64> {
        let Some(first) = self.revisions().first().map(|revision| revision.end) else { return Vec::new() };
        let updates = self.sections.iter().filter(|section| section.start as u64 >= first);
        let start = |section: &Section| {
            let objects = section.numbers().filter_map(|number| match section.locate(self.bytes, number) {
                Some(Location::Offset { offset, .. }) => Some(offset.saturating_add(self.base as u64)),
                _ => None,
            });
            objects.filter(|&offset| offset >= first).min()
        };
        updates.filter_map(start).collect()
    }
}

impl Document<'_> {
    /// The pages, from 1, that a later revision than the first has written or written anew: what was put onto a page since is
    /// on one of these.
    ///
    /// # Errors
    /// [`Error::Input`] where the page tree can't be read.
    pub fn updated_pages(&self) -> Result<Vec<usize>, Error> {
        let first = self.revisions().first().map_or(u64::MAX, |revision| revision.end);
        let offset = |number: u32| match self.locate(number) {
            Location::Offset { offset, .. } => Some(offset.saturating_add(self.base as u64)),
            _ => None,
        };
        let is_updated = |number: u32| match self.locate(number) {
            Location::Compressed { stream, .. } => offset(stream).is_some_and(|offset| offset >= first),
            _ => offset(number).is_some_and(|offset| offset >= first),
        };
        let mut updated = Vec::new();
        self.page_where(|page| {
            updated.extend(is_updated(page.id.0).then_some(page.number));
            false
        })?;
        Ok(updated)
    }
}

/// The bytes that were scanned: of the whole file, or up to the sections that can be read.
fn scanned(section: &Section) -> Revision {
    let end = section.end as u64;
    Revision { marker_end: end, end }
}

/// The end of the revision whose cross-reference section ends at `from`.
fn end_of(bytes: &[u8], from: usize) -> Option<Revision> {
    let window = bytes.get(from..bytes.len().min(from + WINDOW))?;
    let startxref = memmem::find(window, b"startxref")?;
    let marker = startxref + memmem::find(window.get(startxref..)?, b"%%EOF")? + b"%%EOF".len();
    let line_end = match window.get(marker..).unwrap_or_default() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    let marker_end = (from + marker) as u64;
    Some(Revision { marker_end, end: marker_end + line_end })
}
