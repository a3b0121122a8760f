//! `kyso reserve`: fields made first and signed later.

use serde_json::Value;

use kyso_tests::ward::{BLUE, Ward, ring};

const KEY: &str = "--p12 leader.p12 --pass-file pass.txt";

#[test]
fn fields_are_made_in_their_places_and_signed_by_name() {
    let ward = Ward::new();
    ward.write("chu-ky.png", ring(BLUE));
    let mut line =
        "reserve ket-qua.pdf -o trong.pdf --field Nhan --page 1 --rect 50,60,120,90".split(' ').collect::<Vec<_>>();
    line.extend(["--field", "LanhDao", "--anchor", "CHỦ TỊCH", "--size", "40,20"]);
    ward.run_with(&line).demand(0).told("Nhan, LanhDao");
    let inspect = ward.run("inspect --format json trong.pdf").demand(0);
    let json: Value = serde_json::from_str(&inspect.stdout).unwrap();
    let fields = json["fields"].as_array().unwrap();
    assert_eq!((&fields[0]["name"], &fields[1]["name"]), (&"Nhan".into(), &"LanhDao".into()));
    assert_eq!(fields[0]["rectangle"], serde_json::json!([50.0, 60.0, 120.0, 90.0]));
    let width = fields[1]["rectangle"][2].as_f64().unwrap();
    assert!((width - 40.0 * 72.0 / 25.4).abs() < 0.1, "{width}");
    ward.run("verify trong.pdf").demand(3);

    let image = "--image chu-ky.png --image-width-mm 18";
    // Misspelt, it's no new field.
    let misspelt = ward.run(&format!("sign trong.pdf -o x.pdf {KEY} --field LanhDa")).demand(64);
    misspelt.told("Tài liệu không có trường chữ ký LanhDa; các trường trống là: Nhan, LanhDao").told("(--new-field)");
    ward.run(&format!("sign trong.pdf -o x.pdf {KEY} --field LanhDao --new-field Khac")).demand(64);
    assert!(!ward.path("x.pdf").exists());
    ward.run(&format!("sign trong.pdf -o moi.pdf {KEY} --new-field Khac")).demand(0).told("trường Khac");
    ward.run(&format!("sign trong.pdf -o mot.pdf {KEY} --field LanhDao {image}")).demand(0);
    ward.run(&format!("sign mot.pdf -o hai.pdf {KEY} --field Nhan {image}")).demand(0);
    ward.run(&format!("sign hai.pdf -o x.pdf {KEY} --field Nhan")).demand(5).told("đã được ký");
    ward.run("verify --trust root.pem hai.pdf").demand(0);
}

#[test]
fn a_lock_holds_once_the_field_is_signed() {
    let ward = Ward::new();
    let places = |lock: &str| {
        let second = "--field SauCung --page 1 --rect 50,200,120,60";
        format!("--field LanhDao --page 1 --rect 50,60,120,90 --lock {lock} {second}")
    };
    ward.run(&format!("reserve ket-qua.pdf -o a.pdf {}", places("only:SauCung"))).demand(0);
    ward.run(&format!("sign a.pdf -o b.pdf {KEY} --field LanhDao")).demand(0);
    ward.run(&format!("sign b.pdf -o x.pdf {KEY} --field SauCung")).demand(5);
    ward.run(&format!("sign b.pdf -o c.pdf {KEY}")).demand(0);
    ward.run("verify --trust root.pem c.pdf").demand(0);
    ward.run(&format!("reserve ket-qua.pdf -o d.pdf {}", places("all/1"))).demand(0);
    ward.run(&format!("sign d.pdf -o e.pdf {KEY} --field LanhDao")).demand(0);
    let json: Value = serde_json::from_str(&ward.run("verify --format json e.pdf").stdout).unwrap();
    assert_eq!(json[0]["signatures"][0]["docmdp"], 1);
    ward.run(&format!("sign e.pdf -o x.pdf {KEY}")).demand(5);
    for lock in ["none", "all/4", "all:A", "only:", "only", "but:/2", "all/1/2"] {
        ward.run(&format!("reserve ket-qua.pdf -o x.pdf --field A --page 1 --rect 1,1,9,9 --lock {lock}")).demand(64);
    }
}

#[test]
fn each_field_needs_one_place() {
    let ward = Ward::new();
    for places in [
        "--field A",
        "--field A --page 1",
        "--field A --rect 1,1,9,9",
        "--field A --page 1 --rect 1,1,9,9 --anchor x",
        "--field A --page 1 --rect 1,1,9,9 --page 2",
        "--page 1 --rect 1,1,9,9 --field A",
        "--field A --anchor x --size 0,5",
    ] {
        ward.run(&format!("reserve ket-qua.pdf -o a.pdf {places}")).demand(64);
    }
    ward.run("reserve ket-qua.pdf -o a.pdf --field A --anchor khong-co-chu-nay")
        .demand(64)
        .told("Không tìm thấy dòng chữ");
    ward.run("reserve ket-qua.pdf -o a.pdf --field A --page 1 --rect 1,1,9,9 --field A --page 1 --rect 9,9,9,9")
        .demand(64);
    assert!(!ward.path("a.pdf").exists());
}
