//! Digital signature and digital seal on certification results, as PAdES; and their verification.
//!
//! This library does no I/O: no network, no disk, no clock, no async. Bytes come in, bytes go out; time, trust
//! anchors and evidence are arguments.

#![forbid(unsafe_code)]

pub mod appearance;
pub mod asn1;
pub mod cms;
pub mod crypto;
pub mod error;
pub mod language;
pub mod level;
pub mod pdf;
pub mod pki;
pub mod role;
pub mod sign;
pub mod validate;

pub use error::Error;
