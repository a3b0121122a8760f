//! The service as such: addresses, languages, health, stopping.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use kyso_server::{Config, ServeError, Server};
use kyso_tests::http::Request;
use kyso_tests::service::{self, form, request, sign};
use kyso_tests::shapes::plain;

use crate::contract::OPENAPI;
use crate::world::World;

#[test]
fn unknown_addresses_and_methods_are_problems() {
    let world = World::new();
    for path in ["/", "/api", "/api/v1", "/api/v1/log", "/api/v2/sign", "/api/v1/artifacts/a/b/c"] {
        let answer = world.send(&Request::new("GET", path));
        assert_eq!((answer.status, answer.json()["code"].clone()), (404, "route.not-found".into()), "{path}");
    }
    for (method, path, allow) in [
        ("GET", "/api/v1/sign", "POST"),
        ("DELETE", "/api/v1/artifacts/x", "GET,HEAD"),
        ("PUT", "/healthz", "GET,HEAD"),
    ] {
        let answer = world.send(&Request::new(method, path));
        assert_eq!((answer.status, answer.json()["code"].clone()), (405, "method.not-allowed".into()));
        assert_eq!(answer.header("allow"), Some(allow));
    }
    for id in ["x", "0198c0f0-0000-7000-8000-000000000000", "..%2F..%2Fkyso.toml", "%FF"] {
        for below in ["", "/report", "/metadata", "/receipt", "/versions", "/versions/0", "/versions/0/report"] {
            let path = format!("/api/v1/artifacts/{id}{below}");
            let answer = world.get(&path);
            assert!(matches!(answer.status, 400 | 404), "{path}: {answer:?}");
        }
    }
}

#[test]
fn problems_speak_vietnamese_unless_english_is_preferred() {
    let world = World::new();
    let ask = |language: &str| world.send(&Request::new("GET", "/none").header("Accept-Language", language));
    let (vietnamese, english) = (ask("vi, en;q=0.5"), ask("en-GB, vi;q=0.5"));
    assert_eq!(vietnamese.json()["title"], "Không có địa chỉ này");
    assert_eq!(english.json()["title"], "No such address");
    assert_eq!(vietnamese.header("content-language"), Some("vi"));
    assert_eq!(english.header("content-language"), Some("en"));
    let id = english.header("x-request-id").unwrap();
    assert_eq!(english.json()["instance"], format!("urn:uuid:{id}"));
}

#[test]
fn the_description_is_served_and_names_this_version() {
    let world = World::new();
    let answer = world.send(&Request::new("GET", "/api/openapi.json"));
    assert_eq!(answer.json(), *OPENAPI);
    assert_eq!(OPENAPI["info"]["version"], env!("CARGO_PKG_VERSION"));
    for (path, item) in OPENAPI["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            let method = if method == "get" { "GET" } else { "POST" };
            let path =
                ["{id}", "{n}", "{level}", "{index}"].iter().fold(path.clone(), |path, name| path.replace(name, "0"));
            let answer = world.send(&request(method, &path, &world.callers.leader));
            assert!(answer.status != 405, "{method} {path} is described but not served");
            assert!(answer.status != 404 || answer.json()["code"] != "route.not-found", "{path}");
        }
    }
}

#[test]
fn health_is_looked_into_for_real() {
    let mut world = World::new();
    let health = || world.send(&Request::new("GET", "/healthz"));
    assert_eq!(health().status, 200);
    std::fs::rename(world.path("data/tmp"), world.path("data/away")).unwrap();
    let sick = health();
    assert_eq!((sick.status, sick.json()["field"].clone()), (503, "objects".into()));
    let failed = world.send(&sign(&world.callers, &plain()).header("Idempotency-Key", "1"));
    assert_eq!((failed.status, failed.json()["code"].clone()), (500, "internal".into()));
    // A job that was at work when the directory went left its file in it: nobody could take it away there.
    for left in std::fs::read_dir(world.path("data/away")).unwrap() {
        std::fs::remove_file(left.unwrap().path()).unwrap();
    }
    std::fs::rename(world.path("data/away"), world.path("data/tmp")).unwrap();
    assert_eq!(health().status, 200);
    world.assert_empty();
    assert_eq!(world.send(&sign(&world.callers, &plain()).header("Idempotency-Key", "1")).status, 201);
}

#[test]
fn a_request_in_hand_is_finished_before_the_service_stops() {
    let mut world = World::new();
    let request = sign(&world.callers, &plain());
    let mut stream = TcpStream::connect(world.address()).unwrap();
    let mut bytes = format!(
        "POST /api/v1/sign HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n",
        request.body.len()
    );
    for (name, value) in &request.headers {
        bytes.push_str(&format!("{name}: {value}\r\n"));
    }
    bytes.push_str("\r\n");
    stream.write_all(bytes.as_bytes()).unwrap();
    let (one, other) = request.body.split_at(request.body.len() / 2);
    stream.write_all(one).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let address = world.address();
    let stopped = world.stop();
    std::thread::sleep(Duration::from_millis(200));
    assert!(TcpStream::connect(address).is_err(), "new connections are still taken");
    stream.write_all(other).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 201 "), "{}", String::from_utf8_lossy(&answer[..answer.len().min(500)]));
    stopped.join().unwrap();
    assert_eq!(world.kept(), 1);
}

#[test]
fn a_connection_that_does_nothing_does_not_keep_it_from_stopping() {
    let mut world = World::new();
    let _idle = TcpStream::connect(world.address()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    world.stop().join().unwrap();
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_configuration_that_can_not_work_says_where() {
    let world = World::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let text = std::fs::read_to_string(world.path("kyso.toml")).unwrap();
    for (from, to, expected) in [
        ("leader.pass", "root.pem", "key \"chu-tich\": p12"),
        ("seal.key", "none", "key \"con-dau\": key"),
        ("seal.png", "signature.png", "key \"con-dau\": image \"dau\": file"),
        ("trust = ['root.pem']", "trust = ['seal.png']", "trust"),
        ("'roster.toml'", "'kyso.toml'", "roster"),
        ("pass_file = 'leader.pass'", "pss = true\npass_file = 'leader.pass'", "key \"chu-tich\": pss"),
    ] {
        assert!(text.contains(from));
        let config = Config::parse(&world.path("kyso.toml"), &text.replace(from, to)).unwrap();
        let error = runtime.block_on(Server::bind(&config)).err().expect("refused").to_string();
        assert!(error.contains("kyso.toml: ") && error.contains(expected), "{error}");
    }
    let config = Config::parse(&world.path("kyso.toml"), &text).unwrap();
    assert!(matches!(runtime.block_on(Server::bind(&config)), Err(ServeError::Archive(kyso_archive::Error::InUse(_)))));
}

#[test]
fn a_service_that_seals_trusts_somebody_or_says_that_it_trusts_nobody() {
    let lines = "trust = ['root.pem']\nroster = 'roster.toml'\n";
    let start = |world: &World, name: &str, new: &str| {
        let text = std::fs::read_to_string(world.path("kyso.toml")).unwrap().replace(lines, new);
        std::fs::write(world.path(name), text.replace("data_dir = 'data'", "data_dir = 'other'")).unwrap();
        let config = Config::load(&world.path(name)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Server::bind(&config)).map(|_| ())
    };
    let world = World::new();
    std::fs::write(world.path("empty.toml"), "").unwrap();
    for new in ["", "roster = 'empty.toml'\n", "dangerous_seal_untrusted = false\n"] {
        let Err(ServeError::Config(error)) = start(&world, "nobody.toml", new) else { panic!("{new}: it starts") };
        assert_eq!(error.entry, "trust");
        assert!(error.to_string().contains("dangerous_seal_untrusted"), "{error}");
    }
    service::make_archive(&world.path("other"));
    for new in ["trust = ['root.pem']\n", "roster = 'roster.toml'\n", "dangerous_seal_untrusted = true\n"] {
        start(&world, "somebody.toml", new).unwrap();
    }
}

#[test]
fn the_seal_goes_over_a_stranger_only_where_the_configuration_says_so() {
    let stranger = kyso_testpki::TestPki::stranger(jiff::Timestamp::now()).unwrap();
    let stranger = stranger.issue(kyso_testpki::Profile::leader().key(kyso_testpki::KeyType::P256)).unwrap();
    let signer = kyso_tests::keys::signer(&stranger);
    let (pdf, now) = (plain(), jiff::Timestamp::now());
    let parameters = kyso::SignatureParameters::leader(now);
    let signed =
        kyso::sign(&kyso::Document::parse(&pdf).unwrap(), &signer, &parameters, &kyso::SigningOptions::default())
            .unwrap()
            .tail
            .after(&pdf);
    let lines = "trust = ['root.pem']\nroster = 'roster.toml'\n";
    for (new, status) in [
        (lines, 422),
        ("trust = ['root.pem']\n", 422),
        ("roster = 'roster.toml'\n", 422),
        ("dangerous_seal_untrusted = true\n", 201),
    ] {
        let world = World::with(|config| config.replace(lines, new));
        let request = form("/api/v1/seal", &world.callers.clerk, &signed, r#"{"key": "con-dau"}"#);
        let answer = world.send(&request);
        assert_eq!(answer.status, status, "{new}: {answer:?}");
        if status == 422 {
            assert_eq!(answer.json()["code"], "seal.no-leader-signature");
        }
    }
}
