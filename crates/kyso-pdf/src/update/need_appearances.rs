//! /NeedAppearances of the form (ISO 32000-2, 12.7.3, table 224; deprecated): the form has viewers draw all fields
//! themselves. Those that obey draw nothing for a signature, so its appearance is seen only where the entry is false.

use lopdf::{Dictionary, Object};

use super::dictionary_text::DictionaryText;
use crate::content::form::{Appearance, AppearanceState};
use crate::error::{Error, Reason, Rule};
use crate::file::document::Document;
use crate::form_tree::FormNode;
use crate::seen::field_value::bare;
use crate::seen::text;
use crate::seen::visible::{HIDDEN, flags};

/// Whether the form has viewers draw all fields themselves.
///
/// # Errors
/// [`Error::Input`] where the form can't be read.
pub fn viewers_draw(document: &Document<'_>) -> Result<bool, Error> {
    let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
    Ok(matches!(document.get(&form, b"NeedAppearances")?, Object::Boolean(true)))
}

/// Has viewers show the appearances that fields have, where `form`, the document's, told them to draw the fields
/// themselves. For an update that adds an appearance to a signature field.
///
/// # Errors
/// [`Error::Refused`] where another field would then show something else than its value.
pub fn show(document: &Document<'_>, form: &mut DictionaryText) -> Result<(), Error> {
    if !viewers_draw(document)? {
        return Ok(());
    }
    let mut fields: Vec<_> = FormNode::all(document)?.into_iter().collect();
    fields.sort_unstable_by_key(|(id, _)| *id);
    for (id, field) in fields {
        let Some(widget) = document.dictionary_at(id)? else { continue };
        if !is_drawn_as_filled(document, &field, &widget)? {
            return Err(Error::refused(Rule::FormNeedAppearances, Reason::NoAppearance { field: field.name }));
        }
    }
    form.set("NeedAppearances", b"false")
}

/// Whether a widget that viewers don't draw any more shows what its field was filled in with.
pub(crate) fn is_drawn_as_filled(
    document: &Document<'_>,
    field: &FormNode,
    widget: &Dictionary,
) -> Result<bool, Error> {
    if flags(document, widget)? & HIDDEN != 0 || document.rectangle(widget, b"Rect")?.is_none() {
        return Ok(true);
    }
    if field.is_list() && !field.choices(document)?.is_empty() {
        // Viewers show what it offers, chosen or not.
        let form = Appearance::normal(document, widget)?.only_form();
        let shown = form.map(|form| text::of_form(document, form)).transpose()?;
        if shown.is_none_or(|(text, _)| bare(&text).is_empty()) {
            return Ok(false);
        }
    }
    if field.is_text() {
        let has_appearance = Appearance::normal(document, widget)?.only_form().is_some();
        return Ok(
            field.appearance_says_value(document, widget)? && (has_appearance || field.chosen(document)?.is_empty())
        );
    }
    match AppearanceState::of(widget) {
        AppearanceState::Named(state) if field.kind == b"Btn" && state != b"Off" => {}
        AppearanceState::Unclear if field.kind == b"Btn" => return Ok(false),
        _ => return Ok(true),
    }
    let Object::Dictionary(appearances) = document.get(widget, b"AP")? else { return Ok(false) };
    Ok(match Appearance::normal(document, widget)? {
        Appearance::None => !appearances.has(b"N"),
        Appearance::Form { .. } | Appearance::States(_) => true,
    })
}

impl FormNode {
    /// Whether what is drawn of a field, if anything is, says its value.
    ///
    /// # Errors
    /// [`Error::Input`] and [`Error::Budget`] where the appearance can't be read.
    pub fn appearance_says_value(&self, document: &Document<'_>, widget: &Dictionary) -> Result<bool, Error> {
        match Appearance::normal(document, widget)?.only_form() {
            Some(form) => self.says_value(document, &text::of_form(document, form)?.0),
            None => Ok(true),
        }
    }
}
