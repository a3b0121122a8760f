//! Manifests follow from rows: an audit names what is missing or changed, and a scrub writes it again.

use super::storing::{busy, occupy, settle};
use super::ward::{audited, flip, found, tamper};
use super::{Place, for_each_pair};
use crate::{Archive, Rebuilding};

const ALL: u64 = u64::MAX;

for_each_pair!(a_manifest_of_any_event_is_named_and_written_again);

/// A manifest of each kind of place.
fn of_each_kind(place: &Place) -> Vec<String> {
    let (objects, records) = (place.names("o"), place.names("log/record"));
    let one = |names: &[String], of: &str| {
        let found = names.iter().find(|name| name.ends_with(".json") && name.contains(of));
        found.unwrap_or_else(|| panic!("{of}: {names:?}")).clone()
    };
    vec![one(&objects, ".0.json"), one(&objects, ".m0.json"), one(&objects, ".m1.json"), one(&records, ".json")]
}

async fn a_manifest_of_any_event_is_named_and_written_again(place: Place) {
    let archive = place.mending(place.archive().await);
    occupy(&archive).await;
    assert_eq!(found(&place.audited(&[]).await), []);
    for path in of_each_kind(&place) {
        let whole = place.stored(&path).unwrap();
        // In its version, its node, its record, its end.
        let middle = whole.len() / 2;
        let node = whole.windows(8).position(|part| part == b"\"node\":\"").unwrap() + 8;
        for byte in [Some(7), Some(node), Some(middle), Some(whole.len() - 1), None] {
            let code = match byte {
                Some(byte) => {
                    place.flip(&path, byte);
                    "manifest.changed"
                }
                None => {
                    place.remove(&path);
                    "manifest.missing"
                }
            };
            assert_eq!(found(&place.audited(&[]).await), [(code, path.clone())], "{path} {byte:?}");
            let scrubbed = archive.scrub(ALL).await.unwrap();
            assert_eq!((&scrubbed.repaired[..], scrubbed.damaged.len()), (&[path.clone()][..], 0), "{path} {byte:?}");
            assert_eq!(place.stored(&path).unwrap(), whole, "{path} {byte:?}");
            archive.sequence().await.unwrap();
            settle(&archive).await;
        }
    }
    assert_eq!(found(&place.audited(&[]).await), []);
    assert!(archive.scrub(ALL).await.unwrap().repaired.is_empty());
}

/// A row that isn't what was committed to makes no manifest.
#[tokio::test]
async fn a_manifest_whose_rows_were_changed_stays_told() {
    let (directory, archive) = busy().await;
    archive.close().await;
    let sql = "UPDATE report SET body = body || ' ' WHERE artifact = (SELECT min(artifact) FROM report)";
    let of = "SELECT object FROM version WHERE artifact = (SELECT min(artifact) FROM report)";
    assert_eq!(tamper(directory.path(), sql).await, 1);
    let archive = super::opened(&directory).await;
    let object = archive.database.row(of, Vec::new()).await.unwrap().unwrap().text("object").unwrap();
    let name = crate::store::place(&format!("{object}.json"));
    let path = directory.path().join(&name);
    let whole = std::fs::read(&path).unwrap();
    flip(&path, 7, 1);
    for _ in 0..2 {
        let scrubbed = archive.scrub(ALL).await.unwrap();
        assert_eq!((scrubbed.repaired.len(), &scrubbed.damaged[..]), (0, &[name.clone()][..]));
    }
    assert_eq!(archive.damaged().await.unwrap().len(), 1);
    let told = found(&audited(directory.path()).await);
    assert!(
        told.contains(&("manifest.changed", name)) && told.iter().any(|(code, _)| *code == "row.changed"),
        "{told:?}"
    );
    // Somebody puts it back.
    super::storing::put(&path, &whole);
    archive.scrub(ALL).await.unwrap();
    assert_eq!(archive.damaged().await.unwrap(), []);
}

/// What is lost is said as far as the log knows it, and what lies there isn't said to be lost.
#[tokio::test]
async fn a_rebuild_says_whose_manifest_is_missing() {
    let (directory, archive) = busy().await;
    archive.close().await;
    for journal in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(directory.path().join(format!("archive.sqlite3{journal}")));
    }
    let records = super::ward::files(directory.path(), "log/record");
    std::fs::remove_file(&records[0]).unwrap();
    let rebuilt = Archive::rebuild(directory.path(), &Rebuilding::default()).await.unwrap();
    let [lost] = rebuilt.lost_manifests.as_slice() else { panic!("{rebuilt:?}") };
    assert_eq!((lost.kind.as_str(), lost.place), ("principal.known", "log/record/**.json"));
    assert_eq!((rebuilt.done, rebuilt.lost.as_slice(), rebuilt.missing.len()), (false, &[lost.position][..], 0));
}
