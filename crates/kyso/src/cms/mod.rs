//! Cryptographic Message Syntax (RFC 5652), as far as signatures in PDF need it. Knows no PDF.

pub mod attributes;
mod evidence;
pub mod signed_data;
pub mod tst_info;

pub(crate) use attributes::{Attribute, SignedAttributes, SigningCertificateReference};
pub(crate) use evidence::with_material;
pub(crate) use signed_data::{SignedData, SignerInfo};
pub(crate) use tst_info::TstInfo;
