//! Rows from one database into another, whichever they are, and whether they're the same rows.

use std::collections::HashSet;

use kyso::crypto::DigestAlgorithm;

use super::tables::{Kind, Table};
use crate::archive::blocking;
use crate::database::{Database, Row, Transaction, Value, values};
use crate::error::Error;
use crate::store::Store;

/// How many rows share a transaction.
pub(crate) const BATCH: u32 = 1000;

/// How many rows a table has, and what they say together, in whichever order they come: their digests, added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) rows: u64,
    digests: [u64; 4],
}

impl Sum {
    fn add(&mut self, values: &[Value], without: Option<usize>) {
        let mut hasher = DigestAlgorithm::Sha256.hasher();
        for (_, value) in values.iter().enumerate().filter(|(place, _)| Some(*place) != without) {
            let (kind, bytes): (u8, Option<Vec<u8>>) = match value {
                Value::Number(number) => (1, number.map(|number| number.to_be_bytes().to_vec())),
                Value::Text(text) => (2, text.as_ref().map(|text| text.as_bytes().to_vec())),
                Value::Bytes(bytes) => (3, bytes.clone()),
            };
            // What isn't there is of no length.
            let length = bytes.as_ref().map_or(u64::MAX, |bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX - 1));
            hasher.update(&[kind]);
            hasher.update(&length.to_be_bytes());
            hasher.update(&bytes.unwrap_or_default());
        }
        self.rows = self.rows.saturating_add(1);
        let digest = hasher.finish();
        for (sum, part) in self.digests.iter_mut().zip(digest.chunks_exact(8)) {
            let part: [u8; 8] = part.try_into().unwrap_or_default();
            *sum = sum.wrapping_add(u64::from_be_bytes(part));
        }
    }
}

/// A way through the rows of a table, page by page.
struct Pages {
    table: &'static Table,
    agency: String,
    after: Vec<Value>,
    is_over: bool,
}

impl Pages {
    fn of(table: &'static Table, agency: &str) -> Self {
        Self { table, agency: agency.to_owned(), after: table.before_all(), is_over: false }
    }

    /// The next rows; none behind the last.
    async fn next(&mut self, from: &mut Transaction) -> Result<Vec<Vec<Value>>, Error> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let mut values = values![&self.agency];
        values.extend(self.after.iter().cloned());
        values.extend(values![BATCH]);
        let rows = from.rows(self.table.read, values).await?;
        let rows: Vec<Vec<Value>> = rows.iter().map(|row: &Row| self.table.values(row)).collect::<Result<_, _>>()?;
        self.is_over = rows.len() < usize::try_from(BATCH).map_err(Error::internal)?;
        if let Some(last) = rows.last() {
            self.after = last.iter().take(self.table.key).cloned().collect();
        }
        Ok(rows)
    }
}

/// How many rows a table has, and what they say.
pub(crate) async fn sum(table: &'static Table, from: &mut Transaction, agency: &str) -> Result<Sum, Error> {
    let (mut pages, mut sum) = (Pages::of(table, agency), Sum::default());
    loop {
        let rows = pages.next(from).await?;
        if rows.is_empty() {
            return Ok(sum);
        }
        rows.iter().for_each(|row| sum.add(row, table.of_store()));
    }
}

/// Where rows go.
pub(crate) struct Into<'a> {
    pub(crate) database: &'a Database,
    pub(crate) agency: &'a str,
    /// The store whose word for an object's version is written with its row; without one, none is.
    pub(crate) store: Option<&'a Store>,
}

/// Carries the rows of a table, a batch a transaction; what they come to. Rows that are there already stay; of a queue, those go that
/// have gone in the source.
pub(crate) async fn carry(
    table: &'static Table,
    from: &mut Transaction,
    agency: &str,
    into: &Into<'_>,
    mut told: impl FnMut(u64),
) -> Result<Sum, Error> {
    let (mut pages, mut sum) = (Pages::of(table, agency), Sum::default());
    loop {
        let mut rows = pages.next(from).await?;
        if rows.is_empty() {
            break;
        }
        rows.iter().for_each(|row| sum.add(row, table.of_store()));
        name_versions(table, &mut rows, from, agency, into.store).await?;
        let count = u64::try_from(rows.len()).map_err(Error::internal)?;
        let to = into.agency.to_owned();
        let written = into.database.write(move |transaction| {
            Box::pin(async move {
                for row in rows {
                    let mut values = values![&to];
                    values.extend(row);
                    transaction.run(table.write, values).await?;
                }
                Ok(())
            })
        });
        written.await?;
        told(count);
    }
    if table.kind == Kind::Queue {
        forget_gone(table, from, agency, into).await?;
    }
    Ok(sum)
}

/// Puts what the target's store calls the version of each part in place of what the source's did. A part of a destroyed document has
/// none: its row stays, and nothing lies in any store.
async fn name_versions(
    table: &'static Table,
    rows: &mut [Vec<Value>],
    from: &mut Transaction,
    agency: &str,
    store: Option<&Store>,
) -> Result<(), Error> {
    let Some(place) = table.of_store() else { return Ok(()) };
    let column = |wanted: &str| table.columns.iter().position(|(name, _)| *name == wanted);
    let text = |row: &Vec<Value>, column: Option<usize>| match column.and_then(|column| row.get(column)) {
        Some(Value::Text(Some(text))) => Ok(text.clone()),
        _ => Err(Error::Damaged(format!("a row of {} names no object", table.name))),
    };
    let (object, artifact) = (column("object"), column("artifact"));
    let mut named = Vec::with_capacity(rows.len());
    for row in rows.iter() {
        named.push((text(row, artifact)?, text(row, object)?));
    }
    let versions = match store.cloned() {
        None => vec![None; named.len()],
        Some(store) => {
            let destroyed = destroyed_of(&named, from, agency).await?;
            let there = move |(artifact, name): &(String, String)| {
                if destroyed.contains(artifact) {
                    return Ok(None);
                }
                match store.version(name) {
                    // Which of the two stores has lost it, whoever is told has to know.
                    Err(Error::Missing(name)) => Err(Error::Missing(format!("{name} ({})", store.shown()))),
                    version => version,
                }
            };
            blocking(move || named.iter().map(there).collect()).await?
        }
    };
    for (row, version) in rows.iter_mut().zip(versions) {
        if let Some(value) = row.get_mut(place) {
            *value = Value::Text(version);
        }
    }
    Ok(())
}

/// Which of these documents, which are in their order, were destroyed.
async fn destroyed_of(
    named: &[(String, String)],
    from: &mut Transaction,
    agency: &str,
) -> Result<HashSet<String>, Error> {
    let (Some((first, _)), Some((last, _))) = (named.first(), named.last()) else { return Ok(HashSet::new()) };
    let sql = "SELECT artifact FROM destroyed WHERE agency = $1 AND artifact >= $2 AND artifact <= $3";
    from.rows(sql, values![agency, first, last]).await?.iter().map(|row| row.text("artifact")).collect()
}

/// Takes away the rows of a queue that the source hasn't got any more: an attempt that was cut off had brought them.
async fn forget_gone(
    table: &'static Table,
    from: &mut Transaction,
    agency: &str,
    into: &Into<'_>,
) -> Result<(), Error> {
    let Some(forget) = table.forget else { return Ok(()) };
    let mut there = into.database.reading().await?;
    let mut pages = Pages::of(table, into.agency);
    let mut gone = Vec::new();
    loop {
        let rows = pages.next(&mut there).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let key: Vec<Value> = row.into_iter().take(table.key).collect();
            if !has(table, from, agency, &key).await? {
                gone.push(key);
            }
        }
    }
    there.run("COMMIT", values![]).await?;
    let to = into.agency.to_owned();
    let written = into.database.write(move |transaction| {
        Box::pin(async move {
            for key in gone {
                let mut values = values![&to];
                values.extend(key);
                transaction.run(forget, values).await?;
            }
            Ok(())
        })
    });
    written.await
}

/// Whether a queue of the source has a row of this key.
async fn has(table: &'static Table, from: &mut Transaction, agency: &str, key: &[Value]) -> Result<bool, Error> {
    let sql = match table.name {
        "leaf_pending" => "SELECT event FROM leaf_pending WHERE agency = $1 AND at = $2 AND event = $3",
        "outbox" => "SELECT event FROM outbox WHERE agency = $1 AND event = $2",
        "draft" => "SELECT id FROM draft WHERE agency = $1 AND id = $2",
        other => return Err(Error::Internal(format!("{other} is no queue"))),
    };
    let mut values = values![agency];
    values.extend(key.iter().cloned());
    Ok(from.row(sql, values).await?.is_some())
}
