//! The mistakes that people make at the command line, and what they are told: a golden table, to be read.

use std::io::Write as _;
use std::process::Stdio;

use kyso_testpki::{KeyType, Profile};
use kyso_tests::folder::kyso_in;
use kyso_tests::ward::{Ward, copies};

/// One mistake a line, by its words; a blank within a word is written `␣`.
const MISTAKES: &[&str] = &[
    // The command itself.
    "",
    "ky",
    "--lang fr verify ket-qua.pdf",
    "verify --lang",
    "sign ket-qua.pdf --pass bí-mật",
    "verify --strict=có ket-qua.pdf",
    // verify: what isn't there, isn't a PDF, isn't a file.
    "verify",
    "verify khong-co.pdf",
    "verify .",
    "verify pass.txt",
    "verify /dev/zero",
    "verify ong-dan",
    "verify - -",
    "verify root.pem/x.pdf",
    "verify ket-qua.pdf",
    "verify da-ky.pdf",
    "verify da-dong-dau.pdf",
    "verify --trust la.pem da-dong-dau.pdf",
    "verify --trust root.pem --policy vn-agency da-dong-dau.pdf",
    "verify hong.pdf",
    "verify --at hôm-qua ket-qua.pdf",
    "verify --at 31/02/2026 ket-qua.pdf",
    "verify --format pdf ket-qua.pdf",
    "verify --qr mai ket-qua.pdf",
    "verify --trust khong-co ket-qua.pdf",
    "verify --trust pass.txt ket-qua.pdf",
    "verify --roster pass.txt ket-qua.pdf",
    "verify --policy khong-co ket-qua.pdf",
    "verify --policy pass.txt ket-qua.pdf",
    "verify --online --timeout 0 ket-qua.pdf",
    "verify --online --timeout lâu ket-qua.pdf",
    "verify --online --allow-address nội-bộ ket-qua.pdf",
    "verify --online --proxy nội-bộ ket-qua.pdf",
    "verify --online --tls-ca pass.txt ket-qua.pdf",
    // sign
    "sign",
    "sign ket-qua.pdf",
    "sign ket-qua.pdf -o ra.pdf",
    "sign ket-qua.pdf -o ra.pdf --p12 leader.p12",
    "sign ket-qua.pdf -o ra.pdf --p12 khong-co.p12 --pass-file pass.txt",
    "sign ket-qua.pdf -o ra.pdf --p12 root.pem --pass-file pass.txt",
    "sign ket-qua.pdf -o ra.pdf --p12 leader.p12 --pass-file sai.txt",
    "sign ket-qua.pdf -o ra.pdf --p12 leader.p12 --pass-file khong-co.txt",
    "sign ket-qua.pdf -o ra.pdf --p12 leader.p12 --pass-env KYSO_KHONG_CO",
    "sign ket-qua.pdf -o ra.pdf --key root.pem --cert root.pem",
    "sign ket-qua.pdf -o ra.pdf --key leader.p12",
    "sign ket-qua.pdf -o ket-qua.pdf KHÓA",
    "sign ket-qua.pdf -o co-roi.pdf KHÓA",
    "sign ket-qua.pdf -o khong-co/ra.pdf KHÓA",
    "sign ket-qua.pdf -o . KHÓA",
    "sign ket-qua.pdf -o /dev/null --force KHÓA",
    "sign khong-co.pdf -o ra.pdf KHÓA",
    "sign pass.txt -o ra.pdf KHÓA",
    "sign ket-qua.pdf -o ra.pdf KHÓA --page 1",
    "sign ket-qua.pdf -o ra.pdf KHÓA --page một --rect 1,2,30,40",
    "sign ket-qua.pdf -o ra.pdf KHÓA --page 0 --rect 1,2,30,40",
    "sign ket-qua.pdf -o ra.pdf KHÓA --page 9 --rect 1,2,30,40",
    "sign ket-qua.pdf -o ra.pdf KHÓA --page 1 --rect 1,2,3",
    "sign ket-qua.pdf -o ra.pdf KHÓA --page 1 --rect 9000,2,30,40",
    "sign ket-qua.pdf -o ra.pdf KHÓA --anchor KHÔNG-CÓ-CHỮ-NÀY",
    "sign ket-qua.pdf -o ra.pdf KHÓA --image chu-ky.png",
    "sign ket-qua.pdf -o ra.pdf KHÓA --image pass.txt --image-width-mm 44",
    "sign ket-qua.pdf -o ra.pdf KHÓA --image chu-ky.png --image-width-mm rộng",
    "sign ket-qua.pdf -o ra.pdf KHÓA --image chu-ky.png --image-width-mm 200",
    "sign ket-qua.pdf -o ra.pdf KHÓA --certify 4",
    "sign ket-qua.pdf -o ra.pdf KHÓA --digest md5",
    "sign ket-qua.pdf -o ra.pdf KHÓA --role chủ-tịch",
    "sign ket-qua.pdf -o ra.pdf KHÓA --level t",
    "sign ket-qua.pdf -o ra.pdf KHÓA --level lt --tsa http://127.0.0.1:9",
    "sign ket-qua.pdf -o ra.pdf KHÓA --level t --tsa tsa.ca.gov.vn",
    "sign ket-qua.pdf -o ra.pdf KHÓA --tsa-policy chính-sách --tsa http://127.0.0.1:9",
    "sign ket-qua.pdf -o ra.pdf KHÓA --copy SAO␣Y",
    "sign ket-qua.pdf -o ra.pdf KHÓA --copy SAO␣Y --agency UBND",
    "sign ket-qua.pdf -o ra.pdf --p12 seal.p12 --pass-file pass.txt",
    "sign ket-qua.pdf -o ra.pdf --p12 seal.p12 --pass-file pass.txt --roster roster.toml",
    // seal
    "seal ket-qua.pdf -o ra.pdf CON-DẤU",
    "seal da-ky.pdf -o ra.pdf CON-DẤU",
    "seal da-ky.pdf -o ra.pdf CON-DẤU --trust la.pem",
    "seal da-ky.pdf -o ra.pdf KHÓA --trust root.pem --roster roster.toml",
    "seal da-ky.pdf -o ra.pdf CON-DẤU --trust root.pem --allow-unsigned --allow-untrusted",
    "seal da-dong-dau.pdf -o ra.pdf CON-DẤU --trust root.pem",
    "seal da-ky.pdf -o ra.pdf CON-DẤU --trust-store kho",
    "seal dan.pdf -o ra.pdf CON-DẤU --trust root.pem",
    // copy, attach
    "copy ket-qua.pdf -o ra.pdf CON-DẤU",
    "copy ket-qua.pdf -o ra.pdf CON-DẤU --form sao --agency UBND",
    "copy ket-qua.pdf -o ra.pdf KHÓA --form sao-y --agency UBND",
    "copy ket-qua.pdf -o ra.pdf CON-DẤU --form trich-sao --agency UBND",
    "copy ket-qua.pdf -o ra.pdf CON-DẤU --form sao-y --agency UBND --pages 1",
    "copy ket-qua.pdf -o ra.pdf CON-DẤU --form trich-sao --agency UBND --pages 3-1",
    "copy ket-qua.pdf -o ra.pdf CON-DẤU --form trich-sao --agency UBND --pages 9",
    "attach ket-qua.pdf CON-DẤU",
    "attach ket-qua.pdf CON-DẤU --number 1/QĐ-UBND --out-dir khong-co",
    "attach ket-qua.pdf KHÓA --number 1/QĐ-UBND --out-dir ra",
    "attach - CON-DẤU --number 1/QĐ-UBND --out-dir ra",
    // extend, renew
    "extend da-ky.pdf -o ra.pdf",
    "extend da-ky.pdf -o ra.pdf --to t",
    "extend da-ky.pdf -o ra.pdf --to lt",
    "extend da-ky.pdf -o ra.pdf --to lta --trust root.pem",
    "extend ket-qua.pdf -o ra.pdf --to lt --trust root.pem",
    "renew da-ky.pdf -o ra.pdf --trust root.pem",
    // check, inspect, reserve, revision
    "check",
    "check pass.txt",
    "check ket-qua.pdf --seal-width-mm rộng",
    "check ket-qua.pdf --seal-width-mm 2",
    "check ket-qua.pdf --profile kết-quả",
    "check ket-qua.pdf da-ky.pdf --picture a.png",
    "inspect pass.txt",
    "inspect khong-co.pdf",
    "reserve ket-qua.pdf -o ra.pdf",
    "reserve ket-qua.pdf -o ra.pdf --field A",
    "reserve ket-qua.pdf -o ra.pdf --page 1 --field A --rect 1,2,30,40",
    "reserve ket-qua.pdf -o ra.pdf --field A --anchor x --size to",
    "reserve ket-qua.pdf -o ra.pdf --field A --anchor x --lock hết",
    "reserve ket-qua.pdf -o ra.pdf --field A --page 9 --rect 1,2,30,40",
    "revision da-ky.pdf -o ra.pdf",
    "revision da-ky.pdf một -o ra.pdf",
    "revision da-ky.pdf 0 -o ra.pdf",
    "revision da-ky.pdf 5 -o ra.pdf",
    "revision ket-qua.pdf 1 -o ra.pdf",
    // image, templates
    "image",
    "image clean pass.txt -o ra.png --as seal",
    "image clean chu-ky.png -o ra.png --as stamp",
    "image clean chu-ky.png -o ra.png --as seal --dpi 0",
    "image clean chu-ky.png -o ra.png --as seal --width-mm 0",
    "image clean chu-ky.png -o ra.png --as seal --dpi 300 --width-mm 36",
    "templates show",
    "templates show khong-co",
    "templates check khong-co",
    "templates check ra",
    // certify, register
    "certify",
    "certify khong-co.toml -o ra.pdf --agency co-quan.toml --archive so --by An",
    "certify pass.txt -o ra.pdf --agency co-quan.toml --archive so --by An",
    "certify yeu-cau.toml -o ra.pdf --agency pass.txt --archive so --by An",
    "certify yeu-cau.toml -o ra.pdf --agency co-quan.toml --archive khong-co --by An --allow-draft",
    "certify yeu-cau.toml -o ra.pdf --agency co-quan.toml --archive so --by An --allow-draft --document pass.txt",
    "certify yeu-cau.toml -o ra.pdf --agency co-quan.toml --archive so --by An --result 0",
    "certify yeu-cau.toml -o ra.pdf --agency co-quan.toml --archive so --by An --on-last-page",
    "certify yeu-cau.toml -o - --agency co-quan.toml --archive so --by An --allow-draft",
    "register",
    "register init",
    "register init --archive so",
    "register list --archive khong-co",
    "register list --archive so --month 13/2026",
    "register list --archive so --year 26",
    "register list --archive so --register XX",
    "register show --archive so",
    "register show --archive so bảy",
    "register show --archive so 7 --register CK --year 1999",
    "register allot --archive so --by An",
    "register allot --archive so --by An CẤP --date hôm-qua",
    "register allot --archive so --by An CẤP --fee nhiều",
    "register allot --archive so --by An CẤP --copies -1",
    "register allot --archive so --by An CẤP --requester ;CCCD",
    "register allot --archive so --by An CẤP --replaces 7",
    "register void --archive so --by An 7 --register CK --year 1999 --reason thử",
    "register export --archive so --register CK --format pdf -o ra.pdf",
    "register export --archive so --register CK --year 2026 --format doc -o ra.pdf",
    "register export --archive so --register CK --year 2026 --format pdf -o ra.pdf",
    "register close --archive so --by An --year 1999",
    "register issue 1 --register CK --archive so --by An --file da-dong-dau.pdf",
    "register issue 1 --register CK --archive so --by An --file da-dong-dau.pdf --trust-store kho",
    // trust, roster
    "trust",
    "trust add khong-co.pem",
    "trust add pass.txt",
    "trust add root.pem",
    "trust add root.pem --fingerprint 761A8D4043C70E020B8578B78F89BC16A637918B",
    "trust add root.pem --fingerprint f04ba4b459a7c9a1b971ad9b1cb833e695a80c79aea63b174b66a70edfe2fdb8",
    "trust remove 7",
    "trust remove f04ba4b4",
    "trust show khong-co.pem",
    "trust show f04ba4b4",
    "roster",
    "roster add --roster moi.toml --role leader",
    "roster add --roster moi.toml --role sếp --p12 leader.p12",
    "roster add --roster moi.toml --role leader --p12 leader.p12",
    "roster add --roster moi.toml --role leader --cert root.pem",
    "roster add --roster pass.txt --role leader --cert root.pem",
    "roster list --roster khong-co.toml",
    "roster remove --roster roster.toml 9",
    // token, serve, demo
    "token",
    "token new --name An --role sếp",
    "serve",
    "serve --config khong-co.toml",
    "serve --config pass.txt",
    "demo --out pass.txt",
];

/// What stands for several words.
const KEY: &str = "--p12 leader.p12 --pass-file pass.txt";
const SEAL: &str = "--p12 seal.p12 --pass-file pass.txt";
const ALLOT: &str = "--register CK --document Giấy --certifier An --title Chủ-tịch --requester An";

fn folder() -> Ward {
    let ward = Ward::new();
    ward.sign("ket-qua.pdf", "da-ky.pdf");
    ward.seal("da-ky.pdf", "da-dong-dau.pdf");
    let mut changed = ward.read("da-dong-dau.pdf");
    let at = changed.windows(6).position(|window| window == b"stream").unwrap() + 40;
    changed[at] ^= 1;
    ward.write("hong.pdf", changed);
    ward.write("sai.txt", "không phải mật khẩu này\n").write("co-roi.pdf", "%PDF");
    ward.write("la.pem", kyso_testpki::TestPki::stranger(kyso_tests::ward::in_hours(0)).unwrap().root_pem().unwrap());
    ward.write("co-quan.toml", kyso_tests::ward::AGENCY).write("yeu-cau.toml", copies(1, "Giấy khai sinh", 1));
    ward.write("chu-ky.png", kyso_tests::ward::ring(kyso_tests::ward::BLUE));
    std::fs::create_dir(ward.path("ra")).unwrap();
    for name in ["pass.txt", "sai.txt", "leader.p12", "seal.p12", "root.pem"] {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(ward.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    ward.run("register init --archive so").demand(0);
    ward.run(&format!("trust add root.pem --trust-store kho --fingerprint {}", root(&ward))).demand(0);
    ward.issue("dan.p12", Profile::citizen().key(KeyType::P256));
    ward.run("sign ket-qua.pdf -o dan.pdf --p12 dan.p12 --pass-file pass.txt").demand(0);
    assert!(std::process::Command::new("mkfifo").arg(ward.path("ong-dan")).status().unwrap().success());
    ward
}

/// The root's fingerprint.
fn root(ward: &Ward) -> String {
    kyso::crypto::DigestAlgorithm::Sha256.hex(&ward.pki.root_der().unwrap())
}

/// What a person sees: of an error all, of a report its first two lines.
fn told(ward: &Ward, line: &str, language: &str) -> (Option<i32>, String) {
    let line = line.replace("KHÓA", KEY).replace("CON-DẤU", SEAL).replace("CẤP", ALLOT);
    let words: Vec<String> = line.split_whitespace().map(|word| word.replace('␣', " ")).collect();
    let mut command = kyso_in(&ward.path("."));
    command.args(&words);
    if !line.contains("--lang") {
        command.args(["--lang", language]);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Not a PDF, for those that read the standard input.
    let _ = child.stdin.take().unwrap().write_all("không phải PDF".as_bytes());
    let output = child.wait_with_output().unwrap();
    // What a mistake made by mistake is in nobody's way.
    for name in ["ra.pdf", "ra.png", "ra.json", "moi.toml"] {
        let _ = std::fs::remove_file(ward.path(name));
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(!err.contains("panicked"), "{line}: {err}");
    // Notes about the day's deadline depend on the day.
    let is_note = |line: &&str| ["Lưu ý: ", "Note: "].iter().any(|note| line.starts_with(note));
    let err = err.lines().filter(|line| !is_note(line)).collect::<Vec<_>>().join("\n");
    let shown = match err.trim() {
        "" => out.lines().take(2).collect::<Vec<_>>().join("\n"),
        // Of a help text, the line that says what is wrong.
        err if err.contains("\n\n") => err.lines().last().unwrap().to_owned(),
        err => err.to_owned(),
    };
    (output.status.code(), steady(&shown, ward))
}

/// Without what differs from run to run: places, days, the test's names of files.
fn steady(text: &str, ward: &Ward) -> String {
    let folder = ward.path("");
    let mut text = text.replace(&format!("{}", folder.display()).trim_end_matches('/').to_owned(), "THƯ-MỤC");
    text = text.replace(&root(ward), "DẤU-VÂN-TAY");
    for (pattern, stands_for) in
        [("dd/dd/dddd dd:dd:dd +dd:dd", "LÚC"), ("dd/dd/dddd dd:dd", "LÚC"), ("dd/dd/dddd", "NGÀY")]
    {
        let fits = |at: usize, text: &[char]| {
            pattern.chars().enumerate().all(|(offset, wanted)| {
                text.get(at + offset).is_some_and(|c| if wanted == 'd' { c.is_ascii_digit() } else { *c == wanted })
            })
        };
        let characters: Vec<char> = text.chars().collect();
        let (mut out, mut at) = (String::new(), 0);
        while let Some(c) = characters.get(at) {
            if fits(at, &characters) {
                out.push_str(stands_for);
                at += pattern.chars().count();
            } else {
                out.push(*c);
                at += 1;
            }
        }
        text = out;
    }
    text.replace('\n', " ⏎ ").replace('\t', " ")
}

#[test]
fn every_mistake_has_its_message() {
    let ward = folder();
    let mut table = String::from("kyso\texit\tvi\ten\n");
    for line in MISTAKES {
        let (vietnamese, english) = (told(&ward, line, "vi"), told(&ward, line, "en"));
        assert_eq!(vietnamese.0, english.0, "{line}: {vietnamese:?} {english:?}");
        let code = vietnamese.0.unwrap_or_else(|| panic!("{line}: ended by a signal"));
        table.push_str(&format!("{line}\t{code}\t{}\t{}\n", vietnamese.1, english.1));
    }
    kyso_tests::golden::same_text("messages.tsv", &table);
}

/// The words of Vietnamese sentences that come from no value, name or term of the trade.
#[test]
fn no_english_stands_in_vietnamese() {
    const ENGLISH: &[&str] = &[
        " the ",
        " of ",
        " is ",
        " isn't ",
        " can't ",
        " invalid ",
        " expected ",
        " found ",
        " needed",
        " must ",
        " give ",
        " with ",
        " and ",
        " no ",
        " not ",
        " error",
        " at line ",
        " missing ",
    ];
    let ward = folder();
    for line in MISTAKES {
        let (_, text) = told(&ward, line, "vi");
        // Whoever wrote a file reads TOML's own words about it, in brackets.
        let text: String = text
            .split(['(', '“', '['])
            .enumerate()
            .map(|(part, text)| match part {
                0 => text,
                _ => text.split_once([')', '”', ']']).map_or("", |(_, rest)| rest),
            })
            .collect();
        for word in ENGLISH {
            assert!(!text.contains(word) || line.contains("--lang"), "{line}: {word:?} in {text}");
        }
    }
}
