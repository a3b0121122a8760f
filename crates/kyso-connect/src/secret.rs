//! Secrets that services outside ask for: wiped from memory after use, and in no message, trace or `Debug`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A user name and its password, for HTTP's basic authentication (RFC 7617).
#[derive(Clone)]
pub struct Credentials {
    user: String,
    password: Zeroizing<String>,
}

impl Credentials {
    /// Of this user.
    pub fn new(user: impl Into<String>, password: Zeroizing<String>) -> Self {
        Self { user: user.into(), password }
    }

    /// The value of an Authorization header.
    pub(crate) fn header(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.password.as_str()));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Zeroizing::new(format!("Basic {}", encoded.as_str()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A key and its certificates, for services that want to know the client (mutual TLS).
#[derive(Clone)]
pub struct ClientKey {
    pub(crate) key: Zeroizing<Vec<u8>>,
    pub(crate) password: Option<Zeroizing<String>>,
    pub(crate) certificates: Vec<u8>,
}

impl ClientKey {
    /// From a private key and its certificate with those of its issuers, in PEM.
    pub fn pem(key: Zeroizing<Vec<u8>>, password: Option<Zeroizing<String>>, certificates: Vec<u8>) -> Self {
        Self { key, password, certificates }
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").finish_non_exhaustive()
    }
}
