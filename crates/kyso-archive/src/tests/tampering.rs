//! One thing changed, of each: the audit names it, and reading never gives out what was changed.

use std::path::Path;

use super::ward::{Ward, audited, files, flip, found, large, small, tamper};
use super::{meta, request};
use crate::{Archive, Audit, Begun, Error};

/// What is read of a tampered archive is what was kept, or nothing.
async fn demand_no_wrong_answer(ward: &Ward, directory: &Path, audit: &Audit, what: &str) {
    let Ok(archive) = Archive::open_to_read(directory).await else { return };
    let answers = ward.answers.again(&archive).await;
    let wrong = ward.answers.wrong(&answers, audit.is_whole());
    assert_eq!(wrong, [""; 0], "{what}");
    archive.close().await;
}

/// Changes rows of a copy; what the audit then finds: codes, and how subjects begin.
async fn demand_found(sql: &str, expected: &[(&str, &str)]) {
    let ward = small().await;
    let directory = ward.copy();
    assert_eq!(tamper(directory.path(), sql).await, 1, "{sql}");
    let audit = audited(directory.path()).await;
    demand_named(&audit, expected, sql);
    demand_no_wrong_answer(ward, directory.path(), &audit, sql).await;
}

fn demand_named(audit: &Audit, expected: &[(&str, &str)], what: &str) {
    let found = found(audit);
    let is_expected = found.len() == expected.len()
        && expected
            .iter()
            .all(|(code, subject)| found.iter().any(|(own, about)| own == code && about.starts_with(subject)));
    assert!(is_expected, "{what}: {:?}", audit.problems);
}

#[tokio::test]
async fn a_changed_row_of_each_table_is_named() {
    for (sql, expected) in [
        ("UPDATE archive SET created = created + 1", &[("archive.changed", "archive.json")][..]),
        ("UPDATE archive SET origin = origin || 'x'", &[("archive.changed", "archive.json")]),
        ("UPDATE principal SET id = 'another' WHERE name = 'caller 1'", &[("row.changed", "principal another")]),
        ("UPDATE principal SET name = 'another' WHERE name = 'caller 1'", &[("row.changed", "principal caller 1")]),
        ("UPDATE request SET answer = '{}' WHERE answer = '{\"number\":128}'", &[("row.changed", "request ")]),
        (
            "UPDATE request SET digest = replace(digest, 'b', 'c') WHERE digest = printf('%064d', 0) OR digest LIKE 'bbbb%'",
            &[("row.changed", "request ")],
        ),
        (
            "UPDATE request SET state = 'claimed', artifact = NULL WHERE artifact = (SELECT min(id) FROM artifact \
             WHERE id NOT IN (SELECT artifact FROM metadata))",
            &[("row.changed", "request ")],
        ),
        (
            "UPDATE artifact SET created = created + 1 WHERE id = (SELECT min(id) FROM artifact)",
            &[("row.changed", "artifact ")],
        ),
        (
            "UPDATE version SET level = 'PAdES-B-LTA' WHERE artifact = (SELECT min(id) FROM artifact)",
            &[("row.changed", "version ")],
        ),
        (
            "UPDATE version SET created = created - 1 WHERE artifact = (SELECT min(id) FROM artifact)",
            &[("row.changed", "version ")],
        ),
        (
            "UPDATE version SET store_version = 'x' WHERE artifact = (SELECT min(id) FROM artifact)",
            &[("row.changed", "version ")],
        ),
        (
            "UPDATE version SET sha256 = replace(sha256, substr(sha256, 1, 1), 'z') WHERE artifact = (SELECT min(id) FROM artifact)",
            &[("row.changed", "version ")],
        ),
        (
            "UPDATE report SET body = replace(body, 'INDETERMINATE', 'TOTAL-PASSED') WHERE artifact = (SELECT min(id) FROM artifact)",
            &[("row.changed", "report ")],
        ),
        (
            "UPDATE metadata SET body = replace(body, 'nhận tiền', 'bán nhà') WHERE revision = 1",
            &[("row.changed", "metadata ")],
        ),
        (
            "UPDATE event SET at = at + 1 WHERE id = (SELECT event FROM leaf WHERE position = 1)",
            &[("event.changed", "event ")],
        ),
        (
            "UPDATE event SET kind = 'exported' WHERE id = (SELECT event FROM leaf WHERE position = 1)",
            &[("event.changed", "event ")],
        ),
        (
            "UPDATE event SET artifact = NULL WHERE id = (SELECT event FROM leaf WHERE position = 1)",
            &[("event.changed", "event ")],
        ),
        (
            "UPDATE event SET artifact = (SELECT min(id) FROM artifact) WHERE id = (SELECT event FROM principal WHERE name = 'caller 1')",
            &[("event.changed", "event ")],
        ),
        (
            "UPDATE event SET commitment = zeroblob(32) WHERE id = (SELECT event FROM leaf WHERE position = 1)",
            &[("event.changed", "event ")],
        ),
        (
            "UPDATE record SET salt = zeroblob(32) WHERE event = (SELECT event FROM leaf WHERE position = 1)",
            &[("record.changed", "record ")],
        ),
        (
            "UPDATE record SET body = CAST(replace(CAST(body AS TEXT), 'văn thư', 'văn thu') AS BLOB) \
             WHERE event = (SELECT event FROM leaf WHERE position = 1)",
            &[("record.changed", "record ")],
        ),
        ("UPDATE leaf SET hash = zeroblob(32) WHERE position = 1", &[("leaf.changed", "leaf 1")]),
        ("UPDATE leaf_pending SET at = at + 1", &[("row.unknown", "leaf_pending "), ("event.unlogged", "event ")]),
        (
            "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), char(10) || '2' || char(10), char(10) || '3' || char(10)) \
             AS BLOB) WHERE size = 2",
            &[("checkpoint.forged", "checkpoint 2")],
        ),
        ("UPDATE draft SET actor = 'ai đó'", &[("row.changed", "draft ")]),
        (
            "UPDATE outbox SET event = 'x' WHERE event = (SELECT min(event) FROM outbox)",
            &[("row.unknown", "outbox x"), ("manifest.missing", "o/")],
        ),
        ("UPDATE finding SET dossier = 'x' WHERE dossier IS NOT NULL", &[("index.changed", "finding ")]),
        ("UPDATE finding SET level = 'PAdES-B-LTA' WHERE dossier IS NOT NULL", &[("index.changed", "finding ")]),
        ("UPDATE finding SET bytes = bytes - 1 WHERE dossier IS NOT NULL", &[("index.changed", "finding ")]),
        ("UPDATE finding SET versions = 2 WHERE dossier IS NOT NULL", &[("index.changed", "finding ")]),
        (
            "UPDATE finding_words SET words = 'x' WHERE rowid = (SELECT row FROM finding WHERE dossier IS NOT NULL)",
            &[("index.changed", "finding ")],
        ),
        ("UPDATE draft SET agency = 'x'", &[("row.unknown", "draft")]),
        (
            "INSERT INTO link (agency, event, artifact, kind) VALUES ('ward', 'x', 'y', 'replaces')",
            &[("row.unknown", "link x")],
        ),
        (
            "INSERT INTO register_head (agency, event, events, head) VALUES ('ward', 'x', 1, 'y')",
            &[("row.unknown", "register_head x")],
        ),
    ] {
        demand_found(sql, expected).await;
    }
}

#[tokio::test]
async fn a_deleted_row_of_each_table_is_named() {
    for (sql, expected) in [
        ("DELETE FROM archive", &[("archive.missing", "archive ward")][..]),
        ("DELETE FROM principal WHERE name = 'caller 1'", &[("row.missing", "principal caller 1")]),
        (
            "DELETE FROM request WHERE artifact = (SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM metadata))",
            &[("row.missing", "request ")],
        ),
        (
            "DELETE FROM artifact WHERE id = (SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM retention))",
            &[("row.missing", "artifact "), ("row.unknown", "finding ")],
        ),
        (
            "DELETE FROM version WHERE artifact = (SELECT min(id) FROM artifact WHERE id NOT IN (SELECT artifact FROM retention))",
            &[
                ("row.missing", "version "),
                ("row.unknown", "artifact "),
                ("row.unknown", "report "),
                ("object.unknown", "o/"),
            ],
        ),
        ("DELETE FROM report WHERE artifact = (SELECT min(id) FROM artifact)", &[("row.missing", "report ")]),
        ("DELETE FROM metadata WHERE revision = 1", &[("row.missing", "metadata ")]),
        (
            "DELETE FROM event WHERE id = (SELECT event FROM leaf WHERE position = 1)",
            &[("row.missing", "event "), ("row.unknown", "outbox ")],
        ),
        ("DELETE FROM record WHERE event = (SELECT event FROM leaf WHERE position = 1)", &[("row.missing", "record ")]),
        ("DELETE FROM leaf WHERE position = 1", &[("leaf.missing", "leaf 1"), ("event.unlogged", "event ")]),
        ("DELETE FROM leaf_pending", &[("event.unlogged", "event ")]),
        ("DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)", &[("row.missing", "checkpoint ")]),
        ("DELETE FROM finding WHERE dossier IS NOT NULL", &[("index.changed", "finding ")]),
        (
            "DELETE FROM finding_words WHERE rowid = (SELECT row FROM finding WHERE dossier IS NOT NULL)",
            &[("index.changed", "finding ")],
        ),
    ] {
        demand_found(sql, expected).await;
    }
}

#[tokio::test]
async fn a_request_whose_row_is_gone_isnt_carried_out_again() {
    let directory = small().await.copy();
    assert_eq!(tamper(directory.path(), r#"DELETE FROM request WHERE answer = '{"number":128}'"#).await, 1);
    let archive = Archive::open(directory.path()).await.unwrap();
    let refused = match archive.begin(&request("told", 'a'), &meta()).await {
        Ok(Begun::Open(mut claim)) => claim.settled().await.err(),
        begun => begun.err(),
    };
    assert!(matches!(refused, Some(Error::Damaged(_))), "{refused:?}");
    archive.close().await;
}

#[tokio::test]
async fn a_deleted_checkpoint_of_before_and_a_deleted_draft_are_noted() {
    for (sql, code) in
        [("DELETE FROM checkpoint WHERE size = 2", "tile.unsigned"), ("DELETE FROM draft", "draft.unknown")]
    {
        let directory = small().await.copy();
        assert_eq!(tamper(directory.path(), sql).await, 1);
        let audit = audited(directory.path()).await;
        assert!(audit.notes.iter().any(|note| note.code.code() == code), "{sql}: {:?}", audit.notes);
    }
}

#[tokio::test]
async fn a_bit_of_each_file_is_named() {
    let ward = large().await;
    for (below, code) in [
        ("o", "object.damaged"),
        ("d", "draft.damaged"),
        ("log/tile/0", "tile.changed"),
        ("log/tile/1", "tile.changed"),
        ("log/tile/entries", "bundle.changed"),
    ] {
        for path in files(ward.path(), below) {
            let own = path.strip_prefix(ward.path()).unwrap();
            let (directory, name) = (ward.copy(), own.display().to_string());
            let length = std::fs::metadata(&path).unwrap().len();
            flip(&directory.path().join(own), usize::try_from(length / 2).unwrap(), 3);
            let audit = audited(directory.path()).await;
            let subject = if below == "o" { name.rsplit('/').next().unwrap() } else { &name };
            demand_named(&audit, &[(code, subject)], &name);
            demand_no_wrong_answer(ward, directory.path(), &audit, &name).await;
        }
    }
    assert!(files(ward.path(), "log/tile/0").len() > 3 && files(ward.path(), "o").len() == 5);
}

#[tokio::test]
async fn a_bit_of_checkpoint_and_identity_is_named() {
    let ward = small().await;
    let length = std::fs::metadata(ward.path().join("log/checkpoint")).unwrap().len();
    for byte in 0..usize::try_from(length).unwrap() {
        let directory = ward.copy();
        flip(&directory.path().join("log/checkpoint"), byte, 0);
        let audit = audited(directory.path()).await;
        demand_named(&audit, &[("checkpoint.forged", "log/checkpoint")], &format!("byte {byte}"));
    }
    let length = std::fs::metadata(ward.path().join("archive.json")).unwrap().len();
    for byte in (0..usize::try_from(length).unwrap()).step_by(3) {
        let directory = ward.copy();
        flip(&directory.path().join("archive.json"), byte, 0);
        let audit = audited(directory.path()).await;
        let found = found(&audit);
        let is_named =
            matches!(found.as_slice(), [("archive.changed" | "archive.other", about)] if about == "archive.json");
        assert!(is_named, "byte {byte}: {found:?}");
    }
}

#[tokio::test]
async fn a_deleted_file_of_each_kind_is_named() {
    let ward = large().await;
    for (below, code) in [
        ("o", "object.missing"),
        ("d", "draft.missing"),
        ("log/tile/0", "tile.missing"),
        ("log/tile/1", "tile.missing"),
        ("log/tile/entries", "bundle.missing"),
    ] {
        for path in files(ward.path(), below) {
            let own = path.strip_prefix(ward.path()).unwrap();
            let (directory, name) = (ward.copy(), own.display().to_string());
            std::fs::remove_file(directory.path().join(own)).unwrap();
            let audit = audited(directory.path()).await;
            // Once a tile is full, its partial forerunners may go.
            let full = name.split_once(".p/").is_some_and(|(full, _)| ward.path().join(full).exists());
            let subject = if below == "o" { name.rsplit('/').next().unwrap() } else { &name };
            let expected = [(code, subject)];
            demand_named(&audit, if full { &[] } else { &expected }, &name);
            demand_no_wrong_answer(ward, directory.path(), &audit, &name).await;
        }
    }
    for (name, code) in [("log/checkpoint", "checkpoint.missing"), ("archive.json", "archive.missing")] {
        let directory = ward.copy();
        std::fs::remove_file(directory.path().join(name)).unwrap();
        demand_named(&audited(directory.path()).await, &[(code, name)], name);
    }
}

#[tokio::test]
async fn a_foreign_file_is_named() {
    let ward = small().await;
    let name = "ab".repeat(32);
    for (path, code) in [
        (format!("o/ab/{name}.0"), "object.unknown"),
        (format!("o/ab/{name}.0.json"), "object.unknown"),
        (format!("o/ab/{name}"), "object.unknown"),
        (format!("o/ab/{name}.00"), "object.unknown"),
        ("o/ab/abc.pdf".into(), "object.unknown"),
        ("o/ab/cd.pdf".into(), "file.unknown"),
        ("o/x".into(), "file.unknown"),
        ("d/ab/abc".into(), "file.unknown"),
        ("log/x".into(), "file.unknown"),
        ("log/tile/0/001".into(), "file.unknown"),
        ("log/tile/entries/000.p/200".into(), "file.unknown"),
    ] {
        let directory = ward.copy();
        std::fs::create_dir_all(directory.path().join(&path).parent().unwrap()).unwrap();
        std::fs::write(directory.path().join(&path), "x").unwrap();
        demand_named(&audited(directory.path()).await, &[(code, &path)], &path);
    }
}
