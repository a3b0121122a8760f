//! Pages: widgets of signatures, and comments beside the text.

use std::collections::{HashMap, HashSet};

use super::compare::{Deep, Listed, differing, keys, same};
use super::questions::Doubt;
use super::{Comparison, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};
use crate::validate::report::Modifications;

/// Nodes above a page that are asked for what it inherits.
const MAX_DEPTH: usize = 64;
/// Comments (ISO 32000-2, 12.5.6: markup annotations), which DocMDP P=3 is about.
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

impl Comparison<'_, '_, '_> {
    pub(super) fn pages(&mut self) -> Result<(), Error> {
        let signed = self.signed;
        let widgets: HashSet<ObjectId> = self.signatures_now.iter().map(|field| field.widget).collect();
        for (&number, &(id, list)) in &signed.lists {
            if self.is_changed(id) || list.is_some_and(|list| self.is_changed(list)) {
                self.page(number, id, &widgets)?;
            }
        }
        self.commented(&signed.annotations)?;
        // A field that was there empty may be filled in on a page that didn't change.
        let already = signed.signed_widgets();
        for widget in widgets.iter().filter(|widget| !already.contains(widget)) {
            if let Some(&number) = signed.annotations.get(widget)
                && self.is_changed(*widget)
            {
                self.ask(number, *widget, Doubt::Covers(Code::ModificationsSignatureCovers))?;
            }
        }
        Ok(())
    }

    /// A page may differ in /Annots, which keeps what it had but for comments.
    fn page(&mut self, number: usize, id: ObjectId, widgets: &HashSet<ObjectId>) -> Result<(), Error> {
        let (Some(before), Some(now)) = (self.before.dictionary_at(id)?, self.now.dictionary_at(id)?) else {
            self.unexplained(finding(Code::ModificationsPage, number).at(id.0, Some(&number)));
            return Ok(());
        };
        for key in differing(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            let explained = match key.as_slice() {
                b"Annots" => true,
                // A page that gets its first form widget may get a tab order, or the date of the change.
                b"Tabs" => was.is_none(),
                b"LastModified" => true,
                // What a page inherits may be said on the page itself.
                b"MediaBox" | b"CropBox" | b"Rotate" | b"Resources" => {
                    let was = inherited(self.before, &before, &key)?;
                    let is = inherited(self.now, &now, &key)?;
                    Deep::new(self.before, self.now).same(was.as_ref(), is.as_ref())?
                }
                _ => Deep::new(self.before, self.now).same(was, is)?,
            };
            if !explained {
                self.unexplained(finding(Code::ModificationsPage, name(&key)).at(id.0, Some(&number)));
            }
        }
        self.explain(id);
        if let Ok(Object::Reference(list)) = now.get(b"Annots")
            && self.is_changed(*list)
        {
            self.explain_owned(*list, id);
        }
        self.annotations(number, id, &before, &now, widgets)
    }

    fn annotations(
        &mut self,
        number: usize,
        page: ObjectId,
        before: &Dictionary,
        now: &Dictionary,
        widgets: &HashSet<ObjectId>,
    ) -> Result<(), Error> {
        let was = self.before.items(before.get(b"Annots").ok())?;
        let is = self.now.items(now.get(b"Annots").ok())?;
        let has = Listed::of(&is);
        for item in was.iter().filter(|item| !has.contains(item)) {
            match item.as_reference() {
                Ok(id) if self.markup(item, true)? => {
                    self.raise(Modifications::Annotations);
                    if is_typed(self.before, id)? {
                        self.rewritten(finding(Code::ModificationsAnnotationRemoved, id.0).at(id.0, Some(&number)));
                    }
                    self.ask(number, id, Doubt::Covered)?;
                }
                _ => self.unexplained(finding(Code::ModificationsAnnotationRemoved, page.0).at(page.0, Some(&number))),
            }
        }
        // What stays must stay in its order: the later is drawn above the earlier.
        let mut kept = was.iter().filter(|item| has.contains(item)).peekable();
        let mut added = Vec::new();
        for item in &is {
            if kept.next_if(|old| same(old, item)).is_none() {
                added.push(item);
            }
        }
        if kept.next().is_some() {
            self.unexplained(finding(Code::ModificationsPage, "/Annots").at(page.0, Some(&number)));
        }
        for item in added {
            let id = item.as_reference().ok();
            if let Some(id) = id.filter(|id| widgets.contains(id)) {
                self.ask(number, id, Doubt::Covers(Code::ModificationsSignatureCovers))?;
            } else if self.markup(item, false)? {
                self.raise(Modifications::Annotations);
                if let Some(id) = id {
                    self.ask(number, id, Doubt::Covers(Code::ModificationsAnnotationCovers))?;
                }
            } else {
                self.unexplained(
                    finding(Code::ModificationsAnnotation, id.unwrap_or(page).0)
                        .at(id.unwrap_or(page).0, Some(&number)),
                );
            }
        }
        Ok(())
    }

    /// Whether an annotation of one of the revisions is a comment.
    fn markup(&self, annotation: &Object, before: bool) -> Result<bool, Error> {
        let value = if before { self.before.resolve(annotation)? } else { self.now.resolve(annotation)? };
        Ok(match value {
            Object::Dictionary(annotation) => {
                let subtype = annotation.get(b"Subtype").and_then(Object::as_name);
                subtype.is_ok_and(|subtype| MARKUP.contains(&subtype))
                    && !["A", "AA", "Dest"].iter().any(|key| annotation.has(key.as_bytes()))
            }
            _ => false,
        })
    }

    /// Comments that were there and changed.
    fn commented(&mut self, annotations: &HashMap<ObjectId, usize>) -> Result<(), Error> {
        let mut changed: Vec<(ObjectId, usize)> =
            annotations.iter().filter(|(id, _)| self.is_changed(**id)).map(|(id, page)| (*id, *page)).collect();
        changed.sort_unstable();
        for (id, number) in changed {
            if self.explained.contains_key(&id.0) {
                continue;
            }
            let (Some(before), Some(now)) = (self.before.dictionary_at(id)?, self.now.dictionary_at(id)?) else {
                continue;
            };
            let reference = Object::Reference(id);
            let is_comment = self.markup(&reference, true)? && self.markup(&reference, false)?;
            if is_comment && before.get(b"Subtype").ok() == now.get(b"Subtype").ok() {
                self.raise(Modifications::Annotations);
                if is_typed(self.before, id)? && self.reads_otherwise(&before, &now)? {
                    self.rewritten(finding(Code::ModificationsAnnotationRemoved, id.0).at(id.0, Some(&number)));
                }
                self.explain(id);
                self.explain_appearance(id, &now)?;
                self.ask(number, id, Doubt::Covers(Code::ModificationsAnnotationCovers))?;
                // What it hid when the document was signed may be seen now.
                self.ask(number, id, Doubt::Covered)?;
            }
        }
        Ok(())
    }

    /// Whether an annotation shows something else, or elsewhere.
    fn reads_otherwise(&self, before: &Dictionary, now: &Dictionary) -> Result<bool, Error> {
        let is_stamp = before.get(b"Subtype").and_then(Object::as_name).is_ok_and(|subtype| subtype == b"Stamp");
        for key in keys(before, now) {
            let beside = match key.as_slice() {
                b"M" | b"NM" | b"P" | b"T" | b"Popup" | b"StructParent" | b"CreationDate" | b"Subj" => true,
                // A stamp's is a comment on it, which no page shows.
                b"Contents" | b"RC" => is_stamp,
                _ => false,
            };
            if !beside && !Deep::new(self.before, self.now).same(before.get(&key).ok(), now.get(&key).ok())? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether an annotation is typed or stamped on the page, where it reads like the page's own text.
fn is_typed(document: &Document<'_>, id: ObjectId) -> Result<bool, Error> {
    let subtype = document
        .dictionary_at(id)?
        .and_then(|annotation| annotation.get(b"Subtype").and_then(Object::as_name).map(<[u8]>::to_vec).ok());
    Ok(subtype.is_some_and(|subtype| subtype == b"FreeText" || subtype == b"Stamp"))
}

/// What holds for a page, said by itself or by a node above it, or by nobody (ISO 32000-2, 7.7.3.4).
fn inherited(document: &Document<'_>, page: &Dictionary, key: &[u8]) -> Result<Option<Object>, Error> {
    let mut node = page.clone();
    for _ in 0..MAX_DEPTH {
        match node.get(key) {
            Ok(Object::Null) | Err(_) => {}
            Ok(value) => return Ok(Some(value.clone())),
        }
        match document.get(&node, b"Parent")? {
            Object::Dictionary(parent) => node = parent,
            _ => break,
        }
    }
    Ok(match key {
        b"CropBox" => inherited(document, page, b"MediaBox")?,
        b"Rotate" => Some(Object::Integer(0)),
        _ => None,
    })
}
