//! The archive's log, for whoever audits it: no token, formats of C2SP.

use kyso_archive::Archive;
use kyso_archive::log::{Checkpoint, FileDigests, Note, Tile, Trust, VerifierKey, check, root_by_inclusion};
use kyso_tests::http::{Answer, Request};
use kyso_tests::service::{self, sign};
use kyso_tests::shapes::plain;

use crate::certification::block_on;
use crate::world::World;

fn anybody(world: &World, path: &str) -> Answer {
    world.send(&Request::new("GET", path))
}

fn text(answer: Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    String::from_utf8(answer.body).unwrap()
}

/// A signed document, its path and its receipt.
pub(crate) fn with_receipt(world: &World) -> (Vec<u8>, String, String) {
    let signed = world.send(&sign(&world.callers, &plain()));
    let path = signed.header("location").unwrap().to_owned();
    let asked = service::request("GET", &format!("{path}/receipt"), &world.callers.reader).header("Prefer", "wait=5");
    let receipt = world.send(&asked);
    assert_eq!(receipt.header("preference-applied"), Some("wait=5"));
    (signed.body, path, text(receipt))
}

#[test]
fn a_receipt_is_checked_by_the_logs_key() {
    let world = World::new();
    let (signed, path, receipt) = with_receipt(&world);
    let key: VerifierKey = text(anybody(&world, "/api/v1/log/key")).trim_end().parse().unwrap();
    let trust = Trust::new(&[key], &[], 0).unwrap();
    check(&FileDigests::of(&signed), receipt.as_bytes(), &trust).unwrap();
    assert!(check(&FileDigests::of(&plain()), receipt.as_bytes(), &trust).is_err());
    let of_version = text(world.get(&format!("{path}/versions/0/receipt")));
    check(&FileDigests::of(&signed), of_version.as_bytes(), &trust).unwrap();
    let answer = world.get(&format!("{path}/receipt"));
    assert!(answer.header("content-disposition").unwrap().ends_with(".0.tlog-proof\""), "{answer:?}");
}

#[test]
fn anybody_reads_the_checkpoint_and_its_tiles() {
    let world = World::new();
    let empty = anybody(&world, "/api/v1/log/checkpoint");
    assert_eq!((empty.status, empty.json()["code"].clone()), (404, "log.not-found".into()));
    let _ = with_receipt(&world);
    let answer = anybody(&world, "/api/v1/log/checkpoint");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let note = Note::parse(&answer.body).unwrap();
    let key: VerifierKey = text(anybody(&world, "/api/v1/log/key")).trim_end().parse().unwrap();
    note.verify(&[key]).unwrap();
    let checkpoint: Checkpoint = note.text().parse().unwrap();
    let size = checkpoint.size();

    let tile = Tile::new(0, 0, u16::try_from(size).unwrap()).unwrap();
    let answer = anybody(&world, &format!("/api/v1/log/{}", tile.path()));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    let hashes = tile.parse(&answer.body).unwrap();
    if let [only] = hashes.as_slice() {
        assert_eq!(root_by_inclusion(0, 1, only, &[]).as_ref(), Some(checkpoint.root()));
    }
    let entries = anybody(&world, &format!("/api/v1/log/tile/entries/000.p/{size}"));
    assert!(String::from_utf8_lossy(&entries.body).contains("kyso.log/v1\nversion.added\n"), "{entries:?}");
    for path in
        ["tile/0/000", "tile/9/000", "tile/0/x/y", "tile/0/..%2F..%2F..%2Farchive.json", "tile/0/%FF", "tile/a/000.p/1"]
    {
        let answer = anybody(&world, &format!("/api/v1/log/{path}"));
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
    }
}

/// While nothing covers a version, whoever asks is told when to ask again.
#[test]
fn a_receipt_that_isnt_there_yet_is_to_be_asked_for_again() {
    let mut world = World::new();
    world.stop().join().unwrap();
    // Something that is no file lies where a tile has to: the log can't go on. (A tile with other bytes is written again.)
    let tiles = world.path("data/log/tile/0/000.p");
    let written: Vec<_> = std::fs::read_dir(&tiles).unwrap().map(|tile| tile.unwrap().file_name()).collect();
    let others = || (1..32_u8).filter(|width| !written.contains(&width.to_string().into()));
    for width in others() {
        std::fs::create_dir(tiles.join(width.to_string())).unwrap();
    }
    world.start();
    let signed = world.send(&sign(&world.callers, &plain()));
    let path = signed.header("location").unwrap();
    let pending = world.get(&format!("{path}/receipt"));
    assert_eq!((pending.status, pending.header("retry-after")), (202, Some("1")));
    assert_eq!(pending.json()["state"], "pending");
    // The job fails and says why.
    let why = block_on(async {
        let archive = Archive::open_to_read(&world.path("data")).await.unwrap();
        for _ in 0..400 {
            let status = archive.status(jiff::Timestamp::now()).await.unwrap();
            let job = status.jobs.into_iter().find(|job| job.kind == "sequence");
            if let Some(why) = job.and_then(|job| job.error) {
                archive.close().await;
                return why;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no job failed in twenty seconds");
    });
    assert!(why.contains("000.p"), "{why}");
    world.stop().join().unwrap();
    for width in others() {
        std::fs::remove_dir(tiles.join(width.to_string())).unwrap();
    }
    world.start();
    let asked = service::request("GET", &format!("{path}/receipt"), &world.callers.reader).header("Prefer", "wait=5");
    assert_eq!(world.send(&asked).status, 200, "it goes on by itself once nothing is in its way");
}
