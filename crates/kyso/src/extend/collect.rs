//! Fetching what a later validation needs and the file doesn't have, until something comes that it would rely on.

use std::cell::RefCell;
use std::collections::HashMap;

use jiff::Timestamp;

use super::signatures::authority;
use super::survey::{Missing, Subject, Survey, missing};
use super::{FetchRequest, Fetcher};
use crate::cms::TstInfo;
use crate::code::Code;
use crate::error::evidence::{EvidenceDefect, Why};
use crate::error::{Error, Failed, Parameter, Reason, Service, Tried};
use crate::judge::{Judge, Question};
use crate::material::{MAX_EVIDENCE, MAX_STORE, Material};
use crate::tsp::TimeStampToken;

/// Most answers that one subject may lead to.
const MAX_ROUNDS: usize = 64;

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

/// The outcome of a request.
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

    /// Takes in what document time-stamps cover.
    pub(super) fn prove(&mut self, proven: &[(Material, Timestamp)]) {
        for (material, time) in proven {
            self.judge.prove(material, *time);
        }
    }

    /// Answers are to be stored in a file that holds this material already.
    pub(super) fn store_beside(&mut self, held: &Material) {
        self.room = Some(MAX_STORE.saturating_sub(held.size()));
    }

    /// The evidence at hand and the evidence that is missing, for one subject.
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

    /// Whether a new time-stamp over those of a file would pass, with what can be fetched: the issuers of its authority, and,
    /// where it has to be `lasting`, evidence about them.
    ///
    /// # Errors
    /// [`Error::Outside`] with what is wrong with it, or missing.
    pub(super) fn demand_serving(
        &mut self,
        token: &TimeStampToken,
        lasting: bool,
        over: &[TstInfo],
    ) -> Result<(), Error> {
        self.learn(&token.signed_data().material());
        let Some(subject) = authority(token) else { return self.judge.token(token, lasting, over) };
        if self.fetcher.is_some() && !self.judge.anchors().is_empty() {
            self.find_issuers(&subject);
        }
        self.judge.token(token, false, over)?;
        // Without trust there is no path, and the signer's own certificate is the first to say so.
        if lasting && !self.judge.anchors().is_empty() {
            self.collect(&subject).map_err(|why| match why {
                Error::Outside { .. } | Error::Refused { .. } => self.judge.without_evidence(token, &why),
                other => other,
            })?;
            self.judge.token(token, true, over)?;
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
        if self.is_by_unknown_key(missing) && self.find_other_keys(missing)? {
            for request in missing.requests.iter().filter(|request| matches!(request, FetchRequest::Crl { .. })) {
                if self.ask(missing, request)? {
                    return Ok(());
                }
            }
        }
        Err(self.in_vain(missing))
    }

    /// Whether a list came that a key signed whose certificate isn't known.
    fn is_by_unknown_key(&self, missing: &Missing) -> bool {
        let is_unknown = |one: &Tried| {
            let why = if let Failed::Evidence(refusal) = &one.why { Some(&refusal.why) } else { None };
            why == Some(&Why::Defect(EvidenceDefect::NoIssuer))
        };
        let asked = missing.requests.iter().filter_map(|request| self.asked.get(&missing.key(request)));
        let mut errors = asked.filter_map(|asked| match asked {
            Asked::InVain { error: Error::Outside { service: Service::Crl, tried }, .. } => Some(tried),
            _ => None,
        });
        errors.any(|tried| tried.iter().any(is_unknown))
    }

    /// Fetches, once, what lies where the issuer's certificate does: after a key rollover the certificates of both keys.
    fn find_other_keys(&mut self, missing: &Missing) -> Result<bool, Error> {
        let certificate = &missing.certificate;
        let urls = certificate.issuer_addresses().to_vec();
        let request = FetchRequest::Issuer { urls, certificate: certificate.der().to_vec() };
        let is_known = matches!(&request, FetchRequest::Issuer { urls, .. } if urls.is_empty())
            || self.asked.contains_key(&missing.key(&request));
        Ok(!is_known && self.ask(&Missing { issuer: None, ..missing.clone() }, &request)?)
    }

    /// Asks for one thing; `false` where nothing came that serves.
    fn ask(&mut self, missing: &Missing, request: &FetchRequest) -> Result<bool, Error> {
        let Some(fetcher) = self.fetcher else {
            let message = format!(
                "evidence about {} is missing, and nobody may fetch it",
                missing.certificate.identity().subject
            );
            return Err(Error::parameters(Parameter::Fetcher, message));
        };
        let silent = RefCell::default();
        let serves = |answer: &Material| self.judged(missing, answer, &silent);
        let (asked, came) = match fetcher.fetch(request, &serves) {
            Ok(material) => (Asked::Answered, Some(material)),
            Err(error @ Error::Outside { .. }) => {
                let is_silent = is_silent(&error, &silent.borrow());
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
    fn judged(&self, missing: &Missing, answer: &Material, silent: &RefCell<Vec<Failed>>) -> Result<(), Failed> {
        if answer.largest() > MAX_EVIDENCE {
            return Err(Failed::TooLarge(MAX_EVIDENCE));
        }
        if let Some(room) = self.room.map(|room| room.saturating_sub(self.fetched.size()))
            && answer.size() > room
        {
            return Err(Failed::NoRoom(room));
        }
        let Some(issuer) = &missing.issuer else { return Ok(()) };
        let Missing { certificate, kind, used_at, .. } = missing;
        let question = Question { certificate, issuer, kind: *kind, used_at: *used_at };
        self.judge.answer(question, answer).map_err(|unfit| {
            if unfit.is_silent {
                silent.borrow_mut().push((*unfit.why).clone());
            }
            *unfit.why
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
            return Error::refused(Code::ExtendExpired, Reason::Silent { subject: subject.to_string() });
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
            let (subject, refused) = (subject.clone(), missing.refused.clone());
            tried.push(Tried::answer(Failed::NoAnswer { subject, refused }));
        }
        let service = if missing.issuer.is_none() { Service::Issuer } else { Service::Revocation };
        Error::Outside { service, tried }
    }
}

/// Whether every attempt failed for an answer's silence.
fn is_silent(error: &Error, silent: &[Failed]) -> bool {
    let was_silent = |one: &Tried| silent.contains(&one.why);
    matches!(error, Error::Outside { tried, .. } if !tried.is_empty() && tried.iter().all(was_silent))
}

impl Missing {
    /// By what a request for it is known.
    fn key(&self, request: &FetchRequest) -> (Vec<u8>, FetchRequest) {
        (self.certificate.der().to_vec(), request.clone())
    }

    /// Why an answer doesn't count whose signer's own certificate this is.
    fn without_responder(&self, error: Error) -> Failed {
        let responder = self.certificate.identity().subject.clone();
        let tried = match error {
            Error::Outside { tried, .. } => tried,
            other => vec![Tried::answer(Failed::Exhausted(Box::new(other)))],
        };
        Failed::Responder { responder, tried }
    }
}

fn no_path(missing: &Missing) -> Error {
    let subject = missing.certificate.identity().subject.to_string();
    Error::refused(Code::ExtendNoPath, Reason::NoPath { subject })
}
