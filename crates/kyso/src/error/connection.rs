//! Why a service outside didn't answer as asked. No secret is in it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::{Error, Failed, Setting, Tried};

/// Why a service didn't answer as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The text isn't a URL that a request may go to.
    Url(UrlFault),
    /// The URL leads to a forbidden address; no request was sent.
    Refused(Refusal),
    /// The name has no address.
    NoAddress,
    /// No connection: nobody listens, no way there.
    Unreachable(String),
    /// The connection was closed before the answer was whole.
    Broken(String),
    /// The connection isn't what TLS promises: a certificate that doesn't hold, no common protocol.
    Tls(String),
    /// The request took longer than this limit.
    TimedOut(Duration),
    /// The host took too long in this run already; no request was sent.
    Skipped,
    /// The requests of this run have taken this long, which is all that they may; no request was sent, or it was ended.
    RunOver(Duration),
    /// The answer is larger than it may be, in bytes.
    TooLarge(u64),
    /// A status other than success.
    Status(u16),
    /// Likewise, and the service says when to come back.
    Busy {
        /// The status.
        status: u16,
        /// From now.
        retry_after: Duration,
    },
    /// The service wants to know who asks, or knows and says no.
    NotAuthorised(u16),
    /// A redirect that isn't followed: one too many, one to a scheme that isn't HTTP, one that gives up TLS.
    Redirect(String),
    /// The service redirects to another one, which can't be asked or doesn't answer.
    Redirected {
        /// To where, without query.
        to: String,
        /// Why that one wasn't reached.
        why: Box<Fault>,
    },
    /// The proxy doesn't let the request through.
    Proxy(String),
    /// Not what HTTP/1.1 looks like.
    NotHttp(String),
    /// A page for people, another kind of document, or a coding that nobody asked for, in place of the answer.
    ContentType(String),
    /// An answer came, but not to what was asked, or it doesn't hold.
    Answer(Failed),
    /// A setting that can't be used, as a client key that can't be read.
    Setting(String),
}

/// Why a text is no URL that a request may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlFault {
    /// Neither http nor https.
    Scheme,
    /// The URL holds a user name or a password.
    UserInfo,
    /// So does one that a certificate names.
    ForeignUserInfo,
    /// The host is no plain name and no plain address: an integer, octal or hexadecimal form of an address, an escape, a
    /// zone.
    Host,
    /// The port is none.
    Port,
    /// Longer than 2048 bytes, or with control characters.
    Malformed,
}

/// An address that no request may go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The address.
    pub address: IpAddr,
    /// The forbidden range that the address belongs to.
    pub range: Range,
}

/// What an address belongs to that isn't the public internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Loopback addresses of this machine: 127.0.0.0/8, ::1.
    Loopback,
    /// Private networks (RFC 1918) and unique local addresses (RFC 4193).
    Private,
    /// Shared between a provider and its customers (RFC 6598).
    Shared,
    /// The local link, where clouds keep their metadata (RFC 3927, RFC 4291).
    LinkLocal,
    /// Groups.
    Multicast,
    /// 0.0.0.0 and ::, which many systems take for themselves.
    Unspecified,
    /// 255.255.255.255.
    Broadcast,
    /// For examples in documents (RFC 5737, RFC 3849, RFC 9637).
    Documentation,
    /// For measurements (RFC 2544, RFC 5180).
    Benchmark,
    /// Kept by IANA for other purposes, or not given out.
    Reserved,
}

/// A service that asks for a longer pause isn't waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Fault {
    /// Whether asking the same service again in a moment may help.
    pub fn is_passing(&self) -> bool {
        // 408 and 425 ask for it, 429 is a matter of time, as are outages.
        let is_outage = |status: u16| matches!(status, 408 | 425 | 429 | 500 | 502..=504);
        match self {
            Self::Unreachable(_) | Self::Broken(_) | Self::NoAddress => true,
            Self::Status(status) => is_outage(*status),
            Self::Busy { status, retry_after } => is_outage(*status) && *retry_after <= LONGEST_PAUSE,
            Self::Redirected { why, .. } => why.is_passing(),
            Self::Answer(why) => why.is_passing(),
            _ => false,
        }
    }

    /// How long the service asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Busy { retry_after, .. } = self { Some(*retry_after) } else { None }
    }

    /// Whether the service was reached, and what came of it is its own.
    pub fn came_from_the_service(&self) -> bool {
        match self {
            Self::Broken(_)
            | Self::TooLarge(_)
            | Self::Status(_)
            | Self::Busy { .. }
            | Self::NotAuthorised(_)
            | Self::Redirect(_)
            | Self::Redirected { .. }
            | Self::NotHttp(_)
            | Self::ContentType(_)
            | Self::Answer(_) => true,
            Self::Url(_)
            | Self::Refused(_)
            | Self::NoAddress
            | Self::Unreachable(_)
            | Self::Tls(_)
            | Self::TimedOut(_)
            | Self::Skipped
            | Self::RunOver(_)
            | Self::Proxy(_)
            | Self::Setting(_) => false,
        }
    }

    /// What the library says of an answer.
    pub fn of_answer(error: &Error) -> Self {
        if let Error::Outside { tried, .. } = error
            && let [one] = tried.as_slice()
        {
            return Self::Answer(one.why.clone());
        }
        Self::Answer(Failed::Error(Box::new(error.clone())))
    }

    /// As the library lists attempts.
    pub fn tried(self, url: &str) -> Tried {
        Tried { url: url.to_owned(), why: self.into() }
    }

    /// In English, without a capital and without a full stop. `setting` names what may be set so that it helps.
    pub fn english(&self, setting: impl Fn(&Setting) -> String) -> String {
        self.in_english(&setting)
    }

    fn in_english(&self, setting: &dyn Fn(&Setting) -> String) -> String {
        match self {
            Self::Url(UrlFault::Scheme) => "only http and https can be used".into(),
            Self::Url(UrlFault::UserInfo) => {
                format!("it holds a user name or a password; use {}", setting(&Setting::TimeStamperPassword))
            }
            Self::Url(UrlFault::ForeignUserInfo) => "it holds a user name or a password".into(),
            Self::Url(UrlFault::Host) => "its host is neither a plain name nor a plain address".into(),
            Self::Url(UrlFault::Port) => "its port is none".into(),
            Self::Url(UrlFault::Malformed) => "it's no URL".into(),
            Self::Refused(Refusal { address, range }) => format!(
                "the address {address} is {}, where no request may go; if this is your own service, allow it with {}",
                range.english(),
                setting(&Setting::Address(address.to_string()))
            ),
            Self::NoAddress => "there is no host of this name; check the address and DNS".into(),
            Self::Unreachable(cause) => {
                format!("no connection: {cause}; check the network, the firewall and {}", setting(&Setting::Proxy))
            }
            Self::Broken(cause) => format!("the connection was closed before the answer was whole: {cause}"),
            Self::Tls(cause) => format!(
                "the TLS connection can't be trusted: {cause}; add {} if the server has a CA of its own",
                setting(&Setting::TlsRoots)
            ),
            Self::TimedOut(after) => {
                format!("no answer within {} s; {} allows more", seconds(*after), setting(&Setting::Timeout))
            }
            Self::Skipped => "its host took too long a moment ago, and isn't asked again in this run".into(),
            Self::RunOver(bound) => {
                format!("all requests together took {} s, which is the most; try again later", seconds(*bound))
            }
            Self::TooLarge(limit) => format!("the answer is larger than the limit of {limit} bytes"),
            Self::Status(status) => format!("the server says HTTP {status}"),
            Self::Busy { status, retry_after } => {
                let span = span(*retry_after, ["s", "min", "h", "days"]);
                format!("the server says HTTP {status}, and to come back in {span}")
            }
            Self::NotAuthorised(407) => format!(
                "the proxy asks for a login (HTTP 407); put its name and password into {}",
                setting(&Setting::ProxyLogin)
            ),
            Self::NotAuthorised(status) => format!(
                "the server asks for a login or refuses it (HTTP {status}); check {}",
                setting(&Setting::TimeStamperLogin)
            ),
            Self::Redirect(cause) => format!("the server redirects to where no request follows: {cause}"),
            Self::Redirected { to, why } => format!("the server redirects to {to}: {}", why.in_english(setting)),
            Self::Proxy(cause) => format!("the proxy doesn't let it through: {cause}"),
            Self::NotHttp(cause) => format!("the server doesn't speak HTTP: {cause}"),
            Self::ContentType(found) if found == "text/html" => {
                "the server sent a web page (text/html) in place of an answer; the address may be wrong".into()
            }
            Self::ContentType(found) => {
                format!("the server sent {found} in place of an answer; the address may be wrong")
            }
            Self::Answer(why) => why.to_string(),
            Self::Setting(cause) => format!("a setting can't be used: {cause}"),
        }
    }
}

impl Range {
    /// In English, to follow "the address is".
    const fn english(self) -> &'static str {
        match self {
            Self::Loopback => "this machine itself",
            Self::Private => "in a private network",
            Self::Shared => "in a provider's shared network",
            Self::LinkLocal => "on the local link",
            Self::Multicast => "a group of hosts",
            Self::Unspecified => "no host's",
            Self::Broadcast => "the broadcast address",
            Self::Documentation => "for examples only",
            Self::Benchmark => "for measurements only",
            Self::Reserved => "not of the public internet",
        }
    }
}

/// Seconds, with one decimal where they aren't whole.
pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if duration.subsec_nanos() == 0 { format!("{seconds:.0}") } else { format!("{seconds:.1}") }
}

/// A time in the largest of four units, seconds, minutes, hours and days, of which it has two: nobody counts on more.
pub fn span(duration: Duration, units: [&str; 4]) -> String {
    let [second, minute, hour, day] = units;
    let whole = duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0));
    let (length, unit) = match whole {
        0..120 => (1, second),
        120..7200 => (60, minute),
        7200..172_800 => (3600, hour),
        _ => (86_400, day),
    };
    format!("{} {unit}", whole.div_ceil(length))
}

impl UrlFault {
    /// What is wrong with a URL that a certificate or a server names: nothing that whoever reads of it could set.
    #[must_use]
    pub fn named_by_others(self) -> Self {
        if self == Self::UserInfo { Self::ForeignUserInfo } else { self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english(Setting::to_string))
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fault::Url(*self).fmt(f)
    }
}

impl std::error::Error for UrlFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_a_unit_that_people_count_in() {
        let said = |milliseconds| span(Duration::from_millis(milliseconds), ["s", "min", "h", "days"]);
        for (milliseconds, text) in [
            (0, "0 s"),
            (400, "1 s"),
            (7000, "7 s"),
            (3_600_000, "60 min"),
            (86_400_000, "24 h"),
            (315_568_560_500, "3653 days"),
        ] {
            assert_eq!(said(milliseconds), text, "{milliseconds}");
        }
        assert_eq!(span(Duration::MAX, ["s", "min", "h", "days"]), format!("{} days", u64::MAX.div_ceil(86_400)));
    }
}
