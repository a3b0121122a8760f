//! Developer extensions (ISO 32000-2, 7.12): a program that uses what an extension allows says so, by adding the extension or
//! raising its level. Nothing is drawn by it. Taking one away or lowering its level isn't what such a program does.

use super::catalog::is_version;
use super::compare::Deep;
use super::{Comparison, finding};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};
use crate::validate::report::Modifications;

/// /Extensions, the value of a developer's prefix, one dictionary of several.
const MAX_DEPTH: usize = 3;

/// A developer extensions dictionary (ISO 32000-2, table 49).
struct Extension {
    /// /BaseVersion: of one digit, a point and another, so that the order of the text is that of the versions.
    base: Vec<u8>,
    /// /ExtensionLevel.
    level: i64,
}

impl Extension {
    /// `None` where the dictionary lacks what it has to say, or says more.
    fn read(document: &Document<'_>, dictionary: &Dictionary) -> Result<Option<Self>, Error> {
        for (key, value) in dictionary {
            // A reference to nothing has some readers (poppler) rebuild the cross-reference.
            let is_reference = value.as_reference().is_ok();
            let value = document.resolve_value(value)?;
            let fits = match key.as_slice() {
                b"Type" => value.as_name().is_ok_and(|kind| kind == b"DeveloperExtensions"),
                b"BaseVersion" => is_version(&value),
                b"ExtensionLevel" => matches!(value, Object::Integer(0..)),
                b"URL" | b"ExtensionRevision" => matches!(value, Object::String(..)),
                _ => false,
            };
            if !fits && (is_reference || !value.is_null()) {
                return Ok(None);
            }
        }
        Ok(match (document.get(dictionary, b"BaseVersion")?, document.get(dictionary, b"ExtensionLevel")?) {
            (Object::Name(base), Object::Integer(level)) => Some(Self { base, level }),
            _ => None,
        })
    }

    /// Whether this one allows all that the other does.
    fn includes(&self, other: &Self) -> bool {
        self.base >= other.base && self.level >= other.level
    }
}

impl Comparison<'_, '_, '_> {
    /// The catalog's /Extensions, which is still there.
    pub(super) fn extensions(&mut self, was: Option<&Object>, is: &Object, catalog: ObjectId) -> Result<(), Error> {
        let is_as_it_was = Deep::new(self.before, self.now).same(was, Some(is))?;
        if is_as_it_was && !self.changed_below(is)? {
            return Ok(());
        }
        if self.extensions_grow(was, is)? {
            self.raise(Modifications::Lta);
            self.explain_extensions(is, catalog)
        } else {
            self.unexplained(finding(Code::ModificationsCatalog, "/Extensions"));
            Ok(())
        }
    }

    fn extensions_grow(&self, was: Option<&Object>, is: &Object) -> Result<bool, Error> {
        let was = match was.map(|was| self.before.resolve_value(was)).transpose()? {
            None | Some(Object::Null) => Dictionary::new(),
            Some(Object::Dictionary(was)) => was,
            Some(_) => return Ok(false),
        };
        let Object::Dictionary(is) = self.now.resolve_value(is)? else { return Ok(false) };
        if was.iter().any(|(prefix, value)| !value.is_null() && !is.has(prefix)) {
            return Ok(false);
        }
        for (prefix, value) in &is {
            let before = was.get(prefix).ok();
            if prefix == b"Type" {
                let is_right = value.as_name().is_ok_and(|kind| kind == b"Extensions");
                if !is_right && before != Some(value) {
                    return Ok(false);
                }
            } else if !self.extension_grows(before, value)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether what a developer's prefix stood for is still there, and nothing else than an extension came.
    fn extension_grows(&self, was: Option<&Object>, is: &Object) -> Result<bool, Error> {
        let (had, has) = (extensions(self.before, was)?, extensions(self.now, Some(is))?);
        let mut kept = vec![false; had.len()];
        for (now, value) in &has {
            let mut is_old = false;
            for ((before, old), kept) in had.iter().zip(&mut kept) {
                let is_the_same = Deep::new(self.before, self.now).same(Some(old), Some(value))?;
                is_old |= is_the_same;
                let includes = matches!((before, now), (Some(before), Some(now)) if now.includes(before));
                *kept |= is_the_same || includes;
            }
            if now.is_none() && !is_old {
                return Ok(false);
            }
        }
        Ok(kept.into_iter().all(|kept| kept))
    }

    /// The objects that /Extensions leads to.
    fn explain_extensions(&mut self, value: &Object, catalog: ObjectId) -> Result<(), Error> {
        let mut next = vec![(value.clone(), catalog, 0)];
        while let Some((value, owner, depth)) = next.pop() {
            match value {
                Object::Reference(id) => {
                    if self.is_changed(id) {
                        match owner == catalog {
                            true => self.explain_reference(Some(&value), catalog)?,
                            false => self.explain_owned(id, owner),
                        }
                    }
                    if depth <= MAX_DEPTH && !self.now.is_stream(id)? {
                        next.extend(self.now.value(id)?.map(|value| (value, id, depth + 1)));
                    }
                }
                Object::Dictionary(entries) => {
                    next.extend(entries.iter().map(|(_, value)| (value.clone(), owner, depth)));
                }
                Object::Array(items) => next.extend(items.into_iter().map(|item| (item, owner, depth))),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The dictionaries of a developer's prefix: one, or several in an array (ISO 32000-2, 7.12.2), each with what it says where it's
/// well-formed.
fn extensions(document: &Document<'_>, value: Option<&Object>) -> Result<Vec<(Option<Extension>, Object)>, Error> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let values = match document.resolve_value(value)? {
        Object::Array(items) => items,
        Object::Null => Vec::new(),
        _ => vec![value.clone()],
    };
    let mut found = Vec::with_capacity(values.len());
    for value in values {
        let is_stream = value.as_reference().map_or(Ok(false), |id| document.is_stream(id))?;
        let extension = match document.resolve_value(&value)? {
            Object::Dictionary(dictionary) if !is_stream => Extension::read(document, &dictionary)?,
            _ => None,
        };
        found.push((extension, value));
    }
    Ok(found)
}
