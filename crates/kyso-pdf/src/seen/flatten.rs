//! Annotations as part of their page: what they show is drawn where it was seen (ISO 32000-2, 12.5.5). What viewers draw by
//! themselves, each in its own way, isn't in the file and can't be part of the page: then nothing is made of the page.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId};

use super::default_appearance::border_width;
use super::visible::{HIDDEN, INVISIBLE, NO_ROTATE, NO_VIEW, NO_ZOOM, PRINT, flags};
use crate::content::form::{Appearance, AppearanceState, Fitted, FormBox};
use crate::content::layers::Layers;
use crate::error::{Error, Reason, Rule};
use crate::file::document::Document;
use crate::form_tree::{COMBO, FormNode};
use crate::geometry::Matrix;
use crate::page::Page;
use crate::signature::signature_field::text_of;
use crate::update::extract::{Loss, Lost};
use crate::update::need_appearances;

/// Deepest form.
const MAX_DEPTH: usize = 64;
/// Annotations of which viewers draw something without an appearance stream, as a drawing or as an icon (12.5.6).
const DRAWN_BY_VIEWERS: [&[u8]; 17] = [
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
    b"FileAttachment",
    b"Sound",
    b"Redact",
];
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

/// What of a document decides how its annotations are seen.
pub(crate) struct Viewing {
    layers: Layers,
    /// The form's fields, where viewers are told to draw them themselves.
    redrawn: HashMap<ObjectId, FormNode>,
}

impl Viewing {
    /// Of this document.
    ///
    /// # Errors
    /// [`Error::Input`] and [`Error::Budget`] where its form or its layers can't be read.
    pub(crate) fn of(document: &Document<'_>) -> Result<Self, Error> {
        let redrawn = match need_appearances::viewers_draw(document)? {
            true => FormNode::all(document)?,
            false => HashMap::new(),
        };
        Ok(Self { layers: Layers::read_all(document)?, redrawn })
    }
}

/// Sorts every annotation of a page.
///
/// # Errors
/// [`Error::Refused`] with rule `page.loses-annotation` where viewers draw one by themselves, or don't all show it;
/// [`Error::Input`] where one can't be read.
pub(crate) fn flattened(document: &Document<'_>, page: &Page, viewing: &Viewing) -> Result<Flattened, Error> {
    let mut flat = Flattened::default();
    let Object::Array(annotations) = document.get(&page.dictionary, b"Annots")? else { return Ok(flat) };
    for item in &annotations {
        let Object::Dictionary(annotation) = document.resolve(item)? else { continue };
        let kind = match document.get(&annotation, b"Subtype")? {
            Object::Name(kind) => kind,
            _ => continue,
        };
        let mut lose = |what: Lost, detail: String| {
            flat.losses.push(Loss { what, page: page.number, detail: Some(detail) });
        };
        let is_signed = kind == b"Widget" && is_signed(document, &annotation)?;
        if is_signed {
            lose(Lost::Signature, field_name(document, &annotation)?);
        }
        let bits = flags(document, &annotation)?;
        if bits & HIDDEN != 0 || bits & (NO_VIEW | PRINT) == NO_VIEW || kind == b"Popup" {
            continue;
        }
        if kind == b"Link" {
            let is_drawn = has_appearance(document, &annotation)?;
            let has_border = !is_drawn && border_width(document, &annotation)?.is_some_and(|width| width > 0.0);
            let link = web_link(document, &annotation, is_drawn)?;
            // What a link to the web has as its /Border stays.
            if has_border && (link.is_none() || annotation.has(b"BS")) {
                lose(Lost::Annotation, "Link".into());
            } else if link.is_none() {
                lose(Lost::Link, "Link".into());
            }
            flat.links.extend(link);
            if !is_drawn {
                continue;
            }
        }
        let refused = || -> Result<Error, Error> {
            let name = match kind.as_slice() {
                b"Widget" => field_name(document, &annotation)?,
                _ => String::new(),
            };
            let what = format!("{} {name}", String::from_utf8_lossy(&kind)).trim_end().to_owned();
            Ok(Error::refused(Rule::PageLosesAnnotation, Reason::UndrawnAnnotation { page: page.number, what }))
        };
        // PDFium shows what any layer hides.
        if !viewing.layers.always_shows(document, annotation.get(b"OC").ok())? {
            return Err(refused()?);
        }
        let field = item.as_reference().ok().and_then(|id| viewing.redrawn.get(&id));
        if let Some(field) = field
            && kind == b"Widget"
            && (is_button(document, field, &annotation)?
                || !need_appearances::is_drawn_as_filled(document, field, &annotation)?)
        {
            return Err(refused()?);
        }
        match look(document, &annotation)? {
            Look::Form(_) if do_viewers_differ(bits, page) => return Err(refused()?),
            Look::Form(form) => flat.forms.push(form),
            Look::Nothing => {}
            // What is drawn for a signature is in its appearance.
            Look::Viewers if is_signed => {}
            Look::Viewers if is_drawn_by_viewers(document, &kind, &annotation)? => return Err(refused()?),
            // Nobody misses the appearance of an empty field.
            Look::Viewers if kind == b"Widget" => {}
            Look::Viewers => lose(Lost::Annotation, String::from_utf8_lossy(&kind).into_owned()),
            Look::Doubtful => return Err(refused()?),
        }
    }
    Ok(flat)
}

/// Whether an annotation's flags say that it isn't seen.
pub(super) fn is_unseen(document: &Document<'_>, annotation: &Dictionary) -> Result<bool, Error> {
    Ok(flags(document, annotation)? & (HIDDEN | NO_VIEW) != 0)
}

/// Whether viewers don't all show an annotation with these flags, or not all in the same place: some hide any kind that is
/// invisible, what is printed but not viewed is to be seen on paper alone, and what doesn't turn or grow with its page is
/// elsewhere on one that is turned.
fn do_viewers_differ(flags: i64, page: &Page) -> bool {
    flags & (INVISIBLE | NO_VIEW) != 0 || page.rotate != 0 && flags & (NO_ROTATE | NO_ZOOM) != 0
}

/// Whether this is a button with a place: viewers that are told to draw fields draw it in their own way, ticked or not.
fn is_button(document: &Document<'_>, field: &FormNode, widget: &Dictionary) -> Result<bool, Error> {
    Ok(field.kind == b"Btn" && document.rectangle(widget, b"Rect")?.is_some())
}

fn has_appearance(document: &Document<'_>, annotation: &Dictionary) -> Result<bool, Error> {
    let is_one = !matches!(Appearance::normal(document, annotation)?, Appearance::None);
    Ok(is_one || !Appearance::states(document, annotation)?.is_empty())
}

/// What an annotation looks like.
enum Look {
    /// As this form draws it.
    Form(FlatForm),
    /// As nothing.
    Nothing,
    /// As viewers think fit: it brings no appearance.
    Viewers,
    /// As some viewers draw it, and others don't.
    Doubtful,
}

fn look(document: &Document<'_>, annotation: &Dictionary) -> Result<Look, Error> {
    let id = match Appearance::normal(document, annotation)? {
        Appearance::Form { id, .. } => id,
        Appearance::None if !Appearance::states(document, annotation)?.is_empty() => {
            let is_off = AppearanceState::of(annotation) == AppearanceState::Named(b"Off");
            // A box that isn't ticked needs no form for that.
            return Ok(if is_off { Look::Nothing } else { Look::Doubtful });
        }
        Appearance::None => return Ok(Look::Viewers),
        // A button that nobody has pressed is in no state.
        Appearance::States(_) if of_field(document, annotation, b"V")?.is_null() => return Ok(Look::Nothing),
        Appearance::States(_) => return Ok(Look::Doubtful),
    };
    let Some(form) = document.dictionary_at(id)? else { return Ok(Look::Viewers) };
    if document.rectangle(annotation, b"Rect")?.is_some()
        && matches!(FormBox::of(document, &form)?, FormBox::Unsure(None))
    {
        return Ok(Look::Doubtful);
    }
    let fitted = Fitted::of(document, &form, annotation)?;
    Ok(fitted.map_or(Look::Nothing, |fitted| Look::Form(FlatForm { id, matrix: fitted.onto_page })))
}

/// Whether viewers draw something of an annotation that brings no appearance.
fn is_drawn_by_viewers(document: &Document<'_>, kind: &[u8], annotation: &Dictionary) -> Result<bool, Error> {
    if kind != b"Widget" {
        return Ok(DRAWN_BY_VIEWERS.contains(&kind));
    }
    if document.rectangle(annotation, b"Rect")?.is_none() {
        return Ok(false);
    }
    let kind = of_field(document, annotation, b"FT")?;
    // A list shows what it offers, chosen or not.
    let is_list = matches!(&kind, Object::Name(kind) if kind == b"Ch")
        && of_field(document, annotation, b"Ff")?.as_i64().unwrap_or(0) & COMBO == 0;
    let offers =
        is_list && matches!(of_field(document, annotation, b"Opt")?, Object::Array(options) if !options.is_empty());
    let says_something = match of_field(document, annotation, b"V")? {
        Object::Null => false,
        Object::Name(state) => state != b"Off",
        Object::String(text, _) => !text.is_empty(),
        Object::Array(choices) => !choices.is_empty(),
        _ => true,
    };
    // Its border, its background, and what is written on a button (table 192).
    let style = document.dictionary(annotation, b"MK")?;
    let is_styled = [&b"BC"[..], b"BG", b"CA"].into_iter().try_fold(false, |is_styled, key| {
        Ok::<_, Error>(
            is_styled
                || match document.get(&style, key)? {
                    Object::Array(colour) => !colour.is_empty(),
                    Object::String(text, _) => !text.is_empty(),
                    _ => false,
                },
        )
    })?;
    Ok(offers || says_something || is_styled)
}

/// A link without anything but its place, its web address and, where nothing else is drawn for it, its border.
fn web_link(document: &Document<'_>, annotation: &Dictionary, is_drawn: bool) -> Result<Option<Dictionary>, Error> {
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
    // Without the style that goes before it, /Border would show where it was none.
    if is_drawn || annotation.has(b"BS") {
        link.set("Border", Object::Array(vec![0.into(), 0.into(), 0.into()]));
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
