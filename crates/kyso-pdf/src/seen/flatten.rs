//! Annotations as part of their page: what they show is drawn where it was seen (ISO 32000-2, 12.5.5).

use lopdf::{Dictionary, Object, ObjectId};

use super::visible::{HIDDEN, NO_VIEW, flags};
use crate::content::form::{Appearance, Fitted};
use crate::error::Error;
use crate::file::document::Document;
use crate::geometry::Matrix;
use crate::page::Page;
use crate::signature::signature_field::text_of;
use crate::update::extract::{Loss, Lost};

/// Deepest form.
const MAX_DEPTH: usize = 64;
/// What a link to a web address keeps.
const OF_LINK: [&[u8]; 8] = [b"Type", b"Subtype", b"Rect", b"QuadPoints", b"Border", b"C", b"H", b"F"];

/// A page's annotations.
#[derive(Default)]
pub(crate) struct Flattened {
    /// What is to be drawn, in this order.
    pub(crate) forms: Vec<FlatForm>,
    /// Links to web addresses.
    pub(crate) links: Vec<Dictionary>,
    /// What can't be seen or used any more.
    pub(crate) losses: Vec<Loss>,
}

/// An appearance.
pub(crate) struct FlatForm {
    /// The Form XObject.
    pub(crate) id: ObjectId,
    /// From what its own matrix gives to the page's user space.
    pub(crate) matrix: Matrix,
}

/// Sorts every annotation of a page.
pub(crate) fn flattened(document: &Document<'_>, page: &Page) -> Result<Flattened, Error> {
    let mut flat = Flattened::default();
    let Object::Array(annotations) = document.get(&page.dictionary, b"Annots")? else { return Ok(flat) };
    for annotation in &annotations {
        let Object::Dictionary(annotation) = document.resolve(annotation)? else { continue };
        let kind = match document.get(&annotation, b"Subtype")? {
            Object::Name(kind) => kind,
            _ => continue,
        };
        let mut lose = |what: Lost, detail: String| {
            flat.losses.push(Loss { what, page: page.number, detail: Some(detail) });
        };
        if kind == b"Widget" && is_signed(document, &annotation)? {
            lose(Lost::Signature, field_name(document, &annotation)?);
        }
        if is_unseen(document, &annotation)? || kind == b"Popup" {
            continue;
        }
        if kind == b"Link" {
            match web_link(document, &annotation)? {
                Some(link) => flat.links.push(link),
                None => lose(Lost::Link, "Link".into()),
            }
            continue;
        }
        match appearance(document, &annotation)? {
            // Layers of annotations are their viewer's affair.
            Some(form) if !annotation.has(b"OC") => flat.forms.push(form),
            // Nobody misses the appearance of an empty field.
            _ if kind == b"Widget" && of_field(document, &annotation, b"V")?.is_null() => {}
            _ if kind == b"Widget" && is_signed(document, &annotation)? => {}
            _ => lose(Lost::Annotation, String::from_utf8_lossy(&kind).into_owned()),
        }
    }
    Ok(flat)
}

/// Whether an annotation's flags say that it isn't seen.
pub(super) fn is_unseen(document: &Document<'_>, annotation: &Dictionary) -> Result<bool, Error> {
    Ok(flags(document, annotation)? & (HIDDEN | NO_VIEW) != 0)
}

fn appearance(document: &Document<'_>, annotation: &Dictionary) -> Result<Option<FlatForm>, Error> {
    let Some(id) = Appearance::normal(document, annotation)?.form() else { return Ok(None) };
    let Some(form) = document.dictionary_at(id)? else { return Ok(None) };
    Ok(Fitted::of(document, &form, annotation)?.map(|fitted| FlatForm { id, matrix: fitted.onto_page }))
}

/// A link without anything but its place and its web address.
fn web_link(document: &Document<'_>, annotation: &Dictionary) -> Result<Option<Dictionary>, Error> {
    let Object::Dictionary(action) = document.get(annotation, b"A")? else { return Ok(None) };
    let is_web = matches!(document.get(&action, b"S")?, Object::Name(kind) if kind == b"URI");
    let address = document.get(&action, b"URI")?;
    if !is_web || !matches!(address, Object::String(..)) {
        return Ok(None);
    }
    let mut plain = Dictionary::new();
    plain.set("Type", Object::Name(b"Action".to_vec()));
    plain.set("S", Object::Name(b"URI".to_vec()));
    plain.set("URI", address);
    let mut link = Dictionary::new();
    for key in OF_LINK {
        if annotation.has(key) {
            link.set(key, document.get(annotation, key)?);
        }
    }
    link.set("A", plain);
    Ok(Some(link))
}

/// A field's entry, which it may have from a field above.
fn of_field(document: &Document<'_>, widget: &Dictionary, key: &[u8]) -> Result<Object, Error> {
    let mut field = widget.clone();
    for _ in 0..MAX_DEPTH {
        match (document.get(&field, key)?, document.get(&field, b"Parent")?) {
            (Object::Null, Object::Dictionary(above)) => field = above,
            (value, _) => return Ok(value),
        }
    }
    Ok(Object::Null)
}

fn is_signed(document: &Document<'_>, widget: &Dictionary) -> Result<bool, Error> {
    Ok(matches!(of_field(document, widget, b"FT")?, Object::Name(kind) if kind == b"Sig")
        && !of_field(document, widget, b"V")?.is_null())
}

fn field_name(document: &Document<'_>, widget: &Dictionary) -> Result<String, Error> {
    Ok(text_of(&of_field(document, widget, b"T")?).unwrap_or_default())
}
