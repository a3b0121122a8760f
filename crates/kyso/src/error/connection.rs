//! Why a service outside didn't answer as asked: data, so that each language can tell it. No secret is in it.

use std::fmt;
use std::time::Duration;

use kyso::Bilingual;
use kyso::error::{Failed, Setting, Tried};

use crate::guard::{Refusal, UrlFault};

/// Why a service didn't answer as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The text isn't a URL that a request may go to.
    Url(UrlFault),
    /// It leads to an address that no request may go to; none was sent.
    Refused(Refusal),
    /// The name has no address.
    NoAddress,
    /// No connection: nobody listens, no way there, the connection broke.
    Unreachable(String),
    /// The connection isn't what TLS promises: a certificate that doesn't hold, no common protocol.
    Tls(String),
    /// It took longer than it may.
    TimedOut(Duration),
    /// The answer is larger than it may be.
    TooLarge(u64),
    /// A status other than success.
    Status(u16),
    /// The service wants to know who asks, or knows and says no.
    NotAuthorised(u16),
    /// A redirect that isn't followed: one too many, one to a scheme that isn't HTTP, one that gives up TLS.
    Redirect(String),
    /// The proxy doesn't let the request through.
    Proxy(String),
    /// Not what HTTP/1.1 looks like.
    NotHttp(String),
    /// A page for people, or another kind of document, in place of the answer.
    ContentType(String),
    /// An answer came, but not to what was asked, or it doesn't hold.
    Answer(Failed),
    /// A setting that can't be used, as a client key that can't be read.
    Setting(String),
}

impl Fault {
    /// Whether asking the same service again in a moment may help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::NoAddress => true,
            // 408 and 425 ask for it, 429 is a matter of time, as are outages.
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500 | 502..=504),
            _ => false,
        }
    }

    /// What the library says of an answer.
    pub(crate) fn of_answer(error: &kyso::Error) -> Self {
        if let kyso::Error::Outside { tried, .. } = error
            && let [one] = tried.as_slice()
        {
            return Self::Answer(one.why.clone());
        }
        Self::Answer(Failed::Error(Box::new(error.clone())))
    }

    pub(crate) fn answer(vietnamese: impl Into<String>, english: impl Into<String>) -> Self {
        Self::Answer(Failed::Told(Bilingual::new(vietnamese, english)))
    }

    /// As the library lists attempts.
    pub(crate) fn tried(&self, url: &str) -> Tried {
        Tried { url: url.to_owned(), why: self.why() }
    }

    /// What is wrong and, where something can be done, what: for whoever words it.
    pub fn why(&self) -> Failed {
        let told = |vietnamese: String, english: String| Failed::Told(Bilingual::new(vietnamese, english));
        match self {
            Self::Url(fault) => fault.why(),
            Self::Refused(refusal) => refusal.why(),
            Self::NoAddress => told(
                "không tìm thấy tên máy này; hãy kiểm tra địa chỉ và DNS".into(),
                "there is no host of this name; check the address and DNS".into(),
            ),
            Self::Unreachable(cause) => Failed::setting(
                Bilingual::new(
                    "không kết nối được; hãy kiểm tra mạng, tường lửa, ",
                    format!("no connection: {cause}; check the network, the firewall and "),
                ),
                Setting::Proxy,
                Bilingual::new(format!(" [{cause}]"), ""),
            ),
            Self::Tls(cause) => Failed::setting(
                Bilingual::new(
                    "kết nối TLS không tin được; nếu máy chủ dùng CA riêng, hãy thêm ",
                    format!("the TLS connection can't be trusted: {cause}; add "),
                ),
                Setting::TlsRoots,
                Bilingual::new(format!(" [{cause}]"), " if the server has a CA of its own"),
            ),
            Self::TimedOut(after) => Failed::setting(
                Bilingual::new(
                    format!("không trả lời trong {} giây; có thể tăng ", seconds(*after)),
                    format!("no answer within {} s; ", seconds(*after)),
                ),
                Setting::Timeout,
                Bilingual::new("", " allows more"),
            ),
            Self::TooLarge(limit) => told(
                format!("câu trả lời lớn hơn giới hạn {limit} byte"),
                format!("the answer is larger than the limit of {limit} bytes"),
            ),
            Self::Status(status) => {
                told(format!("máy chủ báo lỗi HTTP {status}"), format!("the server says HTTP {status}"))
            }
            Self::NotAuthorised(407) => Failed::setting(
                Bilingual::new(
                    "proxy đòi đăng nhập (HTTP 407); hãy ghi tên và mật khẩu vào ",
                    "the proxy asks for a login (HTTP 407); put its name and password into ",
                ),
                Setting::ProxyLogin,
                Bilingual::default(),
            ),
            Self::NotAuthorised(status) => Failed::setting(
                Bilingual::new(
                    format!("máy chủ đòi đăng nhập hoặc từ chối tài khoản (HTTP {status}); hãy kiểm tra "),
                    format!("the server asks for a login or refuses it (HTTP {status}); check "),
                ),
                Setting::TimeStamperLogin,
                Bilingual::default(),
            ),
            Self::Redirect(cause) => told(
                format!("máy chủ chuyển hướng sang nơi không được theo [{cause}]"),
                format!("the server redirects to where no request follows: {cause}"),
            ),
            Self::Proxy(cause) => {
                told(format!("proxy không cho qua [{cause}]"), format!("the proxy doesn't let it through: {cause}"))
            }
            Self::NotHttp(cause) => told(
                format!("máy chủ không trả lời theo HTTP [{cause}]"),
                format!("the server doesn't speak HTTP: {cause}"),
            ),
            Self::ContentType(found) => told(
                format!("máy chủ trả về {found} thay cho câu trả lời; địa chỉ có thể sai"),
                format!("the server sent {found} in place of an answer; the address may be wrong"),
            ),
            Self::Answer(why) => why.clone(),
            Self::Setting(cause) => {
                told(format!("cấu hình không dùng được [{cause}]"), format!("a setting can't be used: {cause}"))
            }
        }
    }
}

fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if duration.subsec_nanos() == 0 { format!("{seconds:.0}") } else { format!("{seconds:.1}") }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why().fmt(f)
    }
}

impl std::error::Error for Fault {}
