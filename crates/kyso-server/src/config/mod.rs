//! `kyso.toml`: what the service is told once, by its operator.

mod fault;
mod load;
mod outside;
mod s3;
mod second;
mod stores;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use kyso::{BaselineLevel, Role};
use kyso_view::Apart;
use serde::Deserialize;

pub use fault::{ConfigError, Fault};
pub(crate) use load::entry_of;
pub use outside::{AuthorityConfig, NetworkConfig};
pub use s3::{Bucket, S3Config};
pub use second::SecondConfig;
pub use stores::StoresConfig;

/// What the service is told once, checked as far as that goes without opening a file that isn't a configuration. Paths are
/// resolved against the directory of the file that they stand in.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen. Loopback unless the operator says otherwise: TLS is the business of a proxy in front.
    pub listen: SocketAddr,
    /// The longest PDF that is taken, in bytes.
    pub upload_limit: usize,
    /// How long a request may take: its upload, and then its work.
    pub request_timeout: Duration,
    /// How long requests in hand are waited for after the signal to stop.
    pub shutdown_grace: Duration,
    /// Whom it serves: one agency, or several that share nothing but the program.
    pub agencies: Vec<AgencyConfig>,
    /// What draws pages to look for QR codes on them. The program that serves says it, not the file; without, a
    /// verification says that nothing was looked at.
    pub drawing: Option<Apart>,
}

/// What is one agency's own: its archive, keys, callers, trust and register.
#[derive(Debug, Clone)]
pub struct AgencyConfig {
    /// The file it was read from, for messages.
    pub file: PathBuf,
    /// The name, of a-z, 0-9 and -, where there are several.
    pub name: Option<String>,
    /// Where artifacts and their rows are kept; where `stores` keeps them, the directory of the archive's keys.
    pub data_dir: PathBuf,
    /// Where artifacts and their rows are kept instead.
    pub stores: Option<StoresConfig>,
    /// Files of trusted certificates, PEM or DER.
    pub trust: Vec<PathBuf>,
    /// The agency's roster of certificates.
    pub roster: Option<PathBuf>,
    /// Whether the seal goes over leaders' signatures that lead to nobody who is trusted: only where neither `trust` nor
    /// `roster` is given, and never by itself.
    pub dangerous_seal_untrusted: bool,
    /// What is asked of signatures: the name of a policy that comes with the library, or a file.
    pub policy: Option<PathBuf>,
    /// The keys that sign.
    pub keys: Vec<KeyConfig>,
    /// Who may ask.
    pub tokens: Vec<TokenConfig>,
    /// The level of a signature where a request says nothing else.
    pub level: BaselineLevel,
    /// Time-stamping authorities, asked in this order.
    pub authorities: Vec<AuthorityConfig>,
    /// The policy to stamp under, an OID in dots; the authority's own where there is none.
    pub time_stamp_policy: Option<String>,
    /// How services outside are reached.
    pub network: NetworkConfig,
    /// Where what is kept is kept a second time.
    pub second: Option<SecondConfig>,
    /// How many lines of authorities time-stamp the archive, each by itself: the first of them are those of the first authority.
    pub time_stamp_lines: usize,
    /// A file outside that each published checkpoint of the log is written to, and that the archive is held against.
    pub anchor: Option<PathBuf>,
    /// Who signs the log's checkpoints and remembers them.
    pub witnesses: Vec<WitnessConfig>,
    /// What certifies; without it, only signing, sealing and verifying are served.
    pub office: Option<OfficeConfig>,
}

/// A witness of the log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessConfig {
    /// Its URL: what stands before `/add-checkpoint`.
    pub url: String,
    /// Its key, as C2SP signed-note writes it: `name+id+base64`.
    pub key: String,
}

/// The office that certifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeConfig {
    /// The directory of its register of numbers (sổ chứng thực), which must be there.
    pub register: PathBuf,
    /// The agency's file: its name, identifier, seal.
    pub agency: PathBuf,
    /// A directory of wordings (lời chứng) of its own.
    pub templates: Option<PathBuf>,
    /// For how many days a draft is kept that nobody waits for any more.
    pub drafts_kept_days: u16,
}

/// A key that signs, and what is seen of its signatures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyConfig {
    /// The name that requests call it by.
    pub name: String,
    /// In which capacity it signs.
    pub role: KeyRole,
    /// A PKCS#12 file with key and certificates.
    pub p12: Option<PathBuf>,
    /// Or a PEM file with the key,
    pub key: Option<PathBuf>,
    /// and one with its certificate,
    pub cert: Option<PathBuf>,
    /// and one with the certificates of its issuers.
    pub chain: Option<PathBuf>,
    /// A file whose first line is the password.
    pub pass_file: Option<PathBuf>,
    /// Or an environment variable that is the password.
    pub pass_env: Option<String>,
    /// RSASSA-PSS in place of PKCS#1 v1.5, for RSA keys.
    #[serde(default)]
    pub pss: bool,
    /// What may be seen of its signatures.
    #[serde(default, rename = "image")]
    pub images: Vec<ImageConfig>,
}

/// The image of a signature or of a seal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageConfig {
    /// The name that requests call it by.
    pub name: String,
    /// A PNG file with a transparent ground.
    pub file: PathBuf,
    /// The picture's real width on paper, in millimetres.
    pub width_mm: f64,
}

/// In which capacity a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyRole {
    /// The authorised person's signature.
    Leader,
    /// The agency's seal.
    Seal,
}

impl From<KeyRole> for Role {
    fn from(role: KeyRole) -> Self {
        match role {
            KeyRole::Leader => Self::Leader,
            KeyRole::Seal => Self::Seal,
        }
    }
}

/// A caller.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenConfig {
    /// Whom it stands for; written beside what it had signed.
    pub name: String,
    /// The role that says what the token may do.
    pub role: TokenRole,
    /// SHA-256 of the secret, hex.
    pub sha256: String,
    /// The keys it may use, of those that its role may use. Without: all of them.
    pub keys: Option<Vec<String>>,
}

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenRole {
    /// Sign with a leader's key; say what became of documents; read and verify.
    Leader,
    /// Seal with the agency's key; issue; say what became of documents; read and verify.
    Clerk,
    /// Certify and issue; read and verify.
    Officer,
    /// Read and verify.
    Reader,
}

impl TokenRole {
    /// Whether keys of this role are for it.
    pub fn may_use(self, key: KeyRole) -> bool {
        matches!((self, key), (Self::Leader, KeyRole::Leader) | (Self::Clerk, KeyRole::Seal))
    }

    /// Whether numbers are given out on its word.
    pub fn may_certify(self) -> bool {
        self == Self::Officer
    }

    /// Whether finished results are entered on its word.
    pub fn may_issue(self) -> bool {
        matches!(self, Self::Officer | Self::Clerk)
    }

    /// Whether documents are replaced, corrected and cancelled on its word, and their metadata corrected: the clerk keeps the archive, and
    /// the leader answers for it.
    pub fn may_describe(self) -> bool {
        matches!(self, Self::Leader | Self::Clerk)
    }
}
