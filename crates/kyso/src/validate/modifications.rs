//! What revisions after a signature changed, judged by an allow-list: a further signature, long-term evidence, the dates
//! of a save. What the list doesn't explain is `other`, and not allowed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::report::{Finding, Modifications, Severity};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Location, MdpReference, Object, ObjectId, SignatureDictionary};

const CLAUSE: &str = "ISO 32000-2 12.8.2.2";

/// What changed after a signature's revision.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Changes {
    pub(crate) level: Modifications,
    /// Names of fields that were added or signed, document time-stamps' aside.
    pub(crate) fields: Vec<String>,
    pub(crate) findings: Vec<Finding>,
}

/// Compares the file as it was at `end` with the file as it is.
pub(crate) fn after(document: &Document<'_>, end: u64) -> Changes {
    let bytes = document.bytes();
    let signed = usize::try_from(end).ok().and_then(|end| bytes.get(..end)).unwrap_or(bytes);
    if signed.len() == bytes.len() {
        return Changes { level: Modifications::None, fields: Vec::new(), findings: Vec::new() };
    }
    if !document.sections().iter().any(|section| section.start >= signed.len()) {
        // Bytes after the last %%EOF: no reader sees them, but they weren't signed.
        let finding = Finding::new(Severity::Warning, "coverage.later-bytes", CLAUSE, Some(format!("{end}")));
        return Changes { level: Modifications::Other, fields: Vec::new(), findings: vec![finding] };
    }
    let outcome = document.earlier(signed).and_then(|before| {
        let mut comparison = Comparison::new(&before, document);
        comparison.run()?;
        Ok((comparison.level, comparison.fields, comparison.unexplained))
    });
    match outcome {
        Ok((level, fields, unexplained)) => {
            let findings = unexplained
                .into_iter()
                .map(|what| Finding::new(Severity::Error, "modifications.other", CLAUSE, Some(what)))
                .collect();
            Changes { level, fields, findings }
        }
        Err(error) => {
            let finding = Finding::new(Severity::Error, "modifications.unreadable", CLAUSE, Some(error.to_string()));
            Changes { level: Modifications::Other, fields: Vec::new(), findings: vec![finding] }
        }
    }
}

/// Whether the signatures that were there when the changes came (`binding`) allow them all; else the findings say why.
/// Without DocMDP, form filling and further signatures are allowed, as the field's practice has it.
pub(crate) fn allowed(changes: &Changes, binding: &[&SignatureDictionary]) -> (bool, Vec<Finding>) {
    let mut findings = Vec::new();
    let permission = binding.iter().filter_map(|signature| signature.docmdp()).min();
    let limit = match permission {
        Some(..=1) => Modifications::Lta,
        None | Some(2) => Modifications::FormFill,
        Some(3..) => Modifications::Annotations,
    };
    if changes.level > limit && changes.level < Modifications::Other {
        let detail = permission.map(|permission| format!("DocMDP P={permission}"));
        findings.push(Finding::new(Severity::Error, "docmdp.violated", CLAUSE, detail));
    }
    let locks = binding.iter().flat_map(|signature| &signature.references).filter_map(|reference| match reference {
        MdpReference::FieldMdp(lock) => Some(lock),
        _ => None,
    });
    let locked: BTreeSet<&String> =
        locks.flat_map(|lock| changes.fields.iter().filter(|field| lock.locks(field))).collect();
    for field in locked {
        findings.push(Finding::new(Severity::Error, "fieldmdp.violated", "ISO 32000-2 12.8.2.4", Some(field.clone())));
    }
    (changes.level < Modifications::Other && findings.is_empty(), findings)
}

/// Most unexplained changes that are named.
const MAX_NAMED: usize = 20;

struct Comparison<'d, 'a, 'b> {
    before: &'d Document<'a>,
    now: &'d Document<'b>,
    level: Modifications,
    fields: Vec<String>,
    unexplained: Vec<String>,
    /// Objects whose change has been explained.
    explained: HashSet<ObjectId>,
}

impl<'d, 'a, 'b> Comparison<'d, 'a, 'b> {
    fn new(before: &'d Document<'a>, now: &'d Document<'b>) -> Self {
        Self {
            before,
            now,
            level: Modifications::None,
            fields: Vec::new(),
            unexplained: Vec::new(),
            explained: HashSet::new(),
        }
    }

    fn raise(&mut self, level: Modifications) {
        self.level = self.level.max(level);
    }

    fn unexplained(&mut self, what: impl Into<String>) {
        self.level = Modifications::Other;
        let what = what.into();
        if self.unexplained.len() < MAX_NAMED && !self.unexplained.contains(&what) {
            self.unexplained.push(what);
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        let (root_before, root_now) = (self.before.catalog_id()?, self.now.catalog_id()?);
        if root_before != root_now {
            self.unexplained("catalog");
            return Ok(());
        }
        if !self.before.has_encryption_of(self.now) {
            // Every string and stream reads otherwise now.
            self.unexplained("trailer /Encrypt");
            return Ok(());
        }
        self.catalog(root_now)?;
        self.information()?;
        self.others()
    }

    /// Every object that a later section speaks of must be new and unknown to the signed revision, or explained.
    fn others(&mut self) -> Result<(), Error> {
        let signed = self.before.bytes().len();
        let mut numbers = BTreeSet::new();
        for section in self.now.sections().iter().filter(|section| section.start >= signed) {
            numbers.extend(section.numbers());
        }
        let mut new = HashSet::new();
        for number in numbers {
            match (self.before.locate(number), self.now.locate(number)) {
                (Location::Free, Location::Free) => {}
                (Location::Free, _) => {
                    new.insert(number);
                }
                (before, now) => {
                    let (was, is) = (identifier(number, before), identifier(number, now));
                    let explained = is.is_some_and(|is| self.explained.contains(&is));
                    if !explained && (was != is || !self.same_object((number, was.map_or(0, |id| id.1)))?) {
                        self.unexplained(format!("object {number}"));
                    }
                }
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        // A reference to nothing in the signed revision must not lead to something now.
        for number in self.before.distinct_numbers() {
            let Some(id) = identifier(number, self.before.locate(number)) else { continue };
            let Ok(Some(object)) = self.before.value(id) else { continue };
            let mut led_to = Vec::new();
            references(&object, &mut |(target, _)| {
                if new.contains(&target) {
                    led_to.push(target);
                }
            });
            for target in led_to {
                self.unexplained(format!("object {target}, which object {number} refers to"));
            }
        }
        Ok(())
    }

    fn same_object(&self, id: ObjectId) -> Result<bool, Error> {
        let (Some(before), Some(now)) = (self.before.value(id)?, self.now.value(id)?) else { return Ok(false) };
        // Of a stream, `value` gives the dictionary: its data counts as well.
        Ok(same(&before, &now) && self.before.stream_bytes(id)? == self.now.stream_bytes(id)?)
    }

    fn catalog(&mut self, id: ObjectId) -> Result<(), Error> {
        let (before, now) = (self.before.catalog()?, self.now.catalog()?);
        for key in keys(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            match key.as_slice() {
                b"AcroForm" => self.form(was, is)?,
                b"DSS" => {
                    if is.is_none() {
                        self.unexplained("catalog /DSS");
                    } else if !optional_same(was, is) || self.changed(is)? {
                        self.raise(Modifications::Lta);
                        self.evidence(is)?;
                    }
                }
                b"Extensions" if is.is_some() => {
                    if !optional_same(was, is) {
                        self.raise(Modifications::Lta);
                    }
                    self.explain(is);
                }
                b"Metadata" => {
                    let unchanged = optional_same(was, is) && !self.changed(is)?;
                    if is.is_none() {
                        self.unexplained("catalog /Metadata");
                    } else if !unchanged {
                        self.raise(Modifications::FormFill);
                        self.explain(is);
                    }
                }
                _ if optional_same(was, is) => {}
                _ => self.unexplained(format!("catalog /{}", String::from_utf8_lossy(&key))),
            }
        }
        self.explained.insert(id);
        Ok(())
    }

    /// Whether the object behind a reference differs between the two.
    fn changed(&self, reference: Option<&Object>) -> Result<bool, Error> {
        match reference {
            Some(Object::Reference(id)) => Ok(!self.same_object(*id)?),
            _ => Ok(false),
        }
    }

    fn explain(&mut self, reference: Option<&Object>) {
        if let Some(Object::Reference(id)) = reference {
            self.explained.insert(*id);
        }
    }

    /// The DSS, its arrays and its VRI may change; the streams that were there may not.
    fn evidence(&mut self, dss: Option<&Object>) -> Result<(), Error> {
        let Some(dss) = dss else { return Ok(()) };
        let mut next = vec![(dss.clone(), 0)];
        while let Some((object, depth)) = next.pop() {
            if depth > 4 {
                continue;
            }
            if let Object::Reference(id) = object {
                match self.now.value(id)? {
                    Some(value) if self.now.stream_bytes(id)?.is_none() => {
                        self.explained.insert(id);
                        next.push((value, depth));
                    }
                    _ => {}
                }
                continue;
            }
            match object {
                Object::Dictionary(dictionary) => {
                    next.extend(dictionary.iter().map(|(_, value)| (value.clone(), depth + 1)));
                }
                Object::Array(items) => next.extend(items.into_iter().map(|item| (item, depth + 1))),
                _ => {}
            }
        }
        Ok(())
    }

    /// /Info may be rewritten at each save: readers show its dates, and no page does.
    fn information(&mut self) -> Result<(), Error> {
        let (was, is) = (self.before.trailer().get(b"Info").ok(), self.now.trailer().get(b"Info").ok());
        if !optional_same(was, is) || self.changed(is)? {
            self.raise(Modifications::FormFill);
            self.explain(is);
        }
        Ok(())
    }

    fn form(&mut self, was: Option<&Object>, is: Option<&Object>) -> Result<(), Error> {
        let resolved = |document: &Document<'_>, object: Option<&Object>| match object {
            Some(object) => document.resolve(object),
            None => Ok(Object::Null),
        };
        let before = match resolved(self.before, was)? {
            Object::Dictionary(form) => form,
            _ => Dictionary::new(),
        };
        let now = match resolved(self.now, is)? {
            Object::Dictionary(form) => form,
            _ if before.is_empty() => return Ok(()),
            _ => {
                self.unexplained("catalog /AcroForm");
                return Ok(());
            }
        };
        self.explain(is);
        for key in keys(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            match key.as_slice() {
                b"Fields" => {
                    let (was, is) = (items(self.before, was)?, items(self.now, is)?);
                    self.fields(&was, &is)?;
                    self.explain(now.get(b"Fields").ok());
                }
                b"SigFlags" => {}
                // Signing programs add the default appearance that their fields need.
                b"DA" | b"DR" if was.is_none() => {}
                _ if optional_same(was, is) => {}
                _ => self.unexplained(format!("AcroForm /{}", String::from_utf8_lossy(&key))),
            }
        }
        Ok(())
    }

    /// The fields that were there must stay, in their order; new ones must be signature fields.
    fn fields(&mut self, was: &[Object], is: &[Object]) -> Result<(), Error> {
        let mut kept = was.iter().peekable();
        for field in is {
            kept.next_if(|old| same(old, field));
        }
        if kept.next().is_some() {
            self.unexplained("AcroForm /Fields");
            return Ok(());
        }
        let now = self.now.signature_fields()?;
        let before = self.before.signature_fields()?;
        let widgets: HashSet<ObjectId> = now.iter().map(|field| field.widget).collect();
        let mut pages: BTreeMap<usize, Vec<ObjectId>> = BTreeMap::new();
        let known: HashSet<ObjectId> = was.iter().filter_map(|field| field.as_reference().ok()).collect();
        for field in is.iter().filter(|field| !field.as_reference().is_ok_and(|id| known.contains(&id))) {
            let added = field.as_reference().ok().and_then(|id| now.iter().find(|signature| signature.id == id));
            let Some(added) = added else {
                self.unexplained("AcroForm /Fields");
                continue;
            };
            let level = added.value.as_ref().map_or(Modifications::FormFill, level_of);
            self.raise(level);
            if level > Modifications::Lta {
                self.fields.push(added.name.clone());
            }
            if let Some(page) = added.page {
                pages.entry(page).or_default().push(added.widget);
            }
        }
        for (page, added) in pages {
            self.annotations(page, &added, &widgets)?;
        }
        for signature in &before {
            let Some(same_field) = now.iter().find(|other| other.id == signature.id) else {
                self.unexplained(format!("field {}", signature.name));
                continue;
            };
            match (&signature.value, &same_field.value) {
                (None, Some(value)) => {
                    self.raise(level_of(value));
                    if level_of(value) > Modifications::Lta {
                        self.fields.push(signature.name.clone());
                    }
                    self.filled(signature.id)?;
                    if signature.widget != signature.id {
                        self.filled(signature.widget)?;
                    }
                }
                (was, is) if was.as_ref().map(|v| v.id) == is.as_ref().map(|v| v.id) => {}
                _ => self.unexplained(format!("field {}", signature.name)),
            }
        }
        Ok(())
    }

    /// Signing an empty field sets its value and appearance, and nothing else.
    fn filled(&mut self, id: ObjectId) -> Result<(), Error> {
        let (Some(Object::Dictionary(before)), Some(Object::Dictionary(now))) =
            (self.before.value(id)?, self.now.value(id)?)
        else {
            self.unexplained(format!("object {}", id.0));
            return Ok(());
        };
        for key in keys(&before, &now) {
            let allowed = matches!(key.as_slice(), b"V" | b"AP" | b"Lock" | b"M" | b"MK" | b"DA" | b"F" | b"P")
                && !(key == b"Lock" && before.has(b"Lock"));
            if !allowed && !optional_same(before.get(&key).ok(), now.get(&key).ok()) {
                self.unexplained(format!("object {} /{}", id.0, String::from_utf8_lossy(&key)));
            }
        }
        self.explained.insert(id);
        Ok(())
    }

    /// New widgets on a page: the page may differ in /Annots, which keeps what it had.
    fn annotations(&mut self, number: usize, added: &[ObjectId], widgets: &HashSet<ObjectId>) -> Result<(), Error> {
        let page = self.now.page(number)?;
        let Some(Object::Dictionary(before)) = self.before.value(page.id)? else {
            self.unexplained(format!("page {number}"));
            return Ok(());
        };
        for key in keys(&before, &page.dictionary) {
            let (was, is) = (before.get(&key).ok(), page.dictionary.get(&key).ok());
            if key == b"Annots" {
                let (was, now) = (items(self.before, was)?, items(self.now, is)?);
                // What was there stays, in its order; what comes between or after is a signature's widget.
                let mut kept = was.iter().peekable();
                let explained = now.iter().all(|item| {
                    kept.next_if(|old| same(old, item)).is_some()
                        || item.as_reference().is_ok_and(|id| widgets.contains(&id))
                });
                if !explained || kept.next().is_some() {
                    self.unexplained(format!("page {number} /Annots"));
                }
                self.explain(is);
            } else if !optional_same(was, is) {
                self.unexplained(format!("page {number} /{}", String::from_utf8_lossy(&key)));
            }
        }
        self.explained.insert(page.id);
        self.explained.extend(added);
        Ok(())
    }
}

fn level_of(signature: &SignatureDictionary) -> Modifications {
    if signature.sub_filter.as_deref() == Some("ETSI.RFC3161") { Modifications::Lta } else { Modifications::FormFill }
}

fn identifier(number: u32, location: Location) -> Option<ObjectId> {
    match location {
        Location::Free => None,
        Location::Offset { generation, .. } => Some((number, generation)),
        Location::Compressed { .. } => Some((number, 0)),
    }
}

/// The keys of both, each once.
fn keys(before: &Dictionary, now: &Dictionary) -> BTreeSet<Vec<u8>> {
    before.iter().chain(now.iter()).map(|(key, _)| key.clone()).collect()
}

fn items(document: &Document<'_>, array: Option<&Object>) -> Result<Vec<Object>, Error> {
    Ok(match array.map(|array| document.resolve(array)).transpose()? {
        Some(Object::Array(items)) => items,
        _ => Vec::new(),
    })
}

fn optional_same(before: Option<&Object>, now: Option<&Object>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => same(before, now),
        // A key with the value null is as good as none (ISO 32000-2, 7.3.7).
        (Some(Object::Null), None) | (None, Some(Object::Null)) | (None, None) => true,
        _ => false,
    }
}

/// Equal as a reader sees them: numbers by value, strings by content.
#[allow(clippy::float_cmp)]
fn same(before: &Object, now: &Object) -> bool {
    match (before, now) {
        (Object::Integer(_) | Object::Real(_), Object::Integer(_) | Object::Real(_)) => {
            before.as_float().ok() == now.as_float().ok()
        }
        (Object::String(before, _), Object::String(now, _)) => before == now,
        (Object::Array(before), Object::Array(now)) => {
            before.len() == now.len() && before.iter().zip(now).all(|(before, now)| same(before, now))
        }
        (Object::Dictionary(before), Object::Dictionary(now)) => {
            keys(before, now).iter().all(|key| optional_same(before.get(key).ok(), now.get(key).ok()))
        }
        _ => before == now,
    }
}

fn references(object: &Object, each: &mut impl FnMut(ObjectId)) {
    match object {
        Object::Reference(id) => each(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, each)),
        Object::Dictionary(dictionary) => dictionary.iter().for_each(|(_, value)| references(value, each)),
        _ => {}
    }
}
