//! What PostgreSQL lets whom do.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use super::grown::{Place, run};
use super::{kept, meta, open, request};
use crate::database::Database;
use crate::{Archive, Error};

/// Every table, by the schema itself.
async fn tables(connection: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT CAST(relname AS TEXT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'public' AND relkind = 'r' AND relname <> '_sqlx_migrations' ORDER BY relname";
    sqlx::query_scalar(sql).fetch_all(connection).await.unwrap()
}

async fn connected(url: &str, agency: &str) -> PgConnection {
    let mut connection = PgConnection::connect(url).await.unwrap();
    run(&mut connection, &format!("SET kyso.agency = '{agency}'")).await.unwrap();
    connection
}

fn owner(place: &Place) -> String {
    place.grown.database.replace("kyso_app@", "kyso_owner@")
}

/// An archive in which every table that a kept document fills has a row.
async fn filled(place: &Place) -> Archive {
    let archive = Archive::init_grown(&place.grown, None).await.unwrap();
    kept(&archive, "x").await;
    archive.sequence().await.unwrap();
    kept(&archive, "y").await;
    let mut claim = open(&archive, &request("k", 'a')).await;
    claim.settled().await.unwrap();
    archive
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_what_each_table_is_for_is_let_through() {
    let place = Place::new();
    let _archive = filled(&place).await;
    let mut app = connected(&place.grown.database, &place.grown.agency).await;
    let tables = tables(&mut app).await;
    assert_eq!(tables.len(), 35, "{tables:?}");
    let deletes = ["leaf_pending", "outbox", "draft", "finding"];
    for table in &tables {
        let mut refused = vec![
            format!("UPDATE {table} SET agency = agency"),
            format!("TRUNCATE {table}"),
            format!("SELECT * FROM {table} FOR NO KEY UPDATE"),
            format!(
                "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT DO NOTHING; UPDATE {table} SET agency = 'x'"
            ),
            format!("MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET agency = 'x'"),
            format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
            format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
            format!("DROP TABLE {table}"),
            format!("CREATE TRIGGER t BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION kyso_refuse()"),
            format!("SELECT kyso_own('{table}')"),
        ];
        if !deletes.contains(&table.as_str()) {
            refused.push(format!("DELETE FROM {table}"));
        }
        if ["request", "job", "copy", "probe", "anchor", "lasting"].contains(&table.as_str()) {
            // They go forward: rows may be locked.
            refused.retain(|sql| !sql.contains("FOR NO KEY"));
        }
        for sql in refused {
            for statement in sql.split("; ").skip(usize::from(sql.contains("DO NOTHING"))) {
                let outcome = run(&mut app, statement).await.unwrap_err();
                let code = outcome.as_database_error().and_then(|error| error.code()).unwrap();
                assert_eq!(code, "42501", "{statement}: {outcome}");
            }
        }
    }
    for sql in
        ["SET session_replication_role = replica", "CREATE TABLE t (a int)", "SET ROLE kyso_owner", "CREATE ROLE x"]
    {
        assert!(run(&mut app, sql).await.is_err(), "{sql}");
    }
    let done = "UPDATE request SET about = '{}' WHERE state = 'done'";
    let outcome = run(&mut app, done).await.unwrap_err();
    assert!(outcome.to_string().contains("forward only"), "{outcome}");
    // With rows in conflict, whatever the columns.
    let outcome = run(
        &mut app,
        "INSERT INTO version SELECT * FROM version ON CONFLICT (agency, object) DO UPDATE SET level = 'x'",
    );
    assert!(outcome.await.unwrap_err().to_string().contains("permission denied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_slips_are_stopped_too() {
    let place = Place::new();
    let _archive = filled(&place).await;
    let mut owner = connected(&owner(&place), &place.grown.agency).await;
    for table in
        ["archive", "artifact", "version", "report", "event", "record", "leaf", "checkpoint", "access", "cosignature"]
    {
        for sql in [
            format!("UPDATE {table} SET agency = 'x'"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
            format!(
                "INSERT INTO {table} SELECT * FROM {table} WHERE false ON CONFLICT (agency) DO UPDATE SET agency = 'x'"
            ),
        ] {
            let sql = if table == "archive" || !sql.starts_with("INSERT") { sql } else { continue };
            let outcome = run(&mut owner, &sql).await.unwrap_err();
            assert!(outcome.to_string().contains("written once"), "{sql}: {outcome}");
        }
    }
    for table in ["request", "job", "copy", "probe", "anchor", "lasting"] {
        for sql in [format!("DELETE FROM {table}"), format!("TRUNCATE {table}")] {
            let outcome = run(&mut owner, &sql).await.unwrap_err();
            assert!(outcome.to_string().contains("never deleted"), "{sql}: {outcome}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_sees_its_own_rows_alone() {
    let (one, other) = (Place::new(), Place::new());
    let archive = filled(&one).await;
    let artifact = kept(&archive, "z").await;
    let mut own = connected(&one.grown.database, &one.grown.agency).await;
    let mut others = connected(&one.grown.database, &other.grown.agency).await;
    let mut nobodys = PgConnection::connect(&one.grown.database).await.unwrap();
    for table in tables(&mut own).await {
        let sql = format!("SELECT * FROM {table}");
        let seen = run(&mut own, &sql).await.unwrap();
        let empty = [
            "principal",
            "metadata",
            "link",
            "register_head",
            "access",
            "access_head",
            "draft",
            "job",
            "lasting",
            "copy",
            "probe",
            "anchor",
            "cosignature",
            "stamp",
            "stamp_leaf",
            "stamp_material",
            "retention",
            "hold",
            "hold_release",
            "destruction",
            "destruction_item",
            "destruction_step",
            "destroyed",
        ];
        let is_filled = !empty.contains(&table.as_str());
        assert_eq!(seen > 0, is_filled, "{table}");
        assert_eq!((run(&mut others, &sql).await.unwrap(), run(&mut nobodys, &sql).await.unwrap()), (0, 0), "{table}");
    }
    assert_eq!(run(&mut others, "SELECT kyso_found('''a'':*')").await.unwrap(), 0);
    let sql = format!("INSERT INTO outbox (agency, event) VALUES ('{}', 'x')", one.grown.agency);
    assert!(run(&mut others, &sql).await.unwrap_err().to_string().contains("row-level security"));

    let other = Archive::init_grown(&other.grown, None).await.unwrap();
    assert_eq!((other.artifact(artifact.id).await.unwrap(), other.count().await.unwrap()), (None, 0));
    // Even by a mistake in what is asked.
    let sql = "SELECT id FROM artifact";
    assert!(other.database.rows(sql, Vec::new()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_do_more_is_refused() {
    let place = Place::new();
    let archive = filled(&place).await;
    let agency = &place.grown.agency;
    for role in ["kyso_owner", "postgres"] {
        let url = place.grown.database.replace("kyso_app@", &format!("{role}@"));
        let refused = Database::connect(&url, agency).await.unwrap_err();
        assert!(matches!(refused, Error::TooPowerful(_)), "{role}: {refused}");
    }
    let superuser = place.grown.database.replace("kyso_app@", "postgres@");
    let mut superuser = PgConnection::connect(&superuser).await.unwrap();
    run(&mut superuser, "CREATE ROLE wide LOGIN IN ROLE kyso_app").await.unwrap();
    let wide = place.grown.database.replace("kyso_app@", "wide@");
    Database::connect(&wide, agency).await.unwrap().close().await;
    for (right, said) in [
        ("UPDATE ON version", "UPDATE on version"),
        ("UPDATE (level) ON version", "UPDATE on version"),
        ("DELETE ON record", "DELETE on record"),
        ("TRUNCATE ON outbox", "TRUNCATE on outbox"),
        ("UPDATE (digest) ON request", "UPDATE of digest on request"),
        ("DELETE ON job", "DELETE on job"),
        ("CREATE ON SCHEMA public", "CREATE in schema public"),
        ("TEMP ON DATABASE kyso", "TEMP in database kyso"),
    ] {
        run(&mut superuser, &format!("GRANT {right} TO wide")).await.unwrap();
        let refused = Database::connect(&wide, agency).await.unwrap_err();
        assert!(matches!(&refused, Error::TooPowerful(more) if more == &[said]), "{right}: {refused}");
        run(&mut superuser, &format!("REVOKE {right} FROM wide")).await.unwrap();
    }
    // Who reads alone, by a role that could write or by one that can't.
    for role in ["kyso_audit", "kyso_app"] {
        let database = place.grown.database.replace("kyso_app@", &format!("{role}@"));
        let reading = Archive::open_grown_to_read(&crate::Grown { database, ..place.grown.clone() }).await.unwrap();
        assert_eq!(reading.count().await.unwrap(), archive.count().await.unwrap());
        let refused = reading.begin(&request("read", 'a'), &meta()).await;
        assert!(matches!(refused, Err(Error::ReadOnly)), "{refused:?}");
        let delete = "DELETE FROM outbox";
        let work = reading.database.write(move |t| Box::pin(async move { t.run(delete, Vec::new()).await }));
        assert!(matches!(work.await, Err(Error::ReadOnly)));
        // Nor by what only reads by its name.
        assert!(reading.database.rows(delete, Vec::new()).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn agencies_that_share_connections_see_their_own_rows_alone() {
    let pools = kyso_rows::Pools::default();
    let mut archives = Vec::new();
    for documents in 1..4_u64 {
        let place = Place::new();
        let grown = crate::Grown { pools: Some(pools.clone()), ..place.grown.clone() };
        let archive = Archive::init_grown(&grown, None).await.unwrap();
        for number in 0..documents {
            kept(&archive, &format!("{number}")).await;
        }
        archives.push((place, grown, archive, documents));
    }
    let asked = (0..60).map(|turn| {
        let (_, _, archive, documents) = &archives[turn % archives.len()];
        let (archive, documents) = (archive.clone(), *documents);
        tokio::spawn(async move {
            if turn % 2 == 0 {
                archive.check_database().await.unwrap();
            }
            let rows = archive.database.rows("SELECT agency, id FROM artifact", Vec::new()).await.unwrap();
            let own = rows.iter().filter(|row| row.text("agency").unwrap() == archive.agency).count() as u64;
            assert_eq!((rows.len() as u64, own), (documents, documents));
            let mut reading = archive.database.reading().await.unwrap();
            assert_eq!(reading.rows("SELECT id FROM artifact", Vec::new()).await.unwrap().len() as u64, documents);
            drop(reading);
            archive.sequence().await.unwrap();
        })
    });
    for task in asked.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    // One that is closed closes none of the others.
    archives.remove(0).2.close().await;
    let (_, grown, archive, documents) = &archives[0];
    assert_eq!(archive.count().await.unwrap(), *documents);
    assert_eq!(Archive::open_grown(grown).await.unwrap().count().await.unwrap(), *documents);
}
