//! What the public verbs have in common: their options, whether a key may sign or seal, a signature at its level, and
//! validation by a policy as the other modules ask for it.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::code::Code;
use crate::crypto::{DigestAlgorithm, hex};
use crate::error::{Error, Reason};
use crate::extend::{Fetcher, Gathered, Goal, Outside, Sources, Task};
use crate::judge::Judge;
use crate::level::BaselineLevel;
use crate::material::Material;
use crate::own_output;
use crate::pdf::{Document, Password, SignatureField};
use crate::pki::{Certificate, IdentityKind};
use crate::role::{self, CERTIFIER_FIELD, LeaderSignature, Role, is_kept_for, kept_field};
use crate::sign::embed::{SignedDocument, embed, embed_with_time_stamp};
use crate::sign::parameters::{Parameters, SealParameters, Signatory, SignatureParameters};
use crate::sign::permission;
use crate::sign::prepare::{self, PreparedDocument, no_time_stamper};
use crate::sign::signer::{Signer, SigningKey};
use crate::tsp::{TimeStampToken, TimeStamper};
use crate::validate::artifact::VerifiedArtifact;
use crate::validate::by_policy::ByPolicy;
use crate::validate::policy::{Policy, Roster};
use crate::validate::report::Report;
use crate::validate::witness::{self, Trust};
use crate::validate::{Validator, attained};

/// What signing depends on beside the document, the key and the parameters. By default nothing: whoever has the key may
/// sign, at PAdES-B-B.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct SigningOptions<'o> {
    /// Who may sign as leader, by its roster; and, from PAdES-B-T on, by what time-stamps and evidence are judged. `None`:
    /// the default constraints at the claimed time, with no roster and no anchor.
    pub policy: Option<&'o Policy>,
    /// Where time-stamps and evidence come from.
    pub outside: Outside<'o>,
}

impl<'o> SigningOptions<'o> {
    /// By a policy.
    pub fn by(policy: &'o Policy) -> Self {
        Self { policy: Some(policy), outside: Outside::default() }
    }

    /// With what lies outside.
    #[must_use]
    pub fn outside(self, outside: Outside<'o>) -> Self {
        Self { outside, ..self }
    }

    pub(crate) fn policy_at(&self, claimed_time: Timestamp) -> Cow<'o, Policy> {
        self.policy.map_or_else(|| Cow::Owned(Policy::at(claimed_time)), Cow::Borrowed)
    }
}

/// Refuses a leader's signature by a key that the roster doesn't name as a leader's at the claimed time, a copy's by one that
/// isn't the agency's, and every signature that would be read as a seal.
///
/// # Errors
/// [`Error::Refused`] with rule `sign.not-in-roster`, `sign.copy-by-person` or `seal.no-witness`; [`Error::Signer`] where the key has no certificate.
pub(crate) fn demand_signing(
    parameters: &SignatureParameters,
    key: SigningKey<'_>,
    options: &SigningOptions<'_>,
) -> Result<(), Error> {
    parameters.demand_no_seal()?;
    let certificate = key.certificate()?;
    let (nobody, time) = (Roster::default(), parameters.claimed_time);
    let roster = options.policy.map_or(&nobody, |policy| &policy.roster);
    // The agency's key seals, and signs copies; whatever else it signs would be read as a seal. So is what an organisation's
    // certificate signs that the roster doesn't name for another role.
    let is_agencys = match roster.entry(certificate, time) {
        Some(_) => roster.gives(Role::Seal, certificate, time),
        None => certificate.identity().kind == IdentityKind::Organisation,
    };
    if parameters.signatory != Signatory::Copy && is_agencys {
        return Err(Error::refused(Code::SealNoWitness, Reason::SealingKey));
    }
    match parameters.signatory {
        Signatory::Leader => witness::demand_leading(roster, certificate, time),
        Signatory::Copy => demand_copying(roster, certificate, time),
        Signatory::Other => Ok(()),
    }
}

/// Refuses to sign a copy with a certificate that isn't the agency's, by the roster or by its own names (Nghị định
/// 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8b, and phần II, mục I.3).
fn demand_copying(roster: &Roster, certificate: &Certificate, time: Timestamp) -> Result<(), Error> {
    let is_agencys = match roster.entry(certificate, time) {
        Some(_) => [Role::Copy, Role::Seal].iter().any(|role| roster.gives(*role, certificate, time)),
        None => certificate.identity().kind != IdentityKind::Person,
    };
    match is_agencys {
        true => Ok(()),
        false => Err(Error::refused(
            Code::SignCopyByPerson,
            Reason::ByRule("a copy bears the agency's signature, and this certificate is a person's"),
        )),
    }
}

/// Seals a document over the leader's signature that is found in it, after evidence about that signature was fetched.
///
/// # Errors
/// Those of [`seal`](crate::seal()).
pub(crate) fn seal(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: &SealParameters,
    policy: &Policy,
    outside: &Outside<'_>,
    trust: Trust,
) -> Result<SignedDocument, Error> {
    trust.demand(policy)?;
    let mut policy = policy.clone();
    if let Some(fetcher) = outside.fetcher {
        // Evidence that didn't come is missing, and the verdict says so.
        policy.material.merge(gather(document, &policy, fetcher)?.material);
    }
    let leader = witness(document, SigningKey::of(signer).certificate()?, &policy, trust)?;
    make(document, signer, parameters.of_any(), Some(&leader), &SigningOptions::by(&policy).outside(*outside))
}

/// The leader's signature over which a certificate may seal.
///
/// # Errors
/// Those of [`leader_signature`](crate::leader_signature).
pub(crate) fn witness(
    document: &Document<'_>,
    certificate: &Certificate,
    policy: &Policy,
    trust: Trust,
) -> Result<LeaderSignature, Error> {
    trust.demand(policy)?;
    demand_filled(document)?;
    let report = Validator::new(document, policy).report()?;
    witness::demand_sealing(&policy.roster, certificate, policy.time)?;
    witness::leader_signature(
        &report,
        policy,
        hex(&certificate.fingerprint()),
        None,
        trust,
        certifier(document)?.as_deref(),
    )
}

/// The leader's signature under the seal of a finished document.
///
/// # Errors
/// Those of [`leader_under_seal`](crate::leader_under_seal).
pub(crate) fn under_seal(
    finished: &VerifiedArtifact,
    policy: &Policy,
    trust: Trust,
) -> Result<Option<LeaderSignature>, Error> {
    trust.demand(policy)?;
    let password = policy.password.as_ref().map(Password::as_str);
    let document = Document::parse_with_password(finished.bytes(), password)?;
    demand_filled(&document)?;
    let report = Validator::new(&document, policy).report()?;
    witness::under_seal(&report, policy, trust, certifier(&document)?.as_deref())
}

/// The names of the empty fields in which a result's form demands a signature, in the form's order.
pub(crate) fn missing_signatures(document: &Document<'_>) -> Result<Vec<String>, Error> {
    let fields = SignatureField::all(document)?;
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let demanded = role::demanded(&names);
    // A time-stamp says when, and not who.
    let is_signed = |field: &&SignatureField| field.value.as_ref().is_some_and(|value| !value.is_time_stamp());
    let empty = fields.iter().filter(|field| !is_signed(field) && demanded.contains(&field.name.as_str()));
    Ok(empty.map(|field| field.name.clone()).collect())
}

/// Refuses a document with an empty field in which its form demands a signature: the seal ends the document.
///
/// Whoever certifies is asked for by the rule of the leader's signature, which says more.
///
/// # Errors
/// [`Error::Refused`] with rule `seal.empty-field`.
pub(crate) fn demand_filled(document: &Document<'_>) -> Result<(), Error> {
    match missing_signatures(document)?.into_iter().find(|field| !is_kept_for(field, CERTIFIER_FIELD)) {
        None => Ok(()),
        Some(field) => Err(Error::refused(Code::SealEmptyField, Reason::EmptyField { field })),
    }
}

/// The field whose signature is the leader's, where the document has it: of several, the one that was kept last.
fn certifier(document: &Document<'_>) -> Result<Option<String>, Error> {
    let fields = SignatureField::all(document)?;
    Ok(kept_field(fields.iter().map(|field| field.name.as_str()), CERTIFIER_FIELD).map(str::to_owned))
}

/// Prepares what verifies once it's signed, as far as that depends on the document. `leader` is of this document.
///
/// # Errors
/// Those of [`prepare`](crate::steps::prepare) that don't depend on who signs.
pub(crate) fn prepare(
    document: &Document<'_>,
    key: SigningKey<'_>,
    parameters: Parameters,
    leader: Option<&LeaderSignature>,
    time_stamper: Option<&dyn TimeStamper>,
) -> Result<PreparedDocument, Error> {
    let prepared = prepare::prepare(document, key, parameters, leader, time_stamper, permission::demand_agreed)?;
    own_output::rehearse(document, &prepared.draft()?)?;
    Ok(prepared)
}

/// Makes a signature, with a time-stamp where its level needs one, and appends the evidence that the level needs. The result
/// has that level by the policy.
///
/// # Errors
/// Those of [`sign`](crate::sign()) and of [`extend`](crate::extend()).
pub(crate) fn make(
    document: &Document<'_>,
    signer: &dyn Signer,
    parameters: Parameters,
    leader: Option<&LeaderSignature>,
    options: &SigningOptions<'_>,
) -> Result<SignedDocument, Error> {
    let (level, vri, key) = (parameters.level, parameters.vri, SigningKey::of(signer));
    if level == BaselineLevel::B {
        let prepared = prepare(document, key, parameters, leader, None)?;
        let value = signer.sign(prepared.to_be_signed())?;
        return embed(prepared, &value);
    }
    let (policy, outside) = (&*options.policy_at(parameters.claimed_time), &options.outside);
    let sources = sources(document, policy, outside);
    let stamper = sources.stamper(level).ok_or_else(|| no_time_stamper(level))?;
    let prepared = prepare(document, key, parameters, leader, Some(&stamper))?;
    let value = signer.sign(prepared.to_be_signed())?;
    let mut signed = embed_with_time_stamp(prepared, &value, &stamper)?;
    let mut bytes = signed.tail.after(document.bytes());
    if level > BaselineLevel::T {
        let goal = Goal::One(level, &signed.field);
        let task = Task { goal, time: policy.time, vri, is_new: true, sources: &sources };
        let extended = task.run(&document.earlier(&bytes)?)?;
        bytes.extend(&extended.tail.bytes);
        signed.tail.bytes.extend(extended.tail.bytes);
    }
    let report = report_after(document, &bytes, policy, outside)?;
    attained::demand_level(&report, level, Some(&signed.field))?;
    Ok(signed)
}

/// Fetches what the validation of the document's signatures by a policy lacks.
///
/// # Errors
/// Those of [`gather`](crate::gather()).
pub(crate) fn gather(document: &Document<'_>, policy: &Policy, fetcher: &dyn Fetcher) -> Result<Gathered, Error> {
    // Judged at the policy's time, as by the validation that it's for.
    crate::extend::gather::gather(document, judge(policy, &Outside::default()), policy.time, fetcher)
}

/// A time-stamp alone, by the policy.
pub(crate) fn time_stamp(
    digest: DigestAlgorithm,
    imprint: &[u8],
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<TimeStampToken, Error> {
    crate::extend::alone::time_stamp(digest, imprint, judge(policy, outside), outside)
}

/// What a time-stamp alone needs to last, by the policy.
pub(crate) fn evidence_about(
    token: &TimeStampToken,
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<Material, Error> {
    crate::extend::alone::evidence(token, judge(policy, outside), outside.now(policy.time), outside)
}

/// Validation by the policy, as it's asked about single answers.
pub(crate) fn judge<'j>(policy: &Policy, outside: &Outside<'j>) -> Box<dyn Judge + 'j> {
    let (outside, start) = (*outside, policy.time);
    Box::new(ByPolicy::new(policy, move || outside.now(start)))
}

/// The services outside; the policy judges their answers.
pub(crate) fn sources<'s>(document: &Document<'_>, policy: &Policy, outside: &Outside<'s>) -> Sources<'s> {
    Sources::new(document, judge(policy, outside), &policy.material, outside)
}

/// The report on `bytes`, which begin with the document's, by the policy at the present time.
///
/// # Errors
/// Those of [`Validator::report`].
pub(crate) fn report_after(
    document: &Document<'_>,
    bytes: &[u8],
    policy: &Policy,
    outside: &Outside<'_>,
) -> Result<Report, Error> {
    let policy = Policy { time: outside.now(policy.time), ..policy.clone() };
    Validator::new(&document.earlier(bytes)?, &policy).report()
}
