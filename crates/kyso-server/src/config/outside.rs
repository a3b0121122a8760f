//! What lies outside, as `kyso.toml` names it: time-stamping authorities, and how the network is reached.

use std::path::{Path, PathBuf};

use kyso::BaselineLevel;
use kyso_connect::{Network, Proxy, Url, is_object_identifier};
use serde::Deserialize;

use super::AgencyConfig;
use super::fault::Fault;
use super::load::entry_of;

/// A time-stamping authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityConfig {
    /// The authority's URL.
    pub url: String,
    /// Who we are there, where it asks for a user and a password.
    pub user: Option<String>,
    /// A file whose first line is the password of `user`, or of `key`.
    pub pass_file: Option<PathBuf>,
    /// Or an environment variable that is the password.
    pub pass_env: Option<String>,
    /// A PEM file with the private key, where it wants to know the client over TLS,
    pub key: Option<PathBuf>,
    /// and one with its certificate and those of its issuers.
    pub cert: Option<PathBuf>,
}

/// How services outside are reached.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// An HTTP proxy, `http://host:port`.
    pub proxy: Option<String>,
    /// Who we are there.
    pub proxy_user: Option<String>,
    /// A file whose first line is the password of `proxy_user`.
    pub pass_file: Option<PathBuf>,
    /// Or an environment variable that is the password.
    pub pass_env: Option<String>,
    /// Inner addresses and networks that may be asked, e.g. `10.0.0.0/8`.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Files of CAs whose TLS servers are trusted beside the system's, PEM or DER.
    #[serde(default)]
    pub tls_ca: Vec<PathBuf>,
    /// Where fetched evidence is kept until its next update.
    pub cache_dir: Option<PathBuf>,
    /// How long each service is waited for.
    pub timeout_seconds: Option<u64>,
}

type Checked = Result<(), (String, Fault)>;

impl AgencyConfig {
    pub(super) fn check_outside(&self) -> Checked {
        let needs = |entry: &str, what| Err((entry.to_owned(), Fault::Missing(what)));
        if self.level > BaselineLevel::B && self.authorities.is_empty() {
            return needs("level", "[[tsa]]");
        }
        if self.level >= BaselineLevel::Lt && self.trust.is_empty() {
            return needs("level", "trust");
        }
        if self.time_stamp_policy.as_deref().is_some_and(|policy| !is_object_identifier(policy)) {
            return Err(("tsa_policy".into(), Fault::Invalid("1.3.6.1.4.1.1.2")));
        }
        let most = self.authorities.len().max(1);
        if !(1..=most).contains(&self.time_stamp_lines) {
            return Err(("archive: time_stamp_lines".into(), Fault::Invalid("1..[[tsa]]")));
        }
        self.authorities.iter().try_for_each(AuthorityConfig::check)?;
        self.network.check()
    }
}

impl AuthorityConfig {
    pub(super) fn resolve(&mut self, directory: &Path) {
        for file in [&mut self.pass_file, &mut self.key, &mut self.cert].into_iter().flatten() {
            *file = directory.join(&*file);
        }
    }

    fn check(&self) -> Checked {
        let fault = |entry: &str, fault| Err((self.entry(entry), fault));
        if Url::parse(&self.url).is_err() {
            return fault("url", Fault::Invalid("http://… | https://…"));
        }
        if self.pass_file.is_some() && self.pass_env.is_some() {
            return fault("pass_file", Fault::Both("pass_file", "pass_env"));
        }
        let has_password = self.pass_file.is_some() || self.pass_env.is_some();
        match (&self.user, &self.key, &self.cert) {
            (Some(_), Some(_), _) => fault("user", Fault::Both("user", "key")),
            (Some(_), None, _) if !has_password => fault("pass_file", Fault::Missing("pass_file | pass_env")),
            (None, None, _) if has_password => fault("user", Fault::Missing("user | key")),
            (_, Some(_), None) => fault("cert", Fault::Missing("cert")),
            (_, None, Some(_)) => fault("key", Fault::Missing("key")),
            _ => Ok(()),
        }
    }

    /// For messages. A key in the URL's query is nobody's business.
    pub(crate) fn entry(&self, entry: &str) -> String {
        entry_of("tsa", self.url.split('?').next().unwrap_or_default(), entry)
    }
}

impl NetworkConfig {
    pub(super) fn resolve(&mut self, directory: &Path) {
        let files = [&mut self.pass_file, &mut self.cache_dir].into_iter().flatten();
        for file in files.chain(&mut self.tls_ca) {
            *file = directory.join(&*file);
        }
    }

    fn check(&self) -> Checked {
        let fault = |entry: &str, fault| Err((format!("network: {entry}"), fault));
        let is_proxy = |text: &String| !text.contains('@') && text.parse::<Proxy>().is_ok();
        if !self.proxy.iter().all(is_proxy) {
            return fault("proxy", Fault::Invalid("http://host:port"));
        }
        if self.pass_file.is_some() && self.pass_env.is_some() {
            return fault("pass_file", Fault::Both("pass_file", "pass_env"));
        }
        let has_password = self.pass_file.is_some() || self.pass_env.is_some();
        if self.proxy_user.is_some() && !has_password {
            return fault("pass_file", Fault::Missing("pass_file | pass_env"));
        }
        if !self.allow.iter().all(|text| text.parse::<Network>().is_ok()) {
            return fault("allow", Fault::Invalid("10.1.2.3 | 10.0.0.0/8 | fd00::/8"));
        }
        if self.timeout_seconds.is_some_and(|seconds| !(1..=600).contains(&seconds)) {
            return fault("timeout_seconds", Fault::Invalid("1..600"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    const HEAD: &str = "data_dir = 'data'\ntrust = ['root.pem']\n";
    const TSA: &str = "[[tsa]]\nurl = 'http://tsa.vn/?key=secret'\n";

    fn parse(text: &str) -> Result<AgencyConfig, String> {
        let config = Config::parse(Path::new("/etc/kyso/kyso.toml"), text).map_err(|error| error.to_string())?;
        config.agency(None).cloned().map_err(|error| error.to_string())
    }

    #[test]
    fn all_of_it_is_read() {
        let network = "[network]\nproxy = 'http://p.vn:3128'\nproxy_user = 'u'\npass_env = 'P'\nallow = ['10.0.0.0/8']\n\
                       tls_ca = ['ca.pem']\ncache_dir = 'cache'\ntimeout_seconds = 20\n";
        let config =
            format!("{HEAD}level = 'PAdES-B-LTA'\ntsa_policy = '1.2.3'\n{TSA}user = 'u'\npass_file = 'p'\n{network}");
        let config = parse(&config).unwrap();
        assert_eq!(config.level, BaselineLevel::Lta);
        assert_eq!(config.authorities.first().unwrap().pass_file.as_deref(), Some(Path::new("/etc/kyso/p")));
        assert_eq!(config.network.tls_ca, [Path::new("/etc/kyso/ca.pem")]);
        assert_eq!(config.network.cache_dir.as_deref(), Some(Path::new("/etc/kyso/cache")));
        assert_eq!(parse(HEAD).unwrap().level, BaselineLevel::B);
        let outside = "[archive]\nanchor = 'a/checkpoint'\ntime_stamp_lines = 2\n\
                       [[archive.witness]]\nurl = 'http://w.vn/'\nkey = 'w.vn+0+x'\n";
        let config = parse(&format!("{HEAD}{TSA}{TSA}{outside}")).unwrap();
        assert_eq!(config.anchor.as_deref(), Some(Path::new("/etc/kyso/a/checkpoint")));
        assert_eq!((config.witnesses.len(), config.time_stamp_lines), (1, 2));
    }

    #[test]
    fn each_fault_names_the_entry() {
        for (text, expected) in [
            (format!("{HEAD}level = 'PAdES-B-T'"), "level: [[tsa]] is missing"),
            (format!("data_dir = 'd'\nlevel = 'PAdES-B-LT'\n{TSA}"), "level: trust is missing"),
            (format!("{HEAD}level = 'lta'\n{TSA}"), "unknown variant `lta`"),
            (format!("{HEAD}tsa_policy = 'x'\n{TSA}"), "tsa_policy: not a valid value"),
            (format!("{HEAD}[[tsa]]\nurl = 'ftp://x'"), "tsa \"ftp://x\": url"),
            (format!("{HEAD}[[tsa]]\nurl = 'http://a:b@x'"), "url"),
            (format!("{HEAD}{TSA}user = 'u'"), "tsa \"http://tsa.vn/\": pass_file: pass_file | pass_env is missing"),
            (format!("{HEAD}{TSA}pass_env = 'P'"), "user | key is missing"),
            (format!("{HEAD}{TSA}user = 'u'\npass_env = 'P'\npass_file = 'p'"), "give pass_file or pass_env"),
            (format!("{HEAD}{TSA}key = 'k'"), "cert is missing"),
            (format!("{HEAD}{TSA}cert = 'c'"), "key is missing"),
            (format!("{HEAD}{TSA}user = 'u'\nkey = 'k'\npass_env = 'P'"), "give user or key"),
            (format!("{HEAD}{TSA}password = 'x'"), "unknown field `password`"),
            (format!("{HEAD}[network]\nproxy = 'http://a:b@p'"), "network: proxy"),
            (format!("{HEAD}[network]\nproxy_user = 'u'"), "network: pass_file"),
            (format!("{HEAD}[network]\nallow = ['localhost']"), "network: allow"),
            (format!("{HEAD}[network]\ntimeout_seconds = 0"), "network: timeout_seconds"),
            (format!("{HEAD}{TSA}[archive]\ntime_stamp_lines = 2"), "archive: time_stamp_lines"),
            (format!("{HEAD}[archive]\ntime_stamp_lines = 0"), "archive: time_stamp_lines"),
            (format!("{HEAD}[[archive.witness]]\nurl = 'http://w.vn/'"), "missing field `key`"),
        ] {
            let message = parse(&text).unwrap_err();
            assert!(message.contains(expected), "{message}\nlacks {expected}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
