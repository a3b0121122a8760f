//! `kyso templates`: which there are, what one looks like, whether one's own are right.

use serde_json::Value;

use kyso_tests::ward::Ward;

#[test]
fn templates_are_listed_with_source_and_state() {
    let ward = Ward::new();
    for line in ["templates", "templates list"] {
        let told = ward.run(line).demand(0).told("ck-mot-nguoi-mot-cua-2020 (CK, one-person-one-stop)");
        assert!(told.stdout.contains("Áp dụng: 20/04/2020 – 30/06/2025; đã đối chiếu"), "{}", told.stdout);
        assert!(told.stdout.contains("BẢN NHÁP, chưa đối chiếu"), "{}", told.stdout);
        assert!(told.stdout.contains("Nguồn: Thông tư 01/2020/TT-BTP"), "{}", told.stdout);
    }
    let json: Value = serde_json::from_str(&ward.run("templates list --format json").demand(0).stdout).unwrap();
    let of = |id: &str| json.as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
    assert_eq!(of("cknd")["kinds"], serde_json::json!(["CKND"]));
    assert_eq!(of("ck-mot-nguoi-mot-cua-2020")["verified"], true);
    assert_eq!(of("gd")["effective_from"], "2025-11-01");
    ward.run("templates list --lang en").demand(0).told("DRAFT, not verified");
}

#[test]
fn a_template_is_shown_as_a_page_or_as_its_file() {
    let ward = Ward::new();
    ward.run("templates show ck-mot-nguoi-mot-cua -o mau.pdf")
        .demand(0)
        .told("chỗ ký: NguoiTiepNhan, NguoiChungThuc")
        .told("bản nháp");
    assert!(ward.read("mau.pdf").starts_with(b"%PDF-"));
    ward.run("inspect mau.pdf").demand(0);
    ward.run("templates show ck-mot-nguoi-mot-cua -o mau.pdf").demand(64).told("--force");
    ward.run("templates show gd --long -o dai.pdf").demand(0);
    assert!(ward.read("dai.pdf").len() > ward.read("mau.pdf").len());
    ward.run("templates show khong-co -o x.pdf").demand(64).told("ck-mot-nguoi");
    let text = ward.run("templates show ck-mot-nguoi").demand(0).stdout;
    assert!(text.starts_with("id = \"ck-mot-nguoi\""), "{text}");
}

#[test]
fn ones_own_templates_are_checked_and_used() {
    let ward = Ward::new();
    std::fs::create_dir(ward.path("mau")).unwrap();
    let text = ward.run("templates show ck-mot-nguoi").demand(0).stdout;
    ward.write("mau/ck-mot-nguoi.toml", text.replace("LỜI CHỨNG CHỨNG THỰC", "LỜI CHỨNG CỦA XÃ"));
    ward.write("mau/ghi-chu.txt", "not read");
    ward.run("templates check mau").demand(0).told("✔ mau: 1");
    ward.run("templates show ck-mot-nguoi --templates mau -o mau.pdf").demand(0);
    ward.run("templates list --templates mau").demand(0);

    ward.write(
        "mau/sai.toml",
        text.replace("id = \"ck-mot-nguoi\"", "id = \"sai\"").replace("{{place}}", "{{plaice}}"),
    );
    let told =
        ward.run("templates check mau").demand(1).told("✘ sai.toml, dòng ").told("khóa part.text").told("{{plaice}}");
    assert!(told.stdout.ends_with("mau: 1 lỗi\n"), "{}", told.stdout);
    let json: Value = serde_json::from_str(&ward.run("templates check mau --format json").demand(1).stdout).unwrap();
    assert_eq!((&json["flaws"][0]["file"], &json["flaws"][0]["key"]), (&"sai.toml".into(), &"part.text".into()));
    assert!(json["flaws"][0]["line"].as_u64().unwrap() > 5);
    ward.run("templates list --templates mau").demand(64).told("sai.toml, dòng ");
    ward.run("templates check khong-co").demand(64);
    ward.run("templates check mau --lang en").demand(1).told("sai.toml, line ");
}
