//! How a PDF gets verified (ETSI EN 319 102-1, one file a block):
//!
//! 1. `format`: what the byte range covers.
//! 2. `signing_certificate`: whose it is.
//! 3. `certificate`: `paths` to an anchor, `revocation` and its `freshness`, validity: at the current time.
//! 4. `cryptography`: message digest, signature value.
//! 5. `acceptance`: attributes; `strength`: of algorithms and keys.
//! 6. `timestamp`: the tokens inside a signature, and document time-stamps.
//! 7. `long_term`: what proofs of existence (`poe`) settle of what is open (`trouble`), by `past` validation and time
//!    `sliding`; `level`: what the bytes satisfy.
//! 8. `modifications`: what came later, and whether it's allowed; `expected`: by whom, where the policy is strict.
//! 9. `role`: leader before seal.
//!
//! `stamps` judges time-stamps that lie over one another outside of any document, by 1 to 7.
//!
//! [`Validator`] first walks every signature through 1 to 6 at the current time, in the order of the revisions; then the
//! document time-stamps, newest first, so that each rests only on newer ones; then the signatures. A check that isn't
//! implemented gives INDETERMINATE with a finding that says so.

mod acceptance;
pub(crate) mod artifact;
pub(crate) mod attained;
pub(crate) mod by_policy;
mod certificate;
mod claimed_time;
mod contents;
mod cryptography;
mod describe;
mod digests;
mod evidence;
mod expected;
mod format;
mod found;
mod freshness;
mod holdings;
mod level;
mod long_term;
mod modifications;
mod overlap;
mod past;
mod paths;
mod poe;
pub(crate) mod policy;
pub(crate) mod refusal;
pub(crate) mod report;
mod revisions;
mod revocation;
mod role;
mod signature;
mod signing_certificate;
mod sliding;
mod stamps;
mod strength;
mod timestamp;
mod trouble;
mod verdict;
pub(crate) mod witness;
mod x509_rsa_sha1;

pub use self::artifact::{NotVerified, Refusal};
pub use self::policy::{
    AnnotationOverlap, CertificateKind, ChangeRule, Consequence, Demand, Freshness, Reliability, RevocationConstraints,
    RoleConstraints, RoleKnowledge, SignatureConstraints, TimeConstraints,
};
pub use self::report::{
    CertificateReport, Coverage, EvidenceSource, Level, Modifications, Process, RevocationReport, RevocationState,
    RoleSource, SignatureType, SignerKind, SignerReport, TimestampKind, TimestampReport,
};
pub use self::stamps::{StampOver, StampReport, judge_stamps};

use std::collections::BTreeSet;

use jiff::Timestamp;

use self::certificate::Context;
use self::digests::Digests;
use self::evidence::Evidence;
use self::found::{Found, MAX_SIGNATURES, binding};
use self::level::Over;
use self::modifications::{Binding, Changes};
use self::poe::Proofs;
use self::policy::Policy;
use self::report::{Finding, Indication, Report, Severity, SignatureReport, SubIndication};
use self::revisions::{Past, Stamp};
use self::signature::{Evaluation, SubFilter, Subject};
use self::verdict::Verdict;
use crate::cms::TstInfo;
use crate::code::Code;
use crate::crypto::{DigestAlgorithm, hex};
use crate::error::Error;
use crate::pdf::{Document, Password, Revision};
use crate::pki::Material;

/// The work that reading all revisions of a file may take, as [`Document::limit_work`] counts: about two seconds. What
/// can't be read any more isn't passed.
const MAX_WORK: u64 = 600_000_000;

/// Judges every signature of a document. Pure: the same bytes, the same policy, the same report.
pub struct Validator<'d, 'a> {
    document: &'d Document<'a>,
    policy: &'d Policy,
    revisions: Vec<Revision>,
    digests: Digests<'a>,
    annotations: overlap::Budget,
    /// The fields that were signed after the signature that was judged last.
    came: BTreeSet<String>,
}

/// A signature or time-stamp as it's found to be at the current time.
struct Judged {
    evaluation: Evaluation,
    verdict: Verdict,
}

/// What came after a signature.
struct Later {
    level: Modifications,
    /// Whether it's signatures and long-term evidence alone.
    only_signatures: bool,
    allowed: bool,
}

/// The other signatures and proofs that a signature is judged with.
#[derive(Clone, Copy)]
struct Around<'r, 'a> {
    /// All that are judged.
    found: &'r [Found],
    /// The document time-stamps among them.
    stamps: &'r [Stamp<'r>],
    /// The file at each revision.
    past: &'r Past<'r, 'a>,
    context: Context<'r>,
}

impl<'d, 'a> Validator<'d, 'a> {
    /// For one document, judged by one policy.
    pub fn new(document: &'d Document<'a>, policy: &'d Policy) -> Self {
        Self {
            document,
            policy,
            revisions: document.revisions(),
            digests: Digests::new(document.bytes()),
            annotations: overlap::Budget::new(),
            came: BTreeSet::new(),
        }
    }

    /// The verdict on every signature.
    ///
    /// # Errors
    /// [`Error::Input`] where the form that lists the signatures can't be read: a bad signature is no error.
    pub fn report(self) -> Result<Report, Error> {
        let document = self.document;
        document.limit_work(MAX_WORK);
        let report = self.judge();
        document.limit_work(u64::MAX);
        report
    }

    /// What in the document itself keeps a signature in it, or one that is still to come, from being valid, whomever one
    /// trusts. `None` where nothing does. Whether signatures hold over what they cover is asked of those in `intact`.
    ///
    /// # Errors
    /// [`Error::Input`] where a page or the form can't be read, [`Error::Budget`] when a bound is reached.
    pub(crate) fn flaw(mut self, intact: impl Fn(&str) -> bool) -> Result<Option<Finding>, Error> {
        self.demand_readable_pages()?;
        let rule = self.policy.constraints.signature.annotation_overlap;
        let overlaps = overlap::check(self.document, rule, &mut self.annotations);
        let found: Vec<Found> =
            found::find(self.document, &self.revisions)?.into_iter().filter(|one| !one.is_mistyped()).collect();
        let unreadable =
            found.iter().filter_map(|one| contents::fault(&one.dictionary).map(|fault| one.fault_finding(&fault)));
        let mut findings: Vec<Finding> = overlaps.into_iter().chain(unreadable).collect();
        for one in &found {
            let mut verdict = Verdict::new();
            verdict.take(one.format.findings.clone(), Indication::TotalFailed, SubIndication::FormatFailure);
            self.later(one, &binding(&found, one), &mut verdict);
            self.reads_one_way(one, &mut verdict);
            findings.extend(verdict.conclude().2);
            if one.field.as_deref().is_some_and(&intact) {
                findings.extend(self.broken(one));
            }
        }
        Ok(findings.into_iter().find(|finding| finding.severity == Severity::Error))
    }

    /// The findings where a signature doesn't verify over the bytes that it covers.
    fn broken(&mut self, found: &Found) -> Vec<Finding> {
        let evidence = Evidence::new(self.policy, Material::default());
        let context = Context { policy: self.policy, evidence: &evidence };
        let findings = self.at_present(found, context).verdict.conclude().2;
        findings
            .into_iter()
            .filter(|finding| matches!(finding.code, Code::DigestMismatch | Code::SignatureMismatch))
            .collect()
    }

    /// Later changes are judged page by page.
    fn demand_readable_pages(&self) -> Result<(), Error> {
        let mut wrong = None;
        self.document.page_where(|page| {
            wrong = self.document.get(&page.dictionary, b"Annots").err();
            wrong.is_some()
        })?;
        wrong.map_or(Ok(()), |error| Err(error.into()))
    }

    fn judge(mut self) -> Result<Report, Error> {
        let all = found::find(self.document, &self.revisions)?;
        let (all, mistyped): (Vec<Found>, Vec<Found>) = all.into_iter().partition(|one| !one.is_mistyped());
        let (all, unreadable): (Vec<Found>, Vec<Found>) =
            all.into_iter().partition(|one| contents::fault(&one.dictionary).is_none());
        let (found, beyond) = all.split_at(all.len().min(MAX_SIGNATURES));
        let (past, brought) = Past::new(self.document, found);
        let evidence = Evidence::new(self.policy, brought);
        let context = Context { policy: self.policy, evidence: &evidence };
        let mut judged: Vec<Judged> = found.iter().map(|one| self.at_present(one, context)).collect();
        let mut proofs = Proofs::at(self.policy.time);
        let stamps = revisions::stamps(found, &mut judged, &past, &mut proofs, context);
        let around = Around { found, stamps: &stamps, past: &past, context };
        let mut signatures: Vec<SignatureReport> = Vec::with_capacity(found.len());
        let mut came: Vec<BTreeSet<String>> = Vec::with_capacity(found.len());
        for (index, (one, judged)) in found.iter().zip(judged).enumerate() {
            signatures.push(match stamps.iter().find(|stamp| stamp.index == index) {
                Some(stamp) => self.conclude_stamp(one, judged, stamp, &binding(found, one)),
                None => self.conclude(one, judged, around, &mut proofs),
            });
            came.push(std::mem::take(&mut self.came));
        }
        found::tell_shared_values(found, &mut signatures);
        signatures.extend(beyond.iter().map(Found::one_too_many));
        if self.policy.constraints.signature.changes == ChangeRule::Strict {
            expected::judge(&mut signatures, &came, !evidence.anchors().is_empty());
        }
        spread_prohibitions(&mut signatures);
        let mut findings = role::order(&mut signatures);
        if !signatures.is_empty() {
            findings.extend(role::required(&mut signatures, &self.policy.constraints.roles));
        }
        findings.extend(of_the_file(self.document, &unreadable, &mistyped));
        findings.extend(cut_off(self.document, &signatures));
        findings.extend(timestamp::without_proof(&signatures));
        let exhausted = evidence.exhausted().into_iter().chain(past.exhausted()).chain(self.digests.exhausted());
        findings.extend(exhausted.map(|(what, most)| {
            let detail = Some(format!("{what}: {most}"));
            Finding::new(Severity::Warning, Code::BudgetReached, detail)
        }));
        findings.sort_by_key(|finding| finding.severity);
        Ok(Report {
            sha256: hex(&self.digests.whole(DigestAlgorithm::Sha256)),
            bytes: self.document.bytes().len() as u64,
            revisions: self.revisions.len(),
            encrypted: self.document.is_encrypted(),
            signatures,
            findings,
        })
    }

    /// The validation at the current time (5.3, 5.4).
    fn at_present(&mut self, found: &Found, context: Context<'_>) -> Judged {
        let mut verdict = Verdict::new();
        verdict.take(found.format.findings.clone(), Indication::TotalFailed, SubIndication::FormatFailure);
        if found.field.is_none() {
            verdict.warn(Code::SignatureUnreached, None);
        }
        if found.dictionary.contents_span.is_some() && !found.dictionary.contents_hexadecimal {
            verdict.warn(Code::ContentsLiteral, None);
        }
        let sub_filter = found.sub_filter();
        let subject = Subject { digests: &mut self.digests, byte_range: found.format.byte_range.as_ref() };
        let (contents, certificates) = (&found.dictionary.contents, &found.dictionary.certificates);
        let mut evaluation = match sub_filter {
            Some(SubFilter::X509RsaSha1) => {
                x509_rsa_sha1::evaluate(contents, certificates, subject, context, &mut verdict)
            }
            _ => signature::evaluate(sub_filter, &found.contents, subject, context, &mut verdict),
        };
        if sub_filter == Some(SubFilter::Rfc3161)
            && let Ok(signed_data) = &found.contents
        {
            // Without the padding of the hole.
            evaluation.encoded = contents.get(..signed_data.length).unwrap_or(contents).to_vec();
        }
        if !evaluation.cryptography.is_intact() {
            verdict.demand_not_passed();
        }
        Judged { evaluation, verdict }
    }

    /// The verdict on a signature, with what time-stamps prove.
    fn conclude(
        &mut self,
        found: &Found,
        judged: Judged,
        around: Around<'_, '_>,
        proofs: &mut Proofs,
    ) -> SignatureReport {
        let Around { stamps, past, context, .. } = around;
        let Judged { evaluation, mut verdict } = judged;
        let over: Vec<&Stamp<'_>> = stamps.iter().filter(|stamp| stamp.covers(found)).collect();
        let covers: Vec<&TstInfo> = over.iter().filter_map(|stamp| stamp.proves()).collect();
        let claimed_time = claimed_time(found, &evaluation);
        let claimed = claimed_time.as_ref().and_then(|time| time.parse::<Timestamp>().ok());
        let outcome = long_term::conclude(&evaluation, &covers, claimed, proofs, context, &mut verdict);
        let over = over.iter().map(|stamp| Over { held: stamp.held.as_ref(), authority: stamp.authority.as_ref() });
        let over: Vec<Over<'_>> = over.collect();
        let reached = level::reached(&evaluation, past.held(), &over, context.evidence.anchors());
        let demands = &self.policy.constraints.signature;
        acceptance::demands(reached.level, outcome.best.is_some(), demands, &mut verdict);
        if let (Some(certificate), Some(time)) = (&evaluation.certificate, claimed)
            && !certificate.is_valid_at(time)
        {
            verdict.warn(Code::CertificateClaimedTime, claimed_time.clone());
        }
        let later = self.later(found, &binding(around.found, found), &mut verdict);
        let modifications_allowed = self.reads_one_way(found, &mut verdict) && later.allowed;
        let role = match &evaluation.certificate {
            Some(certificate) => role::of(certificate, self.policy, claimed, &mut verdict),
            None => role::Known::nothing(),
        };
        let (indication, sub_indication, findings) = verdict.conclude();
        let tokens = evaluation.tokens.iter().zip(&outcome.worth);
        SignatureReport {
            role: role.role,
            role_source: role.source,
            signer: evaluation.certificate.as_ref().map(|certificate| describe::signer(certificate, role.title)),
            claimed_time,
            best_signature_time: outcome.best,
            level: reached.level,
            digest_algorithm: evaluation.digest_algorithm,
            signature_algorithm: evaluation.signature_algorithm,
            digest_ok: evaluation.cryptography.digest_ok,
            signature_ok: evaluation.cryptography.signature_ok,
            modifications: later.level,
            only_signatures_later: later.only_signatures,
            modifications_allowed,
            indication,
            sub_indication,
            findings,
            process: outcome.process,
            chain: describe::chain(&evaluation.checked),
            timestamps: tokens.map(|(token, worth)| describe::token(token, worth)).collect(),
            missing: reached.missing,
            document_digest: evaluation.covered,
            signature_value: evaluation.octets,
            ..found.unjudged()
        }
    }

    /// The verdict on a document time-stamp, whose worth is known.
    fn conclude_stamp(
        &mut self,
        found: &Found,
        judged: Judged,
        stamp: &Stamp<'_>,
        binding: &[Binding<'_>],
    ) -> SignatureReport {
        let Judged { evaluation, mut verdict } = judged;
        let process = describe::settle(&evaluation, &stamp.worth, &mut verdict);
        let later = self.later(found, binding, &mut verdict);
        let modifications_allowed = self.reads_one_way(found, &mut verdict) && later.allowed;
        let timestamp = describe::document_time_stamp(&evaluation, &verdict, process);
        let role = role::Known::timestamp();
        let (indication, sub_indication, findings) = verdict.conclude();
        SignatureReport {
            role: role.role,
            role_source: role.source,
            signer: timestamp.tsa.clone(),
            claimed_time: claimed_time(found, &evaluation),
            best_signature_time: stamp.proves().map(|info| info.time),
            level: evaluation.level,
            digest_algorithm: evaluation.digest_algorithm,
            signature_algorithm: evaluation.signature_algorithm,
            digest_ok: evaluation.cryptography.digest_ok,
            signature_ok: evaluation.cryptography.signature_ok,
            modifications: later.level,
            only_signatures_later: later.only_signatures,
            modifications_allowed,
            indication,
            sub_indication,
            findings,
            process,
            chain: timestamp.chain.clone(),
            document_digest: evaluation.covered,
            signature_value: evaluation.octets,
            timestamps: vec![timestamp],
            ..found.unjudged()
        }
    }

    /// Whether overlapping annotations leave only one way to read the signed revision.
    fn reads_one_way(&mut self, found: &Found, verdict: &mut Verdict) -> bool {
        let bytes = self.document.bytes();
        let end = found.end().and_then(|end| usize::try_from(end).ok());
        let Some(signed) = end.and_then(|end| bytes.get(..end)) else { return true };
        let (rule, budget) = (self.policy.constraints.signature.annotation_overlap, &mut self.annotations);
        let findings = if signed.len() == bytes.len() {
            overlap::check(self.document, rule, budget)
        } else {
            // A revision that can't be read is reported where later changes are judged.
            self.document.earlier(signed).map(|signed| overlap::check(&signed, rule, budget)).unwrap_or_default()
        };
        let is_refused = findings.iter().any(|finding| finding.severity == Severity::Error);
        verdict.take(findings, Indication::Indeterminate, SubIndication::SigConstraintsFailure);
        !is_refused
    }

    /// What came after it. A change that isn't allowed leaves the signature intact, but not passed: what is shown isn't
    /// what was signed.
    fn later(&mut self, found: &Found, binding: &[Binding<'_>], verdict: &mut Verdict) -> Later {
        let Some(end) = found.end() else {
            return Later { level: Modifications::Other, only_signatures: false, allowed: false };
        };
        let changes: Changes = modifications::after(self.document, end);
        let (allowed, findings) = modifications::allowed(&changes, binding, self.policy.constraints.signature.changes);
        let (level, why) = (changes.level(), SubIndication::SigConstraintsFailure);
        let only_signatures = !changes.go_beyond_signatures();
        if changes.are_signatures() {
            self.came.clone_from(&changes.fields);
        }
        verdict.take(changes.findings, Indication::Indeterminate, why);
        verdict.take(findings, Indication::Indeterminate, why);
        if !allowed {
            verdict.open(why, Code::ModificationsNotAllowed, None);
        }
        match level {
            Modifications::Lta if allowed => verdict.note(Code::ModificationsLta, None),
            Modifications::FormFill if allowed => verdict.note(Code::ModificationsFormFill, None),
            Modifications::Annotations if allowed => verdict.note(Code::ModificationsAnnotations, None),
            _ => {}
        }
        Later { level, only_signatures, allowed }
    }
}

/// Judges every signature of a file.
///
/// # Errors
/// [`Error::Input`] where the bytes are no PDF, [`Error::Refused`] where the policy's password doesn't open them.
pub(crate) fn verify(bytes: &[u8], policy: &Policy) -> Result<Report, Error> {
    let document = Document::parse_with_password(bytes, policy.password.as_ref().map(Password::as_str))?;
    Validator::new(&document, policy).report()
}

/// A change that a later signature doesn't allow isn't allowed in the file: earlier signatures don't pass either.
fn spread_prohibitions(signatures: &mut [SignatureReport]) {
    let mut allowed = true;
    for signature in signatures.iter_mut().rev() {
        // One that covers nothing stands at no place in the file and forbids nothing to others.
        if signature.coverage == Coverage::Invalid {
            continue;
        }
        allowed &= signature.modifications_allowed;
        if signature.modifications_allowed && !allowed {
            signature.modifications_allowed = false;
            signature.findings.insert(0, Finding::new(Severity::Error, Code::ModificationsNotAllowed, None));
            if signature.indication == Indication::TotalPassed {
                signature.indication = Indication::Indeterminate;
                signature.sub_indication = Some(SubIndication::SigConstraintsFailure);
            }
        }
    }
}

/// What is wrong with the file itself: signatures that can't be read or say that they are something else, and what was
/// mended to read it at all.
fn of_the_file(document: &Document<'_>, unreadable: &[Found], mistyped: &[Found]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for one in unreadable.iter().take(MAX_SIGNATURES) {
        findings.extend(contents::fault(&one.dictionary).map(|fault| one.fault_finding(&fault)));
    }
    if let Some(what) = document.recovered() {
        findings.push(Finding::new(Severity::Warning, Code::XrefRecovered, Some(what.to_owned())));
    }
    if let Some(at) = document.unfinished_update() {
        let at = Some(at.to_string());
        findings.push(Finding::new(Severity::Warning, Code::DocumentUnfinishedUpdate, at));
    }
    for one in mistyped {
        // Neither a signature nor a time-stamp to any reader: it proves nothing, and says so.
        let place = one.field.clone().or_else(|| one.dictionary.id.map(|id| id.0.to_string()));
        findings.push(Finding::new(Severity::Warning, Code::TimestampType, place));
    }
    findings
}

/// That the file's end is missing. A signature that covers the whole file answers for its end; an update that broke off is
/// told by its own name.
fn cut_off(document: &Document<'_>, signatures: &[SignatureReport]) -> Option<Finding> {
    let is_whole = signatures.iter().any(|one| one.coverage == Coverage::WholeFile && one.digest_ok);
    let is_cut = document.is_cut_off() || (document.lacks_end() && !is_whole);
    (is_cut && document.unfinished_update().is_none())
        .then(|| Finding::new(Severity::Warning, Code::DocumentCutOff, None))
}

/// /M, or, where that says nothing, the signing-time attribute.
fn claimed_time(found: &Found, evaluation: &Evaluation) -> Option<String> {
    let written = found.dictionary.time.as_deref().and_then(claimed_time::rfc3339);
    written.or_else(|| evaluation.signing_time.map(|time| time.to_string()))
}
