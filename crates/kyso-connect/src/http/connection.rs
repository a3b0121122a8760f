//! The one connection that a request goes over: to addresses that were checked before, and to no others.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use kyso::error::connection::Fault;
use ureq::config::AutoHeaderValue;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, NextTimeout, TcpConnector, Transport,
};
use ureq::{Agent, Error};

use super::HEAD;
use super::proxy::Proxy;
use super::tls::Tls;
use crate::guard::{Scheme, Url};

/// An HTTP client for one request to `url`, over a connection to `addresses` that comes about within `connecting`. The head of
/// its answer comes `within` a time, and so does each further part of its content.
pub(super) fn agent(
    proxy: Option<&Proxy>,
    url: &Url,
    addresses: Vec<SocketAddr>,
    tls: Tls,
    connecting: Duration,
    within: Duration,
) -> Result<Agent, Fault> {
    let tunnel = proxy.filter(|_| url.scheme() == Scheme::Https).map(Proxy::tunnel).transpose();
    let forward = proxy.filter(|_| url.scheme() == Scheme::Http).map(|_| format!("http://{}", url.authority()));
    let config = Agent::config_builder()
        .proxy(tunnel.map_err(|error| Fault::Setting(format!("proxy: {error}")))?)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("kyso/", env!("CARGO_PKG_VERSION")))
        .accept_encoding(AutoHeaderValue::None)
        .max_response_header_size(HEAD)
        .max_idle_connections(0)
        .timeout_connect(Some(connecting))
        .timeout_send_request(Some(within))
        .timeout_send_body(Some(within))
        .timeout_recv_response(Some(within))
        .timeout_per_read(Some(within))
        .build();
    let connector =
        ().chain(ConnectProxyConnector::default()).chain(TcpConnector::default()).chain(Forward(forward)).chain(tls);
    Ok(Agent::with_parts(config, connector, Pinned(addresses)))
}

/// Gives the addresses that were checked, whatever is asked for.
#[derive(Debug)]
struct Pinned(Vec<SocketAddr>);

impl Resolver for Pinned {
    fn resolve(&self, _: &Uri, _: &ureq::config::Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        // The type has room for sixteen.
        self.0.iter().take(16).for_each(|address| addresses.push(*address));
        if addresses.is_empty() { Err(Error::HostNotFound) } else { Ok(addresses) }
    }
}

/// Sends requests to a proxy whole: the request line names scheme and host too (RFC 9112, 3.2.2).
#[derive(Debug)]
struct Forward(Option<String>);

impl<In: Transport> Connector<In> for Forward {
    type Out = Either<In, Forwarding<In>>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| match &self.0 {
            None => Either::A(inner),
            Some(prefix) => Either::B(Forwarding { inner, prefix: Some(prefix.clone()) }),
        }))
    }
}

/// A connection to a proxy whose first request line is still to be completed.
struct Forwarding<T> {
    inner: T,
    prefix: Option<String>,
}

impl<T: Transport> Transport for Forwarding<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let Some(prefix) = self.prefix.take() else { return self.inner.transmit_output(amount, timeout) };
        let written = self.inner.buffers().output().get(..amount).unwrap_or_default().to_vec();
        let space = written.iter().position(|byte| *byte == b' ').map_or(written.len(), |at| at + 1);
        let (method, rest) = written.split_at_checked(space).unwrap_or_default();
        let whole = [method, prefix.as_bytes(), rest].concat();
        let room = self.inner.buffers().output().len().max(1);
        for part in whole.chunks(room) {
            if let Some(buffer) = self.inner.buffers().output().get_mut(..part.len()) {
                buffer.copy_from_slice(part);
            }
            self.inner.transmit_output(part.len(), timeout)?;
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }
}

impl<T> fmt::Debug for Forwarding<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarding").finish_non_exhaustive()
    }
}
