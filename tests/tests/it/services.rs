//! Time-stamping authorities, OCSP responders and lists as they behave in the field, played by a script: what is written at a
//! level verifies at it by the same policy, or it's refused with the reason. Answers that don't serve are in `sources`.

use std::io::Write as _;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kyso::error::{Service, Tried};
use kyso::validate::{Level, SignatureType};
use kyso::{BaselineLevel, Document, Error, Indication, PrivateKeySigner, SignatureParameters, SigningOptions};
use kyso_connect::Cache;
use kyso_testpki::{
    Addresses, AuthorityProfile, Ca, CrlEntry, CrlProfile, DirectoryPoint, Endpoint, Fault, Identity, KeyType, Profile,
    Reason, Scope, Server, TsaFault, World, certificates_only, path,
};
use kyso_tests::attacks::base;
use kyso_tests::connected::{Connected, policy};
use kyso_tests::front::{Asked, Front, Reply};
use kyso_tests::keys;
use kyso_words::Words;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_millis(900);

/// Which service is played.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    Ocsp,
    Crl,
    Issuer,
    Tsa,
}

impl At {
    fn path(self) -> &'static str {
        match self {
            Self::Ocsp => path::OCSP,
            Self::Crl => path::CRL,
            Self::Issuer => path::ISSUER,
            Self::Tsa => path::TSA,
        }
    }
}

/// What a service does, and how it's asked then.
struct Row {
    name: &'static str,
    at: At,
    play: fn(&Asked<'_>) -> Reply,
    asked: &'static [&'static str],
}

fn row(name: &'static str, at: At, play: fn(&Asked<'_>) -> Reply, asked: &'static [&'static str]) -> Row {
    Row { name, at, play, asked }
}

/// At first another reply than the right one.
fn first(asked: &Asked<'_>, times: usize, reply: Reply) -> Reply {
    if asked.count <= times { reply } else { asked.pass() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// The right bytes, as this makes them.
fn with(asked: &Asked<'_>, media_type: &str, make: impl Fn(Vec<u8>) -> Vec<u8>) -> Reply {
    Reply::body(media_type, make(asked.right().body))
}

fn behind(mut bytes: Vec<u8>, more: &[u8]) -> Vec<u8> {
    bytes.extend_from_slice(more);
    bytes
}

/// Where the right bytes lie after a redirect.
fn elsewhere(asked: &Asked<'_>, location: &str) -> Reply {
    match asked.path.contains("elsewhere") {
        true => Reply::body("application/pkix-crl", asked.right_at(path::CRL).body),
        false => Reply::status(302, &[("Location", location)]),
    }
}

/// OCSPResponse of a status.
fn status(code: u8) -> Reply {
    Reply::body("application/ocsp-response", [0x30, 3, 0x0a, 1, code])
}

/// TimeStampResp, rejection: timeNotAvailable, systemFailure; and waiting.
const NO_TIME: [u8; 12] = [0x30, 10, 0x30, 8, 2, 1, 2, 3, 3, 1, 0, 2];
const NO_SYSTEM: [u8; 14] = [0x30, 12, 0x30, 10, 2, 1, 2, 3, 5, 6, 0, 0, 0, 0x40];
const WAITING: [u8; 7] = [0x30, 5, 0x30, 3, 2, 1, 3];

fn reply(bytes: impl Into<Vec<u8>>) -> Reply {
    Reply::body("application/timestamp-reply", bytes)
}

const ONCE: &[&str] = &["GET"];
const BY_POST: &[&str] = &["GET", "POST"];
const AGAIN: &[&str] = &["GET", "GET"];
const AGAIN_BY_POST: &[&str] = &["GET", "POST", "GET"];
const STAMPED: &[&str] = &["POST"];
const STAMPED_AGAIN: &[&str] = &["POST", "POST"];

fn rows() -> Vec<Row> {
    use At::{Crl, Issuer, Ocsp, Tsa};
    let mut rows = vec![
        // By GET in vain (RFC 6960, A.1).
        row("GET 401", Ocsp, |asked| first(asked, 1, Reply::status(401, &[])), BY_POST),
        row("GET 403", Ocsp, |asked| first(asked, 1, Reply::status(403, &[])), BY_POST),
        row("GET 404", Ocsp, |asked| first(asked, 1, Reply::status(404, &[])), BY_POST),
        row("GET closed", Ocsp, |asked| first(asked, 1, Reply::Close), BY_POST),
        row("GET garbled", Ocsp, |asked| first(asked, 1, Reply::Raw(b"\x30\x03nonsense\r\n\r\n".to_vec())), BY_POST),
        row(
            "GET too much",
            Ocsp,
            |asked| first(asked, 1, Reply::body("application/ocsp-response", vec![0x30; 2 << 20])),
            BY_POST,
        ),
        row("GET a page", Ocsp, |asked| first(asked, 1, Reply::body("application/ocsp-response", "<html>")), BY_POST),
        row(
            "GET redirected to nobody",
            Ocsp,
            |asked| first(asked, 1, Reply::status(302, &[("Location", "https://127.0.0.1:9/")])),
            BY_POST,
        ),
        row(
            "GET redirected inside",
            Ocsp,
            |asked| first(asked, 1, Reply::status(302, &[("Location", "http://10.1.2.3/")])),
            BY_POST,
        ),
        row("GET unauthorized", Ocsp, |asked| first(asked, 1, status(6)), BY_POST),
        // What passes in a moment.
        row("OCSP 503", Ocsp, |asked| first(asked, 2, Reply::status(503, &[])), AGAIN_BY_POST),
        row(
            "OCSP 503, at once",
            Ocsp,
            |asked| first(asked, 2, Reply::status(503, &[("Retry-After", "0")])),
            AGAIN_BY_POST,
        ),
        row("OCSP tryLater", Ocsp, |asked| first(asked, 2, status(3)), AGAIN_BY_POST),
        row("OCSP internalError", Ocsp, |asked| first(asked, 2, status(2)), AGAIN_BY_POST),
        row("OCSP closed", Ocsp, |asked| first(asked, 2, Reply::Close), AGAIN_BY_POST),
        row("CRL 503", Crl, |asked| first(asked, 1, Reply::status(503, &[])), AGAIN),
        row("CRL 429, a moment", Crl, |asked| first(asked, 1, Reply::status(429, &[("Retry-After", "1")])), AGAIN),
        row("CRL closed", Crl, |asked| first(asked, 1, Reply::Close), AGAIN),
        row(
            "CRL cut",
            Crl,
            |asked| first(asked, 1, Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n0".to_vec())),
            AGAIN,
        ),
        row("issuer 502", Issuer, |asked| first(asked, 1, Reply::status(502, &[])), AGAIN),
        row("TSA 503", Tsa, |asked| first(asked, 1, Reply::status(503, &[])), STAMPED_AGAIN),
        row(
            "TSA 503, a moment",
            Tsa,
            |asked| first(asked, 1, Reply::status(503, &[("Retry-After", "1")])),
            STAMPED_AGAIN,
        ),
        row("TSA closed", Tsa, |asked| first(asked, 1, Reply::Close), STAMPED_AGAIN),
        row("TSA timeNotAvailable", Tsa, |asked| first(asked, 1, reply(NO_TIME)), STAMPED_AGAIN),
        row("TSA systemFailure", Tsa, |asked| first(asked, 1, reply(NO_SYSTEM)), STAMPED_AGAIN),
        row("TSA waiting", Tsa, |asked| first(asked, 1, reply(WAITING)), STAMPED_AGAIN),
        // References to be resolved against the URL (RFC 9110, 10.2.2).
        row("redirect to a name", Crl, |asked| elsewhere(asked, "elsewhere.crl"), ONCE),
        row("redirect to ./", Crl, |asked| elsewhere(asked, "./elsewhere.crl"), ONCE),
        row("redirect to ../", Crl, |asked| elsewhere(asked, "x/../../elsewhere.crl"), ONCE),
        row("redirect to a path", Crl, |asked| elsewhere(asked, "/elsewhere.crl#now"), ONCE),
        row("redirect to a query", Crl, |asked| elsewhere(asked, "?elsewhere"), ONCE),
        // Packed, though nobody asked for it.
        row(
            "CRL in gzip",
            Crl,
            |asked| with(asked, "application/pkix-crl", |crl| gzip(&crl)).header("Content-Encoding", "gzip"),
            ONCE,
        ),
        row("CRL in gzip, unsaid", Crl, |asked| with(asked, "application/pkix-crl", |crl| gzip(&crl)), ONCE),
        row(
            "CRL in gzip, bytes behind",
            Crl,
            |asked| with(asked, "application/pkix-crl", |crl| behind(gzip(&crl), b"\r\n")),
            ONCE,
        ),
        row(
            "CRL by a proxy",
            Crl,
            |asked| Reply::Answer { status: 203, headers: Vec::new(), body: asked.right().body },
            ONCE,
        ),
        row("CRL that only says so", Crl, |asked| asked.pass().header("Content-Encoding", "gzip"), ONCE),
        row(
            "OCSP in gzip",
            Ocsp,
            |asked| with(asked, "application/ocsp-response", |der| gzip(&der)).header("Content-Encoding", "x-gzip"),
            ONCE,
        ),
        row(
            "issuer in gzip",
            Issuer,
            |asked| with(asked, "application/pkix-cert", |der| gzip(&der)).header("Content-Encoding", "gzip"),
            ONCE,
        ),
        row(
            "TSA in gzip",
            Tsa,
            |asked| with(asked, "application/timestamp-reply", |der| gzip(&der)).header("Content-Encoding", "gzip"),
            STAMPED,
        ),
    ];
    for (at, asked) in [(Ocsp, ONCE), (Crl, ONCE), (Issuer, ONCE), (Tsa, STAMPED)] {
        // The right bytes under another name, and with something behind them.
        rows.extend([
            row("as text/html", at, |asked| with(asked, "text/html; charset=utf-8", |der| der), asked),
            row("as application/json", at, |asked| with(asked, "application/json", |der| der), asked),
            row(
                "as nothing",
                at,
                |asked| Reply::Answer { status: 200, headers: Vec::new(), body: asked.right().body },
                asked,
            ),
            row(
                "a line end behind",
                at,
                |asked| with(asked, "application/octet-stream", |der| behind(der, b"\r\n")),
                asked,
            ),
            row(
                "zeros behind",
                at,
                |asked| with(asked, "application/octet-stream", |der| behind(der, &[0; 64])),
                asked,
            ),
        ]);
    }
    rows
}

fn world() -> World {
    World::start(*keys::NOW).unwrap()
}

fn minutes(world: &World, minutes: i64) -> Timestamp {
    world.now() + SignedDuration::from_mins(minutes)
}

fn issue(world: &World, addresses: Addresses) -> Identity {
    world.issue(Profile::leader().key(KeyType::P256).addresses(addresses)).unwrap()
}

/// A leader's certificate whose evidence is there.
fn crl_at(world: &World, url: &str) -> Identity {
    issue(world, Addresses { crl: Some(url.to_owned()), ..Addresses::default() })
}

fn signed_by(
    world: &World,
    connected: &Connected,
    signer: &PrivateKeySigner,
    level: BaselineLevel,
) -> Result<Vec<u8>, Error> {
    let (bytes, policy) = (base::unsigned(), policy(world));
    let parameters = SignatureParameters::leader(policy.time).level(level);
    let options = SigningOptions::by(&policy).outside(connected.outside());
    Ok(kyso::sign(&Document::parse(&bytes).unwrap(), signer, &parameters, &options)?.tail.after(&bytes))
}

fn connected(world: &World, authorities: &[String]) -> Connected {
    Connected::asking(world, authorities, Cache::new(), PATIENCE)
}

fn lasting(world: &World, identity: &Identity) -> Result<Vec<u8>, Error> {
    let connected = connected(world, &[world.server.url(path::TSA)]);
    signed_by(world, &connected, &keys::signer(identity), BaselineLevel::Lt)
}

#[track_caller]
fn assert_reached(world: &World, bytes: &[u8], level: Level, name: &str) {
    let report = kyso::verify(bytes, &policy(world)).unwrap();
    for row in report.signatures.iter().filter(|row| row.kind == SignatureType::Signature) {
        assert_eq!(row.level, level, "{name}: {row:#?}");
        assert!(level == Level::T || row.indication == Indication::TotalPassed, "{name}: {row:#?}");
    }
}

#[track_caller]
fn tried(result: Result<Vec<u8>, Error>, name: &str) -> (Service, Vec<Tried>) {
    match result {
        Err(Error::Outside { service, tried }) => (service, tried),
        other => panic!("{name}: {other:?}"),
    }
}

/// What is said of an attempt, Vietnamese and English.
fn said(one: &Tried) -> [String; 2] {
    [kyso::Language::Vietnamese, kyso::Language::English].map(|language| Words::neutral(language).failed(&one.why))
}

#[test]
fn services_are_taken_as_they_behave() {
    for (index, Row { name, at, play, asked }) in rows().into_iter().enumerate() {
        let world = world();
        let front = Front::of(&world, move |asked| {
            let is_played = asked.path.starts_with(at.path()) || asked.path.contains("elsewhere");
            if is_played { play(asked) } else { asked.pass() }
        });
        let there = Some(front.url(at.path()));
        let addresses = match at {
            At::Ocsp => Addresses { ocsp: there, ..Addresses::default() },
            At::Crl => Addresses { crl: there, ..Addresses::default() },
            At::Issuer => Addresses { ca_issuers: there, ..world.addresses() },
            At::Tsa => world.addresses(),
        };
        let identity = issue(&world, addresses);
        let signer = match at {
            // Without its issuer, which is to be fetched.
            At::Issuer => {
                let (key, own) = (identity.key_pem(None).unwrap(), identity.certificate_pem().unwrap());
                PrivateKeySigner::from_pem(key.as_bytes(), None, own.as_bytes()).unwrap()
            }
            _ => keys::signer(&identity),
        };
        let authority = if at == At::Tsa { front.url(path::TSA) } else { world.server.url(path::TSA) };
        let (level, found) = match (at, index % 2) {
            (At::Tsa, 0) => (BaselineLevel::T, Level::T),
            _ => (BaselineLevel::Lt, Level::Lt),
        };
        let file = signed_by(&world, &connected(&world, &[authority]), &signer, level);
        let file = file.unwrap_or_else(|error| panic!("{at:?} {name}: {error}"));
        assert_reached(&world, &file, found, name);
        assert_eq!(front.asked(at.path()), asked, "{at:?} {name}");
    }
}

/// Whoever asks for a longer pause than anybody waits isn't asked again.
#[test]
fn a_service_that_wants_to_be_left_alone_is() {
    let world = world();
    for (wait, said_so) in [("3600", "60 phút"), ("Fri, 31 Dec 9998 23:59:59 GMT", " ngày")] {
        let front = Front::of(&world, move |asked| match asked.path {
            path::CRL => Reply::status(503, &[("Retry-After", wait)]),
            _ => asked.pass(),
        });
        let (_, tried) = tried(lasting(&world, &crl_at(&world, &front.url(path::CRL))), wait);
        assert!(said(&tried[0]).iter().all(|text| text.contains("503")), "{tried:?}");
        assert!(said(&tried[0])[0].ends_with(said_so), "{:?}", said(&tried[0]));
        assert_eq!(front.asked(path::CRL), ONCE, "{wait}");
    }
}

#[test]
fn a_host_that_was_silent_is_skipped_in_the_run() {
    let world = world();
    let front = Front::of(&world, |_| Reply::Silence);
    let silent = |path: &str| front.url(path);
    let leader = issue(
        &world,
        Addresses {
            ocsp: Some(silent(path::OCSP)),
            further_ocsp: vec![silent("/second")],
            crl: Some(silent(path::CRL)),
            further_crls: vec![world.server.url(path::CRL)],
            ..Addresses::default()
        },
    );
    // Two time-stamps are asked for, and the silent authority once.
    let other = Front::of(&world, |_| Reply::Silence);
    let connected = connected(&world, &[other.url(path::TSA), world.server.url(path::TSA)]);
    let file = signed_by(&world, &connected, &keys::signer(&leader), BaselineLevel::Lta).unwrap();
    assert_reached(&world, &file, Level::Lta, "silent");
    assert_eq!(front.asked(path::OCSP), ONCE);
    assert_eq!([front.asked("/second"), front.asked(path::CRL)], [Vec::<String>::new(), Vec::new()]);
    assert_eq!(other.asked(path::TSA), STAMPED);

    let alone = issue(
        &world,
        Addresses { ocsp: Some(silent(path::OCSP)), crl: Some(silent(path::CRL)), ..Addresses::default() },
    );
    let (_, tried) = tried(lasting(&world, &alone), "alone");
    let texts: Vec<[String; 2]> = tried.iter().map(said).collect();
    assert!(texts[0][0].contains("không trả lời trong 0,9 giây"), "{texts:?}");
    assert!(texts[1][0].contains("không hỏi lại") && texts[1][1].contains("isn't asked again"), "{texts:?}");
}

/// Whoever redirects to a silent host isn't silent, and nobody waits for that host twice.
#[test]
fn a_silent_host_that_others_redirect_to_is_waited_for_once() {
    let world = world();
    let silent = Front::of(&world, |_| Reply::Silence);
    let goal = silent.url("/goal");
    let fronts: Vec<Front> = (0..4)
        .map(|_| {
            let goal = goal.clone();
            Front::of(&world, move |asked| match asked.path.starts_with(path::OCSP) {
                true => Reply::status(if asked.method == "GET" { 302 } else { 307 }, &[("Location", goal.as_str())]),
                false => asked.pass(),
            })
        })
        .collect();
    let mut responders = fronts.iter().map(|front| front.url(path::OCSP));
    let leader = issue(
        &world,
        Addresses {
            ocsp: responders.next(),
            further_ocsp: responders.collect(),
            crl: Some(fronts[0].url(path::CRL)),
            ..Addresses::default()
        },
    );
    let file = lasting(&world, &leader).unwrap();
    assert_reached(&world, &file, Level::Lt, "redirected");
    assert_eq!(silent.asked("/goal"), ONCE);
    assert_eq!(fronts[0].asked(path::CRL), ONCE);
}

/// As long as the bytes come, the clock runs anew.
#[test]
fn a_large_list_may_take_longer_than_a_short_answer() {
    let world = world();
    let one = |number: u32| CrlEntry {
        serial: number.to_be_bytes().iter().chain(&[7; 12]).copied().collect(),
        at: minutes(&world, -60),
        reason: Some(Reason::Superseded),
        invalid_since: None,
    };
    let entries = (1 << 24..(1 << 24) + 5000).map(one).collect();
    let crl = world.issuing.crl(&CrlProfile::at(world.now()).entries(entries)).unwrap();
    assert!(crl.len() > 200_000, "{}", crl.len());
    let front = Front::of(&world, move |_| Reply::Parts(crl.clone(), 6, PATIENCE / 3));
    let file = lasting(&world, &crl_at(&world, &front.url("/slow.crl"))).unwrap();
    assert_reached(&world, &file, Level::Lt, "slow");
}

#[test]
fn places_where_nobody_can_be_asked_dont_count() {
    let world = world();
    let dead = || Server::nowhere("/dead.crl").unwrap();
    let ldap = || "ldap://ca.vn/cn=CA?certificateRevocationList".to_owned();
    let mut places = vec![dead(), ldap(), dead(), ldap(), dead(), "file:///etc/passwd".to_owned()];
    places.push(world.server.url(path::CRL));
    let addresses = Addresses { crl: Some(ldap()), further_crls: places, ..Addresses::default() };
    let file = lasting(&world, &issue(&world, addresses)).unwrap();
    assert_reached(&world, &file, Level::Lt, "the eighth");
}

#[test]
fn a_page_is_called_one_and_nobody_is_advised_of_a_login_that_doesnt_exist() {
    let world = world();
    type Case = (fn(&Asked<'_>) -> Reply, &'static str, &'static str);
    let cases: [Case; 6] = [
        (|_| Reply::body("text/html", "<html>Đăng nhập</html>"), "trang web", "a web page"),
        (|_| Reply::body("application/ocsp-response", " \r\n<!DOCTYPE html>"), "trang web", "a web page"),
        (|_| Reply::status(401, &[]), "HTTP 401", "HTTP 401"),
        (|_| status(6), "unauthorized", "unauthorized"),
        (|_| Reply::body("application/ocsp-response", [0x30, 3, 1, 1, 0]), "OCSP", "OCSP"),
        (|_| Reply::Close, "bị đóng", "closed"),
    ];
    for (play, vietnamese, english) in cases {
        let front = Front::of(&world, play);
        for addresses in [
            Addresses { ocsp: Some(front.url(path::OCSP)), ..Addresses::default() },
            Addresses { crl: Some(front.url(path::OCSP)), ..Addresses::default() },
        ] {
            let is_list = addresses.crl.is_some();
            let (_, tried) = tried(lasting(&world, &issue(&world, addresses)), english);
            let [vi, en] = said(&tried[0]);
            if !is_list || !vietnamese.contains("OCSP") && vietnamese != "unauthorized" {
                assert!(vi.contains(vietnamese) && en.contains(english), "{vi} / {en}");
            }
            assert!(!vi.contains("PDF") && !vi.contains("0x3c") && !en.contains("0x3c"), "{vi} / {en}");
            assert!(!en.contains("authority's") && !vi.contains("tài khoản"), "{vi} / {en}");
        }
    }
}

#[test]
fn no_secret_of_an_address_is_told() {
    let world = world();
    for url in
        ["http://u:bi-mat@127.0.0.1/a.crl", "http://127.0.0.1:1/a.crl?key=bi-mat", "http://x y:bi-mat@[z/a?bi-mat"]
    {
        let (_, tried) = tried(lasting(&world, &crl_at(&world, url)), url);
        let texts = said(&tried[0]);
        assert!(!tried[0].url.contains("bi-mat") && texts.iter().all(|text| !text.contains("bi-mat")), "{tried:?}");
    }
}

/// Nor is anybody who didn't write an address told to keep its login elsewhere.
#[test]
fn no_secret_of_a_redirect_is_told() {
    let world = world();
    let front =
        Front::of(&world, |_| Reply::status(302, &[("Location", "http://u:bi-mat@127.0.0.1/x.crl?token=bi-mat")]));
    let (_, tried) = tried(lasting(&world, &crl_at(&world, &front.url(path::CRL))), "login");
    for text in said(&tried[0]) {
        assert!(!text.contains("bi-mat") && !text.contains("authority's"), "{text}");
    }
}

/// One place, written in two ways (RFC 3986, 6.2).
#[test]
fn a_distribution_point_is_the_same_however_its_written() {
    let world = world();
    let url = world.server.url("/part%2D1.crl");
    let leader = crl_at(&world, &url);
    let serve = |point: &str| {
        let scope = Scope { point: Some(point.to_owned()), ..Scope::default() };
        let crl = world.issuing.crl(&CrlProfile::at(world.now()).scope(scope)).unwrap();
        world.server.serve("/part%2D1.crl", Endpoint::Bytes("application/pkix-crl", crl));
    };
    for same in [url.clone(), url.replace("http", "HTTP"), url.replace("%2D", "-"), url.replace("/part", "/x/../part")]
    {
        serve(&same);
        let file = lasting(&world, &leader).unwrap_or_else(|error| panic!("{same}: {error}"));
        assert_reached(&world, &file, Level::Lt, &same);
    }
    for other in
        [url.replace("part", "Part"), url.replace("http", "https"), format!("{url}?"), url.replace("%2D", "%2F")]
    {
        serve(&other);
        tried(lasting(&world, &leader), &other);
    }
}

/// A point that certificate and list know by a name in a directory (RFC 5280, 7.1).
#[test]
fn a_distribution_point_is_the_same_by_a_name_in_a_directory() {
    use DirectoryPoint::{Full, Relative};
    for (named, stated, agree) in [
        (Full("Danh sách 1"), Full("Danh sách 1"), true),
        (Full("Danh sách 1"), Full("DANH  SÁCH 1 "), true),
        (Full("Danh sách 1"), Full("Danh sách 2"), false),
        (Relative("Phần 1"), Relative("phần  1"), true),
        (Relative("Phần 1"), Relative("Phần 2"), false),
        (Relative("Phần 1"), Full("Phần 1"), false),
    ] {
        let world = world();
        let name = format!("{named:?} {stated:?}");
        let crl = Some(world.server.url("/part.crl"));
        let leader = issue(&world, Addresses { crl, crl_directory: Some(named), ..Addresses::default() });
        let scope = Scope { directory: Some(stated), ..Scope::default() };
        let list = world.issuing.crl(&CrlProfile::at(world.now()).scope(scope)).unwrap();
        world.server.serve("/part.crl", Endpoint::Bytes("application/pkix-crl", list));
        match lasting(&world, &leader) {
            Ok(file) if agree => assert_reached(&world, &file, Level::Lt, &name),
            Err(Error::Outside { .. }) if !agree => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// A list and its delta of one second: the one with the higher number came later.
#[test]
fn of_two_lists_of_one_second_the_higher_number_counts() {
    for (in_delta, reason, stands) in [
        (Reason::RemoveFromCrl, Reason::CertificateHold, true),
        (Reason::CertificateHold, Reason::CertificateHold, false),
        // A revocation for good is never taken back.
        (Reason::RemoveFromCrl, Reason::KeyCompromise, false),
    ] {
        let world = world();
        let (crl, delta) = (world.server.url("/base.crl"), world.server.url("/delta.crl"));
        let leader = issue(&world, Addresses { crl: Some(crl), delta_crl: Some(delta), ..Addresses::default() });
        let entry = |reason| vec![CrlEntry::of(&leader, minutes(&world, -90), Some(reason))];
        let base = CrlProfile { number: Some(10), entries: entry(reason), ..CrlProfile::at(world.now()) };
        let delta =
            CrlProfile { number: Some(11), base: Some(10), entries: entry(in_delta), ..CrlProfile::at(world.now()) };
        for (path, profile) in [("/base.crl", base), ("/delta.crl", delta)] {
            let crl = world.issuing.crl(&profile).unwrap();
            world.server.serve(path, Endpoint::Bytes("application/pkix-crl", crl));
        }
        match (lasting(&world, &leader), stands) {
            (Ok(file), true) => assert_reached(&world, &file, Level::Lt, "released"),
            (Err(Error::Refused { rule, .. }), false) => assert_eq!(rule.name(), "extend.revoked"),
            (other, _) => panic!("{in_delta:?} {reason:?}: {other:?}"),
        }
    }
}

/// Clocks of honest parties may differ by five minutes, either way.
#[test]
fn clocks_may_differ_either_way() {
    for (ahead, serves) in [(-6, false), (-4, true), (4, true), (6, false)] {
        let world = world();
        let leader = issue(&world, Addresses { ocsp: Some(world.server.url("/late")), ..Addresses::default() });
        // Ahead of our clock, or past its next update, which comes a day after.
        let at = if ahead > 0 { minutes(&world, ahead) } else { minutes(&world, ahead - 24 * 60) };
        let answer = world.responder.about(&leader, at, None).unwrap();
        world.server.serve("/late", Endpoint::Bytes("application/ocsp-response", answer));
        // By POST alone, as bytes are served whatever is asked.
        let result = lasting(&world, &leader);
        match result {
            Ok(file) if serves => assert_reached(&world, &file, Level::Lt, "near"),
            Err(Error::Outside { .. }) if !serves => {}
            other => panic!("{ahead}: {other:?}"),
        }
        let list =
            world.issuing.crl(&CrlProfile::at(if ahead > 0 { at } else { minutes(&world, ahead - 7 * 24 * 60) }));
        world.server.serve("/late.crl", Endpoint::Bytes("application/pkix-crl", list.unwrap()));
        let result = lasting(&world, &crl_at(&world, &world.server.url("/late.crl")));
        assert_eq!(result.is_ok(), serves, "{ahead}: {result:?}");
    }
}

/// An authority's clock may be behind: a certificate that is revoked by now signs nothing that lasts. What was signed before
/// stays signed.
#[test]
fn a_certificate_that_is_revoked_by_now_makes_nothing_that_lasts() {
    let world = world();
    let leader = issue(&world, world.addresses());
    let behind = TsaFault::GenTime(minutes(&world, -4));
    world.server.fault(path::TSA, Some(Fault::Tsa(behind)));
    world.register.revoke(&leader, minutes(&world, -1), None);
    let sign = |level| {
        let connected = connected(&world, &[world.server.url(path::TSA)]);
        signed_by(&world, &connected, &keys::signer(&leader), level)
    };
    for level in [BaselineLevel::Lt, BaselineLevel::Lta] {
        match sign(level) {
            Err(Error::Refused { rule, .. }) => assert_eq!(rule.name(), "extend.revoked"),
            other => panic!("{level:?}: {other:?}"),
        }
    }
    let file = sign(BaselineLevel::T).unwrap();
    let connected = connected(&world, &[]);
    let document = Document::parse(&file).unwrap();
    let extended = kyso::extend(&document, BaselineLevel::Lt, &policy(&world), &connected.outside()).unwrap();
    assert_reached(&world, &extended.tail.after(&file), Level::Lt, "stamped before");
}

/// Two authorities that certify each other lead to nobody who is trusted.
#[test]
fn authorities_that_lead_round_give_no_path() {
    let world = world();
    let validity = (minutes(&world, -60 * 24 * 365), minutes(&world, 60 * 24 * 365));
    let profile = |name: &str| AuthorityProfile { path_length: Some(3), ..AuthorityProfile::new(name, validity) };
    let one = Ca::root(&profile("CA MỘT THỬ NGHIỆM")).unwrap();
    let two = Ca::root(&profile("CA HAI THỬ NGHIỆM")).unwrap();
    let round = Addresses { ca_issuers: Some(world.server.url("/round.p7c")), ..Addresses::default() };
    let one_by_two = two.cross_certify(&one, &profile("CA MỘT THỬ NGHIỆM").addresses(round)).unwrap();
    let two_by_one = one.cross_certify(&two, &profile("CA HAI THỬ NGHIỆM")).unwrap();
    let bag = certificates_only(&[one_by_two.der().unwrap(), two_by_one.der().unwrap()]).unwrap();
    world.server.serve("/round.p7c", Endpoint::Bytes("application/pkcs7-mime", bag));
    let leader = Profile::leader().key(KeyType::P256).valid(validity.0, validity.1);
    let leader = one_by_two.issue(&leader).unwrap();
    for level in [BaselineLevel::Lt, BaselineLevel::Lta] {
        let connected = connected(&world, &[world.server.url(path::TSA)]);
        match signed_by(&world, &connected, &keys::signer(&leader), level) {
            Err(Error::Refused { rule, .. }) => assert_eq!(rule.name(), "extend.no-path"),
            other => panic!("{level:?}: {other:?}"),
        }
    }
}

/// After a rollover the list is signed by the CA's new key, which the root certified as it had the old one (RFC 5280, 6.3.3 f).
#[test]
fn a_list_by_the_new_key_of_a_ca_counts() {
    let world = world();
    let name = "CA CẤP PHÁT THỬ NGHIỆM - KHÔNG CÓ GIÁ TRỊ";
    let validity = (minutes(&world, -60 * 24 * 30), minutes(&world, 60 * 24 * 365));
    let root = Addresses { crl: Some(world.server.url(path::ROOT_CRL)), ..Addresses::default() };
    let renewed = AuthorityProfile::new(name, validity).addresses(root);
    let renewed = world.root.issue_authority(&renewed).unwrap();
    // Of the same name, by nobody whom the issuer's own issuer knows.
    let stranger = Ca::root(&AuthorityProfile::new("CA LẠ THỬ NGHIỆM", validity)).unwrap();
    let forged = stranger.issue_authority(&AuthorityProfile::new(name, validity)).unwrap();
    let list = |ca: &Ca| {
        world.server.serve(
            "/rolled.crl",
            Endpoint::Bytes("application/pkix-crl", ca.crl(&CrlProfile::at(world.now())).unwrap()),
        );
    };
    let bag = |cas: &[&Ca]| {
        let ders: Vec<Vec<u8>> = cas.iter().map(|ca| ca.der().unwrap()).collect();
        world.server.serve("/both.p7c", Endpoint::Bytes("application/pkcs7-mime", certificates_only(&ders).unwrap()));
    };
    let addresses = Addresses {
        crl: Some(world.server.url("/rolled.crl")),
        ca_issuers: Some(world.server.url("/both.p7c")),
        ..Addresses::default()
    };
    let leader = issue(&world, addresses);
    list(&renewed);
    bag(&[&world.issuing, &renewed]);
    let file = lasting(&world, &leader).unwrap();
    assert_reached(&world, &file, Level::Lt, "the new key's");
    // The new key's certificate is asked about too.
    let revoked = renewed.identity().unwrap();
    world.root_register.revoke(&revoked, minutes(&world, -90), Some(Reason::KeyCompromise));
    assert!(lasting(&world, &leader).is_err(), "its certificate was revoked");
    list(&forged);
    bag(&[&world.issuing, &forged, &stranger]);
    assert!(lasting(&world, &leader).is_err(), "nobody vouches for it");
}

/// A serial number that stands twice in a list, first on hold: the revocation for good counts.
#[test]
fn of_two_entries_the_one_for_good_counts() {
    for order in [[Reason::CertificateHold, Reason::KeyCompromise], [Reason::KeyCompromise, Reason::CertificateHold]] {
        let world = world();
        let leader = crl_at(&world, &world.server.url("/twice.crl"));
        let entries = order.iter().map(|reason| CrlEntry::of(&leader, minutes(&world, -90), Some(*reason))).collect();
        let crl = world.issuing.crl(&CrlProfile::at(world.now()).entries(entries)).unwrap();
        world.server.serve("/twice.crl", Endpoint::Bytes("application/pkix-crl", crl));
        match lasting(&world, &leader) {
            Err(Error::Refused { rule, reason }) => {
                assert_eq!(rule.name(), "extend.revoked");
                assert!(reason.to_string().contains("keyCompromise"), "{reason}");
            }
            other => panic!("{order:?}: {other:?}"),
        }
    }
}

/// Whoever was on hold when the signature was made, and is revoked for good since, wasn't good in between: of several dates the
/// earliest counts, whichever entry is for good, in one list and in a list with its delta.
#[test]
fn of_several_dates_the_earliest_counts() {
    use Reason::{CertificateHold, KeyCompromise, Superseded};
    let (before, after, later) = (-60, 2, 3);
    for (entries, passes) in [
        ([(CertificateHold, before), (Superseded, after)], false),
        ([(Superseded, after), (CertificateHold, before)], false),
        ([(KeyCompromise, after), (CertificateHold, before)], false),
        ([(Superseded, before), (CertificateHold, after)], false),
        ([(Superseded, before), (KeyCompromise, after)], false),
        ([(KeyCompromise, after), (Superseded, before)], false),
        ([(CertificateHold, after), (Superseded, later)], true),
        ([(Superseded, after), (KeyCompromise, later)], true),
    ] {
        for in_delta in [false, true] {
            let name = format!("{entries:?} {in_delta}");
            let world = world();
            let delta_crl = in_delta.then(|| world.server.url("/delta.crl"));
            let leader = issue(
                &world,
                Addresses { crl: Some(world.server.url("/twice.crl")), delta_crl, ..Addresses::default() },
            );
            let authorities = [world.server.url(path::TSA)];
            let signer = keys::signer(&leader);
            let file = signed_by(&world, &connected(&world, &authorities), &signer, BaselineLevel::T).unwrap();
            let entries: Vec<CrlEntry> =
                entries.iter().map(|(reason, at)| CrlEntry::of(&leader, minutes(&world, *at), Some(*reason))).collect();
            world.travel_to(minutes(&world, 10));
            let serve = |path: &str, profile: CrlProfile| {
                let list = world.issuing.crl(&profile).unwrap();
                world.server.serve(path, Endpoint::Bytes("application/pkix-crl", list));
            };
            let list = |number| CrlProfile { number: Some(number), ..CrlProfile::at(world.now()) };
            if in_delta {
                serve("/twice.crl", list(10).entries(entries[..1].to_vec()));
                serve("/delta.crl", CrlProfile { base: Some(10), ..list(11) }.entries(entries[1..].to_vec()));
            } else {
                serve("/twice.crl", list(10).entries(entries));
            }
            let document = Document::parse(&file).unwrap();
            let by_list = connected(&world, &authorities);
            let mut online = policy(&world);
            let fetcher = by_list.outside().fetcher.unwrap();
            online.material.merge(kyso::gather(&document, &online, fetcher).unwrap().material);
            let row = kyso::verify(&file, &online).unwrap().signatures.remove(0);
            assert_eq!(row.indication == Indication::TotalPassed, passes, "{name}: {row:#?}");
            match kyso::extend(&document, BaselineLevel::Lt, &policy(&world), &by_list.outside()) {
                Ok(extended) if passes => {
                    assert_reached(&world, &extended.tail.after(&file), Level::Lt, &name);
                }
                Err(Error::Refused { rule, .. }) if !passes => assert_eq!(rule.name(), "extend.revoked", "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
}
