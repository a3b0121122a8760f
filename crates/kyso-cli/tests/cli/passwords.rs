//! Keys and their passwords.

use kyso_tests::folder::{Outcome, kyso_in as kyso};
use kyso_tests::ward::{PASSWORD, Ward};

#[test]
fn a_password_comes_from_a_file_or_the_environment() {
    let ward = Ward::new();
    ward.write("dong-cuoi.txt", format!("{PASSWORD}\r\n"));
    ward.run("sign ket-qua.pdf -o a.pdf --p12 leader.p12 --pass-file pass.txt").demand(0);
    ward.run("sign ket-qua.pdf -o b.pdf --p12 leader.p12 --pass-file dong-cuoi.txt").demand(0);
    let sign = "sign ket-qua.pdf -o c.pdf --p12 leader.p12 --pass-env KYSO_TEST_PASSWORD";
    let mut command = kyso(&ward.path("."));
    Outcome::of(command.args(sign.split(' ')).env("KYSO_TEST_PASSWORD", PASSWORD)).demand(0);
    let again = sign.replace("c.pdf", "d.pdf");
    ward.run(&again).demand(64).told("KYSO_TEST_PASSWORD");
    ward.run(&format!("{again} --pass-file pass.txt")).demand(64).told("không dùng");
    ward.run("sign ket-qua.pdf -o d.pdf --p12 leader.p12 --pass-file khong-co").demand(64).told("khong-co");
}

#[test]
fn a_wrong_password_is_refused_and_never_shown() {
    let ward = Ward::new();
    ward.write("sai.txt", "mật khẩu sai");
    let outcome = ward.run("sign ket-qua.pdf -o a.pdf --p12 leader.p12 --pass-file sai.txt").demand(5).told("mật khẩu");
    assert!(!outcome.stderr.contains("mật khẩu sai"), "{}", outcome.stderr);
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let ward = Ward::new();
    ward.run("sign ket-qua.pdf -o a.pdf --p12 leader.p12").demand(64).told("--pass-file");
    ward.write("khoa.pem", ward.leader.key_pem(Some(PASSWORD)).unwrap());
    ward.write("cts.pem", ward.leader.certificate_pem().unwrap());
    ward.run("sign ket-qua.pdf -o a.pdf --key khoa.pem --cert cts.pem").demand(64).told("--pass-file");
}

#[test]
fn pem_keys_open_with_and_without_password() {
    let ward = Ward::new();
    ward.write("mo.pem", ward.leader.key_pem(None).unwrap());
    ward.write("khoa.pem", ward.leader.key_pem(Some(PASSWORD)).unwrap());
    ward.write("cts.pem", ward.leader.certificate_pem().unwrap().trim_end());
    ward.write("ca.pem", ward.leader.chain_pem().unwrap());
    ward.run("sign ket-qua.pdf -o a.pdf --key mo.pem --cert cts.pem --chain ca.pem").demand(0);
    ward.run("sign ket-qua.pdf -o b.pdf --key khoa.pem --cert cts.pem --chain ca.pem --pass-file pass.txt").demand(0);
    ward.run("verify --trust root.pem a.pdf b.pdf").demand(0);
}

#[test]
fn a_pkcs12_file_without_password_needs_none() {
    let ward = Ward::new();
    ward.write("khong.p12", ward.leader.pkcs12("").unwrap());
    ward.run("sign ket-qua.pdf -o a.pdf --p12 khong.p12").demand(0);
}

#[test]
fn what_is_no_key_is_told() {
    let ward = Ward::new();
    ward.write("cts-khac.pem", ward.seal.certificate_pem().unwrap());
    ward.write("mo.pem", ward.leader.key_pem(None).unwrap());
    ward.run("sign ket-qua.pdf -o a.pdf --key mo.pem --cert cts-khac.pem").demand(5).told("mo.pem");
    ward.run("sign ket-qua.pdf -o a.pdf --key mo.pem --cert ket-qua.pdf").demand(64).told("chứng thư số");
    ward.run("sign ket-qua.pdf -o a.pdf --p12 root.pem --pass-file pass.txt").demand(5).told("root.pem");
}

#[test]
fn a_paper_with_a_password_is_signed_and_verified_with_it() {
    let ward = Ward::new();
    let mut protect = std::process::Command::new("qpdf");
    protect.current_dir(ward.path("."));
    protect.args(["--encrypt", "doc", "chu", "256", "--modify=none", "--", "ket-qua.pdf", "mat.pdf"]);
    assert!(protect.status().expect("qpdf must be installed").success());
    let sign = "sign mat.pdf -o da-ky.pdf --p12 leader.p12 --pass-file pass.txt";
    ward.run(sign).demand(5).told("--password");
    ward.run(&format!("{sign} --password sai")).demand(5).told("--password");
    ward.run(&format!("{sign} --password doc")).demand(5).told("owner password");
    ward.run(&format!("{sign} --password chu")).demand(0);
    ward.run("seal da-ky.pdf -o da-dong-dau.pdf --p12 seal.p12 --pass-file pass.txt --trust root.pem --password chu")
        .demand(0);
    ward.run("verify da-dong-dau.pdf --trust root.pem").demand(4).told("--password");
    ward.run("verify da-dong-dau.pdf --trust root.pem --roster roster.toml --password doc")
        .demand(0)
        .told("tệp có mã hóa");
    ward.run("inspect da-dong-dau.pdf --password doc").demand(0).told("Tệp có mã hóa").told("Seal1");
    let reserve = "reserve mat.pdf -o trong.pdf --field A --page 1 --rect 10,10,90,40";
    ward.run(&format!("{reserve} --password chu")).demand(0);
}
