//! Whether readers come to an object otherwise than by the logical structure, which draws nothing.
//!
//! Outlines and destinations refer to elements of it too (ISO 32000-2, tables 151 and 202): they lead to the place that an element
//! describes, and draw no more than it does. Such a reference is known by where it stands, not by its key alone: under the
//! same key another dictionary may name a font.

use std::collections::HashSet;

use super::graph::Reach;
use super::structure::Structure;
use crate::error::Error;
use crate::pdf::{self, Dictionary, Document, Object, ObjectId};

/// What a step of the walk costs, as [`Document::spend`] counts.
const STEP: u64 = 40;
/// The kinds of explicit destinations (ISO 32000-2, table 149).
const FITS: [&[u8]; 8] = [b"XYZ", b"Fit", b"FitH", b"FitV", b"FitR", b"FitB", b"FitBH", b"FitBV"];

/// As what readers come to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Role {
    /// The outlines or an item of them.
    Outline,
    Any,
}

/// Walks all that the trailer leads to, but for the structure.
pub(super) fn drawn(
    document: &Document<'_>,
    interest: &HashSet<u32>,
    structure: &Structure,
    catalogs: [ObjectId; 2],
) -> Result<Reach, Error> {
    let mut found = Reach::default();
    let mut seen: HashSet<(u32, Role)> = HashSet::new();
    let mut next: Vec<(ObjectId, Role)> = Vec::new();
    for key in [&b"Root"[..], b"Info"] {
        if let Ok(Object::Reference(id)) = document.trailer().get(key) {
            next.push((*id, Role::Any));
            found.note(interest, id.0, 0, None);
        }
    }
    while let Some((id, role)) = next.pop() {
        if !seen.insert((id.0, role)) {
            continue;
        }
        // As in `reach`: whatever the reference's generation.
        let Some(id) = document.in_use(id.0) else { continue };
        let mut each = |target: ObjectId, role: Role| {
            found.note(interest, target.0, id.0, None);
            next.push((target, role));
        };
        match references(document, structure, (id, role), catalogs.contains(&id), &mut each) {
            Ok(()) => {}
            Err(error @ pdf::Error::Budget { .. }) => return Err(error.into()),
            Err(_) => found.is_blind = true,
        }
        document.spend(STEP)?;
    }
    Ok(found)
}

fn references(
    document: &Document<'_>,
    structure: &Structure,
    (id, role): (ObjectId, Role),
    is_catalog: bool,
    each: &mut impl FnMut(ObjectId, Role),
) -> Result<(), pdf::Error> {
    let mut is_plain = role == Role::Any && !is_catalog;
    if is_plain {
        document.references(id, &mut |target| is_plain &= !structure.is_element(target))?;
    }
    if is_plain {
        return document.references(id, &mut |target| each(target, Role::Any));
    }
    let Some(value) = document.value(id)? else { return Ok(()) };
    match value {
        Object::Dictionary(mut dictionary) if is_catalog => {
            dictionary.remove(b"StructTreeRoot");
            match dictionary.remove(b"Outlines") {
                Some(Object::Reference(outlines)) => each(outlines, Role::Outline),
                Some(Object::Dictionary(outlines)) => outline(&outlines, structure, each),
                _ => {}
            }
            within(&Object::Dictionary(dictionary), structure, each);
        }
        Object::Dictionary(dictionary) if role == Role::Outline => outline(&dictionary, structure, each),
        value => within(&value, structure, each),
    }
    Ok(())
}

fn outline(item: &Dictionary, structure: &Structure, each: &mut impl FnMut(ObjectId, Role)) {
    for (key, value) in item {
        match (key.as_slice(), value) {
            (b"First" | b"Last" | b"Next" | b"Prev" | b"Parent", Object::Reference(id)) => each(*id, Role::Outline),
            (b"SE", Object::Reference(id)) if structure.is_element(*id) => {}
            _ => within(value, structure, each),
        }
    }
}

fn within(value: &Object, structure: &Structure, each: &mut impl FnMut(ObjectId, Role)) {
    match value {
        Object::Reference(id) => each(*id, Role::Any),
        Object::Array(items) => {
            let skipped = usize::from(is_destination(items, structure));
            items.iter().skip(skipped).for_each(|item| within(item, structure, each));
        }
        Object::Dictionary(dictionary) => dictionary.iter().for_each(|(_, value)| within(value, structure, each)),
        _ => {}
    }
}

/// Whether an array is a destination by an element of the structure (ISO 32000-2, 12.3.2.3): nothing else begins with a
/// reference and the name of a fit.
fn is_destination(items: &[Object], structure: &Structure) -> bool {
    let [Object::Reference(element), Object::Name(fit), rest @ ..] = items else { return false };
    let is_place = |item: &Object| matches!(item, Object::Integer(_) | Object::Real(_) | Object::Null);
    structure.is_element(*element) && FITS.contains(&fit.as_slice()) && rest.iter().all(is_place)
}
