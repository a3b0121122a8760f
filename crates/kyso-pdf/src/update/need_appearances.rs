//! /NeedAppearances of the form (ISO 32000-2, 12.7.3, table 224; deprecated): viewers are told to draw all fields
//! themselves. Those that obey draw nothing for a signature, so its appearance is seen only where the entry is false.

use lopdf::{Dictionary, Object};

use super::dictionary_text::DictionaryText;
use crate::content::form::Appearance;
use crate::error::{Error, Reason, Rule};
use crate::file::document::Document;
use crate::form_tree::FormNode;
use crate::page::rectangle;
use crate::seen::visible::HIDDEN;

impl Document<'_> {
    /// Whether viewers are told to draw all fields themselves.
    pub fn viewers_draw(&self) -> Result<bool, Error> {
        Ok(match self.get(&self.catalog()?, b"AcroForm")? {
            Object::Dictionary(form) => matches!(self.get(&form, b"NeedAppearances")?, Object::Boolean(true)),
            _ => false,
        })
    }

    /// Whether what is drawn of a field, if anything is, says its value.
    pub fn appearance_says_value(&self, field: &FormNode, widget: &Dictionary) -> Result<bool, Error> {
        match self.normal_appearance(widget)?.only_form() {
            Some(form) => self.says_value(field, &self.form_text(form)?.0),
            None => Ok(true),
        }
    }

    /// Has viewers show the appearances that fields have, where `form`, the document's, told them to draw the fields
    /// themselves. For an update that adds an appearance to a signature field.
    ///
    /// # Errors
    /// [`Error::Refused`] where another field would then show something else than its value.
    pub fn show_appearances(&self, form: &mut DictionaryText) -> Result<(), Error> {
        if !self.viewers_draw()? {
            return Ok(());
        }
        let mut fields: Vec<_> = self.form_tree()?.into_iter().collect();
        fields.sort_unstable_by_key(|(id, _)| *id);
        for (id, field) in fields {
            let Some(widget) = self.dictionary_at(id)? else { continue };
            if !self.is_drawn_as_filled(&field, &widget)? {
                return Err(Error::refused(Rule::FormNeedAppearances, Reason::NoAppearance { field: field.name }));
            }
        }
        form.set("NeedAppearances", b"false")
    }

    /// Whether a widget that viewers don't draw any more shows what its field was filled in with.
    fn is_drawn_as_filled(&self, field: &FormNode, widget: &Dictionary) -> Result<bool, Error> {
        let hidden = matches!(self.get(widget, b"F")?, Object::Integer(flags) if flags & HIDDEN != 0);
        if hidden || rectangle(self, widget, b"Rect")?.is_none() {
            return Ok(true);
        }
        if field.is_text() {
            let has_appearance = self.normal_appearance(widget)?.only_form().is_some();
            return Ok(self.appearance_says_value(field, widget)? && (has_appearance || self.chosen(field)?.is_empty()));
        }
        let is_on = matches!(self.get(widget, b"AS")?, Object::Name(state) if field.kind == b"Btn" && state != b"Off");
        if !is_on {
            return Ok(true);
        }
        let Object::Dictionary(appearances) = self.get(widget, b"AP")? else { return Ok(false) };
        Ok(match self.normal_appearance(widget)? {
            Appearance::None => !appearances.has(b"N"),
            Appearance::Form { .. } | Appearance::States(_) => true,
        })
    }
}
