//! The server: everything is served and counted, with faults as announced.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kyso_testpki::{Clock, Fault, Profile, Server, TsaFault, World, path};

use super::{Desk, at, now};

/// Status, headers and body.
fn ask(url: &str, media_type: &str, body: Option<&[u8]>) -> Option<(u16, String, Vec<u8>)> {
    let (host, target) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or_default();
    let head = format!(
        "{method} /{target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).ok()?;
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(received[..end].to_vec()).unwrap();
    Some((head.split(' ').nth(1)?.parse().ok()?, head, received[end + 4..].to_vec()))
}

fn query(desk: &Desk) -> Vec<u8> {
    desk.write("data", "x");
    desk.run(&["ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "q.tsq"]);
    std::fs::read(desk.path("q.tsq")).unwrap()
}

#[test]
fn everything_is_served_and_counted() {
    let world = World::start(now()).unwrap();
    let leaf = world.issue(Profile::leader()).unwrap();
    let desk = Desk::new();
    let server = &world.server;
    let (status, head, answer) =
        ask(&server.url(path::TSA), "application/timestamp-query", Some(&query(&desk))).unwrap();
    assert!(status == 200 && head.contains("application/timestamp-reply"), "{head}");
    desk.write("r.tsr", answer);
    let text = desk.run(&["ts", "-reply", "-in", "r.tsr", "-text"]).stdout;
    assert!(String::from_utf8_lossy(&text).contains("Time stamp: Mar  2 03:00:00 2026 GMT"));
    assert_eq!(server.count(path::TSA), 1);
    assert_eq!(server.requests(path::TSA)[0].method, "POST");

    desk.write("issuer.pem", world.issuing.pem().unwrap());
    desk.write("leaf.pem", leaf.certificate_pem().unwrap());
    desk.run(&["ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "q.der"]);
    let request = std::fs::read(desk.path("q.der")).unwrap();
    let (_, _, posted) = ask(&server.url(path::OCSP), "application/ocsp-request", Some(&request)).unwrap();
    let encoded = openssl::base64::encode_block(&request);
    for encoded in [encoded.clone(), encoded.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")] {
        let (status, head, got) = ask(&format!("{}/{encoded}", server.url(path::OCSP)), "", None).unwrap();
        assert!(status == 200 && head.contains("application/ocsp-response"), "{head}");
        // An ECDSA signature's length varies by a few bytes.
        assert!(got.len().abs_diff(posted.len()) < 8 && got[0] == 0x30);
    }
    assert_eq!(server.count(path::OCSP), 3);

    for (path, media_type) in [
        (path::CRL, "application/pkix-crl"),
        (path::DELTA_CRL, "application/pkix-crl"),
        (path::ROOT_CRL, "application/pkix-crl"),
        (path::TSA_CRL, "application/pkix-crl"),
        (path::ISSUER, "application/pkix-cert"),
        (path::ISSUER_P7C, "application/pkcs7-mime"),
    ] {
        let (status, head, body) = ask(&server.url(path), "", None).unwrap();
        assert!(status == 200 && head.contains(media_type) && body[0] == 0x30, "{path}: {head}");
        assert_eq!(server.count(path), 1);
    }
    let (_, _, bag) = ask(&server.url(path::ISSUER_P7C), "", None).unwrap();
    desk.write("bag.p7c", bag);
    let listed = desk.run(&["pkcs7", "-inform", "DER", "-in", "bag.p7c", "-print_certs", "-noout"]).stdout;
    assert_eq!(String::from_utf8_lossy(&listed).matches("subject=").count(), 2);
    assert_eq!(ask(&server.url("/nothing"), "", None).unwrap().0, 404);
    assert_eq!(ask(&server.url(path::TSA), "", None).unwrap().0, 405);
    server.reset_counts();
    assert_eq!(server.total(), 0);

    world.travel_to(at("2031-03-02T03:00:00Z"));
    let (_, _, crl) = ask(&server.url(path::CRL), "", None).unwrap();
    desk.write("crl.der", crl);
    let text = desk.run(&["crl", "-inform", "DER", "-in", "crl.der", "-noout", "-lastupdate"]).stdout;
    assert!(String::from_utf8_lossy(&text).contains("Mar  2 03:00:00 2031 GMT"));
}

#[test]
fn faults_are_as_announced() {
    let world = World::start(now()).unwrap();
    let desk = Desk::new();
    let (server, query) = (&world.server, query(&desk));
    let tsa = || ask(&server.url(path::TSA), "application/timestamp-query", Some(&query));
    let right = tsa().unwrap().2;
    let with = |fault: Fault| {
        server.fault(path::TSA, Some(fault));
        tsa()
    };
    assert!(with(Fault::HangUp).is_none());
    assert_eq!(with(Fault::Status(500)).unwrap().0, 500);
    let (status, head, body) = with(Fault::Html).unwrap();
    assert!(status == 200 && head.contains("text/html") && body.starts_with(b"<!DOCTYPE"));
    let (_, head, body) = with(Fault::Huge(3 << 20)).unwrap();
    assert!(head.contains("timestamp-reply") && body.len() == 3 << 20);
    let (_, head, _) = with(Fault::Redirect("file:///etc/passwd".into())).unwrap();
    assert!(head.contains("302") && head.contains("Location: file:///etc/passwd"));
    let (_, head, body) = with(Fault::Cut).unwrap();
    assert!(head.contains(&format!("Content-Length: {}", body.len() + 100)));
    assert_eq!(with(Fault::Bytes(b"junk".to_vec())).unwrap().2, b"junk");
    assert!(with(Fault::Tsa(TsaFault::Rejection(0))).unwrap().2.len() < 64);
    let started = Instant::now();
    assert!(with(Fault::Slow(Duration::from_millis(300))).is_some());
    assert!(started.elapsed() >= Duration::from_millis(300));
    server.fault_times(path::TSA, Fault::Status(503), 2);
    assert_eq!([tsa(), tsa(), tsa()].map(|answer| answer.unwrap().0), [503, 503, 200]);
    server.fault(path::TSA, None);
    assert!(tsa().unwrap().2.len().abs_diff(right.len()) < 8);
    assert!(ask(&Server::nowhere("/tsa").unwrap(), "", None).is_none());
    server.remove(path::TSA);
    assert_eq!(tsa().unwrap().0, 404);
}

#[test]
fn services_are_for_this_machine_alone_and_may_follow_its_clock() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        assert!(Server::listen(address.parse().unwrap(), Clock::system()).is_err(), "{address}");
    }
    let world = World::on(Server::listen("127.0.0.1:0".parse().unwrap(), Clock::system()).unwrap()).unwrap();
    let (before, then) = (Timestamp::now(), world.now());
    assert!(before <= then && then <= Timestamp::now());
    let taken = Server::listen(world.server.address(), Clock::system()).unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
    world.travel_to(before);
    assert_eq!(world.now(), before);
}
