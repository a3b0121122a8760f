mod entries;
mod notes;
mod oracle;
mod receipts;
mod tiles;

use super::*;
use kyso::crypto::Ed25519Key;

/// A key that is the same each time.
fn signer(name: &str, usage: KeyUse, seed: u8) -> SignerKey {
    SignerKey::new(name, usage, Ed25519Key::from_seed(&[seed; 32]).unwrap()).unwrap()
}

/// Leaves that differ.
fn leaf(index: u64) -> Hash {
    Hash::leaf(format!("entry {index}").as_bytes())
}

/// xorshift64*: numbers that are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % bound
    }
}
