//! `kyso trust`, and what `kyso verify` says by what is kept.

use kyso_testpki::TestPki;
use serde_json::Value;

use kyso_tests::folder::{Folder, TRUST_STORE};
use kyso_tests::ward::{Ward, in_hours};

fn sealed() -> Ward {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.seal("da-ky.pdf", "da-dong-dau.pdf");
    ward
}

fn fingerprint(ward: &Ward) -> String {
    let shown = ward.run("trust show root.pem --format json").demand(0).stdout;
    let json: Value = serde_json::from_str(&shown).unwrap();
    json[0]["sha256"].as_str().unwrap().to_owned()
}

fn first_lines(text: &str) -> (&str, &str) {
    let mut lines = text.lines();
    (lines.next().unwrap(), lines.next().unwrap())
}

#[test]
fn a_citizen_is_told_what_is_certain_and_what_is_not() {
    let ward = sealed();
    let told = ward.run("verify da-dong-dau.pdf").demand(2).stdout;
    let (first, second) = first_lines(&told);
    assert!(
        first.starts_with("? da-dong-dau.pdf: CHƯA ĐỦ CƠ SỞ KẾT LUẬN. Chắc chắn: nội dung không bị sửa từ khi ký;"),
        "{first}"
    );
    assert!(
        first.contains("theo chứng thư số trong tệp, người ký là: ") && first.contains("(giờ do người ký khai)"),
        "{first}"
    );
    assert!(
        second.starts_with("  Chưa chắc: các chứng thư số đó là thật hay do người khác tự tạo, vì trên máy này"),
        "{second}"
    );
    assert!(second.ends_with("Xem tiếp: kyso trust list"), "{second}");
    let english = ward.run("verify --lang en da-ky.pdf").demand(2).stdout;
    let (first, second) = first_lines(&english);
    assert!(first.contains("Certain: the contents weren't changed since they were signed;"), "{first}");
    assert!(second.contains("whether that certificate is genuine") && second.ends_with("kyso trust list"), "{second}");

    // The command that it names works, and leads further.
    let list = ward.run("trust list").demand(0);
    let list = list.told("RootCA chuyên dùng Chính phủ G2").told("http://ca.gov.vn/pki/pub/crt/rootcag2.crt");
    list.told("f04ba4b459a7c9a1b971ad9b1cb833e695a80c79aea63b174b66a70edfe2fdb8").told("kyso trust add rootcag2.crt");

    let page = ward.run("verify --format html da-dong-dau.pdf").demand(2).stdout;
    assert!(
        page.contains("Chắc chắn:") && page.contains("Chưa chắc:") && page.contains("<code>kyso trust list</code>")
    );
    let json: Value = serde_json::from_str(&ward.run("verify --format json da-dong-dau.pdf").demand(2).stdout).unwrap();
    assert_eq!((&json[0]["summary"]["next"], &json[0]["trust"]["roots"]), (&"kyso trust list".into(), &"none".into()));
}

#[test]
fn what_was_changed_and_what_is_not_signed_is_said_as_plainly() {
    let ward = sealed();
    let mut changed = ward.read("da-dong-dau.pdf");
    let at = changed.windows(6).position(|window| window == b"stream").unwrap() + 40;
    changed[at] ^= 1;
    ward.write("hong.pdf", changed);
    let told = ward.run("verify hong.pdf").demand(1).stdout;
    assert_eq!(
        first_lines(&told),
        (
            "✘ hong.pdf: KHÔNG HỢP LỆ.",
            "  Chắc chắn: tài liệu đã bị sửa sau khi ký; đừng dùng tệp này, hãy xin lại bản khác từ nơi cấp."
        )
    );
    let told = ward.run("verify ket-qua.pdf").demand(3).stdout;
    let (first, second) = first_lines(&told);
    assert_eq!(first, "? ket-qua.pdf: CHƯA ĐƯỢC KÝ SỐ.");
    assert!(
        second.starts_with("  Chắc chắn: tệp này không có chữ ký số nào. Chưa chắc: ai đã lập tệp này"),
        "{second}"
    );
}

#[test]
fn a_root_is_kept_by_a_fingerprint_that_came_another_way() {
    let ward = sealed();
    let sha256 = fingerprint(&ward);
    // Nobody vouches for it; somebody vouches for another.
    ward.run("trust add root.pem").demand(5).told("không phải CA gốc chính thức").told("--fingerprint");
    ward.run(&format!("trust add root.pem --fingerprint {}", "ab".repeat(32)))
        .demand(5)
        .told("không phải của chứng thư này");
    ward.run("trust add root.pem --fingerprint 0123").demand(64).told("64 chữ số thập lục phân");
    assert!(!ward.path(TRUST_STORE).exists(), "nothing is kept");

    let printed =
        sha256.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap().to_uppercase()).collect::<Vec<_>>();
    ward.run(&format!("trust add root.pem --fingerprint {}", printed.join(":"))).demand(0).told("theo lời của bạn");
    ward.run(&format!("trust add root.pem --fingerprint {sha256}")).demand(0).told("Đã có từ trước");

    let valid = ward.run("verify da-dong-dau.pdf").demand(0).told("HỢP LỆ. Có đủ chữ ký");
    let valid = valid.told("CA gốc được tin:").told("(CA gốc theo lời của bạn, lưu trên máy này từ ");
    assert!(
        first_lines(&valid.stdout).1.starts_with("  Chắc chắn: nội dung không bị sửa từ khi ký; đã ký: "),
        "{}",
        valid.stdout
    );
    let json: Value = serde_json::from_str(&ward.run("verify --format json da-dong-dau.pdf").demand(0).stdout).unwrap();
    let used = &json[0]["trust"]["used"];
    assert_eq!((&json[0]["trust"]["roots"], used.as_array().unwrap().len()), (&"kept".into(), 1));
    assert_eq!((&used[0]["sha256"], &used[0]["word"]), (&sha256.as_str().into(), &"user".into()));
    assert!(used[0]["since"].is_string());
    ward.run("verify --format html da-dong-dau.pdf").demand(0).told("CA gốc được tin: ");
    ward.run("check da-dong-dau.pdf").told("Theo CA gốc lưu trên máy này: ");

    let list: Value = serde_json::from_str(&ward.run("trust list --format json").demand(0).stdout).unwrap();
    assert_eq!((&list["kept"][0]["sha256"], list["official"].as_array().unwrap().len()), (&sha256.as_str().into(), 3));
    ward.run(&format!("trust remove {}", &sha256[..8])).demand(0);
    ward.run("verify da-dong-dau.pdf").demand(2).told("kyso trust list");
    ward.run(&format!("trust remove {sha256}")).demand(64).told("Không lưu CA nào");
}

#[test]
fn roots_that_are_given_take_the_place_of_those_that_are_kept() {
    let ward = sealed();
    let sha256 = fingerprint(&ward);
    ward.run(&format!("trust add root.pem --fingerprint {sha256}")).demand(0);
    ward.write("la.pem", TestPki::stranger(in_hours(0)).unwrap().root_pem().unwrap());
    let told = ward.run("verify --trust la.pem da-dong-dau.pdf").demand(2).stdout;
    assert!(told.contains("không tìm được đường từ chúng tới CA gốc nào được tin ở đây"), "{told}");
    ward.run("verify --trust root.pem da-dong-dau.pdf").demand(0);
    // Elsewhere nothing is kept.
    ward.run("verify --trust-store khac da-dong-dau.pdf").demand(2);
}

/// Over whose signature the agency seals, it says each time.
#[test]
fn a_kept_root_seals_nothing_and_issues_nothing() {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    let sha256 = fingerprint(&ward);
    ward.run(&format!("trust add root.pem --fingerprint {sha256}")).demand(0);
    let seal = "seal da-ky.pdf -o ra.pdf --p12 seal.p12 --pass-file pass.txt";
    let file = format!("{TRUST_STORE}/{sha256}.toml");
    let kept =
        |text: &str| text.contains("CA gốc lưu trên máy này (kyso trust) không được tính") && text.contains(&file);
    let told = ward.run(seal).demand(5).stderr;
    assert!(kept(&told), "{told}");
    // Nor does it fill up what is given.
    ward.write("la.pem", TestPki::stranger(in_hours(0)).unwrap().root_pem().unwrap());
    let told = ward.run(&format!("{seal} --trust la.pem")).demand(5).stderr;
    assert!(kept(&told), "{told}");
    assert!(!ward.path("ra.pdf").exists());
    // It's named where trust is missing, and where it isn't given already.
    let told =
        ward.run("seal ket-qua.pdf -o ra.pdf --p12 seal.p12 --pass-file pass.txt --trust root.pem").demand(5).stderr;
    assert!(!told.contains("kyso trust"), "{told}");
    let told = ward.run(&format!("{seal} --trust-store khac")).demand(5).stderr;
    assert!(!told.contains("kyso trust"), "{told}");
    // As it says.
    ward.run(&format!("{seal} --trust {file}")).demand(0);
    std::fs::remove_file(ward.path("ra.pdf")).unwrap();
    ward.run(&format!("{seal} --trust root.pem")).demand(0);
    // What only reads goes by it.
    ward.run("verify ra.pdf").demand(0);
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    ward.run(&format!("register allot --register BS --request a {row} --archive so --by Mẫu")).demand(0);
    let issue = "register issue --request a --archive so --by Mẫu --file ra.pdf";
    for (more, code, is_named) in [("", 5, true), ("--trust la.pem", 5, true), (&*format!("--trust {file}"), 0, false)]
    {
        let told = ward.run(&format!("{issue} {more}")).demand(code).stderr;
        assert_eq!(kept(&told), is_named, "{more}: {told}");
    }
}

/// The roster says whose certificates they are, not that they were in force: that takes a root.
#[test]
fn a_roster_alone_says_who_and_not_whether_the_certificates_hold() {
    let ward = sealed();
    let told = ward.run("verify --roster roster.toml da-dong-dau.pdf").demand(2).stdout;
    let (first, second) = first_lines(&told);
    assert!(first.contains("theo danh sách chứng thư số đã cho (--roster), người ký là: Nguyễn Văn Mẫu"), "{first}");
    assert!(!first.contains("theo chứng thư số trong tệp"), "{first}");
    assert!(second.starts_with("  Chưa chắc: chứng thư số có còn hiệu lực khi ký hay đã bị thu hồi"), "{second}");
    let told = ward.run("verify --lang en --roster roster.toml da-dong-dau.pdf").demand(2).stdout;
    let (first, second) = first_lines(&told);
    assert!(first.contains("signed, by the roster that is given (--roster), by: Nguyễn Văn Mẫu"), "{first}");
    assert!(second.contains("whether a certificate was in force or revoked when it signed"), "{second}");
    ward.run("verify --roster roster.toml --trust root.pem da-dong-dau.pdf").demand(0);
    // A roster that names one of the two speaks of that one alone.
    ward.write("mot.toml", kyso_tests::ward::roster(&[(&ward.seal, "seal")]));
    let told = ward.run("verify --roster mot.toml da-dong-dau.pdf").demand(2).stdout;
    let (first, second) = first_lines(&told);
    assert!(first.contains("(--roster), người ký là: UBND PHƯỜNG THỬ NGHIỆM"), "{first}");
    assert!(first.contains("theo chứng thư số trong tệp, người ký là: Nguyễn Văn Mẫu"), "{first}");
    assert!(second.contains("không có trong danh sách là thật hay do người khác tự tạo"), "{second}");
}

#[test]
fn what_is_no_root_is_refused_with_the_reason() {
    let ward = Ward::new();
    ward.write("nguoi.pem", ward.leader.certificate_pem().unwrap());
    ward.write("trung-gian.pem", ward.pki.issuing_pem().unwrap());
    ward.write("het-han.pem", TestPki::new(in_hours(-40 * 365 * 24)).unwrap().root_pem().unwrap());
    let root = ward.pki.root_der().unwrap();
    let mut forged = root.clone();
    *forged.last_mut().unwrap() ^= 1;
    ward.write("gia.der", &forged);
    let of = |file: &str| {
        let json: Value =
            serde_json::from_str(&ward.run(&format!("trust show {file} --format json")).demand(0).stdout).unwrap();
        json[0]["sha256"].as_str().unwrap().to_owned()
    };
    let add = |file: &str| ward.run(&format!("trust add {file} --fingerprint {}", of(file)));
    add("nguoi.pem").demand(5).told("không phải chứng thư của CA");
    add("trung-gian.pem").demand(5).told("CA trung gian mà CA gốc của nó chưa được lưu");
    add("het-han.pem").demand(5).told("đã hết hạn từ ");
    add("gia.der").demand(5).told("chữ ký của chứng thư trên chính nó không đúng");
    ward.run("trust add ket-qua.pdf").demand(64).told("Không tìm thấy chứng thư số nào");
    ward.run("trust add khong-co.pem").demand(64).told("không có tệp hoặc thư mục này");
    assert!(!ward.path(TRUST_STORE).exists(), "nothing is kept");

    // A bundle, the intermediate first: the root by its fingerprint, the other by the root's signature.
    ward.write("ca-hai.pem", ward.pki.issuing_pem().unwrap() + &ward.pki.root_pem().unwrap());
    ward.run(&format!("trust add ca-hai.pem --fingerprint {}", fingerprint(&ward))).demand(0).told("CA trung gian");
    assert_eq!(std::fs::read_dir(ward.path(TRUST_STORE)).unwrap().count(), 2);
}

#[test]
fn a_kept_root_that_was_changed_stops_the_command() {
    let ward = sealed();
    let sha256 = fingerprint(&ward);
    ward.run(&format!("trust add root.pem --fingerprint {sha256}")).demand(0);
    let file = format!("{TRUST_STORE}/{sha256}.toml");
    let stranger = TestPki::stranger(in_hours(0)).unwrap().root_pem().unwrap();
    let text = String::from_utf8(ward.read(&file)).unwrap();
    let start = text.find("-----BEGIN").unwrap();
    let end = text.find("-----END CERTIFICATE-----\n").unwrap() + "-----END CERTIFICATE-----\n".len();
    ward.write(&file, format!("{}{stranger}{}", &text[..start], &text[end..]));
    let told = ward.run("verify da-dong-dau.pdf").demand(64).told("tệp đã bị sửa");
    told.told(&format!("kyso trust remove {sha256}"));
    ward.run("trust list").demand(0).told("KHÔNG DÙNG ĐƯỢC");
    ward.run(&format!("trust remove {sha256}")).demand(0);
    ward.run("verify da-dong-dau.pdf").demand(2);
}

#[test]
fn no_output_takes_the_place_of_a_kept_root() {
    let ward = sealed();
    let sha256 = fingerprint(&ward);
    ward.run(&format!("trust add root.pem --fingerprint {sha256}")).demand(0);
    let key = "--p12 leader.p12 --pass-file pass.txt --force";
    for name in [&format!("{sha256}.toml"), "moi.toml"] {
        ward.run(&format!("sign ket-qua.pdf -o {TRUST_STORE}/{name} {key}")).demand(64).told("chính là tệp đầu vào");
        ward.run(&format!("revision da-ky.pdf 1 -o {TRUST_STORE}/{name} --force"))
            .demand(64)
            .told("chính là tệp đầu vào");
    }
    ward.run("verify da-dong-dau.pdf").demand(0);
}

#[test]
fn the_next_command_can_be_copied() {
    let ward = sealed();
    std::fs::rename(ward.path("da-ky.pdf"), ward.path("đã ký's.pdf")).unwrap();
    // Evidence of every certificate, of which the file has none.
    let always = kyso::Constraints::built_in_text("vn-agency").unwrap().replace("where-published", "always");
    ward.write("luôn.toml", always);
    let told = ward.run_with(&["verify", "--trust", "root.pem", "--policy", "luôn.toml", "đã ký's.pdf"]).demand(2);
    told.told("kyso verify --online --trust root.pem --policy luôn.toml 'đã ký'\\''s.pdf'");
}

#[test]
fn without_a_place_of_ones_own_one_is_asked_for() {
    let folder = Folder::new();
    let mut command = kyso_tests::folder::kyso_in(&folder.path("."));
    command.env_remove("KYSO_TRUST_STORE").env_remove("HOME").env_remove("XDG_DATA_HOME").args(["trust", "list"]);
    kyso_tests::folder::Outcome::of(&mut command).demand(64).told("--trust-store");
    let mut command = kyso_tests::folder::kyso_in(&folder.path("."));
    command.env_remove("KYSO_TRUST_STORE").env("XDG_DATA_HOME", folder.path("data")).args(["trust", "list"]);
    kyso_tests::folder::Outcome::of(&mut command).demand(0).told("data/kyso/roots");
}
