//! Resources that form and pages share: more names in them show nothing more, where nobody draws by these names.

use super::compare::{Deep, optional_same};
use super::{Comparison, graph};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};

/// The categories of resources (ISO 32000-2, table 34).
const CATEGORIES: [&[u8]; 8] =
    [b"Font", b"XObject", b"ExtGState", b"ColorSpace", b"Pattern", b"Shading", b"Properties", b"ProcSet"];

impl Comparison<'_, '_, '_> {
    /// Whether resources got new names, and those that were there mean what they meant.
    pub(super) fn resources_grow(&self, was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
        if !self.leads_to_resources(was, is)? {
            return Ok(false);
        }
        let Some(was) = was else { return Ok(true) };
        let resolved = |document: &Document<'_>, value: &Object| -> Result<Dictionary, Error> {
            Ok(match document.resolve_value(value)? {
                Object::Dictionary(dictionary) => dictionary,
                _ => Dictionary::new(),
            })
        };
        let (was, is) = (resolved(self.before, was)?, resolved(self.now, is.unwrap_or(&Object::Null))?);
        let mut deep = Deep::new(self.before, self.now);
        for (category, names) in &was {
            let now = is.get(category).unwrap_or(&Object::Null);
            if deep.same(Some(names), Some(now))? {
                continue;
            }
            let (names, now) = (resolved(self.before, names)?, resolved(self.now, now)?);
            for (name, value) in &names {
                if !deep.same(Some(value), now.get(name).ok())? {
                    return Ok(false);
                }
            }
            if names.is_empty() && now.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether resources are a dictionary of dictionaries (ISO 32000-2, table 34), and no new reference in them leads to nothing:
    /// some readers (poppler) rebuild the cross-reference where they meet one.
    fn leads_to_resources(&self, was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
        let dictionary = |document: &Document<'_>, value: Option<&Object>| -> Result<Option<Dictionary>, Error> {
            Ok(match value.map(|value| document.resolve_value(value)).transpose()? {
                None => Some(Dictionary::new()),
                Some(Object::Dictionary(dictionary)) => Some(dictionary),
                Some(_) => None,
            })
        };
        let is = is.filter(|is| !is.is_null());
        let Some(has) = dictionary(self.now, is)? else { return Ok(optional_same(was, is)) };
        let had = dictionary(self.before, was)?.unwrap_or_default();
        for (category, names) in &has {
            let (old, names) = (had.get(category).ok(), Some(names).filter(|names| !names.is_null()));
            if optional_same(old, names) || category == b"ProcSet" {
                continue;
            }
            let Some(names) = dictionary(self.now, names)? else { return Ok(false) };
            let old = dictionary(self.before, old)?.unwrap_or_default();
            for (name, value) in &names {
                let is_new = !optional_same(old.get(name).ok(), Some(value));
                if is_new && value.as_reference().is_ok() && self.now.resolve_value(value)?.is_null() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The dictionaries of /DR that grew.
    pub(super) fn explain_resources(&mut self, resources: Option<&Object>, holder: ObjectId) -> Result<(), Error> {
        let owner = match resources {
            Some(Object::Reference(id)) => *id,
            _ => holder,
        };
        let Some(Object::Dictionary(resources)) = resources.map(|r| self.now.resolve_value(r)).transpose()? else {
            return Ok(());
        };
        for (_, category) in resources.iter() {
            if let Object::Reference(id) = category
                && self.is_changed(*id)
                && !self.now.is_stream(*id)?
            {
                self.explain_owned(*id, owner);
            }
        }
        Ok(())
    }

    /// Whether an object that others refer to than those by which its change is explained shows the same there: it was only
    /// written in another way, nothing is seen of it, or it holds resources, and more of them.
    pub(super) fn is_same_elsewhere(&self, number: u32, others: &[u32]) -> Result<bool, Error> {
        if self.is_restated(number)? {
            return Ok(true);
        }
        let Some(id) = self.same_identifier(number) else { return Ok(false) };
        let mut as_resources = false;
        for &other in others {
            let Some(holder) = graph::identifier(other, self.now.locate(other)) else { return Ok(false) };
            let Some(value) = self.now.value(holder)? else { return Ok(false) };
            let mut uses = Vec::new();
            find(&value, id, &mut Vec::new(), &mut uses);
            let has_metadata = self.has_metadata(holder, id)?;
            uses.retain(|way| !is_unseen(way, has_metadata));
            as_resources |= !uses.is_empty();
            if !uses.iter().all(|way| is_of_resources(way)) {
                return Ok(false);
            }
        }
        Ok(!as_resources || self.grows_unused(id)?)
    }

    /// Whether /Metadata in an object leads to metadata (ISO 32000-2, 14.3.2): in the catalog, in a page and in a stream, to a
    /// stream of XML. Elsewhere it may be any name, as that of a font or a form that a page draws.
    fn has_metadata(&self, holder: ObjectId, metadata: ObjectId) -> Result<bool, Error> {
        let may_have = holder == self.now.catalog_id()?
            || self.signed.pages.contains_key(&holder)
            || self.now.is_stream(holder)?;
        if !may_have || !self.now.is_stream(metadata)? {
            return Ok(false);
        }
        let stream = self.now.dictionary_at(metadata)?.unwrap_or_default();
        let is = |key: &[u8], name: &[u8]| stream.get(key).and_then(Object::as_name).is_ok_and(|value| value == name);
        Ok(is(b"Type", b"Metadata") && is(b"Subtype", b"XML"))
    }

    /// Whether resources, or a category of them, got names that no content of the signed version draws by.
    fn grows_unused(&self, id: ObjectId) -> Result<bool, Error> {
        if self.before.is_stream(id)? || self.now.is_stream(id)? {
            return Ok(false);
        }
        let (Some(was), Some(is)) = (self.before.dictionary_at(id)?, self.now.dictionary_at(id)?) else {
            return Ok(false);
        };
        let mut deep = Deep::new(self.before, self.now);
        let mut names: Vec<Vec<u8>> = Vec::new();
        for (key, value) in &is {
            let had = was.get(key).ok();
            // Nobody reads the lists of procedure sets any more.
            if key == b"ProcSet" || deep.same(had, Some(value))? {
                continue;
            }
            names.push(key.clone());
            if !CATEGORIES.contains(&key.as_slice()) {
                match had {
                    None | Some(Object::Null) => continue,
                    Some(_) => return Ok(false),
                }
            }
            let Object::Dictionary(has) = self.now.resolve_value(value)? else { return Ok(false) };
            let had = match had.map(|had| self.before.resolve_value(had)).transpose()? {
                None | Some(Object::Null) => Dictionary::new(),
                Some(Object::Dictionary(had)) => had,
                Some(_) => return Ok(false),
            };
            if !had.is_empty() {
                names.pop();
            }
            for (name, value) in &had {
                if !deep.same(Some(value), has.get(name).ok())? {
                    return Ok(false);
                }
            }
            names.extend(has.iter().filter(|(name, _)| !had.has(name)).map(|(name, _)| name.clone()));
        }
        // Default colour spaces are used without being named (ISO 32000-2, 8.6.5.6).
        if was.iter().any(|(key, value)| !value.is_null() && !is.has(key))
            || names.iter().any(|name| name.starts_with(b"Default"))
        {
            return Ok(false);
        }
        Ok(self.before.names_in_content()?.is_some_and(|used| names.iter().all(|name| !used.contains(name))))
    }
}

/// The keys on the ways by which a value leads to an object.
fn find(value: &Object, id: ObjectId, way: &mut Vec<Vec<u8>>, found: &mut Vec<Vec<Vec<u8>>>) {
    match value {
        Object::Reference(target) if *target == id => found.push(way.clone()),
        Object::Dictionary(dictionary) => {
            for (key, value) in dictionary {
                way.push(key.clone());
                find(value, id, way, found);
                way.pop();
            }
        }
        Object::Array(items) => {
            for item in items {
                // Resources are in no array.
                way.push(Vec::new());
                find(item, id, way, found);
                way.pop();
            }
        }
        _ => {}
    }
}

/// Whether nothing is seen of what such a way leads to: metadata, where the object has some, and what a signature's object
/// digest was made of (ISO 32000-2, table 256).
fn is_unseen(way: &[Vec<u8>], has_metadata: bool) -> bool {
    match way {
        [last] if last == b"Metadata" => has_metadata,
        [reference, _, data] => reference == b"Reference" && data == b"Data",
        _ => false,
    }
}

/// Whether such a way is one to resources: by /Resources, or by a category in there, or in a dictionary that is nothing else.
fn is_of_resources(way: &[Vec<u8>]) -> bool {
    let is_category = |key: &[u8]| CATEGORIES.contains(&key);
    match way {
        [.., last] if last == b"Resources" || last == b"DR" => true,
        [.., above, last] if above == b"Resources" || above == b"DR" => is_category(last),
        [last] => is_category(last),
        _ => false,
    }
}
