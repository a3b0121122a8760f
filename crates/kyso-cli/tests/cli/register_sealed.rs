//! A register's copy on a read-only medium is looked at and audited; a journal that can't be read there is said.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::Command;

use kyso_tests::folder::{Folder, Outcome};
use kyso_tests::tool;

/// A register with a number.
fn register() -> Folder {
    let folder = Folder::new();
    folder.run("register init --archive so").demand(0);
    let allot = "register allot --archive so --by Mẫu --register BS --requester Mẫu --document Giấy --certifier Mẫu --title Chánh \
                 --copies 1 --request a";
    folder.run(allot).demand(0);
    folder
}

/// Runs the command as somebody who may only read. Root, whom no mode stops, gives up what lets it pass.
fn as_reader(folder: &Folder, arguments: &str) -> Outcome {
    let so = folder.path("so");
    let mode = |mode: u32| {
        for entry in std::fs::read_dir(&so).unwrap() {
            set_permissions(entry.unwrap().path(), Permissions::from_mode(mode & 0o666)).unwrap();
        }
        set_permissions(&so, Permissions::from_mode(mode)).unwrap();
    };
    mode(0o500);
    let kyso = tool::path();
    let mut command = match so.metadata().unwrap().uid() {
        0 => {
            let mut command = Command::new("setpriv");
            command.arg("--bounding-set=-dac_override,-dac_read_search").arg(kyso);
            command
        }
        _ => Command::new(kyso),
    };
    command.current_dir(folder.path("")).env_remove("RUST_LOG").args(arguments.split_whitespace());
    let outcome = Outcome::of(&mut command);
    mode(0o700);
    outcome
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("so")).unwrap();
    let mut names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>();
    names.sort();
    names
}

#[test]
fn a_copy_that_cannot_be_written_to_is_audited() {
    let folder = register();
    let head = folder.run("register head --archive so").demand(0).stdout.lines().nth(1).unwrap().to_owned();
    std::fs::remove_file(folder.path("so/register.lock")).unwrap();
    let before = names(&folder);
    as_reader(&folder, &format!("register audit --archive so --since {head}"))
        .demand(0)
        .told("còn nguyên như khi chép");
    as_reader(&folder, "register head --archive so").demand(0).told(&head);
    as_reader(&folder, "register list --archive so").demand(0).told("01, quyển số 01/");
    as_reader(&folder, "register show 1 --register BS --archive so").demand(0).told("Giấy");
    assert_eq!(names(&folder), before);
    // Nothing is written to it, and that's said.
    let refused = as_reader(&folder, "register void 1 --register BS --reason x --by Mẫu --archive so");
    assert!(refused.code != Some(0) && refused.stderr.contains("register.lock"), "{refused:?}");
    assert_eq!(names(&folder), before);
}

#[test]
fn what_is_wrong_with_such_a_copy_is_told() {
    let folder = register();
    let file = folder.read("so/register.sqlite3");
    let (old, new) = ("\"document\":\"Giấy\"".as_bytes(), "\"document\":\"Giẩy\"".as_bytes());
    let at = file.windows(old.len()).position(|window| window == old).unwrap();
    let changed = [&file[..at], new, &file[at + old.len()..]].concat();
    folder.write("so/register.sqlite3", changed);
    let told = as_reader(&folder, "register audit --archive so").demand(1).told("đã bị sửa sau khi cấp");
    assert_eq!(told.stdout.lines().filter(|line| line.starts_with("SAI: ")).count(), 1, "{}", told.stdout);
}

#[test]
fn a_journal_that_cannot_be_read_there_is_said() {
    let folder = register();
    folder.write("so/register.sqlite3-wal", "what was entered last");
    for (language, wanted) in
        [("vi", "hãy chép tất cả các tệp register.sqlite3*"), ("en", "copy all of register.sqlite3*")]
    {
        let told = as_reader(&folder, &format!("register audit --archive so --lang {language}"));
        assert!(told.code != Some(0) && told.code != Some(1), "{told:?}");
        told.told("register.sqlite3-wal").told(wanted);
    }
}
