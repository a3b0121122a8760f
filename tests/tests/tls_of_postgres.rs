//! PostgreSQL over TLS: its certificate has to be that of its name, and of a CA that is trusted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test panics where something is wrong"
)]

use std::path::Path;
use std::process::Output;

use kyso_tests::province::Province;
use kyso_tests::{service, tool};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509Builder, X509NameBuilder};

/// A self-made certificate of this name, and its key.
fn certificate(name: &str) -> (String, String) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    let names = SubjectAlternativeName::new().dns(name).build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(names).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    let text = |pem: Vec<u8>| String::from_utf8(pem).unwrap();
    (text(builder.build().to_pem().unwrap()), text(key.private_key_to_pem_pkcs8().unwrap()))
}

/// Gives the server a certificate, and lets nobody in without TLS who comes over the network.
fn present(province: &Province, certificate: &str, key: &str) {
    let directory = province.sql_in("postgres", "SHOW data_directory").trim().to_owned();
    let put = |name: &str, text: &str| {
        let lines = text.trim_end().replace('\n', "'),('");
        province.sql(&format!("COPY (SELECT * FROM (VALUES ('{lines}')) AS v) TO '{directory}/{name}'"));
        #[cfg(unix)]
        std::fs::set_permissions(Path::new(&directory).join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
    };
    put("server.crt", certificate);
    put("server.key", key);
    province.sql("ALTER SYSTEM SET ssl = on");
    province.sql("SELECT pg_reload_conf()");
}

fn status(directory: &Path, database: &str) -> Output {
    let config = std::fs::read_to_string(directory.join("kyso.toml")).unwrap();
    let is_other = |line: &&str| !line.starts_with("database = ");
    let rest: Vec<_> = config.lines().filter(is_other).collect();
    let config = rest.join("\n").replace("[archive]\n", &format!("[archive]\ndatabase = '{database}'\n"));
    std::fs::write(directory.join("kyso.toml"), config).unwrap();
    let mut command = tool::kyso();
    command.current_dir(directory).args(["archive", "status", "--lang", "en", "--archive", "kyso.toml"]);
    command.output().unwrap()
}

#[test]
fn a_database_is_reached_by_its_name_and_its_ca() {
    let (province, directory) = (Province::new(), tempfile::tempdir().unwrap());
    let path = directory.path();
    service::write_config(path, "");
    let file = path.join("kyso.toml");
    std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + &province.archive(path, None)).unwrap();
    let mut init = tool::kyso();
    assert!(init.current_dir(path).args(["archive", "init", "--archive", "kyso.toml"]).status().unwrap().success());
    let (own, key) = certificate("localhost");
    let (other, _) = certificate("localhost");
    let (elsewhere, key_elsewhere) = certificate("db.elsewhere.example");
    for (name, pem) in [("own.pem", &own), ("other.pem", &other), ("elsewhere.pem", &elsewhere)] {
        std::fs::write(path.join(name), pem).unwrap();
    }
    let url = province.postgres.url_of("kyso_app", "kyso").replace("127.0.0.1", "localhost");
    let asked = |root: &str| {
        let root = path.join(root);
        status(path, &format!("{url}?sslmode=verify-full&sslrootcert={}", root.display()))
    };
    let is_refused = |output: Output| {
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.starts_with("Error: "), "{said}");
    };
    // A server without TLS isn't talked to without it.
    is_refused(asked("own.pem"));
    present(&province, &own, &key);
    // The server takes its new certificate up in its own time.
    let in_time = |is_wanted: &dyn Fn(&Output) -> bool, root: &str| {
        let tries = (0..100).map(|_| asked(root));
        tries.into_iter().find(is_wanted).unwrap_or_else(|| panic!("{root}: {:?}", asked(root)))
    };
    in_time(&|output| output.status.success(), "own.pem");
    is_refused(asked("other.pem"));
    present(&province, &elsewhere, &key_elsewhere);
    // Trusted, and of another name.
    is_refused(in_time(&|output| !output.status.success(), "own.pem"));
    is_refused(asked("elsewhere.pem"));
    // Another machine isn't asked without its certificate, whatever the URL says.
    for mode in ["disable", "allow", "require"] {
        let refused = status(path, &format!("postgres://kyso_app@db.elsewhere.example/kyso?sslmode={mode}"));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("sslmode=verify-full"), "{mode}: {said}");
    }
}
