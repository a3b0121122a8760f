//! One thing changed in PostgreSQL or in the S3 store, by whoever owns them: the audit names it, and reading never gives out what was
//! changed.

use sqlx::postgres::PgConnection;

use super::grown::{Place, run};
use super::ward::{Answers, fill, fill_half, found};
use crate::{Archive, Audit, Error};

/// An archive with something of everything, what it was asked, and the checkpoint half-way.
struct Ward {
    place: Place,
    answers: Answers,
    checkpoint: Vec<u8>,
}

async fn ward(callers: usize) -> Ward {
    let place = Place::with_versions();
    let archive = Archive::init_grown(&place.grown, None).await.unwrap();
    fill_half(&archive).await;
    let checkpoint = place.grown.store.get("log/checkpoint", None, None).unwrap().unwrap().content;
    fill(&archive, callers).await;
    while archive.write_manifests(100).await.unwrap() > 0 {}
    let answers = Answers::of(&archive).await;
    archive.close().await;
    Ward { place, answers, checkpoint }
}

impl Ward {
    /// Looks at it as who reads alone.
    async fn audited(&self, since: &[Vec<u8>]) -> Audit {
        let auditor = Archive::open_grown_to_audit(&self.place.reading(), None).await.unwrap();
        let audit = auditor.audit(since, |_| {}).await.unwrap();
        auditor.close().await;
        audit
    }

    /// What is read is what was kept, or nothing.
    async fn demand_no_wrong_answer(&self, is_whole: bool, what: &str) {
        let Ok(archive) = Archive::open_grown_to_read(&self.place.reading()).await else { return };
        let answers = self.answers.again(&archive).await;
        assert_eq!(self.answers.wrong(&answers, is_whole), [""; 0], "{what}");
        archive.close().await;
    }

    /// Changes rows of a table as its owner can, looks, and puts the rows back.
    async fn demand_found(&self, table: &str, sql: &str, expected: &[(&str, &str)]) {
        let mut owner = self.place.owner().await;
        // The index shows its owner every agency's rows.
        let saved = format!("CREATE TEMP TABLE saved AS SELECT * FROM {table} WHERE {OWN}");
        assert_eq!(unheld(&mut owner, table, &[&saved, sql]).await, 1, "{sql}");
        let audit = self.audited(&[]).await;
        demand_named(&audit, expected, sql);
        self.demand_no_wrong_answer(audit.is_whole(), sql).await;
        let back = format!("INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM saved");
        unheld(&mut owner, table, &[&format!("DELETE FROM {table} WHERE {OWN}"), &back, "DROP TABLE saved"]).await;
    }
}

/// Runs statements without the triggers of a table, in one transaction; how many rows the last but none changed.
pub(super) async fn unheld(owner: &mut PgConnection, table: &str, statements: &[&str]) -> u64 {
    run(owner, "BEGIN").await.unwrap();
    run(owner, &format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await.unwrap();
    let mut changed = 0;
    for statement in statements {
        changed = run(owner, statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    run(owner, &format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await.unwrap();
    run(owner, "COMMIT").await.unwrap();
    changed
}

fn demand_named(audit: &Audit, expected: &[(&str, &str)], what: &str) {
    let found = found(audit);
    let is_expected = found.len() == expected.len()
        && expected
            .iter()
            .all(|(code, subject)| found.iter().any(|(own, about)| own == code && about.starts_with(subject)));
    assert!(is_expected, "{what}: {:?}", audit.problems);
}

const OWN: &str = "agency = current_setting('kyso.agency')";
const FIRST: &str = "(SELECT min(id) FROM artifact)";
const SECOND: &str = "(SELECT event FROM leaf WHERE position = 1)";

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_row_of_each_table_is_named() {
    let ward = ward(3).await;
    let plain = "(SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM metadata))";
    let zero = "decode(repeat('00', 32), 'hex')";
    for (table, sql, expected) in [
        ("archive", "SET created = created + 1".to_owned(), &[("archive.changed", "archive.json")][..]),
        ("principal", "SET id = 'another' WHERE name = 'caller 1'".into(), &[("row.changed", "principal another")]),
        ("request", r#"SET answer = '{}' WHERE answer = '{"number":128}'"#.into(), &[("row.changed", "request ")]),
        (
            "request",
            format!("SET state = 'claimed', artifact = NULL WHERE artifact = {plain}"),
            &[("row.changed", "request ")],
        ),
        ("artifact", format!("SET created = created + 1 WHERE id = {FIRST}"), &[("row.changed", "artifact ")]),
        ("version", format!("SET level = 'PAdES-B-LTA' WHERE artifact = {FIRST}"), &[("row.changed", "version ")]),
        ("version", format!("SET bytes = bytes + 1 WHERE artifact = {FIRST}"), &[("row.changed", "version ")]),
        ("version", format!("SET sha256 = repeat('z', 64) WHERE artifact = {FIRST}"), &[("row.changed", "version ")]),
        (
            "report",
            format!("SET body = replace(body, 'INDETERMINATE', 'TOTAL-PASSED') WHERE artifact = {FIRST}"),
            &[("row.changed", "report ")],
        ),
        (
            "metadata",
            "SET body = replace(body, 'nhận tiền', 'bán nhà') WHERE revision = 1".into(),
            &[("row.changed", "metadata ")],
        ),
        ("event", format!("SET at = at + 1 WHERE id = {SECOND}"), &[("event.changed", "event ")]),
        ("event", format!("SET kind = 'exported' WHERE id = {SECOND}"), &[("event.changed", "event ")]),
        (
            "event",
            format!("SET commitment = {zero} WHERE id = {SECOND}"),
            &[("event.changed", "event "), ("object.unknown", "o/")],
        ),
        ("record", format!("SET salt = {zero} WHERE event = {SECOND}"), &[("record.changed", "record ")]),
        (
            "record",
            format!(
                "SET body = convert_to(replace(convert_from(body, 'UTF8'), 'văn thư', 'văn thu'), 'UTF8') WHERE event = {SECOND}"
            ),
            &[("record.changed", "record ")],
        ),
        ("leaf", format!("SET hash = {zero} WHERE position = 1"), &[("leaf.changed", "leaf 1")]),
        ("leaf_pending", "SET at = at + 1".into(), &[("row.unknown", "leaf_pending "), ("event.unlogged", "event ")]),
        (
            "checkpoint",
            "SET note = convert_to(replace(convert_from(note, 'UTF8'), E'\n2\n', E'\n3\n'), 'UTF8') WHERE size = 2"
                .into(),
            &[("checkpoint.forged", "checkpoint 2")],
        ),
        ("draft", "SET actor = 'ai đó'".into(), &[("row.changed", "draft ")]),
        ("finding", format!("SET dossier = 'x' WHERE dossier IS NOT NULL AND {OWN}"), &[("index.changed", "finding ")]),
        ("finding", format!("SET words = 'x' WHERE dossier IS NOT NULL AND {OWN}"), &[("index.changed", "finding ")]),
        (
            "finding",
            format!("SET bytes = bytes - 1 WHERE dossier IS NOT NULL AND {OWN}"),
            &[("index.changed", "finding ")],
        ),
    ] {
        ward.demand_found(table, &format!("UPDATE {table} {sql}"), expected).await;
    }
    // And put back, all of it, it's whole.
    assert_eq!(found(&ward.audited(std::slice::from_ref(&ward.checkpoint)).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_of_each_table_is_named() {
    let ward = ward(3).await;
    for (table, which, expected) in [
        ("archive", "", &[("archive.missing", "archive ward-")][..]),
        ("principal", "WHERE name = 'caller 1'", &[("row.missing", "principal caller 1")]),
        (
            "request",
            "WHERE artifact = (SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM metadata))",
            &[("row.missing", "request ")],
        ),
        (
            "artifact",
            "WHERE id = (SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM retention))",
            &[("row.missing", "artifact "), ("row.unknown", "finding ")],
        ),
        ("report", "WHERE artifact = (SELECT min(id) FROM artifact)", &[("row.missing", "report ")]),
        ("metadata", "WHERE revision = 1", &[("row.missing", "metadata ")]),
        ("record", "WHERE event = (SELECT event FROM leaf WHERE position = 1)", &[("row.missing", "record ")]),
        ("leaf", "WHERE position = 1", &[("leaf.missing", "leaf 1"), ("event.unlogged", "event ")]),
        ("leaf_pending", "", &[("event.unlogged", "event ")]),
        ("checkpoint", "WHERE size = (SELECT max(size) FROM checkpoint)", &[("row.missing", "checkpoint ")]),
        (
            "finding",
            "WHERE dossier IS NOT NULL AND agency = current_setting('kyso.agency')",
            &[("index.changed", "finding ")],
        ),
    ] {
        ward.demand_found(table, &format!("DELETE FROM {table} {which}"), expected).await;
    }
    let version = "DELETE FROM version WHERE artifact = (SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM retention))";
    let expected = [
        ("row.missing", "version "),
        ("row.unknown", "artifact "),
        ("row.unknown", "report "),
        ("object.unknown", "o/"),
    ];
    ward.demand_found("version", version, &expected).await;
    assert_eq!(found(&ward.audited(&[]).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overwritten_object_of_each_kind_is_named() {
    let ward = ward(260).await;
    let (mut kinds, mut notes) = (0, 0);
    for (prefix, code) in [
        ("o/", "object.damaged"),
        ("log/tile/0/", "tile.changed"),
        ("log/tile/1/", "tile.changed"),
        ("log/tile/entries/", "bundle.changed"),
    ] {
        let mut names = ward.place.names(prefix);
        names.retain(|name| !name.ends_with(".json"));
        assert!(!names.is_empty(), "{prefix}");
        for name in names.into_iter().take(3) {
            let good = ward.place.grown.store.get(&name, None, None).unwrap().unwrap().content;
            ward.place.flip(&name, good.len() / 2, 3);
            let audit = ward.audited(&[]).await;
            let subject = if prefix == "o/" { name.rsplit('/').next().unwrap() } else { &name };
            demand_named(&audit, &[(code, subject)], &name);
            let is_noted =
                |note: &&crate::Finding| note.code.code() == "object.versions" && note.subject.to_string() == name;
            notes += audit.notes.iter().filter(is_noted).count();
            ward.demand_no_wrong_answer(audit.is_whole(), &name).await;
            ward.place.overwrite(&name, &good);
            kinds += 1;
        }
    }
    assert_eq!((notes, kinds > 6), (kinds, true), "each has more than one version");
    assert_eq!(found(&ward.audited(&[]).await), []);
    let note = ward.place.grown.store.get("log/checkpoint", None, None).unwrap().unwrap().content;
    ward.place.flip("log/checkpoint", 40, 0);
    demand_named(&ward.audited(&[]).await, &[("checkpoint.forged", "log/checkpoint")], "checkpoint");
    ward.place.overwrite("log/checkpoint", &note);
    ward.place.overwrite("archive.json", b"{}");
    demand_named(&ward.audited(&[]).await, &[("archive.changed", "archive.json")], "archive.json");
    let refused = Archive::open_grown(&ward.place.grown).await.unwrap_err();
    assert!(matches!(refused, Error::OtherArchive { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_object_is_named_with_what_hides_it() {
    let ward = ward(3).await;
    for prefix in ["o/", "log/tile/0/", "log/tile/entries/", "log/record/"] {
        let names = ward.place.names(prefix);
        let (Some(name), true) = (names.last(), names.len() > 1) else { panic!("{prefix}: {names:?}") };
        let good = ward.place.grown.store.get(name, None, None).unwrap().unwrap().content;
        ward.place.delete(name);
        let audit = ward.audited(&[]).await;
        let subject = if prefix == "o/" && !name.ends_with(".json") { name.rsplit('/').next().unwrap() } else { name };
        demand_named(&audit, &[("object.hidden", subject)], name);
        ward.demand_no_wrong_answer(false, name).await;
        // Under a marker the name can be given again.
        assert!(ward.place.grown.store.put_new(name, &good, &Default::default()).is_ok());
        assert_eq!(found(&ward.audited(&[]).await), [], "{name}");
    }
    // Every version of a part, by whoever may delete versions.
    let part = ward.place.names("o/").into_iter().find(|name| !name.ends_with(".json")).unwrap();
    let owner = kyso_connect::s3::Destroyer::new(ward.place.grown.store.clone());
    for version in ward.place.grown.store.list_versions(&part, None, 100).unwrap().versions {
        if version.name == part {
            owner.delete(&part, &version.version).unwrap();
        }
    }
    let name = part.rsplit('/').next().unwrap();
    demand_named(&ward.audited(&[]).await, &[("object.missing", name)], name);
    ward.demand_no_wrong_answer(false, name).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_object_is_named() {
    let ward = ward(3).await;
    let name = "ab".repeat(32);
    let mut expected = Vec::new();
    for (path, code) in [
        (format!("o/ab/{name}.0"), "object.unknown"),
        (format!("o/ab/{name}.0.json"), "object.unknown"),
        ("o/ab/cd.pdf".into(), "file.unknown"),
        ("o/x".into(), "file.unknown"),
        ("log/x".into(), "file.unknown"),
        ("log/tile/0/001".into(), "file.unknown"),
    ] {
        ward.place.grown.store.put_new(&path, b"x", &Default::default()).unwrap();
        expected.push((code, path));
    }
    ward.place.grown.store.put_new("notes.txt", b"x", &Default::default()).unwrap();
    let audit = ward.audited(&[]).await;
    let expected: Vec<(&str, &str)> = expected.iter().map(|(code, path)| (*code, path.as_str())).collect();
    demand_named(&audit, &expected, "foreign objects");
    assert!(audit.notes.iter().any(|note| note.subject.to_string() == "notes.txt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_put_back_is_told_and_isnt_opened() {
    let ward = ward(3).await;
    let mut owner = ward.place.owner().await;
    // As an earlier dump has it: nothing of what came after the checkpoint half-way.
    let later =
        "(SELECT id FROM event e WHERE NOT EXISTS (SELECT 1 FROM leaf l WHERE l.event = e.id AND l.position < 2))";
    for (table, which) in [
        ("finding", "artifact IN (SELECT artifact FROM event WHERE id IN LATER)"),
        ("retention", "artifact IN (SELECT artifact FROM event WHERE id IN LATER)"),
        ("report", "artifact IN (SELECT artifact FROM event WHERE id IN LATER)"),
        ("request", "artifact IS NULL OR artifact IN (SELECT artifact FROM event WHERE id IN LATER)"),
        ("artifact", "id IN (SELECT artifact FROM event WHERE id IN LATER)"),
        ("version", "event IN LATER"),
        ("metadata", "event IN LATER"),
        ("principal", "event IN LATER"),
        ("record", "event IN LATER"),
        ("leaf_pending", "event IN LATER"),
        ("outbox", "event IN LATER"),
        ("event", "id IN LATER"),
        ("leaf", "position > 1"),
        ("checkpoint", "size > 2"),
        ("draft", "true"),
    ] {
        let sql = format!("DELETE FROM {table} WHERE {OWN} AND ({})", which.replace("LATER", later));
        unheld(&mut owner, table, &[&sql]).await;
    }
    let refused = Archive::open_grown(&ward.place.grown).await.unwrap_err();
    assert!(matches!(refused, Error::RolledBack { here: 2, .. }), "{refused}");
    let audit = ward.audited(&[]).await;
    let found = found(&audit);
    assert!(found[0].0 == "log.rolled-back" && found[0].1.starts_with("log/checkpoint "), "{found:?}");

    // With the checkpoint put back too, only one that was kept elsewhere tells.
    let kept = ward.place.grown.store.get("log/checkpoint", None, None).unwrap().unwrap().content;
    ward.place.overwrite("log/checkpoint", &ward.checkpoint);
    let audit = ward.audited(&[kept]).await;
    let found = super::ward::found(&audit);
    assert!(found.iter().any(|(code, what)| *code == "log.rolled-back" && what.starts_with("since 1 ")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn anothers_store_is_told() {
    let (ward, other) = (ward(3).await, ward(0).await);
    let reading = other.place.reading();
    let mixed = crate::Grown { store: reading.store.clone(), drafts: reading.drafts.clone(), ..ward.place.reading() };
    let auditor = Archive::open_grown_to_audit(&mixed, None).await.unwrap();
    let found = found(&auditor.audit(&[], |_| {}).await.unwrap());
    auditor.close().await;
    assert_eq!(found[0], ("archive.other", "archive.json".into()));
    assert!(found.contains(&("checkpoint.forged", "log/checkpoint".into())), "{found:?}");
}
