//! Keys, of every type that the library signs with.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use crate::Error;
use crate::profile::Holder;

/// A key's type and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// RSA with this many bits.
    Rsa(u32),
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// Ed25519.
    Ed25519,
}

impl KeyType {
    /// Every type that the library has to sign with.
    pub const ALL: [Self; 7] =
        [Self::Rsa(2048), Self::Rsa(3072), Self::Rsa(4096), Self::P256, Self::P384, Self::P521, Self::Ed25519];

    pub(crate) fn generate(self) -> Result<PKey<Private>, Error> {
        let on_curve = |curve| -> Result<PKey<Private>, Error> {
            let group = EcGroup::from_curve_name(curve)?;
            Ok(PKey::from_ec_key(EcKey::generate(&group)?)?)
        };
        match self {
            Self::Rsa(bits) => Ok(PKey::from_rsa(Rsa::generate(bits)?)?),
            Self::P256 => on_curve(Nid::X9_62_PRIME256V1),
            Self::P384 => on_curve(Nid::SECP384R1),
            Self::P521 => on_curve(Nid::SECP521R1),
            Self::Ed25519 => Ok(PKey::generate_ed25519()?),
        }
    }

    /// A key for a holder. RSA keys take up to seconds to make, so a process makes one a size and kind of holder
    /// and hands it out again; no two holders of different kinds share one.
    pub(crate) fn for_holder(self, holder: Holder) -> Result<PKey<Private>, Error> {
        type Cache = HashMap<(KeyType, Holder), PKey<Private>>;
        static MADE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

        if !matches!(self, Self::Rsa(_)) {
            return self.generate();
        }
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = made.get(&(self, holder)) {
            return Ok(key.clone());
        }
        let key = self.generate()?;
        made.insert((self, holder), key.clone());
        Ok(key)
    }
}
