//! What lies outside: which time-stamping authorities to ask, and how the network is reached.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use kyso::Language::{English, Vietnamese};
use kyso::error::connection::Fault;
use kyso::{BaselineLevel, Fetcher, Outside, Policy, TimeStamper};
use kyso_connect::{
    Authority, Cache, Client, ClientKey, Credentials, Fetching, Guard, Network, Proxy, Run, Settings, TimeStamping,
    Url, is_object_identifier,
};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Waiting;
use crate::terms::words;
use crate::text::plain;
use crate::values::{Wrong, number};
use crate::{input, password, trust};

/// Keys and certificates are a few kilobytes.
const LIMIT: u64 = 1 << 20;

/// How the network is reached.
#[derive(Debug, Args)]
pub(crate) struct NetworkArguments {
    #[arg(long, value_name = "URL", env = "KYSO_PROXY", hide_env_values = true)]
    proxy: Option<Hidden>,
    #[arg(long, value_name = "IP|IP/N", value_parser = network)]
    allow_address: Vec<Network>,
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
    #[arg(long, value_name = "FILE|DIR")]
    tls_ca: Vec<PathBuf>,
    #[arg(long, value_name = "SECONDS", value_parser = number(1_u64, 3600))]
    timeout: Option<u64>,
}

/// Time-stamping authorities, and the network.
#[derive(Debug, Args)]
pub(crate) struct OutsideArguments {
    #[arg(long, value_name = "URL")]
    tsa: Vec<String>,
    #[arg(long, value_name = "NAME", requires = "tsa", conflicts_with = "tsa_key")]
    tsa_user: Option<String>,
    #[arg(long, value_name = "FILE", requires = "tsa", conflicts_with = "tsa_pass_env")]
    tsa_pass_file: Option<PathBuf>,
    #[arg(long, value_name = "VAR", requires = "tsa")]
    tsa_pass_env: Option<String>,
    #[arg(long, value_name = "FILE", requires = "tsa_key")]
    tsa_cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires_all = ["tsa", "tsa_cert"])]
    tsa_key: Option<PathBuf>,
    #[arg(long, value_name = "OID", requires = "tsa", value_parser = object_identifier)]
    tsa_policy: Option<String>,
    #[arg(long)]
    pub(crate) vri: bool,
    #[command(flatten)]
    network: NetworkArguments,
}

/// A text that may hold a password: never shown, not even where it's wrong.
#[derive(Clone)]
struct Hidden(Zeroizing<String>);

impl FromStr for Hidden {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

fn object_identifier(text: &str) -> Result<String, Wrong> {
    is_object_identifier(text).then(|| text.to_owned()).ok_or_else(|| {
        Wrong::new("cần một OID, ví dụ 1.3.6.1.4.1.1.2", "an object identifier is needed, e.g. 1.3.6.1.4.1.1.2")
    })
}

fn network(text: &str) -> Result<Network, Wrong> {
    text.parse().map_err(|_| {
        Wrong::new(
            "cần địa chỉ IP hoặc mạng, ví dụ 10.0.0.0/8",
            "an IP address or a network is needed, e.g. 10.0.0.0/8",
        )
    })
}

/// Services that are ready to be asked.
#[derive(Debug)]
pub(crate) struct Services {
    time_stamping: Option<TimeStamping>,
    fetching: Fetching,
}

impl Services {
    pub(crate) fn outside(&self) -> Outside<'_> {
        let outside = Outside::default().fetcher(&self.fetching);
        match &self.time_stamping {
            Some(stamping) => outside.time_stamper(stamping),
            None => outside,
        }
    }
}

/// Who stamps, and who brings evidence.
pub(crate) type ToStamp = (Arc<dyn TimeStamper + Send + Sync>, Arc<dyn Fetcher + Send + Sync>);

/// What the services are wanted for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) level: BaselineLevel,
    /// What asked for the level.
    pub(crate) argument: &'a str,
    pub(crate) needs_time_stamp: bool,
}

impl OutsideArguments {
    /// The services that are wanted. What can't be done without is missed before anything is done.
    pub(crate) fn open_for(&self, wanted: Wanted<'_>, policy: &Policy, context: &Context) -> Result<Services, Failure> {
        let Wanted { level, argument, needs_time_stamp } = wanted;
        let name = level.name();
        if self.vri && level < BaselineLevel::Lt {
            return Err(Failure::usage(
                format!("--vri: mức {name} không lưu bằng chứng; hãy dùng mức lt hoặc lta."),
                format!("--vri: level {name} keeps no evidence; take level lt or lta."),
            ));
        }
        if self.tsa.is_empty() && needs_time_stamp {
            return Err(Failure::usage(
                format!("{argument}: mức {name} cần dấu thời gian; hãy thêm --tsa URL của dịch vụ cấp dấu thời gian."),
                format!("{argument}: level {name} needs a time-stamp; add --tsa URL of a time-stamping authority."),
            ));
        }
        if policy.anchors.is_empty() && level >= BaselineLevel::Lt {
            return Err(Failure::usage(
                format!(
                    "{argument}: mức {name} lưu bằng chứng cho từng chứng thư đến CA gốc; hãy thêm --trust CA gốc (hoặc kyso trust add)."
                ),
                format!(
                    "{argument}: level {name} keeps evidence for each certificate up to its root; add --trust ROOT (or kyso trust add)."
                ),
            ));
        }
        self.open(context)
    }

    /// The services for an archive's time-stamps: who stamps, and who brings evidence about those who stamp.
    pub(crate) fn open_to_stamp(&self, policy: &Policy, context: &Context) -> Result<ToStamp, Failure> {
        if self.vri {
            return Err(Failure::usage(
                "--vri chỉ dùng cho chữ ký trong tệp PDF.",
                "--vri is for signatures in PDFs alone.",
            ));
        }
        if policy.anchors.is_empty() {
            return Err(Failure::usage(
                "Chưa tin CA gốc nào của dịch vụ cấp dấu thời gian; hãy thêm --trust CA gốc (hoặc kyso trust add).",
                "No root of a time-stamping authority is trusted; add --trust ROOT (or kyso trust add).",
            ));
        }
        let Services { time_stamping, fetching } = self.open(context)?;
        let time_stamping = time_stamping.ok_or_else(|| {
            Failure::usage(
                "Cần dấu thời gian; hãy thêm --tsa URL của dịch vụ cấp dấu thời gian.",
                "A time-stamp is needed; add --tsa URL of a time-stamping authority.",
            )
        })?;
        Ok((Arc::new(time_stamping), Arc::new(fetching)))
    }

    fn open(&self, context: &Context) -> Result<Services, Failure> {
        let client = self.network.client(context)?;
        let mut authorities = Vec::new();
        for (index, url) in self.tsa.iter().enumerate() {
            let shown = plain(&Url::shown_of(url));
            let authority =
                Authority::new(url, &client).map_err(|fault| setting(&format!("--tsa {shown}"), &Fault::Url(fault)))?;
            // Whom they are for is known of one only: no password is shown to the others.
            authorities.push(if index == 0 { self.introduced(authority)? } else { authority });
        }
        let time_stamping = (!authorities.is_empty()).then(|| {
            let timeout = self.network.timeout.map_or(TimeStamping::TIMEOUT, Duration::from_secs);
            TimeStamping::new(authorities).policy(self.tsa_policy.clone()).timeout(timeout)
        });
        Ok(Services { time_stamping, fetching: self.network.fetching_by(client)? })
    }

    /// The authority, told who we are.
    fn introduced(&self, authority: Authority) -> Result<Authority, Failure> {
        let given = password::from(self.tsa_pass_file.as_deref(), self.tsa_pass_env.as_deref(), "--tsa-pass-env")?;
        if let Some(user) = &self.tsa_user {
            let password = given.ok_or_else(|| {
                Failure::usage(
                    "--tsa-user cần --tsa-pass-file hoặc --tsa-pass-env.",
                    "--tsa-user needs --tsa-pass-file or --tsa-pass-env.",
                )
            })?;
            return Ok(authority.credentials(Credentials::new(user, password)));
        }
        let (Some(key), Some(certificate)) = (&self.tsa_key, &self.tsa_cert) else { return Ok(authority) };
        let key = Zeroizing::new(input::small(key, LIMIT)?);
        let certificates = input::small(certificate, LIMIT)?;
        authority
            .key(&ClientKey::pem(key, given, certificates))
            .map_err(|fault| setting("--tsa-key, --tsa-cert", &fault))
    }
}

impl NetworkArguments {
    /// What brings evidence.
    pub(crate) fn fetching(&self, context: &Context) -> Result<Fetching, Failure> {
        self.fetching_by(self.client(context)?)
    }

    fn fetching_by(&self, client: Client) -> Result<Fetching, Failure> {
        let cache = match &self.cache {
            None => Cache::new(),
            Some(directory) => Cache::in_directory(directory).map_err(|error| Failure::writing(directory, &error))?,
        };
        let timeout = self.timeout.map_or(Fetching::TIMEOUT, Duration::from_secs);
        Ok(Fetching::new(client, cache).timeout(timeout))
    }

    fn client(&self, context: &Context) -> Result<Client, Failure> {
        let proxy = match self.proxy.as_ref().map(|hidden| hidden.0.parse::<Proxy>()).transpose() {
            Ok(proxy) => proxy,
            Err(fault) => {
                let fault = Fault::Url(fault);
                return Err(Failure::usage(
                    format!("--proxy (KYSO_PROXY) phải có dạng http://máy:cổng: {}.", words(Vietnamese).fault(&fault)),
                    format!("--proxy (KYSO_PROXY) must be http://host:port: {}.", words(English).fault(&fault)),
                ));
            }
        };
        let (waiting, language) = (Waiting::default(), context.language);
        let mut settings = Settings::new(Guard::allowing(self.allow_address.iter().copied()));
        settings.proxy = proxy;
        settings.tls_roots = trust::certificates(&self.tls_ca)?;
        settings.watch = Some(Arc::new(move |url| waiting.for_service(url, language)));
        let mut bound = Run::BOUND;
        if let Some(seconds) = self.timeout {
            // Whoever waits longer for one wants to wait for it, and for some more.
            settings.connecting = Duration::from_secs(seconds);
            bound = bound.max(settings.connecting.saturating_mul(4));
        }
        let client = Client::new(settings).map_err(|fault| setting("--tls-ca", &fault))?;
        Ok(client.in_run(&Run::within(bound)))
    }
}

fn setting(argument: &str, fault: &Fault) -> Failure {
    Failure::worded(Exit::Usage, |language| format!("{argument}: {}.", words(language).fault(fault)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_is_never_shown() {
        let hidden: Hidden = "http://ai:mật@proxy.vn".parse().unwrap_or_else(|never| match never {});
        assert_eq!(format!("{hidden:?}"), "Hidden");
    }
}
