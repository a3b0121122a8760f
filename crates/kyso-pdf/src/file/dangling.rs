//! Numbers that a document refers to although it has no such object.
//!
//! A reference to a number from /Size on is null (ISO 32000-2, 7.3.10 and table 15), so a new object may take any of
//! them. It would bring the reference to life: whoever made the file could have a signature's picture drawn wherever he
//! likes, and an earlier signature would rightly be reported as followed by a change. So those numbers are left alone, at
//! the price of one walk over the objects.

use std::collections::{BTreeSet, HashSet};

use lopdf::ObjectId;

use super::document::Document;
use super::object::references_in;
use super::xref::Location;
use crate::error::Error;

/// How many numbers behind the last object are searched: no update makes more objects.
const WINDOW: u32 = 65_536;

/// The numbers from `first` on that new objects may not take.
///
/// # Errors
/// [`Error::Budget`] where they are so many that no number is left.
pub(crate) fn numbers_to_leave_alone(document: &Document<'_>, first: u32) -> Result<BTreeSet<u32>, Error> {
    let found = dangling(document, first);
    if found.len() >= WINDOW as usize / 2 {
        let budget = "numbers that the file refers to and has no object for";
        return Err(Error::Budget { budget, limit: u64::from(WINDOW) / 2, offset: None });
    }
    Ok(found)
}

fn dangling(document: &Document<'_>, first: u32) -> BTreeSet<u32> {
    let window = first..first.saturating_add(WINDOW);
    let (mut found, mut seen) = (BTreeSet::new(), HashSet::new());
    let mut next: Vec<ObjectId> = Vec::new();
    document.trailer().iter().for_each(|(_, value)| references_in(value, &mut |id| next.push(id)));
    while let Some(id) = next.pop() {
        if !seen.insert(id.0) {
            continue;
        }
        // Whatever the reference's generation, some readers follow it. An object that can't be read leads nowhere.
        let Some(id) = document.in_use(id.0) else { continue };
        let Ok(Some(value)) = document.value(id) else { continue };
        references_in(&value, &mut |target| {
            if document.locate(target.0) != Location::Free {
                if !seen.contains(&target.0) {
                    next.push(target);
                }
            } else if window.contains(&target.0) {
                found.insert(target.0);
            }
        });
    }
    found
}
