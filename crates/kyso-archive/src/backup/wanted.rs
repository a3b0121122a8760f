//! What a backup consists of: the objects that the snapshot's rows name, and the log of its checkpoint.

use crate::archive::{Archive, blocking};
use crate::database::values;
use crate::destruction::{self, statement};
use crate::error::Error;
use crate::identity;
use crate::log::{Bundle, Checkpoint, Tile};
use crate::manifest::RECORDS;
use crate::read::{version, versions};
use crate::record::sha256;
use crate::request::Name;
use crate::store::{self, place};

/// What else an archive's store may have: time-stamps over the log, objects that were put aside, what was destroyed.
const OTHERS: [&str; 3] = ["stamp", "quarantine", "destroyed"];

/// A file that is to be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Its path in the store.
    pub(super) path: String,
    /// SHA-256, where a row has it.
    pub(super) sha256: Option<String>,
    /// It may have gone since, and nothing is amiss.
    pub(super) fleeting: bool,
    /// What it is where the store hasn't got it yet: the rows say so.
    pub(super) by_rows: Option<Vec<u8>>,
}

impl Wanted {
    fn new(path: String, sha256: Option<String>) -> Self {
        Self { path, sha256, fleeting: false, by_rows: None }
    }
}

impl Archive {
    /// What a snapshot, which this is opened over, names.
    pub(super) async fn wanted(&self, checkpoint: Option<&Checkpoint>) -> Result<Vec<Wanted>, Error> {
        let mut wanted = vec![Wanted::new(identity::OBJECT.to_owned(), None)];
        self.want_versions(&mut wanted).await?;
        self.want_records(&mut wanted).await?;
        self.want_open(&mut wanted).await?;
        let size = checkpoint.map_or(0, Checkpoint::size);
        wanted.extend(Tile::of_tree(size).map(|tile| Wanted::new(format!("log/{}", tile.path()), None)));
        wanted.extend(Bundle::grown(0, size).map(|bundle| Wanted::new(format!("log/{}", bundle.path()), None)));
        self.want_edges(size, &mut wanted).await?;
        let store = self.store.clone();
        let others = blocking(move || {
            let mut others = Vec::new();
            for directory in OTHERS {
                others.extend(store.under(directory)?);
            }
            Ok(others)
        });
        let others = others.await?;
        self.want_statements(&others, &mut wanted).await?;
        wanted.extend(others.into_iter().map(|path| Wanted::new(path, None)));
        Ok(wanted)
    }

    /// The statements of destructions that were begun and have none in the store yet: whoever carries one out may have been cut off between
    /// the two. Without its statement an older backup would bring back what it destroyed.
    async fn want_statements(&self, there: &[String], wanted: &mut Vec<Wanted>) -> Result<(), Error> {
        for number in destruction::rows::begun(&self.database, &self.agency).await? {
            let path = statement::object(number);
            if !there.contains(&path) {
                let bytes = self.statement(number).await?;
                let sha256 = Some(sha256(&bytes));
                wanted.push(Wanted { path, sha256, fleeting: false, by_rows: Some(bytes) });
            }
        }
        Ok(())
    }

    /// The partial tiles and bundles of earlier checkpoints, by which earlier receipts are made. Once a tile is full they may be gone.
    async fn want_edges(&self, newest: u64, wanted: &mut Vec<Wanted>) -> Result<(), Error> {
        let sql = "SELECT size FROM checkpoint WHERE agency = $1 ORDER BY size";
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let size = row.count("size")?;
            if size >= newest {
                break;
            }
            let bundle = u16::try_from(size % 256).ok().and_then(|width| Bundle::new(size / 256, width));
            let paths = Tile::edge(size).map(Tile::path).chain(bundle.map(Bundle::path));
            wanted.extend(paths.map(|path| Wanted {
                path: format!("log/{path}"),
                sha256: None,
                fleeting: true,
                by_rows: None,
            }));
        }
        Ok(())
    }

    /// The parts of every version, with their digests, and their manifests.
    async fn want_versions(&self, wanted: &mut Vec<Wanted>) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            let sql = versions!("v.object > $2 ORDER BY v.object LIMIT 512");
            let rows = self.database.rows(sql, values![&self.agency, &after]).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.text("object")?;
            for row in &rows {
                let of = version(row)?.of;
                wanted.push(Wanted::new(place(&of.object), Some(of.part_sha256)));
                if self.is_written(&row.text("id")?).await? {
                    wanted.push(Wanted::new(place(&format!("{}.json", of.object)), None));
                }
            }
        }
    }

    /// The manifests of everything else that happened.
    async fn want_records(&self, wanted: &mut Vec<Wanted>) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            let sql = "SELECT e.id, m.revision, a.request FROM event e JOIN record r ON r.agency = e.agency AND r.event = e.id \
                       LEFT JOIN artifact a ON a.agency = e.agency AND a.id = e.artifact \
                       LEFT JOIN metadata m ON m.agency = e.agency AND m.artifact = e.artifact AND m.event = e.id \
                       WHERE e.agency = $1 AND e.id > $2 AND e.kind <> 'version.added' ORDER BY e.id LIMIT 512";
            let rows = self.database.rows(sql, values![&self.agency, &after]).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.text("id")?;
            for row in &rows {
                let id = row.text("id")?;
                if !self.is_written(&id).await? {
                    continue;
                }
                let path = match (row.maybe_text("request")?, row.maybe_number("revision")?) {
                    (Some(request), Some(revision)) => place(&format!("{request}.m{revision}.json")),
                    _ => crate::manifest::other(&id),
                };
                debug_assert!(path.starts_with("o/") || path.starts_with(RECORDS), "{path}");
                wanted.push(Wanted::new(path, None));
            }
        }
    }

    /// Whether an event's manifest was in the store when the snapshot was made.
    async fn is_written(&self, event: &str) -> Result<bool, Error> {
        let sql = "SELECT event FROM outbox WHERE agency = $1 AND event = $2";
        Ok(self.database.row(sql, values![&self.agency, event]).await?.is_none())
    }

    /// What was made for requests that aren't done, and drafts.
    async fn want_open(&self, wanted: &mut Vec<Wanted>) -> Result<(), Error> {
        let sql = "SELECT name FROM request WHERE agency = $1 AND state = 'claimed'";
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let path = place(&Name::of_row(row.text("name")?)?.part(0));
            wanted.push(Wanted { path, sha256: None, fleeting: true, by_rows: None });
        }
        let sql = "SELECT id, sha256 FROM draft WHERE agency = $1";
        for row in self.database.rows(sql, values![&self.agency]).await? {
            let (path, sha256) = (place(&store::draft(&row.text("id")?)), row.text("sha256")?);
            wanted.push(Wanted { path, sha256: Some(sha256), fleeting: true, by_rows: None });
        }
        Ok(())
    }
}
