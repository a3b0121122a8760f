//! Renewals of the whole archive (RFC 4998, 5.2): before the certificates of its tokens end, and before a digest algorithm does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kyso::crypto::DigestAlgorithm;

use super::chain::{Known, Renewals, digests, objects, record};
use super::day::TURN;
use super::material::Fetched;
use super::rows::Leaf;
use super::{LeftOut, LeftOutWhy, StampHow, Stamped, Stamping};
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::evidence::{BuildError, group_hash, hash_tree_leaf, time_stamp_leaf};

/// How evidence is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewBy {
    /// One token over all tokens that no other covers yet, each with those before it in its chain; for each digest algorithm among
    /// them.
    TimeStamp,
    /// One token over all objects by another digest algorithm, with all that is known of them. SHA-512 is kept of each version;
    /// for others the files are read.
    HashTree(DigestAlgorithm),
}

/// What came of a renewal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// The stamps that were made: none where there was nothing to renew.
    pub stamped: Vec<Stamped>,
    /// Objects whose records end before this renewal.
    pub left_out: Vec<LeftOut>,
}

impl Archive {
    /// Renews the evidence of everything that the line of authorities has stamped. First each token that is to be covered is completed
    /// with evidence that its authority is good still ([`collect_material`](Self::collect_material)): where that can't be had, nothing
    /// is renewed.
    ///
    /// # Errors
    /// [`Error::TimeStamp`] where evidence or the new token can't be had; [`Error::Algorithm`] where a digest algorithm isn't
    /// relied on any more; [`Error::NoTrust`]; [`Error::Damaged`] where a stamp isn't what was written: an object that isn't what was kept is left out.
    /// Stamps that were made before the error stay.
    pub async fn renew_evidence(&self, by: RenewBy, stamping: &Stamping) -> Result<Renewal, Error> {
        let _turn = self.turns.turn(TURN.into()).await;
        let renewal = match by {
            RenewBy::TimeStamp => self.renew_by_time_stamp(stamping).await,
            RenewBy::HashTree(digest) => self.renew_by_hash_tree(digest, stamping).await,
        };
        let renewal = renewal?;
        self.write_stamps().await?;
        Ok(renewal)
    }

    async fn renew_by_time_stamp(&self, stamping: &Stamping) -> Result<Renewal, Error> {
        let mut renewed: BTreeMap<&'static str, (DigestAlgorithm, Vec<Leaf>)> = BTreeMap::new();
        let mut hashed = HashMap::new();
        let (mut fetched, renewals) = (Fetched::new(), self.renewals().await?);
        let mut newest = BTreeMap::new();
        for number in self.unrenewed_of(stamping.line, &renewals).await? {
            let form = self.complete(number, stamping, &mut fetched).await?;
            let (stored, stamp, _) = self.whole_stamp(number, form).await?;
            let digest = stored.of.digest;
            newest.insert(number, (form, digest, time_stamp_leaf(digest, stamp.token())));
        }
        for chain in self.newest_chains(stamping.line, &renewals).await? {
            let Some((form, digest, hash)) = chain.last().and_then(|number| newest.get(number)) else { continue };
            let mut hashes = vec![hash.clone()];
            for number in chain.iter().rev().skip(1) {
                hashes.push(self.renewed_hash(*number, &renewals, *digest, &mut hashed).await?);
            }
            let hash = group_hash(*digest, &hashes).ok_or_else(|| Error::Internal("a chain has no token".into()))?;
            let leaf = Leaf::tokens(hash, &chain, *form);
            renewed.entry(digest.name()).or_insert_with(|| (*digest, Vec::new())).1.push(leaf);
        }
        // None is stamped where one can't be.
        renewed.values().try_for_each(|(digest, _)| stamping.demand_use(*digest))?;
        let mut stamped = Vec::new();
        for (digest, leaves) in renewed.into_values() {
            stamped.push(self.stamp(StampHow::TimeStamp, digest, leaves, stamping).await?);
        }
        Ok(Renewal { stamped, left_out: Vec::new() })
    }

    /// The newest chain of each first stamp's records, each once: after a renewal by hash tree many are one.
    async fn newest_chains(&self, line: u32, renewals: &Renewals) -> Result<BTreeSet<Vec<u32>>, Error> {
        let sql = "SELECT number FROM stamp WHERE agency = $1 AND how = 'first' AND line = $2 ORDER BY number";
        let mut chains = BTreeSet::new();
        for row in self.database.rows(sql, values![&self.agency, line]).await? {
            chains.insert(self.newest_chain(row.ordinal("number")?, renewals).await?);
        }
        Ok(chains)
    }

    /// The hash of a token that was renewed, in the form that its renewal covers.
    pub(super) async fn renewed_hash(
        &self,
        number: u32,
        renewals: &Renewals,
        digest: DigestAlgorithm,
        hashed: &mut HashMap<u32, Vec<u8>>,
    ) -> Result<Vec<u8>, Error> {
        if let Some(hash) = hashed.get(&number) {
            return Ok(hash.clone());
        }
        let renewed = renewals.get(&number);
        let (_, form) = renewed.ok_or_else(|| Error::Damaged(format!("stamp {number} isn't renewed")))?;
        let stored = self.stamp_row(number).await?;
        let hash = time_stamp_leaf(digest, &self.token_of(&stored, *form).await?);
        // A chain has one digest algorithm: whoever is in it is hashed by that.
        hashed.insert(number, hash.clone());
        Ok(hash)
    }

    async fn renew_by_hash_tree(&self, digest: DigestAlgorithm, stamping: &Stamping) -> Result<Renewal, Error> {
        stamping.demand_use(digest)?;
        let (mut fetched, renewals) = (Fetched::new(), self.renewals().await?);
        let (mut leaves, mut left_out, mut known) = (Vec::new(), Vec::new(), Known::default());
        for number in self.unrenewed_of(stamping.line, &renewals).await? {
            let stored = self.stamp_row(number).await?;
            if stored.of.digest == digest {
                continue;
            }
            // The old algorithm has to be good still, or what it's about is proven by nothing.
            stamping.demand_use(stored.of.digest)?;
            let form = self.complete(number, stamping, &mut fetched).await?;
            let token = self.token_of(&stored, form).await?;
            leaves.push(Leaf::token(digest.digest(&token), number, form));
        }
        if leaves.is_empty() {
            return Ok(Renewal { stamped: Vec::new(), left_out });
        }
        for number in self.stamp_numbers().await? {
            let first = self.stamp_row(number).await?;
            if first.of.how != StampHow::First || first.of.line != stamping.line {
                continue;
            }
            let steps = self.chain(number, &renewals, &mut known).await?;
            if steps.last().is_none_or(|newest| newest.stamp.digest() == digest) {
                continue;
            }
            let mut wanted = digests(&steps);
            if !wanted.contains(&digest) {
                wanted.push(digest);
            }
            let mut hashed = Vec::new();
            'objects: for object in objects(&self.leaves_of(number).await?) {
                let mut hashes = Vec::new();
                for digest in &wanted {
                    let why = match self.hash_of(&object, *digest).await {
                        Ok(Some(hash)) => {
                            hashes.push((*digest, hash));
                            continue;
                        }
                        Ok(None) => LeftOutWhy::Gone,
                        // One that was changed mayn't keep the others from being renewed.
                        Err(error @ (Error::Damaged(_) | Error::Missing(_))) => {
                            tracing::error!(%error, ?object, "not renewed");
                            LeftOutWhy::Changed(error.to_string())
                        }
                        Err(other) => return Err(other),
                    };
                    left_out.push(LeftOut { object, why });
                    continue 'objects;
                }
                hashed.push((object, hashes));
            }
            let (new, gone) = blocking(move || {
                let (mut new, mut gone) = (Vec::new(), Vec::new());
                for (object, hashes) in hashed {
                    let own = hashes.iter().find(|(by, _)| *by == digest).map(|(_, hash)| vec![hash.clone()]);
                    let leaf = match record(&steps, &hashes) {
                        Ok(record) => own.and_then(|own| hash_tree_leaf(digest, &own, &record)),
                        // It was left out before.
                        Err(BuildError::NotALeaf) => None,
                        Err(error) => return Err(Error::Damaged(format!("stamp {number}: {error}"))),
                    };
                    match leaf {
                        Some(leaf) => new.push(object.leaf(leaf)),
                        None => gone.push(LeftOut { object, why: LeftOutWhy::Gone }),
                    }
                }
                Ok((new, gone))
            })
            .await?;
            leaves.extend(new);
            left_out.extend(gone);
        }
        let stamped = self.stamp(StampHow::HashTree, digest, leaves, stamping).await?;
        Ok(Renewal { stamped: vec![stamped], left_out })
    }
}
