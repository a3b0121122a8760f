//! Signature fields of the interactive form (ISO 32000-2, 12.7).

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use lopdf::{Dictionary, Object, ObjectId, StringFormat};

use super::mdp::{FieldMdp, FieldMdpAction};
use super::signature_dictionary::SignatureDictionary;
use crate::error::Error;
use crate::file::document::Document;
use crate::file::object::Source;
use crate::file::parse::Parser;
use crate::geometry::Rectangle;

/// Most fields of a form.
const MAX_FIELDS: usize = 100_000;
/// Most references on the way to a signature value.
const MAX_REFERENCES: usize = 8;
/// Most signature fields.
const MAX_SIGNATURES: usize = 500;
/// Most bytes that the /Contents of all of them have together.
const MAX_CONTENTS: usize = 24 << 20;
/// Longest name of a field, in bytes.
pub(crate) const MAX_NAME: usize = 8 << 10;
/// Deepest form.
const MAX_DEPTH: usize = 64;

/// A signature field, signed or empty.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SignatureField {
    /// The fully qualified name.
    pub name: String,
    /// The field's object.
    pub id: ObjectId,
    /// The widget's object: the field's own, or its first kid's.
    pub widget: ObjectId,
    /// All its widgets' objects.
    pub widgets: Vec<ObjectId>,
    /// The first page that lists the widget among its annotations, or, where none does, the one that the widget names;
    /// counted from 1.
    pub page: Option<usize>,
    /// Its rectangle in points, as seen; `None` where it has no area.
    pub rectangle: Option<Rectangle>,
    /// The signature; `None` in an empty field.
    pub value: Option<SignatureDictionary>,
    /// /Lock.
    pub lock: Option<FieldLock>,
}

/// /Lock of a signature field ([ISO 32000-2], 12.7.5.5, table 236): what signing it locks.
///
/// | Key | Value |
/// |---|---|
/// | /Action, /Fields | which fields, as in [`FieldMdp`] |
/// | /P | the permission: 1, 2 or 3 |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldLock {
    /// Which fields.
    pub fields: FieldMdp,
    /// /P: the permission that signing it sets for the whole document.
    pub permission: Option<i64>,
}

impl FieldLock {
    /// Locks these fields, and sets /P where it's given.
    pub fn new(fields: FieldMdp, permission: Option<i64>) -> Self {
        Self { fields, permission }
    }

    fn read(document: &Document<'_>, lock: &Dictionary) -> Result<Option<Self>, Error> {
        let permission = match document.get(lock, b"P")? {
            Object::Integer(permission) => Some(permission),
            _ => None,
        };
        let fields = match (FieldMdp::read(document, lock)?, permission) {
            (Some(fields), _) => fields,
            // Without /Action it names no field, but its permission was meant all the same.
            (None, Some(_)) => FieldMdp { action: FieldMdpAction::Include, fields: Vec::new() },
            (None, None) => return Ok(None),
        };
        Ok(Some(Self { fields, permission }))
    }
}

struct Walk<'d, 'a> {
    document: &'d Document<'a>,
    seen: HashSet<ObjectId>,
    found: Vec<SignatureField>,
    /// Bytes of their /Contents.
    held: usize,
}

#[derive(Clone, Default)]
struct Inherited {
    name: String,
    is_signature: bool,
    value: Option<(ObjectId, Rc<Object>)>,
}

impl SignatureField {
    /// Every signature field that the form lists, in its order.
    ///
    /// # Errors
    /// [`Error::Input`] when the form can't be read.
    pub fn all(document: &Document<'_>) -> Result<Vec<Self>, Error> {
        let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
        let fields = document.items(form.get(b"Fields").ok())?;
        let mut walk = Walk { document, seen: HashSet::new(), found: Vec::new(), held: 0 };
        for field in &fields {
            if let Object::Reference(id) = field {
                walk.node(*id, &Inherited::default(), 0)?;
            }
        }
        let mut found = walk.found;
        // A signature is one even where the pages can't be walked; it's seen nowhere then.
        if let Err(error @ Error::Budget { .. }) = place(document, &mut found) {
            return Err(error);
        }
        Ok(found)
    }
}

/// Finds the page of each field's widget: the one that lists it among its /Annots, for that one shows it; /P may name
/// another.
fn place(document: &Document<'_>, fields: &mut [SignatureField]) -> Result<(), Error> {
    struct Widget {
        field: usize,
        page: Option<ObjectId>,
        rectangle: Option<crate::geometry::Bounds>,
    }
    #[derive(Clone, Copy, PartialEq)]
    enum Way {
        ListedAsNamed,
        Listed,
        Named,
    }
    let mut left: HashMap<ObjectId, Widget> = HashMap::new();
    for (index, field) in fields.iter().enumerate() {
        let Object::Dictionary(widget) = document.object(field.widget)? else { continue };
        let page = widget.get(b"P").ok().and_then(|page| page.as_reference().ok());
        left.insert(field.widget, Widget { field: index, page, rectangle: document.rectangle(&widget, b"Rect")? });
    }
    // Most widgets are listed where /P says: all pages' lists are read for the others alone.
    for way in [Way::ListedAsNamed, Way::Listed, Way::Named] {
        if left.is_empty() || (way != Way::Listed && left.values().all(|widget| widget.page.is_none())) {
            continue;
        }
        document.page_where(|page| {
            let mut here: Vec<ObjectId> = Vec::new();
            if way != Way::Listed {
                here.extend(left.iter().filter(|(_, w)| w.page == Some(page.id)).map(|(id, _)| *id));
            }
            if way == Way::Listed || way == Way::ListedAsNamed && !here.is_empty() {
                let list = document.items(page.dictionary.get(b"Annots").ok()).unwrap_or_default();
                let listed: HashSet<ObjectId> = list.iter().filter_map(|item| item.as_reference().ok()).collect();
                match way {
                    Way::Listed => here.extend(left.keys().filter(|id| listed.contains(id))),
                    _ => here.retain(|id| listed.contains(id)),
                }
            }
            for id in here {
                if let Some(widget) = left.remove(&id)
                    && let Some(field) = fields.get_mut(widget.field)
                {
                    field.page = Some(page.number);
                    field.rectangle = widget.rectangle.map(|rect| page.rectangle_as_seen(rect));
                }
            }
            left.is_empty()
        })?;
    }
    Ok(())
}

/// The names of all fields at the top of the form, to find one that's free.
///
/// # Errors
/// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
/// much.
pub fn top_field_names(document: &Document<'_>) -> Result<HashSet<String>, Error> {
    let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
    let mut names = HashSet::new();
    for field in document.items(form.get(b"Fields").ok())?.iter().take(MAX_FIELDS) {
        if let Object::Dictionary(field) = document.resolve(field)? {
            names.extend(text_of(&document.get(&field, b"T")?));
        }
    }
    Ok(names)
}

/// Whether the form lists a signature field of this name as a dictionary, and not as an object of its own: nothing can
/// refer to it, and it can't be filled.
///
/// # Errors
/// As of [`top_field_names`].
pub fn is_direct_signature_field(document: &Document<'_>, name: &str) -> Result<bool, Error> {
    let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
    for field in document.items(form.get(b"Fields").ok())?.iter().take(MAX_FIELDS) {
        if let Object::Dictionary(field) = field
            && text_of(&document.get(field, b"T")?).as_deref() == Some(name)
        {
            return Ok(matches!(document.get(field, b"FT")?, Object::Name(kind) if kind == b"Sig"));
        }
    }
    Ok(false)
}

impl Walk<'_, '_> {
    fn node(&mut self, id: ObjectId, above: &Inherited, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH || self.seen.len() >= MAX_FIELDS {
            let limit = if depth > MAX_DEPTH { MAX_DEPTH } else { MAX_FIELDS };
            return Err(Error::Budget { budget: "fields of the form", limit: limit as u64, offset: None });
        }
        if !self.seen.insert(id) {
            return Ok(());
        }
        let document = self.document;
        let Object::Dictionary(field) = document.object(id)? else { return Ok(()) };
        let mut here = above.clone();
        if let Some(part) = text_of(&document.get(&field, b"T")?) {
            here.name = if above.name.is_empty() { part } else { format!("{}.{part}", above.name) };
            if here.name.len() > MAX_NAME {
                return Err(Error::Budget { budget: "length of a field's name", limit: MAX_NAME as u64, offset: None });
            }
        }
        if let Object::Name(kind) = document.get(&field, b"FT")? {
            here.is_signature = kind == b"Sig";
        }
        if let Ok(value) = field.get(b"V")
            && !value.is_null()
        {
            here.value = Some((id, Rc::new(value.clone())));
        }
        let mut kids = Vec::new();
        if let Object::Array(items) = document.get(&field, b"Kids")? {
            kids = items.iter().filter_map(|kid| kid.as_reference().ok()).collect();
        }
        let (mut widgets, mut known) = (Vec::new(), HashSet::new());
        for &kid in &kids {
            let named = match document.object(kid)? {
                Object::Dictionary(kid) => kid.has(b"T"),
                _ => continue,
            };
            if named {
                self.node(kid, &here, depth + 1)?;
            } else if known.insert(kid) {
                widgets.push(kid);
            }
        }
        if kids.is_empty() {
            widgets.push(id);
        }
        if here.is_signature && !widgets.is_empty() {
            self.signature_field(id, widgets, &field, &here)?;
        }
        Ok(())
    }

    fn signature_field(
        &mut self,
        id: ObjectId,
        widgets: Vec<ObjectId>,
        field: &Dictionary,
        here: &Inherited,
    ) -> Result<(), Error> {
        let document = self.document;
        let value = here.value.as_ref().map(|(holder, value)| (holder, &**value));
        let (id_of_value, source) = match value {
            Some((_, Object::Reference(signature))) => {
                let signature = last_referred(document, *signature);
                (Some(signature), document.source(signature))
            }
            Some((holder, Object::Dictionary(_))) => (None, direct_value(document, *holder)),
            _ => (None, Ok(None)),
        };
        let value = match source {
            Ok(Some(source)) if source.text.starts_with(b"<<") => Some(
                SignatureDictionary::read(document, id_of_value, &source)
                    .unwrap_or_else(|_| SignatureDictionary::unreadable(id_of_value)),
            ),
            // A value that is no dictionary is no signature.
            Ok(_) => None,
            Err(_) => Some(SignatureDictionary::unreadable(id_of_value)),
        };
        let lock = match document.get(field, b"Lock")? {
            Object::Dictionary(lock) => FieldLock::read(document, &lock)?,
            _ => None,
        };
        self.held += value.as_ref().map_or(0, |value| value.contents.len());
        if self.held > MAX_CONTENTS {
            let limit = MAX_CONTENTS as u64;
            return Err(Error::Budget { budget: "bytes of all signatures", limit, offset: None });
        }
        if self.found.len() >= MAX_SIGNATURES {
            return Err(Error::Budget { budget: "signature fields", limit: MAX_SIGNATURES as u64, offset: None });
        }
        self.found.push(SignatureField {
            name: here.name.clone(),
            id,
            widget: widgets.first().copied().unwrap_or(id),
            widgets,
            page: None,
            rectangle: None,
            value,
            lock,
        });
        Ok(())
    }
}

/// The object that a reference leads to, through objects that are references themselves: a signature value that two fields reach
/// is one, whichever way they take.
fn last_referred(document: &Document<'_>, id: ObjectId) -> ObjectId {
    let mut last = id;
    for _ in 0..MAX_REFERENCES {
        match document.value(last) {
            Ok(Some(Object::Reference(next))) => last = next,
            _ => break,
        }
    }
    last
}

/// The text of a /V that stands directly in its field.
fn direct_value(document: &Document<'_>, holder: ObjectId) -> Result<Option<Source>, Error> {
    let Some(source) = document.source(holder)? else { return Ok(None) };
    let entries = Parser::new(&source.text, 0).entries()?;
    let Some(entry) = entries.iter().rev().find(|entry| entry.key == b"V") else { return Ok(None) };
    let text = source.text.get(entry.value.clone()).unwrap_or_default().to_vec();
    let span = source.span.map(|span| span.start + entry.value.start..span.start + entry.value.end);
    Ok(Some(Source { text, span, encrypted_as: source.encrypted_as }))
}

/// A text string (ISO 32000-2, 7.9.2.2): UTF-16BE or UTF-8 with its mark, else PDFDocEncoding read as Latin-1.
pub fn text_of(object: &Object) -> Option<String> {
    let Object::String(bytes, _) = object else { return None };
    Some(match bytes.as_slice() {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> =
                rest.chunks(2).map(|pair| pair.iter().fold(0, |unit, &b| unit << 8 | u16::from(b))).collect();
            String::from_utf16_lossy(&units)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        other => other.iter().map(|&byte| char::from(byte)).collect(),
    })
}

/// The text string of `text`: plain where it's ASCII, else UTF-16BE.
pub fn text_string(text: &str) -> Object {
    if text.chars().all(|c| (' '..='~').contains(&c)) {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}
