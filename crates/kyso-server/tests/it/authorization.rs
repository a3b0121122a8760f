//! Who may do what.

use kyso_server::NewToken;
use kyso_tests::http::Request;
use kyso_tests::service::{form, request};
use kyso_tests::shapes::plain;

use crate::world::World;

#[test]
fn without_a_known_token_there_is_nothing_to_see() {
    let world = World::new();
    let stranger = NewToken::generate().unwrap().secret.to_string();
    for (method, path) in [
        ("POST", "/api/v1/sign"),
        ("POST", "/api/v1/seal"),
        ("POST", "/api/v1/verify"),
        ("GET", "/api/v1/artifacts/x"),
        ("GET", "/api/v1/artifacts/x/report"),
        ("GET", "/api/v1/artifacts/x/metadata"),
        ("POST", "/api/v1/artifacts/x/metadata"),
        ("GET", "/api/v1/artifacts/x/metadata/revisions"),
        ("GET", "/api/v1/artifacts/x/metadata/revisions/0"),
        ("GET", "/api/v1/artifacts/x/status"),
        ("POST", "/api/v1/artifacts/x/status"),
        ("GET", "/api/v1/artifacts/x/receipt"),
        ("GET", "/api/v1/artifacts/x/versions"),
        ("GET", "/api/v1/artifacts/x/versions/0"),
        ("GET", "/api/v1/artifacts/x/versions/0/report"),
        ("GET", "/api/v1/artifacts/x/versions/0/receipt"),
        ("GET", "/api/v1/artifacts?words=x"),
        ("GET", "/metrics"),
    ] {
        for (header, code) in [
            (None, "token.missing"),
            (Some("Basic YTpi".to_owned()), "token.missing"),
            (Some("Bearer ".to_owned()), "token.missing"),
            (Some(format!("Bearer {stranger}")), "token.unknown"),
            (Some(format!("Bearer {}x", world.callers.reader)), "token.unknown"),
        ] {
            let bare = Request::new(method, path);
            let answer = world.send(&header.map_or(bare.clone(), |header| bare.header("Authorization", header)));
            assert_eq!((answer.status, answer.json()["code"].clone()), (401, code.into()), "{method} {path}");
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer realm=\"kyso\""));
        }
    }
}

#[test]
fn the_wrong_role_is_refused() {
    let mut world = World::new();
    let (leader, clerk, reader) = (&world.callers.leader, &world.callers.clerk, &world.callers.reader);
    for (path, token, key, code) in [
        ("/api/v1/sign", clerk, "chu-tich", "role.not-allowed"),
        ("/api/v1/sign", reader, "chu-tich", "role.not-allowed"),
        ("/api/v1/seal", leader, "con-dau", "role.not-allowed"),
        ("/api/v1/seal", reader, "con-dau", "role.not-allowed"),
        ("/api/v1/sign", leader, "con-dau", "key.not-allowed"),
        ("/api/v1/seal", clerk, "chu-tich", "key.not-allowed"),
        ("/api/v1/sign", &world.callers.deputy, "chu-tich", "key.not-allowed"),
    ] {
        let answer = world.send(&form(path, token, &plain(), &format!(r#"{{"key": "{key}"}}"#)));
        assert_eq!((answer.status, answer.json()["code"].clone()), (403, code.into()), "{path} {key}");
    }
    world.assert_empty();
}

#[test]
fn a_refusal_reaches_whoever_is_still_sending() {
    let world = World::new();
    let large = vec![b' '; 40_000_000];
    let refused = form("/api/v1/sign", &world.callers.clerk, &large, "{}").send_stubbornly(world.address());
    assert_eq!((refused.status, refused.json()["code"].clone()), (403, "role.not-allowed".into()));
    let refused = form("/api/v1/sign", &world.callers.leader, &large, "{}").send_stubbornly(world.address());
    assert_eq!((refused.status, refused.json()["code"].clone()), (413, "upload.too-large".into()));
}

#[test]
fn every_role_may_verify() {
    let world = World::new();
    for token in [&world.callers.leader, &world.callers.deputy, &world.callers.clerk, &world.callers.reader] {
        let answer = world.send(&request("POST", "/api/v1/verify", token).body("application/pdf", plain()));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["signatures"], serde_json::json!([]));
    }
}

#[test]
fn the_scheme_is_read_in_any_case() {
    let world = World::new();
    let answer = world.send(
        &Request::new("GET", "/api/v1/artifacts/x").header("Authorization", format!("bearer {}", world.callers.reader)),
    );
    assert_eq!(answer.status, 404);
}
