//! Certificates as evidence: the only user of x509-parser.

mod certificate;
mod identity;
mod name;

pub use certificate::{Certificate, KeyUsage};
pub use identity::{Identity, IdentityKind};
pub use name::Name;
