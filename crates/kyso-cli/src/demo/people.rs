//! Who acts in the demo: a chairman and an agency, with keys and certificates from a throwaway PKI.

use anyhow::Result;
use jiff::Timestamp;
use kyso::role::Role;
use kyso::sign::signer::PrivateKeySigner;
use kyso::validate::policy::{Policy, Roster, RosterEntry};
use kyso_testpki::{Identity, Profile, TestPki};

use super::result::{AGENCY, LEADER};

const TITLE: &str = "Chủ tịch";
const PROVINCE: &str = "ỦY BAN NHÂN DÂN TỈNH MẪU (THỬ NGHIỆM)";

/// Who acts in the demo.
pub(crate) struct People {
    pub(crate) leader: PrivateKeySigner,
    pub(crate) seal: PrivateKeySigner,
    /// What their signatures are judged by.
    pub(crate) policy: Policy,
    /// The root, PEM.
    pub(crate) root: String,
    pub(crate) leader_p12: Vec<u8>,
    pub(crate) seal_p12: Vec<u8>,
    /// Of both PKCS#12 files.
    pub(crate) password: String,
}

impl People {
    /// Makes keys and certificates.
    pub(crate) fn appoint(now: Timestamp) -> Result<Self> {
        let pki = TestPki::new(now)?;
        let of_the_province = |profile: Profile| Profile { locality: "Tỉnh Mẫu".into(), unit: None, ..profile };
        let leader = Profile::leader().name(LEADER).title(Some(TITLE)).organisation(AGENCY);
        let leader = pki.issue(of_the_province(leader))?;
        let seal = pki.issue(of_the_province(Profile::seal().name(AGENCY).organisation(PROVINCE)))?;

        let mut policy = Policy::at(now);
        policy.anchors.push(pki.root_der()?);
        policy.roster = Roster { certificates: vec![entry(&leader, Role::Leader), entry(&seal, Role::Seal)] };
        let password = password()?;
        let (leader_p12, seal_p12) = (leader.pkcs12(&password)?, seal.pkcs12(&password)?);
        Ok(Self {
            leader: PrivateKeySigner::from_pkcs12(&leader_p12, &password)?,
            seal: PrivateKeySigner::from_pkcs12(&seal_p12, &password)?,
            policy,
            root: pki.root_pem()?,
            leader_p12,
            seal_p12,
            password,
        })
    }

    /// The roster as `--roster` takes it.
    pub(crate) fn roster(&self) -> Result<String> {
        let heading = "# Danh sách chứng thư số THỬ NGHIỆM của kyso demo: ai ký, ai giữ con dấu.\n\n";
        Ok(format!("{heading}{}", toml::to_string(&self.policy.roster)?))
    }
}

fn entry(identity: &Identity, role: Role) -> RosterEntry {
    RosterEntry {
        sha256: identity.fingerprint(),
        role,
        title: (role == Role::Leader).then(|| TITLE.to_owned()),
        power: (role == Role::Leader).then(|| "TM.".to_owned()),
        agency: Some(AGENCY.to_owned()),
        from: None,
        until: None,
    }
}

/// Random, though the file that holds it lies beside the keys.
fn password() -> Result<String> {
    let mut random = [0; 8];
    openssl::rand::rand_bytes(&mut random)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
