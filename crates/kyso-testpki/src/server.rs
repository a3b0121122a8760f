//! The services over HTTP, on the loopback interface alone, at the time that a test sets or at the system's.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;

use crate::http::{Reply, Request};
use crate::{Ca, CrlProfile, OcspFault, OcspResponder, Register, Tsa, TsaFault};

/// Requests that are remembered; of more, the newest.
const REMEMBERED: usize = 10_000;
/// Connections that are answered at a time; one more is closed at once.
const CONNECTIONS: usize = 64;

/// A clock that stands still until it's set, or the system's. Clones show the same time.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<Option<Timestamp>>>);

impl Clock {
    /// A clock that shows this time.
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(Some(time))))
    }

    /// The system's clock, until it's set.
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }

    /// The time that the clock shows.
    pub fn now(&self) -> Timestamp {
        lock(&self.0).unwrap_or_else(Timestamp::now)
    }

    /// Sets it.
    pub fn set(&self, time: Timestamp) {
        *lock(&self.0) = Some(time);
    }
}

/// What is served at a path.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// RFC 3161, 3.4: POST application/timestamp-query.
    TimeStamps(Tsa),
    /// RFC 6960, appendix A: POST application/ocsp-request, or GET with the request in the path.
    Ocsp(OcspResponder),
    /// The full CRL of this moment.
    Crl(Ca, Register),
    /// The delta CRL of this moment, against the full one of so many hours ago.
    DeltaCrl(Ca, Register, i64),
    /// Bytes of this media type: a certificate, a p7c, a CRL made elsewhere.
    Bytes(&'static str, Vec<u8>),
}

/// How an endpoint may fail the one who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed without an answer.
    HangUp,
    /// The right answer, so much later.
    Slow(Duration),
    /// The right answer, a byte each so often.
    Drip(Duration),
    /// This HTTP status with a page of HTML.
    Status(u16),
    /// 200 with a page of HTML.
    Html,
    /// 200 with the right type and so many zero bytes.
    Huge(u64),
    /// 200 that announces more than it sends.
    Cut,
    /// 302 to this address.
    Redirect(String),
    /// 200 with the right type and these bytes.
    Bytes(Vec<u8>),
    /// The TSA lies.
    Tsa(TsaFault),
    /// The responder lies.
    Ocsp(OcspFault),
}

#[derive(Debug, Default)]
struct State {
    endpoints: HashMap<String, Endpoint>,
    /// With how often it still happens; `None`: always.
    faults: HashMap<String, (Fault, Option<usize>)>,
    requests: VecDeque<(String, Request)>,
}

/// An HTTP server on the loopback interface, one connection a request. It stops when it's dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    clock: Clock,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on a free port.
    ///
    /// # Errors
    /// Where the system has none.
    pub fn start(clock: Clock) -> io::Result<Self> {
        Self::listen((Ipv4Addr::LOCALHOST, 0).into(), clock)
    }

    /// Listens on an address of the loopback interface; port 0 stands for a free one.
    ///
    /// # Errors
    /// Where the address is taken, or isn't of the loopback interface: nothing of this is for others.
    pub fn listen(address: SocketAddr, clock: Clock) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let (state, stop) = (Arc::new(Mutex::new(State::default())), Arc::new(AtomicBool::new(false)));
        let listening = thread::spawn({
            let (clock, state, stop) = (clock.clone(), Arc::clone(&state), Arc::clone(&stop));
            let open = Arc::new(AtomicUsize::new(0));
            move || {
                for stream in listener.incoming().flatten() {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    if open.fetch_add(1, Ordering::SeqCst) >= CONNECTIONS {
                        open.fetch_sub(1, Ordering::SeqCst);
                        continue;
                    }
                    let (clock, state, open) = (clock.clone(), Arc::clone(&state), Arc::clone(&open));
                    thread::spawn(move || {
                        // One who hangs up early has no answer to miss.
                        let _ = converse(stream, &clock, &state);
                        open.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            }
        });
        Ok(Self { address, clock, state, stop, listening: Some(listening) })
    }

    /// The clock that its answers follow.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path, which starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// An address on the loopback interface where nobody listens.
    ///
    /// # Errors
    /// Where the system has no free port.
    pub fn nowhere(path: &str) -> io::Result<String> {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        Ok(format!("http://{address}{path}"))
    }

    /// Serves something at a path, in place of what was there.
    pub fn serve(&self, path: &str, endpoint: Endpoint) {
        lock(&self.state).endpoints.insert(path.into(), endpoint);
    }

    /// No longer serves anything at a path.
    pub fn remove(&self, path: &str) {
        lock(&self.state).endpoints.remove(path);
    }

    /// A path fails from now on; `None`: no longer.
    pub fn fault(&self, path: &str, fault: Option<Fault>) {
        let mut state = lock(&self.state);
        match fault {
            Some(fault) => state.faults.insert(path.into(), (fault, None)),
            None => state.faults.remove(path),
        };
    }

    /// A path fails so many times and then no more.
    pub fn fault_times(&self, path: &str, fault: Fault, times: usize) {
        lock(&self.state).faults.insert(path.into(), (fault, Some(times)));
    }

    /// How often a path was asked for.
    pub fn count(&self, path: &str) -> usize {
        lock(&self.state).requests.iter().filter(|(asked, _)| asked == path).count()
    }

    /// The requests for a path, in order.
    pub fn requests(&self, path: &str) -> Vec<Request> {
        let state = lock(&self.state);
        state.requests.iter().filter(|(asked, _)| asked == path).map(|(_, request)| request.clone()).collect()
    }

    /// How often anything was asked for.
    pub fn total(&self) -> usize {
        lock(&self.state).requests.len()
    }

    /// Forgets what was asked for.
    pub fn reset_counts(&self) {
        lock(&self.state).requests.clear();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the listener, so that it sees that it shall stop.
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn converse(mut stream: TcpStream, clock: &Clock, state: &Mutex<State>) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.set_write_timeout(Some(Duration::from_secs(10)))?;
    let Some(request) = Request::read(&mut stream)? else {
        return stream.write_all(&Reply::page(400).to_bytes());
    };
    let (endpoint, fault) = {
        let mut state = lock(state);
        let path = path_of(&state, &request.target);
        if state.requests.len() == REMEMBERED {
            state.requests.pop_front();
        }
        state.requests.push_back((path.clone(), request.clone()));
        (state.endpoints.get(&path).cloned(), due(&mut state.faults, &path))
    };
    let Some(endpoint) = endpoint else { return stream.write_all(&Reply::page(404).to_bytes()) };

    let reply = answer(&endpoint, &request, clock.now(), fault.as_ref());
    match fault {
        Some(Fault::HangUp) => Ok(()),
        Some(Fault::Slow(delay)) => {
            thread::sleep(delay);
            stream.write_all(&reply.to_bytes())
        }
        Some(Fault::Drip(pause)) => {
            for byte in reply.to_bytes() {
                stream.write_all(&[byte])?;
                thread::sleep(pause);
            }
            Ok(())
        }
        Some(Fault::Status(status)) => stream.write_all(&Reply::page(status).to_bytes()),
        Some(Fault::Html) => stream.write_all(&Reply::page(200).to_bytes()),
        Some(Fault::Huge(bytes)) => {
            stream.write_all(reply.head(bytes).as_bytes())?;
            io::copy(&mut io::Read::take(io::repeat(0), bytes), &mut stream)?;
            Ok(())
        }
        Some(Fault::Cut) => {
            stream.write_all(reply.head(reply.body.len() as u64 + 100).as_bytes())?;
            stream.write_all(&reply.body)
        }
        Some(Fault::Redirect(url)) => stream.write_all(&Reply::redirect(&url).to_bytes()),
        Some(Fault::Bytes(body)) => stream.write_all(&Reply { body, ..reply }.to_bytes()),
        Some(Fault::Tsa(_) | Fault::Ocsp(_)) | None => stream.write_all(&reply.to_bytes()),
    }
}

/// The fault that strikes now, counted.
fn due(faults: &mut HashMap<String, (Fault, Option<usize>)>, path: &str) -> Option<Fault> {
    let (fault, left) = faults.get_mut(path)?;
    match left {
        Some(0) => None,
        Some(left) => {
            *left -= 1;
            Some(fault.clone())
        }
        None => Some(fault.clone()),
    }
}

/// The path that a target is served under: itself, or that of the responder whose request it carries on with.
fn path_of(state: &State, target: &str) -> String {
    let responders = state.endpoints.iter().filter(|(_, endpoint)| matches!(endpoint, Endpoint::Ocsp(_)));
    let mut prefixes = responders.map(|(path, _)| path).filter(|path| target.starts_with(&format!("{path}/")));
    prefixes.next().map_or_else(|| target.to_owned(), Clone::clone)
}

fn answer(endpoint: &Endpoint, request: &Request, time: Timestamp, fault: Option<&Fault>) -> Reply {
    let is_post_of = |media_type: &str| request.method == "POST" && request.header("content-type") == Some(media_type);
    let (media_type, body) = match endpoint {
        Endpoint::TimeStamps(tsa) => {
            if !is_post_of("application/timestamp-query") {
                return Reply::page(405);
            }
            let fault = if let Some(Fault::Tsa(fault)) = fault { Some(fault) } else { None };
            ("application/timestamp-reply", tsa.answer(&request.body, time, fault))
        }
        Endpoint::Ocsp(responder) => {
            let body = match request.method.as_str() {
                "GET" => request.last_segment_decoded(),
                _ if is_post_of("application/ocsp-request") => Some(request.body.clone()),
                _ => None,
            };
            let Some(body) = body else { return Reply::page(405) };
            let fault = if let Some(Fault::Ocsp(fault)) = fault { Some(fault) } else { None };
            ("application/ocsp-response", responder.answer(&body, time, fault))
        }
        Endpoint::Crl(ca, register) => ("application/pkix-crl", ca.crl(&CrlProfile::full(register, time))),
        Endpoint::DeltaCrl(ca, register, hours) => {
            let since = time.checked_sub(jiff::Span::new().hours(*hours)).unwrap_or(time);
            ("application/pkix-crl", ca.crl(&CrlProfile::delta(register, since, time)))
        }
        Endpoint::Bytes(media_type, bytes) => (*media_type, Ok(bytes.clone())),
    };
    match body {
        Ok(body) => Reply { status: 200, media_type, location: None, body },
        Err(_) => Reply::page(500),
    }
}
