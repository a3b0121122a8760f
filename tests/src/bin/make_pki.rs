//! Writes a throwaway PKI for scripts: `make_pki FOLDER` makes root.pem, leader.p12, seal.p12, password.txt and the
//! sample pictures signature.png and seal.png.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool of tests panics where something is wrong")]

use std::path::Path;

use kyso_tests::{keys, samples};

fn main() {
    let folder = std::env::args_os().nth(1).expect("usage: make_pki FOLDER");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("root.pem", keys::PKI.root_pem().unwrap().as_bytes());
    write("leader.p12", &keys::LEADER.pkcs12(keys::PASSWORD).unwrap());
    write("seal.p12", &keys::SEAL.pkcs12(keys::PASSWORD).unwrap());
    write("password.txt", keys::PASSWORD.as_bytes());
    write("signature.png", &samples::signature());
    write("seal.png", &samples::seal());
}
