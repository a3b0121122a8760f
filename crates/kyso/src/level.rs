//! PAdES baseline levels (ETSI EN 319 142-1, clause 6).

use serde::{Deserialize, Serialize};

/// The level that a signature was asked for, or that a verifier found in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BaselineLevel {
    /// A signature with the signing certificate bound to it.
    #[serde(rename = "PAdES-B-B")]
    B,
    /// B, and a trusted time proves that it existed.
    #[serde(rename = "PAdES-B-T")]
    T,
    /// T, and the material that its validation needs is in the file.
    #[serde(rename = "PAdES-B-LT")]
    Lt,
    /// LT, and a document time-stamp protects that material.
    #[serde(rename = "PAdES-B-LTA")]
    Lta,
}

impl BaselineLevel {
    /// The name as EN 319 142-1 writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::B => "PAdES-B-B",
            Self::T => "PAdES-B-T",
            Self::Lt => "PAdES-B-LT",
            Self::Lta => "PAdES-B-LTA",
        }
    }
}
