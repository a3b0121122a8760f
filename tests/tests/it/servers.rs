//! The servers that stores are tested against start, keep what they're given over a kill, and are one a process.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use kyso_tests::http::Request;
use kyso_tests::servers::{Postgres, S3};

#[test]
fn an_s3_store_is_killed_and_started_again_at_its_address() {
    let store = S3::start();
    let address = store.url().strip_prefix("http://").unwrap().parse().unwrap();
    assert_eq!(Request::new("GET", "/healthz").send(address).status, 200);
    store.kill();
    assert!(TcpStream::connect(address).is_err());
    store.start_again();
    assert_eq!(Request::new("GET", "/healthz").send(address).status, 200);
    drop(store);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_postgresql_is_killed_and_started_again_at_its_address() {
    let server = Postgres::durable();
    answers(server.url());
    server.kill();
    server.start_again();
    answers(server.url());
    assert_eq!(server.url_of("postgres", "postgres"), server.url());
    assert_eq!(Postgres::shared().url(), Postgres::shared().url());
}

/// Asks for TLS (PostgreSQL's SSLRequest), to which a server without it says no by one letter.
fn answers(url: &str) {
    let host = url.strip_prefix("postgres://postgres@").unwrap().strip_suffix("/postgres").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47]).unwrap();
    let mut letter = [0];
    stream.read_exact(&mut letter).unwrap();
    assert_eq!(&letter, b"N");
}
