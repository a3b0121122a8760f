//! Appearances of fields and comments, written anew under the numbers that they had.

use std::collections::HashSet;

use super::Comparison;
use crate::error::Error;
use crate::pdf::{Dictionary, Object, ObjectId};

/// Deepest appearance.
const MAX_DEPTH: usize = 64;
/// How many objects that didn't change lie between a widget and its forms: /AP, /N with its states.
const MAX_KEPT: usize = 3;

/// What is looked at: a value, the object that holds it, and the unchanged objects on the way to it, each with its own holder.
struct Step {
    value: Object,
    owner: ObjectId,
    depth: usize,
    kept: Vec<(ObjectId, ObjectId)>,
}

impl Comparison<'_, '_, '_> {
    /// An appearance may be written anew under its old numbers as long as nothing else shows it, also by way of the
    /// dictionaries that lead to it and that nobody touched.
    pub(super) fn explain_appearance(&mut self, widget: ObjectId, now: &Dictionary) -> Result<(), Error> {
        let Ok(appearance) = now.get(b"AP") else { return Ok(()) };
        let mut next = vec![Step { value: appearance.clone(), owner: widget, depth: 0, kept: Vec::new() }];
        let mut seen = HashSet::new();
        while let Some(Step { value, owner, depth, mut kept }) = next.pop() {
            if depth > MAX_DEPTH {
                continue;
            }
            let depth = depth + 1;
            match value {
                Object::Reference(id) => {
                    let differs = self.is_changed(id) || self.differences.new.contains(&id.0);
                    let leads = !differs && kept.len() < MAX_KEPT && depth <= MAX_DEPTH && !self.now.is_stream(id)?;
                    if !(differs || leads) || !seen.insert((id, owner)) {
                        continue;
                    }
                    if differs {
                        self.explain_owned(id, owner);
                        for (id, owner) in kept.drain(..) {
                            self.ways.entry(id.0).or_default().insert(owner.0);
                        }
                    } else {
                        kept.push((id, owner));
                    }
                    next.extend(self.now.value(id)?.map(|value| Step { value, owner: id, depth, kept }));
                }
                Object::Dictionary(dictionary) => {
                    let down = dictionary.iter().filter(|(key, _)| !matches!(key.as_slice(), b"Parent" | b"P"));
                    next.extend(down.map(|(_, value)| Step { value: value.clone(), owner, depth, kept: kept.clone() }));
                }
                Object::Array(items) => {
                    next.extend(items.into_iter().map(|value| Step { value, owner, depth, kept: kept.clone() }));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
