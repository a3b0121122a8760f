//! Digital signature and digital seal on certification results, as PAdES; and their verification.
//!
//! This library does no I/O: no network, no disk, no clock, no async. Bytes come in, bytes go out; time, trust
//! anchors and evidence are arguments.
//!
//! ```text
//!                 SignatureParameters   Signer (key, token, remote)
//!                          |              |
//!   PDF bytes ---> sign() / seal() -------+----> the tail to append
//!   PDF bytes ---> verify() <--- Policy (time, anchors, roster)  ----> Report
//! ```
//!

#![forbid(unsafe_code)]

pub mod appearance;
pub mod asn1;
pub mod certification;
pub mod cms;
pub mod crypto;
pub mod error;
pub mod language;
pub mod level;
pub mod pdf;
pub mod pki;
pub mod role;
pub mod sign;
pub mod validate;

pub use error::Error;
pub use sign::reserve::reserve;

use pdf::Document;
use sign::embed::SignedDocument;
use sign::parameters::SignatureParameters;
use sign::signer::Signer;

/// Signs a document with a key that answers at once. For one that answers later, walk the steps of [`sign`](mod@sign).
///
/// # Errors
/// [`Error::Refused`] where the document or the certificate says no, [`Error::Parameters`], [`Error::Input`],
/// [`Error::Signer`]. Nothing is changed then.
pub fn sign(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
) -> Result<SignedDocument, Error> {
    sign::run(document, parameters, signer, None)
}

/// Puts the agency's seal on a document whatever lies under it: the explicit way round the rule of [`seal`], for copies
/// that the agency makes itself.
///
/// # Errors
/// Those of [`sign()`].
pub fn seal_unsigned(
    document: &Document<'_>,
    parameters: &SignatureParameters,
    signer: &dyn Signer,
) -> Result<SignedDocument, Error> {
    sign::seal::demand_role(parameters)?;
    sign::run(document, parameters, signer, None)
}
