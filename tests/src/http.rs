//! A small HTTP/1.1 client: one request a connection, the bytes under the test's control.

use std::fmt;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// An answer.
#[derive(Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = &self.body[..self.body.len().min(600)];
        write!(f, "{} {:?} {}", self.status, self.headers, String::from_utf8_lossy(start))
    }
}

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`…
    pub method: &'static str,
    /// The path.
    pub path: String,
    /// Names and values, without Host, Content-Length and Connection.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without a body.
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// With this header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With this body of this type.
    pub fn body(mut self, media_type: impl Into<String>, body: Vec<u8>) -> Self {
        self.body = body;
        self.header("Content-Type", media_type)
    }

    /// With these parts: name, file name, contents.
    pub fn form(self, parts: &[(&str, Option<&str>, &[u8])]) -> Self {
        const BOUNDARY: &str = "kyso-7MA4YWxkTrZu0gW";
        let mut body = Vec::new();
        for (name, file_name, contents) in parts {
            let file_name = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            body.extend(
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n").bytes(),
            );
            body.extend_from_slice(contents);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").bytes());
        self.body(format!("multipart/form-data; boundary={BOUNDARY}"), body)
    }

    /// Everything up to the body. `length` is what Content-Length says.
    fn head(&self, address: SocketAddr, length: usize) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if length > 0 || self.method == "POST" {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// Sends it and reads the answer.
    pub fn send(&self, address: SocketAddr) -> Answer {
        self.send_cut(address, self.body.len()).expect("an answer")
    }

    /// Sends it; `None` where nobody answers any more.
    pub fn try_send(&self, address: SocketAddr) -> Option<Answer> {
        self.send_cut(address, self.body.len())
    }

    /// Sends only so many bytes of the body that it announced, and hangs up. `None` where no answer came.
    pub fn send_cut(&self, address: SocketAddr, bytes: usize) -> Option<Answer> {
        send_raw(address, &self.head(address, self.body.len()), &self.body[..bytes], bytes < self.body.len())
    }

    /// Sends it all before it looks at any answer, and takes it ill when the connection is closed meanwhile.
    pub fn send_stubbornly(&self, address: SocketAddr) -> Answer {
        let mut stream = TcpStream::connect(address).expect("connect");
        stream.write_all(&self.head(address, self.body.len())).expect("head");
        stream.write_all(&self.body).expect("the whole body is taken");
        let mut received = Vec::new();
        stream.read_to_end(&mut received).expect("an answer");
        parse(&received).expect("a whole answer")
    }

    /// Sends only so many bytes of the body that it announced, and waits.
    pub fn send_slowly(&self, address: SocketAddr, bytes: usize) -> Option<Answer> {
        send_raw(address, &self.head(address, self.body.len()), &self.body[..bytes], false)
    }
}

/// Sends these bytes and reads the answer, if a whole one comes. `hang_up`: nothing more can come.
pub fn send_raw(address: SocketAddr, head: &[u8], body: &[u8], hang_up: bool) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    stream.write_all(head).ok()?;
    // A server that has heard enough may answer and close before it has read all.
    let _ = stream.write_all(body);
    if hang_up {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut received = Vec::new();
    let _ = stream.read_to_end(&mut received);
    parse(&received)
}

fn parse(received: &[u8]) -> Option<Answer> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&received[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let answer = Answer { status, headers, body: received[end + 4..].to_vec() };
    assert!(answer.header("transfer-encoding").is_none(), "bodies of known length are expected");
    let whole = answer.header("content-length").is_none_or(|length| length.parse() == Ok(answer.body.len()));
    whole.then_some(answer)
}
