//! What artifacts are found by, held against what it follows from.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use uuid::Uuid;

use super::finding::{Fault, Subject};
use super::{PAGE, Progress, Run, next_key};
use crate::database::{Row, values};
use crate::error::Error;
use crate::finding::{FOUND_WORDS, Facts, INDEXED, INDEXED_ROWS, UNINDEXED, signers, whole_word};

/// For how many rows of SQLite's index their words are looked for at once. A word costs one look into the index of words, whatever the
/// number of rows that have it.
const TOGETHER: usize = 4096;

/// Rows of SQLite's index whose words are still to be looked for.
#[derive(Default)]
struct Wanted {
    /// The artifacts, by the numbers of their rows.
    artifacts: BTreeMap<i64, String>,
    /// The numbers of the rows that have to be found by a word.
    by_word: BTreeMap<String, Vec<i64>>,
}

impl Wanted {
    fn add(&mut self, row: i64, artifact: String, facts: &Facts) {
        for word in facts.each_word() {
            self.by_word.entry(word.to_owned()).or_default().push(row);
        }
        self.artifacts.insert(row, artifact);
    }
}

impl<P: Fn(Progress) + Send + Sync> Run<'_, P> {
    /// Looks at what artifacts are found by.
    pub(super) async fn index(&mut self) {
        if self.of.database.is_shared() {
            // The words stand in the rows.
            return self.index_by_artifact(INDEXED).await;
        }
        self.index_by_row().await;
        self.index_by_artifact(UNINDEXED).await;
    }

    async fn index_by_artifact(&mut self, sql: &'static str) {
        let mut after = vec![String::new()];
        loop {
            let rows = self.page("finding", sql, values![&self.of.agency, after.concat(), PAGE]).await;
            for row in &rows {
                let id = row.text("id").unwrap_or_default();
                let outcome = self.found_by(row, &id).and_then(|facts| match facts {
                    Some(facts) if !facts.words_are_in(row)? => Err(without_words()),
                    _ => Ok(()),
                });
                if let Err(error) = outcome {
                    self.index_changed(id, &error);
                }
            }
            match next_key(&rows, &["id"], &after) {
                Some(next) => after = next,
                None => return,
            }
        }
    }

    /// In the order of the rows' numbers, which is that of the index of words.
    async fn index_by_row(&mut self) {
        let (mut after, mut wanted) = (i64::MIN, Wanted::default());
        loop {
            let rows = self.page("finding", INDEXED_ROWS, values![&self.of.agency, after, PAGE]).await;
            for row in &rows {
                let id = row.text("id").unwrap_or_default();
                match self.found_by(row, &id).and_then(|facts| Ok(facts.zip(row.maybe_number("row")?))) {
                    Ok(Some((facts, number))) => wanted.add(number, id, &facts),
                    Ok(None) => {}
                    Err(error) => self.index_changed(id, &error),
                }
            }
            if wanted.artifacts.len() >= TOGETHER {
                self.words(std::mem::take(&mut wanted)).await;
            }
            match rows.last().map(|row| row.number("row")) {
                Some(Ok(last)) if last > after && rows.len() >= PAGE as usize => after = last,
                _ => break,
            }
        }
        self.words(wanted).await;
    }

    /// What an artifact has to be found by, where its row says the same; none where what it follows from isn't what was kept, which was
    /// told, or has gone.
    fn found_by(&self, row: &Row, id: &str) -> Result<Option<Facts>, Error> {
        Uuid::try_parse(id).map_err(|_| Error::Damaged("it's no id".into()))?;
        let Some(report) = row.maybe_text("report")? else { return Ok(None) };
        let metadata = row.maybe_text("metadata")?.map(|body| serde_json::from_str(&body));
        // What isn't metadata is told where it stands.
        let Ok(metadata) = metadata.transpose() else { return Ok(None) };
        if self.findings.is_bad(id) {
            return Ok(None);
        }
        if row.maybe_number("row")?.is_none() {
            return Err(Error::Damaged("it's missing".into()));
        }
        let facts = Facts::of(&signers(&report), metadata.as_ref());
        match facts.are_in(row)? && Facts::is_counted(row)? {
            true => Ok(Some(facts)),
            false => Err(Error::Damaged("it isn't what follows from what is kept".into())),
        }
    }

    /// Looks for the words of rows in the index of words.
    async fn words(&mut self, Wanted { artifacts, by_word }: Wanted) {
        let range = artifacts.first_key_value().zip(artifacts.last_key_value());
        let Some(((first, _), (last, _))) = range else { return };
        let mut lacking = BTreeSet::new();
        for (word, rows) in by_word {
            let values = values![whole_word(&word), *first, *last];
            let found = self.page("finding_words", FOUND_WORDS, values).await;
            let found = found.first().and_then(|row| row.text("rows").ok()).unwrap_or_default();
            let found: HashSet<i64> = found.split(',').filter_map(|row| row.parse().ok()).collect();
            lacking.extend(rows.into_iter().filter(|row| !found.contains(row)));
        }
        for row in lacking {
            let artifact = artifacts.get(&row).cloned().unwrap_or_default();
            self.index_changed(artifact, &without_words());
        }
    }

    fn index_changed(&mut self, artifact: String, error: &Error) {
        self.findings.problem(Fault::IndexChanged, Subject::row("finding", artifact), Some(error.to_string()));
    }
}

fn without_words() -> Error {
    Error::Damaged("its words aren't found".into())
}
