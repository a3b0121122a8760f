//! Time-stamps with no document around them, as archives have them (RFC 4998): one is asked for, and what its validation will
//! need is fetched.

use std::cell::RefCell;

use jiff::Timestamp;

use super::Outside;
use super::collect::Collector;
use super::signatures::authority;
use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Failed, Parameter, Reason, Service, TimeStampFault};
use crate::judge::Judge;
use crate::material::Material;
use crate::tsp::{TimeStampRequest, TimeStampToken};

/// Digests that a hash tree may have, and so its time-stamp's imprint.
const TO_STAMP: [DigestAlgorithm; 6] = [
    DigestAlgorithm::Sha256,
    DigestAlgorithm::Sha384,
    DigestAlgorithm::Sha512,
    DigestAlgorithm::Sha3_256,
    DigestAlgorithm::Sha3_384,
    DigestAlgorithm::Sha3_512,
];

/// A token that `judge` would let pass: where something can be fetched, with the evidence about its authority.
///
/// # Errors
/// [`Error::Outside`] where none came that serves, [`Error::Parameters`] for a digest that isn't used to stamp and where nobody
/// stamps.
pub(crate) fn time_stamp(
    digest: DigestAlgorithm,
    imprint: &[u8],
    judge: Box<dyn Judge + '_>,
    outside: &Outside<'_>,
) -> Result<TimeStampToken, Error> {
    if !TO_STAMP.contains(&digest) {
        let message = format!("{} isn't used to stamp: take SHA-2 with 256 bits or more, or SHA-3", digest.name());
        return Err(Error::parameters(Parameter::Digest, message));
    }
    let stamper =
        outside.time_stamper.ok_or_else(|| Error::parameters(Parameter::Level, Reason::NoTimeStamper(None)))?;
    let collector = RefCell::new(Collector::new(judge, outside.fetcher));
    let request = TimeStampRequest::new(digest, imprint);
    stamper.time_stamp(digest, imprint, &|token| {
        token.answers(&request, None)?;
        collector.borrow_mut().demand_serving(token, outside.fetcher.is_some(), &[])
    })
}

/// The certificates, CRLs and OCSP answers by which `judge` finds the token's authority good at a time.
///
/// # Errors
/// [`Error::Refused`] with rule `extend.no-path`, `extend.revoked` or `extend.expired`; [`Error::Outside`] where something didn't
/// come, or the token doesn't say whose it is.
pub(crate) fn evidence(
    token: &TimeStampToken,
    judge: Box<dyn Judge + '_>,
    time: Timestamp,
    outside: &Outside<'_>,
) -> Result<Material, Error> {
    let mut collector = Collector::new(judge, outside.fetcher);
    collector.learn(&token.signed_data().material());
    let subject = authority(token)
        .ok_or_else(|| Error::outside(Service::TimeStamp, Failed::from(TimeStampFault::NoCertificate)))?;
    collector.collect(&super::survey::Subject { used_at: time, ..subject })
}
