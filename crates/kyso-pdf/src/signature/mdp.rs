//! Signature reference dictionaries: DocMDP and FieldMDP (ISO 32000-2, 12.8.2).

use lopdf::{Dictionary, Object};

use super::signature_field::text_of;
use crate::error::Error;
use crate::file::document::Document;

/// One signature reference dictionary ([ISO 32000-2], 12.8.1, table 256).
///
/// | Key | Value |
/// |---|---|
/// | /TransformMethod | /DocMDP, /UR3 or /FieldMDP |
/// | /TransformParams | of DocMDP (table 257): /P, the permission; of FieldMDP (table 259): /Action, /Fields |
/// | /Data | what it's about: the catalog |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MdpReference {
    /// DocMDP with its permission /P (2 where it says nothing).
    DocMdp(i64),
    /// FieldMDP.
    FieldMdp(FieldMdp),
    /// Another transform method, by its name.
    Other(String),
}

impl MdpReference {
    /// A transform of usage rights (ISO 32000-2, 12.8.2.3; deprecated): by it a vendor's key switches on functions of its
    /// viewer. Nobody signs the document so.
    pub(crate) fn is_usage_rights(&self) -> bool {
        matches!(self, Self::Other(method) if method == "UR" || method == "UR3")
    }
}

/// Which fields a signature locks ([ISO 32000-2], 12.8.2.4, table 259).
///
/// | /Action | Locked are |
/// |---|---|
/// | /All | all fields |
/// | /Include | those of /Fields |
/// | /Exclude | all but those of /Fields |
///
/// [ISO 32000-2]: https://pdfa.org/resource/iso-32000-2/
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldMdp {
    /// All, those named, or all but those named.
    pub action: FieldMdpAction,
    /// Fully qualified field names.
    pub fields: Vec<String>,
}

/// /Action of FieldMDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldMdpAction {
    /// All fields.
    All,
    /// The named fields.
    Include,
    /// All but the named fields.
    Exclude,
}

impl FieldMdp {
    /// Locks what the action says of these fields, by their fully qualified names.
    pub fn new(action: FieldMdpAction, fields: Vec<String>) -> Self {
        Self { action, fields }
    }

    /// Whether the field of this name, or one above it, is locked.
    pub fn locks(&self, field: &str) -> bool {
        let named = self
            .fields
            .iter()
            .any(|name| field.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
        match self.action {
            FieldMdpAction::All => true,
            FieldMdpAction::Include => named,
            FieldMdpAction::Exclude => !named,
        }
    }

    /// Reads /Action and /Fields of transform parameters or of a field's /Lock.
    pub(crate) fn read(document: &Document<'_>, dictionary: &Dictionary) -> Result<Option<Self>, Error> {
        let action = match document.get(dictionary, b"Action")? {
            Object::Name(name) if name == b"All" => FieldMdpAction::All,
            Object::Name(name) if name == b"Include" => FieldMdpAction::Include,
            Object::Name(name) if name == b"Exclude" => FieldMdpAction::Exclude,
            _ => return Ok(None),
        };
        let mut fields = Vec::new();
        if let Object::Array(items) = document.get(dictionary, b"Fields")? {
            for item in &items {
                fields.extend(text_of(&document.resolve(item)?));
            }
        }
        Ok(Some(Self { action, fields }))
    }
}

/// The DocMDP permission of the signature that the catalog's /Perms names, whether or not a field reaches it.
///
/// # Errors
/// [`Error::Input`] where what is read isn't as ISO 32000 has it, [`Error::Budget`] where reading it takes too
/// much.
pub fn certified_permission(document: &Document<'_>) -> Result<Option<i64>, Error> {
    let permissions = document.dictionary(&document.catalog()?, b"Perms")?;
    let signature = document.dictionary(&permissions, b"DocMDP")?;
    Ok(references(document, &signature)?.into_iter().find_map(|reference| match reference {
        MdpReference::DocMdp(permission) => Some(permission),
        _ => None,
    }))
}

/// Reads /Reference of a signature dictionary.
pub(crate) fn references(document: &Document<'_>, signature: &Dictionary) -> Result<Vec<MdpReference>, Error> {
    let Object::Array(items) = document.get(signature, b"Reference")? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for item in items.iter().take(64) {
        let Object::Dictionary(reference) = document.resolve(item)? else { continue };
        let parameters = document.dictionary(&reference, b"TransformParams")?;
        match document.get(&reference, b"TransformMethod")? {
            Object::Name(name) if name == b"DocMDP" => {
                let permission = match document.get(&parameters, b"P")? {
                    Object::Integer(permission) => permission,
                    _ => 2,
                };
                found.push(MdpReference::DocMdp(permission));
            }
            Object::Name(name) if name == b"FieldMDP" => {
                found.extend(FieldMdp::read(document, &parameters)?.map(MdpReference::FieldMdp));
            }
            Object::Name(name) => found.push(MdpReference::Other(String::from_utf8_lossy(&name).into_owned())),
            _ => {}
        }
    }
    Ok(found)
}
