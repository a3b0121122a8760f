//! `kyso register`: numbers, books, closings.

use jiff::{SignedDuration, Timestamp};
use kyso_register::{Allotment, Certifier, Person, Quantity, Register, Row, Stamp};
use serde_json::Value;

use kyso_tests::folder::{Folder, Outcome, kyso_in as kyso};
use kyso_tests::ward::Ward;

/// An office's register in a directory that goes away.
struct Office(Folder);

impl Office {
    fn new() -> Self {
        let office = Self(Folder::new());
        office.run("init").demand(0).told("SCT/CK,ĐC").told("Đã lập sổ chứng thực mới").told("theo đồng hồ của máy");
        office
    }

    fn run(&self, arguments: &str) -> Outcome {
        self.run_with(arguments, &[])
    }

    /// Arguments that are split at blanks, then some that aren't.
    fn run_with(&self, arguments: &str, more: &[&str]) -> Outcome {
        let mut command = kyso(&self.0.path(""));
        command.env("KYSO_ARCHIVE", ".").env("KYSO_OFFICER", "Lê Thị Mẫu").arg("register");
        Outcome::of(command.args(arguments.split_whitespace()).args(more))
    }

    fn allot(&self, arguments: &str) -> Outcome {
        let row = [
            "--requester",
            "Nguyễn Văn Mẫu;CCCD 001085012345",
            "--document",
            "Giấy ủy quyền",
            "--certifier",
            "Trần Văn Mẫu",
            "--title",
            "Phó Chủ tịch",
            "--fee",
            "10000",
        ];
        self.run_with(&format!("allot {arguments}"), &row)
    }

    fn json(&self, arguments: &str) -> Value {
        serde_json::from_str(&self.run(&format!("{arguments} --format json")).demand(0).stdout).unwrap()
    }
}

const SHA256: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

#[test]
fn numbers_are_given_out_finished_voided_and_cancelled() {
    let office = Office::new();
    let first = office.allot("--register CK --request a/1").demand(0).stdout;
    assert!(first.starts_with("01, quyển số 01/20") && first.ends_with("-SCT/CK,ĐC\n"), "{first}");
    let first = first.trim_end();
    // The same request after a crash: the same number.
    assert_eq!(office.allot("--register SCT/CK,ĐC --request a/1").demand(0).stdout.trim_end(), first);
    office.allot("--register CK --request a/1 --note khác").demand(5).told("đã dùng cho nội dung khác");
    let second = office.allot("--register CK --request a/2").demand(0).stdout.trim_end().to_owned();
    assert!(second.starts_with("02, "));

    let pending = office.run("pending").demand(0);
    assert!(pending.stdout.contains(first) && pending.stdout.contains(&second));
    office.run_with("show", &[first]).demand(0).told("CCCD *********345");
    office.run_with("show --full", &[first]).demand(0).told("001085012345");
    office.run("show 1 --register CK").demand(0).told("Lê Thị Mẫu: cấp số");
    office.run("show --request a/2 --lang en").demand(0).told("allotted");
    office.run("show 9 --register CK").demand(5).told("không có số 09");
    office.run_with("show", &[&first.replace("SCT/CK,ĐC", "SCT/BS")]).demand(5);
    office.run_with("show", &[&first.replace("quyển số 01", "quyển số 02")]).demand(5);
    office.run("show nonsense").demand(64).told("hãy ghi như trên văn bản");

    office.run(&format!("issue --request a/1 --sha256 {SHA256}")).demand(64).told("--allow-unverified");
    office.run("issue --request a/1 --allow-unverified").demand(64);
    let unverified = office.run(&format!("issue --request a/1 --sha256 {SHA256} --allow-unverified")).demand(0);
    assert!(unverified.stderr.contains("KHÔNG xem tệp"), "{}", unverified.stderr);
    office.run("list").demand(0).told("đã chứng thực (theo mã băm, KHÔNG kiểm tra tệp)");
    office.run("show --request a/1").demand(0).told("KHÔNG kiểm tra tệp");
    office.run("audit").demand(0).told("theo mã băm, KHÔNG kiểm tra tệp (Lê Thị Mẫu)");
    office.run("audit --lang en").demand(0).told("the file NOT checked");
    office.run_with("void --request a/1", &["--reason", "x"]).demand(5).told("đã trả kết quả");
    office.run_with("void --request a/2", &["--reason", "Máy hỏng"]).demand(0).told("không dùng lại");
    office.allot("--register CK --request a/2").demand(5).told("đã bỏ");
    office.run("cancel --request a/2 --decision 1/QĐ --decision-date 2026-01-02").demand(5);
    office.run("cancel --request a/1 --decision 1/QĐ --decision-date 2026-01-02").demand(0);
    office.run("pending").demand(0);
    let entries = office.json("list");
    let states = entries["entries"].as_array().unwrap().iter().map(|entry| entry["state"].clone()).collect::<Vec<_>>();
    assert_eq!(states, ["cancelled", "void"]);
    let audit = office.json("audit");
    assert_eq!(audit["audit"]["problems"], serde_json::json!([]));
    let totals = &audit["audit"]["years"][0]["totals"];
    assert_eq!((&totals["allotted"], &totals["void"], &totals["cancelled"]), (&2.into(), &1.into(), &1.into()));
}

#[test]
fn dates_decide_year_and_symbol() {
    let office = Office::new();
    office.allot("--register GD --date 2025-10-31").demand(5).told("--other-year");
    office.allot("--register GD --date 2025-10-31 --other-year").demand(0).told("01, quyển số 01/2025-SCT/HĐ,GD");
    office.run("next-book --register GD --year 2025").demand(0).told("Đã mở quyển 02/2025");
    office.run("next-book --register GD --year 2025").demand(5);
    office.allot("--register SCT/HĐ,GD --date 2025-11-01 --other-year").demand(0).told("02, quyển số 02/2025-SCT/GD");
    office.allot("--register GD --date 2025-10-31 --other-year").demand(5).told("--out-of-order");
    office.allot("--register GD --date 2025-10-31 --other-year --out-of-order").demand(0).told("03, ");
    office.allot("--register GD --date 2999-01-01 --other-year").demand(5).told("muộn hơn hôm nay");
    office.allot("--register GD --date 31/10/2025").demand(5).told("--other-year");
    office.allot("--register GD --date 31/02/2025").demand(64).told("ngày/tháng/năm");
    office.allot("--register XX").demand(5).told("SCT/CKND");
    office.allot("--register CKND").demand(5).told("languages");
}

#[test]
fn a_year_is_closed_and_printed() {
    let office = Office::new();
    office.allot("--register CK --date 2025-03-04 --other-year --request a").demand(0);
    office.allot("--register CK --date 2025-03-05 --other-year --request b").demand(0);
    office.run("close --year 2025").demand(5).told("Còn 2 số của năm 2025 chưa xong");
    office.run(&format!("issue --request a --sha256 {SHA256} --allow-unverified")).demand(0);
    office.run("void --request b --reason x").demand(0);
    office.run("export --closing --year 2025 --format json -o x.json").demand(5).told("chưa khóa");
    office.run("close --year 2999").demand(5).told("31/12/2999");
    office.run("close --year 2025").demand(0).told("2 số; đã chứng thực 1, bỏ số 1, hủy bỏ 0; lệ phí 10000 đồng");
    office.run("close --year 2025 --lang en").demand(0).told("2 numbers; 1 issued, 1 void, 0 cancelled");
    office.allot("--register CK --date 2025-03-05 --other-year").demand(5).told("đã khóa");
    office.run("cancel --request a --decision 1/QĐ --decision-date 2026-01-02").demand(0);
    office.run("audit").demand(0).told("đã khóa sổ");

    office.run("export --closing --year 2025 --format csv -o x.csv").demand(64);
    office.run("export --closing --year 2025 --format json -o x.json").demand(0);
    let json: Value = serde_json::from_slice(&office.0.read("x.json")).unwrap();
    assert_eq!(json["registers"][2]["totals"]["allotted"], 2);
    office.run("export --register CK --month 2025-03 --format csv -o so.csv").demand(0);
    office.run("export --register CK --month 2025-03 --format csv -o so.csv").demand(64).told("--force");
    let csv = std::fs::read_to_string(office.0.path("so.csv")).unwrap();
    assert!(csv.contains("GHI SỔ THEO MÃ BĂM, KHÔNG KIỂM TRA TỆP"), "{csv}");
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 3 && csv.contains("CCCD *********345"));
    for wrong in [
        "--register CK",
        "--month 2025-13 --register CK",
        "--month 2025-03",
        "--closing --month 2025-03",
        "--year 2025 --month 2025-03 --register CK",
    ] {
        office.run(&format!("export {wrong} --format csv -o y.csv")).demand(64);
    }
    office.run("export --register CK --year 2025 --format pdf -o y.pdf").demand(64).told("--agency");
    office.run("export --register CK --year 2025 --format pdf --agency A --locality B --full -o y.pdf").demand(64);
    assert!(!office.0.path("y.pdf").exists());
    office.run("export --register CK --year 2025 --format pdf --agency A --locality B -o y.pdf").demand(0);
}

#[test]
fn a_printed_book_is_signed_and_sealed_and_a_result_is_entered_once_verified() {
    let ward = Ward::new();
    let run = |arguments: &str| ward.run(&format!("register {arguments} --archive so"));
    run("init").demand(0);
    ward.write(
        "so/registers.toml",
        include_str!("../../../kyso-register/data/registers.toml").to_owned()
            + "\n[office]\nagency = \"Ủy ban nhân dân xã Bình Minh\"\nplace = \"Bình Minh\"\n",
    );
    let row = "--requester Mẫu;CCCD --document Giấy --certifier Mẫu --title Chánh --by Mẫu";
    run(&format!("allot --register BS --request a --copies 2 {row}")).demand(64);
    let row = row.replace(";CCCD", "");
    run(&format!("allot --register BS --request a --copies 2 {row}")).demand(0);

    run("issue --request a --by Mẫu --file ket-qua.pdf --trust root.pem").demand(5).told("chưa ký số hợp lệ");
    ward.write("hong.pdf", "không phải PDF");
    run("issue --request a --by Mẫu --file hong.pdf --trust root.pem").demand(4);
    ward.sign("ket-qua.pdf", "ky.pdf");
    ward.seal("ky.pdf", "dau.pdf");
    let stranger = kyso_testpki::TestPki::stranger(Timestamp::now()).unwrap();
    ward.write("khac.pem", stranger.root_pem().unwrap());
    run("issue --request a --by Mẫu --file dau.pdf --trust khac.pem").demand(5).told("chưa ký số hợp lệ");
    // Nobody's trusted: whoever makes certificates with these names would pass.
    let nobody = run("issue --request a --by Mẫu --file dau.pdf").demand(5).told("--trust").told("--allow-untrusted");
    assert!(nobody.stderr.contains("Từ chối ghi sổ"), "{}", nobody.stderr);
    ward.write("trong.toml", "");
    run("issue --request a --by Mẫu --file dau.pdf --roster trong.toml").demand(5).told("--trust");
    run("issue --request a --by Mẫu --file dau.pdf --trust root.pem --allow-untrusted").demand(64);
    run("show --request a").demand(0).told("đã cấp số");
    for trust in ["--trust root.pem", "--trust root.pem", "--roster roster.toml"] {
        run(&format!("issue --request a --by Mẫu --file dau.pdf {trust}")).demand(0);
    }
    assert!(!run("audit").demand(0).stdout.contains("KHÔNG kiểm tra"));
    run("issue --request a --by Mẫu --file ky.pdf --trust root.pem").demand(5).told("còn thiếu chữ ký số của cơ quan");
    ward.seal("ky.pdf", "dau-khac.pdf");
    run("issue --request a --by Mẫu --file dau-khac.pdf --trust root.pem").demand(5).told("văn bản khác");

    let year = Timestamp::now().to_string()[..4].to_owned();
    let signer = "--certifier Mẫu --title Chánh --seal-mm 36";
    run(&format!("export --register BS --year {year} --format pdf --full {signer} -o quyen.pdf")).demand(0);
    let inspect = ward.run("inspect --format json quyen.pdf").demand(0);
    let json: Value = serde_json::from_str(&inspect.stdout).unwrap();
    let names = json["fields"].as_array().unwrap().iter().map(|field| field["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names, ["NguoiChungThuc", "ConDau"]);
    let key = |who: &str| format!("--p12 {who}.p12 --pass-file pass.txt");
    ward.run(&format!("sign quyen.pdf -o quyen-ky.pdf {} --field NguoiChungThuc", key("leader"))).demand(0);
    ward.run(&format!("seal quyen-ky.pdf -o quyen-dau.pdf {} --trust root.pem --field ConDau", key("seal"))).demand(0);
    ward.run("verify --trust root.pem --roster roster.toml quyen-dau.pdf").demand(0);
}

/// Yesterday the clock was a year ahead, and somebody confirmed it.
#[test]
fn a_clock_in_doubt_is_said_and_confirmed_by_name() {
    let office = Office::new();
    office.allot("--register CK --request a").demand(0).told("đã mở quyển đầu tiên của năm");
    let ahead = Stamp { by: "Mẫu".into(), at: Timestamp::now() + SignedDuration::from_hours(400 * 24) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let register = Register::open(&office.0.path("")).await.unwrap().with_clock_confirmed();
        let row = Row {
            requesters: vec![Person { name: "Mẫu".into(), ..Person::default() }],
            document: "Giấy".into(),
            certifier: Certifier { name: "Mẫu".into(), title: "Chánh".into() },
            quantity: Quantity { copies: 1, ..Quantity::default() },
            ..Row::default()
        };
        let allotment = Allotment { register: "BS".into(), request: "b".into(), row, ..Allotment::default() };
        register.allot(&allotment, &ahead).await.unwrap();
        register.close().await;
    });
    for refused in ["next-book --register CK", "close --year 2025"] {
        office.run(refused).demand(5).told("--confirm-clock");
    }
    let refused = office.allot("--register CK --request c").demand(5).told("Đồng hồ của máy là");
    assert!(refused.stderr.contains("chưa ghi gì"), "{}", refused.stderr);
    office.allot("--register CK --request c --lang en").demand(5).told("if it's right, add --confirm-clock");
    // What was given out before comes back all the same.
    office.allot("--register CK --request a").demand(0).told("01, ");
    office.allot("--register CK --request c --confirm-clock").demand(0).told("02, ");
    office.allot("--register CK --request d").demand(0).told("03, ");
    office.run("audit").demand(0);
}

#[test]
fn a_batch_is_given_out_line_by_line() {
    let office = Office::new();
    let line = |key: &str, document: &str| {
        format!(
            "{{\"register\":\"BS\",\"request\":\"{key}\",\"row\":{{\"requesters\":[{{\"name\":\"Mẫu\"}}],\
             \"document\":\"{document}\",\"certifier\":{{\"name\":\"Mẫu\",\"title\":\"Chủ tịch\"}},\
             \"quantity\":{{\"copies\":1}}}}}}\n"
        )
    };
    let batch = |text: &str, more: &str| {
        std::fs::write(office.0.path("b.jsonl"), text).unwrap();
        office.run(&format!("allot --batch b.jsonl {more}"))
    };
    let all = batch(&(line("a", "x") + "\n" + &line("b", "x") + &line("a", "x")), "--format json").demand(0);
    let lines = all.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    let told = lines.iter().map(|line| (line["number"]["ordinal"].as_u64().unwrap(), line["known"].as_bool().unwrap()));
    assert_eq!(told.collect::<Vec<_>>(), [(1, false), (2, false), (1, true)]);
    // A bad line: what came before it is given out, and printed.
    let some = batch(&(line("c", "x") + &line("d", "") + &line("e", "x")), "").demand(5).told("Đến dòng 2");
    assert!(some.stdout.starts_with("03, ") && some.stdout.lines().count() == 1, "{}", some.stdout);
    // In a group, all or none.
    let none = batch(&(line("f", "x") + &line("g", "")), "--group 10").demand(5);
    assert_eq!(none.stdout, "");
    batch("{\"register\":\"BS\",\"colour\":1}\n", "").demand(64).told("Đến dòng 1");
    batch("", "").demand(0);
    assert_eq!(office.json("audit")["audit"]["years"][0]["totals"]["allotted"], 3);
}

#[test]
fn a_register_must_be_made_and_an_officer_named() {
    let folder = Folder::new();
    let run = |line: &str| folder.run(line);
    run("register audit --archive .").demand(64).told("kyso register init");
    run("register audit --archive nowhere").demand(64);
    run("register audit").demand(64).told("--archive");
    run("register init --archive .").demand(0);
    let again = run("register init --archive .").demand(0).told("Sổ chứng thực đã có từ trước");
    assert!(!again.stdout.contains("lập sổ"), "{}", again.stdout);
    run("register void 1 --register BS --reason x --archive .").demand(64).told("--by");
    std::fs::write(folder.path("registers.toml"), "electronic_copies = 7\n").unwrap();
    run("register audit --archive .").demand(64).told("registers.toml dòng 1");
}

/// Who has no identity paper on the command line is told what to write; a copy's book has no such column.
#[test]
fn a_requester_without_a_paper_is_told_what_to_write() {
    let office = Office::new();
    let line = |register: &str| {
        format!(
            "allot --register {register} --document Giấy --certifier Bình --title Chủ-tịch --copies 1 --requester An"
        )
    };
    office.run(&line("CK")).demand(5).told("giấy tờ tùy thân").told("(--requester \"họ tên;CCCD 001085012345\")");
    let english = office.run(&format!("{} --lang en", line("CK"))).demand(5);
    english.told("identity paper").told("(--requester \"name;CCCD 001085012345\")");
    office.run(&line("BS")).demand(0).told("01, ");
}
