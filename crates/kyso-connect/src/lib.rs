//! What lies outside the process: time-stamping authorities (RFC 3161), OCSP responders (RFC 6960), CRLs and issuers'
//! certificates (RFC 5280), witnesses of a log, asked over HTTP, and objects in an S3 store ([`s3`]). It implements the library's
//! [`TimeStamper`](kyso::TimeStamper) and [`Fetcher`](kyso::Fetcher); the library itself has no network.
//!
//! Everything here is synchronous: a call returns when there is an answer or a reason why there is none, within a time
//! that the caller sets. What comes back was checked by the library before it's handed on; it's still only evidence, and
//! whether it's trusted is validation's to say.
//!
//! ```text
//!   TimeStamping  ocsp  crl  aia        what is asked for
//!         |         \    |   /
//!         |        Fetching, cache      each answer once a run, and kept until its next update
//!          \          /
//!         Client (http)                 size, time, redirects, proxy, TLS
//!               |
//!             guard                     where a request may go at all
//! ```

#![forbid(unsafe_code)]

mod aia;
mod cache;
mod clock;
mod crl;
mod der;
mod fetching;
mod guard;
mod http;
mod ocsp;
mod pem;
pub mod s3;
mod secret;
mod time_stamping;
mod witness;

pub use cache::Cache;
pub use clock::Clock;
pub use fetching::Fetching;
pub use guard::{Guard, Host, Network, NotANetwork, Origin, Scheme, Url};
pub use http::{Client, Exchange, Proxy, Resolve, Run, Settings, Watch, system_resolver};
pub use secret::{ClientKey, Credentials};
pub use time_stamping::{Authority, TimeStamping, is_object_identifier};
pub use witness::{Added, LogWitness};
