//! Where no request may go, no packet goes: the listeners count.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kyso::error::connection::{Fault, Range};
use kyso_connect::{Client, Exchange, Guard, Origin, Settings, Url};

use crate::server::{Server, ok, redirect};

fn get(client: &Client, url: &str, origin: Origin) -> Result<Vec<u8>, Fault> {
    let url = Url::parse(url).map_err(Fault::Url)?;
    let (accept, timeout) = ("*/*", Duration::from_secs(10));
    client.exchange(&Exchange { url: &url, origin, post: None, accept, limit: 1000, timeout, credentials: None })
}

fn client(allowed: &[&str]) -> Client {
    let guard = Guard::allowing(allowed.iter().map(|network| network.parse().unwrap()));
    Client::new(Settings::new(guard)).unwrap()
}

/// A client for whom every name is at the addresses that `resolve` gives at its n-th call.
fn resolving(
    allowed: &[&str],
    resolve: impl Fn(usize) -> Vec<SocketAddr> + Send + Sync + 'static,
) -> (Client, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let guard = Guard::allowing(allowed.iter().map(|network| network.parse().unwrap()));
    let resolve = move |_: &str, _| Ok(resolve(counted.fetch_add(1, Ordering::SeqCst)));
    let mut settings = Settings::new(guard);
    settings.resolve = Arc::new(resolve);
    (Client::new(settings).unwrap(), calls)
}

#[test]
fn a_certificates_url_never_leads_to_this_machine() {
    let server = Server::giving("secret");
    let port = server.address.port();
    for host in [
        "127.0.0.1",
        "127.0.0.2",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127.0.0.1%00.ca.vn",
        "ca.vn@127.0.0.1",
    ] {
        let fault = get(&client(&[]), &format!("http://{host}:{port}/x"), Origin::Stranger).unwrap_err();
        assert!(matches!(fault, Fault::Refused(_) | Fault::Url(_)), "{host}: {fault:?}");
    }
    assert_eq!(server.connections(), 0);
    // The same server answers once it's allowed, so that it was there to be reached.
    assert_eq!(get(&client(&["127.0.0.1"]), &server.url("/x"), Origin::Stranger), Ok(b"secret".to_vec()));
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_certificates_url_leads_to_no_inner_network_and_to_no_other_scheme() {
    for url in
        ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fd00::1]/", "http://[fe80::1]/"]
    {
        let fault = get(&client(&[]), url, Origin::Stranger).unwrap_err();
        assert!(matches!(fault, Fault::Refused(_)), "{url}: {fault:?}");
    }
    for url in ["file:///etc/passwd", "ftp://ca.vn/a.crl", "ldap://ca.vn/", "gopher://127.0.0.1:1/", "//127.0.0.1/"] {
        assert!(matches!(get(&client(&[]), url, Origin::Stranger), Err(Fault::Url(_))), "{url}");
    }
}

#[test]
fn no_redirect_leads_there_either() {
    let inner = Server::at(Ipv4Addr::new(127, 0, 0, 2).into(), |_, stream| {
        let _ = stream.write_all(&ok("text/plain", b"secret"));
    });
    let port = inner.address.port();
    for (location, is_refused) in [
        (format!("http://127.0.0.2:{port}/"), true),
        (format!("http://localhost:{port}/"), true),
        (format!("//127.0.0.2:{port}/"), true),
        (format!("http://2130706434:{port}/"), false),
        ("http://169.254.169.254/latest/meta-data/".into(), true),
        ("http://[::1]/".into(), true),
        ("file:///etc/passwd".into(), false),
        ("ldap://127.0.0.2/".into(), false),
        (String::new(), false),
    ] {
        for (status, origin) in
            [(301, Origin::Stranger), (302, Origin::Operator), (307, Origin::Stranger), (308, Origin::Operator)]
        {
            let outer = Server::saying(redirect(status, &location));
            // Only the outer server is allowed. `localhost` is 127.0.0.1 too, but its port isn't the outer one's.
            let (client, _) = resolving(&["127.0.0.1"], move |_| vec![SocketAddr::from(([127, 0, 0, 2], port))]);
            let fault = get(&client, &outer.url("/x"), origin).unwrap_err();
            match is_refused {
                true => {
                    let Fault::Redirected { why, .. } = &fault else { panic!("{location}: {fault:?}") };
                    assert!(matches!(**why, Fault::Refused(_)), "{location}: {fault:?}");
                }
                false => assert!(matches!(fault, Fault::Redirect(_)), "{location}: {fault:?}"),
            }
            assert_eq!(outer.connections(), 1, "{location}");
        }
    }
    assert_eq!(inner.connections(), 0);
}

#[test]
fn a_name_that_leads_to_this_machine_is_refused() {
    let server = Server::giving("secret");
    let address = server.address;
    let (client, calls) = resolving(&[], move |_| vec![address]);
    for origin in [Origin::Stranger, Origin::Operator] {
        let Err(Fault::Refused(refusal)) = get(&client, "http://ca.example/x", origin) else { panic!("{origin:?}") };
        assert_eq!(refusal.range, Range::Loopback);
    }
    assert_eq!((calls.load(Ordering::SeqCst), server.connections()), (2, 0));
}

#[test]
fn a_name_with_one_good_and_one_bad_address_is_refused() {
    let server = Server::giving("secret");
    let address = server.address;
    let (client, _) = resolving(&[], move |_| vec!["8.8.8.8:80".parse().unwrap(), address]);
    assert!(matches!(get(&client, "http://ca.example/x", Origin::Stranger), Err(Fault::Refused(_))));
    assert_eq!(server.connections(), 0);
}

/// The name answers with an allowed address once, and then with another: the connection goes to the one that was
/// checked, because nobody asks again.
#[test]
fn a_name_that_answers_otherwise_the_second_time_gains_nothing() {
    let good = Server::at(Ipv4Addr::new(127, 0, 0, 3).into(), |_, stream| {
        let _ = stream.write_all(&ok("text/plain", b"good"));
    });
    let bad = Server::giving("secret");
    let (first, then) = (good.address, bad.address);
    let (client, calls) = resolving(&["127.0.0.3"], move |call| vec![if call == 0 { first } else { then }]);
    assert_eq!(get(&client, "http://ca.example/x", Origin::Stranger), Ok(b"good".to_vec()));
    assert_eq!((calls.load(Ordering::SeqCst), good.connections(), bad.connections()), (1, 1, 0));
    assert!(matches!(get(&client, "http://ca.example/x", Origin::Stranger), Err(Fault::Refused(_))));
    assert_eq!(bad.connections(), 0);
}

#[test]
fn an_address_that_the_operator_wrote_out_is_reached() {
    let server = Server::giving("token");
    assert_eq!(get(&client(&[]), &server.url("/tsa"), Origin::Operator), Ok(b"token".to_vec()));
}
