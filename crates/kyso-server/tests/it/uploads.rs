//! Uploads that are too large, cut off, or nothing to sign: a problem, and nothing is left.

use kyso_tests::http::Answer;
use kyso_tests::service::{form, request, sign};
use kyso_tests::shapes::plain;

use crate::contract;
use crate::world::World;

const PARAMETERS: &[u8] = br#"{"key": "chu-tich"}"#;

fn assert_problem(answer: &Answer, status: u16, code: &str, field: Option<&str>) {
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(
        (answer.status, problem["code"].as_str(), problem["field"].as_str()),
        (status, Some(code), field),
        "{problem}"
    );
}

#[test]
fn an_upload_over_the_limit() {
    let mut world = World::new();
    let mut large = plain();
    large.resize(1_000_001, b'\n');
    assert_problem(
        &world.send(&form("/api/v1/sign", &world.callers.leader, &large, r#"{"key": "chu-tich"}"#)),
        413,
        "upload.too-large",
        Some("file"),
    );
    large.resize(3_000_000, b'\n');
    assert_problem(
        &world.send(&form("/api/v1/sign", &world.callers.leader, &large, r#"{"key": "chu-tich"}"#)),
        413,
        "upload.too-large",
        Some("file"),
    );
    let bare = request("POST", "/api/v1/verify", &world.callers.reader).body("application/pdf", large);
    assert_problem(&world.send(&bare), 413, "upload.too-large", Some("file"));
    world.assert_empty();
}

#[test]
fn an_upload_at_the_limit_is_taken() {
    let world = World::new();
    let mut large = plain();
    large.resize(1_000_000, b'\n');
    assert_eq!(world.send(&form("/api/v1/sign", &world.callers.leader, &large, r#"{"key": "chu-tich"}"#)).status, 201);
}

#[test]
fn an_upload_over_the_limit_whose_length_was_not_announced() {
    let world = World::new();
    let mut large = plain();
    large.resize(1_200_000, b'\n');
    let mut chunked = format!("{:x}\r\n", large.len()).into_bytes();
    chunked.extend(large);
    chunked.extend(b"\r\n0\r\n\r\n");
    let head = format!(
        "POST /api/v1/verify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n",
        world.callers.reader
    );
    let answer = kyso_tests::http::send_raw(world.address(), head.as_bytes(), &chunked, false).expect("an answer");
    contract::hold("POST", "/api/v1/verify", &answer);
    assert_problem(&answer, 413, "upload.too-large", Some("file"));
}

#[test]
fn what_is_no_pdf() {
    let mut world = World::new();
    for file in [&b""[..], b"hello", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"] {
        let answer = world.send(&form("/api/v1/sign", &world.callers.leader, file, r#"{"key": "chu-tich"}"#));
        assert_problem(&answer, 422, "file.unreadable", Some("file"));
        let answer =
            world.send(&request("POST", "/api/v1/verify", &world.callers.reader).form(&[("file", None, file)]));
        assert_problem(&answer, 422, "file.unreadable", Some("file"));
    }
    world.assert_empty();
}

#[test]
fn a_pdf_that_was_cut_off_before_it_was_sent() {
    let mut world = World::new();
    let whole = plain();
    let mut refused = 0;
    for end in (1..whole.len() - 6).step_by(7) {
        let answer = world.send(&form("/api/v1/sign", &world.callers.leader, &whole[..end], r#"{"key": "chu-tich"}"#));
        assert_eq!((answer.status, answer.json()["field"].clone()), (422, "file".into()), "{end}: {answer:?}");
        refused += usize::from(answer.json()["code"] == "file.truncated");
    }
    assert!(refused > 0);
    world.assert_empty();
}

#[test]
fn an_upload_that_ends_early() {
    let mut world = World::new();
    let whole = sign(&world.callers, &plain()).header("Idempotency-Key", "1");
    for bytes in [0, 1, 100, whole.body.len() / 2, whole.body.len() - 3] {
        if let Some(answer) = whole.send_cut(world.address(), bytes) {
            contract::hold("POST", "/api/v1/sign", &answer);
            assert_problem(&answer, 400, "upload.broken", None);
        }
    }
    // The connection holds, the form doesn't.
    let mut cut = whole.clone();
    cut.body.truncate(whole.body.len() / 2);
    assert_problem(&world.send(&cut), 400, "upload.broken", None);
    world.assert_empty();
    assert_eq!(world.send(&whole).status, 201);
}

#[test]
fn forms_that_are_not_this_form() {
    let mut world = World::new();
    let pdf = plain();
    let file = ("file", Some("a.pdf"), &pdf[..]);
    let parameters = ("parameters", None, PARAMETERS);
    let large = vec![b' '; 100_000];
    for (parts, status, code, field) in [
        (vec![parameters], 422, "part.missing", Some("file")),
        (vec![file], 422, "part.missing", Some("parameters")),
        (vec![], 422, "part.missing", Some("file")),
        (vec![file, file, parameters], 422, "part.unexpected", Some("file")),
        (vec![file, parameters, ("pin", None, b"1234")], 422, "part.unexpected", Some("pin")),
        (vec![file, ("parameters", None, &large[..])], 413, "upload.too-large", Some("parameters")),
    ] {
        assert_problem(
            &world.send(&request("POST", "/api/v1/sign", &world.callers.leader).form(&parts)),
            status,
            code,
            field,
        );
    }
    let both = request("POST", "/api/v1/verify", &world.callers.reader).form(&[file, parameters]);
    assert_problem(&world.send(&both), 422, "part.unexpected", Some("parameters"));
    world.assert_empty();
}

#[test]
fn other_media_types() {
    let mut world = World::new();
    let sign = |media_type: &str| request("POST", "/api/v1/sign", &world.callers.leader).body(media_type, plain());
    for media_type in ["application/pdf", "application/json", "text/plain", "multipart/mixed; boundary=x"] {
        assert_problem(&world.send(&sign(media_type)), 415, "media-type.unsupported", Some("Content-Type"));
    }
    assert_problem(&world.send(&sign("multipart/form-data")), 400, "upload.broken", None);
    let verify = request("POST", "/api/v1/verify", &world.callers.reader).body("text/plain", plain());
    assert_problem(&world.send(&verify), 415, "media-type.unsupported", Some("Content-Type"));
    world.assert_empty();
}

#[test]
fn an_upload_that_does_not_come_in_time() {
    let mut world = World::with(|config| config.replace("request_timeout_seconds = 20", "request_timeout_seconds = 1"));
    let whole = sign(&world.callers, &plain());
    let answer = whole.send_slowly(world.address(), whole.body.len() / 2).expect("an answer");
    contract::hold("POST", "/api/v1/sign", &answer);
    assert_problem(&answer, 408, "upload.timeout", None);
    world.assert_empty();
}
