//! OpenSSL built from source, without what kyso never calls.

use std::env;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::Artifacts;

/// Parts that Configure leaves out, beside those that `openssl-src` leaves out itself. What stays: RSA, ECDSA and EdDSA, the
/// digests and ciphers of CMS, PKCS#12 (the old ones of the legacy provider too), X.509 and TLS.
const LEFT_OUT: &[&str] = &[
    "no-afalgeng",
    "no-apps",
    "no-argon2",
    "no-aria",
    "no-bf",
    "no-blake2",
    "no-cast",
    "no-cmp",
    "no-ct",
    "no-docs",
    "no-dtls",
    "no-dynamic-engine",
    "no-engine",
    "no-gost",
    "no-http",
    "no-lms",
    "no-md4",
    "no-mdc2",
    "no-ml-dsa",
    "no-ml-kem",
    "no-nextprotoneg",
    "no-ocb",
    "no-quic",
    "no-rfc3779",
    "no-siv",
    "no-slh-dsa",
    "no-sm2",
    "no-sm3",
    "no-sm4",
    "no-srp",
    "no-srtp",
    "no-ssl-trace",
    "no-ts",
    "no-ui-console",
    "no-whirlpool",
];

/// Builds it. A build that fails ends the process.
pub(crate) fn build(configuration: Option<&Path>) -> Artifacts {
    let mut build = upstream::Build::new();
    if let Some(directory) = configuration {
        build.openssl_dir(directory);
    }
    match configure_with_less() {
        // `openssl-src` runs Configure by this program. The process is openssl-sys's build script: it has one thread.
        Ok(program) => env::set_var("OPENSSL_SRC_PERL", program),
        Err(error) => println!("cargo:warning=OpenSSL is built whole, which takes longer: {error}"),
    }
    let built = build.build();
    Artifacts { libraries: built.lib_dir().to_path_buf(), headers: built.include_dir().to_path_buf() }
}

/// A program that `openssl-src` runs in place of perl: perl, with [`LEFT_OUT`] behind Configure's own arguments.
fn configure_with_less() -> io::Result<PathBuf> {
    let perl = env::var("OPENSSL_SRC_PERL").or_else(|_| env::var("PERL")).unwrap_or_else(|_| "perl".to_owned());
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR isn't set"))?;
    let program = Path::new(&folder).join("configure-with-less");
    let quoted = perl.replace('\'', r"'\''");
    fs::write(&program, format!("#!/bin/sh\nexec '{quoted}' \"$@\" {}\n", LEFT_OUT.join(" ")))?;
    fs::set_permissions(&program, Permissions::from_mode(0o755))?;
    Ok(program)
}
