//! Which annotations DocMDP is about (ISO 32000-2, table 257: permission 3 names no kinds), and which it can't be meant for.

use super::Comparison;
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Object, ObjectId, text_of};

/// Comments (ISO 32000-2, 12.5.6: markup annotations), which people add to what others have signed.
const MARKUP: [&[u8]; 15] = [
    b"Text",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Caret",
    b"Stamp",
    b"Ink",
    b"Popup",
];
/// Those that are more than a comment, beside links. Fields aren't among them, nor what plays, prints otherwise than it looks, or shows what no
/// appearance says: nobody can judge what it hides.
const OTHERS: [&[u8]; 3] = [b"FileAttachment", b"Watermark", b"Redact"];
/// What a link may do: lead to a place, here or elsewhere.
const LEADING: [&[u8]; 4] = [b"GoTo", b"GoToR", b"URI", b"Named"];

/// Why an annotation may come, change or go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Allowance {
    /// As the field's practice has it, unless DocMDP forbids it.
    ByPractice,
    /// Where permission 3 says so.
    BySaying,
}

impl Comparison<'_, '_, '_> {
    /// Why an annotation of one of the revisions may come, change or go; `None` where it may not.
    pub(super) fn allowance(&self, annotation: &Object, before: bool) -> Result<Option<Allowance>, Error> {
        let value = if before { self.before.resolve(annotation)? } else { self.now.resolve(annotation)? };
        let Object::Dictionary(annotation) = value else { return Ok(None) };
        let Ok(subtype) = annotation.get(b"Subtype").and_then(Object::as_name) else { return Ok(None) };
        let acts = |keys: &[&str]| keys.iter().any(|key| annotation.has(key.as_bytes()));
        Ok(match subtype {
            kind if MARKUP.contains(&kind) && !acts(&["A", "AA", "Dest"]) => Some(Allowance::ByPractice),
            b"Link" if acts(&["AA", "PA"]) => None,
            b"Link" => {
                let document = if before { ByDocument::Before } else { ByDocument::Now };
                self.only_leads(&annotation, document)?.then_some(Allowance::BySaying)
            }
            // A watermark with a place of its own on paper is printed elsewhere than it's seen (table 194).
            kind if OTHERS.contains(&kind) && !acts(&["A", "AA", "Dest", "FixedPrint"]) => Some(Allowance::BySaying),
            _ => None,
        })
    }

    /// Whether a link does nothing but lead to one place.
    fn only_leads(&self, link: &Dictionary, document: ByDocument) -> Result<bool, Error> {
        let action = match document {
            ByDocument::Before => self.before.get(link, b"A")?,
            ByDocument::Now => self.now.get(link, b"A")?,
        };
        Ok(match action {
            Object::Null => true,
            Object::Dictionary(action) => {
                let leads = action.get(b"S").and_then(Object::as_name).is_ok_and(|kind| LEADING.contains(&kind));
                leads && !action.has(b"Next")
            }
            _ => false,
        })
    }

    /// A link that came later leads out of the document: whoever follows it sees what nobody signed.
    pub(super) fn warn_of_target(&mut self, link: ObjectId, page: usize) -> Result<(), Error> {
        let Some(link_now) = self.now.dictionary_at(link)? else { return Ok(()) };
        let Object::Dictionary(action) = self.now.get(&link_now, b"A")? else { return Ok(()) };
        let target = match action.get(b"S").and_then(Object::as_name) {
            Ok(b"URI") => text_of(&self.now.get(&action, b"URI")?),
            Ok(b"GoToR") => match self.now.get(&action, b"F")? {
                Object::Dictionary(file) => {
                    text_of(&self.now.get(&file, b"UF")?).or(text_of(&self.now.get(&file, b"F")?))
                }
                file => text_of(&file),
            },
            _ => return Ok(()),
        };
        self.warn(Code::ModificationsLink, target, link.0, Some(&page));
        Ok(())
    }
}

/// Which of the two revisions.
#[derive(Debug, Clone, Copy)]
enum ByDocument {
    Before,
    Now,
}
