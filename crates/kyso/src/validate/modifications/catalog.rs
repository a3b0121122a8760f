//! The catalog and the trailer: long-term evidence, extensions, metadata, dates.

use super::compare::{Deep, differing, keys, optional_same};
use super::graph::same_object;
use super::{Comparison, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId, references_in};
use crate::validate::report::Modifications;

/// How deep the DSS nests: itself, /VRI, one VRI dictionary, an array of it.
const MAX_EVIDENCE_DEPTH: usize = 6;

/// The versions that there are.
const VERSIONS: [&[u8]; 9] = [b"1.0", b"1.1", b"1.2", b"1.3", b"1.4", b"1.5", b"1.6", b"1.7", b"2.0"];
/// The entries of /Info in which programs write their own names and the time.
const UPKEEP: [&[u8]; 4] = [b"ModDate", b"CreationDate", b"Producer", b"Creator"];

fn is_version(value: &Object) -> bool {
    value.as_name().is_ok_and(|version| VERSIONS.contains(&version))
}

impl Comparison<'_, '_, '_> {
    pub(super) fn catalog(&mut self, id: ObjectId) -> Result<(), Error> {
        let (before, now) = (self.before.catalog()?, self.now.catalog()?);
        for key in keys(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            match key.as_slice() {
                // Judged in its own room.
                b"AcroForm" => {}
                b"DSS" => match is {
                    None => self.unexplained(finding(Code::ModificationsCatalog, name(&key))),
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
                            self.unexplained(finding(Code::ModificationsCatalog, name(&key)));
                        }
                        self.explain_reference(is, id)?;
                    }
                }
                b"Metadata" if is.is_some() => {
                    let same = optional_same(was, is)
                        && is.and_then(|is| is.as_reference().ok()).is_none_or(|id| !self.is_changed(id));
                    if !same {
                        self.changes.upkeep = true;
                        self.explain_reference(is, id)?;
                    }
                }
                // A program that needs another version says so; no page changes by it.
                b"Version" if is.is_some_and(is_version) => {
                    self.changes.upkeep |= !optional_same(was, is);
                }
                // The structure is walked with what else changed.
                b"StructTreeRoot" if optional_same(was, is) => {}
                _ if optional_same(was, is) || Deep::new(self.before, self.now).same(was, is)? => {}
                _ => self.unexplained(finding(Code::ModificationsCatalog, name(&key))),
            }
        }
        self.explain(id);
        Ok(())
    }

    /// Explains what one key of the catalog leads to; another key that leads to the same object doesn't explain it.
    fn explain_reference(&mut self, reference: Option<&Object>, catalog: ObjectId) -> Result<(), Error> {
        let Some(Object::Reference(id)) = reference else { return Ok(()) };
        let mut uses = 0;
        for catalog in [self.before.catalog()?, self.now.catalog()?] {
            let mut here = 0;
            references_in(&Object::Dictionary(catalog), &mut |target| here += usize::from(target == *id));
            uses = uses.max(here);
        }
        if self.is_changed(*id) && uses == 1 {
            self.explain_owned(*id, catalog);
        }
        Ok(())
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
                    if !self.now.is_stream(id)?
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

    /// The DSS, its arrays and its VRI may change, as long as that is all they are; the streams that were there may not.
    fn evidence(&mut self, dss: &Object, catalog: ObjectId) -> Result<(), Error> {
        let Some((dss, owner)) = self.evidence_dictionary(dss, catalog, b"DSS")? else { return Ok(()) };
        for (key, value) in dss.iter() {
            match key.as_slice() {
                b"Type" => {}
                b"Certs" | b"CRLs" | b"OCSPs" => self.evidence_array(value, owner)?,
                b"VRI" => {
                    let Some((vri, owner)) = self.evidence_dictionary(value, owner, b"")? else { continue };
                    for (_, one) in vri.iter() {
                        let Some((one, owner)) = self.evidence_dictionary(one, owner, b"VRI")? else { continue };
                        for (key, value) in one.iter() {
                            match key.as_slice() {
                                b"Type" | b"TU" => {}
                                b"Cert" | b"CRL" | b"OCSP" => self.evidence_array(value, owner)?,
                                b"TS" => self.evidence_stream(value)?,
                                _ => self.unexplained(finding(Code::ModificationsCatalog, "/DSS")),
                            }
                        }
                    }
                }
                _ => self.unexplained(finding(Code::ModificationsCatalog, "/DSS")),
            }
        }
        Ok(())
    }

    fn evidence_dictionary(
        &mut self,
        value: &Object,
        owner: ObjectId,
        kind: &[u8],
    ) -> Result<Option<(Dictionary, ObjectId)>, Error> {
        let holder = value.as_reference().unwrap_or(owner);
        if let Object::Dictionary(dictionary) = self.now.resolve_value(value)? {
            let typed = dictionary.get(b"Type").and_then(Object::as_name).is_ok_and(|name| name != kind);
            let stream = holder != owner && self.now.is_stream(holder)?;
            if !typed && !stream {
                if holder != owner && self.is_changed(holder) {
                    self.explain_owned(holder, owner);
                }
                return Ok(Some((dictionary, holder)));
            }
        }
        self.unexplained(finding(Code::ModificationsCatalog, "/DSS"));
        Ok(None)
    }

    fn evidence_array(&mut self, value: &Object, owner: ObjectId) -> Result<(), Error> {
        let Object::Array(items) = self.now.resolve_value(value)? else {
            self.unexplained(finding(Code::ModificationsCatalog, "/DSS"));
            return Ok(());
        };
        if let Ok(id) = value.as_reference()
            && self.is_changed(id)
        {
            self.explain_owned(id, owner);
        }
        items.iter().try_for_each(|item| self.evidence_stream(item))
    }

    fn evidence_stream(&mut self, value: &Object) -> Result<(), Error> {
        let is_stream = match value.as_reference() {
            Ok(id) => self.now.is_stream(id)?,
            Err(_) => false,
        };
        if !is_stream {
            self.unexplained(finding(Code::ModificationsCatalog, "/DSS"));
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
        // A trailer that leaves it out says nothing new.
        if is.is_some() && (!optional_same(was, is) || changed) {
            match self.is_upkeep()? {
                true => self.changes.upkeep = true,
                false => self.raise_by_filling(),
            }
            if let Some(Object::Reference(id)) = is
                && self.is_changed(*id)
            {
                // The trailer alone refers to it.
                self.explain_owned(*id, (0, 0));
            }
        }
        Ok(())
    }

    /// Whether no more of /Info changed than programs change by themselves.
    fn is_upkeep(&self) -> Result<bool, Error> {
        let of = |document: &Document<'_>| match document.get(document.trailer(), b"Info") {
            Ok(Object::Dictionary(information)) => Ok(information),
            Ok(_) => Ok(Dictionary::new()),
            Err(error) => Err(error),
        };
        Ok(differing(&of(self.before)?, &of(self.now)?).iter().all(|key| UPKEEP.contains(&key.as_slice())))
    }
}
