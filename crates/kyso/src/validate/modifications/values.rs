//! Values of fields that aren't signatures: a form is filled in by values, and by appearances that show them.

use std::collections::HashMap;

use super::compare::{Deep, differing, optional_same};
use super::questions::Doubt;
use super::{Comparison, defaults, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{
    Appearance, Dictionary, FormNode, Object, ObjectId, READ_ONLY, bare, need_appearances, text, text_of,
};

impl Comparison<'_, '_, '_> {
    /// Fields other than signatures whose value, or whose widgets' appearance, changed.
    pub(super) fn values(&mut self, now: &HashMap<ObjectId, FormNode>) -> Result<(), Error> {
        let signed = self.signed;
        let before = &signed.fields;
        let signatures: HashMap<ObjectId, String> = self
            .signatures_now
            .iter()
            .filter_map(|field| Some((field.value.as_ref()?.id?, field.name.clone())))
            .collect();
        for node in now.values().filter(|node| node.kind != b"Sig") {
            if let Some(Object::Reference(value)) = node.value.as_deref()
                && let Some(signature) = signatures.get(value)
            {
                let both = format!("{signature}, {}", node.name);
                self.unexplained(finding(Code::ModificationsSignatureTwice, both).at(value.0, None));
            }
        }
        let mut fields: Vec<(&ObjectId, &FormNode)> = before.iter().filter(|(_, node)| node.kind != b"Sig").collect();
        fields.sort_unstable_by_key(|(id, _)| **id);
        for (id, node) in fields {
            if !self.differences.changed.is_empty() && !self.explained.contains_key(&id.0) {
                self.value(*id, node, now.get(id).cloned().unwrap_or_default(), signed.annotations.get(id).copied())?;
            }
        }
        Ok(())
    }

    /// One field or widget: nothing but its value, how it's set and how it's drawn may have changed.
    fn value(&mut self, id: ObjectId, node: &FormNode, filled: FormNode, page: Option<usize>) -> Result<(), Error> {
        let Some(is) = self.now.dictionary_at(id)? else { return Ok(()) };
        let has_other_value = !self.has_same_value(node, &filled)?;
        if !self.is_changed(id) && !has_other_value && !self.is_redrawn(&is)? {
            return Ok(());
        }
        let Some(was) = self.before.dictionary_at(id)? else { return Ok(()) };
        let (mut explained, mut locked_only) = (true, self.is_changed(id));
        // What nobody may fill in, viewers may still calculate.
        if has_other_value && node.flags & READ_ONLY != 0 && !node.is_calculated {
            explained = false;
            self.unexplained(finding(Code::ModificationsField, format!("{} /V", node.name)).at(id.0, page.as_ref()));
        }
        for key in differing(&was, &is) {
            let (before, now) = (was.get(&key).ok(), is.get(&key).ok());
            locked_only &= key == b"Ff";
            let holds = key == b"Kids" && self.holds_more_signatures(id, &was, &is)?;
            // The flags that hold are those that a field inherits or says itself (ISO 32000-2, table 226).
            let keeps_flags = key != b"Ff" || node.flags & !filled.flags == 0;
            let is_explained = holds
                || keeps_flags && self.is_filling(&key, &was, &is, page)?
                || Deep::new(self.before, self.now).same(before, now)?
                || defaults::is_same(self.before, &was, self.now, &is, &key)?;
            if !is_explained {
                explained = false;
                let at = finding(Code::ModificationsField, format!("{} {}", node.name, name(&key)));
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
        self.raise_by_filling();
        if !(locked_only && node.flags != filled.flags) {
            self.changes.fields.insert(node.name.clone());
        }
        if !self.shows_its_value(node, &filled, &was, &is)? {
            self.unexplained(finding(Code::ModificationsFieldAppearance, &node.name).at(id.0, page.as_ref()));
        }
        if let Some(number) = page {
            self.ask(number, id, Doubt::CoversAnew)?;
        }
        Ok(())
    }

    fn has_same_value(&self, was: &FormNode, is: &FormNode) -> Result<bool, Error> {
        match (was.value.as_deref(), is.value.as_deref()) {
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

    /// Whether the state of a button is its value, and rich text the plain one.
    fn says_one_thing(&self, is: &FormNode, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        let value = is.value.as_ref().map(|value| self.now.resolve(value)).transpose()?;
        if is.kind == b"Btn" && !self.has_its_state(is, before, now)? {
            return Ok(false);
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
    fn shows_its_value(
        &self,
        was: &FormNode,
        is: &FormNode,
        before: &Dictionary,
        now: &Dictionary,
    ) -> Result<bool, Error> {
        if !self.says_one_thing(is, before, now)? {
            return Ok(false);
        }
        let redrawn = !optional_same(before.get(b"AP").ok(), now.get(b"AP").ok()) || self.is_redrawn(now)?;
        let same_value = self.has_same_value(was, is)?;
        // Where viewers draw all fields themselves, what was drawn before is no matter.
        if !redrawn && (same_value || need_appearances::viewers_draw(self.now)? || was.kind == b"Btn") {
            return Ok(true);
        }
        if !self.marks_its_choices(is, before, now)? {
            return Ok(false);
        }
        let mut as_before = None;
        if same_value && let Some(form) = Appearance::normal(self.before, before)?.only_form() {
            // Nothing was filled in: what is seen may be drawn anew, but must say the same.
            let shown = text::of_form(self.before, form)?.0;
            match Appearance::normal(self.now, now)?.only_form() {
                Some(form) if bare(&shown) != bare(&text::of_form(self.now, form)?.0) => return Ok(false),
                None if !was.is_text() || !was.says_value(self.before, &shown)? => return Ok(false),
                _ => as_before = Some(bare(&shown)),
            }
        }
        match was.kind.as_slice() {
            b"Tx" | b"Ch" if is.is_text() => self.appearances_say_value(is, now, as_before.as_deref()),
            b"Tx" | b"Ch" => Ok(true),
            _ => self.shows_its_states(is, before, now),
        }
    }

    /// Whether each appearance of a text or choice field, also that for the mouse, says its value, or what it said when it was
    /// signed and nothing was filled in.
    fn appearances_say_value(
        &self,
        is: &FormNode,
        widget: &Dictionary,
        as_before: Option<&str>,
    ) -> Result<bool, Error> {
        // Text has no states.
        let Some(forms) = Appearance::forms_without_states(self.now, widget)? else { return Ok(false) };
        for form in forms {
            let (text, pictures) = text::of_form(self.now, form)?;
            let said = as_before.is_some_and(|said| said == bare(&text)) || is.says_value(self.now, &text)?;
            if pictures || !said || !is.setting().shows_plainly(self.now, form, widget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
