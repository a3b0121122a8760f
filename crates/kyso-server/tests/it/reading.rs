//! Versions, metadata, look-ups, and who read what.

use jiff::{SignedDuration, Timestamp};
use kyso_archive::Archive;
use kyso_tests::http::Answer;
use kyso_tests::service::{self, OFFICER, sign};
use kyso_tests::shapes::plain;
use serde_json::Value;

use crate::certification::{DRAFT, Office, block_on, request};
use crate::world::World;

fn found(world: &World, query: &str) -> Vec<Value> {
    let answer = world.get(&format!("/api/v1/artifacts?{query}"));
    assert_eq!(answer.status, 200, "{query}: {answer:?}");
    assert_eq!(answer.json()["more"], false);
    answer.json()["artifacts"].as_array().unwrap().clone()
}

fn code(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["code"].clone())
}

#[test]
fn each_version_has_its_pdf_its_report_and_its_description() {
    let world = World::new();
    let signed = world.send(&sign(&world.callers, &plain()));
    let path = signed.header("location").unwrap().to_owned();
    let listed = world.get(&format!("{path}/versions")).json();
    let [version] = listed["versions"].as_array().unwrap().as_slice() else { panic!("{listed}") };
    let expected = kyso::crypto::DigestAlgorithm::Sha512.hex(&signed.body);
    assert_eq!((&version["version"], &version["sha512"]), (&0.into(), &expected.into()));
    assert_eq!(version["level"], "PAdES-B-B");
    assert_eq!(version["links"]["self"], format!("{path}/versions/0"));

    let of_version = world.get(version["links"]["self"].as_str().unwrap());
    assert_eq!((of_version.status, of_version.body == signed.body), (200, true));
    let json = |path: &str| {
        let asked = service::request("GET", path, &world.callers.reader).header("Accept", "application/json");
        world.send(&asked).json()
    };
    assert_eq!(json(&format!("{path}/versions/0")), *version);
    let newest = json(&path);
    assert_eq!((&newest["sha256"], &newest["links"]["self"]), (&version["sha256"], &path.clone().into()));
    let report = world.get(version["links"]["report"].as_str().unwrap());
    assert_eq!(report.json(), world.get(&format!("{path}/report")).json());
    for below in [
        "/versions/1",
        "/versions/1/report",
        "/versions/1/receipt",
        "/versions/x",
        "/versions/-1",
        "/versions/4294967296",
    ] {
        assert_eq!(code(&world.get(&format!("{path}{below}"))), (404, "version.not-found".into()), "{below}");
    }
    assert_eq!(code(&world.get(&format!("{path}/metadata"))), (404, "metadata.not-found".into()));
    let none = "/api/v1/artifacts/0198c0f0-0000-7000-8000-000000000000";
    for below in ["/versions", "/versions/0", "/receipt", "/metadata"] {
        assert_eq!(code(&world.get(&format!("{none}{below}"))), (404, "artifact.not-found".into()), "{below}");
    }
}

#[test]
fn a_result_is_found_by_what_is_said_of_it() {
    let office = Office::new();
    let prepared = office.certify(&request(), DRAFT, "a").json();
    let number = prepared["number"].as_str().unwrap().to_owned();
    let sealed = office.sealed(&office.signed(&prepared));
    let issued = office.issue(OFFICER, &sealed, &number, "b").json();
    let world = &office.0;
    let id = issued["artifact"].as_str().unwrap().to_owned();
    let (today, year) = (kyso_tests::ward::today(), kyso_tests::ward::today().to_string()[..4].to_owned());
    for query in [
        "dossier=H61.12-261129-0042".to_owned(),
        format!("ordinal=1&year={year}"),
        format!("symbol=SCT%2FBS&ordinal=1&year={year}"),
        format!("from={today}&to={today}"),
        "kind=BS".to_owned(),
        "words=tran+thi+mau".to_owned(),
        "words=Tr%E1%BA%A7n".to_owned(),
    ] {
        let found = found(world, &query);
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        assert_eq!(found[0]["id"], id.clone(), "{query}");
    }
    for query in [
        "dossier=H61.12-261129-0043".to_owned(),
        "ordinal=2".to_owned(),
        "to=2020-01-01".to_owned(),
        "kind=CK".to_owned(),
        "words=nobody".to_owned(),
        format!("sha256={}", "0".repeat(64)),
    ] {
        assert_eq!(found(world, &query), Vec::<Value>::new(), "{query}");
    }
    let by_digest = found(world, &format!("sha256={}", issued["sha256"].as_str().unwrap()));
    assert!(by_digest.iter().any(|one| one["id"] == id.clone()), "{by_digest:?}");
    let all = found(world, "");
    assert!(all.len() > 1 && all[0]["id"] == id.clone(), "the newest stands first: {all:?}");

    let metadata = world.get(&format!("/api/v1/artifacts/{id}/metadata"));
    assert_eq!((metadata.status, &metadata.json()["metadata"]), (200, &issued["record"]));
    assert_eq!(metadata.json()["revision"], 0);
}

#[test]
fn what_a_query_cant_mean_is_refused() {
    let world = World::new();
    for (query, field) in [
        ("number=1", "number"),
        ("from=yesterday", "from"),
        ("kind=BS&kind=CK", "kind"),
        ("sha256=abc", "sha256"),
        ("words=%2A", "words"),
    ] {
        let answer = world.get(&format!("/api/v1/artifacts?{query}"));
        assert_eq!(code(&answer), (422, "parameter.invalid".into()), "{query}");
        assert_eq!(answer.json()["field"], field, "{query}");
    }
}

/// Readings of the document and of what says something of persons have rows, and the day's head counts them.
#[test]
fn readings_are_written_down() {
    let mut world = World::new();
    let signed = world.send(&sign(&world.callers, &plain()));
    let path = signed.header("location").unwrap().to_owned();
    let days = |world: &mut World| {
        world.stop().join().unwrap();
        let data = world.path("data");
        let days = block_on(async {
            let archive = Archive::open(&data).await.unwrap();
            let tomorrow = Timestamp::now() + SignedDuration::from_hours(26);
            let days = archive.log_access_heads(tomorrow).await.unwrap();
            archive.close().await;
            days
        });
        world.start();
        days
    };
    // Nobody has read: its maker got it in the answer, and a description isn't the document.
    let asked = service::request("GET", &path, &world.callers.reader).header("Accept", "application/json");
    assert_eq!(world.send(&asked).status, 200);
    assert_eq!(days(&mut world), 0);
    assert_eq!(world.get(&path).status, 200);
    assert!(days(&mut world) > 0);
}
