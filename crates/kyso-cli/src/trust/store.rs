//! The roots that a user keeps: a directory of their own with a file for each, under its fingerprint.
//!
//! Who can write there decides what `kyso verify` believes. So the directory and its files are their owner's alone, each file
//! repeats the fingerprint of what is in it, and whatever doesn't fit is refused and not left out: a verdict without it would
//! look as if nothing had happened.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kyso::crypto::{bundle, hex};
use kyso::pki::Certificate;
use kyso::{Bilingual, both};
use serde::{Deserialize, Serialize};

use super::official::official;
use crate::draft::Draft;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::plain;

/// The variable that names another place.
pub(crate) const VARIABLE: &str = "KYSO_TRUST_STORE";
const EXTENSION: &str = "toml";
/// A certificate is a few kilobytes.
const LIMIT: u64 = 1 << 17;

/// By whose word a certificate is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Word {
    /// A root whose fingerprint an authority of Vietnam publishes.
    Official,
    /// A root whose fingerprint the user repeated.
    User,
    /// An intermediate CA that a root issued which is kept: it helps on the way and is trusted for nothing.
    Issued,
}

impl Word {
    /// In the middle of a sentence.
    pub(crate) fn text(self) -> Bilingual<&'static str> {
        match self {
            Self::Official => both("CA gốc chính thức", "an official root"),
            Self::User => both("CA gốc theo lời của bạn", "a root by your own word"),
            Self::Issued => {
                both("CA trung gian, chỉ để tìm đường tới CA gốc", "an intermediate CA, which only helps on the way")
            }
        }
    }
}

/// A certificate that is kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) certificate: Certificate,
    /// SHA-256 of the DER certificate, lower-case hex.
    pub(crate) sha256: String,
    pub(crate) since: Timestamp,
    pub(crate) word: Word,
}

impl Kept {
    pub(crate) fn is_root(&self) -> bool {
        self.word != Word::Issued
    }
}

/// A file of the store: PEM, which other programs read too, with its fingerprint beside it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    sha256: String,
    since: Timestamp,
    word: Word,
    certificate: String,
}

/// A file of the store: what it's named after, and what is in it or why that isn't believed.
pub(crate) type Found = (String, Result<Kept, Bilingual<&'static str>>);

/// Where roots are kept.
#[derive(Debug)]
pub(crate) struct Store {
    directory: PathBuf,
}

impl Store {
    /// In the given directory, or the user's own (XDG Base Directory Specification): none where nobody says where that is.
    pub(crate) fn at(given: Option<&Path>) -> Option<Self> {
        let given = given.map(Path::to_owned).or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from));
        let named = |variable| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        let own = || {
            let data = named("XDG_DATA_HOME").or_else(|| Some(named("HOME")?.join(".local/share")))?;
            Some(data.join("kyso/roots"))
        };
        given.filter(|path| !path.as_os_str().is_empty()).or_else(own).map(|directory| Self { directory })
    }

    /// The store that has to be somewhere.
    pub(crate) fn demand(given: Option<&Path>) -> Result<Self, Failure> {
        Self::at(given).ok_or_else(|| {
            Failure::usage(
                format!(
                    "Không rõ thư mục riêng của bạn ở đâu (HOME); hãy cho biết bằng --trust-store hoặc {VARIABLE}."
                ),
                format!("It isn't known where your own directory is (HOME); name one by --trust-store or {VARIABLE}."),
            )
        })
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What is kept, sorted by fingerprint: all of it is whole, or this fails.
    pub(crate) fn read(&self) -> Result<Vec<Kept>, Failure> {
        let whole = |(sha256, kept): Found| {
            kept.map_err(|why| {
                let file = plain(&self.file(&sha256).display().to_string());
                Failure::usage(
                    format!(
                        "CA gốc lưu ở {file} không dùng được: {}. Nếu không rõ vì sao, hãy bỏ: {}.",
                        why.vi,
                        remove(&sha256)
                    ),
                    format!(
                        "The root kept in {file} can't be used: {}. If you don't know why, remove it: {}.",
                        why.en,
                        remove(&sha256)
                    ),
                )
            })
        };
        self.look()?.into_iter().map(whole).collect()
    }

    /// Every file that is kept, with what is in it or why that isn't believed.
    pub(crate) fn look(&self) -> Result<Vec<Found>, Failure> {
        let unreadable = |error: &io::Error| Failure::reading(Exit::Usage, &self.directory, error);
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| unreadable(&error))?,
        };
        self.demand_own().map_err(|error| unreadable(&error))??;
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&error))?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str()).filter(|stem| is_fingerprint(stem));
            if let Some(name) = name.filter(|_| path.extension().is_some_and(|extension| extension == EXTENSION)) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names.into_iter().map(|name| (name.clone(), self.entry(&name))).collect())
    }

    /// Keeps a certificate; whether it's new.
    pub(crate) fn keep(&self, certificate: &Certificate, word: Word, now: Timestamp) -> Result<bool, Failure> {
        let wrong = |error: &io::Error| Failure::writing(&self.directory, error);
        make_private(&self.directory).map_err(|error| wrong(&error))?;
        self.demand_own().map_err(|error| wrong(&error))??;
        let sha256 = hex(&certificate.fingerprint());
        let entry = Entry { sha256: sha256.clone(), since: now, word, certificate: pem(certificate.der()) };
        let text = toml::to_string_pretty(&entry)
            .map_err(|error| Failure::new(Exit::Defect, error.to_string(), error.to_string()))?;
        let path = self.file(&sha256);
        let kept = Draft::beside(&self.directory, 0o600)
            .and_then(|draft| draft.file().write_all(text.as_bytes()).map(|()| draft))
            .and_then(|draft| draft.keep(&path, false));
        match kept {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(Failure::writing(&path, &error)),
        }
    }

    /// Removes what is kept under a fingerprint, whole or not.
    pub(crate) fn remove(&self, sha256: &str) -> Result<(), Failure> {
        let path = self.file(sha256);
        fs::remove_file(&path).map_err(|error| Failure::writing(&path, &error))
    }

    /// The file of what is kept under a fingerprint.
    pub(crate) fn file(&self, sha256: &str) -> PathBuf {
        self.directory.join(sha256).with_extension(EXTENSION)
    }

    fn entry(&self, sha256: &str) -> Result<Kept, Bilingual<&'static str>> {
        let path = self.file(sha256);
        let is_plain = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
        if !is_plain || is_open_to_others(&path).unwrap_or(true) {
            return Err(both("tài khoản khác ghi được vào tệp này", "other accounts can write to it"));
        }
        if is_anothers(&path).unwrap_or(true) {
            return Err(both("tệp này là của tài khoản khác", "it belongs to another account"));
        }
        let changed = both("tệp đã bị sửa", "it was changed");
        let text = input::small_text(&path, LIMIT).map_err(|_| changed)?;
        let entry: Entry = toml::from_str(&text).map_err(|_| changed)?;
        let [der] = bundle(entry.certificate.as_bytes()).try_into().map_err(|_| changed)?;
        let certificate = Certificate::parse(&der).map_err(|_| changed)?;
        let is_it = entry.sha256 == sha256 && hex(&certificate.fingerprint()) == sha256;
        let is_so = (entry.word == Word::Official) == official(sha256).is_some();
        if !is_it || !is_so {
            return Err(changed);
        }
        Ok(Kept { certificate, sha256: entry.sha256, since: entry.since, word: entry.word })
    }

    /// Refuses a directory that another account owns or can write to. The outer error: nobody can tell.
    fn demand_own(&self) -> io::Result<Result<(), Failure>> {
        Ok(match () {
            () if is_anothers(&self.directory)? => Err(self.anothers()),
            () if is_open_to_others(&self.directory)? => Err(self.open_to_others()),
            () => Ok(()),
        })
    }

    fn anothers(&self) -> Failure {
        let directory = plain(&self.directory.display().to_string());
        Failure::usage(
            format!(
                "{directory} là của tài khoản khác, không phải của bạn hay của root, nên tài khoản đó quyết định tin CA gốc nào; \
                 hãy dùng thư mục khác (--trust-store)."
            ),
            format!(
                "{directory} belongs to another account, neither yours nor root's, so that account decides which roots are \
                 trusted; use another directory (--trust-store)."
            ),
        )
    }

    fn open_to_others(&self) -> Failure {
        let directory = plain(&self.directory.display().to_string());
        Failure::usage(
            format!(
                "Tài khoản khác ghi được vào {directory}, nên ai đó có thể đã thêm CA gốc của họ; hãy xem lại, rồi: \
                 chmod 700 {directory}."
            ),
            format!(
                "Other accounts can write to {directory}, so somebody may have added a root of their own; look at it, then: \
                 chmod 700 {directory}."
            ),
        )
    }
}

/// The command that removes what is kept under a fingerprint.
fn remove(sha256: &str) -> String {
    format!("kyso trust remove {sha256}")
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c))
}

fn pem(der: &[u8]) -> String {
    use base64::Engine as _;
    let base64 = base64::engine::general_purpose::STANDARD.encode(der);
    let lines = base64.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line));
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(unix)]
fn make_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

#[cfg(not(unix))]
fn make_private(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)
}

/// Whether others than the owner may write to it.
#[cfg(unix)]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::metadata(path)?.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|_| false)
}

/// Whether it belongs to an account that is neither the user's nor root's: its owner may change it, whatever its mode.
#[cfg(unix)]
fn is_anothers(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = fs::metadata(path)?.uid();
    Ok(owner != 0 && owner != rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_anothers(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|_| false)
}

#[cfg(test)]
mod tests {
    use kyso_testpki::TestPki;

    use super::*;

    fn now() -> Timestamp {
        "2026-03-02T03:00:00Z".parse().unwrap()
    }

    fn root() -> Certificate {
        Certificate::parse(&TestPki::new(now()).unwrap().root_der().unwrap()).unwrap()
    }

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store { directory: dir.path().join("kyso/roots") };
        (dir, store)
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let ((_dir, store), root) = (store(), root());
        assert!(store.read().unwrap().is_empty());
        assert!(store.keep(&root, Word::User, now()).unwrap());
        assert!(!store.keep(&root, Word::User, now()).unwrap(), "once");
        let [kept] = store.read().unwrap().try_into().unwrap();
        assert_eq!((&kept.certificate, kept.since, kept.word), (&root, now(), Word::User));
        let text = fs::read_to_string(store.file(&kept.sha256)).unwrap();
        assert_eq!(bundle(text.as_bytes()), [root.der()], "other programs read it");
        store.remove(&kept.sha256).unwrap();
        assert!(store.read().unwrap().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn it_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let ((_dir, store), root) = (store(), root());
        store.keep(&root, Word::User, now()).unwrap();
        let file = store.file(&hex(&root.fingerprint()));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&store.directory), mode(&file)), (0o700, 0o600));
        for (path, open, private) in [(&file, 0o620, 0o600), (&store.directory, 0o702, 0o700)] {
            fs::set_permissions(path, fs::Permissions::from_mode(open)).unwrap();
            assert_eq!(store.read().unwrap_err().exit, Exit::Usage, "{open:o}");
            fs::set_permissions(path, fs::Permissions::from_mode(private)).unwrap();
        }
        assert_eq!(store.read().unwrap().len(), 1);
    }

    #[test]
    fn what_was_changed_is_refused_and_can_be_removed() {
        let ((_dir, store), root) = (store(), root());
        store.keep(&root, Word::User, now()).unwrap();
        let sha256 = hex(&root.fingerprint());
        let (file, other) = (store.file(&sha256), "ab".repeat(32));
        let text = fs::read_to_string(&file).unwrap();
        let stranger = TestPki::stranger(now()).unwrap().root_der().unwrap();
        let (own, strangers) = (pem(root.der()), pem(&stranger));
        assert!(text.contains(&own));
        let changes = [
            text.replace(&own, &strangers),
            text.replace(&own, &format!("{own}{strangers}")),
            text.replace(&sha256, &other),
            text.replace("word = ", "word = \"official\" #"),
            text.replace("since", "seen"),
            String::new(),
        ];
        for changed in changes {
            fs::write(&file, &changed).unwrap();
            assert!(
                store.read().unwrap_err().in_language(kyso::Language::English).contains("it was changed"),
                "{changed}"
            );
            assert!(matches!(store.look().unwrap().as_slice(), [(_, Err(_))]));
        }
        fs::write(&file, &text).unwrap();
        assert_eq!(store.read().unwrap().len(), 1, "as it was");
        // Under another's name it's none.
        fs::rename(&file, store.file(&other)).unwrap();
        assert!(store.read().is_err());
        store.remove(&other).unwrap();
        assert!(store.read().unwrap().is_empty());
    }

    /// Root alone can give files away, so elsewhere there's nothing to try.
    #[cfg(unix)]
    #[test]
    fn what_another_account_owns_is_not_believed() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let give = |path: &Path, owner: u32| std::os::unix::fs::chown(path, Some(owner), None).unwrap();
        let ((_dir, store), root) = (store(), root());
        store.keep(&root, Word::User, now()).unwrap();
        let [kept] = store.read().unwrap().try_into().unwrap();
        give(store.directory(), 1234);
        assert!(store.read().unwrap_err().in_language(kyso::Language::English).contains("belongs to another account"));
        assert!(store.keep(&root, Word::User, now()).is_err());
        give(store.directory(), 0);
        give(&store.file(&kept.sha256), 1234);
        assert!(store.read().unwrap_err().in_language(kyso::Language::English).contains("belongs to another account"));
        give(&store.file(&kept.sha256), 0);
        assert_eq!(store.read().unwrap().len(), 1);
    }
}
