//! `kyso archive status`: the archive on one screen, also while the service runs.

use jiff::{SignedDuration, Timestamp};
use kyso_archive::{Archive, JobKind};
use kyso_tests::folder::Folder;
use kyso_tests::service::{self, Running, sign};
use kyso_tests::shapes::plain;
use serde_json::Value;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn json(folder: &Folder, code: i32) -> Value {
    let told = folder.run("archive status --archive data --format json").demand(code);
    let json: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((&json["format"], &json["version"]), (&"kyso-archive-status".into(), &1.into()));
    json
}

#[test]
fn a_new_archive_has_nothing_that_waits_for_a_person() {
    let folder = Folder::new();
    folder.run("archive init --archive data --origin binhminh.example/luu-tru").demand(0);
    let told = folder.run("archive status --archive data").demand(0);
    assert!(told.stdout.starts_with("Kho lưu trữ: binhminh.example/luu-tru\n✔ Không có việc nào"), "{}", told.stdout);
    for part in ["0 văn bản, 0 phiên bản", "0 mục; chưa có điểm kiểm tra", "dịch vụ chưa chạy lần nào", "Ổ đĩa"]
    {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
    assert!(!told.stdout.contains('\u{1b}'), "colour without a terminal");
    folder.run("archive status --archive data --lang en").demand(0).told("Nothing waits for a person.");
    assert_eq!(json(&folder, 0)["attention"], serde_json::json!([]));
    folder.run("archive status --archive nowhere").demand(64);
}

#[test]
fn the_service_runs_meanwhile() {
    let folder = Folder::new();
    let callers = service::write(&folder.path(""));
    let running = Running::start(&folder.path(""));
    assert_eq!(sign(&callers, &plain()).send(running.address).status, 201);
    let receipt = || {
        let found = running.get(&callers, "/api/v1/artifacts").json();
        let path = found["artifacts"][0]["links"]["receipt"].as_str().unwrap().to_owned();
        let asked = service::request("GET", &path, &callers.reader).header("Prefer", "wait=5");
        asked.send(running.address).status
    };
    assert_eq!(receipt(), 200);
    let status = &json(&folder, 0)["status"];
    assert_eq!((&status["kept"]["artifacts"], &status["log"]["pending"]), (&1.into(), &0.into()));
    assert_eq!(status["log"]["signed"], status["log"]["size"]);
    let kinds: Vec<_> = status["jobs"].as_array().unwrap().iter().map(|job| job["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "access-head",
            "copy",
            "drafts",
            "evidence",
            "lasting",
            "manifests",
            "recover",
            "register-head",
            "scrub",
            "sequence"
        ]
    );
    folder.run("archive status --archive data").demand(0).told("1 văn bản, 1 phiên bản").told("ghi nhật ký: ");
    assert_eq!(running.terminate().0, Some(0));
}

/// The newest backup and time-stamp have their ages, also where the backup's medium isn't there any more.
#[test]
fn the_age_of_the_newest_backup_is_shown() {
    let folder = Folder::new();
    folder.run("archive init --archive data").demand(0);
    let english = "archive status --archive data --lang en";
    folder.run(english).demand(0).told("none was taken on this computer").told("none yet");
    assert_eq!(json(&folder, 0)["backup"], Value::Null);
    for _ in 0..2 {
        folder.run("archive backup --archive data copies --by Van-thu").demand(0);
    }
    std::fs::remove_dir_all(folder.path("copies")).unwrap();
    let told = folder.run(english).demand(0);
    let line = told.stdout.lines().find(|line| line.starts_with("Backup")).unwrap();
    assert!(line.contains(" ago, in ") || line.contains("just now, in "), "{line}");
    assert!(line.contains("copies"), "{line}");
    let at: Timestamp = json(&folder, 0)["backup"]["at"].as_str().unwrap().parse().unwrap();
    assert!(Timestamp::now().duration_since(at) < SignedDuration::from_mins(10));
    // The audit knows the mark, and nothing depends on it.
    folder.run("archive audit --archive data").demand(0);
    std::fs::write(folder.path("data/backup.json"), "{").unwrap();
    folder.run("archive audit --archive data").demand(0);
}

#[test]
fn what_waits_for_a_person_stands_first() {
    let folder = Folder::new();
    folder.run("archive init --archive data").demand(0);
    block_on(async {
        let archive = Archive::open(&folder.path("data")).await.unwrap();
        let mut now = Timestamp::from_second(1_700_000_000).unwrap();
        archive.want_job(JobKind::Drafts, "", now).await.unwrap();
        for _ in 0..20 {
            let job = archive.claim_job(JobKind::Drafts, now, false).await.unwrap().expect("it's due");
            archive.job_failed(job, now, "đĩa\u{1b}[2J hỏng").await.unwrap();
            now += SignedDuration::from_hours(6);
        }
        archive.tell_of(JobKind::Scrub, "0f3c", "a link has no row", now).await.unwrap();
        archive.tell_of(JobKind::Unkept, "abcd.0", "it doesn't verify", now).await.unwrap();
        archive.close().await;
    });
    let told = folder.run("archive status --archive data").demand(1);
    let told = told.told("✘ Dữ liệu của văn bản 0f3c trong kho không còn như lúc lưu [a link has no row]");
    let lines: Vec<_> = told.stdout.lines().filter(|line| !line.contains("0f3c")).take(3).collect();
    assert!(lines[1].starts_with("✘ Việc \"dọn bản chờ ký\" bị kẹt sau 20 lần thử [đĩa\\u{1b}[2J hỏng]"), "{lines:?}");
    assert!(lines[2].starts_with("✘ Tệp abcd.0 đã ký"), "{lines:?}");
    let attention = json(&folder, 1)["attention"].clone();
    assert_eq!((&attention[0]["code"], &attention[1]["code"]), (&"job.stuck".into(), &"job.stuck".into()));
    folder
        .run("archive status --archive data --lang en")
        .demand(1)
        .told("Job \"remove old drafts\" is stuck after 20 tries");
}

#[test]
fn the_newest_checkpoint_lies_in_the_anchor_and_a_start_with_an_older_archive_is_refused() {
    let folder = Folder::new();
    let callers = service::write(&folder.path(""));
    let configuration = folder.path("kyso.toml");
    let mut text = std::fs::read_to_string(&configuration).unwrap();
    text.push_str("\n[archive]\nanchor = 'medium/checkpoint'\n");
    std::fs::write(&configuration, text).unwrap();
    std::fs::create_dir(folder.path("medium")).unwrap();
    let running = Running::start(&folder.path(""));
    assert_eq!(running.terminate().0, Some(0));
    let yesterday = folder.path("yesterday");
    let copied = std::process::Command::new("cp").arg("-a").arg(folder.path("data")).arg(&yesterday).status().unwrap();
    assert!(copied.success());

    let running = Running::start(&folder.path(""));
    assert_eq!(sign(&callers, &plain()).send(running.address).status, 201);
    assert_eq!(running.terminate().0, Some(0));
    let anchored = std::fs::read_to_string(folder.path("medium/checkpoint")).unwrap();
    assert_eq!(anchored, std::fs::read_to_string(folder.path("data/log/checkpoint")).unwrap());
    folder.run("archive audit --archive data --since medium/checkpoint").demand(0);
    folder.run("archive status --archive data").demand(0).told("tệp neo: đến mục ");

    std::fs::rename(folder.path("data"), folder.path("today")).unwrap();
    std::fs::rename(&yesterday, folder.path("data")).unwrap();
    let refused = folder.run("serve --config kyso.toml").demand(6);
    assert!(
        refused.stderr.contains("bị đưa về bản cũ") && refused.stderr.contains("medium/checkpoint"),
        "{}",
        refused.stderr
    );
    folder.run("archive audit --archive data --since medium/checkpoint").demand(1);
}
