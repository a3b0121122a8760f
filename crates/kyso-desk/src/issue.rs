//! Issuing: the finished file of a number, verified, is entered in the register; and what may follow, its cancellation.

use kyso::{Policy, Report, Role, VerifiedArtifact};
use kyso_archive::{Archive, Claimed, Meta, Receipt};
use kyso_certification::metadata::Metadata;
use kyso_register::{Cancellation, Entry, Register, Stamp};

use crate::check::Viewer;
use crate::error::{Error, FileRole, Missing};
use crate::record;

/// Verifies a finished file: its signatures hold, the leader's and the agency's seal among them.
///
/// # Errors
/// [`Error::Library`] where it's no PDF, [`Error::NotVerified`] where verification forbids to keep it,
/// [`Error::Unfinished`] where a signature is missing.
pub fn verify(bytes: Vec<u8>, policy: &Policy) -> Result<VerifiedArtifact, Error> {
    let verified = VerifiedArtifact::verify(bytes, policy).map_err(Error::NotVerified)?;
    demand_complete(verified.report())?;
    Ok(verified)
}

/// A result is one once the leader has signed and the agency sealed (Nghị định 30/2020/NĐ-CP, Điều 5 khoản 1).
fn demand_complete(report: &Report) -> Result<(), Error> {
    let has = |role: Role| report.signatures.iter().any(|signature| signature.role == role);
    match (has(Role::Leader), has(Role::Seal)) {
        (true, true) => Ok(()),
        (false, _) => Err(Error::Unfinished(Missing::Leader)),
        (true, false) => Err(Error::Unfinished(Missing::Seal)),
    }
}

/// Completes the result's record with what only the finished file has. Pure but for the look at the pages: the same file,
/// verified at the same time, gives the same record.
///
/// # Errors
/// [`Error::OtherRecord`], [`Error::RecordNotWhole`].
pub fn complete(
    record: &Metadata,
    entry: &Entry,
    finished: &VerifiedArtifact,
    viewer: &Viewer<'_>,
) -> Result<Metadata, Error> {
    let mut completed = record.clone();
    record::finish(&mut completed, entry, finished.bytes(), finished.report(), viewer)?;
    Ok(completed)
}

/// Enters a finished file as issued, and completes the result's record, where there is one. Done twice with the same file,
/// nothing happens the second time. Where this fails, neither the entry nor the record is changed.
///
/// # Errors
/// Those of [`complete`]; [`Error::Register`] where another file was prepared or issued under the number, or it's void.
pub async fn enter(
    register: &Register,
    entry: &Entry,
    finished: &VerifiedArtifact,
    record: Option<&Metadata>,
    viewer: &Viewer<'_>,
    stamp: &Stamp,
) -> Result<(Entry, Option<Metadata>), Error> {
    // Before the entry is changed: a wrong record changes nothing.
    let completed = record.map(|record| complete(record, entry, finished, viewer)).transpose()?;
    Ok((register.issue(&entry.id(), finished, stamp).await?, completed))
}

/// Puts a file that was entered as issued into the archive. It comes last: the archive notes what was claimed in the same
/// transaction, and whoever asks again before that enters the same file once more, which changes nothing.
///
/// # Errors
/// [`Error::Archive`].
pub async fn keep(
    archive: &Archive,
    finished: &VerifiedArtifact,
    meta: Meta,
    claimed: Option<Claimed>,
) -> Result<Receipt, Error> {
    Ok(archive.keep(finished, meta, claimed).await?)
}

/// Refuses records of other results than those that a cancellation is about: the cancelled one's, and that of the one that
/// takes its place.
///
/// # Errors
/// [`Error::OtherRecord`].
pub fn demand_records(
    entry: &Entry,
    cancellation: &Cancellation,
    record: Option<&Metadata>,
    replacement: Option<&Metadata>,
) -> Result<(), Error> {
    record.map_or(Ok(()), |record| record::demand_same(record, entry))?;
    match (replacement, &cancellation.replaced_by) {
        (Some(replacement), Some(number)) => record::demand_number(replacement, FileRole::Replacement, number),
        _ => Ok(()),
    }
}

/// A decision cancels a certification: noted in the register, and in the result's record.
///
/// # Errors
/// Those of [`demand_records`], and [`Error::Register`]: then nothing is changed. [`Error::RecordNotWhole`].
pub async fn cancel(
    register: &Register,
    entry: &Entry,
    cancellation: &Cancellation,
    record: Option<&mut Metadata>,
    replacement: Option<&Metadata>,
    stamp: &Stamp,
) -> Result<Entry, Error> {
    demand_records(entry, cancellation, record.as_deref(), replacement)?;
    let entry = register.cancel(&entry.id(), cancellation, stamp).await?;
    if let Some(record) = record {
        record::cancel(record, cancellation, replacement)?;
    }
    Ok(entry)
}
