//! Levels above B-B: `--level`, `kyso extend`, `kyso renew`, `kyso verify --online`, against services on this machine
//! that are right, down or lying.

use std::time::Duration;

use jiff::Timestamp;
use kyso_testpki::{Digest, Endpoint, Fault, Identity, KeyType, OcspFault, Profile, Server, TsaFault, World, path};
use serde_json::Value;

use kyso_tests::folder::{Outcome, kyso_in as kyso};
use kyso_tests::ward::{PASSWORD, Ward};

const LEADER: &str = "--p12 leader.p12 --pass-file pass.txt";
const SEAL: &str = "--p12 seal.p12 --pass-file pass.txt";
const TRUST: &str = "--trust root.pem";
/// The services that certificates name are on this machine.
const HERE: &str = "--allow-address 127.0.0.1";

/// A ward whose certificates name services that answer.
struct Office {
    ward: Ward,
    world: World,
    leader: Identity,
}

impl Office {
    fn new() -> Self {
        let (ward, world) = (Ward::new(), World::start(Timestamp::now()).unwrap());
        let issue = |name: &str, profile: Profile| {
            let identity = world.issue(profile.key(KeyType::P256)).unwrap();
            ward.write(name, identity.pkcs12(PASSWORD).unwrap());
            identity
        };
        let leader = issue("leader.p12", Profile::leader());
        issue("seal.p12", Profile::seal());
        ward.write("root.pem", world.root.pem().unwrap());
        Self { ward, world, leader }
    }

    fn tsa(&self) -> String {
        format!("--tsa {}", self.world.server.url(path::TSA))
    }

    fn run(&self, arguments: &str) -> Outcome {
        self.ward.run(arguments)
    }

    /// Field, level and verdict of each signature, offline.
    fn verdicts(&self, file: &str) -> Vec<(String, String)> {
        self.world.server.reset_counts();
        let json: Value =
            serde_json::from_str(&self.run(&format!("verify --format json {TRUST} {file}")).stdout).unwrap();
        assert_eq!(self.world.server.total(), 0, "verifying is offline");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let signatures = json[0]["signatures"].as_array().unwrap().iter();
        let people = signatures.filter(|signature| signature["type"] == "signature");
        people.map(|signature| (text(&signature["level"]), text(&signature["indication"]))).collect()
    }
}

fn passed(level: &str) -> (String, String) {
    (level.into(), "TOTAL-PASSED".into())
}

#[test]
fn each_level_is_reached_and_verifies_offline() {
    let office = Office::new();
    let tsa = office.tsa();
    for (level, name) in [("t", "PAdES-B-T"), ("lt", "PAdES-B-LT"), ("lta", "PAdES-B-LTA")] {
        office
            .run(&format!("sign ket-qua.pdf -o {level}.pdf {LEADER} {TRUST} {HERE} {tsa} --level {level}"))
            .demand(0)
            .told(name);
        let verdicts = office.verdicts(&format!("{level}.pdf"));
        assert_eq!(verdicts[0].0, name);
        // A signature at B-T brings no evidence that its certificate isn't revoked.
        assert_eq!(verdicts[0].1, if level == "t" { "INDETERMINATE" } else { "TOTAL-PASSED" }, "{level}");
    }
}

#[test]
fn a_seal_at_lta_raises_the_leaders_signature_too_and_asks_for_each_answer_once() {
    let office = Office::new();
    office.run(&format!("sign ket-qua.pdf -o a.pdf {LEADER}")).demand(0);
    assert_eq!(office.world.server.total(), 0, "level B asks nobody");
    office.run(&format!("seal a.pdf -o b.pdf {SEAL} {TRUST} {HERE} {} --level lta", office.tsa())).demand(0);
    let asked = office.world.server.requests(path::OCSP).into_iter().map(|request| (request.target, request.body));
    let mut asked = asked.collect::<Vec<_>>();
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count, "an OCSP answer was asked for twice");
    for list in [path::ROOT_CRL, path::CRL, path::TSA_CRL] {
        assert!(office.world.server.count(list) <= 1, "{list} was asked for twice");
    }
    assert_eq!(office.verdicts("b.pdf"), [passed("PAdES-B-LTA"), passed("PAdES-B-LTA")]);
}

#[test]
fn a_signed_file_is_extended_and_renewed() {
    let office = Office::new();
    let outside = format!("{TRUST} {HERE} {}", office.tsa());
    office.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER}")).demand(0);
    office.run(&format!("extend b.pdf -o lt.pdf --to lt {outside}")).demand(0).told("PAdES-B-LT");
    office.run(&format!("extend b.pdf -o lta.pdf --to lta {outside}")).demand(0).told("PAdES-B-LTA");
    office.run(&format!("renew lta.pdf -o renewed.pdf {outside}")).demand(0);
    assert_eq!(office.verdicts("lta.pdf"), [passed("PAdES-B-LTA")]);
    assert_eq!(office.verdicts("renewed.pdf"), [passed("PAdES-B-LTA")]);
    let (before, after) = (office.ward.read("lta.pdf"), office.ward.read("renewed.pdf"));
    assert!(after.starts_with(&before) && after.len() > before.len());
    office.run(&format!("renew b.pdf -o x.pdf {outside}")).demand(5);
    office.run(&format!("extend ket-qua.pdf -o x.pdf --to lta {outside}")).demand(5);
    assert!(!office.ward.path("x.pdf").exists());
}

#[test]
fn vri_is_written_where_it_is_asked_for() {
    let office = Office::new();
    let outside = format!("{TRUST} {HERE} {}", office.tsa());
    let sign = format!("sign ket-qua.pdf {LEADER} {outside}");
    office.run(&format!("{sign} -o without.pdf --level lt")).demand(0);
    office.run(&format!("{sign} -o with.pdf --level lt --vri")).demand(0);
    office.run(&format!("extend without.pdf -o extended.pdf --to lta --vri {outside}")).demand(0);
    office.run(&format!("renew extended.pdf -o renewed.pdf --vri {outside}")).demand(0);
    let speaks = |file: &str| contains(&office.ward.read(file), b"/VRI");
    assert!(!speaks("without.pdf") && speaks("with.pdf") && speaks("extended.pdf"));
    for (file, level) in [("with.pdf", "PAdES-B-LT"), ("extended.pdf", "PAdES-B-LTA"), ("renewed.pdf", "PAdES-B-LTA")] {
        assert_eq!(office.verdicts(file), [passed(level)], "{file}");
    }
    office.run(&format!("{sign} -o x.pdf --level t --vri")).demand(64).told("--vri");
    office.run(&format!("sign ket-qua.pdf {LEADER} -o x.pdf --vri")).demand(64).told("--vri");
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Whatever the authority does, the command says which one and why, ends with 6 and writes nothing.
#[test]
fn an_authority_that_fails_leaves_nothing_behind() {
    let office = Office::new();
    office.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER}")).demand(0);
    let before = office.ward.files();
    let (tsa, url) = (office.tsa(), office.world.server.url(path::TSA));
    for (fault, words) in [
        (Fault::Tsa(TsaFault::WrongImprint), "dữ liệu khác"),
        (Fault::Tsa(TsaFault::WrongNonce), "nonce"),
        (Fault::Tsa(TsaFault::BadSignature), "chữ ký"),
        (Fault::Tsa(TsaFault::Rejection(14)), "timeNotAvailable"),
        (Fault::Html, "text/html"),
        (Fault::Huge(1 << 40), "lớn hơn giới hạn"),
        (Fault::Slow(Duration::from_secs(5)), "không trả lời trong 1 giây"),
        (Fault::Status(404), "404"),
    ] {
        office.world.server.fault(path::TSA, Some(fault.clone()));
        let outside = format!("{TRUST} {HERE} {tsa} --timeout 1");
        for command in [
            format!("sign ket-qua.pdf -o x.pdf {LEADER} {outside} --level t"),
            format!("seal b.pdf -o x.pdf {SEAL} {outside} --level lta"),
            format!("extend b.pdf -o x.pdf --to lta {outside}"),
        ] {
            office.run(&command).demand(6).told(words).told(&url).told("Chưa có tệp nào được ghi");
            assert_eq!(office.ward.files(), before, "{command}: {fault:?}");
        }
    }
}

#[test]
fn the_next_authority_is_asked_and_each_ones_fault_is_told() {
    let office = Office::new();
    let (down, other) = (Server::nowhere("/one").unwrap(), Server::nowhere("/two").unwrap());
    let sign = |tsa: &str, file: &str| office.run(&format!("sign ket-qua.pdf -o {file} {LEADER} {tsa} --level t"));
    sign(&format!("--tsa {down} {}", office.tsa()), "a.pdf").demand(0);
    let outcome = sign(&format!("--tsa {down} --tsa {other} --lang en"), "b.pdf").demand(6);
    outcome.told(&down).told(&other).told("no connection").told("add another --tsa");
}

/// A time-stamp that validation would refuse is no time-stamp: nothing is written, or the next authority's is taken, and the
/// file verifies at its level by the same roots.
#[test]
fn an_authority_whose_time_stamps_would_not_verify_is_passed_over() {
    let office = Office::new();
    let bad = format!("--tsa {}", office.world.server.url("/bad"));
    let outside = format!("{TRUST} {HERE}");
    office.run(&format!("sign ket-qua.pdf -o lta.pdf {LEADER} {outside} {} --level lta", office.tsa())).demand(0);
    let tsa = || office.world.tsa(Profile::tsa()).unwrap();
    let ahead = TsaFault::GenTime(Timestamp::now() + Duration::from_secs(600));
    let mut old = tsa();
    old.digest = Digest::Sha1;
    for (authority, fault, words) in [
        (old, None, "SHA-1"),
        (office.world.tsa(Profile::tsa().key(KeyType::Rsa(1024))).unwrap(), None, "RSA"),
        (tsa(), Some(Fault::Tsa(ahead)), "nhanh hơn đồng hồ"),
    ] {
        office.world.server.serve("/bad", Endpoint::TimeStamps(authority));
        office.world.server.fault("/bad", fault);
        let before = office.ward.files();
        for command in [
            format!("sign ket-qua.pdf -o x.pdf {LEADER} {bad} --level t"),
            format!("sign ket-qua.pdf -o x.pdf {LEADER} {outside} {bad} --level t"),
            format!("sign ket-qua.pdf -o x.pdf {LEADER} {outside} {bad} --level lta"),
            format!("renew lta.pdf -o x.pdf {outside} {bad}"),
        ] {
            let outcome = office.run(&command).demand(6);
            assert!(outcome.stderr.to_lowercase().contains(&words.to_lowercase()), "{command}: {}", outcome.stderr);
            outcome.told("/bad").told("Chưa có tệp nào được ghi");
            assert_eq!(office.ward.files(), before, "{command}");
        }
        let both = format!("{bad} {}", office.tsa());
        office.run(&format!("sign ket-qua.pdf -o y.pdf {LEADER} {outside} {both} --level lta")).demand(0);
        assert_eq!(office.verdicts("y.pdf"), [passed("PAdES-B-LTA")]);
        office.run(&format!("renew lta.pdf -o z.pdf {outside} {both}")).demand(0);
        assert_eq!(office.verdicts("z.pdf"), [passed("PAdES-B-LTA")]);
        for file in ["y.pdf", "z.pdf"] {
            std::fs::remove_file(office.ward.path(file)).unwrap();
        }
    }
}

/// The same for evidence; and a directory keeps nothing that was refused.
#[test]
fn evidence_that_would_not_verify_is_passed_over_and_never_kept() {
    let office = Office::new();
    let sign = format!("sign ket-qua.pdf {LEADER} {TRUST} {HERE} {} --level lt --cache kho", office.tsa());
    for fault in [OcspFault::HoursAgo(-1), OcspFault::Unknown, OcspFault::UnknownCriticalExtension] {
        office.world.server.fault(path::OCSP, Some(Fault::Ocsp(fault.clone())));
        office.world.server.fault(path::CRL, Some(Fault::Status(503)));
        office.run(&format!("{sign} -o x.pdf")).demand(6).told(&office.world.server.url(path::OCSP)).told("503");
        assert!(!office.ward.path("x.pdf").exists());
        // The directory had nothing to give: the responder is asked, and its answer is taken.
        office.world.server.fault(path::OCSP, None);
        office.run(&format!("{sign} -o y.pdf")).demand(0);
        assert_eq!(office.verdicts("y.pdf"), [passed("PAdES-B-LT")], "{fault:?}");
        std::fs::remove_file(office.ward.path("y.pdf")).unwrap();
        std::fs::remove_dir_all(office.ward.path("kho")).unwrap();
        // The list serves in its place.
        office.world.server.fault(path::OCSP, Some(Fault::Ocsp(fault.clone())));
        office.world.server.fault(path::CRL, None);
        office.run(&format!("{sign} -o z.pdf")).demand(0);
        assert_eq!(office.verdicts("z.pdf"), [passed("PAdES-B-LT")], "{fault:?}");
        std::fs::remove_file(office.ward.path("z.pdf")).unwrap();
        std::fs::remove_dir_all(office.ward.path("kho")).unwrap();
    }
}

#[test]
fn what_a_level_needs_is_missed_before_anything_is_done() {
    let office = Office::new();
    let tsa = office.tsa();
    let sign = format!("sign ket-qua.pdf -o x.pdf {LEADER}");
    office.run(&format!("{sign} --level t")).demand(64).told("--tsa");
    office.run(&format!("{sign} --level lt {tsa}")).demand(64).told("--trust");
    office.run(&format!("{sign} --level lta {tsa} --lang en")).demand(64).told("add --trust ROOT");
    office.run("extend ket-qua.pdf -o x.pdf --to lta --trust root.pem").demand(64).told("--tsa");
    office.run(&format!("extend ket-qua.pdf -o x.pdf --to lt {tsa}")).demand(64).told("--trust");
    office.run(&format!("{sign} --level t --tsa ftp://x")).demand(64).told("http hoặc https");
    office.run(&format!("{sign} --level t --tsa http://ai:matkhau@x")).demand(64).told("--tsa-user");
    office.run(&format!("{sign} --level t {tsa} --tsa-user ai")).demand(64).told("--tsa-pass-file");
    office.run(&format!("{sign} --level t {tsa} --tsa-policy abc")).demand(64).told("1.3.6");
    office.run(&format!("{sign} --level t {tsa} --allow-address localhost")).demand(64).told("10.0.0.0/8");
    office.run(&format!("{sign} --level t {tsa} --timeout 0")).demand(64);
    assert_eq!(office.world.server.total(), 0);
    assert!(!office.ward.path("x.pdf").exists());
}

/// Addresses in certificates lead to no inner service unless that's allowed: nothing is sent there.
#[test]
fn a_certificate_leads_nobody_to_this_machine() {
    let office = Office::new();
    let tsa = office.tsa();
    let outcome = office.run(&format!("sign ket-qua.pdf -o x.pdf {LEADER} {TRUST} {tsa} --level lt")).demand(6);
    outcome.told("--allow-address 127.0.0.1").told("là chính máy này");
    let asked = office.world.server.total() - office.world.server.count(path::TSA);
    assert_eq!(asked, 0);
    assert!(!office.ward.path("x.pdf").exists());
    office.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER}")).demand(0);
    office.world.server.reset_counts();
    office.run(&format!("verify --online {TRUST} b.pdf")).demand(2).told("--allow-address 127.0.0.1");
    assert_eq!(office.world.server.total(), 0);
}

#[test]
fn verifying_online_fetches_what_is_missing() {
    let office = Office::new();
    office.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER}")).demand(0);
    office.run(&format!("verify {TRUST} b.pdf")).demand(2);
    assert_eq!(office.world.server.total(), 0);
    office.run(&format!("verify --online {TRUST} {HERE} b.pdf")).demand(0);
    assert!(office.world.server.total() > 0);

    office.world.register.revoke(&office.leader, Timestamp::now() - Duration::from_secs(3600), None);
    let json = office.run(&format!("verify --online --format json {TRUST} {HERE} b.pdf")).demand(2).stdout;
    assert!(json.contains("REVOKED"), "{json}");
}

#[test]
fn a_responder_that_fails_is_told_and_a_list_serves_in_its_place() {
    let office = Office::new();
    office.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER}")).demand(0);
    office.world.server.fault(path::OCSP, Some(Fault::Ocsp(OcspFault::Status(3))));
    office.run(&format!("verify --online {TRUST} {HERE} b.pdf")).demand(0);
    office.world.server.fault(path::CRL, Some(Fault::Status(500)));
    office.run(&format!("verify --online {TRUST} {HERE} b.pdf")).demand(2).told("tryLater").told("500");
}

#[test]
fn a_directory_keeps_what_was_fetched() {
    let office = Office::new();
    office.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER}")).demand(0);
    let verify = format!("verify --online {TRUST} {HERE} --cache kho b.pdf");
    office.run(&verify).demand(0);
    office.world.server.reset_counts();
    office.run(&verify).demand(0);
    assert_eq!(office.world.server.total(), 0);
}

#[test]
fn an_authority_knows_its_user_and_the_others_dont() {
    let office = Office::new();
    office.ward.write("tsa.txt", "mật khẩu TSA\n");
    let login = "--tsa-user phường --tsa-pass-file tsa.txt";
    let sign = |tsa: &str, file: &str| office.run(&format!("sign ket-qua.pdf -o {file} {LEADER} {tsa} --level t"));
    sign(&format!("{} {login}", office.tsa()), "a.pdf").demand(0);
    let requests = office.world.server.requests(path::TSA);
    assert!(requests[0].header("authorization").is_some_and(|value| value.starts_with("Basic ")));
    office.world.server.reset_counts();
    let down = Server::nowhere("/one").unwrap();
    sign(&format!("--tsa {down} {} {login}", office.tsa()), "b.pdf").demand(0);
    assert_eq!(office.world.server.requests(path::TSA)[0].header("authorization"), None);
}

#[test]
fn a_proxy_is_asked_and_its_password_is_never_shown() {
    let office = Office::new();
    let line = format!("sign ket-qua.pdf -o x.pdf {LEADER} {} --level t --timeout 5", office.tsa());
    let directory = office.ward.path("");
    let with = |proxy: &str| {
        let mut command = kyso(&directory);
        Outcome::of(command.env("KYSO_PROXY", proxy).args(line.split_whitespace()))
    };
    let outcome = with("http://ai:matkhau@:99999").demand(64).told("KYSO_PROXY");
    assert!(!outcome.stderr.contains("matkhau"), "{}", outcome.stderr);
    // Nobody listens there: the authority itself isn't asked instead.
    let nowhere = Server::nowhere("").unwrap().replace("http://", "http://ai:matkhau@");
    let outcome = with(&nowhere).demand(6);
    assert!(!outcome.stderr.contains("matkhau"), "{}", outcome.stderr);
    assert_eq!(office.world.server.total(), 0);
    let mut help = kyso(&directory);
    let outcome = Outcome::of(help.env("KYSO_PROXY", "http://ai:matkhau@p").args(["sign", "--help"])).demand(0);
    assert!(!outcome.stdout.contains("matkhau"));
}

/// Where nobody sees a bar, a line says whom the command waits for.
#[test]
fn who_is_waited_for_is_said_in_a_log_too() {
    let office = Office::new();
    office.world.server.fault_times(path::TSA, Fault::Slow(Duration::from_secs(5)), 1);
    let arguments = format!("sign ket-qua.pdf -o t.pdf {LEADER} {TRUST} {} --level t", office.tsa());
    let url = office.world.server.url(path::TSA);
    let told = office.run(&arguments).demand(0);
    assert_eq!(told.stderr.matches(&format!("Đang chờ {url}")).count(), 1, "{}", told.stderr);
    // Whoever answers at once isn't named.
    let told = office.run(&format!("{arguments} --force")).demand(0);
    assert_eq!(told.stderr, "");
}

#[test]
fn a_password_in_an_address_is_never_printed() {
    let office = Office::new();
    for url in [
        "http://ai:bi-mat@127.0.0.1:1/tsa",
        "ftp://ai:bi-mat@127.0.0.1/tsa?k=bi-mat",
        "http://127.0.0.1:1/tsa?k=bi-mat",
    ] {
        for language in ["vi", "en"] {
            let sign = format!(
                "sign ket-qua.pdf -o t.pdf {LEADER} {TRUST} --level t --timeout 1 --lang {language} --tsa {url}"
            );
            let told = office.run(&sign);
            assert!(told.code == Some(64) || told.code == Some(6), "{told:?}");
            assert!(!format!("{told:?}").contains("bi-mat"), "{told:?}");
        }
    }
}
