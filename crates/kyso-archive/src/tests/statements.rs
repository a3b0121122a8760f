//! Every statement of this crate is one that both databases take.

use std::path::Path;

use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Executor as _, SqlSafeStr as _};

use super::{Place, archive};

/// The statements that stand in the sources: string literals that begin as one.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 90, "{} statements", found.len());
    found
}

fn read(path: &Path, found: &mut Vec<(String, String)>) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    // The databases' own, those that differ (below), those of a catalogue, those about an earlier format's file, and tests.
    if ["database", "finding", "opening.rs", "differing.rs", "tests", "earlier.rs", "tests.rs"].contains(&name.as_str())
    {
        return;
    }
    if path.is_dir() {
        std::fs::read_dir(path).unwrap().for_each(|entry| read(&entry.unwrap().path(), found));
        return;
    }
    let text = std::fs::read_to_string(path).unwrap();
    for (begin, _) in text.match_indices('"') {
        let rest = &text[begin + 1..];
        if ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].iter().any(|verb| rest.starts_with(verb)) {
            let literal = &rest[..rest.find('"').unwrap()];
            // A line that ends with a backslash goes on at the next one's first letter.
            let lines: Vec<&str> = literal.split('\n').map(|line| line.trim().trim_end_matches('\\')).collect();
            let mut sql = lines.join(" ");
            if sql.trim_end().ends_with("AND") {
                // What a macro begins.
                sql.push_str(" 1 = 1");
            }
            let above = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
            found.push((path.strip_prefix(above).unwrap().display().to_string(), sql));
        }
    }
}

/// What refuses which statements, all at once.
async fn refused<C: Connection>(connection: &mut C, statements: Vec<(String, String)>) -> Vec<String>
where
    for<'c> &'c mut C: sqlx::Executor<'c>,
{
    let mut refused = Vec::new();
    for (place, sql) in statements {
        if let Err(error) = connection.prepare(sqlx::AssertSqlSafe(sql.clone()).into_sql_str()).await {
            refused.push(format!("{place}: {sql}: {error}"));
        }
    }
    refused
}

#[tokio::test]
async fn sqlite_takes_every_statement() {
    let (directory, archive) = archive().await;
    let url = format!("sqlite://{}/archive.sqlite3", directory.path().display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    assert_eq!(refused(&mut connection, statements()).await, [""; 0]);
    drop(archive);
}

#[tokio::test]
async fn postgresql_takes_every_statement_from_the_services_role() {
    let Place::Grown(place) = Place::grown() else { unreachable!() };
    let mut connection = sqlx::postgres::PgConnection::connect(&place.grown.database).await.unwrap();
    assert_eq!(refused(&mut connection, statements()).await, [""; 0]);
}
