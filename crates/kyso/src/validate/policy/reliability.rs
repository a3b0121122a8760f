//! Until when an algorithm or a key of a size is reliable (EN 319 102-1, 5.2.8; ETSI TS 119 312).

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Deserialize;

use crate::crypto::{DigestAlgorithm, KeyKind, SignatureAlgorithm};

/// Until when something is relied on. What it confirms later needs a proof that it's older.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub enum Reliability {
    /// No end is set.
    Always,
    /// At any time before this one.
    Until(Timestamp),
    /// At no time.
    Never,
}

impl Reliability {
    /// Whether the algorithm is reliable at a time.
    pub fn holds_at(self, time: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Until(end) => time < end,
            Self::Never => false,
        }
    }

    /// The time from which it's reliable no more, where there is such a one.
    pub fn until(self) -> Option<Timestamp> {
        match self {
            Self::Until(end) => Some(end),
            Self::Always | Self::Never => None,
        }
    }
}

impl TryFrom<toml::Value> for Reliability {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, Self::Error> {
        let word = match &value {
            toml::Value::String(word) => word.clone(),
            other => other.to_string(),
        };
        match word.as_str() {
            "always" => return Ok(Self::Always),
            "never" => return Ok(Self::Never),
            _ => {}
        }
        let time = word.parse::<Timestamp>().or_else(|_| format!("{word}T00:00:00Z").parse());
        let expected = "\"always\", \"never\", a date such as \"2014-01-01\"";
        time.map(Self::Until).map_err(|_| format!("{word} is none of {expected}"))
    }
}

/// Digests, each with its end. One that isn't listed is never reliable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Digests(HashMap<DigestAlgorithm, Reliability>);

impl Digests {
    pub(super) fn of(&self, digest: DigestAlgorithm) -> Reliability {
        self.0.get(&digest).copied().unwrap_or(Reliability::Never)
    }
}

/// Keys by kind and size, each with its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    #[serde(rename = "RSA")]
    rsa: Sizes,
    #[serde(rename = "DSA")]
    dsa: Sizes,
    #[serde(rename = "ECDSA")]
    ecdsa: Sizes,
    #[serde(rename = "Ed25519")]
    ed25519: Reliability,
    #[serde(rename = "Ed448")]
    ed448: Reliability,
    // Policies that were written before these were known don't list them.
    #[serde(rename = "ML-DSA", default)]
    ml_dsa: Sizes,
    #[serde(rename = "SLH-DSA", default)]
    slh_dsa: Sizes,
}

impl Default for Keys {
    /// None is reliable.
    fn default() -> Self {
        let (none, never) = (Sizes::default(), Reliability::Never);
        Self {
            rsa: none.clone(),
            dsa: none.clone(),
            ecdsa: none.clone(),
            ed25519: never,
            ed448: never,
            ml_dsa: none.clone(),
            slh_dsa: none,
        }
    }
}

impl Keys {
    pub(super) fn of(&self, key: &KeyKind) -> Reliability {
        match key {
            KeyKind::Rsa { bits } | KeyKind::RsaPss { bits } => self.rsa.of(*bits),
            KeyKind::Dsa { bits } => self.dsa.of(*bits),
            KeyKind::Ec { bits, .. } => self.ecdsa.of(*bits),
            KeyKind::Ed25519 => self.ed25519,
            KeyKind::Ed448 => self.ed448,
            KeyKind::PostQuantum(set) => match set.algorithm() {
                SignatureAlgorithm::MlDsa => self.ml_dsa.of(set.size()),
                _ => self.slh_dsa.of(set.size()),
            },
            KeyKind::Other => Reliability::Never,
        }
    }
}

/// From each size in bits up to the next. What is smaller than all of them is never reliable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "BTreeMap<String, Reliability>")]
struct Sizes(BTreeMap<u32, Reliability>);

impl Sizes {
    fn of(&self, bits: u32) -> Reliability {
        self.0.range(..=bits).next_back().map_or(Reliability::Never, |(_, reliability)| *reliability)
    }
}

impl TryFrom<BTreeMap<String, Reliability>> for Sizes {
    type Error = String;

    fn try_from(sizes: BTreeMap<String, Reliability>) -> Result<Self, Self::Error> {
        let bits = |(bits, reliability): (String, Reliability)| match bits.parse::<u32>() {
            Ok(bits) => Ok((bits, reliability)),
            Err(_) => Err(format!("{bits} is no size of a key, such as 2048")),
        };
        sizes.into_iter().map(bits).collect::<Result<_, _>>().map(Self)
    }
}
