//! The format block (EN 319 102-1, 5.2.2; EN 319 142-1, 6.3; ISO 32000-2, 12.8.1): the byte range covers all of a
//! revision but exactly the string of /Contents.

use super::report::{Coverage, Finding, Severity};
use crate::code::Code;
use crate::pdf::{ByteRange, Document, Revision, SignatureDictionary, layout};

/// The coverage of a signature's byte range, and its flaws.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Format {
    pub(crate) coverage: Coverage,
    /// `None` where the numbers don't describe two stretches of the file.
    pub(crate) byte_range: Option<ByteRange>,
    pub(crate) findings: Vec<Finding>,
}

/// Judges /ByteRange and /Contents of one signature.
pub(crate) fn check(document: &Document<'_>, revisions: &[Revision], signature: &SignatureDictionary) -> Format {
    let mut findings = Vec::new();
    let mut wrong = |code: Code, detail: Option<String>| {
        findings.push(Finding::new(Severity::Error, code, detail));
    };
    if signature.ambiguous {
        wrong(Code::ContentsAmbiguous, None);
    }
    if signature.contents_span.is_none() {
        wrong(Code::ContentsCompressed, None);
    }
    let byte_range = match stretches(document, signature) {
        Ok(byte_range) => Some(byte_range),
        Err(code) => {
            wrong(code, (!signature.byte_range.is_empty()).then(|| format!("{:?}", signature.byte_range)));
            None
        }
    };
    let mut moved = None;
    if let (Some(range), Some(contents)) = (&byte_range, &signature.contents_span)
        && (range.before.end != contents.start || range.after.start != contents.end)
    {
        let detail = format!("{}..{} ≠ {}..{}", range.before.end, range.after.start, contents.start, contents.end);
        // Each byte is written with at least one character and at most four.
        let gap = range.after.start.saturating_sub(range.before.end);
        let may_be_it = (gap / 5..=gap).contains(&(signature.contents.len() as u64));
        if may_be_it
            && layout::string_at(document, range.before.end..range.after.start).as_ref() == Some(&signature.contents)
        {
            moved = Some(Finding::new(Severity::Error, Code::SignatureMoved, Some(detail)));
        } else {
            wrong(Code::ByteRangeGap, Some(detail));
        }
    }
    let length = document.bytes().len() as u64;
    let coverage = match &byte_range {
        Some(_) if !findings.is_empty() => Coverage::Invalid,
        None => Coverage::Invalid,
        Some(range) if range.after.end == length => Coverage::WholeFile,
        Some(range) if ends_revision(document, revisions, range.after.end) => Coverage::WholeRevision,
        Some(range) => {
            let end = range.after.end;
            findings.push(Finding::new(Severity::Error, Code::ByteRangeEnd, Some(end.to_string())));
            Coverage::Partial
        }
    };
    // The range is right for the dictionary that was signed, but this is another, with the same /Contents.
    findings.extend(moved);
    Format { coverage, byte_range, findings }
}

/// Whether a revision ends here, with or without the white space behind its `%%EOF`: a line end, or what the signing program
/// was given with more of it.
fn ends_revision(document: &Document<'_>, revisions: &[Revision], end: u64) -> bool {
    let Some(revision) = revisions.iter().rfind(|revision| revision.marker_end <= end) else { return false };
    let (Ok(marker), Ok(end)) = (usize::try_from(revision.marker_end), usize::try_from(end)) else { return false };
    document.bytes().get(marker..end).is_some_and(layout::is_white_space)
}

fn stretches(document: &Document<'_>, signature: &SignatureDictionary) -> Result<ByteRange, Code> {
    if signature.byte_range.is_empty() {
        return Err(Code::ByteRangeMissing);
    }
    let numbers: Vec<u64> = signature.byte_range.iter().filter_map(|&number| u64::try_from(number).ok()).collect();
    let &[first, before, second, after] = numbers.as_slice() else { return Err(Code::ByteRangeShape) };
    if signature.byte_range.len() != 4 {
        return Err(Code::ByteRangeShape);
    }
    let before_end = first.checked_add(before).ok_or(Code::ByteRangeShape)?;
    let after_end = second.checked_add(after).ok_or(Code::ByteRangeShape)?;
    if first != 0 {
        return Err(Code::ByteRangeStart);
    }
    if before_end >= second {
        return Err(Code::ByteRangeOverlap);
    }
    if after_end > document.bytes().len() as u64 || before == 0 || after == 0 {
        return Err(Code::ByteRangeBeyond);
    }
    Ok(ByteRange { before: first..before_end, after: second..after_end })
}
