//! The rows about time-stamps.

use jiff::SignedDuration;
use kyso_testpki::{Digest, Ess, KeyType, OcspResponder, Profile, Tsa, TsaFault, signature_value};
use kyso_tests::lasting::Lasting;
use kyso_tests::stage::{Facts, Stage, at};

use super::{NO_POE, PASSED, Table, none};

/// Time-stamps that don't hold. The leader's certificate has expired: without them nothing proves when it signed.
pub(super) fn time_stamps(table: &mut Table) {
    let stage = Stage::in_year(2026, Digest::Sha256);
    let facts = Facts::default();
    let (soon, years) = (stage.after(180), at("2030-03-02T03:00:00Z"));
    let known = stage.after(10);
    let good = stage.evidence(known, &facts);
    let basic = stage.basic();
    let value = signature_value(&basic.cms(0)).unwrap();
    let imprint = Digest::Sha256.of(&value).unwrap();
    let later = || stage.policy(years, none());
    let now = || stage.policy(soon, none());
    let mut both = |name: &'static str, clause: &'static str, file: Lasting| {
        let file = file.dss(&good);
        table.row(name, clause, NO_POE, &file, later());
    };
    let other = Lasting::signed(&stage.leader, stage.signed).time_stamp(&stage.tsa, stage.after(1));
    let foreign = Digest::Sha256.of(&signature_value(&other.cms(0)).unwrap()).unwrap();
    let copied = stage.tsa.token(Digest::Sha256, &foreign, stage.after(1)).unwrap();
    both("time-stamp of another file", "5.4.4", basic.clone().token(&copied));
    let request = request(&imprint);
    let faulty = |tsa: &Tsa, fault: Option<&TsaFault>| {
        let answer = tsa.answer(&request, stage.after(1), fault).unwrap();
        basic.clone().token(token_of(&answer))
    };
    both("time-stamp: imprint wrong", "5.4.4", faulty(&stage.tsa, Some(&TsaFault::WrongImprint)));
    both("time-stamp: signature broken", "5.4.4", faulty(&stage.tsa, Some(&TsaFault::BadSignature)));
    both("time-stamp: names another certificate", "5.4.4", faulty(&stage.tsa, Some(&TsaFault::Ess(Ess::Wrong))));
    both("time-stamp: names no certificate", "5.4.4", faulty(&stage.tsa, Some(&TsaFault::Ess(Ess::Missing))));
    let of = |profile: Profile| stage.world.tsa(profile).unwrap();
    let always = (at("2026-01-01T00:00:00Z"), at("2031-01-01T00:00:00Z"));
    let mail = vec!["1.3.6.1.5.5.7.3.4"];
    let no_purpose = of(Profile::tsa().valid(always.0, always.1).extended_key_usage(mail, true));
    both("time-stamp: certificate not for time-stamping", "5.4.4", faulty(&no_purpose, None));
    let expired = of(Profile::tsa().valid(at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z")));
    both("time-stamp: TSA expired at genTime", "5.4.4", faulty(&expired, None));
    let stranger = Stage::in_year(2026, Digest::Sha256);
    both("time-stamp: TSA of strangers", "5.4.4", faulty(&stranger.tsa, None));
    both("time-stamp: SHA-1 imprint", "5.2.8", basic.clone().time_stamp_of(Digest::Sha1, &stage.tsa, stage.after(1)));
    let mut weak = stage.tsa.clone();
    weak.digest = Digest::Sha1;
    both("time-stamp: signed with SHA-1", "5.2.8", basic.clone().time_stamp(&weak, stage.after(1)));
    let future = basic.clone().time_stamp(&stage.tsa, at("2026-12-01T00:00:00Z"));
    table.row("time-stamp of the future, leader in force", "5.4.4", PASSED, &future.dss(&good), now());
    let early = basic.clone().time_stamp(&stage.tsa, at("2026-01-01T00:00:00Z"));
    let newcomer = Profile::leader().key(KeyType::P256).valid(at("2026-02-01T00:00:00Z"), at("2029-01-01T00:00:00Z"));
    let newcomer = stage.world.issue(newcomer).unwrap();
    let too_early = Lasting::signed(&newcomer, stage.signed).time_stamp(&stage.tsa, at("2026-01-15T00:00:00Z"));
    let answer = OcspResponder::new(&stage.world.issuing, &facts.people, stage.world.responder.identity.clone());
    let evidence = stage.with_ocsp(known, &facts, answer.about(&newcomer, known, None).unwrap());
    table.row(
        "time-stamp older than the certificate",
        "5.5.4",
        "TOTAL-FAILED/NOT_YET_VALID",
        &too_early.dss(&evidence),
        now(),
    );
    table.row("time-stamp older than the claimed time", "5.5.4", PASSED, &early.dss(&good), now());
    for (name, hours) in [("claimed seven hours too late", 7), ("claimed seven hours too early", -7)] {
        let claimed = Lasting::signed(&stage.leader, stage.after(hours * 60));
        table.row(name, "5.5.4", PASSED, &claimed.time_stamp(&stage.tsa, stage.after(1)).dss(&good), now());
    }
    let claimed =
        Lasting::signed(&stage.leader, stage.after(-7 * 60)).time_stamp(&stage.tsa, stage.after(1)).dss(&good);
    let mut prompt = now();
    prompt.constraints.time.time_stamp_delay = Some(SignedDuration::from_hours(1));
    let name = "claimed seven hours too early, an hour's delay allowed";
    table.row(name, "5.5.4", "INDETERMINATE/SIG_CONSTRAINTS_FAILURE", &claimed, prompt);
    let two = basic.clone().token(&copied).time_stamp(&stage.tsa, stage.after(2)).dss(&good);
    table.row("a wrong time-stamp beside a right one", "5.5.4", PASSED, &two, later());
    let two = basic.clone().time_stamp(&stage.tsa, stage.after(2)).time_stamp(&stage.tsa, stage.after(1)).dss(&good);
    table.row("two time-stamps: the earlier counts", "5.5.4", PASSED, &two, later());
    let swapped = stage
        .basic()
        .time_stamp(&stage.tsa, stage.after(90))
        .dss(&good)
        .document_time_stamp(&stage.tsa, stage.after(60));
    table.row(
        "signature time-stamp newer than the document's",
        "5.6.3",
        "INDETERMINATE/TIMESTAMP_ORDER_FAILURE",
        &swapped,
        now(),
    );

    let broken = stage.with(&good).document_time_stamp_with(|covered| {
        let mut token = stage.tsa.token(Digest::Sha256, &Digest::Sha256.of(covered).unwrap(), stage.after(60)).unwrap();
        *token.last_mut().unwrap() ^= 1;
        token
    });
    table.row("document time-stamp broken, leader expired", "5.6.3", PASSED, &broken, later());
    let tsa_expired = || stage.policy(at("2032-03-02T03:00:00Z"), none());
    table.row("document time-stamp broken, TSA expired", "5.6.3", NO_POE, &broken, tsa_expired());
    let wrong = stage
        .with(&good)
        .document_time_stamp_with(|_| stage.tsa.token(Digest::Sha256, &imprint, stage.after(60)).unwrap());
    table.row("document time-stamp of other bytes", "5.6.3", PASSED, &wrong, later());
    let bare = stage
        .basic()
        .dss(&good)
        .document_time_stamp_with(|_| stage.tsa.token(Digest::Sha256, &imprint, stage.after(60)).unwrap());
    table.row("document time-stamp of other bytes, no other", "5.6.3", NO_POE, &bare, later());
    let renewed = broken.clone().document_time_stamp(&stage.next_tsa, at("2030-06-01T00:00:00Z"));
    table.row(
        "broken one renewed by a good one",
        "5.6.3",
        PASSED,
        &renewed,
        stage.policy(at("2032-03-02T03:00:00Z"), stage.without_leader(at("2032-03-02T03:00:00Z"), &facts)),
    );
    table.row(
        "contract altered under all of it",
        "5.2.7",
        "TOTAL-FAILED/HASH_FAILURE",
        &stage.kept(&good).altered(),
        later(),
    );
    let spoiled = stage.with(&good);
    let mut cms = spoiled.cms(0);
    let value = signature_value(&cms).unwrap();
    let end = cms.windows(value.len()).position(|window| window == value).unwrap() + value.len();
    cms[end - 1] ^= 1;
    let spoiled = spoiled.with_cms(0, &cms);
    table.row("signature value changed", "5.2.7", "TOTAL-FAILED/SIG_CRYPTO_FAILURE", &spoiled, later());
}

/// TimeStampReq without nonce that asks for certificates.
fn request(imprint: &[u8]) -> Vec<u8> {
    let algorithm = [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];
    let message = [&[0x30, 0x31][..], &algorithm, &[0x04, 0x20], imprint].concat();
    let body = [&[0x02, 0x01, 0x01][..], &message, &[0x01, 0x01, 0xff]].concat();
    [&[0x30, body.len() as u8][..], &body].concat()
}

/// The token of a TimeStampResp that was granted: what stands behind PKIStatusInfo.
fn token_of(answer: &[u8]) -> &[u8] {
    let status = answer.windows(5).position(|window| window == [0x30, 0x03, 0x02, 0x01, 0x00]).expect("granted");
    &answer[status + 5..]
}
