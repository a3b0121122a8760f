//! The choices that a list marks.

use super::Comparison;
use super::compare::optional_same;
use crate::error::Error;
use crate::pdf::{Dictionary, FormNode, Object};

impl Comparison<'_, '_, '_> {
    /// Whether the choices that a list marks are those of its value.
    pub(super) fn marks_its_choices(
        &self,
        is: &FormNode,
        before: &Dictionary,
        now: &Dictionary,
    ) -> Result<bool, Error> {
        let marked = now.get(b"I").ok();
        if is.kind != b"Ch" || optional_same(before.get(b"I").ok(), marked) {
            return Ok(true);
        }
        let (marked, choices) = (self.now.items(marked)?, is.choices(self.now)?);
        if marked.is_empty() {
            return Ok(true);
        }
        let chosen = is.chosen(self.now)?;
        let named = |mark: &Object| {
            let choice = mark.as_i64().ok().and_then(|index| choices.get(usize::try_from(index).ok()?));
            choice.is_some_and(|choice| chosen.iter().any(|text| *text == choice.export || *text == choice.display))
        };
        Ok(marked.len() == chosen.len() && marked.iter().all(named))
    }
}
