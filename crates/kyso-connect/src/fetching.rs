//! Bringing evidence: the library's [`Fetcher`] over HTTP.

use std::time::Duration;

use jiff::Timestamp;
use kyso::error::connection::Fault;
use kyso::error::{Failed, Service, Tried};
use kyso::pki::Certificate;
use kyso::{Error, FetchRequest, Fetcher, Material, Serves};

use crate::cache::{self, Cache, Lasting};
use crate::clock::Clock;
use crate::guard::Url;
use crate::http::Client;
use crate::{aia, crl, ocsp};

/// A certificate names two or three places; more are a way to have us knock at many doors. As many are asked,
const PLACES: usize = 4;
/// and as many are looked at, those included where nobody can be asked: another protocol, a dead host.
const LOOKED_AT: usize = 16;

/// A kind of evidence: its name among the cache's keys, and the service that has it.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    service: Service,
}

const OCSP: Kind = Kind { name: "ocsp", service: Service::Ocsp };
const CRL: Kind = Kind { name: "crl", service: Service::Crl };
const ISSUER: Kind = Kind { name: "issuer", service: Service::Issuer };

/// Brings OCSP answers, CRLs and issuers' certificates. Each is asked for once as long as it lives: make a new one for
/// each signing or verification.
#[derive(Debug)]
pub struct Fetching {
    client: Client,
    cache: Cache,
    timeout: Duration,
    pause: Duration,
    clock: Clock,
}

/// A place that was asked in vain.
struct Attempt<'a> {
    text: &'a str,
    url: Option<Url>,
    fault: Fault,
}

impl Fetching {
    /// How long one answer is waited for, where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// How long is waited before what may pass is asked once more, where neither caller nor service says otherwise.
    pub const PAUSE: Duration = Duration::from_secs(1);

    /// By `client`, keeping answers in `cache`.
    pub fn new(client: Client, cache: Cache) -> Self {
        Self { client, cache, timeout: Self::TIMEOUT, pause: Self::PAUSE, clock: Clock::default() }
    }

    /// Waits as long for each answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Waits as long before what may pass is asked once more; longer where the service says so.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// By another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Goes on to another document: what all requests may take in time is counted anew. Answers are kept, and hosts that were
    /// silent aren't asked again.
    pub fn next_document(&self) {
        self.client.run().restart();
    }

    /// The first good answer of the places; where there is none, why each has none. Where all failed, those whose failure may
    /// pass are asked once more.
    fn first(
        &self,
        kind: Kind,
        urls: &[String],
        request: &[u8],
        read: impl Fn(&[u8]) -> Result<Lasting, Fault>,
        ask: impl Fn(&Url) -> Result<Vec<u8>, Fault>,
    ) -> Result<Vec<u8>, Error> {
        let key = |url: &Url| cache::key(kind.name, &url.to_string(), request);
        let get = |url: &Url| self.cache.get(key(url), self.clock.now(), &read, || ask(url));
        let mut attempts: Vec<Attempt<'_>> = Vec::new();
        for text in urls.iter().take(LOOKED_AT) {
            if attempts.iter().filter(|attempt| was_asked(&attempt.fault)).count() == PLACES {
                break;
            }
            let attempt = |url, fault| Attempt { text, url, fault };
            match Url::parse(text) {
                Err(fault) => attempts.push(attempt(None, Fault::Url(fault.named_by_others()))),
                Ok(url) => match get(&url) {
                    Ok(answer) => return Ok(answer),
                    Err(fault) => attempts.push(attempt(Some(url), fault)),
                },
            }
        }
        let may_pass = |fault: &Fault| fault.is_passing() && fault.came_from_the_service();
        if let Some(pause) =
            longest_pause(self.pause, attempts.iter().map(|one| &one.fault).filter(|one| may_pass(one)))
        {
            self.client.run().pause(pause);
            for attempt in attempts.iter_mut().filter(|attempt| may_pass(&attempt.fault)) {
                let Some(url) = &attempt.url else { continue };
                self.cache.forget(key(url));
                match get(url) {
                    Ok(answer) => return Ok(answer),
                    Err(fault) => attempt.fault = fault,
                }
            }
        }
        let mut tried: Vec<Tried> = attempts.into_iter().map(|one| one.fault.tried(&Url::shown_of(one.text))).collect();
        if tried.is_empty() {
            tried.push(Tried::answer(Failed::NoPlace));
        }
        Err(Error::Outside { service: kind.service, tried })
    }
}

/// Whether a place took time to ask.
fn was_asked(fault: &Fault) -> bool {
    fault.came_from_the_service() || matches!(fault, Fault::TimedOut(_) | Fault::Tls(_))
}

/// The longest of a pause and what services ask for; `None` where no fault is given.
pub(crate) fn longest_pause<'f>(pause: Duration, faults: impl Iterator<Item = &'f Fault>) -> Option<Duration> {
    faults.map(|fault| fault.retry_after().unwrap_or_default().max(pause)).max()
}

impl Fetcher for Fetching {
    fn fetch(&self, request: &FetchRequest, serves: &Serves<'_>) -> Result<Material, Error> {
        let judged = |lasting: Lasting, material: Material| match serves(&material) {
            Ok(()) => Ok(lasting),
            Err(why) => Err(Fault::Answer(why)),
        };
        match request {
            FetchRequest::Ocsp { urls, request, .. } => {
                let material = |answer| Material { ocsp_responses: vec![answer], ..Material::default() };
                let read = |answer: &[u8]| judged(ocsp::read(answer)?, material(answer.to_vec()));
                let ask = |url: &Url| ocsp::ask(&self.client, url, request, self.timeout, read);
                self.first(OCSP, urls, request, read, ask).map(material)
            }
            FetchRequest::Crl { urls, issuer } => {
                let material = |crl| Material { crls: vec![crl], ..Material::default() };
                let read = |der: &[u8]| judged(crl::read(der)?, material(der.to_vec()));
                let get = |url: &Url| crl::get(&self.client, url, self.timeout);
                self.first(CRL, urls, issuer, read, get).map(material)
            }
            FetchRequest::Issuer { urls, certificate } => {
                let parsed = Certificate::parse(certificate)?;
                let material = |found: &[u8]| {
                    let certificates = aia::certificates(found).unwrap_or_default();
                    Material { certificates, ..Material::default() }
                };
                let read = |bytes: &[u8]| judged(aia::read(bytes, &parsed)?, material(bytes));
                let get = |url: &Url| aia::get(&self.client, url, self.timeout);
                let found = self.first(ISSUER, urls, certificate, read, get)?;
                Ok(material(&found))
            }
        }
    }

    fn now(&self) -> Option<Timestamp> {
        Some(self.clock.now())
    }
}
