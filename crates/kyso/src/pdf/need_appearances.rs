//! /NeedAppearances of the form (ISO 32000-2, 12.7.3, table 224; deprecated): viewers are told to draw all fields
//! themselves.

use lopdf::{Dictionary, Object};

use super::document::Document;
use super::form_tree::FormNode;
use crate::error::Error;

impl Document<'_> {
    /// Whether viewers are told to draw all fields themselves.
    pub(crate) fn viewers_draw(&self) -> Result<bool, Error> {
        Ok(match self.get(&self.catalog()?, b"AcroForm")? {
            Object::Dictionary(form) => matches!(self.get(&form, b"NeedAppearances")?, Object::Boolean(true)),
            _ => false,
        })
    }

    /// Whether what is drawn of a field, if anything is, says its value.
    pub(crate) fn look_says_value(&self, field: &FormNode, widget: &Dictionary) -> Result<bool, Error> {
        match self.appearance_stream(widget)? {
            Some(form) => self.says_value(field, &self.form_text(form)?.0),
            None => Ok(true),
        }
    }
}
