//! Issuing: the finished file of a number, verified, is entered in the register; and what may follow, its cancellation.

use jiff::Timestamp;
use kyso::validate::NotVerified;
use kyso::{Document, Password, Policy, Report, Role, VerifiedArtifact};
use kyso_archive::{Artifact, Begun, Beside, Claim, Meta, Request};
use kyso_certification::metadata::Metadata;
use kyso_certification::number::CertificationNumber;
use kyso_register::{Cancellation, Entry, Register, Stamp, Unchecked};

use crate::check::Viewer;
use crate::dangerous::{self, Waived};
use crate::drafts::{self, Store};
use crate::error::{Error, FileRole, Missing};
use crate::sign::By;
use crate::{look_up, record};

/// Verifies a finished file by what sealing asks for: a seal that holds lies over a leader's signature that holds, by somebody
/// whom the agency trusts. An agency without trusted roots goes by its roster alone. Evidence that isn't in the file is fetched
/// from outside, where somebody fetches.
///
/// # Errors
/// [`Error::NotVerified`] where it's no PDF or verification forbids to keep it, [`Error::Unfinished`] where a signature is
/// missing, [`Error::NotSealed`].
pub fn verify(bytes: Vec<u8>, by: By<'_>) -> Result<VerifiedArtifact, Error> {
    let wrong = |error| Error::NotVerified(NotVerified::Document(error));
    let mut policy = by.policy.clone();
    if let Some(fetcher) = by.outside.fetcher {
        let document = parsed(&bytes, &policy).map_err(wrong)?;
        // Evidence that didn't come is missing, and the verdict says so.
        policy.material.merge(kyso::gather(&document, &policy, fetcher).map_err(wrong)?.material);
    }
    let verified = verify_complete(bytes, &policy)?;
    let leader = if policy.anchors.is_empty() {
        kyso::dangerous::leader_under_seal_by_roster(&verified, &policy)
    } else {
        kyso::leader_under_seal(&verified, &policy)
    };
    match leader {
        Ok(Some(_)) => Ok(verified),
        Ok(None) => Err(Error::NotSealed(None)),
        Err(error) => Err(Error::NotSealed(Some(error))),
    }
}

/// Verifies a finished file, whoever signed it: nothing forbids to keep it, a leader's signature and a seal are there, and
/// nobody's is missing whom its form demands, and nothing else came after a signature than signatures and long-term evidence.
pub(crate) fn verify_complete(bytes: Vec<u8>, policy: &Policy) -> Result<VerifiedArtifact, Error> {
    let verified = VerifiedArtifact::verify(bytes, policy).map_err(Error::NotVerified)?;
    demand_complete(verified.report())?;
    kyso::demand_unfilled(verified.report()).map_err(|error| Error::NotSealed(Some(error)))?;
    let wrong = |error| Error::NotVerified(NotVerified::Document(error));
    let document = parsed(verified.bytes(), policy).map_err(wrong)?;
    match kyso::missing_signatures(&document).map_err(wrong)?.into_iter().next() {
        None => Ok(verified),
        Some(field) => Err(Error::Unfinished(Missing::Field(field))),
    }
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

/// The document, which the policy's password opens.
fn parsed<'a>(bytes: &'a [u8], policy: &Policy) -> Result<Document<'a>, kyso::Error> {
    Ok(Document::parse_with_password(bytes, policy.password.as_ref().map(Password::as_str))?)
}

/// A finished file with its number.
#[derive(Clone, Copy)]
pub struct Finished<'a> {
    /// The file, verified ([`verify`]).
    pub file: &'a VerifiedArtifact,
    /// The password that opens the file.
    pub password: Option<&'a str>,
    /// The rule of verification that was gone round: the register keeps it with the entry.
    pub unchecked: Option<Unchecked>,
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
    /// [`Error::OtherRecord`] where the record or the file itself says another number, [`Error::RecordNotWhole`];
    /// [`Error::Register`] where another file was prepared or issued under the number, the file under another number, or the
    /// number is void.
    pub async fn enter(&self, register: &Register, stamp: &Stamp) -> Result<Entered, Error> {
        // Before the entry is changed: a wrong record changes nothing.
        let mut record = self.record.cloned();
        if let Some(record) = &mut record {
            record::finish(record, self)?;
        }
        record::demand_own_number(self)?;
        let id = self.entry.id();
        let entry = match self.unchecked {
            None => register.issue(&id, self.file, stamp).await?,
            Some(unchecked) => register.issue_unchecked(&id, self.file, unchecked, stamp).await?,
        };
        Ok(Entered { entry, record })
    }

    /// Enters the file as issued and puts it into the archive, with the completed record. That comes last. Whoever asks again before
    /// that enters the same file once more, which changes nothing. A file that is in the archive already, as the service's own seals
    /// are, isn't kept twice: the record is.
    ///
    /// # Errors
    /// Those of [`Self::enter`]; [`Error::Archive`].
    pub async fn keep(
        self,
        store: Store<'_>,
        meta: &Meta,
        at: Timestamp,
        claim: Option<Claim>,
    ) -> Result<Issued, Error> {
        let stamp = Stamp { by: meta.actor.clone(), at };
        let Entered { entry, record } = match self.enter(store.register, &stamp).await {
            Ok(entered) => entered,
            Err(error) => return Err(refused(store, claim, error).await),
        };
        let answer = serde_json::to_string(&record).map_err(kyso_archive::Error::defect)?;
        let claim = match claim {
            Some(claim) => claim,
            None => match store.archive.begin(&Request::unkeyed(&meta.actor)?, meta).await? {
                Begun::Open(claim) => claim,
                Begun::Done { artifact, .. } => return Ok(Issued { artifact: *artifact, entry, record }),
            },
        };
        let known = store.archive.by_sha256(self.file.sha256()).await?.pop();
        let artifact = match (known, &record) {
            (Some(known), Some(record)) => store.archive.describe(claim, &known, record, Some(answer)).await?,
            _ => {
                let beside = Beside { answer: Some(answer), metadata: record.clone() };
                store.archive.keep(claim, self.file, beside).await?
            }
        };
        Ok(Issued { artifact, entry, record })
    }
}

/// Notes that a request was refused; the error, for the caller. Where it can't be noted, the key would go on to stand for this
/// content: then the caller is told of that, and asks again.
async fn refused(store: Store<'_>, claim: Option<Claim>, error: Error) -> Error {
    let Some(claim) = claim else { return error };
    store.archive.refuse(claim).await.err().map_or(error, Error::from)
}

/// A finished file that is to be issued, as it came.
#[derive(Clone)]
pub struct Issuing<'a> {
    /// Its number.
    pub number: &'a CertificationNumber,
    /// The file.
    pub file: Vec<u8>,
    /// By what it's verified.
    pub by: By<'a>,
    /// The rule that is gone round where the agency trusts nobody ([`dangerous::verify_untrusted`]).
    pub waived: Option<Waived>,
    /// What looks at its pages.
    pub viewer: &'a Viewer<'a>,
    /// What the archive is told of it.
    pub meta: Meta,
    /// When it's issued.
    pub at: Timestamp,
}

impl Issuing<'_> {
    /// Verified, looked up, entered, kept. The record is the one that was kept with the draft.
    ///
    /// # Errors
    /// Those of [`verify`] and of [`Finished::keep`]; [`Error::Register`] where there is no such number.
    pub async fn carry_out(self, store: Store<'_>, claim: Claim) -> Result<Issued, Error> {
        let (file, unchecked, entry, record) = match self.looked_up(store).await {
            Ok(found) => found,
            Err(error) => return Err(refused(store, Some(claim), error).await),
        };
        let password = self.by.policy.password.as_ref().map(Password::as_str);
        let (record, viewer) = (record.as_ref(), self.viewer);
        let finished = Finished { file: &file, password, unchecked, entry: &entry, record, viewer };
        finished.keep(store, &self.meta, self.at, Some(claim)).await
    }

    async fn looked_up(
        &self,
        store: Store<'_>,
    ) -> Result<(VerifiedArtifact, Option<Unchecked>, Entry, Option<Metadata>), Error> {
        let bytes = self.file.clone();
        let (file, unchecked) = match self.waived {
            Some(Waived::Trust) => (dangerous::verify_untrusted(bytes, self.by)?, Some(Unchecked::Trust)),
            _ => (verify(bytes, self.by)?, None),
        };
        let entry = look_up::entry(store.register, self.number).await?;
        let record = drafts::record(store.archive, &entry).await?;
        Ok((file, unchecked, entry, record))
    }
}

/// Issues a finished file under a number, once a request: where that was done before, what was answered then is the answer, and
/// `issuing` isn't begun. `issuing` is to [carry it out](Issuing::carry_out).
///
/// # Errors
/// [`Error::Archive`] where the request's key was used for another one; [`Error::Register`]; and those of `issuing`.
pub async fn once<E: From<Error>, F: Future<Output = Result<Issued, E>>>(
    store: Store<'_>,
    number: &CertificationNumber,
    request: &Request,
    meta: &Meta,
    issuing: impl FnOnce(Claim) -> F,
) -> Result<Issued, E> {
    match store.archive.begin(request, meta).await.map_err(Error::from)? {
        Begun::Open(claim) => issuing(claim).await,
        Begun::Done { artifact, answer } => {
            let entry = look_up::entry(store.register, number).await.map_err(Error::from)?;
            let record = answer.and_then(|answer| serde_json::from_str(&answer).ok()).flatten();
            Ok(Issued { artifact: *artifact, entry, record })
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
