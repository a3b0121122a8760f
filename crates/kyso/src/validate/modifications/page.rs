//! Pages: widgets of signatures, and annotations beside the text.

use std::collections::{HashMap, HashSet};

use super::annotations::Allowance;
use super::compare::{Deep, Listed, differing, keys, same};
use super::questions::Doubt;
use super::{Comparison, defaults, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId};
use crate::validate::report::Modifications;

/// Nodes above a page that are asked for what it inherits.
const MAX_DEPTH: usize = 64;

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
                b"Tabs" if was.is_none() => {
                    self.tab_order(number, id, &before, &now, widgets)?;
                    true
                }
                // A date (ISO 32000-2, table 31), as programs write it with whatever else they write.
                b"LastModified" => self.holds(is, |value| matches!(value, Object::String(..)))?,
                // What a page inherits may be said on the page itself.
                b"MediaBox" | b"CropBox" | b"BleedBox" | b"TrimBox" | b"ArtBox" | b"Rotate" | b"Resources" => {
                    let was = inherited(self.before, &before, &key)?;
                    let is = inherited(self.now, &now, &key)?;
                    Deep::new(self.before, self.now).same(was.as_ref(), is.as_ref())?
                }
                _ => {
                    Deep::new(self.before, self.now).same(was, is)?
                        || defaults::is_same(self.before, &before, self.now, &now, &key)?
                }
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

    /// A page that gets a signature's field may get a tab order with it. Otherwise no permission is about it.
    fn tab_order(
        &mut self,
        number: usize,
        page: ObjectId,
        before: &Dictionary,
        now: &Dictionary,
        widgets: &HashSet<ObjectId>,
    ) -> Result<(), Error> {
        let (was, is) = (self.before.items(before.get(b"Annots").ok())?, self.now.items(now.get(b"Annots").ok())?);
        let had = Listed::of(&was);
        let is_of_a_signature = |item: &Object| item.as_reference().is_ok_and(|id| widgets.contains(&id));
        if !is.iter().any(|item| is_of_a_signature(item) && !had.contains(item)) {
            self.raise_by_filling();
            self.restricted(finding(Code::ModificationsPage, "/Tabs").at(page.0, Some(&number)), None);
        }
        Ok(())
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
            match (item.as_reference(), self.allowance(item, true)?) {
                (Ok(id), Some(allowance)) => {
                    self.raise(Modifications::Annotations);
                    if allowance == Allowance::BySaying || is_typed(self.before, id)? {
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
            // One without a number is drawn as well, and nobody can be asked what it covers.
            let Ok(id) = item.as_reference() else {
                self.unexplained(finding(Code::ModificationsAnnotation, page.0).at(page.0, Some(&number)));
                continue;
            };
            if widgets.contains(&id) {
                self.ask(number, id, Doubt::Covers(Code::ModificationsSignatureCovers))?;
                continue;
            }
            match self.allowance(item, false)? {
                Some(allowance) => {
                    self.raise(Modifications::Annotations);
                    if allowance == Allowance::BySaying {
                        self.rewritten(finding(Code::ModificationsAnnotation, id.0).at(id.0, Some(&number)));
                    }
                    self.warn_of_target(id, number)?;
                    self.ask(number, id, Doubt::Covers(Code::ModificationsAnnotationCovers))?;
                }
                None => self.unexplained(finding(Code::ModificationsAnnotation, id.0).at(id.0, Some(&number))),
            }
        }
        Ok(())
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
            let (Some(was), Some(is)) = (self.allowance(&reference, true)?, self.allowance(&reference, false)?) else {
                continue;
            };
            if before.get(b"Subtype").ok() != now.get(b"Subtype").ok() {
                continue;
            }
            self.explain(id);
            let must_be_said = was.max(is) == Allowance::BySaying;
            let reads_otherwise = self.reads_otherwise(&before, &now)?;
            if must_be_said && !reads_otherwise {
                // It was only written anew.
                continue;
            }
            self.raise(Modifications::Annotations);
            if reads_otherwise && (must_be_said || is_typed(self.before, id)?) {
                self.rewritten(finding(Code::ModificationsAnnotationRemoved, id.0).at(id.0, Some(&number)));
            }
            if must_be_said {
                self.warn_of_target(id, number)?;
            }
            self.explain_appearance(id, &now)?;
            self.ask(number, id, Doubt::Covers(Code::ModificationsAnnotationCovers))?;
            // What it hid when the document was signed may be seen now.
            self.ask(number, id, Doubt::Covered)?;
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
            if !beside
                && !Deep::new(self.before, self.now).same(before.get(&key).ok(), now.get(&key).ok())?
                && !defaults::is_same(self.before, before, self.now, now, &key)?
            {
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
        b"BleedBox" | b"TrimBox" | b"ArtBox" => inherited(document, page, b"CropBox")?,
        b"Rotate" => Some(Object::Integer(0)),
        _ => None,
    })
}
