//! What the command and the service write is for its owner alone; what's looser is said.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use kyso_tests::folder::Folder;
use kyso_tests::http::Request;
use kyso_tests::service::Running;
use kyso_tests::ward::{AGENCY, Ward, copies};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Every file and directory below: none that others can get at.
fn demand_private(path: &Path) -> usize {
    let bits = mode(path);
    assert_eq!(bits & 0o077, 0, "{} has {bits:03o}", path.display());
    if !path.is_dir() {
        return 1;
    }
    1 + std::fs::read_dir(path).unwrap().map(|entry| demand_private(&entry.unwrap().path())).sum::<usize>()
}

#[test]
fn a_demo_is_its_users_alone() {
    let folder = Folder::new();
    folder.run("demo").demand(0);
    // Papers, pictures, keys, the archive with its objects, the register.
    assert!(demand_private(&folder.path("kyso-demo")) > 20);
}

#[test]
fn a_register_and_a_prepared_result_are_their_users_alone() {
    let ward = Ward::new();
    ward.write("agency.toml", AGENCY);
    ward.write("request.toml", copies(2, "Giấy ủy quyền", 3));
    ward.run("register init --archive a/so").demand(0);
    ward.run("certify request.toml --agency agency.toml --archive a/so --by Mẫu --allow-draft -o ket.pdf").demand(0);
    ward.run("register export --archive a/so --register BS --year 2026 --format csv -o so.csv").demand(0);
    ward.run("register head --archive a/so --qr dau-so.png").demand(0);
    assert!(demand_private(&ward.path("a")) >= 4);
    for name in ["ket.pdf", "ket.json", "so.csv", "dau-so.png"] {
        assert_eq!(mode(&ward.path(name)), 0o600, "{name}");
    }
}

#[test]
fn a_services_data_is_its_users_alone() {
    let ward = Ward::new();
    ward.write("kyso.toml", "listen = \"127.0.0.1:0\"\ndata_dir = \"du-lieu\"\n");
    ward.run("archive init --archive du-lieu").demand(0);
    let service = Running::start(&ward.path(""));
    assert_eq!(Request::new("GET", "/healthz").send(service.address).status, 200);
    assert!(demand_private(&ward.path("du-lieu")) >= 5);
    assert_eq!(service.terminate().0, Some(0));
    // Started again over what somebody has opened to others, it says so.
    set(&ward.path("du-lieu"), 0o755);
    set(&ward.path("du-lieu/archive.sqlite3"), 0o644);
    let (code, log) = Running::start(&ward.path("")).terminate();
    assert_eq!(code, Some(0));
    for wanted in ["chmod 700", "chmod 600", "du-lieu/archive.sqlite3"] {
        assert!(log.contains(wanted), "{log}");
    }
}

#[test]
fn what_others_can_get_at_is_said_with_the_command_that_mends_it() {
    let ward = Ward::new();
    ward.run("register init --archive so").demand(0);
    let told = ward.run("register audit --archive so").demand(0);
    assert!(!told.stderr.contains("chmod"), "{}", told.stderr);
    set(&ward.path("so"), 0o750);
    set(&ward.path("so/register.sqlite3"), 0o644);
    set(&ward.path("so/register.lock"), 0o666);
    let told = ward.run("register list --archive so").demand(0);
    for wanted in
        ["(750): chmod 700 'so'", "(644): chmod 600 'so/register.sqlite3'", "(666): chmod 600 'so/register.lock'"]
    {
        assert!(told.stderr.contains(wanted), "{wanted}: {}", told.stderr);
    }
    set(&ward.path("leader.p12"), 0o640);
    set(&ward.path("pass.txt"), 0o600);
    let sign = "sign ket-qua.pdf -o ky.pdf --p12 leader.p12 --pass-file pass.txt";
    let told = ward.run(sign).demand(0).told("(640): chmod 600 'leader.p12'");
    assert!(!told.stderr.contains("pass.txt"), "{}", told.stderr);
    set(&ward.path("leader.p12"), 0o600);
    let told = ward.run(&format!("{sign} --force")).demand(0);
    assert!(!told.stderr.contains("chmod"), "{}", told.stderr);
}
