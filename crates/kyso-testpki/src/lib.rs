//! A throwaway PKI, plainly named as test: for `kyso demo` and for tests.
//!
//! Its names and extensions have the shapes of the official-duty PKI (a person's certificate with title and
//! agency, an organisation's with the agency as CN), but every issuer says THỬ NGHIỆM, so that no signature made
//! with it can be taken for a real one. Nothing here belongs in production.
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
mod extension;
mod identity;
mod key;
mod profile;

pub use authority::TestPki;
pub use identity::Identity;
pub use key::KeyType;
pub use profile::{Holder, KeyUsage, Profile};

/// OpenSSL would not do it: a name that is too long, a password that it can't take.
#[derive(Debug, thiserror::Error)]
#[error("test PKI: {0}")]
pub struct Error(#[from] openssl::error::ErrorStack);
