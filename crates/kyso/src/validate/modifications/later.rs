//! Which files are compared with the signed revision: the file as it is, each revision between, and what readers make of the
//! file that rebuild its cross-reference.

use std::collections::BTreeMap;

use super::evidence::Holdings;
use super::signed::Signed;
use super::{Changes, Finding, Modifications, Severity, compare, unreadable};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::layout::is_white_space;
use crate::pdf::{Document, listing};

/// Most later revisions that are compared one by one; beyond, the first of them and the file as it is.
const MAX_REVISIONS: usize = 32;

/// Compares the file as it was at `end` with each later revision, and with the file as it is.
pub(crate) fn after(document: &Document<'_>, end: u64) -> Changes {
    let bytes = document.bytes();
    let covered = usize::try_from(end).ok().and_then(|end| bytes.get(..end)).unwrap_or(bytes);
    if covered.len() == bytes.len() {
        return Changes::none();
    }
    let before = match document.earlier(covered) {
        Ok(before) => before,
        Err(error) => return unreadable(&error),
    };
    let white_space = bytes.get(covered.len()..).filter(|_| same_sections(&before, document));
    if white_space.is_some_and(|rest| !is_white_space(rest)) {
        // Bytes after the last %%EOF: a reader that mends files may see them, and they weren't signed.
        return Changes::other(Finding::new(Severity::Error, Code::CoverageLaterBytes, Some(end.to_string())));
    }
    let mut changes = Changes::none();
    if let Some(white_space) = white_space {
        let count = Some(white_space.len().to_string());
        changes.findings.push(Finding::new(Severity::Info, Code::CoverageWhiteSpace, count));
    }
    let as_rebuilt = match as_rebuilt(&before, document) {
        Ok(changes) => changes,
        Err(error) => return unreadable(&error),
    };
    if white_space.is_none() {
        let signed = match Signed::read(before) {
            Ok(signed) => signed,
            Err(error) => return unreadable(&error),
        };
        changes.take(by_revisions(&signed, document, end));
    }
    changes.take(as_rebuilt);
    let shown: Vec<Finding> = changes.empty.values().flatten().cloned().collect();
    if !shown.is_empty() {
        let level = Modifications::Annotations;
        changes.take(Changes { level, findings: shown, ..Changes::none() });
    }
    changes
}

/// Compares the signed revision with the file as it is, and with each revision between.
fn by_revisions(signed: &Signed<'_>, document: &Document<'_>, end: u64) -> Changes {
    let bytes = document.bytes();
    let mut changes = compare(signed, document);
    let mut holdings = Holdings::of(&signed.document);
    let mut hold = |then: &Document<'_>, changes: &mut Changes| {
        let later = Holdings::of(then);
        match (&holdings, &later) {
            (Ok(earlier), Ok(later)) => changes.take(earlier.gone(later)),
            (Err(error), _) | (_, Err(error)) => changes.take(unreadable(error)),
        }
        holdings = later;
    };
    let later = document.revisions().into_iter().filter(|revision| revision.marker_end > end);
    for revision in later.take(MAX_REVISIONS) {
        let upto = usize::try_from(revision.end).ok().and_then(|end| bytes.get(..end));
        if let Some(upto) = upto.filter(|upto| upto.len() < bytes.len()) {
            match document.earlier(upto) {
                Ok(then) => {
                    // A field that is made before it's signed is no matter then.
                    changes.take(Changes { empty: BTreeMap::new(), ..compare(signed, &then) });
                    hold(&then, &mut changes);
                }
                Err(error) => changes.take(unreadable(&error)),
            }
        }
    }
    hold(document, &mut changes);
    changes
}

/// The changes that readers show that rebuild the file's cross-reference, where some do: from what they showed of the signed
/// revision, or, where nobody had to rebuild that, from what it is.
fn as_rebuilt(before: &Document<'_>, document: &Document<'_>) -> Result<Changes, Error> {
    let mut changes = Changes::none();
    if document.is_scanned() {
        // It's read as it's rebuilt.
        return Ok(changes);
    }
    let mut then = listing::rebuilt(before)?.into_iter();
    for now in listing::rebuilt(document)? {
        let was = match then.next() {
            Some(was) => was,
            None => before.earlier(before.bytes())?,
        };
        changes.take(compare(&Signed::read(was)?, &now));
    }
    Ok(changes)
}

fn same_sections(before: &Document<'_>, now: &Document<'_>) -> bool {
    let starts = |document: &Document<'_>| document.sections().iter().map(|section| section.start).collect::<Vec<_>>();
    starts(before) == starts(now)
}
