//! What lies outside, ready to be asked: time-stamping authorities, and where evidence is fetched from.

use std::sync::Arc;
use std::time::Duration;

use kyso::{BaselineLevel, Bilingual, Outside, Policy};
use kyso_archive::log::{KeyUse, VerifierKey};
use kyso_archive::{Stamping, Witness};
use kyso_connect::{
    Authority, Cache, Client, ClientKey, Credentials, Fetching, Guard, Network, Proxy, Run, Settings, TimeStamping,
};
use zeroize::Zeroizing;

use crate::config::{AgencyConfig, AuthorityConfig, ConfigError, Fault, NetworkConfig, WitnessConfig, entry_of};
use crate::keys::{password, read, refused};
use crate::problem::{Problem, Result};

/// A person waits for the answer to a request: other authorities are asked sooner than from the command line.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Services that are ready to be asked.
#[derive(Debug)]
pub(crate) struct Services {
    level: BaselineLevel,
    has_anchors: bool,
    stamping: Option<TimeStamping>,
    /// Those that stamp the archive, each by itself.
    lines: Vec<TimeStamping>,
    client: Client,
    cache: Cache,
    timeout: Duration,
}

type Faulty<T> = std::result::Result<T, (String, Fault)>;

impl Services {
    /// Opens what the configuration names: wrong passwords and keys show now, not with the first request.
    pub(crate) fn open(config: &AgencyConfig) -> std::result::Result<Self, ConfigError> {
        Self::ready(config).map_err(|(entry, fault)| ConfigError { file: config.file.clone(), entry, fault })
    }

    fn ready(config: &AgencyConfig) -> Faulty<Self> {
        let timeout = config.network.timeout_seconds.map_or(TIMEOUT, Duration::from_secs);
        let client = client(&config.network)?;
        let cache = match &config.network.cache_dir {
            None => Cache::new(),
            Some(directory) => Cache::in_directory(directory)
                .map_err(|error| ("network: cache_dir".to_owned(), Fault::unreadable(directory, &error)))?,
        };
        let authorities = config.authorities.iter().map(|one| authority(one, &client)).collect::<Faulty<Vec<_>>>()?;
        let by = |authorities| TimeStamping::new(authorities).policy(config.time_stamp_policy.clone()).timeout(timeout);
        // No authority is in two lines: each proves without the others.
        let of_line =
            |line| authorities.iter().skip(line).step_by(config.time_stamp_lines).cloned().collect::<Vec<_>>();
        let lines = (0..config.time_stamp_lines).map(of_line).filter(|line| !line.is_empty()).map(by).collect();
        let stamping = (!authorities.is_empty()).then(|| by(authorities));
        Ok(Self { level: config.level, has_anchors: !config.trust.is_empty(), stamping, lines, client, cache, timeout })
    }

    /// The level that a request gets.
    pub(crate) fn level(&self, asked: Option<BaselineLevel>) -> Result<BaselineLevel> {
        let level = asked.unwrap_or(self.level);
        let missing = match level {
            BaselineLevel::B => None,
            _ if self.stamping.is_none() => Some("[[tsa]]"),
            BaselineLevel::T => None,
            _ if !self.has_anchors => Some("trust"),
            _ => None,
        };
        match missing {
            None => Ok(level),
            Some(entry) => Err(Problem::parameter(
                "level",
                Bilingual::new(
                    format!("Cấu hình của máy chủ không có {entry}, nên không ký được ở mức {}.", level.name()),
                    format!("The server's configuration has no {entry}, so it can't sign at {}.", level.name()),
                ),
            )),
        }
    }

    /// Does `work` with what lies outside, of which level B asks nothing. Each answer is asked for once.
    pub(crate) fn at<T>(&self, level: BaselineLevel, work: impl FnOnce(&Outside<'_>) -> T) -> T {
        if level == BaselineLevel::B {
            return work(&Outside::default());
        }
        // A host that didn't answer one request may answer the next.
        let run = Run::default();
        let fetching = Fetching::new(self.client.in_run(&run), self.cache.next_run()).timeout(self.timeout);
        let stamping = self.stamping.as_ref().map(|stamping| stamping.in_run(&run));
        let outside = Outside::default().fetcher(&fetching);
        work(&match &stamping {
            Some(stamping) => outside.time_stamper(stamping),
            None => outside,
        })
    }
}

impl Services {
    /// The log's witnesses, by the configuration.
    pub(crate) fn witnesses(&self, config: &AgencyConfig) -> std::result::Result<Vec<Witness>, ConfigError> {
        let one = |witness: &WitnessConfig| {
            let invalid = |entry: &str, rule| {
                let entry = entry_of("archive.witness", &witness.key, entry);
                ConfigError { file: config.file.clone(), entry, fault: Fault::Invalid(rule) }
            };
            let key = witness.key.parse::<VerifierKey>().ok().filter(|key| key.usage() == KeyUse::Cosignature);
            let key = key.ok_or_else(|| invalid("key", "name+id+base64"))?;
            Witness::new(&witness.url, key, &self.client).map_err(|_| invalid("url", "http://… | https://…"))
        };
        config.witnesses.iter().map(one).collect()
    }

    /// What time-stamps the archive, a line of authorities each, where there are an authority and roots to judge it by.
    pub(crate) fn to_stamp(&self, policy: &Policy) -> Vec<Stamping> {
        let lines = (0..).zip(&self.lines).filter(|_| self.has_anchors);
        let one = |(line, stamping): (u32, &TimeStamping)| {
            let run = Run::default();
            let fetching = Fetching::new(self.client.in_run(&run), self.cache.next_run()).timeout(self.timeout);
            let (stamper, fetcher) = (Arc::new(stamping.in_run(&run)), Arc::new(fetching));
            Stamping { stamper, fetcher: Some(fetcher), policy: policy.clone(), line }
        };
        lines.map(one).collect()
    }
}

fn client(network: &NetworkConfig) -> Faulty<Client> {
    let at = |entry: &str| format!("network: {entry}");
    let given = password(network.pass_file.as_deref(), network.pass_env.as_deref());
    let given = given.map_err(|(entry, fault)| (at(entry), fault))?;
    let proxy = network.proxy.as_ref().map(|text| text.parse::<Proxy>()).transpose();
    let proxy = proxy.map_err(|_| (at("proxy"), Fault::Invalid("http://host:port")))?;
    let proxy = match (proxy, &network.proxy_user, given) {
        (Some(proxy), Some(user), Some(password)) => Some(proxy.with_login(user, password)),
        (proxy, _, _) => proxy,
    };
    // The configuration's check has seen that each is one.
    let allowed = network.allow.iter().filter_map(|text| text.parse::<Network>().ok());
    let mut settings = Settings::new(Guard::allowing(allowed));
    settings.proxy = proxy;
    for file in &network.tls_ca {
        let bytes = read(file).map_err(|fault| (at("tls_ca"), fault))?;
        settings
            .tls_roots
            .extend(kyso::crypto::certificates(&bytes).map_err(|error| (at("tls_ca"), refused(file, error)))?);
    }
    Client::new(settings).map_err(|fault| (at("tls_ca"), Fault::Malformed(fault.to_string())))
}

fn authority(config: &AuthorityConfig, client: &Client) -> Faulty<Authority> {
    let authority = Authority::new(&config.url, client)
        .map_err(|fault| (config.entry("url"), Fault::Malformed(fault.to_string())))?;
    let given = password(config.pass_file.as_deref(), config.pass_env.as_deref());
    let given = given.map_err(|(entry, fault)| (config.entry(entry), fault))?;
    match (&config.user, &config.key, &config.cert) {
        (Some(user), _, _) => Ok(authority.credentials(Credentials::new(user, given.unwrap_or_default()))),
        (None, Some(key), Some(certificate)) => {
            let key = Zeroizing::new(read(key).map_err(|fault| (config.entry("key"), fault))?);
            let certificates = read(certificate).map_err(|fault| (config.entry("cert"), fault))?;
            authority
                .key(&ClientKey::pem(key, given, certificates))
                .map_err(|fault| (config.entry("key"), Fault::Malformed(fault.to_string())))
        }
        _ => Ok(authority),
    }
}
