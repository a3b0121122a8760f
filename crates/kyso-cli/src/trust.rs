//! Whom the caller trusts: anchors, given or kept, and the roster of the agency's certificates.

pub(crate) mod official;
pub(crate) mod store;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use kyso::crypto::bundle;
use kyso::error::{Cause, Objection, Reason};
use kyso::pki::Certificate;
use kyso::{Bilingual, Code, Constraints, Error, Policy, Roster};

use crate::context::{Context, tell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::{masked, plain, quoted, toml_fault};
use store::{Kept, Store};

/// A whole operating system's bundle is under a megabyte.
const LIMIT: u64 = 16 << 20;

/// What a verdict depends on beside the file and the time.
#[derive(Debug, Args)]
pub(crate) struct TrustArguments {
    /// PEM, DER or PKCS#7 files, or directories of them.
    #[arg(long, value_name = "FILE|DIR")]
    trust: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
    /// The name of one that comes with the library, or a TOML file.
    #[arg(long, value_name = "FILE|default|vn-agency")]
    policy: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgument,
}

/// Where roots are kept.
#[derive(Debug, Default, Args)]
pub(crate) struct StoreArgument {
    #[arg(long, value_name = "DIR", env = store::VARIABLE, hide_env = true)]
    trust_store: Option<PathBuf>,
}

impl StoreArgument {
    pub(crate) fn place(&self) -> Option<&Path> {
        self.trust_store.as_deref()
    }
}

/// A policy, and where its anchors come from.
#[derive(Debug)]
pub(crate) struct Trusted {
    pub(crate) policy: Policy,
    pub(crate) roots: Roots,
}

/// Where anchors come from.
#[derive(Debug)]
pub(crate) enum Roots {
    /// Nobody gave any, and none is kept.
    None,
    /// The command line.
    Given,
    /// What the user keeps. There's a root among them.
    Kept(Vec<Kept>),
}

impl Roots {
    /// Says that the user's own roots were gone by, and which: where a report doesn't.
    pub(crate) fn note(&self, context: &Context) {
        let Self::Kept(kept) = self else { return };
        let name = |kept: &Kept| {
            let identity = kept.certificate.identity();
            let name = masked(identity.common_name.as_deref().unwrap_or(&identity.subject));
            format!("{name} ({})", kept.word.text().in_language(context.language))
        };
        let names = kept.iter().filter(|kept| kept.is_root()).map(name).collect::<Vec<_>>().join("; ");
        let by = context.say("Theo CA gốc lưu trên máy này", "By the roots that are kept here");
        tell(format_args!("{by}: {names}"));
    }

    /// The root among those kept that a certificate is, by its SHA-256 (lower-case hex).
    pub(crate) fn kept(&self, sha256: &str) -> Option<&Kept> {
        match self {
            Self::Kept(kept) => kept.iter().find(|kept| kept.sha256 == sha256 && kept.is_root()),
            Self::None | Self::Given => None,
        }
    }
}

impl TrustArguments {
    /// The options that name what is trusted, as they were typed; without the store, which every command finds again.
    pub(crate) fn typed(&self) -> Vec<(&'static str, &Path)> {
        let trust = self.trust.iter().map(|path| ("--trust", path.as_path()));
        let roster = self.roster.as_deref().map(|path| ("--roster", path));
        let policy = self.policy.as_deref().map(|path| ("--policy", path));
        trust.chain(roster).chain(policy).collect()
    }

    /// The policy that the arguments describe, at a time. Roots that are given take the place of those that are kept: what
    /// names them gives the same verdict on every machine.
    pub(crate) fn trusted(&self, time: Timestamp) -> Result<Trusted, Failure> {
        let mut policy = self.policy(time)?;
        if !self.trust.is_empty() {
            return Ok(Trusted { policy, roots: Roots::Given });
        }
        let kept = match Store::at(self.store.place()) {
            Some(store) => store.read()?,
            None => Vec::new(),
        };
        for kept in &kept {
            match kept.is_root() {
                true => policy.anchors.extend([kept.certificate.clone()]),
                false => policy.material.certificates.push(kept.certificate.der().to_vec()),
            }
        }
        let roots = match kept.iter().any(Kept::is_root) {
            true => Roots::Kept(kept),
            false => Roots::None,
        };
        Ok(Trusted { policy, roots })
    }

    /// The policy that the arguments alone describe, whatever is kept. By it the agency's seal is put on and numbers are issued:
    /// over whose signature that may be is for the agency to say each time, and a root that one of its people once kept to read
    /// a letter says nothing of it.
    pub(crate) fn policy(&self, time: Timestamp) -> Result<Policy, Failure> {
        let mut policy = Policy::at(time);
        sort_into(&mut policy, &certificates(&self.trust)?);
        if let Some(path) = &self.roster {
            policy.roster = roster(path)?;
        }
        if let Some(name) = &self.policy {
            policy.constraints = constraints(name)?;
        }
        Ok(policy)
    }
}

impl TrustArguments {
    /// What [`policy`](Self::policy) leads to where it's trust that is missing: with the roots that are kept, that don't count
    /// there, and how each is given.
    pub(crate) fn with_kept(&self, failure: Failure, error: &Error) -> Failure {
        match lacks_trust(error) {
            true => self.naming_kept(failure),
            false => failure,
        }
    }

    /// As [`with_kept`](Self::with_kept), where nobody is trusted at all.
    pub(crate) fn naming_kept(&self, failure: Failure) -> Failure {
        // What can't be read is told by the commands that go by it.
        let Some(store) = Store::at(self.store.place()) else { return failure };
        let given = certificates(&self.trust).unwrap_or_default();
        let kept = store.read().unwrap_or_default();
        let is_new = |kept: &&Kept| kept.is_root() && !given.iter().any(|der| der == kept.certificate.der());
        let named = |kept: &Kept| {
            let identity = kept.certificate.identity();
            let name = masked(identity.common_name.as_deref().unwrap_or(&identity.subject));
            format!("--trust {} ({name})", quoted(&store.file(&kept.sha256)))
        };
        let roots = kept.iter().filter(is_new).map(named).collect::<Vec<_>>().join("; ");
        if roots.is_empty() {
            return failure;
        }
        failure.and(&Bilingual::new(
            format!(
                "\n     CA gốc lưu trên máy này (kyso trust) không được tính khi đóng dấu và ghi sổ: tin ai thì mỗi lần phải nói \
                 rõ. Nếu cơ quan tin CA gốc đó (xem: kyso trust show TỆP), hãy chạy lại lệnh này và thêm: {roots}."
            ),
            format!(
                "\n     The roots that are kept here (kyso trust) don't count for sealing and entering: who is trusted there is \
                 said each time. Where the agency trusts such a root (look at it: kyso trust show FILE), run this command \
                 again with: {roots}."
            ),
        ))
    }
}

/// Whether another root could help: a certificate leads to none that is trusted.
fn lacks_trust(error: &Error) -> bool {
    let Error::Refused { rule, reason } = error else { return false };
    match (rule, reason) {
        (Code::SealNoTrust | Code::SealStranger, _) => true,
        (_, Reason::NoLeader(Some(Objection { cause: Cause::NotPassed(findings), .. }))) => {
            findings.iter().any(|finding| matches!(finding.code, Code::ChainNone | Code::ChainUntrustedRoot))
        }
        _ => false,
    }
}

/// A certificate whose issuer is given too only helps on the way to it; the others are the ends of the way.
/// So a directory of root and intermediate CAs has the roots as anchors, and a lone intermediate can be one.
fn sort_into(policy: &mut Policy, given: &[Vec<u8>]) {
    // One that the library can't read leads nowhere.
    let given: Vec<Certificate> = given.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
    for (index, certificate) in given.iter().enumerate() {
        let is_issuer = |other: &Certificate| other.has_issued(certificate);
        if is_issuer(certificate) || !given.iter().any(is_issuer) {
            policy.anchors.extend([certificate.clone()]);
        } else if !given.iter().take(index).any(|earlier| earlier == certificate) {
            policy.material.certificates.push(certificate.der().to_vec());
        }
    }
}

/// The certificates of files, in DER.
pub(crate) fn certificates(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        found.extend(certificates_under(path)?);
    }
    Ok(found)
}

/// The certificates of a file, or of all files in a directory that hold some.
fn certificates_under(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let unreadable = |error| Failure::reading(Exit::Usage, path, &error);
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in fs::read_dir(path).map_err(unreadable)? {
            files.push(entry.map_err(unreadable)?.path());
        }
        files.retain(|file| file.is_file());
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    let mut certificates = Vec::new();
    for file in files {
        // A directory may hold a README beside the certificates.
        certificates.extend(bundle(&input::small(&file, LIMIT)?));
    }
    if certificates.is_empty() {
        let path = plain(&path.display().to_string());
        return Err(Failure::usage(
            format!("Không tìm thấy chứng thư số nào trong {path} (cần PEM, DER hoặc PKCS#7)."),
            format!("No certificate found in {path} (PEM, DER or PKCS#7 is needed)."),
        ));
    }
    Ok(certificates)
}

/// The constraints of one of the policies that come with the library, or of a file.
fn constraints(name: &Path) -> Result<Constraints, Failure> {
    if let Some(known) = name.to_str().and_then(Constraints::built_in) {
        return Ok(known);
    }
    let text = input::small_text(name, LIMIT)?;
    let file = plain(&name.display().to_string());
    Constraints::from_toml(&text).map_err(|error| {
        let Bilingual { vi, en } = toml_fault(&error.to_string());
        Failure::usage(format!("Quy tắc kiểm tra {file} sai: {vi}."), format!("The policy {file} is wrong: {en}."))
    })
}

pub(crate) fn roster(path: &Path) -> Result<Roster, Failure> {
    let file = plain(&path.display().to_string());
    let text = input::small_text(path, LIMIT)?;
    let roster: Roster = toml::from_str(&text).map_err(|error| {
        let Bilingual { vi, en } = toml_fault(&error.to_string());
        Failure::usage(
            format!("Danh sách chứng thư số {file} sai: {vi}."),
            format!("The roster {file} is wrong: {en}."),
        )
    })?;
    for (number, entry) in (1..).zip(&roster.certificates) {
        let digits = entry.sha256.chars().filter(|c| !matches!(c, ':' | ' ')).collect::<String>();
        if digits.len() != 64 || !digits.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Failure::usage(
                format!("Danh sách chứng thư số {file}, mục {number}: sha256 phải có 64 chữ số thập lục phân."),
                format!("The roster {file}, entry {number}: sha256 must have 64 hexadecimal digits."),
            ));
        }
    }
    Ok(roster)
}

#[cfg(test)]
mod tests {
    use kyso::Anchors;
    use kyso_testpki::{KeyType, Profile, TestPki};

    use super::*;

    fn pki() -> TestPki {
        TestPki::new("2026-03-02T03:00:00Z".parse().unwrap()).unwrap()
    }

    fn given(path: PathBuf) -> TrustArguments {
        TrustArguments { trust: vec![path], roster: None, policy: None, store: StoreArgument::default() }
    }

    #[test]
    fn roots_are_anchors_and_intermediates_help() {
        let (pki, dir) = (pki(), tempfile::tempdir().unwrap());
        fs::write(dir.path().join("README"), "no certificate").unwrap();
        fs::write(dir.path().join("root.der"), pki.root_der().unwrap()).unwrap();
        let bundle = pki.issuing_pem().unwrap() + &pki.root_pem().unwrap();
        fs::write(dir.path().join("all.pem"), bundle).unwrap();
        let arguments = given(dir.path().into());
        let policy = arguments.policy(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(policy.anchors, Anchors::read(&pki.root_der().unwrap()).unwrap());
        assert_eq!(policy.material.certificates, [pki.issuing_der().unwrap()]);
    }

    #[test]
    fn a_lone_intermediate_is_an_anchor() {
        let (pki, dir) = (pki(), tempfile::tempdir().unwrap());
        let file = dir.path().join("ca.pem");
        fs::write(&file, pki.issuing_pem().unwrap()).unwrap();
        let arguments = given(file);
        let policy = arguments.policy(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(policy.anchors, Anchors::read(&pki.issuing_der().unwrap()).unwrap());
        assert!(policy.material.certificates.is_empty());
    }

    #[test]
    fn an_empty_directory_and_a_wrong_file_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("x.pem");
        fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        for path in [dir.path().to_owned(), file] {
            let failure = certificates_under(&path).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage);
        }
    }

    #[test]
    fn a_policy_is_known_by_name_or_read_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("policy.toml");
        let text = Constraints::built_in_text("vn-agency").unwrap();
        fs::write(&file, text.replace("clock-tolerance = \"1 minute\"", "clock-tolerance = \"90 s\"")).unwrap();
        assert_eq!(constraints(Path::new("vn-agency")).unwrap().name, "vn-agency");
        assert_eq!(constraints(&file).unwrap().time.clock_tolerance.as_secs(), 90);
        fs::write(&file, text.replace("clock-tolerance", "clock")).unwrap();
        for wrong in [file.as_path(), Path::new("vn-agencies")] {
            assert_eq!(constraints(wrong).unwrap_err().exit, Exit::Usage);
        }
    }

    #[test]
    fn a_roster_is_read_and_its_mistakes_are_told() {
        let (pki, dir) = (pki(), tempfile::tempdir().unwrap());
        let file = dir.path().join("roster.toml");
        let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
        let entry = format!(
            "[[certificate]]\nsha256 = \"{}\"\nrole = \"leader\"\npower = \"KT.\"\nfrom = \"2026-01-01T00:00:00+07:00\"\n",
            leader.fingerprint()
        );
        fs::write(&file, &entry).unwrap();
        assert_eq!(roster(&file).unwrap().certificates.len(), 1);
        for wrong in [
            entry.replace("sha256", "sha"),
            entry.replace("\"leader\"", "\"boss\""),
            entry.replace(&leader.fingerprint(), "ab"),
        ] {
            fs::write(&file, wrong).unwrap();
            assert_eq!(roster(&file).unwrap_err().exit, Exit::Usage);
        }
    }
}
