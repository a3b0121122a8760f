//! The fields of a form, each with what it inherits.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use lopdf::{Object, ObjectId};

use crate::error::Error;
use crate::file::document::Document;
use crate::seen::field_appearance::Setting;
use crate::signature::signature_field::{MAX_NAME, text_of};

/// Most fields of a form.
const MAX_FIELDS: usize = 100_000;
/// Deepest form.
const MAX_DEPTH: usize = 64;
/// The read-only flag of fields, which programs set on those that are filled in for good.
pub const READ_ONLY: i64 = 1;
/// The multi-line flag of text fields.
const MULTILINE: i64 = 1 << 12;
/// The password flag of text fields: what's seen isn't the value.
const PASSWORD: i64 = 1 << 13;
/// The push button flag: what it shows is no state.
const PUSH_BUTTON: i64 = 1 << 16;
/// The combo flag of choice fields: a box that shows one choice.
pub(crate) const COMBO: i64 = 1 << 17;
/// The comb flag of text fields.
const COMB: i64 = 1 << 24;

/// A field or widget of a revision.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct FormNode {
    /// Its fully qualified name (ISO 32000-2, 12.7.4.2).
    pub name: String,
    /// /FT, its own or inherited; empty where there's none.
    pub kind: Vec<u8>,
    /// /Ff, its own or inherited.
    pub flags: i64,
    /// /V, its own or inherited.
    pub value: Option<Rc<Object>>,
    /// What a choice field offers.
    pub(crate) options: Option<Rc<Object>>,
    /// Whether viewers calculate the value from those of other fields.
    pub is_calculated: bool,
}

impl FormNode {
    /// Whether what's seen of it is its value, as text.
    pub fn is_text(&self) -> bool {
        self.kind == b"Ch" || self.kind == b"Tx" && self.flags & PASSWORD == 0
    }

    /// A choice field that shows more than what was chosen.
    pub(crate) fn is_list(&self) -> bool {
        self.kind == b"Ch" && self.flags & COMBO == 0
    }

    /// A button without a value (table 229).
    pub fn is_push_button(&self) -> bool {
        self.flags & PUSH_BUTTON != 0
    }

    /// How its text is set.
    pub fn setting(&self) -> Setting {
        let multiline = self.kind == b"Tx" && self.flags & MULTILINE != 0;
        Setting { multiline, comb: self.kind == b"Tx" && !multiline && self.flags & COMB != 0 }
    }

    /// Every field and widget of the form.
    ///
    /// # Errors
    /// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
    /// much.
    pub fn all(document: &Document<'_>) -> Result<HashMap<ObjectId, Self>, Error> {
        let mut found = HashMap::new();
        let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
        let mut next: Vec<(ObjectId, Self, usize)> = Vec::new();
        for field in document.items(form.get(b"Fields").ok())? {
            next.extend(field.as_reference().ok().map(|id| (id, Self::default(), 0)));
        }
        let calculated: HashSet<ObjectId> =
            document.items(form.get(b"CO").ok())?.iter().filter_map(|field| field.as_reference().ok()).collect();
        while let Some((id, above, depth)) = next.pop() {
            if found.len() >= MAX_FIELDS || depth > MAX_DEPTH || found.contains_key(&id) {
                continue;
            }
            let Some(field) = document.dictionary_at(id)? else { continue };
            let mut node = above;
            if let Some(part) = text_of(&document.get(&field, b"T")?) {
                node.name = if node.name.is_empty() { part } else { format!("{}.{part}", node.name) };
                if node.name.len() > MAX_NAME {
                    return Err(Error::Budget {
                        budget: "length of a field's name",
                        limit: MAX_NAME as u64,
                        offset: None,
                    });
                }
            }
            if let Object::Name(kind) = document.get(&field, b"FT")? {
                node.kind = kind;
            }
            if let Object::Integer(flags) = document.get(&field, b"Ff")? {
                node.flags = flags;
            }
            if let Ok(value) = field.get(b"V") {
                node.value = Some(Rc::new(value.clone()));
            }
            if let Ok(options) = field.get(b"Opt") {
                node.options = Some(Rc::new(options.clone()));
            }
            node.is_calculated |= calculated.contains(&id)
                || matches!(document.get(&field, b"AA")?, Object::Dictionary(actions) if actions.has(b"C"));
            for kid in document.items(field.get(b"Kids").ok())? {
                next.extend(kid.as_reference().ok().map(|kid| (kid, node.clone(), depth + 1)));
            }
            found.insert(id, node);
        }
        Ok(found)
    }
}
