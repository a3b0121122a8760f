//! A throwaway PKI, plainly named as test: for `kyso demo` and for tests.
//!
//! The PKI's names and extensions have the shapes of the official-duty PKI (a person's certificate with title and
//! agency, an organisation's with the agency as CN), but every issuer says THỬ NGHIỆM, so that no signature made with
//! it can be taken for a real one. Nothing here belongs in production.
//!
//! [`World`] is all of it at once: CAs, TSA, OCSP responders and CRLs, served over HTTP on the loopback interface at
//! the time that its clock shows, right or with a [`Fault`]. Below it are functions from bytes and a time to bytes:
//! [`Tsa::answer`], [`OcspResponder::answer`], [`Ca::crl`].
//!
//! Certificates and keys are OpenSSL's own types (crate `openssl` 0.10) on purpose: tests judge with OpenSSL what the
//! library made.
//!
//! ```
//! use kyso_testpki::{KeyType, Profile, TestPki};
//!
//! let now = "2026-03-02T03:00:00Z".parse().unwrap();
//! let pki = TestPki::new(now)?;
//! let leader = pki.issue(Profile::leader().key(KeyType::Rsa(2048)))?;
//! let seal = pki.issue(Profile::seal())?;
//! assert_eq!(leader.chain_der.len(), 2); // the leaf and the CA that issued it; the root is pki.root_der()
//! let p12 = seal.pkcs12("mật khẩu")?;
//! # assert!(!p12.is_empty());
//! # Ok::<(), kyso_testpki::Error>(())
//! ```

#![forbid(unsafe_code)]

mod authority;
mod cms;
mod crl;
mod der;
mod digest;
mod extension;
mod http;
mod identity;
mod key;
mod ocsp;
mod profile;
mod register;
mod server;
mod tsa;
mod world;

pub use authority::{Ca, TestPki};
pub use cms::{Ess, certificates_only, detached_with_content_time_stamp, signature_value, with_time_stamp};
pub use crl::{CrlProfile, Scope};
pub use digest::Digest;
pub use http::Request;
pub use identity::Identity;
pub use key::KeyType;
pub use ocsp::{OcspFault, OcspResponder};
pub use profile::{Addresses, AuthorityProfile, DirectoryPoint, ExtendedKeyUsage, Holder, KeyUsage, Profile};
pub use register::{CrlEntry, Reason, Register};
pub use server::{Clock, Endpoint, Fault, Server};
pub use tsa::{Tsa, TsaFault};
pub use world::{World, path};

/// The test PKI can't do what it's asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// OpenSSL would not do it: a name that is too long, a password that it can't take.
    #[error("test PKI: {0}")]
    Openssl(#[from] openssl::error::ErrorStack),
    /// The system has no free port.
    #[error("test PKI: {0}")]
    Io(#[from] std::io::Error),
}
