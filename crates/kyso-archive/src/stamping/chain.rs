//! Which stamp renews which, and the record of an object that follows from it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kyso::crypto::DigestAlgorithm;

use super::rows::Leaf;
use super::{Evidenced, StampHow};
use crate::archive::Archive;
use crate::database::values;
use crate::error::Error;
use crate::evidence::{BuildError, EvidenceRecord, Stamp};

/// By a stamp's number: which stamp renews it, and which form of its token that covers.
pub(super) type Renewals = HashMap<u32, (u32, u32)>;

/// One stamp of a chain, with the form of its token that the next one covers.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) number: u32,
    pub(super) how: StampHow,
    pub(super) stamp: Arc<Stamp>,
}

/// In place of a form: with all that is known of the authority.
const TO_JUDGE: u32 = u32::MAX;

/// Whole stamps that were read, by number and form.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<(u32, u32), Step>);

impl Archive {
    /// Which stamp renews which.
    pub(super) async fn renewals(&self) -> Result<Renewals, Error> {
        let sql = "SELECT l.stamp, l.object, l.ordinal FROM stamp_leaf l JOIN stamp s ON s.agency = l.agency AND s.number = l.stamp \
                   WHERE l.agency = $1 AND l.kind = 'token' AND s.how <> 'first' ORDER BY l.stamp";
        let mut renewals = Renewals::new();
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let (by, renewed) = (row.ordinal("stamp")?, row.text("object")?);
            let damaged = || Error::Damaged(format!("stamp {by} renews {renewed}, which it can't"));
            let number = Leaf::chain(&renewed).and_then(|chain| chain.last().copied()).ok_or_else(damaged)?;
            let renewal = (by, row.ordinal("ordinal")?);
            // Each is renewed by one alone, in one form, and by a later one: so chains end.
            if number >= by || renewals.insert(number, renewal).is_some_and(|other| other != renewal) {
                return Err(damaged());
            }
        }
        Ok(renewals)
    }

    /// The stamps of a line that nothing renews yet, in their order.
    pub(super) async fn unrenewed_of(&self, line: u32, renewals: &Renewals) -> Result<Vec<u32>, Error> {
        let sql = "SELECT number FROM stamp WHERE agency = $1 AND line = $2 ORDER BY number";
        let rows = self.database.rows(sql, values![&self.agency, line]).await?;
        let numbers = rows.iter().map(|row| row.ordinal("number")).collect::<Result<Vec<u32>, Error>>()?;
        Ok(numbers.into_iter().filter(|number| !renewals.contains_key(number)).collect())
    }

    /// The stamps that nothing renews yet, in their order.
    pub(super) async fn unrenewed(&self, renewals: &Renewals) -> Result<Vec<u32>, Error> {
        let numbers = self.stamp_numbers().await?;
        Ok(numbers.into_iter().filter(|number| !renewals.contains_key(number)).collect())
    }

    /// A stamp and all that renew it, oldest first; the last with the newest form of its token, as a renewal covers it.
    pub(super) async fn chain(&self, first: u32, renewals: &Renewals, known: &mut Known) -> Result<Vec<Step>, Error> {
        let (mut steps, mut at) = (Vec::new(), first);
        loop {
            let next = renewals.get(&at).copied();
            let form = match next {
                Some((_, form)) => form,
                None => self.newest_form(at).await?,
            };
            steps.push(self.step(at, form, known).await?);
            match next {
                Some((by, _)) => at = by,
                None => return Ok(steps),
            }
        }
    }

    /// The stamps of the newest chain of a record (RFC 4998, 5.1) that begins with this first stamp, oldest first: the first one with
    /// all that renew it, or the newest renewal by hash tree with those.
    pub(super) async fn newest_chain(&self, first: u32, renewals: &Renewals) -> Result<Vec<u32>, Error> {
        let mut chain = vec![first];
        let mut at = first;
        while let Some((by, _)) = renewals.get(&at) {
            at = *by;
            if self.how_of(at).await? == StampHow::HashTree {
                chain.clear();
            }
            chain.push(at);
        }
        Ok(chain)
    }

    /// The same chain, whose last token has all that is known of its authority: as it's handed out and judged.
    pub(super) async fn chain_to_judge(
        &self,
        first: u32,
        renewals: &Renewals,
        known: &mut Known,
    ) -> Result<Vec<Step>, Error> {
        let mut steps = self.chain(first, renewals, known).await?;
        if let Some(last) = steps.last_mut() {
            if let Some(newest) = known.0.get(&(last.number, TO_JUDGE)) {
                *last = newest.clone();
                return Ok(steps);
            }
            let (_, stamp, _) = self.newest_stamp(last.number).await?;
            last.stamp = Arc::new(stamp);
            if last.how != StampHow::First {
                known.0.insert((last.number, TO_JUDGE), last.clone());
            }
        }
        Ok(steps)
    }

    async fn step(&self, number: u32, form: u32, known: &mut Known) -> Result<Step, Error> {
        if let Some(step) = known.0.get(&(number, form)) {
            return Ok(step.clone());
        }
        let (stored, stamp, _) = self.whole_stamp(number, form).await?;
        let step = Step { number, how: stored.of.how, stamp: Arc::new(stamp) };
        // First stamps are many and each is in one chain; those that renew are in many.
        if step.how != StampHow::First {
            known.0.insert((number, form), step.clone());
        }
        Ok(step)
    }

    /// The evidence record of an object (RFC 4998), made of what is stored, by the first line of authorities that has one; `None` where
    /// no stamp covers it yet.
    ///
    /// # Errors
    /// [`Error::Damaged`] and [`Error::Missing`] where what is stored doesn't fit together; [`Error::Database`], [`Error::File`].
    pub async fn evidence(&self, of: &Evidenced) -> Result<Option<EvidenceRecord>, Error> {
        for line in self.stamp_lines().await? {
            if let Some(record) = self.evidence_of_line(of, line).await? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Whether a stamp covers an object.
    pub(super) async fn is_leaf_of(&self, stamp: u32, kind: &str, object: &str, ordinal: u32) -> Result<bool, Error> {
        let sql = "SELECT position FROM stamp_leaf WHERE agency = $1 AND kind = $2 AND object = $3 AND ordinal = $4 AND stamp = $5";
        Ok(self.database.row(sql, values![&self.agency, kind, object, ordinal, stamp]).await?.is_some())
    }

    /// The lines of authorities that have stamped something, in their order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stamp_lines(&self) -> Result<Vec<u32>, Error> {
        let sql = "SELECT DISTINCT line FROM stamp WHERE agency = $1 ORDER BY line";
        self.database.rows(sql, values![&self.agency]).await?.iter().map(|row| row.ordinal("line")).collect()
    }

    /// As [`evidence`](Self::evidence), by one line of authorities: each proves by itself.
    ///
    /// # Errors
    /// As [`evidence`](Self::evidence).
    pub async fn evidence_of_line(&self, of: &Evidenced, line: u32) -> Result<Option<EvidenceRecord>, Error> {
        let Some(first) = self.first_stamp_of(of, line).await? else { return Ok(None) };
        let steps = self.chain_to_judge(first, &self.renewals().await?, &mut Known::default()).await?;
        let (kind, object, ordinal) = of.key();
        // Where a renewal by hash tree left it out, its record ends before that one.
        let mut until = steps.len();
        for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.how == StampHow::HashTree) {
            if !self.is_leaf_of(step.number, kind, &object, ordinal).await? {
                until = until.min(index);
            }
        }
        let steps = steps.get(..until).unwrap_or_default();
        let mut hashes = Vec::new();
        for digest in digests(steps) {
            let gone = || Error::Damaged(format!("{kind} {object} isn't there any more"));
            hashes.push((digest, self.hash_of(of, digest).await?.ok_or_else(gone)?));
        }
        let damaged = |error: BuildError| Error::Damaged(format!("the evidence of {kind} {object}: {error}"));
        record(steps, &hashes).map(Some).map_err(damaged)
    }
}

/// The digest algorithms by which the objects of a chain are hashed, each once.
pub(super) fn digests(steps: &[Step]) -> Vec<DigestAlgorithm> {
    let of_objects = steps.iter().filter(|step| step.how != StampHow::TimeStamp);
    let mut seen = HashSet::new();
    of_objects.map(|step| step.stamp.digest()).filter(|digest| seen.insert(*digest)).collect()
}

/// The record that a chain makes of an object, by its hashes.
pub(super) fn record(steps: &[Step], hashes: &[(DigestAlgorithm, Vec<u8>)]) -> Result<EvidenceRecord, BuildError> {
    let hash = |stamp: &Stamp| {
        let own = hashes.iter().find(|(digest, _)| *digest == stamp.digest());
        own.map(|(_, hash)| vec![hash.clone()]).ok_or(BuildError::NotALeaf)
    };
    let Some((first, renewals)) = steps.split_first() else { return Err(BuildError::NotALeaf) };
    let mut record = EvidenceRecord::first(&first.stamp, &hash(&first.stamp)?)?;
    for step in renewals {
        match step.how {
            StampHow::TimeStamp => record.renew_by_time_stamp(&step.stamp)?,
            StampHow::HashTree => record.renew_by_hash_tree(&step.stamp, &hash(&step.stamp)?)?,
            StampHow::First => return Err(BuildError::NotALeaf),
        }
    }
    Ok(record)
}

/// The objects among leaves.
pub(super) fn objects(leaves: &[Leaf]) -> impl Iterator<Item = Evidenced> {
    leaves.iter().filter_map(|leaf| Evidenced::of(&leaf.kind, &leaf.object, leaf.ordinal))
}
