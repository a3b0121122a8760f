//! The logical structure (ISO 32000-2, 14.7): it may take in what was added. It draws nothing.

use std::collections::HashMap;

use super::Comparison;
use super::compare::{Deep, differing, same};
use super::graph::identifier;
use crate::error::Error;
use crate::pdf::{Document, Object};

/// Most entries of the parent tree.
const MAX_ENTRIES: usize = 200_000;
/// Deepest parent tree.
const MAX_DEPTH: usize = 16;

impl Comparison<'_, '_, '_> {
    /// Whether an element of the structure grew new kids and changed in nothing else.
    pub(super) fn structure_grows(&self, number: u32) -> Result<bool, Error> {
        let (Some(was), Some(is)) =
            (identifier(number, self.before.locate(number)), identifier(number, self.now.locate(number)))
        else {
            return Ok(false);
        };
        if was != is {
            return Ok(false);
        }
        Ok(match (self.before.value(was)?, self.now.value(is)?) {
            (Some(Object::Dictionary(was)), Some(Object::Dictionary(is))) => {
                for key in differing(&was, &is) {
                    let (was, is) = (was.get(&key).ok(), is.get(&key).ok());
                    let grown = match key.as_slice() {
                        b"K" | b"Nums" | b"Kids" => grows(items(was), items(is)),
                        b"ParentTreeNextKey" | b"Limits" => true,
                        b"ParentTree" => self.parent_tree_grows(was, is)?,
                        _ => false,
                    };
                    if !grown {
                        return Ok(false);
                    }
                }
                true
            }
            (Some(was @ Object::Array(_)), Some(is @ Object::Array(_))) => grows(items(Some(&was)), items(Some(&is))),
            _ => false,
        })
    }

    fn parent_tree_grows(&self, was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
        let (Some(was), Some(is)) = (was, is) else { return Ok(was.is_none()) };
        let is = entries(self.now, is)?;
        let mut deep = Deep::new(self.before, self.now);
        for (key, was) in entries(self.before, was)? {
            if !deep.same(Some(&was), is.get(&key))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The entries of a number tree (ISO 32000-2, 7.9.7).
fn entries(document: &Document<'_>, tree: &Object) -> Result<HashMap<i64, Object>, Error> {
    let mut found = HashMap::new();
    let mut next = vec![(tree.clone(), 0)];
    while let Some((node, depth)) = next.pop() {
        let Object::Dictionary(node) = document.resolve_value(&node)? else { continue };
        if depth > MAX_DEPTH || found.len() > MAX_ENTRIES {
            return Err(Error::Budget {
                budget: "entries of the parent tree",
                limit: MAX_ENTRIES as u64,
                offset: None,
            });
        }
        if let Object::Array(pairs) = document.get(&node, b"Nums")? {
            for pair in pairs.chunks_exact(2) {
                if let [Object::Integer(key), value] = pair {
                    found.insert(*key, value.clone());
                }
            }
        }
        if let Object::Array(kids) = document.get(&node, b"Kids")? {
            next.extend(kids.into_iter().map(|kid| (kid, depth + 1)));
        }
    }
    Ok(found)
}

/// The items of an array, or the one value in its place.
fn items(value: Option<&Object>) -> &[Object] {
    match value {
        Some(Object::Array(items)) => items,
        Some(Object::Null) | None => &[],
        Some(single) => std::slice::from_ref(single),
    }
}

/// Whether `is` holds all items of `was` in the same order.
pub(super) fn grows(was: &[Object], is: &[Object]) -> bool {
    let mut left = was.iter().peekable();
    for item in is {
        left.next_if(|old| same(old, item));
    }
    left.next().is_none()
}
