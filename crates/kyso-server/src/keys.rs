//! The keys that the configuration names, opened once at the start.

use std::collections::BTreeMap;
use std::path::Path;

use kyso::appearance::InkImage;
use kyso::{PrivateKeySigner, Signer};
use zeroize::Zeroizing;

use crate::config::{AgencyConfig, ConfigError, Fault, KeyConfig, KeyRole, entry_of};

/// A key, and what may be seen of its signatures.
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) role: KeyRole,
    pub(crate) signer: Box<dyn Signer + Send + Sync>,
    images: BTreeMap<String, InkImage>,
}

impl Key {
    /// The image of this name.
    pub(crate) fn image(&self, name: &str) -> Option<&InkImage> {
        self.images.get(name)
    }

    /// Opens it: wrong passwords and bad images show now, not with the first request.
    pub(crate) fn open(config: &AgencyConfig, key: &KeyConfig) -> Result<Self, ConfigError> {
        let error = |entry: &str, fault| ConfigError {
            file: config.file.clone(),
            entry: entry_of("key", &key.name, entry),
            fault,
        };
        let password = password(key.pass_file.as_deref(), key.pass_env.as_deref());
        let password = password.map_err(|(entry, fault)| error(entry, fault))?;
        let signer = signer(key, password.as_deref().map(String::as_str))
            .and_then(|signer| signer.pss(key.pss).map_err(|error| ("pss", refused(&config.file, error))))
            .map_err(|(entry, fault)| error(entry, fault))?;
        let mut images = BTreeMap::new();
        for image in &key.images {
            let make = match key.role {
                KeyRole::Leader => InkImage::signature,
                KeyRole::Seal => InkImage::seal,
            };
            let opened = read(&image.file)
                .and_then(|png| make(&png, image.width_mm).map_err(|error| refused(&image.file, error)))
                .map_err(|fault| error(&entry_of("image", &image.name, "file"), fault))?;
            images.insert(image.name.clone(), opened);
        }
        Ok(Self { name: key.name.clone(), role: key.role, signer: Box::new(signer), images })
    }
}

type Faulty<T> = Result<T, (&'static str, Fault)>;

fn signer(key: &KeyConfig, password: Option<&str>) -> Faulty<PrivateKeySigner> {
    if let Some(file) = &key.p12 {
        let bytes = Zeroizing::new(read(file).map_err(|fault| ("p12", fault))?);
        return PrivateKeySigner::from_pkcs12(&bytes, password.unwrap_or_default())
            .map_err(|error| ("p12", refused(file, error)));
    }
    let (Some(key_file), Some(cert_file)) = (&key.key, &key.cert) else {
        return Err(("p12", Fault::Missing("p12 | key + cert")));
    };
    let bytes = Zeroizing::new(read(key_file).map_err(|fault| ("key", fault))?);
    let mut certificates = read(cert_file).map_err(|fault| ("cert", fault))?;
    if let Some(chain) = &key.chain {
        certificates.push(b'\n');
        certificates.extend(read(chain).map_err(|fault| ("chain", fault))?);
    }
    PrivateKeySigner::from_pem(&bytes, password, &certificates).map_err(|error| ("key", refused(key_file, error)))
}

/// The password in the first line of a file, or in an environment variable; `None` where neither is named.
pub(crate) fn password(file: Option<&Path>, variable: Option<&str>) -> Faulty<Option<Zeroizing<String>>> {
    if let Some(file) = file {
        let bytes = Zeroizing::new(read(file).map_err(|fault| ("pass_file", fault))?);
        let text = std::str::from_utf8(&bytes).map_err(|_| ("pass_file", Fault::Invalid("UTF-8")))?;
        // Editors put a byte order mark before a text; nobody types one.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        return Ok(Some(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())));
    }
    let Some(variable) = variable else { return Ok(None) };
    match std::env::var(variable) {
        Ok(password) => Ok(Some(Zeroizing::new(password))),
        Err(_) => Err(("pass_env", Fault::NoVariable(variable.to_owned()))),
    }
}

pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(file).map_err(|error| Fault::unreadable(file, &error))
}

pub(crate) fn refused(file: &Path, error: kyso::Error) -> Fault {
    Fault::Refused { file: file.to_owned(), error: Box::new(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The command's rule for the password in a file: `one_rule_for_the_password_in_a_file`.
    #[test]
    fn the_first_line_is_the_password() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("pass.txt");
        for (text, wanted) in [
            ("mật khẩu\n", "mật khẩu"),
            ("mật khẩu\r\nghi chú", "mật khẩu"),
            ("\u{feff}mật khẩu\r\n", "mật khẩu"),
            ("\u{feff}\u{feff}x", "\u{feff}x"),
            ("", ""),
        ] {
            std::fs::write(&file, text).unwrap();
            let read = password(Some(&file), None).unwrap_or_else(|(entry, _)| panic!("{entry}"));
            assert_eq!(read.as_deref().map(String::as_str), Some(wanted), "{text:?}");
        }
        let (entry, fault) = password(Some(&directory.path().join("khong-co")), None).unwrap_err();
        let told = fault.text(kyso::Language::Vietnamese);
        assert!(entry == "pass_file" && told.ends_with("không có tệp hoặc thư mục này"), "{told}");
    }
}
