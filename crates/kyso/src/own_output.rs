//! Verifies what this library signs. A document that could never be valid, whoever its signers are, is refused before
//! the key is used; and a written file can be read back before it's given out.

use jiff::Timestamp;

use crate::appearance::Appearance;
use crate::code::Code;
use crate::error::{Error, Reason};
use crate::pdf::edit::edit;
use crate::pdf::permission::demand_making_fields;
use crate::pdf::{Document, NewField, SignatureField, Update};
use crate::sign::embed::SignedDocument;
use crate::sign::field::make;
use crate::sign::parameters::Lock;
use crate::sign::permission;
use crate::sign::place::Placed;
use crate::validate::policy::Policy;
use crate::validate::{Validator, witness};

/// Documents up to this many bytes are judged with what is appended to them, in a copy; larger ones as they stand.
const MAX_COPIED: usize = 8 << 20;
/// The work that judging may take before the key is used, as [`Document::limit_work`] counts: about 20 milliseconds.
const MAX_WORK: u64 = 4_000_000;
/// So many times that, for a file that had to be mended, or that somebody has signed before: readers may make more than one
/// thing of it, and each is compared with what was signed.
const TIMES_DOUBTFUL: u64 = 10;

/// Bytes that a field and a catalog take, mostly.
const WHAT_FOLLOWS: usize = 16 << 10;

/// Judges the document as it will be: with the signature, and with all that may lawfully follow it (another field for the
/// seal, and the evidence of both).
///
/// # Errors
/// [`Error::Refused`] with rule `document.cut-off`, `sign.flawed-file`, `sign.annotations-overlap` or
/// `sign.would-not-verify`.
pub(crate) fn rehearse(document: &Document<'_>, draft: &SignedDocument) -> Result<(), Error> {
    if document.recovered().is_some() {
        demand_reached(document, draft)?;
    }
    // Bytes behind the last signature were never signed; between two updates they'd pass for a comment.
    let fields = SignatureField::all(document).map_err(unreadable)?;
    let ends = fields.iter().filter_map(|field| match *field.value.as_ref()?.byte_range.as_slice() {
        [_, _, start, length] => start.checked_add(length),
        _ => None,
    });
    let is_followed = ends.max().is_some_and(|end| usize::try_from(end).is_ok_and(|end| end < document.bytes().len()));
    if is_followed || document.bytes().len() > MAX_COPIED {
        demand_signable(document)?;
    }
    if document.bytes().len() > MAX_COPIED {
        return Ok(());
    }
    let original = document.bytes();
    let mut bytes = Vec::with_capacity(original.len() + draft.tail.bytes.len() + WHAT_FOLLOWS);
    bytes.extend_from_slice(original);
    bytes.extend_from_slice(&draft.tail.bytes);
    let signed = document.earlier(&bytes).map_err(unreadable)?;
    let next = what_follows(&signed, &draft.field).map_err(unreadable)?;
    bytes.extend(next);
    judge(&document.earlier(&bytes).map_err(unreadable)?, |field| field != draft.field)
}

/// A file that had to be mended may be so broken that readers run on from its last object into what is appended: nothing
/// is signed then that no reader finds.
fn demand_reached(document: &Document<'_>, signed: &SignedDocument) -> Result<(), Error> {
    let whole = signed.tail.after(document.bytes());
    let reached = document
        .earlier(&whole)
        .and_then(|after| SignatureField::all(&after))
        .is_ok_and(|fields| fields.iter().any(|field| field.name == signed.field && field.value.is_some()));
    if reached {
        return Ok(());
    }
    Err(Error::refused(
        Code::DocumentCutOff,
        Reason::ByRule("the file is so damaged that a signature appended to it isn't found; get the whole file again"),
    ))
}

/// Judges a document that is to be prepared for signing, as it stands.
///
/// # Errors
/// [`Error::Refused`] with rule `sign.flawed-file`, `sign.annotations-overlap` or `sign.would-not-verify`.
///
/// # Examples
/// ```no_run
/// # fn example(bytes: &[u8], field: kyso::FieldToReserve) -> Result<(), kyso::Error> {
/// let document = kyso::Document::parse(bytes)?;
/// kyso::demand_signable(&document)?;
/// let reserved = kyso::reserve(&document, &[field])?.after(bytes);
/// # Ok(())
/// # }
/// ```
pub fn demand_signable(document: &Document<'_>) -> Result<(), Error> {
    judge(document, |_| false)
}

/// Reads a signed document back as it was written, before it's given out: the digest is taken anew, so that a file that
/// changed while it was signed is noticed.
///
/// # Errors
/// [`Error::Refused`] with rule `sign.changed-meanwhile` where the new signature doesn't hold over what was written; with
/// those of signing where the document itself keeps it, or an earlier one, from being valid.
///
/// # Examples
/// ```no_run
/// # fn example(document: &kyso::Document<'_>, signed: &kyso::SignedDocument) -> Result<(), Box<dyn std::error::Error>> {
/// std::fs::write("signed.pdf", signed.tail.after(document.bytes()))?;
/// kyso::demand_valid_output(document, signed, &std::fs::read("signed.pdf")?)?;
/// # Ok(())
/// # }
/// ```
pub fn demand_valid_output(document: &Document<'_>, signed: &SignedDocument, written: &[u8]) -> Result<(), Error> {
    let read = document.earlier(written).map_err(unreadable)?;
    let policy = any_policy();
    let report = Validator::new(&read, &policy).report().map_err(unreadable)?;
    witness::demand_own_signature(&report, &signed.field)?;
    let Some(first) = witness::flaw(&report) else { return Ok(()) };
    // The reason is the document's own flaw, not a missing anchor.
    let flaw = Validator::new(&read, &policy).flaw(|_| true).map_err(unreadable)?;
    Err(witness::refused(flaw.as_ref().unwrap_or(first)))
}

/// A policy for judgements that depend on nobody's trust and on no time.
fn any_policy() -> Policy {
    Policy::at(Timestamp::UNIX_EPOCH)
}

/// The update that a seal and long-term evidence make, as far as the signatures allow it: its effect on the catalog, the
/// form and the page.
fn what_follows(signed: &Document<'_>, field: &str) -> Result<Vec<u8>, Error> {
    let mut update = Update::new(signed);
    let fields = SignatureField::all(signed)?;
    let name = NewField::free_name(signed, "Seal")?;
    // All else was asked of the document when it was prepared.
    let is_open = permission::demand_open(signed, &fields, Lock::None).is_ok()
        && permission::demand_unlocked(&fields, &name).is_ok()
        && demand_making_fields(signed).is_ok();
    if is_open {
        let page = fields.iter().find(|other| other.name == field).and_then(|field| field.page).unwrap_or(1);
        let placed = Placed { page: signed.page(page)?, rectangle: None };
        make(signed, &mut update, &name, &placed, &Appearance::None, None, None)?;
    }
    edit(&mut update, signed.catalog_id()?, |catalog| match catalog.get("DSS")? {
        None => catalog.set("DSS", b"<< /Type /DSS >>"),
        Some(_) => Ok(()),
    })?;
    Ok(update.finish()?.bytes)
}

/// Refuses a document that keeps its own signatures from being valid. Where the judgement costs too much, it's left to
/// whoever verifies the written file.
fn judge(document: &Document<'_>, intact: impl Fn(&str) -> bool) -> Result<(), Error> {
    let policy = any_policy();
    let mut signed =
        SignatureField::all(document).map_err(unreadable)?.into_iter().filter(|field| field.value.is_some());
    let is_doubtful = document.recovered().is_some() || signed.any(|field| intact(&field.name));
    document.limit_work(if is_doubtful { MAX_WORK * TIMES_DOUBTFUL } else { MAX_WORK });
    let flaw = Validator::new(document, &policy).flaw(intact);
    let is_exhausted = document.is_exhausted();
    document.limit_work(u64::MAX);
    match flaw {
        _ if is_exhausted => Ok(()),
        Ok(None) => Ok(()),
        Ok(Some(flaw)) => Err(witness::refused(&flaw)),
        Err(error) => Err(unreadable(error)),
    }
}

/// The refusal of a document that validation can't read.
fn unreadable(error: impl Into<Error>) -> Error {
    match error.into() {
        error @ (Error::Input { .. } | Error::Budget { .. }) => {
            Error::refused(Code::SignWouldNotVerify, Reason::Unreadable(Box::new(error)))
        }
        other => other,
    }
}
