//! `kyso roster`: the file that `--roster` takes.

use serde_json::Value;

use kyso_tests::ward::Ward;

const PASSWORD: &str = "--pass-file pass.txt";

#[test]
fn a_roster_is_made_and_used() {
    let ward = Ward::new();
    let add = |rest: &str| ward.run(&format!("roster add --roster moi.toml {rest}"));
    add(&format!("--p12 leader.p12 {PASSWORD} --role leader --from 01/01/2020"))
        .demand(0)
        .told("✔ Đã ghi vào moi.toml");
    ward.write("con-dau.pem", ward.seal.certificate_pem().unwrap());
    add("--cert con-dau.pem --role seal --name Con-dau").demand(0);
    let sign = |input: &str, output: &str| {
        ward.run(&format!("sign {input} -o {output} --p12 leader.p12 {PASSWORD} --roster moi.toml"))
    };
    sign("ket-qua.pdf", "da-ky.pdf").demand(0);
    ward.run(&format!("seal da-ky.pdf -o ra.pdf --p12 seal.p12 {PASSWORD} --roster moi.toml")).demand(0);
    ward.run("verify --trust root.pem --roster moi.toml ra.pdf").demand(0).told("danh sách chứng thư số của cơ quan");

    let json: Value =
        serde_json::from_str(&ward.run("roster list --roster moi.toml --format json").demand(0).stdout).unwrap();
    let [leader, seal] = json.as_array().unwrap().as_slice() else { panic!("{json}") };
    assert_eq!((&leader["role"], &seal["role"], &seal["name"]), (&"leader".into(), &"seal".into(), &"Con-dau".into()));
    assert_eq!((&leader["number"], &leader["in_force"]), (&1.into(), &true.into()));
    assert_eq!(leader["from"], "2019-12-31T17:00:00Z", "from the first moment of the day in Vietnam");
    ward.run("roster list --roster moi.toml").demand(0).told("từ 01/01/2020 00:00:00 +07:00 (đang có hiệu lực)");

    ward.run("roster remove --roster moi.toml 1").demand(0);
    sign("ket-qua.pdf", "khac.pdf").demand(5);
    let seal = seal["sha256"].as_str().unwrap().to_owned();
    ward.run(&format!("roster remove --roster moi.toml {}", &seal[..12])).demand(0);
    ward.run("roster list --roster moi.toml").demand(0).told("chưa có chứng thư số nào");
}

#[test]
fn a_mandate_has_its_days() {
    let ward = Ward::new();
    let add = |rest: &str| {
        ward.run(&format!("roster add --roster moi.toml --p12 leader.p12 {PASSWORD} --role leader {rest}"))
    };
    add("--until 31/12/2020 --power KT").demand(0);
    ward.run("roster list --roster moi.toml")
        .demand(0)
        .told("đến 31/12/2020 23:59:59 +07:00 (KHÔNG có hiệu lực lúc này)");
    ward.run(&format!("sign ket-qua.pdf -o a.pdf --p12 leader.p12 {PASSWORD} --roster moi.toml")).demand(5);
    // The same person again, for other days; and not twice for the same.
    add("--from 2021-01-01").demand(0);
    add("").demand(5).told("đã có chứng thư số này");
    ward.run(&format!("sign ket-qua.pdf -o a.pdf --p12 leader.p12 {PASSWORD} --roster moi.toml")).demand(0);
    add("--from 02/01/2030 --until 01/01/2030").demand(64).told("--until phải sau --from");
    add("--from ngày-mai").demand(64).told("cần ngày/tháng/năm");
    add("--power PCT").demand(64).told("TM., Q., KT., TL., TUQ.");
}

#[test]
fn what_does_not_fit_is_told() {
    let ward = Ward::new();
    ward.write("con-dau.pem", ward.seal.certificate_pem().unwrap());
    let add = |rest: &str| ward.run(&format!("roster add --roster moi.toml {rest}"));
    add("--role leader").demand(64).told("--p12");
    add("--cert con-dau.pem --role chairman").demand(64).told("leader, seal, copy, other");
    add("--cert root.pem --role leader").demand(64).told("chỉ có chứng thư của CA");
    add("--cert pass.txt --role leader").demand(64).told("Không tìm thấy chứng thư số nào");
    add("--p12 leader.p12 --role leader").demand(64).told("--pass-file");
    assert!(!ward.path("moi.toml").exists());
    // A hint is a warning: the roster is the agency's word.
    add("--cert con-dau.pem --role leader").demand(0).told("Cảnh báo: chứng thư số này mang tên một cơ quan");
    ward.run("roster list --roster root.pem").demand(64).told("Danh sách chứng thư số root.pem sai");
    ward.run("roster remove --roster moi.toml 2").demand(64).told("không có mục này");
    ward.run("roster remove --roster moi.toml x").demand(64).told("8 chữ số đầu");
    // What a person wrote beside it stays.
    let own = format!("# của phường\n{}", String::from_utf8(ward.read("moi.toml")).unwrap());
    ward.write("moi.toml", &own);
    add(&format!("--p12 leader.p12 {PASSWORD} --role leader")).demand(0);
    assert!(String::from_utf8(ward.read("moi.toml")).unwrap().starts_with("# của phường\n"));
}
