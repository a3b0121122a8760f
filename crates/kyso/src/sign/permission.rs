//! What the signatures that are there allow, and what a new one shall allow (ISO 32000-2, 12.8.2).

use super::parameters::{DocMdp, Lock};
use crate::error::Error;
use crate::pdf::{Document, FieldLock, FieldMdpAction, MdpReference, SignatureField, object_text, text_string};

/// Refuses a signature on a document that allows none: cut off, a dynamic form, or ended by an earlier signature.
pub(crate) fn demand(document: &Document<'_>, fields: &[SignatureField], lock: Lock) -> Result<(), Error> {
    document.demand_whole()?;
    if document.certified_permission()? == Some(1) {
        return Err(Error::refused(
            "document.locked",
            "the document is certified with DocMDP P=1: no further signature is allowed",
        ));
    }
    for field in fields {
        let Some(signature) = &field.value else { continue };
        let by_lock = field.lock.as_ref().and_then(|lock| lock.permission);
        if signature.docmdp() == Some(1) || by_lock == Some(1) {
            return Err(Error::refused(
                "document.locked",
                format!(
                    "the signature in field {} ends the document (DocMDP P=1): no further signature is allowed",
                    field.name
                ),
            ));
        }
        if matches!(lock, Lock::Certify(_)) {
            return Err(Error::refused(
                "certify.not-first",
                format!("a certification signature must be the first, but field {} is signed already", field.name),
            ));
        }
    }
    Ok(())
}

/// Refuses a field that an earlier signature locked.
pub(crate) fn demand_unlocked(fields: &[SignatureField], name: &str) -> Result<(), Error> {
    for field in fields {
        for reference in field.value.iter().flat_map(|signature| &signature.references) {
            if let MdpReference::FieldMdp(mdp) = reference
                && mdp.locks(name)
            {
                return Err(Error::refused(
                    "field.locked",
                    format!("the signature in field {} locks field {name} (FieldMDP)", field.name),
                ));
            }
        }
    }
    Ok(())
}

/// /Lock of a field that the seal ends the document with.
pub(crate) fn lock_text(permission: DocMdp) -> String {
    format!("<< /Type /SigFieldLock /Action /All /P {} >>", permission.permission())
}

/// /Reference of the signature dictionary, or nothing.
pub(crate) fn references(document: &Document<'_>, lock: Lock, existing: Option<&FieldLock>) -> Result<Vec<u8>, Error> {
    let (number, generation) = document.catalog_id()?;
    let mut items = Vec::new();
    let mut permission = match lock {
        Lock::None => None,
        Lock::Certify(permission) => Some(permission.permission()),
        Lock::Document(permission) => {
            items.push(("FieldMDP", b"/Action /All".to_vec()));
            Some(permission.permission())
        }
    };
    if let Some(existing) = existing {
        // A field's own lock holds whatever the signer asked for; the strictest permission wins.
        permission = [permission, existing.permission].into_iter().flatten().min();
        if items.is_empty() {
            let action = match existing.fields.action {
                FieldMdpAction::All => "All",
                FieldMdpAction::Include => "Include",
                FieldMdpAction::Exclude => "Exclude",
            };
            let mut parameters = format!("/Action /{action}").into_bytes();
            if existing.fields.action != FieldMdpAction::All {
                parameters.extend_from_slice(b" /Fields [");
                for name in &existing.fields.fields {
                    parameters.extend(object_text(&text_string(name))?);
                    parameters.push(b' ');
                }
                parameters.push(b']');
            }
            items.push(("FieldMDP", parameters));
        }
    }
    if let Some(permission) = permission {
        items.push(("DocMDP", format!("/P {permission}").into_bytes()));
    }
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let mut text = b"/Reference [\n".to_vec();
    for (method, parameters) in items {
        text.extend(
            format!("<< /Type /SigRef /TransformMethod /{method} /TransformParams << /Type /TransformParams /V /1.2 ")
                .into_bytes(),
        );
        text.extend(parameters);
        text.extend(format!(" >> /Data {number} {generation} R >>\n").into_bytes());
    }
    text.extend_from_slice(b"]\n");
    Ok(text)
}
