//! /NeedAppearances: whether viewers draw the fields, or show what was drawn. Where both are the same, it's no matter.

use std::collections::HashMap;

use super::Comparison;
use crate::error::Error;
use crate::pdf::{FormNode, ObjectId, need_appearances};

impl Comparison<'_, '_, '_> {
    /// Whether the fields look the same whoever draws them: none that was drawn when it was signed said something else
    /// than its value, or, where viewers don't draw it any more, says so now.
    pub(super) fn looks_same_to_viewers(&self, fields: &HashMap<ObjectId, FormNode>) -> Result<bool, Error> {
        let (was, is) = (need_appearances::viewers_draw(self.before)?, need_appearances::viewers_draw(self.now)?);
        if was == is {
            return Ok(true);
        }
        // Programs have viewers draw what they filled in, and nothing else.
        if is && self.changes.fields.is_empty() {
            return Ok(false);
        }
        for (id, node) in self.signed.fields.iter().filter(|(_, node)| node.is_text()) {
            let (Some(before), Some(now)) = (self.before.dictionary_at(*id)?, self.now.dictionary_at(*id)?) else {
                continue;
            };
            let same = match is {
                // A new value is seen whoever draws it.
                true => {
                    let filled = fields.get(id).is_some_and(|filled| filled.value != node.value);
                    filled || node.appearance_says_value(self.before, &before)?
                }
                false => match fields.get(id) {
                    Some(filled) => filled.appearance_says_value(self.now, &now)?,
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
