//! One request, one answer, over HTTP/1.1: bounded in size and in time, with redirects that are followed by us and
//! checked again, through a proxy where there is one. All requests of a run are bounded together ([`Run`]).
//!
//! A new connection is made for each request, to an address that [`guard`](crate::guard) has checked. The HTTP itself is
//! `ureq`'s, which never resolves, never follows and reads no setting from the environment here.

mod connection;
mod content;
mod kept;
mod proxy;
mod resolve;
mod run;
mod tls;

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kyso::error::connection::Fault;
use ureq::http::{Request, Response, StatusCode, header};
use ureq::{Body, Timeout};

pub(crate) use kept::{Answer, Kept, Order};
pub use proxy::Proxy;
pub use resolve::{Resolve, system_resolver};
pub use run::Run;

use crate::guard::{Guard, Host, Origin, Scheme, Url};
use crate::secret::{ClientKey, Credentials};
use content::{Patience, any_status, content};
use run::Times;
use tls::{Tls, TlsFailure};

/// As many redirects are followed.
const REDIRECTS: usize = 3;
/// Bytes of an answer's head.
const HEAD: usize = 16 << 10;

/// How requests are made.
#[derive(Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The guard that decides which addresses requests may go to.
    pub guard: Guard,
    /// Through which proxy.
    pub proxy: Option<Proxy>,
    /// CAs whose TLS servers are trusted beside the system's, in DER.
    pub tls_roots: Vec<Vec<u8>>,
    /// How names become addresses. Each name is asked for once a request.
    pub resolve: Arc<Resolve>,
    /// Who is told of each request, so that a person who waits sees for whom.
    pub watch: Option<Arc<Watch>>,
    /// How long a connection may take to come about, however long the answer may take.
    pub connecting: Duration,
}

/// Told of each request: the URL without its query when it begins, `None` when it's over.
pub type Watch = dyn Fn(Option<&str>) + Send + Sync;

impl Settings {
    /// How long a connection may take to come about, where nothing else is said: one that takes longer is seldom worth
    /// waiting for.
    pub const CONNECTING: Duration = Duration::from_secs(15);

    /// Requests go where `guard` lets them, directly; names are the system's to resolve, and nobody is told.
    pub fn new(guard: Guard) -> Self {
        let (resolve, connecting) = (Arc::new(system_resolver), Self::CONNECTING);
        Self { guard, proxy: None, tls_roots: Vec::new(), resolve, watch: None, connecting }
    }
}

/// The public internet alone.
impl Default for Settings {
    fn default() -> Self {
        Self::new(Guard::default())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { guard, proxy, tls_roots, .. } = self;
        let roots = tls_roots.len();
        f.debug_struct("Settings").field("guard", guard).field("proxy", proxy).field("tls_roots", &roots).finish()
    }
}

/// Asks services.
#[derive(Debug, Clone)]
pub struct Client {
    settings: Settings,
    tls: Tls,
    run: Run,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Exchange<'a> {
    /// To where.
    pub url: &'a Url,
    /// Who wrote the URL.
    pub origin: Origin,
    /// Content type and content of a POST; a GET without.
    pub post: Option<(&'static str, &'a [u8])>,
    /// Which content types are welcome.
    pub accept: &'static str,
    /// The largest answer that is taken, in bytes.
    pub limit: u64,
    /// How long it may take from the first look at the name to the head of the answer, how long the content may pause, and
    /// how long the whole may take beside what its bytes take at 256 kbit/s.
    pub timeout: Duration,
    /// Who asks. Not shown to whom a redirect leads.
    pub credentials: Option<&'a Credentials>,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`Fault::Setting`] where a CA can't be read.
    pub fn new(settings: Settings) -> Result<Self, Fault> {
        let tls = Tls::new(&settings.tls_roots, None)?;
        Ok(Self { settings, tls, run: Run::default() })
    }

    /// The same client, whose requests are of this run.
    #[must_use]
    pub fn in_run(&self, run: &Run) -> Self {
        Self { run: run.clone(), ..self.clone() }
    }

    /// The run that its requests are of.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// A client that shows this key's certificate, for a service that authenticates its clients by TLS.
    ///
    /// # Errors
    /// [`Fault::Setting`] where the key or its certificate can't be read, or they don't belong together.
    pub fn with_key(&self, key: &ClientKey) -> Result<Self, Fault> {
        let tls = Tls::new(&self.settings.tls_roots, Some(key))?;
        Ok(Self { tls, ..self.clone() })
    }

    /// Asks, and gives the content of the answer.
    ///
    /// # Errors
    /// [`Fault`]; nothing was sent where it's [`Fault::Refused`], [`Fault::Skipped`] or [`Fault::RunOver`].
    pub fn exchange(&self, exchange: &Exchange<'_>) -> Result<Vec<u8>, Fault> {
        let allowed = self.run.admit(exchange.url, exchange.timeout)?;
        let (started, url) = (Instant::now(), exchange.url.shown());
        let tell = |what| self.settings.watch.as_ref().inspect(|watch| watch(what));
        tell(Some(&url));
        let mut at = exchange.url.clone();
        let outcome = self.follow(exchange, &mut at, started, allowed);
        tell(None);
        let times = Times { timeout: exchange.timeout, allowed, spent: started.elapsed() };
        let outcome = self.run.note(&at, outcome, times).map_err(|fault| of_redirect(exchange.url, &at, fault));
        let milliseconds = started.elapsed().as_millis();
        let sent = exchange.post.map_or(0, |(_, content)| content.len());
        match &outcome {
            Ok(content) => tracing::info!(url, sent, received = content.len(), milliseconds, "asked"),
            Err(fault) => tracing::warn!(url, sent, milliseconds, %fault, "asked in vain"),
        }
        outcome
    }

    /// Asks once, and gives the answer of whatever status. Nothing is followed.
    ///
    /// # Errors
    /// [`Fault`]: there is no whole answer.
    pub(crate) fn answer(&self, exchange: &Exchange<'_>) -> Result<Answer, Fault> {
        let allowed = self.run.admit(exchange.url, exchange.timeout)?;
        let (started, url) = (Instant::now(), exchange.url.shown());
        let patience = Patience { started, beside: allowed, in_all: self.run.left() };
        let answered = self.ask(exchange, exchange.url, exchange.origin, allowed);
        let answered = answered.and_then(|response| any_status(response, exchange, patience));
        let milliseconds = started.elapsed().as_millis();
        match &answered {
            Ok(answer) => tracing::debug!(url, status = answer.status, milliseconds, "asked"),
            Err(fault) => tracing::warn!(url, milliseconds, %fault, "asked in vain"),
        }
        answered
    }

    /// `at` becomes the last URL that was asked.
    fn follow(
        &self,
        exchange: &Exchange<'_>,
        at: &mut Url,
        started: Instant,
        allowed: Duration,
    ) -> Result<Vec<u8>, Fault> {
        let (mut url, mut origin) = (exchange.url.clone(), exchange.origin);
        let patience = Patience { started, beside: allowed, in_all: self.run.left() };
        for _ in 0..=REDIRECTS {
            let left = allowed.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(Fault::TimedOut(exchange.timeout));
            }
            at.clone_from(&url);
            if self.run.is_silent(&url) {
                return Err(Fault::Skipped);
            }
            let response = self.ask(exchange, &url, origin, left)?;
            if !is_redirect(exchange, response.status()) {
                return content(response, exchange, patience);
            }
            let location = response.headers().get(header::LOCATION).map(header::HeaderValue::as_bytes);
            let location =
                location.and_then(|bytes| std::str::from_utf8(bytes).ok()).filter(|text| !text.trim().is_empty());
            let location = location.ok_or_else(|| Fault::Redirect("it doesn't say where to".into()))?;
            let next = url.join(location).map_err(|fault| Fault::Redirect(fault.named_by_others().to_string()))?;
            if url.scheme() == Scheme::Https && next.scheme() == Scheme::Http {
                return Err(Fault::Redirect(format!("from https to {}", next.shown())));
            }
            tracing::info!(from = url.shown(), to = next.shown(), "redirected");
            (url, origin) = (next, Origin::Stranger);
        }
        Err(Fault::Redirect(format!("more than {REDIRECTS} times")))
    }

    /// One request to one URL.
    fn ask(&self, exchange: &Exchange<'_>, url: &Url, origin: Origin, left: Duration) -> Result<Response<Body>, Fault> {
        let connecting = left.min(self.settings.connecting);
        let addresses = self.addresses(url, origin, connecting)?;
        let agent =
            connection::agent(self.settings.proxy.as_ref(), url, addresses, self.tls.clone(), connecting, left)?;
        let mut request = Request::builder().uri(url.to_string()).header(header::ACCEPT, exchange.accept);
        if let Some(credentials) = exchange.credentials.filter(|_| url.is_same_service(exchange.url)) {
            request = request.header(header::AUTHORIZATION, secret(credentials)?);
        }
        if let Some(credentials) = self.settings.proxy.as_ref().and_then(|proxy| proxy.credentials())
            && url.scheme() == Scheme::Http
        {
            request = request.header(header::PROXY_AUTHORIZATION, secret(credentials)?);
        }
        let malformed = |error: ureq::http::Error| Fault::NotHttp(error.to_string());
        let answered = match exchange.post {
            None => agent.run(request.body(()).map_err(malformed)?),
            Some((content_type, content)) => {
                let request = request.method("POST").header(header::CONTENT_TYPE, content_type);
                agent.run(request.body(content).map_err(malformed)?)
            }
        };
        answered.map_err(|error| match error {
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Fault::TimedOut(connecting),
            other => fault(other, exchange.timeout),
        })
    }

    /// Where to connect: to the checked addresses of the host, or to the proxy.
    fn addresses(&self, url: &Url, origin: Origin, within: Duration) -> Result<Vec<std::net::SocketAddr>, Fault> {
        let resolve = |host: &Host, port| resolve::within(&self.settings.resolve, host, port, within);
        let own = resolve(url.host(), url.port());
        match (&self.settings.proxy, own) {
            (None, own) => {
                let own = own?;
                self.settings.guard.check(url, origin, &own).map_err(Fault::Refused)?;
                Ok(own)
            }
            // Behind a proxy there is often no DNS for the world outside, and the proxy is the operator's: it decides on
            // names that we can't resolve. What we can is checked as ever.
            (Some(proxy), own) => {
                self.settings.guard.check(url, origin, &own.unwrap_or_default()).map_err(Fault::Refused)?;
                resolve(proxy.host(), proxy.port()).map_err(|fault| Fault::Proxy(fault.to_string()))
            }
        }
    }
}

/// A fault of a service that another one redirected to: it was the first one's choice.
fn of_redirect(from: &Url, to: &Url, fault: Fault) -> Fault {
    let is_of_both = to.is_same_service(from) || fault.came_from_the_service() || matches!(fault, Fault::RunOver(_));
    if is_of_both { fault } else { Fault::Redirected { to: to.shown(), why: Box::new(fault) } }
}

/// A POST is repeated elsewhere only where the status says that it's to stay one.
fn is_redirect(exchange: &Exchange<'_>, status: StatusCode) -> bool {
    match status.as_u16() {
        301..=303 => exchange.post.is_none(),
        307 | 308 => true,
        _ => false,
    }
}

fn secret(credentials: &Credentials) -> Result<header::HeaderValue, Fault> {
    let mut value = header::HeaderValue::from_str(&credentials.header())
        .map_err(|_| Fault::Setting("the user's name or password".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// What the HTTP client's error means.
fn fault(error: ureq::Error, timeout: Duration) -> Fault {
    match error {
        ureq::Error::Timeout(_) => Fault::TimedOut(timeout),
        ureq::Error::HostNotFound => Fault::NoAddress,
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => Fault::Broken(error.to_string()),
            _ => Fault::Unreachable(error.to_string()),
        },
        ureq::Error::ConnectProxyFailed(cause) if cause.contains("407") => Fault::NotAuthorised(407),
        ureq::Error::ConnectProxyFailed(cause) => Fault::Proxy(cause),
        ureq::Error::Other(cause) => match cause.downcast::<TlsFailure>() {
            Ok(failure) => Fault::Tls(failure.0),
            Err(cause) => Fault::NotHttp(cause.to_string()),
        },
        other => Fault::NotHttp(other.to_string()),
    }
}
