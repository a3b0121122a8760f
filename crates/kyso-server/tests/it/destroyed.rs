//! What was destroyed by a decision: every way of reading it says so, and the request that made it makes nothing again.

use kyso_archive::{Archive, Decision, Erasing, Uuid};
use kyso_tests::http::Answer;
use kyso_tests::service::{self, OFFICER, form, sign};
use kyso_tests::shapes::plain;

use crate::certification::{DRAFT, Office, block_on, request};

fn code(answer: &Answer) -> (u16, serde_json::Value) {
    (answer.status, answer.json()["code"].clone())
}

#[test]
fn it_is_gone_by_every_route_and_is_not_signed_again() {
    let mut office = Office::new();
    // The metadata of a result, as the desk makes them, said of another document, of long ago.
    let prepared = office.certify(&request(), DRAFT, "a").json();
    let number = prepared["number"].as_str().unwrap().to_owned();
    let sealed = office.sealed(&office.signed(&prepared));
    let issued = office.issue(OFFICER, &sealed, &number, "b").json();
    let result = format!("/api/v1/artifacts/{}", issued["artifact"].as_str().unwrap());
    let mut told = office.0.get(&format!("{result}/metadata")).json()["metadata"].clone();
    told["CertKind"] = "CK".into();
    told["IssuedDate"] = "05/01/2020".into();
    // No prepared result waits in that dossier.
    told["DossierCode"] = "H61.12-200103-0042".into();
    told["ResultCode"] = "H61.12-200103-0042-KQ(1)".into();

    let world = &mut office.0;
    let request = sign(&world.callers, &plain()).header("Idempotency-Key", "long ago");
    let signed = world.send(&request);
    assert_eq!(signed.status, 201);
    let path = signed.header("location").unwrap().to_owned();
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    world.stop().join().unwrap();
    let data = world.path("data");
    block_on(async {
        let archive = Archive::open(&data).await.unwrap();
        let metadata = serde_json::from_value(told).unwrap();
        archive.revise(id, &metadata, "văn thư", None).await.unwrap();
        let number = archive.propose_destruction(&[id], "Lê Mẫu").await.unwrap();
        archive.approve_destruction(number, "Nguyễn Mẫu", None).await.unwrap();
        let day = kyso::local_time::VIETNAM.to_datetime(jiff::Timestamp::now()).date();
        let decision = Decision { number: "7/QĐ-UBND".into(), date: day, backups: day };
        archive.decide_destruction(number, "Lê Mẫu", &decision).await.unwrap();
        let paper = |_: &_| Ok(b"%PDF-1.7".to_vec());
        archive.execute_destruction(number, "Lê Mẫu", &Erasing::default(), paper).await.unwrap();
        archive.close().await;
    });
    world.start();

    let gone = (410, "artifact.destroyed".into());
    let routes = [
        "",
        "/report",
        "/metadata",
        "/metadata/revisions",
        "/metadata/revisions/0",
        "/status",
        "/receipt",
        "/versions",
        "/versions/0",
        "/versions/0/report",
        "/versions/0/receipt",
    ];
    for route in routes {
        let answer = world.get(&format!("{path}{route}"));
        assert_eq!(code(&answer), gone, "{route}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("7/QĐ-UBND") && detail.contains("giấy chứng nhận tiêu hủy số 1"), "{detail}");
    }
    let json = service::request("GET", &path, &world.callers.reader).header("Accept", "application/json");
    assert_eq!(code(&world.send(&json)), gone);
    assert_eq!(code(&world.send(&request)), gone, "the same request");
    let other = form("/api/v1/sign", &world.callers.leader, &plain(), r#"{"key": "chu-tich", "reason": "khác"}"#);
    assert_eq!(code(&world.send(&other.header("Idempotency-Key", "long ago"))), gone, "the key with another request");
    let sha256 = kyso::crypto::DigestAlgorithm::Sha256.hex(&signed.body);
    assert_eq!(world.get(&format!("/api/v1/artifacts?sha256={sha256}")).json()["artifacts"], serde_json::json!([]));
    assert_eq!(world.get(&result).status, 200, "nothing else is gone");
    let metrics = String::from_utf8(world.get("/metrics").body).unwrap();
    for line in ["kyso_artifacts_destroyed 1\n", "kyso_holds_open 0\n", "kyso_destructions{state=\"begun\"} 0\n"] {
        assert!(metrics.contains(line), "{line}{metrics}");
    }
    assert_eq!(world.get("/healthz").status, 200);
}

/// The file that a leader signed says what the sealed result says: both are one document to whoever destroys it.
#[test]
fn what_the_leader_signed_goes_with_the_result() {
    let mut office = Office::new();
    let prepared = office.certify(&request(), DRAFT, "a").json();
    let number = prepared["number"].as_str().unwrap().to_owned();
    let signed = office.signed(&prepared);
    let sealed = office.sealed(&signed);
    let issued = office.issue(OFFICER, &sealed, &number, "b").json();
    let result: Uuid = issued["artifact"].as_str().unwrap().parse().unwrap();
    let mut told = office.0.get(&format!("/api/v1/artifacts/{result}/metadata")).json()["metadata"].clone();
    told["IssuedDate"] = "05/01/2020".into();
    let draft = prepared["links"]["pdf"].as_str().unwrap().to_owned();
    let world = &mut office.0;
    world.stop().join().unwrap();
    let data = world.path("data");
    let intermediate = block_on(async {
        let archive = Archive::open(&data).await.unwrap();
        let digest = kyso::crypto::DigestAlgorithm::Sha256.hex(&signed);
        let intermediate = archive.by_sha256(&digest).await.unwrap().pop().unwrap().id;
        assert_ne!(intermediate, result);
        archive.revise(result, &serde_json::from_value(told).unwrap(), "văn thư", None).await.unwrap();
        let number = archive.propose_destruction(&[result], "Lê Mẫu").await.unwrap();
        archive.approve_destruction(number, "Nguyễn Mẫu", None).await.unwrap();
        let day = kyso::local_time::VIETNAM.to_datetime(jiff::Timestamp::now()).date();
        let decision = Decision { number: "7/QĐ-UBND".into(), date: day, backups: day };
        archive.decide_destruction(number, "Lê Mẫu", &decision).await.unwrap();
        let paper = |_: &_| Ok(b"%PDF-1.7".to_vec());
        let done = archive.execute_destruction(number, "Lê Mẫu", &Erasing::default(), paper).await.unwrap();
        assert_eq!(done.destruction.items.len(), 2, "{done:?}");
        archive.close().await;
        intermediate
    });
    world.start();
    for id in [result, intermediate] {
        assert_eq!(code(&world.get(&format!("/api/v1/artifacts/{id}"))), (410, "artifact.destroyed".into()), "{id}");
    }
    assert_eq!(world.get(&draft).status, 404, "what was prepared has the same content");
}
