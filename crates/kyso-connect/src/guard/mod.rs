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

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use kyso::error::{Failed, Setting};
use kyso::{Bilingual, Language};

pub use network::{Network, NotANetwork};
pub use range::Range;
pub use url::{Host, Scheme, Url, UrlFault};

/// Who wrote a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Whoever runs this program: the command line, the configuration.
    Operator,
    /// Anybody else: a certificate, a redirect.
    Stranger,
}

/// An address that no request may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The address.
    pub address: IpAddr,
    /// What it belongs to.
    pub range: Range,
}

impl Refusal {
    /// Why, and what to do: for whoever words it.
    pub fn why(&self) -> Failed {
        let Self { address, range } = self;
        Failed::setting(
            Bilingual::new(
                format!(
                    "địa chỉ {address} {}, nên không được gửi yêu cầu tới đó; nếu đúng là dịch vụ của cơ quan, hãy cho phép \
                     bằng ",
                    range.name(Language::Vietnamese)
                ),
                format!(
                    "the address {address} is {}, where no request may go; if this is your own service, allow it with ",
                    range.name(Language::English)
                ),
            ),
            Setting::Address(address.to_string()),
            Bilingual::default(),
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why().fmt(f)
    }
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
        let Some(range) = Range::of(address) else { return Ok(()) };
        let written_out = matches!(url.host(), Host::Address(_));
        let by_operator = origin == Origin::Operator && (written_out || range.is_inner_network());
        // Nobody listens at these, and a broadcast reaches everybody.
        let is_host = !matches!(range, Range::Multicast | Range::Broadcast | Range::Unspecified);
        let is_allowed = self.allowed.iter().any(|network| network.contains(address));
        if is_host && (by_operator || is_allowed) { Ok(()) } else { Err(Refusal { address, range }) }
    }
}

#[cfg(test)]
mod tests;
