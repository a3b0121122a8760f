//! Standard input and output, pipes, devices, and streams that nobody reads or that are full.

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use kyso_tests::folder::kyso_in;
use kyso_tests::ward::Ward;

const KEY: &str = "--p12 leader.p12 --pass-file pass.txt";

fn signed() -> Ward {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward
}

fn kyso(ward: &Ward, line: &str) -> Command {
    let mut command = kyso_in(&ward.path("."));
    command.args(line.split_whitespace());
    command
}

/// Runs it with these bytes in its standard input.
fn fed(ward: &Ward, line: &str, input: &[u8]) -> Output {
    let mut command = kyso(ward, line);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().unwrap()
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_dash_is_the_standard_input_and_output() {
    let ward = signed();
    let paper = ward.read("ket-qua.pdf");
    let output = fed(&ward, &format!("sign - -o - {KEY}"), &paper);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stdout.starts_with(&paper) && output.stdout.ends_with(b"%%EOF\n"), "the file and nothing else");
    assert!(text(&output.stderr).contains("✔ Đã ký và ghi - "), "what was done is told beside it");

    let told = fed(&ward, "verify --trust root.pem -", &output.stdout);
    assert_eq!((told.status.code(), text(&told.stdout).starts_with("✔ -: HỢP LỆ.")), (Some(0), true));
    for line in ["check --trust root.pem -", "inspect -"] {
        assert!(!text(&fed(&ward, line, &output.stdout).stdout).is_empty(), "{line}");
    }
    let revision = fed(&ward, "revision - 1 -o -", &output.stdout);
    assert_eq!(revision.stdout, output.stdout);
    let reserved = fed(&ward, "reserve - -o - --field A --page 1 --rect 10,10,100,50", &paper);
    assert!(reserved.stdout.starts_with(&paper) && reserved.stdout.len() > paper.len());
    // A pipe is as good as a file for what is small.
    let by_password =
        fed(&ward, "sign ket-qua.pdf -o qua-ong.pdf --p12 leader.p12 --pass-file -", &ward.read("pass.txt"));
    assert_eq!(by_password.status.code(), Some(0), "{}", text(&by_password.stderr));
    // Once only.
    let twice = fed(&ward, "sign - -o - --p12 - --pass-file pass.txt", &paper);
    assert_eq!((twice.status.code(), twice.stdout.is_empty()), (Some(64), true), "{}", text(&twice.stderr));
    assert!(text(&twice.stderr).contains("chỉ đọc được một lần"), "{}", text(&twice.stderr));
    // A file of that name is named with its directory.
    ward.write("-", &paper);
    ward.run(&format!("sign ./- -o ra.pdf {KEY}")).demand(0);
}

#[test]
fn nothing_is_printed_where_signing_fails() {
    let ward = signed();
    let output = fed(&ward, &format!("sign - -o - {KEY}"), b"kh\xc3\xb4ng ph\xe1\xba\xa3i PDF");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(4), 0));
}

#[test]
fn a_full_disk_is_told_and_no_panic() {
    let ward = signed();
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    for line in [
        "verify --trust root.pem da-ky.pdf",
        "--help",
        "--version",
        "trust list",
        "templates list",
        "inspect da-ky.pdf",
    ] {
        let output = kyso(&ward, line).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(6), "{line}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("đầu ra chuẩn: hết chỗ trên ổ đĩa"), "{line}");
    }
    let output = kyso(&ward, &format!("sign ket-qua.pdf -o - {KEY}")).stdout(full()).output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    // Where nobody can be told, the command ends as it would have.
    for (line, code) in [
        ("verify --trust root.pem da-ky.pdf", 0),
        ("verify da-ky.pdf", 2),
        ("verify khong-co.pdf", 4),
        ("verify --nonsense", 64),
        ("", 64),
        ("sign khong-co.pdf -o x.pdf --p12 leader.p12 --pass-file pass.txt", 4),
        ("templates show ck-mot-nguoi", 0),
        ("demo --out thu", 0),
    ] {
        let output = kyso(&ward, line).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}: {}", text(&output.stdout));
        let output = kyso(&ward, line).stderr(full()).stdout(full()).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code != 101), "{line}: {:?}", output.status);
        let _ = std::fs::remove_dir_all(ward.path("thu"));
    }
}

/// What was done stays done though nobody could be told: the message says which number, and which files are there.
#[test]
fn a_number_that_was_given_out_is_told_though_it_cannot_be_printed() {
    let ward = Ward::new();
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    ward.write("co-quan.toml", kyso_tests::ward::AGENCY).write("yeu-cau.toml", kyso_tests::ward::copies(1, "Giấy", 1));
    ward.run("register init --archive so").demand(0);
    let allot = "register allot --archive so --by An --register BS --document Giấy --certifier Bình --title Chủ-tịch \
                 --requester An --copies 1";
    let certify = "certify yeu-cau.toml --agency co-quan.toml --archive so --by An --allow-draft --document ket-qua.pdf -o ho-so.pdf";
    for (line, number, more) in [(allot, "01", ""), (certify, "02", "Đã ghi ho-so.pdf và ho-so.json")] {
        let output = kyso(&ward, line).stdout(full()).output().unwrap();
        let told = text(&output.stderr).to_owned();
        assert_eq!(output.status.code(), Some(6), "{line}: {told}");
        let number = format!("Số đã cấp và đã ghi vào sổ: {number}");
        for part in ["hết chỗ trên ổ đĩa", "đầu ra chuẩn", &number, more] {
            assert!(told.contains(part), "{line}: {part} isn't in {told}");
        }
    }
    assert!(ward.read("ho-so.pdf").starts_with(b"%PDF") && !ward.read("ho-so.json").is_empty());
    let list = ward.run("register list --archive so").demand(0).stdout;
    assert!(list.contains("01") && list.contains("02"), "{list}");
}

#[test]
fn a_reader_who_goes_away_ends_nothing() {
    let ward = signed();
    for line in ["verify --trust root.pem da-ky.pdf", "--help", "trust list"] {
        let mut child = kyso(&ward, line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}: {}", text(&output.stderr));
    }
    // A document that nobody got is not written.
    let mut command = kyso(&ward, &format!("sign ket-qua.pdf -o - {KEY}"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains('✔'), "{}", text(&output.stderr));
    // The standard error is gone too.
    let mut child = kyso(&ward, "verify khong-co.pdf").stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(4));
}

#[test]
fn a_closed_standard_output_is_told_before_anything_is_done() {
    let ward = signed();
    ward.run("register init --archive so").demand(0);
    let row = "--requester Mẫu --document Giấy --certifier Mẫu --title Chánh --copies 1";
    let allot = format!("register allot --register BS --request a {row} --archive so --by Mẫu");
    let program = kyso(&ward, "").get_program().to_owned();
    let closed = |line: &str| {
        let mut command = Command::new("sh");
        command.current_dir(ward.path(".")).args(["-c", &format!("exec \"$0\" {line} >&-")]).arg(&program);
        command.output().unwrap()
    };
    for line in [&format!("sign ket-qua.pdf -o - {KEY}"), &allot] {
        let output = closed(line);
        assert_eq!(output.status.code(), Some(64), "{line}: {}", text(&output.stderr));
        assert!(!text(&output.stderr).contains('✔'), "{line}");
    }
    ward.run("register show --request a --archive so").demand(5);
    // What is written to a file is there.
    assert_eq!(closed(&format!("sign ket-qua.pdf -o ra.pdf {KEY}")).status.code(), Some(0));
    // Whoever sends it nowhere means it.
    let null = File::options().write(true).open("/dev/null").unwrap();
    let output = kyso(&ward, &format!("sign ket-qua.pdf -o - {KEY}")).stdout(null).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn what_has_no_end_is_not_read_to_it() {
    let ward = signed();
    ward.run("verify /dev/zero").demand(4).told("đây là thiết bị");
    ward.run("sign /dev/zero -o ra.pdf --p12 /dev/zero").demand(4).told("đây là thiết bị");
    ward.run("sign ket-qua.pdf -o ra.pdf --p12 /dev/zero").demand(64).told("đây là thiết bị");
    let mut command = kyso(&ward, "verify -");
    command.stdin(File::open("/dev/zero").unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stdout).contains("đây là thiết bị"), "{}", text(&output.stdout));
    // A pipe that somebody fills for ever.
    let mut command = Command::new("bash");
    let line = "yes | \"$0\" verify -; exit ${PIPESTATUS[1]}";
    let output = command.args(["-c", line]).arg(kyso_tests::tool::path()).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("dài hơn 256 MiB"), "{}", text(&output.stdout));
}

#[test]
fn named_pipes_are_read_and_never_waited_for_in_vain() {
    let ward = signed();
    assert!(Command::new("mkfifo").arg(ward.path("ong-dan")).status().unwrap().success());
    ward.run("verify ong-dan").demand(4).told("không có chương trình nào ghi vào");
    std::thread::scope(|scope| {
        scope.spawn(|| std::fs::write(ward.path("ong-dan"), ward.read("da-ky.pdf")).unwrap());
        ward.run("verify --trust root.pem ong-dan").demand(0);
    });
    // An output never takes its place.
    ward.run(&format!("sign ket-qua.pdf -o ong-dan --force {KEY}")).demand(64).told("không phải là tệp thường");
}

#[test]
fn one_rule_for_the_password_in_a_file() {
    let ward = Ward::new();
    let password = kyso_tests::ward::PASSWORD;
    ward.write("hai-dong.txt", format!("{password}\nghi chú\n")).write("windows.txt", format!("{password}\r\n\r\n"));
    // As Notepad saves it.
    ward.write("notepad.txt", format!("\u{feff}{password}\r\n"));
    for (number, file) in ["pass.txt", "hai-dong.txt", "windows.txt", "notepad.txt"].into_iter().enumerate() {
        ward.run(&format!("sign ket-qua.pdf -o {number}.pdf --p12 leader.p12 --pass-file {file}")).demand(0);
    }
    ward.write("dong-hai.txt", format!("\n{password}\n"));
    ward.run("sign ket-qua.pdf -o x.pdf --p12 leader.p12 --pass-file dong-hai.txt").demand(5);
    // One mark, and at the beginning.
    ward.write("hai-dau.txt", format!("\u{feff}\u{feff}{password}\n"));
    ward.run("sign ket-qua.pdf -o x.pdf --p12 leader.p12 --pass-file hai-dau.txt").demand(5);
}

/// What stands on the command line, every user of the machine sees.
#[test]
fn identity_numbers_come_from_a_file() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let allot = "register allot --archive so --by An --register CK --document Giấy --certifier Bình --title Chủ-tịch";
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut line = words(allot);
    line.extend(["--requester".to_owned(), "Nguyễn Văn Mẫu;CCCD 001085012345".to_owned()]);
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    ward.run_with(&line).demand(0).told("Cảnh báo: số giấy tờ tùy thân").told("--requester-file");
    ward.write("nguoi.txt", "Trần Thị Mẫu;CCCD 001085012345\n\nLê Văn Mẫu;CCCD 001085012347\n");
    let outcome = ward.run(&format!("{allot} --requester-file nguoi.txt")).demand(0);
    assert_eq!(outcome.stderr, "");
    let output = fed(&ward, &format!("{allot} --requester-file -"), "Phạm Thị Mẫu;CCCD 001085012346\n".as_bytes());
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    let list = ward.run("register list --archive so --full").demand(0).stdout;
    for name in ["Nguyễn Văn Mẫu", "Trần Thị Mẫu; Lê Văn Mẫu", "Phạm Thị Mẫu"] {
        assert!(list.contains(name), "{list}");
    }
    ward.write("nguoi.txt", "Trần Thị Mẫu;CCCD 1\n;CCCD 1\n");
    ward.run(&format!("{allot} --requester-file nguoi.txt")).demand(64).told("nguoi.txt, dòng 2:");
}
