//! What lies in the store: objects that no row speaks of, files where none belong.

use super::finding::{Fault, Subject};
use super::{Progress, Run, Stage};
use crate::archive::blocking;
use crate::database::values;
use crate::error::Error;
use crate::is_own_name;
use crate::log::{Bundle, Tile};
use crate::manifest::RECORDS;
use crate::sequencing::CHECKPOINT;

/// How deep the log's directories are at most: `log/tile/entries/x001/…` of 63 bits.
const DEEPEST: usize = 12;

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at every name in the store.
    pub(super) async fn files(&mut self) -> Result<(), Error> {
        if self.of.store.walk("").is_some() {
            return self.listed().await;
        }
        let objects = self.names("o").await;
        let drafts = self.names("d").await;
        self.begin(
            Stage::Files,
            u64::try_from(objects.len() + drafts.len()).map_err(Error::internal)?.saturating_add(1),
        );
        for (name, is_directory) in self.names("").await {
            if !is_own_name(&name) {
                let path = if is_directory { format!("{name}/") } else { name };
                self.findings.note(Fault::FileUnknown, Subject::file(path), None);
            }
        }
        for (shard, is_directory) in objects {
            self.shard("o", &shard, is_directory).await?;
            self.step(1);
        }
        for (shard, is_directory) in drafts {
            self.shard("d", &shard, is_directory).await?;
            self.step(1);
        }
        self.logs().await?;
        self.step(1);
        Ok(())
    }

    /// The names in a directory; none, and a finding, where it can't be read.
    pub(super) async fn names(&mut self, directory: &str) -> Vec<(String, bool)> {
        let (store, path) = (self.of.store.clone(), directory.to_owned());
        match blocking(move || store.names_in(&path)).await {
            Ok(names) => names,
            Err(error) => {
                self.findings.problem(Fault::FileUnreadable, Subject::file(directory), Some(error.to_string()));
                Vec::new()
            }
        }
    }

    async fn shard(&mut self, kind: &str, shard: &str, is_directory: bool) -> Result<(), Error> {
        let path = format!("{kind}/{shard}");
        if !is_directory || !is_shard(shard) {
            self.findings.problem(Fault::FileUnknown, Subject::file(path), None);
            return Ok(());
        }
        let mut found = Vec::new();
        for (name, is_directory) in self.names(&path).await {
            let path = format!("{path}/{name}");
            match name.starts_with(shard) && !is_directory {
                true => found.push((name, path)),
                false => self.findings.problem(Fault::FileUnknown, Subject::file(path), None),
            }
        }
        match kind {
            "d" => self.draft_files(found).await,
            _ => self.stored(found).await,
        }
    }

    /// The log's files. Those of signed sizes were looked at with the log; others begin as the full ones do.
    async fn logs(&mut self) -> Result<(), Error> {
        let mut directories = vec![(String::from("log"), 0)];
        while let Some((directory, depth)) = directories.pop() {
            let mut manifests = Vec::new();
            for (name, is_directory) in self.names(&directory).await {
                let path = format!("{directory}/{name}");
                match is_directory {
                    true if depth < DEEPEST => directories.push((path, depth + 1)),
                    true => self.findings.problem(Fault::FileUnknown, Subject::file(path), None),
                    false if path.starts_with(RECORDS) => manifests.push((path.clone(), path)),
                    // The checkpoint was looked at with the log.
                    false if path == CHECKPOINT => {}
                    false => self.log_file(path).await?,
                }
            }
            self.stored(manifests).await?;
        }
        Ok(())
    }

    /// A tile or a bundle.
    pub(super) async fn log_file(&mut self, path: String) -> Result<(), Error> {
        let own = path.strip_prefix("log/").unwrap_or(&path).to_owned();
        let (tile, bundle) = (Tile::from_path(&own), Bundle::from_path(&own));
        let end = match (tile, bundle) {
            (Some(tile), _) => tile.nodes().last().and_then(crate::log::Node::end),
            (_, Some(bundle)) => Some(bundle.first() + u64::from(bundle.width())),
            _ => None,
        };
        let Some(end) = end else {
            self.findings.problem(Fault::FileUnknown, Subject::file(path), None);
            return Ok(());
        };
        if end > self.leaves {
            // A service that is at work has gone on meanwhile.
            let sql = "SELECT coalesce(max(position) + 1, 0) AS n FROM leaf WHERE agency = $1";
            if self.number("leaf", sql).await < end {
                let detail = Some("it's about leaves that the log hasn't".to_owned());
                self.findings.problem(Fault::FileUnknown, Subject::file(path), detail);
            }
            return Ok(());
        }
        if let Some(bundle) = bundle.filter(|bundle| bundle.width() < 256) {
            let size = i64::try_from(bundle.first() + u64::from(bundle.width())).map_err(Error::internal)?;
            let sql = "SELECT size FROM checkpoint WHERE agency = $1 AND size = $2";
            if self.page("checkpoint", sql, values![&self.of.agency, size]).await.is_empty() {
                self.findings.note(Fault::TileUnsigned, Subject::file(&*path), Some(format!("{size} leaves")));
            }
        }
        // The bundle's entries and the tile's hashes are those of the full file, as far as they go.
        let full = match (tile, bundle) {
            (Some(tile), _) if !tile.is_full() => Tile::new(tile.level(), tile.index(), 256).map(Tile::path),
            (_, Some(bundle)) if bundle.width() < 256 => Bundle::new(bundle.index(), 256).map(Bundle::path),
            _ => return Ok(()),
        };
        let (store, own) = (self.of.store.clone(), path.clone());
        let is_alike = blocking(move || {
            let full = full.map(|full| store.get(&format!("log/{full}"))).transpose()?.flatten();
            let (Some(full), Some(own)) = (full, store.get(&own)?) else { return Ok(true) };
            Ok(full.starts_with(&own))
        });
        let is_alike = is_alike.await;
        let fault = if tile.is_some() { Fault::TileChanged } else { Fault::BundleChanged };
        match is_alike {
            Ok(true) => {}
            Ok(false) if self.findings.has(fault, &Subject::file(&*path)) => {}
            Ok(false) => {
                self.findings.problem(fault, Subject::file(path), Some("it isn't as its full one begins".into()))
            }
            Err(error) => self.findings.problem(Fault::FileUnreadable, Subject::file(path), Some(error.to_string())),
        }
        Ok(())
    }
}

/// Whether a directory's name is the beginning of names in hex.
pub(super) fn is_shard(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}
