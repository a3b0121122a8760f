//! The changes that existing signatures allow, and those that a new one shall allow (ISO 32000-2, 12.8.2).

use super::parameters::{DocMdp, Lock};
use crate::code::Code;
use crate::error::{Error, Reason};
use crate::pdf::{
    Document, FieldLock, FieldMdp, FieldMdpAction, MdpReference, SignatureField, certified_permission,
    demand_agreed_pages, object_text, permission, text_string,
};

/// Refuses a signature on a document that allows none: cut off, a dynamic form, or ended by an earlier signature.
pub(crate) fn demand(document: &Document<'_>, fields: &[SignatureField], lock: Lock) -> Result<(), Error> {
    permission::demand_whole(document)?;
    match demand_agreed_pages(document) {
        // Whether it could verify all the same is asked when it's rehearsed.
        Ok(()) | Err(kyso_pdf::Error::Input { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    if certified_permission(document)? == Some(1) {
        return Err(Error::refused(Code::DocumentLocked, Reason::Locked { field: None }));
    }
    for field in fields {
        let Some(signature) = &field.value else { continue };
        let by_lock = field.lock.as_ref().and_then(|lock| lock.permission);
        if signature.docmdp() == Some(1) || by_lock == Some(1) {
            return Err(Error::refused(Code::DocumentLocked, Reason::Locked { field: Some(field.name.clone()) }));
        }
        if matches!(lock, Lock::Certify(_)) {
            return Err(Error::refused(Code::CertifyNotFirst, Reason::Signed { field: field.name.clone() }));
        }
    }
    Ok(())
}

/// Refuses a field that an earlier signature locked.
pub(crate) fn demand_unlocked(fields: &[SignatureField], name: &str) -> Result<(), Error> {
    for field in fields {
        let Some(signature) = &field.value else { continue };
        let by_reference = signature.references.iter().filter_map(|reference| match reference {
            MdpReference::FieldMdp(mdp) => Some(mdp),
            _ => None,
        });
        if by_reference.chain(field.lock.as_ref().map(|lock| &lock.fields)).any(|mdp| mdp.locks(name)) {
            let (field, by) = (name.to_owned(), field.name.clone());
            return Err(Error::refused(Code::FieldLocked, Reason::FieldLocked { field, by }));
        }
    }
    Ok(())
}

/// The lock of a field that the seal ends the document with.
pub(crate) fn end_of_document(permission: DocMdp) -> FieldLock {
    let fields = FieldMdp::new(FieldMdpAction::All, Vec::new());
    FieldLock::new(fields, Some(permission.permission()))
}

/// /Lock (ISO 32000-2, table 236).
pub(crate) fn lock_text(lock: &FieldLock) -> Result<Vec<u8>, Error> {
    let mut text = b"<< /Type /SigFieldLock ".to_vec();
    text.extend(fields_text(&lock.fields)?);
    if let Some(permission) = lock.permission {
        text.extend(format!(" /P {permission}").into_bytes());
    }
    text.extend_from_slice(b" >>");
    Ok(text)
}

/// /Action and /Fields, of a lock or of FieldMDP's parameters.
fn fields_text(fields: &FieldMdp) -> Result<Vec<u8>, Error> {
    let action = match fields.action {
        FieldMdpAction::All => return Ok(b"/Action /All".to_vec()),
        FieldMdpAction::Include => "Include",
        FieldMdpAction::Exclude => "Exclude",
    };
    let mut text = format!("/Action /{action} /Fields [").into_bytes();
    for name in &fields.fields {
        text.extend(object_text(&text_string(name))?);
        text.push(b' ');
    }
    text.push(b']');
    Ok(text)
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
        let locks_nothing = existing.fields.action == FieldMdpAction::Include && existing.fields.fields.is_empty();
        if items.is_empty() && !locks_nothing {
            items.push(("FieldMDP", fields_text(&existing.fields)?));
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
