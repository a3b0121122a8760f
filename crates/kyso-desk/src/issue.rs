//! Issuing: the finished file of a number, verified, is entered in the register; and what may follow, its cancellation.

use jiff::Timestamp;
use kyso::{Policy, Report, Role, VerifiedArtifact};
use kyso_archive::{Artifact, Claim, Claimed, Meta};
use kyso_certification::metadata::Metadata;
use kyso_certification::number::CertificationNumber;
use kyso_register::{Cancellation, Entry, Register, Stamp};

use crate::check::Viewer;
use crate::drafts::{self, Store};
use crate::error::{Error, FileRole, Missing};
use crate::{look_up, record};

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

/// A finished file with its number.
#[derive(Clone, Copy)]
pub struct Finished<'a> {
    /// The file, verified ([`verify`]).
    pub file: &'a VerifiedArtifact,
    /// The entry of its number.
    pub entry: &'a Entry,
    /// The result's record, where there is one.
    pub record: Option<&'a Metadata>,
    /// What looks at its pages.
    pub viewer: &'a Viewer<'a>,
}

/// A result that was entered as issued.
#[derive(Debug)]
pub struct Entered {
    /// The entry.
    pub entry: Entry,
    /// The result's record, completed.
    pub record: Option<Metadata>,
}

/// A result that was entered as issued and kept.
#[derive(Debug)]
pub struct Issued {
    /// The file in the archive.
    pub artifact: Artifact,
    /// The entry.
    pub entry: Entry,
    /// The result's record, completed.
    pub record: Option<Metadata>,
}

impl Finished<'_> {
    /// Enters the file as issued, and completes the result's record with what only the finished file has. Done twice with
    /// the same file, nothing happens the second time. Where this fails, neither the entry nor the record is changed.
    ///
    /// # Errors
    /// [`Error::OtherRecord`], [`Error::RecordNotWhole`]; [`Error::Register`] where another file was prepared or issued
    /// under the number, or it's void.
    pub async fn enter(self, register: &Register, stamp: &Stamp) -> Result<Entered, Error> {
        // Before the entry is changed: a wrong record changes nothing.
        let record = self.completed()?;
        let entry = register.issue(&self.entry.id(), self.file, stamp).await?;
        Ok(Entered { entry, record })
    }

    /// Enters the file as issued and puts it into the archive. That comes last: the archive notes what was claimed in the
    /// same transaction, and whoever asks again before that enters the same file once more, which changes nothing.
    ///
    /// # Errors
    /// Those of [`Self::enter`]; [`Error::Archive`].
    pub async fn keep(self, store: Store<'_>, meta: Meta, claimed: Option<Claimed>) -> Result<Issued, Error> {
        let stamp = Stamp { by: meta.actor.clone(), at: meta.created };
        let Entered { entry, record } = self.enter(store.register, &stamp).await?;
        let artifact = store.archive.keep(self.file, meta, claimed).await?.artifact;
        Ok(Issued { artifact, entry, record })
    }

    /// Pure but for the look at the pages: the same file, verified at the same time, gives the same record.
    fn completed(self) -> Result<Option<Metadata>, Error> {
        let mut record = self.record.cloned();
        if let Some(record) = &mut record {
            record::finish(record, self.entry, self.file.bytes(), self.file.report(), self.viewer)?;
        }
        Ok(record)
    }
}

/// When a file is judged that is issued under a key. One that was kept is judged at that time again: the same bytes give the
/// same answer.
pub fn time(claim: &Claim, now: Timestamp) -> Timestamp {
    match claim {
        Claim::Kept(artifact) => artifact.created,
        Claim::Open(_) => now,
    }
}

/// Issues a finished file under a number, once a key: looked up, entered, and kept as `meta` says; or found to be kept. The
/// record is the one that was kept with the draft.
///
/// # Errors
/// [`Error::Register`] where there is no such number; those of [`Finished::keep`].
pub async fn once(
    store: Store<'_>,
    number: &CertificationNumber,
    file: &VerifiedArtifact,
    viewer: &Viewer<'_>,
    claim: Claim,
    meta: Meta,
) -> Result<Issued, Error> {
    let entry = look_up::entry(store.register, number).await?;
    let record = drafts::record(store.archive, &entry).await?;
    let finished = Finished { file, entry: &entry, record: record.as_ref(), viewer };
    match claim {
        Claim::Open(claimed) => finished.keep(store, meta, Some(claimed)).await,
        Claim::Kept(artifact) => {
            let record = finished.completed()?;
            Ok(Issued { artifact, entry, record })
        }
    }
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
