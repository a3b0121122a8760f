//! The findings' codes, grouped as EN 319 102-1 groups its blocks.

mod certificate;
mod changes;
mod copies;
mod course;
mod format;
mod revocation;
mod time;

use super::Entry;

/// Every finding's text; looked through once a finding.
pub(super) fn all() -> impl Iterator<Item = &'static Entry> {
    [
        format::ENTRIES,
        certificate::ENTRIES,
        revocation::ENTRIES,
        time::ENTRIES,
        changes::ENTRIES,
        course::ENTRIES,
        copies::ENTRIES,
    ]
    .into_iter()
    .flatten()
}
