//! HMAC with SHA-256 ([RFC 2104], [FIPS 198-1]).
//!
//! [RFC 2104]: https://www.rfc-editor.org/rfc/rfc2104
//! [FIPS 198-1]: https://csrc.nist.gov/pubs/fips/198-1/final

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Octets that SHA-256 takes at a time (FIPS 180-4, 1).
const BLOCK: usize = 64;

/// HMAC-SHA-256 of the parts put end to end, under a key of any length. Where the parts' bounds matter, the caller separates
/// them.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = Zeroizing::new([0_u8; BLOCK]);
    let hashed = Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)));
    // RFC 2104, 2: keys longer than a block are hashed first.
    let key = if key.len() > BLOCK { hashed.as_slice() } else { key };
    for (octet, of_key) in block.iter_mut().zip(key) {
        *octet = *of_key;
    }
    let padded = |with: u8| Zeroizing::new(block.map(|octet| octet ^ with));
    let mut inner = Sha256::new_with_prefix(*padded(0x36));
    for part in parts {
        inner.update(part);
    }
    Sha256::new_with_prefix(*padded(0x5c)).chain_update(inner.finalize()).finalize().into()
}

#[cfg(test)]
mod tests {
    use openssl::hash::MessageDigest;
    use openssl::pkey::PKey;
    use openssl::sign::Signer;

    use super::*;

    /// RFC 4231, 4.3.
    #[test]
    fn the_standards_own_value_comes_out() {
        let value = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(crate::crypto::hex(&value), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn keys_of_every_length_give_what_openssl_gives() {
        for length in 1..200_u8 {
            let key: Vec<u8> = (0..length).collect();
            let pkey = PKey::hmac(&key).unwrap();
            let mut signer = Signer::new(MessageDigest::sha256(), &pkey).unwrap();
            signer.update(b"message").unwrap();
            assert_eq!(hmac_sha256(&key, &[b"mess", b"", b"age"]).to_vec(), signer.sign_to_vec().unwrap(), "{length}");
        }
    }
}
