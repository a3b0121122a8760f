//! Outputs: never the input, never half of a file, never over another file unasked.

use kyso_testpdfs::{Layout, file, numbered, stream, write};

use kyso_tests::folder::kyso_in;
use kyso_tests::ward::Ward;

const KEY: &str = "--p12 leader.p12 --pass-file pass.txt";

#[test]
fn the_output_is_never_an_input() {
    let ward = Ward::new();
    std::os::unix::fs::symlink(ward.path("ket-qua.pdf"), ward.path("mem.pdf")).unwrap();
    std::fs::hard_link(ward.path("ket-qua.pdf"), ward.path("cung.pdf")).unwrap();
    let before = (ward.read("ket-qua.pdf"), ward.read("leader.p12"), ward.files());
    for output in ["ket-qua.pdf", "./ket-qua.pdf", "mem.pdf", "cung.pdf", "leader.p12"] {
        for force in ["", "--force"] {
            ward.run(&format!("sign ket-qua.pdf -o {output} {KEY} {force}")).demand(64).told("chính là tệp đầu vào");
        }
    }
    ward.run("reserve ket-qua.pdf -o cung.pdf --force --field A --anchor x").demand(64).told("chính là tệp đầu vào");
    assert_eq!((ward.read("ket-qua.pdf"), ward.read("leader.p12"), ward.files()), before);
}

#[test]
fn another_file_is_replaced_only_on_request() {
    let ward = Ward::new();
    ward.write("co-roi.pdf", "%PDF-1.4 cũ");
    ward.run(&format!("sign ket-qua.pdf -o co-roi.pdf {KEY}")).demand(64).told("--force");
    assert_eq!(ward.read("co-roi.pdf"), "%PDF-1.4 cũ".as_bytes());
    ward.run(&format!("sign ket-qua.pdf -o co-roi.pdf {KEY} --force")).demand(0);
    assert!(ward.read("co-roi.pdf").starts_with(&ward.read("ket-qua.pdf")), "the original is a prefix");
}

#[test]
fn a_link_is_replaced_and_what_it_points_to_is_left_alone() {
    let ward = Ward::new();
    ward.write("khac.pdf", "%PDF-1.4 khác");
    std::os::unix::fs::symlink("khac.pdf", ward.path("mem.pdf")).unwrap();
    ward.run(&format!("sign ket-qua.pdf -o mem.pdf {KEY}")).demand(64).told("--force");
    ward.run(&format!("sign ket-qua.pdf -o mem.pdf {KEY} --force")).demand(0);
    assert_eq!(ward.read("khac.pdf"), "%PDF-1.4 khác".as_bytes());
}

/// Whatever is written, `--force` costs nobody what is of another kind, under whatever name and by whatever link: keys,
/// passwords, roots, lists, configurations, databases.
#[test]
fn nothing_of_another_kind_is_replaced() {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.write("co-quan.toml", kyso_tests::ward::AGENCY).write("kyso.toml", "listen = \"127.0.0.1:8484\"\n");
    ward.write("yeu-cau.json", "{\n  \"kind\": \"CK\"\n}\n").write("anh.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF");
    ward.write("leader.pem", ward.leader.certificate_pem().unwrap()).write("chu-ky.png", b"\x89PNG\r\n\x1a\n");
    ward.write("so.csv", "\u{feff}Số chứng thực,Quyển số\r\n")
        .write("ket-qua.json", "{\n  \"DocCode\": \"H61.12\"\n}\n");
    ward.write("cu.pdf", "%PDF-1.4 cũ").write("rong", "");
    std::os::unix::fs::symlink("seal.p12", ward.path("lien-ket.pdf")).unwrap();
    ward.run("register init --archive so").demand(0);
    let commands = [
        (format!("sign ket-qua.pdf {KEY} -o"), "PDF"),
        ("revision da-ky.pdf 1 -o".to_owned(), "PDF"),
        ("reserve ket-qua.pdf --field A --page 1 --rect 100,100,100,50 -o".to_owned(), "PDF"),
        ("templates show ck-mot-nguoi -o".to_owned(), "PDF"),
        ("register head --archive so --qr".to_owned(), "PNG"),
        ("register export --archive so --register CK --year 2026 --format csv -o".to_owned(), "CSV"),
        ("register export --archive so --register CK --year 2026 --format json -o".to_owned(), "JSON"),
    ];
    let others = [
        "seal.p12",
        "lien-ket.pdf",
        "leader.pem",
        "root.pem",
        "pass.txt",
        "roster.toml",
        "co-quan.toml",
        "kyso.toml",
        "yeu-cau.json",
        "anh.jpg",
        "ket-qua.json",
        "so/register.sqlite3",
    ];
    for (command, kind) in &commands {
        let own: &[(&str, &str)] = &[("cu.pdf", "PDF"), ("chu-ky.png", "PNG"), ("so.csv", "CSV")];
        let other = own.iter().filter(|(name, of)| of != kind && !command.contains(name)).map(|(name, _)| *name);
        for name in others.into_iter().chain(other) {
            // What the command itself reads is told otherwise.
            if command.contains(name) {
                continue;
            }
            let before = ward.read(name);
            for force in ["", "--force"] {
                let told = ward.run(&format!("{command} {name} {force}")).demand(64);
                assert!(told.stderr.contains(name), "{command} {name}: {}", told.stderr);
            }
            let told = ward.run(&format!("{command} {name} --force --lang en")).demand(64);
            assert!(told.stderr.contains("oose another name"), "{command} {name}: {}", told.stderr);
            assert_eq!(ward.read(name), before, "{command} {name}");
        }
        // An empty file is nothing lost.
        ward.write("rong", "");
        ward.run(&format!("{command} rong --force")).demand(0);
    }
    // Over its own kind, and where nothing is.
    for (command, kind) in &commands {
        ward.run(&format!("{command} {kind}")).demand(0);
        ward.run(&format!("{command} {kind}")).demand(64).told("--force");
        ward.run(&format!("{command} {kind} --force")).demand(0);
        std::fs::remove_file(ward.path(kind)).unwrap();
    }
}

/// Names that can't be are the caller's fault, and told in his language.
#[test]
fn names_that_cannot_be_are_told() {
    let ward = Ward::new();
    let long = "a".repeat(300);
    ward.run(&format!("sign ket-qua.pdf -o {long} {KEY}")).demand(64).told("quá dài");
    ward.run(&format!("sign ket-qua.pdf -o {long} {KEY} --lang en")).demand(64).told("too long");
    ward.run(&format!("verify {long}")).demand(4).told("quá dài");
    ward.run(&format!("register init --archive {long}")).demand(64).told("quá dài");
    // A file is taken for the service's configuration.
    ward.run("register init --archive pass.txt").demand(64).told("pass.txt: sai cú pháp");
    ward.run("register init --archive pass.txt/so").demand(64).told("không phải là thư mục");
}

#[test]
fn nothing_is_left_where_signing_fails() {
    let ward = Ward::new();
    ward.write("khong-phai.pdf", "không phải PDF");
    ward.write("sai.txt", "sai");
    let before = ward.files();
    ward.run(&format!("sign khong-phai.pdf -o ra.pdf {KEY}")).demand(4).told("khong-phai.pdf");
    ward.run(&format!("sign khong-co.pdf -o ra.pdf {KEY}")).demand(4).told("khong-co.pdf");
    ward.run("sign ket-qua.pdf -o ra.pdf --p12 leader.p12 --pass-file sai.txt").demand(5);
    ward.run("seal ket-qua.pdf -o ra.pdf --p12 seal.p12 --pass-file pass.txt").demand(5);
    ward.run(&format!("sign ket-qua.pdf -o khong-co/ra.pdf {KEY}")).demand(64).told("không có tệp hoặc thư mục này");
    ward.run(&format!("sign ket-qua.pdf -o . {KEY}")).demand(64).told("là một thư mục");
    assert_eq!(ward.files(), before);
}

#[test]
fn what_could_never_verify_is_refused_with_its_reason() {
    let ward = Ward::new();
    let value = format!(
        "<< /Type /Sig /SubFilter /adbe.pkcs7.detached /ByteRange [0 0 0 0] /Contents <{}> >>",
        "0".repeat(400)
    );
    let unfinished = numbered([
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R] >>",
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Here) /Rect [0 0 9 9] /P 3 0 R /V 5 0 R >>",
        &value,
    ]);
    ward.write("do-dang.pdf", write(&unfinished, &Layout::default()));
    let before = ward.files();
    ward.run(&format!("sign do-dang.pdf -o ra.pdf {KEY}")).demand(5).told("Từ chối ký").told("chưa hoàn tất");
    ward.run(&format!("sign do-dang.pdf -o ra.pdf {KEY} --lang en")).demand(5).told("never finished");
    assert_eq!(ward.files(), before);
}

/// What is hashed and what is written are the bytes that were read once; a change meanwhile is told.
#[test]
fn a_file_that_changes_while_it_is_signed_never_comes_out_as_signed() {
    use std::os::unix::fs::FileExt as _;
    use std::sync::atomic::{AtomicBool, Ordering};
    let ward = Ward::new();
    let padding = [b"%".as_slice(), &[b'x'; 4 << 20], b"\n"].concat();
    let (start, file) = (ward.read("ket-qua.pdf").len() as u64, [ward.read("ket-qua.pdf"), padding].concat());
    ward.write("lon.pdf", file);
    ward.run(&format!("sign lon.pdf -o yen.pdf {KEY}")).demand(0);
    let written = std::fs::OpenOptions::new().write(true).open(ward.path("lon.pdf")).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for byte in (b'a'..=b'z').cycle() {
                for at in (start + 10..start + (4 << 20)).step_by(1 << 16) {
                    written.write_all_at(&[byte], at).unwrap();
                }
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        for _ in 0..4 {
            let outcome = ward.run(&format!("sign lon.pdf -o ra.pdf {KEY} --force"));
            match outcome.code {
                Some(0) => drop(ward.run("verify --trust root.pem ra.pdf").demand(0)),
                _ => drop(outcome.demand(4).told("bị thay đổi trong khi đọc")),
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn an_output_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let ward = Ward::new();
    let mode = |name| std::fs::metadata(ward.path(name)).unwrap().permissions().mode() & 0o777;
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    assert_eq!(mode("da-ky.pdf"), 0o600);
    // Nor does one that takes another file's place take over who may read that.
    ward.write("cu.pdf", "");
    std::fs::set_permissions(ward.path("cu.pdf"), std::fs::Permissions::from_mode(0o644)).unwrap();
    ward.run("sign ket-qua.pdf -o cu.pdf --force --p12 leader.p12 --pass-file pass.txt").demand(0);
    assert_eq!(mode("cu.pdf"), 0o600);
}

#[test]
fn large_files_are_signed() {
    let ward = Ward::new();
    let large = large_paper();
    ward.write("lon.pdf", &large);
    ward.run(&format!("sign lon.pdf -o ra.pdf {KEY}")).demand(0);
    assert!(ward.read("ra.pdf").starts_with(&large), "the original is a prefix");
    ward.run("verify --trust root.pem ra.pdf").demand(0);
}

/// One empty page and a stream of two megabytes.
fn large_paper() -> Vec<u8> {
    let content = stream("", "x".repeat(2 << 20).as_bytes());
    let objects: [&[u8]; 4] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        &content,
    ];
    file(objects)
}

/// What is signed is what was read: nothing that another program does to the file meanwhile comes out as signed, and cutting it ends
/// nobody (SIGBUS).
#[test]
fn a_file_that_is_cut_while_it_is_signed_is_an_error() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let ward = Ward::new();
    let padding = [b"%".as_slice(), &vec![b'x'; 40 << 20], b"\n"].concat();
    let file = [ward.read("ket-qua.pdf"), padding].concat();
    ward.write("lon.pdf", &file);
    ward.run(&format!("sign lon.pdf -o yen.pdf {KEY}")).demand(0);
    assert!(ward.read("yen.pdf").starts_with(&file));
    let handle = std::fs::OpenOptions::new().write(true).open(ward.path("lon.pdf")).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                handle.set_len(100).unwrap();
                handle.set_len(file.len() as u64).unwrap();
            }
        });
        for _ in 0..3 {
            let outcome = ward.run(&format!("sign lon.pdf -o ra.pdf {KEY} --force"));
            match outcome.code {
                Some(0) => drop(ward.run("verify --trust root.pem ra.pdf").demand(0)),
                // Nothing but the wrong bytes was read, or it was seen to change.
                _ => drop(outcome.demand(4)),
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
}

/// A command that is killed at any moment leaves nothing but what it had finished.
#[test]
fn a_command_that_is_broken_off_leaves_no_file() {
    let ward = Ward::new();
    ward.write("lon.pdf", large_paper());
    let before = ward.files();
    for pause in (0..12).map(|step| std::time::Duration::from_millis(step * 25)) {
        let mut command = kyso_in(&ward.path("."));
        command.args(["sign", "lon.pdf", "-o", "ra.pdf"]).args(KEY.split(' '));
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(pause);
        let _ = child.kill();
        child.wait().unwrap();
        let left: Vec<String> = ward.files().into_iter().filter(|name| !before.contains(name)).collect();
        match left.as_slice() {
            [] => {}
            // It was done before it was killed: then it's whole.
            [one] if one == "ra.pdf" => {
                ward.run("verify --trust root.pem ra.pdf").demand(0);
                std::fs::remove_file(ward.path("ra.pdf")).unwrap();
            }
            left => panic!("{left:?} after {pause:?}"),
        }
    }
}

/// An archive that the command doesn't name is kept for good too: its lock, its objects, and what is on its way to them.
#[test]
fn nothing_takes_the_place_of_any_archives_files() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    std::fs::create_dir_all(ward.path("so/objects/1d")).unwrap();
    std::fs::create_dir_all(ward.path("so/tmp")).unwrap();
    for name in ["so/objects/1d/1dab", "so/tmp/nua", "so/register.lock", "so/lock"] {
        ward.write(name, "cua kho");
    }
    let wal = "so/kyso.sqlite3-wal";
    for name in ["so/objects/1d/1dab", "so/objects/1d/moi", "so/tmp/nua", "so/register.lock", "so/lock", wal] {
        let before = std::fs::read(ward.path(name)).ok();
        for force in ["", "--force"] {
            ward.run(&format!("sign ket-qua.pdf -o {name} {force} {KEY}")).demand(64).told("kho lưu trữ");
        }
        assert_eq!(std::fs::read(ward.path(name)).ok(), before, "{name}");
    }
    // Beside them, and in folders that merely have such names, there's room.
    ward.run(&format!("sign ket-qua.pdf -o so/ra.pdf {KEY}")).demand(0);
    std::fs::create_dir(ward.path("objects")).unwrap();
    ward.run(&format!("sign ket-qua.pdf -o objects/ra.pdf {KEY}")).demand(0);
}
