//! Backups from before and after a destruction: what is put back, taken from under a hold or cut off brings nothing back.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use kyso_tests::folder::{Folder, kyso_in as kyso};
use serde_json::Value;

use super::archive_destroy::{run, told, ward};

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.as_ref().unwrap(), to.join(entry.as_ref().unwrap().file_name()));
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// Backs the archive up; the backup's name.
fn backed_up(ward: &Folder) -> String {
    let taken = run(ward, &["backup", "sao-luu", "--format", "json"]).demand(0);
    let taken: Value = serde_json::from_str(&taken.stdout).unwrap();
    taken["backup"]["name"].as_str().unwrap().to_owned()
}

/// An archive with a document that was destroyed and one that stays; a medium with a backup from under a hold, by its name, and one of
/// afterwards; the archive as it was then, in `cu`.
fn destroyed() -> (Folder, String, String) {
    let (ward, kept) = ward(&[told("CK", "05/01/2020", 7), told("GD", "05/01/2990", 8)]);
    let old = kept[0].id.to_string();
    copy(&ward.path("kho/keys"), &ward.path("khoa"));
    let hold = run(&ward, &["hold", "place", &old, "--ground", "thanh tra"]).demand(0);
    let hold = hold.stdout.lines().last().unwrap().rsplit(' ').next().unwrap().to_owned();
    let before = backed_up(&ward);
    copy(&ward.path("kho"), &ward.path("cu"));
    run(&ward, &["hold", "release", &hold, "--ground", "xong"]).demand(0);
    run(&ward, &["destroy", "propose", "--due"]).demand(0);
    run(&ward, &["destroy", "approve", "1", "--by", "Nguyễn Văn Mẫu"]).demand(0);
    let today = kyso::local_time::VIETNAM.to_datetime(jiff::Timestamp::now()).date().to_string();
    run(&ward, &["destroy", "decide", "1", "--decision", "12/QĐ", "--date", &today]).demand(0);
    run(&ward, &["destroy", "execute", "1", "--decision", "12/QĐ", "--no-second"]).demand(0);
    backed_up(&ward);
    (ward, before, old)
}

#[test]
fn an_archive_that_was_put_back_isnt_backed_up_over_newer_backups() {
    let (ward, _, old) = destroyed();
    let refused = run(&ward, &["backup", "sao-luu", "--archive", "cu", "--keep", "1"]).demand(6);
    refused.told("không phải quá khứ của kho này").told("thư mục khác");
    run(&ward, &["backup", "sao-luu", "--archive", "cu", "--lang", "en"]).demand(6).told("another directory");
    let list = run(&ward, &["restore", "--archive", "moi", "--keys", "khoa", "sao-luu"]).demand(0);
    list.told("trọn vẹn");
    run(&ward, &["fetch", "--archive", "moi", &old, "-o", "a.pdf"]).demand(5);
    run(&ward, &["backup", "khac", "--archive", "cu"]).demand(0);
}

#[test]
fn a_backup_from_under_a_hold_comes_back_wherever_its_restoration_is_cut_off() {
    let (ward, before, old) = destroyed();
    let restore = |to: &str| {
        ["restore", "--backup", &before, "--archive", to, "--keys", "khoa", "--format", "json", "sao-luu"]
            .map(str::to_owned)
    };
    let restored = |to: &str| {
        let arguments = restore(to);
        let done = run(&ward, &arguments.each_ref().map(String::as_str)).demand(0);
        let report: Value = serde_json::from_str(&done.stdout).unwrap();
        assert_eq!(report["restoration"]["whole"], true, "{report}");
        assert_eq!(report["restoration"]["destroyed"], serde_json::json!([old]), "{report}");
    };
    let begun = Instant::now();
    restored("moi");
    let lasted = begun.elapsed();
    run(&ward, &["audit", "--archive", "moi"]).demand(0);
    run(&ward, &["hold", "list", "--archive", "moi"]).demand(0).told("Không có lệnh giữ nào.");
    let kills: u32 = 12;
    for kill in 1..kills {
        let to = format!("moi-{kill}");
        let mut command = kyso(&ward.path(""));
        command.env("KYSO_OFFICER", "Lê Thị Mẫu").arg("archive").args(restore(&to));
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(lasted.max(Duration::from_millis(100)) * kill / kills);
        child.kill().unwrap();
        child.wait().unwrap();
        // It may have come to its end.
        if ward.path(&to).join("archive.sqlite3").exists() && !ward.path(&to).join("restoring.json").exists() {
            continue;
        }
        restored(&to);
        run(&ward, &["audit", "--archive", &to]).demand(0);
        run(&ward, &["fetch", "--archive", &to, &old, "-o", "a.pdf"]).demand(5);
    }
    let scratch = run(&ward, &["drill", "--backup", &before, "--keys", "khoa", "sao-luu"]).demand(0);
    scratch.told("trọn vẹn");
}

#[test]
fn holds_are_listed_after_the_database_was_made_again() {
    let (ward, _, _) = destroyed();
    for journal in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(ward.path(&format!("kho/archive.sqlite3{journal}")));
    }
    run(&ward, &["rebuild"]).demand(0);
    run(&ward, &["hold", "list", "--all"]).demand(0);
    run(&ward, &["audit"]).demand(0);
}
