//! Certification paths (RFC 5280, 6.1), by OpenSSL.

use std::cmp::Ordering;
use std::fmt;

use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext, X509VerifyResult};

/// Longest path that is built.
const MAX_DEPTH: i32 = 12;
/// Most certificates beside the anchors that are considered: a file may bring any number.
pub(crate) const MAX_UNTRUSTED: usize = 256;

/// A certificate as OpenSSL holds it, for paths. Cheap to clone.
#[derive(Clone)]
pub struct Link(X509);

impl Link {
    /// Reads a DER certificate; `None` where OpenSSL can't.
    pub fn read(der: &[u8]) -> Option<Self> {
        X509::from_der(der).ok().map(Self)
    }

    /// Whether OpenSSL takes the issuer's name in this certificate for the name of `issuer`. It folds white space and the case
    /// of ASCII letters, and knows neither composed characters nor other letters' case (RFC 5280, 7.1 has both).
    pub(crate) fn names_literally(&self, issuer: &Self) -> bool {
        self.0.issuer_name().try_cmp(issuer.0.subject_name()).is_ok_and(Ordering::is_eq)
    }

    /// How many certificates of other CAs may stand below this one (pathLenConstraint, RFC 5280, 4.2.1.9), if it says.
    pub(crate) fn longest_path(&self) -> Option<u32> {
        self.0.pathlen()
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(..)")
    }
}

/// Why there's no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// What's wrong.
    pub problem: PathProblem,
    /// With which certificate of the path: 0 is the first.
    pub depth: u32,
}

/// What's wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathProblem {
    /// No certificate that issued this one is known.
    NoIssuer,
    /// The path ends in a self-signed certificate that isn't an anchor.
    UntrustedRoot,
    /// After its end.
    Expired,
    /// Before its start.
    NotYetValid,
    /// A certificate isn't signed by its issuer.
    BadSignature,
    /// A certificate may not issue others (basic constraints, path length, key usage).
    NotAnIssuer,
    /// Names, policies or a critical extension that isn't understood.
    Constraint(String),
    /// A certificate is signed by an algorithm, named here, that the OpenSSL that is linked doesn't have.
    Unavailable(String),
    /// A certificate can't be read.
    Unreadable,
    /// Anything else, in OpenSSL's words.
    Other(String),
}

/// The purpose of the certificate at the bottom of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// Anything: what a signer's certificate must hold is for the policy to say.
    Any,
    /// Time-stamping alone, critically said (RFC 3161, 2.3).
    TimeStamping,
}

/// The path from `certificate` to one of `anchors`, both included; every certificate in time at `time` (seconds since
/// 1970), or at any time if `None`. Any certificate given as an anchor ends a path, self-signed or not. Revocation is
/// not checked. Gives DER.
///
/// # Errors
/// [`PathError`]: the first that's wrong.
pub fn build(
    certificate: &Link,
    untrusted: &[&Link],
    anchors: &[&Link],
    time: Option<i64>,
    purpose: Purpose,
) -> Result<Vec<Vec<u8>>, PathError> {
    let other = |error: ErrorStack| PathError { problem: PathProblem::Other(error.to_string()), depth: 0 };
    let store = store(anchors, time, purpose).map_err(other)?;
    let mut stack = Stack::new().map_err(other)?;
    for link in untrusted.iter().take(MAX_UNTRUSTED) {
        stack.push(link.0.clone()).map_err(other)?;
    }
    let mut context = X509StoreContext::new().map_err(other)?;
    context
        .init(&store, &certificate.0, &stack, |context| {
            if !context.verify_cert()? {
                return Ok(Err(PathError { problem: problem(context.error()), depth: context.error_depth() }));
            }
            let path = context.chain().into_iter().flatten().map(|x509| x509.to_der());
            path.collect::<Result<Vec<_>, _>>().map(Ok)
        })
        .map_err(other)?
}

fn store(anchors: &[&Link], time: Option<i64>, purpose: Purpose) -> Result<X509Store, ErrorStack> {
    let mut store = X509StoreBuilder::new()?;
    for link in anchors {
        store.add_cert(link.0.clone())?;
    }
    let mut parameters = X509VerifyParam::new()?;
    parameters.set_purpose(match purpose {
        Purpose::Any => X509PurposeId::ANY,
        Purpose::TimeStamping => X509PurposeId::TIMESTAMP_SIGN,
    })?;
    parameters.set_depth(MAX_DEPTH);
    let mut flags = X509VerifyFlags::PARTIAL_CHAIN;
    match time {
        Some(seconds) => parameters.set_time(seconds),
        None => flags |= X509VerifyFlags::NO_CHECK_TIME,
    }
    parameters.set_flags(flags)?;
    store.set_param(&parameters)?;
    Ok(store.build())
}

/// From `X509_V_ERR_*` of openssl/x509_vfy.h, whose numbers are part of OpenSSL's interface.
fn problem(result: X509VerifyResult) -> PathProblem {
    let text = || result.error_string().to_owned();
    match result.as_raw() {
        2 | 20 | 21 => PathProblem::NoIssuer,
        18 | 19 | 27 | 28 => PathProblem::UntrustedRoot,
        10 => PathProblem::Expired,
        9 => PathProblem::NotYetValid,
        4 | 7 => PathProblem::BadSignature,
        24 | 25 | 32 | 79 => PathProblem::NotAnIssuer,
        26 | 34 | 37 | 41..=43 | 45..=53 => PathProblem::Constraint(text()),
        6 | 13 | 14 => PathProblem::Unreadable,
        _ => PathProblem::Other(text()),
    }
}
