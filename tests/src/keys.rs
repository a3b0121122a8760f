//! Throwaway identities, made once a process.

use std::sync::LazyLock;

use jiff::Timestamp;
use kyso::PrivateKeySigner;
use kyso::crypto::SignatureAlgorithm;
use kyso_testpki::{Identity, KeyType, Profile, TestPki};

/// The password of every key file that the tests write.
pub const PASSWORD: &str = "thử nghiệm";

/// The time of the tests: now, cut to seconds, for outside judges look at their own clock.
pub static NOW: LazyLock<Timestamp> =
    LazyLock::new(|| Timestamp::from_second(Timestamp::now().as_second()).expect("a time"));

/// The test PKI.
pub static PKI: LazyLock<TestPki> = LazyLock::new(|| TestPki::new(*NOW).expect("a test PKI"));

/// The leader, with an RSA 2048 key.
pub static LEADER: LazyLock<Identity> = LazyLock::new(|| leader(KeyType::Rsa(2048)));

/// An officer who receives requests.
pub static OFFICER: LazyLock<Identity> =
    LazyLock::new(|| PKI.issue(Profile::leader().name("Lê Thị Mẫu").title(None)).expect("an officer"));

/// The agency, with an RSA 2048 key.
pub static SEAL: LazyLock<Identity> = LazyLock::new(|| PKI.issue(Profile::seal()).expect("a seal"));

/// A leader with a key of this type.
pub fn leader(key: KeyType) -> Identity {
    PKI.issue(Profile::leader().key(key)).expect("a leader")
}

/// A signer in this process for an identity.
pub fn signer(identity: &Identity) -> PrivateKeySigner {
    let p12 = identity.pkcs12(PASSWORD).expect("PKCS#12");
    PrivateKeySigner::from_pkcs12(&p12, PASSWORD).expect("a signer")
}

/// A signer by a scheme: RSA keys sign with PKCS#1 v1.5 unless PSS is asked for.
pub fn signer_with(identity: &Identity, algorithm: SignatureAlgorithm) -> PrivateKeySigner {
    signer(identity).pss(algorithm == SignatureAlgorithm::RsaPss).expect("a scheme")
}
