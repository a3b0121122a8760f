//! `kyso check`: rows, JSON, pictures.

use serde_json::Value;

use kyso_tests::ward::{BLUE, RED, Ward, ring};

const TRUST: &str = "--trust root.pem --roster roster.toml";

/// A ward with `dau.pdf`, signed and sealed in fields reserved for that.
fn finished() -> Ward {
    let ward = Ward::new();
    ward.write("chu-ky.png", ring(BLUE));
    ward.write("con-dau.png", ring(RED));
    let mut line = "reserve ket-qua.pdf -o trong.pdf --field NguoiChungThuc --anchor".split(' ').collect::<Vec<_>>();
    line.extend(["CHỦ TỊCH", "--size", "70,24", "--field", "ConDau", "--over", "NguoiChungThuc", "--size", "30,30"]);
    ward.run_with(&line).demand(0).told("NguoiChungThuc, ConDau");
    let leader = "--p12 leader.p12 --pass-file pass.txt --image chu-ky.png --image-width-mm 18";
    // Narrower than what the field is made for, but the seal still fits where it's wanted.
    ward.run(&format!("sign trong.pdf -o ky.pdf {leader} --field NguoiChungThuc")).demand(0);
    ward
}

fn seal(ward: &Ward, more: &str) -> kyso_tests::folder::Outcome {
    let agency = "--p12 seal.p12 --pass-file pass.txt --image con-dau.png --image-width-mm 30";
    ward.run(&format!("seal ky.pdf -o dau.pdf {agency} {TRUST} {more}"))
}

#[test]
fn a_seal_that_does_not_fit_says_by_how_much() {
    let ward = finished();
    seal(&ward, "").demand(64).told("mm ra ngoài mép phải của trường ConDau");
    assert!(!ward.path("dau.pdf").exists());
    seal(&ward, "--new-field Dau").demand(0);
    let json: Value = serde_json::from_str(&ward.run(&format!("verify --format json {TRUST} dau.pdf")).stdout).unwrap();
    assert_eq!(json[0]["signatures"][1]["field"], "Dau");
}

#[test]
fn rows_are_told_and_drawn() {
    let ward = finished();
    seal(&ward, "--new-field Dau").demand(0);
    let all = format!("check dau.pdf {TRUST} --seal-width-mm 30");
    let text = ward.run(&all);
    for wanted in
        ["Con dấu trùm 33,3 % bề rộng chữ ký. [NĐ 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.8a]", "Con dấu rộng 30,0 mm"]
    {
        assert!(text.stdout.contains(wanted), "{}", text.stdout);
    }
    let english = ward.run(&format!("{all} --lang en"));
    assert!(english.stdout.contains("The seal covers 33.3 % of the signature's width"), "{}", english.stdout);

    let smaller =
        ward.run(&format!("check dau.pdf {TRUST} --seal-width-mm 36 --format json --picture trang.png")).demand(1);
    let json: Value = serde_json::from_str(&smaller.stdout).unwrap();
    assert_eq!((&json["version"], &json["files"][0]["holds"]), (&1.into(), &false.into()));
    let rows = json["files"][0]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == "seal.size").unwrap();
    assert_eq!((&row["status"], &row["page"], &row["boxes"][0]["what"]), (&"fail".into(), &1.into(), &"seal".into()));
    assert!(row["message"]["vi"].as_str().unwrap().contains("kích thước thực tế là 36,0 mm"));
    let picture = png::Decoder::new(std::io::Cursor::new(ward.read("trang.png"))).read_info().unwrap();
    assert!(picture.info().width > 800 && picture.info().height > 1200);
    ward.run(&format!("check dau.pdf {TRUST} --picture trang.png")).demand(64);
}

#[test]
fn files_that_are_none_and_wrong_usage() {
    let ward = Ward::new();
    ward.write("khong.pdf", "no PDF");
    ward.run("check khong.pdf ket-qua.pdf").demand(4).told("chưa có chữ ký số");
    ward.run("check ket-qua.pdf").demand(1).told("Văn bản chưa có chữ ký số");
    ward.run("check ket-qua.pdf khong.pdf --picture a.png").demand(64);
    ward.run("check ket-qua.pdf --seal-width-mm 0").demand(64);
    ward.run("check ket-qua.pdf --profile letter").demand(64);
    ward.run("check").demand(64);
}
