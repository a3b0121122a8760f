//! Stores that answer what no store should: garbage, without end, elsewhere, or yes to everything.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kyso::error::connection::Fault;
use kyso_connect::s3::{Demand, Error, Keys, Options, Place, Put, Range, Replaced, Store, Style};
use kyso_connect::{Clock, Settings};
use zeroize::Zeroizing;

use crate::server::{Request, Server, read_request, redirect, wait};

const NO_SUCH_KEY: &str = "<Error><Code>NoSuchKey</Code></Error>";

fn asking(url: &str) -> Store {
    let place = Place::new(url, "us-east-1", "kyso", "ward/", Style::Path).unwrap();
    let keys = Keys::new("AKID", Zeroizing::new("s3cr3t/key".to_owned()));
    Store::new(place, keys, Clock::default(), &Settings::default(), Duration::from_millis(800)).unwrap()
}

fn store(server: &Server) -> Store {
    asking(&server.url("")).reading_up_to(1000)
}

fn answer(status: &str, headers: &str, content: impl AsRef<[u8]>) -> Vec<u8> {
    let (content, head) = (content.as_ref(), format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n"));
    [head.as_bytes(), format!("Content-Length: {}\r\n\r\n", content.len()).as_bytes(), content].concat()
}

fn put(store: &Store) -> Result<Put, Error> {
    store.put_new("name", b"content", &Options::default())
}

fn is_unknown<T: std::fmt::Debug>(answer: Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Unknown(_))) || panic!("{answer:?}")
}

#[test]
fn only_a_stores_own_word_says_that_there_is_nothing() {
    let server = Server::saying(answer("404 Not Found", "", NO_SUCH_KEY));
    assert_eq!((store(&server).get("name", None, None), store(&server).head("name", None)), (Ok(None), Ok(None)));
    for (status, headers, content) in [
        ("404 Not Found", "Content-Type: text/html\r\n", "<html>Not found</html>"),
        ("404 Not Found", "", ""),
        ("404 Not Found", "", "<!DOCTYPE Error><Error><Code>NoSuchKey</Code></Error>"),
        ("500 Internal Server Error", "", NO_SUCH_KEY),
        ("503 Slow Down", "Retry-After: 1\r\n", NO_SUCH_KEY),
        ("200 OK", "", NO_SUCH_KEY),
        ("204 No Content", "", ""),
        ("206 Partial Content", "ETag: \"a\"\r\n", "content"),
        ("408 Request Timeout", "", NO_SUCH_KEY),
        ("429 Too Many Requests", "", NO_SUCH_KEY),
    ] {
        let server = Server::saying(answer(status, headers, content));
        assert!(is_unknown(store(&server).get("name", None, None)), "{status}");
        assert!(is_unknown(store(&server).head("name", None)) || status.starts_with("206"), "{status}");
    }
    let marked = Server::saying(answer("404 Not Found", "x-amz-delete-marker: true\r\n", NO_SUCH_KEY));
    assert_eq!(store(&marked).get("name", None, None), Err(Error::Hidden));
    assert_eq!(store(&marked).head("name", None), Err(Error::Hidden));
    let no_bucket = Server::saying(answer("404 Not Found", "", "<Error><Code>NoSuchBucket</Code></Error>"));
    let refused = Error::Refused { status: 404, code: "NoSuchBucket".into() };
    assert_eq!(store(&no_bucket).get("name", None, None), Err(refused.clone()));
    assert_eq!(store(&no_bucket).head("name", None), Err(refused));
}

#[test]
fn only_a_stores_own_word_says_that_something_was_written() {
    let done = Server::saying(answer("200 OK", "ETag: \"a\"\r\nx-amz-version-id: v1\r\n", ""));
    assert!(matches!(put(&store(&done)), Ok(Put::Created(stored)) if stored.version.as_deref() == Some("v1")));
    let there = Server::saying(answer("412 Precondition Failed", "", ""));
    assert_eq!(put(&store(&there)), Ok(Put::Exists));
    assert_eq!(store(&there).put_if_match("name", b"x", "\"a\""), Ok(Replaced::Changed));
    for (status, headers) in [
        ("200 OK", ""),
        ("201 Created", "ETag: \"a\"\r\n"),
        ("202 Accepted", "ETag: \"a\"\r\n"),
        ("204 No Content", "ETag: \"a\"\r\n"),
        ("500 Internal Server Error", ""),
        ("502 Bad Gateway", ""),
        ("408 Request Timeout", ""),
    ] {
        let server = Server::saying(answer(status, headers, ""));
        assert!(is_unknown(put(&store(&server))), "{status}");
        assert_eq!(server.connections(), 1, "a write isn't repeated: {status}");
    }
}

#[test]
fn what_isnt_http_or_has_no_end_is_unknown() {
    let head = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n";
    for garbage in [
        String::new(),
        "\0\x01garbage".into(),
        "HTTP/1.1 200".into(),
        format!("{head}X: {}\r\n\r\n", "x".repeat(100_000)),
        format!("{head}Content-Length: 10\r\n\r\nshort"),
        format!("{head}Content-Length: 99999999999\r\n\r\n"),
        format!("{head}Content-Length: -1\r\n\r\nx"),
        format!("{head}Connection: close\r\n\r\nno length"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
    ] {
        let server = Server::saying(garbage.clone());
        assert!(is_unknown(store(&server).get("name", None, None)), "{garbage:.60}");
    }
    for status in ["200 OK", "403 Forbidden"] {
        let endless = Server::at(Ipv4Addr::LOCALHOST.into(), move |_, stream| {
            let _ = write!(stream, "HTTP/1.1 {status}\r\nETag: \"a\"\r\n\r\n");
            while stream.write_all(&[b'<'; 4096]).is_ok() {}
        });
        let answer = store(&endless).get("name", None, None);
        // A refusal is one, whatever is behind it.
        assert!(matches!(answer, Err(Error::Unknown(Fault::TooLarge(1000)) | Error::Refused { status: 403, .. })));
        assert!(store(&endless).list("", None, 10).is_err());
    }
}

#[test]
fn who_says_nothing_or_little_is_waited_for_no_longer_than_it_may_take() {
    let silent = Server::at(Ipv4Addr::LOCALHOST.into(), |_, _| wait(20_000));
    assert!(matches!(put(&store(&silent)), Err(Error::Unknown(Fault::TimedOut(_)))));
    let slow = Server::at(Ipv4Addr::LOCALHOST.into(), |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 900\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            wait(100);
        }
    });
    assert!(matches!(store(&slow).get("name", None, None), Err(Error::Unknown(Fault::TimedOut(_)))));
}

#[test]
fn nobody_is_followed_elsewhere() {
    let other = Server::saying(answer("200 OK", "ETag: \"a\"\r\n", "content"));
    for status in [301, 302, 303, 307, 308] {
        let server = Server::saying(redirect(status, &other.url("/kyso/ward/name")));
        let refused = |answer: Result<(), Error>| {
            assert!(matches!(answer, Err(Error::Refused { status: given, .. }) if given == status), "{answer:?}");
        };
        refused(store(&server).get("name", None, None).map(drop));
        refused(put(&store(&server)).map(drop));
        refused(store(&server).list("", None, 10).map(drop));
    }
    assert_eq!(other.connections(), 0);
}

/// S3 says 409 where another write under the name is under way.
#[test]
fn a_conflict_is_asked_again_a_few_times() {
    let tries = AtomicUsize::new(0);
    let server = Server::at(Ipv4Addr::LOCALHOST.into(), move |_, stream| {
        let conflict = "<Error><Code>ConditionalRequestConflict</Code></Error>";
        let answer = match tries.fetch_add(1, Ordering::SeqCst) {
            0 | 1 => answer("409 Conflict", "", conflict),
            _ => answer("412 Precondition Failed", "", ""),
        };
        let _ = stream.write_all(&answer);
    });
    assert_eq!((put(&store(&server)), server.connections()), (Ok(Put::Exists), 3));
    let always = Server::saying(answer("409 Conflict", "", ""));
    assert_eq!(put(&store(&always)), Err(Error::Unknown(Fault::Status(409))));
    assert_eq!(always.connections(), 6);
}

#[test]
fn parts_and_versions_that_werent_asked_for_arent_taken() {
    let range = Some(Range { first: 2, length: 3 });
    let etag = "ETag: \"a\"\r\n";
    let good = Server::saying(answer("206 Partial Content", &format!("{etag}Content-Range: bytes 2-4/9\r\n"), "234"));
    assert_eq!(store(&good).get("name", range, None).unwrap().unwrap().head.length, 9);
    for (status, headers) in [
        ("200 OK", ""),
        ("206 Partial Content", ""),
        ("206 Partial Content", "Content-Range: bytes 1-3/9\r\n"),
        ("206 Partial Content", "Content-Range: bytes 2-5/9\r\n"),
    ] {
        let server = Server::saying(answer(status, &format!("{etag}{headers}"), "234"));
        assert!(is_unknown(store(&server).get("name", range, None)), "{status} {headers}");
    }
    for version in ["", "x-amz-version-id: v2\r\n"] {
        let server = Server::saying(answer("200 OK", &format!("{etag}{version}"), "content"));
        assert!(is_unknown(store(&server).get("name", None, Some("v1"))), "{version}");
    }
}

#[test]
fn lists_are_read_strictly() {
    let listed = |inner: &str| format!("<ListBucketResult>{inner}</ListBucketResult>");
    let one = |name: &str| format!("<Contents><Key>{name}</Key><Size>1</Size><ETag>\"a\"</ETag></Contents>");
    let end = "<IsTruncated>false</IsTruncated>";
    let good = Server::saying(answer("200 OK", "", listed(&format!("{}{end}", one("ward/o/1")))));
    assert_eq!(store(&good).list("o/", None, 10).unwrap().objects[0].name, "o/1");
    let doubled: String = (0..100).map(|number| format!(" a{number}=''")).collect();
    for wrong in [
        String::new(),
        "<ListBucketResult>".into(),
        "<Other><IsTruncated>false</IsTruncated></Other>".into(),
        listed(""),
        listed(&one("ward/o/1")),
        listed("<IsTruncated>true</IsTruncated>"),
        listed("<IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken>"),
        listed(&format!("{}{end}", one("ward/p/1"))),
        listed(&format!("{}{end}", one("other/o/1"))),
        listed(&format!("{}{end}", one(""))),
        listed(&format!("<Contents><Key>ward/o/1</Key></Contents>{end}")),
        listed(&format!("<Contents><Key>ward/o/1</Key><Size>-1</Size><ETag>a</ETag></Contents>{end}")),
        format!("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]>{}", listed(&one("&b;"))),
        format!("<ListBucketResult{doubled}>{end}</ListBucketResult>"),
    ] {
        let server = Server::saying(answer("200 OK", "", &wrong));
        assert!(is_unknown(store(&server).list("o/", Some("same"), 10)), "{wrong}");
        assert!(is_unknown(store(&server).list_versions("o/", None, 10)), "{wrong}");
        assert!(is_unknown(store(&server).versioning()), "{wrong}");
        assert!(is_unknown(store(&server).object_lock()), "{wrong}");
    }
}

#[test]
fn the_secret_is_in_no_request_and_no_message() {
    let server = Server::saying(answer("403 Forbidden", "", "<Error><Code>SignatureDoesNotMatch</Code></Error>"));
    let store = store(&server);
    let error = put(&store).unwrap_err();
    assert_eq!(error.to_string(), "the store refuses: HTTP 403, SignatureDoesNotMatch");
    let request = server.requests().remove(0);
    assert!(request.contains("Credential=AKID/") && request.contains("if-none-match: *"), "{request}");
    for text in [request, format!("{store:?} {error:?}")] {
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

/// A connection is used again, and one that the store closed meanwhile costs a reader nothing.
#[test]
fn connections_are_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            // Each connection ends without a word after five answers.
            for _ in 0..5 {
                if read_request(&mut stream).is_empty() {
                    break;
                }
                let answer = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 7\r\n\r\ncontent";
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    let store = asking(&url);
    for _ in 0..20 {
        assert_eq!(store.get("name", None, None).unwrap().unwrap().content, b"content");
    }
    assert!((4..=5).contains(&connections.load(Ordering::SeqCst)), "{connections:?}");
}

/// What a store of the test passes over.
#[derive(Clone, Copy, PartialEq)]
enum Careless {
    No,
    Conditions,
    Matches,
    Digests,
}

/// A store in memory, as careless as it's told to be.
fn careless(how: Careless) -> Server {
    let objects: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::default();
    Server::at(Ipv4Addr::LOCALHOST.into(), move |request: &Request, stream| {
        let end = request.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let (head, content) = (String::from_utf8_lossy(&request[..end]), &request[end + 4..]);
        let mut line = head.split(' ');
        let (method, target) = (line.next().unwrap(), line.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let header = |name: &str| {
            head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default().to_owned()
        };
        let mut objects = objects.lock().unwrap();
        let known = objects.get(path).cloned();
        let etag = |content: &[u8]| format!("ETag: \"{}-{:?}\"\r\n", content.len(), content.first());
        let said = match (method, known) {
            ("GET", _) if query == "versioning=" => answer("200 OK", "", "<VersioningConfiguration/>"),
            ("GET", _) if query == "object-lock=" => {
                answer("404 Not Found", "", "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>")
            }
            ("GET", _) if query.contains("list-type=2") => {
                let listed: String = objects
                    .iter()
                    .map(|(path, content)| {
                        let name = path.strip_prefix("/kyso/").unwrap();
                        format!("<Contents><Key>{name}</Key><Size>{}</Size><ETag>a</ETag></Contents>", content.len())
                    })
                    .filter(|listed| listed.contains("/read<"))
                    .collect();
                let end = "<IsTruncated>false</IsTruncated>";
                answer("200 OK", "", format!("<ListBucketResult>{listed}{end}</ListBucketResult>"))
            }
            ("PUT", Some(_)) if header("if-none-match") == "*" && how != Careless::Conditions => {
                answer("412 Precondition Failed", "", "")
            }
            ("PUT", known)
                if !header("if-match").is_empty()
                    && how != Careless::Matches
                    && known.as_ref().map(|known| etag(known)) != Some(format!("ETag: {}\r\n", header("if-match"))) =>
            {
                answer("412 Precondition Failed", "", "")
            }
            ("PUT", _) if header("x-amz-checksum-sha256").starts_with("BwcHBw") && how != Careless::Digests => {
                answer("400 Bad Request", "", "<Error><Code>BadDigest</Code></Error>")
            }
            ("PUT", _) => {
                objects.insert(path.to_owned(), content.to_vec());
                answer("200 OK", &etag(content), "")
            }
            ("GET" | "HEAD", None) => answer("404 Not Found", "", NO_SUCH_KEY),
            ("HEAD", Some(content)) => format!(
                "HTTP/1.1 200 OK\r\n{}Connection: close\r\nContent-Length: {}\r\n\r\n",
                etag(&content),
                content.len()
            )
            .into_bytes(),
            (_, Some(content)) => match header("range").strip_prefix("bytes=").map(str::to_owned) {
                Some(range) => {
                    let first: usize = range.split('-').next().unwrap().parse().unwrap();
                    let whole = content.len();
                    let range = format!("{}Content-Range: bytes {first}-{}/{whole}\r\n", etag(&content), whole - 1);
                    answer("206 Partial Content", &range, &content[first..])
                }
                None => answer("200 OK", &etag(&content), &content),
            },
            _ => answer("501 Not Implemented", "", ""),
        };
        let _ = stream.write_all(&said);
    })
}

#[test]
fn a_careless_store_is_found_out() {
    for (how, demands) in [
        (Careless::No, vec![]),
        (Careless::Conditions, vec![Demand::CreateOnly, Demand::Race]),
        (Careless::Matches, vec![Demand::Replace]),
        (Careless::Digests, vec![Demand::Checksum]),
    ] {
        let server = careless(how);
        let store = asking(&server.url(""));
        assert_eq!(store.is_create_only(), Ok(how != Careless::Conditions));
        let checked = store.check(5).unwrap();
        let mut found: Vec<Demand> = checked.failures.iter().map(|failure| failure.demand).collect();
        found.dedup();
        assert_eq!((found, checked.is_fit()), (demands, how == Careless::No), "{:?}", checked.failures);
    }
}
