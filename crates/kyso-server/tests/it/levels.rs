//! Levels above B-B: services outside that answer, fail or lie.

use jiff::{SignedDuration, Timestamp};
use kyso_testpki::{Fault, KeyType, OcspFault, Profile, TsaFault, path};
use kyso_tests::http::Answer;
use kyso_tests::service::{self, form, request};
use kyso_tests::shapes::plain;

use crate::world::World;

/// A service whose keys' certificates name services that answer, and those services.
fn office(more: &str) -> (World, kyso_testpki::World) {
    let outside = kyso_testpki::World::start(Timestamp::now()).unwrap();
    let tsa = format!("[[tsa]]\nurl = '{}'\n", outside.server.url(path::TSA));
    let more = more.replace("TSA", &tsa);
    let world = World::prepared(
        |directory| {
            let leader = outside.issue(Profile::leader().key(KeyType::P256)).unwrap();
            let seal = outside.issue(Profile::seal().key(KeyType::P256)).unwrap();
            service::write_keys(directory, &leader, &seal, &outside.root.pem().unwrap());
        },
        |config| {
            let (top, tables) = more.split_once('\n').unwrap_or((&more, ""));
            format!("{top}\n{config}\n{tables}\n")
        },
    );
    (world, outside)
}

const HERE: &str = "TSA[network]\nallow = ['127.0.0.1']\ntimeout_seconds = 2\n";

fn sign(world: &World, parameters: &str) -> Answer {
    world.send(&form("/api/v1/sign", &world.callers.leader, &plain(), parameters))
}

fn levels(world: &World, pdf: Vec<u8>) -> Vec<(String, String)> {
    let report = world.send(&request("POST", "/api/v1/verify", &world.callers.reader).body("application/pdf", pdf));
    let signatures = report.json()["signatures"].as_array().unwrap().clone();
    let people = signatures.iter().filter(|one| one["type"] == "signature");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    people.map(|one| (text(&one["level"]), text(&one["indication"]))).collect()
}

#[test]
fn a_request_names_its_level_and_the_configuration_the_usual_one() {
    let (world, outside) = office(&format!("level = 'PAdES-B-T'\n{HERE}"));
    let usual = sign(&world, r#"{"key": "chu-tich"}"#);
    assert_eq!(usual.status, 201, "{usual:?}");
    assert_eq!(levels(&world, usual.body)[0].0, "PAdES-B-T");
    assert_eq!(outside.server.total(), 1);

    let plain = sign(&world, r#"{"key": "chu-tich", "level": "PAdES-B-B"}"#);
    assert_eq!(levels(&world, plain.body.clone())[0].0, "PAdES-B-B");
    let parameters = r#"{"key": "con-dau", "level": "PAdES-B-LTA"}"#;
    let sealed = world.send(&form("/api/v1/seal", &world.callers.clerk, &plain.body, parameters));
    assert_eq!(sealed.status, 201, "{sealed:?}");
    let passed = ("PAdES-B-LTA".to_owned(), "TOTAL-PASSED".to_owned());
    assert_eq!(levels(&world, sealed.body), [passed.clone(), passed]);
}

/// Nothing is kept, the reason is told in the caller's language, and the same request works once the authority does.
#[test]
fn an_authority_that_fails_keeps_nothing() {
    let (mut world, outside) = office(&format!("level = 'PAdES-B-LTA'\n{HERE}"));
    for (fault, words) in [
        (Fault::Status(500), "HTTP 500"),
        (Fault::Html, "text/html"),
        (Fault::Tsa(TsaFault::WrongImprint), "dữ liệu khác"),
        (Fault::Tsa(TsaFault::Rejection(14)), "timeNotAvailable"),
        (Fault::Tsa(TsaFault::GenTime(Timestamp::now() + SignedDuration::from_mins(10))), "nhanh hơn đồng hồ"),
    ] {
        outside.server.fault(path::TSA, Some(fault));
        let answer = sign(&world, r#"{"key": "chu-tich"}"#);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("time-stamp.unavailable")));
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{answer:?}");
        assert_eq!(answer.header("retry-after"), Some("30"));
    }
    world.assert_empty();
    outside.server.fault(path::TSA, None);
    assert_eq!(sign(&world, r#"{"key": "chu-tich"}"#).status, 201);
}

#[test]
fn evidence_that_cant_be_had_keeps_nothing() {
    // Certificates that name this machine, which nobody allowed.
    let (mut world, outside) = office("level = 'PAdES-B-LT'\nTSA");
    let answer = sign(&world, r#"{"key": "chu-tich"}"#);
    // The authority's are the first that can't be had: it's the next one's turn, and there is none.
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("time-stamp.unavailable")));
    assert!(answer.json()["detail"].as_str().unwrap().contains("127.0.0.1"), "{answer:?}");
    assert_eq!(outside.server.total(), outside.server.count(path::TSA));
    world.assert_empty();
}

/// What validation would refuse isn't taken, here as by the command: the list serves in place of the answer, and without it
/// nothing is kept.
#[test]
fn an_answer_that_doesnt_serve_is_followed_by_the_next_source() {
    let (mut world, outside) = office(&format!("level = 'PAdES-B-LT'\n{HERE}"));
    outside.server.fault(path::OCSP, Some(Fault::Ocsp(OcspFault::HoursAgo(-1))));
    outside.server.fault(path::CRL, Some(Fault::Status(503)));
    let answer = sign(&world, r#"{"key": "chu-tich"}"#);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("evidence.unavailable")));
    assert!(answer.json()["detail"].as_str().unwrap().contains("tương lai"), "{answer:?}");
    world.assert_empty();
    outside.server.fault(path::CRL, None);
    let answer = sign(&world, r#"{"key": "chu-tich"}"#);
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(levels(&world, answer.body), [("PAdES-B-LT".to_owned(), "TOTAL-PASSED".to_owned())]);
}

#[test]
fn a_level_that_isnt_configured_is_the_requests_fault() {
    let mut world = World::new();
    for level in ["PAdES-B-T", "PAdES-B-LTA", "lta", "PAdES-B-X"] {
        let answer = sign(&world, &format!(r#"{{"key": "chu-tich", "level": "{level}"}}"#));
        let problem = answer.json();
        let found = (answer.status, problem["code"].as_str(), problem["field"].as_str());
        assert_eq!(found, (422, Some("parameter.invalid"), Some("level")), "{level}");
    }
    world.assert_empty();
}
