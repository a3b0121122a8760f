//! `kyso register head` and `kyso register audit --since`: what was cut off, put back or changed is told.

use serde_json::Value;

use kyso_tests::folder::{Folder, Outcome};
use kyso_tests::picture::Picture;

const ALLOT: &str = "register allot --archive so --by Mẫu --register BS --requester Mẫu --document Giấy --certifier Mẫu --title Chánh \
                     --copies 1";

/// A register with three numbers.
fn register() -> Folder {
    let folder = Folder::new();
    folder.run("register init --archive so").demand(0);
    for key in ["a", "b", "c"] {
        folder.run(&format!("{ALLOT} --request {key}")).demand(0);
    }
    folder
}

/// The line to write down.
fn head(folder: &Folder) -> String {
    folder.run("register head --archive so").demand(0).stdout.lines().nth(1).unwrap().to_owned()
}

fn audit(folder: &Folder, heads: &[&str]) -> Outcome {
    let mut arguments = vec!["register", "audit", "--archive", "so"];
    heads.iter().for_each(|head| arguments.extend(["--since", head]));
    folder.run_with(&arguments)
}

#[test]
fn a_head_is_printed_as_text_and_as_a_qr_symbol() {
    let folder = register();
    let told = folder.run("register head --archive so --qr dau-so.png").demand(0);
    assert!(told.stdout.starts_with("Đầu sổ: 5 sự kiện, sự kiện cuối lúc "), "{}", told.stdout);
    let line = told.stdout.lines().nth(1).unwrap();
    assert!(line.starts_with("5-") && line.len() == 2 + 64 + 17 && line.ends_with('Z'), "{line}");
    assert_eq!(Picture::read(&folder.path("dau-so.png")).qr(), Some(line.to_uppercase()));
    // The terminal's symbol: light modules are drawn, two rows a line.
    let drawn = told.stdout.lines().filter(|line| line.starts_with('█')).collect::<Vec<_>>();
    let columns = drawn[0].chars().count();
    assert!(drawn.len() == columns.div_ceil(2) && columns > 29, "{}", told.stdout);
    let mut pixels = Vec::new();
    for y in 0..columns * 4 {
        for x in 0..columns * 4 {
            let letter = drawn[y / 8].chars().nth(x / 4).unwrap();
            let is_light = match letter {
                '█' => true,
                '▀' => y / 4 % 2 == 0,
                '▄' => y / 4 % 2 == 1,
                _ => false,
            };
            pixels.extend([if is_light { 255 } else { 0 }; 3]);
        }
    }
    let side = u32::try_from(columns * 4).unwrap();
    assert_eq!(Picture { width: side, height: side, pixels }.qr(), Some(line.to_uppercase()));
    folder.run("register head --archive so --qr dau-so.png").demand(64).told("--force");
    let json = folder.run("register head --archive so --format json").demand(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["format"], &json["text"]), (&"kyso-register-head".into(), &line.into()));
    assert_eq!(json["head"]["events"], 5);
}

#[test]
fn heads_are_held_against_the_register() {
    let folder = register();
    let (first, old) = (head(&folder), folder.run("register audit --archive so").demand(0).stdout);
    let old = old.lines().find(|line| line.starts_with("Sự kiện: ")).unwrap();
    folder.run(&format!("{ALLOT} --request d")).demand(0);
    let second = head(&folder);
    audit(&folder, &[&first, old, &second]).demand(0).told("còn nguyên như khi chép; từ đó thêm 1 sự kiện");
    audit(&folder, &[&first, "--lang", "en"]).demand(64);
    audit(&folder, &["nonsense"]).demand(64).told("--since");
    folder.write("dau-so.txt", format!("# chép ngày 30\n{first}\r\n\n{old}\n"));
    folder.run("register audit --archive so --since-file dau-so.txt --lang en").demand(0).told("1 events since");
    folder.write("sai.txt", format!("{first}\nkhông phải\n"));
    folder.run("register audit --archive so --since-file sai.txt").demand(64).told("sai.txt dòng 2");
    folder.write("rong.txt", "# chưa có\n");
    folder.run("register audit --archive so --since-file rong.txt").demand(64).told("không có đầu sổ nào");
    folder.run("register audit --archive so --since-file khong-co.txt").demand(64);
}

/// An older copy of the files is put in place of the register: without a head nobody notices, with one the count is told.
#[test]
fn a_register_that_was_put_back_is_told() {
    let folder = register();
    std::fs::create_dir(folder.path("cu")).unwrap();
    for entry in std::fs::read_dir(folder.path("so")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path("cu").join(entry.file_name())).unwrap();
    }
    let before = head(&folder);
    for key in ["d", "e"] {
        folder.run(&format!("{ALLOT} --request {key}")).demand(0);
    }
    let after = head(&folder);
    std::fs::remove_dir_all(folder.path("so")).unwrap();
    std::fs::rename(folder.path("cu"), folder.path("so")).unwrap();
    audit(&folder, &[]).demand(0);
    audit(&folder, &[&before]).demand(0);
    let gone =
        audit(&folder, &[&before, &after]).demand(1).told("còn nguyên").told("MẤT 2 sự kiện cuối, kể từ sự kiện 6");
    assert!(!gone.stdout.contains("SAI:"), "{}", gone.stdout);
    let arguments = ["register", "audit", "--archive", "so", "--since", &after, "--format", "json"];
    let json: Value = serde_json::from_str(&folder.run_with(&arguments).demand(1).stdout).unwrap();
    let difference = &json["audit"]["since"][0]["difference"];
    assert_eq!(difference, &serde_json::json!({ "code": "gone", "events": 2, "first": 6 }));
}

/// A definition that gives numbers out again is refused in every command, with what to do.
#[test]
fn registers_that_are_defined_anew_are_refused() {
    let folder = register();
    let ours = include_str!("../../../kyso-register/data/registers.toml");
    folder.write(
        "so/registers.toml",
        ours.replace("code = \"BS\"", "code = \"SAO\"")
            .replace("electronic_copies = \"BS\"", "electronic_copies = \"SAO\""),
    );
    for command in ["list", "audit", "head", "pending", "close --year 2026 --by Mẫu"] {
        let told = folder.run(&format!("register {command} --archive so")).demand(5);
        assert!(told.stderr.contains("chuyển ký hiệu SCT/BS từ sổ BS sang sổ SAO"), "{}", told.stderr);
    }
    folder.run(&format!("{ALLOT} --request d --lang en")).demand(5).told("Leave the code BS to SCT/BS");
    folder.write("so/registers.toml", ours.to_owned() + "\n[office]\nagency = \"A\"\n");
    folder.run(&format!("{ALLOT} --request d")).demand(0).told("04, ");
    folder.run("register audit --archive so").demand(0);
}
