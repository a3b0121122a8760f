//! What signatures are judged against: the trusted certificates and the agency's roster.

use jiff::Timestamp;
use kyso::pki::Certificate;
use kyso::{Anchors, Constraints, Material, Policy, Roster};

use crate::config::{AgencyConfig, ConfigError, Fault, KeyRole};
use crate::keys::{read, refused};
use crate::token::parse_sha256;

/// The rules, but for the time.
#[derive(Debug)]
pub(crate) struct Trust {
    anchors: Anchors,
    helpers: Vec<Vec<u8>>,
    roster: Roster,
    constraints: Constraints,
}

impl Trust {
    /// Reads the files that the configuration names. Where there is a key for the seal, somebody must be trusted, unless
    /// the configuration goes round that in so many words.
    pub(crate) fn open(config: &AgencyConfig) -> Result<Self, ConfigError> {
        let error = |entry: &str, fault| ConfigError { file: config.file.clone(), entry: entry.into(), fault };
        let mut given = Vec::new();
        for file in &config.trust {
            given.extend(certificates(file).map_err(|fault| error("trust", fault))?);
        }
        let (anchors, helpers) = anchors_and_helpers(&given);
        let roster = roster(config).map_err(|fault| error("roster", fault))?;
        let seals = config.keys.iter().any(|key| key.role == KeyRole::Seal);
        if anchors.is_empty() && roster.certificates.is_empty() {
            if config.dangerous_seal_untrusted {
                tracing::warn!(
                    "dangerous_seal_untrusted: the agency's seal goes over anybody's signature, and what anybody signed and \
                     sealed is issued; whose it is isn't checked"
                );
            } else if seals {
                return Err(error("trust", Fault::NobodyTrusted));
            }
        }
        Ok(Self { anchors, helpers, roster, constraints: constraints(config).map_err(|fault| error("policy", fault))? })
    }

    /// The rules at this time.
    pub(crate) fn policy(&self, time: Timestamp) -> Policy {
        let mut policy = Policy::at(time);
        policy.anchors = self.anchors.clone();
        policy.material = Material { certificates: self.helpers.clone(), ..Material::default() };
        policy.roster = self.roster.clone();
        policy.constraints = self.constraints.clone();
        policy
    }
}

fn certificates(file: &std::path::Path) -> Result<Vec<Certificate>, Fault> {
    Certificate::read_all(&read(file)?).map_err(|error| refused(file, error))
}

/// A certificate whose issuer is given too only helps on the way to it; the others are the ends of the way. So an
/// issuing CA beside its root is no anchor, and alone it is one.
fn anchors_and_helpers(given: &[Certificate]) -> (Anchors, Vec<Vec<u8>>) {
    let is_helper = |certificate: &&Certificate| {
        !certificate.is_self_issued() && given.iter().any(|other| other.subject() == certificate.issuer())
    };
    let (helpers, anchors): (Vec<_>, Vec<_>) = given.iter().partition(is_helper);
    (anchors.into_iter().cloned().collect(), helpers.into_iter().map(|one| one.der().to_vec()).collect())
}

fn constraints(config: &AgencyConfig) -> Result<Constraints, Fault> {
    let Some(name) = &config.policy else { return Ok(Constraints::default()) };
    if let Some(known) = name.to_str().and_then(Constraints::built_in) {
        return Ok(known);
    }
    let text =
        String::from_utf8(read(name)?).map_err(|error| Fault::Malformed(format!("{}: {error}", name.display())))?;
    Constraints::from_toml(&text).map_err(|error| refused(name, error))
}

fn roster(config: &AgencyConfig) -> Result<Roster, Fault> {
    let Some(file) = &config.roster else { return Ok(Roster::default()) };
    let roster: Roster = toml::from_slice(&read(file)?)
        .map_err(|malformed| Fault::Malformed(format!("{}: {malformed}", file.display()).trim_end().to_owned()))?;
    for entry in &roster.certificates {
        let digits: String = entry.sha256.chars().filter(|letter| !matches!(letter, ':' | ' ')).collect();
        if parse_sha256(&digits).is_none() {
            return Err(Fault::Malformed(format!("{}: sha256 = \"{}\"", file.display(), entry.sha256)));
        }
    }
    Ok(roster)
}

#[cfg(test)]
mod tests {
    use kyso_testpki::TestPki;

    use super::*;

    #[test]
    fn roots_are_anchors_and_an_issuing_authority_helps_unless_it_is_alone() {
        let pki = TestPki::new("2026-03-02T03:00:00Z".parse().unwrap()).unwrap();
        let (root, issuing) = (pki.root_der().unwrap(), pki.issuing_der().unwrap());
        let parse = |ders: &[&Vec<u8>]| ders.iter().map(|der| Certificate::parse(der).unwrap()).collect::<Vec<_>>();
        let both = anchors_and_helpers(&parse(&[&issuing, &root]));
        assert_eq!(both, (parse(&[&root]).into_iter().collect(), vec![issuing.clone()]));
        assert_eq!(anchors_and_helpers(&parse(&[&issuing])), (parse(&[&issuing]).into_iter().collect(), vec![]));
    }
}
