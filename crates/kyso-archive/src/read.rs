//! Reading what is kept. Rows are held against the record of their event: whatever was changed is an error, never an answer.

use kyso::crypto::same;
use uuid::Uuid;

use crate::archive::{Archive, blocking};
use crate::artifact::Artifact;
use crate::database::{Row, values};
use crate::error::Error;
use crate::log::{Hash, Tile, TileReader as _};
use crate::metadata::Answers;
use crate::parts::whole_part;
use crate::record::{self, Came, Record, Told as _, VersionAdded, sha256};
use crate::request::Name;
use crate::sequencing::{StoredTiles, entry};
use crate::store::Store;

/// A version with its event and its record; what follows says which.
macro_rules! versions {
    ($which:literal) => {
        concat!(
            "SELECT v.artifact, v.ordinal, v.object, v.start, v.length, v.sha256, v.bytes, e.id, e.kind, e.at, e.commitment, \
             r.salt, r.body, (SELECT count(*) FROM event n WHERE n.agency = v.agency AND n.artifact = v.artifact \
             AND n.kind = 'version.added') AS told FROM version v JOIN event e ON e.agency = v.agency AND e.id = v.event \
             JOIN record r ON r.agency = v.agency AND r.event = v.event WHERE v.agency = $1 AND ",
            $which
        )
    };
}
pub(crate) use versions;

/// The record of a version, and the row that it was held against.
pub(crate) fn version(row: &Row) -> Result<Record<VersionAdded>, Error> {
    let record: Record<VersionAdded> = record::read(row)?;
    let of = &record.of;
    let is_its_own = of.artifact.to_string() == row.text("artifact")?
        && of.version == row.ordinal("ordinal")?
        && of.object == row.text("object")?
        && of.start == row.count("start")?
        && of.length == row.count("length")?
        && of.sha256 == row.text("sha256")?
        && of.bytes == row.count("bytes")?;
    match is_its_own {
        true => Ok(record),
        false => {
            Err(Error::Damaged(format!("version {} of artifact {}: its row was changed", of.version, of.artifact)))
        }
    }
}

/// What is known of a version, from its record.
pub(crate) fn artifact(Record { at, of, .. }: &Record<VersionAdded>) -> Result<Artifact, Error> {
    Ok(Artifact {
        id: of.artifact,
        version: of.version,
        sha256: of.sha256.clone(),
        sha512: of.sha512.clone(),
        bytes: of.bytes,
        role: of.role,
        level: of.level.clone(),
        actor: of.actor.clone(),
        file_name: of.file_name.clone(),
        created: of
            .kept_at
            .as_ref()
            .unwrap_or(at)
            .parse()
            .map_err(|_| Error::Damaged(format!("artifact {}: its time is none", of.artifact)))?,
    })
}

/// The record of an artifact's newest version. Beside what [`version`] asks for, the row has in `told` how many events speak of
/// versions.
pub(crate) fn newest(row: &Row) -> Result<Record<VersionAdded>, Error> {
    let record = version(row)?;
    // Each version is an event's: an older one isn't handed out as the newest.
    match row.count("told")? == u64::from(record.of.version) + 1 {
        true => Ok(record),
        false => Err(Error::Damaged(format!("artifact {}: it has events of other versions", record.of.artifact))),
    }
}

/// The place of an event in the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    position: u64,
    /// The event's own hash, which its leaf has too.
    leaf: Hash,
    /// How many leaves the newest checkpoint covers.
    signed: u64,
}

impl Placed {
    /// By one row of both ([`by`](Self::by)).
    pub(crate) fn of(row: &Row) -> Result<Option<Self>, Error> {
        Self::by(row, row)
    }

    /// By the row of an event (`id`, `kind`, `at`, `commitment`), and that of its leaf (`position`, `hash`) with the `size` of the newest
    /// checkpoint; none where it waits for its place.
    fn by(event: &Row, leaf: &Row) -> Result<Option<Self>, Error> {
        let Some(position) = leaf.maybe_number("position")? else { return Ok(None) };
        let position = u64::try_from(position).map_err(|_| Error::Damaged("position is below zero".into()))?;
        let signed = leaf.maybe_number("size")?.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        let placed = Self { position, leaf: entry(event)?.leaf(), signed };
        if leaf.bytes("hash")? == placed.leaf.as_bytes() { Ok(Some(placed)) } else { Err(placed.damaged()) }
    }

    fn damaged(&self) -> Error {
        Error::Damaged(format!("leaf {} of the log is another event's", self.position))
    }

    /// The tile that was published with its hash; none before a checkpoint covers it.
    pub(crate) fn tile(&self) -> Option<Tile> {
        let index = self.position / 256;
        let width = self.signed.saturating_sub(index * 256).min(256);
        let tile = u16::try_from(width).ok().and_then(|width| Tile::new(0, index, width));
        tile.filter(|_| self.position < self.signed)
    }

    /// Holds it against that tile, where there is one: whoever changes a row and its record together would have to change the log too.
    pub(crate) fn demand(&self, published: Option<&[u8]>) -> Result<(), Error> {
        let Some(published) = published else { return Ok(()) };
        let at = usize::try_from(self.position % 256).map_err(Error::internal)?;
        match published.get(at * Hash::LENGTH..(at + 1) * Hash::LENGTH) {
            Some(hash) if hash == self.leaf.as_bytes() => Ok(()),
            _ => Err(self.damaged()),
        }
    }
}

impl Archive {
    /// What is known of the newest version of an artifact.
    ///
    /// # Errors
    /// [`Error::Damaged`] where what is there isn't what was kept; [`Error::Database`].
    pub async fn artifact(&self, id: Uuid) -> Result<Option<Artifact>, Error> {
        let last = versions!("v.artifact = $2 ORDER BY v.ordinal DESC LIMIT 1");
        let values = values![&self.agency, id.to_string()];
        let mut row = self.database.row(last, values.clone()).await?;
        if row.is_none() && self.is_told_of(id, VersionAdded::KIND).await? {
            self.demand_not_destroyed(id).await?;
            // It may have come to be kept since.
            row = self.database.row(last, values).await?;
            row.as_ref().ok_or_else(|| Error::Damaged(format!("artifact {id}: its versions are missing")))?;
        }
        let Some(row) = row else {
            self.demand_not_destroyed(id).await?;
            return Ok(None);
        };
        let record = newest(&row)?;
        self.demand_logged(&row).await?;
        artifact(&record).map(Some)
    }

    /// Holds an event against its place in the log, where it has one, and against the tile that was published of it.
    async fn demand_logged(&self, row: &Row) -> Result<(), Error> {
        let sql = "SELECT l.position, l.hash, (SELECT max(size) FROM checkpoint WHERE agency = $1) AS size \
                   FROM leaf l WHERE l.agency = $1 AND l.event = $2";
        let leaf = self.database.row(sql, values![&self.agency, row.text("id")?]).await?;
        let Some(placed) = leaf.as_ref().map_or(Ok(None), |leaf| Placed::by(row, leaf))? else { return Ok(()) };
        let tiles = StoredTiles(self.store.clone());
        // A tile that is gone is for the audit: what is kept can be read all the same.
        let published = blocking(move || Ok(placed.tile().and_then(|tile| tiles.tile(tile).ok()))).await?;
        match placed.demand(published.as_deref()) {
            Err(Error::Damaged(why)) => {
                self.demand_proved(placed.position, placed.leaf).await.map_err(|error| match error {
                    Error::Damaged(_) => Error::Damaged(why),
                    error => error,
                })
            }
            held => held,
        }
    }

    /// Where an event and a tile disagree: whether it's the event that the newest checkpoint covers, and so the tile that was changed.
    async fn demand_proved(&self, position: u64, leaf: Hash) -> Result<(), Error> {
        let newest = self.last_checkpoint().await?;
        let (checkpoint, _) = newest.ok_or_else(|| Error::Damaged("the log has no checkpoint".into()))?;
        self.path_to_root(position, leaf, &checkpoint).await.map(|_| ())
    }

    /// Whether there's an event of this kind about an artifact.
    pub(crate) async fn is_told_of(&self, id: Uuid, kind: &str) -> Result<bool, Error> {
        let sql = "SELECT id FROM event WHERE agency = $1 AND artifact = $2 AND kind = $3 LIMIT 1";
        Ok(self.database.row(sql, values![&self.agency, id.to_string(), kind]).await?.is_some())
    }

    /// Every version of an artifact, the first one first.
    ///
    /// # Errors
    /// As [`artifact`](Self::artifact).
    pub async fn versions(&self, id: Uuid) -> Result<Vec<Artifact>, Error> {
        self.versions_of(id).await?.iter().map(artifact).collect()
    }

    /// The records of every version of an artifact, which follow each other without a gap.
    pub(crate) async fn versions_of(&self, id: Uuid) -> Result<Vec<Record<VersionAdded>>, Error> {
        let all = versions!("v.artifact = $2 ORDER BY v.ordinal");
        let rows = self.database.rows(all, values![&self.agency, id.to_string()]).await?;
        if rows.is_empty() {
            self.demand_not_destroyed(id).await?;
        }
        let records = rows.iter().map(version).collect::<Result<Vec<_>, _>>()?;
        for row in &rows {
            self.demand_logged(row).await?;
        }
        let mut end = 0;
        for (ordinal, Record { of, .. }) in records.iter().enumerate() {
            if usize::try_from(of.version).is_ok_and(|version| version != ordinal) || of.start != end {
                return Err(Error::Damaged(format!("artifact {id}: version {ordinal} is missing")));
            }
            end = of.bytes;
        }
        let told = rows.first().map_or(Ok(0), |row| row.count("told"))?;
        match u64::try_from(records.len()).is_ok_and(|count| count == told) {
            true => Ok(records),
            false => Err(Error::Damaged(format!("artifact {id}: it has events of other versions"))),
        }
    }

    /// The versions whose bytes have this SHA-256 (lower-case hex), oldest first.
    ///
    /// # Errors
    /// As [`artifact`](Self::artifact).
    pub async fn by_sha256(&self, sha256: &str) -> Result<Vec<Artifact>, Error> {
        let same = versions!("v.sha256 = $2 ORDER BY v.created, v.artifact LIMIT 100");
        let rows = self.database.rows(same, values![&self.agency, sha256]).await?;
        let found = rows.iter().map(|row| artifact(&version(row)?)).collect::<Result<_, _>>()?;
        for row in &rows {
            self.demand_logged(row).await?;
        }
        Ok(found)
    }

    /// How many artifacts are kept: those that were destroyed aren't.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count(&self) -> Result<u64, Error> {
        let row = self.database.row(COUNT, values![&self.agency]).await?;
        row.map_or(Ok(0), |row| row.count("n"))
    }

    /// The verification report of the moment in which a version was kept: JSON, one
    /// [`FileReport`](crate::FileReport).
    ///
    /// # Errors
    /// [`Error::Damaged`] where it isn't the one that was kept; [`Error::Database`].
    pub async fn report(&self, artifact: &Artifact) -> Result<String, Error> {
        let damaged = |what: &str| {
            Error::Damaged(format!("the report on version {} of artifact {} {what}", artifact.version, artifact.id))
        };
        let one = versions!("v.artifact = $2 AND v.ordinal = $3");
        let row = self.database.row(one, values![&self.agency, artifact.id.to_string(), artifact.version]).await?;
        let row = match row {
            Some(row) => row,
            None => {
                self.demand_not_destroyed(artifact.id).await?;
                return Err(damaged("has no version"));
            }
        };
        let record = version(&row)?;
        self.demand_logged(&row).await?;
        let sql = "SELECT body FROM report WHERE agency = $1 AND artifact = $2 AND ordinal = $3";
        let row = self.database.row(sql, values![&self.agency, artifact.id.to_string(), artifact.version]).await?;
        let body = row.ok_or_else(|| damaged("is missing"))?.text("body")?;
        match same(sha256(body.as_bytes()).as_bytes(), record.of.report_sha256.as_bytes()) {
            true => Ok(body),
            false => Err(damaged("was changed")),
        }
    }

    /// The bytes of a version, hashed again.
    ///
    /// # Errors
    /// [`Error::Damaged`] and [`Error::Missing`] where the store no longer has what was kept.
    pub async fn bytes(&self, artifact: &Artifact) -> Result<Vec<u8>, Error> {
        let parts = self.versions_of(artifact.id).await?;
        let parts: Vec<_> = parts.into_iter().filter(|part| part.of.version <= artifact.version).collect();
        if parts.last().is_none_or(|last| last.of.version != artifact.version || last.of.sha256 != artifact.sha256) {
            return Err(Error::Damaged(format!("artifact {}: version {} isn't there", artifact.id, artifact.version)));
        }
        let (store, second, expected) = (self.store.clone(), self.second.clone(), artifact.clone());
        let (bytes, damaged) = blocking(move || {
            let mut damaged = Vec::new();
            let bytes = put_together(&store, second.as_ref(), &parts, &expected, &mut damaged);
            Ok((bytes, damaged))
        })
        .await?;
        for (of, state) in damaged {
            // An archive that is only read can't write it down; whoever writes will find it.
            self.found_damaged(&of, state).await.or_else(|error| match error {
                Error::ReadOnly => Ok(()),
                error => Err(error),
            })?;
        }
        bytes
    }

    /// The artifact that a request made, and whether what else was answered is what was kept then.
    pub(crate) async fn answer_of(
        &self,
        id: Uuid,
        name: &Name,
        digest: &str,
        answer: Option<&str>,
        is_sealed: bool,
    ) -> Result<Option<Artifact>, Error> {
        let first = versions!("v.artifact = $2 AND v.ordinal = 0");
        let row = self.database.row(first, values![&self.agency, id.to_string()]).await?;
        let Some(record) = row.as_ref().map(version).transpose()? else { return Ok(None) };
        let of = &record.of;
        let answers = Answers {
            request: name.as_str().to_owned(),
            request_digest: digest.to_owned(),
            answer_sha256: answer.map(|answer| sha256(answer.as_bytes())),
        };
        let is_its_own = of.request == answers.request
            && of.request_digest == answers.request_digest
            && of.answer_sha256 == answers.answer_sha256;
        // An archive of an earlier format kept the same bytes once, whatever the number of requests, and no digest of answers: a seal
        // says what they were when it was taken over.
        if is_its_own || of.came == Some(Came::Earlier) && is_sealed || self.is_answer(id, &answers).await? {
            return artifact(&record).map(Some);
        }
        Ok(None)
    }
}

/// The bytes of a version out of its parts, each of them whole. A part that isn't is taken from the second store, and named.
fn put_together(
    store: &Store,
    second: Option<&Store>,
    parts: &[Record<VersionAdded>],
    expected: &Artifact,
    damaged: &mut Vec<(VersionAdded, &'static str)>,
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected.bytes).unwrap_or_default().min(LARGEST_GUESS));
    for Record { of, .. } in parts {
        let part = whole(store, of).or_else(|error| {
            damaged.push((of.clone(), if matches!(error, Error::Missing(_)) { "missing" } else { "damaged" }));
            second.and_then(|second| whole_part(second, of).ok().flatten()).ok_or(error)
        })?;
        bytes.extend_from_slice(&part);
    }
    let is_whole = match parts {
        [Record { of, .. }] => of.part_sha256 == expected.sha256,
        _ => sha256(&bytes) == expected.sha256,
    };
    if !is_whole {
        return Err(Error::Damaged(format!("artifact {}: its parts don't make the file", expected.id)));
    }
    Ok(bytes)
}

/// A part as the store has it, if it's what was kept.
fn whole(store: &Store, of: &VersionAdded) -> Result<Vec<u8>, Error> {
    let part = store.get(&of.object)?.ok_or_else(|| Error::Missing(of.object.clone()))?;
    match sha256(&part) == of.part_sha256 {
        true => Ok(part),
        false => Err(Error::Damaged(format!("object {}: its bytes were changed", of.object))),
    }
}

const COUNT: &str = "SELECT count(*) AS n FROM artifact a WHERE a.agency = $1 AND NOT EXISTS \
     (SELECT 1 FROM destroyed d WHERE d.agency = a.agency AND d.artifact = a.id)";

/// How much memory is asked for on a row's word.
const LARGEST_GUESS: usize = 64 << 20;
