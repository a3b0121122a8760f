//! `kyso archive backup`, `restore`, `drill`, `rebuild`, `reconcile`: what an operator types, and what comes of it.

use kyso_tests::folder::{Folder, Outcome, kyso_in as kyso};
use serde_json::Value;

/// A folder with an archive and a register in `kho`, its keys copied to `khoa`.
fn ward() -> Folder {
    let folder = Folder::new();
    run(&folder, "archive init --archive kho").demand(0);
    run(&folder, "register init --archive kho").demand(0);
    std::fs::create_dir(folder.path("khoa")).unwrap();
    for name in ["naming.key", "log.pem"] {
        std::fs::copy(folder.path("kho/keys").join(name), folder.path("khoa").join(name)).unwrap();
    }
    folder
}

fn run(folder: &Folder, arguments: &str) -> Outcome {
    let mut command = kyso(&folder.path(""));
    command.env("KYSO_OFFICER", "Lê Thị Mẫu").env("KYSO_ARCHIVE", "kho");
    Outcome::of(command.args(arguments.split_whitespace()))
}

fn json(outcome: Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap()
}

#[test]
fn archive_and_register_come_back_together() {
    let ward = ward();
    run(&ward, "archive backup sao-luu").demand(0).told("Đã sao lưu").told("KHÔNG có khóa");
    let again = json(run(&ward, "archive backup --format json sao-luu").demand(0));
    assert_eq!((&again["format"], &again["keys"]), (&"kyso-archive-backup".into(), &false.into()));
    // The two databases and the registers' definitions, where there are some.
    assert!(again["backup"]["copied"].as_u64().unwrap() <= 3, "{again}");

    run(&ward, "archive restore --archive moi --keys khoa sao-luu")
        .demand(0)
        .told("Người thực hiện: Lê Thị Mẫu")
        .told("trọn vẹn");
    let reports: Vec<String> = std::fs::read_dir(ward.path("moi"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("restored-"))
        .collect();
    assert_eq!(reports.len(), 2, "JSON and text: {reports:?}");
    let report = reports.iter().find(|name| name.ends_with(".json")).unwrap();
    let report: Value = serde_json::from_slice(&ward.read(&format!("moi/{report}"))).unwrap();
    assert_eq!(report["restoration"]["whole"], true);
    let list = |archive: &str| run(&ward, &format!("register list --archive {archive} --format json")).demand(0).stdout;
    assert_eq!(list("moi"), list("kho"));
    run(&ward, "archive restore --archive moi --keys khoa sao-luu").demand(64);
    run(&ward, "archive restore --archive khac sao-luu").demand(6).told("Mất khóa");
}

/// Numbers don't come into the archive's log: of two backups whose logs are of one size, the register says which is newer.
#[test]
fn a_register_that_was_put_back_isnt_backed_up_over_newer_backups() {
    let ward = ward();
    let allot = |archive: &str, key: &str| {
        let mut arguments = vec!["register", "allot", "--archive", archive, "--by", "Mẫu", "--register", "BS"];
        arguments.extend(["--requester", "Mẫu", "--document", "Giấy", "--certifier", "Mẫu", "--title", "Chánh"]);
        arguments.extend(["--copies", "1", "--request", key]);
        ward.run_with(&arguments).demand(0);
    };
    allot("kho", "a");
    run(&ward, "archive backup sao-luu").demand(0);
    let register = ward.read("kho/register.sqlite3");
    allot("kho", "b");
    run(&ward, "archive backup sao-luu").demand(0);
    let newest = ward.read("kho/register.sqlite3");
    ward.write("kho/register.sqlite3", &register);
    let refused = run(&ward, "archive backup --keep 1 sao-luu").demand(6);
    refused.told("sự kiện trong sổ chứng thực").told("không phải quá khứ của kho này");
    run(&ward, "archive backup --keep 1 --lang en sao-luu").demand(6).told("events of the register");
    // As long again, and another one all the same.
    allot("kho", "c");
    run(&ward, "archive backup --keep 1 sao-luu").demand(6);
    ward.write("kho/register.sqlite3", &newest);
    let kept = json(run(&ward, "archive backup --keep 1 --format json sao-luu").demand(0));
    assert_eq!(kept["backup"]["removed"], 2);
}

#[test]
fn a_backup_that_was_changed_is_named_and_nothing_comes_of_it() {
    let ward = ward();
    run(&ward, "archive backup sao-luu").demand(0);
    let snapshots = ward.path("sao-luu/snapshots");
    let snapshot = std::fs::read_dir(snapshots).unwrap().next().unwrap().unwrap().path();
    let database = snapshot.join("register.sqlite3");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[5000] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    run(&ward, "archive restore --archive moi --keys khoa sao-luu").demand(1).told("register.sqlite3");
    run(&ward, "archive drill --keys khoa sao-luu").demand(1).told("register.sqlite3");
    // What was restored in part is no archive.
    run(&ward, "archive rebuild --archive moi").demand(6).told("khôi phục dở");
}

/// Keys that were mixed up once don't stand in the way of the right ones.
#[test]
fn another_archives_keys_arent_left_where_it_comes_back() {
    let ward = ward();
    run(&ward, "archive backup sao-luu").demand(0);
    run(&ward, "archive init --archive khac").demand(0);
    std::fs::create_dir(ward.path("lan")).unwrap();
    let own_and_other = [("khoa", "log.pem"), ("khac/keys", "naming.key")];
    for (from, name) in own_and_other {
        std::fs::copy(ward.path(from).join(name), ward.path("lan").join(name)).unwrap();
    }
    run(&ward, "archive restore --archive moi --keys khac/keys sao-luu").demand(1);
    run(&ward, "archive restore --archive moi --keys lan sao-luu").demand(6);
    assert!(!ward.path("moi/keys").exists());
    run(&ward, "archive restore --archive moi --keys khoa sao-luu").demand(0);
}

#[test]
fn an_exercise_leaves_its_report_alone() {
    let ward = ward();
    run(&ward, "archive backup sao-luu").demand(0);
    std::fs::create_dir(ward.path("tam")).unwrap();
    run(&ward, "archive drill --keys khoa --scratch tam --report bien-ban sao-luu").demand(0).told("trọn vẹn");
    assert_eq!(std::fs::read_dir(ward.path("tam")).unwrap().count(), 0);
    let report: Value = serde_json::from_slice(&ward.read("bien-ban.json")).unwrap();
    assert_eq!(report["format"], "kyso-archive-restoration");
    assert!(String::from_utf8(ward.read("bien-ban.txt")).unwrap().contains("Lê Thị Mẫu"));
}

#[test]
fn a_lost_database_is_made_again() {
    let ward = ward();
    run(&ward, "archive rebuild").demand(64);
    run(&ward, "archive reconcile").demand(0).told("mở được");
    for name in ["archive.sqlite3", "archive.sqlite3-wal", "archive.sqlite3-shm"] {
        let _ = std::fs::remove_file(ward.path("kho").join(name));
    }
    run(&ward, "archive backup sao-luu").demand(6).told("Mất");
    let rebuilt = json(run(&ward, "archive rebuild --format json").demand(0));
    assert_eq!(rebuilt["rebuilt"]["done"], true);
    run(&ward, "archive backup sao-luu").demand(0);
}

#[test]
fn a_backup_lies_outside_the_archive() {
    let ward = ward();
    for place in ["kho", "kho/sao-luu", "."] {
        run(&ward, &format!("archive backup {place}")).demand(64);
    }
    assert!(!ward.path("kho/sao-luu").exists());
}
