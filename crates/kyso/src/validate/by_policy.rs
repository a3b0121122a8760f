//! What would be relied on: evidence and time-stamps judged one by one while a signature is made to last, by the blocks that
//! judge them in a whole file.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::certificate::{self, Context};
use super::evidence::Evidence;
use super::freshness::later;
use super::poe::{Id, Objects, Proofs, id};
use super::policy::{CertificateKind, Policy};
use super::refusal::{Refusal, Unreliable, Why};
use super::report::{Severity, TimestampKind};
use super::revocation::{Inquiry, Item, State, Status};
use super::timestamp;
use super::trouble::Trouble;
use super::verdict::Verdict;
use crate::cms::TstInfo;
use crate::error::{Error, Failed, Service, TimeStampFault, Tried};
use crate::judge::{Judge, Known, Question, Unfit};
use crate::material::Material;
use crate::pki::revocation::{Archive, EvidenceKind, RevocationEvidence};
use crate::pki::{Certificate, revocation};
use crate::tsp::TimeStampToken;

/// A policy, with all that is known so far.
pub(crate) struct ByPolicy<'p> {
    policy: Policy,
    /// The time now: what is waited for may take longer than clocks may differ.
    clock: Box<dyn Fn() -> Timestamp + 'p>,
    evidence: Evidence,
    known: HashSet<Id>,
    banned: HashMap<Id, Failed>,
    proofs: Proofs,
}

impl<'p> ByPolicy<'p> {
    /// With what the policy itself brings.
    pub(crate) fn new(policy: &Policy, clock: impl Fn() -> Timestamp + 'p) -> Self {
        let evidence = Evidence::new(policy, Material::default());
        let known = policy.material.ders().map(|der| id(der)).collect();
        let policy = Policy { material: Material::default(), ..policy.clone() };
        let (banned, proofs) = (HashMap::new(), Proofs::at(policy.time));
        Self { policy, clock: Box::new(clock), evidence, known, banned, proofs }
    }

    fn at_present(&self) -> Policy {
        Policy { time: (self.clock)(), ..self.policy.clone() }
    }

    /// Whether the certificate of whoever signed it is in its validity still, or provably was there before its end: else
    /// validation wouldn't rely on it.
    fn has_signer(&self, evidence: &RevocationEvidence, now: Timestamp) -> bool {
        let signer = &evidence.signer;
        let is_proven = || self.proofs.proven(id(signer.der())).is_some_and(|time| time <= signer.not_after());
        !evidence.is_delegated || now <= signer.not_after() || is_proven()
    }

    /// Why an answer that nothing comes of isn't relied on.
    fn refusal(&self, question: Question<'_>, evidence: &Evidence, refused: &[Refusal]) -> Unfit {
        let archive = self.evidence.archive();
        let is_new = |one: &&revocation::Refused| match one.kind {
            EvidenceKind::Crl => one.index >= archive.crls().len(),
            EvidenceKind::Ocsp => one.index >= archive.ocsp_responses().len(),
        };
        let found = evidence.of(question.certificate, question.issuer);
        let defects = found.refused.iter().filter(is_new).map(Refusal::by_itself);
        let unreliable = refused.iter().filter(|one| matches!(one.why, Why::Unreliable(_))).cloned();
        let Some(one) = defects.chain(unreliable).next() else {
            return Unfit { why: Box::new(Failed::OtherCertificate), is_silent: false };
        };
        let is_silent = one.why == Why::Unreliable(Unreliable::Silent);
        Unfit { why: Box::new(Failed::Evidence(one)), is_silent }
    }
}

impl Judge for ByPolicy<'_> {
    fn anchors(&self) -> &[Certificate] {
        self.evidence.anchors()
    }

    fn archive(&self) -> &Archive {
        self.evidence.archive()
    }

    fn learn(&mut self, material: &Material) {
        let mut new = |list: &[Vec<u8>]| list.iter().filter(|der| self.known.insert(id(der))).cloned().collect();
        let material = Material {
            certificates: new(&material.certificates),
            crls: new(&material.crls),
            ocsp_responses: new(&material.ocsp_responses),
        };
        if !material.is_empty() {
            self.evidence = self.evidence.with(&material);
        }
    }

    fn prove(&mut self, material: &Material, time: Timestamp) {
        let mut objects = Objects::default();
        objects.add_material(material);
        self.proofs.add(&objects, time);
    }

    fn ban(&mut self, answer: &[u8], why: Failed) {
        self.banned.insert(id(answer), why);
    }

    fn status(&self, question: Question<'_>) -> Known {
        let policy = self.at_present();
        let Question { certificate, issuer, kind, used_at } = question;
        let admits =
            |evidence: &RevocationEvidence| self.banned.is_empty() || !self.banned.contains_key(&id(&evidence.der));
        // What was good when it was made may be old by now: time-stamps over it mend that, and whoever judges the file asks.
        let inquiry = Inquiry {
            evidence: &self.evidence,
            policy: &policy,
            strength: None,
            admits: &admits,
            presumes_responders: true,
        };
        let mut status = inquiry.status(certificate, issuer, kind);
        let is_revoked = |status: &Status| match status.state {
            State::Revoked { at, .. } | State::OnHold { at, .. } => at <= used_at,
            _ => false,
        };
        let is_lost = |item: &Item| item.is_out_of_bounds(policy.time) && !self.has_signer(&item.evidence, policy.time);
        let has_signer = |evidence: &RevocationEvidence| admits(evidence) && self.has_signer(evidence, policy.time);
        if status.item().is_some_and(is_lost) && !is_revoked(&status) {
            status = Inquiry { admits: &has_signer, ..inquiry }.status(certificate, issuer, kind);
        }
        match status.state {
            State::NotPublished => Known::NotNeeded,
            State::Revoked { at, reason, .. } if at <= used_at => Known::Revoked { at, reason },
            State::OnHold { at, ref item } if at <= used_at => {
                let reason = match item.evidence.status {
                    revocation::RevocationStatus::Revoked { reason, .. } => reason,
                    _ => None,
                };
                Known::Revoked { at, reason }
            }
            State::Revoked { item, .. } | State::OnHold { item, .. } => Known::Good(Box::new(item.evidence)),
            State::Good(ref item) if item.weaknesses.is_empty() && item.speaks_of(used_at, kind, &policy) => {
                Known::Good(Box::new(item.evidence.clone()))
            }
            State::Good(_) | State::Missing => {
                let is_silent = |one: &Refusal| one.why == Why::Unreliable(Unreliable::Silent);
                Known::Missing {
                    is_silent: status.refused.iter().any(is_silent),
                    refused: status.refused.into_iter().map(Failed::Evidence).collect(),
                }
            }
        }
    }

    fn answer(&self, question: Question<'_>, answer: &Material) -> Result<(), Unfit> {
        if let Some(why) = answer.ders().find_map(|der| self.banned.get(&id(der))) {
            return Err(Unfit { why: Box::new(why.clone()), is_silent: false });
        }
        let policy = self.at_present();
        let evidence = self.evidence.with(answer);
        let context = Context { policy: &policy, evidence: &evidence };
        let Question { certificate, issuer, kind, used_at } = question;
        let is_own = |one: &RevocationEvidence| answer.ders().any(|der| **der == *one.der);
        let inquiry = context.inquiry(context.strength(policy.time), &is_own);
        let status = Inquiry { presumes_responders: true, ..inquiry }.status(certificate, issuer, kind);
        let Some(item) = status.item() else { return Err(self.refusal(question, &evidence, &status.refused)) };
        let mut verdict = Verdict::new();
        for trouble in certificate::left_open(certificate, kind != CertificateKind::Authority, &status, None, context) {
            match trouble {
                // That is what was asked.
                Trouble::Revoked { .. } | Trouble::OnHold { .. } => {}
                Trouble::Stale { .. } => {}
                other => other.tell(&mut verdict),
            }
        }
        if let (State::Good(_), false) = (&status.state, item.speaks_of(used_at, kind, &policy)) {
            stale(certificate, item).tell(&mut verdict);
        }
        passed(verdict).map_err(|why| Unfit { why: Box::new(why), is_silent: false })
    }

    fn token(&self, token: &TimeStampToken, lasting: bool, over: &[TstInfo]) -> Result<(), Error> {
        let mut policy = self.at_present();
        let mut evidence = self.evidence.with(&token.signed_data().material());
        if policy.anchors.is_empty() && !lasting {
            policy.anchors.extend(topmost(token, &evidence));
            evidence = Evidence::new(&policy, token.signed_data().material());
        }
        let context = Context { policy: &policy, evidence: &evidence };
        let [signer] = token.signed_data().signers.as_slice() else {
            return Err(Error::outside(Service::TimeStamp, TimeStampFault::Signers));
        };
        let mut verdict = Verdict::new();
        // Whether it's over the right bytes is seen where it's asked for.
        let mut imprint = |_| Some(token.info().imprint.clone());
        let kind = TimestampKind::Signature;
        let found = timestamp::check(kind, token.signed_data(), signer, &mut imprint, context, &mut verdict);
        if !found.cryptography.is_intact() {
            verdict.demand_not_passed();
        }
        for trouble in &found.checked.troubles {
            let is_of_evidence = matches!(
                trouble,
                Trouble::Missing { .. } | Trouble::Stale { .. } | Trouble::EvidenceOutOfBounds { .. }
            );
            if lasting || !is_of_evidence {
                trouble.tell(&mut verdict);
            }
        }
        in_time(token, self.policy.time, &policy)
            .and_then(|()| in_order(token, over, &policy))
            .and_then(|()| passed(verdict))
            .map_err(by_authority)
    }

    fn without_evidence(&self, token: &TimeStampToken, why: &Error) -> Error {
        let authority = token.authority().map(|one| one.identity().subject.clone()).unwrap_or_default();
        by_authority(Failed::NoEvidence { authority, why: Box::new(why.clone()) })
    }
}

/// Whether a new token's time is the present, as far as clocks of honest parties differ: not before `start`, when it hadn't
/// been asked for, and not after now, when it's there.
fn in_time(token: &TimeStampToken, start: Timestamp, now: &Policy) -> Result<(), Failed> {
    let (time, tolerance) = (token.info().time, now.constraints.time.clock_tolerance);
    let (behind, ahead) = (start.duration_since(time), time.duration_since(now.time));
    if behind <= tolerance && ahead <= tolerance {
        return Ok(());
    }
    let minutes = behind.max(ahead).as_mins();
    Err(TimeStampFault::NotPresent { time, minutes, is_behind: behind > ahead }.into())
}

/// Whether a new token's time isn't before that of the tokens that it's over. Those from the future prove nothing, and none
/// could follow them.
fn in_order(token: &TimeStampToken, over: &[TstInfo], now: &Policy) -> Result<(), Failed> {
    let (info, tolerance) = (token.info(), now.constraints.time.clock_tolerance);
    let mut before = over.iter().filter(|one| one.time <= later(now.time, tolerance));
    match before.find(|one| !timestamp::in_order(one, info, tolerance)) {
        None => Ok(()),
        Some(other) => Err(TimeStampFault::BeforeAnother { time: info.time, other: other.time }.into()),
    }
}

/// What a token is judged up to where the policy trusts nobody: the issuer of its authority's certificate, or else that one.
fn topmost(token: &TimeStampToken, evidence: &Evidence) -> Option<Certificate> {
    let authority = token.authority()?;
    let issued = |issuer: &&Certificate| {
        issuer.der() != authority.der()
            && authority.names_as_issuer(issuer)
            && evidence.is_signed_by(&authority, issuer)
    };
    let issuer = evidence.certificates().iter().find(issued);
    Some(issuer.unwrap_or(&authority).clone())
}

fn stale(certificate: &Certificate, item: &Item) -> Trouble {
    let until = item.evidence.next_update.unwrap_or(item.evidence.this_update);
    Trouble::Stale { subject: certificate.identity().subject.clone(), fresh: item.fresh, until }
}

/// What a verdict finds, where it isn't passed.
fn passed(verdict: Verdict) -> Result<(), Failed> {
    if verdict.is_passed() {
        return Ok(());
    }
    let (_, _, findings) = verdict.conclude();
    Err(Failed::Found(findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect()))
}

fn by_authority(why: Failed) -> Error {
    Error::Outside { service: Service::TimeStamp, tried: vec![Tried::answer(why)] }
}
