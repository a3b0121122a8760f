//! A server that stands before a test world's services and answers by a script: with what they say, or with what services in
//! the field make of it.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kyso_testpki::World;

use crate::http::{Answer, Request};

/// What came in.
#[derive(Debug)]
pub struct Asked<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// The path, with an OCSP request behind it where there is one.
    pub path: &'a str,
    /// How often the service's path was asked for with this.
    pub count: usize,
    world: SocketAddr,
    content_type: &'a str,
    body: &'a [u8],
}

impl Asked<'_> {
    /// What the world's service answers.
    pub fn right(&self) -> Answer {
        self.right_at(self.path)
    }

    /// What the world's service at another path answers.
    pub fn right_at(&self, path: &str) -> Answer {
        let method = if self.method == "POST" { "POST" } else { "GET" };
        let request = Request::new(method, path);
        match method {
            "POST" => request.body(self.content_type, self.body.to_vec()).send(self.world),
            _ => request.send(self.world),
        }
    }

    /// What the world's service answers, as it is.
    pub fn pass(&self) -> Reply {
        let Answer { status, headers, body } = self.right();
        let keep = |(name, _): &(String, String)| name == "content-type";
        Reply::Answer { status, headers: headers.into_iter().filter(keep).collect(), body }
    }
}

/// What is answered.
#[derive(Debug)]
pub enum Reply {
    /// These headers, beside the length, and this body.
    Answer {
        /// The status.
        status: u16,
        /// Names and values.
        headers: Vec<(String, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// These bytes, whatever they are.
    Raw(Vec<u8>),
    /// Nothing: the connection is closed.
    Close,
    /// Nothing, for as long as the one who asks waits.
    Silence,
    /// An answer in so many parts with a pause before each.
    Parts(Vec<u8>, usize, Duration),
}

impl Reply {
    /// A status, with these headers and no body.
    pub fn status(status: u16, headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::Answer { status, headers, body: Vec::new() }
    }

    /// A body of a media type.
    pub fn body(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
        Self::Answer { status: 200, headers, body: body.into() }
    }

    /// With one more header.
    pub fn header(self, name: &str, value: &str) -> Self {
        match self {
            Self::Answer { status, mut headers, body } => {
                headers.push((name.to_owned(), value.to_owned()));
                Self::Answer { status, headers, body }
            }
            other => other,
        }
    }

    fn send(self, stream: &mut TcpStream) -> std::io::Result<()> {
        match self {
            Self::Answer { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} Scripted\r\nContent-Length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                stream.write_all(&[head.as_bytes(), b"Connection: close\r\n\r\n", &body].concat())
            }
            Self::Raw(bytes) => stream.write_all(&bytes),
            Self::Close => Ok(()),
            Self::Silence => stream.read_to_end(&mut Vec::new()).map(|_| ()),
            Self::Parts(body, parts, pause) => {
                let head =
                    format!("HTTP/1.1 200 Scripted\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
                stream.write_all(head.as_bytes())?;
                for part in body.chunks(body.len().div_ceil(parts)) {
                    std::thread::sleep(pause);
                    stream.write_all(part)?;
                    stream.flush()?;
                }
                Ok(())
            }
        }
    }
}

/// What a path is asked for, in order: `GET`, `POST`.
type Log = Arc<Mutex<HashMap<String, Vec<String>>>>;

/// The server. Its threads end with the test.
#[derive(Debug)]
pub struct Front {
    address: SocketAddr,
    log: Log,
}

impl Front {
    /// Stands before a world's services.
    pub fn of(world: &World, script: impl Fn(&Asked<'_>) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, world) = (listener.local_addr().unwrap(), world.server.address());
        let (log, script) = (Log::default(), Arc::new(script));
        std::thread::spawn({
            let log = Arc::clone(&log);
            move || {
                for stream in listener.incoming().flatten() {
                    let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                    std::thread::spawn(move || converse(stream, world, &log, &*script));
                }
            }
        });
        Self { address, log }
    }

    /// The address of a path, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The methods by which a path was asked, in order.
    pub fn asked(&self, path: &str) -> Vec<String> {
        self.log.lock().unwrap().get(path).cloned().unwrap_or_default()
    }
}

fn converse(mut stream: TcpStream, world: SocketAddr, log: &Log, script: &dyn Fn(&Asked<'_>) -> Reply) {
    let Some((head, body)) = read(&mut stream) else { return };
    let mut words = head.split(' ');
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return };
    let content_type = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
    // An OCSP request by GET is one long segment behind the service's own path.
    let service = match path.rsplit_once('/') {
        Some((service, last)) if method == "GET" && last.len() > 60 => service,
        _ => path,
    };
    let count = {
        let mut log = log.lock().unwrap();
        let asked = log.entry(service.to_owned()).or_default();
        asked.push(method.to_owned());
        asked.len()
    };
    let reply = script(&Asked { method, path, count, world, content_type, body: &body });
    // One who hangs up early has no answer to miss.
    let _ = reply.send(&mut stream);
}

/// Head, with names of headers in lower case, and body.
fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let head = head.lines().map(|line| match line.split_once(": ") {
                Some((name, value)) => format!("{}: {value}\n", name.to_ascii_lowercase()),
                None => format!("{line}\n"),
            });
            let head: String = head.collect();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0) {
                return Some((head, bytes[end + 4..].to_vec()));
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}
