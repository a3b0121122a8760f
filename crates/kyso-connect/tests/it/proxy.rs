//! Through a proxy: plain requests are sent to it whole, TLS through a tunnel; what may not be asked isn't asked there
//! either.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use kyso::error::connection::Fault;
use kyso_connect::{Client, Exchange, Origin, Proxy, Settings, Url};

use crate::server::{Server, ok};

fn ask(proxy: &str, url: &str) -> Result<Vec<u8>, Fault> {
    let proxy: Proxy = proxy.parse().unwrap();
    // No DNS for the world outside, as behind a proxy.
    let resolve = |name: &str, port| match name {
        "inner.vn" => Ok(vec![(Ipv4Addr::new(10, 0, 0, 1), port).into()]),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let mut settings = Settings::default();
    (settings.proxy, settings.resolve) = (Some(proxy), Arc::new(resolve));
    let client = Client::new(settings).unwrap();
    let (url, accept, timeout) = (Url::parse(url).unwrap(), "*/*", Duration::from_secs(5));
    let origin = Origin::Stranger;
    client.exchange(&Exchange { url: &url, origin, post: None, accept, limit: 1000, timeout, credentials: None })
}

#[test]
fn a_plain_request_goes_to_the_proxy_whole() {
    let server = Server::giving("crl");
    let proxy = format!("http://ai:m%E1%BA%ADt@{}", server.address);
    assert_eq!(ask(&proxy, "http://ca.gov.vn:8080/a%20b.crl?x=1"), Ok(b"crl".to_vec()));
    let request = &server.requests()[0];
    assert!(request.starts_with("GET http://ca.gov.vn:8080/a%20b.crl?x=1 HTTP/1.1\r\n"), "{request}");
    let head = request.to_ascii_lowercase();
    assert!(head.contains("\r\nhost: ca.gov.vn:8080\r\n"), "{request}");
    // base64 of "ai:mật"
    assert!(head.contains(&"proxy-authorization: Basic YWk6beG6rXQ=".to_ascii_lowercase()), "{request}");
}

#[test]
fn tls_goes_through_a_tunnel() {
    let server = Server::saying("HTTP/1.1 403 No\r\n\r\n");
    let proxy = format!("http://{}", server.address);
    assert!(matches!(ask(&proxy, "https://ca.gov.vn/a.crl"), Err(Fault::Proxy(_))));
    assert!(server.requests()[0].starts_with("CONNECT ca.gov.vn:443 HTTP/1.1\r\n"), "{:?}", server.requests());
    let closed = Server::saying("HTTP/1.1 407 Who\r\n\r\n");
    let fault = ask(&format!("http://{}", closed.address), "https://ca.gov.vn/a.crl").unwrap_err();
    assert_eq!(fault, Fault::NotAuthorised(407));
}

#[test]
fn what_may_not_be_asked_isnt_asked_through_a_proxy() {
    let server = Server::giving("secret");
    let proxy = format!("http://{}", server.address);
    for url in
        ["http://127.0.0.1/", "http://169.254.169.254/", "http://inner.vn/", "https://inner.vn/", "http://[::1]/"]
    {
        assert!(matches!(ask(&proxy, url), Err(Fault::Refused(_))), "{url}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_proxys_refusal_is_told() {
    let server = Server::at(Ipv4Addr::LOCALHOST.into(), |_, stream| {
        let _ = stream.write_all(&ok("text/html", b"<html>blocked</html>"));
    });
    assert_eq!(
        ask(&format!("http://{}", server.address), "http://ca.vn/"),
        Err(Fault::ContentType("text/html".into()))
    );
}
