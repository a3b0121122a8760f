//! The key that signs: a PKCS#12 file, or PEM files.

use std::path::{Path, PathBuf};

use clap::Args;
use kyso::crypto::Pkcs12;
use kyso::pki::Certificate;
use kyso::{Error, PrivateKeySigner, Signer};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::failure::Failure;
use crate::input;
use crate::password::{self, PasswordArguments};
use crate::private::warn_of_loose_file;

/// Keys and certificates are a few kilobytes.
const LIMIT: u64 = 1 << 20;

#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    #[arg(long, value_name = "FILE", required_unless_present = "key", conflicts_with_all = ["key", "cert", "chain"])]
    p12: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "cert")]
    chain: Option<PathBuf>,
    #[command(flatten)]
    password: PasswordArguments,
    #[arg(long)]
    pss: bool,
}

impl KeyArguments {
    /// Opens the key, wherever it lies. The password is asked for only where the key has one and no argument gives it.
    pub(crate) fn open(&self, context: &Context) -> Result<Box<dyn Signer>, Failure> {
        let secrets = [&self.p12, &self.key, &self.password.pass_file];
        secrets.into_iter().flatten().for_each(|path| warn_of_loose_file(path, context));
        let given = self.password.given()?;
        let (path, signer) = match (&self.p12, &self.key) {
            (Some(path), _) => (path, open_pkcs12(path, given, context)?),
            (None, Some(path)) => (path, self.open_pem(path, given, context)?),
            // clap demands one of them.
            (None, None) => return Err(Failure::usage("Thiếu --p12 hoặc --key.", "--p12 or --key is missing.")),
        };
        match self.pss {
            true => Ok(Box::new(signer.pss(true).map_err(|error| Failure::library(path, &error))?)),
            false => Ok(Box::new(signer)),
        }
    }

    fn open_pem(
        &self,
        path: &Path,
        given: Option<Zeroizing<String>>,
        context: &Context,
    ) -> Result<PrivateKeySigner, Failure> {
        let key = Zeroizing::new(input::small(path, LIMIT)?);
        let mut certificates = Vec::new();
        for file in [&self.cert, &self.chain].into_iter().flatten() {
            certificates.extend(input::small(file, LIMIT)?);
            // PEM files needn't end with a line end.
            certificates.push(b'\n');
        }
        let open = |password: Option<&str>| PrivateKeySigner::from_pem(&key, password, &certificates);
        unlock(path, given, is_encrypted(&key), open, context)
    }
}

fn open_pkcs12(path: &Path, given: Option<Zeroizing<String>>, context: &Context) -> Result<PrivateKeySigner, Failure> {
    let der = Zeroizing::new(input::small(path, LIMIT)?);
    let open = |password: Option<&str>| PrivateKeySigner::from_pkcs12(&der, password.unwrap_or_default());
    // Whether a PKCS#12 file has a password shows only by trying without.
    let needs_password = given.is_none() && Pkcs12::is_one(&der) && open(None).is_err();
    unlock(path, given, needs_password, open, context)
}

/// The certificates in a PKCS#12 file, the key's own first.
pub(crate) fn certificates_of_pkcs12(
    path: &Path,
    given: Option<Zeroizing<String>>,
    context: &Context,
) -> Result<Vec<Certificate>, Failure> {
    Ok(open_pkcs12(path, given, context)?.certificates().to_vec())
}

fn unlock(
    path: &Path,
    given: Option<Zeroizing<String>>,
    needs_password: bool,
    open: impl Fn(Option<&str>) -> Result<PrivateKeySigner, Error>,
    context: &Context,
) -> Result<PrivateKeySigner, Failure> {
    let password = match given {
        None if needs_password => Some(password::ask(path, context.language)?),
        given => given,
    };
    let password = password.as_ref().map(|password| password.as_str());
    open(password).map_err(|error| match error {
        // The document isn't what can't be read.
        Error::Input { .. } => Failure::usage_of(path, &error),
        _ => Failure::library(path, &error),
    })
}

/// Whether a PEM key has a password: PKCS#8 (RFC 7468, 11) or the older form.
fn is_encrypted(pem: &[u8]) -> bool {
    let text = String::from_utf8_lossy(pem);
    text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
}
