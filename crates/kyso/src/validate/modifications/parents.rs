//! Fields that only hold others: a signature field whose name has a dot gets one, or stands under one that was there.

use super::Comparison;
use super::structure::grows;
use crate::error::Error;
use crate::pdf::{Dictionary, Object, ObjectId};

/// Deepest form.
const MAX_DEPTH: usize = 8;
/// Most fields under one.
const MAX_KIDS: usize = 1_000;

impl Comparison<'_, '_, '_> {
    /// Whether a field that wasn't there is a name for signature fields, and nothing else.
    pub(super) fn is_new_parent(&self, id: ObjectId, parent: Option<ObjectId>, depth: usize) -> Result<bool, Error> {
        let Some(field) = self.now.dictionary_at(id)? else { return Ok(false) };
        let kids = self.now.items(field.get(b"Kids").ok())?;
        let only_holds =
            field.iter().all(|(key, _)| matches!(key.as_slice(), b"T" | b"Kids" | b"Parent" | b"FT" | b"Type"));
        let is_of_signatures = field.get(b"FT").map_or(true, |kind| matches!(kind.as_name(), Ok(b"Sig")));
        let hangs_there = match (field.get(b"Parent").ok(), parent) {
            (None | Some(Object::Null), None) => true,
            (Some(Object::Reference(is)), Some(parent)) => *is == parent,
            _ => false,
        };
        let is_known = self.signed.fields.contains_key(&id) || !self.differences.new.contains(&id.0);
        let size = (1..=MAX_KIDS).contains(&kids.len()) && depth < MAX_DEPTH;
        if is_known || !(only_holds && is_of_signatures && hangs_there && size) || !field.has(b"T") {
            return Ok(false);
        }
        for kid in &kids {
            if !self.is_new_signature(kid, id, depth)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a field that only holds others got new signature fields, and kept what it had.
    pub(super) fn holds_more_signatures(&self, id: ObjectId, was: &Dictionary, is: &Dictionary) -> Result<bool, Error> {
        let (had, has) = (self.before.items(was.get(b"Kids").ok())?, self.now.items(is.get(b"Kids").ok())?);
        let only_holds = !is.has(b"FT") && !is.has(b"V") && !is.has(b"Subtype") && is.has(b"T");
        if !only_holds || had.is_empty() || has.len() > MAX_KIDS || !grows(&had, &has) {
            return Ok(false);
        }
        for kid in has.iter().filter(|kid| !had.contains(kid)) {
            if !self.is_new_signature(kid, id, 0)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_new_signature(&self, kid: &Object, parent: ObjectId, depth: usize) -> Result<bool, Error> {
        let Ok(id) = kid.as_reference() else { return Ok(false) };
        if self.signatures_now.iter().any(|field| field.id == id) {
            let hangs_here = self
                .now
                .dictionary_at(id)?
                .is_some_and(|field| matches!(field.get(b"Parent"), Ok(Object::Reference(is)) if *is == parent));
            return Ok(hangs_here && !self.signed.fields.contains_key(&id));
        }
        self.is_new_parent(id, Some(parent), depth + 1)
    }
}
