use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use clap::CommandFactory as _;
use kyso::{Constraints, Language};
use kyso_certification::catalogue::Catalogue;
use kyso_testpki::{KeyType, Profile, TestPki};
use tempfile::TempDir;

use super::*;
use crate::arguments::Arguments;
use crate::context::Context;
use crate::demo::{letter, request};
use crate::exit::Exit;

/// Lines that name every path that their commands take: `@` stands before an input, `%` before an output, a file in a
/// directory is a `@directory/file`.
const LINES: &[&str] = &[
    "sign @in.pdf -o %out --force --p12 @leader.p12 --pass-file @pass.txt --trust @ca/root.pem --roster @roster.toml --trust-store @kept/a.toml \
     --policy @policy.toml --image @picture.png --image-width-mm 30 --page 1 --rect 100,100,150,150 --allow-colour \
     --tsa http://127.0.0.1:9 --tsa-key @leader.key --tsa-cert @leader.pem --tsa-pass-file @tsa.txt --cache @cache/a.der \
     --tls-ca @tls/root.pem",
    "sign @in.pdf -o %out --force --key @leader.key --cert @leader.pem --chain @chain.pem",
    "seal @in.pdf -o %out --force --p12 @seal.p12 --pass-file @pass.txt --trust @ca/root.pem --roster @roster.toml --trust-store @kept/a.toml \
     --policy @policy.toml --image @picture.png --image-width-mm 30 --page 1 --rect 100,100,150,150 --allow-colour \
     --tsa http://127.0.0.1:9 --tsa-key @leader.key --tsa-cert @leader.pem --tsa-pass-file @tsa.txt --cache @cache/a.der \
     --tls-ca @tls/root.pem",
    "seal @in.pdf -o %out --force --key @leader.key --cert @leader.pem --chain @chain.pem",
    "copy @in.pdf -o %out --force --form sao-y --agency X --p12 @seal.p12 --pass-file @pass.txt --trust @ca/root.pem \
     --roster @roster.toml --trust-store @kept/a.toml --policy @policy.toml --tsa http://127.0.0.1:9 --tsa-key @leader.key --tsa-cert @leader.pem \
     --tsa-pass-file @tsa.txt --cache @cache/a.der --tls-ca @tls/root.pem",
    "copy @in.pdf -o %out --force --form sao-y --agency X --key @leader.key --cert @leader.pem --chain @chain.pem",
    "attach @in.pdf @other.pdf --number 1 --out-dir %out --force --p12 @seal.p12 --pass-file @pass.txt \
     --trust @ca/root.pem --roster @roster.toml --trust-store @kept/a.toml --policy @policy.toml --tsa http://127.0.0.1:9 --tsa-key @leader.key \
     --tsa-cert @leader.pem --tsa-pass-file @tsa.txt --cache @cache/a.der --tls-ca @tls/root.pem",
    "attach @in.pdf --number 1 --out-dir %out --force --key @leader.key --cert @leader.pem --chain @chain.pem",
    "extend @in.pdf -o %out --force --to lt --trust @ca/root.pem --roster @roster.toml --trust-store @kept/a.toml --policy @policy.toml \
     --tsa http://127.0.0.1:9 --tsa-key @leader.key --tsa-cert @leader.pem --tsa-pass-file @tsa.txt --cache @cache/a.der \
     --tls-ca @tls/root.pem",
    "renew @in.pdf -o %out --force --trust @ca/root.pem --roster @roster.toml --trust-store @kept/a.toml --policy @policy.toml \
     --tsa http://127.0.0.1:9 --tsa-key @leader.key --tsa-cert @leader.pem --tsa-pass-file @tsa.txt --cache @cache/a.der \
     --tls-ca @tls/root.pem",
    "certify @request.toml -o %out --record %record --force --document @in.pdf --agency @agency.toml \
     --templates @templates/mine.toml --archive @books/register.sqlite3 --by X --allow-draft",
    "certify @request.toml -o %out --force --document @in.pdf --agency @agency.toml --archive @books/register.sqlite3-wal \
     --by X",
    "check @in.pdf --picture %out --force --trust @ca/root.pem --roster @roster.toml --trust-store @kept/a.toml --policy @policy.toml",
    "archive destroy certificate 1 --archive @books/archive.sqlite3 -o %out",
    "register export --archive @books/register.sqlite3 --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/register.sqlite3-journal --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/register.sqlite3-shm --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/register.lock --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/registers.toml --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/lock --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/objects/ab/abcd --register CK --year 2026 --format csv -o %out --force",
    "register export --archive @books/tmp/x --register CK --year 2026 --format csv -o %out --force",
    "register head --archive @books/register.sqlite3 --qr %out --force",
    "archive fetch 01890000-0000-7000-8000-000000000000 --archive @books/archive.sqlite3 -o %out",
    "archive evidence 01890000-0000-7000-8000-000000000000 --archive @books/archive.sqlite3 -o %out",
    "archive export 01890000-0000-7000-8000-000000000000 --archive @books/register.sqlite3 --by X -o %out",
    "reserve @in.pdf -o %out --force --field A --page 1 --rect 100,100,50,50",
    "revision @in.pdf 1 -o %out --force",
    "image clean @picture.png -o %out --as seal --width-mm 36 --force",
    "templates show ck-mot-nguoi --templates @templates/mine.toml -o %out --force",
];

/// Commands that name a directory to make, and look after what is in it by themselves.
const DIRECTORIES: &[&str] = &["demo"];

/// Directories that stand for all that is in them.
const WHOLE: &[&str] = &["ca", "tls", "cache", "templates", "books", "kept"];

struct Desk {
    directory: TempDir,
}

/// Files by name. Made once: keys take their time.
static FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let now = "2026-03-02T03:00:00Z".parse().unwrap();
    let pki = TestPki::new(now).unwrap();
    let leader = pki.issue(Profile::leader().key(KeyType::P256)).unwrap();
    let seal = pki.issue(Profile::seal().key(KeyType::P256)).unwrap();
    let roster = format!("[[certificate]]\nsha256 = \"{}\"\nrole = \"leader\"\n", leader.fingerprint());
    let paper = letter::letter_of_authority("2026-03-02".parse().unwrap()).unwrap().pdf;
    let time = "2026-03-02T10:00:00".parse().unwrap();
    let root = pki.root_pem().unwrap();
    let template = Catalogue::embedded_text("ck-mot-nguoi").unwrap();
    vec![
        ("in.pdf", paper.clone()),
        ("other.pdf", paper),
        ("leader.p12", leader.pkcs12("x").unwrap()),
        ("seal.p12", seal.pkcs12("x").unwrap()),
        ("leader.key", leader.key_pem(None).unwrap().into()),
        ("leader.pem", leader.certificate_pem().unwrap().into()),
        ("chain.pem", leader.chain_pem().unwrap().into()),
        ("pass.txt", "x\n".into()),
        ("tsa.txt", "y\n".into()),
        ("roster.toml", roster.into()),
        ("policy.toml", Constraints::built_in_text("default").unwrap().into()),
        ("picture.png", kyso_picture()),
        ("request.toml", request::request(time, 42).into()),
        ("agency.toml", request::agency(36.0).into()),
        ("ca/root.pem", root.clone().into()),
        ("ca/README", "about".into()),
        ("kept/a.toml", "a root".into()),
        ("tls/root.pem", root.into()),
        ("cache/a.der", "kept".into()),
        ("templates/mine.toml", template.into()),
        ("books/register.sqlite3", "rows".into()),
        ("books/register.sqlite3-wal", "rows".into()),
        ("books/register.lock", "".into()),
        ("books/registers.toml", "".into()),
        ("books/lock", "".into()),
        ("books/archive.sqlite3", "rows".into()),
        ("books/kyso.sqlite3", "rows".into()),
        ("books/objects/ab/abcd", "%PDF".into()),
        ("out.pdf", "an earlier result".into()),
        ("unrelated.pdf", "of nobody's".into()),
    ]
});

impl Desk {
    fn new() -> Self {
        let desk = Self { directory: tempfile::tempdir().unwrap() };
        for (name, content) in FILES.iter() {
            let path = desk.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        fs::create_dir_all(desk.path("books/tmp")).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The line with its inputs, and one output at a place, the others at places of their own.
    fn line(&self, line: &str, at: (&str, &Path)) -> Vec<OsString> {
        let word = |word: &str| -> OsString {
            if let Some(name) = word.strip_prefix('@') {
                let directory = WHOLE.iter().find(|whole| name.split('/').next() == Some(**whole));
                return self.path(directory.copied().unwrap_or(name)).into();
            }
            match word.strip_prefix('%') {
                Some(name) if name == at.0 => at.1.into(),
                Some(name) => self.path(&format!("new-{name}")).into(),
                None => word.into(),
            }
        };
        ["kyso"].into_iter().chain(line.split_whitespace()).map(word).collect()
    }

    /// Every file, with what is in it.
    fn contents(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut found, mut directories) = (BTreeMap::new(), vec![self.directory.path().to_owned()]);
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => directories.push(path),
                    false => {
                        found.insert(path.clone(), fs::read(path).unwrap());
                    }
                }
            }
        }
        found
    }
}

fn kyso_picture() -> Vec<u8> {
    crate::demo::pictures::seal("UBND").unwrap()
}

fn words(line: &'static str, mark: char) -> impl Iterator<Item = &'static str> {
    line.split_whitespace().filter_map(move |word| word.strip_prefix(mark))
}

fn run(line: &[OsString]) -> Result<Exit, Failure> {
    let (arguments, guarded) = Arguments::parse_from(line).unwrap_or_else(|(error, _)| panic!("{line:?}: {error}"));
    crate::commands::run(arguments.command, &Context::new(Language::English, guarded))
}

/// The places at which an output would be an input: itself, by another path, by a symbolic link, by a hard link.
fn ways(desk: &Desk, input: &Path, output: &str, line: &str) -> Vec<PathBuf> {
    let links = tempfile::tempdir_in(desk.directory.path()).unwrap().keep();
    let name = links.join(if line.starts_with("attach") { "in.pdf" } else { "linked" });
    let mut ways = Vec::new();
    let mut directory = |link: &dyn Fn(&Path)| {
        let directory = tempfile::tempdir_in(&links).unwrap().keep();
        let name = directory.join(name.file_name().unwrap());
        link(&name);
        ways.push(if line.starts_with("attach") && output == "out" { directory } else { name });
    };
    if input.exists() {
        #[cfg(unix)]
        directory(&|name| std::os::unix::fs::symlink(input, name).unwrap());
        directory(&|name| fs::hard_link(input, name).unwrap());
    }
    if !line.starts_with("attach") {
        ways.push(input.to_owned());
        let parent = input.parent().unwrap();
        ways.push(parent.join("..").join(parent.file_name().unwrap()).join(input.file_name().unwrap()));
    }
    ways
}

/// Every command's every output against its every input.
#[test]
fn no_output_takes_the_place_of_what_is_read_or_kept() {
    for line in LINES {
        for output in words(line, '%') {
            for input in words(line, '@') {
                let desk = Desk::new();
                for place in ways(&desk, &desk.path(input), output, line) {
                    let before = desk.contents();
                    let failure = run(&desk.line(line, (output, &place))).unwrap_err();
                    let told = failure.in_language(Language::English);
                    assert!(told.contains("is the input"), "{line}\n{output} at {place:?}: {told}");
                    assert_eq!(failure.exit, Exit::Usage, "{line}\n{output} at {place:?}");
                    assert!(before == desk.contents(), "{line}\n{output} at {place:?}: something was changed");
                }
            }
        }
    }
}

#[test]
fn any_other_file_may_be_replaced() {
    for line in LINES {
        for output in words(line, '%').filter(|_| !line.starts_with("attach")) {
            let desk = Desk::new();
            let guarded = |place: &Path| {
                let line = desk.line(line, (output, place));
                Arguments::parse_from(&line).unwrap_or_else(|(error, _)| panic!("{line:?}: {error}")).1
            };
            for name in ["unrelated.pdf", "new.pdf"] {
                assert!(guarded(&desk.path(name)).allow(&desk.path(name)).is_ok(), "{line}\n{output} at {name}");
            }
            // The archive's directory may hold other files too.
            if line.contains("@books") {
                fs::write(desk.path("books/so-2026.csv"), "earlier").unwrap();
                let place = desk.path("books/so-2026.csv");
                assert!(guarded(&place).allow(&place).is_ok(), "{line}");
            }
        }
    }
}

/// A path argument that comes later has to be in a line above, and is guarded then.
#[test]
fn every_command_with_an_output_is_tried_with_all_of_its_paths() {
    let mut tried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let desk = Desk::new();
    for line in LINES {
        let command = Arguments::command();
        let matches = command.clone().try_get_matches_from(desk.line(line, ("", Path::new("")))).unwrap();
        let (mut name, mut command, mut matches) = (String::new(), &command, &matches);
        let mut given = BTreeSet::new();
        while let Some((below, values)) = matches.subcommand() {
            name = format!("{name} {below}").trim().to_owned();
            (command, matches) = (command.find_subcommand(below).unwrap(), values);
            let ids = command.get_arguments().map(|argument| argument.get_id().to_string());
            given.extend(ids.filter(|id| matches.try_contains_id(id).unwrap_or_default()));
        }
        tried.entry(name).or_default().extend(given);
    }
    let mut commands = vec![(String::new(), Arguments::command(), BTreeSet::<String>::new())];
    while let Some((name, command, above)) = commands.pop() {
        let ids = |kind: TypeId| {
            let of_kind = move |argument: &&clap::Arg| argument.get_value_parser().type_id() == kind;
            command.get_arguments().filter(of_kind).map(|argument| argument.get_id().to_string()).collect::<Vec<_>>()
        };
        let (outputs, inputs) = (ids(TypeId::of::<OutputPath>()), ids(TypeId::of::<PathBuf>()));
        let inputs = above.iter().cloned().chain(inputs).collect::<BTreeSet<_>>();
        if !outputs.is_empty() && !DIRECTORIES.contains(&name.as_str()) {
            let Some(tried) = tried.get(&name) else { panic!("no line tries the outputs of {name}") };
            for id in outputs.iter().chain(&inputs) {
                assert!(tried.contains(id), "no line of {name} has {id}");
            }
        }
        for below in command.get_subcommands() {
            let name = format!("{name} {}", below.get_name()).trim().to_owned();
            commands.push((name, below.clone(), inputs.clone()));
        }
    }
}

/// A path that is taken as a text wouldn't be guarded.
#[test]
fn what_is_called_a_file_is_a_path() {
    let paths = [TypeId::of::<PathBuf>(), TypeId::of::<OutputPath>()];
    let mut commands = vec![Arguments::command()];
    while let Some(command) = commands.pop() {
        for argument in command.get_arguments() {
            let names = argument.get_value_names().unwrap_or_default();
            let mut words = names.iter().flat_map(|name| name.split('|'));
            let is_file =
                words.any(|word| matches!(word, "FILE" | "DIR" | "PDF" | "PNG" | "JSON" | "IN" | "OUT" | "SCAN"));
            let is_path = paths.iter().any(|path| argument.get_value_parser().type_id() == *path);
            let id = argument.get_id();
            assert_eq!(is_file || names == ["REQUEST"], is_path, "{}: {id}", command.get_name());
        }
        commands.extend(command.get_subcommands().cloned());
    }
}

#[test]
fn two_outputs_are_two_files() {
    let desk = Desk::new();
    let guarded = Guarded::default();
    guarded.allow(&desk.path("a.pdf")).unwrap();
    guarded.allow(&desk.path("b.pdf")).unwrap();
    assert_eq!(guarded.allow(&desk.path("ca/../a.pdf")).unwrap_err().exit, Exit::Usage);
}

#[test]
fn a_record_is_replaced_by_itself_alone() {
    let desk = Desk::new();
    let input = |name: &str| Input { path: desk.path(name), keeps: Keeps::Files };
    let one = Guarded { inputs: vec![input("agency.toml"), input("in.pdf")], outputs: RefCell::default() };
    assert!(one.allow_in_place(&desk.path("agency.toml")).is_ok());
    fs::hard_link(desk.path("agency.toml"), desk.path("again.toml")).unwrap();
    let two = Guarded { inputs: vec![input("agency.toml"), input("again.toml")], outputs: RefCell::default() };
    assert_eq!(two.allow_in_place(&desk.path("agency.toml")).unwrap_err().exit, Exit::Usage);
}
