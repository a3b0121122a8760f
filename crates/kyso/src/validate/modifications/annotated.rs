//! What stands on the pages now: their annotations, and the streams that these are drawn with. A new element of the logical
//! structure describes something of that.

use std::collections::HashSet;

use super::Comparison;
use crate::error::Error;
use crate::pdf::{Dictionary, Object, ObjectId};

/// Deepest form in a form.
const MAX_DEPTH: usize = 16;
/// What a step of the walk costs, as [`Document::spend`](crate::pdf::Document::spend) counts.
const STEP: u64 = 20;

/// The annotations of all pages, and what draws them.
#[derive(Debug, Default)]
pub(super) struct Annotated {
    /// Those that a page lists (ISO 32000-2, 12.5.2).
    pub(super) annotations: HashSet<ObjectId>,
    /// Their appearance streams (ISO 32000-2, 12.5.5) and the forms in these.
    pub(super) streams: HashSet<ObjectId>,
}

impl Comparison<'_, '_, '_> {
    /// What stands on the pages now.
    pub(super) fn annotated(&self) -> Result<&Annotated, Error> {
        if let Some(annotated) = self.annotated.get() {
            return Ok(annotated);
        }
        let mut annotated = Annotated::default();
        for (page, _) in self.signed.lists.values() {
            let Some(page) = self.now.dictionary_at(*page)? else { continue };
            for item in self.now.items(page.get(b"Annots").ok())? {
                self.now.spend(STEP)?;
                if let Ok(id) = item.as_reference()
                    && annotated.annotations.insert(id)
                    && let Some(annotation) = self.now.dictionary_at(id)?
                {
                    self.forms_of(&annotation, &mut annotated.streams)?;
                }
            }
        }
        Ok(self.annotated.get_or_init(|| annotated))
    }

    fn forms_of(&self, annotation: &Dictionary, streams: &mut HashSet<ObjectId>) -> Result<(), Error> {
        let appearance = self.now.dictionary(annotation, b"AP")?;
        let mut next: Vec<(Object, usize)> = appearance.iter().map(|(_, form)| (form.clone(), 0)).collect();
        while let Some((value, depth)) = next.pop() {
            self.now.spend(STEP)?;
            let id = value.as_reference().ok();
            let is_stream = id.map_or(Ok(false), |id| self.now.is_stream(id))?;
            let Object::Dictionary(dictionary) = self.now.resolve_value(&value)? else { continue };
            match id.filter(|_| is_stream) {
                Some(id) if depth <= MAX_DEPTH && streams.insert(id) => {
                    let resources = self.now.dictionary(&dictionary, b"Resources")?;
                    let forms = self.now.dictionary(&resources, b"XObject")?;
                    next.extend(forms.iter().map(|(_, form)| (form.clone(), depth + 1)));
                }
                // The states of a button.
                None if depth == 0 => next.extend(dictionary.iter().map(|(_, form)| (form.clone(), 1))),
                _ => {}
            }
        }
        Ok(())
    }
}
