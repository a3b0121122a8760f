//! Which certificates, CRLs and OCSP answers a later validation needs, and which of them are missing: of every
//! certificate of every chain, those of OCSP responders and CRL issuers included.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::signatures::authority;
use super::{FetchRequest, Fetcher};
use crate::error::{Error, Service, Tried};
use crate::judge::{CertificateKind, Judge, Known, Question};
use crate::material::{MAX_EVIDENCE, MAX_STORE, Material};
use crate::pki::revocation::RevocationEvidence;
use crate::pki::{Certificate, EvidenceKind, ocsp};
use crate::tsp::TimeStampToken;

/// Most certificates that validating one may take, responders' chains included.
const MAX_CERTIFICATES: usize = 64;
/// Most answers that one subject may lead to.
const MAX_ROUNDS: usize = 64;

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

/// What one subject's validation needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    /// What is there and serves: certificates of the chains, the anchors included, and evidence.
    pub(super) used: Material,
    /// What isn't there: for each need the requests of which any one would do, in the order to try.
    pub(super) missing: Vec<Missing>,
}

/// Something that is needed and isn't there.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    /// Of which certificate.
    certificate: Certificate,
    kind: CertificateKind,
    used_at: Timestamp,
    /// Its issuer, where that is known: then it's evidence that is missing.
    issuer: Option<Certificate>,
    /// What could bring it; empty where nothing names an address.
    pub(super) requests: Vec<FetchRequest>,
    /// What brings a list of its CA up to date, asked for with the list: a delta CRL. It may fail.
    delta: Option<FetchRequest>,
    /// What speaks of it, but was refused: why.
    refused: Vec<Tried>,
    /// Whether there is evidence in effect that is silent about it, because it had expired by then.
    is_silent: bool,
    /// The answer that only counts once this is known: it's by a responder with this certificate.
    answer: Option<Vec<u8>>,
}

/// A certificate on the way.
struct Step {
    subject: Subject,
    /// Of a responder: the answer that it signed.
    answer: Option<Vec<u8>>,
}

/// What is there and what is missing, for one subject: the same knowledge gives the same answer.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.revoked` where the evidence says that a certificate was revoked when it was used,
/// [`Error::Budget`] where the chains don't end.
fn missing(subject: &Subject, judge: &dyn Judge) -> Result<Survey, Error> {
    let mut walk = Walk { judge, survey: Survey::default(), seen: HashSet::new() };
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
    Ok(walk.survey)
}

struct Walk<'a> {
    judge: &'a dyn Judge,
    survey: Survey,
    seen: HashSet<(Vec<u8>, Timestamp)>,
}

impl Walk<'_> {
    /// Looks at one certificate; gives those that it leads to.
    fn step(&mut self, step: &Step) -> Result<Vec<Step>, Error> {
        let Subject { certificate, kind, used_at } = &step.subject;
        let (kind, used_at) = (*kind, *used_at);
        self.survey.used.merge(Material { certificates: vec![certificate.der().to_vec()], ..Material::default() });
        if self.judge.anchors().contains(certificate) {
            return Ok(Vec::new());
        }
        let lack = |issuer: Option<&Certificate>, requests| Missing {
            certificate: certificate.clone(),
            kind,
            used_at,
            issuer: issuer.cloned(),
            requests,
            delta: None,
            refused: Vec::new(),
            is_silent: false,
            answer: step.answer.clone(),
        };
        let Some(issuer) = self.issuer(certificate, used_at) else {
            let urls = certificate.issuer_addresses().to_vec();
            let request = FetchRequest::Issuer { urls, certificate: certificate.der().to_vec() };
            // A root that isn't an anchor has no issuer to look for.
            let leads_on = !certificate.is_self_issued() && !certificate.issuer_addresses().is_empty();
            self.survey.missing.push(lack(None, if leads_on { vec![request] } else { Vec::new() }));
            return Ok(Vec::new());
        };
        let above = |certificate: &Certificate, used_at| Subject {
            certificate: certificate.clone(),
            kind: kind.above(),
            used_at,
        };
        let mut next = vec![Step { subject: above(&issuer, used_at), answer: None }];
        if step.answer.is_some() && certificate.has_ocsp_no_check() {
            return Ok(next);
        }
        match self.judge.status(Question { certificate, issuer: &issuer, kind, used_at }) {
            Known::NotNeeded => {}
            Known::Good(evidence) => {
                self.use_evidence(&evidence);
                if evidence.is_delegated {
                    let subject = above(&evidence.signer, used_at.max(evidence.produced_at));
                    next.push(Step { subject, answer: Some(evidence.der.to_vec()) });
                }
            }
            Known::Revoked { at, reason } => {
                if step.answer.is_none() {
                    let why = reason.map_or(String::new(), |reason| format!(" ({})", reason.name()));
                    let subject = &certificate.identity().subject;
                    let message = format!("the certificate {subject} was revoked at {at}{why}");
                    return Err(Error::refused("extend.revoked", message));
                }
                // An answer by a responder whose certificate was revoked counts for nothing.
                let why = Tried::answer(format!("đã bị thu hồi từ {at}"), format!("it was revoked at {at}"));
                self.survey.missing.push(Missing { refused: vec![why], ..lack(Some(&issuer), Vec::new()) });
            }
            Known::Missing { refused, is_silent } => {
                let requests = requests(certificate, &issuer)?;
                // What its issuer publishes nothing of can't be missing: validation says so.
                if !requests.is_empty() || step.answer.is_some() {
                    let delta = delta(certificate, &issuer);
                    self.survey.missing.push(Missing { delta, refused, is_silent, ..lack(Some(&issuer), requests) });
                }
            }
        }
        Ok(next)
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

/// Fetches what is missing, each answer once, until something comes that validation would rely on.
pub(super) struct Collector<'c> {
    judge: Box<dyn Judge + 'c>,
    fetcher: Option<&'c dyn Fetcher>,
    /// For which certificate what was asked: what doesn't serve the one may serve another.
    asked: HashMap<(Vec<u8>, FetchRequest), Asked>,
    /// By what an answer came.
    brought_by: HashMap<Vec<u8>, (Vec<u8>, FetchRequest)>,
    /// How often something was to be supplied.
    steps: usize,
    /// Bytes that the file has room for; `None` where nothing is stored.
    room: Option<usize>,
    pub(super) fetched: Material,
}

/// What became of a request.
enum Asked {
    /// Something came.
    Answered,
    /// Nothing did. `is_silent`: for no other reason than that the certificate is over.
    InVain { error: Error, is_silent: bool },
}

impl<'c> Collector<'c> {
    pub(super) fn new(judge: Box<dyn Judge + 'c>, fetcher: Option<&'c dyn Fetcher>) -> Self {
        let (asked, brought_by) = (HashMap::new(), HashMap::new());
        Self { judge, fetcher, asked, brought_by, steps: 0, room: None, fetched: Material::default() }
    }

    /// Takes in what the file has come to bring.
    pub(super) fn learn(&mut self, material: &Material) {
        self.judge.learn(material);
    }

    /// What comes is to be stored in a file that holds this already.
    pub(super) fn store_beside(&mut self, held: &Material) {
        self.room = Some(MAX_STORE.saturating_sub(held.size()));
    }

    /// What is there and what is missing, for one subject.
    ///
    /// # Errors
    /// Those of [`missing`].
    pub(super) fn survey(&self, subject: &Subject) -> Result<Survey, Error> {
        missing(subject, &*self.judge)
    }

    /// All that one subject's validation needs.
    ///
    /// # Errors
    /// [`Error::Refused`] with rule `extend.no-path`, `extend.revoked` or `extend.expired`, [`Error::Outside`] where something that is
    /// needed didn't come, [`Error::Parameters`] where it can't be asked for.
    pub(super) fn collect(&mut self, subject: &Subject) -> Result<Material, Error> {
        for _ in 0..MAX_ROUNDS {
            let Survey { used, missing } = self.survey(subject)?;
            let Some(one) = missing.first() else { return Ok(used) };
            self.supply(one)?;
        }
        Err(Error::Budget { budget: "answers for one certificate", limit: MAX_ROUNDS as u64, offset: None })
    }

    /// Whether a new time-stamp would pass, with what can be fetched: the issuers of its authority, and, where it has to be
    /// `lasting`, evidence about them.
    ///
    /// # Errors
    /// [`Error::Outside`] with what is wrong with it, or missing.
    pub(super) fn demand_serving(&mut self, token: &TimeStampToken, lasting: bool) -> Result<(), Error> {
        self.learn(&token.signed_data().material());
        let Some(subject) = authority(token) else { return self.judge.token(token, lasting) };
        if self.fetcher.is_some() && !self.judge.anchors().is_empty() {
            self.find_issuers(&subject);
        }
        self.judge.token(token, false)?;
        // Without trust there is no path, and the signer's own certificate is the first to say so.
        if lasting && !self.judge.anchors().is_empty() {
            self.collect(&subject).map_err(|why| match why {
                Error::Outside { .. } | Error::Refused { .. } => self.judge.without_evidence(token, &why),
                other => other,
            })?;
            self.judge.token(token, true)?;
        }
        Ok(())
    }

    /// Fetches the certificates of a chain, as far as they can be had.
    fn find_issuers(&mut self, subject: &Subject) {
        for _ in 0..MAX_ROUNDS {
            let Ok(survey) = self.survey(subject) else { return };
            let is_issuer = |one: &&Missing| one.issuer.is_none() && !one.requests.is_empty();
            let Some(one) = survey.missing.iter().find(is_issuer) else { return };
            if self.fetch(one).is_err() {
                return;
            }
        }
    }

    /// Whether something is left to ask for.
    pub(super) fn may_supply(&self, missing: &Missing) -> bool {
        missing.answer.is_some()
            || missing.requests.iter().any(|request| !self.asked.contains_key(&missing.key(request)))
    }

    /// How often something was to be supplied.
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// Why each request for what is missing was in vain.
    pub(super) fn failures(&self, missing: &Missing) -> Vec<(FetchRequest, Error)> {
        let failed = |request: &FetchRequest| match self.asked.get(&missing.key(request))? {
            Asked::Answered => None,
            Asked::InVain { error, .. } => Some((request.clone(), error.clone())),
        };
        missing.requests.iter().filter_map(failed).collect()
    }

    /// Has something come that is missing; where that fails for a responder, what it signed counts no longer, and the next
    /// source is asked.
    ///
    /// # Errors
    /// Those of [`Self::collect`].
    pub(super) fn supply(&mut self, missing: &Missing) -> Result<(), Error> {
        self.steps += 1;
        let (error, answer) = match (self.fetch(missing), &missing.answer) {
            (Err(error @ (Error::Outside { .. } | Error::Refused { .. })), Some(answer)) => (error, answer),
            (result, _) => return result,
        };
        self.judge.ban(answer, missing.without_responder(error));
        if let Some(request) = self.brought_by.remove(answer) {
            self.asked.remove(&request);
        }
        Ok(())
    }

    /// Asks for what was not asked for yet, until something comes.
    fn fetch(&mut self, missing: &Missing) -> Result<(), Error> {
        if missing.requests.is_empty() && missing.answer.is_none() {
            return Err(no_path(missing));
        }
        for request in &missing.requests {
            if !self.asked.contains_key(&missing.key(request)) && self.ask(missing, request)? {
                if let (FetchRequest::Crl { .. }, Some(delta)) = (request, &missing.delta)
                    && !self.asked.contains_key(&missing.key(delta))
                {
                    // Without it the list still holds until its own next update.
                    self.ask(missing, delta)?;
                }
                return Ok(());
            }
        }
        Err(self.in_vain(missing))
    }

    /// Asks for one thing; `false` where nothing came that serves.
    fn ask(&mut self, missing: &Missing, request: &FetchRequest) -> Result<bool, Error> {
        let Some(fetcher) = self.fetcher else {
            let message = format!(
                "evidence about {} is missing, and nobody may fetch it",
                missing.certificate.identity().subject
            );
            return Err(Error::parameters("fetcher", message));
        };
        let silent = Cell::new(0);
        let serves = |answer: &Material| self.judged(missing, answer, &silent);
        let (asked, came) = match fetcher.fetch(request, &serves) {
            Ok(material) => (Asked::Answered, Some(material)),
            Err(error @ Error::Outside { .. }) => {
                let is_silent = matches!(&error, Error::Outside { tried, .. } if tried.len() == silent.get());
                (Asked::InVain { error, is_silent }, None)
            }
            Err(other) => return Err(other),
        };
        self.asked.insert(missing.key(request), asked);
        let Some(material) = came else { return Ok(false) };
        for der in material.crls.iter().chain(&material.ocsp_responses) {
            self.brought_by.insert(der.clone(), missing.key(request));
        }
        self.judge.learn(&material);
        self.fetched.merge(material);
        Ok(true)
    }

    /// Whether an answer serves: it can be stored and read again, and validation would rely on it.
    fn judged(&self, missing: &Missing, answer: &Material, silent: &Cell<usize>) -> Result<(), Tried> {
        if answer.largest() > MAX_EVIDENCE {
            return Err(too_large(MAX_EVIDENCE));
        }
        if let Some(room) = self.room.map(|room| room.saturating_sub(self.fetched.size()))
            && answer.size() > room
        {
            return Err(too_large(room));
        }
        let Some(issuer) = &missing.issuer else { return Ok(()) };
        let Missing { certificate, kind, used_at, .. } = missing;
        let question = Question { certificate, issuer, kind: *kind, used_at: *used_at };
        self.judge.answer(question, answer).map_err(|unfit| {
            silent.set(silent.get() + usize::from(unfit.is_silent));
            unfit.why
        })
    }

    /// Why nothing came.
    fn in_vain(&self, missing: &Missing) -> Error {
        let subject = &missing.certificate.identity().subject;
        let all: Vec<&Asked> =
            missing.requests.iter().filter_map(|request| self.asked.get(&missing.key(request))).collect();
        let is_over = |asked: &&Asked| match asked {
            Asked::Answered => missing.is_silent,
            Asked::InVain { is_silent, .. } => *is_silent,
        };
        if !all.is_empty() && all.iter().all(is_over) {
            let message = format!("{subject} has expired, and what its issuer says by now is silent about it");
            return Error::refused("extend.expired", message);
        }
        let errors = all.into_iter().filter_map(|asked| match asked {
            Asked::InVain { error: Error::Outside { tried, .. }, .. } => Some(tried),
            _ => None,
        });
        let mut tried: Vec<Tried> = errors.flatten().cloned().collect();
        if tried.is_empty() && missing.issuer.is_none() {
            return no_path(missing);
        }
        if tried.is_empty() {
            let why = |text: fn(&Tried) -> &str| missing.refused.iter().map(text).collect::<Vec<_>>().join("; ");
            let nothing = |text: String, none: &str| if text.is_empty() { none.to_owned() } else { text };
            let vietnamese = nothing(why(|one| &one.vietnamese), "không có dữ liệu nào nói về nó");
            let english = nothing(why(|one| &one.english), "none speaks of it");
            tried.push(Tried::answer(
                format!("không có câu trả lời nào dùng được cho {subject}: {vietnamese}"),
                format!("no answer about {subject} serves: {english}"),
            ));
        }
        let service = if missing.issuer.is_none() { Service::Issuer } else { Service::Revocation };
        Error::Outside { service, tried }
    }
}

fn too_large(limit: usize) -> Tried {
    Tried::answer(
        format!("câu trả lời lớn hơn giới hạn {limit} byte của dữ liệu lưu trong tệp"),
        format!("the answer is larger than the limit of {limit} bytes that a file may hold"),
    )
}

impl Missing {
    /// By what a request for it is known.
    fn key(&self, request: &FetchRequest) -> (Vec<u8>, FetchRequest) {
        (self.certificate.der().to_vec(), request.clone())
    }

    /// Why an answer doesn't count whose signer's own certificate this is.
    fn without_responder(&self, error: Error) -> Tried {
        let responder = &self.certificate.identity().subject;
        let tried = match error {
            Error::Outside { tried, .. } => tried,
            other => vec![Tried::answer("không còn bằng chứng về nó", other.to_string())],
        };
        let reasons = |text: fn(&Tried) -> &str| {
            let all = tried.iter().map(|one| match one.url.as_str() {
                "" => text(one).to_owned(),
                url => format!("{url}: {}", text(one)),
            });
            all.collect::<Vec<_>>().join("; ")
        };
        let (vietnamese, english) = (reasons(|one| &one.vietnamese), reasons(|one| &one.english));
        Tried::answer(
            format!("câu trả lời do {responder} ký, mà không có bằng chứng dùng được về chứng thư đó ({vietnamese})"),
            format!("the answer is signed by {responder}, and no evidence about that certificate serves ({english})"),
        )
    }
}

fn no_path(missing: &Missing) -> Error {
    let subject = &missing.certificate.identity().subject;
    Error::refused("extend.no-path", format!("no path leads from {subject} to a trusted certificate"))
}
