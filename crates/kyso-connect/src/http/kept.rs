//! Requests to one service that the operator configured and that is asked often: connections are kept and used again,
//! every status is an answer, nothing is followed, and nothing but the caller's own is said.

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kyso::error::connection::Fault;
use ureq::config::AutoHeaderValue;
use ureq::http::{Request, Response, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Connector, NextTimeout, TcpConnector};
use ureq::{Agent, Body, Error};

use super::content::{PACE, Patience};
use super::tls::Tls;
use super::{HEAD, Resolve, Settings, fault, resolve};
use crate::guard::Url;

/// Connections that are kept at most.
const KEPT: usize = 32;
/// How long an unused connection is kept: less than servers do, so that seldom one is used that the server just closed.
const UNUSED: Duration = Duration::from_secs(4);
/// The largest content of an answer that isn't a success, in bytes.
const OF_A_REFUSAL: u64 = 64 << 10;

/// A service that is asked often.
#[derive(Clone)]
pub(crate) struct Kept {
    agent: Agent,
    timeout: Duration,
}

/// A request.
pub(crate) struct Order<'a> {
    /// GET, HEAD, PUT or DELETE.
    pub(crate) method: &'static str,
    /// Scheme, host, path and query, escaped.
    pub(crate) url: String,
    /// All headers but those of the connection and Content-Length.
    pub(crate) headers: &'a [(String, String)],
    /// The content of a PUT.
    pub(crate) content: &'a [u8],
    /// The largest content of a successful answer that is taken, in bytes.
    pub(crate) limit: u64,
}

/// An answer, of any status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case. Values that aren't ASCII are left out.
    pub(crate) headers: Vec<(String, String)>,
    /// The whole content of a success. Of a refusal, nothing where it's too large or breaks off.
    pub(crate) content: Vec<u8>,
}

impl Answer {
    /// The first header of this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Kept {
    /// A client for the service at `url`, which trusts and resolves as `settings` say. Its guard isn't asked: the operator
    /// wrote the URL, and nothing is followed from there. An answer's head comes within `timeout`, and its content may take
    /// as long beside what its bytes take at 256 kbit/s.
    ///
    /// # Errors
    /// [`Fault::Setting`] where a CA can't be read.
    pub(crate) fn new(url: &Url, settings: &Settings, timeout: Duration) -> Result<Self, Fault> {
        let tls = Tls::new(&settings.tls_roots, None)?;
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("kyso/", env!("CARGO_PKG_VERSION")))
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .max_response_header_size(HEAD)
            .max_idle_connections(KEPT)
            .max_idle_connections_per_host(KEPT)
            .max_idle_age(UNUSED)
            .timeout_resolve(Some(settings.connecting))
            .timeout_connect(Some(settings.connecting))
            .timeout_send_request(Some(timeout))
            .timeout_recv_response(Some(timeout))
            .timeout_per_read(Some(timeout))
            .build();
        let resolver = Named { url: url.clone(), resolve: Arc::clone(&settings.resolve), within: settings.connecting };
        let agent = Agent::with_parts(config, ().chain(TcpConnector::default()).chain(tls), resolver);
        Ok(Self { agent, timeout })
    }

    /// Asks once.
    ///
    /// # Errors
    /// [`Fault`]: there is no whole answer. Whether the service did what was asked isn't known then.
    pub(crate) fn ask(&self, order: &Order<'_>) -> Result<Answer, Fault> {
        let (started, sent) = (Instant::now(), paced(order.content.len()));
        let mut request = Request::builder().method(order.method).uri(&order.url);
        for (name, value) in order.headers {
            request = request.header(name, value);
        }
        let malformed = |error: ureq::http::Error| Fault::Setting(error.to_string());
        let answered = if order.method == "PUT" {
            let request = request.body(order.content).map_err(malformed)?;
            let within = self.timeout.saturating_add(sent);
            self.agent.run(self.agent.configure_request(request).timeout_send_body(Some(within)).build())
        } else {
            self.agent.run(request.body(()).map_err(malformed)?)
        };
        let response = answered.map_err(|error| fault(error, self.timeout))?;
        let beside = started.elapsed().saturating_add(self.timeout);
        self.read(response, order, Patience { started, beside, in_all: Duration::MAX })
    }

    fn read(&self, mut response: Response<Body>, order: &Order<'_>, time: Patience) -> Result<Answer, Fault> {
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
        let mut answer = Answer { status, headers: headers.collect(), content: Vec::new() };
        if order.method == "HEAD" {
            return Ok(answer);
        }
        let is_success = (200..300).contains(&status);
        let limit = if is_success { order.limit } else { OF_A_REFUSAL };
        let declared = response.body().content_length();
        let read = match declared {
            Some(length) if length > limit => Err(Fault::TooLarge(limit)),
            _ => self.whole(response.body_mut().as_reader(), limit, time),
        };
        answer.content = match read {
            Ok(content) if declared.is_none_or(|length| length == content.len() as u64) => content,
            Ok(_) if is_success => return Err(Fault::Broken("the content isn't as long as it says".into())),
            Err(fault) if is_success => return Err(fault),
            // The status says enough.
            Ok(_) | Err(_) => Vec::new(),
        };
        Ok(answer)
    }

    fn whole(&self, mut body: impl Read, limit: u64, time: Patience) -> Result<Vec<u8>, Fault> {
        let (mut content, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
        loop {
            if time.is_over(content.len()) {
                return Err(Fault::TimedOut(self.timeout));
            }
            let read = body.read(&mut buffer).map_err(|error| fault(Error::from(error), self.timeout))?;
            if read == 0 {
                return Ok(content);
            }
            content.extend_from_slice(buffer.get(..read).unwrap_or_default());
            if content.len() as u64 > limit {
                return Err(Fault::TooLarge(limit));
            }
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// What so many bytes may take.
fn paced(bytes: usize) -> Duration {
    Duration::from_millis(bytes as u64 * 1000 / PACE)
}

/// Resolves the service's name anew for each connection, for its address may change.
struct Named {
    url: Url,
    resolve: Arc<Resolve>,
    within: Duration,
}

impl Resolver for Named {
    fn resolve(&self, _: &Uri, _: &ureq::config::Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = resolve::within(&self.resolve, self.url.host(), self.url.port(), self.within);
        let mut addresses = self.empty();
        // The type has room for sixteen.
        found.unwrap_or_default().into_iter().take(16).for_each(|address| addresses.push(address));
        if addresses.is_empty() { Err(Error::HostNotFound) } else { Ok(addresses) }
    }
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").field("url", &self.url.shown()).finish_non_exhaustive()
    }
}
