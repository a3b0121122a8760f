//! How a signed PDF is made to last (ETSI EN 319 142-1, 5.4 and 6.3): the evidence that its validation will need goes
//! into the file, and a document time-stamp seals it.
//!
//! Nothing is fetched here: what lies outside is asked through a [`Fetcher`] and a [`TimeStamper`], and each answer counts only
//! where validation would rely on it (`judge`); else the next source is asked.

use jiff::Timestamp;

pub(crate) mod alone;
mod collect;
mod document_timestamp;
mod dss;
pub(crate) mod gather;
mod run;
mod signatures;
mod sources;
mod survey;

pub use self::gather::Gathered;
pub(crate) use self::run::Task;
pub use self::run::{ExtendParameters, Goal};
pub(crate) use self::sources::Sources;
use crate::error::{Error, Failed};
use crate::level::BaselineLevel;
use crate::material::Material;
use crate::pdf::{Document, Tail};
use crate::tsp::{TimeStampToken, TimeStamper};

/// Something that lies outside: addresses as certificates name them (whoever wrote the certificate chose them), tried in
/// order. Exhaustive on purpose: whoever fetches has to know each kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FetchRequest {
    /// The status of one certificate.
    Ocsp {
        /// Of responders, from the certificate's authorityInfoAccess.
        urls: Vec<String>,
        /// DER OCSPRequest without a nonce, so that answers may come from a cache; whoever wants one makes its own
        /// with [`ocsp::request`](crate::pki::ocsp::request).
        request: Vec<u8>,
        /// DER of the certificate that is asked about.
        certificate: Vec<u8>,
        /// DER of its issuer's.
        issuer: Vec<u8>,
    },
    /// The list of what one issuer revoked.
    Crl {
        /// From the certificate's cRLDistributionPoints.
        urls: Vec<String>,
        /// DER of the issuer's certificate.
        issuer: Vec<u8>,
    },
    /// The certificate of an issuer.
    Issuer {
        /// From the certificate's authorityInfoAccess (caIssuers).
        urls: Vec<String>,
        /// DER of the certificate whose issuer is looked for.
        certificate: Vec<u8>,
    },
}

/// Whether an answer counts: asked of each that comes, before it's handed on or kept; else why not.
pub type Serves<'s> = dyn Fn(&Material) -> Result<(), Failed> + 's;

/// Brings what lies outside, plugged in as a signer is.
pub trait Fetcher {
    /// The first answer of the places that `serves`: where one doesn't, the next is asked. Nothing of it is trusted for
    /// having come.
    ///
    /// # Errors
    /// [`Error::Outside`] where nothing came, with every attempt.
    fn fetch(&self, request: &FetchRequest, serves: &Serves<'_>) -> Result<Material, Error>;

    /// The time by the clock of whoever waits for answers, where there is one: by it they are judged, for they may take
    /// longer than clocks may differ.
    fn now(&self) -> Option<Timestamp> {
        None
    }
}

/// The services outside of this process. What needs a service that isn't given is refused or left out.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Outside<'o> {
    /// For time-stamps.
    pub time_stamper: Option<&'o dyn TimeStamper>,
    /// For certificates, CRLs and OCSP answers.
    pub fetcher: Option<&'o dyn Fetcher>,
}

impl<'o> Outside<'o> {
    /// With a time-stamper.
    #[must_use]
    pub fn time_stamper(self, time_stamper: &'o dyn TimeStamper) -> Self {
        Self { time_stamper: Some(time_stamper), ..self }
    }

    /// With a fetcher.
    #[must_use]
    pub fn fetcher(self, fetcher: &'o dyn Fetcher) -> Self {
        Self { fetcher: Some(fetcher), ..self }
    }

    /// The time now, for what began at `start`.
    pub(crate) fn now(&self, start: Timestamp) -> Timestamp {
        let clocks = [self.time_stamper.and_then(TimeStamper::now), self.fetcher.and_then(Fetcher::now)];
        clocks.into_iter().flatten().fold(start, Timestamp::max)
    }
}

/// The newest document time-stamp of a document.
///
/// # Errors
/// [`Error::Input`] where the document's fields can't be read.
pub(crate) fn newest_time_stamp(document: &Document<'_>) -> Result<Option<TimeStampToken>, Error> {
    let signatures = signatures::Signatures::read(document)?;
    Ok(signatures.newest_time_stamp().map(|(_, token)| token.clone()))
}

/// The update that makes a document last.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extended {
    /// The bytes to append to the original; none where nothing was missing.
    pub tail: Tail,
    /// The level that its signatures have with it.
    pub level: BaselineLevel,
    /// The evidence that was fetched, whether or not it went into the file.
    pub fetched: Material,
}
