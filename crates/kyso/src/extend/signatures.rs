//! The signatures and time-stamps of a document, as far as making them last asks.

use jiff::Timestamp;

use super::survey::Subject;
use crate::cms::{SignedData, TstInfo};
use crate::error::Error;
use crate::judge::CertificateKind;
use crate::material::Material;
use crate::pdf::{Document, Dss, SignatureField};
use crate::pki::Certificate;
use crate::tsp::TimeStampToken;

/// One signature or document time-stamp.
pub(super) struct Signature {
    pub(super) field: String,
    /// /Contents, with its zeros.
    pub(super) contents: Vec<u8>,
    /// Where the revision that it covers ends.
    pub(super) end: u64,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    /// A signature with the tokens over its value.
    Signature { signed_data: Box<SignedData>, tokens: Vec<TimeStampToken> },
    /// A document time-stamp.
    TimeStamp(Box<TimeStampToken>),
}

/// All of them, in the order of their revisions, with what the file brings for their validation.
pub(super) struct Signatures {
    pub(super) all: Vec<Signature>,
    pub(super) material: Material,
}

impl Signatures {
    /// Reads those that can be read: what can't isn't made to last.
    pub(super) fn read(document: &Document<'_>) -> Result<Self, Error> {
        let mut material = Dss::read(document)?.unwrap_or_default().material;
        let mut all = Vec::new();
        for field in SignatureField::all(document)? {
            let Some(value) = field.value else { continue };
            let &[_, _, start, length] = value.byte_range.as_slice() else { continue };
            let (Ok(start), Ok(length)) = (u64::try_from(start), u64::try_from(length)) else { continue };
            let kind = if value.is_time_stamp() {
                let Ok(token) = TimeStampToken::parse(&value.contents) else { continue };
                material.merge(token.signed_data().material());
                Kind::TimeStamp(Box::new(token))
            } else {
                let Ok(signed_data) = SignedData::parse(&value.contents) else { continue };
                material.merge(signed_data.material());
                let stamps = signed_data.signers.iter().flat_map(|signer| signer.signature_time_stamps());
                let tokens: Vec<TimeStampToken> = stamps.filter_map(|der| TimeStampToken::parse(der).ok()).collect();
                for token in &tokens {
                    material.merge(token.signed_data().material());
                }
                Kind::Signature { signed_data: Box::new(signed_data), tokens }
            };
            let end = start.saturating_add(length);
            all.push(Signature { field: field.name, contents: value.contents, end, kind });
        }
        all.sort_by_key(|one| one.end);
        Ok(Self { all, material })
    }

    /// What every document time-stamp covers, and the time that it states. What can't be read isn't proven.
    pub(super) fn proven(&self, document: &Document<'_>) -> Vec<(Material, Timestamp)> {
        let stored = |covered| -> Result<Option<Dss>, Error> { Ok(Dss::read(&document.earlier(covered)?)?) };
        let mut proven = Vec::new();
        for one in &self.all {
            let Kind::TimeStamp(token) = &one.kind else { continue };
            let covered = usize::try_from(one.end).ok().and_then(|end| document.bytes().get(..end));
            let Some(Ok(dss)) = covered.map(stored) else { continue };
            let mut material = dss.unwrap_or_default().material;
            for before in self.signatures().filter(|before| before.end < one.end) {
                if let Kind::Signature { signed_data, .. } = &before.kind {
                    material.merge(signed_data.material());
                }
            }
            proven.push((material, token.info().time));
        }
        proven
    }

    /// The statements of all time-stamps.
    pub(super) fn stamped(&self) -> Vec<TstInfo> {
        let tokens = self.all.iter().flat_map(|one| match &one.kind {
            Kind::Signature { tokens, .. } => tokens.as_slice(),
            Kind::TimeStamp(token) => std::slice::from_ref(&**token),
        });
        tokens.map(|token| token.info().clone()).collect()
    }

    /// The signatures that aren't time-stamps.
    pub(super) fn signatures(&self) -> impl Iterator<Item = &Signature> {
        self.all.iter().filter(|one| matches!(one.kind, Kind::Signature { .. }))
    }

    /// The newest document time-stamp.
    pub(super) fn newest_time_stamp(&self) -> Option<(&Signature, &TimeStampToken)> {
        self.all.iter().rev().find_map(|one| match &one.kind {
            Kind::TimeStamp(token) => Some((one, &**token)),
            Kind::Signature { .. } => None,
        })
    }

    /// The earliest time by which it's proven that this one was there: its own tokens, and document time-stamps over it.
    pub(super) fn proven_time(&self, signature: &Signature) -> Option<Timestamp> {
        let own = match &signature.kind {
            Kind::Signature { tokens, .. } => tokens.iter().map(|token| token.info().time).min(),
            Kind::TimeStamp(token) => Some(token.info().time),
        };
        let over = self.all.iter().filter_map(|one| match &one.kind {
            Kind::TimeStamp(token) if one.end > signature.end => Some(token.info().time),
            _ => None,
        });
        own.into_iter().chain(over).min()
    }

    /// Whose certificates have to be validated for this one: the signer's, and the authorities' of its tokens.
    pub(super) fn subjects(&self, signature: &Signature, now: Timestamp) -> Vec<Subject> {
        let mut subjects = Vec::new();
        match &signature.kind {
            Kind::Signature { signed_data, tokens } => {
                let used_at = self.proven_time(signature).unwrap_or(now);
                let mut known = signed_data.certificates.iter().chain(&self.material.certificates);
                for signer in &signed_data.signers {
                    let own = known.find_map(|der| {
                        Certificate::parse(der).ok().filter(|certificate| signer.identifier.matches(certificate))
                    });
                    let kind = CertificateKind::Signer;
                    subjects.extend(own.map(|certificate| Subject { certificate, kind, used_at }));
                }
                subjects.extend(tokens.iter().filter_map(authority));
            }
            Kind::TimeStamp(token) => subjects.extend(authority(token)),
        }
        subjects
    }
}

/// The authority of a token, at the time that it states.
pub(super) fn authority(token: &TimeStampToken) -> Option<Subject> {
    let (kind, used_at) = (CertificateKind::TimeStamping, token.info().time);
    token.authority().map(|certificate| Subject { certificate, kind, used_at })
}
