//! An HTTP proxy between us and the world (RFC 9110, 3.7): plain requests are sent to it whole, TLS goes through a tunnel
//! that it opens.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use kyso::error::connection::UrlFault;

use crate::guard::{Host, Scheme, Url};
use crate::secret::Credentials;

/// A proxy: `http://host:port`, with `user:password@` before the host where it asks for them.
#[derive(Clone)]
pub struct Proxy {
    url: Url,
    login: Option<(String, Zeroizing<String>)>,
    credentials: Option<Credentials>,
}

impl Proxy {
    /// A proxy that asks who we are.
    pub fn with_login(mut self, user: &str, password: Zeroizing<String>) -> Self {
        self.credentials = Some(Credentials::new(user, password.clone()));
        self.login = Some((user.to_owned(), password));
        self
    }

    pub(super) fn host(&self) -> &Host {
        self.url.host()
    }

    pub(super) fn port(&self) -> u16 {
        self.url.port()
    }

    pub(super) fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// As the HTTP client wants it, for tunnels.
    pub(super) fn tunnel(&self) -> Result<ureq::Proxy, ureq::Error> {
        let builder = ureq::Proxy::builder(ureq::ProxyProtocol::Http).host(&self.host().to_string()).port(self.port());
        match &self.login {
            Some((user, password)) => builder.username(user).password(password).build(),
            None => builder.build(),
        }
    }
}

impl FromStr for Proxy {
    type Err = UrlFault;

    fn from_str(text: &str) -> Result<Self, UrlFault> {
        let plain = |text: &str| match Url::parse(text)? {
            url if url.scheme() == Scheme::Http => Ok(Self { url, login: None, credentials: None }),
            _ => Err(UrlFault::Scheme),
        };
        let Some((before, host)) = text.rsplit_once('@') else { return plain(text) };
        let (scheme, login) = before.split_once("://").ok_or(UrlFault::Scheme)?;
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let password = Zeroizing::new(unescaped(password).ok_or(UrlFault::Malformed)?);
        let user = unescaped(user).ok_or(UrlFault::Malformed)?;
        Ok(plain(&format!("{scheme}://{host}"))?.with_login(&user, password))
    }
}

/// With every `%41` as what it stands for.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let value = digit(rest.next())? << 4 | digit(rest.next())?;
                bytes.push(u8::try_from(value).ok()?);
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("url", &self.url.shown()).field("login", &self.login.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_and_its_password_never_shown() {
        let proxy: Proxy = "http://t%C3%A0i:m%40t:kh%C3%B3a@proxy.vn:3128".parse().unwrap();
        let (user, password) = proxy.login.clone().unwrap();
        assert_eq!((user.as_str(), password.as_str()), ("tài", "m@t:khóa"));
        assert_eq!((proxy.host().to_string().as_str(), proxy.port()), ("proxy.vn", 3128));
        let shown = format!("{proxy:?}");
        assert!(!shown.contains("kh") && shown.contains("proxy.vn:3128"), "{shown}");
        for wrong in ["", "proxy.vn", "https://proxy.vn", "socks5://proxy.vn", "http://a:%zz@proxy.vn"] {
            assert!(wrong.parse::<Proxy>().is_err(), "{wrong}");
        }
    }
}
