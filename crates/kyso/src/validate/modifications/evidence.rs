//! The document security store (ISO 32000-2, 12.8.4.3): evidence may be added and renewed, as long as that is all it is.

use std::collections::BTreeSet;

use super::compare::optional_same;
use super::{Changes, Comparison, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};
use crate::validate::report::{Finding, Modifications, Severity};

/// How deep the DSS nests, references counted: itself, /VRI, one VRI dictionary, an array of it.
const MAX_DEPTH: usize = 12;
/// The kinds of evidence: their keys in the DSS, and by a signature in /VRI.
const KINDS: [(&[u8], &[u8]); 3] = [(b"Certs", b"Cert"), (b"CRLs", b"CRL"), (b"OCSPs", b"OCSP")];

/// What the DSS of a revision holds, by name: the kinds of evidence, and the signatures that /VRI names.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    kinds: BTreeSet<String>,
    signatures: BTreeSet<String>,
}

impl Holdings {
    pub(super) fn of(document: &Document<'_>) -> Result<Self, Error> {
        let store = document.dictionary(&document.catalog()?, b"DSS")?;
        let mut holdings = Self::default();
        let is_some = |holder: &Dictionary, key: &[u8]| -> Result<bool, Error> {
            Ok(matches!(document.get(holder, key)?, Object::Array(items) if !items.is_empty()))
        };
        for (all, _) in KINDS {
            holdings.kinds.extend(is_some(&store, all)?.then(|| format!("/DSS {}", name(all))));
        }
        for (of, value) in &document.dictionary(&store, b"VRI")? {
            let Object::Dictionary(one) = document.resolve_value(value)? else { continue };
            holdings.kinds.insert("/DSS /VRI".to_owned());
            holdings.signatures.insert(format!("/DSS /VRI {}", name(of)));
            // What stands by a signature is held as well as what stands by none.
            for (all, by_signature) in KINDS {
                holdings.kinds.extend(is_some(&one, by_signature)?.then(|| format!("/DSS {}", name(all))));
            }
        }
        Ok(holdings)
    }

    /// What a later revision doesn't hold any more. Evidence may be renewed; what is taken away isn't evidence that was added.
    pub(super) fn gone(&self, later: &Self) -> Changes {
        let warning =
            |gone: &String| Finding::new(Severity::Warning, Code::ModificationsEvidenceRemoved, Some(gone.clone()));
        let kinds = self.kinds.difference(&later.kinds).map(warning);
        let restricted = kinds.map(|warning| (Finding { severity: Severity::Error, ..warning.clone() }, Some(warning)));
        let mut changes = Changes { restricted: restricted.collect(), ..Changes::none() };
        // Programs that renew the evidence of one signature leave out what they know nothing of.
        if !later.signatures.is_empty() {
            let findings = self.signatures.difference(&later.signatures).map(warning).collect();
            changes.take(Changes { findings, ..Changes::none() });
        }
        changes
    }
}

impl Comparison<'_, '_, '_> {
    /// The catalog's /DSS, which is still there.
    pub(super) fn evidence(&mut self, was: Option<&Object>, is: &Object, catalog: ObjectId) -> Result<(), Error> {
        if optional_same(was, Some(is)) && !self.changed_below(is)? {
            return Ok(());
        }
        self.raise(Modifications::Lta);
        self.store(is, catalog)
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
