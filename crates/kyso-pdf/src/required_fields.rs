//! Fields that a form requires and nobody has filled in.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use crate::error::Error;
use crate::file::document::Document;
use crate::form_tree::{FormNode, READ_ONLY};
use crate::signature::signature_field::text_of;

/// The Required flag of fields (ISO 32000-2, table 227).
const REQUIRED: i64 = 1 << 1;
/// The flags of annotations that keep a widget from being seen: Hidden and NoView (table 167).
const UNSEEN: i64 = 1 << 1 | 1 << 5;

/// A field that the form requires and nobody has filled in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct RequiredField {
    /// The fully qualified name.
    pub name: String,
    /// A signature belongs there.
    pub is_signature: bool,
}

/// The fields that the form requires and that have no value, by name. Only what a person can fill in: read-only fields, push
/// buttons, and fields of which no widget is seen can't be meant.
///
/// # Errors
/// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
/// much.
pub fn empty_required_fields(document: &Document<'_>) -> Result<Vec<RequiredField>, Error> {
    let mut is_filled: BTreeMap<RequiredField, bool> = BTreeMap::new();
    for (id, node) in FormNode::all(document)? {
        let is_asked = node.flags & REQUIRED != 0 && node.flags & READ_ONLY == 0;
        let is_push_button = node.kind == b"Btn" && node.is_push_button();
        // What has no name is handed in to nobody.
        if !is_asked || is_push_button || node.name.is_empty() {
            continue;
        }
        let Some(widget) = document.dictionary_at(id)? else { continue };
        if !is_seen(document, &widget)? {
            continue;
        }
        let field = RequiredField { is_signature: node.kind == b"Sig", name: node.name.clone() };
        *is_filled.entry(field).or_default() |= has_value(document, &node, &widget)?;
    }
    Ok(is_filled.into_iter().filter(|(_, is_filled)| !is_filled).map(|(field, _)| field).collect())
}

/// Whether it's a widget, and one that viewers show.
fn is_seen(document: &Document<'_>, node: &Dictionary) -> Result<bool, Error> {
    let is_unseen = matches!(document.get(node, b"F")?, Object::Integer(flags) if flags & UNSEEN != 0);
    Ok(node.has(b"Rect") && !is_unseen)
}

fn has_value(document: &Document<'_>, node: &FormNode, widget: &Dictionary) -> Result<bool, Error> {
    if let Some(value) = &node.value
        && is_something(document, &document.resolve_value(value)?)?
    {
        return Ok(true);
    }
    // A check box is seen as its state has it, whatever its value.
    Ok(node.kind == b"Btn" && matches!(document.get(widget, b"AS")?, Object::Name(state) if state != b"Off"))
}

fn is_something(document: &Document<'_>, value: &Object) -> Result<bool, Error> {
    Ok(match value {
        Object::Null => false,
        Object::String(..) => text_of(value).is_some_and(|text| !text.trim().is_empty()),
        Object::Name(state) => !state.is_empty() && state != b"Off",
        Object::Array(chosen) => {
            for choice in chosen {
                // A choice is a text, and nothing deeper.
                let choice = document.resolve_value(choice)?;
                if text_of(&choice).is_some_and(|text| !text.trim().is_empty()) {
                    return Ok(true);
                }
            }
            false
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is named of a form with one field at its top, which is the first of these objects.
    fn named(objects: &[&str]) -> Vec<String> {
        let mut all: Vec<&[u8]> = vec![
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>".as_slice(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Annots [4 0 R] >>",
        ];
        all.extend(objects.iter().map(|object| object.as_bytes()));
        let pdf = kyso_testpdfs::file(all);
        let document = Document::parse(&pdf).unwrap();
        empty_required_fields(&document).unwrap().into_iter().map(|field| field.name).collect()
    }

    const WIDGET: &str = "/Subtype /Widget /Rect [10 10 90 30] /T (a) /Ff 2";

    #[test]
    fn what_is_required_and_empty_is_named() {
        for empty in [
            "/FT /Tx",
            "/FT /Tx /V ()",
            "/FT /Tx /V ( )",
            "/FT /Tx /V <FEFF>",
            "/FT /Tx /V null",
            "/FT /Ch /V []",
            "/FT /Ch /V [()]",
            "/FT /Btn",
            "/FT /Btn /V /Off /AS /Off",
            "/FT /Sig",
        ] {
            assert_eq!(named(&[&format!("<< {WIDGET} {empty} >>")]), ["a"], "{empty}");
        }
    }

    #[test]
    fn what_is_filled_or_can_not_be_meant_is_not() {
        for filled in [
            "/FT /Tx /V (x)",
            "/FT /Ch /V [(x)]",
            "/FT /Ch /V (x)",
            "/FT /Btn /V /Yes",
            "/FT /Btn /AS /Yes",
            "/FT /Sig /V << /Type /Sig >>",
            "/FT /Tx /F 2",
            "/FT /Tx /F 32",
        ] {
            assert_eq!(named(&[&format!("<< {WIDGET} {filled} >>")]), [""; 0], "{filled}");
        }
        let with_flags = |flags: i64, kind: &str| {
            let field = WIDGET.replace("/Ff 2", &format!("/Ff {flags}"));
            named(&[&format!("<< {field} /FT /{kind} >>")])
        };
        assert_eq!(with_flags(0, "Tx"), [""; 0]);
        assert_eq!(with_flags(3, "Tx"), [""; 0], "read-only");
        assert_eq!(with_flags(2 | 1 << 16, "Btn"), [""; 0], "a push button");
        assert_eq!(with_flags(2 | 1 << 12, "Tx"), ["a"]);
    }

    /// What stands above holds below; of several widgets the one field is meant.
    #[test]
    fn flags_and_values_are_inherited() {
        let kid = "<< /Subtype /Widget /Rect [10 10 90 30] /Parent 4 0 R >>";
        let above = |more: &str| format!("<< /T (a) /FT /Btn /Ff 49154 {more} /Kids [5 0 R 6 0 R] >>");
        assert_eq!(named(&[&above(""), kid, kid]), ["a"]);
        assert_eq!(named(&[&above("/V /B"), kid, kid]), [""; 0]);
        let part = |name: &str, more: &str| kid.replace("/Parent", &format!("/T ({name}) {more} /Parent"));
        let group = "<< /T (a) /FT /Tx /Ff 2 /Kids [5 0 R 6 0 R] >>";
        assert_eq!(named(&[group, &part("b", "/V (x)"), &part("c", "")]), ["a.c"]);
    }
}
