//! What README and docs tell their readers to type is typed here, in order, in a fresh place, with the outcome that they
//! promise; what they show of files is read by what reads such files. Nothing is left out silently: each line is run, or
//! stands in [`ELSEWHERE`] with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use kyso_certification::agency::Agency;
use kyso_certification::catalogue::Catalogue;
use kyso_certification::check::{Switches, check};
use kyso_certification::request::Request;
use kyso_pdf::SignatureField;
use kyso_tests::folder::Outcome;
use kyso_tests::newcomer::{Block, Ended, Line, Newcomer, blocks, commands, pages, prose, root, text};
use kyso_tests::province::Province;
use kyso_tests::service::{self, Running};
use kyso_tests::{samples, shapes, tool};
use serde_json::Value;

/// Lines that aren't typed here: the page, the line, why not, and what shows that it's right all the same.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("README.md", "tests/run", "it runs this test among all others"),
    ("README.vi.md", "tests/run", "it runs this test among all others"),
    ("CONTRIBUTING.md", "cargo build", BUILDS),
    ("CONTRIBUTING.md", "cargo check --workspace --all-targets", BUILDS),
    ("CONTRIBUTING.md", "cargo unit digest", BUILDS),
    ("CONTRIBUTING.md", "cargo it roles::", BUILDS),
    ("CONTRIBUTING.md", "cargo it roles::the_agency_is_no_leader", BUILDS),
    (
        "CONTRIBUTING.md",
        "cargo build --workspace --bins --examples && cargo test --workspace --test run",
        "it builds with cargo, whose lock this test would wait for",
    ),
    ("CONTRIBUTING.md", "cargo lint", BUILDS),
    ("CONTRIBUTING.md", "tests/run", "it runs this test among all others"),
    ("CONTRIBUTING.md", "tests/judges/packages", "it asks Debian's apt, as root; tests/run does"),
    ("CONTRIBUTING.md", "tests/judges/install", "it asks PyPI; tests/run does"),
    (
        "CONTRIBUTING.md",
        "UPDATE_GOLDEN=1 cargo it reports:: && git diff tests/golden",
        "it rewrites what tests are held to",
    ),
    ("docs/archive-proof.md", "tests/judges/crashes target/release/kyso", CRASHES),
    ("docs/archive-proof.md", "tests/judges/crash target/release/kyso", CRASHES),
    ("docs/archive-proof.md", "tests/judges/crash target/release/kyso --mode power --rounds 50", CRASHES),
    ("docs/archive-proof.md", "tests/judges/crash target/release/kyso --mode kill --rounds 1000 --seed 7", CRASHES),
    ("docs/benchmarks.md", "cargo bench -p kyso-benches", "it measures for minutes, in a build of its own"),
    (
        "docs/benchmarks.md",
        "cargo run --release -p kyso-benches --bin memory",
        "it measures for minutes, in a build of its own",
    ),
    (
        "docs/fuzzing.md",
        "cargo run --release -p kyso-tests --bin fuzz -- --target verify --executions 100000 --seconds 60 --seed 1",
        "it fuzzes for a minute; tests/tests/it/mutations.rs runs the same targets",
    ),
    ("docs/fuzzing.md", "cargo run --release -p kyso-tests --bin fuzz -- --write-seeds", BUILDS),
    ("docs/outside-exam.md", "target/judges/bin/python tests/judges/outside_exam.py KYSO KEYS FOLDER", EXAMINES),
    (
        "docs/outside-exam.md",
        "target/judges/bin/python tests/judges/outside_exam.py KYSO KEYS FOLDER --every 4",
        EXAMINES,
    ),
    ("docs/fuzzing.md", "cargo +nightly fuzz run verify", "it needs cargo-fuzz and a nightly toolchain"),
    (
        "docs/fuzzing.md",
        "RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none verify -- -timeout=20 -rss_limit_mb=4096",
        "it needs cargo-fuzz, and ends only when it finds something",
    ),
];
const BUILDS: &str = "it builds with cargo, whose lock this test would wait for";
const CRASHES: &str = "it kills a service for minutes, and needs root for its disks; tests/run does a part of it";
const EXAMINES: &str = "it fetches hundreds of megabytes and takes hours";

/// Pages with lines to type. Each is a test of its own, so that they run side by side.
macro_rules! typed {
    ($($name:ident = $page:literal;)+) => {
        const TYPED: &[&str] = &[$($page,)+];
        $(#[test]
        fn $name() {
            follow($page);
        })+
    };
}

typed! {
    readme = "README.md";
    readme_in_vietnamese = "README.vi.md";
    archive_operation = "docs/archive-operation.md";
    contributing = "CONTRIBUTING.md";
    archive_proof = "docs/archive-proof.md";
    archive = "docs/archive.md";
    archive_backup = "docs/archive-backup.md";
    archive_retention = "docs/archive-retention.md";
    benchmarks = "docs/benchmarks.md";
    certify = "docs/certify.md";
    checking = "docs/check.md";
    fuzzing = "docs/fuzzing.md";
    http_api = "docs/http-api.md";
    outside_exam = "docs/outside-exam.md";
    pictures = "docs/pictures.md";
    policies = "docs/policies.md";
    receipts = "docs/receipts.md";
    register = "docs/register.md";
    reports = "docs/reports.md";
    roster = "docs/roster.md";
    services = "docs/services.md";
    templates = "docs/templates.md";
    trust = "docs/trust.md";
}

fn is_typed(block: &Block) -> bool {
    matches!(block.language.as_str(), "sh" | "console")
}

/// The line without the comment at its end.
fn code(line: &str) -> &str {
    line.rsplit_once(" # ").map_or(line, |(code, _)| code).trim()
}

/// Types a page's lines, and holds what becomes of them against what the page says.
fn follow(page: &str) {
    let typed: Vec<Line> =
        blocks(page, &text(page)).iter().filter(|block| is_typed(block)).flat_map(commands).collect();
    let is_elsewhere = |line: &Line| ELSEWHERE.iter().any(|(of, other, _)| *of == page && *other == code(&line.text));
    let run: Vec<&Line> = typed.iter().filter(|line| !is_elsewhere(line)).collect();
    // Whoever has cloned the tree may have the command built by cargo; here it's built already.
    let here = |line: &Line| line.text.replace("cargo run --release -- ", "kyso ").replace("cargo run -- ", "kyso ");
    let lines: Vec<String> = run.iter().map(|line| here(line)).collect();
    let newcomer = Newcomer::new();
    let ended = newcomer.types(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ended.len(), run.len(), "{page}");
    for (line, ended) in run.iter().zip(&ended) {
        judge(page, line, ended);
    }
    for_each_pdf(&newcomer.home.path(""), &mut |path, bytes| is_complete(page, path, bytes));
}

fn judge(page: &str, line: &Line, Ended { code, printed, outputs }: &Ended) {
    let at = format!("{page}:{}: {}", line.number, line.text);
    assert_eq!(*code, Some(line.exit), "{at}\n{printed}");
    assert!(!printed.contains("panicked"), "{at}\n{printed}");
    for (file, before, after) in outputs {
        assert!(!before, "{at}\n{file} is an earlier line's");
        assert_eq!(*after, line.exit == 0, "{at}\n{file}: is it there? it exited with {code:?}\n{printed}");
    }
    if let Some(shown) = &line.shown {
        let (shown, printed) = (likeness(shown), likeness(printed));
        assert!(printed.contains(&shown), "{at}\nthe page shows:\n{shown}\nit prints:\n{printed}");
    }
}

/// A text with its numbers, dates and look-up codes made alike: they're others each day.
fn likeness(text: &str) -> String {
    let code = |word: &str| {
        let parts: Vec<&str> = word.split('-').collect();
        parts.len() == 5 && parts.iter().all(|part| part.len() == 4 && part.chars().all(|c| c.is_ascii_alphanumeric()))
    };
    let word = |word: &str| match code(word) {
        true => "0000-0000-0000-0000-0000".to_owned(),
        false => word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect(),
    };
    let line = |line: &str| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Whatever a page has its reader seal is finished: the seal locks the file, and nobody can sign in an empty field then.
fn is_complete(page: &str, path: &str, bytes: &[u8]) {
    let Ok(document) = kyso::Document::parse(bytes) else { return };
    let fields = SignatureField::all(&document).unwrap();
    let is_signed = |name: &str| fields.iter().any(|field| field.name == name && field.value.is_some());
    if is_signed(kyso::SEAL_FIELD) {
        let empty: Vec<&str> = fields.iter().filter(|f| f.value.is_none()).map(|f| f.name.as_str()).collect();
        assert!(empty.is_empty(), "{page}: {path} is sealed over the empty {empty:?}");
    }
}

fn for_each_pdf(folder: &std::path::Path, look: &mut impl FnMut(&str, &[u8])) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            for_each_pdf(&path, look);
        } else if path.extension().is_some_and(|extension| extension == "pdf") {
            look(path.to_str().unwrap(), &std::fs::read(&path).unwrap());
        }
    }
}

#[test]
fn every_line_is_typed_or_listed() {
    let mut listed: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (page, line, _) in ELSEWHERE {
        assert!(listed.insert((page, line), 0).is_none(), "{page}: {line} is listed twice");
    }
    let (mut typed, mut with_lines) = (0, BTreeSet::new());
    for page in pages() {
        for block in blocks(&page, &text(&page)) {
            assert!(
                ["sh", "console", "text", "toml", "json", "rust"].contains(&block.language.as_str()),
                "{page}:{}: nobody reads a block of {:?}",
                block.line,
                block.language
            );
            if is_typed(&block) {
                with_lines.insert(page.clone());
                let lines = commands(&block);
                assert!(!lines.is_empty(), "{page}:{}: a block without a command", block.line);
                for line in lines {
                    let is_it = |of: &str, other: &str| of == page && other == code(&line.text);
                    match listed.iter_mut().find(|((of, other), _)| is_it(of, other)) {
                        Some((_, count)) => *count += 1,
                        None => typed += 1,
                    }
                }
            }
        }
    }
    assert_eq!(with_lines, TYPED.iter().map(|page| (*page).to_owned()).collect(), "pages with lines to type");
    for ((page, line), count) in &listed {
        assert_eq!(*count, 1, "{page}: {line}: it's listed, and no longer there");
    }
    assert!(typed > 100, "only {typed} lines are typed");
}

/// Whoever reads README in the one language types what those type who read it in the other.
#[test]
fn both_languages_type_the_same() {
    let typed = |page: &str| -> Vec<String> {
        let blocks = blocks(page, &text(page)).into_iter().filter(is_typed);
        blocks.flat_map(|block| commands(&block)).map(|line| code(&line.text).to_owned()).collect()
    };
    assert_eq!(typed("README.md"), typed("README.vi.md"));
}

/// What is told of cargo, and can't be run here, names what there is.
#[test]
fn what_cargo_is_told_is_there() {
    let there = |path: &str| assert!(root().join(path).exists(), "{path}");
    let config = text(".cargo/config.toml");
    for (page, line, _) in ELSEWHERE {
        let words: Vec<&str> = line.split_whitespace().collect();
        for (index, word) in words.iter().enumerate() {
            let next = words.get(index + 1).copied().unwrap_or_default();
            match *word {
                "it" if words[index - 1] == "cargo" => {
                    let (topic, test) = next.split_once("::").unwrap();
                    there(&format!("tests/tests/it/{topic}.rs"));
                    assert!(
                        text(&format!("tests/tests/it/{topic}.rs")).contains(&format!("fn {test}")),
                        "{page}: {line}"
                    );
                    assert!(config.contains("\nit = "));
                }
                "unit" | "lint" => assert!(config.contains(&format!("\n{word} = ")), "{page}: {line}"),
                "--bin" => assert!(
                    ["tests/src/bin", "benches/src/bin", "benches/src"]
                        .iter()
                        .any(|f| root().join(f).join(format!("{next}.rs")).exists()),
                    "{page}: {line}"
                ),
                path if path.starts_with("tests/") => there(path),
                _ => {}
            }
        }
    }
}

// What pages show of files, and what reads it: by the first line of the block.
#[test]
fn every_block_of_data_is_read() {
    type Reader = fn(&str, &str);
    let readers: &[(&str, &str, Reader)] = &[
        ("README.md", "[dependencies]", dependencies),
        ("docs/certify.md", "kind = \"CK\"", request),
        ("docs/certify.md", "[[requesters]]", requesters),
        ("docs/certify.md", "name = \"ỦY BAN NHÂN DÂN XÃ BÌNH MINH\"", agency),
        ("docs/templates.md", "id = \"ck-mot-nguoi\"", template),
        ("docs/register.md", "[office]", office),
        ("docs/roster.md", "[[certificate]]", roster_file),
        ("docs/http-api.md", "listen = \"127.0.0.1:8484\"", configuration),
        ("docs/stores.md", "listen = \"127.0.0.1:8484\"\ndata_dir", in_stores),
        ("docs/stores.md", "listen = \"127.0.0.1:8484\"\n\n[[agency]]", agencies),
        ("docs/stores.md", "[archive]\nsecond", second_store),
        ("docs/http-api.md", "{ \"type\": \"urn:problem-type:kyso:key.unknown\"", problem),
        ("docs/pictures.md", "\"qr\": [ {", codes),
        ("README.md", "use std::error::Error;", example),
        ("docs/register.md", "let register = Register::create(", example),
    ];
    let read: Mutex<BTreeSet<usize>> = Mutex::default();
    for page in pages() {
        for block in blocks(&page, &text(&page)) {
            if !["toml", "json", "rust"].contains(&block.language.as_str()) {
                continue;
            }
            let of = |(index, reader): (usize, &(&str, &str, Reader))| {
                (reader.0 == page && block.text.starts_with(reader.1)).then_some((index, reader.2))
            };
            let found = readers.iter().enumerate().find_map(of);
            let (index, reader) = found.unwrap_or_else(|| panic!("{page}:{}: nobody reads this", block.line));
            reader(&format!("{page}:{}", block.line), &block.text);
            read.lock().unwrap_or_else(PoisonError::into_inner).insert(index);
        }
    }
    assert_eq!(read.into_inner().unwrap().len(), readers.len(), "a block is no longer there");
}

/// What a program asks cargo for: the library where it lies in the tree.
fn dependencies(at: &str, block: &str) {
    let asked: toml::Table = toml::from_str(block).unwrap_or_else(|error| panic!("{at}: {error}"));
    let asked = asked["dependencies"].as_table().unwrap();
    for (name, value) in asked {
        let path = value["path"].as_str().unwrap();
        let (_, within) = path.split_once("/kyso/").unwrap_or_else(|| panic!("{at}: {path}"));
        let manifest: toml::Table = toml::from_str(&text(&format!("{within}/Cargo.toml"))).unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some(name.as_str()), "{at}");
    }
}

fn demand_allowed(at: &str, text: &str) {
    let request = Request::from_toml("request.toml", text)
        .unwrap_or_else(|flaw| panic!("{at}: {}", flaw.in_language(kyso::Language::English)));
    let catalogue = Catalogue::embedded().unwrap();
    let checked = check(&request, &catalogue, Switches { drafts: true });
    assert!(!checked.is_refused(), "{at}: {:?}", checked.findings);
}

fn request(at: &str, block: &str) {
    demand_allowed(at, block);
}

/// In the place of the parties of a request for copies.
fn requesters(at: &str, block: &str) {
    let mut request: toml::Table = serde_json::from_value(service::certification("H61.12-261127-0042")).unwrap();
    request.remove("requesters");
    let ours: toml::Table = toml::from_str(block).unwrap_or_else(|error| panic!("{at}: {error}"));
    request.extend(ours);
    demand_allowed(at, &toml::to_string(&request).unwrap());
    // What is commented out may stand there too.
    let uncommented: toml::Table = toml::from_str(&block.replace("# id", "id")).unwrap();
    request.extend(uncommented);
    demand_allowed(at, &toml::to_string(&request).unwrap());
}

fn agency(at: &str, block: &str) {
    if let Err(error) = Agency::from_toml("agency.toml", block) {
        panic!("{at}: {error:?}");
    }
}

fn template(at: &str, block: &str) {
    let newcomer = Newcomer::new();
    std::fs::create_dir(newcomer.home.path("mau")).unwrap();
    newcomer.home.write("mau/ck-mot-nguoi.toml", block);
    let outcome = newcomer.home.run("templates check mau");
    assert_eq!(outcome.code, Some(0), "{at}: {outcome:?}");
    newcomer.home.run("templates show ck-mot-nguoi --templates mau -o mau.pdf").demand(0);
}

/// Beside what comes along, as its text says.
fn office(at: &str, block: &str) {
    let newcomer = Newcomer::new();
    std::fs::create_dir(newcomer.home.path("so")).unwrap();
    let embedded = text("crates/kyso-register/data/registers.toml");
    newcomer.home.write("so/registers.toml", embedded + block);
    let outcome = newcomer.home.run("register init --archive so");
    assert_eq!(outcome.code, Some(0), "{at}: {outcome:?}");
    newcomer.home.run("register export --archive so --register CK --year 2026 --format json -o so.json").demand(0);
}

fn roster_file(at: &str, block: &str) {
    let newcomer = Newcomer::new();
    newcomer.home.write("danh-sach.toml", block);
    let outcome = newcomer.home.run("roster list --roster danh-sach.toml");
    assert_eq!(outcome.code, Some(0), "{at}: {outcome:?}");
}

/// The service starts with it, where all that it names is there.
fn configuration(at: &str, block: &str) {
    let newcomer = Newcomer::new();
    let home = &newcomer.home;
    service::write(&home.path(""));
    let keys = [("leader.p12", "chu-tich.p12"), ("leader.pass", "chu-tich.pass"), ("seal.key", "con-dau.key")];
    for (from, to) in
        keys.into_iter().chain([("seal.pem", "con-dau.pem"), ("chain.pem", "ca.pem"), ("root.pem", "inner-ca.pem")])
    {
        home.write(to, home.read(from));
    }
    home.write("chu-ky.png", samples::signature()).write("dau.png", samples::seal()).write("tsa.pass", "mật khẩu\n");
    home.write("agency.toml", kyso_tests::ward::AGENCY);
    std::fs::create_dir(home.path("loi-chung")).unwrap();
    home.run("register init --archive so").demand(0);
    // Nothing is written outside of the test's directory.
    home.write("kyso.toml", block.replace("127.0.0.1:8484", "127.0.0.1:0").replace("/mnt/copy", "copy"));
    let service = Running::start_with(&home.path(""), &[("CON_DAU_PASSWORD", ""), ("PROXY_PASSWORD", "x")]);
    let (code, log) = service.terminate();
    assert_eq!(code, Some(0), "{at}: {log}");
}

/// A configuration that a page shows, with the servers of a test, and with what it names: made, started, stopped.
fn with_servers(at: &str, block: &str, agencies: &[&str]) {
    let (province, newcomer) = (Province::new(), Newcomer::new());
    let home = &newcomer.home;
    let own = if agencies.is_empty() { vec![""] } else { agencies.to_vec() };
    for name in &own {
        let directory = home.path(name);
        std::fs::create_dir_all(&directory).unwrap();
        service::write_config(&directory, &format!("-{name}"));
        let file = directory.join("kyso.toml");
        let config = std::fs::read_to_string(&file).unwrap();
        let shared = ["listen", "upload_limit_mb", "request_timeout_seconds", "shutdown_grace_seconds"];
        let is_own = |line: &&str| !shared.iter().any(|name| line.starts_with(name));
        std::fs::write(&file, config.lines().filter(is_own).collect::<Vec<_>>().join("\n")).unwrap();
    }
    province.archive(&home.path(""), None);
    std::fs::copy(home.path("s3.credentials"), home.path("s3-drafts.credentials")).unwrap();
    std::fs::copy(home.path(own[0]).join("root.pem"), home.path("inner-ca.pem")).unwrap();
    let config = block
        .replace("127.0.0.1:8484", "127.0.0.1:0")
        .replace("https://s3.tinh-mau.example", province.s3.url())
        .replace("postgres://kyso_app@db.tinh-mau.example/kyso", &province.postgres.url_of("kyso_app", "kyso"));
    home.write("kyso.toml", config);
    for name in &own {
        let agency = if agencies.is_empty() { String::new() } else { format!(" --agency {name}") };
        home.run(&format!("archive init --archive kyso.toml{agency}")).demand(0);
    }
    let service = Running::start(&home.path(""));
    let (code, log) = service.terminate();
    assert_eq!(code, Some(0), "{at}: {log}");
}

fn in_stores(at: &str, block: &str) {
    with_servers(at, block, &[]);
}

fn agencies(at: &str, block: &str) {
    with_servers(at, block, &["binh-minh", "hoa-binh"]);
}

/// What a page adds to a configuration for a second store: a service of a directory starts with it.
fn second_store(at: &str, block: &str) {
    let (server, newcomer) = (kyso_tests::servers::S3::shared(), Newcomer::new());
    let home = &newcomer.home;
    service::write(&home.path(""));
    let (id, secret) = kyso_tests::servers::S3::KEYS;
    home.write("copy.credentials", format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n"));
    let own = String::from_utf8(home.read("kyso.toml")).unwrap();
    home.write("kyso.toml", own + &block.replace("https://s3.noi-khac.example", server.url()));
    let service = Running::start(&home.path(""));
    let (code, log) = service.terminate();
    assert_eq!(code, Some(0), "{at}: {log}");
}

/// What the service answers, but for the request's own id.
fn problem(at: &str, block: &str) {
    let folder = tempfile::tempdir().unwrap();
    let callers = service::write(folder.path());
    let service = Running::start(folder.path());
    let answer =
        service::form("/api/v1/sign", &callers.leader, &shapes::plain(), r#"{"key": "no"}"#).send(service.address);
    let (mut shown, mut answered): (Value, Value) = (serde_json::from_str(block).unwrap(), answer.json());
    let id = |value: &mut Value| value.as_object_mut().unwrap().remove("instance").unwrap();
    let ids = [id(&mut shown), id(&mut answered)];
    assert!(ids.iter().all(|id| id.as_str().unwrap().starts_with("urn:uuid:")), "{at}");
    assert_eq!((answer.status, shown), (422, answered), "{at}");
    service.kill();
}

/// The same entries as what is said of the demo's result.
fn codes(at: &str, block: &str) {
    let shown: Value = serde_json::from_str(&format!("{{ {block} }}")).unwrap_or_else(|error| panic!("{at}: {error}"));
    let newcomer = Newcomer::new();
    newcomer.home.run("demo").demand(0);
    let said =
        newcomer.home.run("verify --format json --trust kyso-demo/ca-goc.pem kyso-demo/da-dong-dau.pdf").demand(0);
    let said: Value = serde_json::from_str(&said.stdout).unwrap();
    let entries = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(entries(&shown["qr"][0]), entries(&said[0]["qr"][0]), "{at}");
    assert_eq!(shown["qr"][0]["belongs_to"], said[0]["qr"][0]["belongs_to"], "{at}");
}

/// A part of a file of examples/, which is built and run by its own test.
fn example(at: &str, block: &str) {
    let without_indent = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let block = without_indent(block);
    let folder = std::fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path());
    let mut files = folder.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let is_within = files.any(|path| without_indent(&std::fs::read_to_string(path).unwrap()).contains(&block));
    assert!(is_within, "{at}: no example has it");
}

/// Drawings show nothing to type: such a block would escape.
#[test]
fn what_is_to_be_typed_says_so() {
    for page in pages() {
        for block in blocks(&page, &text(&page)) {
            if block.language == "text" {
                for line in block.text.lines() {
                    let first = line.split(' ').next().unwrap_or_default();
                    let is_typed = ["$", "#", "curl", "cargo", "sudo", "apt-get"].contains(&first) || is_command(line);
                    assert!(!is_typed, "{page}:{}: {line}: is it to be typed?", block.line);
                }
            }
        }
    }
}

/// The commands, with what each takes, from `--help`.
fn help() -> BTreeMap<String, String> {
    let told = |arguments: &[&str]| {
        Outcome::of(tool::kyso().args(arguments).args(["--help", "--lang", "en"])).demand(0).stdout
    };
    let under = |help: &str| -> Vec<String> {
        let list = help.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
        let names = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
        names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    let mut found = BTreeMap::from([(String::new(), told(&[]))]);
    for command in under(&found[""]) {
        let help = told(&[&command]);
        for below in under(&help) {
            found.insert(format!("{command} {below}"), told(&[&command, &below]));
        }
        found.insert(command, help);
    }
    found
}

fn is_command(line: &str) -> bool {
    let known = line.strip_prefix("kyso ").and_then(|rest| rest.split(' ').next());
    known.is_some_and(|word| {
        ["certify", "sign", "seal", "verify", "check", "register", "serve", "image", "demo"].contains(&word)
    })
}

/// `kyso COMMAND --option …` within a text: the command is there, and takes the options.
#[test]
fn commands_named_in_texts_are_there() {
    let help = help();
    let mut looked_at = 0;
    for page in pages() {
        let text = prose(&text(&page)).replace('\n', " ");
        for span in text.split('`').skip(1).step_by(2) {
            let Some(rest) = span.strip_prefix("kyso ") else { continue };
            // `sign|seal`: either.
            let words: Vec<&str> = rest.split_whitespace().map(|word| word.split('|').next().unwrap()).collect();
            let of = |count: usize| words.get(..count).map(|words| words.join(" ")).and_then(|name| help.get(&name));
            let Some(taken) = of(2).or_else(|| of(1)) else {
                let is_option = words.first().is_some_and(|word| word.starts_with("--"));
                assert!(is_option, "{page}: `{span}`: there's no such command");
                continue;
            };
            looked_at += 1;
            for option in words.iter().filter(|word| word.starts_with("--")) {
                let option = option.split(['=', '|', ',', '.', ';', ']', '[']).next().unwrap();
                assert!(taken.contains(option), "{page}: `{span}`: it doesn't take {option}");
            }
        }
    }
    assert!(looked_at > 30, "only {looked_at} are named");
}

/// Whoever reads README, in either language, finds every page of docs; and no link leads nowhere.
#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = prose(&text(&page));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") || file.starts_with("mailto:") {
                continue;
            }
            let folder = root().join(&page).parent().unwrap().to_owned();
            assert!(folder.join(file).exists(), "{page}: {target} is nowhere");
        }
    }
    for readme in ["README.md", "README.vi.md"] {
        let text = text(readme);
        for page in pages().iter().filter(|page| page.starts_with("docs/")) {
            assert!(text.contains(&format!("({page}")), "{readme} doesn't lead to {page}");
        }
    }
}
