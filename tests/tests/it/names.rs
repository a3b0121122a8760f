//! Names that issuer and issued write differently (RFC 5280, 7.1): white space, capitals, composed characters, string types.

use kyso::{Indication, Policy, PrivateKeySigner, Report, Role};
use kyso_tests::{keys, shapes, signing};
use openssl::asn1::{Asn1Time, Asn1Type};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509Extension, X509Name, X509NameBuilder};

const ROOT: &str = "Bộ Thử  Nghiệm";
const CA: &str = "Cơ quan chứng thực số";

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn name(text: &str) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid_with_type(Nid::COUNTRYNAME, "VN", Asn1Type::PRINTABLESTRING).unwrap();
    name.append_entry_by_nid_with_type(Nid::COMMONNAME, text, Asn1Type::UTF8STRING).unwrap();
    name.build()
}

/// A CA's or a person's certificate.
struct Made {
    subject: X509Name,
    issuer: X509Name,
    key: PKey<Private>,
    /// How many CAs may stand below; `None` of a person.
    ca: Option<u32>,
    more: Vec<X509Extension>,
}

impl Made {
    fn by(&self, issuer: &PKey<Private>, serial: u32) -> X509 {
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        builder.set_serial_number(&BigNum::from_u32(serial).unwrap().to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(&self.subject).unwrap();
        builder.set_issuer_name(&self.issuer).unwrap();
        builder.set_pubkey(&self.key).unwrap();
        builder.set_not_before(&Asn1Time::from_unix(keys::NOW.as_second() - 3600).unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::from_unix(keys::NOW.as_second() + 86_400).unwrap()).unwrap();
        if let Some(pathlen) = self.ca {
            builder
                .append_extension(BasicConstraints::new().critical().ca().pathlen(pathlen).build().unwrap())
                .unwrap();
            builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap()).unwrap();
        } else {
            let usage = KeyUsage::new().critical().digital_signature().non_repudiation().build().unwrap();
            builder.append_extension(usage).unwrap();
        }
        for extension in &self.more {
            builder.append_extension2(extension).unwrap();
        }
        builder.sign(issuer, MessageDigest::sha256()).unwrap();
        builder.build()
    }
}

/// What differs from an honest path: root, CA, person.
struct Path<'t> {
    /// The root's name as the CA writes it, and the CA's as the person's certificate does.
    root: &'t str,
    ca: &'t str,
    root_pathlen: u32,
    ca_is_ca: bool,
    constraints: Option<&'t str>,
    /// Whether another key of the root's name signed the CA's certificate.
    stranger: bool,
}

fn path<'t>(root: &'t str, ca: &'t str) -> Path<'t> {
    Path { root, ca, root_pathlen: 1, ca_is_ca: true, constraints: None, stranger: false }
}

impl Path<'_> {
    /// The verdict on a file that the person signed.
    fn judged(&self) -> Report {
        let (root_key, ca_key, own_key) = (key(), key(), key());
        let more = |value: &str| {
            #[allow(deprecated, reason = "there is no builder for this extension")]
            let extension = X509Extension::new_nid(None, None, Nid::NAME_CONSTRAINTS, value);
            extension.unwrap()
        };
        let root = Made {
            subject: name(ROOT),
            issuer: name(ROOT),
            key: root_key.clone(),
            ca: Some(self.root_pathlen),
            more: self.constraints.map(more).into_iter().collect(),
        };
        let root = root.by(&root_key, 1);
        let ca = Made {
            subject: name(CA),
            issuer: name(self.root),
            key: ca_key.clone(),
            ca: self.ca_is_ca.then_some(0),
            more: Vec::new(),
        };
        let ca = ca.by(if self.stranger { &own_key } else { &root_key }, 2);
        let own = Made {
            subject: name("Nguyễn Văn Mẫu"),
            issuer: name(self.ca),
            key: own_key.clone(),
            ca: None,
            more: Vec::new(),
        };
        let own = own.by(&ca_key, 3);
        let chain = [own.to_pem().unwrap(), ca.to_pem().unwrap()].concat();
        let signer = PrivateKeySigner::from_pem(&own_key.private_key_to_pem_pkcs8().unwrap(), None, &chain).unwrap();
        let signed = signing::sign(&shapes::plain(), &signing::parameters(Role::Other), &signer);
        let mut policy = Policy::at(*keys::NOW);
        policy.anchors.add(&root.to_der().unwrap()).unwrap();
        kyso::verify(&signed, &policy).unwrap()
    }
}

/// Letters and their marks apart.
fn decomposed(text: &str) -> String {
    text.replace('ộ', "o\u{323}\u{302}")
        .replace('ử', "u\u{31b}\u{309}")
        .replace('ệ', "e\u{323}\u{302}")
        .replace('ơ', "o\u{31b}")
}

#[test]
fn a_name_is_the_same_however_it_is_written() {
    let apart = decomposed(ROOT);
    assert_ne!(apart, ROOT);
    for (root, ca) in [
        (ROOT, CA),
        ("Bộ Thử Nghiệm", CA),
        ("  Bộ   Thử Nghiệm ", "Cơ  quan chứng thực số"),
        ("bộ thử nghiệm", "CƠ QUAN CHỨNG THỰC SỐ"),
        (&apart, CA),
        (ROOT, &decomposed(CA)),
        (&apart.to_uppercase(), &decomposed(CA).to_lowercase()),
        ("Bộ\u{a0}Thử Nghiệm", CA),
    ] {
        let report = path(root, ca).judged();
        let signature = &report.signatures[0];
        assert_eq!(signature.indication, Indication::TotalPassed, "{root:?} {ca:?}: {:#?}", signature.findings);
        assert_eq!(signature.chain.len(), 3);
    }
}

#[test]
fn another_name_is_another() {
    for (root, ca) in [
        ("Bô Thử Nghiệm", CA),
        ("BộThử Nghiệm", CA),
        ("Bộ Thử Nghiệm 2", CA),
        (ROOT, "Co quan chung thuc so"),
        (ROOT, "Cơ quan chứng thực sô"),
    ] {
        let report = path(root, ca).judged();
        assert_eq!(report.signatures[0].indication, Indication::Indeterminate, "{root:?} {ca:?}");
    }
}

/// A name that is written otherwise lifts none of a path's other rules.
#[test]
fn a_path_over_differing_names_keeps_its_rules() {
    let apart = decomposed(ROOT);
    let apart_below = decomposed(CA);
    for (what, path) in [
        ("signed by another key", Path { stranger: true, ..path(&apart, CA) }),
        ("no CA", Path { ca_is_ca: false, ..path(ROOT, &apart_below) }),
        ("more CAs than may be", Path { root_pathlen: 0, ..path(&apart, CA) }),
        ("more CAs than may be, lower down", Path { root_pathlen: 0, ..path(ROOT, &apart_below) }),
        ("constraints on names", Path { constraints: Some("permitted;DNS:example.vn"), ..path(&apart, CA) }),
    ] {
        assert_eq!(path.judged().signatures[0].indication, Indication::Indeterminate, "{what}");
    }
}
