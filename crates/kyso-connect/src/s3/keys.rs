//! The credential that requests to a store are signed with: from a file that its owner alone can read, or from the
//! environment.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use kyso::error::connection::Fault;
use zeroize::Zeroizing;

/// The largest file of a credential, in bytes.
const LARGEST: u64 = 64 << 10;

/// An access key: its id, its secret, and the token of a session where there is one. The secrets are wiped from memory after
/// use, and stand in no message, trace or `Debug`.
#[derive(Clone)]
pub struct Keys {
    id: String,
    secret: Zeroizing<String>,
    session: Option<Zeroizing<String>>,
}

impl Keys {
    /// A key by its id and secret.
    pub fn new(id: impl Into<String>, secret: Zeroizing<String>) -> Self {
        Self { id: id.into(), secret, session: None }
    }

    /// A key that is good for one session.
    #[must_use]
    pub fn with_session(self, token: Zeroizing<String>) -> Self {
        Self { session: Some(token), ..self }
    }

    /// From a file like AWS's: `aws_access_key_id = …`, `aws_secret_access_key = …`, and `aws_session_token = …` where there
    /// is one, a line each. It holds one profile, whatever its name.
    ///
    /// # Errors
    /// [`Fault::Setting`] where the file can't be read, where others than its owner can read it, or where it holds something
    /// else.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let setting = |what: &dyn fmt::Display| Fault::Setting(format!("{}: {what}", path.display()));
        let mut file = File::open(path).map_err(|error| setting(&error))?;
        is_private(&file).map_err(|what| setting(&what))?;
        let mut text = Zeroizing::new(String::new());
        file.by_ref().take(LARGEST).read_to_string(&mut text).map_err(|error| setting(&error))?;
        Self::parse(&text).map_err(|what| setting(&what))
    }

    /// From variables, as `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, each asked of `variable`.
    ///
    /// # Errors
    /// [`Fault::Setting`] where one of the first two is missing.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let missing = |name: &str| Fault::Setting(format!("{name} isn't set"));
        let id = given("AWS_ACCESS_KEY_ID").ok_or_else(|| missing("AWS_ACCESS_KEY_ID"))?;
        let secret = given("AWS_SECRET_ACCESS_KEY").ok_or_else(|| missing("AWS_SECRET_ACCESS_KEY"))?;
        let session = given("AWS_SESSION_TOKEN").map(Zeroizing::new);
        Self { id, secret: Zeroizing::new(secret), session }.checked().map_err(|what| Fault::Setting(what.into()))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let (mut id, mut secret, mut session, mut profiles) = (None, None, None, 0);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
            if line.starts_with('[') && line.ends_with(']') {
                profiles += 1;
                continue;
            }
            let (name, value) = line.split_once('=').ok_or("a line that isn't a setting")?;
            let place = match name.trim() {
                "aws_access_key_id" => &mut id,
                "aws_secret_access_key" => &mut secret,
                "aws_session_token" => &mut session,
                _ => return Err("a setting that isn't of a credential"),
            };
            if place.replace(Zeroizing::new(value.trim().to_owned())).is_some() {
                return Err("a setting that is there twice");
            }
        }
        match (id, secret) {
            _ if profiles > 1 => Err("more than one profile"),
            (Some(id), Some(secret)) => Self { id: id.to_string(), secret, session }.checked(),
            _ => Err("aws_access_key_id and aws_secret_access_key must be there"),
        }
    }

    /// What goes into a header must be fit for one.
    fn checked(self) -> Result<Self, &'static str> {
        let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let is_fit = is_plain(&self.id) && is_plain(&self.secret);
        if is_fit && self.session.as_ref().is_none_or(|token| is_plain(token)) {
            Ok(self)
        } else {
            Err("an access key's parts are ASCII without spaces")
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    pub(super) fn session(&self) -> Option<&str> {
        self.session.as_ref().map(|token| token.as_str())
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn is_private(file: &File) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = file.metadata().map_err(|error| error.to_string())?.mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(format!("others than its owner can read it (mode {:03o}; 600 is right)", mode & 0o777))
}

#[cfg(not(unix))]
fn is_private(_: &File) -> Result<(), String> {
    Err("whether its owner alone can read it isn't known here".into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const FILE: &str = "# of the ward\n[archive]\naws_access_key_id = AKID\naws_secret_access_key=s3/cr=et\n";

    #[test]
    fn a_file_is_read_if_its_owner_alone_can() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s3");
        std::fs::write(&path, FILE).unwrap();
        for (mode, is_fit) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o644, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = Keys::read(&path);
            assert_eq!(read.is_ok(), is_fit, "{mode:o}: {read:?}");
        }
        assert!(matches!(Keys::read(&folder.path().join("none")), Err(Fault::Setting(_))));
    }

    #[test]
    fn what_isnt_one_credential_is_refused_and_no_secret_is_shown() {
        let keys = Keys::parse(FILE).unwrap();
        assert_eq!((keys.id(), keys.secret(), keys.session()), ("AKID", "s3/cr=et", None));
        let token = format!("{FILE}aws_session_token = t0ken");
        assert_eq!(Keys::parse(&token).unwrap().session(), Some("t0ken"));
        assert_eq!(format!("{:?}", Keys::parse(&token).unwrap()), "Keys { id: \"AKID\", .. }");
        for wrong in [
            "",
            "aws_access_key_id = A",
            "aws_access_key_id = A\naws_secret_access_key =",
            "aws_access_key_id = A B\naws_secret_access_key = s",
            "aws_access_key_id = A\naws_secret_access_key = s\nregion = x",
            "aws_access_key_id = A\naws_secret_access_key = s\nwords",
            "[a]\naws_access_key_id = A\n[b]\naws_secret_access_key = s",
            "aws_access_key_id = A\naws_access_key_id = B\naws_secret_access_key = s",
        ] {
            assert!(Keys::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn variables_are_read_and_their_secrets_never_shown() {
        let given = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" => Some("AKID".to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some("hid den".to_owned()),
            _ => None,
        };
        let Err(Fault::Setting(why)) = Keys::from_variables(given) else { panic!("a space") };
        assert!(!why.contains("hid"), "{why}");
        assert!(Keys::from_variables(|name| given(name).map(|value| value.replace(' ', ""))).is_ok());
        assert!(Keys::from_variables(|_| None).is_err());
    }
}
