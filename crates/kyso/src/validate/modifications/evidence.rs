//! The document security store (ISO 32000-2, 12.8.4.3): evidence may be added and renewed, as long as that is all it is.

use super::compare::optional_same;
use super::{Comparison, finding};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};
use crate::validate::report::{Finding, Modifications, Severity};

/// How deep the DSS nests, references counted: itself, /VRI, one VRI dictionary, an array of it.
const MAX_DEPTH: usize = 12;
/// What a DSS holds.
const HELD: [&[u8]; 4] = [b"VRI", b"Certs", b"CRLs", b"OCSPs"];

impl Comparison<'_, '_, '_> {
    /// The catalog's /DSS, which is still there.
    pub(super) fn evidence(&mut self, was: Option<&Object>, is: &Object, catalog: ObjectId) -> Result<(), Error> {
        if optional_same(was, Some(is)) && !self.changed_below(is)? {
            return Ok(());
        }
        self.raise(Modifications::Lta);
        if let Some(was) = was {
            self.removed(was, is)?;
        }
        self.store(is, catalog)
    }

    /// Evidence may be renewed; what is taken away isn't evidence that was added.
    fn removed(&mut self, was: &Object, is: &Object) -> Result<(), Error> {
        let read = |document: &Document<'_>, value: &Object| -> Result<Dictionary, Error> {
            Ok(match document.resolve_value(value)? {
                Object::Dictionary(dictionary) => dictionary,
                _ => Dictionary::new(),
            })
        };
        let (was, is) = (read(self.before, was)?, read(self.now, is)?);
        let mut gone: Vec<String> = Vec::new();
        for key in HELD {
            let (had, has) = (self.before.get(&was, key)?, self.now.get(&is, key)?);
            let name = String::from_utf8_lossy(key);
            match (had, has) {
                (Object::Dictionary(had), Object::Dictionary(has)) => {
                    let missing = had.iter().filter(|(of, value)| !value.is_null() && !has.has(of));
                    gone.extend(missing.map(|(of, _)| format!("/DSS /{name} /{}", String::from_utf8_lossy(of))));
                }
                (Object::Dictionary(had), _) if !had.is_empty() => gone.push(format!("/DSS /{name}")),
                (Object::Array(had), has) if !had.is_empty() => {
                    let is_empty = has.as_array().map_or(true, Vec::is_empty);
                    gone.extend(is_empty.then(|| format!("/DSS /{name}")));
                }
                _ => {}
            }
        }
        for detail in gone {
            let code = Code::ModificationsEvidenceRemoved;
            self.restricted(
                Finding::new(Severity::Error, code, Some(detail.clone())),
                Some(Finding::new(Severity::Warning, code, Some(detail))),
            );
        }
        Ok(())
    }

    /// Whether the value, or what it refers to without streams between, changed.
    pub(super) fn changed_below(&self, value: &Object) -> Result<bool, Error> {
        let mut next = vec![(value.clone(), 0)];
        while let Some((value, depth)) = next.pop() {
            if depth > MAX_DEPTH {
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
                        next.push((value, depth + 1));
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
    fn store(&mut self, dss: &Object, catalog: ObjectId) -> Result<(), Error> {
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
}
