//! Tiles and bundles follow from rows: what is missing or changed is written again, and nobody is answered with it meanwhile.

use super::ward::{audited, files, flip, found, large, tamper};
use super::{Place, for_each_pair, kept};
use crate::database::values;
use crate::log::{FileDigests, Trust, check};
use crate::{Archive, Artifact, Error};

const ALL: u64 = u64::MAX;

for_each_pair!(
    the_newest_tile_is_written_again_by_whoever_sequences,
    a_log_with_a_damaged_edge_goes_on,
    every_file_of_the_log_is_written_again_by_a_scrub,
    a_changed_file_is_never_shown,
);

async fn filled(archive: &Archive) -> Vec<Artifact> {
    let mut all = Vec::new();
    for name in ["a", "b", "c"] {
        all.push(kept(archive, name).await);
    }
    archive.sequence().await.unwrap();
    all
}

async fn events(archive: &Archive, kind: &str) -> usize {
    let sql = "SELECT id FROM event WHERE agency = $1 AND kind = $2";
    archive.database.rows(sql, values![&archive.agency, kind]).await.unwrap().len()
}

/// Every document reads, and its receipt holds.
async fn demand_answered(archive: &Archive, all: &[Artifact]) {
    let trust = Trust::new(&[archive.log_key().unwrap()], &[], 0).unwrap();
    for artifact in all {
        assert_eq!(archive.artifact(artifact.id).await.unwrap().as_ref(), Some(artifact));
        let bytes = archive.bytes(artifact).await.unwrap();
        let receipt = archive.receipt(artifact).await.unwrap().unwrap();
        check(&FileDigests::of(&bytes), receipt.to_string().as_bytes(), &trust).unwrap();
    }
}

async fn the_newest_tile_is_written_again_by_whoever_sequences(place: Place) {
    let archive = place.mending(place.archive().await);
    let all = filled(&archive).await;
    let mut leaves = 3;
    for is_flipped in [true, false] {
        let path = format!("tile/0/000.p/{leaves}");
        let stored = format!("log/{path}");
        let whole = place.stored(&stored).unwrap();
        match is_flipped {
            true => place.flip(&stored, 40),
            false => place.remove(&stored),
        }
        demand_answered(&archive, &all).await;
        let shown = archive.tile(&path).await;
        // Without the last tiles, nothing says what was signed.
        assert!(matches!(shown, Err(Error::Damaged(_))), "{shown:?}");
        archive.sequence().await.unwrap();
        assert_eq!(place.stored(&stored).unwrap(), whole);
        assert_eq!(archive.tile(&path).await.unwrap().unwrap(), whole);
        demand_answered(&archive, &all).await;
        // That it was mended is an entry of the log.
        leaves = archive.sequence().await.unwrap();
    }
    assert_eq!((events(&archive, "files.repaired").await, events(&archive, "files.damaged").await), (2, 0));
    assert_eq!(leaves, 5);
    let aside = place.names("quarantine");
    assert_eq!(aside, ["quarantine/log.tile.0.000.p.3.0"], "what was damaged is kept");
    while archive.write_manifests(100).await.unwrap() > 0 {}
    assert_eq!(found(&place.audited(&[]).await), []);
}

async fn a_log_with_a_damaged_edge_goes_on(place: Place) {
    let archive = place.mending(place.archive().await);
    let mut all = filled(&archive).await;
    place.flip("log/tile/0/000.p/3", 0);
    place.remove("log/tile/entries/000.p/3");
    all.push(kept(&archive, "d").await);
    assert!(archive.sequence().await.unwrap() >= 4);
    archive.sequence().await.unwrap();
    demand_answered(&archive, &all).await;
    while archive.write_manifests(100).await.unwrap() > 0 {}
    assert_eq!(found(&place.audited(&[]).await), []);
}

async fn every_file_of_the_log_is_written_again_by_a_scrub(place: Place) {
    let archive = place.mending(place.archive().await);
    filled(&archive).await;
    kept(&archive, "d").await;
    archive.sequence().await.unwrap();
    let names: Vec<String> = place.names("log/tile");
    assert_eq!(names.len(), 4, "{names:?}");
    for path in names {
        let whole = place.stored(&path).unwrap();
        for is_flipped in [true, false] {
            match is_flipped {
                true => place.flip(&path, 33),
                false => place.remove(&path),
            }
            let scrubbed = archive.scrub(ALL).await.unwrap();
            assert_eq!((&scrubbed.repaired[..], scrubbed.damaged.len()), (&[path.clone()][..], 0), "{path}");
            assert_eq!(place.stored(&path).unwrap(), whole, "{path}");
        }
    }
    archive.sequence().await.unwrap();
    assert!(archive.scrub(ALL).await.unwrap().repaired.is_empty());
    assert_eq!(archive.damaged().await.unwrap(), []);
}

async fn a_changed_file_is_never_shown(place: Place) {
    let archive = place.archive().await;
    filled(&archive).await;
    kept(&archive, "d").await;
    archive.sequence().await.unwrap();
    for path in ["tile/0/000.p/3", "tile/0/000.p/4", "tile/entries/000.p/3", "tile/entries/000.p/4"] {
        let stored = format!("log/{path}");
        let whole = place.stored(&stored).unwrap();
        assert_eq!(archive.tile(path).await.unwrap().as_deref(), Some(&whole[..]), "{path}");
        for byte in [0, 1, 2, 10, 33, whole.len() - 1] {
            place.flip(&stored, byte);
            let shown = archive.tile(path).await;
            assert!(matches!(shown, Err(Error::Damaged(_))), "{path} {byte}: {shown:?}");
            place.flip(&stored, byte);
        }
        assert_eq!(archive.tile(path).await.unwrap().as_deref(), Some(&whole[..]), "{path}");
    }
    // An earlier size that was never signed has no files.
    assert_eq!(archive.tile("tile/0/000.p/2").await.unwrap(), None);
    assert_eq!(archive.tile("tile/0/000.p/5").await.unwrap(), None);
}

/// Full tiles, those above them, and full bundles.
#[tokio::test]
async fn a_log_of_more_than_a_tile_is_mended_too() {
    let directory = large().await.copy();
    let archive = super::opened(&directory).await;
    archive.sequence().await.unwrap();
    let sql = "SELECT id FROM artifact";
    let ids = archive.database.rows(sql, Vec::new()).await.unwrap();
    for path in ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"] {
        let stored = directory.path().join("log").join(path);
        let whole = std::fs::read(&stored).unwrap();
        for is_flipped in [true, false] {
            match is_flipped {
                true => flip(&stored, 11, 2),
                false => std::fs::remove_file(&stored).unwrap(),
            }
            assert!(archive.tile(path).await.is_err(), "{path}");
            for row in &ids {
                let artifact = archive.artifact(row.text("id").unwrap().parse().unwrap()).await.unwrap().unwrap();
                archive.receipt(&artifact).await.unwrap();
            }
            let scrubbed = archive.scrub(ALL).await.unwrap();
            assert_eq!(scrubbed.repaired, [format!("log/{path}")]);
            assert_eq!(std::fs::read(&stored).unwrap(), whole, "{path}");
            assert_eq!(archive.tile(path).await.unwrap().unwrap(), whole);
        }
    }
    archive.close().await;
    assert_eq!(found(&audited(directory.path()).await), []);
}

/// Where a row isn't what was logged, the tile says what it was; the entry comes from the second store.
#[tokio::test]
async fn a_changed_row_is_judged_by_tiles_and_an_entry_is_taken_from_the_copy() {
    let directory = large().await.copy();
    let second = tempfile::tempdir().unwrap();
    let archive = super::opened(&directory).await.with_second(&second.path().join("copy")).await.unwrap();
    archive.sequence().await.unwrap();
    archive.copy_to_second(ALL).await.unwrap();
    archive.close().await;
    assert_eq!(tamper(directory.path(), "UPDATE leaf SET hash = zeroblob(32) WHERE position = 1").await, 1);
    let stored = directory.path().join("log/tile/entries/000");
    let whole = std::fs::read(&stored).unwrap();

    std::fs::remove_file(&stored).unwrap();
    let archive = super::opened(&directory).await;
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((scrubbed.repaired.len(), &scrubbed.damaged[..]), (0, &["log/tile/entries/000".to_owned()][..]));
    archive.scrub(ALL).await.unwrap();
    assert_eq!(events(&archive, "files.damaged").await, 1, "it's told once");
    let known = archive.damaged().await.unwrap();
    assert_eq!((known.len(), known[0].state.as_str()), (1, "missing"), "{known:?}");
    let archive = archive.with_second(&second.path().join("copy")).await.unwrap();
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((&scrubbed.repaired[..], scrubbed.damaged.len()), (&["log/tile/entries/000".to_owned()][..], 0));
    assert_eq!(std::fs::read(&stored).unwrap(), whole);
    assert_eq!(archive.damaged().await.unwrap(), []);
}

/// Where neither rows nor tiles give the root, nothing is signed and nothing is written.
#[tokio::test]
async fn a_log_that_nothing_gives_again_is_told_of() {
    let place = Place::files();
    let archive = place.archive().await;
    filled(&archive).await;
    archive.close().await;
    let Place::Files(directory) = &place else { unreachable!() };
    for sql in [
        "UPDATE event SET at = at + 1 WHERE id = (SELECT event FROM leaf WHERE position = 1)",
        "UPDATE leaf SET hash = zeroblob(32) WHERE position = 1",
    ] {
        assert_eq!(tamper(directory.path(), sql).await, 1);
    }
    flip(&directory.path().join("log/tile/0/000.p/3"), 40, 1);
    let before = files(directory.path(), "log");
    let archive = place.opened().await;
    archive.check_log().await.unwrap();
    for _ in 0..2 {
        assert!(matches!(archive.sequence().await, Err(Error::Damaged(_))));
    }
    assert!(matches!(archive.check_log().await, Err(Error::Damaged(_))));
    assert_eq!(files(directory.path(), "log"), before);
    let known = archive.damaged().await.unwrap();
    assert_eq!(known.iter().map(|damage| damage.object.as_str()).collect::<Vec<_>>(), ["log/tile/0/000.p/3"]);
    // Somebody puts it back.
    flip(&directory.path().join("log/tile/0/000.p/3"), 40, 1);
    archive.scrub(ALL).await.unwrap();
    archive.check_log().await.unwrap();
    assert_eq!(archive.damaged().await.unwrap(), []);
}

/// Without the credential that replaces objects, the archive goes on, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_replaced_is_told_and_everything_is_answered() {
    let place = Place::grown();
    let archive = place.archive().await;
    let mut all = filled(&archive).await;
    place.flip("log/tile/0/000.p/3", 40);
    archive.sequence().await.unwrap();
    demand_answered(&archive, &all).await;
    let scrubbed = archive.scrub(ALL).await.unwrap();
    assert_eq!((&scrubbed.refused, scrubbed.repaired.len()), (&scrubbed.damaged, 0));
    assert_eq!(scrubbed.damaged, ["log/tile/0/000.p/3"]);
    assert_eq!(archive.damaged().await.unwrap().len(), 1);
    all.push(kept(&archive, "d").await);
    archive.sequence().await.unwrap();
    demand_answered(&archive, &all).await;
    archive.check_log().await.unwrap();
    let archive = place.mending(archive);
    assert_eq!(archive.scrub(ALL).await.unwrap().repaired, ["log/tile/0/000.p/3"]);
    assert_eq!(archive.damaged().await.unwrap(), []);
}

/// The second store's files of the log: the edge by the copy job, all of them by a scrub.
#[tokio::test]
async fn the_copy_of_the_log_is_made_again() {
    let directory = large().await.copy();
    let second = tempfile::tempdir().unwrap();
    let copy = second.path().join("copy");
    let archive = super::opened(&directory).await.with_second(&copy).await.unwrap();
    archive.sequence().await.unwrap();
    archive.copy_to_second(ALL).await.unwrap();
    let edge = files(&copy, "log/tile/0/001.p");
    let [edge] = edge.as_slice() else { panic!("{edge:?}") };
    for (path, by_copy) in
        [(edge.clone(), true), (copy.join("log/tile/0/000"), false), (copy.join("log/tile/entries/000"), false)]
    {
        let whole = std::fs::read(&path).unwrap();
        for is_flipped in [true, false] {
            match is_flipped {
                true => flip(&path, 8, 2),
                false => std::fs::remove_file(&path).unwrap(),
            }
            match by_copy {
                true => assert!(archive.copy_to_second(ALL).await.unwrap().is_complete),
                false => assert_eq!(archive.scrub(ALL).await.unwrap().copied.len(), 1, "{}", path.display()),
            }
            assert_eq!(std::fs::read(&path).unwrap(), whole, "{}", path.display());
        }
    }
    assert_eq!(files(&copy, "quarantine").len(), 3);
    // What is changed here isn't copied.
    kept(&archive, "later").await;
    archive.sequence().await.unwrap();
    let newest = files(directory.path(), "log/tile/0/001.p");
    for path in &newest {
        flip(path, 0, 0);
    }
    assert!(archive.copy_to_second(ALL).await.is_err());
    archive.sequence().await.unwrap();
    archive.copy_to_second(ALL).await.unwrap();
}
