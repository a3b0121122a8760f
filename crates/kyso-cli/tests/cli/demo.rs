//! `kyso demo`: the first command that anyone runs.

use kyso_tests::folder::Folder;

#[test]
fn it_leaves_a_valid_document_and_can_be_run_again() {
    let folder = Folder::new();
    let run = |arguments: &str| folder.run(arguments);
    let told = run("demo").demand(0).told("HỢP LỆ. Có đủ chữ ký").told("(kết quả): 0 điểm chưa đúng");
    assert!(
        told.stdout.contains("Cấp số chứng thực 01, quyển số 01/") && told.stdout.lines().count() < 50,
        "{}",
        told.stdout
    );
    let trust = "--trust kyso-demo/ca-goc.pem --roster kyso-demo/danh-sach.toml";
    run(&format!("verify {trust} kyso-demo/da-dong-dau.pdf")).demand(0);
    run(&format!("verify {trust} kyso-demo/ket-qua.pdf")).demand(3);
    let register = "--archive kyso-demo/luu-tru";
    run(&format!("register show 1 --register CK {register}")).demand(0).told("đã chứng thực");
    run(&format!("register audit {register}")).demand(0);
    let record = folder.read("kyso-demo/ket-qua.json");
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap();
    let sealed = folder.read("kyso-demo/da-dong-dau.pdf");
    assert_eq!((&record["File"]["Bytes"], &record["PageAmount"]), (&sealed.len().into(), &2.into()));
    let facts =
        |one: &serde_json::Value| ["Field", "Role", "Indication"].map(|key| one[key].as_str().unwrap().to_owned());
    assert_eq!(
        record["Signatures"].as_array().unwrap().iter().map(facts).collect::<Vec<_>>(),
        [
            ["NguoiTiepNhan", "other", "TOTAL-PASSED"],
            ["NguoiChungThuc", "leader", "TOTAL-PASSED"],
            ["ConDau", "seal", "TOTAL-PASSED"]
        ]
    );
    assert!(folder.path("kyso-demo/kiem-tra.png").exists());
}

#[test]
fn run_again_it_deletes_only_what_it_made() {
    let folder = Folder::new();
    let run = |arguments: &str| folder.run(arguments);
    let read = |name: &str| folder.read(name);
    run("demo").demand(0);
    let first = read("kyso-demo/da-dong-dau.pdf");
    run("demo --lang en").demand(0).told("Go on with:");
    assert_ne!(read("kyso-demo/da-dong-dau.pdf"), first, "it's replaced as long as it is as it was made");

    folder.write("kyso-demo/cua-toi.txt", "mine");
    folder.write("kyso-demo/ket-qua.pdf", "mine too");
    let sealed = read("kyso-demo/da-dong-dau.pdf");
    let told = run("demo").demand(0);
    assert!(told.stderr.contains("làm thử ở kyso-demo-2"), "{}", told.stderr);
    assert!(told.stdout.contains("kyso-demo-2/da-dong-dau.pdf"), "{}", told.stdout);
    assert_eq!((read("kyso-demo/cua-toi.txt"), read("kyso-demo/ket-qua.pdf")), (b"mine".into(), b"mine too".into()));
    assert_eq!(read("kyso-demo/da-dong-dau.pdf"), sealed);
    run("verify --trust kyso-demo-2/ca-goc.pem kyso-demo-2/da-dong-dau.pdf").demand(0);
}

#[test]
fn the_commands_that_it_proposes_work() {
    let folder = Folder::new();
    let demo = folder.run_with(&["demo", "--out", "thử nghiệm"]).demand(0);
    let proposed = demo.stdout.lines().skip_while(|line| !line.starts_with("Hãy thử tiếp")).skip(1);
    let mut count = 0;
    for line in proposed {
        let status =
            std::process::Command::new("sh").args(["-c", line]).current_dir(folder.path("")).output().unwrap().status;
        assert_eq!(status.code(), Some(0), "{line}");
        count += 1;
    }
    assert_eq!(count, 9);
}

#[test]
fn what_is_not_its_own_it_leaves_alone() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("cua-toi")).unwrap();
    folder.write("cua-toi/thu.txt", "thư");
    folder.run("demo --out cua-toi").demand(64).told("không do kyso demo tạo ra");
    assert_eq!(std::fs::read_dir(folder.path("")).unwrap().count(), 1);
    assert_eq!(std::fs::read_dir(folder.path("cua-toi")).unwrap().count(), 1);
}
