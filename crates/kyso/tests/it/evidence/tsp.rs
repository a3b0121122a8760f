//! Time-stamp tokens (RFC 3161, RFC 5816).

use jiff::{SignedDuration, Timestamp};
use kyso::asn1::{self, tag, tlv};
use kyso::crypto::DigestAlgorithm;
use kyso::error::{Failed, Service};
use kyso::tsp::{TimeStampRequest, read_response};
use kyso::{Error, TimeStampToken};

use super::authority::Authority;

const DIGEST: DigestAlgorithm = DigestAlgorithm::Sha256;

fn authority(name: &str) -> Authority {
    let authority = Authority::new(name);
    authority.issue("tsa", "tsa_ext", 0x4001);
    authority
}

fn asked() -> TimeStampRequest {
    TimeStampRequest::new(DIGEST, &DIGEST.digest(b"stamped")).with_nonce(&[0xff, 2, 3, 4, 5, 6, 7, 8])
}

fn reply(authority: &Authority, request: &TimeStampRequest) -> Vec<u8> {
    authority.write("request.tsq", request.to_der());
    authority.openssl("ts -reply -config openssl.cnf -section stamp -queryfile request.tsq -out reply.tsr");
    authority.read("reply.tsr")
}

fn why(result: Result<impl Sized, Error>) -> String {
    match result {
        Err(Error::Outside { service: Service::TimeStamp, tried }) => {
            assert_eq!(tried.len(), 1);
            assert!(tried[0].url.is_empty());
            assert!(matches!(&tried[0].why, Failed::TimeStamp(_)), "{tried:?}");
            tried[0].why.to_string()
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("taken"),
    }
}

#[test]
fn what_the_command_stamps_answers_what_was_asked() {
    let authority = authority("tsp-answers");
    let requests = [
        asked(),
        TimeStampRequest { policy: Some("1.3.6.1.4.1.99999.8".into()), ..asked() },
        TimeStampRequest { nonce: None, ..asked() },
        TimeStampRequest::new(DigestAlgorithm::Sha512, &DigestAlgorithm::Sha512.digest(b"stamped")),
    ];
    for request in requests {
        let token = read_response(&reply(&authority, &request)).unwrap();
        let now = token.info().time;
        token.answers(&request, Some(now)).unwrap();
        token.answers(&request, None).unwrap();
        assert_eq!(token.authority().unwrap(), authority.certificate("tsa"));
        assert_eq!(token.certificates().len(), 2);
        let info = token.info();
        assert_eq!(info.accuracy, Some(SignedDuration::from_millis(1500)));
        assert!(info.ordering && info.tsa.is_some() && info.nonce == request.nonce);
        // As it stands in /Contents, with zeros behind.
        let filled = [token.der(), &[0; 100]].concat();
        assert_eq!(TimeStampToken::parse(&filled).unwrap().der(), token.der());
    }
}

#[test]
fn an_answer_to_another_question_is_refused() {
    let authority = authority("tsp-other");
    let request = asked();
    let token = read_response(&reply(&authority, &request)).unwrap();
    let now = token.info().time;
    let refused = |request: TimeStampRequest, now: Option<Timestamp>| why(token.answers(&request, now));
    let other = DIGEST.digest(b"other");
    assert!(refused(TimeStampRequest { imprint: other, ..request.clone() }, None).contains("over other data"));
    let digest = DigestAlgorithm::Sha512;
    assert!(refused(TimeStampRequest { digest, ..request.clone() }, None).contains("over other data"));
    assert!(refused(request.clone().with_nonce(b"another"), None).contains("nonce"));
    let policy = Some("1.3.6.1.4.1.99999.9".into());
    assert!(refused(TimeStampRequest { policy, ..request.clone() }, None).contains("1.3.6.1.4.1.99999.7"));
    let tomorrow = now + SignedDuration::from_hours(24);
    assert!(refused(request.clone(), Some(tomorrow)).contains("clock"));
    assert!(refused(request.clone(), Some(now - SignedDuration::from_hours(24))).contains("clock"));

    let bare = TimeStampRequest { certificates: false, ..request };
    let token = read_response(&reply(&authority, &bare)).unwrap();
    assert!(why(token.answers(&bare, None)).contains("doesn't bring its authority's certificate"));
}

#[test]
fn a_refusal_says_why() {
    let authority = authority("tsp-refusal");
    let request = TimeStampRequest { policy: Some("1.2.3.4".into()), ..asked() };
    let said = why(read_response(&reply(&authority, &request)));
    assert!(said.contains("rejection") && said.contains("unacceptedPolicy"), "{said}");
    for garbage in [&b""[..], b"<html>404</html>", &[0x30, 0x80], &[0x30, 0x03, 0x02, 0x01, 0x00]] {
        assert!(why(read_response(garbage)).contains("isn't a TimeStampResp"));
    }
    let waiting = asn1::sequence(&[asn1::sequence(&[
        asn1::unsigned(3),
        asn1::sequence(&[tlv(tag::UTF8_STRING, b"later\x1b[2J")]),
    ])]);
    let said = why(read_response(&waiting));
    assert!(said.contains("waiting") && said.contains("later") && !said.contains('\x1b'), "{said}");
}

/// A token whose TSTInfo says anything, signed by whomever: `openssl cms`.
fn forge(authority: &Authority, signer: &str, info: &[u8], options: &str) -> TimeStampToken {
    authority.write("info.der", info);
    authority.openssl(&format!(
        "cms -sign -binary -nodetach -in info.der -econtent_type 1.2.840.113549.1.9.16.1.4 -signer {signer}.pem -inkey \
         {signer}.key -outform DER -out token.der {options}"
    ));
    TimeStampToken::parse(&authority.read("token.der")).unwrap()
}

fn info(time: &str, extension: Option<bool>) -> Vec<u8> {
    let request = asked();
    let imprint =
        asn1::sequence(&[kyso::pki::algorithm::write_digest(request.digest), asn1::octet_string(&request.imprint)]);
    let mut fields = vec![
        asn1::unsigned(1),
        asn1::object_identifier("1.3.6.1.4.1.99999.7"),
        imprint,
        asn1::unsigned(77),
        tlv(tag::GENERALIZED_TIME, time.as_bytes()),
        asn1::integer(request.nonce.as_deref().unwrap()),
    ];
    if let Some(critical) = extension {
        let one =
            asn1::sequence(&[asn1::object_identifier("1.2.3.4"), asn1::boolean(critical), asn1::octet_string(&[5, 0])]);
        fields.push(tlv(tag::context(1), &one));
    }
    asn1::sequence(&fields)
}

#[test]
fn an_authority_that_is_none_is_refused() {
    let authority = authority("tsp-forged");
    authority.issue("lax", "lax_tsa", 0x4002);
    authority.issue("busy", "busy_tsa", 0x4003);
    let soon = (authority.certificate("tsa").not_before() + SignedDuration::from_secs(5))
        .strftime("%Y%m%d%H%M%S.25Z")
        .to_string();
    let answers =
        |signer: &str, info: &[u8], options: &str| forge(&authority, signer, info, options).answers(&asked(), None);
    let plain = info(&soon, None);
    answers("tsa", &plain, "-cades").unwrap();
    answers("tsa", &info(&soon, Some(false)), "-cades").unwrap();
    assert!(why(answers("tsa", &info(&soon, Some(true)), "-cades")).contains("critical extension"));
    // Without ESSCertID nothing says whose certificate it was (RFC 3161, 2.4.2).
    assert!(why(answers("tsa", &plain, "")).contains("signing-certificate attribute"));
    for wrong in ["leaf", "lax", "busy"] {
        assert!(why(answers(wrong, &plain, "-cades")).contains("isn't for time-stamping alone"), "{wrong}");
    }
    for time in ["20150101000000Z", "20990101000000Z"] {
        assert!(why(answers("tsa", &info(time, None), "-cades")).contains("validity"), "{time}");
    }
    let two = forge(&authority, "tsa", &plain, "-cades -signer lax.pem -inkey lax.key");
    assert!(why(two.answers(&asked(), None)).contains("exactly one signer"));

    // One byte of the time, of the signature, of the signed attributes.
    let token = forge(&authority, "tsa", &plain, "-cades");
    let time = token.der().windows(4).position(|window| window == b".25Z").unwrap();
    for at in [time + 1, token.der().len() - 4] {
        let mut changed = token.der().to_vec();
        changed[at] ^= 4;
        let changed = TimeStampToken::parse(&changed).unwrap();
        assert!(why(changed.answers(&asked(), None)).contains("signature doesn't hold"));
    }
}
