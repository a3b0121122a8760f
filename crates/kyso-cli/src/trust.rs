//! Whom the caller trusts: anchors, and the roster of the agency's certificates.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use kyso::pki::Certificate;
use kyso::{Constraints, Policy, Roster};
use openssl::pkcs7::Pkcs7;
use openssl::x509::{X509, X509VerifyResult};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::text::plain;

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
}

impl TrustArguments {
    /// The policy that the arguments describe, at a time.
    pub(crate) fn policy(&self, time: Timestamp) -> Result<Policy, Failure> {
        let mut policy = Policy::at(time);
        let mut given = Vec::new();
        for path in &self.trust {
            given.extend(certificates_under(path)?);
        }
        sort_into(&mut policy, &given)?;
        if let Some(path) = &self.roster {
            policy.roster = roster(path)?;
        }
        if let Some(name) = &self.policy {
            policy.constraints = constraints(name)?;
        }
        Ok(policy)
    }
}

/// A certificate whose issuer is given too only helps on the way to it; the others are the ends of the way.
/// So a directory of root and intermediate CAs has the roots as anchors, and a lone intermediate can be one.
fn sort_into(policy: &mut Policy, given: &[X509]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for certificate in given {
        let der = certificate.to_der().map_err(|error| defect(&error))?;
        if !seen.insert(der.clone()) {
            continue;
        }
        let is_issuer = |other: &X509| other.issued(certificate) == X509VerifyResult::OK;
        if is_issuer(certificate) || !given.iter().any(is_issuer) {
            // One that the library can't read leads nowhere.
            policy.anchors.extend(Certificate::parse(&der));
        } else {
            policy.material.certificates.push(der);
        }
    }
    Ok(())
}

fn defect(error: &openssl::error::ErrorStack) -> Failure {
    Failure::new(Exit::Defect, format!("Lỗi OpenSSL: {error}"), format!("OpenSSL error: {error}"))
}

/// The certificates of files, in DER.
pub(crate) fn certificates(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        found.extend(certificates_under(path)?);
    }
    found.iter().map(|one| one.to_der().map_err(|error| defect(&error))).collect()
}

/// The certificates of a file, or of all files in a directory that hold some.
fn certificates_under(path: &Path) -> Result<Vec<X509>, Failure> {
    let unreadable = |error| Failure::reading(Exit::Usage, path, &error);
    if !path.is_dir() {
        return certificates_of(path)?.ok_or_else(|| holds_none(path));
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        files.push(entry.map_err(unreadable)?.path());
    }
    files.sort();
    let mut certificates = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        // A directory may hold a README beside the certificates.
        certificates.extend(certificates_of(file)?.unwrap_or_default());
    }
    if certificates.is_empty() { Err(holds_none(path)) } else { Ok(certificates) }
}

fn holds_none(path: &Path) -> Failure {
    let path = plain(&path.display().to_string());
    Failure::usage(
        format!("Không tìm thấy chứng thư số nào trong {path} (cần PEM, DER hoặc PKCS#7)."),
        format!("No certificate found in {path} (PEM, DER or PKCS#7 is needed)."),
    )
}

fn certificates_of(path: &Path) -> Result<Option<Vec<X509>>, Failure> {
    let bytes = input::small(path, LIMIT)?;
    let pem = X509::stack_from_pem(&bytes).unwrap_or_default();
    if !pem.is_empty() {
        return Ok(Some(pem));
    }
    if let Ok(certificate) = X509::from_der(&bytes) {
        return Ok(Some(vec![certificate]));
    }
    let Ok(pkcs7) = Pkcs7::from_der(&bytes).or_else(|_| Pkcs7::from_pem(&bytes)) else { return Ok(None) };
    let Some(certificates) = pkcs7.signed().and_then(|signed| signed.certificates()) else { return Ok(None) };
    Ok(Some(certificates.iter().map(ToOwned::to_owned).collect()))
}

/// The constraints of one of the policies that come with the library, or of a file.
fn constraints(name: &Path) -> Result<Constraints, Failure> {
    if let Some(known) = name.to_str().and_then(Constraints::built_in) {
        return Ok(known);
    }
    let text = input::small_text(name, LIMIT)?;
    let file = plain(&name.display().to_string());
    Constraints::from_toml(&text).map_err(|error| {
        Failure::usage(format!("Quy tắc kiểm tra {file} sai: {error}"), format!("The policy {file} is wrong: {error}"))
    })
}

pub(crate) fn roster(path: &Path) -> Result<Roster, Failure> {
    let file = plain(&path.display().to_string());
    let text = input::small_text(path, LIMIT)?;
    let roster: Roster = toml::from_str(&text).map_err(|error| {
        Failure::usage(
            format!("Danh sách chứng thư số {file} sai: {error}"),
            format!("The roster {file} is wrong: {error}"),
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

    #[test]
    fn roots_are_anchors_and_intermediates_help() {
        let (pki, dir) = (pki(), tempfile::tempdir().unwrap());
        fs::write(dir.path().join("README"), "no certificate").unwrap();
        fs::write(dir.path().join("root.der"), pki.root_der().unwrap()).unwrap();
        let bundle = pki.issuing_pem().unwrap() + &pki.root_pem().unwrap();
        fs::write(dir.path().join("all.pem"), bundle).unwrap();
        let arguments = TrustArguments { trust: vec![dir.path().into()], roster: None, policy: None };
        let policy = arguments.policy(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(policy.anchors, Anchors::read(&pki.root_der().unwrap()).unwrap());
        assert_eq!(policy.material.certificates, [pki.issuing_der().unwrap()]);
    }

    #[test]
    fn a_lone_intermediate_is_an_anchor() {
        let (pki, dir) = (pki(), tempfile::tempdir().unwrap());
        let file = dir.path().join("ca.pem");
        fs::write(&file, pki.issuing_pem().unwrap()).unwrap();
        let arguments = TrustArguments { trust: vec![file], roster: None, policy: None };
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
