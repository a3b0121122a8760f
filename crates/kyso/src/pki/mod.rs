//! Certificates as evidence: the only user of x509-parser.

pub mod algorithm;
mod certificate;
mod identity;
mod material;
mod name;

pub use algorithm::AlgorithmIdentifier;
pub use certificate::{Certificate, KeyUsage};
pub use identity::{Identity, IdentityKind};
pub use material::Material;
pub use name::Name;

#[cfg(test)]
mod tests;
