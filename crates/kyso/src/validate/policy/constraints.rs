//! Constraints (EN 319 102-1, 5.1.4.2): what a policy asks of signatures, certificates, evidence, times and algorithms.
//! Read from TOML; two come with the library.

use std::sync::LazyLock;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::Deserialize;

use super::reliability::{Digests, Keys, Reliability};
use crate::crypto::{DigestAlgorithm, KeyKind};
use crate::error::{Error, Subject};
use crate::judge::CertificateKind;
use crate::language::Bilingual;
use crate::level::BaselineLevel;
use crate::role::Role;

/// The files that come with the library, by the names that `--policy` knows them by.
const BUILT_IN: [(&str, &str); 2] = [
    ("default", include_str!("../../../policies/default.toml")),
    ("vn-agency", include_str!("../../../policies/vn-agency.toml")),
];

/// What a policy asks. docs/policies.md says what each key of the file does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Constraints {
    /// The name, e.g. `default`.
    pub name: String,
    /// A URI that stands for exactly these constraints (ETSI TS 119 102-2, 4.3.4).
    pub id: String,
    /// The name for a person.
    pub title: Bilingual,
    /// What a signature is worth.
    pub signature: SignatureConstraints,
    /// Who has to have signed.
    pub roles: RoleConstraints,
    /// What must be known of a revocation.
    pub revocation: RevocationConstraints,
    /// Clocks and time-stamps.
    pub time: TimeConstraints,
    /// SHA-256 of the text that they were read from.
    #[serde(skip)]
    pub sha256: Vec<u8>,
    digests: Digests,
    keys: Keys,
}

/// What a signature is worth.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct SignatureConstraints {
    /// The least level that passes; `None` for any form of signature.
    #[serde(deserialize_with = "level")]
    pub minimum_level: Option<BaselineLevel>,
    /// Whether a valid time-stamp has to show when it was made.
    pub time_stamp: Demand,
    /// What may come after a signature that says nothing about it.
    pub changes: ChangeRule,
    /// What annotations of the signed revision mean that lie over one another.
    pub annotation_overlap: AnnotationOverlap,
}

/// What annotations of the signed revision mean that lie over one another: programs differ in which one is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct AnnotationOverlap {
    /// On so many pages it's how people work; on more it's a document that reads in two ways.
    pub more_than_pages: usize,
    /// The consequence of an overlap.
    pub verdict: Consequence,
}

/// Who has to have signed (Nghị định 30/2020/NĐ-CP, Điều 5).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct RoleConstraints {
    /// The roles that a file needs a passed signature of.
    pub required: Vec<Role>,
    /// The consequence of a missing role.
    pub missing: Consequence,
    /// How a role is known.
    pub source: RoleKnowledge,
}

/// What must be known of a revocation ([EN 319 102-1], 5.2.5).
///
/// [EN 319 102-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct RevocationConstraints {
    /// Of which certificates evidence is needed.
    pub rule: RevocationRule,
    freshness: FreshnessConstraints,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FreshnessConstraints {
    signer: Freshness,
    authority: Freshness,
    time_stamping: Freshness,
}

/// Clocks and time-stamps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct TimeConstraints {
    /// By how much clocks of honest parties may differ.
    #[serde(deserialize_with = "duration")]
    pub clock_tolerance: SignedDuration,
    /// How long after the claimed time the time-stamp may come (EN 319 102-1, 5.5.4); `None` for any.
    #[serde(deserialize_with = "duration_or_any")]
    pub time_stamp_delay: Option<SignedDuration>,
    /// The least accuracy that a time-stamp states (RFC 3161, 2.4.2); `None` for any.
    #[serde(deserialize_with = "duration_or_any")]
    pub time_stamp_accuracy: Option<SignedDuration>,
    /// Object identifiers of the policies that a time-stamp may be under; empty for any.
    pub time_stamp_policies: Vec<String>,
}

/// Whether something has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Demand {
    /// Neither demanded nor forbidden.
    Optional,
    /// A warning where it isn't.
    Wanted,
    /// Nothing passes without.
    Required,
}

/// What an unmet constraint means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consequence {
    /// The signature doesn't pass.
    Refuse,
    /// A warning, which decides nothing.
    Warn,
}

/// How a role is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RoleKnowledge {
    /// By the roster alone.
    Roster,
    /// By the roster; where that is silent, by what the certificate's names hint at.
    Certificate,
}

/// What must be known of a revocation before a signature passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationRule {
    /// Evidence is needed for each certificate whose issuer publishes it (a CRL distribution point, an OCSP
    /// address); a certificate that names neither passes with a warning.
    #[default]
    WherePublished,
    /// Evidence is needed for every certificate but the anchor.
    Always,
}

/// What may come after a signature without the signature being left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeRule {
    /// What DocMDP says; where it says nothing, as the field's practice has it: further signatures, form filling,
    /// comments that cover nothing.
    #[default]
    Practice,
    /// Long-term evidence, and the signatures that follow in the agency's course of business (officer, leader, seal), whatever
    /// else DocMDP would allow.
    Strict,
}

/// How old evidence of a certificate's status may be when it's used ([EN 319 102-1], 5.2.5.4).
///
/// [EN 319 102-1]: https://www.etsi.org/deliver/etsi_en/319100_319199/31910201/
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Freshness {
    /// Until its nextUpdate.
    NextUpdate,
    /// Fresh for this duration after thisUpdate.
    Within(SignedDuration),
    /// However old.
    Any,
}

impl Constraints {
    /// Reads a policy.
    ///
    /// # Errors
    /// [`Error::Input`] that names line and key and what is allowed there.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let read: Result<Self, _> = toml::from_str(text);
        let constraints =
            read.map_err(|error| Error::input(Subject::Policy, None, error.to_string().trim_end().to_owned()))?;
        Ok(Self { sha256: DigestAlgorithm::Sha256.digest(text.as_bytes()), ..constraints })
    }

    /// One of those that come with the library: `default`, `vn-agency`.
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        Self::from_toml(text).ok()
    }

    /// The text of one of those that come with the library: to be read, and copied.
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// The names of the built-in constraints.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Until when a digest is reliable.
    pub fn digest_until(&self, digest: DigestAlgorithm) -> Reliability {
        self.digests.of(digest)
    }

    /// Until when a key of this kind and size is reliable.
    pub fn key_until(&self, key: &KeyKind) -> Reliability {
        self.keys.of(key)
    }

    /// How old evidence on a certificate may be.
    pub(crate) fn freshness(&self, kind: CertificateKind) -> Freshness {
        let freshness = &self.revocation.freshness;
        match kind {
            CertificateKind::Signer => freshness.signer,
            CertificateKind::Authority => freshness.authority,
            CertificateKind::TimeStamping => freshness.time_stamping,
        }
    }

    /// Under which nothing passes: what a defect in this library's own files leaves.
    fn closed() -> Self {
        let fresh = Freshness::Within(SignedDuration::ZERO);
        Self {
            name: "closed".to_owned(),
            id: "urn:kyso:policy:closed:1".to_owned(),
            title: Bilingual::default(),
            signature: SignatureConstraints {
                minimum_level: Some(BaselineLevel::Lta),
                time_stamp: Demand::Required,
                changes: ChangeRule::Strict,
                annotation_overlap: AnnotationOverlap { more_than_pages: 0, verdict: Consequence::Refuse },
            },
            roles: RoleConstraints {
                required: Vec::new(),
                missing: Consequence::Refuse,
                source: RoleKnowledge::Roster,
            },
            revocation: RevocationConstraints {
                rule: RevocationRule::Always,
                freshness: FreshnessConstraints { signer: fresh, authority: fresh, time_stamping: fresh },
            },
            time: TimeConstraints {
                clock_tolerance: SignedDuration::ZERO,
                time_stamp_delay: Some(SignedDuration::ZERO),
                time_stamp_accuracy: Some(SignedDuration::ZERO),
                time_stamp_policies: Vec::new(),
            },
            sha256: Vec::new(),
            digests: Digests::default(),
            keys: Keys::default(),
        }
    }
}

impl Default for Constraints {
    /// The constraints named `default`.
    fn default() -> Self {
        static DEFAULT: LazyLock<Constraints> =
            LazyLock::new(|| Constraints::built_in("default").unwrap_or_else(Constraints::closed));
        DEFAULT.clone()
    }
}

impl TryFrom<String> for Freshness {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match word.as_str() {
            "next-update" => Ok(Self::NextUpdate),
            "any" => Ok(Self::Any),
            _ => parse_duration(&word, "\"next-update\", \"any\"").map(Self::Within),
        }
    }
}

/// `24 hours`, `7 days`, `90 s`: a day is 24 hours.
fn parse_duration(word: &str, others: &str) -> Result<SignedDuration, String> {
    let expected = || format!("{word:?} is none of {others}{}a duration such as \"24 hours\"", separator(others));
    let span: Span = word.parse().map_err(|_| expected())?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| expected())?;
    if duration.is_negative() { Err(expected()) } else { Ok(duration) }
}

fn separator(others: &str) -> &'static str {
    if others.is_empty() { "" } else { ", " }
}

fn duration<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<SignedDuration, D::Error> {
    let word = String::deserialize(deserializer)?;
    parse_duration(&word, "").map_err(serde::de::Error::custom)
}

fn duration_or_any<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    let word = String::deserialize(deserializer)?;
    match word.as_str() {
        "any" => Ok(None),
        _ => parse_duration(&word, "\"any\"").map(Some).map_err(serde::de::Error::custom),
    }
}

fn level<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<BaselineLevel>, D::Error> {
    const LEVELS: [BaselineLevel; 4] = [BaselineLevel::B, BaselineLevel::T, BaselineLevel::Lt, BaselineLevel::Lta];
    let word = String::deserialize(deserializer)?;
    match LEVELS.into_iter().find(|level| level.name() == word) {
        None if word != "any" => {
            let expected = LEVELS.map(|level| format!("{:?}", level.name())).join(", ");
            Err(serde::de::Error::custom(format!("{word:?} is none of \"any\", {expected}")))
        }
        level => Ok(level),
    }
}
