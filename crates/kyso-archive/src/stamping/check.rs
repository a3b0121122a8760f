//! Whether the stored evidence is whole: rows against the records of their events, leaves against what they're of, roots against
//! leaves, tokens by a policy.

use std::collections::{HashMap, HashSet};

use kyso::validate::{StampOver, judge_stamps};
use kyso::{Indication, Policy, TimeStampToken};

use super::chain::{Known, Renewals, Step, digests, record};
use super::object::TOKEN;
use super::rows::Leaf;
use super::stored::is_same;
use super::{Evidenced, StampHow};
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::evidence::{BuildError, group_hash, hash_tree_leaf};

/// Something about a stamp that isn't as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampProblem {
    /// The stamp's number.
    pub stamp: u32,
    /// What is wrong.
    pub fault: StampFault,
    /// What was found, for people.
    pub detail: String,
}

/// What can be wrong with a stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StampFault {
    /// Its row, its leaves or a form of its token aren't what was written.
    Changed,
    /// A leaf isn't the hash of what it's of.
    OtherObject(Evidenced),
    /// What a leaf is of isn't there any more: destroyed, or lost. Where it was destroyed by decision, nothing is amiss.
    Gone(Evidenced),
    /// A token that it renews isn't the one that is stored.
    OtherToken,
    /// By the policy, its token proves nothing.
    NotRelied(Indication),
}

impl Archive {
    /// Checks all stored evidence: each stamp's row against the record of its event, its leaves against its root, each leaf against
    /// what it's of, and the tokens by the policy, where one is given: each has to have been good when the next one was made, and the
    /// newest at the policy's time. Files are read only for leaves by another algorithm than SHA-256 and SHA-512; that files have the
    /// digests of their records is a matter of [`bytes`](Self::bytes).
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::File`]. What is wrong with a stamp is among the problems.
    pub async fn check_stamps(&self, policy: Option<&Policy>) -> Result<Vec<StampProblem>, Error> {
        let mut problems = Problems::default();
        let numbers = self.stamp_numbers().await?;
        if let Some(gap) = (1..).zip(&numbers).find_map(|(expected, number)| (expected != *number).then_some(expected))
        {
            problems.add(gap, StampFault::Changed, "it is missing".to_owned());
        }
        let renewals = match self.renewals().await {
            Ok(renewals) => renewals,
            Err(Error::Damaged(detail)) => {
                problems.add(numbers.last().copied().unwrap_or_default(), StampFault::Changed, detail);
                return Ok(problems.all);
            }
            Err(other) => return Err(other),
        };
        // What follows from a stamp that isn't what was written isn't told of the others.
        let mut bad = HashSet::new();
        for number in &numbers {
            let told = problems.all.len();
            let checked = self.check_itself(*number, &mut problems).await;
            problems.take(*number, checked)?;
            if problems.all.len() > told {
                bad.insert(*number);
            }
        }
        let mut known = Known::default();
        let sound = |number: &u32| !bad.contains(number) && !rests_on(*number, &renewals, &bad);
        for number in numbers.iter().copied().filter(sound) {
            let checked = self.check_stamp(number, (&renewals, &bad), policy, &mut known, &mut problems).await;
            problems.take(number, checked)?;
        }
        Ok(problems.all)
    }

    async fn check_stamp(
        &self,
        number: u32,
        (renewals, bad): (&Renewals, &HashSet<u32>),
        policy: Option<&Policy>,
        known: &mut Known,
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let (stored, _, leaves) = self.whole_stamp(number, 0).await?;
        let mut hashed = HashMap::new();
        let is_bad =
            |leaf: &Leaf| Leaf::chain(&leaf.object).is_some_and(|chain| chain.iter().any(|one| bad.contains(one)));
        for leaf in leaves.iter().filter(|leaf| leaf.kind == TOKEN && !is_bad(leaf)) {
            let checked = self.check_token(number, leaf, stored.of.digest, (renewals, &mut hashed), problems).await;
            problems.take(number, checked)?;
        }
        if stored.of.how != StampHow::First {
            return Ok(());
        }
        let steps = self.chain_to_judge(number, renewals, known).await?;
        for leaf in leaves.iter().filter(|leaf| leaf.kind != TOKEN) {
            match Evidenced::of(&leaf.kind, &leaf.object, leaf.ordinal) {
                Some(object) => self.check_object(number, &object, leaf, &steps, problems).await?,
                None => problems.add(number, StampFault::Changed, format!("{} {}", leaf.kind, leaf.object)),
            }
        }
        if let Some(policy) = policy {
            judge(&steps, policy.clone(), problems).await?;
        }
        Ok(())
    }

    /// A stamp beside its own record: its row, its leaves, the forms of its token.
    async fn check_itself(&self, number: u32, problems: &mut Problems) -> Result<(), Error> {
        let (stored, _, leaves) = self.whole_stamp(number, 0).await?;
        if !leaves.is_sorted() {
            problems.add(number, StampFault::Changed, "its leaves aren't in their order".to_owned());
        }
        self.check_forms(number, &stored.token, problems).await
    }

    /// Each form of a token is the token, with more beside it.
    async fn check_forms(&self, number: u32, bare: &[u8], problems: &mut Problems) -> Result<(), Error> {
        let stored = self.stamp_row(number).await?;
        let read = |der: &[u8]| TimeStampToken::parse(der).ok().filter(|token| token.der() == der);
        let Some(own) = read(bare) else {
            problems.add(number, StampFault::Changed, "its token can't be read".to_owned());
            return Ok(());
        };
        for form in 1..=self.newest_form(number).await? {
            let is_same = match self.token_of(&stored, form).await {
                Ok(der) => read(&der).is_some_and(|token| is_same(&token, &own)),
                Err(Error::Damaged(_)) => false,
                Err(other) => return Err(other),
            };
            if !is_same {
                problems.add(number, StampFault::Changed, format!("form {form} of its token is another token"));
            }
        }
        Ok(())
    }

    async fn check_token(
        &self,
        number: u32,
        leaf: &Leaf,
        digest: kyso::crypto::DigestAlgorithm,
        (renewals, hashed): (&Renewals, &mut HashMap<u32, Vec<u8>>),
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let none = || Error::Damaged("a leaf's token is none".into());
        let chain = Leaf::chain(&leaf.object).ok_or_else(none)?;
        let (renewed, before) = chain.split_last().ok_or_else(none)?;
        let token = self.token_of(&self.stamp_row(*renewed).await?, leaf.ordinal).await?;
        let mut hashes = vec![digest.digest(&token)];
        for (one, next) in before.iter().zip(chain.iter().skip(1)) {
            if renewals.get(one).is_none_or(|(by, _)| by != next) {
                return Err(Error::Damaged(format!("stamp {next} doesn't renew stamp {one}")));
            }
            hashes.push(self.renewed_hash(*one, renewals, digest, hashed).await?);
        }
        if group_hash(digest, &hashes).as_ref() != Some(&leaf.hash) {
            problems.add(number, StampFault::OtherToken, format!("form {} of stamp {}", leaf.ordinal, leaf.object));
        }
        Ok(())
    }

    /// The object's hashes are in all trees of its chain.
    async fn check_object(
        &self,
        number: u32,
        object: &Evidenced,
        leaf: &Leaf,
        steps: &[Step],
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let mut hashes = Vec::new();
        for digest in digests(steps) {
            match self.hash_of(object, digest).await {
                Ok(Some(hash)) => hashes.push((digest, hash)),
                Ok(None) => {
                    problems.add(number, StampFault::Gone(object.clone()), String::new());
                    return Ok(());
                }
                Err(error @ (Error::Damaged(_) | Error::Missing(_))) => {
                    problems.add(number, StampFault::OtherObject(object.clone()), error.to_string());
                    return Ok(());
                }
                Err(other) => return Err(other),
            }
        }
        let is_leaf = hashes.first().is_some_and(|(_, hash)| *hash == leaf.hash);
        let made = record(steps, &hashes);
        match made {
            Ok(_) if is_leaf => self.check_renewed(object, &hashes, steps, problems).await?,
            // It's told as left out when the tree was renewed, and its record ends there.
            Err(BuildError::NotALeaf) if is_leaf && !self.is_in_renewal(object, steps).await? => {
                problems.add(number, StampFault::Gone(object.clone()), "left out of a renewal".to_owned());
            }
            Ok(_) => problems.add(number, StampFault::OtherObject(object.clone()), String::new()),
            Err(error) => problems.add(number, StampFault::OtherObject(object.clone()), error.to_string()),
        }
        Ok(())
    }

    /// Each renewal by hash tree whose tree has the object's hash has it as that object's.
    async fn check_renewed(
        &self,
        object: &Evidenced,
        hashes: &[(kyso::crypto::DigestAlgorithm, Vec<u8>)],
        steps: &[Step],
        problems: &mut Problems,
    ) -> Result<(), Error> {
        let (kind, id, ordinal) = object.key();
        for (index, step) in steps.iter().enumerate().filter(|(_, step)| step.how == StampHow::HashTree) {
            // As the renewal covered it: with the record until then.
            let before = steps.get(..index).and_then(|before| record(before, hashes).ok());
            let own =
                hashes.iter().find(|(digest, _)| *digest == step.stamp.digest()).map(|(_, hash)| vec![hash.clone()]);
            let Some((before, own)) = before.zip(own) else { continue };
            let wanted = hash_tree_leaf(step.stamp.digest(), &own, &before);
            let sql = "SELECT hash FROM stamp_leaf WHERE agency = $1 AND kind = $2 AND object = $3 AND ordinal = $4 AND stamp = $5";
            let row = self.database.row(sql, values![&self.agency, kind, &id, ordinal, step.number]).await?;
            if row.map(|row| row.bytes("hash")).transpose()? != wanted {
                let detail = format!("the leaf of {kind} {id} has another object, or another hash");
                problems.add(step.number, StampFault::Changed, detail);
            }
        }
        Ok(())
    }

    /// Whether each renewal by hash tree of a chain says that it covers an object.
    async fn is_in_renewal(&self, object: &Evidenced, steps: &[Step]) -> Result<bool, Error> {
        let (kind, id, ordinal) = object.key();
        for step in steps.iter().filter(|step| step.how == StampHow::HashTree) {
            if !self.is_leaf_of(step.number, kind, &id, ordinal).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Whether a stamp renews one of these, or is renewed by one: its tokens and its chain can't be judged.
fn rests_on(number: u32, renewals: &Renewals, bad: &HashSet<u32>) -> bool {
    let mut at = number;
    while let Some((by, _)) = renewals.get(&at) {
        if bad.contains(by) {
            return true;
        }
        at = *by;
    }
    bad.iter().any(|one| {
        let mut at = *one;
        while let Some((by, _)) = renewals.get(&at) {
            if *by == number {
                return true;
            }
            at = *by;
        }
        false
    })
}

/// Judges the tokens of a chain, each at the time of the next one.
async fn judge(steps: &[Step], policy: Policy, problems: &mut Problems) -> Result<(), Error> {
    let tokens = steps.iter().map(|step| (step.number, step.stamp.digest(), step.stamp.token().to_vec()));
    let tokens: Vec<_> = tokens.collect();
    let numbers: Vec<u32> = tokens.iter().map(|(number, ..)| *number).collect();
    let reports = blocking(move || {
        let read = tokens.iter().map(|(_, digest, token)| Ok((*digest, TimeStampToken::parse(token)?)));
        let read = read.collect::<Result<Vec<_>, kyso::Error>>().map_err(|error| Error::Damaged(error.to_string()))?;
        let over = read.iter().map(|(digest, token)| {
            let imprint = &token.info().imprint;
            StampOver { token, digest: *digest, imprint }
        });
        Ok(judge_stamps(&over.collect::<Vec<_>>(), &policy).0)
    })
    .await?;
    for (number, report) in numbers.into_iter().zip(reports) {
        if report.indication != Indication::TotalPassed {
            let codes = report.findings.iter().map(|finding| finding.code.name()).collect::<Vec<_>>();
            problems.add(number, StampFault::NotRelied(report.indication), codes.join(", "));
        }
    }
    Ok(())
}

/// Problems that were found, each once. What was destroyed by decision is one for each document.
#[derive(Debug, Default)]
struct Problems {
    all: Vec<StampProblem>,
    /// Where those of a stamp and an object stand.
    places: HashMap<(u32, Option<Evidenced>), Vec<usize>>,
}

impl Problems {
    fn add(&mut self, stamp: u32, fault: StampFault, detail: String) {
        let object = match &fault {
            StampFault::OtherObject(object) | StampFault::Gone(object) => Some(object.clone()),
            _ => None,
        };
        let problem = StampProblem { stamp, fault, detail };
        let places = self.places.entry((stamp, object)).or_default();
        if !places.iter().any(|at| self.all.get(*at) == Some(&problem)) {
            places.push(self.all.len());
            self.all.push(problem);
        }
    }

    /// What is damaged is a problem, and no failure of checking.
    fn take(&mut self, stamp: u32, checked: Result<(), Error>) -> Result<(), Error> {
        match checked {
            Err(Error::Damaged(detail)) => {
                self.add(stamp, StampFault::Changed, detail);
                Ok(())
            }
            Err(Error::Missing(detail)) => {
                self.add(stamp, StampFault::Changed, detail);
                Ok(())
            }
            other => other,
        }
    }
}
