//! How a PDF gets signed, in the order of the steps:
//!
//! 1. [`prepare`]: the document with room for a signature, and the digest of what it covers.
//! 2. [`to_be_signed`]: the signed attributes and their digest.
//! 3. [`signer`]: a key signs them, here or elsewhere, now or later.
//! 4. [`embed`]: the value, checked, goes into the room.

pub(crate) mod embed;
pub(crate) mod field;
pub(crate) mod parameters;
pub(crate) mod permission;
pub(crate) mod place;
pub(crate) mod prepare;
pub(crate) mod reserve;
pub(crate) mod seed_value;
pub(crate) mod signer;
pub(crate) mod to_be_signed;
