//! Every key type × digest × padding signs, and the `openssl` command agrees that it verifies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kyso::ToBeSigned;
use kyso::cms::signed_data::{self, SignedData, Trailing};
use kyso::crypto::{DigestAlgorithm, SignatureAlgorithm};
use kyso::error::{Parameter, Reason};
use kyso::pki::Certificate;
use kyso::{Error, PrivateKeySigner, SignatureValue, Signer};
use kyso_testpki::{KeyType, KeyUsage, Profile, TestPki};

use crate::common::{now, signer};

const DOCUMENT: &[u8] = b"the bytes of the document, but for the hole";
const DIGESTS: [DigestAlgorithm; 3] = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];

fn pki() -> TestPki {
    TestPki::new(now()).unwrap()
}

fn prepare(signer: &PrivateKeySigner, digest: DigestAlgorithm) -> Result<ToBeSigned, Error> {
    ToBeSigned::new(&digest.digest(DOCUMENT), digest, signer.algorithm(), signer.certificates())
}

fn parsed(ders: &[Vec<u8>]) -> Vec<Certificate> {
    ders.iter().map(|der| Certificate::parse(der).unwrap()).collect()
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn openssl(folder: &Path, arguments: &str) -> Output {
    Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output().expect("the openssl command")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn openssl_verifies_every_key_digest_and_padding() {
    let (pki, folder) = (pki(), folder("matrix"));
    fs::write(folder.join("root.pem"), pki.root_pem().unwrap()).unwrap();
    fs::write(folder.join("document"), DOCUMENT).unwrap();
    let mut checked = 0;
    for key in KeyType::ALL.into_iter().filter(|key| *key != KeyType::Ed25519) {
        let signer = signer(&pki.issue(Profile::leader().key(key)).unwrap());
        let paddings = if matches!(key, KeyType::Rsa(_)) { vec![false, true] } else { vec![false] };
        for (digest, pss) in DIGESTS.iter().flat_map(|digest| paddings.iter().map(move |pss| (*digest, *pss))) {
            let signer = signer.clone().pss(pss).unwrap();
            let to_be_signed = prepare(&signer, digest).unwrap();
            let value = signer.sign(&to_be_signed).unwrap();
            let cms = to_be_signed.assemble(&value).unwrap();
            let most = ToBeSigned::size(digest, signer.algorithm(), signer.certificates()).unwrap();
            assert!(cms.len() <= most && most - cms.len() < 16, "{key:?}: {} of {most}", cms.len());
            fs::write(folder.join("cms.der"), &cms).unwrap();
            let answer = openssl(
                &folder,
                "cms -verify -cades -binary -inform DER -in cms.der -content document -CAfile root.pem -purpose any \
                 -attime 1772420400 -out seen",
            );
            assert!(answer.status.success(), "{key:?} {digest:?} pss {pss}: {}", said(&answer));
            assert_eq!(fs::read(folder.join("seen")).unwrap(), DOCUMENT);
            checked += 1;
        }
    }
    assert_eq!(checked, 3 * 3 * 2 + 3 * 3);
}

/// OpenSSL 3.0's cms knows no Ed25519 (RFC 8419), so its raw verification over the signed attributes judges.
#[test]
fn openssl_verifies_ed25519_over_the_signed_attributes() {
    let (pki, folder) = (pki(), folder("ed25519"));
    let identity = pki.issue(Profile::leader().key(KeyType::Ed25519)).unwrap();
    let signer = signer(&identity);
    let digest = ToBeSigned::default_digest(&signer.certificates()[0], signer.algorithm()).unwrap();
    assert_eq!(digest, DigestAlgorithm::Sha512);
    let to_be_signed = prepare(&signer, digest).unwrap();
    let value = signer.sign(&to_be_signed).unwrap();
    fs::write(folder.join("attributes"), &to_be_signed.signed_attributes).unwrap();
    fs::write(folder.join("value"), &value.0).unwrap();
    fs::write(folder.join("certificate.pem"), identity.certificate_pem().unwrap()).unwrap();
    let answer =
        openssl(&folder, "pkeyutl -verify -rawin -certin -inkey certificate.pem -in attributes -sigfile value");
    assert!(answer.status.success(), "{}", said(&answer));
    let cms = to_be_signed.assemble(&value).unwrap();
    assert_eq!(cms.len(), ToBeSigned::size(digest, signer.algorithm(), signer.certificates()).unwrap());
    for digest in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384] {
        assert!(matches!(prepare(&signer, digest), Err(Error::Parameters { name: Parameter::Digest, .. })));
    }
}

/// EN 319 142-1, 6.3: what a B-B signature holds, and what not; and DER throughout.
#[test]
fn the_cms_is_what_pades_asks_for() {
    let pki = pki();
    let identity = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let mut ders = identity.chain_der.clone();
    ders.push(pki.root_der().unwrap());
    ders.push(identity.chain_der[1].clone());
    let certificates = parsed(&ders);
    let digest = DigestAlgorithm::Sha256;
    let document_digest = digest.digest(DOCUMENT);
    let to_be_signed = ToBeSigned::new(&document_digest, digest, SignatureAlgorithm::Ecdsa, &certificates).unwrap();
    let json = serde_json::to_string(&to_be_signed).unwrap();
    let stored: ToBeSigned = serde_json::from_str(&json).unwrap();
    assert_eq!(stored, to_be_signed);
    assert_eq!(stored.digest, digest.digest(&stored.signed_attributes));
    let value = signer(&identity).sign(&stored).unwrap();
    let mut cms = stored.assemble(&value).unwrap();
    let length = cms.len();
    cms.extend([0; 9]);

    let parsed = SignedData::parse(&cms).unwrap();
    assert_eq!((parsed.length, parsed.trailing), (length, Trailing::Zeros(9)));
    assert_eq!(parsed.content, None);
    let mut without_root = identity.chain_der.clone();
    without_root.sort();
    assert_eq!(parsed.certificates, without_root, "the chain without the root, in DER's order");
    let [signer_info] = parsed.signers.as_slice() else { panic!("one signer") };
    let signed = signer_info.signed_attributes.as_ref().unwrap();
    assert!(signed.is_der_order());
    assert_eq!(signed.list().len(), 3);
    assert_eq!(signed.signing_time().unwrap(), None);
    assert_eq!(signed.message_digest().unwrap(), Some(document_digest));
    assert_eq!(signed.content_type().unwrap().as_deref(), Some("1.2.840.113549.1.7.1"));
    let [reference] = signed.signing_certificate().unwrap().try_into().unwrap();
    assert!(reference.matches(&identity.certificate_der) && !reference.matches(&identity.chain_der[1]));
    assert_eq!(signed.messages().collect::<Vec<_>>(), [stored.signed_attributes.as_slice()]);
}

#[test]
fn a_wrong_value_never_gets_into_a_cms() {
    let pki = pki();
    let one = signer(&pki.issue(Profile::leader().key(KeyType::P256)).unwrap());
    let other = signer(&pki.issue(Profile::seal().key(KeyType::P256)).unwrap());
    let to_be_signed = prepare(&one, DigestAlgorithm::Sha256).unwrap();
    let by_other = other.sign(&to_be_signed).unwrap();
    assert!(matches!(to_be_signed.assemble(&by_other), Err(Error::Signer { .. })));
    assert!(matches!(to_be_signed.assemble(&SignatureValue(Vec::new())), Err(Error::Signer { .. })));
}

#[test]
fn weak_keys_and_wrong_purposes_are_refused() {
    let pki = pki();
    let refused = |profile: Profile| {
        let signer = signer(&pki.issue(profile).unwrap());
        match prepare(&signer, DigestAlgorithm::Sha256) {
            Err(Error::Refused { rule, .. }) => rule.name(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(Profile::leader().key(KeyType::Rsa(1024))), "key.too-weak");
    assert_eq!(
        refused(Profile::leader().key(KeyType::P256).key_usage(KeyUsage::Encipherment)),
        "certificate.key-usage"
    );
    let strong = signer(&pki.issue(Profile::leader()).unwrap());
    for digest in [DigestAlgorithm::Md5, DigestAlgorithm::Sha1, DigestAlgorithm::Sha224] {
        assert!(matches!(prepare(&strong, digest), Err(Error::Parameters { name: Parameter::Digest, .. })));
    }
    let no_certificate = ToBeSigned::size(DigestAlgorithm::Sha256, SignatureAlgorithm::RsaPkcs1v15, &[]);
    assert!(matches!(no_certificate, Err(Error::Parameters { name: Parameter::Certificates, .. })));
    let other_scheme = ToBeSigned::size(DigestAlgorithm::Sha256, SignatureAlgorithm::Ecdsa, strong.certificates());
    assert!(matches!(other_scheme, Err(Error::Parameters { name: Parameter::SignatureAlgorithm, .. })));
}

#[test]
fn keys_open_with_their_passphrase_only() {
    let pki = pki();
    let identity = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let certificate = identity.certificate_pem().unwrap();
    let key = identity.key_pem(Some("mật khẩu")).unwrap();
    let open = |passphrase| PrivateKeySigner::from_pem(key.as_bytes(), passphrase, certificate.as_bytes());
    let message = |result: Result<PrivateKeySigner, Error>| match result {
        Err(Error::Signer { reason }) => reason.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(open(Some("mật khẩu")).is_ok());
    assert!(message(open(None)).contains("needs a password"));
    assert!(message(open(Some("wrong"))).contains("password is wrong"));
    assert!(message(PrivateKeySigner::from_pem(b"rubbish", None, certificate.as_bytes())).contains("no private key"));
    let der = identity.key.private_key_to_der().unwrap();
    let shown = format!("{:?}", PrivateKeySigner::from_pem(&der, None, certificate.as_bytes()).unwrap().clone());
    assert!(shown.contains("PrivateKey(EC prime256v1)"), "{shown}");

    let stranger = pki.issue(Profile::seal().key(KeyType::P256)).unwrap().certificate_pem().unwrap();
    let mismatch = PrivateKeySigner::from_pem(&der, None, stranger.as_bytes());
    assert!(message(mismatch).contains("none of the certificates belongs"));

    let file = identity.pkcs12("mật khẩu").unwrap();
    let signer = PrivateKeySigner::from_pkcs12(&file, "mật khẩu").unwrap();
    assert_eq!(signer.certificates(), parsed(&identity.chain_der));
    assert!(message(PrivateKeySigner::from_pkcs12(&file, "wrong")).contains("password is wrong"));
    assert!(message(PrivateKeySigner::from_pkcs12(&file, "a\0b")).contains("zero byte"));
    assert!(message(PrivateKeySigner::from_pkcs12(&der, "")).contains("no PKCS#12"));
    assert!(matches!(signer.pss(true), Err(Error::Parameters { name: Parameter::Pss, .. })));
}

/// What Windows and older tools write: RC2-40 for the certificates, 3DES for the key, and the traditional PEM forms.
#[test]
fn files_of_older_tools_open() {
    let (pki, folder) = (pki(), folder("older"));
    let identity = pki.issue(Profile::leader()).unwrap();
    fs::write(folder.join("key.pem"), identity.key_pem(None).unwrap()).unwrap();
    fs::write(folder.join("certificate.pem"), identity.certificate_pem().unwrap()).unwrap();
    let made =
        openssl(&folder, "pkcs12 -export -legacy -inkey key.pem -in certificate.pem -passout pass:secret -out old.p12");
    assert!(made.status.success(), "{}", said(&made));
    let file = fs::read(folder.join("old.p12")).unwrap();
    assert_eq!(
        PrivateKeySigner::from_pkcs12(&file, "secret").unwrap().certificates(),
        parsed(std::slice::from_ref(&identity.certificate_der))
    );
    let Err(Error::Signer { reason }) = PrivateKeySigner::from_pkcs12(&file, "wrong") else { panic!("opened") };
    assert_eq!(reason, Reason::WrongPassword);

    let made = openssl(&folder, "rsa -traditional -aes128 -passout pass:secret -in key.pem -out old.pem");
    assert!(made.status.success(), "{}", said(&made));
    let key = fs::read(folder.join("old.pem")).unwrap();
    assert!(key.starts_with(b"-----BEGIN RSA PRIVATE KEY-----"));
    let certificate = fs::read(folder.join("certificate.pem")).unwrap();
    assert!(PrivateKeySigner::from_pem(&key, Some("secret"), &certificate).is_ok());
    assert!(PrivateKeySigner::from_pem(&key, Some("wrong"), &certificate).is_err());
}

/// What `openssl cms` itself writes, in BER with indefinite lengths and split octet strings, is read the same.
#[test]
fn streamed_ber_is_read() {
    let (pki, folder) = (pki(), folder("ber"));
    let identity = pki.issue(Profile::leader()).unwrap();
    fs::write(folder.join("key.pem"), identity.key_pem(None).unwrap()).unwrap();
    fs::write(folder.join("certificate.pem"), identity.certificate_pem().unwrap()).unwrap();
    fs::write(folder.join("document"), vec![b'x'; 20_000]).unwrap();
    let made = openssl(
        &folder,
        "cms -sign -stream -binary -nodetach -in document -signer certificate.pem -inkey key.pem -outform DER -out cms.ber -keyid",
    );
    assert!(made.status.success(), "{}", said(&made));
    let bytes = fs::read(folder.join("cms.ber")).unwrap();
    assert_eq!(bytes[..2], [0x30, 0x80], "indefinite");
    let parsed = SignedData::parse(&bytes).unwrap();
    assert_eq!(parsed.content.unwrap(), vec![b'x'; 20_000]);
    assert_eq!(parsed.trailing, Trailing::None);
    let certificate = Certificate::parse(&identity.certificate_der).unwrap();
    assert!(parsed.signers[0].identifier.matches(&certificate));
    assert!(parsed.signers[0].signed_attributes.as_ref().unwrap().signing_time().unwrap().is_some());
}

/// No cut and no flipped bit makes the reader panic, and errors name a byte.
#[test]
fn damaged_cms_is_an_error_or_another_cms() {
    let pki = pki();
    let signer = signer(&pki.issue(Profile::leader().key(KeyType::P256)).unwrap());
    let to_be_signed = prepare(&signer, DigestAlgorithm::Sha256).unwrap();
    let cms = to_be_signed.assemble(&signer.sign(&to_be_signed).unwrap()).unwrap();
    for length in 0..cms.len() {
        let error = SignedData::parse(&cms[..length]).unwrap_err();
        assert!(matches!(error, Error::Input { offset: Some(_), .. }), "{length}: {error}");
    }
    for at in 0..cms.len() {
        for bit in 0..8 {
            let mut damaged = cms.clone();
            damaged[at] ^= 1 << bit;
            if let Ok(parsed) = SignedData::parse(&damaged) {
                for signer in &parsed.signers {
                    let _ = signer.scheme();
                    let _ = signer.signed_attributes.as_ref().map(|signed| signed.signing_certificate());
                }
                for certificate in &parsed.certificates {
                    let _ = Certificate::parse(certificate);
                }
            }
        }
    }
    assert!(
        signed_data::size(DigestAlgorithm::Sha256, SignatureAlgorithm::Ecdsa, signer.certificates()).unwrap()
            >= cms.len()
    );
}
