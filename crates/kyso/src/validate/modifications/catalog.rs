//! The catalog and the trailer: what of them later programs renew.

use std::collections::BTreeSet;

use super::compare::{Deep, differing, keys, optional_same};
use super::defaults;
use super::graph::same_object;
use super::{Comparison, finding, name};
use crate::code::Code;
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object, ObjectId, references_in};

/// The versions that there are.
const VERSIONS: [&[u8]; 9] = [b"1.0", b"1.1", b"1.2", b"1.3", b"1.4", b"1.5", b"1.6", b"1.7", b"2.0"];
/// The entries of /Info in which programs write their own names and the time.
const UPKEEP: [&[u8]; 4] = [b"ModDate", b"CreationDate", b"Producer", b"Creator"];

/// The texts and dates in it (ISO 32000-2, table 349).
const STANDARD: [&[u8]; 8] =
    [b"Title", b"Author", b"Subject", b"Keywords", b"ModDate", b"CreationDate", b"Producer", b"Creator"];

/// Whether a value is a text, a name or a number, or a list of them.
fn is_plain(value: &Object) -> bool {
    match value {
        Object::String(..) | Object::Name(_) | Object::Boolean(_) | Object::Integer(_) | Object::Real(_) => true,
        Object::Array(items) => items.iter().all(|item| !matches!(item, Object::Array(_)) && is_plain(item)),
        _ => false,
    }
}

/// The document's XMP, without the zeros between the letters that UTF-16 and UTF-32 have; `None` where it's no stream or can't
/// be decoded.
fn xmp(document: &Document<'_>, metadata: Option<&Object>) -> Result<Option<Vec<u8>>, Error> {
    let Some(Object::Reference(id)) = metadata else { return Ok(None) };
    Ok(match document.object(*id)? {
        Object::Stream(mut stream) => {
            document.take_decoded(&mut stream).ok().map(|xmp| xmp.into_iter().filter(|&byte| byte != 0).collect())
        }
        _ => None,
    })
}

/// What XMP says of the document that a person reads: its title, its authors, what it's about. By elements and attributes of
/// these names, whatever their prefix; without white space and the elements within.
fn described(xmp: &str) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let mut rest = xmp;
    while let Some((_, behind)) = rest.split_once('<') {
        let Some((tag, content)) = behind.split_once('>') else { break };
        rest = content;
        let name = tag.split(|letter: char| letter.is_whitespace() || letter == '/').next().unwrap_or_default();
        if describes(name)
            && let Some((content, _)) = content.split_once(&format!("</{name}"))
        {
            said.insert(format!("{} {}", local(name), without_tags(content)));
        }
        for attribute in tag.split(['"', '\'']).collect::<Vec<_>>().chunks_exact(2) {
            let [key, value] = attribute else { continue };
            let key = key.trim_end().trim_end_matches('=').trim_end();
            let key = key.rsplit(char::is_whitespace).next().unwrap_or_default();
            if describes(key) {
                said.insert(format!("{} {}", local(key), without_tags(value)));
            }
        }
    }
    said
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or_default()
}

fn describes(name: &str) -> bool {
    const NAMES: [&str; 6] = ["title", "creator", "description", "subject", "keywords", "author"];
    // rdf:Description is where everything stands.
    name.contains(':') && !name.starts_with("rdf:") && NAMES.contains(&local(name).to_ascii_lowercase().as_str())
}

fn without_tags(text: &str) -> String {
    let mut is_tag = false;
    let letters = text.chars().filter(|&letter| {
        is_tag |= letter == '<';
        let stays = !is_tag && !letter.is_whitespace();
        is_tag &= letter != '>';
        stays
    });
    letters.collect()
}

/// Whether a value is the name of a version of PDF.
pub(super) fn is_version(value: &Object) -> bool {
    value.as_name().is_ok_and(|version| VERSIONS.contains(&version))
}

impl Comparison<'_, '_, '_> {
    /// The catalog that /Root leads to. It may have got a new number: what counts is what it says.
    pub(super) fn catalog(&mut self, was: ObjectId, id: ObjectId) -> Result<(), Error> {
        if was != id {
            // What the new number stood for isn't judged here.
            if self.is_changed(id) {
                self.unexplained(finding(Code::ModificationsCatalog, "/Root"));
                return Ok(());
            }
            self.left_behind = Some((was, id)).filter(|_| !self.is_changed(was));
        }
        let (before, now) = (self.before.catalog()?, self.now.catalog()?);
        for key in keys(&before, &now) {
            let (was, is) = (before.get(&key).ok(), now.get(&key).ok());
            match (key.as_slice(), is) {
                // Judged in its own room.
                (b"AcroForm", _) => {}
                (b"DSS", Some(dss)) => self.evidence(was, dss, id)?,
                (b"DSS", None) => self.unexplained(finding(Code::ModificationsCatalog, name(&key))),
                (b"Extensions", Some(extensions)) => self.extensions(was, extensions, id)?,
                (b"Metadata", Some(_)) => {
                    let same = optional_same(was, is)
                        && is.and_then(|is| is.as_reference().ok()).is_none_or(|id| !self.is_changed(id));
                    if !same {
                        self.changes.upkeep = true;
                        self.explain_reference(is, id)?;
                        self.metadata(was, is)?;
                    }
                }
                // A program that needs another version says so; no page changes by it.
                (b"Version", Some(version)) if is_version(version) => {
                    self.changes.upkeep |= !optional_same(was, is);
                }
                // The structure is walked with what else changed.
                (b"StructTreeRoot", Some(_)) if optional_same(was, is) => {}
                (b"StructTreeRoot", Some(root)) if self.root_grows(was, root)? => {}
                _ if optional_same(was, is) || Deep::new(self.before, self.now).same(was, is)? => {}
                _ if defaults::is_same(self.before, &before, self.now, &now, &key)? => {}
                _ => self.unexplained(finding(Code::ModificationsCatalog, name(&key))),
            }
        }
        self.explain(id);
        Ok(())
    }

    /// Explains what one key of the catalog leads to; another key that leads to the same object doesn't explain it.
    pub(super) fn explain_reference(&mut self, reference: Option<&Object>, catalog: ObjectId) -> Result<(), Error> {
        let Some(Object::Reference(id)) = reference else { return Ok(()) };
        let mut uses = 0;
        for catalog in [self.before.catalog()?, self.now.catalog()?] {
            let mut here = 0;
            references_in(&Object::Dictionary(catalog), &mut |target| here += usize::from(target == *id));
            uses = uses.max(here);
        }
        if self.is_changed(*id) && uses == 1 {
            self.explain_owned(*id, catalog);
        }
        Ok(())
    }

    /// XMP (ISO 16684-1, 7.3.1) knows no document type and no entities: by them, what a program reads of the document isn't what
    /// stands there.
    fn metadata(&mut self, was: Option<&Object>, is: Option<&Object>) -> Result<(), Error> {
        let Some(Object::Reference(id)) = is else { return Ok(()) };
        let is = xmp(self.now, is)?;
        let is_plain = is.as_ref().is_some_and(|xmp| {
            let mut declarations = [&b"<!DOCTYPE"[..], b"<!ENTITY"].into_iter();
            declarations.all(|name| !xmp.windows(name.len()).any(|text| text.eq_ignore_ascii_case(name)))
        });
        if !is_plain {
            self.warn(Code::ModificationsMetadata, None, id.0, None);
        }
        let said = |xmp: Option<Vec<u8>>| described(&String::from_utf8_lossy(&xmp.unwrap_or_default()));
        self.changes.described |= said(xmp(self.before, was)?) != said(is);
        Ok(())
    }

    /// /Info may be rewritten at each save: readers show its dates, and no page does.
    pub(super) fn information(&mut self) -> Result<(), Error> {
        let (was, is) = (self.before.trailer().get(b"Info").ok(), self.now.trailer().get(b"Info").ok());
        // Some scanners' /Info is the catalog, which is judged as such.
        if is == Some(&Object::Reference(self.now.catalog_id()?)) && optional_same(was, is) {
            return Ok(());
        }
        let changed = match is {
            Some(Object::Reference(id)) => self.is_changed(*id) && !same_object(self.before, self.now, *id)?,
            _ => false,
        };
        // A trailer that leaves it out says nothing new.
        if is.is_some() && (!optional_same(was, is) || changed) {
            if !self.is_information(is)? {
                self.unexplained(finding(Code::ModificationsCatalog, "/Info"));
            }
            match self.is_upkeep()? {
                true => self.changes.upkeep = true,
                false => self.raise_by_filling(),
            }
            if let Some(Object::Reference(id)) = is
                && self.is_changed(*id)
            {
                // The trailer alone refers to it.
                self.explain_owned(*id, (0, 0));
            }
        }
        Ok(())
    }

    /// Whether /Info is a dictionary of texts and dates (ISO 32000-2, table 349), as far as it's new: what else stands there, or
    /// a reference to nothing, may lead other readers elsewhere.
    fn is_information(&self, is: Option<&Object>) -> Result<bool, Error> {
        let Some(is) = is.filter(|is| !is.is_null()) else { return Ok(true) };
        let is_stream = is.as_reference().map_or(Ok(false), |id| self.now.is_stream(id))?;
        let Object::Dictionary(now) = self.now.resolve_value(is)? else { return Ok(false) };
        let before = self.before.dictionary(self.before.trailer(), b"Info")?;
        for key in differing(&before, &now) {
            let is_right = match key.as_slice() {
                b"Trapped" => {
                    self.holds(now.get(&key).ok(), |value| matches!(value, Object::Name(_) | Object::Boolean(_)))?
                }
                _ if STANDARD.contains(&key.as_slice()) => {
                    self.holds(now.get(&key).ok(), |value| matches!(value, Object::String(..)))?
                }
                // Programs' own entries.
                _ => self.holds(now.get(&key).ok(), is_plain)?,
            };
            if !is_right {
                return Ok(false);
            }
        }
        Ok(!is_stream)
    }

    /// Whether there's no value, or one such; a reference to nothing is none such.
    pub(super) fn holds(&self, value: Option<&Object>, fits: impl Fn(&Object) -> bool) -> Result<bool, Error> {
        Ok(match value {
            None | Some(Object::Null) => true,
            Some(value) => fits(&self.now.resolve_value(value)?),
        })
    }

    /// Whether no more of /Info changed than programs change by themselves.
    fn is_upkeep(&self) -> Result<bool, Error> {
        let of = |document: &Document<'_>| match document.get(document.trailer(), b"Info") {
            Ok(Object::Dictionary(information)) => Ok(information),
            Ok(_) => Ok(Dictionary::new()),
            Err(error) => Err(error),
        };
        Ok(differing(&of(self.before)?, &of(self.now)?).iter().all(|key| UPKEEP.contains(&key.as_slice())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_metadata_say_of_the_document_is_told_from_what_programs_renew() {
        let said = |title: &str, date: &str| {
            described(&format!(
                "<rdf:Description rdf:about='' xmp:ModifyDate='{date}'><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{title}\
                 </rdf:li></rdf:Alt></dc:title></rdf:Description>"
            ))
        };
        assert_eq!(said("Giấy uỷ quyền", "2026"), said("Giấy  uỷ quyền", "2027"));
        assert_ne!(said("Giấy uỷ quyền", "2026"), said("Hợp đồng", "2026"));
        // Under another prefix, and as an attribute.
        for xmp in
            ["<d:title>Khác</d:title>", "<rdf:Description pdf:Keywords = \"Khác\" x='y'/>", "<a b:Author='Khác'>"]
        {
            assert_eq!(described(xmp).len(), 1, "{xmp}");
        }
        for xmp in [
            "",
            "<",
            "<a",
            "<dc:title>",
            "<rdf:Description>x</rdf:Description>",
            "<title>x</title>",
            "<a b='dc:title'>",
        ] {
            assert_eq!(described(xmp), BTreeSet::new(), "{xmp}");
        }
    }
}
