//! What each gap and each lie in the chain of evidence comes to: the verdict that EN 319 102-1 asks for stands in the
//! row, and tests/golden/long_term.tsv keeps it with the level, the best-signature-time and what was found.
//! `LONG_TERM_OUT=folder` writes the files and the roots that they're judged by.

mod time_stamps;

use std::fmt::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;
use kyso::{Anchors, Finding, Material, Policy, RevocationRule, Severity, SignatureReport};
use kyso_testpki::{
    AuthorityProfile, Ca, CrlEntry, CrlProfile, Digest, Identity, KeyType, OcspFault, Profile, Reason, Scope,
};
use kyso_tests::golden;
use kyso_tests::lasting::Lasting;
use kyso_tests::stage::{Facts, Stage, at};
use serde_json::Value;

/// One file at one time, and what has to be said of the first signature in it.
struct Row {
    name: &'static str,
    clause: &'static str,
    expected: &'static str,
    bytes: Vec<u8>,
    policy: Policy,
}

#[derive(Default)]
struct Table(Vec<Row>);

impl Table {
    fn row(
        &mut self,
        name: &'static str,
        clause: &'static str,
        expected: &'static str,
        file: &Lasting,
        policy: Policy,
    ) {
        self.0.push(Row { name, clause, expected, bytes: file.bytes.clone(), policy });
    }
}

const PASSED: &str = "TOTAL-PASSED";
const TRY_LATER: &str = "INDETERMINATE/TRY_LATER";
const NO_POE: &str = "INDETERMINATE/OUT_OF_BOUNDS_NO_POE";
const NOT_REVOKED: &str = "INDETERMINATE/OUT_OF_BOUNDS_NOT_REVOKED";
const REVOKED_NO_POE: &str = "INDETERMINATE/REVOKED_NO_POE";
const CRYPTO_NO_POE: &str = "INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE";
const ISSUER_NO_POE: &str = "INDETERMINATE/REVOCATION_OUT_OF_BOUNDS_NO_POE";
const NO_CHAIN: &str = "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND";

fn none() -> Material {
    Material::default()
}

/// Levels, right after the signing and after the leader's certificate has expired.
fn levels(table: &mut Table) {
    let stage = Stage::in_year(2026, Digest::Sha256);
    let facts = Facts::default();
    let soon = stage.after(180);
    let fresh = || stage.evidence(soon, &facts);
    let inside = stage.evidence(stage.after(10), &facts);
    let now = |outside: Material| stage.policy(soon, outside);
    table.row("B-B, evidence from outside", "5.3.4", PASSED, &stage.basic(), now(fresh()));
    table.row("B-B, no evidence", "5.2.6.4", TRY_LATER, &stage.basic(), now(none()));
    table.row("B-T, evidence from outside", "5.5.4", PASSED, &stage.stamped(), now(fresh()));
    table.row("B-T, no evidence", "5.5.4", TRY_LATER, &stage.stamped(), now(none()));
    table.row("B-LT", "5.5.4", PASSED, &stage.with(&inside), now(none()));
    let by_crl = stage.evidence_by_crl(stage.after(10), &facts);
    table.row("B-LT by CRL", "5.5.4", PASSED, &stage.with(&by_crl), now(none()));
    table.row("B-LTA", "5.6.3", PASSED, &stage.kept(&inside), now(none()));
    let bare = stage.basic().dss(&inside).document_time_stamp(&stage.tsa, stage.after(60));
    table.row("document time-stamp instead of a signature time-stamp", "5.6.3", PASSED, &bare, now(none()));
    let stamped_only = stage.basic().document_time_stamp(&stage.tsa, stage.after(60));
    table.row("document time-stamp and no DSS", "5.6.3", PASSED, &stamped_only, now(fresh()));
    let before = stage.stamped().document_time_stamp(&stage.tsa, stage.after(60)).dss(&inside);
    table.row("DSS after the document time-stamp", "5.6.3", PASSED, &before, now(none()));
    let twice = stage.kept(&inside).dss(&stage.evidence(stage.after(120), &facts));
    table.row("B-LTA and a DSS after it", "5.6.3", PASSED, &twice, now(none()));

    let next_year = || stage.policy(at("2027-03-02T03:00:00Z"), none());
    table.row("B-LT, a year later", "5.5.4", PASSED, &stage.with(&inside), next_year());
    table.row("B-LTA, a year later", "5.6.3", PASSED, &stage.kept(&inside), next_year());

    let then = at("2030-03-02T03:00:00Z");
    let later = |outside: Material| stage.policy(then, outside);
    let last = || stage.evidence(at("2028-12-30T00:00:00Z"), &facts);
    table.row("B-B, expired, no evidence", "5.2.6.4", NO_POE, &stage.basic(), later(none()));
    table.row("B-B, expired, last evidence from before", "5.2.6.4", NO_POE, &stage.basic(), later(last()));
    table.row("B-T, expired, no evidence", "5.5.4", NO_POE, &stage.stamped(), later(none()));
    table.row("B-T, expired, last evidence from before", "5.5.4", PASSED, &stage.stamped(), later(last()));
    table.row("B-LT, expired", "5.5.4", PASSED, &stage.with(&inside), later(none()));
    table.row("B-LTA, expired", "5.6.3", PASSED, &stage.kept(&inside), later(none()));
    table.row("document time-stamp alone, expired", "5.6.3", PASSED, &bare, later(none()));
    table.row("DSS after the document time-stamp, expired", "5.6.3", PASSED, &before, later(none()));
    let crl_of = |profile: CrlProfile| stage.with_crl(then, &facts, &profile);
    table.row(
        "B-T, expired, CRL from afterwards",
        "5.2.6.4",
        NO_POE,
        &stage.stamped(),
        later(crl_of(CrlProfile::at(then))),
    );
    let keeps = CrlProfile { expired_certs_on_crl: Some(at("2026-01-01T00:00:00Z")), ..CrlProfile::at(then) };
    table.row(
        "B-T, expired, CRL with expiredCertsOnCRL",
        "5.2.6.4",
        PASSED,
        &stage.stamped(),
        later(crl_of(keeps.clone())),
    );
    table.row("B-B, expired, CRL with expiredCertsOnCRL", "5.2.6.4", NOT_REVOKED, &stage.basic(), later(crl_of(keeps)));
    let late = CrlProfile { expired_certs_on_crl: Some(at("2029-06-01T00:00:00Z")), ..CrlProfile::at(then) };
    table.row("B-T, expired, expiredCertsOnCRL too late", "5.2.6.4", NO_POE, &stage.stamped(), later(crl_of(late)));

    let then = at("2032-03-02T03:00:00Z");
    let later = |outside: Material| stage.policy(then, outside);
    table.row("B-LT, TSA expired", "5.5.4", NO_POE, &stage.with(&inside), later(none()));
    table.row("B-LTA, TSA expired", "5.6.3", NO_POE, &stage.kept(&inside), later(none()));
    let renewal = at("2030-06-01T00:00:00Z");
    let renewed = stage.kept(&inside).dss(&stage.evidence(renewal, &facts));
    let renewed = renewed.document_time_stamp(&stage.next_tsa, at("2030-06-01T01:00:00Z"));
    table.row("B-LTA, renewed in time", "5.6.3", PASSED, &renewed, later(none()));
    let bare = stage.kept(&inside).document_time_stamp(&stage.next_tsa, at("2030-06-01T01:00:00Z"));
    table.row("B-LTA, renewed without new evidence", "5.6.3", NO_POE, &bare, later(none()));
    let today = || stage.without_leader(then, &facts);
    table.row("B-LTA, renewed, evidence from outside", "5.6.3", PASSED, &bare, later(today()));
    let too_late = stage.kept(&inside).document_time_stamp(&stage.next_tsa, at("2031-06-01T00:00:00Z"));
    table.row("B-LTA, renewed too late", "5.6.2.4", NO_POE, &too_late, later(stage.evidence(then, &facts)));
}

/// Revocations.
fn revocations(table: &mut Table) {
    let stage = Stage::in_year(2026, Digest::Sha256);
    let soon = stage.after(180);
    let now = |outside: Material| stage.policy(soon, outside);
    let known = stage.after(10);
    let revoked = |time: Timestamp, reason: Option<Reason>| {
        let facts = Facts::default();
        facts.people.revoke(&stage.leader, time, reason);
        facts
    };
    let compromised = Some(Reason::KeyCompromise);
    let yesterday = stage.after(-24 * 60);
    let before = revoked(yesterday, compromised);
    let meanwhile = revoked(stage.after(5), compromised);
    let afterwards = revoked(stage.after(90), Some(Reason::Superseded));
    table.row("B-B, revoked before", "5.2.6.4", REVOKED_NO_POE, &stage.basic(), now(stage.evidence(soon, &before)));
    table.row(
        "B-B, revoked after the claimed time",
        "5.3.4",
        REVOKED_NO_POE,
        &stage.basic(),
        now(stage.evidence(soon, &meanwhile)),
    );
    table.row("B-T, revoked before", "5.5.4", REVOKED_NO_POE, &stage.stamped(), now(stage.evidence(soon, &before)));
    table.row("B-T, revoked after", "5.5.4", PASSED, &stage.stamped(), now(stage.evidence(soon, &meanwhile)));
    let same = revoked(stage.after(1), compromised);
    table.row(
        "B-T, revoked at that very second",
        "5.5.4",
        REVOKED_NO_POE,
        &stage.stamped(),
        now(stage.evidence(soon, &same)),
    );
    table.row(
        "B-LT, revoked before",
        "5.5.4",
        REVOKED_NO_POE,
        &stage.with(&stage.evidence(known, &before)),
        now(none()),
    );
    table.row("B-LT, revoked after", "5.5.4", PASSED, &stage.with(&stage.evidence(known, &meanwhile)), now(none()));
    table.row(
        "B-LTA, revoked before",
        "5.6.3",
        REVOKED_NO_POE,
        &stage.kept(&stage.evidence(known, &before)),
        now(none()),
    );
    table.row("B-LTA, revoked after", "5.6.3", PASSED, &stage.kept(&stage.evidence(known, &meanwhile)), now(none()));
    let good = stage.evidence(known, &Facts::default());
    table.row(
        "B-LTA, news of a revocation after it",
        "5.6.3",
        PASSED,
        &stage.kept(&good),
        now(stage.evidence(soon, &afterwards)),
    );
    table.row(
        "B-LTA, news of a revocation before it",
        "5.5.4",
        REVOKED_NO_POE,
        &stage.kept(&good),
        now(stage.evidence(soon, &before)),
    );
    let mut contradiction = stage.evidence(known, &Facts::default());
    contradiction.merge(stage.evidence_by_crl(known, &before));
    table.row(
        "B-LT, OCSP says good, CRL says revoked",
        "5.2.6.4",
        REVOKED_NO_POE,
        &stage.with(&contradiction),
        now(none()),
    );
    let dated = CrlEntry { invalid_since: Some(yesterday), ..CrlEntry::of(&stage.leader, stage.after(5), compromised) };
    let dated = stage.with_crl(known, &Facts::default(), &CrlProfile::at(known).entries(vec![dated]));
    table.row("B-LT, revoked after, key lost before", "5.5.4", PASSED, &stage.with(&dated), now(none()));
    let years = at("2030-03-02T03:00:00Z");
    table.row(
        "B-LT, revoked after, expired since",
        "5.5.4",
        PASSED,
        &stage.with(&stage.evidence(known, &meanwhile)),
        stage.policy(years, none()),
    );
    table.row(
        "B-LT, revoked before, expired since",
        "5.5.4",
        REVOKED_NO_POE,
        &stage.with(&stage.evidence(known, &before)),
        stage.policy(years, none()),
    );

    let held = |from: Timestamp, until: Option<Timestamp>| {
        let facts = Facts::default();
        facts.people.hold(&stage.leader, from, until);
        facts
    };
    let on_hold = held(yesterday, None);
    table.row(
        "on hold by CRL",
        "5.2.6.4",
        TRY_LATER,
        &stage.with(&stage.evidence_by_crl(known, &on_hold)),
        now(none()),
    );
    table.row("on hold by OCSP", "5.2.6.4", TRY_LATER, &stage.with(&stage.evidence(known, &on_hold)), now(none()));
    let lifted = held(yesterday, Some(stage.after(120)));
    let base = CrlProfile::full(&lifted.people, stage.after(-60));
    let delta = CrlProfile::delta(&lifted.people, stage.after(-60), stage.after(150));
    let with_delta = |delta: &CrlProfile, base: Option<&CrlProfile>| {
        let mut material = stage.without_leader(known, &Facts::default());
        material.crls.extend(base.map(|base| stage.world.issuing.crl(base).unwrap()));
        material.crls.push(stage.world.issuing.crl(delta).unwrap());
        material
    };
    table.row(
        "hold removed by a delta CRL",
        "5.2.6.4",
        PASSED,
        &stage.with(&with_delta(&delta, Some(&base))),
        now(none()),
    );
    table.row("delta CRL without its base", "5.2.6.4", TRY_LATER, &stage.with(&with_delta(&delta, None)), now(none()));
    let other_base = CrlProfile { number: base.number.map(|number| number - 2), ..base.clone() };
    table.row(
        "delta CRL on an older base",
        "5.2.6.4",
        TRY_LATER,
        &stage.with(&with_delta(&delta, Some(&other_base))),
        now(none()),
    );
    let base = CrlProfile::at(stage.after(-26 * 60));
    let delta = CrlProfile::delta(&before.people, stage.after(-26 * 60), known);
    table.row(
        "revoked before by a delta CRL",
        "5.5.4",
        REVOKED_NO_POE,
        &stage.with(&with_delta(&delta, Some(&base))),
        now(none()),
    );
    let released = held(yesterday, Some(stage.after(-60)));
    table.row(
        "hold ended before signing",
        "5.2.6.4",
        PASSED,
        &stage.with(&stage.evidence(known, &released)),
        now(none()),
    );
}

/// Revocations of those above: CA, TSA, responder.
fn authorities(table: &mut Table) {
    let stage = Stage::in_year(2026, Digest::Sha256);
    let soon = stage.after(180);
    let now = |outside: Material| stage.policy(soon, outside);
    let known = stage.after(10);
    let issuing = stage.world.issuing.identity().unwrap();
    let ca_revoked = |time: Timestamp| {
        let facts = Facts::default();
        facts.authorities.revoke(&issuing, time, Some(Reason::CaCompromise));
        facts
    };
    let tsa_revoked = |time: Timestamp, reason: Reason| {
        let facts = Facts::default();
        facts.tsas.revoke(&stage.tsa.identity, time, Some(reason));
        facts
    };
    let before = ca_revoked(stage.after(-24 * 60));
    let after = ca_revoked(stage.after(90));
    table.row(
        "CA revoked before",
        "5.5.4",
        "INDETERMINATE/REVOKED_CA_NO_POE",
        &stage.with(&stage.evidence(known, &before)),
        now(none()),
    );
    let good = stage.evidence(known, &Facts::default());
    table.row("B-LTA, CA revoked after", "5.6.3", PASSED, &stage.kept(&good), now(stage.evidence(soon, &after)));
    let mut missing = good.clone();
    missing.crls.remove(0);
    table.row("no evidence of the CA", "5.2.6.4", TRY_LATER, &stage.with(&missing), now(none()));

    let years = at("2030-03-02T03:00:00Z");
    let before = tsa_revoked(stage.after(-24 * 60), Reason::KeyCompromise);
    let file = stage.kept(&stage.evidence(known, &before));
    table.row("TSA revoked before, leader in force", "5.5.4", PASSED, &file, now(none()));
    table.row("TSA revoked before, leader expired", "5.5.4", NO_POE, &file, stage.policy(years, none()));
    let closed = tsa_revoked(at("2027-01-01T00:00:00Z"), Reason::CessationOfOperation);
    let news = |time: Timestamp, facts: &Facts| stage.without_leader(time, facts);
    table.row(
        "TSA revoked later, nothing proves it older",
        "5.6.3",
        NO_POE,
        &stage.kept(&good),
        stage.policy(years, news(years, &closed)),
    );
    let other = stage.world.tsa(Profile::tsa().valid(at("2026-01-01T00:00:00Z"), at("2035-01-01T00:00:00Z"))).unwrap();
    let saved = stage.with(&good).document_time_stamp(&other, stage.after(60));
    for (name, reason) in
        [("B-LT, TSA superseded later", Reason::Superseded), ("B-LT, TSA's key lost later", Reason::KeyCompromise)]
    {
        let revoked = news(years, &tsa_revoked(at("2027-01-01T00:00:00Z"), reason));
        table.row(name, "5.4.4", NO_POE, &stage.with(&good), stage.policy(years, revoked));
    }
    table.row(
        "TSA revoked later, another TSA's stamp proves it older",
        "5.6.3",
        PASSED,
        &saved,
        stage.policy(years, news(years, &closed)),
    );
    let mut missing = good.clone();
    missing.crls.remove(1);
    table.row("no evidence of the TSA, leader in force", "5.5.4", PASSED, &stage.with(&missing), now(none()));
    let file = stage.basic().document_time_stamp(&stage.tsa, stage.after(60)).dss(&missing);
    table.row("document time-stamp, then a DSS without its TSA's evidence", "5.5.4", PASSED, &file, now(none()));
    table.row(
        "no evidence of the TSA, leader expired",
        "5.5.4",
        NO_POE,
        &stage.with(&missing),
        stage.policy(years, none()),
    );

    let checked = stage.checked_responder();
    let answered = |facts: &Facts| stage.with_ocsp(known, facts, stage.ocsp_by(&checked, known, facts, None));
    let file = |facts: &Facts, list: bool| {
        let mut material = answered(facts);
        material.certificates.push(checked.certificate_der.clone());
        if list {
            // The list is an hour older than the signature: it speaks for the responder, and not for the leader.
            let time = stage.after(-8 * 24 * 60);
            material.crls.push(
                stage
                    .world
                    .issuing
                    .crl(&CrlProfile { next_update: Some(soon), ..CrlProfile::full(&facts.people, time) })
                    .unwrap(),
            );
        }
        stage.with(&material)
    };
    table.row(
        "responder without nocheck, without evidence",
        "5.2.6.4",
        TRY_LATER,
        &file(&Facts::default(), false),
        now(none()),
    );
    table.row(
        "responder without nocheck, with evidence",
        "5.2.6.4",
        PASSED,
        &file(&Facts::default(), true),
        now(none()),
    );
    let lost = Facts::default();
    lost.people.revoke(&checked, stage.after(-9 * 24 * 60), Some(Reason::KeyCompromise));
    let mut material = answered(&lost);
    let entries = lost.people.entries(known);
    let only_it = CrlProfile {
        scope: Some(Scope { reasons: Some(0x40), ..Scope::default() }),
        ..CrlProfile::at(known).entries(entries)
    };
    material.crls.push(stage.world.issuing.crl(&only_it).unwrap());
    table.row("responder revoked", "5.2.6.4", TRY_LATER, &stage.with(&material), now(none()));
}

/// Evidence that is missing, broken, or not about the leader.
fn evidence(table: &mut Table) {
    let stage = Stage::in_year(2026, Digest::Sha256);
    let facts = Facts::default();
    let now = || stage.policy(stage.after(180), none());
    let known = stage.after(10);
    table.row("OCSP answer missing", "5.2.6.4", TRY_LATER, &stage.with(&stage.without_leader(known, &facts)), now());
    let mut faulted = |name, fault: OcspFault, expected| {
        let answer = stage.ocsp(known, &facts, Some(&fault));
        table.row(name, "5.2.6.4", expected, &stage.with(&stage.with_ocsp(known, &facts, answer)), now());
    };
    faulted("OCSP: unknown", OcspFault::Unknown, TRY_LATER);
    faulted("OCSP: tryLater", OcspFault::Status(3), TRY_LATER);
    faulted("OCSP: signature broken", OcspFault::BadSignature, TRY_LATER);
    faulted("OCSP: about another certificate", OcspFault::WrongSerial, TRY_LATER);
    faulted("OCSP: without nextUpdate", OcspFault::NoNextUpdate, PASSED);
    faulted("OCSP: stale", OcspFault::HoursAgo(24 * 8), TRY_LATER);
    faulted("OCSP: from the future", OcspFault::HoursAgo(-24 * 400), TRY_LATER);
    let by = |identity: &Identity| {
        let mut material = stage.with_ocsp(known, &facts, stage.ocsp_by(identity, known, &facts, None));
        material.certificates.push(identity.certificate_der.clone());
        stage.with(&material)
    };
    let plain = stage.world.issue(Profile::seal().key(KeyType::P256)).unwrap();
    table.row("OCSP: responder without OCSPSigning", "5.2.6.4", TRY_LATER, &by(&plain), now());
    table.row("OCSP: responder of another CA", "5.2.6.4", TRY_LATER, &by(&stage.world.tsa_responder.identity), now());
    table.row("OCSP: the CA itself", "5.2.6.4", PASSED, &by(&stage.world.issuing.identity().unwrap()), now());
    let expired = Profile::ocsp_responder().valid(at("2020-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    table.row(
        "OCSP: responder expired",
        "5.2.6.4",
        TRY_LATER,
        &by(&stage.world.issuing.issue(&expired).unwrap()),
        now(),
    );

    responder_that_expired_since(table, &stage);

    let mut listed = |name, expected, profile: CrlProfile| {
        table.row(name, "5.2.6.4", expected, &stage.with(&stage.with_crl(known, &facts, &profile)), now());
    };
    let plain = CrlProfile::at(known);
    let scope = |scope: Scope| plain.clone().scope(scope);
    listed("CRL: indirect", TRY_LATER, scope(Scope { indirect: true, ..Scope::default() }));
    listed("CRL: CA certificates only", TRY_LATER, scope(Scope { only_ca: true, ..Scope::default() }));
    listed("CRL: attribute certificates only", TRY_LATER, scope(Scope { only_attribute: true, ..Scope::default() }));
    listed("CRL: some reasons only", TRY_LATER, scope(Scope { reasons: Some(0x40), ..Scope::default() }));
    listed("CRL: user certificates only", PASSED, scope(Scope { only_user: true, ..Scope::default() }));
    let elsewhere = Some("http://127.0.0.1:1/elsewhere.crl".to_owned());
    listed("CRL: of another distribution point", TRY_LATER, scope(Scope { point: elsewhere, ..Scope::default() }));
    listed(
        "CRL: its own distribution point",
        PASSED,
        scope(Scope { point: stage.world.addresses().crl, ..Scope::default() }),
    );
    listed(
        "CRL: unknown critical extension",
        TRY_LATER,
        CrlProfile { unknown_critical_extension: true, ..plain.clone() },
    );
    listed("CRL: stale", TRY_LATER, CrlProfile::at(stage.after(-8 * 24 * 60)));
    listed("CRL: fresh, from before the signature", PASSED, CrlProfile::at(stage.after(-60)));
    listed("CRL: from the future", TRY_LATER, CrlProfile::at(at("2027-06-01T00:00:00Z")));
    listed(
        "CRL: without AKI and number",
        PASSED,
        CrlProfile { number: None, authority_key_identifier: false, ..plain.clone() },
    );
    listed("CRL: signed with SHA-1", CRYPTO_NO_POE, CrlProfile { digest: Digest::Sha1, ..plain.clone() });
    let signed_by = |ca: &Ca, with: Option<&Ca>| {
        let mut material = stage.without_leader(known, &facts);
        material.crls.push(ca.crl_signed_with(&plain, &with.unwrap_or(ca).key).unwrap());
        material.certificates.push(ca.der().unwrap());
        stage.with(&material)
    };
    let issuing = &stage.world.issuing;
    table.row(
        "CRL: signed by the wrong key",
        "5.2.6.4",
        TRY_LATER,
        &signed_by(issuing, Some(&stage.world.root)),
        now(),
    );
    table.row(
        "CRL: of an impostor of the same name",
        "5.2.6.4",
        TRY_LATER,
        &signed_by(&issuing.impostor().unwrap(), None),
        now(),
    );
    table.row("CRL: of another CA", "5.2.6.4", TRY_LATER, &signed_by(&stage.world.tsa_ca, None), now());
}

/// The answer was right when it was given; by now nothing else vouches for it than a document time-stamp, or a newer one.
fn responder_that_expired_since(table: &mut Table, stage: &Stage) {
    let (facts, known, later) = (Facts::default(), stage.after(10), at("2027-03-02T03:00:00Z"));
    let short = Profile::ocsp_responder().valid(at("2026-01-01T00:00:00Z"), at("2026-06-01T00:00:00Z"));
    let short = stage.world.issuing.issue(&short).unwrap();
    let answered = stage.with_ocsp(known, &facts, stage.ocsp_by(&short, known, &facts, None));
    let (kept, open) = (stage.kept(&answered), stage.with(&answered));
    let policy = |outside| stage.policy(later, outside);
    table.row("OCSP: responder expired since", "5.2.6.4", ISSUER_NO_POE, &open, policy(none()));
    table.row("OCSP: responder expired since, B-LTA", "5.6.2.4", PASSED, &kept, policy(none()));
    let fresh = stage.evidence(later, &facts);
    table.row("OCSP: responder expired since, a newer answer", "5.2.6.4", PASSED, &open, policy(fresh));
}

/// Algorithms that were reliable once, and paths that never held.
fn algorithms_and_paths(table: &mut Table) {
    let old = Stage::in_year(2012, Digest::Sha1);
    let facts = Facts::default();
    let good = old.evidence(old.after(10), &facts);
    let y2014 = at("2014-06-01T00:00:00Z");
    table.row(
        "SHA-1 certificate, in its time",
        "5.2.8",
        PASSED,
        &old.basic(),
        old.policy(old.after(180), good.clone()),
    );
    table.row(
        "SHA-1 certificate, no proof that it's older",
        "5.2.8",
        CRYPTO_NO_POE,
        &old.basic(),
        old.policy(y2014, old.evidence(y2014, &facts)),
    );
    table.row(
        "SHA-1 certificate, a time-stamp of the signature value alone",
        "5.5.4",
        CRYPTO_NO_POE,
        &old.stamped(),
        old.policy(y2014, old.evidence(y2014, &facts)),
    );
    table.row(
        "SHA-1 certificate, a document time-stamp proves it older",
        "5.6.3",
        PASSED,
        &old.kept(&good),
        old.policy(y2014, none()),
    );
    let y2016 = at("2016-03-02T03:00:00Z");
    let sha1 = old.basic().time_stamp_of(Digest::Sha1, &old.tsa, old.after(1)).dss(&good);
    table.row("SHA-1 time-stamp, no proof that it's older", "5.6.3", NO_POE, &sha1, old.policy(y2016, none()));
    let saved = sha1.clone().document_time_stamp(&old.tsa, at("2013-06-01T00:00:00Z"));
    table.row(
        "SHA-1 time-stamp, a document time-stamp proves it older",
        "5.6.3",
        PASSED,
        &saved,
        old.policy(y2016, old.without_leader(y2016, &facts)),
    );
    let late = sha1.document_time_stamp(&old.tsa, y2014);
    table.row(
        "SHA-1 time-stamp, the document time-stamp came too late",
        "5.6.3",
        NO_POE,
        &late,
        old.policy(y2016, old.without_leader(y2016, &facts)),
    );

    let stage = Stage::in_year(2026, Digest::Sha256);
    let good = stage.evidence(stage.after(10), &facts);
    let now = || stage.policy(stage.after(180), none());
    let mut stranger = now();
    stranger.anchors = Anchors::read(&Stage::in_year(2026, Digest::Sha256).world.root.der().unwrap()).unwrap();
    table.row("no trust in the root", "5.2.6", NO_CHAIN, &stage.kept(&good), stranger);
    let by = |identity: &Identity| {
        let answer = kyso_testpki::OcspResponder::new(
            &stage.world.issuing,
            &facts.people,
            stage.world.responder.identity.clone(),
        );
        let evidence = stage.with_ocsp(stage.after(10), &facts, answer.about(identity, stage.after(10), None).unwrap());
        Lasting::signed(identity, stage.signed)
            .time_stamp(&stage.tsa, stage.after(1))
            .dss(&evidence)
            .document_time_stamp(&stage.tsa, stage.after(60))
    };
    let mut narrow = AuthorityProfile::new("CA HẸP", (at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z")));
    narrow.permitted_locality = Some("Tỉnh Khác".into());
    let narrow = stage.world.root.issue_authority(&narrow).unwrap();
    let outside = narrow.issue(&Profile::leader().key(KeyType::P256)).unwrap();
    table.row(
        "name outside the CA's constraints",
        "5.2.6.4",
        "INDETERMINATE/CERTIFICATE_CHAIN_GENERAL_FAILURE",
        &by(&outside),
        now(),
    );
}

/// Content time-stamps, which prove that a signature came after them; and certificates of which nothing is published.
fn proofs_of_the_other_side(table: &mut Table) {
    let stage = Stage::in_year(2026, Digest::Sha256);
    let soon = stage.after(180);
    let file = stage.basic().content_time_stamp(&stage.leader, &stage.tsa, stage.after(-1));
    let revoked = |time: Timestamp| {
        let facts = Facts::default();
        facts.people.revoke(&stage.leader, time, Some(Reason::KeyCompromise));
        stage.policy(soon, stage.evidence(soon, &facts))
    };
    let good = || stage.policy(soon, stage.evidence(soon, &Facts::default()));
    table.row("content time-stamp", "5.3.4", PASSED, &file, good());
    table.row(
        "content time-stamp after the revocation",
        "5.3.4",
        "TOTAL-FAILED/REVOKED",
        &file,
        revoked(stage.after(-60)),
    );
    table.row("content time-stamp before the revocation", "5.3.4", REVOKED_NO_POE, &file, revoked(stage.after(5)));
    let both = file.clone().time_stamp(&stage.tsa, stage.after(1));
    table.row("revoked after both time-stamps", "5.5.4", PASSED, &both, revoked(stage.after(5)));
    let swapped = file.clone().time_stamp(&stage.tsa, stage.after(-30));
    table.row(
        "content time-stamp newer than the signature's",
        "5.5.4",
        "INDETERMINATE/TIMESTAMP_ORDER_FAILURE",
        &swapped,
        good(),
    );
    let late = stage.basic().content_time_stamp(&stage.leader, &stage.tsa, at("2029-06-01T00:00:00Z"));
    let later = stage.policy(at("2030-03-02T03:00:00Z"), stage.evidence(at("2028-12-30T00:00:00Z"), &Facts::default()));
    let renewed = stage.without_leader(at("2029-06-01T00:00:00Z"), &Facts::default());
    let mut later = later;
    later.material.crls = renewed.crls;
    table.row("content time-stamp after the certificate's end", "5.3.4", "TOTAL-FAILED/EXPIRED", &late, later);

    let silent = Profile::leader().key(KeyType::P256).valid(at("2026-01-01T00:00:00Z"), at("2029-01-01T00:00:00Z"));
    let silent = stage.world.issuing.issue(&silent).unwrap();
    let file = Lasting::signed(&silent, stage.signed).time_stamp(&stage.tsa, stage.after(1));
    let file = file.dss(&stage.without_leader(stage.after(10), &Facts::default()));
    table.row("nothing published of the signer", "5.2.6.4", PASSED, &file, stage.policy(soon, none()));
    let mut strict = stage.policy(soon, none());
    strict.constraints.revocation.rule = RevocationRule::Always;
    table.row("nothing published of the signer, and asked for", "5.2.6.4", TRY_LATER, &file, strict);
}

#[test]
fn every_gap_and_every_lie_has_its_verdict() {
    let mut table = Table::default();
    levels(&mut table);
    revocations(&mut table);
    authorities(&mut table);
    evidence(&mut table);
    time_stamps::time_stamps(&mut table);
    algorithms_and_paths(&mut table);
    proofs_of_the_other_side(&mut table);
    assert!(table.0.len() >= 60, "{} rows", table.0.len());

    if let Some(folder) = std::env::var_os("LONG_TERM_OUT").map(PathBuf::from) {
        for (number, row) in table.0.iter().enumerate() {
            std::fs::write(folder.join(format!("{number:03}.pdf")), &row.bytes).unwrap();
            std::fs::write(folder.join(format!("{number:03}.root.der")), row.policy.anchors.certificates()[0].der())
                .unwrap();
        }
    }
    let mut text = String::from("row\tindication\tlevel\tbest-signature-time\tclause\ttime-stamps\tfindings\n");
    let mut wrong = String::new();
    for row in &table.0 {
        let report = kyso::verify(&row.bytes, &row.policy).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        let said = &report.signatures[0];
        let verdict = verdict(&serde_json::to_value(said).unwrap());
        let line = format!(
            "{}\t{verdict}\t{}\t{}\t{}\t{}\t{}",
            row.name,
            serde_json::to_value(said.level).unwrap().as_str().unwrap(),
            said.best_signature_time.map_or("-".into(), |time| time.to_string()),
            row.clause,
            stamps(said, &report.signatures),
            codes(&said.findings),
        );
        if verdict != row.expected {
            writeln!(wrong, "expected {}:\n    {line}", row.expected).unwrap();
        }
        writeln!(text, "{line}").unwrap();
    }
    assert!(wrong.is_empty(), "not what EN 319 102-1 asks for:\n{wrong}\n\n{text}");
    golden::same_text("long_term.tsv", &text);
}

/// INDICATION or INDICATION/SUB_INDICATION.
fn verdict(said: &Value) -> String {
    let indication = said["indication"].as_str().unwrap();
    said["sub_indication"].as_str().map_or(indication.to_owned(), |sub| format!("{indication}/{sub}"))
}

/// Every token's verdict: those inside the signature, then the document time-stamps.
fn stamps(said: &SignatureReport, all: &[SignatureReport]) -> String {
    let inside = said.timestamps.iter().map(|stamp| serde_json::to_value(stamp).unwrap());
    let documents = all.iter().skip(1).map(|signature| serde_json::to_value(signature).unwrap());
    let mut verdicts: Vec<String> =
        inside.map(|stamp| format!("{} {}", stamp["type"].as_str().unwrap(), verdict(&stamp))).collect();
    // Attributes are a SET: which token stands first is chance.
    verdicts.sort();
    verdicts.extend(documents.map(|stamp| format!("document {}", verdict(&stamp))));
    if verdicts.is_empty() { "-".into() } else { verdicts.join(", ") }
}

fn codes(findings: &[Finding]) -> String {
    let mut codes: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.severity != Severity::Info)
        .map(|finding| finding.code.name())
        .collect();
    codes.dedup();
    if codes.is_empty() { "-".into() } else { codes.join(", ") }
}
