//! Where requests may go. URLs of OCSP responders, CRLs and issuers come out of certificates, and whoever sends a file
//! writes those: a verifier that follows them blindly can be steered at what only this machine reaches (server-side
//! request forgery).
//!
//! - Only http and https, to a host that is a plain name or a plain address.
//! - The host is resolved here, once; every address that comes of it is checked, and the connection goes to those very
//!   addresses: a name that answers otherwise the second time gains nothing.
//! - A redirect is a new request by a stranger, whoever wrote the first URL.
//!
//! A URL that the operator wrote himself, as a time-stamping authority's, is trusted more ([`Origin::Operator`]): it may
//! lead to the private networks where agencies run such services, and an address that he wrote out counts as allowed. A
//! name of his that leads to this machine, to link-local services (cloud metadata) or to nobody's network is refused all
//! the same, because its DNS zone is written by somebody else.

mod network;
mod range;
mod url;

use std::net::{IpAddr, SocketAddr};

use kyso::error::connection::{Range, Refusal};

pub use network::{Network, NotANetwork};
pub use url::{Host, Scheme, Url};

use range::{is_inner_network, range_of};

/// Who wrote a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Whoever runs this program: the command line, the configuration.
    Operator,
    /// Anybody else: a certificate, a redirect.
    Stranger,
}

/// What the caller allows beside the public internet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    allowed: Vec<Network>,
}

impl Guard {
    /// Allows these networks whatever they belong to: an agency's inner services, loopback in tests.
    pub fn allowing(networks: impl IntoIterator<Item = Network>) -> Self {
        Self { allowed: networks.into_iter().collect() }
    }

    /// Checks every address that `url` leads to.
    ///
    /// # Errors
    /// [`Refusal`] for the first address that is refused: a name that leads to good and to bad ones is refused whole.
    pub fn check(&self, url: &Url, origin: Origin, addresses: &[SocketAddr]) -> Result<(), Refusal> {
        addresses.iter().try_for_each(|address| self.check_address(url, origin, address.ip()))
    }

    fn check_address(&self, url: &Url, origin: Origin, address: IpAddr) -> Result<(), Refusal> {
        let Some(range) = range_of(address) else { return Ok(()) };
        let written_out = matches!(url.host(), Host::Address(_));
        let by_operator = origin == Origin::Operator && (written_out || is_inner_network(range));
        // Nobody listens at these, and a broadcast reaches everybody.
        let is_host = !matches!(range, Range::Multicast | Range::Broadcast | Range::Unspecified);
        let is_allowed = self.allowed.iter().any(|network| network.contains(address));
        if is_host && (by_operator || is_allowed) { Ok(()) } else { Err(Refusal { address, range }) }
    }
}

#[cfg(test)]
mod tests;
