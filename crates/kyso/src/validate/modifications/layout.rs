//! The bytes that were appended: an update that all readers read alike, and nothing else between.

use std::ops::Range;

use super::graph::identifier;
use super::{Comparison, finding};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Location, layout};

impl Comparison<'_, '_, '_> {
    pub(super) fn layout(&mut self) -> Result<(), Error> {
        let start = self.before.bytes().len();
        let mut ambiguous = Vec::new();
        let mut spans: Vec<Range<usize>> = Vec::new();
        for section in self.now.sections().iter().filter(|section| section.start >= start) {
            let was_signed = |number, location| location != Location::Free && self.before.locate(number) == location;
            if section.is_ambiguous(self.now.bytes(), &was_signed) {
                ambiguous.push(section.start);
            }
            spans.extend(layout::section_spans(self.now, section));
            for number in section.numbers() {
                let Some(location) = section.locate(self.now.bytes(), number) else { continue };
                // What was signed so was read so, however often later sections list it again.
                if self.now.locate(number) == location
                    && self.before.locate(number) != location
                    && let Some(id) = identifier(number, location)
                    && layout::is_ambiguous(self.now, id, section)?
                {
                    ambiguous.push(usize::try_from(number).unwrap_or_default());
                }
                let Location::Offset { offset, .. } = location else { continue };
                if let Some(span) = layout::indirect_span(self.now, offset).filter(|span| span.start >= start) {
                    spans.push(span);
                }
            }
        }
        for place in ambiguous {
            self.unexplained(finding(Code::ModificationsAmbiguous, place));
        }
        if !self.now.is_scanned()
            && let Some(at) = layout::first_stray_byte(self.now, start, spans)
        {
            self.unexplained(finding(Code::ModificationsBetween, at));
        }
        Ok(())
    }
}
