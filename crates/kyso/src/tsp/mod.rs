//! The time-stamp protocol (RFC 3161, RFC 5816): what is asked, what is answered, and whether the answer fits.
//!
//! The way to the authority and back is the caller's: a [`TimeStamper`].

mod request;
mod response;
pub(crate) mod time_stamper;
pub(crate) mod token;

pub use request::TimeStampRequest;
pub use response::read_response;
pub(crate) use time_stamper::TimeStamper;
pub use time_stamper::TokenServes;
pub(crate) use token::TimeStampToken;

use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Parameter};

/// A token over these bytes, checked before it's used: it answers the question, and its digest isn't a weak one.
///
/// # Errors
/// [`Error::Outside`] where none came, or the one that came doesn't hold.
pub(crate) fn stamp(
    stamper: &dyn TimeStamper,
    digest: DigestAlgorithm,
    imprint: &[u8],
) -> Result<TimeStampToken, Error> {
    if !matches!(digest, DigestAlgorithm::Sha256 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512) {
        let message = format!("{} isn't used to stamp: take SHA-256, SHA-384 or SHA-512", digest.name());
        return Err(Error::parameters(Parameter::Digest, message));
    }
    let request = TimeStampRequest::new(digest, imprint);
    stamper.time_stamp(digest, imprint, &|token| token.answers(&request, None))
}
