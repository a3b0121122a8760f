//! Values of fields that aren't signatures: a form is filled in by values, and by appearances that show them.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use super::compare::{Deep, differing, keys, optional_same};
use super::looks::Question;
use super::{Comparison, dictionary_of, finding, items, name};
use crate::error::Error;
use crate::pdf::{ButtonLook, Dictionary, Document, Object, ObjectId, reads_well, text_of};
use crate::validate::report::Modifications;

/// Most fields of a form.
const MAX_FIELDS: usize = 100_000;
/// Deepest form.
const MAX_DEPTH: usize = 64;
/// The read-only flag of fields, which programs set on those that are filled in for good.
const READ_ONLY: i64 = 1;
/// The password flag of text fields: what's seen isn't the value.
const PASSWORD: i64 = 1 << 13;
/// The push button flag: what it shows is no state.
const PUSH_BUTTON: i64 = 1 << 16;
/// The combo flag of choice fields: a box that shows one choice.
const COMBO: i64 = 1 << 17;
/// The print, read-only, locked and locked-contents flags of annotations: none hides anything on the screen.
const MAY_BE_SET: i64 = 4 | 64 | 128 | 512;
/// A border as wide as this, in points, hides nothing.
const WIDEST_BORDER: f64 = 3.0;

/// A field or widget of a revision.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    name: String,
    kind: Vec<u8>,
    flags: i64,
    value: Option<Object>,
}

impl Comparison<'_, '_, '_> {
    /// Fields other than signatures whose value, or whose widgets' appearance, changed.
    pub(super) fn values(&mut self) -> Result<(), Error> {
        let signed = self.signed;
        let (before, now) = (&signed.fields, tree(self.now)?);
        let signatures: HashMap<ObjectId, String> = self
            .signatures_now
            .iter()
            .filter_map(|field| Some((field.value.as_ref()?.id?, field.name.clone())))
            .collect();
        for node in now.values().filter(|node| node.kind != b"Sig") {
            if let Some(Object::Reference(value)) = &node.value
                && let Some(signature) = signatures.get(value)
            {
                let both = format!("{signature}, {}", node.name);
                self.unexplained(finding("modifications.signature-twice", both).at(value.0, None));
            }
        }
        let mut fields: Vec<(&ObjectId, &Node)> = before.iter().filter(|(_, node)| node.kind != b"Sig").collect();
        fields.sort_unstable_by_key(|(id, _)| **id);
        for (id, node) in fields {
            if !self.differences.changed.is_empty() && !self.explained.contains_key(&id.0) {
                self.value(*id, node, now.get(id).cloned().unwrap_or_default(), signed.annotations.get(id).copied())?;
            }
        }
        Ok(())
    }

    /// One field or widget: nothing but its value, how it's set and how it's drawn may have changed.
    fn value(&mut self, id: ObjectId, node: &Node, filled: Node, page: Option<usize>) -> Result<(), Error> {
        let Some(is) = dictionary_of(self.now, id)? else { return Ok(()) };
        let has_other_value = !self.has_same_value(node, &filled)?;
        if !self.is_changed(id) && !has_other_value && !self.is_redrawn(&is)? {
            return Ok(());
        }
        let Some(was) = dictionary_of(self.before, id)? else { return Ok(()) };
        let (mut explained, mut locked_only) = (true, self.is_changed(id));
        for key in differing(&was, &is) {
            let (before, now) = (was.get(&key).ok(), is.get(&key).ok());
            locked_only &= key == b"Ff";
            if !self.is_filling(&key, before, now)? && !Deep::new(self.before, self.now).same(before, now)? {
                explained = false;
                let at = finding("modifications.field", format!("{} {}", node.name, name(&key)));
                self.unexplained(at.at(id.0, page.as_ref()));
            }
        }
        if !explained {
            return Ok(());
        }
        self.explain(id);
        self.explain_appearance(id, &is)?;
        if let Some(Object::Reference(value)) = is.get(b"V").ok()
            && self.is_changed(*value)
        {
            self.explain_owned(*value, id);
        }
        self.raise(Modifications::FormFill);
        if !(locked_only && node.flags != filled.flags) {
            self.changes.fields.insert(node.name.clone());
        }
        if !self.shows_its_value(node, &filled, &was, &is)? {
            self.unexplained(finding("modifications.field-appearance", &node.name).at(id.0, page.as_ref()));
        }
        if let Some(number) = page {
            self.look(number, id, Question::CoversAnew)?;
        }
        Ok(())
    }

    fn has_same_value(&self, was: &Node, is: &Node) -> Result<bool, Error> {
        match (&was.value, &is.value) {
            (Some(was), Some(is)) => Deep::new(self.before, self.now).same(Some(was), Some(is)),
            (was, is) => Ok(was.is_none() && is.is_none()),
        }
    }

    /// Whether an appearance of a widget was written anew under its old number.
    fn is_redrawn(&self, widget: &Dictionary) -> Result<bool, Error> {
        let Ok(appearance) = widget.get(b"AP") else { return Ok(false) };
        let mut next = vec![(appearance.clone(), 0)];
        while let Some((value, depth)) = next.pop() {
            match value {
                Object::Reference(id) if self.is_changed(id) => return Ok(true),
                // What the streams refer to in turn isn't the form's.
                Object::Reference(id) if depth < 3 && !self.now.is_stream(id)? => {
                    next.extend(self.now.value(id)?.map(|value| (value, depth)));
                }
                Object::Dictionary(entries) if depth < 3 => {
                    next.extend(entries.iter().map(|(_, value)| (value.clone(), depth + 1)));
                }
                _ => {}
            }
        }
        Ok(false)
    }

    /// Whether a program that fills in a field writes this: the value, its look, and that it's filled in for good.
    fn is_filling(&self, key: &[u8], was: Option<&Object>, is: Option<&Object>) -> Result<bool, Error> {
        let integer = |value: Option<&Object>| value.map_or(Some(0), |value| value.as_i64().ok());
        let set = |may: i64| match (integer(was), integer(is)) {
            (Some(was), Some(is)) => was & !is == 0 && (is & !was) & !may == 0,
            _ => false,
        };
        Ok(match key {
            b"V" | b"AP" | b"AS" | b"I" | b"RV" | b"TI" | b"M" => true,
            b"Ff" => set(READ_ONLY),
            b"F" => set(MAY_BE_SET),
            b"Q" => matches!(is, None | Some(Object::Integer(0..=2))),
            // Programs that draw a value say how they did.
            b"DA" => match is.map(|is| self.now.resolve(is)).transpose()? {
                Some(Object::String(look, _)) => reads_well(&look),
                _ => false,
            },
            b"BS" => match is.map(|is| self.now.resolve_value(is)).transpose()? {
                Some(Object::Dictionary(style)) => match style.get(b"W") {
                    Ok(width) => width.as_float().is_ok_and(|width| f64::from(width) <= WIDEST_BORDER),
                    Err(_) => true,
                },
                _ => false,
            },
            _ => false,
        })
    }

    /// Whether the state of a button is its value, and rich text the plain one.
    fn says_one_thing(&self, is: &Node, now: &Dictionary) -> Result<bool, Error> {
        let value = is.value.as_ref().map(|value| self.now.resolve(value)).transpose()?;
        if is.kind == b"Btn"
            && let Object::Name(state) = self.now.get(now, b"AS")?
        {
            let chosen = matches!(&value, Some(Object::Name(v) | Object::String(v, _)) if *v == state);
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
        let redrawn = !optional_same(before.get(b"AP").ok(), now.get(b"AP").ok()) || self.is_redrawn(now)?;
        let same_value = self.has_same_value(was, is)?;
        let form = dictionary_of(self.now, self.now.catalog_id()?)?
            .map(|root| self.now.get(&root, b"AcroForm"))
            .transpose()?;
        let by_viewers = matches!(&form, Some(Object::Dictionary(form))
            if matches!(self.now.get(form, b"NeedAppearances")?, Object::Boolean(true)));
        // Where viewers draw all fields themselves, what was drawn before is no matter.
        if !redrawn && (same_value || by_viewers || was.kind == b"Btn") {
            return Ok(true);
        }
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
            _ => self.shows_its_states(is, before, now),
        }
    }

    /// Buttons choose among the appearances that were signed. One that is drawn anew shows what its state says: a mark
    /// where it's on, and none where it's off.
    fn shows_its_states(&self, is: &Node, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        let mut deep = Deep::new(self.before, self.now);
        if deep.same(before.get(b"AP").ok(), now.get(b"AP").ok())? {
            return Ok(true);
        }
        let states = |document: &Document<'_>, widget: &Dictionary| match document.get(widget, b"AP") {
            Ok(Object::Dictionary(appearances)) => Some(appearances),
            _ => None,
        };
        let (was, Some(now)) = (states(self.before, before).unwrap_or_default(), states(self.now, now)) else {
            return Ok(false);
        };
        for key in keys(&was, &now) {
            let (drawn_before, drawn) = (was.get(&key).ok(), now.get(&key).ok());
            // Without a look of its own for the mouse, a button shows its normal one.
            if deep.same(drawn_before, drawn)? || drawn.is_none() && key != b"N" {
                continue;
            }
            let (before, Object::Dictionary(drawn)) = (self.before.get(&was, &key)?, self.now.get(&now, &key)?) else {
                return Ok(false);
            };
            let before = match before {
                Object::Dictionary(before) => before,
                _ => Dictionary::new(),
            };
            if is.flags & PUSH_BUTTON != 0 || !was.is_empty() && keys(&before, &drawn).len() != before.len() {
                return Ok(false);
            }
            for (state, form) in drawn.iter() {
                if deep.same(before.get(state).ok(), Some(form))? {
                    continue;
                }
                let wanted = if state == b"Off" { ButtonLook::Off } else { ButtonLook::On };
                let Ok(form) = form.as_reference() else { return Ok(false) };
                if self.now.button_look(form)? != wanted {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// Without white space, in NFC: line breaks and kerning are the program's affair.
fn bare(text: &str) -> String {
    text.nfc().filter(|letter| !letter.is_whitespace()).collect()
}

/// The stream of /AP /N, where it's one stream.
fn appearance_stream(document: &Document<'_>, widget: &Dictionary) -> Result<Option<ObjectId>, Error> {
    let Object::Dictionary(appearances) = document.get(widget, b"AP")? else { return Ok(None) };
    Ok(match appearances.get(b"N") {
        Ok(Object::Reference(id)) if document.is_stream(*id)? => Some(*id),
        _ => None,
    })
}

/// Every field and widget of the form.
pub(super) fn tree(document: &Document<'_>) -> Result<HashMap<ObjectId, Node>, Error> {
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
