//! Certificates as evidence, and what is known of their revocation: the only user of x509-parser.

pub mod algorithm;
mod certificate;
pub mod crl;
mod identity;
mod name;
pub mod ocsp;
mod point;
pub mod revocation;
mod signed;
mod uri;

pub(crate) use algorithm::AlgorithmIdentifier;
pub use certificate::{Certificate, KeyUsage};
pub use identity::{Identity, IdentityKind};
pub use name::Name;
pub(crate) use name::same_text;
pub(crate) use ocsp::OcspResponse;
pub use point::PointName;
pub(crate) use revocation::EvidenceKind;

pub(crate) use crate::material::Material;

#[cfg(test)]
mod tests;
