//! Changes that a document doesn't take, whatever its signatures allow.

use crate::error::{Change, Error, Reason, Rule, SignedBy};
use crate::file::document::Document;
use crate::file::security::Security;
use crate::file::{agreed, listing};
use crate::signature::signature_field::SignatureField;
use lopdf::Object;

/// Refuses to append to a document whose end is missing, or whose pages aren't in the file.
///
/// # Errors
/// [`Error::Refused`] by the rule that says no; [`Error::Input`], [`Error::Budget`] where the file can't be read
/// that far.
pub fn demand_whole(document: &Document<'_>) -> Result<(), Error> {
    if document.is_cut_off() {
        return Err(Error::refused(
            Rule::DocumentCutOff,
            Reason::ByRule("the file's end (%%EOF) is missing, so contents may be too: get the whole file again"),
        ));
    }
    if let Some(offset) = document.unfinished_update() {
        return Err(Error::refused(Rule::DocumentUnfinishedUpdate, Reason::UnfinishedUpdate { offset }));
    }
    demand_listed(document)?;
    if let Object::Boolean(true) = document.get(&document.catalog()?, b"NeedsRendering")? {
        return Err(Error::refused(
            Rule::DocumentXfa,
            Reason::ByRule(
                "the document is a dynamic XFA form, whose pages aren't in the file; print it to a plain PDF first",
            ),
        ));
    }
    Ok(())
}

/// Refuses to append to a document that another reader shows otherwise, because the cross-reference doesn't list what
/// the file holds: once something is appended, that reader shows what is read here too. Or that another reader doesn't show
/// at all.
fn demand_listed(document: &Document<'_>) -> Result<(), Error> {
    if let Some((key, offset)) = agreed::wrong_trailer_entry(document) {
        return Err(Error::refused(Rule::DocumentWrongRow, Reason::Trailer { key, offset }));
    }
    if let Some(object) = agreed::doubtful_object_stream(document)? {
        return Err(Error::refused(Rule::DocumentWrongRow, Reason::ObjectStream { object }));
    }
    if let Some(number) = listing::object_with_wrong_row(document)? {
        return Err(Error::refused(Rule::DocumentWrongRow, Reason::WrongRow { object: number }));
    }
    if let Some((object, generation)) = listing::reference_of_wrong_generation(document)? {
        return Err(Error::refused(Rule::DocumentWrongRow, Reason::WrongGeneration { object, generation }));
    }
    if let Some(at) = listing::unlisted_object(document)? {
        return Err(Error::refused(Rule::DocumentUnlistedObjects, Reason::UnlistedObject { offset: at }));
    }
    Ok(())
}

/// Refuses to fill in a field where the document's password doesn't allow it (ISO 32000-2, table 22).
///
/// # Errors
/// [`Error::Refused`] where it doesn't.
pub fn demand_filling(document: &Document<'_>) -> Result<(), Error> {
    demand_password(document, Security::allows_filling, Change::Sign)
}

/// Refuses to make a field where the document's password doesn't allow it (ISO 32000-2, table 22).
///
/// # Errors
/// [`Error::Refused`] where it doesn't.
pub fn demand_making_fields(document: &Document<'_>) -> Result<(), Error> {
    demand_password(document, Security::allows_making, Change::MakeField)
}

/// Refuses to change what is on the pages where the document's password doesn't allow it (ISO 32000-2, table 22).
///
/// # Errors
/// [`Error::Refused`] where it doesn't.
pub fn demand_changing(document: &Document<'_>) -> Result<(), Error> {
    demand_password(document, Security::allows_changing, Change::ChangePages)
}

/// Refuses to add pages where the document's password doesn't allow it (ISO 32000-2, table 22).
///
/// # Errors
/// [`Error::Refused`] where it doesn't.
pub fn demand_assembling(document: &Document<'_>) -> Result<(), Error> {
    demand_password(document, Security::allows_assembling, Change::AddPages)
}

/// Refuses to take pages out where the document's password doesn't allow it (ISO 32000-2, table 22).
pub(crate) fn demand_copying(document: &Document<'_>) -> Result<(), Error> {
    demand_password(document, Security::allows_copying, Change::CopyPages)
}

/// Refuses to add anything that is seen to a document that somebody has signed or certified: he answers for what he
/// saw.
///
/// # Errors
/// [`Error::Refused`] where somebody has; [`Error::Input`] where the form can't be read.
pub fn demand_unsigned(document: &Document<'_>) -> Result<(), Error> {
    let Some(by) = signed_by(document)? else { return Ok(()) };
    Err(Error::refused(Rule::AppendSigned, Reason::Signed(by)))
}

/// What makes a document a signed one: a signature in the form, one that only a page shows, or a permission dictionary
/// with more than usage rights.
pub(crate) fn signed_by(document: &Document<'_>) -> Result<Option<SignedBy>, Error> {
    if let Some(field) = SignatureField::all(document)?.into_iter().find(|field| field.value.is_some()) {
        return Ok(Some(SignedBy::Field(field.name)));
    }
    let permissions = document.dictionary(&document.catalog()?, b"Perms")?;
    if let Some((key, _)) =
        permissions.iter().find(|(key, value)| !value.is_null() && !matches!(key.as_slice(), b"UR" | b"UR3"))
    {
        return Ok(Some(SignedBy::Permissions(String::from_utf8_lossy(key).into_owned())));
    }
    for page in document.pages()? {
        let Object::Array(annotations) = document.get(&page.dictionary, b"Annots")? else { continue };
        for annotation in &annotations {
            let Ok(Object::Dictionary(widget)) = document.resolve(annotation) else { continue };
            if matches!(document.get(&widget, b"FT")?, Object::Name(kind) if kind == b"Sig")
                && !document.get(&widget, b"V")?.is_null()
            {
                return Ok(Some(SignedBy::Page(page.number)));
            }
        }
    }
    Ok(None)
}

/// Refuses an XFA form: its pages are drawn anew from the form, and nobody would see what was added.
///
/// # Errors
/// [`Error::Refused`] where there is one; [`Error::Input`] where the form can't be read.
pub fn demand_without_xfa(document: &Document<'_>) -> Result<(), Error> {
    let form = document.dictionary(&document.catalog()?, b"AcroForm")?;
    if !document.get(&form, b"XFA")?.is_null() {
        return Err(Error::refused(
            Rule::AppendXfa,
            Reason::ByRule("the document is an XFA form, whose pages viewers draw anew; print it to a plain PDF first"),
        ));
    }
    Ok(())
}

/// The owner's password allows everything.
fn demand_password(document: &Document<'_>, allows: fn(&Security) -> bool, change: Change) -> Result<(), Error> {
    if document.security().is_none_or(allows) {
        return Ok(());
    }
    Err(Error::refused(Rule::DocumentPermissions, Reason::NotPermitted(change)))
}
