//! `kyso register audit` beside an archive: the register is held against the heads in the archive's log.

use kyso_archive::{Archive, RegisterHead};
use kyso_register::Register;
use kyso_tests::folder::Folder;
use serde_json::Value;

const ALLOT: &str = "register allot --archive so --by Mẫu --register BS --requester Mẫu --document Giấy --certifier Mẫu --title Chánh \
                     --copies 1";

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Writes the register's head into the log of the archive beside it, as the service does.
fn write_down(folder: &Folder) {
    block_on(async {
        let register = Register::open(&folder.path("so")).await.unwrap();
        let head = register.head().await.unwrap();
        register.close().await;
        let archive = Archive::open(&folder.path("so")).await.unwrap();
        let head = RegisterHead { events: head.events.unwrap(), chain: head.chain, definitions: None };
        assert!(archive.log_register_head(&head).await.unwrap());
        archive.sequence().await.unwrap();
        archive.close().await;
    });
}

fn allot(folder: &Folder, key: &str) {
    folder.run(&format!("{ALLOT} --request {key}")).demand(0);
}

#[test]
fn a_register_that_was_put_back_is_told_by_the_log_beside_it() {
    let folder = Folder::new();
    folder.run("register init --archive so").demand(0);
    folder.run("register audit --archive so").demand(0);
    folder.run("archive init --archive so").demand(0);
    allot(&folder, "a");
    folder.run("register audit --archive so").demand(0).told("chưa ghi đầu sổ nào");
    write_down(&folder);
    std::fs::create_dir(folder.path("cu")).unwrap();
    std::fs::copy(folder.path("so/register.sqlite3"), folder.path("cu/register.sqlite3")).unwrap();
    allot(&folder, "b");
    write_down(&folder);
    let whole = folder.run("register audit --archive so").demand(0);
    assert!(
        whole.stdout.contains("Đầu sổ trong nhật ký của kho") && whole.stdout.contains("còn nguyên"),
        "{}",
        whole.stdout
    );

    std::fs::copy(folder.path("cu").join("register.sqlite3"), folder.path("so").join("register.sqlite3")).unwrap();
    folder.run("register audit --archive so").demand(1).told("MẤT 1 sự kiện cuối");
    // And also once it has gone on otherwise.
    allot(&folder, "c");
    allot(&folder, "d");
    folder.run("register audit --archive so --lang en").demand(1).told("Head in the archive's log");
    let json = folder.run("register audit --archive so --format json").demand(1).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["archive_log"], serde_json::json!({ "heads": 2, "error": null }));
}

#[test]
fn a_log_that_cant_be_read_is_no_log_that_says_nothing() {
    let folder = Folder::new();
    folder.run("register init --archive so").demand(0);
    folder.run("archive init --archive so").demand(0);
    std::fs::write(folder.path("so/archive.sqlite3"), b"no database").unwrap();
    folder.run("register audit --archive so").demand(1).told("không đọc được nhật ký của kho lưu trữ");
}
