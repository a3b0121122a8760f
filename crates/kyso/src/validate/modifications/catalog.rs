//! The catalog and the trailer: long-term evidence, extensions, metadata, dates.

use super::compare::{Deep, keys, optional_same};
use super::graph::same_object;
use super::{Comparison, finding, name};
use crate::error::Error;
use crate::pdf::{Object, ObjectId};
use crate::validate::report::Modifications;

/// How deep the DSS nests: itself, /VRI, one VRI dictionary, an array of it.
const MAX_EVIDENCE_DEPTH: usize = 6;

impl Comparison<'_, '_, '_> {
    pub(super) fn catalog(&mut self, id: ObjectId) -> Result<(), Error> {
        let (before, now) = (self.before.catalog()?, self.now.catalog()?);
        for key in keys(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            match key.as_slice() {
                // Judged in its own room.
                b"AcroForm" => {}
                b"DSS" => match is {
                    None => self.unexplained(finding("modifications.catalog", name(&key))),
                    Some(dss) if !optional_same(was, is) || self.changed_below(dss)? => {
                        self.raise(Modifications::Lta);
                        self.evidence(dss, id)?;
                    }
                    Some(_) => {}
                },
                b"Extensions" if is.is_some() => {
                    if !Deep::new(self.before, self.now).same(was, is)? {
                        if Deep::growing(self.before, self.now).same(was, is)? || was.is_none() {
                            self.raise(Modifications::Lta);
                        } else {
                            self.unexplained(finding("modifications.catalog", name(&key)));
                        }
                        self.explain_reference(is, id);
                    }
                }
                b"Metadata" if is.is_some() => {
                    let same = optional_same(was, is)
                        && is.and_then(|is| is.as_reference().ok()).is_none_or(|id| !self.is_changed(id));
                    if !same {
                        self.raise(Modifications::FormFill);
                        self.explain_reference(is, id);
                    }
                }
                // A program that needs a later version says so; no page changes by it.
                b"Version" if is.is_some_and(|is| is.as_name().is_ok()) => {
                    if !optional_same(was, is) {
                        self.raise(Modifications::FormFill);
                    }
                }
                // The structure is walked with what else changed.
                b"StructTreeRoot" if optional_same(was, is) => {}
                _ if optional_same(was, is) || Deep::new(self.before, self.now).same(was, is)? => {}
                _ => self.unexplained(finding("modifications.catalog", name(&key))),
            }
        }
        self.explain(id);
        Ok(())
    }

    fn explain_reference(&mut self, reference: Option<&Object>, owner: ObjectId) {
        if let Some(Object::Reference(id)) = reference
            && self.is_changed(*id)
        {
            self.explain_owned(*id, owner);
        }
    }

    /// Whether the value, or what it refers to without streams between, changed.
    fn changed_below(&self, value: &Object) -> Result<bool, Error> {
        let mut next = vec![(value.clone(), 0)];
        while let Some((value, depth)) = next.pop() {
            if depth > MAX_EVIDENCE_DEPTH {
                continue;
            }
            match value {
                Object::Reference(id) => {
                    if self.is_changed(id) {
                        return Ok(true);
                    }
                    if self.now.stream_bytes(id)?.is_none()
                        && let Some(value) = self.now.value(id)?
                    {
                        next.push((value, depth));
                    }
                }
                Object::Dictionary(dictionary) => {
                    next.extend(dictionary.iter().map(|(_, value)| (value.clone(), depth + 1)));
                }
                Object::Array(items) => next.extend(items.into_iter().map(|item| (item, depth + 1))),
                _ => {}
            }
        }
        Ok(false)
    }

    /// The DSS, its arrays and its VRI may change; the streams that were there may not.
    fn evidence(&mut self, dss: &Object, owner: ObjectId) -> Result<(), Error> {
        let mut next = vec![(dss.clone(), owner, 0)];
        while let Some((object, owner, depth)) = next.pop() {
            if depth > MAX_EVIDENCE_DEPTH {
                continue;
            }
            match object {
                Object::Reference(id) if self.now.stream_bytes(id)?.is_none() => {
                    if self.is_changed(id) {
                        self.explain_owned(id, owner);
                    }
                    if let Some(value) = self.now.value(id)? {
                        next.push((value, id, depth));
                    }
                }
                Object::Dictionary(dictionary) => {
                    next.extend(dictionary.iter().map(|(_, value)| (value.clone(), owner, depth + 1)));
                }
                Object::Array(items) => next.extend(items.into_iter().map(|item| (item, owner, depth + 1))),
                _ => {}
            }
        }
        Ok(())
    }

    /// /Info may be rewritten at each save: readers show its dates, and no page does.
    pub(super) fn information(&mut self) -> Result<(), Error> {
        let (was, is) = (self.before.trailer().get(b"Info").ok(), self.now.trailer().get(b"Info").ok());
        let changed = match is {
            Some(Object::Reference(id)) => self.is_changed(*id) && !same_object(self.before, self.now, *id)?,
            _ => false,
        };
        if !optional_same(was, is) || changed {
            self.raise(Modifications::FormFill);
            if let Some(Object::Reference(id)) = is
                && self.is_changed(*id)
            {
                // The trailer alone refers to it.
                self.explain_owned(*id, (0, 0));
            }
        }
        Ok(())
    }
}
