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

/// A certificate names two or three places; more are a way to have us knock at many doors.
const PLACES: usize = 4;

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
    clock: Clock,
}

impl Fetching {
    /// How long one answer is waited for, where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(30);

    /// By `client`, keeping answers in `cache`.
    pub fn new(client: Client, cache: Cache) -> Self {
        Self { client, cache, timeout: Self::TIMEOUT, clock: Clock::default() }
    }

    /// Waits as long for each answer.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// By another clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The first good answer of the places; where there is none, why each has none.
    fn first(
        &self,
        kind: Kind,
        urls: &[String],
        request: &[u8],
        read: impl Fn(&[u8]) -> Result<Lasting, Fault>,
        ask: impl Fn(&Url) -> Result<Vec<u8>, Fault>,
    ) -> Result<Vec<u8>, Error> {
        let mut tried = Vec::new();
        for text in urls.iter().take(PLACES) {
            let answer = Url::parse(text).map_err(Fault::Url).and_then(|url| {
                let key = cache::key(kind.name, &url.to_string(), request);
                self.cache.get(key, self.clock.now(), &read, || ask(&url))
            });
            match answer {
                Ok(answer) => return Ok(answer),
                Err(fault) => tried.push(fault.tried(&shown(text))),
            }
        }
        if tried.is_empty() {
            tried.push(Tried::answer(Failed::NoPlace));
        }
        Err(Error::Outside { service: kind.service, tried })
    }
}

/// A URL for messages, even where it's none.
fn shown(text: &str) -> String {
    match Url::parse(text) {
        Ok(url) => url.shown(),
        Err(_) => text.chars().filter(|letter| !letter.is_control()).take(120).collect(),
    }
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
