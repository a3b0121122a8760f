//! Objects in an S3 store: what an archive needs of it, and no more ([Amazon S3 API Reference]).
//!
//! - A name is given once: [`Store::put_new`] never replaces ("Add preconditions to S3 operations with conditional
//!   requests", If-None-Match). The one object that changes is replaced by [`Store::put_if_match`].
//! - Who holds a [`Store`] can't delete: that's a [`Destroyer`]'s, under a credential of its own.
//! - What isn't known is no answer: [`Error::Unknown`] is told apart from "there is none", which a store says itself, of this
//!   name.
//! - An ETag is no digest; contents are compared by the caller's own.
//!
//! Each content goes in one request, signed as a whole. Times in requests are the given [`Clock`]'s; a store refuses those
//! that are off by more than a quarter of an hour.
//!
//! ```text
//!   put  get  list  lock  destroy  check      what is asked
//!     \    \    |    /     /       /
//!              ask                            addressed, signed, asked again; what a refusal means
//!           /   |   \
//!        sign  xml  http::kept
//! ```
//!
//! [Amazon S3 API Reference]: https://docs.aws.amazon.com/AmazonS3/latest/API/

mod ask;
mod check;
mod destroy;
mod get;
mod keys;
mod list;
mod lock;
mod place;
mod put;
mod sign;
mod xml;

use std::fmt;
use std::time::Duration;

use kyso::error::connection::Fault;

pub use check::{Checked, Demand, Failure};
pub use destroy::Destroyer;
pub use get::{Head, Object, Range};
pub use keys::Keys;
pub use list::{Listed, Mark, Page, Version, Versions};
pub use lock::{DefaultRetention, Mode, Retention, Versioning};
pub use place::{Place, Style};
pub use put::{Options, Put, Replaced, Stored};

use crate::clock::Clock;
use crate::http::{Kept, Settings};

/// A place in a store, and who asks there. Clones share their connections. Calls wait for their answer: each blocks its
/// thread.
#[derive(Clone)]
pub struct Store {
    place: Place,
    keys: Keys,
    clock: Clock,
    kept: Kept,
    /// The largest object that is read, in bytes.
    largest: u64,
}

/// Why there is no answer of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// It may or may not have happened: no connection, none in time, one that broke, a status of 5xx, or an answer that no
    /// store gives. Whoever wrote looks what lies there; whoever read takes it for neither there nor absent.
    Unknown(Fault),
    /// The store says no: nothing was done.
    Refused {
        /// The status, 3xx or 4xx.
        status: u16,
        /// What S3 calls the error, as `AccessDenied`; empty where the store doesn't say.
        code: String,
    },
    /// There is a delete marker in place of the object: it was deleted, its versions are still there, and a new object could
    /// take its name.
    Hidden,
    /// Nothing was asked: a name or a setting that can't be used.
    Setting(String),
}

impl Store {
    /// How long a store may take to answer, where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
    /// The largest object that is read, where nothing else is said, in bytes.
    pub const LARGEST: u64 = 256 << 20;

    /// A place that is asked by the holder of `keys`. Of `settings`, the CAs, the resolver and the time for a connection
    /// count; its guard doesn't, for the operator wrote the address, and a proxy isn't used. An answer begins within
    /// `timeout`; contents may take longer as long as 256 kbit/s go or come, and never pause for that long.
    ///
    /// # Errors
    /// [`Error::Setting`] where a CA can't be read.
    pub fn new(place: Place, keys: Keys, clock: Clock, settings: &Settings, timeout: Duration) -> Result<Self, Error> {
        let kept = Kept::new(place.endpoint(), settings, timeout).map_err(|fault| Error::Setting(fault.to_string()))?;
        Ok(Self { place, keys, clock, kept, largest: Self::LARGEST })
    }

    /// The same, which reads objects up to this many bytes.
    #[must_use]
    pub fn reading_up_to(self, bytes: u64) -> Self {
        Self { largest: bytes, ..self }
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("place", &self.place).field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(fault) => write!(f, "the store's answer isn't known: {fault}"),
            Self::Refused { status, code } if code.is_empty() => write!(f, "the store refuses: HTTP {status}"),
            Self::Refused { status, code } => write!(f, "the store refuses: HTTP {status}, {code}"),
            Self::Hidden => f.write_str("a delete marker hides the object"),
            Self::Setting(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

/// An answer that no store gives.
fn strange(what: &str) -> Error {
    Error::Unknown(Fault::ContentType(format!("not what a store answers: {what}")))
}
