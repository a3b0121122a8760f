//! /NeedAppearances: whether viewers draw the fields, or show what was drawn. Where both are the same, it's no matter.

use std::collections::HashMap;

use super::choice::says_value;
use super::fields::Node;
use super::values::appearance_stream;
use super::{Comparison, dictionary_of};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};

impl Comparison<'_, '_, '_> {
    /// Whether the fields look the same whoever draws them: none that was drawn when it was signed said something else
    /// than its value, or, where viewers don't draw it any more, says so now.
    pub(super) fn looks_same_to_viewers(&self, fields: &HashMap<ObjectId, Node>) -> Result<bool, Error> {
        let (was, is) = (viewers_draw(self.before)?, viewers_draw(self.now)?);
        if was == is {
            return Ok(true);
        }
        // Programs have viewers draw what they filled in, and nothing else.
        if is && self.changes.fields.is_empty() {
            return Ok(false);
        }
        for (id, node) in self.signed.fields.iter().filter(|(_, node)| node.is_text()) {
            let (Some(before), Some(now)) = (dictionary_of(self.before, *id)?, dictionary_of(self.now, *id)?) else {
                continue;
            };
            let same = match is {
                // A new value is seen whoever draws it.
                true => {
                    let filled = fields.get(id).is_some_and(|filled| filled.value != node.value);
                    filled || says(self.before, node, &before)?
                }
                false => match fields.get(id) {
                    Some(filled) => says(self.now, filled, &now)?,
                    None => false,
                },
            };
            if !same {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether what is drawn of a field, if anything is, says its value.
fn says(document: &Document<'_>, field: &Node, widget: &Dictionary) -> Result<bool, Error> {
    match appearance_stream(document, widget)? {
        Some(form) => says_value(document, field, &document.form_text(form)?.0),
        None => Ok(true),
    }
}

/// Whether viewers are told to draw all fields themselves.
pub(super) fn viewers_draw(document: &Document<'_>) -> Result<bool, Error> {
    Ok(match document.get(&document.catalog()?, b"AcroForm")? {
        Object::Dictionary(form) => matches!(document.get(&form, b"NeedAppearances")?, Object::Boolean(true)),
        _ => false,
    })
}
