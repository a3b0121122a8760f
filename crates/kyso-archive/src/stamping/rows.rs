//! The tables of stamps: a row is held against the record of its event, and a stamp's leaves against its root.

use kyso::crypto::{DigestAlgorithm, hex, same};
use kyso::{TimeStampToken, Timestamp};
use serde::{Deserialize, Serialize};

use super::day::authority;
use super::object::TOKEN;
use super::{StampHow, Stamped};
use crate::archive::Archive;
use crate::clock::timestamp;
use crate::database::{Row, Transaction, values};
use crate::error::Error;
use crate::evidence::{HashTree, Stamp};
use crate::record::{self, Told, sha256};

/// A stamp was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct EvidenceStamped {
    pub(super) stamp: u32,
    /// What for: [`StampHow::name`].
    pub(super) how: String,
    /// Of which line of authorities; left out of the first.
    #[serde(default, skip_serializing_if = "is_first")]
    pub(super) line: u32,
    /// Of the hash tree.
    pub(super) algorithm: String,
    /// The tree's root.
    pub(super) root: String,
    /// SHA-256 of the token.
    pub(super) token_sha256: String,
    /// The time that the token states: RFC 3339, UTC.
    pub(super) time: String,
    pub(super) authority: String,
    pub(super) expires: String,
    pub(super) leaves: u64,
}

fn is_first(line: &u32) -> bool {
    *line == 0
}

impl Told for EvidenceStamped {
    const KIND: &'static str = "evidence.stamped";
}

/// What a stamp covers: one object, or one form of a stamp's token.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Leaf {
    pub(super) hash: Vec<u8>,
    pub(super) kind: String,
    pub(super) object: String,
    pub(super) ordinal: u32,
}

impl Leaf {
    /// Of a form of a stamp's token.
    pub(super) fn token(hash: Vec<u8>, stamp: u32, form: u32) -> Self {
        Self::tokens(hash, &[stamp], form)
    }

    /// Of a chain's tokens: which stamps, oldest first, and the form of the newest one's token. That of each other is the one that the
    /// next one covers.
    pub(super) fn tokens(hash: Vec<u8>, chain: &[u32], form: u32) -> Self {
        let object = chain.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        Self { hash, kind: TOKEN.to_owned(), object, ordinal: form }
    }

    /// The stamps whose tokens it's of, oldest first; none where it's of none.
    pub(super) fn chain(object: &str) -> Option<Vec<u32>> {
        object.split(',').map(|number| number.parse().ok()).collect()
    }
}

/// A stamp's row.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) of: Stamped,
    pub(super) root: Vec<u8>,
    pub(super) token: Vec<u8>,
}

/// A stamp with the event and the record that it's held against; what follows says which.
macro_rules! stamps {
    ($which:literal) => {
        concat!(
            "SELECT s.number, s.how, s.line, s.algorithm, s.root, s.token, s.time, s.authority, s.expires, s.leaves, e.id, e.kind, e.at, \
             e.commitment, r.salt, r.body FROM stamp s JOIN event e ON e.agency = s.agency AND e.id = s.event \
             JOIN record r ON r.agency = s.agency AND r.event = s.event WHERE s.agency = $1 AND ",
            $which
        )
    };
}

/// The algorithm of this name.
pub(super) fn digest_named(name: &str) -> Option<DigestAlgorithm> {
    DigestAlgorithm::ALL.into_iter().find(|digest| digest.name() == name)
}

pub(super) fn how_named(name: &str) -> Option<StampHow> {
    [StampHow::First, StampHow::TimeStamp, StampHow::HashTree].into_iter().find(|how| how.name() == name)
}

fn stored(row: &Row) -> Result<Stored, Error> {
    let number = row.ordinal("number")?;
    let damaged = |what: &str| Error::Damaged(format!("stamp {number}: {what}"));
    let record = record::read::<EvidenceStamped>(row)?.of;
    let (root, token) = (row.bytes("root")?, row.bytes("token")?);
    let of = Stamped {
        number,
        how: how_named(&row.text("how")?).ok_or_else(|| damaged("it's of no kind"))?,
        line: row.ordinal("line")?,
        digest: digest_named(&row.text("algorithm")?).ok_or_else(|| damaged("its algorithm is none"))?,
        time: timestamp(row.number("time")?)?,
        authority: row.text("authority")?,
        expires: timestamp(row.number("expires")?)?,
        leaves: row.count("leaves")?,
    };
    let is_its_own = record.stamp == number
        && record.how == of.how.name()
        && record.line == of.line
        && record.algorithm == of.digest.name()
        && record.root == hex(&root)
        && same(record.token_sha256.as_bytes(), sha256(&token).as_bytes())
        && record.time == of.time.to_string()
        && record.authority == of.authority
        && record.expires == of.expires.to_string()
        && record.leaves == of.leaves;
    if is_its_own { Ok(Stored { of, root, token }) } else { Err(damaged("its row was changed")) }
}

impl Stored {
    /// What the record of its event says.
    pub(super) fn told(&self) -> EvidenceStamped {
        EvidenceStamped {
            stamp: self.of.number,
            how: self.of.how.name().to_owned(),
            line: self.of.line,
            algorithm: self.of.digest.name().to_owned(),
            root: hex(&self.root),
            token_sha256: sha256(&self.token),
            time: self.of.time.to_string(),
            authority: self.of.authority.clone(),
            expires: self.of.expires.to_string(),
            leaves: self.of.leaves,
        }
    }

    /// Writes the row and those of its leaves, which are sorted.
    pub(super) async fn write(
        &self,
        leaves: &[Leaf],
        transaction: &mut Transaction,
        agency: &str,
        made: i64,
        event: &str,
    ) -> Result<(), Error> {
        let of = &self.of;
        let token = TimeStampToken::parse(&self.token).map_err(Error::internal)?;
        let sql = "INSERT INTO stamp (agency, number, how, algorithm, root, token, time, authority, expires, leaves, made, event, \
                   certificate, line) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        let values = values![
            agency,
            of.number,
            of.how.name(),
            of.digest.name(),
            self.root.as_slice(),
            self.token.as_slice(),
            of.time.as_microsecond(),
            &of.authority,
            of.expires.as_microsecond(),
            i64::try_from(of.leaves).map_err(Error::internal)?,
            made,
            event,
            sha256(authority(&token)?.der()),
            of.line,
        ];
        transaction.run(sql, values).await?;
        let sql = "INSERT INTO stamp_leaf (agency, stamp, position, hash, kind, object, ordinal) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7)";
        for (position, leaf) in (0_i64..).zip(leaves) {
            let hash = leaf.hash.as_slice();
            let values = values![agency, of.number, position, hash, &leaf.kind, &leaf.object, leaf.ordinal];
            transaction.run(sql, values).await?;
        }
        Ok(())
    }
}

impl Archive {
    /// A stamp's row.
    pub(super) async fn stamp_row(&self, number: u32) -> Result<Stored, Error> {
        let row = self.database.row(stamps!("s.number = $2"), values![&self.agency, number]).await?;
        stored(&row.ok_or_else(|| Error::Damaged(format!("stamp {number} is missing")))?)
    }

    /// What a stamp is for.
    pub(super) async fn how_of(&self, number: u32) -> Result<StampHow, Error> {
        let sql = "SELECT how FROM stamp WHERE agency = $1 AND number = $2";
        let row = self.database.row(sql, values![&self.agency, number]).await?;
        let how = row.map(|row| row.text("how")).transpose()?.and_then(|name| how_named(&name));
        how.ok_or_else(|| Error::Damaged(format!("stamp {number} is missing, or of no kind")))
    }

    /// The numbers of all stamps, in their order.
    pub(super) async fn stamp_numbers(&self) -> Result<Vec<u32>, Error> {
        let sql = "SELECT number FROM stamp WHERE agency = $1 ORDER BY number";
        self.database.rows(sql, values![&self.agency]).await?.iter().map(|row| row.ordinal("number")).collect()
    }

    /// The stamps that were made, oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a row isn't what was written; [`Error::Database`].
    pub async fn stamps(&self) -> Result<Vec<Stamped>, Error> {
        let mut all = Vec::new();
        for number in self.stamp_numbers().await? {
            all.push(self.stamp_row(number).await?.of);
        }
        Ok(all)
    }

    /// A stamp's leaves, in their order.
    pub(super) async fn leaves_of(&self, number: u32) -> Result<Vec<Leaf>, Error> {
        let sql =
            "SELECT hash, kind, object, ordinal FROM stamp_leaf WHERE agency = $1 AND stamp = $2 ORDER BY position";
        let rows = self.database.rows(sql, values![&self.agency, number]).await?;
        let leaf = |row: &Row| {
            let (hash, ordinal) = (row.bytes("hash")?, row.ordinal("ordinal")?);
            Ok(Leaf { hash, kind: row.text("kind")?, object: row.text("object")?, ordinal })
        };
        rows.iter().map(leaf).collect()
    }

    /// A form of a stamp's token: 0 is the token as it came.
    pub(super) async fn token_of(&self, stored: &Stored, form: u32) -> Result<Vec<u8>, Error> {
        if form == 0 {
            return Ok(stored.token.clone());
        }
        let number = stored.of.number;
        let sql = "SELECT token FROM stamp_material WHERE agency = $1 AND stamp = $2 AND form = $3";
        let row = self.database.row(sql, values![&self.agency, number, form]).await?;
        row.ok_or_else(|| Error::Damaged(format!("form {form} of the token of stamp {number} is missing")))?
            .bytes("token")
    }

    /// The newest form of a stamp's token.
    pub(super) async fn newest_form(&self, number: u32) -> Result<u32, Error> {
        let sql = "SELECT coalesce(max(form), 0) AS form FROM stamp_material WHERE agency = $1 AND stamp = $2";
        self.database.row(sql, values![&self.agency, number]).await?.map_or(Ok(0), |row| row.ordinal("form"))
    }

    /// A stamp with a form of its token, ready to make records of, and its leaves: they have to make the root that was stamped.
    pub(super) async fn whole_stamp(&self, number: u32, form: u32) -> Result<(Stored, Stamp, Vec<Leaf>), Error> {
        let stored = self.stamp_row(number).await?;
        let token = self.token_of(&stored, form).await?;
        self.whole_with(stored, token).await
    }

    /// A stamp that nothing renews, with all that is known of its authority in its token.
    pub(super) async fn newest_stamp(&self, number: u32) -> Result<(Stored, Stamp, Vec<Leaf>), Error> {
        let stored = self.stamp_row(number).await?;
        let form = self.newest_form(number).await?;
        let mut token = self.token_of(&stored, form).await?;
        if form == 0 {
            let damaged = |error: kyso::Error| Error::Damaged(format!("stamp {number}: {error}"));
            let bare = TimeStampToken::parse(&token).map_err(damaged)?;
            if let Some(known) = self.known_of(&bare).await? {
                token = bare.with_material(&known).map_err(damaged)?.der().to_vec();
            }
        }
        self.whole_with(stored, token).await
    }

    async fn whole_with(&self, stored: Stored, token: Vec<u8>) -> Result<(Stored, Stamp, Vec<Leaf>), Error> {
        let number = stored.of.number;
        let leaves = self.leaves_of(number).await?;
        let damaged = |what: String| Error::Damaged(format!("stamp {number}: {what}"));
        if u64::try_from(leaves.len()).ok() != Some(stored.of.leaves) {
            return Err(damaged("it hasn't as many leaves as it was made with".into()));
        }
        let hashes = leaves.iter().map(|leaf| leaf.hash.clone()).collect();
        let stamp = Stamp::new(stored.of.digest, hashes, token).map_err(|error| damaged(error.to_string()))?;
        Ok((stored, stamp, leaves))
    }
}

/// The tree over leaves, which are put in order.
pub(super) fn tree(digest: DigestAlgorithm, leaves: &mut [Leaf]) -> Result<HashTree, Error> {
    leaves.sort_unstable();
    let hashes = leaves.iter().map(|leaf| leaf.hash.clone()).collect();
    HashTree::new(digest, hashes).ok_or_else(|| Error::Internal("the leaves of a stamp make no tree".into()))
}

/// A time as rows have it: whole microseconds.
pub(super) fn in_microseconds(time: Timestamp) -> Result<Timestamp, Error> {
    timestamp(time.as_microsecond())
}
