//! When two objects are the same to a reader.

use std::cell::OnceCell;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash as _, Hasher as _};

use super::defaults;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};

/// How many references deep two values are compared when they aren't the same as written.
const MAX_DEPTH: usize = 24;
/// How many values are compared so.
const MAX_VALUES: usize = 50_000;

/// The keys of both, each once.
pub(super) fn keys(before: &Dictionary, now: &Dictionary) -> BTreeSet<Vec<u8>> {
    before.iter().chain(now.iter()).map(|(key, _)| key.clone()).collect()
}

/// The keys whose values differ as written.
pub(super) fn differing(before: &Dictionary, now: &Dictionary) -> Vec<Vec<u8>> {
    let differ = |key: &Vec<u8>| !optional_same(before.get(key).ok(), now.get(key).ok());
    keys(before, now).into_iter().filter(differ).collect()
}

/// Equal as written, where a key with the value null is as good as none (ISO 32000-2, 7.3.7).
pub(super) fn optional_same(before: Option<&Object>, now: Option<&Object>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => same(before, now),
        (Some(Object::Null), None) | (None, Some(Object::Null)) | (None, None) => true,
        _ => false,
    }
}

/// Equal as written: numbers by value, strings by content, references by what they name.
pub(super) fn same(before: &Object, now: &Object) -> bool {
    match (before, now) {
        (Object::Integer(_) | Object::Real(_), Object::Integer(_) | Object::Real(_)) => {
            before.as_float().ok() == now.as_float().ok()
        }
        (Object::String(before, _), Object::String(now, _)) => before == now,
        (Object::Array(before), Object::Array(now)) => {
            before.len() == now.len() && before.iter().zip(now).all(|(before, now)| same(before, now))
        }
        (Object::Dictionary(before), Object::Dictionary(now)) => differing(before, now).is_empty(),
        _ => before == now,
    }
}

/// The items of an array, found by what they are.
pub(super) struct Listed<'o>(HashMap<u64, Vec<&'o Object>>);

impl<'o> Listed<'o> {
    pub(super) fn of(items: &'o [Object]) -> Self {
        let mut listed: HashMap<u64, Vec<&Object>> = HashMap::new();
        for item in items {
            let alike = listed.entry(fingerprint(item)).or_default();
            // One is as good as several of the same.
            if !alike.iter().any(|other| same(other, item)) {
                alike.push(item);
            }
        }
        Self(listed)
    }

    /// Whether the list holds an item that is the [`same`].
    pub(super) fn contains(&self, item: &Object) -> bool {
        self.0.get(&fingerprint(item)).is_some_and(|alike| alike.iter().any(|other| same(other, item)))
    }
}

/// Equal for values that are the [`same`].
fn fingerprint(value: &Object) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Object::Integer(_) | Object::Real(_) => {
            // Both zeros are one number.
            let number = value.as_float().unwrap_or_default();
            (if number == 0.0 { 0 } else { number.to_bits() }).hash(&mut hasher);
        }
        Object::String(text, _) => text.hash(&mut hasher),
        Object::Name(name) => name.hash(&mut hasher),
        Object::Reference(id) => id.hash(&mut hasher),
        Object::Boolean(is) => is.hash(&mut hasher),
        Object::Array(items) => items.iter().for_each(|item| fingerprint(item).hash(&mut hasher)),
        Object::Dictionary(dictionary) => {
            let entries = dictionary.iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| {
                let mut entry = DefaultHasher::new();
                (key, fingerprint(value)).hash(&mut entry);
                entry.finish()
            });
            entries.fold(0u64, u64::wrapping_add).hash(&mut hasher);
        }
        Object::Null | Object::Stream(_) => {}
    }
    hasher.finish()
}

/// Two documents in which values are compared through their references.
pub(super) struct Deep<'d, 'a, 'b> {
    before: &'d Document<'a>,
    now: &'d Document<'b>,
    left: usize,
    /// Whether references lead to the same only where they're the same.
    by_number: bool,
    /// The layers of the first, which are known by their numbers.
    layers: OnceCell<HashSet<ObjectId>>,
}

impl<'d, 'a, 'b> Deep<'d, 'a, 'b> {
    /// For "a reader that follows all references sees the same".
    pub(super) fn new(before: &'d Document<'a>, now: &'d Document<'b>) -> Self {
        Self { before, now, left: MAX_VALUES, by_number: false, layers: OnceCell::new() }
    }

    /// For "an object was only written in another way": what was direct may have a number now, and the other way round.
    pub(super) fn by_number(before: &'d Document<'a>, now: &'d Document<'b>) -> Self {
        Self { by_number: true, ..Self::new(before, now) }
    }

    /// Whether a reader that follows all references sees the same.
    pub(super) fn same(&mut self, before: Option<&Object>, now: Option<&Object>) -> Result<bool, Error> {
        self.equal(before.unwrap_or(&Object::Null), now.unwrap_or(&Object::Null), 0)
    }

    fn equal(&mut self, before: &Object, now: &Object, depth: usize) -> Result<bool, Error> {
        if depth > MAX_DEPTH || self.left == 0 {
            return Ok(false);
        }
        self.left -= 1;
        if let (Object::Reference(was), Object::Reference(is)) = (before, now) {
            if self.by_number {
                return Ok(was == is);
            }
            if was == is && self.before.same_text(self.now, *was)? {
                // The same text, but what it refers to may differ: that difference is found where that object changed.
                return Ok(true);
            }
            // Content belongs to a layer by its number: a copy of it is another one, which nobody has turned off.
            if was != is && self.is_layer(*was)? {
                return Ok(false);
            }
        }
        let streams = match (before, now) {
            (Object::Reference(was), Object::Reference(is)) => {
                (self.before.stream_bytes(*was)?, self.now.stream_bytes(*is)?)
            }
            (Object::Reference(was), _) => (self.before.stream_bytes(*was)?, None),
            (_, Object::Reference(is)) => (None, self.now.stream_bytes(*is)?),
            _ => (None, None),
        };
        if streams.0 != streams.1 {
            return Ok(false);
        }
        let (before, now) = (self.before.resolve_value(before)?, self.now.resolve_value(now)?);
        match (&before, &now) {
            (Object::Dictionary(was), Object::Dictionary(is)) => self.equal_dictionaries(was, is, depth),
            (Object::Array(was), Object::Array(is)) => {
                if was.len() != is.len() {
                    return Ok(false);
                }
                for (was, is) in was.iter().zip(is) {
                    if !self.equal(was, is, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (was, is) => Ok(same(was, is)),
        }
    }

    fn equal_dictionaries(&mut self, was: &Dictionary, is: &Dictionary, depth: usize) -> Result<bool, Error> {
        for key in keys(was, is) {
            let (value, other) = (was.get(&key).unwrap_or(&Object::Null), is.get(&key).unwrap_or(&Object::Null));
            let upward = matches!(key.as_slice(), b"Parent" | b"P") && self.lead_out(value, other)?;
            if !upward
                && !self.equal(value, other, depth + 1)?
                && !defaults::is_same(self.before, was, self.now, is, &key)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Upward references lead out of what is compared. Under the same names stand the policy of a layer, the prefix of
    /// page labels, the parameters of a program to launch, and those are no references to dictionaries.
    fn lead_out(&self, before: &Object, now: &Object) -> Result<bool, Error> {
        let (Object::Reference(_), Object::Reference(_)) = (before, now) else { return Ok(false) };
        let (before, now) = (self.before.resolve_value(before)?, self.now.resolve_value(now)?);
        Ok(!self.by_number && matches!((before, now), (Object::Dictionary(_), Object::Dictionary(_))))
    }

    /// Whether /OCProperties lists it as a layer (ISO 32000-2, 8.11.4.2).
    fn is_layer(&self, id: ObjectId) -> Result<bool, Error> {
        let layers = match self.layers.get() {
            Some(layers) => layers,
            None => {
                let properties = self.before.dictionary(&self.before.catalog()?, b"OCProperties")?;
                let listed = self.before.items(properties.get(b"OCGs").ok())?;
                let listed = listed.iter().filter_map(|layer| layer.as_reference().ok()).collect();
                self.layers.get_or_init(|| listed)
            }
        };
        Ok(layers.contains(&id))
    }
}
