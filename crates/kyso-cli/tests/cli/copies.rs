//! `kyso copy` and `kyso attach`: copies of papers, and attachments in files of their own.

use std::process::Command;

use crate::certify::unreadable::{lines, page, stream};
use kyso_tests::ward::Ward;

const KEY: &str = "--p12 seal.p12 --pass-file pass.txt";

/// A page that a picture of one grey pixel fills.
fn bad_scan() -> Vec<u8> {
    paper("q 595.276 0 0 841.89 0 0 cm /I Do Q")
}

/// A page with this content; /I is a picture of one grey pixel.
fn paper(content: &str) -> Vec<u8> {
    let picture = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
    page(&stream("", "\n", content.as_bytes()), &stream(picture, "\n", b"~"))
}

fn copy(ward: &Ward, input: &str, output: &str, form: &str, more: &str) -> kyso_tests::folder::Outcome {
    let line = format!("copy {input} -o {output} {KEY} {more}");
    let mut arguments: Vec<&str> = line.split_whitespace().collect();
    arguments.extend(["--form", form, "--agency", "Ủy ban nhân dân xã Bình Minh"]);
    ward.run_with(&arguments)
}

#[test]
fn a_paper_is_copied_whole_or_in_part() {
    let ward = Ward::new();
    copy(&ward, "ket-qua.pdf", "sao.pdf", "SAO Y", "").demand(0);
    assert!(ward.read("sao.pdf").starts_with(&ward.read("ket-qua.pdf")));
    ward.run("verify --trust root.pem sao.pdf").demand(0);
    copy(&ward, "ket-qua.pdf", "luc.pdf", "sao-luc", "").demand(0);
    ward.run("verify --strict --trust root.pem sao.pdf luc.pdf").demand(0);

    // An extract of a signed paper has the agency's signature alone.
    ward.sign("ket-qua.pdf", "ky.pdf");
    copy(&ward, "ky.pdf", "trich.pdf", "TRÍCH SAO", "--pages 1").demand(0);
    let json = ward.run("verify --format json --trust root.pem trich.pdf").demand(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["signatures"].as_array().unwrap().len(), 1);
    assert!(!ward.read("trich.pdf").starts_with(&ward.read("ket-qua.pdf")));
}

#[test]
fn wrong_pages_are_told() {
    let ward = Ward::new();
    copy(&ward, "ket-qua.pdf", "x.pdf", "TRÍCH SAO", "").demand(64).told("--pages");
    copy(&ward, "ket-qua.pdf", "x.pdf", "SAO Y", "--pages 1").demand(64).told("TRÍCH SAO");
    copy(&ward, "ket-qua.pdf", "x.pdf", "TRÍCH SAO", "--pages 2").demand(64).told("Không có trang 2");
    copy(&ward, "ket-qua.pdf", "x.pdf", "TRÍCH SAO", "--pages 2-1").demand(64);
    copy(&ward, "ket-qua.pdf", "x.pdf", "BẢN SAO", "").demand(64);
    copy(&ward, "ket-qua.pdf", "ket-qua.pdf", "SAO Y", "").demand(64);
    assert!(!ward.path("x.pdf").exists());
}

#[test]
fn a_bad_scan_is_refused_and_may_be_taken_all_the_same() {
    let ward = Ward::new();
    ward.write("quet.pdf", bad_scan());
    let refused = copy(&ward, "quet.pdf", "x.pdf", "SAO Y", "").demand(5);
    let refused = refused.told("Trang 1: Ảnh số hóa có độ phân giải quá thấp (0 dpi)").told("không phải ảnh màu");
    refused.told("--allow-low-quality");
    assert!(!ward.path("x.pdf").exists());
    copy(&ward, "quet.pdf", "x.pdf", "SAO Y", "--lang en").demand(5).told("The scan's resolution is too low");
    copy(&ward, "quet.pdf", "x.pdf", "SAO Y", "--allow-low-quality").demand(0).told("⚠ Trang 1");
    ward.run("verify --trust root.pem x.pdf").demand(0);
}

/// Where the agency's text is: left, bottom, width, height.
fn text_of(ward: &Ward, file: &str) -> Vec<f64> {
    let json = ward.run(&format!("inspect --format json {file}")).demand(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    json["fields"][0]["rectangle"].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[test]
fn a_copys_text_lies_over_nothing() {
    let ward = Ward::new();
    ward.write("trong.pdf", paper("0 g 100 500 300 20 re f"));
    copy(&ward, "trong.pdf", "sao.pdf", "SAO Y", "").demand(0);
    let usual = text_of(&ward, "sao.pdf");
    // A letterhead where the text usually is: the text moves a little. All of the corner: refused.
    let [x, y, width, height] = usual.clone().try_into().unwrap();
    ward.write("dau.pdf", paper(&format!("0.9 g {x} {y} {width} {} re f", height / 2.0)));
    copy(&ward, "dau.pdf", "sao-dau.pdf", "SAO Y", "").demand(0);
    let moved = text_of(&ward, "sao-dau.pdf");
    let is_above = moved[1] >= y + height / 2.0;
    let is_beside_or_below = moved[0] >= x + width || moved[1] + moved[3] <= y;
    assert!(is_above || is_beside_or_below, "{usual:?} {moved:?}");
    for content in ["0 g 250 600 340 240 re f", "1 1 0.8 rg 250 600 340 240 re f", "0 g 0 0 596 842 re f"] {
        ward.write("day.pdf", paper(content));
        copy(&ward, "day.pdf", "x.pdf", "SAO Y", "").demand(5).told("--allow-covering");
        copy(&ward, "day.pdf", "x.pdf", "SAO Y", "--lang en").demand(5).told("isn't blank");
        assert!(!ward.path("x.pdf").exists());
    }
    std::fs::create_dir(ward.path("ra")).unwrap();
    ward.run(&format!("attach day.pdf --number 12 --out-dir ra {KEY}")).demand(5).told("--allow-covering");
    ward.run(&format!("attach day.pdf --number 12 --out-dir ra --allow-covering {KEY}")).demand(0);
    copy(&ward, "day.pdf", "x.pdf", "SAO Y", "--allow-covering").demand(0);
    assert_eq!(text_of(&ward, "x.pdf"), usual);
}

#[test]
fn attachments_are_signed_in_one_go() {
    let ward = Ward::new();
    for name in ["a.pdf", "b.pdf", "c.pdf"] {
        ward.write(name, ward.read("ket-qua.pdf"));
    }
    std::fs::create_dir(ward.path("ra")).unwrap();
    ward.run(&format!("attach a.pdf b.pdf c.pdf --number 12/QĐ-UBND --out-dir ra {KEY}")).demand(0).told("c.pdf");
    ward.run("verify --trust root.pem ra/a.pdf ra/b.pdf ra/c.pdf").demand(0);
    ward.run("verify --strict --trust root.pem ra/a.pdf ra/b.pdf ra/c.pdf").demand(0);
    let json = ward.run("verify --format json --trust root.pem ra/a.pdf ra/c.pdf").demand(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let time = |file: usize| json[file]["signatures"][0]["claimed_time"].clone();
    assert_eq!(time(0), time(1));

    // One that can't be signed leaves the others alone.
    ward.write("b.pdf", "no PDF");
    ward.run(&format!("attach a.pdf b.pdf c.pdf --number 12 --out-dir ra {KEY}")).demand(64).told("--force");
    let outcome = ward.run(&format!("attach a.pdf b.pdf c.pdf --number 13 --out-dir ra --force {KEY}"));
    outcome.demand(4).told("b.pdf").told("1/3");
    for wrong in ["a.pdf --out-dir nowhere", "a.pdf --out-dir .", "a.pdf ra/a.pdf --out-dir ra --force"] {
        ward.run(&format!("attach {wrong} --number 12 {KEY}")).demand(64);
    }
}

#[test]
fn what_cannot_be_read_is_not_copied() {
    let ward = Ward::new();
    let picture = stream("/Type /XObject /Subtype /Image", "\n", b"");
    for content in
        [stream("/Filter /FlateDecode", "\n", b"x\x9c and no more"), stream("/Filter /Foo", "\n", &lines(60))]
    {
        ward.write("giay.pdf", page(&content, &picture));
        for (form, pages) in [("TRÍCH SAO", "--pages 1"), ("SAO Y", "")] {
            copy(&ward, "giay.pdf", "x.pdf", form, pages).demand(5).told("không đọc được");
            copy(&ward, "giay.pdf", "x.pdf", form, &format!("{pages} --lang en"))
                .demand(5)
                .told("print it to PDF anew");
        }
    }
    for line_end in [" \n", "\t\r\n"] {
        ward.write("giay.pdf", page(&stream("", line_end, &lines(60)), &picture));
        copy(&ward, "giay.pdf", "trich.pdf", "TRÍCH SAO", "--pages 1 --force").demand(0);
        let text = Command::new("pdftotext").arg(ward.path("trich.pdf")).arg("-").output().unwrap();
        assert!(String::from_utf8_lossy(&text.stdout).contains("Dong chu thu 36"), "{line_end:?}");
    }
}
