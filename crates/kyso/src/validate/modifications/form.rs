//! The interactive form: signatures added or filled in, values filled in.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::compare::{Deep, differing, keys, optional_same, same};
use super::structure::grows;
use super::{Comparison, dictionary_of, finding, items, name};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId, SignatureDictionary, SignatureField, text_of};
use crate::validate::contents;
use crate::validate::report::Modifications;

/// Most fields of a form.
const MAX_FIELDS: usize = 100_000;
/// Deepest form.
const MAX_DEPTH: usize = 64;
/// The password flag of text fields: what's seen isn't the value.
const PASSWORD: i64 = 1 << 13;
/// The combo flag of choice fields: a box that shows one choice.
const COMBO: i64 = 1 << 17;

/// A field or widget of the signed revision.
#[derive(Debug, Clone, Default)]
struct Node {
    name: String,
    kind: Vec<u8>,
    flags: i64,
    value: Option<Object>,
}

impl Comparison<'_, '_, '_> {
    pub(super) fn form(&mut self) -> Result<(), Error> {
        let (catalog_before, catalog_now) = (self.before.catalog()?, self.now.catalog()?);
        let before = match self.before.get(&catalog_before, b"AcroForm")? {
            Object::Dictionary(form) => form,
            _ => Dictionary::new(),
        };
        let now = match self.now.get(&catalog_now, b"AcroForm")? {
            Object::Dictionary(form) => form,
            _ if before.is_empty() => return Ok(()),
            _ => {
                self.unexplained(finding("modifications.form", "/AcroForm"));
                return Ok(());
            }
        };
        let root = self.now.catalog_id()?;
        let mut holder = root;
        if let Ok(Object::Reference(id)) = catalog_now.get(b"AcroForm") {
            holder = *id;
            if self.is_changed(*id) {
                self.explain_owned(*id, root);
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
                    self.fields(&items(self.before, was)?, &items(self.now, is)?)?;
                }
                b"SigFlags" => {}
                // Signing programs add the default appearance that their fields need, and nothing is taken away.
                b"DA" if was.is_none() => {}
                b"DR" if Deep::growing(self.before, self.now).same(was, is)? => {
                    if let Some(Object::Reference(id)) = is
                        && self.is_changed(*id)
                    {
                        self.explain_owned(*id, holder);
                    }
                    self.explain_resources(is, holder)?;
                }
                b"NeedAppearances" if !matches!(is, Some(Object::Boolean(true))) => {}
                _ if optional_same(was, is) || Deep::new(self.before, self.now).same(was, is)? => {}
                _ => self.unexplained(finding("modifications.form", name(&key))),
            }
        }
        self.values()
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
                && self.now.stream_bytes(*id)?.is_none()
            {
                self.explain_owned(*id, owner);
            }
        }
        Ok(())
    }

    /// The fields that were there must stay, in their order; new ones must be signature fields.
    fn fields(&mut self, was: &[Object], is: &[Object]) -> Result<(), Error> {
        if !grows(Some(&Object::Array(was.to_vec())), Some(&Object::Array(is.to_vec()))) {
            self.unexplained(finding("modifications.form", "/Fields"));
            return Ok(());
        }
        let now = self.now.signature_fields()?;
        let known: std::collections::HashSet<ObjectId> =
            was.iter().filter_map(|field| field.as_reference().ok()).collect();
        let mut listed = std::collections::HashSet::new();
        if is.iter().filter_map(|field| field.as_reference().ok()).any(|id| !listed.insert(id))
            && !same(&Object::Array(was.to_vec()), &Object::Array(is.to_vec()))
        {
            self.unexplained(finding("modifications.form", "/Fields"));
        }
        for field in is {
            let Ok(id) = field.as_reference() else {
                if !was.contains(field) {
                    self.unexplained(finding("modifications.form", "/Fields"));
                }
                continue;
            };
            if known.contains(&id) {
                continue;
            }
            match now.iter().find(|signature| signature.id == id) {
                Some(added) => {
                    self.signed(added);
                    for id in [added.id, added.widget] {
                        let acts =
                            dictionary_of(self.now, id)?.is_some_and(|field| field.has(b"A") || field.has(b"AA"));
                        if acts {
                            self.unexplained(finding("modifications.field", &added.name).at(id.0, None));
                        }
                    }
                }
                None => self.unexplained(finding("modifications.field", id.0).at(id.0, None)),
            }
        }
        let before = self.before.signature_fields()?;
        for signature in &before {
            let Some(same_field) = now.iter().find(|other| other.id == signature.id && other.name == signature.name)
            else {
                self.unexplained(finding("modifications.field", &signature.name).at(signature.id.0, None));
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
                _ => self.unexplained(finding("modifications.signature", &signature.name).at(signature.id.0, None)),
            }
        }
        let mut values = HashMap::new();
        for field in &now {
            if let Some(id) = field.value.as_ref().and_then(|value| value.id)
                && let Some(other) = values.insert(id, &field.name)
            {
                let both = format!("{other}, {}", field.name);
                self.unexplained(finding("modifications.signature-twice", both).at(id.0, None));
            }
        }
        Ok(())
    }

    fn signed(&mut self, field: &SignatureField) {
        if field.value.as_ref().is_some_and(|value| contents::fault(value).is_some()) {
            let page = field.page.as_ref();
            self.unexplained(finding("modifications.no-signature", &field.name).at(field.id.0, page));
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
        let (Some(before), Some(now)) = (dictionary_of(self.before, id)?, dictionary_of(self.now, id)?) else {
            self.unexplained(finding("modifications.field", id.0).at(id.0, None));
            return Ok(());
        };
        for key in differing(&before, &now) {
            let allowed = match key.as_slice() {
                b"V" | b"AP" | b"M" | b"MK" | b"DA" | b"F" => true,
                b"Lock" | b"P" | b"AS" => !before.has(&key),
                _ => false,
            };
            if !allowed && !Deep::new(self.before, self.now).same(before.get(&key).ok(), now.get(&key).ok())? {
                self.unexplained(finding("modifications.field", name(&key)).at(id.0, None));
            }
        }
        self.explain(id);
        self.explain_appearance(id, &now)
    }

    /// An appearance may be written anew under its old numbers as long as nothing else shows it.
    pub(super) fn explain_appearance(&mut self, widget: ObjectId, now: &Dictionary) -> Result<(), Error> {
        let Ok(appearance) = now.get(b"AP") else { return Ok(()) };
        let mut next = vec![(appearance.clone(), widget, 0)];
        let mut seen = std::collections::HashSet::new();
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

    /// Fields other than signatures whose value, or whose widgets' appearance, changed.
    fn values(&mut self) -> Result<(), Error> {
        let (before, now) = (tree(self.before)?, tree(self.now)?);
        let signatures: HashMap<ObjectId, String> =
            self.now.signature_fields()?.into_iter().filter_map(|field| Some((field.value?.id?, field.name))).collect();
        for node in now.values().filter(|node| node.kind != b"Sig") {
            if let Some(Object::Reference(value)) = &node.value
                && let Some(signature) = signatures.get(value)
            {
                let both = format!("{signature}, {}", node.name);
                self.unexplained(finding("modifications.signature-twice", both).at(value.0, None));
            }
        }
        for number in self.differences.changed.clone() {
            let Some((id, node)) = before.iter().find(|(id, _)| id.0 == number) else { continue };
            if self.explained.contains_key(&number) || node.kind == b"Sig" {
                continue;
            }
            let (Some(was), Some(is)) = (dictionary_of(self.before, *id)?, dictionary_of(self.now, *id)?) else {
                continue;
            };
            let mut explained = true;
            for key in differing(&was, &is) {
                let allowed = matches!(key.as_slice(), b"V" | b"AP" | b"AS" | b"I" | b"RV" | b"TI" | b"M");
                if !allowed && !Deep::new(self.before, self.now).same(was.get(&key).ok(), is.get(&key).ok())? {
                    explained = false;
                    let at = finding("modifications.field", format!("{} {}", node.name, name(&key)));
                    self.unexplained(at.at(number, None));
                }
            }
            if !explained {
                continue;
            }
            self.explain(*id);
            self.explain_appearance(*id, &is)?;
            if let Some(Object::Reference(value)) = is.get(b"V").ok()
                && self.is_changed(*value)
            {
                self.explain_owned(*value, *id);
            }
            self.raise(Modifications::FormFill);
            self.changes.fields.insert(node.name.clone());
            let filled = now.get(id).cloned().unwrap_or_default();
            if !self.shows_its_value(node, &filled, &was, &is)? {
                self.unexplained(finding("modifications.field-appearance", &node.name).at(number, None));
            }
        }
        Ok(())
    }

    /// Whether the state of a button is its value, and rich text the plain one.
    fn says_one_thing(&self, is: &Node, now: &Dictionary) -> Result<bool, Error> {
        let value = is.value.as_ref().map(|value| self.now.resolve(value)).transpose()?;
        if is.kind == b"Btn"
            && let Object::Name(state) = self.now.get(now, b"AS")?
        {
            let chosen = matches!(&value, Some(Object::Name(value)) if *value == state);
            let none =
                matches!(&value, None | Some(Object::Null)) || matches!(&value, Some(Object::Name(v)) if v == b"Off");
            let is_kid = now.has(b"Parent") && !now.has(b"T");
            return Ok(chosen || (state == b"Off" && (none || is_kid)));
        }
        if let Some(rich) =
            now.get(b"RV").ok().map(|rich| self.now.resolve(rich)).transpose()?.as_ref().and_then(text_of)
        {
            let mut tag = false;
            let plain: String = rich
                .chars()
                .filter(|&letter| {
                    tag |= letter == '<';
                    let shown = !tag;
                    tag &= letter != '>';
                    shown
                })
                .collect();
            let value = value.as_ref().and_then(text_of).unwrap_or_default();
            return Ok(bare(&plain) == bare(&value));
        }
        Ok(true)
    }

    /// Whether a field's new appearance is that of its value: a form isn't filled in by drawing something else on it.
    fn shows_its_value(&self, was: &Node, is: &Node, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        if !self.says_one_thing(is, now)? {
            return Ok(false);
        }
        let redrawn = !optional_same(before.get(b"AP").ok(), now.get(b"AP").ok())
            || appearance_stream(self.now, now)?.is_some_and(|id| self.is_changed(id));
        if !redrawn {
            return Ok(true);
        }
        let same_value = match (&was.value, &is.value) {
            (Some(was), Some(is)) => Deep::new(self.before, self.now).same(Some(was), Some(is))?,
            (was, is) => was.is_none() && is.is_none(),
        };
        if same_value && let Some(form) = appearance_stream(self.before, before)? {
            // Nothing was filled in: what is seen may be drawn anew, but must say the same.
            let (shown, _) = self.before.form_text(form)?;
            let now = match appearance_stream(self.now, now)? {
                Some(form) => self.now.form_text(form)?.0,
                None => String::new(),
            };
            if bare(&shown) != bare(&now) {
                return Ok(false);
            }
        }
        match was.kind.as_slice() {
            b"Tx" | b"Ch" if is.flags & PASSWORD == 0 || was.kind == b"Ch" => {
                let Some(form) = appearance_stream(self.now, now)? else { return Ok(true) };
                let (text, pictures) = self.now.form_text(form)?;
                let shown = bare(&text);
                let value = match is.value.as_ref().map(|value| self.now.resolve(value)).transpose()? {
                    Some(Object::Array(items)) => items.iter().filter_map(text_of).collect::<String>(),
                    Some(value) => text_of(&value).unwrap_or_default(),
                    None => String::new(),
                };
                let value = bare(&value);
                // A list shows its other choices too; a box shows the chosen one.
                let list = was.kind == b"Ch" && is.flags & COMBO == 0;
                let fits = shown == value || (list && shown.contains(&value));
                Ok(!pictures && fits && self.now.shows_plainly(form)?)
            }
            b"Tx" => Ok(true),
            // Buttons choose among the appearances that were signed.
            _ => Ok(!before.has(b"AP")
                || Deep::new(self.before, self.now).same(before.get(b"AP").ok(), now.get(b"AP").ok())?),
        }
    }
}

/// Without white space, in NFC: line breaks and kerning are the program's affair.
fn bare(text: &str) -> String {
    text.nfc().filter(|letter| !letter.is_whitespace()).collect()
}

fn same_value(was: Option<&SignatureDictionary>, is: Option<&SignatureDictionary>) -> bool {
    match (was, is) {
        (Some(was), Some(is)) => was.id == is.id && was.contents_span == is.contents_span && was.span == is.span,
        (None, None) => true,
        _ => false,
    }
}

/// The stream of /AP /N, where it's one stream.
fn appearance_stream(document: &Document<'_>, widget: &Dictionary) -> Result<Option<ObjectId>, Error> {
    let Object::Dictionary(appearances) = document.get(widget, b"AP")? else { return Ok(None) };
    Ok(match appearances.get(b"N") {
        Ok(Object::Reference(id)) if document.stream_bytes(*id)?.is_some() => Some(*id),
        _ => None,
    })
}

/// Every field and widget of the form.
fn tree(document: &Document<'_>) -> Result<HashMap<ObjectId, Node>, Error> {
    let mut found = HashMap::new();
    let Object::Dictionary(form) = document.get(&document.catalog()?, b"AcroForm")? else { return Ok(found) };
    let mut next: Vec<(ObjectId, Node, usize)> = Vec::new();
    for field in items(document, form.get(b"Fields").ok())? {
        next.extend(field.as_reference().ok().map(|id| (id, Node::default(), 0)));
    }
    while let Some((id, above, depth)) = next.pop() {
        if found.len() >= MAX_FIELDS || depth > MAX_DEPTH || found.contains_key(&id) {
            continue;
        }
        let Some(field) = dictionary_of(document, id)? else { continue };
        let mut node = above;
        if let Some(part) = text_of(&document.get(&field, b"T")?) {
            node.name = if node.name.is_empty() { part } else { format!("{}.{part}", node.name) };
        }
        if let Object::Name(kind) = document.get(&field, b"FT")? {
            node.kind = kind;
        }
        if let Object::Integer(flags) = document.get(&field, b"Ff")? {
            node.flags = flags;
        }
        if let Ok(value) = field.get(b"V") {
            node.value = Some(value.clone());
        }
        for kid in items(document, field.get(b"Kids").ok())? {
            next.extend(kid.as_reference().ok().map(|kid| (kid, node.clone(), depth + 1)));
        }
        found.insert(id, node);
    }
    Ok(found)
}
