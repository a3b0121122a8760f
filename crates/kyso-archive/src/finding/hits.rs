//! The documents that the index names, each held against what is kept: a disk can change the index. Their rows come in a few
//! statements for all of them, and tiles of the log that several of them are in are read once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kyso::crypto::same;
use kyso_certification::metadata::Metadata;
use uuid::Uuid;

use super::statements::{DESCRIBED, KEPT, REPORTS};
use super::{Facts, Sought, signers};
use crate::archive::Archive;
use crate::artifact::Artifact;
use crate::database::{Row, Statement, values};
use crate::error::Error;
use crate::log::{Tile, TileReader as _};
use crate::metadata::described;
use crate::read::{Placed, artifact, newest};
use crate::record::sha256;
use crate::sequencing::StoredTiles;
use crate::several::each;

/// What the documents have to be.
pub(super) struct Wanted {
    pub(super) sought: Sought,
    /// The words of names, folded.
    pub(super) words: Vec<String>,
}

impl Wanted {
    /// Whether any document is wanted, whatever is said of it.
    fn is_anything(&self) -> bool {
        self.words.is_empty() && self.sought.asks_nothing_of_metadata()
    }

    /// Whether the words are known to be there: mostly the metadata have them all, and the report needn't be read.
    fn has_words_in(&self, facts: &Facts, is_described: bool) -> bool {
        self.words.is_empty() || is_described && facts.have(&self.words)
    }
}

/// The rows of a document that the index names.
struct Hit {
    id: Uuid,
    /// Its newest version.
    kept: Row,
    /// The newest of what is said of it; none where nothing is, or where no words are sought.
    said: Option<Row>,
}

/// A document that is what was kept.
struct Looked {
    artifact: Artifact,
    metadata: Option<Metadata>,
    /// Whether its metadata are what is sought, but for words.
    fits: bool,
    /// Whether it's known to have the words; else its report may have the others.
    has_words: bool,
    report_sha256: String,
}

/// Tiles that were published, as far as they could be read.
type Tiles = HashMap<Tile, Vec<u8>>;

impl Archive {
    /// Those of the documents that are what is wanted, in their order. What doesn't fit together at one look, for it was changed or destroyed
    /// meanwhile, or by whoever shouldn't, is looked at by itself.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a document isn't what was kept; [`Error::Database`].
    pub(super) async fn named_by_index(&self, ids: &[Uuid], wanted: &Arc<Wanted>) -> Result<Vec<Artifact>, Error> {
        let kept = self.rows_of(KEPT, ids).await?;
        let mut said = match wanted.is_anything() {
            true => HashMap::new(),
            false => self.rows_of(DESCRIBED, ids).await?,
        };
        let mut hits = Vec::with_capacity(kept.len());
        for (id, row) in kept {
            let said = said.remove(&id);
            // Who has something said of it, and no row of that, is looked at by itself.
            if wanted.is_anything() || said.is_some() || row.count("said")? == 0 {
                hits.push(Hit { id, kept: row, said });
            }
        }
        let tiles = self.tiles_of(&hits).await?;
        let sought = Arc::clone(wanted);
        let looked = each(hits, move |hit| (hit.id, hit.looked(&tiles, &sought))).await?;
        let mut looked: HashMap<Uuid, Result<Looked, Error>> = looked.into_iter().collect();
        let lacking = |one: &&Uuid| matches!(looked.get(*one), Some(Ok(one)) if one.fits && !one.has_words);
        let lacking: Vec<Uuid> = ids.iter().filter(lacking).copied().collect();
        let mut reports = self.rows_of(REPORTS, &lacking).await?;
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let one = match looked.remove(id).transpose()? {
                // The index said so, and the record doesn't.
                Some(Looked { fits: false, .. }) => None,
                Some(Looked { artifact, has_words: true, .. }) => Some(artifact),
                Some(looked) => match reports.remove(id) {
                    Some(report) => looked.by_report(&report, &wanted.words)?,
                    None => self.named_alone(*id, wanted).await?,
                },
                None => self.named_alone(*id, wanted).await?,
            };
            found.extend(one);
        }
        Ok(found)
    }

    /// The rows of a statement about documents, by their ids.
    async fn rows_of(&self, sql: Statement, ids: &[Uuid]) -> Result<HashMap<Uuid, Row>, Error> {
        let ids: BTreeSet<String> = ids.iter().map(Uuid::to_string).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let ids = serde_json::to_string(&ids).map_err(Error::internal)?;
        let rows = self.database.rows(sql.of(self.is_shared()), values![&self.agency, ids]).await?;
        // A row of no document that was asked for is none of its rows.
        let named = |row: Row| Some((Uuid::try_parse(&row.text("artifact").ok()?).ok()?, row));
        Ok(rows.into_iter().filter_map(named).collect())
    }

    /// The published tiles that the documents' leaves are in.
    async fn tiles_of(&self, hits: &[Hit]) -> Result<Arc<Tiles>, Error> {
        let placed = hits.iter().filter_map(|hit| Placed::of(&hit.kept).transpose());
        let wanted: BTreeSet<Tile> = placed.filter_map(|placed| placed.ok()?.tile()).collect();
        let store = self.store.clone();
        // A tile that is gone is for the audit: what is kept can be read all the same.
        let read =
            each(wanted.into_iter().collect(), move |tile| Some((tile, StoredTiles(store.clone()).tile(tile).ok()?)));
        Ok(Arc::new(read.await?.into_iter().flatten().collect()))
    }

    /// A document that the index names, by statements of its own; none where it isn't what is wanted.
    async fn named_alone(&self, id: Uuid, wanted: &Wanted) -> Result<Option<Artifact>, Error> {
        let found = match self.artifact(id).await {
            Ok(Some(artifact)) => {
                self.is_found_so(&artifact, wanted).await.map(|is_found| is_found.then_some(artifact))
            }
            Ok(None) => Err(Error::Damaged(format!("the index names artifact {id}, which isn't there"))),
            Err(error) => Err(error),
        };
        match found {
            // It was destroyed since the index was asked.
            Err(Error::Destroyed(_)) => Ok(None),
            found => found,
        }
    }

    /// Whether an artifact is what is wanted.
    async fn is_found_so(&self, artifact: &Artifact, wanted: &Wanted) -> Result<bool, Error> {
        if wanted.is_anything() {
            return Ok(true);
        }
        let metadata = self.metadata(artifact.id).await?.map(|described| described.metadata);
        let facts = Facts::of(&[], metadata.as_ref());
        // Mostly the metadata have all words, and the report needn't be read.
        if !wanted.sought.is_met_by(&facts) || wanted.has_words_in(&facts, metadata.is_some()) {
            return Ok(wanted.sought.is_met_by(&facts));
        }
        Ok(Facts::of(&signers(&self.report(artifact).await?), metadata.as_ref()).have(&wanted.words))
    }
}

impl Hit {
    /// Holds its rows against their records, and those against the log.
    fn looked(self, tiles: &Tiles, wanted: &Wanted) -> Result<Looked, Error> {
        let record = newest(&self.kept)?;
        if let Some(placed) = Placed::of(&self.kept)? {
            placed.demand(placed.tile().and_then(|tile| tiles.get(&tile)).map(Vec::as_slice))?;
        }
        let metadata = self.said.as_ref().map(|row| described(self.id, row)).transpose()?;
        let metadata = metadata.map(|described| described.metadata);
        let facts = Facts::of(&[], metadata.as_ref());
        let (fits, has_words) = (wanted.sought.is_met_by(&facts), wanted.has_words_in(&facts, metadata.is_some()));
        let artifact = artifact(&record)?;
        Ok(Looked { artifact, metadata, fits, has_words, report_sha256: record.of.report_sha256 })
    }
}

impl Looked {
    /// The document, where its report and its metadata have the words.
    fn by_report(self, row: &Row, words: &[String]) -> Result<Option<Artifact>, Error> {
        let report = row.text("report")?;
        if !same(sha256(report.as_bytes()).as_bytes(), self.report_sha256.as_bytes()) {
            let Artifact { id, version, .. } = self.artifact;
            return Err(Error::Damaged(format!("the report on version {version} of artifact {id} was changed")));
        }
        Ok(Facts::of(&signers(&report), self.metadata.as_ref()).have(words).then_some(self.artifact))
    }
}
