//! How a PDF gets signed: prepare, to_be_signed, signer, embed.

pub mod parameters;
pub mod signer;
pub mod to_be_signed;
