use jiff::SignedDuration;

use super::*;
use crate::crypto::{DigestAlgorithm, KeyKind};
use crate::level::BaselineLevel;
use crate::role::Role;

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// The default with one line changed, which has to be there.
fn changed(from: &str, to: &str) -> Result<Constraints, String> {
    let text = Constraints::built_in_text("default").unwrap();
    assert!(text.contains(from), "{from}");
    Constraints::from_toml(&text.replacen(from, to, 1)).map_err(|error| error.to_string())
}

#[test]
fn what_comes_with_the_library_can_be_read() {
    let names = Constraints::built_in_names().collect::<Vec<_>>();
    assert_eq!(names, ["default", "vn-agency"]);
    for name in names {
        let constraints = Constraints::built_in(name).unwrap();
        assert_eq!(constraints.name, name);
        assert!(constraints.id.starts_with(&format!("urn:kyso:policy:{name}:")), "{}", constraints.id);
    }
    assert!(Constraints::built_in("closed").is_none());
    assert_eq!(Constraints::default(), Constraints::built_in("default").unwrap());
}

#[test]
fn a_digest_is_reliable_before_its_end_only() {
    let constraints = Constraints::default();
    let sha1 = constraints.digest_until(DigestAlgorithm::Sha1);
    assert_eq!(sha1.until(), Some(at("2014-01-01T00:00:00Z")));
    assert!(sha1.holds_at(at("2013-12-31T23:59:59Z")));
    assert!(!sha1.holds_at(at("2014-01-01T00:00:00Z")));
    assert!(constraints.digest_until(DigestAlgorithm::Sha256).holds_at(at("2046-01-01T00:00:00Z")));
    assert!(!constraints.digest_until(DigestAlgorithm::Md5).holds_at(at("1999-01-01T00:00:00Z")));
}

#[test]
fn a_key_has_the_end_of_the_size_below_it() {
    let constraints = Constraints::default();
    let until = |key| constraints.key_until(&key);
    let ec = |bits| KeyKind::Ec { curve: String::new(), bits };
    assert_eq!(until(KeyKind::Rsa { bits: 1023 }), Reliability::Never);
    assert_eq!(until(KeyKind::Rsa { bits: 2047 }), Reliability::Until(at("2014-01-01T00:00:00Z")));
    assert_eq!(until(KeyKind::RsaPss { bits: 2048 }), Reliability::Always);
    assert_eq!(until(ec(224)), Reliability::Until(at("2016-01-01T00:00:00Z")));
    assert_eq!(until(ec(521)), Reliability::Always);
    assert_eq!(until(KeyKind::Ed25519), Reliability::Always);
    assert_eq!(until(KeyKind::Other), Reliability::Never);
}

#[test]
fn the_law_knows_no_dates() {
    let agency = Constraints::built_in("vn-agency").unwrap();
    assert_eq!(agency.digest_until(DigestAlgorithm::Sha1), Reliability::Never);
    assert_eq!(agency.key_until(&KeyKind::Rsa { bits: 1024 }), Reliability::Never);
    assert_eq!(agency.key_until(&KeyKind::Rsa { bits: 2048 }), Reliability::Always);
    assert_eq!(agency.revocation.rule, RevocationRule::WherePublished);
    assert_eq!(agency.signature.minimum_level, Some(BaselineLevel::B));
    assert_eq!(agency.signature.annotation_overlap.verdict, Consequence::Warn);
    assert_eq!(agency.roles.required, [Role::Leader, Role::Seal]);
}

#[test]
fn every_kind_of_value_is_read() {
    let freshness = |word: &str| {
        let changed = changed("signer = \"next-update\"", &format!("signer = \"{word}\"")).unwrap();
        changed.freshness(CertificateKind::Signer)
    };
    assert_eq!(freshness("24 hours"), Freshness::Within(SignedDuration::from_hours(24)));
    assert_eq!(freshness("7 days"), Freshness::Within(SignedDuration::from_hours(7 * 24)));
    assert_eq!(freshness("any"), Freshness::Any);
    let delay = changed("time-stamp-delay = \"any\"", "time-stamp-delay = \"1h\"").unwrap().time.time_stamp_delay;
    assert_eq!(delay, Some(SignedDuration::from_hours(1)));
    let sha1 = |value: &str| {
        let changed = changed("SHA-1 = \"2014-01-01\"", &format!("SHA-1 = {value}")).unwrap();
        changed.digest_until(DigestAlgorithm::Sha1).until().unwrap()
    };
    assert_eq!(sha1("2017-02-23"), at("2017-02-23T00:00:00Z"));
    assert_eq!(sha1("\"2017-02-23T12:00:00+07:00\""), at("2017-02-23T05:00:00Z"));
}

#[test]
fn a_mistake_is_told_with_its_line_and_what_is_allowed() {
    let cases: [(&str, &str, &[&str]); 10] = [
        ("minimum-level", "least-level", &["least-level", "minimum-level"]),
        ("minimum-level = \"any\"", "minimum-level = \"B\"", &["minimum-level = \"B\"", "\"PAdES-B-LTA\""]),
        ("time-stamp = \"optional\"", "", &["[signature]", "missing field `time-stamp`"]),
        ("time-stamp = \"optional\"", "time-stamp = \"maybe\"", &["`optional`, `wanted`, `required`"]),
        ("SHA-1 = \"2014-01-01\"", "SHA-1 = \"soon\"", &["SHA-1", "soon", "\"always\", \"never\", a date"]),
        ("SHA-1 =", "SHA-2 =", &["SHA-2", "`SHA-256`"]),
        ("2048 = \"always\"", "big = \"always\"", &["keys.RSA", "big is no size"]),
        ("rule = \"where-published\"", "rule = \"never\"", &["`where-published` or `always`"]),
        ("signer = \"next-update\"", "signer = \"-1 hours\"", &["\"next-update\", \"any\", a duration"]),
        ("more-than-pages = 2", "more-than-pages = -1", &["more-than-pages"]),
    ];
    for (from, to, expected) in cases {
        let message = changed(from, to).unwrap_err();
        assert!(message.starts_with("policy: TOML parse error at line "), "{message}");
        for words in expected {
            assert!(message.contains(words), "{message}\nlacks {words}");
        }
    }
}
