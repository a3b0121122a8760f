//! Cryptographic Message Syntax (RFC 5652), as far as signatures in PDF need it. Knows no PDF.

pub mod attributes;
mod evidence;
pub mod signed_data;
pub mod tst_info;

pub use attributes::{Attribute, IssuerAndSerialNumber, SignedAttributes, SigningCertificateReference};
pub use signed_data::{SignedData, SignerIdentifier, SignerInfo};
pub use tst_info::TstInfo;
