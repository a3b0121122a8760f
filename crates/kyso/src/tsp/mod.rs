//! The time-stamp protocol (RFC 3161, RFC 5816): what is asked, what is answered, and whether the answer fits.
//!
//! The way to the authority and back is the caller's: a [`TimeStamper`].

mod request;
mod response;
mod token;

pub use request::TimeStampRequest;
pub use response::read_response;
pub use token::TimeStampToken;

use jiff::Timestamp;

use crate::crypto::DigestAlgorithm;
use crate::error::{Error, Parameter};

/// Whether a token counts: asked of each that an authority gives, before it's handed on. [`Error::Outside`] says why not.
pub type TokenServes<'s> = dyn Fn(&TimeStampToken) -> Result<(), Error> + 's;

/// A time-stamping authority, or several in order, plugged in from outside as a signer is.
pub trait TimeStamper {
    /// A token over `imprint`, a digest by `digest`, that `serves`: where one doesn't, the next authority is asked, and the
    /// failure of each is named. It must [answer](TimeStampToken::answers) what was asked, nonce and policy included.
    ///
    /// # Errors
    /// [`Error::Outside`] where no authority gave one.
    fn time_stamp(
        &self,
        digest: DigestAlgorithm,
        imprint: &[u8],
        serves: &TokenServes<'_>,
    ) -> Result<TimeStampToken, Error>;

    /// The time by the clock of whoever waits for answers, where there is one: by it they are judged, for they may take
    /// longer than clocks may differ.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// The digest to stamp with.
    fn digest(&self) -> DigestAlgorithm {
        DigestAlgorithm::Sha256
    }

    /// Bytes to reserve for a token: what's left is filled with zeros.
    fn room(&self) -> usize {
        16 << 10
    }
}

/// A token over these bytes, looked at before it's used: it answers the question, and its digest isn't a weak one.
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
