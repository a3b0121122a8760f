//! `kyso demo`: the first command that anyone runs.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use kyso_tests::folder::{Folder, Outcome, kyso_in};

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
        let status = Command::new("sh").args(["-c", line]).current_dir(folder.path("")).output().unwrap().status;
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

/// `kyso demo --services` while it runs, and the commands that it proposes.
struct Services {
    child: Child,
    told: Vec<String>,
}

impl Services {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut command = kyso_in(&folder.path(""));
        command.args(["demo", "--services", "--listen", "127.0.0.1:0"]).args(arguments).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut told = Vec::new();
        for line in lines {
            told.push(line);
            if told.last().unwrap().starts_with("Ctrl-C") {
                break;
            }
        }
        Self { child, told }
    }

    fn proposed(&self) -> impl Iterator<Item = &str> {
        self.told.iter().map(|line| line.trim_start()).filter(|line| line.contains("kyso ") && line.contains("--"))
    }

    /// As Ctrl-C does.
    fn interrupt(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

#[test]
fn its_services_give_every_level_that_it_proposes() {
    let folder = Folder::new();
    let services = Services::start(&folder, &["--out", "thử dịch vụ"]);
    assert!(services.told[0].starts_with("CHỈ ĐỂ THỬ"), "{:?}", services.told);
    let mut levels = Vec::new();
    for line in services.proposed() {
        let outcome = Outcome::of(Command::new("sh").args(["-c", line]).current_dir(folder.path(""))).demand(0);
        let level = |name: &&str| outcome.stdout.contains(&format!("{name})"));
        levels.push(["PAdES-B-B", "PAdES-B-T", "PAdES-B-LT", "PAdES-B-LTA"].into_iter().find(level));
    }
    let made = levels.into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(made, ["PAdES-B-B", "PAdES-B-T", "PAdES-B-LT", "PAdES-B-LTA", "PAdES-B-LTA"]);
    assert_eq!(services.interrupt(), Some(0));
    // What has its evidence needs the services no more.
    let trust = ["--trust", "thử dịch vụ/ca-goc.pem", "--roster", "thử dịch vụ/danh-sach.toml"];
    let verify = |file| folder.run_with(&[&["verify"], &trust[..], &[file]].concat());
    verify("thử dịch vụ/gia-han.pdf").demand(0);
    verify("thử dịch vụ/muc-t.pdf").demand(2);
    let keys = std::fs::read_dir(folder.path("thử dịch vụ")).unwrap().map(|entry| entry.unwrap().file_name());
    let keys = keys.filter(|name| name.to_str().is_some_and(|name| name.ends_with(".p12"))).count();
    assert_eq!(keys, 2, "no authority's key is kept");
}

#[test]
fn its_services_are_for_this_machine_alone_and_say_where_a_port_is_taken() {
    let folder = Folder::new();
    for address in ["0.0.0.0:3161", "192.0.2.1:3161", "[::]:3161", "127.0.0.1", "localhost:3161"] {
        folder.run_with(&["demo", "--services", "--listen", address]).demand(64).told("--listen");
    }
    folder.run("demo --listen 127.0.0.1:0").demand(64).told("--services");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    folder.run_with(&["demo", "--services", "--listen", &address]).demand(6).told("--listen 127.0.0.1:0");
    assert_eq!(folder.files(), Vec::<String>::new());
}
