//! Servers behind TLS: trusted ones, others, and ones that want to know who asks.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use kyso::error::connection::Fault;
use kyso_connect::s3::{Error, Keys, Place, Store, Style};
use kyso_connect::{Client, ClientKey, Clock, Exchange, Origin, Settings, Url};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode};
use openssl::symm::Cipher;
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};
use zeroize::Zeroizing;

use crate::server::{ok, read_request};

/// A self-signed certificate: its own root.
struct Party {
    key: PKey<Private>,
    certificate: X509,
}

impl Party {
    fn new(name: &str) -> Self {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
        let mut subject = X509NameBuilder::new().unwrap();
        subject.append_entry_by_text("CN", name).unwrap();
        let subject = subject.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder.set_subject_name(&subject).unwrap();
        builder.set_issuer_name(&subject).unwrap();
        builder.set_pubkey(&key).unwrap();
        builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        let names = SubjectAlternativeName::new().dns(name).build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        Self { key, certificate: builder.build() }
    }

    fn as_client(&self, password: Option<&str>) -> ClientKey {
        let pem = match password {
            None => self.key.private_key_to_pem_pkcs8(),
            Some(password) => self.key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), password.as_bytes()),
        };
        let password = password.map(|password| Zeroizing::new(password.to_owned()));
        ClientKey::pem(Zeroizing::new(pem.unwrap()), password, self.certificate.to_pem().unwrap())
    }
}

/// A server that shows `party`'s certificate, and wants `client`'s where one is given.
fn serve(party: &Party, client: Option<&Party>) -> SocketAddr {
    let mut acceptor = SslAcceptor::mozilla_modern_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(&party.key).unwrap();
    acceptor.set_certificate(&party.certificate).unwrap();
    if let Some(client) = client {
        acceptor.cert_store_mut().add_cert(client.certificate.clone()).unwrap();
        acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
    }
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            if let Ok(mut stream) = acceptor.accept(stream.unwrap()) {
                read_request(&mut stream);
                let _ = stream.write_all(&ok("application/timestamp-reply", b"token"));
                let _ = stream.shutdown();
            }
        }
    });
    address
}

fn client(server: SocketAddr, roots: &[&Party]) -> Client {
    let resolve = move |_: &str, _| Ok(vec![server]);
    let guard = kyso_connect::Guard::allowing(["127.0.0.1".parse().unwrap()]);
    let mut settings = Settings::new(guard);
    settings.tls_roots = roots.iter().map(|party| party.certificate.to_der().unwrap()).collect();
    settings.resolve = std::sync::Arc::new(resolve);
    Client::new(settings).unwrap()
}

fn ask(client: &Client, host: &str) -> Result<Vec<u8>, Fault> {
    ask_within(client, host, Duration::from_secs(5))
}

fn ask_within(client: &Client, host: &str, timeout: Duration) -> Result<Vec<u8>, Fault> {
    let (url, accept) = (Url::parse(&format!("https://{host}/tsa")).unwrap(), "*/*");
    let post = Some(("application/timestamp-query", b"query".as_slice()));
    client.exchange(&Exchange {
        url: &url,
        origin: Origin::Operator,
        post,
        accept,
        limit: 1000,
        timeout,
        credentials: None,
    })
}

#[test]
fn a_server_is_trusted_by_its_ca_and_name() {
    let party = Party::new("tsa.example");
    let address = serve(&party, None);
    assert_eq!(ask(&client(address, &[&party]), "tsa.example"), Ok(b"token".to_vec()));
    let wrong_name = ask(&client(address, &[&party]), "other.example");
    assert!(matches!(wrong_name, Err(Fault::Tls(_))), "{wrong_name:?}");
    let unknown = ask(&client(address, &[]), "tsa.example");
    assert!(matches!(unknown, Err(Fault::Tls(_))), "{unknown:?}");
    let impostor = ask(&client(address, &[&Party::new("tsa.example")]), "tsa.example");
    assert!(matches!(impostor, Err(Fault::Tls(_))), "{impostor:?}");
}

#[test]
fn a_server_that_wants_to_know_its_client() {
    let (party, agency) = (Party::new("tsa.example"), Party::new("coquan.example"));
    let plain = client(serve(&party, Some(&agency)), &[&party]);
    assert!(matches!(ask(&plain, "tsa.example"), Err(Fault::Tls(_) | Fault::Unreachable(_) | Fault::Broken(_))));
    for password in [None, Some("mật khẩu")] {
        let known = plain.with_key(&agency.as_client(password)).unwrap();
        assert_eq!(ask(&known, "tsa.example"), Ok(b"token".to_vec()));
    }
    let stranger = plain.with_key(&Party::new("coquan.example").as_client(None)).unwrap();
    assert!(matches!(ask(&stranger, "tsa.example"), Err(Fault::Tls(_) | Fault::Unreachable(_) | Fault::Broken(_))));
}

#[test]
fn a_client_key_that_cant_be_used_is_told_before_anything_is_sent() {
    let plain = client("127.0.0.1:9".parse().unwrap(), &[]);
    let (agency, other) = (Party::new("a.example"), Party::new("b.example"));
    let pem = |party: &Party| Zeroizing::new(party.key.private_key_to_pem_pkcs8().unwrap());
    let certificate = agency.certificate.to_pem().unwrap();
    for wrong in [
        ClientKey::pem(pem(&other), None, certificate.clone()),
        ClientKey::pem(pem(&agency), None, Vec::new()),
        ClientKey::pem(Zeroizing::new(b"no key".to_vec()), None, certificate.clone()),
        ClientKey::pem(agency.as_client_pem(), Some(Zeroizing::new("wrong".into())), certificate.clone()),
        ClientKey::pem(agency.as_client_pem(), None, certificate),
    ] {
        assert!(matches!(plain.with_key(&wrong), Err(Fault::Setting(_))));
        assert_eq!(format!("{wrong:?}"), "ClientKey { .. }");
    }
}

impl Party {
    fn as_client_pem(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"right").unwrap())
    }
}

#[test]
fn a_server_that_speaks_no_tls_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(&ok("text/plain", b"plain"));
    });
    let fault = ask(&client(address, &[]), "tsa.example").unwrap_err();
    assert!(matches!(fault, Fault::Tls(_) | Fault::Unreachable(_) | Fault::Broken(_)), "{fault:?}");
}

/// The time in all counts for the handshake too.
#[test]
fn a_server_that_never_shakes_hands_takes_no_longer_than_it_may() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let fault = ask_within(&client(silent.local_addr().unwrap(), &[]), "tsa.example", Duration::from_millis(400));
    assert!(matches!(fault, Err(Fault::TimedOut(_))), "{fault:?}");
}

#[test]
fn a_store_of_objects_is_trusted_as_any_other_server() {
    let (party, other) = (Party::new("s3.example"), Party::new("s3.example"));
    let address = serve(&party, None);
    let ask = |roots: &[&Party]| {
        let mut settings = Settings::default();
        settings.tls_roots = roots.iter().map(|party| party.certificate.to_der().unwrap()).collect();
        settings.resolve = std::sync::Arc::new(move |_: &str, _| Ok(vec![address]));
        let place = Place::new("https://s3.example", "us-east-1", "kyso", "", Style::Path).unwrap();
        let keys = Keys::new("AKID", Zeroizing::new("secret".to_owned()));
        let store = Store::new(place, keys, Clock::default(), &settings, Duration::from_secs(5)).unwrap();
        store.get("name", None, None)
    };
    // The server's answer isn't a store's, but it comes.
    assert!(matches!(ask(&[&party]), Err(Error::Unknown(Fault::ContentType(_)))));
    assert!(matches!(ask(&[&other]), Err(Error::Unknown(Fault::Tls(_)))));
    assert!(matches!(ask(&[]), Err(Error::Unknown(Fault::Tls(_)))));
}
