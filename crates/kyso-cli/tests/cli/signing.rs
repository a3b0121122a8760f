//! `kyso sign` and `kyso seal`: roles, pictures, places, refusals.

use kyso_testpki::{KeyType, KeyUsage, Profile};
use serde_json::Value;

use kyso_tests::attacks::base::{self, number::*, text_appearance, text_field};
use kyso_tests::attacks::writer::Update;
use kyso_tests::ward::{BLUE, RED, Ward, in_hours, ring, roster};

const LEADER: &str = "--p12 leader.p12 --pass-file pass.txt";
const SEAL: &str = "--p12 seal.p12 --pass-file pass.txt";
const TRUST: &str = "--trust root.pem --roster roster.toml";

fn report(ward: &Ward, file: &str) -> Value {
    report_by(ward, file, "--roster roster.toml")
}

fn report_by(ward: &Ward, file: &str, roster: &str) -> Value {
    let outcome = ward.run(&format!("verify --format json --trust root.pem {roster} {file}"));
    serde_json::from_str::<Value>(&outcome.stdout).unwrap()[0].clone()
}

fn rectangle(ward: &Ward, file: &str, field: usize) -> Vec<f64> {
    let outcome = ward.run(&format!("inspect --format json {file}")).demand(0);
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    serde_json::from_value(json["fields"][field]["rectangle"].clone()).unwrap()
}

#[test]
fn the_seal_covers_the_left_third_of_the_signature_at_its_real_size() {
    let ward = Ward::new();
    ward.write("chu-ky.png", ring(BLUE));
    ward.write("dau.png", ring(RED));
    let mut arguments = format!("sign ket-qua.pdf -o a.pdf {LEADER} --image chu-ky.png --image-width-mm 22");
    arguments.push_str(" --reason Ký --location Xã");
    let mut line = arguments.split(' ').collect::<Vec<_>>();
    line.extend(["--anchor", "CHỦ TỊCH"]);
    ward.run_with(&line).demand(0).told("✔");
    ward.run(&format!("seal a.pdf -o b.pdf {SEAL} {TRUST} --image dau.png --image-width-mm 36")).demand(0);
    ward.run("verify --trust root.pem b.pdf").demand(0);
    let (signature, seal) = (rectangle(&ward, "b.pdf", 0), rectangle(&ward, "b.pdf", 1));
    let mm = |points: f64| points * 25.4 / 72.0;
    assert!((mm(seal[2]) - 36.0).abs() < 0.1 && (mm(signature[2]) - 22.0).abs() < 0.1, "{signature:?} {seal:?}");
    let covered = (seal[0] + seal[2] - signature[0]) / signature[2];
    assert!((0.28..=0.38).contains(&covered), "{covered}");
}

#[test]
fn pictures_of_the_wrong_kind_are_refused() {
    let ward = Ward::new();
    ward.write("do.png", ring(RED));
    ward.write("khong.png", "không phải PNG");
    let place = "--page 1 --rect 100,100,150,150 --image-width-mm 30";
    ward.run(&format!("sign ket-qua.pdf -o a.pdf {LEADER} {place} --image do.png")).demand(64).told("do.png");
    ward.run(&format!("sign ket-qua.pdf -o a.pdf {LEADER} {place} --image khong.png")).demand(64).told("PNG");
    ward.run(&format!("sign ket-qua.pdf -o a.pdf {LEADER} {place} --image do.png --allow-colour")).demand(0);
    let off_page = "--page 1 --rect 580,100,150,150 --image-width-mm 30 --allow-colour";
    ward.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER} {off_page} --image do.png")).demand(64).told("mép phải");
    ward.run(&format!("sign ket-qua.pdf -o b.pdf {LEADER} --page 9 --rect 1,1,9,9"))
        .demand(64)
        .told("Không có trang 9");
}

#[test]
fn a_seal_needs_a_leaders_signature() {
    let ward = Ward::new();
    let article = "Điều 32 khoản 2 điểm d";
    ward.run(&format!("seal ket-qua.pdf -o a.pdf {SEAL} {TRUST}")).demand(5).told(article);
    ward.run(&format!("seal ket-qua.pdf -o a.pdf {SEAL} {TRUST} --lang en")).demand(5).told("valid leader's signature");

    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.run(&format!("seal da-ky.pdf -o b.pdf {SEAL} {TRUST}")).demand(0);
    ward.write("la.toml", roster(&[(&ward.seal, "seal")]));
    ward.run(&format!("seal da-ky.pdf -o c.pdf {SEAL} --trust root.pem --roster la.toml")).demand(5).told(article);
    ward.run(&format!("seal da-ky.pdf -o c.pdf {LEADER} --trust root.pem")).demand(5).told("cá nhân");
}

#[test]
fn nothing_is_sealed_where_nobody_is_trusted() {
    let ward = Ward::new();
    let stranger = kyso_testpki::TestPki::stranger(jiff::Timestamp::now()).unwrap();
    let stranger = stranger.issue(Profile::leader().key(KeyType::P256)).unwrap();
    ward.write("la.p12", stranger.pkcs12(kyso_tests::ward::PASSWORD).unwrap());
    ward.run("sign ket-qua.pdf -o la.pdf --p12 la.p12 --pass-file pass.txt").demand(0);
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.write("rong.toml", "");
    for more in ["", "--roster rong.toml"] {
        for signed in ["la.pdf", "da-ky.pdf", "ket-qua.pdf"] {
            let outcome = ward.run(&format!("seal {signed} -o x.pdf {SEAL} {more}")).demand(5);
            for way in ["--trust", "--roster", "--allow-untrusted", "--allow-unsigned"] {
                assert!(outcome.stderr.contains(way), "{way} is not in {}", outcome.stderr);
            }
        }
    }
    for trust in ["--trust root.pem", "--roster roster.toml", TRUST] {
        ward.run(&format!("seal la.pdf -o x.pdf {SEAL} {trust}")).demand(5).told("Điều 32");
        assert!(!ward.path("x.pdf").exists());
        ward.run(&format!("seal da-ky.pdf -o {}.pdf {SEAL} {trust}", trust.len())).demand(0);
    }
}

/// Who signed in the receiving officer's field received the request; a citizen's certificate leads to the same roots as a leader's.
#[test]
fn neither_an_officers_nor_a_citizens_signature_is_the_leaders() {
    let ward = Ward::new();
    let receive = |input: &str, output: &str| {
        let officer = format!("--role other --field NguoiTiepNhan {LEADER}");
        ward.run(&format!("sign {input} -o {output} {officer}")).demand(0);
    };
    ward.run("reserve ket-qua.pdf -o mot.pdf --field NguoiTiepNhan --page 1 --rect 60,60,120,50").demand(0);
    receive("mot.pdf", "nhan.pdf");
    for way in ["--trust root.pem", "--roster roster.toml", TRUST, "--allow-untrusted"] {
        let told = ward.run(&format!("seal nhan.pdf -o x.pdf {SEAL} {way}")).demand(5);
        let why = "Chữ ký trong trường NguoiTiepNhan nằm ở chỗ ký dành cho người khác";
        assert!(told.stderr.contains(why), "{way}: {}", told.stderr);
        assert!(!ward.path("x.pdf").exists(), "{way}");
    }
    ward.run(&format!("seal nhan.pdf -o x.pdf {SEAL} --trust root.pem --lang en"))
        .demand(5)
        .told("made in a field that is there for somebody else than the leader");
    // With the leader's own beside it.
    ward.sign("nhan.pdf", "ca-hai.pdf");
    ward.seal("ca-hai.pdf", "dau.pdf");

    // Where there's a field for whoever certifies, it's the one that counts.
    ward.run("reserve mot.pdf -o hai.pdf --field NguoiChungThuc --page 1 --rect 300,60,120,50").demand(0);
    receive("hai.pdf", "hai-nhan.pdf");
    let told = ward.run(&format!("seal hai-nhan.pdf -o x.pdf {SEAL} --trust root.pem")).demand(5);
    assert!(told.stderr.contains("Trường NguoiChungThuc chưa có ai ký"), "{}", told.stderr);
    ward.run(&format!("sign hai-nhan.pdf -o hai-ky.pdf --field NguoiChungThuc {LEADER}")).demand(0);
    ward.seal("hai-ky.pdf", "hai-dau.pdf");

    let citizen = ward.issue("dan.p12", Profile::citizen().key(KeyType::P256));
    ward.run("sign ket-qua.pdf -o dan.pdf --p12 dan.p12 --pass-file pass.txt").demand(0);
    let told = ward.run(&format!("seal dan.pdf -o x.pdf {SEAL} --trust root.pem")).demand(5);
    assert!(told.stderr.contains("không ghi chức vụ, cơ quan nào"), "{}", told.stderr);
    assert!(told.stderr.contains("danh sách của cơ quan (--roster)"), "{}", told.stderr);
    let english = format!("seal dan.pdf -o x.pdf {SEAL} --trust root.pem --lang en");
    ward.run(&english).demand(5).told("enter the certificate in the agency's roster (--roster)");
    assert!(!ward.path("x.pdf").exists());
    // The agency says that this one is a leader.
    ward.write("dan.toml", roster(&[(&citizen, "leader"), (&ward.seal, "seal")]));
    ward.run(&format!("seal dan.pdf -o dan-dau.pdf {SEAL} --trust root.pem --roster dan.toml")).demand(0);
}

/// Roots tell who signed, and a roster who may.
#[test]
fn a_seal_by_names_alone_says_so() {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    let note = ["--trust chỉ cho biết ai đã ký", "--roster"];
    let sealed = |name: &str, more: &str| ward.run(&format!("seal da-ky.pdf -o {name} {SEAL} {more}")).demand(0).stdout;
    let by_names = sealed("a.pdf", "--trust root.pem");
    assert!(note.iter().all(|part| by_names.contains(part)), "{by_names}");
    let english = sealed("b.pdf", "--trust root.pem --lang en");
    assert!(english.contains("--trust tells who signed") && english.contains("--roster"), "{english}");
    assert_eq!(report_by(&ward, "a.pdf", "")["signatures"][0]["role_source"], "certificate");
    for by_roster in ["--roster roster.toml", TRUST] {
        let told = sealed(&format!("{}.pdf", by_roster.len()), by_roster);
        assert!(!told.contains(note[0]), "{by_roster}: {told}");
    }
    assert_eq!(report(&ward, "a.pdf")["signatures"][0]["role_source"], "roster");
}

/// A form of one text field, `buyer`, with this value and these flags.
fn form(value: &str, flags: u32) -> Vec<u8> {
    let field = text_field(value, &format!("/Ff {flags}"));
    Update::new().object(TEXT_FIELD, field).object(TEXT_APPEARANCE, text_appearance(value)).onto(&base::unsigned())
}

/// What its own form requires, nobody can fill in under the seal; nor after a signature, without its signer.
#[test]
fn an_empty_field_that_the_form_requires_is_told_before_anybody_signs_or_seals() {
    let ward = Ward::new();
    // The last three are filled in, not required, or nothing that a person can fill in.
    for (form, is_told) in [(form("", 2), true), (form("Tran", 2), false), (form("", 0), false), (form("", 3), false)] {
        ward.write("don.pdf", form);
        for line in [
            format!("sign don.pdf -o ky.pdf --force {LEADER}"),
            format!("seal ky.pdf -o dau.pdf --force {SEAL} {TRUST}"),
        ] {
            let told = ward.run(&line).demand(0).stderr;
            assert_eq!(told.contains("trường bắt buộc chưa điền (buyer)"), is_told, "{line}: {told}");
        }
        ward.run(&format!("verify dau.pdf {TRUST}")).demand(0);
    }
}

#[test]
fn a_way_round_a_rule_of_sealing_is_told_before_and_after() {
    let ward = Ward::new();
    let unsigned = format!("seal ket-qua.pdf -o a.pdf {SEAL} --allow-unsigned");
    let outcome = ward.run(&unsigned).demand(0);
    assert!(outcome.stderr.contains("Cảnh báo") && outcome.stderr.contains("--allow-unsigned"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("Chưa kiểm tra"), "{}", outcome.stdout);
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    let outcome = ward.run(&format!("seal da-ky.pdf -o b.pdf {SEAL} --allow-untrusted --lang en")).demand(0);
    assert!(outcome.stderr.contains("Warning: --allow-untrusted"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("Not checked: whether the signer's certificate"), "{}", outcome.stdout);
    ward.run(&format!("seal ket-qua.pdf -o c.pdf {SEAL} --allow-untrusted")).demand(5).told("Điều 32");
    ward.run(&format!("{unsigned} --allow-untrusted")).demand(64);
    let mut changed = ward.read("da-ky.pdf");
    changed[200] ^= 1;
    ward.write("sua.pdf", changed);
    ward.run(&format!("seal sua.pdf -o c.pdf {SEAL} --allow-untrusted")).demand(5);
}

#[test]
fn the_seal_ends_the_document_unless_it_is_kept_open() {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.seal("da-ky.pdf", "khoa.pdf");
    ward.run(&format!("sign khoa.pdf -o x.pdf {LEADER}")).demand(5).told("khóa tài liệu");
    ward.run(&format!("seal da-ky.pdf -o mo.pdf {SEAL} {TRUST} --keep-open")).demand(0);
    ward.sign("mo.pdf", "y.pdf");
    assert_eq!(report(&ward, "mo.pdf")["signatures"][1]["docmdp"], Value::Null);
}

#[test]
fn certificates_that_must_not_sign_are_refused_with_their_reason() {
    let ward = Ward::new();
    let ec = || Profile::leader().key(KeyType::P256);
    ward.issue("het-han.p12", ec().valid(in_hours(-48), in_hours(-24)));
    ward.issue("chua.p12", ec().valid(in_hours(24), in_hours(48)));
    ward.issue("ma-hoa.p12", ec().key_usage(KeyUsage::Encipherment));
    for (key, reason) in [
        ("het-han.p12", "chứng thư số đã hết hạn sử dụng"),
        ("chua.p12", "chứng thư số chưa có hiệu lực"),
        ("ma-hoa.p12", "chứng thư số không được cấp để ký"),
    ] {
        ward.run(&format!("sign ket-qua.pdf -o a.pdf --p12 {key} --pass-file pass.txt")).demand(5).told(reason);
        assert!(!ward.path("a.pdf").exists());
    }
}

#[test]
fn digests_and_schemes_are_chosen() {
    let ward = Ward::new();
    ward.issue("rsa.p12", Profile::leader().key(KeyType::Rsa(2048)));
    ward.issue("ed.p12", Profile::leader().key(KeyType::Ed25519));
    let rsa = "--p12 rsa.p12 --pass-file pass.txt";
    ward.run(&format!("sign ket-qua.pdf -o a.pdf {rsa} --pss --digest sha384")).demand(0);
    let signature = report(&ward, "a.pdf")["signatures"][0].clone();
    assert_eq!(
        (&signature["signature_algorithm"], &signature["digest_algorithm"]),
        (&"RSA-PSS".into(), &"SHA-384".into())
    );
    ward.run(&format!("sign ket-qua.pdf -o b.pdf {rsa} --digest sha512")).demand(0);
    assert_eq!(report(&ward, "b.pdf")["signatures"][0]["signature_algorithm"], "RSA-PKCS1v15");
    ward.run("sign ket-qua.pdf -o c.pdf --p12 ed.p12 --pass-file pass.txt --digest sha256").demand(64).told("digest");
    ward.run(&format!("sign ket-qua.pdf -o c.pdf {LEADER} --pss")).demand(64).told("pss");
    ward.run(&format!("sign ket-qua.pdf -o c.pdf {rsa} --level lta")).demand(64).told("--tsa");
}

#[test]
fn copies_and_attachments_bear_text_only() {
    let ward = Ward::new();
    let mut line = vec!["sign", "ket-qua.pdf", "-o", "sao.pdf", "--p12", "seal.p12", "--pass-file", "pass.txt"];
    line.extend(["--copy", "SAO LỤC", "--agency", "UBND PHƯỜNG THỬ NGHIỆM"]);
    ward.run_with(&line).demand(0);
    let place = rectangle(&ward, "sao.pdf", 0);
    assert!(place[0] > 297.0 && place[1] > 700.0, "top right: {place:?}");
    ward.run(&format!("sign ket-qua.pdf -o pl.pdf {SEAL} --attachment 12/QĐ-UBND")).demand(0);
    ward.run(&format!("sign ket-qua.pdf -o x.pdf {SEAL} --attachment 12 --role leader")).demand(64).told("--role copy");
    ward.run("verify --trust root.pem sao.pdf pl.pdf").demand(0);
}

#[test]
fn a_certification_signature_comes_first() {
    let ward = Ward::new();
    ward.run(&format!("sign ket-qua.pdf -o a.pdf {LEADER} --certify 2")).demand(0);
    assert_eq!(report(&ward, "a.pdf")["signatures"][0]["docmdp"], 2);
    ward.seal("a.pdf", "b.pdf");
    ward.run("verify --trust root.pem b.pdf").demand(0);
    ward.run(&format!("sign a.pdf -o c.pdf {LEADER} --certify 1")).demand(5).told("--certify");
}

/// Of a field that is there already it's told what it is: waiting, signed, of another kind, or no object of its own.
#[test]
fn a_name_that_is_taken_is_told_truly() {
    let ward = Ward::new();
    let key = "--p12 leader.p12 --pass-file pass.txt";
    ward.run("reserve ket-qua.pdf -o cho.pdf --field ChoKy --page 1 --rect 100,100,100,50").demand(0);
    for command in [
        format!("sign cho.pdf {key} --new-field ChoKy"),
        "reserve cho.pdf --field ChoKy --page 1 --rect 300,100,100,50".into(),
    ] {
        let told = ward.run(&format!("{command} -o ra.pdf")).demand(64).told("đang chờ ký").told("(--field)");
        assert!(!told.stderr.contains("không phải trường chữ ký"), "{}", told.stderr);
        ward.run(&format!("{command} -o ra.pdf --lang en"))
            .demand(64)
            .told("waits for its signature")
            .told("(--field)");
    }
    ward.run(&format!("sign cho.pdf -o ky.pdf {key} --field ChoKy")).demand(0);
    let told = ward.run(&format!("sign ky.pdf -o ra.pdf {key} --new-field ChoKy")).demand(64).told("đã được ký");
    assert!(!told.stderr.contains("không phải trường chữ ký"), "{}", told.stderr);
    let form = |field: &str, more: &str| {
        let catalog = format!("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{field}] >> >>");
        let page = format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {more} >>");
        let objects: [&[u8]; 4] = [
            catalog.as_bytes(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page.as_bytes(),
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (ChoKy) /Rect [200 100 340 160] /F 4 /P 3 0 R >>",
        ];
        kyso_testpdfs::file(objects)
    };
    ward.write("chu.pdf", form("4 0 R", "/Annots [4 0 R]"));
    let direct = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (ChoKy) /Rect [200 100 340 160] /F 4 >>";
    ward.write("thang.pdf", form(direct, ""));
    for field in ["--field", "--new-field"] {
        ward.run(&format!("sign chu.pdf -o ra.pdf {key} {field} ChoKy")).demand(64).told("không phải trường chữ ký");
        let told = ward.run(&format!("sign thang.pdf -o ra.pdf {key} {field} ChoKy")).demand(64);
        assert!(told.stderr.contains("không phải đối tượng riêng"), "{}", told.stderr);
    }
}
