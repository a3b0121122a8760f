//! Which certificates, CRLs and OCSP answers a later validation needs, and which of them are missing: of every
//! certificate of every chain, those of OCSP responders and CRL issuers included.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{FetchRequest, Fetcher};
use crate::error::{Error, Service, Tried};
use crate::material::Material;
use crate::pki::revocation::{Archive, Found, RevocationEvidence, RevocationStatus};
use crate::pki::{Certificate, EvidenceKind, ocsp};

/// Most certificates that validating one may take, responders' chains included.
const MAX_CERTIFICATES: usize = 64;
/// Most answers that one subject may lead to.
const MAX_ROUNDS: usize = 64;
/// How long after it was given an answer without nextUpdate is news (RFC 6960, 4.2.2.1: newer is always available).
const UNDATED: SignedDuration = SignedDuration::from_mins(10);

/// A certificate that was used to sign, and when.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The certificate.
    pub certificate: Certificate,
    /// When, as far as it's proven: evidence must still be in effect then, or be newer.
    pub used_at: Timestamp,
}

/// What one subject's validation needs.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// What is there and serves: certificates of the chains, the anchors included, and evidence.
    pub used: Material,
    /// What isn't there: for each need the requests of which any one would do, in the order to try.
    pub missing: Vec<Missing>,
}

/// Something that is needed and isn't there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Of which certificate: its subject.
    pub subject: String,
    /// What could bring it; empty where nothing names an address.
    pub requests: Vec<FetchRequest>,
    /// What brings a list of its CA up to date, asked for with the list: a delta CRL. It may fail.
    pub delta: Option<FetchRequest>,
    /// What speaks of it, but was refused: why.
    pub refused: Vec<String>,
    /// Whether there is evidence in effect that is silent about it, because it had expired by then.
    pub is_expired: bool,
}

/// What is there and what is missing, for one subject: pure, the same archive gives the same answer.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.revoked` where the evidence says that a certificate was revoked when it was used,
/// [`Error::Budget`] where the chains don't end.
pub fn missing(subject: &Subject, anchors: &[Certificate], archive: &Archive) -> Result<Survey, Error> {
    let mut walk = Walk { anchors, archive, survey: Survey::default(), seen: HashSet::new() };
    let mut left = vec![(subject.certificate.clone(), subject.used_at, false)];
    while let Some((certificate, used_at, is_responder)) = left.pop() {
        if !walk.seen.insert((certificate.der().to_vec(), used_at)) {
            continue;
        }
        if walk.seen.len() > MAX_CERTIFICATES {
            let limit = MAX_CERTIFICATES as u64;
            return Err(Error::Budget { budget: "certificates of one validation", limit, offset: None });
        }
        left.extend(walk.step(&certificate, used_at, is_responder)?);
    }
    Ok(walk.survey)
}

struct Walk<'a> {
    anchors: &'a [Certificate],
    archive: &'a Archive,
    survey: Survey,
    seen: HashSet<(Vec<u8>, Timestamp)>,
}

impl Walk<'_> {
    /// Looks at one certificate; gives those that it leads to.
    fn step(
        &mut self,
        certificate: &Certificate,
        used_at: Timestamp,
        is_responder: bool,
    ) -> Result<Vec<(Certificate, Timestamp, bool)>, Error> {
        self.survey.used.merge(Material { certificates: vec![certificate.der().to_vec()], ..Material::default() });
        if self.anchors.contains(certificate) {
            return Ok(Vec::new());
        }
        let subject = certificate.identity().subject.clone();
        let Some(issuer) = self.issuer(certificate, used_at) else {
            let urls = certificate.issuer_addresses().to_vec();
            let request = FetchRequest::Issuer { urls, certificate: certificate.der().to_vec() };
            // A root that isn't an anchor has no issuer to look for.
            let leads_on = !certificate.is_self_issued() && !certificate.issuer_addresses().is_empty();
            let requests = if leads_on { vec![request] } else { Vec::new() };
            let (delta, refused) = (None, Vec::new());
            self.survey.missing.push(Missing { subject, requests, delta, refused, is_expired: false });
            return Ok(Vec::new());
        };
        let mut next = vec![(issuer.clone(), used_at, false)];
        if is_responder && certificate.has_ocsp_no_check() {
            return Ok(next);
        }
        let found = self.archive.of(certificate, &issuer);
        match choose(&found, certificate, used_at)? {
            Some(evidence) => {
                let list = match evidence.kind {
                    EvidenceKind::Crl => &mut self.survey.used.crls,
                    EvidenceKind::Ocsp => &mut self.survey.used.ocsp_responses,
                };
                for der in evidence.base.iter().chain([&evidence.der]) {
                    if !list.iter().any(|known| **known == **der) {
                        list.push(der.to_vec());
                    }
                }
                if evidence.is_delegated {
                    next.push((evidence.signer.clone(), evidence.produced_at, evidence.kind == EvidenceKind::Ocsp));
                }
            }
            None => {
                let requests = requests(certificate, &issuer)?;
                let is_published = !requests.is_empty();
                let refused = found.refused.iter().map(|one| one.defect.to_string()).collect();
                let is_silent = |one: &RevocationEvidence| is_in_effect(one, used_at) && !one.speaks_of(certificate);
                let is_expired = found.evidence.iter().any(is_silent);
                // What its issuer publishes nothing of can't be missing: validation says so.
                if is_published {
                    let delta = delta(certificate, &issuer);
                    self.survey.missing.push(Missing { subject, requests, delta, refused, is_expired });
                }
            }
        }
        Ok(next)
    }

    /// Whose key signed the certificate: an anchor where one did, else one that leads to an anchor, as not every one of
    /// several cross-certificates does, and was in its time.
    fn issuer(&self, certificate: &Certificate, used_at: Timestamp) -> Option<Certificate> {
        let mut known: Vec<&Certificate> = self.issuers(certificate).collect();
        let is_anchor = |issuer: &Certificate| self.anchors.contains(issuer);
        let leads = |issuer: &Certificate| self.leads_to_anchor(issuer, &mut vec![certificate]);
        if known.len() > 1 {
            known.sort_by_cached_key(|issuer| {
                let until = std::cmp::Reverse(issuer.not_after());
                (!is_anchor(issuer), !leads(issuer), !issuer.is_valid_at(used_at), until)
            });
        }
        known.first().copied().cloned()
    }

    /// Anchors first.
    fn issuers<'w>(&'w self, certificate: &'w Certificate) -> impl Iterator<Item = &'w Certificate> {
        self.anchors.iter().chain(self.archive.certificates()).filter(move |issuer| {
            certificate.names_as_issuer(issuer)
                && *issuer != certificate
                && certificate.is_signed_by(issuer) == Ok(true)
        })
    }

    fn leads_to_anchor<'w>(&'w self, certificate: &'w Certificate, seen: &mut Vec<&'w Certificate>) -> bool {
        if self.anchors.contains(certificate) {
            return true;
        }
        if seen.len() >= MAX_CERTIFICATES || seen.contains(&certificate) {
            return false;
        }
        seen.push(certificate);
        self.issuers(certificate).any(|issuer| self.leads_to_anchor(issuer, seen))
    }
}

/// The evidence that serves a validation of what was signed at `used_at`: it speaks of the certificate, and was still in
/// effect then.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.revoked`.
fn choose<'f>(
    found: &'f Found,
    certificate: &Certificate,
    used_at: Timestamp,
) -> Result<Option<&'f RevocationEvidence>, Error> {
    let mut newest = None;
    for evidence in found.evidence.iter().filter(|evidence| evidence.speaks_of(certificate)) {
        match evidence.status {
            RevocationStatus::Unknown => continue,
            RevocationStatus::Revoked { at, reason } if at <= used_at && newest.is_none() => {
                let why = reason.map_or(String::new(), |reason| format!(" ({})", reason.name()));
                return Err(Error::refused(
                    "extend.revoked",
                    format!("the certificate {} was revoked at {at}{why}", certificate.identity().subject),
                ));
            }
            _ if newest.is_none() => newest = Some(evidence),
            _ => {}
        }
    }
    Ok(newest.filter(|evidence| is_in_effect(evidence, used_at)))
}

fn is_in_effect(evidence: &RevocationEvidence, used_at: Timestamp) -> bool {
    let until =
        evidence.next_update.unwrap_or_else(|| evidence.this_update.checked_add(UNDATED).unwrap_or(Timestamp::MAX));
    until >= used_at
}

/// Who may tell of the certificate: OCSP first, whose answers are small.
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

/// What changed since the last list (RFC 5280, 6.3.3).
fn delta(certificate: &Certificate, issuer: &Certificate) -> Option<FetchRequest> {
    let urls = certificate.freshest_crl().to_vec();
    (!urls.is_empty()).then(|| FetchRequest::Crl { urls, issuer: issuer.der().to_vec() })
}

/// Fetches what is missing, each answer once.
pub(super) struct Collector<'c> {
    anchors: Vec<Certificate>,
    archive: Archive,
    fetcher: Option<&'c dyn Fetcher>,
    /// What was asked; where nothing came, why.
    asked: HashMap<FetchRequest, Vec<Tried>>,
    pub(super) fetched: Material,
}

impl<'c> Collector<'c> {
    /// With what is known already.
    pub(super) fn new(anchors: &[Vec<u8>], known: &Material, fetcher: Option<&'c dyn Fetcher>) -> Self {
        Self {
            anchors: anchors.iter().filter_map(|der| Certificate::parse(der).ok()).collect(),
            archive: Archive::new(known),
            fetcher,
            asked: HashMap::new(),
            fetched: Material::default(),
        }
    }

    /// Takes in what the file has come to bring.
    pub(super) fn learn(&mut self, material: &Material) {
        self.archive.add(material);
    }

    /// All that one subject's validation needs.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `extend.no-path`, `extend.revoked` or `extend.expired`, [`Error::Outside`] where something that is
    /// needed didn't come, [`Error::Parameters`] where it can't be asked for.
    pub(super) fn collect(&mut self, subject: &Subject) -> Result<Material, Error> {
        for _ in 0..MAX_ROUNDS {
            let Survey { used, missing } = missing(subject, &self.anchors, &self.archive)?;
            let Some(one) = missing.first() else { return Ok(used) };
            self.fetch(one)?;
        }
        Err(Error::Budget { budget: "answers for one certificate", limit: MAX_ROUNDS as u64, offset: None })
    }

    /// Asks for what was not asked for yet, until something comes.
    fn fetch(&mut self, missing: &Missing) -> Result<(), Error> {
        let is_chain = missing.requests.iter().all(|request| matches!(request, FetchRequest::Issuer { .. }));
        if missing.requests.is_empty() {
            return Err(no_path(&missing.subject));
        }
        for request in &missing.requests {
            if self.asked.contains_key(request) {
                continue;
            }
            let Some(fetcher) = self.fetcher else {
                let message = format!("evidence about {} is missing, and nobody may fetch it", missing.subject);
                return Err(Error::parameters("fetcher", message));
            };
            match fetcher.fetch(request) {
                Ok(material) => {
                    self.asked.insert(request.clone(), Vec::new());
                    self.take(material);
                    return if matches!(request, FetchRequest::Crl { .. }) {
                        self.update(missing, fetcher)
                    } else {
                        Ok(())
                    };
                }
                Err(Error::Outside { tried, .. }) => {
                    self.asked.insert(request.clone(), tried);
                }
                Err(other) => return Err(other),
            }
        }
        let mut tried: Vec<Tried> =
            missing.requests.iter().filter_map(|request| self.asked.get(request)).flatten().cloned().collect();
        if tried.is_empty() && is_chain {
            return Err(no_path(&missing.subject));
        }
        if tried.is_empty() && missing.is_expired {
            let message =
                format!("{} has expired, and what its issuer says by now is silent about it", missing.subject);
            return Err(Error::refused("extend.expired", message));
        }
        if tried.is_empty() {
            let why = missing.refused.join("; ");
            let (subject, english) = (&missing.subject, if why.is_empty() { "none speaks of it" } else { &why });
            tried.push(Tried::answer(
                format!("không có câu trả lời nào dùng được cho {subject} [{english}]"),
                format!("no answer about {subject} serves: {english}"),
            ));
        }
        Err(Error::Outside { service: if is_chain { Service::Issuer } else { Service::Revocation }, tried })
    }

    /// Asks for the delta CRL to a list that came. Without it the list still holds until its own next update.
    fn update(&mut self, missing: &Missing, fetcher: &dyn Fetcher) -> Result<(), Error> {
        let Some(request) = missing.delta.as_ref().filter(|request| !self.asked.contains_key(request)) else {
            return Ok(());
        };
        let tried = match fetcher.fetch(request) {
            Ok(material) => {
                self.take(material);
                Vec::new()
            }
            Err(Error::Outside { tried, .. }) => tried,
            Err(other) => return Err(other),
        };
        self.asked.insert(request.clone(), tried);
        Ok(())
    }

    fn take(&mut self, material: Material) {
        self.archive.add(&material);
        self.fetched.merge(material);
    }
}

fn no_path(subject: &str) -> Error {
    Error::refused("extend.no-path", format!("no path leads from {subject} to a trusted certificate"))
}
