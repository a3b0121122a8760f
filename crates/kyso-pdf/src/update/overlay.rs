//! Form XObjects put onto a page that is there already, at rectangles as seen (ISO 32000-2, 7.8.2, 8.10).

use std::fmt::Write as _;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::dictionary_text::DictionaryText;
use super::edit::{dictionary, edit, reference, reference_in, shown};
use super::import::Import;
use super::incremental::{Update, Value, object_text};
use super::page_metadata;
use super::structure::Structure;
use crate::content::balance::Balance;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::stream::compressed_stream;
use crate::geometry::{Matrix, Rectangle};
use crate::page::{Page, numbers};

/// A form to put onto a page.
#[derive(Debug, Clone, Copy)]
pub struct Put {
    /// The Form XObject; its box, by its /Matrix, is `size` from the origin.
    pub form: ObjectId,
    /// Width and height of that box.
    pub size: (f64, f64),
    /// Where it goes, in points as seen.
    pub rectangle: Rectangle,
    /// Whether it's decoration to those who listen to the page: it has no tags then.
    pub is_artifact: bool,
}

/// Draws forms over everything that the page has. Its own content keeps its bytes, between a saved and a restored
/// graphics state.
///
/// # Errors
/// [`Error::Input`] where the page's resources or content can't be read.
pub fn put_on_page(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    page: &Page,
    puts: &[Put],
) -> Result<(), Error> {
    page.demand_readable(document)?;
    let content = page.content(document)?;
    let balance = Balance::of(&content);
    let mut text = dictionary(update, page.id)?;
    let mut resources = resources(update, page, &text)?;
    let mut objects = sub_dictionary(update, &resources, "XObject")?;

    let mut behind = balance.ending();
    for put in puts {
        let name = free_name(&objects)?;
        objects.set(&name, &reference(put.form))?;
        let Matrix { a, b, c, d, e, f } = matrix(page, put);
        if put.is_artifact {
            behind.push_str("/Artifact BMC\n");
        }
        let _ = writeln!(behind, "q {a:.6} {b:.6} {c:.6} {d:.6} {e:.4} {f:.4} cm /{name} Do Q");
        if put.is_artifact {
            behind.push_str("EMC\n");
        }
    }
    resources.set("XObject", &objects.into_bytes())?;
    text.set("Resources", &resources.into_bytes())?;

    let before = update.add(Value::Object(Object::Stream(Stream::new(Dictionary::new(), b"q\n".to_vec()))));
    let behind = update.add(Value::Object(compressed_stream(behind.as_bytes())?));
    let own = match balance.has_excess() {
        false => contents(document, &text)?,
        true => {
            let mended = compressed_stream(&balance.without_excess(content))?;
            shown(update.add(Value::Object(mended))).into_bytes()
        }
    };
    let list = [b"[", shown(before).as_bytes(), b" ", &own, b" ", shown(behind).as_bytes(), b"]"].concat();
    text.set("Contents", &list)?;
    update.set(page.id, Value::Text(text.into_bytes()));
    Ok(())
}

/// A page without metadata of its own takes those of the paper that a block of it comes from.
///
/// # Errors
/// [`Error::Input`] where the metadata of either document can't be read.
pub fn bring_metadata(update: &mut Update<'_, '_>, page: ObjectId, paper: &Document<'_>) -> Result<(), Error> {
    if dictionary(update, page)?.get("Metadata")?.is_some() {
        return Ok(());
    }
    let Some(metadata) = page_metadata::of_paper(update, paper)? else { return Ok(()) };
    edit(update, page, |text| text.set("Metadata", &reference(metadata)))
}

/// Makes a Form XObject of a part of a page of another document; with its tags, where the page is all of it.
///
/// # Errors
/// [`Error::Input`] where the page can't be read; [`Error::Budget`] where it refers to too much.
pub fn form_of_page(
    document: &Document<'_>,
    update: &mut Update<'_, '_>,
    onto: &Page,
    source: &Document<'_>,
    page: &Page,
    region: Rectangle,
) -> Result<ObjectId, Error> {
    page.demand_readable(source)?;
    let form = update.reserve();
    let mut import = Import::new(source);
    import.replace(source.catalog_id()?, None);
    import.replace(page.id, Some(onto.id));
    let structure = match source.page_count()? {
        1 => Structure::between(document, source)?.of_form(&mut import, form),
        _ => Structure::none(),
    };
    let Object::Stream(mut stream) = compressed_stream(&page.content(source)?)? else {
        return Err(Error::Internal("a stream is a stream".into()));
    };
    let (x, y) = page.point_as_seen(0.0, 0.0);
    let (along, up) = (page.point_as_seen(1.0, 0.0), page.point_as_seen(0.0, 1.0));
    let matrix = [along.0 - x, along.1 - y, up.0 - x, up.1 - y, x - region.x, y - region.y];
    for (key, value) in [("Type", "XObject"), ("Subtype", "Form")] {
        stream.dict.set(key, Object::Name(value.as_bytes().to_vec()));
    }
    stream.dict.set("BBox", numbers(page.to_user_space(region).edges()));
    stream.dict.set("Matrix", numbers(matrix));
    stream.dict.set("Resources", Dictionary::clone(&page.resources));
    for key in [b"Group".as_slice(), b"StructParents"] {
        if let Ok(value) = page.dictionary.get(key) {
            stream.dict.set(key, value.clone());
        }
    }
    let mut object = Object::Stream(stream);
    structure.change(page.id, &mut object);
    let object = import.value(update, &object)?;
    update.set(form, Value::Object(object));
    structure.enter(document, update, &mut import)?;
    Ok(form)
}

/// From the form's box to the page's user space.
fn matrix(page: &Page, put: &Put) -> Matrix {
    let Rectangle { x, y, width, height } = put.rectangle;
    let origin = page.point_in_user_space(x, y);
    let along = page.point_in_user_space(x + width, y);
    let up = page.point_in_user_space(x, y + height);
    let (wide, high) = (put.size.0.max(f64::MIN_POSITIVE), put.size.1.max(f64::MIN_POSITIVE));
    Matrix {
        a: (along.0 - origin.0) / wide,
        b: (along.1 - origin.1) / wide,
        c: (up.0 - origin.0) / high,
        d: (up.1 - origin.1) / high,
        e: origin.0,
        f: origin.1,
    }
}

/// The page's resources as text of its own: others may share what it refers to or inherits.
fn resources(update: &Update<'_, '_>, page: &Page, text: &DictionaryText) -> Result<DictionaryText, Error> {
    let own = match text.get("Resources")? {
        Some(written) => match reference_in(written) {
            Some(id) => update.text(id)?,
            None => Some(written.to_vec()),
        },
        None => None,
    };
    match own.filter(|text| text.starts_with(b"<<")) {
        Some(own) => DictionaryText::new(own),
        None => DictionaryText::new(object_text(&Object::Dictionary(Dictionary::clone(&page.resources)))?),
    }
}

fn sub_dictionary(update: &Update<'_, '_>, holder: &DictionaryText, key: &str) -> Result<DictionaryText, Error> {
    let written = match holder.get(key)? {
        Some(written) => match reference_in(written) {
            Some(id) => update.text(id)?,
            None => Some(written.to_vec()),
        },
        None => None,
    };
    DictionaryText::new(written.filter(|text| text.starts_with(b"<<")).unwrap_or_else(|| b"<<>>".to_vec()))
}

fn free_name(objects: &DictionaryText) -> Result<String, Error> {
    for number in 1_u32.. {
        let name = format!("Put{number}");
        if objects.get(&name)?.is_none() {
            return Ok(name);
        }
    }
    Err(Error::Internal("no free name for a form".into()))
}

/// The references to the page's content streams.
fn contents(document: &Document<'_>, page: &DictionaryText) -> Result<Vec<u8>, Error> {
    let Some(written) = page.get("Contents")? else { return Ok(Vec::new()) };
    if let Some(inner) = written.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) {
        return Ok(inner.to_vec());
    }
    let Some(id) = reference_in(written) else { return Ok(Vec::new()) };
    match document.object(id)? {
        Object::Array(items) => {
            let streams = items.iter().filter_map(|item| item.as_reference().ok()).map(shown);
            Ok(streams.collect::<Vec<_>>().join(" ").into_bytes())
        }
        Object::Stream(_) => Ok(written.to_vec()),
        _ => Ok(Vec::new()),
    }
}
