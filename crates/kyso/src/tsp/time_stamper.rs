//! Where tokens come from.

use jiff::Timestamp;

use super::TimeStampToken;
use crate::crypto::DigestAlgorithm;
use crate::error::Error;

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
