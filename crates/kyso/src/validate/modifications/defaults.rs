//! Optional keys that are given with their default value: by ISO 32000-2 a dictionary without the key says the same.

use super::compare::{differing, same};
use crate::error::Error;
use crate::pdf::{Dictionary, Document, Object};

/// Nodes above a field that are asked for what it inherits.
const MAX_DEPTH: usize = 64;

/// What a dictionary is to the tables of ISO 32000-2; one may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Tables 166 and 172.
    Annotation,
    /// Table 176.
    Link,
    /// Table 175.
    Text,
    /// Table 191.
    Widget,
    /// Tables 226 and 228.
    Field,
    /// Table 168.
    BorderStyle,
    /// Table 192.
    Characteristics,
    /// Table 196.
    Action,
    /// Table 236.
    Lock,
    /// Table 237.
    SeedValue,
    /// Table 224.
    Form,
    /// Table 29.
    Catalog,
    /// Table 353.
    MarkInfo,
    /// Table 147.
    Preferences,
    /// Table 31.
    Page,
    /// Table 93.
    FormXObject,
    /// Table 87.
    Image,
    /// Tables 94 and 145.
    Group,
    /// Table 150.
    Outlines,
    /// Table 151.
    OutlineItem,
    /// Table 355.
    Element,
}

enum Default {
    Name(&'static [u8]),
    Number(f32),
    Boolean(bool),
    Numbers(&'static [f32]),
}

use Default::{Boolean, Name, Number, Numbers};

const DEFAULTS: [(Kind, &[u8], Default); 55] = [
    (Kind::Annotation, b"Type", Name(b"Annot")),
    (Kind::Annotation, b"F", Number(0.0)),
    (Kind::Annotation, b"Border", Numbers(&[0.0, 0.0, 1.0])),
    (Kind::Annotation, b"CA", Number(1.0)),
    (Kind::Annotation, b"ca", Number(1.0)),
    (Kind::Annotation, b"BM", Name(b"Normal")),
    (Kind::Annotation, b"RT", Name(b"R")),
    (Kind::Link, b"H", Name(b"I")),
    (Kind::Text, b"Open", Boolean(false)),
    (Kind::Text, b"Name", Name(b"Note")),
    (Kind::Widget, b"H", Name(b"I")),
    (Kind::Field, b"Ff", Number(0.0)),
    (Kind::Field, b"Q", Number(0.0)),
    (Kind::Field, b"TI", Number(0.0)),
    (Kind::BorderStyle, b"Type", Name(b"Border")),
    (Kind::BorderStyle, b"W", Number(1.0)),
    (Kind::BorderStyle, b"S", Name(b"S")),
    (Kind::BorderStyle, b"D", Numbers(&[3.0])),
    (Kind::Characteristics, b"R", Number(0.0)),
    (Kind::Characteristics, b"TP", Number(0.0)),
    (Kind::Action, b"Type", Name(b"Action")),
    (Kind::Lock, b"Type", Name(b"SigFieldLock")),
    (Kind::SeedValue, b"Type", Name(b"SV")),
    (Kind::SeedValue, b"Ff", Number(0.0)),
    (Kind::Form, b"NeedAppearances", Boolean(false)),
    (Kind::Form, b"SigFlags", Number(0.0)),
    (Kind::Form, b"Q", Number(0.0)),
    (Kind::Catalog, b"PageLayout", Name(b"SinglePage")),
    (Kind::Catalog, b"PageMode", Name(b"UseNone")),
    (Kind::Catalog, b"NeedsRendering", Boolean(false)),
    (Kind::MarkInfo, b"Marked", Boolean(false)),
    (Kind::MarkInfo, b"UserProperties", Boolean(false)),
    (Kind::MarkInfo, b"Suspects", Boolean(false)),
    (Kind::Preferences, b"HideToolbar", Boolean(false)),
    (Kind::Preferences, b"HideMenubar", Boolean(false)),
    (Kind::Preferences, b"HideWindowUI", Boolean(false)),
    (Kind::Preferences, b"FitWindow", Boolean(false)),
    (Kind::Preferences, b"CenterWindow", Boolean(false)),
    (Kind::Preferences, b"DisplayDocTitle", Boolean(false)),
    (Kind::Preferences, b"NonFullScreenPageMode", Name(b"UseNone")),
    (Kind::Preferences, b"Direction", Name(b"L2R")),
    (Kind::Page, b"UserUnit", Number(1.0)),
    (Kind::FormXObject, b"Type", Name(b"XObject")),
    (Kind::FormXObject, b"FormType", Number(1.0)),
    (Kind::FormXObject, b"Matrix", Numbers(&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0])),
    (Kind::Image, b"Type", Name(b"XObject")),
    (Kind::Image, b"ImageMask", Boolean(false)),
    (Kind::Image, b"Interpolate", Boolean(false)),
    (Kind::Group, b"Type", Name(b"Group")),
    (Kind::Group, b"I", Boolean(false)),
    (Kind::Group, b"K", Boolean(false)),
    (Kind::Outlines, b"Type", Name(b"Outlines")),
    (Kind::OutlineItem, b"F", Number(0.0)),
    (Kind::Element, b"Type", Name(b"StructElem")),
    (Kind::Element, b"R", Number(0.0)),
];

/// The kinds of annotations (ISO 32000-2, table 171).
pub(super) const ANNOTATIONS: [&[u8]; 28] = [
    b"Text",
    b"Link",
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
    b"FileAttachment",
    b"Sound",
    b"Movie",
    b"Screen",
    b"Widget",
    b"PrinterMark",
    b"TrapNet",
    b"Watermark",
    b"3D",
    b"Redact",
    b"Projection",
    b"RichMedia",
];

/// What a dictionary is by what it says.
fn kinds(dictionary: &Dictionary) -> Vec<Kind> {
    let named = |key: &[u8]| dictionary.get(key).and_then(Object::as_name).unwrap_or_default();
    let mut kinds = Vec::new();
    match named(b"Subtype") {
        subtype if dictionary.has(b"Rect") && ANNOTATIONS.contains(&subtype) => {
            kinds.push(Kind::Annotation);
            match subtype {
                b"Link" => kinds.push(Kind::Link),
                b"Text" => kinds.push(Kind::Text),
                b"Widget" => kinds.push(Kind::Widget),
                _ => {}
            }
        }
        b"Form" if dictionary.has(b"BBox") => kinds.push(Kind::FormXObject),
        b"Image" if dictionary.has(b"Width") => kinds.push(Kind::Image),
        _ => {}
    }
    match named(b"Type") {
        b"Catalog" => kinds.push(Kind::Catalog),
        b"Page" => kinds.push(Kind::Page),
        _ => {}
    }
    if matches!(named(b"FT"), b"Tx" | b"Btn" | b"Ch" | b"Sig") {
        kinds.push(Kind::Field);
    }
    if dictionary.has(b"Title") && dictionary.has(b"Parent") {
        kinds.push(Kind::OutlineItem);
    }
    if dictionary.has(b"First") && dictionary.has(b"Last") && !dictionary.has(b"Title") {
        kinds.push(Kind::Outlines);
    }
    if !named(b"S").is_empty() && dictionary.has(b"P") {
        kinds.push(Kind::Element);
    }
    kinds
}

/// What the value of a key is to such a dictionary.
fn below(kinds: &[Kind], key: &[u8]) -> Option<Kind> {
    let is = |kind: Kind| kinds.contains(&kind);
    match key {
        b"BS" if is(Kind::Annotation) => Some(Kind::BorderStyle),
        b"MK" if is(Kind::Annotation) => Some(Kind::Characteristics),
        b"A" if is(Kind::Annotation) || is(Kind::OutlineItem) => Some(Kind::Action),
        b"Lock" if is(Kind::Field) => Some(Kind::Lock),
        b"SV" if is(Kind::Field) => Some(Kind::SeedValue),
        b"AcroForm" if is(Kind::Catalog) => Some(Kind::Form),
        b"MarkInfo" if is(Kind::Catalog) => Some(Kind::MarkInfo),
        b"ViewerPreferences" if is(Kind::Catalog) => Some(Kind::Preferences),
        b"Group" if is(Kind::Page) || is(Kind::FormXObject) => Some(Kind::Group),
        _ => None,
    }
}

/// Whether a key of two versions of a dictionary says the same in both: one of them leaves it out, or what stands under it
/// leaves something out, and the other gives the default.
pub(super) fn is_same(
    before: &Document<'_>,
    was: &Dictionary,
    now: &Document<'_>,
    is: &Dictionary,
    key: &[u8],
) -> Result<bool, Error> {
    let (kinds_before, kinds_now) = (kinds(was), kinds(is));
    if kinds_before != kinds_now {
        return Ok(false);
    }
    said_alike(&kinds_now, (before, was), (now, is), key)
}

/// As [`is_same`], of the form that a catalog leads to.
pub(super) fn is_same_in_form(
    before: &Document<'_>,
    was: &Dictionary,
    now: &Document<'_>,
    is: &Dictionary,
    key: &[u8],
) -> Result<bool, Error> {
    said_alike(&[Kind::Form], (before, was), (now, is), key)
}

type Held<'d, 'a> = (&'d Document<'a>, &'d Dictionary);

fn said_alike(kinds: &[Kind], before: Held<'_, '_>, now: Held<'_, '_>, key: &[u8]) -> Result<bool, Error> {
    let (was, is) = (before.0.get(before.1, key)?, now.0.get(now.1, key)?);
    match (&was, &is) {
        (Object::Null, given) => is_default(kinds, now, key, given),
        (given, Object::Null) => is_default(kinds, before, key, given),
        (Object::Dictionary(was), Object::Dictionary(is)) => {
            let Some(kind) = below(kinds, key) else { return Ok(false) };
            for key in differing(was, is) {
                if !said_alike(&[kind], (before.0, was), (now.0, is), &key)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Whether a value is what a dictionary without the key would say.
fn is_default(kinds: &[Kind], holder: Held<'_, '_>, key: &[u8], given: &Object) -> Result<bool, Error> {
    let (document, dictionary) = holder;
    // What fields inherit has no default where something is inherited (ISO 32000-2, table 226).
    if matches!(key, b"Ff" | b"Q") && kinds.contains(&Kind::Field) && inherits(document, dictionary, key)? {
        return Ok(false);
    }
    // A border is drawn by /Border or by /BS (table 166).
    if key == b"BS" && kinds.contains(&Kind::Annotation) {
        let is_plain = !dictionary.has(b"Border") && !kinds.contains(&Kind::Link);
        let Object::Dictionary(style) = given else { return Ok(false) };
        return Ok(is_plain && is_all_default(Kind::BorderStyle, style));
    }
    if key == b"MK" && kinds.contains(&Kind::Widget) {
        return Ok(matches!(given, Object::Dictionary(given) if is_all_default(Kind::Characteristics, given)));
    }
    Ok(kinds.iter().any(|kind| has_default(*kind, key, given)))
}

fn is_all_default(kind: Kind, dictionary: &Dictionary) -> bool {
    dictionary.iter().all(|(key, value)| has_default(kind, key, value))
}

fn has_default(kind: Kind, key: &[u8], given: &Object) -> bool {
    let default = DEFAULTS.iter().find(|(of, named, _)| *of == kind && *named == key);
    let number = |number: &f32| same(&Object::Real(*number), given);
    match default.map(|(_, _, default)| default) {
        Some(Name(name)) => given.as_name().is_ok_and(|given| given == *name),
        Some(Number(default)) => number(default),
        Some(Boolean(default)) => matches!(given, Object::Boolean(given) if given == default),
        Some(Numbers(defaults)) => {
            let defaults = Object::Array(defaults.iter().copied().map(Object::Real).collect());
            same(&defaults, given)
        }
        None => false,
    }
}

fn inherits(document: &Document<'_>, field: &Dictionary, key: &[u8]) -> Result<bool, Error> {
    let mut node = field.clone();
    for _ in 0..MAX_DEPTH {
        let Object::Dictionary(parent) = document.get(&node, b"Parent")? else {
            let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
            return Ok(key == b"Q" && form.has(key));
        };
        if parent.has(key) {
            return Ok(true);
        }
        node = parent;
    }
    Ok(true)
}
