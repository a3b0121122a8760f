//! Bounds, redirects and answers that aren't what was asked for.

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use kyso::error::connection::Fault;
use kyso_connect::{Client, Credentials, Exchange, Guard, Origin, Run, Settings, Url};
use zeroize::Zeroizing;

use crate::server::{Server, ok, redirect, wait};

const TIMEOUT: Duration = Duration::from_millis(600);

fn client() -> Client {
    let guard = Guard::allowing(["127.0.0.0/8".parse().unwrap()]);
    Client::new(Settings::new(guard)).unwrap()
}

fn ask(url: &str, post: Option<&[u8]>, credentials: Option<&Credentials>) -> Result<Vec<u8>, Fault> {
    let url = Url::parse(url).unwrap();
    client().exchange(&Exchange {
        url: &url,
        origin: Origin::Stranger,
        post: post.map(|content| ("application/ocsp-request", content)),
        accept: "application/ocsp-response",
        limit: 1000,
        timeout: TIMEOUT,
        credentials,
    })
}

#[test]
fn a_question_is_asked_and_answered() {
    let server = Server::giving([0, 1, 2, 255]);
    assert_eq!(ask(&server.url("/ocsp?a=b"), Some(b"\x30\x00"), None), Ok(vec![0, 1, 2, 255]));
    let request = &server.requests()[0];
    let head = request.to_ascii_lowercase();
    assert!(request.starts_with("POST /ocsp?a=b HTTP/1.1\r\n"), "{request}");
    for line in ["content-type: application/ocsp-request", "accept: application/ocsp-response", "content-length: 2"] {
        assert!(head.contains(&format!("{line}\r\n")), "{line}: {request}");
    }
    assert!(head.contains("user-agent: kyso/") && !head.contains("accept-encoding"), "{request}");
    assert!(request.ends_with("\r\n\r\n0\0"), "{request:?}");
}

#[test]
fn chunks_and_an_answer_until_the_end_are_read() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n".to_vec();
    assert_eq!(ask(&Server::saying(chunked).url("/"), None, None), Ok(b"abcde".to_vec()));
    assert_eq!(ask(&Server::saying("HTTP/1.0 200 OK\r\n\r\nabc").url("/"), None, None), Ok(b"abc".to_vec()));
}

#[test]
fn an_answer_may_be_as_large_as_the_limit_and_no_larger() {
    for (length, fits) in [(0, true), (999, true), (1000, true), (1001, false), (1_000_000, false)] {
        let content = vec![b'x'; length];
        let endless = [b"HTTP/1.0 200 OK\r\n\r\n".as_slice(), &content].concat();
        let sized = ok("application/octet-stream", &content);
        for answer in [endless, sized] {
            let answered = ask(&Server::saying(answer).url("/"), None, None);
            assert_eq!(answered, if fits { Ok(content.clone()) } else { Err(Fault::TooLarge(1000)) }, "{length}");
        }
    }
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_vec();
    assert!(matches!(ask(&Server::saying(half).url("/"), None, None), Err(Fault::Broken(_))));
    let chunk = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf".to_vec();
    assert!(ask(&Server::saying(chunk).url("/"), None, None).is_err());
}

/// A server that says nothing, one that says its head letter by letter, and one that never ends its content: each takes
/// the time in all and no longer.
#[test]
fn a_slow_server_takes_no_longer_than_the_time_in_all() {
    let slow = |dribble: &'static [u8], then: &'static [u8]| {
        Server::at(Ipv4Addr::LOCALHOST.into(), move |_, stream| {
            let _ = stream.write_all(dribble);
            for byte in then.iter().cycle() {
                wait(50);
                if stream.write_all(&[*byte]).is_err() {
                    break;
                }
            }
        })
    };
    let silent = Server::at(Ipv4Addr::LOCALHOST.into(), |_, _| wait(3000));
    let head = slow(b"HTTP/1.1 200 OK\r\n", b"X");
    let content = slow(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"x");
    for server in [silent, head, content] {
        let started = Instant::now();
        assert_eq!(ask(&server.url("/"), Some(b"x"), None), Err(Fault::TimedOut(TIMEOUT)));
        assert!(started.elapsed() < TIMEOUT * 4, "{:?}", started.elapsed());
    }
}

#[test]
fn a_slow_redirect_has_no_time_of_its_own() {
    let server = Server::at(Ipv4Addr::LOCALHOST.into(), |_, stream| {
        wait(350);
        let _ = stream.write_all(&redirect(302, "/again"));
    });
    let started = Instant::now();
    assert_eq!(ask(&server.url("/"), None, None), Err(Fault::TimedOut(TIMEOUT)));
    assert!(started.elapsed() < TIMEOUT * 3);
}

/// A run ends, however many services there are, and asks no host twice that was silent.
#[test]
fn a_run_has_an_end_and_a_silent_host_is_asked_once() {
    let silent = Server::at(Ipv4Addr::LOCALHOST.into(), |_, _| wait(3000));
    let other = Server::giving("answer");
    let run = Run::within(TIMEOUT + TIMEOUT / 2);
    let client = client().in_run(&run);
    let ask = |server: &Server, timeout| {
        let url = Url::parse(&server.url("/")).unwrap();
        let (origin, accept) = (Origin::Stranger, "*/*");
        client.exchange(&Exchange { url: &url, origin, post: None, accept, limit: 1000, timeout, credentials: None })
    };
    assert_eq!(ask(&silent, TIMEOUT), Err(Fault::TimedOut(TIMEOUT)));
    assert_eq!((ask(&silent, TIMEOUT), silent.connections()), (Err(Fault::Skipped), 1));
    assert_eq!(ask(&other, TIMEOUT), Ok(b"answer".to_vec()));
    let second = Server::at(Ipv4Addr::LOCALHOST.into(), |_, _| wait(3000));
    let over = Err(Fault::RunOver(TIMEOUT + TIMEOUT / 2));
    assert_eq!(ask(&second, TIMEOUT), over);
    assert_eq!((ask(&other, TIMEOUT), other.connections()), (over, 1));
    // The next run knows nothing of it.
    let client = client.in_run(&Run::default());
    let url = Url::parse(&other.url("/")).unwrap();
    let (origin, accept, timeout) = (Origin::Stranger, "*/*", TIMEOUT);
    let exchange = Exchange { url: &url, origin, post: None, accept, limit: 1000, timeout, credentials: None };
    assert!(client.exchange(&exchange).is_ok());
}

/// The host that is silent is the one that another redirects to: it's the one that isn't asked again.
#[test]
fn the_host_that_was_silent_is_remembered_and_not_who_redirected_there() {
    let silent = Server::at(Ipv4Addr::LOCALHOST.into(), |_, _| wait(3000));
    let goal = silent.url("/goal");
    let redirecting = || {
        let goal = goal.clone();
        Server::at(Ipv4Addr::LOCALHOST.into(), move |_, stream| {
            let _ = stream.write_all(&redirect(302, &goal));
        })
    };
    let (first, second) = (redirecting(), redirecting());
    let client = client().in_run(&Run::default());
    let ask = |server: &Server| {
        let url = Url::parse(&server.url("/")).unwrap();
        let (origin, accept, timeout) = (Origin::Stranger, "*/*", TIMEOUT);
        let exchange = Exchange { url: &url, origin, post: None, accept, limit: 1000, timeout, credentials: None };
        client.exchange(&exchange).unwrap_err()
    };
    let redirected = |why| Fault::Redirected { to: goal.clone(), why: Box::new(why) };
    assert_eq!(ask(&first), redirected(Fault::TimedOut(TIMEOUT)));
    for server in [&first, &second] {
        assert_eq!(ask(server), redirected(Fault::Skipped));
    }
    assert_eq!([first.connections(), second.connections(), silent.connections()], [2, 1, 1]);
}

/// What comes at a good pace may take longer than one answer is waited for.
#[test]
fn an_answer_that_comes_on_is_waited_for() {
    let server = Server::at(Ipv4Addr::LOCALHOST.into(), |_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 98304\r\n\r\n");
        for _ in 0..6 {
            wait(150);
            let _ = stream.write_all(&[0x30; 16384]);
        }
    });
    let url = Url::parse(&server.url("/")).unwrap();
    let (origin, accept, timeout) = (Origin::Stranger, "*/*", TIMEOUT);
    let exchange = Exchange { url: &url, origin, post: None, accept, limit: 1 << 20, timeout, credentials: None };
    assert_eq!(client().exchange(&exchange).map(|content| content.len()), Ok(98304));
}

#[test]
fn nobody_there() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fault = ask(&format!("http://127.0.0.1:{port}/"), None, None).unwrap_err();
    assert!(matches!(fault, Fault::Unreachable(_)) && fault.is_passing(), "{fault:?}");
}

#[test]
fn what_isnt_an_answer_is_told_apart() {
    for (answer, expected) in [
        (ok("text/html; charset=utf-8", b"<html>Log in</html>"), Fault::ContentType("text/html".into())),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(), Fault::Status(404)),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_vec(), Fault::Status(503)),
        // Whoever isn't the operator's own service isn't known to us by name and password.
        (b"HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n".to_vec(), Fault::Status(401)),
        (
            b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n".to_vec(),
            Fault::Busy { status: 503, retry_after: Duration::from_secs(7) },
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n".to_vec(), Fault::Status(204)),
    ] {
        assert_eq!(ask(&Server::saying(answer).url("/"), None, None), Err(expected));
    }
    for garbage in [b"\x30\x82\x01\x00 not HTTP at all\r\n\r\n".to_vec(), vec![b'A'; 100_000], b"HTTP/1.1 ".to_vec()] {
        let fault = ask(&Server::saying(garbage).url("/"), None, None).unwrap_err();
        assert!(matches!(fault, Fault::NotHttp(_) | Fault::Broken(_)), "{fault:?}");
    }
    let headers = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(1 << 20));
    assert!(matches!(ask(&Server::saying(headers).url("/"), None, None), Err(Fault::NotHttp(_))));
}

#[test]
fn a_few_redirects_are_followed() {
    let goal = Server::giving("goal");
    let near = Server::saying(redirect(302, &goal.url("/goal")));
    let far = Server::saying(redirect(301, &near.url("/near")));
    assert_eq!(ask(&far.url("/far"), None, None), Ok(b"goal".to_vec()));
    let round = Server::at(Ipv4Addr::LOCALHOST.into(), |_, stream| {
        let _ = stream.write_all(&redirect(302, "/round"));
    });
    assert!(matches!(ask(&round.url("/"), None, None), Err(Fault::Redirect(_))));
    assert_eq!(round.connections(), 4);
}

#[test]
fn a_post_stays_one_or_isnt_repeated() {
    let goal = Server::giving("goal");
    let kept = Server::saying(redirect(307, &goal.url("/goal")));
    assert_eq!(ask(&kept.url("/"), Some(b"question"), None), Ok(b"goal".to_vec()));
    assert!(goal.requests()[0].starts_with("POST /goal ") && goal.requests()[0].ends_with("\r\n\r\nquestion"));
    let changed = Server::saying(redirect(302, &goal.url("/goal")));
    assert_eq!(ask(&changed.url("/"), Some(b"question"), None), Err(Fault::Status(302)));
    assert_eq!(goal.connections(), 1);
}

#[test]
fn credentials_are_shown_to_their_service_alone() {
    let credentials = Credentials::new("dấu", Zeroizing::new("mật khẩu".into()));
    let goal = Server::giving("goal");
    let server = Server::saying(redirect(307, &goal.url("/goal")));
    assert_eq!(ask(&server.url("/"), Some(b"question"), Some(&credentials)), Ok(b"goal".to_vec()));
    // base64 of "dấu:mật khẩu"
    let expected = "authorization: basic ZOG6pXU6beG6rXQga2jhuql1".to_ascii_lowercase();
    assert!(server.requests()[0].to_ascii_lowercase().contains(&expected), "{:?}", server.requests());
    assert!(!goal.requests()[0].to_ascii_lowercase().contains("authorization"));
    assert!(!format!("{credentials:?}").contains("khẩu"));
}
