//! What has to be renewed, and by when.

use jiff::SignedDuration;
use kyso::crypto::DigestAlgorithm;
use kyso::{Policy, TimeStampToken, Timestamp};

use super::RenewBy;
use super::day::authority;
use crate::archive::Archive;
use crate::error::Error;

/// How long before the end of an authority's certificate its tokens are renewed: twelve months.
const BEFORE_CERTIFICATE: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long before the end of an algorithm: twenty-four months.
const BEFORE_ALGORITHM: SignedDuration = SignedDuration::from_hours(730 * 24);

/// A stamp that has to be renewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The stamp's number.
    pub stamp: u32,
    /// Of which line of authorities it is.
    pub line: u32,
    /// From when on nobody could rely on it.
    pub by: Timestamp,
    /// What ends then.
    pub why: DueWhy,
    /// Whether another digest algorithm is needed ([`RenewBy::HashTree`]), or a new token is enough.
    pub needs_hash_tree: bool,
}

/// What ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueWhy {
    /// The certificate of the token's authority, by its subject.
    Certificate(String),
    /// The digest algorithm of the hash tree.
    HashTree(DigestAlgorithm),
    /// An algorithm or a key of the token's signature, by its name.
    Signature(String),
}

impl Due {
    /// How to renew by another digest algorithm, or by a token alone.
    pub fn renew_by(&self, other: DigestAlgorithm) -> RenewBy {
        if self.needs_hash_tree { RenewBy::HashTree(other) } else { RenewBy::TimeStamp }
    }
}

impl Archive {
    /// The stamps that have to be renewed, the most urgent first: those whose authority's certificate ends within twelve months of the
    /// policy's time, or an algorithm of theirs within twenty-four, by the policy's constraints.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a row isn't what was written; [`Error::Database`].
    pub async fn due(&self, policy: &Policy) -> Result<Vec<Due>, Error> {
        let renewals = self.renewals().await?;
        let mut all = Vec::new();
        for number in self.unrenewed(&renewals).await? {
            let stored = self.stamp_row(number).await?;
            let line = stored.of.line;
            let damaged = |error: kyso::Error| Error::Damaged(format!("stamp {number}: {error}"));
            let token = TimeStampToken::parse(&stored.token).map_err(damaged)?;
            all.extend(ends(&token, stored.of.digest, policy)?.into_iter().filter_map(|(by, why)| {
                let (ahead, needs_hash_tree) = match &why {
                    DueWhy::Certificate(_) => (BEFORE_CERTIFICATE, false),
                    DueWhy::Signature(_) => (BEFORE_ALGORITHM, false),
                    DueWhy::HashTree(_) => (BEFORE_ALGORITHM, true),
                };
                let is_near = by.duration_since(policy.time) <= ahead;
                is_near.then_some(Due { stamp: number, line, by, why, needs_hash_tree })
            }));
        }
        all.sort_by_key(|due| (due.by, due.stamp));
        Ok(all)
    }
}

/// All ends of a token that are known.
pub(crate) fn ends(
    token: &TimeStampToken,
    tree: DigestAlgorithm,
    policy: &Policy,
) -> Result<Vec<(Timestamp, DueWhy)>, Error> {
    let (authority, constraints) = (authority(token)?, &policy.constraints);
    // What is relied on at no time is over already.
    let end = |reliability: kyso::validate::Reliability| match reliability.holds_at(policy.time) {
        true => reliability.until(),
        false => Some(policy.time),
    };
    let mut ends = vec![(authority.not_after(), DueWhy::Certificate(authority.identity().subject.clone()))];
    ends.extend(end(constraints.digest_until(tree)).map(|by| (by, DueWhy::HashTree(tree))));
    for signer in &token.signed_data().signers {
        if let Some(digest) = signer.digest() {
            let name = DueWhy::Signature(digest.name().to_owned());
            ends.extend(end(constraints.digest_until(digest)).map(|by| (by, name)));
        }
    }
    if let Ok(key) = authority.key() {
        let name = DueWhy::Signature(key.kind().to_string());
        ends.extend(end(constraints.key_until(key.kind())).map(|by| (by, name)));
    }
    Ok(ends)
}
