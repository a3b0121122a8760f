//! Stamps: one token over the root of a tree of everything that is to be covered, judged before it's stored.

use kyso::TimeStampToken;
use kyso::crypto::DigestAlgorithm;

use super::rows::{Leaf, Stored, digest_named, in_microseconds, tree};
use super::uncovered::Uncovered;
use super::{Day, StampHow, Stamped, Stamping};
use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::error::Error;
use crate::evidence::Stamp;
use crate::record::Event;

/// One at a time makes stamps: what one covers the next one needn't.
pub(super) const TURN: &str = "evidence";

impl Archive {
    /// Has everything stamped that no stamp covers yet: each new version, each new record, the newest checkpoint. One hash tree, one
    /// request. The digest algorithm is that of the newest renewal by hash tree; before there is one, SHA-256. Where nothing is new but traces of stamping itself, nothing is stamped.
    ///
    /// # Errors
    /// [`Error::TimeStamp`] where no token came that the policy lets pass: nothing is stored, and the next time finds the same;
    /// [`Error::NoTrust`], [`Error::Algorithm`]; [`Error::Database`].
    pub async fn stamp_day(&self, stamping: &Stamping) -> Result<Day, Error> {
        let mut days = self.stamp_day_by(std::slice::from_ref(stamping)).await?;
        days.pop().unwrap_or_else(|| Err(Error::Internal("nobody was asked to stamp".into())))
    }

    /// As [`stamp_day`](Self::stamp_day), by several lines of authorities, each of which covers everything by itself: where all are as
    /// far, their tokens are over one root. What came of each; one that failed keeps no other from stamping, and goes on the next time.
    ///
    /// # Errors
    /// [`Error::Database`]; those of each line are its own.
    pub async fn stamp_day_by(&self, lines: &[Stamping]) -> Result<Vec<Result<Day, Error>>, Error> {
        let _turn = self.turns.turn(TURN.into()).await;
        let digest = self.day_digest().await?;
        // Before any stamps: what one writes of its stamp isn't another one's news.
        let mut found = Vec::new();
        for stamping in lines {
            found.push((stamping, self.uncovered(digest, stamping.line).await?));
        }
        let mut days = Vec::new();
        for (stamping, found) in found {
            days.push(self.stamp_found(found, digest, stamping).await);
        }
        self.write_stamps().await?;
        Ok(days)
    }

    async fn stamp_found(&self, found: Uncovered, digest: DigestAlgorithm, stamping: &Stamping) -> Result<Day, Error> {
        stamping.demand_use(digest)?;
        let (left_out, is_more) = (found.left_out, found.is_more);
        if found.leaves.is_empty() || !found.is_news {
            return Ok(Day { stamped: None, left_out, is_more: false });
        }
        let stamped = self.stamp(StampHow::First, digest, found.leaves, stamping).await?;
        self.write_stamps().await?;
        Ok(Day { stamped: Some(stamped), left_out, is_more })
    }

    /// The digest algorithm of new hash trees.
    async fn day_digest(&self) -> Result<DigestAlgorithm, Error> {
        let sql = "SELECT algorithm FROM stamp WHERE agency = $1 AND how = 'hash-tree' ORDER BY number DESC LIMIT 1";
        let Some(row) = self.database.row(sql, values![&self.agency]).await? else {
            return Ok(DigestAlgorithm::Sha256);
        };
        let name = row.text("algorithm")?;
        digest_named(&name).ok_or_else(|| Error::Damaged(format!("a stamp's algorithm is {name}")))
    }

    /// How many objects no stamp covers yet, as far as one stamp may cover them: for who stamps at a number of them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unstamped(&self) -> Result<u64, Error> {
        let sql = "SELECT (SELECT count(*) FROM version v WHERE v.agency = $1 AND NOT EXISTS (SELECT 1 FROM stamp_leaf l \
                   WHERE l.agency = v.agency AND l.kind = 'version' AND l.object = v.artifact AND l.ordinal = v.ordinal)) \
                   + (SELECT count(*) FROM record r WHERE r.agency = $1 AND NOT EXISTS (SELECT 1 FROM stamp_leaf l \
                   WHERE l.agency = r.agency AND l.kind = 'record' AND l.object = r.event AND l.ordinal = 0)) AS n";
        self.database.row(sql, values![&self.agency]).await?.map_or(Ok(0), |row| row.count("n"))
    }

    /// Has these leaves stamped, and stores the stamp. The caller has the turn.
    pub(super) async fn stamp(
        &self,
        how: StampHow,
        digest: DigestAlgorithm,
        mut leaves: Vec<Leaf>,
        stamping: &Stamping,
    ) -> Result<Stamped, Error> {
        let (asked, tree) = (stamping.clone(), tree(digest, &mut leaves)?);
        let root = tree.root().to_vec();
        let over = root.clone();
        let token = blocking(move || {
            let token = kyso::time_stamp(digest, &over, &asked.policy, &asked.outside());
            token.map_err(|error| Error::TimeStamp(Box::new(error)))
        })
        .await?;
        let hashes = tree.leaves().to_vec();
        Stamp::new(digest, hashes, token.der().to_vec()).map_err(Error::internal)?;
        let authority = authority(&token)?;
        let sql = "SELECT coalesce(max(number), 0) + 1 AS number FROM stamp WHERE agency = $1";
        let number = self.database.row(sql, values![&self.agency]).await?.map_or(Ok(1), |row| row.ordinal("number"))?;
        let of = Stamped {
            number,
            how,
            line: stamping.line,
            digest,
            time: in_microseconds(token.info().time)?,
            authority: authority.identity().subject.clone(),
            expires: in_microseconds(authority.not_after())?,
            leaves: u64::try_from(leaves.len()).map_err(Error::internal)?,
        };
        let stored = Stored { of: of.clone(), root, token: token.der().to_vec() };
        let (event, _) = Event::now(&self.clock, None, stored.told())?;
        let agency = self.agency.clone();
        self.database
            .write(move |transaction| {
                Box::pin(async move {
                    stored.write(&leaves, transaction, &agency, event.time(), &event.id.to_string()).await?;
                    event.write(transaction, &agency).await
                })
            })
            .await?;
        self.woken.notify_one();
        if stamping.fetcher.is_some() {
            self.complete_new(number, &token, stamping).await;
        }
        Ok(of)
    }
}

/// The certificate of a token's authority.
pub(super) fn authority(token: &TimeStampToken) -> Result<kyso::pki::Certificate, Error> {
    token.authority().ok_or_else(|| Error::Damaged("a token doesn't say whose it is".into()))
}
