//! Who acts in the demo: a chairman, an officer at the desk and an agency, with keys and certificates from a throwaway PKI.

use jiff::Timestamp;
use kyso::crypto::hex;
use kyso::{Policy, PrivateKeySigner, Role, RosterEntry};
use kyso_testpki::{Ca, Error, Identity, Profile, TestPki, World};

use super::request::{AGENCY, LEADER, RECEIVER};
use crate::defect::Defect;

const TITLE: &str = "Chủ tịch";
const RECEIVER_TITLE: &str = "Công chức tiếp nhận hồ sơ";
const PROVINCE: &str = "ỦY BAN NHÂN DÂN TỈNH MẪU (THỬ NGHIỆM)";

/// Who acts in the demo.
pub(crate) struct People {
    pub(crate) receiver: PrivateKeySigner,
    pub(crate) leader: PrivateKeySigner,
    pub(crate) seal: PrivateKeySigner,
    /// What their signatures are judged by.
    pub(crate) policy: Policy,
    /// The root, PEM.
    pub(crate) root: String,
    pub(crate) receiver_p12: Vec<u8>,
    pub(crate) leader_p12: Vec<u8>,
    pub(crate) seal_p12: Vec<u8>,
    /// Of all PKCS#12 files.
    pub(crate) password: String,
}

impl People {
    /// Makes keys and certificates, of which no service knows.
    pub(crate) fn appoint(now: Timestamp) -> Result<Self, Defect> {
        let pki = TestPki::new(now)?;
        Self::by(&pki.root, |profile| pki.issue(profile), now)
    }

    /// Makes keys and certificates that name the services of a world.
    pub(crate) fn of_world(world: &World) -> Result<Self, Defect> {
        Self::by(&world.root, |profile| world.issue(profile), world.now())
    }

    /// With certificates that `issue` makes, below this root.
    fn by(root: &Ca, issue: impl Fn(Profile) -> Result<Identity, Error>, now: Timestamp) -> Result<Self, Defect> {
        let of_the_province = |profile: Profile| Profile { locality: "Tỉnh Mẫu".into(), unit: None, ..profile };
        let receiver = Profile::leader().name(RECEIVER).title(Some(RECEIVER_TITLE)).organisation(AGENCY);
        let receiver = issue(of_the_province(receiver))?;
        let leader = Profile::leader().name(LEADER).title(Some(TITLE)).organisation(AGENCY);
        let leader = issue(of_the_province(leader))?;
        let seal = issue(of_the_province(Profile::seal().name(AGENCY).organisation(PROVINCE)))?;

        let mut policy = Policy::at(now);
        policy.anchors.add(&root.der()?)?;
        policy.roster.certificates =
            vec![entry(&receiver, Role::Other), entry(&leader, Role::Leader), entry(&seal, Role::Seal)];
        let password = password()?;
        let receiver_p12 = receiver.pkcs12(&password)?;
        let (leader_p12, seal_p12) = (leader.pkcs12(&password)?, seal.pkcs12(&password)?);
        Ok(Self {
            receiver: PrivateKeySigner::from_pkcs12(&receiver_p12, &password)?,
            leader: PrivateKeySigner::from_pkcs12(&leader_p12, &password)?,
            seal: PrivateKeySigner::from_pkcs12(&seal_p12, &password)?,
            policy,
            root: root.pem()?,
            receiver_p12,
            leader_p12,
            seal_p12,
            password,
        })
    }

    /// The roster as `--roster` takes it.
    pub(crate) fn roster(&self) -> Result<String, Defect> {
        let heading = "# Danh sách chứng thư số THỬ NGHIỆM của kyso demo: ai ký, ai giữ con dấu.\n\n";
        Ok(format!("{heading}{}", toml::to_string(&self.policy.roster)?))
    }
}

fn entry(identity: &Identity, role: Role) -> RosterEntry {
    let mut entry = RosterEntry::new(identity.fingerprint(), role);
    entry.title = match role {
        Role::Leader => Some(TITLE.to_owned()),
        Role::Other => Some(RECEIVER_TITLE.to_owned()),
        _ => None,
    };
    entry.agency = Some(AGENCY.to_owned());
    entry
}

/// Random, though the file that holds it lies beside the keys.
fn password() -> Result<String, Defect> {
    let mut random = [0; 8];
    getrandom::fill(&mut random)?;
    Ok(hex(&random))
}
