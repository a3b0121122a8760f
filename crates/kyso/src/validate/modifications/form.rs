//! The interactive form: signatures added or filled in.

use std::collections::{HashMap, HashSet};

use super::compare::{Deep, Listed, differing, keys, optional_same, same};
use super::structure::grows;
use super::{Comparison, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, FormNode, Object, ObjectId, SignatureDictionary, SignatureField};
use crate::validate::contents;
use crate::validate::report::Modifications;

/// Deepest appearance.
const MAX_DEPTH: usize = 64;

impl Comparison<'_, '_, '_> {
    pub(super) fn form(&mut self) -> Result<(), Error> {
        let (catalog_before, catalog_now) = (self.before.catalog()?, self.now.catalog()?);
        let before = self.before.dictionary(&catalog_before, b"AcroForm")?;
        let now = match self.now.get(&catalog_now, b"AcroForm")? {
            Object::Dictionary(form) => form,
            _ if before.is_empty() => return Ok(()),
            _ => {
                self.unexplained(finding(Code::ModificationsForm, "/AcroForm"));
                return Ok(());
            }
        };
        let root = self.now.catalog_id()?;
        let mut holder = root;
        if let Ok(Object::Reference(id)) = catalog_now.get(b"AcroForm") {
            holder = *id;
            if self.is_changed(*id) {
                self.explain_owned(*id, root);
                self.explain_parent_of_fields(*id)?;
            }
        }
        for key in keys(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            match key.as_slice() {
                b"Fields" => {
                    if let Some(Object::Reference(id)) = is
                        && self.is_changed(*id)
                    {
                        self.explain_owned(*id, holder);
                    }
                    self.fields(&self.before.items(was)?, &self.now.items(is)?)?;
                }
                b"SigFlags" => {}
                // Signing programs add the default appearance that their fields need, and nothing is taken away.
                b"DA" if was.is_none() => {}
                b"DR" if self.resources_grow(was, is)? => {
                    if let Some(Object::Reference(id)) = is
                        && self.is_changed(*id)
                    {
                        self.explain_owned(*id, holder);
                    }
                    self.explain_resources(is, holder)?;
                }
                // Judged with the fields that it's about.
                b"NeedAppearances" => {}
                _ if optional_same(was, is) || Deep::new(self.before, self.now).same(was, is)? => {}
                _ => self.unexplained(finding(Code::ModificationsForm, name(&key))),
            }
        }
        let fields = FormNode::all(self.now)?;
        self.values(&fields)?;
        if !self.looks_same_to_viewers(&fields)? {
            self.unexplained(finding(Code::ModificationsForm, "/NeedAppearances"));
        }
        Ok(())
    }

    /// Some programs (iLovePDF) hang fields under the form itself, listed there or on a page alone. They may refer to it: each
    /// of its keys is judged, so they inherit nothing that they didn't when they were signed.
    fn explain_parent_of_fields(&mut self, form: ObjectId) -> Result<(), Error> {
        let signed = self.signed;
        for &field in signed.fields.keys().chain(signed.annotations.keys()) {
            let parent = self.before.dictionary_at(field)?.and_then(|field| field.get(b"Parent").ok().cloned());
            if parent == Some(Object::Reference(form)) {
                self.explain_owned(form, field);
            }
        }
        Ok(())
    }

    /// Whether resources got new names, and those that were there mean what they meant.
    fn resources_grow(&self, was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
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

    /// The dictionaries of /DR that grew.
    fn explain_resources(&mut self, resources: Option<&Object>, holder: ObjectId) -> Result<(), Error> {
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

    /// The fields that were there must stay, in their order; new ones must be signature fields.
    fn fields(&mut self, was: &[Object], is: &[Object]) -> Result<(), Error> {
        if !grows(was, is) {
            self.unexplained(finding(Code::ModificationsForm, "/Fields"));
            return Ok(());
        }
        let now = self.signatures_now.clone();
        self.listed(was, is, &now)?;
        self.signatures(&now)
    }

    /// The fields that the form lists.
    fn listed(&mut self, was: &[Object], is: &[Object], now: &[SignatureField]) -> Result<(), Error> {
        let signed = self.signed;
        let known: HashSet<ObjectId> = was.iter().filter_map(|field| field.as_reference().ok()).collect();
        let fields: HashMap<ObjectId, &SignatureField> = now.iter().rev().map(|field| (field.id, field)).collect();
        let had = Listed::of(was);
        let mut listed = HashSet::new();
        let twice = is.iter().filter_map(|field| field.as_reference().ok()).any(|id| !listed.insert(id));
        if twice && !(was.len() == is.len() && was.iter().zip(is).all(|(was, is)| same(was, is))) {
            self.unexplained(finding(Code::ModificationsForm, "/Fields"));
        }
        for field in is {
            let Ok(id) = field.as_reference() else {
                if !had.contains(field) {
                    self.unexplained(finding(Code::ModificationsForm, "/Fields"));
                }
                continue;
            };
            if known.contains(&id) {
                continue;
            }
            if !fields.contains_key(&id) && !self.is_new_parent(id, None, 0)? {
                self.unexplained(finding(Code::ModificationsField, id.0).at(id.0, None));
            }
        }
        let old: HashSet<ObjectId> = signed.signatures.iter().map(|field| field.id).collect();
        // Two fields of one name are one field to some programs.
        let names: HashSet<&str> = signed.fields.values().map(|field| field.name.as_str()).collect();
        for added in now.iter().filter(|field| !old.contains(&field.id)) {
            self.added(added)?;
            if names.contains(added.name.as_str()) {
                self.unexplained(finding(Code::ModificationsField, &added.name).at(added.id.0, None));
            }
        }
        Ok(())
    }

    /// A signature field that wasn't there does nothing by itself.
    fn added(&mut self, added: &SignatureField) -> Result<(), Error> {
        self.signed(added);
        for id in [added.id, added.widget] {
            if self.now.dictionary_at(id)?.is_some_and(|field| field.has(b"A") || field.has(b"AA")) {
                self.unexplained(finding(Code::ModificationsField, &added.name).at(added.id.0, None));
            }
        }
        Ok(())
    }

    /// The signature fields that were there; and that no signature stands in two fields.
    fn signatures(&mut self, now: &[SignatureField]) -> Result<(), Error> {
        let signed = self.signed;
        let fields: HashMap<(ObjectId, &str), &SignatureField> =
            now.iter().rev().map(|field| ((field.id, field.name.as_str()), field)).collect();
        for signature in &signed.signatures {
            let Some(same_field) = fields.get(&(signature.id, signature.name.as_str())) else {
                self.unexplained(finding(Code::ModificationsField, &signature.name).at(signature.id.0, None));
                continue;
            };
            match (&signature.value, &same_field.value) {
                (None, Some(_)) => {
                    self.signed(same_field);
                    self.filled(signature.id)?;
                    if signature.widget != signature.id {
                        self.filled(signature.widget)?;
                    }
                }
                (was, is) if same_value(was.as_ref(), is.as_ref()) => {}
                _ => self.unexplained(finding(Code::ModificationsSignature, &signature.name).at(signature.id.0, None)),
            }
        }
        let mut values = HashMap::new();
        for field in now {
            if let Some(id) = field.value.as_ref().and_then(|value| value.id)
                && let Some(other) = values.insert(id, &field.name)
            {
                let both = format!("{other}, {}", field.name);
                self.unexplained(finding(Code::ModificationsSignatureTwice, both).at(id.0, None));
            }
        }
        Ok(())
    }

    fn signed(&mut self, field: &SignatureField) {
        if field.value.as_ref().is_some_and(|value| contents::fault(value).is_some()) {
            let page = field.page.as_ref();
            self.unexplained(finding(Code::ModificationsNoSignature, &field.name).at(field.id.0, page));
        }
        let level = match &field.value {
            Some(value) if value.sub_filter.as_deref() == Some("ETSI.RFC3161") => Modifications::Lta,
            _ => Modifications::FormFill,
        };
        self.raise(level);
        if level > Modifications::Lta {
            self.changes.fields.insert(field.name.clone());
        }
    }

    /// Signing an empty field sets its value and appearance, and nothing else.
    fn filled(&mut self, id: ObjectId) -> Result<(), Error> {
        let (Some(before), Some(now)) = (self.before.dictionary_at(id)?, self.now.dictionary_at(id)?) else {
            self.unexplained(finding(Code::ModificationsField, id.0).at(id.0, None));
            return Ok(());
        };
        for key in differing(&before, &now) {
            let allowed = match key.as_slice() {
                b"V" | b"AP" | b"M" | b"MK" | b"DA" | b"F" => true,
                b"Lock" | b"P" | b"AS" => !before.has(&key),
                // Some programs (PDFBox) sign without a picture, and take away the place of one. Nothing was drawn there.
                b"Rect" => !before.has(b"AP") && is_nowhere(self.now, &now)?,
                _ => false,
            };
            if !allowed && !Deep::new(self.before, self.now).same(before.get(&key).ok(), now.get(&key).ok())? {
                self.unexplained(finding(Code::ModificationsField, name(&key)).at(id.0, None));
            }
        }
        self.explain(id);
        self.explain_appearance(id, &now)
    }

    /// An appearance may be written anew under its old numbers as long as nothing else shows it.
    pub(super) fn explain_appearance(&mut self, widget: ObjectId, now: &Dictionary) -> Result<(), Error> {
        let Ok(appearance) = now.get(b"AP") else { return Ok(()) };
        let mut next = vec![(appearance.clone(), widget, 0)];
        let mut seen = HashSet::new();
        while let Some((value, owner, depth)) = next.pop() {
            if depth > MAX_DEPTH {
                continue;
            }
            match value {
                Object::Reference(id) => {
                    let new = self.differences.new.contains(&id.0);
                    if (self.is_changed(id) || new) && seen.insert((id, owner)) {
                        self.explain_owned(id, owner);
                        if let Some(value) = self.now.value(id)? {
                            next.push((value, id, depth + 1));
                        }
                    }
                }
                Object::Dictionary(dictionary) => {
                    let down = dictionary.iter().filter(|(key, _)| !matches!(key.as_slice(), b"Parent" | b"P"));
                    next.extend(down.map(|(_, value)| (value.clone(), owner, depth + 1)));
                }
                Object::Array(items) => next.extend(items.into_iter().map(|item| (item, owner, depth + 1))),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a widget has no area, as those of invisible signatures.
fn is_nowhere(document: &Document<'_>, widget: &Dictionary) -> Result<bool, Error> {
    let corners = document.items(widget.get(b"Rect").ok())?;
    Ok(corners.len() == 4 && corners.iter().all(|corner| corner.as_float().is_ok_and(|corner| corner == 0.0)))
}

fn same_value(was: Option<&SignatureDictionary>, is: Option<&SignatureDictionary>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => was.id == is.id && was.contents_span == is.contents_span && was.span == is.span,
        (None, None) => true,
        _ => false,
    }
}
