//! Which certificates, CRLs and OCSP answers a later validation needs, and which of them are missing: of every
//! certificate of every chain, those of OCSP responders and CRL issuers included.

use std::collections::HashSet;

use jiff::Timestamp;

use super::FetchRequest;
use crate::code::Code;
use crate::error::{Error, Failed, Reason};
use crate::judge::{CertificateKind, Judge, Known, Question};
use crate::material::Material;
use crate::pki::revocation::{RevocationEvidence, RevocationReason};
use crate::pki::{Certificate, EvidenceKind, ocsp};

/// Most certificates that validating one may take, responders' chains included.
const MAX_CERTIFICATES: usize = 64;

/// A certificate that was used to sign, and when.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    /// The certificate.
    pub(super) certificate: Certificate,
    /// Whose it is.
    pub(super) kind: CertificateKind,
    /// When, as far as it's proven: evidence must still be in effect then, or be newer.
    pub(super) used_at: Timestamp,
}

/// The evidence that one subject's validation needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    /// Evidence at hand that serves: certificates of the chains, the anchors included, CRLs and OCSP answers.
    pub(super) used: Material,
    /// Evidence that is missing: for each need the requests of which any one would do, in the order to try.
    pub(super) missing: Vec<Missing>,
}

/// Something that is needed and isn't there.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    /// The certificate that is asked about.
    pub(super) certificate: Certificate,
    pub(super) kind: CertificateKind,
    pub(super) used_at: Timestamp,
    /// The certificate's issuer, where known; then revocation evidence is missing, not the issuer.
    pub(super) issuer: Option<Certificate>,
    /// The requests that could bring the evidence; empty where no address is named.
    pub(super) requests: Vec<FetchRequest>,
    /// The request for a delta CRL, which brings the CA's list up to date. It's made with the request for the list, and may fail.
    pub(super) delta: Option<FetchRequest>,
    /// Why evidence about the certificate was refused.
    pub(super) refused: Vec<Failed>,
    /// Whether there is evidence in effect that is silent about it, because it had expired by then.
    pub(super) is_silent: bool,
    /// The answer that only counts once this is known: it's by a responder with this certificate.
    pub(super) answer: Option<Vec<u8>>,
}

/// A certificate on the way.
struct Step {
    subject: Subject,
    /// Of a responder: the answer that it signed.
    answer: Option<Vec<u8>>,
}

impl Step {
    /// Notes that the issuer or the revocation evidence of this certificate is missing.
    fn lacks(&self, issuer: Option<&Certificate>, requests: Vec<FetchRequest>) -> Missing {
        let Subject { certificate, kind, used_at } = self.subject.clone();
        Missing {
            certificate,
            kind,
            used_at,
            issuer: issuer.cloned(),
            requests,
            delta: None,
            refused: Vec::new(),
            is_silent: false,
            answer: self.answer.clone(),
        }
    }
}

/// The evidence at hand and the evidence that is missing, for one subject: the same knowledge gives the same answer.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.revoked` where the evidence says that a certificate was revoked when it was used,
/// [`Error::Budget`] where the chains don't end.
pub(super) fn missing(subject: &Subject, judge: &dyn Judge) -> Result<Survey, Error> {
    let mut walk = Walk { judge, survey: Survey::default(), seen: HashSet::new(), loops: Vec::new() };
    let mut left = vec![Step { subject: subject.clone(), answer: None }];
    while let Some(step) = left.pop() {
        if !walk.seen.insert((step.subject.certificate.der().to_vec(), step.subject.used_at)) {
            continue;
        }
        if walk.seen.len() > MAX_CERTIFICATES {
            let limit = MAX_CERTIFICATES as u64;
            return Err(Error::Budget { budget: "certificates of one validation", limit, offset: None });
        }
        left.extend(walk.step(&step)?);
    }
    walk.survey.missing.append(&mut walk.loops);
    Ok(walk.survey)
}

struct Walk<'a> {
    judge: &'a dyn Judge,
    survey: Survey,
    seen: HashSet<(Vec<u8>, Timestamp)>,
    /// Where authorities lead round: looked at last, for what else is missing may lead out.
    loops: Vec<Missing>,
}

impl Walk<'_> {
    /// Looks at one certificate; gives those that it leads to.
    fn step(&mut self, step: &Step) -> Result<Vec<Step>, Error> {
        let Subject { certificate, kind, used_at } = &step.subject;
        self.survey.used.merge(Material { certificates: vec![certificate.der().to_vec()], ..Material::default() });
        if self.judge.anchors().contains(certificate) {
            return Ok(Vec::new());
        }
        let issuer = self.issuer(certificate, *used_at);
        let is_loop = issuer.as_ref().is_some_and(|issuer| self.is_loop(issuer, *used_at));
        let Some(issuer) = issuer.filter(|_| !is_loop) else {
            let urls = certificate.issuer_addresses().to_vec();
            // A root that isn't an anchor has no issuer to look for.
            let leads_on = !certificate.is_self_issued() && !urls.is_empty();
            let request = FetchRequest::Issuer { urls, certificate: certificate.der().to_vec() };
            let lacks = step.lacks(None, if leads_on { vec![request] } else { Vec::new() });
            match is_loop {
                true => self.loops.push(lacks),
                false => self.survey.missing.push(lacks),
            }
            return Ok(Vec::new());
        };
        let subject = Subject { certificate: issuer.clone(), kind: kind.above(), used_at: *used_at };
        let above = Step { subject, answer: None };
        if step.answer.is_some() && certificate.has_ocsp_no_check() {
            return Ok(vec![above]);
        }
        Ok(std::iter::once(above).chain(self.evidence(step, &issuer)?).collect())
    }

    /// Looks at the evidence on a certificate; gives whoever signed it, where that is to be asked about itself.
    fn evidence(&mut self, step: &Step, issuer: &Certificate) -> Result<Option<Step>, Error> {
        let Subject { certificate, kind, used_at } = &step.subject;
        match self.judge.status(Question { certificate, issuer, kind: *kind, used_at: *used_at }) {
            Known::NotNeeded => {}
            Known::Good(evidence) => {
                self.use_evidence(&evidence);
                let used_at = (*used_at).max(evidence.produced_at);
                let subject = Subject { certificate: evidence.signer.clone(), kind: kind.above(), used_at };
                return Ok(evidence.is_delegated.then(|| Step { subject, answer: Some(evidence.der.to_vec()) }));
            }
            Known::Revoked { at, .. } if step.answer.is_some() => {
                // An answer by a responder whose certificate was revoked counts for nothing.
                let refused = vec![Failed::Revoked(at)];
                self.survey.missing.push(Missing { refused, ..step.lacks(Some(issuer), Vec::new()) });
            }
            Known::Revoked { at, reason } => {
                let (subject, reason) =
                    (certificate.identity().subject.to_string(), reason.map(RevocationReason::name));
                return Err(Error::refused(Code::ExtendRevoked, Reason::Revoked { subject, at, reason }));
            }
            Known::Missing { refused, is_silent } => {
                let requests = requests(certificate, issuer)?;
                // What nobody can be asked for isn't fetched: validation says what comes of that.
                if !requests.is_empty() || step.answer.is_some() {
                    let (delta, lacks) = (delta(certificate, issuer), step.lacks(Some(issuer), requests));
                    self.survey.missing.push(Missing { delta, refused, is_silent, ..lacks });
                }
            }
        }
        Ok(None)
    }

    fn use_evidence(&mut self, evidence: &RevocationEvidence) {
        let list = match evidence.kind {
            EvidenceKind::Crl => &mut self.survey.used.crls,
            EvidenceKind::Ocsp => &mut self.survey.used.ocsp_responses,
        };
        for der in evidence.base.iter().chain([&evidence.der]) {
            if !list.iter().any(|known| **known == **der) {
                list.push(der.to_vec());
            }
        }
    }

    /// Whose key signed the certificate: an anchor where one did, else one that leads to an anchor, as not every one of
    /// several cross-certificates does, and was in its time.
    fn issuer(&self, certificate: &Certificate, used_at: Timestamp) -> Option<Certificate> {
        let mut known: Vec<&Certificate> = self.issuers(certificate).collect();
        let is_anchor = |issuer: &Certificate| self.judge.anchors().contains(issuer);
        let leads = |issuer: &Certificate| self.leads_to_anchor(issuer, &mut vec![certificate]);
        if known.len() > 1 {
            known.sort_by_cached_key(|issuer| {
                let until = std::cmp::Reverse(issuer.not_after());
                (!is_anchor(issuer), !leads(issuer), !issuer.is_valid_at(used_at), until)
            });
        }
        known.first().copied().cloned()
    }

    /// Whether an issuer was come by already and leads to no anchor: authorities that certify each other lead round.
    fn is_loop(&self, issuer: &Certificate, used_at: Timestamp) -> bool {
        self.seen.contains(&(issuer.der().to_vec(), used_at)) && !self.leads_to_anchor(issuer, &mut Vec::new())
    }

    /// Anchors first.
    fn issuers<'w>(&'w self, certificate: &'w Certificate) -> impl Iterator<Item = &'w Certificate> {
        self.judge.anchors().iter().chain(self.judge.archive().certificates()).filter(move |issuer| {
            certificate.names_as_issuer(issuer)
                && *issuer != certificate
                && certificate.is_signed_by(issuer) == Ok(true)
        })
    }

    fn leads_to_anchor<'w>(&'w self, certificate: &'w Certificate, seen: &mut Vec<&'w Certificate>) -> bool {
        if self.judge.anchors().contains(certificate) {
            return true;
        }
        if seen.len() >= MAX_CERTIFICATES || seen.contains(&certificate) {
            return false;
        }
        seen.push(certificate);
        self.issuers(certificate).any(|issuer| self.leads_to_anchor(issuer, seen))
    }
}

/// Where the certificate's status may be asked: OCSP first, whose answers are small.
fn requests(certificate: &Certificate, issuer: &Certificate) -> Result<Vec<FetchRequest>, Error> {
    let mut requests = Vec::new();
    let responders = certificate.ocsp_responders();
    if !responders.is_empty() {
        requests.push(FetchRequest::Ocsp {
            urls: responders.to_vec(),
            request: ocsp::request(certificate, issuer, None)?,
            certificate: certificate.der().to_vec(),
            issuer: issuer.der().to_vec(),
        });
    }
    let points = certificate.crl_distribution_points();
    if !points.is_empty() {
        requests.push(FetchRequest::Crl { urls: points.to_vec(), issuer: issuer.der().to_vec() });
    }
    Ok(requests)
}

/// The request for the changes since the last list (RFC 5280, 6.3.3).
fn delta(certificate: &Certificate, issuer: &Certificate) -> Option<FetchRequest> {
    let urls = certificate.freshest_crl().to_vec();
    (!urls.is_empty()).then(|| FetchRequest::Crl { urls, issuer: issuer.der().to_vec() })
}
