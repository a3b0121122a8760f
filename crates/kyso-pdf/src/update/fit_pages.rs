//! Pages made smaller, so that sizes on them are what they are on the paper that they get printed on.
//!
//! The page's content becomes a Form XObject, which the page draws through one matrix: patterns and clips are scaled with the
//! form (ISO 32000-2, 8.7.3.1, 8.10), which a matrix before the content would not do. /UserUnit would be shorter, but
//! values below one are beyond what readers support, and some readers know none.

use lopdf::{Dictionary, Object, Stream};

use super::edit::{dictionary, reference};
use super::incremental::{Tail, Update, Value, object_text};
use super::permission;
use crate::content::balance::Balance;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::stream::compressed_stream;
use crate::page::{Page, numbers};

/// How a page gets smaller.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The page, from 1.
    pub page: usize,
    /// What the width and height of all that it shows are multiplied by.
    pub scale: f64,
    /// Width and height of the page then, as seen, in points. What it shows stands in the middle.
    pub size: (f64, f64),
}

/// The boxes of a page besides those that are always written (ISO 32000-2, 14.11.2).
const OTHER_BOXES: [&str; 3] = ["BleedBox", "TrimBox", "ArtBox"];

/// Whether a page can be made smaller: it has nothing that would have to be scaled one by one (annotations, fields), no
/// tags that lead into its content, and stands in the document once.
///
/// # Errors
/// [`Error::Input`] where the page can't be read.
pub fn can_be_fitted(document: &Document<'_>, page: &Page) -> Result<bool, Error> {
    let has_annotations = match document.get(&page.dictionary, b"Annots")? {
        Object::Array(items) => !items.is_empty(),
        Object::Null => false,
        _ => true,
    };
    let is_tagged = page.dictionary.has(b"StructParents");
    Ok(!has_annotations && !is_tagged && !page.is_repeated(document)?)
}

/// Makes pages of a document that nobody has signed smaller, in one update: what they show is the same, scaled. Whether each
/// can be is the caller's to have asked ([`can_be_fitted`]).
///
/// # Errors
/// [`Error::Refused`] where the document has a signature, isn't whole, or a page can't be read; [`Error::Input`] where its
/// pages can't be found.
pub fn fit_pages(document: &Document<'_>, fits: &[Fit]) -> Result<Tail, Error> {
    permission::demand_whole(document)?;
    permission::demand_unsigned(document)?;
    permission::demand_assembling(document)?;
    let mut update = Update::new(document);
    for fit in fits {
        let page = document.page(fit.page)?;
        page.demand_readable(document)?;
        self::fit(document, &mut update, &page, *fit)?;
    }
    update.finish()
}

fn fit(document: &Document<'_>, update: &mut Update<'_, '_>, page: &Page, fit: Fit) -> Result<(), Error> {
    let content = page.content(document)?;
    let balance = Balance::of(&content);
    let own = if balance.has_excess() { balance.without_excess(content) } else { content };
    // What the ending restores last is saved first.
    let whole = [b"q\n", own.as_slice(), balance.ending().as_bytes()].concat();
    let mut text = dictionary(update, page.id)?;
    let Object::Stream(form) = compressed_stream(&whole)? else {
        return Err(Error::Internal("a stream is a stream".into()));
    };
    let form = update.add(Value::Object(Object::Stream(form_of(page, form))));

    let factor = fit.scale * page.user_unit;
    let (wide, high) = if page.rotate.is_multiple_of(180) { fit.size } else { (fit.size.1, fit.size.0) };
    let (left, bottom) = (
        (wide - page.crop_box.width() * factor) / 2.0 - page.crop_box.left * factor,
        (high - page.crop_box.height() * factor) / 2.0 - page.crop_box.bottom * factor,
    );
    let drawing = format!("q {factor:.6} 0 0 {factor:.6} {left:.4} {bottom:.4} cm /Whole Do Q\n");
    let drawing = Stream::new(Dictionary::new(), drawing.into_bytes());
    let drawing = update.add(Value::Object(Object::Stream(drawing)));
    let size = object_text(&numbers([0.0, 0.0, wide, high]))?;
    text.set("MediaBox", &size)?;
    text.set("CropBox", &size)?;
    for other in OTHER_BOXES {
        if text.get(other)?.is_some() {
            text.set(other, &size)?;
        }
    }
    if text.get("UserUnit")?.is_some() {
        text.set("UserUnit", b"1")?;
    }
    text.set("Contents", &reference(drawing))?;
    text.set("Resources", &[b"<< /XObject << /Whole ", reference(form).as_slice(), b" >> >>"].concat())?;
    update.set(page.id, Value::Text(text.into_bytes()));
    Ok(())
}

/// The page's content as a form, in the page's own user space.
fn form_of(page: &Page, mut form: Stream) -> Stream {
    for (key, value) in [("Type", "XObject"), ("Subtype", "Form")] {
        form.dict.set(key, Object::Name(value.as_bytes().to_vec()));
    }
    form.dict.set("BBox", numbers(page.crop_box.edges()));
    let own = page.dictionary.get(b"Resources").ok().filter(|own| own.as_reference().is_ok()).cloned();
    form.dict.set("Resources", own.unwrap_or_else(|| Object::Dictionary(Dictionary::clone(&page.resources))));
    form
}
