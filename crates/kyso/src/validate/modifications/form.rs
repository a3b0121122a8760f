//! The interactive form: signatures added or filled in.

use std::collections::{HashMap, HashSet};

use super::compare::{Deep, Listed, differing, keys, optional_same, same};
use super::graph::identifier;
use super::structure::grows;
use super::{Comparison, defaults, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, FormNode, Object, ObjectId, SignatureDictionary, SignatureField};
use crate::validate::contents;
use crate::validate::report::{Finding, Modifications, Severity};

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
                self.explain_reference(Some(&Object::Reference(*id)), root)?;
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
                b"SigFlags" if self.holds(is, |value| matches!(value, Object::Integer(_)))? => {}
                // Signing programs add the default appearance that their fields need, and nothing is taken away.
                b"DA" if was.is_none() && self.holds(is, |value| matches!(value, Object::String(..)))? => {}
                b"DR" if self.resources_grow(was, is)? => {
                    if let Some(Object::Reference(id)) = is
                        && self.is_changed(*id)
                    {
                        self.explain_owned(*id, holder);
                    }
                    self.explain_resources(is, holder)?;
                }
                // Judged with the fields that it's about.
                b"NeedAppearances" if self.holds(is, |value| matches!(value, Object::Boolean(_)))? => {}
                _ if optional_same(was, is) || Deep::new(self.before, self.now).same(was, is)? => {}
                _ if defaults::is_same_in_form(self.before, &before, self.now, &now, &key)? => {}
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

    /// A signature field that wasn't there does nothing by itself. One without a signature that shows something is an annotation
    /// like any other: nobody signed by it (ISO 32000-2, 12.7.5.5).
    fn added(&mut self, added: &SignatureField) -> Result<(), Error> {
        self.signed(added);
        if added.value.is_none() {
            let mut widgets = added.widgets.iter().chain([&added.widget]);
            let shows = widgets.try_fold(false, |shows, id| Ok::<_, Error>(shows || self.shows_something(*id)?))?;
            let (name, page) = (Some(added.name.clone()), added.page.as_ref());
            let shown = Finding::new(Severity::Warning, Code::ModificationsEmptyFieldShown, name);
            self.changes.empty.insert(added.name.clone(), shows.then(|| shown.at(added.id.0, page)));
        }
        for id in [added.id, added.widget] {
            if self.now.dictionary_at(id)?.is_some_and(|field| field.has(b"A") || field.has(b"AA")) {
                self.unexplained(finding(Code::ModificationsField, &added.name).at(added.id.0, None));
            }
        }
        Ok(())
    }

    /// Whether an appearance of a widget holds more than white space, or can't be read.
    fn shows_something(&self, widget: ObjectId) -> Result<bool, Error> {
        let Some(widget) = self.now.dictionary_at(widget)? else { return Ok(false) };
        let looks = self.now.dictionary(&widget, b"AP")?;
        let mut next: Vec<Object> = looks.iter().map(|(_, look)| look.clone()).collect();
        while let Some(look) = next.pop() {
            match self.now.resolve_value(&look)? {
                Object::Stream(mut stream) => match self.now.take_decoded(&mut stream) {
                    Ok(content) if content.iter().all(u8::is_ascii_whitespace) => {}
                    _ => return Ok(true),
                },
                // By state (ISO 32000-2, table 170), and no deeper.
                Object::Dictionary(states) => {
                    let states = states.iter().map(|(_, state)| self.now.resolve_value(state));
                    let streams = states.collect::<Result<Vec<_>, _>>()?.into_iter();
                    next.extend(streams.filter(|state| matches!(state, Object::Stream(_))));
                }
                _ => {}
            }
        }
        Ok(false)
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
        // A program that signs writes the signature. One that was there, in no field, and gets one later was made to be seen
        // by nobody who looked at the signed version (ISO 32000-2, table 257: a field is instantiated or signed, not attached).
        if field.value.as_ref().is_some_and(|value| self.was_there(value)) {
            let page = field.page.as_ref();
            self.unexplained(finding(Code::ModificationsSignatureAttached, &field.name).at(field.id.0, page));
        }
        if field.value.as_ref().is_some_and(|value| contents::fault(value).is_some()) {
            let page = field.page.as_ref();
            self.unexplained(finding(Code::ModificationsNoSignature, &field.name).at(field.id.0, page));
        }
        let level = match &field.value {
            Some(value) if value.is_time_stamp() => Modifications::Lta,
            _ => Modifications::FormFill,
        };
        self.raise(level);
        if level > Modifications::Lta {
            self.changes.fields.insert(field.name.clone());
        }
    }

    /// Whether a signature stands in the signed version.
    fn was_there(&self, value: &SignatureDictionary) -> bool {
        let end = self.before.bytes().len() as u64;
        let has_number = value.id.is_some_and(|id| identifier(id.0, self.before.locate(id.0)).is_some());
        has_number || value.contents_span.as_ref().is_some_and(|span| span.start < end)
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
                // In a tagged document a field gets its place in the structure.
                b"StructParent" => !before.has(&key) && matches!(now.get(&key), Ok(Object::Integer(_))),
                // Some programs (PDFBox) sign without a picture, and take away the place of one. Nothing was drawn there.
                b"Rect" => !before.has(b"AP") && is_nowhere(self.now, &now)?,
                _ => false,
            };
            if !allowed
                && !Deep::new(self.before, self.now).same(before.get(&key).ok(), now.get(&key).ok())?
                && !defaults::is_same(self.before, &before, self.now, &now, &key)?
            {
                self.unexplained(finding(Code::ModificationsField, name(&key)).at(id.0, None));
            }
        }
        self.explain(id);
        self.explain_appearance(id, &now)
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
