//! What is said of documents: what became of them, and other metadata, beside what was said before.

use kyso_tests::http::Answer;
use kyso_tests::service::{self, OFFICER, sign};
use kyso_tests::shapes::plain;
use serde_json::{Value, json};

use crate::certification::{DRAFT, Office, request};
use crate::world::World;

fn code(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json()["code"].clone())
}

fn post(world: &World, token: &str, path: &str, body: &Value) -> Answer {
    world.send(&service::request("POST", path, token).body("application/json", body.to_string().into()))
}

/// The description of a document.
fn described(world: &World, path: &str) -> Value {
    let asked = service::request("GET", path, &world.callers.reader).header("Accept", "application/json");
    world.send(&asked).json()
}

fn signed(world: &World) -> String {
    world.send(&sign(&world.callers, &plain())).header("location").unwrap().to_owned()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

#[test]
fn what_became_of_a_document_is_seen_from_both_ends() {
    let world = World::new();
    let (old, new) = (signed(&world), signed(&world));
    let nothing = world.get(&format!("{old}/status")).json();
    assert_eq!(nothing, json!({ "id": id(&old), "status": "in-force", "changes": [] }));

    let replaces = json!({ "link": "replaces", "other": id(&old) });
    let said = post(&world, &world.callers.clerk, &format!("{new}/status"), &replaces);
    assert_eq!((said.status, &said.json()["status"]), (200, &"in-force".into()));
    let again = post(&world, &world.callers.leader, &format!("{new}/status"), &replaces);
    assert_eq!(again.body, said.body, "the same said again");
    let of_old = described(&world, &old);
    assert_eq!((&of_old["status"], &of_old["versions"][0]["version"]), (&"replaced".into(), &0.into()));
    assert_eq!(of_old["versions"][0]["sha256"], of_old["sha256"]);
    let [change] = of_old["changes"].as_array().unwrap().as_slice() else { panic!("{of_old}") };
    assert_eq!((&change["link"], &change["other"]), (&"replaced-by".into(), &id(&new).into()));
    assert_eq!(world.get(of_old["links"]["status"].as_str().unwrap()).json()["changes"][0], *change);
    assert_eq!(said.json()["changes"][0]["link"], "replaces");

    let cancelled = json!({ "link": "cancelled", "decision": "12/QĐ-UBND", "date": "2026-11-30" });
    let said = post(&world, &world.callers.leader, &format!("{new}/status"), &cancelled).json();
    assert_eq!((&said["status"], &said["changes"][1]["decision"]), (&"cancelled".into(), &"12/QĐ-UBND".into()));
    assert_eq!(said["changes"][1]["date"], "2026-11-30");
    assert_eq!(described(&world, &new)["status"], "cancelled");
    // A document is handed out as before.
    assert_eq!(world.get(&new).status, 200);
}

#[test]
fn what_cant_have_become_of_a_document_is_refused() {
    let world = World::new();
    let (old, new) = (signed(&world), signed(&world));
    let path = format!("{new}/status");
    let replaces = |other: &str| json!({ "link": "replaces", "other": id(other) });
    assert_eq!(code(&post(&world, &world.callers.reader, &path, &replaces(&old))), (403, "role.not-allowed".into()));
    assert_eq!(code(&post(&world, &world.callers.clerk, &path, &replaces(&new))), (422, "link.circle".into()));
    let nobodys = "/api/v1/artifacts/0198c0f0-0000-7000-8000-000000000000";
    let of_nobody = post(&world, &world.callers.clerk, &format!("{nobodys}/status"), &replaces(&old));
    assert_eq!(code(&of_nobody), (404, "artifact.not-found".into()));
    for (body, field) in [
        (replaces(nobodys), "other"),
        (json!({ "link": "cancelled", "decision": "1", "date": "2999-01-01" }), "date"),
        (json!({ "link": "cancelled", "decision": "a\nb", "date": "2026-01-01" }), "decision"),
        (json!({ "link": "lost" }), "link"),
        (json!([]), "body"),
    ] {
        let refused = post(&world, &world.callers.clerk, &path, &body);
        assert_eq!(code(&refused), (422, "parameter.invalid".into()), "{body}");
        assert_eq!(refused.json()["field"], field, "{body}");
    }
    let form = service::request("POST", &path, &world.callers.clerk).body("text/plain", b"{}".to_vec());
    assert_eq!(code(&world.send(&form)), (415, "media-type.unsupported".into()));
    assert_eq!(world.get(&path).json()["changes"], json!([]));
}

#[test]
fn metadata_are_corrected_and_what_was_said_before_stays() {
    let office = Office::new();
    let prepared = office.certify(&request(), DRAFT, "a").json();
    let number = prepared["number"].as_str().unwrap().to_owned();
    let sealed = office.sealed(&office.signed(&prepared));
    let issued = office.issue(OFFICER, &sealed, &number, "b").json();
    let world = &office.0;
    let path = format!("/api/v1/artifacts/{}/metadata", issued["artifact"].as_str().unwrap());
    let first = world.get(&path).json();
    let said = |after: Value, subject: &str| {
        let mut metadata = first["metadata"].clone();
        metadata["Subject"] = subject.into();
        json!({ "after": after, "reason": "sai trích yếu", "approved_by": "Lê Mẫu", "metadata": metadata })
    };

    let body = said(0.into(), "Giấy đề nghị xác minh");
    let corrected = post(world, &world.callers.clerk, &path, &body);
    assert_eq!(corrected.status, 201, "{corrected:?}");
    let (told, location) = (corrected.json(), corrected.header("location").unwrap().to_owned());
    assert_eq!((&told["revision"], &told["reason"]), (&1.into(), &"sai trích yếu".into()));
    assert_eq!(post(world, &world.callers.clerk, &path, &body).body, corrected.body, "the answer was lost");
    assert_eq!((world.get(&path).json(), world.get(&location).json()), (told.clone(), told.clone()));
    assert_eq!(world.get(&format!("{path}/revisions/0")).json(), first);
    assert_eq!(world.get(&format!("{path}/revisions")).json()["revisions"], json!([first, told]));
    let found = world.get("/api/v1/artifacts?words=de+nghi+xac+minh").json();
    assert_eq!(found["artifacts"][0]["id"], issued["artifact"]);

    let mut other_number = said(1.into(), "x");
    other_number["metadata"]["CertNumber"]["ordinal"] = 7.into();
    let mut unread = said(1.into(), "x");
    unread.as_object_mut().unwrap().remove("after");
    for (token, body, expected, field) in [
        (&world.callers.reader, said(1.into(), "x"), (403, "role.not-allowed"), Value::Null),
        (&world.callers.clerk, said(0.into(), "x"), (409, "metadata.revised-meanwhile"), "after".into()),
        (&world.callers.clerk, said(Value::Null, "x"), (409, "metadata.revised-meanwhile"), "after".into()),
        (&world.callers.clerk, said(1.into(), ""), (422, "record.not-whole"), "metadata".into()),
        (&world.callers.clerk, other_number, (422, "parameter.invalid"), "metadata.CertNumber".into()),
        (&world.callers.clerk, unread, (422, "parameter.invalid"), "after".into()),
        (&world.callers.clerk, json!({ "after": 1, "metadata": {} }), (422, "parameter.invalid"), "metadata".into()),
    ] {
        let refused = post(world, token, &path, &body);
        assert_eq!(code(&refused), (expected.0, expected.1.into()), "{body}");
        assert_eq!(refused.json()["field"], field, "{body}");
    }
    for revision in ["2", "x", "-1"] {
        let none = world.get(&format!("{path}/revisions/{revision}"));
        assert_eq!(code(&none), (404, "revision.not-found".into()), "{revision}");
    }
    let (plain, nobodys) = (signed(world), "/api/v1/artifacts/0198c0f0-0000-7000-8000-000000000000");
    for below in ["/metadata/revisions", "/metadata/revisions/0"] {
        assert_eq!(code(&world.get(&format!("{plain}{below}"))), (404, "metadata.not-found".into()));
        assert_eq!(code(&world.get(&format!("{nobodys}{below}"))), (404, "artifact.not-found".into()));
    }
}

#[test]
fn documents_are_found_by_book_and_signer_and_page_by_page() {
    let office = Office::new();
    let prepared = office.certify(&request(), DRAFT, "a").json();
    let number = prepared["number"].as_str().unwrap().to_owned();
    let sealed = office.sealed(&office.signed(&prepared));
    let issued = office.issue(OFFICER, &sealed, &number, "b").json();
    let world = &office.0;
    let plain = signed(world);
    let found = |query: &str| {
        let answer = world.get(&format!("/api/v1/artifacts?{query}")).json();
        let ids: Vec<String> =
            answer["artifacts"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!((&answer["more"], &answer["next"]), (&false.into(), &Value::Null));
        ids
    };
    let result = issued["artifact"].as_str().unwrap().to_owned();
    let year = &kyso_tests::ward::today().to_string()[..4];
    assert_eq!(found(&format!("book=01%2F{year}-SCT%2FBS")), std::slice::from_ref(&result));
    assert_eq!(found(&format!("book=02%2F{year}-SCT%2FBS")), Vec::<String>::new());
    let (all, bare) = (found(""), found("metadata=none"));
    assert_eq!((all[0].as_str(), bare[0].as_str()), (id(&plain), id(&plain)));
    assert!(!bare.contains(&result) && bare.len() == all.len() - 1, "{bare:?} {all:?}");
    // The requester is named, and signs nothing.
    assert_eq!(found("words=tran+thi+mau").len(), 1);
    assert_eq!(found("signer=tran+thi+mau"), Vec::<String>::new());
    assert!(found("signer=nguyen+mau").contains(&result));
    for (index, one) in all.iter().enumerate() {
        assert_eq!(found(&format!("after={one}")), all[index + 1..], "what stands behind it");
    }
    let gone = world.get("/api/v1/artifacts?after=0198c0f0-0000-7000-8000-000000000000");
    assert_eq!((code(&gone), &gone.json()["field"]), ((422, "parameter.invalid".into()), &"after".into()));
}
