//! `kyso register issue`: what goes round a check has a name, and the register keeps it.

use jiff::Timestamp;
use kyso::steps::{SigningKey, embed};
use kyso::{Document, FieldToReserve, Place, Rectangle, Signatory, SignatureParameters, Signer as _};
use kyso_tests::attacks::base::{self, number::*, text_appearance, text_field};
use kyso_tests::attacks::writer::Update;
use kyso_tests::ward::{AGENCY, BLUE, Ward, request, ring};
use kyso_tests::{keys, shapes};

/// A ward with a register and a prepared result of the one-stop desk, `ket.pdf`.
fn office() -> Ward {
    let ward = Ward::new();
    ward.write("agency.toml", AGENCY);
    let parties = "[receiver]\nsalutation = \"ba\"\nname = \"Lê Thị Mẫu\"\n[[parties]]\nsalutation = \"ba\"\n\
                   name = \"Trần Thị Mẫu\"\nid = { kind = \"the-can-cuoc\", number = \"001185000001\" }\n";
    let top = "is-transaction = true\nauthority = \"nop-nhan-ho-so\"\n";
    ward.write("request.toml", request("CK", "one-person-one-stop", "Giấy ủy quyền", 3) + top + parties);
    ward.run("register init --archive so").demand(0);
    ward.run("certify request.toml --agency agency.toml --archive so --by Mẫu --allow-draft -o ket.pdf").demand(0);
    ward
}

const KEY: &str = "--pass-file pass.txt --p12";

/// A signature that is made without a word about its place isn't one in the fields of those who sign.
#[test]
fn nobody_signs_beside_the_fields_that_wait() {
    let ward = office();
    let sign = format!("sign ket.pdf -o ky.pdf {KEY} leader.p12");
    let told = ward.run(&sign).demand(64);
    told.told("đang chờ người ký: NguoiTiepNhan, NguoiChungThuc. Hãy cho tên trường của người ký (--field)");
    ward.run(&format!("{sign} --lang en")).demand(64).told("Give the name of the signer's field (--field)");
    ward.run(&format!("{sign} --role other")).demand(64).told("NguoiTiepNhan");
    assert!(!ward.path("ky.pdf").exists());
    // Whoever names a field, or a place, means it.
    ward.run(&format!("{sign} --field NguoiChungThuc")).demand(0);
    ward.run(&format!("{sign} --force --new-field Khac")).demand(0).told("trường Khac");
    ward.write("chu-ky.png", ring(BLUE));
    let place = "--page 1 --rect 40,740,90,90 --image chu-ky.png --image-width-mm 30";
    ward.run(&format!("{sign} --force {place}")).demand(0);
}

/// The receiving officer's field is empty: the seal would lock it so, and no register takes such a result.
#[test]
fn a_result_that_its_form_says_is_unfinished_is_neither_sealed_nor_entered() {
    let ward = office();
    ward.run(&format!("sign ket.pdf -o ky.pdf {KEY} leader.p12 --field NguoiChungThuc")).demand(0);
    for way in [
        "--trust root.pem",
        "--roster roster.toml",
        "--allow-untrusted",
        "--allow-unsigned",
        "--trust root.pem --keep-open",
    ] {
        let told = ward.run(&format!("seal ky.pdf -o dau.pdf {KEY} seal.p12 {way}")).demand(5);
        assert!(
            told.stderr.contains("chưa có ai ký") && told.stderr.contains("NguoiTiepNhan"),
            "{way}: {}",
            told.stderr
        );
        assert!(!ward.path("dau.pdf").exists(), "{way}");
    }
    ward.run(&format!("seal ky.pdf -o dau.pdf {KEY} seal.p12 --trust root.pem --lang en"))
        .demand(5)
        .told("NguoiTiepNhan");
    // In the order of the form it's sealed and entered.
    let receiver = "--role other --field NguoiTiepNhan";
    ward.run(&format!("sign ket.pdf -o nhan.pdf {KEY} leader.p12 {receiver}")).demand(0);
    ward.run(&format!("sign nhan.pdf -o ky.pdf --force {KEY} leader.p12 --field NguoiChungThuc")).demand(0);
    ward.run(&format!("seal ky.pdf -o dau.pdf {KEY} seal.p12 --trust root.pem")).demand(0);
    let issue = "register issue 1 --register CK --archive so --by Mẫu --file";
    // The number stands in the file: it's no other's.
    let mut allot: Vec<&str> =
        "register allot --register CK --request khac --archive so --by Mẫu --document Giấy --certifier Mẫu \
                               --title Chánh --papers 1"
            .split_whitespace()
            .collect();
    allot.extend(["--requester", "Mẫu;CCCD 001085012345"]);
    ward.run_with(&allot).demand(0);
    let other = issue.replace("issue 1", "issue 2");
    ward.run(&format!("{other} dau.pdf --trust root.pem")).demand(5).told("CertNumber là 01, quyển số 01/");
    ward.run(&format!("{issue} dau.pdf --trust root.pem --record ket.json")).demand(0);
    ward.run(&format!("{other} dau.pdf --trust root.pem --lang en")).demand(5).told("instead of 02,");
    let sha256 = kyso::crypto::DigestAlgorithm::Sha256.hex(&ward.read("dau.pdf"));
    ward.run(&format!("{} {sha256} --allow-unverified", other.replace("--file", "--sha256")))
        .demand(5)
        .told("đã trả kết quả với số");
}

/// By a program that seals whatever it's given: the receiving officer's field is empty under the seal.
fn sealed_elsewhere(ward: &Ward) -> Vec<u8> {
    let at = |name: &str, x: f64| {
        let rectangle = Rectangle { x, y: 60.0, width: 120.0, height: 50.0 };
        FieldToReserve::new(name, Place::Rectangle { page: 1, rectangle })
    };
    let paper = ward.read("ket-qua.pdf");
    let fields = [at("NguoiTiepNhan", 60.0), at("NguoiChungThuc", 300.0)];
    let tail = kyso::reserve(&Document::parse(&paper).unwrap(), &fields).unwrap();
    ward.write("cho.pdf", tail.after(&paper));
    ward.run(&format!("sign cho.pdf -o ky.pdf {KEY} leader.p12 --field NguoiChungThuc")).demand(0);
    let signed = ward.read("ky.pdf");
    let (document, agency) = (Document::parse(&signed).unwrap(), keys::signer(&ward.seal));
    let parameters = SignatureParameters::of(Signatory::Other, Timestamp::now()).new_field("DauKhac");
    let prepared = kyso::dangerous::prepare_unjudged(&document, SigningKey::of(&agency), &parameters).unwrap();
    let value = agency.sign(prepared.to_be_signed()).unwrap();
    embed(&document, prepared, &value).unwrap().tail.after(&signed)
}

#[test]
fn a_result_sealed_elsewhere_over_an_empty_field_is_not_entered() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    ward.run(&format!("register allot --register BS --request a {row} --archive so --by Mẫu")).demand(0);
    ward.write("dau.pdf", sealed_elsewhere(&ward));
    ward.run("verify dau.pdf --trust root.pem --roster roster.toml").demand(0);
    let issue = "register issue --request a --archive so --by Mẫu --file dau.pdf";
    for way in
        ["--trust root.pem", "--roster roster.toml", "--trust root.pem --roster roster.toml", "--allow-untrusted"]
    {
        let told = ward.run(&format!("{issue} {way}")).demand(5);
        assert!(told.stderr.contains("còn thiếu chữ ký trong trường NguoiTiepNhan"), "{way}: {}", told.stderr);
    }
    ward.run("register show --request a --archive so").demand(0).told("đã cấp số");
}

/// The text field filled in as a viewer does it.
fn filled_in(pdf: &[u8]) -> Vec<u8> {
    let text = "1.000.000.000";
    Update::new().object(TEXT_FIELD, text_field(text, "")).object(TEXT_APPEARANCE, text_appearance(text)).onto(pdf)
}

/// Whoever signed didn't see it, and the seal would vouch for it.
#[test]
fn what_was_filled_in_after_a_signature_is_neither_sealed_nor_entered() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    ward.run(&format!("register allot --register BS --request a {row} --archive so --by Mẫu")).demand(0);
    ward.write("don.pdf", base::unsigned());
    ward.sign("don.pdf", "ky.pdf");
    ward.write("dien.pdf", filled_in(&ward.read("ky.pdf")));
    for way in ["--trust root.pem", "--roster roster.toml", "--allow-untrusted", "--allow-unsigned"] {
        let told = ward.run(&format!("seal dien.pdf -o dau.pdf {KEY} seal.p12 {way}")).demand(5);
        assert!(told.stderr.contains("còn được điền thêm"), "{way}: {}", told.stderr);
        assert!(!ward.path("dau.pdf").exists(), "{way}");
    }
    let lang = "--trust root.pem --lang en";
    ward.run(&format!("seal dien.pdf -o dau.pdf {KEY} seal.p12 {lang}")).demand(5).told("was filled in or annotated");

    // By a program that seals whatever it's given.
    let pdf = ward.read("dien.pdf");
    let (document, agency) = (Document::parse(&pdf).unwrap(), keys::signer(&ward.seal));
    let parameters = SignatureParameters::of(Signatory::Other, Timestamp::now());
    let prepared = kyso::dangerous::prepare_unjudged(&document, SigningKey::of(&agency), &parameters).unwrap();
    let value = agency.sign(prepared.to_be_signed()).unwrap();
    ward.write("dau.pdf", embed(&document, prepared, &value).unwrap().tail.after(&pdf));
    let verify = "verify dau.pdf --trust root.pem --roster roster.toml";
    ward.run(verify).demand(0).told("NHƯNG văn bản còn được thêm vào sau chữ ký của");
    ward.run(&format!("{verify} --lang en")).demand(0).told("BUT the document was added to after");
    let issue = "register issue --request a --archive so --by Mẫu --file";
    for way in ["--trust root.pem", "--roster roster.toml", "--allow-untrusted"] {
        let told = ward.run(&format!("{issue} dau.pdf {way}")).demand(5);
        assert!(told.stderr.contains("còn được điền thêm"), "{way}: {}", told.stderr);
    }
    ward.run("register show --request a --archive so").demand(0).told("đã cấp số");

    // What was there before anybody signed is signed by all.
    ward.write("truoc.pdf", filled_in(&base::unsigned()));
    ward.sign("truoc.pdf", "truoc-ky.pdf");
    ward.seal("truoc-ky.pdf", "truoc-dau.pdf");
    let verify = "verify truoc-dau.pdf --trust root.pem --roster roster.toml";
    ward.run(verify).demand(0).told("nội dung không bị sửa từ khi ký");
    ward.run(&format!("{issue} truoc-dau.pdf --trust root.pem")).demand(0);
}

/// Who sealed answered for what was left empty: the register is told, and enters it.
#[test]
fn an_empty_field_that_the_form_requires_is_told_when_the_result_is_entered() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    for (request, text, is_told) in [("a", "", true), ("b", "Tran", false)] {
        ward.run(&format!("register allot --register BS --request {request} {row} --archive so --by Mẫu")).demand(0);
        let field = Update::new().object(TEXT_FIELD, text_field(text, "/Ff 2"));
        ward.write("don.pdf", field.object(TEXT_APPEARANCE, text_appearance(text)).onto(&base::unsigned()));
        ward.run(&format!("sign don.pdf -o ky.pdf --force {KEY} leader.p12")).demand(0);
        let seal = format!("seal ky.pdf -o dau.pdf --force {KEY} seal.p12 --trust root.pem");
        ward.run(&seal).demand(0);
        let issue = format!("register issue --request {request} --archive so --by Mẫu --file dau.pdf --trust root.pem");
        let told = ward.run(&issue).demand(0).stderr;
        assert_eq!(told.contains("trường bắt buộc chưa điền (buyer)"), is_told, "{told}");
    }
}

#[test]
fn who_enters_a_strangers_result_says_so_and_the_register_keeps_it() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    ward.run(&format!("register allot --register BS --request a {row} --archive so --by Mẫu")).demand(0);
    ward.sign("ket-qua.pdf", "ky.pdf");
    ward.seal("ky.pdf", "dau.pdf");
    let issue = "register issue --request a --archive so --by Mẫu --file";
    ward.run(&format!("{issue} dau.pdf")).demand(5).told("--allow-untrusted");
    let told = ward.run(&format!("{issue} dau.pdf --allow-untrusted")).demand(0);
    assert!(told.stderr.contains("KHÔNG kiểm tra chữ ký và con dấu là của ai"), "{}", told.stderr);
    for command in ["list", "audit", "show --request a"] {
        ward.run(&format!("register {command} --archive so")).demand(0).told("KHÔNG kiểm tra chữ ký là của ai");
    }
    // It's a way round trust alone: what is broken, or not sealed, is refused all the same.
    ward.run(&format!("register allot --register BS --request b {row} --archive so --by Mẫu")).demand(0);
    let other = issue.replace("--request a", "--request b");
    ward.run(&format!("{other} ky.pdf --allow-untrusted")).demand(5).told("còn thiếu chữ ký số của cơ quan");
    ward.run(&format!("{other} ket-qua.pdf --allow-untrusted")).demand(5);
}

#[test]
fn a_result_that_a_password_opens_is_entered_with_it() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    ward.run(&format!("register allot --register BS --request a {row} --archive so --by Mẫu")).demand(0);
    let paper = ward.read("ket-qua.pdf");
    ward.write("khoa.pdf", shapes::encrypt(&paper, ["mo", "chu"], &["256"], "disable"));
    ward.run(&format!("sign khoa.pdf -o ky.pdf --password mo {KEY} leader.p12")).demand(0);
    ward.run(&format!("seal ky.pdf -o dau.pdf --password mo {KEY} seal.p12 --trust root.pem")).demand(0);
    let issue = "register issue --request a --archive so --by Mẫu --file dau.pdf --trust root.pem";
    ward.run(issue).demand(5).told("--password");
    ward.run(&format!("{issue} --password sai")).demand(5).told("--password");
    ward.run(&format!("{issue} --password mo")).demand(0);
}
